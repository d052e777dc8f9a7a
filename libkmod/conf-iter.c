/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The public view of the configuration: one iterator over the rules of one kind. It
 * stands before the first rule, and after the last it starts over.
 */
#include "libkmod/conf-iter.h"

#include <errno.h>

#include "libkmod/ctx.h"
#include "shared/strbuf.h"

struct kmod_config_iter {
	const struct conf *conf;
	enum rule_kind kind;
	size_t pos;          /* of the rule after the current one */
	bool on_rule;
	struct strbuf value; /* softdep and weakdep values are put together here */
};

static struct kmod_config_iter *iter_new(const struct kmod_ctx *ctx, enum rule_kind kind)
{
	struct kmod_config_iter *iter;

	if (!ctx)
		return NULL;
	iter = calloc(1, sizeof(*iter));
	if (!iter)
		return NULL;
	iter->conf = ctx->conf;
	iter->kind = kind;
	return iter;
}

const struct rule *conf_iter_rule(const struct kmod_config_iter *iter)
{
	if (!iter || !iter->on_rule)
		return NULL;
	return &iter->conf->rules[iter->kind].at[iter->pos - 1];
}

struct kmod_config_iter *kmod_config_get_blacklists(const struct kmod_ctx *ctx)
{
	return iter_new(ctx, RULE_BLACKLIST);
}

struct kmod_config_iter *kmod_config_get_install_commands(const struct kmod_ctx *ctx)
{
	return iter_new(ctx, RULE_INSTALL);
}

struct kmod_config_iter *kmod_config_get_remove_commands(const struct kmod_ctx *ctx)
{
	return iter_new(ctx, RULE_REMOVE);
}

struct kmod_config_iter *kmod_config_get_aliases(const struct kmod_ctx *ctx)
{
	return iter_new(ctx, RULE_ALIAS);
}

struct kmod_config_iter *kmod_config_get_options(const struct kmod_ctx *ctx)
{
	return iter_new(ctx, RULE_OPTIONS);
}

struct kmod_config_iter *kmod_config_get_softdeps(const struct kmod_ctx *ctx)
{
	return iter_new(ctx, RULE_SOFTDEP);
}

struct kmod_config_iter *kmod_config_get_weakdeps(const struct kmod_ctx *ctx)
{
	return iter_new(ctx, RULE_WEAKDEP);
}

const char *kmod_config_iter_get_key(const struct kmod_config_iter *iter)
{
	const struct rule *rule = conf_iter_rule(iter);

	return rule ? rule->name : NULL;
}

const char *kmod_config_iter_get_value(const struct kmod_config_iter *iter)
{
	const struct rule *rule = conf_iter_rule(iter);
	struct strbuf *value;

	if (!rule)
		return NULL;
	if (rule->kind != RULE_SOFTDEP && rule->kind != RULE_WEAKDEP)
		return rule->text;
	value = &((struct kmod_config_iter *)iter)->value;
	strbuf_truncate(value, 0);
	conf_print_deps(value, rule);
	return strbuf_ok(value) ? strbuf_str(value) : NULL;
}

bool kmod_config_iter_next(struct kmod_config_iter *iter)
{
	if (!iter)
		return false;
	iter->on_rule = iter->pos < iter->conf->rules[iter->kind].n;
	iter->pos = iter->on_rule ? iter->pos + 1 : 0;
	return iter->on_rule;
}

void kmod_config_iter_free_iter(struct kmod_config_iter *iter)
{
	if (!iter)
		return;
	strbuf_fini(&iter->value);
	free(iter);
}
