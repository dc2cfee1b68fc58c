/*
 * The memory estimate of a run, before it reads: the least it needs, and what
 * the stream may hold beyond that if it fits.
 */
#include "pipeline/groups/ordered_sets.h"
#include "pipeline/groups/tables.h"
#include "pipeline/run.h"
#include "pipeline/worker.h"

#include "partials/key_sort.h"
#include "partials/merge.h"

/* Allowance for rounding: the allocator gives large blocks in whole pages, and
 * small ones in multiples of 16 bytes. */
#define ROUNDED_UP ((size_t)12 * 1024)

/* Bytes of the lists of rows, of steps, and of the vectors of the programs'
 * inputs. */
static size_t lists_bytes(const struct weir_plan *plan, size_t rows)
{
    size_t columns =
        plan->n_projected + plan->table[0].n_keys + plan->results.n_inputs + 4;
    size_t results = plan->aggregated ? WEIR_RESULTS_WINDOW : 0;
    return (rows + results) * sizeof(uint32_t) +
           columns * (sizeof(struct weir_slot) + sizeof(struct weir_vector)) +
           plan->rows.n_steps *
               (sizeof(struct weir_step) + sizeof(struct weir_slot));
}

/* Bytes allowed at first for texts that states keep, and for keys. */
#define TEXTS ((size_t)64 * 1024)

/* Whether states keep texts. */
static bool keeps_texts(const struct weir_plan_table *table)
{
    for (size_t i = 0; i < table->n_aggregates; i++)
        for (size_t v = 0; v < WEIR_VALUES_MAX; v++)
            if (table->aggregate[i].aggregate->need[v] >= WEIR_NEED_NATURAL)
                return true;
    return false;
}

/* Bytes that spilling the first groups holds: their keys and their order. */
static size_t sorting_bytes(const struct weir_plan_table *table, size_t rows)
{
    return 2 * rows * sizeof(struct weir_key_rank) +
           (keeps_texts(table) ? 2 : 1) * TEXTS / 2;
}

/* Adds what one thread holds. */
static void estimate_thread(const struct weir_plan *plan,
                            const struct weir_stream *stream,
                            struct weir_estimate *estimate)
{
    const struct weir_batch_size all = weir_batch_size(stream), *size = &all;
    weir_batch_estimate(size, estimate);
    weir_estimate_add(estimate, weir_program_bytes(&plan->rows, size->rows),
                      "expressions: %zu steps of %zu records",
                      plan->rows.n_steps, size->rows);
    if (plan->reads_file || plan->reads_line)
        weir_estimate_add(estimate,
                          weir_provenance_bytes(plan, stream, size->rows),
                          "files and lines of %zu records", size->rows);
    size_t texts = weir_program_texts(&plan->rows);
    if (texts)
        weir_estimate_add(estimate, texts * 2 * size->text,
                          "expressions: texts of %zu steps", texts);
    for (size_t i = 0; i < plan->n_tables; i++)
        weir_estimate_add(
            estimate, weir_hash_aggregate_bytes(&plan->table[i], size->rows),
            i ? "values: the first of them, and their counts"
              : "groups: the first of them, and their states");
    for (size_t i = 0; i < plan->n_tables; i++)
        if (plan->table[i].n_keys)
            weir_estimate_add(estimate,
                              weir_spill_bytes() +
                                  sorting_bytes(&plan->table[i], size->rows),
                              "groups that do not fit: a run being written");
    weir_estimate_add(estimate, lists_bytes(plan, size->rows) + ROUNDED_UP,
                      "lists, and what is rounded up to pages");
}

static void estimate_needs(const struct weir_plan *plan,
                           const struct weir_stream *stream, size_t threads,
                           struct weir_estimate *estimate)
{
    struct weir_estimate each = {0};
    estimate_thread(plan, stream, &each);
    for (size_t i = 0; i < each.n; i++)
        if (threads == 1)
            weir_estimate_add(estimate, each.line[i].bytes, "%s",
                              each.line[i].what);
        else
            weir_estimate_add(estimate, threads * each.line[i].bytes,
                              "%zu x %s", threads, each.line[i].what);
    if (plan->aggregated)
        weir_estimate_add(
            estimate,
            weir_program_bytes(&plan->results.program, WEIR_RESULTS_WINDOW) +
                (plan->table[0].n_keys + plan->results.n_inputs) *
                    WEIR_RESULTS_WINDOW * 12 +
                weir_ordered_sets_bytes(plan),
            "results: windows of %zu rows", WEIR_RESULTS_WINDOW);
    for (size_t i = 0; i < plan->n_tables; i++)
        if (plan->table[i].n_keys)
            weir_estimate_add(estimate, weir_merge_bytes(2),
                              "groups that do not fit: two runs being merged");
    if (plan->output.n_order)
        weir_estimate_add(
            estimate,
            weir_sorter_bytes(plan->output.n_order, plan->output.n_items),
            "order by: rows, a run being written, two being merged");
    weir_estimate_add(estimate, weir_memory_usage(WEIR_MEMORY_QUERY).live,
                      "the plan");
}

/* Bytes that the stream may hold beyond the least. 1 MiB is left for what the
 * caller adds to the estimate: the output's buffers. */
static size_t spare_after(const struct weir_estimate *estimate)
{
    uint64_t limit = weir_memory_limit_now();
    uint64_t held = weir_estimate_total(estimate) + ((size_t)1 << 20);
    if (!limit)
        return SIZE_MAX;
    return limit > held ? (size_t)(limit - held) : 0;
}

void weir_run_estimate(const struct weir_plan *plan, struct weir_stream *stream,
                       size_t threads, bool rejects,
                       struct weir_estimate *estimate)
{
    struct weir_estimate needs = {0};
    weir_stream_lines(stream, plan->reads_line);
    estimate_needs(plan, stream, threads, &needs);
    const struct weir_reading_facts facts = {
        .threads = threads,
        .ordered = !plan->aggregated || rejects || plan->reads_line,
        .spare = spare_after(&needs)};
    stream->ops->prepare(stream, &facts, estimate);
    for (size_t i = 0; i < needs.n; i++)
        weir_estimate_add(estimate, needs.line[i].bytes, "%s",
                          needs.line[i].what);
}
