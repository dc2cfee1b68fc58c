/*
 * The main command: weir QUERY FILE... It opens the question and the outputs,
 * runs the plan, and closes everything in one place.
 */
#include "base/error.h"
#include "cli/commands/commands.h"
#include "cli/commands/notices.h"
#include "cli/commands/outputs.h"
#include "cli/commands/report.h"
#include "cli/complain.h"
#include "cli/terminal/watch.h"
#include "pipeline/load.h"
#include "pipeline/run.h"
#include <string.h>
#include <unistd.h>

/* Everything that the command holds. weir_ask() releases it. */
struct asking {
    const struct weir_options *options;
    struct weir_question question;
    struct weir_outputs outputs;
    struct weir_stream *store; /* --eager: the loaded records */
    struct weir_progress *progress;
    uint64_t begin;
    struct weir_watcher watcher;
    struct weir_listener listener;
    struct weir_report report;
    struct weir_loaded loaded;
    struct weir_set_aside aside; /* its texts are the plan's */
};

static enum weir_status on_reject(void *context,
                                  const struct weir_reject *reject,
                                  struct weir_error *error)
{
    struct asking *asking = context;
    return weir_rejects_add(&asking->outputs.rejects, reject, error);
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
    weir_timeline_records(asking->outputs.timeline, counts->read);
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

/* Refuses a run that --memory does not allow. */
static enum weir_status check_memory(const struct asking *asking,
                                     struct weir_error *error)
{
    const struct weir_options *o = asking->options;
    struct weir_estimate estimate = {0};
    char needs[32], allows[32];
    weir_question_estimate(&asking->question, &estimate);
    size_t total = weir_estimate_total(&estimate);
    uint64_t memory = weir_options_memory(o);
    if (memory == 0 || total <= memory)
        return WEIR_OK;
    /* describe asks much of each column: by default, it takes what so many
     * columns need at least. */
    if (o->command == WEIR_COMMAND_DESCRIBE && !o->resources.memory_given) {
        weir_memory_limit(total);
        return WEIR_OK;
    }
    return weir_fail(
        error, WEIR_LIMIT, "the run needs at least %s, --memory allows %s%s",
        weir_size_enough(needs, total), weir_size_text(allows, memory),
        o->command == WEIR_COMMAND_DESCRIBE ? ", for so many columns"
                                            : "; weir explain shows what for");
}

static enum weir_status open_all(struct asking *asking,
                                 struct weir_error *error)
{
    enum weir_status status =
        weir_question_open(&asking->question, asking->options, error);
    asking->question.io.interrupted = on_interrupt;
    asking->question.io.context = asking;
    if (!status)
        status = check_memory(asking, error);
    if (!status)
        status = check_every(asking, error);
    if (!status)
        status = weir_outputs_open(&asking->outputs, &asking->question,
                                   asking->begin, error);
    return status;
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
                             struct weir_first *rejected,
                             struct weir_error *error)
{
    struct weir_report *report = &asking->report;
    struct weir_usage before = weir_memory_total();
    const struct weir_loading loading = {
        .layout = asking->options->loading.eager,
        .listener = &asking->listener,
        .threads = asking->options->resources.threads,
        .all_columns = asking->options->loading.all_columns,
        .rejected = rejected};
    weir_timeline_phase(asking->outputs.timeline, "load");
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
    struct weir_outputs *outputs = &asking->outputs;
    struct weir_record_counts *counts = &asking->report.stats.counts,
                              loaded = {0};
    struct weir_first rejected = {0};
    struct weir_estimate held = {0};
    weir_question_estimate_outputs(&asking->question, &held);
    const struct weir_running running = {
        .sink = outputs->sink,
        .held = &held,
        .partial = outputs->partial,
        .listener = &asking->listener,
        .watch = weir_watcher_over(
            &asking->watcher, plan->aggregated,
            outputs->sink ? &outputs->answer : NULL,
            outputs->checkpoint.path ? &outputs->checkpoint : NULL),
        .left = weir_checkpoint_left(&outputs->checkpoint),
        .threads = asking->options->resources.threads,
        .times = &asking->report.stats.times,
        .aside = &asking->aside,
        .folder = asking->options->resources.temp_dir};
    if (asking->options->loading.eager) {
        if (load(asking, &loaded, &rejected, error))
            return error->status;
        stream = asking->store;
    }
    uint64_t begin = weir_clock_ns();
    weir_timeline_phase(outputs->timeline, "answer");
    enum weir_status status = weir_run(plan, stream, &running, counts, error);
    asking->loaded.answer_ns = weir_clock_ns() - begin;
    asking->loaded.store = asking->store;
    if (asking->store)
        add_account(counts, &loaded);
    weir_first_keep(&asking->aside.rejected, &rejected);
    return status;
}

static enum weir_status finish_partial(struct asking *asking,
                                       struct weir_error *error)
{
    const struct weir_split *split = &asking->question.split;
    struct weir_shards shard = {.begins = split->begins, .ends = split->ends};
    const struct weir_partial_info info = {.shards = &shard, .n_shards = 1};
    return weir_partial_finish(asking->outputs.partial, &info,
                               &asking->report.stats.counts, error);
}

static enum weir_status answer(struct asking *asking, struct weir_error *error)
{
    enum weir_status status = open_all(asking, error);
    if (status)
        return status;
    asking->progress = weir_progress_open(asking->options->diagnostics.progress,
                                          &asking->question.io);
    status = run(asking, error);
    if (!status && asking->outputs.partial)
        status = finish_partial(asking, error);
    weir_progress_close(asking->progress);
    const struct weir_output *output = &asking->outputs.answer;
    uint64_t written = output->written + output->len;
    bool begun = written > asking->watcher.printed;
    if (status < 0 && begun)
        strncat(error->message, "; the output is incomplete",
                sizeof error->message - strlen(error->message) - 1);
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
    if (asking->options->diagnostics.stats)
        code = weir_stats_print(
            stats, asking->loaded.store ? &asking->loaded : NULL,
            asking->options->diagnostics.stats == WEIR_STATS_JSON);
    if (asking->options->diagnostics.profile)
        shown = weir_profile_print(asking->options, stats->counts.read);
    return code ? code : shown;
}

/* Returns the exit code. If this is an eager child of compare and a limit
 * stopped it, the message goes into the report instead: compare shows it. */
static int complain(struct asking *asking, const struct weir_error *error)
{
    struct weir_report *report = &asking->report;
    if (!asking->options->child.again || !asking->options->loading.eager ||
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
    if (status >= 0 && asking->options->child.again &&
        weir_ask_again(&asking->question, asking->store, &report->again_seconds,
                       &error) < 0)
        report->again_seconds = 0;
    weir_report_write(report, asking->options->child.report);
}

int weir_ask(const struct weir_options *options)
{
    struct asking asking = {.options = options, .begin = weir_clock_ns()};
    struct weir_error error;
    asking.listener =
        (struct weir_listener){.context = &asking,
                               .reject = options->rejects ? on_reject : NULL,
                               .progress = on_progress};
    weir_watcher_init(&asking.watcher, options);
    weir_memory_limit(weir_options_memory(options));
    enum weir_status status = WEIR_OK;
    if (options->diagnostics.profile && !weir_profile_start())
        status = weir_fail(&error, WEIR_LIMIT, "no memory for the profile");
    if (!status)
        status = answer(&asking, &error);
    status = weir_outputs_close(&asking.outputs, options, status, &error);
    bool unread = weir_output_unread(&asking.outputs.answer);
    int code = 0;
    if (unread)
        code = 141; /* a shell's code for SIGPIPE; there is no message */
    else if (status < 0)
        code = complain(&asking, &error);
    /* Of compare's runs the lazy one tells. */
    if (!unread && status >= 0 &&
        !(options->child.report >= 0 && options->loading.eager)) {
        weir_notices_print(options, &asking.report.stats.counts, &asking.aside);
        weir_notices_print_note(options, &asking.question.plan);
    }
    if (!unread && (status >= 0 || asking.report.stats.counts.read)) {
        int told = tell_stats(&asking);
        code = code ? code : told;
    }
    if (options->child.report >= 0)
        tell_report(&asking, status);
    weir_stream_close(asking.store);
    weir_outputs_release(&asking.outputs);
    weir_question_close(&asking.question);
    return code;
}
