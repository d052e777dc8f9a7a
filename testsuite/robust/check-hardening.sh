#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What the files that are installed were hardened with, by readelf. Output: TAP.
#	check-hardening.sh PROGRAM LIBRARY
program=$1 library=$2 n=0
LC_ALL=C
export LC_ALL

check() {
	n=$((n + 1))
	name=$1
	shift
	if "$@" >/dev/null 2>&1; then echo "ok $n - $name"; else echo "not ok $n - $name"; fi
}
has() { readelf -W "$1" "$2" | grep -q -e "$3"; }
hasnt() { ! has "$@"; }

for file in "$program" "$library"; do
	base=${file##*/}
	check "$base: GNU_RELRO" has -l "$file" GNU_RELRO
	check "$base: bound at once" has -d "$file" 'BIND_NOW\|Flags:.*NOW'
	check "$base: stack not executable" has -l "$file" 'GNU_STACK.* RW '
	check "$base: no text relocation" hasnt -d "$file" TEXTREL
	check "$base: no run path" hasnt -d "$file" 'RPATH\|RUNPATH'
	check "$base: stack protector" has -s "$file" __stack_chk_fail
	check "$base: fortified" has -s "$file" '_chk@\|_chk$'
	check "$base: nothing writable and executable" hasnt -l "$file" 'LOAD.* RWE '
done
check "${program##*/}: position independent" has -h "$program" 'Type:.*DYN'
check "${library##*/}: exports kmod_ only" sh -c '! readelf -W --dyn-syms "$1" |
	grep " GLOBAL " | grep -v -e " UND " -e " ABS " | grep -v " kmod_"' sh "$library"
echo "1..$n"
