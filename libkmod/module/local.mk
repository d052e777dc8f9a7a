libkmod_internal_la_SOURCES += \
	%D%/mod-deps.c \
	%D%/mod-file.c \
	%D%/mod-info.c \
	%D%/mod-lookup.c \
	%D%/mod-rules.c \
	%D%/mod-syms.c \
	%D%/mod.c \
	%D%/mod.h
