# One line per test:  robust_tests += %D%/NAME
robust_tests =
robust_tests += %D%/hostile
robust_tests += %D%/kill_depmod
robust_tests += %D%/power_loss
robust_tests += %D%/sweep_depmod
robust_tests += %D%/sweep_library
robust_tests += %D%/sweep_modprobe
%C%_hostile_CPPFLAGS = $(AM_CPPFLAGS) $(TEST_CPPFLAGS)
%C%_kill_depmod_CPPFLAGS = $(AM_CPPFLAGS) $(TEST_CPPFLAGS)
%C%_kill_depmod_LDADD = libdepmod.la $(LDADD)
%C%_power_loss_CPPFLAGS = $(AM_CPPFLAGS) $(TEST_CPPFLAGS)
%C%_power_loss_LDADD = libdepmod.la $(LDADD)
%C%_sweep_depmod_LDADD = libdepmod.la $(LDADD)

# Every fault, not only the first ones of each kind.
check-faults: all $(robust_tests) $(check_LTLIBRARIES)
	TS_SWEEP=full CK_TIMEOUT_MULTIPLIER=30 $(SHELL) $(srcdir)/%D%/check-faults

# Of a plain build, optimized: sanitizers and coverage do without.
check-hardening: kmod libkmod/libkmod.la
	$(SHELL) $(srcdir)/%D%/check-hardening.sh kmod libkmod/.libs/libkmod.so

.PHONY: check-faults check-hardening
EXTRA_DIST += %D%/check-faults %D%/check-hardening.sh
