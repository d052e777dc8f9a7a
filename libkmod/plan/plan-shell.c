/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * posix_spawn rather than system(3): the environment is the child's alone, and the
 * caller's signal handling is not touched, so other threads notice nothing.
 */
#include "libkmod/plan/plan-shell.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#include "shared/cleanup.h"
#include "shared/strbuf.h"

#define MODULE_VARIABLE "MODPROBE_MODULE="

extern char **environ;

/* environ with its own MODPROBE_MODULE instead of the caller's; the array is to be freed. */
static char **child_environment(char *variable)
{
	char *nothing[] = { NULL };
	char **from = environ ? environ : nothing;
	size_t n = 0, used = 0;

	while (from[n])
		n++;

	char **env = calloc(n + 2, sizeof(*env));

	if (!env)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (strncmp(from[i], MODULE_VARIABLE, strlen(MODULE_VARIABLE)) != 0)
			env[used++] = from[i];
	env[used] = variable;
	return env;
}

static int spawn(const char *command, char **env, pid_t *pid)
{
	char *const argv[] = { (char *)"sh", (char *)"-c", (char *)command, NULL };
	posix_spawnattr_t attr;
	sigset_t none, all;
	int r = posix_spawnattr_init(&attr);

	if (r != 0)
		return -r;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	r = posix_spawn(pid, "/bin/sh", NULL, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	return -r;
}

int plan_shell_run(const char *command, const char *module,
		   struct plan_shell_result *result)
{
	_cleanup_strbuf_ struct strbuf variable = STRBUF_INIT;
	_cleanup_free_ char **env = NULL;
	int status, r;
	pid_t pid;

	strbuf_adds(&variable, MODULE_VARIABLE);
	strbuf_adds(&variable, module);
	if (!strbuf_ok(&variable))
		return -ENOMEM;
	env = child_environment(variable.data);
	if (!env)
		return -ENOMEM;
	r = spawn(command, env, &pid);
	if (r < 0)
		return r;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	*result = (struct plan_shell_result){
		.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
		.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
	};
	return 0;
}
