libkmod_internal_la_SOURCES += \
	%D%/conf.h \
	%D%/conf-build.h \
	%D%/conf-cmdline.c \
	%D%/conf-files.c \
	%D%/conf-lines.c \
	%D%/conf-load.c \
	%D%/conf-parse.c \
	%D%/conf-print.c \
	%D%/conf-query.c
