/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fault sweeps: the first, second, third ... call of a kind fails in turn, with every
 * error that it can have, until no call is left.
 *
 *	static void run(const struct sweep_fault *f) { ... ts_tool(...); sweep_end(f); look }
 *	sweep("depmod", run);
 *
 * TS_SWEEP=full (make check-faults) takes every call; else the first ones and then fewer
 * and fewer. Says how many faults were injected:  "# faults: 123 depmod".
 */
#pragma once

#include <stdbool.h>

struct sweep_fault {
	const char *kind;
	int error;
	bool harmless; /* interrupted and short transfers are continued */
	unsigned long nth;
};

/* Calls run once per fault, armed. */
void sweep(const char *what, void (*run)(const struct sweep_fault *fault));
/* After the call under test: disarms. True: the fault happened. */
bool sweep_end(void);
/* For messages of failed tests: "write 3: ENOSPC". */
const char *sweep_name(const struct sweep_fault *fault);
