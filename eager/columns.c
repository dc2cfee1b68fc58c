/*
 * Columns: there are no records. A page holds its columns one after another,
 * each packed as an array of its type (column.h). The whole page is one
 * allocation:
 *
 *     page -> | rows | head 0 | head 1 | ... | bytes of column 0 | ... |
 */
#include "eager/column.h"

#include "eager/replay.h"
#include <string.h>

struct page {
    size_t rows;
    struct weir_column_head head[];
};

struct columns {
    size_t n_columns;
    struct weir_repeats *repeats;
    struct weir_dictionary *dictionary;
    size_t n_dictionaries; /* how many are initialised */
};

static void close_columns(void *table)
{
    struct columns *columns = table;
    weir_repeats_close(columns->repeats, columns->n_columns);
    for (size_t i = 0; i < columns->n_dictionaries; i++)
        weir_dictionary_release(&columns->dictionary[i]);
    weir_free(WEIR_MEMORY_STORE, columns->dictionary);
    weir_free(WEIR_MEMORY_STORE, columns);
}

static void *open_columns(const struct weir_layout *layout,
                          const char *const *name, size_t n_columns)
{
    struct columns *columns =
        weir_alloc_zero(WEIR_MEMORY_STORE, sizeof *columns);
    (void)layout;
    (void)name;
    if (!columns)
        return NULL;
    columns->n_columns = n_columns;
    columns->repeats = weir_repeats_open(n_columns);
    columns->dictionary =
        weir_alloc(WEIR_MEMORY_STORE, n_columns * sizeof *columns->dictionary);
    bool fits = columns->repeats && columns->dictionary;
    while (fits && columns->n_dictionaries < n_columns)
        fits = weir_dictionary_init(
            &columns->dictionary[columns->n_dictionaries++]);
    if (fits)
        return columns;
    close_columns(columns);
    return NULL;
}

/* Packs the columns into a draft first. The page is made when its size is
 * known. */
static void *pack(void *table, const struct weir_row_group *group,
                  struct weir_cost *cost, size_t *row)
{
    struct columns *columns = table;
    size_t n = group->n_columns, head = sizeof(struct page);
    struct weir_column_draft draft = {.repeats = columns->repeats,
                                      .dictionary = columns->dictionary};
    head += n * sizeof(struct weir_column_head);
    struct page *page = weir_alloc(WEIR_MEMORY_STORE, head);
    bool packed = page;
    *row = 0;
    for (size_t c = 0; packed && c < n; c++)
        packed = weir_column_pack(&draft, &page->head[c], group, c);
    void *whole = packed
                      ? weir_realloc(WEIR_MEMORY_STORE, page, head + draft.used)
                      : NULL;
    if (whole) {
        page = whole;
        page->rows = group->rows;
        if (draft.used)
            memcpy((char *)page + head, draft.bytes, draft.used);
        weir_cost_block(cost, page, draft.used, head);
    } else {
        weir_free(WEIR_MEMORY_STORE, page);
    }
    weir_free(WEIR_MEMORY_STORE, draft.bytes);
    return whole;
}

static void drop(void *table, void *page)
{
    (void)table;
    weir_free(WEIR_MEMORY_STORE, page);
}

static enum weir_status unpack(const void *table, const void *page,
                               struct weir_replay *replay,
                               struct weir_error *error)
{
    const struct columns *columns = table;
    const struct page *from = page;
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; i < replay->n_columns && !status; i++) {
        uint32_t c = replay->column[i];
        const struct weir_column column = {
            .head = &from->head[c],
            .bytes = (const char *)&from->head[columns->n_columns],
            .rows = from->rows,
            .dictionary = &columns->dictionary[c]};
        status = weir_column_unpack(&column, replay, i, error);
    }
    return status;
}

static void shared(const void *table, struct weir_cost *cost)
{
    const struct columns *columns = table;
    size_t n = columns->n_columns;
    weir_cost_block(cost, table, 0, sizeof *columns);
    weir_cost_block(cost, columns->repeats, 0, n * sizeof *columns->repeats);
    weir_cost_block(cost, columns->dictionary, 0,
                    n * sizeof *columns->dictionary);
    for (size_t i = 0; i < n; i++)
        weir_cost_add(cost, &columns->dictionary[i].cost);
}

static bool remark(const void *table, size_t column, char *into,
                   size_t capacity)
{
    const struct columns *columns = table;
    return weir_repeats_remark(&columns->repeats[column], "the dictionary",
                               into, capacity);
}

const struct weir_layout weir_layout_columns = {
    .name = "columns",
    .brief = "no records, but arrays of numbers and of codes of texts",
    .open = open_columns,
    .pack = pack,
    .unpack = unpack,
    .drop = drop,
    .shared = shared,
    .remark = remark,
    .close = close_columns,
};
