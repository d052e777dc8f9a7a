/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>

#include "shared/cleanup.h"
#include "shared/json.h"
#include "tools/check.h"
#include "tools/tool.h"

/* NULL stays NULL. */
static const char *keep(struct check_report *r, const char *s)
{
	const char *kept = s ? arena_strdup(&r->arena, s) : NULL;

	if (s && !kept)
		r->error = -ENOMEM;
	return kept;
}

void check_report_add(void *data, const struct check_finding *f)
{
	struct check_report *r = data;
	struct check_note note = {
		.level = f->level,
		.topic = f->topic,
		.text = keep(r, f->text),
		.subject = keep(r, f->subject),
		.provider = keep(r, f->provider),
		.wanted = f->wanted,
		.found = f->found,
	};

	if (r->error < 0 || !vec_push(&r->notes, note))
		r->error = -ENOMEM;
	else
		r->n[f->level]++;
}

void check_report_fini(struct check_report *r)
{
	vec_fini(&r->notes);
	arena_fini(&r->arena);
}

static const struct check_note *first_problem(const struct check_report *r)
{
	for (size_t i = 0; i < r->notes.n; i++)
		if (r->notes.at[i].level == CHECK_PROBLEM)
			return &r->notes.at[i];
	return NULL;
}

static void put_sentence(struct strbuf *out, const struct check_report *r,
			 const struct check_note *problem)
{
	size_t more = r->n[CHECK_PROBLEM] - 1;

	if (!r->path)
		strbuf_addf(out, "%s: built into kernel %s\n", r->module, r->release);
	else if (!problem)
		strbuf_addf(out, "%s: kernel %s would take it%s\n", r->module, r->release,
			    r->n[CHECK_UNKNOWN] ? ", as far as can be known" : "");
	else if (more == 0)
		strbuf_addf(out, "%s: kernel %s would refuse it: %s\n", r->module,
			    r->release, problem->text);
	else
		strbuf_addf(out, "%s: kernel %s would refuse it: %s (and %zu more)\n",
			    r->module, r->release, problem->text, more);
}

void check_report_print(const struct check_report *r)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	const struct check_note *problem = first_problem(r);

	put_sentence(&out, r, problem);
	for (int level = 0; level < N_CHECK_LEVELS_; level++) {
		for (size_t i = 0; i < r->notes.n; i++) {
			const struct check_note *note = &r->notes.at[i];

			if ((int)note->level == level && note != problem)
				strbuf_addf(&out, "  %s: %s\n",
					    check_level_name(note->level), note->text);
		}
	}
	if (strbuf_ok(&out))
		tool_put_value(stdout, strbuf_str(&out));
	else
		tool_err("out of memory");
}

void check_report_json(const struct check_report *r, struct strbuf *out)
{
	struct json j = json_to(out);

	json_document(&j, "check");
	json_string(&j, "kernel", r->release);
	json_string(&j, "module", r->module);
	json_string(&j, "path", r->path);
	json_bool(&j, "builtin", !r->path);
	json_bool(&j, "accepted", r->n[CHECK_PROBLEM] == 0);
	json_bool(&j, "certain", r->n[CHECK_PROBLEM] > 0 || r->n[CHECK_UNKNOWN] == 0);
	json_begin_array(&j, "findings");
	for (size_t i = 0; i < r->notes.n; i++) {
		const struct check_note *note = &r->notes.at[i];

		json_begin_object(&j, NULL);
		json_string(&j, "level", check_level_name(note->level));
		json_string(&j, "topic", check_topic_name(note->topic));
		json_string(&j, "text", note->text);
		if (note->subject)
			json_string(&j, "subject", note->subject);
		if (note->topic == CHECK_VERSION && note->subject) {
			json_string(&j, "provider", note->provider);
			json_u64(&j, "wanted", note->wanted);
			json_u64(&j, "found", note->found);
		}
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_document(&j);
}
