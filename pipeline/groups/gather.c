/*
 * Where threads go on, their tallies are added up in one that is nobody's; in
 * the end in the first thread's. What does not fit is spilled in either case:
 * a thread that goes on begins with an empty tally, and its runs stay.
 */
#include "pipeline/groups/gather.h"

#include "base/error.h"
#include "base/mechanism.h"
#include "partials/merge.h"
#include "partials/spill.h"

/* So few groups go together wherever the window's did. */
#define FEW ((size_t)512)
/* So many runs are left to who goes on. */
#define RUNS_MOST ((size_t)64)

/* Whether the threads' groups of a table fit together in one tally, while the
 * others are still there. */
static bool fit_together(const struct weir_gathering *from, size_t table,
                         size_t n_tables)
{
    size_t rows = 0, most = 0, all = 0;
    for (size_t i = 0; i < from->n_workers; i++) {
        struct weir_tally *tally = &from->worker[i].tally[table];
        size_t held = weir_tally_holds(tally);
        if (weir_tally_runs(tally))
            return false;
        rows += tally->n_rows;
        most = held > most ? held : most;
        all += held;
    }
    if (from->n_workers == 1 || rows < FEW ||
        from->worker->tally[table].table->n_keys == 0)
        return true;
    return from->go_on ? all <= from->memory / 3 / n_tables
                       : most <= from->memory / 3;
}

static uint64_t count_groups(const struct weir_tally *tally)
{
    const struct weir_spill *runs = weir_tally_runs(tally);
    uint64_t n = tally->n_rows;
    for (size_t i = 0; runs && i < runs->n_runs; i++)
        n += runs->run[i].n;
    return n;
}

uint64_t weir_gathering_groups(const struct weir_gathering *from,
                               size_t n_tables)
{
    uint64_t n = 0;
    for (size_t i = 0; i < from->n_workers; i++)
        for (size_t t = 0; t < n_tables; t++)
            n += count_groups(&from->worker[i].tally[t]);
    return n;
}

/* The groups of a table in the first thread's tally. */
static enum weir_status take(const struct weir_gathering *from, size_t table,
                             struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    struct weir_tally *into = &from->worker[0].tally[table];
    for (size_t i = 1; !status && i < from->n_workers; i++) {
        status = weir_tally_merge(into, &from->worker[i].tally[table], error);
        weir_tally_release(&from->worker[i].tally[table]);
    }
    return status;
}

/* The groups of a table in a tally of their own. */
static enum weir_status add_up(struct weir_tally *sum,
                               const struct weir_gathering *from, size_t table,
                               struct weir_error *error)
{
    enum weir_status status =
        weir_tally_init(sum, from->worker[0].tally[table].table, 1, error);
    for (size_t i = 0; !status && i < from->n_workers; i++)
        status = weir_tally_merge(sum, &from->worker[i].tally[table], error);
    return status;
}

/* The groups of a table as runs. */
static enum weir_status spill(const struct weir_gathering *from, size_t table,
                              struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; !status && i < from->n_workers; i++) {
        struct weir_tally *tally = &from->worker[i].tally[table];
        if (tally->n_rows)
            weir_ran(table == 0 ? WEIR_RAN_SPILL_GROUPS
                                : WEIR_RAN_SPILL_VALUES);
        status = weir_tally_spill(tally, from->folder, error);
        if (!status)
            status = weir_tally_shrink(tally, error);
    }
    return status;
}

static struct weir_group_cursor *merge(const struct weir_gathering *from,
                                       const struct weir_plan *plan,
                                       size_t table, struct weir_error *error)
{
    size_t n = 0;
    struct weir_spill **runs =
        weir_alloc(WEIR_MEMORY_GROUP, from->n_workers * sizeof(*runs));
    if (!runs) {
        weir_fail_memory(error, "the tables", from->n_workers * sizeof(*runs));
        return NULL;
    }
    for (size_t i = 0; i < from->n_workers; i++) {
        runs[n] = weir_tally_runs(&from->worker[i].tally[table]);
        n += runs[n] != NULL;
    }
    /* Who goes on is to have few runs, and the smallest are merged first. */
    size_t memory = from->memory / plan->n_tables;
    if (from->go_on && memory > weir_merge_bytes(RUNS_MOST))
        memory = weir_merge_bytes(RUNS_MOST);
    struct weir_group_cursor *cursor =
        weir_runs_cursor(&plan->table[table], runs, n, memory, error);
    weir_free(WEIR_MEMORY_GROUP, (void *)runs);
    return cursor;
}

static enum weir_status gather(struct weir_gathered *gathered,
                               const struct weir_plan *plan,
                               const struct weir_gathering *from, size_t table,
                               struct weir_error *error)
{
    bool together = fit_together(from, table, plan->n_tables);
    struct weir_tally *sum = &from->worker[0].tally[table];
    enum weir_status status;
    gathered->lost = !together; /* until all went well */
    if (!together)
        status = spill(from, table, error);
    else if (!from->go_on || from->n_workers == 1)
        status = take(from, table, error);
    else
        status = add_up(&gathered->sum[table], from, table, error);
    if (status)
        return status;
    if (gathered->sum[table].table)
        sum = &gathered->sum[table];
    gathered->cursor[table] = together ? weir_tally_cursor(sum, error)
                                       : merge(from, plan, table, error);
    if (!gathered->cursor[table])
        return error->status;
    gathered->lost = false;
    return WEIR_OK;
}

enum weir_status weir_gather(struct weir_gathered *gathered,
                             const struct weir_plan *plan,
                             const struct weir_gathering *from,
                             struct weir_error *error)
{
    size_t n = plan->n_tables;
    *gathered = (struct weir_gathered){.n = n};
    gathered->cursor =
        weir_alloc_zero(WEIR_MEMORY_GROUP, n * sizeof(*gathered->cursor));
    gathered->sum =
        weir_alloc_zero(WEIR_MEMORY_GROUP, n * sizeof *gathered->sum);
    if (!gathered->cursor || !gathered->sum)
        return weir_fail_memory(error, "the tables", n * sizeof *gathered->sum);
    enum weir_status status = WEIR_OK;
    for (size_t t = 0; !status && t < n; t++)
        status = gather(gathered, plan, from, t, error);
    return status;
}

void weir_gathered_release(struct weir_gathered *gathered)
{
    for (size_t t = 0; t < gathered->n; t++) {
        if (gathered->cursor)
            weir_cursor_close(gathered->cursor[t]);
        if (gathered->sum)
            weir_tally_release(&gathered->sum[t]);
    }
    weir_free(WEIR_MEMORY_GROUP, (void *)gathered->cursor);
    weir_free(WEIR_MEMORY_GROUP, gathered->sum);
    *gathered = (struct weir_gathered){0};
}
