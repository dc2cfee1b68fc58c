/*
 * The run of a question for a C program, on a thread of its own.
 */
#include "jobs/query.h"

#include "base/c_words.h"
#include "base/error.h"
#include "partials/partial.h"
#include <signal.h>
#include <string.h>

/* The run's side */

static enum weir_status take_names(struct weir_sink *sink,
                                   const char *const *name,
                                   const enum weir_type *type, size_t n_columns,
                                   struct weir_error *error)
{
    (void)sink, (void)name, (void)type, (void)n_columns, (void)error;
    return WEIR_OK;
}

static enum weir_status offer_rows(struct weir_sink *sink,
                                   const struct weir_vector *const *column,
                                   size_t rows, struct weir_error *error)
{
    struct weir_query *query = (struct weir_query *)sink;
    struct weir_meeting *meeting = &query->meeting;
    pthread_mutex_lock(&meeting->lock);
    /* weir_query_end() cancels under the lock: nobody will take the rows. */
    const bool cancelled = atomic_load(&query->run.cancelled);
    if (!cancelled) {
        meeting->column = column;
        meeting->rows = rows;
        pthread_cond_broadcast(&meeting->changed);
    }
    while (meeting->rows)
        pthread_cond_wait(&meeting->changed, &meeting->lock);
    pthread_mutex_unlock(&meeting->lock);
    return cancelled ? weir_fail_cancelled(error) : WEIR_OK;
}

static enum weir_status end_rows(struct weir_sink *sink,
                                 struct weir_error *error)
{
    const struct weir_query *query = (const struct weir_query *)sink;
    return atomic_load(&query->run.cancelled) ? weir_fail_cancelled(error)
                                              : WEIR_OK;
}

static void close_sink(struct weir_sink *sink)
{
    (void)sink;
}

const struct weir_sink_ops weir_query_sink_ops = {.begin = take_names,
                                                  .rows = offer_rows,
                                                  .end = end_rows,
                                                  .close = close_sink};

static enum weir_status on_reject(void *context,
                                  const struct weir_reject *reject,
                                  struct weir_error *error)
{
    const struct weir_query *query = context;
    (void)error;
    query->options.reject(query->options.context, reject);
    return WEIR_OK;
}

static void on_progress(void *context, const struct weir_record_counts *counts)
{
    const struct weir_query *query = context;
    query->options.progress(query->options.context, counts);
}

static bool is_cancelled(void *context)
{
    return atomic_load(&((struct weir_query *)context)->run.cancelled);
}

static enum weir_status finish_partial(struct weir_query *query,
                                       const struct weir_record_counts *counts,
                                       struct weir_error *error)
{
    const struct weir_split *split = &query->partial.split;
    struct weir_shards shard = {.begins = split->begins, .ends = split->ends};
    const struct weir_partial_info info = {.shards = &shard, .n_shards = 1};
    return weir_partial_finish(query->partial.writer, &info, counts, error);
}

/* Reads the inputs, for the sink or for a partial. */
static enum weir_status run_plan(struct weir_query *query,
                                 struct weir_record_counts *counts,
                                 struct weir_error *error)
{
    const struct weir_query_options *options = &query->options;
    const struct weir_listener listener = {
        .context = query,
        .reject = options->reject ? on_reject : NULL,
        .progress = options->progress ? on_progress : NULL,
        .cancelled = is_cancelled};
    struct weir_partial_writer *partial = query->partial.writer;
    struct weir_query_checkpoint *checkpoint = query->checkpoint;
    const struct weir_watch watch = weir_query_watch(query);
    const struct weir_running running = {
        .sink = partial ? NULL : &query->sink,
        .partial = partial,
        .watch = checkpoint ? &watch : NULL,
        .left = checkpoint ? weir_checkpoint_left(&checkpoint->file) : NULL,
        .listener = &listener,
        .threads = options->threads,
        .held = &query->held,
        .folder = options->folder};
    enum weir_status status =
        weir_run(&query->plan, query->stream, &running, counts, error);
    if (!status && partial)
        status = finish_partial(query, counts, error);
    if (!status && checkpoint && !weir_query_is_partial(query))
        weir_checkpoint_remove(&checkpoint->file);
    return status;
}

static void *run(void *context)
{
    struct weir_query *query = context;
    struct weir_record_counts counts;
    struct weir_error error;
    enum weir_status status = query->partial.merge
                                  ? weir_query_merge(query, &counts, &error)
                                  : run_plan(query, &counts, &error);
    /* A read function of the caller's may fail in order to cancel. */
    if (status < 0 && atomic_load(&query->run.cancelled))
        status = weir_fail_cancelled(&error);
    if (status < 0)
        weir_fail_in_c(&error);
    pthread_mutex_lock(&query->meeting.lock);
    query->run.status = status < 0 ? status : WEIR_END;
    query->run.error = error;
    query->run.counts = counts;
    query->meeting.over = true;
    pthread_cond_broadcast(&query->meeting.changed);
    pthread_mutex_unlock(&query->meeting.lock);
    return NULL;
}

/* The caller's side */

/* Starts the run's thread. It takes no signals that are sent to the process:
 * they are for the caller's threads. Those of a fault stay with the thread that
 * makes it. */
enum weir_status weir_query_begin(struct weir_query *query,
                                  struct weir_error *error)
{
    static const int faults[] = {SIGSEGV, SIGBUS,  SIGFPE,
                                 SIGILL,  SIGTRAP, SIGSYS};
    sigset_t sent, before;
    sigfillset(&sent);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigdelset(&sent, faults[i]);
    pthread_sigmask(SIG_BLOCK, &sent, &before);
    int refused = pthread_create(&query->run.thread, NULL, run, query);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (refused)
        return weir_fail(error, WEIR_LIMIT, "cannot start a thread: %s",
                         strerror(refused));
    query->run.begun = true;
    return WEIR_OK;
}

void weir_query_meet(struct weir_query *query)
{
    struct weir_meeting *meeting = &query->meeting;
    pthread_mutex_lock(&meeting->lock);
    if (query->answer.rows) {
        meeting->rows = 0;
        pthread_cond_broadcast(&meeting->changed);
    }
    while (!meeting->rows && !meeting->over)
        pthread_cond_wait(&meeting->changed, &meeting->lock);
    query->answer.column = meeting->column;
    query->answer.rows = meeting->rows;
    query->answer.taken = 0;
    pthread_mutex_unlock(&meeting->lock);
}

void weir_query_end(struct weir_query *query)
{
    pthread_mutex_lock(&query->meeting.lock);
    atomic_store(&query->run.cancelled, true);
    query->meeting.rows = 0;
    pthread_cond_broadcast(&query->meeting.changed);
    pthread_mutex_unlock(&query->meeting.lock);
    pthread_join(query->run.thread, NULL);
}
