# SPDX-License-Identifier: LGPL-2.1-or-later
# The table of actions on a real kernel. Each check_* prints what it saw and returns 0 when
# it is right; sourced by /init in the machine. The helpers come first.

CONF=/etc/modprobe.d

# busybox prefers its own applets to programs of the same name.
for tool in insmod rmmod lsmod modinfo modprobe depmod; do
	eval "$tool() { /sbin/$tool \"\$@\"; }"
done
kmod() { /bin/kmod "$@"; }

loaded() { grep -q "^$1 " /proc/modules; }
not_loaded() { ! loaded "$1"; }
conf() { printf '%s\n' "$@" >$CONF/test.conf; }
path_of() { find $MODDIR -name "$1.ko" | head -1; }
fresh_log() { dmesg -c >/dev/null; }

# Says what differs; for use as: expect WANTED GOT
expect() {
	[ "$1" = "$2" ] && return 0
	printf 'expected: %s\n     got: %s\n' "$1" "$2"
	return 1
}

# expect_words FILE WORD...: every word stands in FILE
expect_words() {
	file=$1
	shift
	for word; do
		grep -qF -e "$word" "$file" || {
			echo "missing '$word' in:"
			cat "$file"
			return 1
		}
	done
}

# expect_failure COMMAND...: exit status 1, standard error in /tmp/err
expect_failure() {
	"$@" >/tmp/out 2>/tmp/err
	status=$?
	[ $status -eq 1 ] && return 0
	echo "$*: exit status $status, not 1"
	cat /tmp/out /tmp/err
	return 1
}

# same_cause OURS LOG COMMAND...: the command fails, says OURS, and the kernel logged LOG
same_cause() {
	ours=$1 log=$2
	shift 2
	expect_failure "$@" || return 1
	dmesg >/tmp/dmesg
	expect_words /tmp/err "$ours" && expect_words /tmp/dmesg "$log"
}

# Between checks: no configuration, none of the modules that checks play with.
reset_state() {
	rm -f $CONF/*.conf /tmp/*
	umount /mnt 2>/dev/null
	# Newest first: users stand before what they use.
	for m in $(sed 's/ .*//' /proc/modules); do
		case $m in
		virtio* | rng_core) ;;
		*) rmmod "$m" 2>/dev/null ;;
		esac
	done
	fresh_log
}

check_deep_chain_matches_the_plan() {
	modprobe -n -v btrfs | sed 's,.*/,,; s,\.ko.*,,; s,-,_,g' | sort -u >/tmp/planned
	[ "$(wc -l </tmp/planned)" -ge 4 ] || { cat /tmp/planned; return 1; }
	modprobe btrfs || return 1
	sed 's/ .*//' /proc/modules | sort -u >/tmp/live
	while read -r m; do
		grep -qx "$m" /tmp/live || { echo "$m planned, not live"; return 1; }
	done </tmp/planned
	comm -13 /tmp/planned /tmp/live 2>/dev/null | grep -v -e '^virtio' -e rng_core >/tmp/extra
	expect "" "$(cat /tmp/extra)"
}

check_loading_twice_is_success_and_first_time_is_not() {
	modprobe dummy && modprobe dummy || return 1
	expect_failure modprobe --first-time dummy || return 1
	expect_words /tmp/err "modprobe: ERROR: could not insert 'dummy': Module already in kernel"
}

check_options_from_configuration() {
	conf "options null_blk nr_devices=3 queue_mode=0"
	modprobe null_blk || return 1
	expect 3 "$(cat /sys/module/null_blk/parameters/nr_devices)" &&
		expect 0 "$(cat /sys/module/null_blk/parameters/queue_mode)"
}

check_options_from_the_command_line_win() {
	conf "options nbd nbds_max=2"
	modprobe nbd nbds_max=5 || return 1
	expect 5 "$(cat /sys/module/nbd/parameters/nbds_max)"
}

check_options_from_the_kernel_command_line() {
	modprobe loop || return 1
	expect 11 "$(cat /sys/module/loop/parameters/max_loop)"
}

check_option_with_blanks_is_quoted_for_the_kernel() {
	modprobe -n -v dummy 'text=a b' >/tmp/out
	expect_words /tmp/out 'text="a b"'
}

check_install_command_replaces_insertion() {
	conf 'install dummy echo "$MODPROBE_MODULE $CMDLINE_OPTS" >/tmp/installed'
	modprobe dummy numdummies=2 || return 1
	expect "dummy numdummies=2" "$(cat /tmp/installed)" && not_loaded dummy
}

check_install_command_that_fails_blocks() {
	conf "install dummy /bin/false"
	ln -sf /bin/busybox /bin/false
	expect_failure modprobe dummy || return 1
	expect_words /tmp/err "could not insert 'dummy'" && not_loaded dummy
}

check_install_command_blocks_despite_softdeps() {
	conf "install dummy /bin/false" "softdep dummy pre: tun"
	ln -sf /bin/busybox /bin/false
	expect_failure modprobe dummy || return 1
	loaded tun && not_loaded dummy
}

check_install_command_killed_by_a_signal_failed() {
	conf 'install dummy kill -9 $$'
	expect_failure modprobe dummy && not_loaded dummy
}

check_nested_modprobe_in_install_command() {
	conf "install dummy /sbin/modprobe --ignore-install dummy numdummies=1"
	modprobe dummy || return 1
	loaded dummy
}

check_remove_command_replaces_removal() {
	conf "remove dummy echo \$MODPROBE_MODULE >/tmp/removed"
	modprobe dummy && modprobe -r dummy || return 1
	expect dummy "$(cat /tmp/removed)" && loaded dummy
}

check_softdep_order() {
	conf "softdep dummy pre: tun post: veth"
	modprobe -v dummy >/tmp/out || return 1
	expect "tun dummy veth" "$(sed 's,.*/,,; s,\.ko.*,,' /tmp/out | tr '\n' ' ' | sed 's, $,,')" || return 1
	# /proc/modules is newest first
	expect "veth dummy tun" "$(sed 's/ .*//' /proc/modules | grep -e veth -e dummy -e tun | tr '\n' ' ' | sed 's, $,,')"
}

check_weakdep_has_no_effect_on_loading() {
	conf "weakdep dummy tun"
	modprobe dummy || return 1
	loaded dummy && not_loaded tun
}

check_alias_from_configuration() {
	conf "alias my-net-* dummy"
	modprobe my-net-7 || return 1
	loaded dummy
}

check_blacklist_stops_aliases_only() {
	conf "blacklist af_key"
	modprobe net-pf-15 || return 1
	not_loaded af_key || return 1
	modprobe af_key || return 1
	loaded af_key
}

check_blacklist_with_b_stops_names() {
	conf "blacklist dummy"
	modprobe -b dummy || return 1
	not_loaded dummy
}

check_blacklist_on_the_kernel_command_line() {
	modprobe -b 8021q || return 1
	not_loaded 8021q || return 1
	modprobe -b crc32c-intel || return 1
	not_loaded crc32c_intel
}

check_insmod_plain() {
	insmod "$(path_of dummy)" numdummies=2 || return 1
	loaded dummy
}

check_insmod_gzip() {
	insmod /test/dummy.ko.gz && loaded dummy
}

check_insmod_xz() {
	insmod /test/dummy.ko.xz && loaded dummy
}

check_insmod_zstd() {
	insmod /test/dummy.ko.zst && loaded dummy
}

check_insmod_by_relative_path() {
	cd /test && insmod dummy.ko && loaded dummy
}

check_insmod_of_a_loaded_module() {
	insmod "$(path_of dummy)" || return 1
	expect_failure insmod "$(path_of dummy)" || return 1
	expect_words /tmp/err "insmod: ERROR: could not insert module" "File exists"
}

check_in_kernel_decompression_or_fallback() {
	if [ -e /sys/module/compression ]; then
		echo "kernel offers $(cat /sys/module/compression)"
	fi
	for ext in gz xz zst; do
		insmod /test/dummy.ko.$ext || return 1
		loaded dummy || return 1
		rmmod dummy || return 1
	done
}

check_modprobe_path_operand() {
	modprobe /test/dummy.ko.zst numdummies=1 || return 1
	loaded dummy
}

check_lsmod_agrees_with_proc_modules() {
	modprobe -a btrfs tun dummy || return 1
	lsmod | tail -n +2 | awk '{ print $1, $2, $3 }' >/tmp/a
	awk '{ print $1, $2, $3 }' /proc/modules >/tmp/b
	cmp /tmp/a /tmp/b || { cat /tmp/a /tmp/b; return 1; }
	expect "Module                  Size  Used by" "$(lsmod | head -1)" || return 1
	lsmod | grep '^libcrc32c' | grep -q btrfs
}

check_in_use_is_refused_with_exit_1() {
	modprobe tun || return 1
	exec 3<>/dev/net/tun
	expect_failure modprobe -r tun || return 1
	expect_words /tmp/err "Module tun is in use" || return 1
	expect_failure rmmod tun || return 1
	expect_words /tmp/err "Module tun is in use" || return 1
	exec 3>&-
	modprobe -r tun && not_loaded tun
}

check_remove_frees_dependencies() {
	cp /proc/modules /tmp/before
	modprobe btrfs && modprobe -r btrfs || return 1
	sed 's/ .*//' /proc/modules | sort >/tmp/b
	sed 's/ .*//' /tmp/before | sort >/tmp/a
	cmp /tmp/a /tmp/b || { diff /tmp/a /tmp/b; return 1; }
}

check_remove_of_unknown_and_unloaded() {
	expect_failure modprobe -r nosuch || return 1
	expect_words /tmp/err "modprobe: FATAL: Module nosuch not found." || return 1
	modprobe -r dummy || return 1
	expect_failure modprobe -r --first-time dummy || return 1
	expect_words /tmp/err "Module dummy is not in kernel."
}

check_remove_holders() {
	modprobe zram || return 1
	expect_failure modprobe -r zsmalloc || return 1
	expect_words /tmp/err "Module zsmalloc is in use" || return 1
	modprobe -r --remove-holders zsmalloc || return 1
	not_loaded zram && not_loaded zsmalloc
}

check_wait_until_a_holder_lets_go() {
	modprobe tun || return 1
	sleep 2 3<>/dev/net/tun &
	sleep 0.3
	modprobe -r -w 8000 tun || return 1
	wait
	not_loaded tun
}

check_wait_that_runs_out_fails() {
	modprobe tun || return 1
	sleep 3 3<>/dev/net/tun &
	sleep 0.3
	expect_failure modprobe -r -w 300 tun || return 1
	expect_words /tmp/err "modprobe: ERROR: could not remove 'tun'" || return 1
	loaded tun || return 1
	wait
}

check_rmmod_words() {
	expect_failure rmmod nosuch || return 1
	expect_words /tmp/err "rmmod: ERROR: Module nosuch is not currently loaded" || return 1
	modprobe zram || return 1
	expect_failure rmmod zsmalloc || return 1
	expect_words /tmp/err "Module zsmalloc is in use by: zram"
}

check_foreign_vermagic_is_refused_and_forced() {
	modprobe tun || return 1 # a module whose vermagic the kernel took
	expect_failure insmod /test/vermagic.ko || return 1
	expect_words /tmp/err "Invalid module format" "vermagic" "SMX" || return 1
	insmod -f /test/vermagic.ko || return 1
	loaded dummy && grep '^dummy ' /proc/modules | grep -q F
}

check_force_on_a_compressed_module() {
	insmod -f /test/vermagic.ko.zst || return 1
	loaded dummy || return 1
	rmmod dummy
	modprobe -f /test/vermagic.ko.xz || return 1
	loaded dummy
}

check_unknown_symbol_is_named() {
	expect_failure insmod /test/symbol.ko || return 1
	expect_words /tmp/err "insmod: ERROR: could not insert module /test/symbol.ko: Unknown symbol in module" \
		"free_netdeX" || return 1
	dmesg | grep -q "Unknown symbol" || { dmesg; return 1; }
}

check_missing_dependency_is_named_with_its_provider() {
	expect_failure insmod "$(path_of zram)" || return 1
	expect_words /tmp/err "Unknown symbol in module" "zs_malloc" "zsmalloc"
}

check_bad_parameter_value() {
	expect_failure modprobe nbd nbds_max=many || return 1
	expect_words /tmp/err "could not insert 'nbd': Invalid argument"
}

check_truncated_file() {
	expect_failure insmod /test/truncated.ko || return 1
	expect_words /tmp/err "insmod: ERROR: could not insert module /test/truncated.ko" "truncated"
}

check_not_a_module() {
	echo "this is no module" >/tmp/text.ko
	expect_failure insmod /tmp/text.ko || return 1
	expect_words /tmp/err "Invalid module format" "ELF"
}

check_corrupt_compressed_file() {
	for ext in gz xz zst; do
		head -c 2000 /test/dummy.ko.$ext >/tmp/cut.ko.$ext
		expect_failure insmod /tmp/cut.ko.$ext || return 1
		not_loaded dummy || return 1
	done
}

check_foreign_architecture() {
	expect_failure insmod /test/foreign.ko || return 1
	expect_words /tmp/err "Invalid module format" "AArch64" "x86"
}

check_unknown_module() {
	expect_failure modprobe nosuch || return 1
	expect_words /tmp/err "modprobe: FATAL: Module nosuch not found in directory $MODDIR" || return 1
	expect_failure modprobe -q nosuch || return 1
	expect "" "$(cat /tmp/err)"
}

check_missing_file_is_named_before_anything_is_loaded() {
	file=$(path_of zsmalloc)
	mv "$file" /tmp/kept
	modprobe zram 2>/tmp/err
	status=$?
	mv /tmp/kept "$file"
	expect 1 $status && expect_words /tmp/err "zsmalloc.ko" "zram" && not_loaded zram
}

check_kernel_calls_modprobe_for_a_file_system() {
	mount -t xfs none /mnt 2>/dev/null
	loaded xfs || { dmesg | tail -3; return 1; }
	loaded libcrc32c
}

check_kernel_calls_modprobe_for_a_socket_family() {
	/test/helper socket 15 || true
	loaded af_key
}

check_kernel_call_for_a_name_without_module_is_quiet() {
	cat >/tmp/wrapper <<-'W'
	#!/bin/busybox sh
	/sbin/modprobe "$@" >/tmp/wrapper.out 2>&1
	echo "$? $*" >/tmp/wrapper.status
	W
	chmod +x /tmp/wrapper
	echo /tmp/wrapper >/proc/sys/kernel/modprobe
	mount -t nosuchfs none /mnt 2>/dev/null
	echo /sbin/modprobe >/proc/sys/kernel/modprobe
	expect "1 -q -- fs-nosuchfs" "$(cat /tmp/wrapper.status)" && expect "" "$(cat /tmp/wrapper.out)"
}

check_builtin_is_success_and_cannot_be_removed() {
	builtin=$(sed -n '1s,.*/\(.*\)\.ko,\1,p' $MODDIR/modules.builtin)
	modprobe "$builtin" || return 1
	expect_failure modprobe -r "$builtin" || return 1
	expect_words /tmp/err "is builtin." || return 1
	expect_failure rmmod "$builtin" || return 1
	expect_words /tmp/err "is builtin."
}

check_coldplug_by_udevd() {
	for m in virtio_net net_failover failover virtio_balloon virtio_rng virtio_blk; do
		/busybox/rmmod $m 2>/dev/null
	done
	not_loaded virtio_net || { echo "virtio_net cannot be unloaded"; return 1; }
	/lib/systemd/systemd-udevd --daemon 2>/tmp/err || { cat /tmp/err; return 1; }
	grep -q "$(readlink -f /lib/x86_64-linux-gnu/libkmod.so.2)" /proc/$(pidof systemd-udevd)/maps || {
		echo "udevd does not map our library"
		return 1
	}
	udevadm trigger --action=add && udevadm settle --timeout=30 || return 1
	killall systemd-udevd
	for m in virtio_net virtio_blk virtio_balloon virtio_rng; do
		loaded $m || { echo "$m was not loaded by its modalias"; return 1; }
	done
}

check_two_hundred_modules_in_and_out() {
	names=$(find $MODDIR/kernel/net/ipv4 $MODDIR/kernel/net/netfilter $MODDIR/kernel/crypto $MODDIR/kernel/lib \
		$MODDIR/kernel/fs/nls -name '*.ko' | sed 's,.*/,,; s,\.ko$,,' | head -200)
	count=0
	for m in $names; do
		modprobe "$m" 2>>/tmp/err && count=$((count + 1))
	done
	[ $count -ge 150 ] || { echo "only $count loaded"; tail -5 /tmp/err; return 1; }
	# A freed dependency that is itself in the list is gone already when its turn comes.
	modprobe -r -a $names 2>/dev/null
	modprobe -r -a $names 2>/dev/null
	# What the kernel's own request_module() brought in may stay.
	for m in $names; do
		name=$(echo "$m" | tr - _)
		not_loaded "$name" || [ "$(cat /sys/module/$name/refcnt)" -gt 0 ] ||
			{ echo "$name stays, unused"; return 1; }
	done
}

# What the tools say after a failure is what the kernel says in its log.

check_log_agrees_on_an_unknown_symbol() {
	same_cause free_netdeX "Unknown symbol free_netdeX" insmod /test/symbol.ko
}

check_log_agrees_on_a_missing_dependency() {
	same_cause zs_malloc "Unknown symbol zs_malloc" insmod "$(path_of zram)"
}

check_log_agrees_on_several_missing_dependencies() {
	same_cause stp_proto_register "Unknown symbol stp_proto_register" insmod "$(path_of bridge)" || return 1
	expect_words /tmp/err llc_mac_hdr_init && expect_words /tmp/dmesg "Unknown symbol llc_mac_hdr_init"
}

check_log_agrees_on_a_foreign_vermagic() {
	modprobe tun || return 1
	same_cause "SMX" "SMX" insmod /test/vermagic.ko || return 1
	expect_words /tmp/err vermagic && expect_words /tmp/dmesg "version magic"
}

check_log_agrees_on_a_number_that_is_none() {
	same_cause nbds_max "invalid for parameter \`nbds_max'" modprobe nbd nbds_max=many
}

check_log_agrees_on_a_switch_that_is_none() {
	same_cause shared_tags "invalid for parameter \`shared_tags'" modprobe null_blk shared_tags=perhaps
}

check_log_agrees_on_a_changed_symbol_version() {
	modprobe zsmalloc || return 1
	same_cause zs_malloc "disagrees about version of symbol zs_malloc" insmod /test/version.ko || return 1
	expect_words /tmp/err "version of symbol zs_malloc differs"
}

check_log_agrees_on_a_foreign_architecture() {
	same_cause AArch64 "Invalid architecture in ELF header: 183" insmod /test/foreign.ko
}

check_log_agrees_on_a_file_that_is_no_elf() {
	echo "this is no module" >/tmp/text.ko
	same_cause "ELF" "Invalid ELF header" insmod /tmp/text.ko
}

check_log_agrees_on_a_truncated_file() {
	same_cause "truncated" "Invalid ELF section header" insmod /test/truncated.ko
}

check_log_agrees_on_an_unsigned_module() {
	echo 1 >/sys/module/module/parameters/sig_enforce || return 1
	same_cause "signature" "unsigned module is rejected" insmod /test/unsigned.ko
}

check_modules_disabled_is_said() {
	echo 1 >/proc/sys/kernel/modules_disabled
	expect_failure modprobe dummy || return 1
	expect_words /tmp/err "could not insert 'dummy': Operation not permitted" "modules_disabled"
}
