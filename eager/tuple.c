/*
 * Tuples: each record one block of exactly its size, never changed.
 *
 *     record[] -> | end 0 | end 1 | ... | bytes of field 0, field 1, ... |
 *
 * Where field k ends is kept, counted from the bytes; it begins where the one
 * before ends.
 */
#include "eager/layout.h"

#include <string.h>

struct tuples {
    size_t n_columns, n, room;
    uint32_t **record;
};

static void *tuple_open(size_t n_columns)
{
    struct tuples *tuples = weir_alloc_zero(WEIR_MEMORY_STORE, sizeof *tuples);
    if (tuples)
        tuples->n_columns = n_columns;
    return tuples;
}

static bool tuple_add(void *records, const struct weir_text *field)
{
    struct tuples *tuples = records;
    size_t n = tuples->n_columns, len = 0;
    for (size_t i = 0; i < n; i++)
        len += field[i].len;
    void *array = tuples->record;
    bool room = weir_grow(WEIR_MEMORY_STORE, &array, &tuples->room,
                          tuples->n + 1, sizeof *tuples->record);
    tuples->record = array;
    uint32_t *end =
        room ? weir_alloc(WEIR_MEMORY_STORE, n * sizeof *end + len + 1) : NULL;
    if (!end)
        return false;
    char *bytes = (char *)(end + n);
    uint32_t at = 0;
    for (size_t i = 0; i < n; i++) {
        memcpy(bytes + at, field[i].bytes, field[i].len);
        at += (uint32_t)field[i].len;
        end[i] = at;
    }
    tuples->record[tuples->n++] = end;
    return true;
}

static size_t tuple_count(const void *records)
{
    return ((const struct tuples *)records)->n;
}

static void tuple_get(const void *records, size_t record,
                      struct weir_text *field)
{
    const struct tuples *tuples = records;
    const uint32_t *end = tuples->record[record];
    const char *bytes = (const char *)(end + tuples->n_columns);
    uint32_t at = 0;
    for (size_t i = 0; i < tuples->n_columns; i++) {
        field[i] = (struct weir_text){bytes + at, end[i] - at};
        at = end[i];
    }
}

static void tuple_close(void *records)
{
    struct tuples *tuples = records;
    if (!tuples)
        return;
    for (size_t i = 0; i < tuples->n; i++)
        weir_free(WEIR_MEMORY_STORE, tuples->record[i]);
    weir_free(WEIR_MEMORY_STORE, tuples->record);
    weir_free(WEIR_MEMORY_STORE, tuples);
}

const struct weir_layout weir_layout_tuple = {
    .name = "tuple",
    .brief = "each record one immutable block of exactly its size",
    .open = tuple_open,
    .add = tuple_add,
    .count = tuple_count,
    .get = tuple_get,
    .close = tuple_close,
};
