/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A step as the line that scripts read (tools.md 6.7):
 *
 *	insmod PATH OPTIONS     OPTIONS may be empty: the blank stays
 *	install COMMAND OPTIONS the raw command
 *	builtin NAME            only where asked for
 *	rmmod NAME
 *	remove COMMAND          with $CMDLINE_OPTS replaced
 */
#include <string.h>

#include "libkmod/plan/plan.h"

void plan_command_text(struct strbuf *out, const struct plan_step *step)
{
	static const char placeholder[] = "$CMDLINE_OPTS";
	const char *rest = step->command ? step->command : "";
	const char *hit;

	while ((hit = strstr(rest, placeholder))) {
		strbuf_add(out, rest, (size_t)(hit - rest));
		strbuf_adds(out, step->options);
		rest = hit + sizeof(placeholder) - 1;
	}
	strbuf_adds(out, rest);
}

static void say_two(struct strbuf *out, const char *verb, const char *what,
		    const char *options)
{
	strbuf_adds(out, verb);
	strbuf_adds(out, what);
	if (options) {
		strbuf_addc(out, ' ');
		strbuf_adds(out, options);
	}
	strbuf_addc(out, '\n');
}

void plan_say_classic(struct strbuf *out, const struct plan_step *step, bool show_builtin)
{
	const char *path;

	switch (step->op) {
	case PLAN_INSERT:
		if (mod_path(step->mod, &path) < 0)
			out->failed = true;
		else if (path)
			say_two(out, "insmod ", path, step->options);
		break;
	case PLAN_RUN_INSTALL:
		say_two(out, "install ", step->command, step->options);
		break;
	case PLAN_REMOVE:
		say_two(out, "rmmod ", step->mod->name, NULL);
		break;
	case PLAN_RUN_REMOVE:
		strbuf_adds(out, "remove ");
		plan_command_text(out, step);
		strbuf_addc(out, '\n');
		break;
	case PLAN_SKIP:
		if (show_builtin && step->why == PLAN_WHY_BUILTIN)
			say_two(out, "builtin ", step->mod->name, NULL);
		break;
	}
}
