/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-progress.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "testsuite/lib/ts.h"

/* A terminal: what is written to *slave can be read from the returned fd. */
static int open_terminal(int *slave)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	ck_assert_int_ge(master, 0);
	ck_assert_int_eq(grantpt(master), 0);
	ck_assert_int_eq(unlockpt(master), 0);
	*slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	ck_assert_int_ge(*slave, 0);
	ck_assert_int_eq(fcntl(master, F_SETFL, O_NONBLOCK), 0);
	return master;
}

static const char *written(int master)
{
	char text[200];
	ssize_t n = read(master, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	return ts_fmt("%s", text);
}

START_TEST(line_appears_when_it_is_due_and_is_wiped)
{
	struct dm_progress p;
	int slave, master = open_terminal(&slave);

	dm_progress_begin(&p, slave, true, 4023);
	dm_progress_tick(&p, 1);
	ck_assert_str_eq(written(master), "");
	p.next_usec = 0;
	dm_progress_tick(&p, 1200);
	ck_assert_str_eq(written(master), "\rreading modules: 1200/4023");
	dm_progress_tick(&p, 1201);
	ck_assert_str_eq(written(master), "");
	dm_progress_end(&p);
	ck_assert_str_eq(written(master), "\r\033[K");
	close(slave);
	close(master);
}
END_TEST

START_TEST(short_run_shows_nothing)
{
	struct dm_progress p;
	int slave, master = open_terminal(&slave);

	dm_progress_begin(&p, slave, true, 3);
	for (size_t i = 1; i <= 3; i++)
		dm_progress_tick(&p, i);
	dm_progress_end(&p);
	ck_assert_str_eq(written(master), "");
	close(slave);
	close(master);
}
END_TEST

START_TEST(unwanted_line_stays_away)
{
	struct dm_progress p;
	int slave, master = open_terminal(&slave);

	dm_progress_begin(&p, slave, false, 3);
	p.next_usec = 0;
	dm_progress_tick(&p, 1);
	dm_progress_end(&p);
	ck_assert_str_eq(written(master), "");
	close(slave);
	close(master);
}
END_TEST

START_TEST(a_pipe_is_no_terminal)
{
	struct dm_progress p;
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	dm_progress_begin(&p, fds[1], true, 3);
	p.next_usec = 0;
	dm_progress_tick(&p, 1);
	dm_progress_end(&p);
	ck_assert_str_eq(written(fds[0]), "");
	close(fds[0]);
	close(fds[1]);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		line_appears_when_it_is_due_and_is_wiped,
		short_run_shows_nothing,
		unwanted_line_stays_away,
		a_pipe_is_no_terminal,
		NULL,
	};

	return ts_run("dm_progress", tests, NULL, NULL);
}
