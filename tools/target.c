/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/target.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "shared/str.h"
#include "tools/tool.h"

int target_paths_below(const char *root, const char *const *paths,
		       char *out[TARGET_MAX_PATHS + 1])
{
	size_t i;

	for (i = 0; paths[i] && i < TARGET_MAX_PATHS; i++) {
		if (asprintf(&out[i], "%s%s", root ? root : "", paths[i]) < 0) {
			out[i] = NULL;
			return -ENOMEM;
		}
	}
	out[i] = NULL;
	return 0;
}

static int make_ctx(struct target *t)
{
	char *paths[TARGET_MAX_PATHS + 1] = { NULL };
	struct ctx_options opt = {
		.dirname = t->dir,
		.config_paths = t->config_paths,
		.log_priority = t->log_fn ? LOG_WARNING : log_priority_from_env(LOG_ERR),
		.log_fn = t->log_fn ? t->log_fn : tool_log_sink,
		.log_data = t->log_data,
		.keep_indexes = true,
	};
	int r = 0;

	if (!t->log_fn && opt.log_priority > tool_log.priority)
		tool_log.priority = opt.log_priority;
	if (t->root && !t->config_paths) {
		r = target_paths_below(t->root, conf_default_paths, paths);
		opt.config_paths = (const char *const *)paths;
	}
	if (r == 0)
		r = ctx_new(&opt, &t->ctx);
	for (size_t i = 0; paths[i]; i++)
		free(paths[i]);
	return r;
}

int target_open(struct target *t)
{
	struct utsname uts;
	int r = 0;

	if (uname(&uts) < 0)
		r = -errno;
	if (r == 0) {
		t->release = strdup(t->version ? t->version : uts.release);
		t->is_running = !t->root && str_eq(t->version ? t->version : uts.release,
						   uts.release);
		if (!t->release || asprintf(&t->dir, "%s" MODULE_DIRECTORY "/%s",
					    t->root ? t->root : "", t->release) < 0) {
			t->dir = NULL;
			r = -ENOMEM;
		}
	}
	if (r == 0)
		r = make_ctx(t);
	return r == 0 ? 0 : tool_no_context(r);
}

void target_close(struct target *t)
{
	if (t->ctx)
		kmod_unref(t->ctx);
	free(t->dir);
	free(t->release);
}

static int take_name(void *data, const struct index_hit *hit)
{
	struct target_names *names = data;
	const char *kept = arena_strdup(&names->arena, hit->pattern);

	return kept && vec_push(&names->at, kept) ? 0 : -ENOMEM;
}

int target_module_names(const struct target *t, struct target_names *out)
{
	_cleanup_(index_unrefp) struct index *idx = NULL;
	struct target_names names = { .arena = ARENA_INIT };
	int r = ctx_index(t->ctx, KMOD_INDEX_MODULES_DEP, &idx);

	if (r == 0)
		r = idx ? index_walk(idx, take_name, &names) : -ENOENT;
	if (r < 0)
		target_names_fini(&names);
	else
		*out = names;
	return r < 0 ? r : 0;
}

void target_names_fini(struct target_names *names)
{
	vec_fini(&names->at);
	arena_fini(&names->arena);
}

bool target_is_file(const char *operand)
{
	struct stat st;

	return strchr(operand, '/') || (name_is_module_file(operand, NULL) &&
					stat(operand, &st) == 0 && S_ISREG(st.st_mode));
}
