/*
 * Columns of cells for the tests of aggregates, and the vectors that the
 * pipeline would make of any selection of their rows.
 */
#ifndef WEIR_TESTS_CELLS_H
#define WEIR_TESTS_CELLS_H

#include "base/aggregate.h"

/* Each cell is a text. The number of a cell "=X" is the double that strtod
 * reads in X; if there is one, all are numbers that were computed, which have
 * no texts. */
struct cells {
    size_t n;
    bool computed;
    char *text;
    struct weir_span *span;
    struct weir_number *number;
};

/* Copies the texts and reads their numbers. */
void cells_init(struct cells *cells, const char *const *cell, size_t n);
void cells_release(struct cells *cells);

/* The input of one window for an aggregate; it owns its arrays. */
struct cells_window {
    struct weir_vector vector[WEIR_VALUES_MAX];
    uint32_t *group, *start;
    struct weir_arguments input;
};

/*
 * Makes the window of the rows row[0], ..., row[n - 1], in the form that the
 * aggregate needs. Record i starts at offset 10 * i and belongs to group
 * i % groups; with groups == 1 the window is not grouped. The record's first
 * value is cell i; a second value is the next cell, or cell 0 after the last.
 * Returns false if the aggregate needs numbers and a cell is none. The window
 * must be released in any case.
 */
bool cells_window_init(struct cells_window *window, const struct cells *cells,
                       const size_t *row, size_t n,
                       const struct weir_aggregate *aggregate, size_t groups);
/* The i-th aggregate that is not an ordered-set aggregate; NULL past the last.
 */
const struct weir_aggregate *cells_aggregate(size_t i);
void cells_window_release(struct cells_window *window);

#endif
