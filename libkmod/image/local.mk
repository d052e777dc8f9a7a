libkmod_internal_la_SOURCES += \
	%D%/image-codec.h \
	%D%/image.h
