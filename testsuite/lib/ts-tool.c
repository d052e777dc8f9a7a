/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Running a tool: output and errors go to files, so nothing can block; the environment
 * is made from nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"
#include "testsuite/lib/ts-internal.h"

enum { SANITIZER_STATUS = 99 };

typedef VEC(char *) string_vec;

static void add(string_vec *v, const char *text)
{
	ck_assert(vec_push(v, (char *)text));
}

bool ts_have_tools(void)
{
	return access(TS_KMOD, X_OK) == 0;
}

/* A directory with the tools under their own names. */
static const char *tool_dir(void)
{
	static const char *const names[] = { "kmod",    "depmod",   "insmod", "lsmod",
					     "modinfo", "modprobe", "rmmod" };
	const char *dir = ts_fmt("%s/bin", ts_base());

	if (mkdir(dir, 0755) < 0)
		return dir;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ts_must(symlink(TS_KMOD, ts_fmt("%s/%s", dir, names[i])) == 0, "%s", dir);
	return dir;
}

void ts_env(const char *name, const char *value)
{
	string_vec *env = (string_vec *)&ts_state.env;
	size_t len = strlen(name);

	for (size_t i = 0; i < env->n; i++) {
		if (strncmp(env->at[i], name, len) == 0 && env->at[i][len] == '=')
			env->at[i--] = env->at[--env->n];
	}
	if (value)
		add(env, ts_fmt("%s=%s", name, value));
}

void ts_stdin(const char *text)
{
	ts_state.stdin_text = (char *)ts_fmt("%s", text);
}

void ts_stdout_to(const char *path)
{
	ts_state.stdout_to = path;
}

void ts_cwd(const char *path)
{
	ts_state.cwd = ts_path("%s", path);
}

void ts_release(const char *release)
{
	ts_state.release = release;
	if (ts_trapped())
		setenv("TESTSUITE_UNAME", release, 1);
}

void ts_no_traps(void)
{
	ts_state.no_traps = true;
}

void ts_no_fake_root(void)
{
	ts_state.no_fake_root = true;
}

void ts_allow_signal(void)
{
	ts_state.allow_signal = true;
}

/* Settings of checkers and profilers pass; nothing else of ours does. */
static void add_plain_environment(string_vec *env)
{
	static const char *const kept[] = {
		"TMPDIR",      "LD_LIBRARY_PATH",   "QEMU_SET_ENV",
		"GCOV_PREFIX", "GCOV_PREFIX_STRIP", "LLVM_PROFILE_FILE",
		"TSAN_OPTIONS"
	};

	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		if (getenv(kept[i]))
			add(env, ts_fmt("%s=%s", kept[i], getenv(kept[i])));
	}
	add(env, ts_fmt("PATH=%s:/usr/sbin:/usr/bin:/sbin:/bin", tool_dir()));
	add(env, "HOME=/");
	add(env, "LC_ALL=C");
	add(env, ts_fmt("ASAN_OPTIONS=exitcode=%d:%s", SANITIZER_STATUS,
			getenv("ASAN_OPTIONS") ? getenv("ASAN_OPTIONS") : ""));
	add(env, ts_fmt("LSAN_OPTIONS=exitcode=%d", SANITIZER_STATUS));
	add(env,
	    ts_fmt("UBSAN_OPTIONS=print_stacktrace=1:exitcode=%d", SANITIZER_STATUS));
	for (size_t i = 0; i < ts_state.env.n; i++)
		add(env, ts_state.env.at[i]);
}

static void add_traps(string_vec *env)
{
	const struct ts_state *s = &ts_state;
	bool alloc = s->fail_kind && str_eq(s->fail_kind, "alloc") && ts_can_fail_alloc();

	if (s->no_traps)
		return;
	add(env, ts_fmt("LD_PRELOAD=%s", ts_preload(alloc)));
	if (!s->no_fake_root)
		add(env, ts_fmt("TESTSUITE_ROOT=%s", s->root));
	add(env, ts_fmt("TESTSUITE_PASS=%s", getenv("TESTSUITE_PASS")));
	add(env, ts_fmt("TESTSUITE_UNAME=%s", s->release));
	add(env, ts_fmt("TESTSUITE_CALLS=%s", s->calls));
	if (s->errors.len > 0)
		add(env, ts_fmt("TESTSUITE_ERRORS=%s", strbuf_str(&s->errors)));
	if (s->kernel)
		add(env, "TESTSUITE_KERNEL=1");
	if (s->fail_kind) {
		add(env, ts_fmt("TESTSUITE_FAIL=%s:%lu:%d", s->fail_kind, s->fail_nth,
				s->fail_error));
		add(env, ts_fmt("TESTSUITE_FAIL_LOG=%s", s->fail_log));
	}
}

static void make_command(const char *const *argv, string_vec *args, string_vec *env)
{
	const char *dir = tool_dir();

	add_plain_environment(env);
	add_traps(env);
	add(args, strchr(argv[0], '/') ? argv[0] : ts_fmt("%s/%s", dir, argv[0]));
	for (argv++; *argv; argv++)
		add(args, *argv);
	ck_assert(vec_push(args, NULL));
	ck_assert(vec_push(env, NULL));
}

static int scratch_file(void)
{
	char *path = (char *)ts_fmt("%s/out-XXXXXX", ts_base());
	int fd = mkostemp(path, O_CLOEXEC);

	ts_must(fd >= 0, "%s", path);
	unlink(path);
	return fd;
}

static char *slurp(int fd, size_t *len)
{
	struct stat st;
	char *text;

	ts_must(fstat(fd, &st) == 0, "output");
	text = calloc(1, (size_t)st.st_size + 1);
	ck_assert_ptr_nonnull(text);
	ts_must(fs_pread_full(fd, text, (size_t)st.st_size, 0) == st.st_size, "output");
	*len = (size_t)st.st_size;
	close(fd);
	return ts_keep(text);
}

/* LD_PRELOAD and its kind are the guest's: "-E NAME=value", and out of our environment. */
static void emulate(char *command, char **argv, char **env)
{
	char *args[256], *host_env[256];
	size_t n = 0, n_env = 0;

	for (char *word = strtok(command, " "); word && n < 16; word = strtok(NULL, " "))
		args[n++] = word;
	for (; *env && n < 200 && n_env < 255; env++) {
		if (strncmp(*env, "LD_", 3) != 0) {
			host_env[n_env++] = *env;
			continue;
		}
		args[n++] = (char *)"-E";
		args[n++] = *env;
	}
	for (; *argv && n < 255; argv++)
		args[n++] = *argv;
	args[n] = host_env[n_env] = NULL;
	execve(args[0], args, host_env);
}

void ts_exec(char **argv, char **env)
{
	const char *emulator = getenv("TS_EMULATOR");

	if (emulator && *emulator)
		emulate((char *)ts_fmt("%s", emulator), argv, env);
	else
		execve(argv[0], argv, env);
}

static _noreturn_ void child(char **argv, char **env, int in, int out, int err)
{
	const struct ts_state *s = &ts_state;

	if (s->stdout_to)
		out = open(s->stdout_to, O_WRONLY | O_CLOEXEC);
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
		_exit(126);
	if (chdir(s->cwd ? s->cwd : s->root) == 0)
		ts_exec(argv, env);
	dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static int wait_for(pid_t pid, const char *name, int err)
{
	int status;
	size_t len;

	while (waitpid(pid, &status, 0) < 0)
		ts_must(errno == EINTR, "waitpid");
	if (WIFSIGNALED(status)) {
		if (!ts_state.allow_signal)
			ck_abort_msg("%s died by signal %d: %s", name, WTERMSIG(status),
				     slurp(err, &len));
		return 128 + WTERMSIG(status);
	}
	if (WEXITSTATUS(status) == SANITIZER_STATUS || WEXITSTATUS(status) == 127)
		ck_abort_msg("%s: %s", name, slurp(err, &len));
	return WEXITSTATUS(status);
}

struct ts_result ts_tool_argv(const char *const *argv)
{
	string_vec args = { 0 }, env = { 0 };
	struct ts_result r = { 0 };
	const char *input = ts_state.stdin_text ? ts_state.stdin_text : "";
	int in, out, err;
	pid_t pid;

	ts_root();
	unlink(ts_state.fail_log);
	make_command(argv, &args, &env);
	in = scratch_file();
	out = scratch_file();
	err = scratch_file();
	ts_must(fs_write_full(in, input, strlen(input)) == 0, "input");
	ts_must(lseek(in, 0, SEEK_SET) == 0, "input");

	pid = fork();
	ts_must(pid >= 0, "fork");
	if (pid == 0)
		child(args.at, env.at, in, out, err);
	close(in);
	r.status = wait_for(pid, argv[0], err);
	r.out = slurp(out, &r.out_len);
	r.err = slurp(err, &r.err_len);
	vec_fini(&args);
	vec_fini(&env);
	return r;
}

/* ---- comparing ---- */

void ts_expect_at(const char *file, int line, const struct ts_result *r, int status,
		  const char *out, const char *err)
{
	if (r->status == status && (!out || str_eq(r->out, out)) &&
	    (!err || str_eq(r->err, err)))
		return;
	_ck_assert_failed(file, line, "run is as expected",
			  "status %d, wanted %d\n--- stdout\n%s--- wanted\n%s--- "
			  "stderr\n%s--- wanted\n%s",
			  r->status, status, r->out, out ? out : "(anything)\n", r->err,
			  err ? err : "(anything)\n");
}

void ts_expect_file_at(const char *file, int line, const char *text, const char *path)
{
	const char *full = ts_source(ts_fmt("testsuite/%s", path));
	_cleanup_free_ char *want = NULL;
	size_t len;
	int r;

	if (getenv("TS_UPDATE_EXPECTED")) {
		int fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

		ts_must(fd >= 0 && fs_write_full(fd, text, strlen(text)) == 0, "%s",
			full);
		close(fd);
		return;
	}
	r = fs_read_file(AT_FDCWD, full, 0, false, &want, &len);
	if (r < 0)
		_ck_assert_failed(file, line, "expected output is there", "%s: %s", full,
				  strerror(-r));
	if (!str_eq(want, text))
		_ck_assert_failed(file, line, "output is as in the file",
				  "%s\n--- got\n%s--- wanted\n%s", full, text, want);
}
