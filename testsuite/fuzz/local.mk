# One target a line, in alphabetic order:  fuzz_targets += NAME, built from fuzz_NAME.c
fuzz_targets =
fuzz_targets += builtin
fuzz_targets += cmdline
fuzz_targets += conf
fuzz_targets += conf_roundtrip
fuzz_targets += depmod_conf
fuzz_targets += dep_line
fuzz_targets += devname
fuzz_targets += elf
fuzz_targets += image
fuzz_targets += index
fuzz_targets += index_roundtrip
fuzz_targets += modprobe_env
fuzz_targets += sig
fuzz_targets += symbols

# With --enable-fuzz the engine brings main(), else fuzz-replay.c does.
check_LTLIBRARIES += %D%/libfuzz.la
%C%_libfuzz_la_SOURCES = %D%/fuzz.c %D%/fuzz.h
FUZZ_LDADD = %D%/libfuzz.la libkmod-internal.la
if FUZZ
FUZZ_LDADD += $(LIB_FUZZING_ENGINE)
else
%C%_libfuzz_la_SOURCES += %D%/fuzz-replay.c
endif

fuzz_programs =
fuzz_programs += %D%/fuzz_builtin
fuzz_programs += %D%/fuzz_cmdline
fuzz_programs += %D%/fuzz_conf
fuzz_programs += %D%/fuzz_conf_roundtrip
fuzz_programs += %D%/fuzz_depmod_conf
fuzz_programs += %D%/fuzz_dep_line
fuzz_programs += %D%/fuzz_devname
fuzz_programs += %D%/fuzz_elf
fuzz_programs += %D%/fuzz_image
fuzz_programs += %D%/fuzz_index
fuzz_programs += %D%/fuzz_index_roundtrip
fuzz_programs += %D%/fuzz_modprobe_env
fuzz_programs += %D%/fuzz_sig
fuzz_programs += %D%/fuzz_symbols
%C%_fuzz_builtin_LDADD = $(FUZZ_LDADD)
%C%_fuzz_cmdline_LDADD = $(FUZZ_LDADD)
%C%_fuzz_conf_LDADD = $(FUZZ_LDADD)
%C%_fuzz_conf_roundtrip_LDADD = $(FUZZ_LDADD)
%C%_fuzz_depmod_conf_LDADD = libdepmod.la $(FUZZ_LDADD)
%C%_fuzz_dep_line_LDADD = $(FUZZ_LDADD)
%C%_fuzz_devname_LDADD = libtools.la $(FUZZ_LDADD)
%C%_fuzz_elf_LDADD = $(FUZZ_LDADD)
%C%_fuzz_image_LDADD = $(FUZZ_LDADD)
%C%_fuzz_index_LDADD = $(FUZZ_LDADD)
%C%_fuzz_index_roundtrip_LDADD = $(FUZZ_LDADD)
%C%_fuzz_modprobe_env_LDADD = libtools.la $(FUZZ_LDADD)
%C%_fuzz_sig_LDADD = $(FUZZ_LDADD)
%C%_fuzz_symbols_LDADD = $(FUZZ_LDADD)
check_PROGRAMS += $(fuzz_programs)

if FUZZ
# Seconds for each target, and how many at a time.
FUZZ_TIME = 60
FUZZ_JOBS = 2
fuzz: $(fuzz_programs)
	$(srcdir)/%D%/run-fuzz -t $(FUZZ_TIME) -j $(FUZZ_JOBS) $(srcdir)/%D%/corpus $(builddir)/%D% \
		$(fuzz_targets)
else
fuzz:
	@echo 'make fuzz: configure with --enable-fuzz and CC=clang' >&2; exit 1
cli_scripts += %D%/check-replay.sh
endif

# The corpus anew, from the forge; what fuzzing found is kept.
fuzz-seeds: all testsuite/forge/forge
	$(srcdir)/%D%/make-seeds $(builddir) $(srcdir)/%D%/corpus

.PHONY: fuzz fuzz-seeds
EXTRA_DIST += %D%/corpus %D%/make-seeds %D%/run-fuzz

# 100,000 damaged modules and as many indexes; a thousandth of that in make check.
check_PROGRAMS += %D%/mutate
%C%_mutate_LDADD = libdepmod.la $(TEST_LIBS) $(CHECK_LIBS)
check-mutate: %D%/mutate
	@dir=`mktemp -d` && trap 'rm -rf "$$dir"' EXIT && %D%/mutate "$$dir"

.PHONY: check-mutate
