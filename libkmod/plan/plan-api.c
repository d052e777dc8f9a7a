/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public kernel actions: thin wrappers of a plan, or of one step of it. */
#include <errno.h>
#include <fcntl.h>

#include "libkmod/plan/plan-build.h"
#include "libkmod/sys.h"

#define INSERT_FLAGS (KMOD_INSERT_FORCE_VERMAGIC | KMOD_INSERT_FORCE_MODVERSION)

int kmod_module_insert_module(struct kmod_module *mod, unsigned int flags,
			      const char *options)
{
	if (!mod)
		return -ENOENT;
	return plan_insert_file(mod, flags & INSERT_FLAGS, options);
}

/* The caller's two functions, behind the runner's one data pointer. */
struct probe {
	int (*run_install)(struct kmod_module *m, const char *cmdline, void *data);
	void *data;
	void (*print_action)(struct kmod_module *m, bool install, const char *options);
};

static int probe_run_install(struct kmod_module *mod, const char *command, void *data)
{
	const struct probe *probe = data;

	return probe->run_install(mod, command, probe->data);
}

static void probe_before(const struct plan_step *step, void *data)
{
	const struct probe *probe = data;

	/* compat: -D consumers learn of builtin modules when loaded state is ignored. */
	if (step->op == PLAN_SKIP &&
	    !(step->why == PLAN_WHY_BUILTIN && step->ignore_loaded))
		return;
	probe->print_action(step->mod, step->op == PLAN_RUN_INSTALL, step->options);
}

int kmod_module_probe_insert_module(
	struct kmod_module *mod, unsigned int flags, const char *extra_options,
	int (*run_install)(struct kmod_module *m, const char *cmdline, void *data),
	const void *data,
	void (*print_action)(struct kmod_module *m, bool install, const char *options))
{
	const struct plan_load_request request = { .flags = flags,
						   .extra_options = extra_options };
	struct probe probe = { run_install, (void *)data, print_action };
	const struct plan_runner how = {
		.insert_flags = flags & INSERT_FLAGS,
		.dry_run = flags & KMOD_PROBE_DRY_RUN,
		.before = print_action ? probe_before : NULL,
		.run_install = run_install ? probe_run_install : NULL,
		.data = &probe,
	};
	_cleanup_plan_ struct plan *plan = NULL;
	int r;

	if (!mod)
		return -ENOENT;
	r = plan_load(mod, &request, &plan);
	return r < 0 ? r : plan_run(plan, &how);
}

int kmod_module_remove_module(struct kmod_module *mod, unsigned int flags)
{
	int r;

	if (!mod)
		return -ENOENT;
	r = sys_delete_module(mod->name, O_NONBLOCK | (flags & KMOD_REMOVE_FORCE));
	if (r < 0 && !(flags & KMOD_REMOVE_NOLOG)) {
		errno = -r;
		log_err(mod->ctx, "could not remove '%s': %m\n", mod->name);
	}
	return r;
}
