/*
 * The serial loop, on as many threads as were asked for: each has its batch,
 * its vectors and its tally, and they meet in the order (see order.h). In the
 * end the tallies are merged, and the groups become rows.
 */
#include "pipeline/run.h"

#include "base/error.h"
#include "partials/merge.h"
#include "pipeline/statistics.h"
#include "pipeline/tables.h"
#include "pipeline/worker.h"
#include <assert.h>
#include <string.h>

/* So few groups go together wherever the window's did. */
#define WEIR_RUN_FEW ((size_t)512)

struct run {
    struct weir_plan *plan;
    struct weir_order order;
    struct weir_emitter emitter;
    struct weir_partial_writer *partial; /* NULL: results to the emitter */
    struct weir_worker *worker;
    size_t n_workers;
    /* Shares of memory, of all threads; SIZE_MAX: no end of it. */
    size_t groups, sorting;
    const char *folder;
    bool *number; /* [wanted]: see weir_plan_numbers */
};

/* What is left for groups and for sorting. A quarter stays free: for tables
 * that move as they grow, and for what the allocator itself takes. */
static void share_memory(struct run *run, const struct weir_stream *stream,
                         const struct weir_running *running)
{
    struct weir_bill bill = {0};
    uint64_t limit = weir_memory_limit_now();
    size_t spare = running->memory;
    run->folder = running->folder ? running->folder : "/tmp";
    run->groups = run->sorting = SIZE_MAX;
    if (!spare && !limit)
        return;
    if (!spare) {
        weir_run_bill(run->plan, stream, run->n_workers, &bill);
        uint64_t total = weir_bill_total(&bill);
        spare = limit > total ? (size_t)(limit - total) / 4 * 3 : 0;
    }
    bool both = run->plan->aggregated && run->plan->n_order;
    run->groups = both ? spare / 3 * 2 : spare;
    run->sorting = both ? spare / 3 : spare;
}

/* What threads may do beside taking turns at pull. */
struct beside {
    bool lanes, ahead; /* see base/stream.h */
};
static struct beside may_do_beside(const struct weir_plan *plan,
                                   const struct weir_stream *stream,
                                   const struct weir_running *running);

static enum weir_status init(struct run *run, struct weir_stream *stream,
                             const struct weir_running *running,
                             struct weir_error *error)
{
    struct weir_plan *plan = run->plan;
    weir_stream_want(stream, plan->wanted, plan->n_wanted);
    run->number = weir_alloc(WEIR_MEMORY_VECTOR, plan->n_wanted + 1);
    if (!run->number)
        return weir_fail_memory(error, "the columns", plan->n_wanted);
    weir_plan_numbers(plan, run->number);
    weir_stream_want_numbers(stream, run->number);
    run->n_workers = running->threads ? running->threads : 1;
    run->partial = running->partial;
    share_memory(run, stream, running);
    run->worker = weir_alloc_zero(WEIR_MEMORY_VECTOR,
                                  run->n_workers * sizeof *run->worker);
    if (!run->worker)
        return weir_fail_memory(error, "the threads",
                                run->n_workers * sizeof *run->worker);
    enum weir_status status =
        weir_order_init(&run->order, stream, running->listener, error);
    struct beside beside = may_do_beside(plan, stream, running);
    run->order.lanes = beside.lanes;
    if (beside.ahead)
        stream->ops->read_ahead(stream);
    if (!status)
        status =
            weir_emitter_init(&run->emitter, plan,
                              plan->aggregated ? &plan->results : &plan->rows,
                              running->sink, run->sorting, run->folder, error);
    for (size_t i = 0; !status && i < run->n_workers; i++) {
        status = weir_worker_init(&run->worker[i], plan, &run->order,
                                  &run->emitter, error);
        run->worker[i].memory =
            run->groups == SIZE_MAX ? SIZE_MAX : run->groups / run->n_workers;
        run->worker[i].folder = run->folder;
    }
    return status;
}

static void release(struct run *run)
{
    for (size_t i = 0; run->worker && i < run->n_workers; i++)
        weir_worker_release(&run->worker[i]);
    weir_free(WEIR_MEMORY_VECTOR, run->worker);
    weir_free(WEIR_MEMORY_VECTOR, run->number);
    weir_emitter_release(&run->emitter);
    weir_order_release(&run->order);
    weir_memory_release_gmp();
}

static void *on_thread(void *worker)
{
    weir_worker_run(worker);
    weir_memory_release_gmp();
    return NULL;
}

/* All threads to their end. One that cannot be started is not missed. */
static enum weir_status work(struct run *run, struct weir_error *error)
{
    for (size_t i = 1; i < run->n_workers; i++)
        run->worker[i].started =
            pthread_create(&run->worker[i].thread, NULL, on_thread,
                           &run->worker[i]) == 0;
    weir_worker_run(&run->worker[0]);
    for (size_t i = 1; i < run->n_workers; i++)
        if (run->worker[i].started)
            pthread_join(run->worker[i].thread, NULL);
    if (run->order.failure.status < 0)
        *error = run->order.failure;
    return run->order.failure.status;
}

/* Whether the threads' groups of a table fit together in one tally, while the
 * others are still there. */
static bool fit_together(const struct run *run, size_t table)
{
    size_t rows = 0, most = 0;
    for (size_t i = 0; i < run->n_workers; i++) {
        const struct weir_tally *tally = &run->worker[i].tally[table];
        size_t held = weir_tally_would_hold(tally, NULL, 0);
        if (weir_tally_runs(tally))
            return false;
        rows += tally->n_rows;
        most = held > most ? held : most;
    }
    return run->n_workers == 1 || run->plan->table[table].n_keys == 0 ||
           rows < WEIR_RUN_FEW || 3 * most <= run->groups;
}

/* The groups of a table in the first thread's tally. */
static enum weir_status merge(struct run *run, size_t table,
                              struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    for (size_t i = 1; !status && i < run->n_workers; i++) {
        struct weir_tally *from = &run->worker[i].tally[table];
        status = weir_tally_merge(&run->worker[0].tally[table], from, error);
        weir_tally_release(from);
    }
    return status;
}

/* The groups of a table as runs. */
static enum weir_status spill(struct run *run, size_t table,
                              struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; !status && i < run->n_workers; i++) {
        struct weir_tally *tally = &run->worker[i].tally[table];
        status = weir_tally_spill(tally, run->folder, error);
        if (!status)
            status = weir_tally_shrink(tally, error);
    }
    return status;
}

static struct weir_group_cursor *
runs_cursor(const struct run *run, size_t table, struct weir_error *error)
{
    size_t n = 0;
    struct weir_spill **spill =
        weir_alloc(WEIR_MEMORY_GROUP, run->n_workers * sizeof(*spill));
    if (!spill) {
        weir_fail_memory(error, "the tables", run->n_workers * sizeof(*spill));
        return NULL;
    }
    for (size_t i = 0; i < run->n_workers; i++) {
        spill[n] = weir_tally_runs(&run->worker[i].tally[table]);
        n += spill[n] != NULL;
    }
    struct weir_group_cursor *cursor =
        weir_runs_cursor(&run->plan->table[table], spill, n,
                         run->groups / run->plan->n_tables, error);
    weir_free(WEIR_MEMORY_GROUP, (void *)spill);
    return cursor;
}

/* A table's groups in key order; NULL: it failed. */
static struct weir_group_cursor *open_cursor(struct run *run, size_t table,
                                             struct weir_error *error)
{
    bool together = fit_together(run, table);
    enum weir_status status =
        together ? merge(run, table, error) : spill(run, table, error);
    if (status)
        return NULL;
    return together ? weir_tally_cursor(&run->worker[0].tally[table], error)
                    : runs_cursor(run, table, error);
}

/* The tables, in key order, to the emitter or into the partial. */
static enum weir_status answer(struct run *run, struct weir_error *error)
{
    size_t n = run->plan->n_tables;
    struct weir_group_cursor **cursor =
        weir_alloc_zero(WEIR_MEMORY_GROUP, n * sizeof(*cursor));
    if (!cursor)
        return weir_fail_memory(error, "the tables", n * sizeof(*cursor));
    enum weir_status status = WEIR_OK;
    for (size_t t = 0; !status && t < n; t++) {
        cursor[t] = open_cursor(run, t, error);
        if (!cursor[t])
            status = error->status;
    }
    if (!status)
        status =
            run->partial
                ? weir_tables_write(run->plan, cursor, run->partial, error)
                : weir_results_emit(run->plan, cursor, &run->emitter, error);
    for (size_t t = 0; t < n; t++)
        weir_cursor_close(cursor[t]);
    weir_free(WEIR_MEMORY_GROUP, (void *)cursor);
    return status;
}

/* All of the stream into the tallies; once more where a lane was mistaken. */
static enum weir_status read_all(struct run *run, struct weir_stream *stream,
                                 const struct weir_running *running,
                                 struct weir_error *error)
{
    enum weir_status status = init(run, stream, running, error);
    if (!status && (run->partial || !weir_emitter_done(&run->emitter)))
        status = work(run, error);
    if (status || !run->order.mistaken)
        return status;
    release(run);
    *run = (struct run){.plan = run->plan};
    status = stream->ops->again(stream, error);
    return status ? status : read_all(run, stream, running, error);
}

enum weir_status weir_run(struct weir_plan *plan, struct weir_stream *stream,
                          const struct weir_running *running,
                          struct weir_account *account,
                          struct weir_error *error)
{
    struct run run = {.plan = plan};
    weir_error_init(error);
    enum weir_status status = read_all(&run, stream, running, error);
    assert(status || run.worker);
    if (!status && plan->aggregated)
        status = answer(&run, error);
    if (!status && !run.partial)
        status = weir_emitter_end(&run.emitter, error);
    *account = run.order.account;
    if (running->times)
        *running->times = run.order.times;
    weir_stream_want_numbers(stream, NULL);
    release(&run);
    return status;
}

/* Large blocks come in whole pages, small ones in sixteens of bytes. */
#define ROUNDED_UP ((size_t)8 * 1024)

/* Lists of rows, and a vector for each column of the programs' inputs. */
static size_t lists_bytes(const struct weir_plan *plan, size_t rows)
{
    size_t columns =
        plan->n_wanted + plan->table[0].n_keys + plan->n_results + 2;
    size_t results = plan->aggregated ? WEIR_RESULTS_WINDOW : 0;
    return (rows + results) * sizeof(uint32_t) +
           columns * (sizeof(struct weir_slot) + sizeof(struct weir_vector)) +
           plan->rows.n_steps *
               (sizeof(struct weir_step) + sizeof(struct weir_slot));
}

/* What each thread holds. */
static void bill_thread(const struct weir_plan *plan,
                        const struct weir_batch_size *size,
                        struct weir_bill *bill)
{
    weir_batch_bill(size, bill);
    weir_bill_add(bill, weir_program_bytes(&plan->rows, size->rows),
                  "expressions: %zu steps of %zu records", plan->rows.n_steps,
                  size->rows);
    size_t texts = weir_program_texts(&plan->rows);
    if (texts)
        weir_bill_add(bill, texts * 2 * size->text,
                      "expressions: texts of %zu steps", texts);
    for (size_t i = 0; i < plan->n_tables; i++)
        weir_bill_add(bill, weir_tally_bytes(&plan->table[i], size->rows),
                      i ? "values: the first of them, and their counts"
                        : "groups: the first of them, and their states");
    for (size_t i = 0; i < plan->n_tables; i++)
        if (plan->table[i].n_keys)
            weir_bill_add(bill, weir_spill_bytes(),
                          "groups that do not fit: a run being written");
    weir_bill_add(bill, lists_bytes(plan, size->rows) + ROUNDED_UP,
                  "lists, and what is rounded up to pages");
}

static void bill_needs(const struct weir_plan *plan,
                       const struct weir_stream *stream, size_t threads,
                       struct weir_bill *bill)
{
    struct weir_batch_size size = weir_batch_size(stream);
    stream->ops->bill(stream, bill);
    struct weir_bill each = {0};
    bill_thread(plan, &size, &each);
    for (size_t i = 0; i < each.n; i++)
        if (threads == 1)
            weir_bill_add(bill, each.line[i].bytes, "%s", each.line[i].what);
        else
            weir_bill_add(bill, threads * each.line[i].bytes, "%zu x %s",
                          threads, each.line[i].what);
    if (plan->aggregated)
        weir_bill_add(bill,
                      weir_program_bytes(&plan->results, WEIR_RESULTS_WINDOW) +
                          (plan->table[0].n_keys + plan->n_results) *
                              WEIR_RESULTS_WINDOW * 12 +
                          weir_statistics_bytes(plan),
                      "results: windows of %zu rows", WEIR_RESULTS_WINDOW);
    weir_bill_add(bill, weir_memory_usage(WEIR_MEMORY_QUERY).live, "the plan");
}

/* Adds what is held only where it fits, and leaves enough for what who runs us
 * bills besides: the output's buffers. */
static bool add_if_it_fits(const struct weir_bill *more, struct weir_bill *bill)
{
    const size_t besides = (size_t)1 << 20;
    uint64_t limit = weir_memory_limit_now();
    size_t total = weir_bill_total(bill) + weir_bill_total(more);
    if (limit && total + besides > limit)
        return false;
    for (size_t i = 0; i < more->n; i++)
        weir_bill_add(bill, more->line[i].bytes, "%s", more->line[i].what);
    return true;
}

/*
 * What several threads may do beside taking turns, and what it holds. Lanes are
 * read ahead of their turn: not where that has to be waited for, batch by
 * batch. What has none is decoded ahead.
 */
static struct beside bill_beside(const struct weir_plan *plan,
                                 const struct weir_stream *stream,
                                 size_t threads, bool rejects,
                                 struct weir_bill *bill)
{
    const struct weir_stream_ops *ops = stream->ops;
    struct weir_bill lanes = {0}, ahead = {0};
    struct beside beside = {0};
    if (threads > 1 && plan->aggregated && !rejects && ops->bill_lanes) {
        ops->bill_lanes(stream, threads, &lanes);
        beside.lanes = add_if_it_fits(&lanes, bill);
    }
    if (threads > 1 && !(beside.lanes && lanes.n) && ops->bill_ahead) {
        ops->bill_ahead(stream, &ahead);
        beside.ahead = add_if_it_fits(&ahead, bill);
    }
    return beside;
}

void weir_run_bill(const struct weir_plan *plan,
                   const struct weir_stream *stream, size_t threads,
                   struct weir_bill *bill)
{
    bill_needs(plan, stream, threads, bill);
    (void)bill_beside(plan, stream, threads, false, bill);
}

static struct beside may_do_beside(const struct weir_plan *plan,
                                   const struct weir_stream *stream,
                                   const struct weir_running *running)
{
    struct weir_bill bill = {0};
    size_t threads = running->threads ? running->threads : 1;
    bool rejects = running->listener && running->listener->reject;
    bill_needs(plan, stream, threads, &bill);
    return bill_beside(plan, stream, threads, rejects, &bill);
}
