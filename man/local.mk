# Pages are written by hand in mdoc; only configured directories are filled in.
built_man = \
	%D%/depmod.8 \
	%D%/depmod.d.5 \
	%D%/insmod.8 \
	%D%/kmod-check.8 \
	%D%/kmod-lint.8 \
	%D%/kmod-tree.8 \
	%D%/kmod-why.8 \
	%D%/kmod.8 \
	%D%/lsmod.8 \
	%D%/modinfo.8 \
	%D%/modprobe.8 \
	%D%/modprobe.d.5 \
	%D%/modules.dep.5 \
	%D%/rmmod.8

if BUILD_TOOLS
nodist_man_MANS = $(built_man)
dist_man_MANS += \
	%D%/modprobe.conf.5 \
	%D%/modules.dep.bin.5
endif

EXTRA_DIST += \
	%D%/depmod.8.in \
	%D%/depmod.d.5.in \
	%D%/insmod.8.in \
	%D%/kmod-check.8.in \
	%D%/kmod-lint.8.in \
	%D%/kmod-tree.8.in \
	%D%/kmod-why.8.in \
	%D%/kmod.8.in \
	%D%/lsmod.8.in \
	%D%/modinfo.8.in \
	%D%/modprobe.8.in \
	%D%/modprobe.d.5.in \
	%D%/modules.dep.5.in \
	%D%/rmmod.8.in
CLEANFILES += $(built_man)

$(built_man): %: $(srcdir)/%.in Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	$(SED) -e 's,@MODULE_DIRECTORY\@,$(module_directory),g' \
		-e 's,@SYSCONFDIR\@,$(sysconfdir),g' \
		-e 's,@DISTCONFDIR\@,$(distconfdir),g' $(srcdir)/$@.in >$@.tmp && \
	mv $@.tmp $@
