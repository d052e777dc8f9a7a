# What make install does, in several layouts.
EXTRA_DIST += %D%/check-install %D%/expected

check-install:
	$(srcdir)/%D%/check-install $(abs_builddir)
.PHONY: check-install
