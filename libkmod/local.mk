include_HEADERS += %D%/libkmod.h %D%/libkmod-plan.h

libkmod_internal_la_SOURCES += \
	%D%/conf-iter.c \
	%D%/conf-iter.h \
	%D%/ctx.c \
	%D%/ctx.h \
	%D%/dlib.c \
	%D%/dlib.h \
	%D%/entries.c \
	%D%/entries.h \
	%D%/libkmod-plan.h \
	%D%/libkmod.h \
	%D%/list.c \
	%D%/list.h \
	%D%/log.c \
	%D%/log.h \
	%D%/name.c \
	%D%/name.h \
	%D%/sys.c \
	%D%/sys.h \
	%D%/visibility.h

# The real file is libkmod.so.2.5.1.
lib_LTLIBRARIES += %D%/libkmod.la
%C%_libkmod_la_SOURCES = %D%/compat-symbols.c
%C%_libkmod_la_LIBADD = libkmod-internal.la
if SHARED_KMOD
version_script = %D%/libkmod-tools.sym
%C%_libkmod_la_LIBADD += libtools.la libdepmod.la $(TOOL_LIBS)
else
version_script = $(top_srcdir)/%D%/libkmod.sym
endif
%C%_libkmod_la_DEPENDENCIES = $(%C%_libkmod_la_LIBADD) $(version_script)
%C%_libkmod_la_LDFLAGS = -pthread -version-info 7:1:5 \
	-Wl,--version-script=$(version_script) \
	$(KMOD_LDFLAGS) $(LIBRARY_LDFLAGS) $(SANITIZE_LDFLAGS)

# A program of another version has to fail when it is loaded, not later.
%D%/libkmod-tools.sym: $(srcdir)/%D%/libkmod.sym Makefile
	$(AM_V_GEN){ cat $(srcdir)/%D%/libkmod.sym && \
		echo 'LIBKMOD_PRIVATE_$(PACKAGE_VERSION) { global: kmod_main; };'; } >$@
CLEANFILES += %D%/libkmod-tools.sym

EXTRA_DIST += %D%/libkmod.sym %D%/README.md

pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = %D%/libkmod.pc

# Where /usr is a file system of its own, the library may lie outside of it.
INSTALL_EXEC_HOOKS += install-rootlib
UNINSTALL_HOOKS += uninstall-rootlib
install-rootlib: install-libLTLIBRARIES
	if test $(rootlibdir) != $(libdir); then \
		$(MKDIR_P) $(DESTDIR)$(rootlibdir) && \
		file=`readlink $(DESTDIR)$(libdir)/libkmod.so` && \
		mv -f $(DESTDIR)$(libdir)/libkmod.so.* $(DESTDIR)$(rootlibdir)/ && \
		DESTDIR='$(DESTDIR)' $(srcdir)/scripts/install-link $(rootlibdir)/$$file \
			$(libdir)/libkmod.so; \
	fi
uninstall-rootlib:
	test $(rootlibdir) = $(libdir) || rm -f $(DESTDIR)$(rootlibdir)/libkmod.so.2*
.PHONY: install-rootlib uninstall-rootlib
