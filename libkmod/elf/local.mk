libkmod_internal_la_SOURCES += \
	%D%/elf-load.h \
	%D%/elf-modinfo.c \
	%D%/elf-modinfo.h \
	%D%/elf-strip.c \
	%D%/elf-strip.h \
	%D%/elf-symbols.c \
	%D%/elf-symbols.h \
	%D%/elf-versions.c \
	%D%/elf-versions.h \
	%D%/elf-view.c \
	%D%/elf-view.h \
	%D%/sig-none.c \
	%D%/sig-openssl.c \
	%D%/sig.c \
	%D%/sig.h
