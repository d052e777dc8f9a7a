# Against Debian's kernels and the kmod packaged there; needs apt and dpkg-deb, no root.
check_PROGRAMS += %D%/dump-index %D%/real-load
%C%_dump_index_LDADD =

check-real: all %D%/dump-index %D%/real-load $(check_LTLIBRARIES)
	$(srcdir)/%D%/check-real $(abs_builddir)
check-check: all testsuite/forge/forge
	$(srcdir)/%D%/check-check $(abs_builddir)
.PHONY: check-real check-check

EXTRA_DIST += %D%/added-softdeps.awk %D%/check-check %D%/check-real %D%/expected
