/*
 * Records that lie apart, each in blocks of its own: what dict, list and tuple
 * share. A page is the table of their addresses; the layout's table begins
 * with what its records are made, read and released by.
 */
#ifndef WEIR_EAGER_BOXED_H
#define WEIR_EAGER_BOXED_H

#include "eager/layout.h"

struct weir_boxed {
    /* A row's record; NULL where memory was refused, and nothing is kept. */
    void *(*make)(void *table, const struct weir_window *window, size_t row,
                  struct weir_cost *cost);
    struct weir_text (*cell)(const void *table, const void *record,
                             size_t column);
    void (*release)(void *table, void *record);
};

/* What such a layout's table begins with. */
struct weir_boxed_table {
    const struct weir_boxed *boxed;
    size_t n_columns;
};

/* The layout's own pack, unpack and drop: see layout.h. */
void *weir_boxed_pack(void *table, const struct weir_window *window,
                      struct weir_cost *cost, size_t *row) WEIR_CHECKED;
enum weir_status weir_boxed_unpack(const void *table, const void *page,
                                   struct weir_replay *replay,
                                   struct weir_error *error) WEIR_CHECKED;
void weir_boxed_drop(void *table, void *page);

/* And open, shared and close, of a table that is no more than that. */
void *weir_boxed_open(const struct weir_boxed *boxed,
                      size_t n_columns) WEIR_CHECKED;
void weir_boxed_shared(const void *table, struct weir_cost *cost);
void weir_boxed_close(void *table);

/* A text in a block of its own, counted as an object is, for lists and dicts.
 * An empty cell has none: NULL, as all of Python's Nones are one. */
struct weir_boxed_text {
    uint32_t references, len;
    char bytes[];
};
bool weir_box(const struct weir_window *window, size_t column, size_t row,
              struct weir_cost *cost,
              struct weir_boxed_text **box) WEIR_CHECKED;
struct weir_text weir_unbox(const struct weir_boxed_text *box);

static inline struct weir_text
weir_window_cell(const struct weir_window *window, size_t column, size_t row)
{
    struct weir_span span = window->column[column][row];
    return (struct weir_text){window->base + span.start, span.len};
}

#endif
