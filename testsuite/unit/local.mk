# One line per test, in alphabetic order:  unit_tests += %D%/test_NAME
