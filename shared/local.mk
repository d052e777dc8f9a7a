libkmod_internal_la_SOURCES += \
	%D%/arena.c \
	%D%/arena.h \
	%D%/bytes.c \
	%D%/bytes.h \
	%D%/cleanup.h \
	%D%/fsio.c \
	%D%/fsio.h \
	%D%/json.c \
	%D%/json.h \
	%D%/macro.h \
	%D%/map.c \
	%D%/map.h \
	%D%/publish.c \
	%D%/publish.h \
	%D%/str.c \
	%D%/str.h \
	%D%/strbuf.c \
	%D%/strbuf.h \
	%D%/vec.c \
	%D%/vec.h
