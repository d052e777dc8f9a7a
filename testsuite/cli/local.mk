# One line per test, in alphabetic order:  cli_tests += %D%/cli_NAME
cli_tests += %D%/cli_check
cli_tests += %D%/cli_depmod
cli_tests += %D%/cli_depmod_config
cli_tests += %D%/cli_depmod_content
cli_tests += %D%/cli_depmod_decisions
cli_tests += %D%/cli_insmod
cli_tests += %D%/cli_kmod
cli_tests += %D%/cli_json
cli_tests += %D%/cli_lint
cli_tests += %D%/cli_lsmod
cli_tests += %D%/cli_modinfo
cli_tests += %D%/cli_modinfo_find
cli_tests += %D%/cli_modprobe
cli_tests += %D%/cli_modprobe_lines
cli_tests += %D%/cli_modprobe_remove
cli_tests += %D%/cli_modprobe_show
cli_tests += %D%/cli_plan_agreement
cli_tests += %D%/cli_rmmod
cli_tests += %D%/cli_static_nodes
cli_tests += %D%/cli_tree
cli_tests += %D%/cli_why
cli_tests += %D%/cli_why_command
EXTRA_DIST += %D%/depmod-tree.h
cli_scripts += %D%/check-completion.sh
cli_scripts += %D%/check-man.sh
cli_scripts += %D%/check-options.sh
EXTRA_DIST += %D%/modinfo-forge.h
EXTRA_DIST += %D%/modprobe-fixture.h
EXTRA_DIST += %D%/why-fixture.h
EXTRA_DIST += %D%/validate-json.py

# The same as in make check, but a validator and jq must be there.
check-json: all %D%/cli_json $(check_LTLIBRARIES)
	TS_NEED_VALIDATOR=1 CK_VERBOSITY=silent CK_TAP_LOG_FILE_NAME=- srcdir=$(srcdir) %D%/cli_json
.PHONY: check-json
