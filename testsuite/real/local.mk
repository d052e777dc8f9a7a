# make check-real.
