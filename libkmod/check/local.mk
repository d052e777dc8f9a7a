libkmod_internal_la_SOURCES += \
	%D%/check-facts.c \
	%D%/check.c \
	%D%/check.h \
	%D%/damage.c \
	%D%/damage.h \
	%D%/kernel-lists.c \
	%D%/kernel-lists.h \
	%D%/params.c \
	%D%/params.h \
	%D%/running.c \
	%D%/running.h \
	%D%/world-symbols.c \
	%D%/world-symbols.h \
	%D%/world.c \
	%D%/world.h
