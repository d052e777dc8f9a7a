# Modules made in memory; part of what every test links, and a program for scripts.
testsuite_lib_libts_la_SOURCES += \
	%D%/forge-compress.c \
	%D%/forge-defect.c \
	%D%/forge-pkcs7.c \
	%D%/forge-tree.c \
	%D%/forge.c \
	%D%/forge.h

check_PROGRAMS += %D%/forge
%C%_forge_SOURCES = %D%/forge-main.c
