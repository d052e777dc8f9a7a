# SPDX-License-Identifier: LGPL-2.1-or-later
# A small Debian with the programs that use kmod, made once by debootstrap and kept; and
# throw-away copies of it. Needs to be root. Sourced, after lib/packages.sh.

CLIENTS_PACKAGES='systemd udev initramfs-tools dracut-core pciutils dkms gcc make
	zstd xz-utils cpio busybox'
CLIENTS_SUITE=bookworm

# clients_mount ROOT, clients_umount ROOT: what programs expect of a running system
clients_mount() {
	mount -t proc proc "$1/proc" && mount --bind /sys "$1/sys" && mount --bind /dev "$1/dev"
}
clients_umount() {
	for cu_dir in dev sys proc; do
		! mountpoint -q "$1/$cu_dir" || umount -l "$1/$cu_dir"
	done
}

# in_root ROOT COMMAND [ARGUMENT]...
in_root() {
	ir_root=$1
	shift
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C \
		DEBIAN_FRONTEND=noninteractive chroot "$ir_root" "$@"
}

# clients_root KERNEL_PACKAGE: prints the folder with the root, in which the kernel's modules
# lie and its headers are installed. Its log is beside it.
clients_root() {
	cr_root=$KMOD_TEST_CACHE/clients-$CLIENTS_SUITE
	if [ ! -e "$cr_root/.complete" ]; then
		clients_root_make "$1" >"$cr_root.log" 2>&1 || {
			clients_umount "$cr_root"
			tail -n 5 "$cr_root.log" >&2
			return 1
		}
		touch "$cr_root/.complete"
	fi
	printf '%s\n' "$cr_root"
}

clients_root_make() {
	crm_kernel=$(package_root "$1") || return 1
	clients_umount "$cr_root"
	rm -rf --one-file-system "$cr_root"
	debootstrap --variant=minbase --include=ca-certificates $CLIENTS_SUITE "$cr_root" ||
		return 1
	# The security archive has the headers of today's kernel.
	cat >"$cr_root/etc/apt/sources.list" <<-END
		deb http://deb.debian.org/debian $CLIENTS_SUITE main
		deb http://deb.debian.org/debian $CLIENTS_SUITE-updates main
		deb http://deb.debian.org/debian-security $CLIENTS_SUITE-security main
	END
	cp /etc/resolv.conf "$cr_root/etc/resolv.conf"
	printf '#!/bin/sh\nexit 101\n' >"$cr_root/usr/sbin/policy-rc.d"
	chmod +x "$cr_root/usr/sbin/policy-rc.d"
	clients_mount "$cr_root" || return 1
	# shellcheck disable=SC2086
	in_root "$cr_root" apt-get -qq update &&
		in_root "$cr_root" apt-get -qq -y --no-install-recommends install \
			$CLIENTS_PACKAGES "linux-headers-${1#linux-image-}" || return 1
	in_root "$cr_root" apt-get clean
	clients_umount "$cr_root"
	cp -a "$crm_kernel/lib/modules/." "$cr_root/lib/modules/" &&
		cp -a "$crm_kernel/boot/." "$cr_root/boot/"
}

# clients_copy ROOT DIR: DIR/root is a copy of ROOT that can be written to, in memory
clients_copy() {
	mkdir -p "$2/memory" "$2/root"
	mount -t tmpfs -o size=1g tmpfs "$2/memory" || return 1
	mkdir "$2/memory/upper" "$2/memory/work"
	mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/memory/upper,workdir=$2/memory/work" \
		"$2/root" && clients_mount "$2/root"
}
clients_drop() {
	clients_umount "$1/root"
	for cd_dir in root memory; do
		! mountpoint -q "$1/$cd_dir" || umount -l "$1/$cd_dir"
	done
}
