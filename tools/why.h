/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kmod why: everything that decides whether and how a module is loaded.
 *
 *	why.c          options and the request: a name, an alias, a file, a device
 *	why-gather.c   facts: rules and what became of each, who else loads it, masked files
 *	why-answer.c   the facts to an answer, and its sentence
 *	why-print.c    all of it as text
 *	why-json.c     the same as JSON
 *
 * Plans come from libkmod-plan.h. Rules and indexes are read through the library's inner
 * rooms: the public interface gives single rules of a plan, not all that were written
 * about a name, and its lists would cost a thousand times the one walk that is needed.
 *
 * Everything is owned by the report; report_fini() releases it.
 */
#pragma once

#include "libkmod/check/kernel-lists.h"
#include "libkmod/libkmod-plan.h"
#include "libkmod/module/mod.h"
#include "shared/arena.h"
#include "shared/map.h"
#include "shared/strbuf.h"
#include "shared/vec.h"

/* What became of a rule. */
enum rule_effect {
	RULE_APPLIES,
	RULE_FOR_ALIASES, /* a blacklist line */
	RULE_OVERRIDDEN,  /* options: by sets every one of its parameters later */
	RULE_SHADOWED,    /* a command: by comes first */
	RULE_REPLACED,    /* generated dependencies: by is from the configuration */
	RULE_REPEATED,    /* by said so before */
	RULE_OTHER_ALIAS, /* another name of the module */
};

struct told_rule {
	const struct rule *rule;
	enum rule_effect effect;
	const struct rule *by; /* NULL when nothing stands in its way */
};

enum user_role {
	USER_NEEDS,
	USER_PRE_SOFTDEP,
	USER_POST_SOFTDEP,
	USER_WEAKDEP,
};

/* Who else brings the module in. */
struct user {
	const char *name;
	enum user_role role;
	const struct rule *rule; /* NULL: modules.dep */
};

/* A line that is not read, because another file of its name is. */
struct masked_rule {
	const struct rule *rule;
	const char *by; /* the file that hides it */
};

struct masked_file {
	struct conf *rules; /* owned by the report */
	const char *by;
};

enum answer {
	ANSWER_LOADS,
	ANSWER_LIVE,
	ANSWER_BUILTIN,
	ANSWER_BLOCKED,
};

enum cause {
	CAUSE_NONE,
	CAUSE_UNKNOWN,          /* nothing has that name */
	CAUSE_BLACKLIST,        /* a blacklist line */
	CAUSE_MODULE_BLACKLIST, /* the kernel's module_blacklist= */
	CAUSE_INITCALL,         /* the kernel's initcall_blacklist= */
	CAUSE_COMMAND,          /* an install command that loads nothing */
	CAUSE_MISSING,          /* a dependency's file is missing */
	CAUSE_NO_FILE,          /* its own file is missing */
	CAUSE_DEPENDENCIES,     /* they cannot be found out */
};

/* Why not, and who: culprit is the module itself or one that it needs. */
struct verdict {
	enum cause cause;
	const char *culprit;
	const struct rule *rule;
	const char *text; /* a path, a function, the nearest name; or NULL */
};

/* One module that the request stands for; or none, then mod and plan are NULL. */
struct candidate {
	const char *name;
	struct kmod_module *mod; /* borrowed from the matches */
	size_t match;
	struct kmod_plan *plan; /* of modprobe NAME: the blacklist does not count */
	VEC(struct told_rule) rules;
	VEC(struct user) users;
	VEC(struct masked_rule) masked;
	const char
		*initcall; /* a function of it that the kernel does not call; or NULL */
	const char *loop;  /* "a -> b -> a": softdeps that lead back; or NULL */
	enum answer answer;
	struct verdict why_not; /* ANSWER_BLOCKED */
	struct verdict
		by_name; /* CAUSE_BLACKLIST: what stops modprobe NAME, or CAUSE_NONE */
};

struct report {
	struct kmod_ctx *ctx;
	bool is_running;      /* the kernel in question runs: what is loaded counts */
	const char *spelling; /* as typed */
	const char *request;  /* as looked up: a device's modalias, or the spelling */
	const char *device;   /* below /sys, or NULL */
	const char *driver;   /* the module of the driver that the device has, or NULL */
	struct kernel_lists kernel;
	struct kmod_plan_matches *matches;
	VEC(struct candidate) candidates;
	VEC(struct masked_file) masked_files;
	struct map meanings; /* word of a dependency line: struct mod_hits */
	struct arena arena;
};

/* 0 or -ENOMEM. */
int why_gather(struct report *r, struct candidate *c) _must_check_;
/* Reads the masked files; once, before why_gather(). */
int why_gather_masked(struct report *r) _must_check_;
/* The known name that looks most like name, in the arena; NULL when none is near. */
const char *why_nearest(struct report *r, const char *name);

/* Fills in answer, why_not and by_name. */
void why_judge(struct report *r, struct candidate *c);
/* The first line of all. */
void why_say_answer(struct strbuf *out, const struct report *r);
/* FILE:LINE, or FILE for a rule without lines. */
void why_say_place(struct strbuf *out, const struct rule *rule);

/* ", with OPTIONS", or nothing. */
void why_say_options(struct strbuf *out, const struct kmod_plan_step *step);

/* All of it, the first line too. */
void why_print(struct strbuf *out, const struct report *r);
void why_print_json(struct strbuf *out, const struct report *r);
