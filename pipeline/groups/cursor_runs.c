/*
 * A cursor over merged runs. It holds the merge and a single row of states.
 */
#include "base/error.h"
#include "partials/key.h"
#include "partials/merge.h"
#include "pipeline/groups/hash_aggregate.h"
#include <string.h>

struct cursor {
    struct weir_group_cursor base;
    struct weir_merge merge;
    const struct weir_aggregate **aggregate;
    struct weir_shape shape;
    struct weir_arena arena;
    char *row; /* one state of each owner */
    size_t row_bytes;
    struct weir_states *states; /* [owner] */
    struct weir_state_rows rows;
    char *text; /* the parts of the key */
    size_t text_capacity;
};

/* Decodes the parts of a key. Of a partial's keys only the checksums were
 * verified so far. */
static enum weir_status read_parts(struct cursor *cursor, struct weir_text key,
                                   struct weir_error *error)
{
    struct weir_group_cursor *base = &cursor->base;
    size_t need = base->n_parts * weir_key_text_capacity(key.len);
    if (!weir_grow(WEIR_MEMORY_SPILL, &cursor->text, &cursor->text_capacity,
                   need))
        return weir_fail_memory(error, "merging groups", need);
    char *at = cursor->text;
    bool good = true;
    for (size_t i = 0; good && i < base->n_parts; i++) {
        size_t max = weir_key_text_capacity(key.len);
        good = weir_key_read(&key, at, &base->part[i]);
        at += max;
    }
    return good && !key.len
               ? WEIR_OK
               : weir_fail(error, WEIR_IO,
                           "a group that is merged has a damaged key");
}

static enum weir_status next(struct weir_group_cursor *base,
                             struct weir_error *error)
{
    struct cursor *cursor = (struct cursor *)base;
    struct weir_text key;
    memset(cursor->row, 0, cursor->row_bytes);
    weir_arena_empty(&cursor->arena);
    enum weir_status status =
        weir_merge_next(&cursor->merge, &cursor->rows, 0, &key, error);
    return status ? status : read_parts(cursor, key, error);
}

static void close(struct weir_group_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    weir_merge_release(&cursor->merge);
    weir_arena_release(&cursor->arena);
    weir_free(WEIR_MEMORY_SPILL, (void *)cursor->aggregate);
    weir_free(WEIR_MEMORY_SPILL, cursor->row);
    weir_free(WEIR_MEMORY_SPILL, cursor->states);
    weir_free(WEIR_MEMORY_SPILL, cursor->text);
    weir_free(WEIR_MEMORY_SPILL, base->part);
    weir_free(WEIR_MEMORY_SPILL, base->states);
    weir_free(WEIR_MEMORY_SPILL, cursor);
}

static const struct weir_group_cursor_ops ops = {next, close};

/* Allocates the memory of a cursor over a table's runs. */
static bool take(struct cursor *cursor, const struct weir_plan_table *table)
{
    struct weir_group_cursor *base = &cursor->base;
    size_t n = table->n_aggregates + 1;
    base->n_parts = table->n_keys;
    base->part =
        weir_alloc(WEIR_MEMORY_SPILL, (base->n_parts + 1) * sizeof *base->part);
    base->states = weir_alloc(WEIR_MEMORY_SPILL, n * sizeof *base->states);
    cursor->states = weir_alloc(WEIR_MEMORY_SPILL, n * sizeof *cursor->states);
    cursor->aggregate =
        weir_alloc(WEIR_MEMORY_SPILL, n * sizeof(*cursor->aggregate));
    if (!base->part || !base->states || !cursor->states || !cursor->aggregate)
        return false;
    cursor->shape.aggregate = cursor->aggregate;
    cursor->shape.n = weir_table_owners(table, cursor->aggregate);
    cursor->row_bytes = weir_shape_lay(&cursor->shape, NULL, NULL, NULL);
    cursor->row = weir_alloc(WEIR_MEMORY_SPILL, cursor->row_bytes + 1);
    if (!cursor->row)
        return false;
    (void)weir_shape_lay(&cursor->shape, cursor->row, &cursor->arena,
                         cursor->states);
    cursor->rows = (struct weir_state_rows){&cursor->shape, cursor->states};
    /* Each aggregate uses its owner's states. */
    for (size_t i = 0, at = 0; i < table->n_aggregates; i++) {
        size_t owner = weir_table_owner(table, i);
        base->states[i] =
            owner == i ? cursor->states[at++] : base->states[owner];
    }
    return true;
}

struct weir_group_cursor *weir_runs_cursor(const struct weir_plan_table *table,
                                           struct weir_spill *const *spill,
                                           size_t n, size_t memory,
                                           struct weir_error *error)
{
    struct cursor *cursor = weir_alloc_zero(WEIR_MEMORY_SPILL, sizeof *cursor);
    if (!cursor)
        return weir_no_memory(error, "merging groups", sizeof *cursor);
    cursor->base.ops = &ops;
    weir_arena_init(&cursor->arena, WEIR_MEMORY_SPILL);
    enum weir_status status = WEIR_OK;
    if (!take(cursor, table))
        status = weir_fail_memory(error, "merging groups", sizeof *cursor);
    if (!status)
        status = weir_merge_open(&cursor->merge, spill, n, &cursor->shape,
                                 memory, error);
    if (!status)
        return &cursor->base;
    close(&cursor->base);
    return NULL;
}
