/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Install and remove commands. */
#pragma once

#include "shared/macro.h"

struct plan_shell_result {
	int status; /* exit status, or -1 */
	int signal; /* that killed it, or 0 */
};

/*
 * Runs command by /bin/sh -c with MODPROBE_MODULE=module in its environment and waits.
 * The child has default signal handling and nothing blocked, whatever the caller has.
 * 0 it ran and gave a result, else why it could not be run.
 */
int plan_shell_run(const char *command, const char *module,
		   struct plan_shell_result *result) _must_check_;
