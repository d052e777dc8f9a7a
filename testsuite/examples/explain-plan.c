/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Says what loading would do before it is done, and with -y does it:
 *
 *	explain-plan [-y] NAME|MODALIAS|FILE
 *
 * A number for each step, its reason, and the line of configuration behind it; when a
 * step fails, the causes that can be checked.
 */
#include <libkmod-plan.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_step(size_t number, const struct kmod_plan_step *step)
{
	struct kmod_module *because = kmod_plan_step_get_because(step);
	char *rule = kmod_plan_step_dup_rule(step);

	printf("%zu. %s %s: %s", number, kmod_plan_op_str(kmod_plan_step_get_op(step)),
	       kmod_module_get_name(kmod_plan_step_get_module(step)),
	       kmod_plan_reason_str(kmod_plan_step_get_reason(step)));
	if (because)
		printf(" %s", kmod_module_get_name(because));
	if (rule)
		printf(" (%s:%u: %s)", kmod_plan_step_get_rule_file(step),
		       kmod_plan_step_get_rule_line(step), rule);
	putchar('\n');
	free(rule);
}

static void say(const char *line, void *data)
{
	fprintf(stderr, "  %s%s\n", (const char *)data, line);
}

static void failed(const struct kmod_plan_step *step, int error, void *data)
{
	struct kmod_module *mod = kmod_plan_step_get_module(step);

	fprintf(stderr, "%s: %s\n", kmod_module_get_name(mod), strerror(-error));
	kmod_plan_explain(mod, error, kmod_plan_step_get_options(step), say, data);
}

static int handle(struct kmod_module *mod, int run)
{
	const struct kmod_plan_hooks hooks = { .failed = failed };
	char because[] = "because ";
	struct kmod_plan *plan = NULL;
	int r = kmod_plan_load(mod, KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY, NULL, &plan);

	if (r < 0)
		return r;
	for (size_t i = 0; i < kmod_plan_get_n_steps(plan); i++)
		print_step(i + 1, kmod_plan_get_step(plan, i));
	r = kmod_plan_get_verdict(plan);
	if (kmod_plan_get_missing_path(plan))
		fprintf(stderr, "%s needs %s\n",
			kmod_module_get_name(kmod_plan_get_missing_for(plan)),
			kmod_plan_get_missing_path(plan));
	if (r == 0 && run)
		r = kmod_plan_run(plan, 0, 0, &hooks, because);
	kmod_plan_free(plan);
	return r;
}

int main(int argc, char **argv)
{
	int run = argc > 2 && strcmp(argv[1], "-y") == 0, status = 0;
	struct kmod_ctx *ctx = kmod_new(NULL, NULL);
	struct kmod_plan_matches *matches = NULL;
	int n = kmod_plan_lookup(ctx, argv[argc - 1], &matches);

	if (argc < 2 || n <= 0) {
		fputs("there is no such module\n", stderr);
		status = 1;
	}
	for (int i = 0; i < n; i++) {
		printf("%s is in %s\n",
		       kmod_module_get_name(
			       kmod_plan_matches_get_module(matches, (size_t)i)),
		       kmod_plan_matches_get_file(matches, (size_t)i));
		if (handle(kmod_plan_matches_get_module(matches, (size_t)i), run) != 0)
			status = 1;
	}
	kmod_plan_matches_free(matches);
	kmod_unref(ctx);
	return status;
}
