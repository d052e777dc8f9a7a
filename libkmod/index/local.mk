libkmod_internal_la_SOURCES += \
	%D%/builtin.h \
	%D%/dep-line.h \
	%D%/index-format.h \
	%D%/index-read.h \
	%D%/index-write.h
