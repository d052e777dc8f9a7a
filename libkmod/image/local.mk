libkmod_internal_la_SOURCES += \
	%D%/image-codec.h \
	%D%/image-out.c \
	%D%/image-ranges.c \
	%D%/image-ranges.h \
	%D%/image-xz.c \
	%D%/image-zlib.c \
	%D%/image-zstd.c \
	%D%/image.c \
	%D%/image.h
