# On a booted kernel, under qemu.
EXTRA_DIST += %D%/check-vm %D%/checks.sh %D%/helper.c %D%/init

check-vm: all
	$(srcdir)/%D%/check-vm $(abs_builddir)
.PHONY: check-vm
