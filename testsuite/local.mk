# unit/ and cli/ add one line per test; a test NAME is built from NAME.c alone.
unit_tests =
cli_tests =
cli_scripts =
other_tests =

# What every test links.
TEST_LIBS = testsuite/lib/libts.la libkmod-internal.la
LDADD = $(TEST_LIBS) $(CHECK_LIBS)
TEST_CPPFLAGS = -DTS_BUILDDIR='"$(abs_top_builddir)"' -DTS_SRCDIR='"$(abs_top_srcdir)"'
if SANITIZED
TEST_CPPFLAGS += -DTS_SANITIZED
endif

# Nothing can be preloaded into a static program, and one that needs our library is a script
# of libtool's here: then the tests run one linked as usual.
if KMOD_APART
check_PROGRAMS += %D%/dynamic/kmod
%C%_dynamic_kmod_SOURCES = tools/main.c
%C%_dynamic_kmod_LDADD = $(alone_LDADD)
TEST_CPPFLAGS += -DTS_KMOD='"$(abs_top_builddir)/%D%/dynamic/kmod"'
else
TEST_CPPFLAGS += -DTS_KMOD='"$(abs_top_builddir)/kmod"'
endif

include testsuite/lib/local.mk
include testsuite/forge/local.mk
include testsuite/trap/local.mk
include testsuite/unit/local.mk
include testsuite/cli/local.mk
include testsuite/robust/local.mk
include testsuite/fuzz/local.mk
include testsuite/examples/local.mk
include testsuite/bench/local.mk
include testsuite/real/local.mk
include testsuite/clients/local.mk
include testsuite/foreign/local.mk
include testsuite/install/local.mk
include testsuite/vm/local.mk

check_PROGRAMS += $(unit_tests) $(other_tests)
TESTS = $(unit_tests) $(other_tests)
if BUILD_TOOLS
check_PROGRAMS += $(cli_tests) $(robust_tests)
TESTS += $(cli_tests) $(robust_tests) $(cli_scripts)
endif

LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
AM_TESTS_ENVIRONMENT = TS_TAP=1; export TS_TAP;

EXTRA_DIST += $(cli_scripts)
EXTRA_DIST += %D%/README.md %D%/trees
