libkmod_internal_la_SOURCES += \
	%D%/live.h
