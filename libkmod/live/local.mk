libkmod_internal_la_SOURCES += \
	%D%/live-file.h \
	%D%/live-lists.c \
	%D%/live-state.c \
	%D%/live-usage.c \
	%D%/live.h
