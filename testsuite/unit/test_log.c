/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "libkmod/ctx.h"
#include "testsuite/unit/module-tree.h"

static const struct {
	const char *text;
	int priority;
} env_words[] = {
	{ "err", LOG_ERR },
	{ "error", LOG_ERR },
	{ "info", LOG_INFO },
	{ "debug", LOG_DEBUG },
	{ "7", 7 },
	{ " 5", 5 },
	{ "+4", 4 },
	{ "-1", -1 },
	{ "6 and more", 6 },
	{ "6\n", 6 },
	{ "", 0 },
	{ "notice", 0 },
	{ "warning", 0 },
	{ "ERR", 0 },
	{ "5x", 0 },
	{ "99999999999", 0 },
	{ "-99999999999999999999999", 0 },
};

START_TEST(environment_sets_the_priority)
{
	for (size_t i = 0; i < ARRAY_SIZE(env_words); i++) {
		setenv("KMOD_LOG", env_words[i].text, 1);
		ck_assert_msg(log_priority_from_env(42) == env_words[i].priority, "KMOD_LOG='%s': %d",
			      env_words[i].text, log_priority_from_env(42));
	}
	unsetenv("KMOD_LOG");
	ck_assert_int_eq(log_priority_from_env(42), 42);
}
END_TEST

START_TEST(context_takes_the_environment)
{
	struct kmod_ctx *ctx;

	setenv("KMOD_LOG", "4", 1);
	ctx = mt_ctx();
	ck_assert_int_eq(kmod_get_log_priority(ctx), 4);
	unsetenv("KMOD_LOG");
	kmod_unref(ctx);
}
END_TEST

START_TEST(priorities_have_names)
{
	ck_assert_str_eq(log_priority_name(LOG_EMERG), "EMERGENCY");
	ck_assert_str_eq(log_priority_name(LOG_ALERT), "ALERT");
	ck_assert_str_eq(log_priority_name(LOG_CRIT), "CRITICAL");
	ck_assert_str_eq(log_priority_name(LOG_ERR), "ERROR");
	ck_assert_str_eq(log_priority_name(LOG_WARNING), "WARNING");
	ck_assert_str_eq(log_priority_name(LOG_NOTICE), "NOTICE");
	ck_assert_str_eq(log_priority_name(LOG_INFO), "INFO");
	ck_assert_str_eq(log_priority_name(LOG_DEBUG), "DEBUG");
	ck_assert_ptr_null(log_priority_name(8));
	ck_assert_ptr_null(log_priority_name(-1));
}
END_TEST

/* What one message at priority writes to standard error. */
static const char *on_stderr(struct kmod_ctx *ctx, int priority)
{
	int saved = dup(2), fd;

	ts_write("stderr", "");
	fd = open(ts_path("stderr"), O_WRONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	dup2(fd, 2);
	errno = ENOENT;
	log_write(ctx, priority, "file.c", 12, "function", "%s: %m\n", "thing");
	ck_assert_int_eq(errno, ENOENT);
	dup2(saved, 2);
	close(saved);
	close(fd);
	return ts_read("stderr", NULL);
}

START_TEST(default_sink_writes_to_stderr)
{
	struct kmod_ctx *ctx = mt_ctx();

	ck_assert_str_eq(on_stderr(ctx, LOG_ERR), "libkmod: ERROR: function: thing: No such file or directory\n");
	ck_assert_str_eq(on_stderr(ctx, 42), "libkmod: L:42: function: thing: No such file or directory\n");
	kmod_unref(ctx);
}
END_TEST

START_TEST(priority_is_a_threshold)
{
	struct kmod_ctx *ctx = mt_ctx();

	kmod_set_log_priority(ctx, LOG_WARNING);
	ck_assert(log_wanted(ctx, LOG_ERR));
	ck_assert(log_wanted(ctx, LOG_WARNING));
	ck_assert(!log_wanted(ctx, LOG_NOTICE));
	ck_assert(!log_wanted(NULL, LOG_EMERG));
	kmod_unref(ctx);
}
END_TEST

START_TEST(sink_gets_the_message_with_errno)
{
	struct kmod_ctx *ctx = mt_ctx();
	struct mt_log log = { 0 };

	mt_log_to(ctx, &log);
	errno = EACCES;
	log_err(ctx, "%s: %m\n", "it");
	ck_assert_int_eq(log.n, 1);
	ck_assert_int_eq(log.last_priority, LOG_ERR);
	ck_assert_str_eq(log.text, "it: Permission denied\n");
	log_info(ctx, "not shown\n");
	ck_assert_int_eq(log.n, 1);
	kmod_unref(ctx);
}
END_TEST

START_TEST(setting_a_sink_says_so_through_it)
{
	struct kmod_ctx *ctx = mt_ctx();
	struct mt_log log = { 0 };

	kmod_set_log_priority(ctx, LOG_INFO);
	kmod_set_log_fn(ctx, mt_log_sink, &log);
	ck_assert_int_eq(log.n, 1);
	ck_assert_int_eq(log.last_priority, LOG_INFO);
	kmod_set_log_fn(NULL, mt_log_sink, &log);
	kmod_unref(ctx);
	ck_assert_int_eq(log.n, 2); /* the release */
}
END_TEST

START_TEST(null_sink_is_silence)
{
	struct kmod_ctx *ctx = mt_ctx();

	kmod_set_log_fn(ctx, NULL, NULL);
	ck_assert_str_eq(on_stderr(ctx, LOG_ERR), "");
	kmod_unref(ctx);
}
END_TEST

static void asking_sink(void *data, int priority, const char *file, int line, const char *fn, const char *format,
			va_list args)
{
	struct kmod_module *mod;

	(void)priority, (void)file, (void)line, (void)fn, (void)format, (void)args;
	ck_assert_int_eq(kmod_module_new_from_name(data, "x", &mod), 0);
	kmod_module_unref(mod);
}

START_TEST(sink_may_call_the_library)
{
	struct kmod_ctx *ctx = mt_ctx();

	kmod_set_log_fn(ctx, asking_sink, ctx);
	log_err(ctx, "would hang if the lock were held\n");
	kmod_unref(ctx);
}
END_TEST

START_TEST(any_priority_is_kept)
{
	struct kmod_ctx *ctx = mt_ctx();

	ck_assert_int_eq(kmod_get_log_priority(ctx), LOG_ERR);
	kmod_set_log_priority(ctx, INT_MAX);
	ck_assert_int_eq(kmod_get_log_priority(ctx), INT_MAX);
	kmod_set_log_priority(ctx, -5);
	ck_assert_int_eq(kmod_get_log_priority(ctx), -5);
	kmod_set_log_priority(NULL, 3);
	ck_assert_int_eq(kmod_get_log_priority(NULL), -1);
	kmod_unref(ctx);
}
END_TEST

int main(void)
{
	const TTest *tests[] = { environment_sets_the_priority,
				 context_takes_the_environment,
				 priorities_have_names,
				 default_sink_writes_to_stderr,
				 priority_is_a_threshold,
				 sink_gets_the_message_with_errno,
				 setting_a_sink_says_so_through_it,
				 null_sink_is_silence,
				 sink_may_call_the_library,
				 any_priority_is_kept,
				 NULL };

	return ts_run_trapped("log", tests, NULL, NULL);
}
