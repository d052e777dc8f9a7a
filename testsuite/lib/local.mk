check_LTLIBRARIES += %D%/libts.la
%C%_libts_la_SOURCES = %D%/ts.h %D%/ts.c
%C%_libts_la_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(TEST_CPPFLAGS)
