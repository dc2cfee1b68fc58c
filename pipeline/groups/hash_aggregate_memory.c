/*
 * The memory of a hash aggregate: what it needs at first, holds, and would hold
 * with another window.
 */
#include "pipeline/groups/hash_aggregate.h"

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

struct weir_hash_aggregate_room
weir_hash_aggregate_room(const struct weir_plan_table *table,
                         const struct weir_batch_size *size)
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
    const struct weir_hash_aggregate_room room =
        weir_hash_aggregate_room(table, size);
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
