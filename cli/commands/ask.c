/*
 * The main command: weir QUERY FILE... It opens the question and all files that
 * the options name, runs the plan, and closes everything in one place.
 */
#include "base/error.h"
#include "cli/commands/again.h"
#include "cli/commands/commands.h"
#include "cli/commands/figures.h"
#include "cli/commands/loaded.h"
#include "cli/commands/profile.h"
#include "cli/commands/rejects.h"
#include "cli/commands/report.h"
#include "cli/complain.h"
#include "cli/terminal/terminal.h"
#include "cli/terminal/timeline.h"
#include "cli/terminal/watch.h"
#include "partials/partial.h"
#include "pipeline/load.h"
#include "pipeline/run.h"
#include <string.h>
#include <unistd.h>

/* Everything that the command holds. finish() and weir_ask() release it,
 * whatever failed. */
struct asking {
    const struct weir_options *options;
    struct weir_question question;
    struct weir_output output;
    struct weir_sink *sink;
    struct weir_partial_writer *partial; /* --partial; then there is no sink */
    struct weir_stream *store;           /* --eager: the loaded records */
    struct weir_rejects *rejects;
    struct weir_progress *progress;
    struct weir_timeline *timeline;
    uint64_t begin;
    struct weir_watcher watcher;
    struct weir_checkpoint checkpoint;
    struct weir_listener listener;
    struct weir_report report;
    struct weir_loaded loaded;
};

static enum weir_status on_reject(void *context,
                                  const struct weir_reject *reject,
                                  struct weir_error *error)
{
    struct asking *asking = context;
    return weir_rejects_add(asking->rejects, reject, error);
}

static void on_interrupt(void *context)
{
    weir_watcher_wake(&((struct asking *)context)->watcher);
}

static void on_progress(void *context, const struct weir_record_counts *counts)
{
    struct asking *asking = context;
    weir_watcher_wake(&asking->watcher);
    weir_progress_update(asking->progress, counts->read);
    weir_timeline_records(asking->timeline, counts->read);
}

/* Refuses an output file that is also an input, or where the answer goes:
 * opening the file would empty it. */
static enum weir_status check_boxed(const struct asking *asking,
                                    const char *option, const char *path,
                                    struct weir_error *error)
{
    const struct weir_options *o = asking->options;
    const char *const from = asking->question.from;
    size_t n = from ? 1 : o->n_paths;
    for (size_t i = 0; i < n; i++) {
        const char *input = from ? from : o->path[i];
        if (weir_overwrites(path, strcmp(input, "-") ? input : NULL,
                            STDIN_FILENO))
            return weir_fail(error, WEIR_USAGE,
                             "%s %s is an input; it would be lost", option,
                             path);
    }
    if (weir_overwrites(path, NULL, STDOUT_FILENO))
        return weir_fail(error, WEIR_USAGE, "%s %s is where the answer goes",
                         option, path);
    return WEIR_OK;
}

static enum weir_status open_rejects(struct asking *asking,
                                     struct weir_error *error)
{
    const struct weir_options *o = asking->options;
    if (!o->rejects)
        return WEIR_OK;
    if (check_boxed(asking, "--rejects", o->rejects, error))
        return error->status;
    asking->rejects = weir_rejects_open(o->rejects, error);
    return asking->rejects ? WEIR_OK : error->status;
}

/* Opens the timeline. The rejects file is open by then, so that the two can be
 * compared: they must not be the same file. */
static enum weir_status open_timeline(struct asking *asking,
                                      struct weir_error *error)
{
    const struct weir_options *o = asking->options;
    if (!o->timeline)
        return WEIR_OK;
    if (check_boxed(asking, "--timeline", o->timeline, error))
        return error->status;
    if (o->rejects && weir_overwrites(o->timeline, o->rejects, -1))
        return weir_fail(error, WEIR_USAGE,
                         "--timeline %s is where the rejects go", o->timeline);
    asking->timeline = weir_timeline_open(o->timeline, asking->begin, error);
    return asking->timeline ? WEIR_OK : error->status;
}

/* Whether the two paths name the same file. Equal paths do so also if there is
 * no such file yet. `other` may be NULL. */
static bool is_same(const char *path, const char *other)
{
    return other && (!strcmp(path, other) || weir_overwrites(path, other, -1));
}

static enum weir_status open_checkpoint(struct asking *asking,
                                        struct weir_error *error)
{
    const struct weir_options *o = asking->options;
    const char *path = o->checkpoint;
    if (!path)
        return WEIR_OK;
    if (check_boxed(asking, "--checkpoint", path, error))
        return error->status;
    if (is_same(path, o->partial) || is_same(path, o->timeline))
        return weir_fail(error, WEIR_USAGE,
                         "--checkpoint %s is where the %s goes", path,
                         is_same(path, o->partial) ? "partial" : "timeline");
    struct weir_asked asked = weir_question_asked(&asking->question, o);
    enum weir_status status =
        weir_checkpoint_open(&asking->checkpoint, path, &asked, error);
    char text[1024];
    if (!status && weir_checkpoint_left(&asking->checkpoint))
        fprintf(
            stderr, "weir: %s\n",
            weir_checkpoint_describe(&asking->checkpoint, text, sizeof text));
    return status;
}

static enum weir_status open_partial(struct asking *asking,
                                     struct weir_error *error)
{
    struct weir_identity identity;
    const char *path = asking->options->partial;
    if (!asking->question.plan.aggregated)
        return weir_fail(error, WEIR_USAGE,
                         "--partial: the query has no aggregates: its answer "
                         "is records, and there is nothing to merge");
    if (strcmp(path, "-") == 0 && weir_terminal(STDOUT_FILENO))
        return weir_fail(error, WEIR_USAGE,
                         "--partial -: standard output is a terminal, and a "
                         "partial is binary");
    if (strcmp(path, "-") != 0 && check_boxed(asking, "--partial", path, error))
        return error->status;
    struct weir_asked asked =
        weir_question_asked(&asking->question, asking->options);
    enum weir_status status = weir_identity_init(&identity, &asked, error);
    if (!status)
        asking->partial = weir_partial_create(path, &identity.info, error);
    weir_identity_release(&identity);
    return asking->partial ? WEIR_OK : error->status;
}

static enum weir_status check_every(const struct asking *asking,
                                    struct weir_error *error)
{
    if (!asking->options->every_ns || asking->question.plan.aggregated)
        return WEIR_OK;
    return weir_fail(error, WEIR_USAGE,
                     "--every: the query has no aggregates: its records come "
                     "out as they are read");
}

static enum weir_status open_sink(struct asking *asking,
                                  struct weir_error *error)
{
    struct weir_format_options look = weir_format_options_of(STDOUT_FILENO);
    const struct weir_format *format =
        weir_options_format(asking->options, STDOUT_FILENO);
    struct weir_estimate estimate = {0};
    weir_question_estimate(&asking->question, asking->options, format,
                           &estimate);
    enum weir_status status = weir_question_check(
        &estimate, weir_options_memory(asking->options), error);
    if (!status)
        status = check_every(asking, error);
    if (!status)
        status = open_checkpoint(asking, error);
    if (!status)
        status = open_rejects(asking, error);
    if (!status)
        status = open_timeline(asking, error);
    if (!status && asking->options->partial)
        return open_partial(asking, error);
    if (!status)
        status = weir_output_init(&asking->output, STDOUT_FILENO,
                                  "standard output", error);
    if (status)
        return status;
    asking->sink = format->open(&asking->output, &look, error);
    return asking->sink ? WEIR_OK : error->status;
}

static void add_account(struct weir_record_counts *to,
                        const struct weir_record_counts *loaded)
{
    /* The run over the store read only the records that the load had not
     * rejected. */
    to->read += loaded->rejected;
    to->rejected += loaded->rejected;
    to->padded = loaded->padded;
    to->surplus = loaded->surplus;
    to->bytes = loaded->bytes;
}

/* Loads the input into a store. The growth of the ledger meanwhile is what the
 * records take. */
static enum weir_status load(struct asking *asking,
                             struct weir_record_counts *loaded,
                             struct weir_error *error)
{
    struct weir_report *report = &asking->report;
    struct weir_usage before = weir_memory_total();
    const struct weir_loading loading = {.layout = asking->options->eager,
                                         .listener = &asking->listener,
                                         .threads = asking->options->threads,
                                         .all_columns =
                                             asking->options->all_columns};
    weir_timeline_phase(asking->timeline, "load");
    uint64_t begin = weir_clock_ns();
    asking->store = weir_load(&loading, asking->question.stream,
                              &asking->question.plan, loaded, error);
    asking->loaded.load_ns = weir_clock_ns() - begin;
    report->stats.counts = *loaded;
    if (!asking->store)
        return error->status;
    struct weir_usage after = weir_memory_total();
    report->held = after.live - before.live;
    report->allocations = after.allocations - before.allocations;
    report->load_seconds = (double)(weir_clock_ns() - asking->begin) / 1e9;
    return WEIR_OK;
}

static enum weir_status run(struct asking *asking, struct weir_error *error)
{
    struct weir_plan *plan = &asking->question.plan;
    struct weir_stream *stream = asking->question.stream;
    struct weir_record_counts *counts = &asking->report.stats.counts,
                              loaded = {0};
    const struct weir_running running = {
        .sink = asking->sink,
        .partial = asking->partial,
        .listener = &asking->listener,
        .watch = weir_watcher_over(&asking->watcher, plan->aggregated,
                                   asking->sink ? &asking->output : NULL,
                                   asking->checkpoint.path ? &asking->checkpoint
                                                           : NULL),
        .left = weir_checkpoint_left(&asking->checkpoint),
        .threads = asking->options->threads,
        .times = &asking->report.stats.times,
        .folder = asking->options->temp_dir};
    if (asking->options->eager) {
        if (load(asking, &loaded, error))
            return error->status;
        stream = asking->store;
    }
    uint64_t begin = weir_clock_ns();
    weir_timeline_phase(asking->timeline, "answer");
    enum weir_status status = weir_run(plan, stream, &running, counts, error);
    asking->loaded.answer_ns = weir_clock_ns() - begin;
    asking->loaded.store = asking->store;
    if (asking->store)
        add_account(counts, &loaded);
    return status;
}

static enum weir_status finish_partial(struct asking *asking,
                                       struct weir_error *error)
{
    const struct weir_split *split = &asking->question.split;
    struct weir_shards shard = {.begins = split->begins, .ends = split->ends};
    const struct weir_partial_info info = {.shards = &shard, .n_shards = 1};
    return weir_partial_finish(asking->partial, &info,
                               &asking->report.stats.counts, error);
}

static enum weir_status answer(struct asking *asking, struct weir_error *error)
{
    enum weir_status status =
        weir_question_open(&asking->question, asking->options, error);
    asking->question.io.interrupted = on_interrupt;
    asking->question.io.context = asking;
    if (!status)
        status = open_sink(asking, error);
    if (status)
        return status;
    asking->progress =
        weir_progress_open(asking->options->progress, &asking->question.io);
    status = run(asking, error);
    if (!status && asking->partial)
        status = finish_partial(asking, error);
    weir_progress_close(asking->progress);
    uint64_t written = asking->output.written + asking->output.len;
    bool begun = written > asking->watcher.printed;
    if (status < 0 && begun)
        strncat(error->message, "; the output is incomplete",
                sizeof error->message - strlen(error->message) - 1);
    return status;
}

/* Closes all outputs. Closing may fail too: a part of the answer may not have
 * been written. */
static enum weir_status finish(struct asking *asking, enum weir_status status,
                               struct weir_error *error)
{
    struct weir_error late;
    if (asking->sink)
        asking->sink->ops->close(asking->sink);
    weir_partial_abandon(asking->partial);
    if (weir_rejects_close(asking->rejects, &late) && !status) {
        *error = late;
        status = late.status;
    }
    if (weir_output_close(&asking->output, &late) && !status) {
        *error = late;
        status = late.status;
    }
    if (weir_timeline_close(asking->timeline, &late) && status >= 0) {
        *error = late;
        status = late.status;
    }
    /* The checkpoint is not removed if the partial is the same file under
     * another name (./FILE). */
    const struct weir_options *o = asking->options;
    if (status >= 0 && o->checkpoint && !is_same(o->checkpoint, o->partial))
        weir_checkpoint_remove(&asking->checkpoint);
    return status;
}

/* Prints what --stats and --profile ask for. Returns the exit code: it is not 0
 * if something could not be printed. */
static int tell_stats(struct asking *asking)
{
    struct weir_stats *stats = &asking->report.stats;
    stats->seconds = (double)(weir_clock_ns() - asking->begin) / 1e9;
    const struct weir_io_counters *io = &asking->question.io;
    stats->raw_bytes = atomic_load(&io->raw_bytes);
    stats->how = asking->question.stream->how;
    stats->reading_ns = atomic_load(&io->reading_ns);
    stats->source_ns = atomic_load(&io->source_ns);
    weir_stats_measure(stats);
    int code = 0, shown = 0;
    if (asking->options->stats)
        code = weir_figures_print(stats, asking->loaded.store ? &asking->loaded
                                                              : NULL);
    if (asking->options->profile)
        shown = weir_profile_print(asking->options, stats->counts.read);
    return code ? code : shown;
}

/* Returns the exit code. If this is an eager child of compare and a limit
 * stopped it, the message goes into the report instead: compare shows it. */
static int complain(struct asking *asking, const struct weir_error *error)
{
    struct weir_report *report = &asking->report;
    if (!asking->options->again || !asking->options->eager ||
        error->status != WEIR_LIMIT)
        return weir_complain(error, asking->options->query);
    (void)snprintf(report->stopped, sizeof report->stopped, "%s",
                   error->message);
    return 4;
}

static void tell_report(struct asking *asking, enum weir_status status)
{
    struct weir_report *report = &asking->report;
    struct weir_error error;
    if (status >= 0 && asking->options->again &&
        weir_ask_again(asking->options, &asking->question, asking->store,
                       &report->again_seconds, &error) < 0)
        report->again_seconds = 0;
    weir_report_write(report, asking->options->report);
}

int weir_ask(const struct weir_options *options)
{
    struct asking asking = {.options = options, .begin = weir_clock_ns()};
    struct weir_error error;
    asking.listener = (struct weir_listener){
        &asking, options->rejects ? on_reject : NULL, on_progress};
    weir_watcher_init(&asking.watcher, options);
    weir_memory_limit(weir_options_memory(options));
    enum weir_status status = WEIR_OK;
    if (options->profile && !weir_profile_start())
        status = weir_fail(&error, WEIR_LIMIT, "no memory for the profile");
    if (!status)
        status = answer(&asking, &error);
    status = finish(&asking, status, &error);
    bool unread = weir_output_unread(&asking.output);
    int code = 0;
    if (unread)
        code = 141; /* a shell's code for SIGPIPE; there is no message */
    else if (status < 0)
        code = complain(&asking, &error);
    if (!unread && (status >= 0 || asking.report.stats.counts.read)) {
        int told = tell_stats(&asking);
        code = code ? code : told;
    }
    if (options->report >= 0)
        tell_report(&asking, status);
    weir_stream_close(asking.store);
    weir_checkpoint_release(&asking.checkpoint);
    weir_question_close(&asking.question);
    return code;
}
