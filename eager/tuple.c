/*
 * Tuples: each record is one allocation of exactly its size, and is never
 * changed.
 *
 *     record -> | end 0 | end 1 | ... | bytes of field 0, field 1, ... |
 *
 * `end k` is where field k ends, as an offset from the first byte of field 0. A
 * field begins where the one before it ends.
 */
#include "eager/boxed.h"

#include <string.h>

static void *make(void *table, const struct weir_row_group *group, size_t row,
                  struct weir_cost *cost)
{
    size_t n = group->n_columns, len = 0;
    (void)table;
    for (size_t c = 0; c < n; c++)
        len += group->column[c][row].len;
    uint32_t *end = weir_alloc(WEIR_MEMORY_STORE, n * sizeof *end + len);
    if (!end)
        return NULL;
    char *bytes = (char *)(end + n);
    uint32_t at = 0;
    for (size_t c = 0; c < n; c++) {
        struct weir_text cell = weir_row_group_cell(group, c, row);
        memcpy(bytes + at, cell.bytes, cell.len);
        at += (uint32_t)cell.len;
        end[c] = at;
    }
    weir_cost_block(cost, end, len, n * sizeof *end);
    return end;
}

static struct weir_text cell(const void *table, const void *record,
                             size_t column)
{
    const uint32_t *end = record;
    size_t n = ((const struct weir_boxed_table *)table)->n_columns;
    uint32_t begin = column ? end[column - 1] : 0;
    return (struct weir_text){(const char *)(end + n) + begin,
                              end[column] - begin};
}

static void release(void *table, void *record)
{
    (void)table;
    weir_free(WEIR_MEMORY_STORE, record);
}

static const struct weir_boxed boxed = {make, cell, release};

const struct weir_layout weir_layout_tuple = {
    .name = "tuple",
    .brief = "each record one immutable block of exactly its size",
    .boxed = &boxed,
    .open = weir_boxed_open,
    .pack = weir_boxed_pack,
    .unpack = weir_boxed_unpack,
    .drop = weir_boxed_drop,
    .shared = weir_boxed_shared,
    .close = weir_boxed_close,
};
