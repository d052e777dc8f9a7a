# Targets for developers; what needs a tool that is not there says so.
EXTRA_DIST += \
	%D%/analyze \
	%D%/build \
	%D%/build-deb \
	%D%/build-matrix \
	%D%/check \
	%D%/check-api \
	%D%/check-musl \
	%D%/demo \
	%D%/install-deps \
	%D%/install-link \
	%D%/size \
	%D%/stats

# C sources of the tree, for formatter and checkers; leaves the shell in the source tree.
c_files = cd $(srcdir) && find shared libkmod tools testsuite

stats:
	@$(srcdir)/%D%/stats

format:
	$(c_files) -name '*.[ch]' | xargs clang-format -i

check-format:
	$(c_files) -name '*.[ch]' | xargs clang-format --dry-run --Werror

# Every header alone, GCC's analyser on every source, the shell scripts.
lint_flags = $(DEFS) -include $(abs_builddir)/config.h -I. -std=gnu11 $(WARN_CFLAGS) $(CHECK_CFLAGS)
lint: config.h
	@$(c_files) -name '*.h' | while read -r file; do \
		echo "#include \"$$file\"" | $(CC) $(lint_flags) -Werror -fsyntax-only -x c - || \
			exit 1; \
	done
	$(srcdir)/%D%/analyze $(CC) $(lint_flags)
	cd $(srcdir) && shellcheck -S warning -x -s sh autogen.sh .ci/run \
		`find scripts testsuite -type f -exec grep -q '^#!/bin/sh' {} \; -print`

VALGRIND_COMMAND = valgrind -q --leak-check=full --errors-for-leak-kinds=definite \
	--error-exitcode=99 --trace-children=yes --trace-children-skip='/bin/*,/usr/bin/*'
# Of programs: shells leak on their own. Takes an hour.
check-valgrind: all
	TS_VALGRIND=1 CK_TIMEOUT_MULTIPLIER=20 \
	$(MAKE) check LOG_COMPILER="$(VALGRIND_COMMAND)" \
		TESTS='$(unit_tests) $(other_tests) $(cli_tests) $(robust_tests)'

# Threads against each other for ten seconds, under the thread sanitizer, in a build of its own.
TSAN_TESTS = testsuite/unit/test_threads testsuite/unit/test_ctx testsuite/unit/test_dm_pool
check-tsan:
	$(srcdir)/scripts/build tsan --enable-tsan CFLAGS='-O1 -g'
	KMOD_TEST_SECONDS=10 CK_TIMEOUT_MULTIPLIER=20 $(MAKE) -C $(srcdir)/build/tsan check \
		check_PROGRAMS='$(TSAN_TESTS)' TESTS='$(TSAN_TESTS)'
.PHONY: check-tsan

check-api: libkmod/libkmod.la
	$(srcdir)/%D%/check-api $(builddir)/libkmod/.libs/libkmod.so $(srcdir)

update-expected: all
	TS_UPDATE_EXPECTED=1 $(MAKE) check

if COVERAGE
coverage:
	$(MAKE) -k check
	mkdir -p coverage
	gcovr -r $(srcdir) --filter '.*/libkmod/' --filter '.*/tools/' --exclude '.*testsuite.*' \
		--html-details coverage/index.html --print-summary \
		--fail-under-line 92 --fail-under-branch 80 .
else
coverage:
	@echo 'make coverage: configure with --enable-coverage' >&2; exit 1
endif

# Bytes of the profiles of doc/packaging.md, beside Debian's and busybox.
size:
	@$(srcdir)/%D%/size

check-musl: all
	$(srcdir)/%D%/check-musl $(abs_builddir)

# The library's reference as HTML, in docs/html; a warning is an error.
api_docs = doc/api/Doxyfile doc/api/overview.md
EXTRA_DIST += $(api_docs)
docs:
	@command -v doxygen >/dev/null || { echo 'make docs: needs doxygen' >&2; exit 1; }
	$(AM_V_GEN)$(MKDIR_P) docs && { cat $(srcdir)/doc/api/Doxyfile && \
	echo 'PROJECT_NUMBER = $(VERSION)' && echo 'OUTPUT_DIRECTORY = docs' && \
	echo 'EXAMPLE_PATH = $(srcdir)/testsuite/examples' && \
	echo 'INPUT = $(srcdir)/doc/api/overview.md $(srcdir)/libkmod/libkmod.h' \
		'$(srcdir)/libkmod/libkmod-plan.h'; } | doxygen -
	@echo docs/html/index.html
clean-local: clean-docs
clean-docs:
	rm -rf docs

build-matrix:
	$(srcdir)/%D%/build-matrix

.PHONY: stats format check-format lint check-valgrind check-api \
	update-expected coverage docs clean-docs size check-musl build-matrix
