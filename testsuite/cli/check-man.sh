#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The manual pages as they are installed: clean mdoc, complete, and in agreement about
# the numbered differences. mandoc is needed: without it this fails. Output: TAP.
LC_ALL=C
export LC_ALL
srcdir=${srcdir:-.}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

pages="depmod.8 depmod.d.5 insmod.8 kmod-check.8 kmod-lint.8 kmod-tree.8 kmod-why.8 kmod.8 lsmod.8 modinfo.8 modprobe.8 modprobe.d.5
	modules.dep.5 rmmod.8"
links="modprobe.conf.5 modules.dep.bin.5"
n=0

# Ends a test; its complaints are in $tmp/wrong.
report() {
	n=$((n + 1))
	if test -s "$tmp/wrong"; then
		echo "not ok $n - $1"
		sed 's/^/# /' "$tmp/wrong"
	else
		echo "ok $n - $1"
	fi
}

# Whether other manuals are installed on this machine is not the page's fault, nor is how
# long the names of this build's directories are: what is set is $tmp/$1, with the usual ones.
fill_in() {
	sed -e 's,@MODULE_DIRECTORY@,/lib/modules,g' -e 's,@SYSCONFDIR@,/etc,g' \
		-e 's,@DISTCONFDIR@,/usr/lib,g' "$srcdir/man/$1.in" >"$tmp/$1"
}

check_lint() {
	mandoc -Tlint -Wstyle "$tmp/$1" 2>&1 |
		grep -v -e 'referenced manual not found' -e 'outdated mandoc.db' \
			-e 'operating system explicitly specified' >"$tmp/wrong"
	command -v mandoc >/dev/null 2>&1 || echo "mandoc is not installed" >"$tmp/wrong"
	report "$1 is clean for mandoc"
}

# man-db's groff; other implementations of man have no --warnings.
check_groff() {
	if man --help 2>/dev/null | grep -q -e --warnings && command -v groff >/dev/null 2>&1; then
		LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 -Z "$tmp/$1" 2>"$tmp/wrong" >/dev/null
		report "$1 is clean for man-db"
	else
		n=$((n + 1))
		echo "ok $n - $1 is clean for man-db # SKIP no man-db with groff"
	fi
}

check_sections() {
	: >"$tmp/wrong"
	for section in NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
		grep -q "^\.Sh $section\$" "man/$1" || echo "no section $section"
	done >>"$tmp/wrong"
	if test "$1" = kmod.8; then
		grep -q '^\.Sh Differences from kmod 34$' "man/$1" || echo "no differences"
	else
		grep -q '^\.Sh COMPATIBILITY$' "man/$1" || echo "no section COMPATIBILITY"
	fi >>"$tmp/wrong"
	report "$1 has all sections"
}

check_directories() {
	grep -n '@[A-Za-z_]*@' "man/$1" >"$tmp/wrong"
	report "$1 has its directories filled in"
}

# "D1" of ".It \&D1", ".It D11 , D12"
decisions() {
	grep '^\.It .*D[0-9]' "$1" | grep -o 'D[0-9][0-9]*' | sort -u
}

check_decisions() {
	decisions man/kmod.8 >"$tmp/known"
	decisions "man/$1" | comm -23 - "$tmp/known" | sed 's/$/ is not in kmod.8/' >"$tmp/wrong"
	test -n "$(decisions "man/$1")" || echo "no decision at all" >>"$tmp/wrong"
	report "$1 names known decisions only"
}

# Each of them once, from D1 to the last.
check_numbers() {
	grep '^\.It .*D[0-9]' man/kmod.8 | grep -o 'D[0-9][0-9]*' | tr -d D >"$tmp/have"
	seq 1 "$(wc -l <"$tmp/have")" | diff - "$tmp/have" >"$tmp/wrong"
	test "$(wc -l <"$tmp/have")" -ge 39 || echo "too few" >>"$tmp/wrong"
	report "kmod.8 numbers the decisions without a gap"
}

# A decision about the tools or the formats also stands in the page it touches.
check_everywhere() {
	for page in $pages; do
		test "$page" = kmod.8 || decisions "man/$page"
	done | sort -u >"$tmp/elsewhere"
	decisions man/kmod.8 | comm -23 - "$tmp/elsewhere" |
		grep -v -x -e D33 -e D35 -e D36 -e D37 -e D38 -e D39 |
		sed 's/$/ is in no other page/' >"$tmp/wrong"
	report "decisions stand in the pages they touch"
}

check_link() {
	target=$(sed -n 's,^\.so man5/,,p' "$srcdir/man/$1")
	: >"$tmp/wrong"
	test -n "$target" && test -f "man/$target" || echo "leads nowhere" >"$tmp/wrong"
	report "$1 leads to a page"
}

set -- $pages
echo "1..$(($# * 5 + 4))"
for page; do
	fill_in "$page"
	check_lint "$page"
	check_groff "$page"
	check_sections "$page"
	check_directories "$page"
	check_decisions "$page"
done
check_numbers
check_everywhere
for page in $links; do
	check_link "$page"
done
