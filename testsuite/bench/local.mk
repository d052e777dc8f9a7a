# Benchmarks, which make check leaves out, and guards, which it does not.
check_PROGRAMS += %D%/bench-lookups %D%/bench-pairs
%C%_bench_lookups_SOURCES = %D%/bench-lookups.c
%C%_bench_lookups_LDADD = $(LIBRARY_LIBS)
%C%_bench_pairs_SOURCES = %D%/bench-pairs.c
%C%_bench_pairs_LDADD =

bench: all %D%/bench-lookups %D%/bench-pairs testsuite/forge/forge
	$(srcdir)/%D%/bench $(abs_builddir)
.PHONY: bench

other_tests += %D%/guards
%C%_guards_SOURCES = %D%/guards.c
%C%_guards_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(TEST_CPPFLAGS)

EXTRA_DIST += %D%/bench %D%/results-head.md %D%/results-notes.md %D%/RESULTS.md
