/*
 * The groups of a hash aggregate in key order: as a cursor, or written as a
 * run.
 *
 *     rows -> rank by the key's first bytes -> sort -> cursor
 *                                                   -> key and states: a run
 *
 * The bytes of an encoded key are in the natural order (partials/key.h). Where
 * the first eight are equal, the next eight decide, and so on. Keys are encoded
 * again each time, which is cheaper than keeping them.
 */
#include "pipeline/groups/hash_aggregate.h"

#include "base/error.h"
#include "partials/key.h"
#include "partials/merge.h"
#include "partials/spill.h"
#include <string.h>

/* Keys that are equal up to here are compared part by part, so that long ones
 * are not encoded many times. */
#define DEEPEST ((size_t)64)
/* After sorting, rows come in random order, so this many are prefetched. */
#define AHEAD ((size_t)16)

/* Makes room for an encoded key, and for the order of all groups. */
static bool reserve(struct weir_hash_aggregate *hash)
{
    struct weir_hash_aggregate_order *order = &hash->order;
    size_t max = 1;
    for (size_t row = 0; row < hash->n_rows; row++) {
        size_t need = 0;
        for (size_t i = 0; i < hash->table->n_keys; i++)
            need +=
                weir_key_capacity(weir_groups_part(&hash->groups, row, i).len);
        max = need > max ? need : max;
    }
    return weir_grow(WEIR_MEMORY_GROUP, &order->rank, &order->capacity,
                     hash->n_rows) &&
           weir_grow(WEIR_MEMORY_GROUP, &order->key, &order->key_capacity, max);
}

/* Encodes a group's key: its parts, one after another. It is borrowed until the
 * next one is encoded. */
static struct weir_text key_of(struct weir_hash_aggregate *hash, size_t group)
{
    char *at = hash->order.key;
    const int32_t *notation = hash->table->notation;
    for (size_t i = 0; i < hash->table->n_keys; i++)
        at += weir_key_write_in(weir_groups_part(&hash->groups, group, i),
                                notation ? notation[i] : 0, at);
    return (struct weir_text){hash->order.key, (size_t)(at - hash->order.key)};
}

/* The natural order; equal numbers are ordered by their bytes. */
static int compare_parts(struct weir_text a, struct weir_text b,
                         int32_t notation)
{
    char scratch[2][WEIR_NOTATION_SCRATCH];
    int bytes = weir_text_compare(a, b);
    if (bytes == 0)
        return 0;
    struct weir_number x = weir_notation_read(a, notation, scratch[0]);
    struct weir_number y = weir_notation_read(b, notation, scratch[1]);
    int natural = weir_natural_compare(&x, &y);
    return natural ? natural : bytes;
}

static int by_parts(const void *context, uint64_t a, uint64_t b)
{
    const struct weir_hash_aggregate *hash = context;
    const struct weir_groups *groups = &hash->groups;
    int order = 0;
    for (size_t i = 0; !order && i < groups->composite.n_parts; i++)
        order = compare_parts(weir_groups_part(groups, (size_t)a, i),
                              weir_groups_part(groups, (size_t)b, i),
                              weir_plan_table_notation(hash->table, i));
    return order;
}

/* Sorts rows whose keys are equal before `offset` by the eight bytes from there
 * on, and those that are equal there by the bytes that follow. */
static void sort_from(struct weir_hash_aggregate *hash,
                      struct weir_key_rank *rank, size_t n, size_t offset)
{
    bool last = offset == DEEPEST;
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n)
            __builtin_prefetch(&hash->groups.key[rank[i + AHEAD].row + 1]);
        struct weir_text key = key_of(hash, (size_t)rank[i].row);
        size_t at = offset < key.len ? offset : key.len;
        rank[i].prefix = weir_key_prefix(key.bytes + at, key.len - at);
    }
    weir_key_sort(rank, n, last ? by_parts : NULL, hash);
    for (size_t i = 0, tied; !last && i < n; i += tied) {
        for (tied = 1; i + tied < n && rank[i + tied].prefix == rank[i].prefix;)
            tied++;
        if (tied > 1)
            sort_from(hash, rank + i, tied, offset + 8);
    }
}

/* Fills hash->order. */
static enum weir_status sort(struct weir_hash_aggregate *hash,
                             struct weir_error *error)
{
    if (!reserve(hash))
        return weir_fail_memory(error, "the groups' order",
                                hash->n_rows * sizeof *hash->order.rank);
    for (size_t row = 0; row < hash->n_rows; row++)
        hash->order.rank[row].row = row;
    sort_from(hash, hash->order.rank, hash->n_rows, 0);
    return WEIR_OK;
}

/* Runs */

enum weir_status
weir_hash_aggregate_begin_runs(struct weir_hash_aggregate *hash,
                               const char *folder, struct weir_error *error)
{
    if (hash->runs)
        return WEIR_OK;
    hash->runs = weir_alloc_zero(WEIR_MEMORY_SPILL, sizeof *hash->runs);
    return hash->runs
               ? weir_spill_init(hash->runs, folder, error)
               : weir_fail_memory(error, "a run of groups", sizeof *hash->runs);
}

static void fetch(const struct weir_hash_aggregate *hash, size_t at,
                  const struct weir_state_rows *rows)
{
    if (at >= hash->n_rows)
        return;
    size_t row = (size_t)hash->order.rank[at].row;
    __builtin_prefetch(&hash->groups.key[row + 1]);
    for (size_t i = 0; i < rows->shape->n; i++)
        __builtin_prefetch(rows->states[i].base + row * rows->states[i].stride);
}

static enum weir_status write_run(struct weir_hash_aggregate *hash,
                                  const struct weir_state_rows *rows,
                                  struct weir_error *error)
{
    enum weir_status status = sort(hash, error);
    for (size_t i = 0; !status && i < hash->n_rows; i++) {
        size_t row = (size_t)hash->order.rank[i].row;
        fetch(hash, i + AHEAD, rows);
        status =
            weir_spill_add(hash->runs, key_of(hash, row), rows, row, error);
    }
    return status ? status : weir_spill_end(hash->runs, error);
}

/* Merges half of the runs if there are many, so that the list of runs does not
 * grow. The tables' memory serves the merge. */
static enum weir_status shorten(struct weir_hash_aggregate *hash,
                                const struct weir_shape *shape,
                                struct weir_error *error)
{
    if (hash->runs->n_runs < WEIR_RUNS_MAX)
        return WEIR_OK;
    size_t memory = weir_hash_aggregate_holds(hash);
    weir_hash_aggregate_shrink(hash);
    return weir_merge_shorten(hash->runs, WEIR_RUNS_MAX / 2, shape, memory,
                              error);
}

enum weir_status weir_hash_aggregate_spill(struct weir_hash_aggregate *hash,
                                           const char *folder,
                                           struct weir_error *error)
{
    size_t n = hash->table->n_aggregates + 1;
    enum weir_status status =
        weir_hash_aggregate_begin_runs(hash, folder, error);
    if (status || hash->n_rows == 0)
        return status;
    const struct weir_aggregate **aggregate =
        weir_alloc(WEIR_MEMORY_SPILL, n * sizeof(*aggregate));
    struct weir_states *states =
        weir_alloc(WEIR_MEMORY_SPILL, n * sizeof *states);
    if (aggregate && states) {
        const struct weir_shape shape = {
            aggregate, weir_table_owners(hash->table, aggregate)};
        const struct weir_state_rows rows = {&shape, states};
        for (size_t i = 0, at = 0; i < hash->table->n_aggregates; i++)
            if (hash->column[i].owner == i)
                states[at++] = weir_hash_aggregate_states(hash, i);
        status = write_run(hash, &rows, error);
        if (!status)
            status = shorten(hash, &shape, error);
    } else {
        status = weir_fail_memory(error, "a run of groups", n * sizeof *states);
    }
    weir_free(WEIR_MEMORY_SPILL, (void *)aggregate);
    weir_free(WEIR_MEMORY_SPILL, states);
    weir_hash_aggregate_empty(hash);
    return status;
}

/* The cursor */

struct cursor {
    struct weir_group_cursor base;
    const struct weir_hash_aggregate *hash;
    size_t at; /* index in the order of the next group */
};

static enum weir_status next(struct weir_group_cursor *base,
                             struct weir_error *error)
{
    struct cursor *cursor = (struct cursor *)base;
    const struct weir_hash_aggregate *hash = cursor->hash;
    (void)error;
    if (cursor->at == hash->n_rows)
        return WEIR_END;
    base->row = (size_t)hash->order.rank[cursor->at++].row;
    for (size_t i = 0; i < base->n_parts; i++)
        base->part[i] = weir_groups_part(&hash->groups, base->row, i);
    return WEIR_OK;
}

static void close(struct weir_group_cursor *base)
{
    weir_free(WEIR_MEMORY_GROUP, base->part);
    weir_free(WEIR_MEMORY_GROUP, base->states);
    weir_free(WEIR_MEMORY_GROUP, base);
}

static const struct weir_group_cursor_ops ops = {next, close};

struct weir_group_cursor *
weir_hash_aggregate_cursor(struct weir_hash_aggregate *hash,
                           struct weir_error *error)
{
    size_t n = hash->table->n_aggregates;
    struct cursor *cursor = weir_alloc_zero(WEIR_MEMORY_GROUP, sizeof *cursor);
    if (!cursor)
        return weir_no_memory(error, "the groups' order", sizeof *cursor);
    struct weir_group_cursor *base = &cursor->base;
    cursor->hash = hash;
    base->ops = &ops;
    base->n_parts = hash->table->n_keys;
    base->part =
        weir_alloc(WEIR_MEMORY_GROUP, (base->n_parts + 1) * sizeof *base->part);
    base->states =
        weir_alloc(WEIR_MEMORY_GROUP, (n + 1) * sizeof *base->states);
    enum weir_status status =
        base->part && base->states
            ? sort(hash, error)
            : weir_fail_memory(error, "the groups' order", sizeof *cursor);
    if (status) {
        close(base);
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        base->states[i] = weir_hash_aggregate_states(hash, i);
    return base;
}
