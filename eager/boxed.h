/*
 * What the layouts dict, list and tuple share: each record lies in allocations
 * of its own. A page is an array of the records' addresses. The layout's table
 * begins with the functions that make, read and free a record.
 */
#ifndef WEIR_EAGER_BOXED_H
#define WEIR_EAGER_BOXED_H

#include "eager/layout.h"

struct weir_boxed {
    /* Makes a row's record. Returns NULL if memory was refused, and then keeps
     * nothing. */
    void *(*make)(void *table, const struct weir_row_group *group, size_t row,
                  struct weir_cost *cost);
    struct weir_text (*cell)(const void *table, const void *record,
                             size_t column);
    void (*release)(void *table, void *record);
};

/* The first member of such a layout's table. */
struct weir_boxed_table {
    const struct weir_boxed *boxed;
    size_t n_columns;
};

/* Implement pack, unpack and drop of the layout: see layout.h. */
void *weir_boxed_pack(void *table, const struct weir_row_group *group,
                      struct weir_cost *cost, size_t *row) WEIR_CHECKED;
enum weir_status weir_boxed_unpack(const void *table, const void *page,
                                   struct weir_replay *replay,
                                   struct weir_error *error) WEIR_CHECKED;
void weir_boxed_drop(void *table, void *page);

/* Implement open, shared and close for a layout whose table has no other
 * members. */
void *weir_boxed_open(const struct weir_layout *layout, const char *const *name,
                      size_t n_columns) WEIR_CHECKED;
void weir_boxed_shared(const void *table, struct weir_cost *cost);
void weir_boxed_close(void *table);

/* A text in an allocation of its own, with a reference count as a Python object
 * has, for lists and dicts. An empty cell has no text and is NULL, just as
 * Python has a single None. weir_box() sets *box and returns false if memory
 * was refused; the caller frees *box. */
struct weir_boxed_text {
    uint32_t references, len;
    char bytes[];
};
bool weir_box(const struct weir_row_group *group, size_t column, size_t row,
              struct weir_cost *cost,
              struct weir_boxed_text **box) WEIR_CHECKED;
struct weir_text weir_unbox(const struct weir_boxed_text *box);

#endif
