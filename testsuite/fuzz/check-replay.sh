#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every fuzz target over its corpus: no crash, and there is something to run. Output: TAP.
srcdir=${srcdir:-.}
n=0

for corpus in "$srcdir"/testsuite/fuzz/corpus/*/; do
	target=$(basename "$corpus")
	n=$((n + 1))
	if text=$("./testsuite/fuzz/fuzz_$target" "$corpus" 2>&1); then
		echo "ok $n - $target: $text"
	else
		echo "not ok $n - $target"
		echo "$text" | sed 's/^/# /'
	fi
done
for source in "$srcdir"/testsuite/fuzz/fuzz_*.c; do
	target=$(basename "$source" .c)
	[ -d "$srcdir/testsuite/fuzz/corpus/${target#fuzz_}" ] && continue
	n=$((n + 1))
	echo "not ok $n - $target has no corpus"
done
n=$((n + 1))
dir=$(mktemp -d)
if text=$(./testsuite/fuzz/mutate "$dir" 1000 1000 2>&1); then
	echo "ok $n - mutate"
else
	echo "not ok $n - mutate"
fi
echo "$text" | sed "s/^/# /"
rm -rf "$dir"
echo "1..$n"
