# On a booted kernel, under qemu.
EXTRA_DIST += %D%/check-vm %D%/checks.sh %D%/helper.c %D%/init
EXTRA_DIST += %D%/check-boot %D%/boot.sh %D%/report

check-vm: all
	status=0; $(srcdir)/%D%/check-vm $(abs_builddir) || status=1; \
		$(srcdir)/%D%/check-boot $(abs_builddir) || status=1; exit $$status

# The second half alone: two boots of a Debian. Needs root, debootstrap and the network (once).
check-boot:
	$(srcdir)/%D%/check-boot $(abs_builddir)
.PHONY: check-vm check-boot
