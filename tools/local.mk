noinst_LTLIBRARIES += libtools.la
libtools_la_SOURCES = \
	%D%/kmod.c \
	%D%/opt.c \
	%D%/tool.c \
	%D%/check.c \
	%D%/check.h \
	%D%/check-report.c \
	%D%/columns.c \
	%D%/columns.h \
	%D%/columns-smart.c \
	%D%/devname.c \
	%D%/devname.h \
	%D%/insmod.c \
	%D%/lint.c \
	%D%/lint.h \
	%D%/lint-deps.c \
	%D%/lint-depmod.c \
	%D%/lint-rules.c \
	%D%/lsmod.c \
	%D%/modinfo.c \
	%D%/modinfo-json.c \
	%D%/modinfo-print.c \
	%D%/modinfo-print.h \
	%D%/modprobe.c \
	%D%/modprobe.h \
	%D%/modprobe-env.c \
	%D%/modprobe-env.h \
	%D%/modprobe-json.c \
	%D%/modprobe-load.c \
	%D%/modprobe-show.c \
	%D%/modprobe-unload.c \
	%D%/params.c \
	%D%/params.h \
	%D%/plan-json.c \
	%D%/plan-json.h \
	%D%/rmmod.c \
	%D%/static-nodes.c \
	%D%/target.c \
	%D%/target.h \
	%D%/tree.c \
	%D%/tree.h \
	%D%/tree-graph.c \
	%D%/tree-show.c \
	%D%/why.c \
	%D%/why.h \
	%D%/why-answer.c \
	%D%/why-gather.c \
	%D%/why-json.c \
	%D%/why-print.c \
	%D%/main.h \
	%D%/opt.h \
	%D%/tool.h

# One program; its names are symlinks. Usually it holds all that it runs, which starts
# fastest; with --enable-shared-kmod the library holds that, once for both.
alone_LDADD = libtools.la libdepmod.la libkmod-internal.la $(TOOL_LIBS)
kmod_SOURCES = %D%/main.c
kmod_LDFLAGS = $(AM_LDFLAGS) $(PROGRAM_LDFLAGS)
if SHARED_KMOD
kmod_LDADD = libkmod/libkmod.la
else
kmod_LDADD = $(alone_LDADD)
endif
CONFIGURATION_DIRS = $(sysconfdir)/modprobe.d $(sysconfdir)/depmod.d \
	$(distconfdir)/modprobe.d $(distconfdir)/depmod.d
KMOD_LINKS = depmod insmod lsmod modinfo modprobe rmmod

if STATIC_KMOD
kmod_LDFLAGS += -all-static
endif

if BUILD_TOOLS
bin_PROGRAMS += kmod
schemadir = $(datadir)/kmod/schema
dist_schema_DATA = doc/schema/kmod-why.schema.json doc/schema/kmod.schema.json
suppdir = $(datadir)/kmod/valgrind
dist_supp_DATA = doc/kmod.supp
kmodpkgconfigdir = $(datadir)/pkgconfig
kmodpkgconfig_DATA = %D%/kmod.pc
INSTALL_EXEC_HOOKS += install-tool-links
UNINSTALL_HOOKS += uninstall-tool-links
endif

install-tool-links: install-binPROGRAMS
	for link in $(KMOD_LINKS); do \
		DESTDIR='$(DESTDIR)' $(srcdir)/scripts/install-link $(bindir)/kmod \
			$(sbindir)/$$link || exit 1; \
	done
	cd $(DESTDIR)/ && $(MKDIR_P) $(CONFIGURATION_DIRS:/%=%)

uninstall-tool-links:
	cd $(DESTDIR)$(sbindir) && rm -f $(KMOD_LINKS)
	cd $(DESTDIR)/ && rmdir $(CONFIGURATION_DIRS:/%=%) 2>/dev/null || :
.PHONY: install-tool-links uninstall-tool-links
