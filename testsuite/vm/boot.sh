# SPDX-License-Identifier: LGPL-2.1-or-later
# A Debian that boots: root on a disk, initramfs by initramfs-tools, systemd; and the machine
# it boots on. Needs to be root. Sourced, after lib/packages.sh and clients/root.sh.

# boot_root CLIENTS_ROOT KERNEL_PACKAGE DIR: DIR/root is a copy of the root that knows that
# kernel's modules and nothing else of it
boot_root() {
	clients_copy "$1" "$3" || return 1
	mkdir "$3/memory/modules" "$3/memory/modules-work"
	mount -t overlay overlay "$3/root/usr/lib/modules" \
		-o "lowerdir=$2/lib/modules,upperdir=$3/memory/modules,workdir=$3/memory/modules-work" &&
		rm -rf "$3/root/boot" && mkdir "$3/root/boot" &&
		cp "$2"/boot/config-* "$3/root/boot/"
}

boot_drop() {
	! mountpoint -q "$1/root/usr/lib/modules" || umount -l "$1/root/usr/lib/modules"
	clients_drop "$1"
}

# What an administrator may have written. No module with several softdep lines is asked for:
# Debian's kmod 30 heeds one of them, we heed all (difference D16).
boot_configure() {
	cat >"$1/etc/modprobe.d/test.conf" <<-'END'
		blacklist pcspkr
		install joydev /bin/true
		options null_blk nr_devices=3
		softdep dummy pre: tun post: veth
		alias our-block nbd
		options nbd nbds_max=2
	END
	printf '%s\n' nfsd dummy null_blk our-block >"$1/etc/modules-load.d/test.conf"
	echo 'LABEL=root / ext4 defaults 0 0' >"$1/etc/fstab"
	cat >"$1/etc/systemd/system/report.service" <<-'END'
		[Unit]
		Description=Tells what was loaded, and powers off
		After=multi-user.target
		[Service]
		Type=oneshot
		ExecStart=/usr/local/bin/report
		[Install]
		WantedBy=multi-user.target
	END
	install -m 755 "$here/report" "$1/usr/local/bin/report"
	in_root "$1" systemctl enable report.service
}

# boot_initramfs ROOT KERNEL OUT: with what the root file system needs, and no more. What it
# has loaded is kept for the report.
boot_initramfs() {
	sed -i 's/^MODULES=.*/MODULES=list/' "$1/etc/initramfs-tools/initramfs.conf"
	printf '%s\n' virtio_pci virtio_blk ext4 >>"$1/etc/initramfs-tools/modules"
	cat >"$1/etc/initramfs-tools/scripts/init-bottom/modules" <<-'END'
		#!/bin/sh
		[ "$1" = prereqs ] || { mkdir -p /run/initramfs; cat /proc/modules >/run/initramfs/modules; }
	END
	chmod 755 "$1/etc/initramfs-tools/scripts/init-bottom/modules"
	in_root "$1" mkinitramfs -o /boot/initrd "$2" && mv "$1/boot/initrd" "$3"
}

# boot_disk ROOT OUT: the root as a file system, without what no boot looks at
boot_disk() {
	clients_umount "$1"
	for bd_dir in src share/doc share/man share/locale share/perl lib/gcc lib/python3 \
		lib/x86_64-linux-gnu/perl; do
		rm -rf "$1/usr/$bd_dir"
	done
	rm -rf "$2"
	mke2fs -q -t ext4 -O ^has_journal -L root -d "$1" "$2" 1200M
}

# A machine with something of everything, one device a line.
boot_devices() {
	cat <<-END
		-drive file=disk.img,format=raw,if=none,id=d1,cache=unsafe -device virtio-blk-pci,drive=d1
		-device pci-bridge,id=bridge,chassis_nr=1,shpc=off
	END
	for bd_card in e1000 e1000e rtl8139 pcnet ne2k_pci i82559c vmxnet3 tulip; do
		echo "-netdev hubport,id=$bd_card,hubid=1 -device $bd_card,netdev=$bd_card,bus=bridge"
	done
	for bd_adapter in lsi53c895a megasas mptsas1068 pvscsi; do
		echo "-device $bd_adapter,bus=bridge"
	done
	cat <<-END
		-netdev hubport,id=virtio,hubid=1 -device virtio-net-pci,netdev=virtio
		-device virtio-rng-pci
		-device virtio-balloon-pci
		-device virtio-scsi-pci
		-device virtio-serial-pci
		-device virtio-keyboard-pci
		-drive file=disk2.img,format=raw,if=none,id=d2 -device nvme,drive=d2,serial=2
		-drive file=disk3.img,format=raw,if=none,id=d3 -device ide-hd,drive=d3
		-device usb-ehci,id=ehci
		-drive file=disk4.img,format=raw,if=none,id=d4 -device usb-storage,bus=ehci.0,drive=d4
		-device piix3-usb-uhci
		-device pci-ohci
		-audiodev none,id=sound
		-device qemu-xhci,id=xhci
		-device usb-kbd,bus=xhci.0
		-device usb-tablet,bus=xhci.0
		-device usb-audio,bus=xhci.0,audiodev=sound
		-device usb-ccid,bus=xhci.0
		-chardev null,id=line -device usb-serial,bus=xhci.0,chardev=line
		-drive file=disk5.img,format=raw,if=none,id=d5 -device sdhci-pci -device sd-card,drive=d5
		-device intel-hda -device hda-duplex,audiodev=sound
		-device AC97,audiodev=sound
		-device ES1370,audiodev=sound
		-device i6300esb -watchdog-action none
		-device pvpanic-pci
		-device VGA
		-device bochs-display
		-device ipmi-bmc-sim,id=bmc -device isa-ipmi-kcs,bmc=bmc
		-object can-bus,id=can -device kvaser_pci,canbus=can
		-object memory-backend-ram,id=shared,size=1M -device ivshmem-plain,memdev=shared
	END
}

# boot_machine KERNEL DIR SECONDS: boots DIR/disk.img by DIR/initrd; leaves DIR/console.log
# and DIR/report. One processor, so that two machines run at once.
boot_machine() (
	bm_line='console=ttyS0 root=LABEL=root init=/lib/systemd/systemd panic=-1 quiet'
	bm_rules='modprobe.blacklist=i6300esb snd_hda_intel.power_save=7'
	cd "$2" || exit
	truncate -s 8M disk2.img disk3.img disk4.img disk5.img
	# shellcheck disable=SC2046
	timeout "$3" qemu-system-x86_64 -machine q35 -accel tcg -cpu max -smp 1 -m 1024 \
		-nodefaults -display none -no-reboot -monitor none -serial stdio -serial file:report \
		-kernel "$1" -initrd initrd -append "$bm_line systemd.show_status=1 $bm_rules" \
		$(boot_devices) </dev/null >console.log 2>&1
)
