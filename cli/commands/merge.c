/*
 * weir merge: combines partials into the answer, or into one partial
 * (jobs/merge_job.h).
 */
#include "base/error.h"
#include "cli/commands/commands.h"
#include "cli/commands/notices.h"
#include "cli/commands/stats.h"
#include "jobs/merge_job.h"
#include <unistd.h>

struct merging {
    const struct weir_options *options;
    struct weir_merge_job *job;
    struct weir_io_counters io;
    struct weir_output output;
};

static enum weir_status add_file(struct merging *m, const char *path,
                                 struct weir_error *error)
{
    struct weir_source *source = weir_file_open(path, &m->io, error);
    return source ? weir_merge_job_add(m->job, source, weir_source_name(path),
                                       error)
                  : error->status;
}

static enum weir_status answer(struct merging *m, struct weir_error *error)
{
    enum weir_status status =
        weir_output_init(&m->output, STDOUT_FILENO, "standard output", error);
    if (status)
        return status;
    m->output.style = m->options->style;
    struct weir_sink *sink = weir_format_open(
        weir_options_format(m->options, STDOUT_FILENO), &m->output, error);
    if (!sink)
        return error->status;
    const struct weir_plan *plan = weir_merge_job_plan(m->job);
    status = weir_format_check(sink, plan->output.item_name,
                               plan->output.n_items, error);
    if (!status)
        status = weir_merge_job_answer(m->job, sink,
                                       m->options->resources.memory, error);
    sink->ops->close(sink);
    return status;
}

/* Refuses to write the partial over an input: the inputs are still needed if
 * the merge fails, or for another merge. */
static enum weir_status check_output(const struct weir_options *o,
                                     struct weir_error *error)
{
    for (size_t i = 0; o->partial && i < o->inputs.n_paths; i++)
        if (weir_file_overwrites(o->partial, o->inputs.path[i], -1))
            return weir_fail(error, WEIR_USAGE,
                             "--partial %s is an input; it would be lost",
                             o->partial);
    return WEIR_OK;
}

static enum weir_status merge(struct merging *m, struct weir_error *error)
{
    const struct weir_options *o = m->options;
    if (check_output(o, error))
        return error->status;
    m->job = weir_merge_job_open(o->resources.temp_dir, error);
    enum weir_status status = m->job ? WEIR_OK : error->status;
    for (size_t i = 0; !status && i < o->inputs.n_paths; i++)
        status = add_file(m, o->inputs.path[i], error);
    if (status)
        return status;
    return o->partial ? weir_merge_job_write(m->job, o->partial,
                                             o->resources.memory, error)
                      : answer(m, error);
}

/* Returns the exit code. */
static int print_stats(const struct merging *m, uint64_t begin)
{
    struct weir_stats stats = {.counts = *weir_merge_job_account(m->job)};
    stats.seconds = (double)(weir_clock_ns() - begin) / 1e9;
    stats.raw_bytes = atomic_load(&m->io.raw_bytes);
    weir_stats_measure(&stats);
    return weir_stats_print(&stats, NULL,
                            m->options->diagnostics.stats == WEIR_STATS_JSON);
}

/* A run of a query for no rows reads nothing and tells nothing. The runs that
 * made its partials have read all, and have told what they set aside. */
static void print_notices(const struct merging *m)
{
    const struct weir_plan *plan = weir_merge_job_plan(m->job);
    if (!plan->output.has_limit || plan->output.limit)
        weir_notices_print(m->options, weir_merge_job_account(m->job),
                           weir_merge_job_aside(m->job));
    weir_notices_print_note(m->options, plan);
}

int weir_merge_partials(const struct weir_options *options)
{
    struct merging m = {.options = options};
    struct weir_error error;
    uint64_t begin = weir_clock_ns();
    weir_memory_limit(options->resources.memory);
    weir_error_init(&error);
    enum weir_status status = merge(&m, &error);
    int code = weir_output_finish(&m.output, status, &error,
                                  m.job ? weir_merge_job_query(m.job) : NULL);
    if (!code)
        print_notices(&m);
    if (!code && options->diagnostics.stats)
        code = print_stats(&m, begin);
    weir_merge_job_close(m.job);
    return code;
}
