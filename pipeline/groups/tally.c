/*
 * Each aggregate's states lie side by side, in the order in which their groups
 * appeared: an update goes through one aggregate's states only, and those of
 * some hundred groups stay in the nearest cache.
 *
 * Aggregates that say so (state_of: mean has sum's state) share the states of
 * the same values: the first of them is updated, the others look at it.
 */
#include "pipeline/groups/tally.h"

#include "base/error.h"
#include "pipeline/groups/tally_spill.h"
#include <assert.h>
#include <string.h>

#define ROWS_LEAST ((size_t)512)
/* What a window's row may add, in slots, a key and its group's number. */
#define ROW_BYTES ((size_t)128)
/* What a state keeps in the arena, at most, but for texts: the digits of a sum
 * from the highest place a number has to the lowest, squared. */
#define GROWN_MOST ((size_t)2048)

/* Whose state it is. */
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

size_t weir_tally_bytes(const struct weir_plan_table *table, size_t window_rows)
{
    size_t rows = table->n_keys ? ROWS_LEAST + window_rows : 1;
    size_t bytes = table->n_aggregates * GROWN_MOST;
    for (size_t i = 0; i < table->n_aggregates; i++)
        if (weir_table_owner(table, i) == i)
            bytes += rows * table->aggregate[i].aggregate->size;
    if (table->n_keys)
        bytes += weir_groups_bytes() + window_rows * ROW_BYTES;
    return bytes;
}

static bool grow_column(struct weir_tally *tally, size_t i, size_t rows)
{
    struct weir_tally_column *column = &tally->column[i];
    size_t size = tally->table->aggregate[i].aggregate->size;
    void *states = column->states;
    bool grown =
        weir_grow(WEIR_MEMORY_GROUP, &states, &column->room, rows, size);
    column->states = states;
    if (grown)
        memset(column->states + tally->n_rows * size, 0,
               (rows - tally->n_rows) * size);
    return grown;
}

static bool grow_rows(struct weir_tally *tally, size_t rows)
{
    if (rows <= tally->n_rows)
        return true;
    for (size_t i = 0; i < tally->table->n_aggregates; i++)
        if (tally->column[i].owner == i && !grow_column(tally, i, rows))
            return false;
    tally->n_rows = rows;
    return true;
}

/* Finds whose states are updated with these: of the same value. */
static void find_mate(struct weir_tally *tally, size_t i)
{
    const struct weir_plan_aggregate *all = tally->table->aggregate;
    tally->column[i].mate = WEIR_NO_MATE;
    for (size_t m = 0; m < tally->table->n_aggregates; m++)
        if (tally->column[i].owner == i && tally->column[m].owner == m &&
            all[i].aggregate->mate == all[m].aggregate &&
            weir_plan_same_values(&all[i], &all[m])) {
            tally->column[i].mate = m;
            tally->column[m].led = true;
        }
}

enum weir_status weir_tally_init(struct weir_tally *tally,
                                 const struct weir_plan_table *table,
                                 size_t window_rows, struct weir_error *error)
{
    *tally = (struct weir_tally){.table = table};
    weir_arena_init(&tally->arena, WEIR_MEMORY_GROUP);
    tally->column = weir_alloc_zero(
        WEIR_MEMORY_GROUP, (table->n_aggregates + 1) * sizeof *tally->column);
    tally->key = weir_alloc(WEIR_MEMORY_GROUP,
                            (table->n_keys + 1) * sizeof(*tally->key));
    bool room = tally->column && tally->key;
    for (size_t i = 0; room && i < table->n_aggregates; i++)
        tally->column[i].owner = weir_table_owner(table, i);
    for (size_t i = 0; room && i < table->n_aggregates; i++)
        find_mate(tally, i);
    if (room && table->n_keys) {
        tally->group =
            weir_alloc(WEIR_MEMORY_GROUP, window_rows * sizeof *tally->group);
        enum weir_status status =
            weir_groups_init(&tally->groups, table->n_keys, error);
        if (status) {
            weir_tally_release(tally);
            return status;
        }
        room = tally->group != NULL;
    } else if (room) {
        room = grow_rows(tally, 1);
    }
    if (room)
        return WEIR_OK;
    weir_tally_release(tally);
    return weir_fail_memory(error, "the groups",
                            weir_tally_bytes(table, window_rows));
}

/* The tables, and nothing else. */
static void release_tables(struct weir_tally *tally)
{
    if (tally->table && tally->table->n_keys)
        weir_groups_release(&tally->groups);
    weir_arena_release(&tally->arena);
    for (size_t i = 0; tally->column && i < tally->table->n_aggregates; i++) {
        weir_free(WEIR_MEMORY_GROUP, tally->column[i].states);
        tally->column[i].states = NULL;
        tally->column[i].room = 0;
    }
    tally->n_rows = 0;
}

void weir_tally_empty(struct weir_tally *tally)
{
    weir_arena_empty(&tally->arena);
    tally->n_rows = 0;
    if (tally->table->n_keys) {
        weir_groups_empty(&tally->groups);
    } else {
        bool room = grow_rows(tally, 1);
        assert(room); /* it had one */
        (void)room;
    }
}

enum weir_status weir_tally_shrink(struct weir_tally *tally,
                                   struct weir_error *error)
{
    if (tally->table->n_keys == 0)
        return WEIR_OK;
    release_tables(tally);
    weir_arena_init(&tally->arena, WEIR_MEMORY_GROUP);
    return weir_groups_init(&tally->groups, tally->table->n_keys, error);
}

/* The lengths of texts, added up: two at a time, as a span is 8 bytes. */
static size_t lengths(const struct weir_span *span, size_t rows)
{
    typedef uint64_t two __attribute__((vector_size(16)));
    const int len = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 0 : 32;
    two sum = {0}, spans;
    size_t row = 0;
    for (; row + 2 <= rows; row += 2) {
        memcpy(&spans, span + row, sizeof spans);
        sum += spans >> len & UINT32_MAX;
    }
    return sum[0] + sum[1] + (row < rows ? span[row].len : 0);
}

/* Once so many rows are added, whose keys have so many bytes. */
static size_t would_hold(const struct weir_tally *tally, size_t rows,
                         size_t text)
{
    const struct weir_plan_table *table = tally->table;
    const struct weir_arena *arena = &tally->arena;
    size_t need = tally->n_rows + rows;
    if (table->n_keys == 0)
        return 0;
    size_t bytes = weir_groups_would_hold(&tally->groups, rows, text);
    for (size_t i = 0; i < table->n_aggregates; i++) {
        size_t room = tally->column[i].room;
        if (tally->column[i].owner == i)
            bytes += (need <= room ? room : need + room) *
                     table->aggregate[i].aggregate->size;
    }
    /* And what is sorted when it is spilled. */
    bytes += need * SPILL_BYTES;
    return bytes + arena->room +
           (arena->used + 64 * rows > arena->room ? arena->room : 0);
}

size_t weir_tally_holds(const struct weir_tally *tally)
{
    return would_hold(tally, 0, 0);
}

size_t weir_tally_would_hold(const struct weir_tally *tally,
                             const struct weir_program *program,
                             const struct weir_batch *batch, bool roughly)
{
    const struct weir_plan_table *table = tally->table;
    size_t text = 0, rows = batch->rows;
    for (size_t i = 0; tally->groups.bytes_room && i < table->n_keys; i++) {
        const struct weir_vector *key =
            weir_program_vector(program, table->key[i]);
        bool cells = key->base == batch->text;
        text += 5 * rows +
                (roughly && cells ? 2 * batch->room : lengths(key->span, rows));
    }
    return would_hold(tally, rows, text);
}

void weir_tally_release(struct weir_tally *tally)
{
    weir_tally_forget(tally);
    release_tables(tally);
    weir_free(WEIR_MEMORY_GROUP, tally->column);
    weir_free(WEIR_MEMORY_GROUP, tally->group);
    weir_free(WEIR_MEMORY_GROUP, (void *)tally->key);
    *tally = (struct weir_tally){0};
}

struct weir_states weir_tally_states(struct weir_tally *tally, size_t aggregate)
{
    return (struct weir_states){
        .base = tally->column[tally->column[aggregate].owner].states,
        .stride = tally->table->aggregate[aggregate].aggregate->size,
        .arena = &tally->arena};
}

static enum weir_status refused(const struct weir_tally *tally,
                                struct weir_error *error)
{
    return weir_fail_room(error, WEIR_MEMORY_RAISES,
                          "the states of %zu groups do not fit", tally->n_rows);
}

static enum weir_status find_groups(struct weir_tally *tally,
                                    const struct weir_program *program,
                                    size_t rows, struct weir_error *error)
{
    const struct weir_plan_table *table = tally->table;
    if (table->n_keys == 0)
        return WEIR_OK;
    for (size_t i = 0; i < table->n_keys; i++)
        tally->key[i] = weir_program_vector(program, table->key[i]);
    enum weir_status status =
        weir_groups_find(&tally->groups, tally->key, rows, tally->group, error);
    if (!status && !grow_rows(tally, tally->groups.n))
        return refused(tally, error);
    return status;
}

/* The states of an aggregate, and of its mate. */
static bool update(struct weir_tally *tally, size_t i,
                   const struct weir_input *input)
{
    const struct weir_aggregate *aggregate =
        tally->table->aggregate[i].aggregate;
    struct weir_states states = weir_tally_states(tally, i);
    size_t mate = tally->column[i].mate;
    if (mate == WEIR_NO_MATE)
        return aggregate->update(&states, input);
    struct weir_states mates = weir_tally_states(tally, mate);
    return aggregate->update_both(&states, &mates, input);
}

enum weir_status weir_tally_add(struct weir_tally *tally,
                                const struct weir_program *program,
                                const struct weir_batch *batch,
                                struct weir_error *error)
{
    const struct weir_plan_table *table = tally->table;
    enum weir_status status = find_groups(tally, program, batch->rows, error);
    for (size_t i = 0; !status && i < table->n_aggregates; i++) {
        if (tally->column[i].owner != i || tally->column[i].led)
            continue;
        const struct weir_plan_aggregate *of = &table->aggregate[i];
        struct weir_input input = {.parameter = &of->parameter,
                                   .group = tally->group,
                                   .groups = tally->n_rows,
                                   .rows = batch->rows,
                                   .start = batch->start,
                                   .position = batch->position};
        for (size_t v = 0; v < WEIR_VALUES_MAX; v++)
            if (of->value[v] != WEIR_NO_REGISTER)
                input.value[v] = weir_program_vector(program, of->value[v]);
        if (!update(tally, i, &input))
            status = refused(tally, error);
    }
    return status;
}

enum weir_status weir_tally_merge(struct weir_tally *tally,
                                  struct weir_tally *from,
                                  struct weir_error *error)
{
    const struct weir_plan_table *table = tally->table;
    for (size_t row = 0; row < from->n_rows; row++) {
        uint32_t into = 0;
        if (table->n_keys && (weir_groups_add(&tally->groups, &from->groups,
                                              row, &into, error) ||
                              !grow_rows(tally, tally->groups.n)))
            return refused(tally, error);
        for (size_t i = 0; i < table->n_aggregates; i++) {
            if (tally->column[i].owner != i)
                continue;
            struct weir_states a = weir_tally_states(tally, i);
            struct weir_states b = weir_tally_states(from, i);
            if (!table->aggregate[i].aggregate->merge(&a, into, &b, row))
                return refused(tally, error);
        }
    }
    return WEIR_OK;
}
