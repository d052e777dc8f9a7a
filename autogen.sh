#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Makes configure and the Makefile templates from configure.ac and Makefile.am.
set -e
cd "$(dirname "$0")"
mkdir -p build-aux
exec autoreconf --install --symlink --force
