libkmod_internal_la_SOURCES += \
	%D%/conf.h
