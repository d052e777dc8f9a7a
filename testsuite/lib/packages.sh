# SPDX-License-Identifier: LGPL-2.1-or-later
# Debian packages for the suites on real input: fetched by apt once, unpacked into a cache.
# Sourced by shell scripts.

KMOD_TEST_CACHE=${KMOD_TEST_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/kmod-test}

# package_real NAME: what a meta package stands for (linux-image-amd64 -> linux-image-6.1.0-...)
package_real() {
	apt-cache depends "$1" | sed -n 's/^ *Depends: \(linux-\(image\|headers\)-[0-9].*\)$/\1/p' | head -n 1
}

# package_root NAME: fetches and unpacks once; prints the folder with the package's files
package_root() {
	pr_dir=$KMOD_TEST_CACHE/$1
	if [ ! -e "$pr_dir/.complete" ]; then
		rm -rf "$pr_dir"
		mkdir -p "$pr_dir/.deb"
		(cd "$pr_dir/.deb" && apt-get download -qq -o APT::Sandbox::User=root "$1" >&2) || return 1
		dpkg-deb -x "$pr_dir"/.deb/*.deb "$pr_dir" || return 1
		rm -rf "$pr_dir/.deb"
		touch "$pr_dir/.complete"
	fi
	printf '%s\n' "$pr_dir"
}

# packages_ours SOURCE BUILD_DIR: builds our own packages of the last commit, unless they are
# there; prints their folder
packages_ours() {
	po_dir=$2/debs
	po_commit=$(git -C "$1" rev-parse HEAD 2>/dev/null) || po_commit=
	if [ -z "$po_commit" ] || [ "$po_commit" != "$(cat "$po_dir/commit" 2>/dev/null)" ]; then
		DEB_BUILD_OPTIONS=${DEB_BUILD_OPTIONS:-nocheck} "$1/scripts/build-deb" "$po_dir" >&2 ||
			return 1
		echo "$po_commit" >"$po_dir/commit"
	fi
	printf '%s\n' "$po_dir"
}
