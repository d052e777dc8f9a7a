/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Everything in the library is hidden but what libkmod.h declares. The build includes
 * this before every library source, so that neither the public header nor the
 * definitions need an attribute; libkmod.sym then gives the versions.
 */
#pragma once

#pragma GCC visibility push(default)
#include "libkmod/libkmod.h"
#pragma GCC visibility pop
