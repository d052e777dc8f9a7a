/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-diag.h"

#include <string.h>

#include "testsuite/lib/ts.h"

START_TEST(messages_keep_their_order_and_lose_a_final_newline)
{
	struct dm_diags d = DM_DIAGS_INIT;

	dm_err(&d, "first %d", 1);
	dm_warn(&d, "second\n");
	ck_assert_uint_eq(d.list.n, 2);
	ck_assert_str_eq(d.list.at[0].text, "first 1");
	ck_assert_int_eq(d.list.at[0].priority, LOG_ERR);
	ck_assert_str_eq(d.list.at[1].text, "second");
	ck_assert_int_eq(d.list.at[1].priority, LOG_WARNING);
	dm_diags_fini(&d);
	ck_assert_uint_eq(d.list.n, 0);
}
END_TEST

START_TEST(endless_message_is_cut)
{
	struct dm_diags d = DM_DIAGS_INIT;
	char text[20001];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	dm_err(&d, "%s", text);
	ck_assert_uint_lt(strlen(d.list.at[0].text), sizeof(text) - 1);
	dm_diags_fini(&d);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		messages_keep_their_order_and_lose_a_final_newline,
		endless_message_is_cut,
		NULL,
	};

	return ts_run("dm_diag", tests, NULL, NULL);
}
