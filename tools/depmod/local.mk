# Everything but the command line, so that tests can link it too.
noinst_LTLIBRARIES += libdepmod.la
libdepmod_la_SOURCES = \
	%D%/dm-config.c %D%/dm-config.h \
	%D%/dm-cycles.c %D%/dm-cycles.h \
	%D%/dm-diag.c %D%/dm-diag.h \
	%D%/dm-emit.c %D%/dm-emit.h \
	%D%/dm-facts.c %D%/dm-facts.h \
	%D%/dm-fresh.c %D%/dm-fresh.h \
	%D%/dm-graph.c %D%/dm-graph.h \
	%D%/dm-intern.c %D%/dm-intern.h \
	%D%/dm-module.h \
	%D%/dm-order.c %D%/dm-order.h \
	%D%/dm-paths.c %D%/dm-paths.h \
	%D%/dm-pool.c %D%/dm-pool.h \
	%D%/dm-progress.c %D%/dm-progress.h \
	%D%/dm-read.c %D%/dm-read.h \
	%D%/dm-scan.c %D%/dm-scan.h \
	%D%/dm-sink.c %D%/dm-sink.h \
	%D%/dm-symbols.c %D%/dm-symbols.h \
	%D%/dm-version.c %D%/dm-version.h \
	%D%/dm-walks.c %D%/dm-walks.h \
	%D%/dm-winners.c %D%/dm-winners.h

libtools_la_SOURCES += %D%/depmod.c %D%/dm-options.c %D%/dm-options.h
