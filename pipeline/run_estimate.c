/*
 * The memory estimate of a run, before it reads: the least it needs, and what
 * the stream may hold beyond that if it fits. Each line says in which phases of
 * the run it is held.
 */
#include "pipeline/external_sort.h"
#include "pipeline/groups/ordered_sets.h"
#include "pipeline/groups/tables.h"
#include "pipeline/run.h"
#include "pipeline/sort.h"
#include "pipeline/worker.h"

#include "eager/store.h"
#include "partials/merge.h"

/* Allowance for rounding: the allocator gives large blocks in whole pages, and
 * small ones in multiples of 16 bytes. */
#define ROUNDED_UP ((size_t)12 * 1024)

/* Bytes of the lists of rows, of groups, of steps, and of the vectors of the
 * programs' inputs. */
static size_t lists_bytes(const struct weir_plan *plan, size_t rows)
{
    size_t columns =
        plan->n_projected + plan->table[0].n_keys + plan->results.n_inputs + 4;
    size_t lists = 1 + weir_plan_keyed_tables(plan);
    return lists * rows * sizeof(uint32_t) +
           columns * (sizeof(struct weir_slot) + sizeof(struct weir_vector)) +
           plan->rows.n_steps *
               (sizeof(struct weir_step) + sizeof(struct weir_slot));
}

/* Adds a table of one thread. Its groups are spilled; what it holds of them
 * while records are read, the merge of its runs holds afterwards. */
static void estimate_table(const struct weir_plan *plan, size_t table,
                           const struct weir_batch_size *size,
                           struct weir_estimate *estimate)
{
    const char *what = table ? "values" : "groups";
    size_t groups = weir_hash_aggregate_bytes(&plan->table[table], size);
    estimate->phases = WEIR_PHASE_READ | WEIR_PHASE_MERGE;
    if (plan->table[table].n_keys == 0) {
        weir_estimate_add(estimate, groups, "states");
        return;
    }
    if (groups < weir_merge_bytes(2))
        groups = weir_merge_bytes(2);
    weir_estimate_add(estimate, groups, "%s: those of a window, or two runs",
                      what);
    weir_estimate_add(estimate, weir_spill_rest_bytes(),
                      "%s that do not fit: the end of their file", what);
    /* A merge in passes also writes runs, but before it gives groups. Then
     * there is less than records took. */
    estimate->phases = WEIR_PHASE_READ;
    weir_estimate_add(estimate, weir_spill_bytes() - weir_spill_rest_bytes(),
                      "%s that do not fit: a run being written", what);
}

/* Adds what one thread holds. */
static void estimate_thread(const struct weir_plan *plan,
                            const struct weir_stream *stream,
                            const struct weir_batch_size *size,
                            struct weir_estimate *estimate)
{
    estimate->phases = WEIR_PHASE_READ;
    weir_batch_estimate(size, estimate);
    weir_estimate_add(estimate, weir_program_bytes(&plan->rows, size->rows),
                      "expressions: %zu steps of %zu records",
                      plan->rows.n_steps, size->rows);
    if (plan->reads.file || plan->reads.line)
        weir_estimate_add(estimate,
                          weir_provenance_bytes(plan, stream, size->rows),
                          "files and lines of %zu records", size->rows);
    size_t texts = weir_program_texts(&plan->rows);
    if (texts)
        weir_estimate_add(estimate, texts * weir_program_text_bytes(size->text),
                          "expressions: texts of %zu steps", texts);
    weir_estimate_add(estimate, lists_bytes(plan, size->rows) + ROUNDED_UP,
                      "lists, and what is rounded up to pages");
    for (size_t i = 0; i < plan->n_tables; i++)
        if (plan->aggregated)
            estimate_table(plan, i, size, estimate);
}

static size_t results_bytes(const struct weir_plan *plan)
{
    return weir_results_bytes(plan) + weir_ordered_sets_bytes(plan) +
           ROUNDED_UP;
}

size_t weir_run_so_far_bytes(const struct weir_plan *plan)
{
    return results_bytes(plan) +
           (plan->output.n_order
                ? weir_external_sort_bytes() +
                      weir_sorter_window_bytes(plan->output.n_items)
                : 0);
}

static void estimate_needs(const struct weir_plan *plan,
                           const struct weir_stream *stream, size_t threads,
                           struct weir_estimate *estimate)
{
    struct weir_estimate each = {0};
    const struct weir_batch_size size = weir_batch_size(stream);
    estimate_thread(plan, stream, &size, &each);
    weir_estimate_add_all(estimate, &each, threads);
    if (plan->aggregated) {
        estimate->phases = WEIR_PHASE_MERGE;
        if (plan->output.n_order)
            estimate->phases |= WEIR_PHASE_SORT;
        weir_estimate_add(estimate, results_bytes(plan),
                          "results: windows of %zu rows", WEIR_RESULTS_WINDOW);
    }
    if (plan->output.n_order) {
        estimate->phases =
            WEIR_PHASE_SORT |
            (plan->aggregated ? WEIR_PHASE_MERGE : WEIR_PHASE_READ);
        weir_estimate_add(estimate, weir_external_sort_bytes(),
                          "order by: rows, a run being written, or runs");
        estimate->phases = WEIR_PHASE_SORT;
        weir_estimate_add(estimate,
                          weir_sorter_window_bytes(plan->output.n_items),
                          "order by: windows of rows");
    }
    estimate->phases = 0;
    weir_estimate_add(estimate, weir_memory_usage(WEIR_MEMORY_QUERY).live,
                      "the plan");
}

uint64_t weir_run_limit(const struct weir_estimate *estimate)
{
    return estimate->limit ? estimate->limit : weir_memory_limit_now();
}

/* Bytes that the stream may hold while it is read. */
static size_t spare_beyond(uint64_t limit, size_t held)
{
    if (!limit)
        return SIZE_MAX;
    return limit > held ? (size_t)(limit - held) : 0;
}

void weir_run_estimate(const struct weir_plan *plan, struct weir_stream *stream,
                       size_t threads, bool rejects,
                       struct weir_estimate *estimate)
{
    struct weir_estimate needs = {0};
    const struct weir_estimate held = *estimate;
    weir_stream_lines(stream, plan->reads.line);
    estimate_needs(plan, stream, threads, &needs);
    weir_estimate_add_all(&needs, &held, 1);
    const struct weir_reading_facts facts = {
        .threads = threads,
        .ordered = !plan->aggregated || rejects || plan->reads.line,
        .spare = spare_beyond(weir_run_limit(&held),
                              weir_estimate_phase(&needs, WEIR_PHASE_READ))};
    *estimate =
        (struct weir_estimate){.phases = WEIR_PHASE_READ, .limit = held.limit};
    stream->ops->prepare(stream, &facts, estimate);
    estimate->phases = 0;
    weir_estimate_add_all(estimate, &needs, 1);
}

void weir_replay_estimate(const struct weir_plan *plan,
                          const struct weir_stream *stream, size_t threads,
                          struct weir_estimate *estimate)
{
    struct weir_stream store = *stream; /* for a batch's size only */
    struct weir_estimate needs = {0};
    bool *number = weir_alloc(WEIR_MEMORY_VECTOR, plan->n_projected + 1);
    if (number)
        weir_plan_numbers(plan, number);
    store.replays = true;
    store.number = number;
    estimate_needs(plan, &store, threads, &needs);
    weir_free(WEIR_MEMORY_VECTOR, number);
    weir_estimate_add_all(estimate, &needs, 1);
    estimate->phases = WEIR_PHASE_READ;
    weir_estimate_add(estimate, threads * weir_store_batch_bytes(),
                      "store: a page being read, on %zu threads", threads);
    estimate->phases = 0;
}
