/*
 * If the threads continue, their hash aggregates are added up in a further one;
 * at the end of a run, in the first thread's. A thread that continues after a
 * spill has an empty hash aggregate, and keeps its runs.
 */
#include "pipeline/groups/combine.h"

#include "base/error.h"
#include "base/mechanism.h"
#include "partials/merge.h"
#include "partials/spill.h"

/* Fewer groups than this fit together wherever a window's groups did. */
#define FEW ((size_t)512)
/* Maximum number of runs that are merged at once while threads go on. */
#define RUNS_MAX ((size_t)64)

/* Whether the threads' groups of a table fit together in one hash aggregate,
 * while the threads' own still exist. */
static bool fit_together(const struct weir_combining *from, size_t table,
                         size_t n_tables)
{
    size_t rows = 0, max = 0, all = 0;
    for (size_t i = 0; i < from->n_workers; i++) {
        struct weir_hash_aggregate *hash = &from->worker[i].hash[table];
        size_t held = weir_hash_aggregate_holds(hash);
        if (hash->runs)
            return false;
        rows += hash->n_rows;
        max = held > max ? held : max;
        all += held;
    }
    if (from->n_workers == 1 || rows < FEW ||
        from->worker->hash[table].table->n_keys == 0)
        return true;
    return from->continues ? all <= from->memory / 3 / n_tables
                           : max <= from->memory / 3;
}

static uint64_t count_groups(const struct weir_hash_aggregate *hash)
{
    const struct weir_spill *runs = hash->runs;
    uint64_t n = hash->n_rows;
    for (size_t i = 0; runs && i < runs->n_runs; i++)
        n += runs->run[i].n;
    return n;
}

uint64_t weir_combining_groups(const struct weir_combining *from,
                               size_t n_tables)
{
    uint64_t n = 0;
    for (size_t i = 0; i < from->n_workers; i++)
        for (size_t t = 0; t < n_tables; t++)
            n += count_groups(&from->worker[i].hash[t]);
    return n;
}

/* Moves the groups of a table into the first thread's hash aggregate. */
static enum weir_status take(const struct weir_combining *from, size_t table,
                             struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    struct weir_hash_aggregate *into = &from->worker[0].hash[table];
    for (size_t i = 1; !status && i < from->n_workers; i++) {
        status = weir_hash_aggregate_merge(into, &from->worker[i].hash[table],
                                           error);
        weir_hash_aggregate_release(&from->worker[i].hash[table]);
    }
    return status;
}

/* Adds up the groups of a table in a new hash aggregate. */
static enum weir_status add_up(struct weir_hash_aggregate *sum,
                               const struct weir_combining *from, size_t table,
                               struct weir_error *error)
{
    const struct weir_batch_size size = {.rows = 1};
    enum weir_status status = weir_hash_aggregate_init(
        sum, from->worker[0].hash[table].table, &size, error);
    for (size_t i = 0; !status && i < from->n_workers; i++)
        status =
            weir_hash_aggregate_merge(sum, &from->worker[i].hash[table], error);
    return status;
}

/* Spills the groups of a table, those of all threads. */
static enum weir_status spill(const struct weir_combining *from, size_t table,
                              struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; !status && i < from->n_workers; i++) {
        struct weir_hash_aggregate *hash = &from->worker[i].hash[table];
        if (hash->n_rows)
            weir_ran(table == 0 ? WEIR_RAN_SPILL_GROUPS
                                : WEIR_RAN_SPILL_VALUES);
        status = weir_hash_aggregate_spill(hash, from->folder, error);
        if (!status)
            weir_hash_aggregate_shrink(hash);
    }
    return status;
}

static struct weir_group_cursor *merge(const struct weir_combining *from,
                                       const struct weir_plan *plan,
                                       size_t table, struct weir_error *error)
{
    size_t n = 0;
    struct weir_spill **runs =
        weir_alloc(WEIR_MEMORY_GROUP, from->n_workers * sizeof(*runs));
    if (!runs)
        return weir_no_memory(error, "the tables",
                              from->n_workers * sizeof(*runs));
    for (size_t i = 0; i < from->n_workers; i++) {
        runs[n] = from->worker[i].hash[table].runs;
        n += runs[n] != NULL;
    }
    /* If the threads go on, the merge gets memory for RUNS_MAX runs only. If
     * there are more, it first merges the smallest, so that few are left. */
    size_t keyed = weir_plan_keyed_tables(plan);
    size_t memory = from->memory / (keyed ? keyed : 1);
    if (from->continues && memory > weir_merge_bytes(RUNS_MAX))
        memory = weir_merge_bytes(RUNS_MAX);
    struct weir_group_cursor *cursor =
        weir_runs_cursor(&plan->table[table], runs, n, memory, error);
    weir_free(WEIR_MEMORY_GROUP, (void *)runs);
    return cursor;
}

static enum weir_status combine(struct weir_combined *combined,
                                const struct weir_plan *plan,
                                const struct weir_combining *from, size_t table,
                                struct weir_error *error)
{
    bool together = fit_together(from, table, plan->n_tables);
    struct weir_hash_aggregate *sum = &from->worker[0].hash[table];
    enum weir_status status;
    combined->lost = !together; /* until the cursor is open */
    if (!together)
        status = spill(from, table, error);
    else if (!from->continues || from->n_workers == 1)
        status = take(from, table, error);
    else
        status = add_up(&combined->sum[table], from, table, error);
    if (status)
        return status;
    if (combined->sum[table].table)
        sum = &combined->sum[table];
    combined->cursor[table] = together ? weir_hash_aggregate_cursor(sum, error)
                                       : merge(from, plan, table, error);
    if (!combined->cursor[table])
        return error->status;
    combined->lost = false;
    return WEIR_OK;
}

enum weir_status weir_combine(struct weir_combined *combined,
                              const struct weir_plan *plan,
                              const struct weir_combining *from,
                              struct weir_error *error)
{
    size_t n = plan->n_tables;
    *combined = (struct weir_combined){.n = n};
    combined->cursor =
        weir_alloc_zero(WEIR_MEMORY_GROUP, n * sizeof(*combined->cursor));
    combined->sum =
        weir_alloc_zero(WEIR_MEMORY_GROUP, n * sizeof *combined->sum);
    if (!combined->cursor || !combined->sum)
        return weir_fail_memory(error, "the tables", n * sizeof *combined->sum);
    enum weir_status status = WEIR_OK;
    for (size_t t = 0; !status && t < n; t++)
        status = combine(combined, plan, from, t, error);
    return status;
}

void weir_combined_release(struct weir_combined *combined)
{
    for (size_t t = 0; t < combined->n; t++) {
        if (combined->cursor)
            weir_cursor_close(combined->cursor[t]);
        if (combined->sum)
            weir_hash_aggregate_release(&combined->sum[t]);
    }
    weir_free(WEIR_MEMORY_GROUP, (void *)combined->cursor);
    weir_free(WEIR_MEMORY_GROUP, combined->sum);
    *combined = (struct weir_combined){0};
}
