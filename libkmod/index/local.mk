libkmod_internal_la_SOURCES += \
	%D%/builtin.c %D%/builtin.h \
	%D%/dep-line.c %D%/dep-line.h \
	%D%/glob.c %D%/glob.h \
	%D%/index-dump.c %D%/index-dump.h \
	%D%/index-file.c \
	%D%/index-format.h \
	%D%/index-match.c \
	%D%/index-node.h \
	%D%/index-read.c %D%/index-read.h \
	%D%/index-sort.c %D%/index-sort.h \
	%D%/index-walk.c %D%/index-walk.h \
	%D%/index-write.c %D%/index-write.h
