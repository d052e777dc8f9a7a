/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The configuration iterators of libkmod.h, for those who also want file and line. */
#pragma once

#include "libkmod/config/conf.h"
#include "libkmod/libkmod.h"

/* The rule the iterator stands on, or NULL. */
const struct rule *conf_iter_rule(const struct kmod_config_iter *iter);
