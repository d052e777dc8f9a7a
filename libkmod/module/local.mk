libkmod_internal_la_SOURCES += \
	%D%/mod.h
