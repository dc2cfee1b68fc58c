/*
 * Writes tables to a partial, and gives the answer from the runs of partials.
 * Tables are read through cursors, so the same bytes are written from a hash
 * aggregate, from runs, and from the runs of many partials.
 */
#include "pipeline/groups/tables.h"

#include "base/error.h"
#include "partials/key.h"
#include "partials/merge.h"
#include "partials/pack.h"
#include "pipeline/external_sort.h"
#include "pipeline/groups/hash_aggregate.h"
#include "pipeline/groups/kinds.h"
#include "pipeline/groups/ordered_sets.h"
#include "pipeline/results.h"
#include "pipeline/sort.h"

struct weir_partial_table *weir_tables_describe(const struct weir_plan *plan,
                                                struct weir_error *error)
{
    size_t n = 0;
    for (size_t t = 0; t < plan->n_tables; t++)
        n += plan->table[t].n_aggregates;
    size_t tables = plan->n_tables * sizeof(struct weir_partial_table);
    size_t bytes = tables + n * sizeof(struct weir_aggregate *);
    char *block = weir_alloc(WEIR_MEMORY_SPILL, bytes);
    if (!block)
        return weir_no_memory(error, "a partial's header", bytes);
    struct weir_partial_table *table = (void *)block;
    const struct weir_aggregate **owner = (void *)(block + tables);
    for (size_t t = 0; t < plan->n_tables; t++) {
        size_t owners = weir_table_owners(&plan->table[t], owner);
        table[t] = (struct weir_partial_table){(uint32_t)plan->table[t].n_keys,
                                               (uint32_t)owners, owner};
        owner += owners;
    }
    return table;
}

/* A key being written, and the one before it. */
struct key {
    char *bytes;
    size_t len, capacity;
};

/* A table being written: the current key and the one before, and the states. */
struct writing {
    struct weir_partial_writer *writer;
    uint32_t table;
    struct weir_shape shape;
    struct weir_states *states; /* [owner] */
    struct key key, last;
};

static struct weir_text text_of(const struct key *key)
{
    return (struct weir_text){key->bytes, key->len};
}

/* Encodes the group's key, and fails if it is not above the key before it. A
 * partial that is merged may hold keys that weir would have encoded otherwise,
 * so their order may be another one. */
static enum weir_status write_key(struct writing *w,
                                  const struct weir_plan_table *table,
                                  const struct weir_group_cursor *group,
                                  struct weir_error *error)
{
    struct key key = w->last;
    size_t need = 1;
    w->last = w->key;
    for (size_t i = 0; i < group->n_parts; i++)
        need += weir_key_capacity(group->part[i].len);
    bool fits = weir_grow(WEIR_MEMORY_SPILL, &key.bytes, &key.capacity, need);
    key.len = 0;
    for (size_t i = 0; fits && i < group->n_parts; i++)
        key.len += weir_key_write_in(group->part[i],
                                     weir_plan_table_notation(table, i),
                                     key.bytes + key.len);
    w->key = key;
    if (!fits)
        return weir_fail_memory(error, "a partial", need);
    if (!w->last.len || weir_text_compare(text_of(&w->last), text_of(&key)) < 0)
        return WEIR_OK;
    return weir_fail(error, WEIR_IO,
                     "a group that is merged has a damaged key");
}

static enum weir_status write_group(struct writing *w,
                                    const struct weir_plan_table *table,
                                    const struct weir_group_cursor *group,
                                    struct weir_error *error)
{
    enum weir_status status = write_key(w, table, group, error);
    if (status)
        return status;
    const struct weir_state_rows rows = {&w->shape, w->states};
    return weir_partial_add(w->writer, w->table, text_of(&w->key), &rows,
                            group->row, error);
}

static enum weir_status write_table(struct writing *w,
                                    const struct weir_plan_table *table,
                                    struct weir_group_cursor *cursor,
                                    struct weir_error *error)
{
    for (size_t i = 0, at = 0; i < table->n_aggregates; i++)
        if (weir_table_owner(table, i) == i)
            w->states[at++] = cursor->states[i];
    enum weir_status status = WEIR_OK;
    while (!status) {
        status = weir_cursor_next(cursor, error);
        if (!status)
            status = write_group(w, table, cursor, error);
    }
    return status == WEIR_END ? WEIR_OK : status;
}

enum weir_status weir_tables_write(const struct weir_plan *plan,
                                   struct weir_group_cursor *const *cursor,
                                   struct weir_partial_writer *writer,
                                   struct weir_error *error)
{
    struct weir_partial_table *table = weir_tables_describe(plan, error);
    enum weir_status status = table ? WEIR_OK : error->status;
    for (size_t t = 0; table && !status && t < plan->n_tables; t++) {
        size_t n = table[t].n_aggregates;
        struct writing w = {.writer = writer,
                            .table = (uint32_t)t,
                            .shape = {table[t].aggregate, n}};
        w.states = weir_alloc(WEIR_MEMORY_SPILL, (n + 1) * sizeof *w.states);
        status = w.states ? write_table(&w, &plan->table[t], cursor[t], error)
                          : weir_fail_memory(error, "a partial",
                                             n * sizeof *w.states);
        weir_free(WEIR_MEMORY_SPILL, w.states);
        weir_free(WEIR_MEMORY_SPILL, w.key.bytes);
        weir_free(WEIR_MEMORY_SPILL, w.last.bytes);
    }
    weir_free(WEIR_MEMORY_SPILL, table);
    return status;
}

enum weir_status weir_tables_merge(struct weir_plan *plan,
                                   struct weir_spill *const *spill,
                                   const struct weir_running *running,
                                   struct weir_record_counts *counts,
                                   struct weir_error *error)
{
    size_t n = plan->n_tables;
    size_t sorting = plan->output.n_order ? running->memory / 3 : 0;
    size_t keyed = weir_plan_keyed_tables(plan);
    size_t each = (running->memory - sorting) / (keyed ? keyed : 1);
    struct weir_group_cursor **cursor =
        weir_alloc_zero(WEIR_MEMORY_GROUP, n * sizeof(*cursor));
    if (!cursor)
        return weir_fail_memory(error, "the tables", n * sizeof(*cursor));
    bool open = true;
    for (size_t t = 0; open && t < n; t++) {
        cursor[t] =
            weir_runs_cursor(&plan->table[t], &spill[t], 1, each, error);
        open = cursor[t] != NULL;
    }
    enum weir_status status = open ? WEIR_OK : error->status;
    const struct weir_giving giving = {.sink = running->sink,
                                       .memory = sorting,
                                       .folder = running->folder,
                                       .noted = {counts, running->aside}};
    bool unplaced;
    if (open && !running->partial)
        status =
            weir_kinds_settle(plan, cursor, &giving.noted, &unplaced, error);
    if (open && !status)
        status = running->partial
                     ? weir_tables_write(plan, cursor, running->partial, error)
                     : weir_results_give(plan, cursor, &giving, error);
    for (size_t t = 0; t < n; t++)
        weir_cursor_close(cursor[t]);
    weir_free(WEIR_MEMORY_GROUP, (void *)cursor);
    return status;
}

void weir_tables_estimate(const struct weir_plan *plan,
                          struct weir_estimate *estimate)
{
    size_t n = plan->n_tables, partial = weir_partial_writer_bytes();
    size_t answer = weir_results_bytes(plan) + weir_ordered_sets_bytes(plan);
    if (plan->output.n_order)
        answer += weir_external_sort_bytes() +
                  weir_sorter_window_bytes(plan->output.n_items);
    estimate->phases = WEIR_PHASE_READ;
    weir_estimate_add(estimate, weir_partial_reader_bytes(),
                      "reading a partial");
    weir_estimate_add(estimate, n * weir_spill_bytes(),
                      "runs being written, of %zu tables", n);
    estimate->phases = WEIR_PHASE_MERGE;
    weir_estimate_add(estimate, n * weir_spill_rest_bytes(),
                      "the ends of the files of %zu tables", n);
    weir_estimate_add(estimate, n * (weir_merge_bytes(2) + weir_unpack_bytes()),
                      "merging, of %zu tables", n);
    weir_estimate_add(estimate, answer > partial ? answer : partial,
                      "the answer, or writing a partial");
    estimate->phases = 0;
}
