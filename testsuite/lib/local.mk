check_LTLIBRARIES += %D%/libts.la
%C%_libts_la_SOURCES = \
	%D%/agreement.c \
	%D%/agreement.h \
	%D%/indexed.c \
	%D%/indexed.h \
	%D%/plans.c \
	%D%/plans.h \
	%D%/sweep.c \
	%D%/sweep.h \
	%D%/ts-files.c \
	%D%/ts-internal.h \
	%D%/ts-kernel.c \
	%D%/ts-tool.c \
	%D%/ts.c \
	%D%/ts.h \
	testsuite/trap/fail.h \
	testsuite/trap/mock-kernel.c \
	testsuite/trap/mock-kernel.h
%C%_libts_la_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(TEST_CPPFLAGS)
EXTRA_DIST += %D%/packages.sh
