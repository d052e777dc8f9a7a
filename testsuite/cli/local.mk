# One line per test, in alphabetic order:  cli_tests += %D%/cli_NAME
cli_tests += %D%/cli_kmod
cli_tests += %D%/cli_lsmod
cli_tests += %D%/cli_static_nodes
