/*
 * A run is the serial loop (worker.c) on as many threads as the caller asks
 * for. At the end their hash aggregates are combined, and groups become rows.
 */
#include "pipeline/run.h"

#include "base/error.h"
#include "base/mechanism.h"
#include "base/threads.h"
#include "pipeline/external_sort.h"
#include "pipeline/groups/combine.h"
#include "pipeline/groups/kinds.h"
#include "pipeline/groups/ordered_sets.h"
#include "pipeline/groups/tables.h"
#include <assert.h>
#include <string.h>

struct weir_job {
    struct weir_plan *plan;
    struct weir_reorder order;
    struct weir_emitter emitter;
    struct weir_partial_writer *partial; /* NULL if results are emitted */
    struct weir_worker *worker;
    size_t n_workers;
    /* Bytes that groups of all threads, and sorting, may hold; SIZE_MAX means
     * no limit. */
    size_t groups, sorting;
    const char *folder;
    bool *number;   /* [projected]: see weir_plan_numbers */
    bool continues; /* a saved run */
};

/* Bytes that the memory estimate counts for the threads' groups. */
static size_t estimated_groups(const struct weir_job *job,
                               const struct weir_stream *stream)
{
    const struct weir_batch_size size = weir_batch_size(stream);
    size_t bytes = 0;
    for (size_t i = 0; i < job->plan->n_tables; i++)
        if (job->plan->table[i].n_keys)
            bytes += weir_hash_aggregate_bytes(&job->plan->table[i], &size);
    return job->n_workers * bytes;
}

/* Shares the memory that the estimate leaves between groups and sorting. A
 * quarter stays free, for tables that are copied as they grow, and for what the
 * allocator itself takes. */
static void share_memory(struct weir_job *job, struct weir_stream *stream,
                         const struct weir_running *running)
{
    const struct weir_listener *listener = running->listener;
    struct weir_estimate estimate = {0};
    if (running->held)
        estimate = *running->held;
    const uint64_t limit = weir_run_limit(&estimate);
    size_t spare = running->memory;
    weir_run_estimate(job->plan, stream, job->n_workers,
                      listener && listener->reject, &estimate);
    job->folder = running->folder ? running->folder : "/tmp";
    job->groups = job->sorting = SIZE_MAX;
    if (!spare && !limit)
        return;
    if (!spare) {
        uint64_t total = weir_estimate_total(&estimate);
        spare = limit > total ? (size_t)(limit - total) / 4 * 3 : 0;
    }
    bool both = job->plan->aggregated && job->plan->output.n_order;
    job->groups = both ? spare / 3 * 2 : spare;
    job->sorting = both ? spare / 3 : spare;
    if (running->memory)
        return;
    job->groups += estimated_groups(job, stream);
    job->sorting += weir_external_sort_least();
}

/* Nothing is set aside yet. */
static void begin_aside(struct weir_job *job)
{
    struct weir_set_aside *aside = &job->order.aside;
    const struct weir_plan *plan = job->plan;
    *aside = (struct weir_set_aside){.text = plan->kinds.first_text,
                                     .n_texts = plan->kinds.n};
    for (size_t i = 0; i < plan->kinds.n; i++)
        aside->text[i] = (struct weir_first){0};
}

static enum weir_status init(struct weir_job *job, struct weir_stream *stream,
                             const struct weir_running *running,
                             struct weir_error *error)
{
    struct weir_plan *plan = job->plan;
    weir_stream_project(stream, plan->projected, plan->n_projected);
    job->number = weir_alloc(WEIR_MEMORY_VECTOR, plan->n_projected + 1);
    if (!job->number)
        return weir_fail_memory(error, "the columns", plan->n_projected);
    weir_plan_numbers(plan, job->number);
    weir_stream_project_numbers(stream, job->number);
    job->n_workers = running->threads ? running->threads : 1;
    job->partial = running->partial;
    share_memory(job, stream, running);
    job->worker = weir_alloc_zero(WEIR_MEMORY_VECTOR,
                                  job->n_workers * sizeof *job->worker);
    if (!job->worker)
        return weir_fail_memory(error, "the threads",
                                job->n_workers * sizeof *job->worker);
    enum weir_status status =
        weir_reorder_init(&job->order, stream, running->listener, error);
    if (!status)
        begin_aside(job);
    if (!status)
        status = weir_emitter_init(
            &job->emitter, plan,
            plan->aggregated ? &plan->results.program : &plan->rows,
            running->sink, job->sorting, job->folder, error);
    for (size_t i = 0; !status && i < job->n_workers; i++) {
        status = weir_worker_init(&job->worker[i], plan, &job->order,
                                  &job->emitter, error);
        job->worker[i].memory =
            job->groups == SIZE_MAX ? SIZE_MAX : job->groups / job->n_workers;
        job->worker[i].folder = job->folder;
    }
    return status;
}

static void release_workers(struct weir_job *job)
{
    for (size_t i = 0; job->worker && i < job->n_workers; i++)
        weir_worker_release(&job->worker[i]);
    weir_free(WEIR_MEMORY_VECTOR, job->worker);
    job->worker = NULL;
}

static void release(struct weir_job *job)
{
    release_workers(job);
    weir_free(WEIR_MEMORY_VECTOR, job->number);
    weir_emitter_release(&job->emitter);
    weir_reorder_release(&job->order);
    weir_memory_release_gmp();
}

/* What each thread of a run does. */
static void work(void *worker)
{
    weir_worker_run(worker);
    weir_memory_release_gmp();
}

static struct weir_combining combining(const struct weir_job *job,
                                       bool continues)
{
    return (struct weir_combining){.worker = job->worker,
                                   .n_workers = job->n_workers,
                                   .memory = job->groups,
                                   .folder = job->folder,
                                   .continues = continues};
}

/* Gives the tables, in key order, to the emitter or to the partial. *unplaced
 * says that the place of a bad cell is not known, so that the run has to
 * restart, unless it did. The tables are freed before the emitter gives rows in
 * order. */
static enum weir_status answer(struct weir_job *job, bool restarted,
                               bool *unplaced, struct weir_error *error)
{
    struct weir_combined combined;
    const struct weir_combining from = combining(job, false);
    const struct weir_noted noted = {&job->order.counts, &job->order.aside};
    enum weir_status status = weir_combine(&combined, job->plan, &from, error);
    if (!status && job->partial)
        status =
            weir_tables_write(job->plan, combined.cursor, job->partial, error);
    if (!status && job->partial)
        status = weir_partial_aside(job->partial, &job->order.aside, error);
    else if (!status)
        status = weir_kinds_settle(job->plan, combined.cursor, &noted, unplaced,
                                   error);
    *unplaced = *unplaced && job->order.stream->ops->seek && !restarted;
    if (!status && !job->partial && !*unplaced)
        status = weir_results_emit(job->plan, combined.cursor, &job->emitter,
                                   &noted, error);
    weir_combined_release(&combined);
    release_workers(job);
    return status;
}

enum weir_status weir_job_so_far(struct weir_job *job, struct weir_sink *sink,
                                 struct weir_record_counts *counts,
                                 struct weir_error *error)
{
    struct weir_combined combined = {0};
    const struct weir_combining from = combining(job, true);
    enum weir_status status = WEIR_END;
    weir_error_init(error);
    if (weir_reorder_pause(&job->order, WEIR_PAUSE_USE, counts)) {
        status = weir_combine(&combined, job->plan, &from, error);
        struct weir_set_aside aside = job->order.aside;
        const struct weir_giving giving = {.sink = sink,
                                           .memory = job->sorting,
                                           .folder = job->folder,
                                           .noted = {counts, &aside}};
        bool unplaced;
        if (!status)
            status = weir_kinds_settle(job->plan, combined.cursor,
                                       &giving.noted, &unplaced, error);
        if (!status)
            status =
                weir_results_give(job->plan, combined.cursor, &giving, error);
        if (combined.lost)
            weir_job_stop(job, error);
        weir_combined_release(&combined);
    }
    if (!status)
        weir_ran(counts->read ? WEIR_RAN_LOOKED_MIDWAY : WEIR_RAN_LOOKED);
    weir_reorder_continue(&job->order);
    weir_memory_release_gmp();
    return status;
}

enum weir_status weir_job_groups(struct weir_job *job, uint64_t *n)
{
    const struct weir_combining from = combining(job, true);
    bool paused = weir_reorder_pause(&job->order, WEIR_PAUSE_USE, NULL);
    *n = paused ? weir_combining_groups(&from, job->plan->n_tables) : 0;
    weir_reorder_continue(&job->order);
    return paused ? WEIR_OK : WEIR_END;
}

/* Called while the run is paused. */
static enum weir_status save(struct weir_job *job, struct weir_saving *saving,
                             struct weir_error *error)
{
    struct weir_combined combined;
    const struct weir_combining from = combining(job, true);
    struct weir_position place;
    job->order.stream->ops->position(job->order.stream, &place);
    saving->partial = saving->create(saving->context, &place, error);
    if (!saving->partial)
        return error->status;
    enum weir_status status = weir_combine(&combined, job->plan, &from, error);
    if (!status)
        status = weir_tables_write(job->plan, combined.cursor, saving->partial,
                                   error);
    if (!status)
        status = weir_partial_aside(saving->partial, &job->order.aside, error);
    weir_combined_release(&combined);
    return status;
}

enum weir_status weir_job_save(struct weir_job *job, struct weir_saving *saving,
                               struct weir_error *error)
{
    enum weir_status status = WEIR_END;
    weir_error_init(error);
    saving->partial = NULL;
    weir_ran(WEIR_RAN_CHECKPOINT_BEGUN);
    if (weir_reorder_pause(&job->order, WEIR_PAUSE_READ, &saving->counts))
        status = save(job, saving, error);
    if (!status)
        weir_ran(WEIR_RAN_CHECKPOINT_WRITTEN);
    weir_reorder_continue(&job->order);
    weir_memory_release_gmp();
    return status;
}

/* Resumes a saved run. Its groups become runs of the first thread, as if that
 * thread had spilled them. If the input cannot be opened at the saved position,
 * the run restarts from the beginning: only then is the failure reported as in
 * a run that was never interrupted. */
static enum weir_status resume(struct weir_job *job,
                               const struct weir_left *left,
                               struct weir_error *error)
{
    size_t n = job->plan->n_tables;
    assert(job->worker);
    struct weir_spill **runs = weir_alloc(WEIR_MEMORY_GROUP, n * sizeof(*runs));
    if (!runs)
        return weir_fail_memory(error, "the tables", n * sizeof(*runs));
    enum weir_status status = WEIR_OK;
    for (size_t t = 0; !status && t < n; t++) {
        struct weir_hash_aggregate *hash = &job->worker[0].hash[t];
        status = weir_hash_aggregate_begin_runs(hash, job->folder, error);
        runs[t] = hash->runs;
    }
    left->info->aside = &job->order.aside;
    if (!status)
        status = weir_partial_read(left->reader, runs, left->info,
                                   &job->order.counts, error);
    weir_free(WEIR_MEMORY_GROUP, (void *)runs);
    if (status)
        return status;
    struct weir_stream *stream = job->order.stream;
    enum weir_status there = stream->ops->seek(stream, &left->place, error);
    if (there == WEIR_END)
        return weir_fail(error, WEIR_DATA,
                         "--checkpoint: the place where it was left is not in "
                         "the inputs; name another file, or remove it, and the "
                         "run begins anew");
    weir_ran(WEIR_RAN_CHECKPOINT_RESUMED);
    if (there)
        weir_reorder_misspeculated(&job->order);
    return WEIR_OK;
}

bool weir_job_continues(const struct weir_job *job)
{
    return job->continues;
}

void weir_job_stop(struct weir_job *job, const struct weir_error *error)
{
    weir_reorder_stop(&job->order, &(struct weir_record_counts){0}, error);
    weir_ran(WEIR_RAN_RUN_STOPPED);
}

/* Runs all threads between `begin` and `end` of the watch. The watch may stop
 * the run until `end` returns, so the failure is read after it. What reads
 * records is freed. */
static enum weir_status watched(struct weir_job *job,
                                const struct weir_watch *watch,
                                struct weir_error *error)
{
    if (watch)
        watch->begin(watch->context, job);
    weir_on_threads(work, job->worker, job->n_workers, sizeof *job->worker);
    if (watch)
        watch->end(watch->context);
    for (size_t i = 0; i < job->n_workers; i++)
        weir_worker_finish(&job->worker[i]);
    if (job->order.failure.status < 0)
        *error = job->order.failure;
    return job->order.failure.status;
}

static enum weir_status read_again(struct weir_job *job,
                                   struct weir_stream *stream,
                                   const struct weir_running *running,
                                   struct weir_error *error);

/* Reads the whole stream; reads it again from the beginning, without `left`, if
 * the stream mis-speculated. */
static enum weir_status read_all(struct weir_job *job,
                                 struct weir_stream *stream,
                                 const struct weir_running *running,
                                 const struct weir_left *left,
                                 struct weir_error *error)
{
    enum weir_status status = init(job, stream, running, error);
    job->continues = left != NULL;
    if (!status && left)
        status = resume(job, left, error);
    if (!status && !job->order.run.misspeculated &&
        (job->partial || !weir_emitter_done(&job->emitter)))
        status = watched(job, running->watch, error);
    if (status || !job->order.run.misspeculated)
        return status;
    return read_again(job, stream, running, error);
}

static enum weir_status read_again(struct weir_job *job,
                                   struct weir_stream *stream,
                                   const struct weir_running *running,
                                   struct weir_error *error)
{
    weir_ran(WEIR_RAN_RUN_AGAIN);
    release(job);
    *job = (struct weir_job){.plan = job->plan};
    enum weir_status status = stream->ops->seek(stream, NULL, error);
    return status ? status : read_all(job, stream, running, NULL, error);
}

enum weir_status weir_run(struct weir_plan *plan, struct weir_stream *stream,
                          const struct weir_running *running,
                          struct weir_record_counts *counts,
                          struct weir_error *error)
{
    struct weir_job job = {.plan = plan};
    weir_error_init(error);
    enum weir_status status =
        read_all(&job, stream, running, running->left, error);
    assert(status || job.worker);
    bool unplaced = false;
    if (!status && plan->aggregated)
        status = answer(&job, false, &unplaced, error);
    /* No place is known in a part that was read from a guessed boundary. */
    if (unplaced) {
        status = read_again(&job, stream, running, error);
        if (!status)
            status = answer(&job, true, &unplaced, error);
    }
    if (!status && !job.partial)
        status = weir_emitter_end(&job.emitter, error);
    *counts = job.order.counts;
    if (running->aside)
        *running->aside = job.order.aside;
    if (running->times)
        *running->times = job.order.times;
    weir_stream_project_numbers(stream, NULL);
    release(&job);
    return status;
}
