/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/check/running.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"

bool running_read_line(const char *path, char *out, size_t size)
{
	_cleanup_free_ char *text = NULL;
	size_t len;

	if (fs_read_file(AT_FDCWD, path, size - 1, true, &text, &len) < 0)
		return false;
	snprintf(out, size, "%.*s", (int)strcspn(text, "\n"), text);
	return true;
}

static const struct running_machine machines[] = {
	{ "x86_64", false, 62, true },       { "i386", false, 3, false },
	{ "i486", false, 3, false },         { "i586", false, 3, false },
	{ "i686", false, 3, false },         { "aarch64", false, 183, true },
	{ "arm", true, 40, false },          { "riscv64", false, 243, true },
	{ "riscv32", false, 243, false },    { "ppc64", true, 21, true },
	{ "ppc", false, 20, false },         { "s390x", false, 22, true },
	{ "mips64", false, 8, true },        { "mips", false, 8, false },
	{ "loongarch64", false, 258, true }, { "sparc64", false, 43, true },
};

const struct running_machine *running_find_machine(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		const struct running_machine *m = &machines[i];

		if (m->prefix ? str_starts_with(name, m->name) : str_eq(name, m->name))
			return m;
	}
	return NULL;
}

struct running_enforcement running_read_enforcement(void)
{
	struct running_enforcement e = { 0 };
	char text[128];
	char *begin, *end;

	e.by_parameter = running_read_line("/sys/module/module/parameters/sig_enforce",
					   text, sizeof(text)) &&
			 str_eq(text, "Y");
	/* "none [integrity] confidentiality" */
	if (!running_read_line("/sys/kernel/security/lockdown", text, sizeof(text)))
		return e;
	begin = strchr(text, '[');
	end = begin ? strchr(begin, ']') : NULL;
	if (end) {
		*end = '\0';
		if (!str_eq(begin + 1, "none"))
			snprintf(e.lockdown, sizeof(e.lockdown), "%s", begin + 1);
	}
	return e;
}
