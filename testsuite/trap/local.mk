# Preloaded, so they are built plainly: no sanitizer, no coverage, no config.h (whose
# large-file switches would rename the very functions that are trapped).
TRAP_CPPFLAGS = -D_GNU_SOURCE -I$(top_srcdir)
TRAP_CFLAGS = -std=gnu11 -fvisibility=hidden $(WARN_CFLAGS) -Wno-missing-prototypes
# -rpath makes libtool build a shared object that is not installed.
TRAP_LDFLAGS = -module -avoid-version -shared -rpath /nowhere

check_LTLIBRARIES += %D%/trap.la %D%/trap-alloc.la %D%/trap-disk.la
%C%_trap_la_SOURCES = \
	%D%/fail.c \
	%D%/fail.h \
	%D%/mock-kernel.c \
	%D%/mock-kernel.h \
	%D%/trap-fail.c \
	%D%/trap-module.c \
	%D%/trap-path.c \
	%D%/trap-uname.c \
	%D%/trap.c \
	%D%/trap.h
%C%_trap_la_CPPFLAGS = $(TRAP_CPPFLAGS)
%C%_trap_la_CFLAGS = $(TRAP_CFLAGS)
%C%_trap_la_LDFLAGS = $(TRAP_LDFLAGS)

%C%_trap_alloc_la_SOURCES = %D%/fail.c %D%/fail.h %D%/trap-alloc.c %D%/trap.c %D%/trap.h
%C%_trap_alloc_la_CPPFLAGS = $(TRAP_CPPFLAGS)
%C%_trap_alloc_la_CFLAGS = $(TRAP_CFLAGS) -fno-builtin
%C%_trap_alloc_la_LDFLAGS = $(TRAP_LDFLAGS)

%C%_trap_disk_la_SOURCES = %D%/trap-disk.c %D%/trap.c %D%/trap.h
%C%_trap_disk_la_CPPFLAGS = $(TRAP_CPPFLAGS)
%C%_trap_disk_la_CFLAGS = $(TRAP_CFLAGS)
%C%_trap_disk_la_LDFLAGS = $(TRAP_LDFLAGS)
