# Debian's programs on our packages; needs root, debootstrap and the network (once).
EXTRA_DIST += %D%/check-clients %D%/root.sh

check-clients: all testsuite/trap/trap.la
	$(srcdir)/%D%/check-clients $(abs_builddir)
.PHONY: check-clients
