/*
 *     page -> | n | record 0 | record 1 | ... |     8 bytes a record
 *                    |
 *                    +-> a record as the layout makes it
 */
#include "eager/boxed.h"

#include "eager/replay.h"
#include <string.h>

struct page {
    size_t n;
    void *record[];
};

static const struct weir_boxed *boxed_of(const void *table)
{
    return ((const struct weir_boxed_table *)table)->boxed;
}

void weir_boxed_drop(void *table, void *page)
{
    const struct weir_boxed *boxed = boxed_of(table);
    struct page *records = page;
    for (size_t r = 0; r < records->n; r++)
        boxed->release(table, records->record[r]);
    weir_free(WEIR_MEMORY_STORE, records);
}

void *weir_boxed_pack(void *table, const struct weir_row_group *group,
                      struct weir_cost *cost, size_t *row)
{
    const struct weir_boxed *boxed = boxed_of(table);
    size_t bytes = sizeof(struct page) + group->rows * sizeof(void *);
    struct page *page = weir_alloc(WEIR_MEMORY_STORE, bytes);
    *row = 0;
    if (!page)
        return NULL;
    weir_cost_block(cost, page, 0, bytes);
    for (page->n = 0; page->n < group->rows; page->n++) {
        void *record = boxed->make(table, group, page->n, cost);
        if (!record) {
            *row = page->n;
            weir_boxed_drop(table, page);
            return NULL;
        }
        page->record[page->n] = record;
    }
    return page;
}

enum weir_status weir_boxed_unpack(const void *table, const void *page,
                                   struct weir_replay *replay,
                                   struct weir_error *error)
{
    const struct weir_boxed *boxed = boxed_of(table);
    const struct page *records = page;
    for (size_t r = 0; r < records->n; r++)
        for (size_t c = 0; c < replay->n_columns; c++) {
            struct weir_text cell =
                boxed->cell(table, records->record[r], replay->column[c]);
            if (weir_replay_reserve(replay, cell.len, error))
                return error->status;
            weir_replay_text(replay, c, r, cell);
        }
    return WEIR_OK;
}

bool weir_box(const struct weir_row_group *group, size_t column, size_t row,
              struct weir_cost *cost, struct weir_boxed_text **box)
{
    struct weir_text cell = weir_row_group_cell(group, column, row);
    *box = NULL;
    if (cell.len == 0)
        return true;
    *box = weir_alloc(WEIR_MEMORY_STORE, sizeof **box + cell.len);
    if (!*box)
        return false;
    (*box)->references = 1;
    (*box)->len = (uint32_t)cell.len;
    memcpy((*box)->bytes, cell.bytes, cell.len);
    weir_cost_block(cost, *box, cell.len, sizeof **box);
    return true;
}

struct weir_text weir_unbox(const struct weir_boxed_text *box)
{
    return box ? (struct weir_text){box->bytes, box->len}
               : (struct weir_text){"", 0};
}

void *weir_boxed_open(const struct weir_layout *layout, const char *const *name,
                      size_t n_columns)
{
    struct weir_boxed_table *table =
        weir_alloc(WEIR_MEMORY_STORE, sizeof *table);
    (void)name;
    if (table)
        *table = (struct weir_boxed_table){layout->boxed, n_columns};
    return table;
}

void weir_boxed_shared(const void *table, struct weir_cost *cost)
{
    weir_cost_block(cost, table, 0, sizeof(struct weir_boxed_table));
}

void weir_boxed_close(void *table)
{
    weir_free(WEIR_MEMORY_STORE, table);
}
