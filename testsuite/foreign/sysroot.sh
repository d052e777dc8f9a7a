# SPDX-License-Identifier: LGPL-2.1-or-later
# Debian's packages of another architecture, without making this machine's apt know it.
# Sourced, after lib/packages.sh.

FOREIGN_PACKAGES='check libsubunit-dev libsubunit0 libzstd-dev libzstd1 liblzma-dev liblzma5
	zlib1g-dev zlib1g libssl-dev libssl3'

foreign_apt() {
	fa_tool=$1 fa_state=$KMOD_TEST_CACHE/foreign/$2/apt
	shift 2
	$fa_tool -qq -o APT::Sandbox::User=root -o APT::Architecture="$arch" \
		-o APT::Architectures="$arch" -o Dir::State="$fa_state" -o Dir::Cache="$fa_state" \
		-o Dir::State::status="$fa_state/status" "$@"
}

# foreign_fetch ARCH DIR PACKAGE...: unpacks them into DIR, once
foreign_fetch() {
	arch=$1 ff_dir=$2
	shift 2
	[ ! -e "$ff_dir/.complete" ] || return 0
	ff_state=$KMOD_TEST_CACHE/foreign/$arch/apt
	mkdir -p "$ff_state/lists/partial" "$ff_state/archives/partial" "$ff_dir/.deb"
	: >"$ff_state/status"
	[ -e "$ff_state/updated" ] || foreign_apt apt-get "$arch" update || :
	touch "$ff_state/updated"
	(cd "$ff_dir/.deb" && foreign_apt apt-get "$arch" download "$@") || return 1
	for ff_deb in "$ff_dir"/.deb/*.deb; do
		dpkg-deb -x "$ff_deb" "$ff_dir" || return 1
	done
	rm -rf "$ff_dir/.deb"
	touch "$ff_dir/.complete"
}

# foreign_sysroot ARCH: prints the folder with headers and libraries to build with
foreign_sysroot() {
	fs_dir=$KMOD_TEST_CACHE/foreign/$1/sysroot
	# shellcheck disable=SC2086
	foreign_fetch "$1" "$fs_dir" $FOREIGN_PACKAGES >&2 || return 1
	printf '%s\n' "$fs_dir"
}

# foreign_kernel ARCH FLAVOUR: prints the folder with Debian's kernel for it
foreign_kernel() {
	fk_dir=$KMOD_TEST_CACHE/foreign/$1/kernel
	if [ ! -e "$fk_dir/.complete" ]; then
		foreign_fetch "$1" "$KMOD_TEST_CACHE/foreign/$1/sysroot" $FOREIGN_PACKAGES >&2 || return 1
		arch=$1
		fk_image=$(foreign_apt apt-cache "$1" depends "linux-image-$2" |
			sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1)
		foreign_fetch "$1" "$fk_dir" "${fk_image:?}" >&2 || return 1
	fi
	printf '%s\n' "$fk_dir"
}
