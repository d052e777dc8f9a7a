#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The completion files: their syntax, and in bash and fish what they answer for a small
# module directory. A shell that is not installed is skipped. Output: TAP.
LC_ALL=C
export LC_ALL
srcdir=$(cd "${srcdir:-.}" && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
completion=$srcdir/shell-completion
n=0

ok() {
	n=$((n + 1))
	echo "ok $n - $1"
}

not_ok() {
	n=$((n + 1))
	echo "not ok $n - $1"
	sed 's/^/# /' "$tmp/wrong"
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP no $2"
}

# Syntax: $1 shell, $2 file
syntax() {
	if ! command -v "$1" >/dev/null 2>&1; then
		skip "syntax of $2" "$1"
	elif "$1" -n "$completion/$2" 2>"$tmp/wrong"; then
		ok "syntax of $2"
	else
		not_ok "syntax of $2"
	fi
}

# A module directory for release 1.2.3, and the files with it filled in.
mkdir -p "$tmp/modules/1.2.3/kernel" "$tmp/files/dir" "$tmp/bash" "$tmp/fish"
cat >"$tmp/modules/1.2.3/modules.dep" <<-'END'
	kernel/fs/ext4/ext4.ko.xz: kernel/lib/crc16.ko.xz
	kernel/lib/crc16.ko.xz:
	kernel/sound/snd-hda-codec.ko:
	kernel/sound/snd-hda-intel.ko: kernel/sound/snd-hda-codec.ko
	/opt/ext-other.ko:
END
echo kernel/lib/built-in.ko >"$tmp/modules/1.2.3/modules.builtin"
touch "$tmp/files/a.ko" "$tmp/files/b.ko.zst" "$tmp/files/c.txt"
for file in bash/kmod fish/kmod.fish; do
	sed "s,@MODULE_DIRECTORY@,$tmp/modules,g" "$completion/$file.in" >"$tmp/$file"
done
cp "$completion/bash/modprobe" "$tmp/bash"
cp "$completion/fish/modprobe.fish" "$tmp/fish"

# The answer of bash for the words given, sorted, in one line.
cat >"$tmp/ask.bash" <<'END'
uname() { echo 1.2.3; }
cut() { printf '%s\n' loop snd_timer zram; }
modinfo() { printf '%s\n' 'max_loop:Maximum' 'max_part:Other (int)'; }
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_kmod
((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
END

# $1 what is wanted, then the words typed.
bash_answers() {
	want=$1
	shift
	if ! command -v bash >/dev/null 2>&1; then
		skip "bash: $*" bash
		return
	fi
	have=$(cd "$tmp/files" && bash -c '. "$1/bash/kmod"; . "$1/ask.bash" "${@:2}"' - "$tmp" "$@" 2>&1)
	if test "${have% }" = "$want"; then
		ok "bash: $*"
	else
		printf '%s\n' "wanted: $want" "answer: $have" >"$tmp/wrong"
		not_ok "bash: $*"
	fi
}

# $1 what is wanted, $2 the command line
fish_answers() {
	if ! command -v fish >/dev/null 2>&1; then
		skip "fish: $2" fish
		return
	fi
	have=$(cd "$tmp/files" && HOME=$tmp fish --no-config -c '
		function uname; echo 1.2.3; end
		source $argv[1]/fish/modprobe.fish
		complete -C $argv[2] | string replace -r "\t.*" "" | sort | string join " "
		' "$tmp" "$2" 2>&1)
	if test "$have" = "$1"; then
		ok "fish: $2"
	else
		printf '%s\n' "wanted: $1" "answer: $have" >"$tmp/wrong"
		not_ok "fish: $2"
	fi
}

echo "1..46"
for name in kmod.in depmod insmod lsmod modinfo modprobe rmmod; do
	syntax bash bash/$name
done
syntax zsh zsh/_kmod.in
for name in kmod.fish.in depmod.fish insmod.fish lsmod.fish modinfo.fish modprobe.fish rmmod.fish; do
	syntax fish fish/$name
done

bash_answers 'static-nodes' kmod st
bash_answers 'insert insmod' kmod ins
bash_answers 'depmod' kmod help dep
bash_answers 'devname human tmpfiles' kmod static-nodes -f ''
bash_answers 'tmpfiles' kmod static-nodes --format = t
bash_answers '--format' kmod static-nodes --f
bash_answers 'ext4 ext_other' modprobe ext
bash_answers 'crc16' kmod load c
bash_answers 'snd-hda-codec snd-hda-intel' modprobe snd-
bash_answers 'snd_hda_codec snd_hda_intel' modprobe snd_
bash_answers 'built_in' modinfo bu
bash_answers 'vermagic version' modinfo -F ver
bash_answers '' modprobe -S 9.9.9 ext
bash_answers 'ext4 ext_other' modprobe -S 1.2.3 ext
bash_answers '1.2.3' modprobe --set-version = ''
bash_answers '1.2.3' depmod ''
bash_answers 'loop snd_timer zram' rmmod ''
bash_answers 'loop' modprobe -r l
bash_answers 'zram' kmod unload z
bash_answers 'snd-timer' rmmod snd-
bash_answers 'max_loop= max_part=' modprobe loop max
bash_answers 'a.ko b.ko.zst dir' insmod ''
bash_answers '--no-progress --no-sync' depmod --no
bash_answers '--symbol-prefix --symvers' kmod index --sym

fish_answers 'static-nodes' 'kmod st'
fish_answers 'devname human tmpfiles' 'kmod static-nodes -f '
fish_answers 'ext4 ext_other' 'modprobe ext'
fish_answers 'crc16' 'kmod load cr'
fish_answers '' 'modprobe -S 9.9.9 ext'
fish_answers '1.2.3' 'modprobe -S '
fish_answers '--no-progress --no-sync' 'kmod index --no'
