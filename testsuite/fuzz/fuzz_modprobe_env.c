/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MODPROBE_OPTIONS: cut into words, and handed on so that the same words come out again. */
#include "testsuite/fuzz/fuzz.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "shared/cleanup.h"
#include "tools/modprobe-env.h"
#include "tools/tool.h"

static void same_words(const struct env_args *a, const struct env_args *b)
{
	fuzz_check(a->n_env == b->n_env);
	for (size_t i = 0; i <= a->n_env; i++)
		fuzz_check(strcmp(a->argv.at[i], b->argv.at[i]) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = fuzz_string(data, size);
	char *const argv[] = { (char *)"modprobe", (char *)"foo", NULL };
	const struct env_inherit nothing = { .command = tool_modprobe.options };
	struct env_args args, again;

	fuzz_check(env_args_build(&args, text, 2, argv) == 0);
	fuzz_check(args.argv.n == args.n_env + 3);
	fuzz_check(args.argv.at[args.n_env + 1] == argv[1] && !args.argv.at[args.n_env + 2]);

	opterr = 0;
	fuzz_check(setenv("MODPROBE_OPTIONS", text, 1) == 0);
	fuzz_check(env_export(&nothing) == 0);
	fuzz_check(env_args_build(&again, env_options(), 2, argv) == 0);
	same_words(&args, &again);
	env_args_fini(&again);
	env_args_fini(&args);
	return 0;
}
