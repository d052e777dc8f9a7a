/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Everything in the library is hidden but what the public headers declare. The build includes
 * this before every library source, so that neither the public header nor the
 * definitions need an attribute; libkmod.sym then gives the versions.
 */
#pragma once

#pragma GCC visibility push(default)
#include "libkmod/libkmod.h"
#include "libkmod/libkmod-plan.h"
#pragma GCC visibility pop
