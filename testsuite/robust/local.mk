# One line per test:  robust_tests += %D%/NAME
robust_tests =
robust_tests += %D%/sweep_depmod
robust_tests += %D%/sweep_modprobe
%C%_sweep_depmod_LDADD = libdepmod.la $(LDADD)

# Every fault, not only the first ones of each kind.
check-faults: all $(robust_tests)
	TS_SWEEP=full CK_TIMEOUT_MULTIPLIER=30 $(SHELL) $(srcdir)/%D%/check-faults

.PHONY: check-faults
EXTRA_DIST += %D%/check-faults
