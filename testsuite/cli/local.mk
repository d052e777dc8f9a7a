# One line per test, in alphabetic order:  cli_tests += %D%/cli_NAME
cli_tests += %D%/cli_kmod
