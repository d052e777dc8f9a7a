# Other architectures; needs Debian's cross compilers, qemu-user and the network (once).
EXTRA_DIST += %D%/check-foreign %D%/sysroot.sh

check-foreign: all
	$(srcdir)/%D%/check-foreign $(abs_builddir)
.PHONY: check-foreign
