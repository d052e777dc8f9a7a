/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * depmod: options, the order of the phases, and saying what they have to say.
 *
 *	configuration -> candidates -> winners, ordered -> facts -> symbol table
 *	  -> graph -> outputs -> publication
 *
 * Each phase takes what is above it in struct run and makes its own part. A phase that
 * fails has said why; the rest is then left out.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/json.h"
#include "shared/publish.h"
#include "tools/depmod/dm-config.h"
#include "tools/depmod/dm-cycles.h"
#include "tools/depmod/dm-emit.h"
#include "tools/depmod/dm-fresh.h"
#include "tools/depmod/dm-options.h"
#include "tools/depmod/dm-order.h"
#include "tools/depmod/dm-paths.h"
#include "tools/depmod/dm-progress.h"
#include "tools/depmod/dm-read.h"
#include "tools/depmod/dm-scan.h"
#include "tools/depmod/dm-symbols.h"
#include "tools/depmod/dm-winners.h"
#include "tools/tool.h"

struct text {
	char *data;
	size_t len;
};

struct run {
	struct dm_options opt;
	struct dm_paths paths;
	unsigned jobs;
	struct dm_diags diags; /* not yet said */
	struct publish *publish;

	struct dm_config config;
	struct dm_scan scan;
	struct dm_modules modules; /* position: module index */
	struct dm_reading reading;
	struct dm_intern *symbols; /* of the first worker */
	struct dm_graph graph;
	struct dm_lists closure;
	struct text builtin, builtin_modinfo;
	struct dm_outputs outputs;
	bool damaged; /* a module or a directory could not be read */
};

enum next { GO_ON, DONE, FAILED };

static void say_all(struct run *run)
{
	for (size_t i = 0; i < run->diags.list.n; i++)
		tool_say(run->diags.list.at[i].priority, "%s",
			 run->diags.list.at[i].text);
	dm_diags_fini(&run->diags);
}

/* Says what the phase has collected, then why it failed, if it did. */
static enum next end_phase(struct run *run, int error, const char *what)
{
	if (error == 0 && run->diags.failed)
		error = -ENOMEM;
	say_all(run);
	if (error == 0)
		return GO_ON;
	tool_fatal("could not %s: %s", what, strerror(-error));
	return FAILED;
}

/* An input that may be missing, with a warning. */
static int read_input(struct run *run, const char *name, struct text *out)
{
	_cleanup_free_ char *path = NULL;
	int r;

	if (asprintf(&path, "%s/%s", run->paths.dir, name) < 0)
		return -ENOMEM;
	r = fs_read_file(AT_FDCWD, path, 0, false, &out->data, &out->len);
	if (r < 0 && r != -ENOMEM) {
		dm_warn(&run->diags, "could not open %s at %s: %s", name, run->paths.dir,
			strerror(-r));
		r = 0;
	}
	return r;
}

static bool has_files(const struct run *run)
{
	return run->opt.n_files > 0 && !run->opt.quick;
}

/* ---- configuration, candidates, winners ---- */

static enum next phase_config(struct run *run)
{
	const char *const *paths = run->opt.config_paths.n ? run->opt.config_paths.at
							   : NULL;
	tool_check_config_paths(paths);
	int r = has_files(run) ? dm_config_complete(&run->config)
			       : dm_config_load(paths, run->paths.release, &run->config,
						&run->diags);

	return end_phase(run, r, "read configuration");
}

static enum next add_named_file(struct run *run, const char *path)
{
	const struct dm_modules *have = &run->scan.candidates;
	struct stat st;
	int r;

	if (*path != '/') {
		tool_fatal("%s: not absolute path.", path);
		return FAILED;
	}
	if (stat(path, &st) < 0) {
		tool_fatal("could not create module %s: %s", path, strerror(errno));
		return FAILED;
	}
	if (!S_ISREG(st.st_mode)) {
		tool_fatal("could not create module %s: not a regular file", path);
		return FAILED;
	}
	r = dm_scan_add(&run->scan, dm_paths_shown(&run->paths, path), 0,
			(uint64_t)st.st_size);
	for (size_t i = 0; r == 0 && i + 1 < have->list.n; i++) {
		if (strcmp(have->list.at[i].name, have->list.at[have->list.n - 1].name) !=
		    0)
			continue;
		tool_err("module %s is there already: %s", have->list.at[i].name,
			 have->list.at[i].path);
		r = -EEXIST;
	}
	if (r == 0)
		return GO_ON;
	tool_fatal("could not add module %s: %s", path, strerror(-r));
	return FAILED;
}

static enum next add_named_files(struct run *run)
{
	enum next next = GO_ON;

	tool_warn("the indexes will hold only the %u %s named", run->opt.n_files,
		  run->opt.n_files == 1 ? "module" : "modules");
	for (unsigned i = 0; next == GO_ON && i < run->opt.n_files; i++)
		next = add_named_file(run, run->opt.files[i]);
	return next;
}

static enum next phase_scan(struct run *run)
{
	bool sizes = run->jobs > 1;
	int r;

	if (has_files(run))
		return add_named_files(run);
	r = dm_scan_dir(&run->scan, run->paths.dir, 0, &run->config, sizes, &run->diags);
	if (r < 0 && r != -ENOMEM && !run->scan.shortage)
		dm_err(&run->diags, "could not open directory %s: %s", run->paths.dir,
		       strerror(-r));
	for (uint32_t i = 0; r == 0 && i < run->config.externals.n; i++) {
		const char *dir = run->config.externals.at[i];

		r = dm_scan_dir(&run->scan, dir, i + 1, &run->config, sizes, &run->diags);
		if (r < 0 && r != -ENOMEM && !run->scan.shortage) {
			dm_err(&run->diags, "could not open directory %s: %s", dir,
			       strerror(-r));
			r = 0;
		}
	}
	run->damaged = run->scan.unread;
	return end_phase(run, r, "search modules");
}

static enum next phase_winners(struct run *run)
{
	int r = dm_winners_choose(&run->scan.candidates, &run->config, run->opt.warn,
				  &run->modules, &run->diags);

	return end_phase(run, r, "choose modules");
}

/* -A: nothing to do? compat: with -n it says nothing either way. */
static enum next phase_fresh(struct run *run)
{
	int r;

	if (!run->opt.quick)
		return GO_ON;
	if (run->opt.show)
		return DONE;
	r = dm_fresh(run->paths.dir, run->paths.out_dir, &run->modules,
		     run->config.newest_usec, &run->diags);
	if (r > 0)
		return DONE;
	return end_phase(run, r, "compare with the old indexes");
}

static enum next phase_order(struct run *run)
{
	_cleanup_free_ char *path = NULL;
	struct text order = { 0 };
	int r = read_input(run, "modules.order", &order);

	if (r == 0 && asprintf(&path, "%s/modules.order", run->paths.dir) < 0)
		r = -ENOMEM;
	if (r == 0)
		r = dm_order_sort(&run->modules, path, bytes_of(order.data, order.len),
				  &run->diags);
	free(order.data);
	return end_phase(run, r, "order modules");
}

/* ---- facts, symbols, graph ---- */

/* A module's absolute path, as messages show it. */
static void print_path(const struct run *run, uint32_t module, char out[8192])
{
	const char *path = run->modules.list.at[module].path;

	if (*path == '/')
		snprintf(out, 8192, "%s", path);
	else
		snprintf(out, 8192, "%s/%s", run->paths.dir, path);
}

static void tell_damaged(struct run *run)
{
	for (uint32_t m = 0; m < run->modules.list.n; m++) {
		const struct dm_facts *f = &run->reading.facts[m];
		char path[8192];

		if (f->error == 0)
			continue;
		run->damaged = true;
		print_path(run, m, path);
		if (f->error_text)
			dm_err(&run->diags, "%s", f->error_text);
		dm_err(&run->diags, "failed to load symbols from %s: %s", path,
		       strerror(-f->error));
	}
}

static enum next phase_facts(struct run *run)
{
	struct dm_facts_options options = {
		.symbol_prefix = run->opt.symbol_prefix,
		.checks = run->opt.errsyms,
	};
	struct dm_progress progress;
	int r;

	dm_progress_begin(&progress, STDERR_FILENO,
			  !run->opt.quiet && !run->opt.no_progress, run->modules.list.n);
	r = dm_read_modules(&run->modules, run->paths.dir, &options, run->jobs,
			    dm_progress_tick, &progress, &run->reading);
	dm_progress_end(&progress);
	if (r == 0)
		tell_damaged(run);
	return end_phase(run, r, "read modules");
}

/* The kernel's own symbols matter for -e only. */
static enum next add_kernel_symbols(struct run *run)
{
	const char *file = run->opt.symvers ? run->opt.symvers : run->opt.system_map;
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r;

	if (!file)
		return GO_ON;
	r = fs_read_file(AT_FDCWD, file, 0, false, &text, &len);
	if (r < 0) {
		tool_fatal("could not load %s: %s", file, strerror(-r));
		return FAILED;
	}
	r = (run->opt.symvers ? dm_symbols_from_symvers : dm_symbols_from_system_map)(
		run->symbols, file, bytes_of(text, len), run->opt.symbol_prefix,
		&run->diags);
	return end_phase(run, r, "load kernel symbols");
}

static enum next phase_symbols(struct run *run)
{
	int r = dm_symbols_merge(run->reading.workers, run->reading.n_workers,
				 &run->symbols);
	enum next next = end_phase(run, r, "merge symbols");

	if (next == GO_ON)
		next = add_kernel_symbols(run);
	if (next != GO_ON)
		return next;
	dm_symbols_settle(run->reading.facts, (uint32_t)run->modules.list.n);
	if (run->opt.errsyms)
		dm_symbols_check(&run->modules, run->reading.facts, run->paths.dir,
				 run->opt.symvers != NULL, &run->diags);
	return end_phase(run, 0, "");
}

static void print_edges(const struct run *run)
{
	const struct dm_lists *direct = &run->graph.direct;

	for (uint32_t m = 0; m < direct->n; m++) {
		char user[8192], used[8192];

		print_path(run, m, user);
		for (size_t i = direct->offsets[m]; i < direct->offsets[m + 1]; i++) {
			print_path(run, direct->items.at[i], used);
			printf("%s needs \"%s\": %s\n", user,
			       run->graph.reasons.at[i]->name, used);
		}
	}
}

static enum next phase_graph(struct run *run)
{
	int r = dm_graph_build(run->reading.facts, (uint32_t)run->modules.list.n,
			       &run->graph);

	if (r == 0 && run->graph.n_numbered < run->modules.list.n) {
		r = dm_cycles_report(&run->graph, &run->modules, &run->diags);
		return r < 0 ? end_phase(run, r, "look for cycles")
			     : (say_all(run), FAILED);
	}
	if (r == 0 && run->opt.verbose > 0)
		print_edges(run);
	if (r == 0)
		r = dm_graph_closure(&run->graph, &run->closure);
	return end_phase(run, r, "follow dependencies");
}

/* ---- outputs ---- */

static enum next phase_outputs(struct run *run)
{
	struct dm_emit_input in = {
		.modules = &run->modules,
		.facts = run->reading.facts,
		.closure = &run->closure,
		.only_text = run->opt.show,
		.warn = run->opt.warn,
	};
	int r = 0;

	if (!run->opt.show) {
		r = read_input(run, "modules.builtin", &run->builtin);
		if (r == 0)
			r = read_input(run, "modules.builtin.modinfo",
				       &run->builtin_modinfo);
	}
	in.builtin = bytes_of(run->builtin.data, run->builtin.len);
	in.builtin_modinfo = bytes_of(run->builtin_modinfo.data,
				      run->builtin_modinfo.len);
	if (r == 0)
		r = dm_emit(&in, run->jobs, &run->outputs, &run->diags);
	return end_phase(run, r, "make the indexes");
}

/* Lines that are entries, not words about the file. */
static uint64_t count_entries(const struct strbuf *b)
{
	const char *p = strbuf_str(b), *end = p + b->len;
	uint64_t n = 0;

	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));

		n += *p != '#';
		p = newline ? newline + 1 : end;
	}
	return n;
}

static enum next print_summary(const struct run *run)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct json j = json_to(&out);
	uint64_t n_damaged = 0;

	for (uint32_t m = 0; m < run->modules.list.n; m++)
		n_damaged += run->reading.facts[m].error != 0;
	json_document(&j, "depmod");
	json_string(&j, "kernel", run->paths.release);
	json_string(&j, "directory", run->paths.dir);
	json_u64(&j, "modules", run->modules.list.n);
	json_u64(&j, "damaged", n_damaged);
	json_begin_array(&j, "files");
	for (size_t i = 0; i < DM_N_OUTPUTS; i++) {
		const struct strbuf *b = &run->outputs.content[i];

		if (!dm_output_is_text(i))
			continue;
		json_begin_object(&j, NULL);
		json_string(&j, "name", dm_output_names[i]);
		json_u64(&j, "entries", count_entries(b));
		json_u64(&j, "bytes", b->len);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_document(&j);
	if (!strbuf_ok(&out)) {
		tool_fatal("could not show a summary: %s", strerror(ENOMEM));
		return FAILED;
	}
	fwrite(strbuf_str(&out), 1, out.len, stdout);
	return DONE;
}

static enum next print_outputs(const struct run *run)
{
	if (run->opt.json)
		return print_summary(run);

	for (size_t i = 0; i < DM_N_OUTPUTS; i++) {
		const struct strbuf *b = &run->outputs.content[i];

		if (dm_output_is_text(i))
			tool_put_value(stdout, strbuf_str(b));
	}
	return DONE;
}

static int write_output(void *data, unsigned worker _unused_, size_t item)
{
	const struct run *run = data;
	const struct strbuf *b = &run->outputs.content[item];

	return publish_write(run->publish, dm_output_names[item],
			     bytes_of(strbuf_str(b), b->len));
}

static enum next phase_publish(struct run *run)
{
	struct dm_pool_job job = {
		.jobs = run->jobs,
		.n = DM_N_OUTPUTS,
		.work = write_output,
		.data = run,
	};
	_cleanup_free_ char *failed = NULL;
	const char *name;
	int r;

	if (run->opt.show)
		return print_outputs(run);
	r = dm_pool_run(&job);
	if (r < 0) {
		name = publish_failed_name(run->publish);
		tool_err("could not write %s/%s: %s", run->paths.out_dir,
			 name ? name : "", strerror(-r));
		return FAILED;
	}
	r = publish_commit(TAKE_PTR(run->publish), &failed);
	if (r == 0)
		return DONE;
	tool_err("could not write %s/%s: %s", run->paths.out_dir, failed ? failed : "",
		 strerror(-r));
	return FAILED;
}

/*
 * Makes the output directory and takes its lock, before anything is read: of two runs at
 * once the later one then sees what the earlier one saw, or newer.
 */
static enum next phase_lock(struct run *run)
{
	const char *culprit;
	int r;

	if (run->opt.show)
		return GO_ON;
	/* Without modules nothing is made; the scan says so. */
	if (access(run->paths.dir, F_OK) < 0 && !has_files(run))
		return GO_ON;
	r = fs_mkdir_p(run->paths.out_dir, 0755);
	if (r < 0) {
		tool_fatal("could not create directory %s: %s", run->paths.out_dir,
			   strerror(-r));
		return FAILED;
	}
	r = publish_begin(run->paths.out_dir, dm_output_names,
			  run->opt.no_sync ? PUBLISH_NO_SYNC : 0, &run->publish, &culprit);
	if (r == 0)
		return GO_ON;
	if (culprit)
		tool_fatal("could not lock %s/%s: %s", run->paths.out_dir, culprit,
			   strerror(-r));
	else
		tool_fatal("could not write to directory %s: %s", run->paths.out_dir,
			   strerror(-r));
	return FAILED;
}

static enum next phase_start(struct run *run)
{
	int r = dm_paths_init(&run->opt, &run->paths);

	run->jobs = run->opt.jobs ? run->opt.jobs : dm_pool_default_jobs();
	return end_phase(run, r, "find the module directory");
}

static enum next (*const phases[])(struct run *run) = {
	phase_start,   phase_config, phase_lock,    phase_scan,
	phase_winners, phase_fresh,  phase_order,   phase_facts,
	phase_symbols, phase_graph,  phase_outputs, phase_publish,
};

static void run_fini(struct run *run)
{
	if (run->publish)
		publish_abort(run->publish);
	dm_outputs_fini(&run->outputs);
	free(run->builtin.data);
	free(run->builtin_modinfo.data);
	dm_lists_fini(&run->closure);
	dm_graph_fini(&run->graph);
	dm_reading_fini(&run->reading);
	vec_fini(&run->modules.list);
	dm_scan_fini(&run->scan);
	dm_config_fini(&run->config);
	dm_diags_fini(&run->diags);
	dm_paths_fini(&run->paths);
	dm_options_fini(&run->opt);
}

static int depmod_main(int argc, char **argv)
{
	struct run run = { .diags = DM_DIAGS_INIT, .scan = DM_SCAN_INIT };
	enum next next = GO_ON;
	int status;

	if (dm_options_parse(argc, argv, &run.opt, &status) <= 0) {
		dm_options_fini(&run.opt);
		return status;
	}
	/* A limit on file sizes is an error of write(), like a full disk; messages are not the work. */
	signal(SIGXFSZ, SIG_IGN);
	if (!run.opt.show)
		signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; next == GO_ON && i < ARRAY_SIZE(phases); i++)
		next = phases[i](&run);
	status = next == FAILED || (run.opt.strict && run.damaged);
	run_fini(&run);
	return tool_finish(status);
}

const struct tool tool_depmod = {
	.name = "depmod",
	.run = depmod_main,
	.options = &dm_command,
};
