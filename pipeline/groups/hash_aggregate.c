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

/* Groups that are there already if a window is added without spilling. */
#define ROWS_MIN ((size_t)512)
/* Bytes that a state of numbers may keep in the arena, unless it has very many
 * digits. */
#define NUMBER_KEEPS ((size_t)128)
#define KEY_BYTES sizeof(struct weir_group_key)
/* Maximum bytes that a state keeps in the arena, without texts: the digits of a
 * sum of squares, from the highest digit that a number can have to the lowest.
 */
#define GROWN_MAX ((size_t)2048)

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

/* What a window may need for long keys, and what its states may keep in the
 * arena. Keys are of different columns, and so are the texts that states keep;
 * so each are together no longer than the window's text. A text takes a block
 * of up to twice its length, or of 16 bytes. */
static struct weir_hash_aggregate_room
room_of(const struct weir_plan_table *table, const struct weir_batch_size *size)
{
    struct weir_hash_aggregate_room room = {0};
    bool texts = false;
    if (table->n_keys == 0)
        return room;
    room.groups = ROWS_MIN + size->rows;
    room.keys = size->text + table->n_keys * 5 * size->rows + WEIR_KEY_PAD;
    for (size_t i = 0; i < table->n_aggregates; i++) {
        enum weir_need need = table->aggregate[i].aggregate->need[0];
        if (weir_table_owner(table, i) != i)
            continue;
        if (need == WEIR_NEED_NUMBER)
            room.kept += NUMBER_KEEPS * size->rows;
        if (need >= WEIR_NEED_NATURAL)
            room.kept += 16 * size->rows;
        texts |= need >= WEIR_NEED_NATURAL;
    }
    room.kept += texts ? 2 * size->text : 0;
    if (room.kept)
        room.kept += GROWN_MAX; /* the first block, and freed ones */
    return room;
}

size_t weir_hash_aggregate_bytes(const struct weir_plan_table *table,
                                 const struct weir_batch_size *size)
{
    const struct weir_hash_aggregate_room room = room_of(table, size);
    size_t rows = table->n_keys ? room.groups : 1;
    size_t bytes = room.keys + room.kept;
    for (size_t i = 0; i < table->n_aggregates; i++)
        if (weir_table_owner(table, i) == i)
            bytes += rows * table->aggregate[i].aggregate->size;
    if (table->n_keys == 0)
        return bytes + table->n_aggregates * GROWN_MAX;
    return bytes + weir_groups_bytes(rows) +
           rows * sizeof(struct weir_key_rank);
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
    *hash = (struct weir_hash_aggregate){.table = table,
                                         .room = room_of(table, size)};
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

/* The sum of the texts' lengths: two at a time, as a span is 8 bytes. */
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

static size_t grown(size_t capacity, size_t need)
{
    if (need <= capacity)
        return capacity;
    return need > 2 * capacity ? need : 2 * capacity;
}

/* Upper limit for the bytes held once `rows` groups are added, whose long keys
 * have `text` bytes in total. */
static size_t would_hold(const struct weir_hash_aggregate *hash, size_t rows,
                         size_t text)
{
    const struct weir_plan_table *table = hash->table;
    const struct weir_arena *arena = &hash->arena;
    size_t need = hash->n_rows + rows, meanwhile;
    if (table->n_keys == 0)
        return 0;
    size_t bytes =
        weir_groups_would_hold(&hash->groups, rows, text, &meanwhile);
    /* Spilling sorts an array of all groups. */
    meanwhile += hash->order.capacity * sizeof *hash->order.rank;
    bytes += grown(hash->order.capacity, need) * sizeof *hash->order.rank;
    for (size_t i = 0; i < table->n_aggregates; i++) {
        size_t capacity = hash->column[i].capacity;
        size_t state = table->aggregate[i].aggregate->size;
        if (hash->column[i].owner != i)
            continue;
        bytes += grown(capacity, need * state);
        meanwhile += capacity;
    }
    return (bytes > meanwhile ? bytes : meanwhile) +
           (hash->groups.slot ? 0 : hash->room.keys + ROWS_MIN * KEY_BYTES) +
           grown(arena->capacity, rows ? arena->used + hash->room.kept : 0);
}

size_t weir_hash_aggregate_holds(const struct weir_hash_aggregate *hash)
{
    return would_hold(hash, 0, 0);
}

size_t weir_hash_aggregate_would_hold(const struct weir_hash_aggregate *hash,
                                      const struct weir_program *program,
                                      const struct weir_batch *batch,
                                      bool roughly)
{
    const struct weir_plan_table *table = hash->table;
    size_t text = 0, rows = batch->rows;
    for (size_t i = 0; hash->groups.bytes_len && i < table->n_keys; i++) {
        const struct weir_vector *key =
            weir_program_vector(program, table->key[i]);
        bool cells = key->base == batch->text;
        text += 5 * rows + (roughly && cells ? 2 * batch->capacity
                                             : lengths(key->span, rows));
    }
    return would_hold(hash, rows, text);
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
                   const struct weir_input *input)
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
        struct weir_input input = {.parameter = &of->parameter,
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
