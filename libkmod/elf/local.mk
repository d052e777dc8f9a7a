libkmod_internal_la_SOURCES += \
	%D%/elf-modinfo.h \
	%D%/elf-strip.h \
	%D%/elf-symbols.h \
	%D%/elf-versions.h \
	%D%/elf-view.h \
	%D%/sig.h
