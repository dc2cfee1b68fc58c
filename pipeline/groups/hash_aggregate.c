/*
 * The states of one aggregate are an array, in the order in which the groups
 * appeared. So an update touches the states of one aggregate only, and those of
 * some hundred groups stay in the nearest cache. Of the aggregates that share a
 * state only the owner is updated.
 */
#include "pipeline/groups/hash_aggregate.h"

#include "base/error.h"
#include "partials/spill.h"
#include <assert.h>
#include <string.h>

/* The aggregate whose state this one uses. */
static const struct weir_aggregate *
state_of(const struct weir_aggregate *aggregate)
{
    return aggregate->state_of ? aggregate->state_of : aggregate;
}

size_t weir_table_owner(const struct weir_plan_table *table, size_t aggregate)
{
    const struct weir_plan_aggregate *mine = &table->aggregate[aggregate];
    size_t i = 0;
    while (state_of(table->aggregate[i].aggregate) !=
               state_of(mine->aggregate) ||
           !weir_plan_same_values(&table->aggregate[i], mine))
        i++;
    assert(table->aggregate[i].aggregate->size == mine->aggregate->size);
    return i;
}

size_t weir_table_owners(const struct weir_plan_table *table,
                         const struct weir_aggregate **aggregate)
{
    size_t n = 0;
    for (size_t i = 0; i < table->n_aggregates; i++)
        if (weir_table_owner(table, i) == i)
            aggregate[n++] = table->aggregate[i].aggregate;
    return n;
}

static bool grow_column(struct weir_hash_aggregate *hash, size_t i, size_t rows)
{
    struct weir_hash_aggregate_column *column = &hash->column[i];
    size_t size = hash->table->aggregate[i].aggregate->size;
    if (!weir_grow(WEIR_MEMORY_GROUP, &column->states, &column->capacity,
                   rows * size))
        return false;
    memset(column->states + hash->n_rows * size, 0,
           (rows - hash->n_rows) * size);
    return true;
}

static bool grow_rows(struct weir_hash_aggregate *hash, size_t rows)
{
    if (rows <= hash->n_rows)
        return true;
    for (size_t i = 0; i < hash->table->n_aggregates; i++)
        if (hash->column[i].owner == i && !grow_column(hash, i, rows))
            return false;
    hash->n_rows = rows;
    return true;
}

/* Finds the aggregate that can be updated together with this one: it takes the
 * same values, and both own their states. */
static void find_fused(struct weir_hash_aggregate *hash, size_t i)
{
    const struct weir_plan_aggregate *all = hash->table->aggregate;
    hash->column[i].fused = WEIR_NOT_FUSED;
    for (size_t m = 0; m < hash->table->n_aggregates; m++)
        if (hash->column[i].owner == i && hash->column[m].owner == m &&
            all[i].aggregate->fused == all[m].aggregate &&
            weir_plan_same_values(&all[i], &all[m])) {
            hash->column[i].fused = m;
            hash->column[m].led = true;
        }
}

/* Gives a hash aggregate with keys its tables, if it has none. */
static enum weir_status begin(struct weir_hash_aggregate *hash,
                              struct weir_error *error)
{
    if (hash->groups.slot || !hash->table->n_keys)
        return WEIR_OK;
    enum weir_status status =
        weir_groups_init(&hash->groups, hash->table->n_keys, error);
    if (!status && (!weir_groups_reserve(&hash->groups, hash->room.groups,
                                         hash->room.keys) ||
                    !weir_arena_reserve(&hash->arena, hash->room.kept)))
        status = weir_fail_memory(error, "the groups",
                                  hash->room.keys + hash->room.kept);
    return status;
}

enum weir_status weir_hash_aggregate_init(struct weir_hash_aggregate *hash,
                                          const struct weir_plan_table *table,
                                          const struct weir_batch_size *size,
                                          struct weir_error *error)
{
    *hash = (struct weir_hash_aggregate){
        .table = table, .room = weir_hash_aggregate_room(table, size)};
    weir_arena_init(&hash->arena, WEIR_MEMORY_GROUP);
    hash->column = weir_alloc_zero(
        WEIR_MEMORY_GROUP, (table->n_aggregates + 1) * sizeof *hash->column);
    hash->key =
        weir_alloc(WEIR_MEMORY_GROUP, (table->n_keys + 1) * sizeof(*hash->key));
    bool fits = hash->column && hash->key;
    for (size_t i = 0; fits && i < table->n_aggregates; i++)
        hash->column[i].owner = weir_table_owner(table, i);
    for (size_t i = 0; fits && i < table->n_aggregates; i++)
        find_fused(hash, i);
    if (fits && table->n_keys) {
        hash->group =
            weir_alloc(WEIR_MEMORY_GROUP, size->rows * sizeof *hash->group);
        enum weir_status status = begin(hash, error);
        if (status) {
            weir_hash_aggregate_release(hash);
            return status;
        }
        fits = hash->group != NULL;
    } else if (fits) {
        fits = grow_rows(hash, 1);
    }
    if (fits)
        return WEIR_OK;
    weir_hash_aggregate_release(hash);
    return weir_fail_memory(error, "the groups",
                            weir_hash_aggregate_bytes(table, size));
}

/* Releases the groups, their order and states, and nothing else. */
static void release_tables(struct weir_hash_aggregate *hash)
{
    if (hash->table && hash->table->n_keys)
        weir_groups_release(&hash->groups);
    weir_arena_release(&hash->arena);
    weir_free(WEIR_MEMORY_GROUP, hash->order.rank);
    weir_free(WEIR_MEMORY_GROUP, hash->order.key);
    hash->order = (struct weir_hash_aggregate_order){0};
    for (size_t i = 0; hash->column && i < hash->table->n_aggregates; i++) {
        weir_free(WEIR_MEMORY_GROUP, hash->column[i].states);
        hash->column[i].states = NULL;
        hash->column[i].capacity = 0;
    }
    hash->n_rows = 0;
}

void weir_hash_aggregate_empty(struct weir_hash_aggregate *hash)
{
    weir_arena_empty(&hash->arena);
    hash->n_rows = 0;
    if (hash->table->n_keys) {
        if (hash->groups.slot)
            weir_groups_empty(&hash->groups);
    } else {
        bool fits = grow_rows(hash, 1);
        assert(fits); /* the row was there before */
        (void)fits;
    }
}

void weir_hash_aggregate_shrink(struct weir_hash_aggregate *hash)
{
    if (hash->table->n_keys)
        release_tables(hash);
}

void weir_hash_aggregate_release(struct weir_hash_aggregate *hash)
{
    release_tables(hash);
    if (hash->runs)
        weir_spill_release(hash->runs);
    weir_free(WEIR_MEMORY_SPILL, hash->runs);
    weir_free(WEIR_MEMORY_GROUP, hash->column);
    weir_free(WEIR_MEMORY_GROUP, hash->group);
    weir_free(WEIR_MEMORY_GROUP, (void *)hash->key);
    *hash = (struct weir_hash_aggregate){0};
}

struct weir_states weir_hash_aggregate_states(struct weir_hash_aggregate *hash,
                                              size_t aggregate)
{
    return (struct weir_states){
        .base = hash->column[hash->column[aggregate].owner].states,
        .stride = hash->table->aggregate[aggregate].aggregate->size,
        .arena = &hash->arena};
}

static enum weir_status refused(const struct weir_hash_aggregate *hash,
                                struct weir_error *error)
{
    return weir_fail_capacity(error, WEIR_MEMORY_RAISES,
                              "the states of %zu groups do not fit",
                              hash->n_rows);
}

static enum weir_status find_groups(struct weir_hash_aggregate *hash,
                                    const struct weir_program *program,
                                    size_t rows, struct weir_error *error)
{
    const struct weir_plan_table *table = hash->table;
    if (table->n_keys == 0)
        return WEIR_OK;
    for (size_t i = 0; i < table->n_keys; i++)
        hash->key[i] = weir_program_vector(program, table->key[i]);
    enum weir_status status = begin(hash, error);
    if (!status)
        status = weir_groups_find(&hash->groups, hash->key, rows, hash->group,
                                  error);
    if (!status && !grow_rows(hash, hash->groups.n))
        return refused(hash, error);
    return status;
}

/* Updates the states of an aggregate, and of its fused one if it has one. */
static bool update(struct weir_hash_aggregate *hash, size_t i,
                   const struct weir_arguments *input)
{
    const struct weir_aggregate *aggregate =
        hash->table->aggregate[i].aggregate;
    struct weir_states states = weir_hash_aggregate_states(hash, i);
    size_t fused = hash->column[i].fused;
    if (fused == WEIR_NOT_FUSED)
        return aggregate->update(&states, input);
    struct weir_states fused_states = weir_hash_aggregate_states(hash, fused);
    return aggregate->update_fused(&states, &fused_states, input);
}

enum weir_status weir_hash_aggregate_add(struct weir_hash_aggregate *hash,
                                         const struct weir_program *program,
                                         const struct weir_batch *batch,
                                         struct weir_error *error)
{
    const struct weir_plan_table *table = hash->table;
    /* Before the first row there may be no states, and no address of one. */
    if (batch->rows == 0)
        return WEIR_OK;
    enum weir_status status = find_groups(hash, program, batch->rows, error);
    for (size_t i = 0; !status && i < table->n_aggregates; i++) {
        if (hash->column[i].owner != i || hash->column[i].led)
            continue;
        const struct weir_plan_aggregate *of = &table->aggregate[i];
        struct weir_arguments input = {.parameter = &of->parameter,
                                       .group = hash->group,
                                       .groups = hash->n_rows,
                                       .rows = batch->rows,
                                       .start = batch->start,
                                       .position = batch->part.position};
        for (size_t v = 0; v < WEIR_VALUES_MAX; v++)
            if (of->value[v] != WEIR_NO_REGISTER)
                input.value[v] = weir_program_vector(program, of->value[v]);
        if (!update(hash, i, &input))
            status = refused(hash, error);
    }
    return status;
}

enum weir_status weir_hash_aggregate_merge(struct weir_hash_aggregate *hash,
                                           struct weir_hash_aggregate *from,
                                           struct weir_error *error)
{
    const struct weir_plan_table *table = hash->table;
    enum weir_status status = begin(hash, error);
    for (size_t row = 0; !status && row < from->n_rows; row++) {
        uint32_t into = 0;
        if (table->n_keys &&
            (weir_groups_add(&hash->groups, &from->groups, row, &into, error) ||
             !grow_rows(hash, hash->groups.n)))
            return refused(hash, error);
        for (size_t i = 0; i < table->n_aggregates; i++) {
            if (hash->column[i].owner != i)
                continue;
            struct weir_states a = weir_hash_aggregate_states(hash, i);
            struct weir_states b = weir_hash_aggregate_states(from, i);
            if (!table->aggregate[i].aggregate->merge(&a, into, &b, row))
                return refused(hash, error);
        }
    }
    return status;
}
