libkmod_internal_la_SOURCES += \
	%D%/damage.c \
	%D%/damage.h \
	%D%/params.c \
	%D%/params.h \
	%D%/running.c \
	%D%/running.h
