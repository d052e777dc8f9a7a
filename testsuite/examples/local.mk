# Worked examples of the manual, built as users would build them: public headers, and the
# shared library. A sanitizer's runtime cannot be in two places, so then without the latter.
examples = \
	%D%/dependency-closure \
	%D%/explain-plan \
	%D%/inspect-file \
	%D%/list-loaded \
	%D%/load-by-modalias
check_PROGRAMS += $(examples)
examples_cppflags = -I$(top_srcdir)/libkmod
if SANITIZED
examples_ldadd = libkmod-internal.la
else
examples_ldadd = libkmod/libkmod.la
endif
examples_ldflags = $(AM_LDFLAGS) -no-install
%C%_dependency_closure_CPPFLAGS = $(examples_cppflags)
%C%_dependency_closure_LDADD = $(examples_ldadd)
%C%_dependency_closure_LDFLAGS = $(examples_ldflags)
%C%_explain_plan_CPPFLAGS = $(examples_cppflags)
%C%_explain_plan_LDADD = $(examples_ldadd)
%C%_explain_plan_LDFLAGS = $(examples_ldflags)
%C%_inspect_file_CPPFLAGS = $(examples_cppflags)
%C%_inspect_file_LDADD = $(examples_ldadd)
%C%_inspect_file_LDFLAGS = $(examples_ldflags)
%C%_list_loaded_CPPFLAGS = $(examples_cppflags)
%C%_list_loaded_LDADD = $(examples_ldadd)
%C%_list_loaded_LDFLAGS = $(examples_ldflags)
%C%_load_by_modalias_CPPFLAGS = $(examples_cppflags)
%C%_load_by_modalias_LDADD = $(examples_ldadd)
%C%_load_by_modalias_LDFLAGS = $(examples_ldflags)

other_tests += %D%/test_examples
%C%_test_examples_SOURCES = %D%/test_examples.c
%C%_test_examples_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(TEST_CPPFLAGS)
%C%_test_examples_DEPENDENCIES = $(examples) $(TEST_LIBS)
