# Targets for developers; what needs a tool that is not there says so.
EXTRA_DIST += \
	%D%/build-matrix \
	%D%/check \
	%D%/check-api \
	%D%/demo \
	%D%/install-deps \
	%D%/stats

# C sources of the tree, for formatter and checkers.
c_files = cd $(srcdir) && find shared libkmod tools testsuite -name '*.[ch]'

stats:
	@$(srcdir)/%D%/stats

format:
	$(c_files) | xargs clang-format -i

check-format:
	$(c_files) | xargs clang-format --dry-run --Werror

# GCC's analyser, the shell scripts, and whether every header compiles alone.
lint:
	@$(c_files) -path '*.h' | while read -r header; do \
		$(CC) $(DEFS) $(AM_CPPFLAGS:$(top_builddir)/%=$(abs_top_builddir)/%) -I. \
			$(CHECK_CFLAGS) $(AM_CFLAGS) -Wno-unused -fsyntax-only \
			-include ./$$header -x c /dev/null || exit 1; \
	done
	$(MAKE) clean-libtool-objects
	$(MAKE) CFLAGS='-O1 -fanalyzer -Werror' libkmod-internal.la kmod
	cd $(srcdir) && shellcheck -s sh autogen.sh .ci/run \
		`grep -lr '^#!/bin/sh' scripts testsuite --include='*' | grep -v local.mk`

clean-libtool-objects:
	$(LIBTOOL) --mode=clean rm -f $(libkmod_internal_la_OBJECTS) $(kmod_OBJECTS)

VALGRIND_COMMAND = valgrind -q --leak-check=full --errors-for-leak-kinds=definite \
	--error-exitcode=99 --trace-children=yes --trace-children-skip='/bin/*,/usr/bin/*'
check-valgrind: all
	TS_VALGRIND=1 CK_TIMEOUT_MULTIPLIER=20 \
	$(MAKE) check LOG_COMPILER="$(VALGRIND_COMMAND)" TEST_LOGS_DIR=valgrind

check-api: libkmod/libkmod.la
	$(srcdir)/%D%/check-api $(builddir)/libkmod/.libs/libkmod.so $(srcdir)

update-expected: all
	TS_UPDATE_EXPECTED=1 $(MAKE) check

if COVERAGE
coverage:
	$(MAKE) -k check
	mkdir -p coverage
	gcovr -r $(srcdir) --exclude testsuite --html-details coverage/index.html --print-summary
else
coverage:
	@echo 'make coverage: configure with --enable-coverage' >&2; exit 1
endif

# Bytes of code and data in what is installed, and the libraries that are asked for.
size: all
	@size libkmod/.libs/libkmod.so kmod
	@for file in libkmod/.libs/libkmod.so kmod; do \
		echo "$$file:" `readelf -d $$file | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p'`; \
	done

build-matrix:
	$(srcdir)/%D%/build-matrix

.PHONY: stats format check-format lint clean-libtool-objects check-valgrind check-api \
	update-expected coverage size build-matrix
