#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Every option of every command, from its table (kmod help --options), must stand in
# --help, in the manual page and in the completion of each shell; and these must not
# have any the table lacks. Output: TAP.
LC_ALL=C
export LC_ALL
srcdir=${srcdir:-.}
kmod=${KMOD:-./kmod}
man=$srcdir/man
completion=$srcdir/shell-completion
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

commands="kmod static-nodes why check lint tree lsmod rmmod insmod modinfo modprobe depmod"
tab=$(printf '\t')
n=0

# What to report for "$1 $2", from the lines of complaint in $tmp/wrong.
report() {
	n=$((n + 1))
	if test -s "$tmp/wrong"; then
		echo "not ok $n - $1: $2"
		sed 's/^/# /' "$tmp/wrong"
	else
		echo "ok $n - $1: $2"
	fi
}

# Names (-x, --long) of the options that are shown, one a line; with "hidden" also of the
# hidden ones, except mere abbreviations of others; with "all", of these, too.
names() {
	awk -F'\t' -v which="$2" '
		{ line[NR] = $0 }
		END {
			for (i = 1; i <= NR; i++) {
				split(line[i], f, "\t")
				if (f[4] == "" && which == "")
					continue
				skip = 0
				for (j = 1; f[4] == "" && which == "hidden" && j <= NR; j++) {
					split(line[j], g, "\t")
					if (g[4] != "" && g[2] != f[2] && index(g[2], f[2]) == 1)
						skip = 1
				}
				if (skip)
					continue
				if (f[1] != "")
					print f[1]
				if (f[2] != "")
					print f[2]
			}
		}' "$1" | sort -u
}

# Complaints about $tmp/have: what of file $1 it lacks, and what the table does not have.
compare() {
	comm -23 "$1" "$tmp/have" | sed 's/$/ is missing/' >"$tmp/wrong"
	comm -13 "$tmp/all" "$tmp/have" | sed 's/$/ is no option/' >>"$tmp/wrong"
}

# Words that look like options, from text in which anything else separates them.
words() {
	tr -c 'A-Za-z0-9\n-' '\n' | grep -E '^(-[A-Za-z0-9]|--[a-z][a-z-]+)$' | sort -u
}

check_help() {
	# shellcheck disable=SC2046 # no argument for kmod itself
	"$kmod" help $(test "$1" = kmod || echo "$1") >"$tmp/help" 2>&1
	sed -n 's/^  \( *-.*\)/\1/p' "$tmp/help" | sed 's/  [^ -].*//' | words >"$tmp/have"
	compare "$tmp/shown"
	head -n 3 "$tmp/help" | grep -q '^Usage: ' || echo "no usage line" >>"$tmp/wrong"
	report "$1" "--help"
}

# The items of option lists; kmod(8) has two sets, static-nodes' own in a section.
page_options() {
	case $1 in
	kmod) sed -e '/^\.Ss Static/,/^\.Ss Messages/d' -e '/^\.Sh ENV/,$d' "$man/kmod.8.in" ;;
	static-nodes) sed -n '/^\.Ss Static/,/^\.Ss Messages/p' "$man/kmod.8.in" ;;
	why | check | lint | tree) cat "$man/kmod-$1.8.in" ;;
	*) cat "$man/$1.8.in" ;;
	esac | grep -E '^\.It Fl|^\.(Fl|Pq .*Fl) -' | sed 's/Fl /\n-/g' | words
}

check_manual() {
	page_options "$1" >"$tmp/have"
	compare "$tmp/hidden"
	while IFS=$tab read -r line; do
		name=${line#*--}
		grep -q -e "Fl -$name Ar" "$man"/*.8.in || echo "--$name has no argument there" >>"$tmp/wrong"
	done <"$tmp/valued"
	report "$1" "manual page"
}

check_bash() {
	if ! command -v bash >/dev/null 2>&1; then
		n=$((n + 1))
		echo "ok $n - $1: bash completion # SKIP no bash"
		return
	fi
	bash -c '. "$1/bash/kmod.in"; _kmod_options "$2"' - "$completion" "$1" | words >"$tmp/have"
	compare "$tmp/shown"
	bash -c '. "$1/bash/kmod.in"
		while read -r option; do
			[[ -n $(_kmod_value_kind "$2" "$option") ]] && printf "%s\n" "$option"
		done' - "$completion" "$1" <"$tmp/shown" >"$tmp/have"
	names "$tmp/valued-rows" >"$tmp/want"
	sort -o "$tmp/have" "$tmp/have"
	comm -3 "$tmp/want" "$tmp/have" | sed 's/$/ takes a value there or here, not both/' >>"$tmp/wrong"
	report "$1" "bash completion"
}

check_zsh() {
	case $1 in
	kmod) function=_kmod_kmod ;;
	*) function=_kmod_$1 ;;
	esac
	sed -n "/^$function() {/,/^}/p" "$completion/zsh/_kmod.in" |
		grep -v '^	_arguments' | sed 's/\[[^]]*\].*//' | words >"$tmp/have"
	compare "$tmp/shown"
	report "$1" "zsh completion"
}

check_fish() {
	case $1 in
	kmod) grep '^complete -c kmod -n .not' "$completion/fish/kmod.fish.in" ;;
	*) grep "^__kmod_option $1 " "$completion/fish/kmod.fish.in" ;;
	esac | sed -n -e 's/.* -s \([^ ]\) .*/-\1/p' >"$tmp/have"
	case $1 in
	kmod) grep '^complete -c kmod -n .not' "$completion/fish/kmod.fish.in" ;;
	*) grep "^__kmod_option $1 " "$completion/fish/kmod.fish.in" ;;
	esac | sed -n -e 's/.* -l \([^ ]*\) .*/--\1/p' >>"$tmp/have"
	sort -u -o "$tmp/have" "$tmp/have"
	compare "$tmp/shown"
	report "$1" "fish completion"
}

set -- $commands
echo "1..$(($# * 6))"
for command; do
	# shellcheck disable=SC2046
	"$kmod" help --options $(test "$command" = kmod || echo "$command") >"$tmp/table"
	: >"$tmp/wrong"
	grep -q "^-h$tab--help$tab" "$tmp/table" || echo "no table" >"$tmp/wrong"
	report "$command" "table of options"
	names "$tmp/table" >"$tmp/shown"
	names "$tmp/table" hidden >"$tmp/hidden"
	names "$tmp/table" all >"$tmp/all"
	awk -F'\t' '$3 != "" && $4 != ""' "$tmp/table" >"$tmp/valued-rows"
	cut -f2 "$tmp/valued-rows" >"$tmp/valued"
	check_help "$command"
	check_manual "$command"
	check_bash "$command"
	check_zsh "$command"
	check_fish "$command"
done
