/*
 * Lists: each record is a growable array of texts, and each text is an
 * allocation of its own.
 *
 *     record -> | n | capacity | item | -> | 0 | 1 | 2 | . |
 *                                            |   |
 *                 +--------------------------+   +-> ...
 *                 +-> | references, len | bytes |
 *
 * The array grows as Python's does, by an eighth and a little more, so some of
 * it stays unused. This is the price of being able to append.
 */
#include "eager/boxed.h"

struct list {
    size_t n, capacity;
    struct weir_boxed_text **item;
};

static void release(void *table, void *record)
{
    struct list *list = record;
    (void)table;
    for (size_t i = 0; i < list->n; i++)
        weir_free(WEIR_MEMORY_STORE, list->item[i]);
    weir_free(WEIR_MEMORY_STORE, list->item);
    weir_free(WEIR_MEMORY_STORE, list);
}

static bool append(struct list *list, struct weir_boxed_text *item)
{
    if (list->n == list->capacity) {
        size_t capacity = (list->n + 1 + (list->n + 1) / 8 + 6) & ~(size_t)3;
        void *moved = weir_realloc(WEIR_MEMORY_STORE, list->item,
                                   capacity * sizeof(struct weir_boxed_text *));
        if (!moved)
            return false;
        list->item = moved;
        list->capacity = capacity;
    }
    list->item[list->n++] = item;
    return true;
}

static void *make(void *table, const struct weir_row_group *group, size_t row,
                  struct weir_cost *cost)
{
    struct list *list = weir_alloc_zero(WEIR_MEMORY_STORE, sizeof *list);
    if (!list)
        return NULL;
    for (size_t c = 0; c < group->n_columns; c++) {
        struct weir_boxed_text *box;
        if (!weir_box(group, c, row, cost, &box) || !append(list, box)) {
            weir_free(WEIR_MEMORY_STORE, box);
            release(table, list);
            return NULL;
        }
    }
    weir_cost_block(cost, list, 0, sizeof *list);
    if (list->item)
        weir_cost_block(cost, list->item, 0, list->n * sizeof(void *));
    return list;
}

static struct weir_text cell(const void *table, const void *record,
                             size_t column)
{
    (void)table;
    return weir_unbox(((const struct list *)record)->item[column]);
}

static const struct weir_boxed boxed = {make, cell, release};

const struct weir_layout weir_layout_list = {
    .name = "list",
    .brief = "each record a growable array of texts that lie apart",
    .boxed = &boxed,
    .open = weir_boxed_open,
    .pack = weir_boxed_pack,
    .unpack = weir_boxed_unpack,
    .drop = weir_boxed_drop,
    .shared = weir_boxed_shared,
    .close = weir_boxed_close,
};
