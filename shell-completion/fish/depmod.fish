# SPDX-License-Identifier: LGPL-2.1-or-later
# All commands are completed by one file.
source (status dirname)/kmod.fish
