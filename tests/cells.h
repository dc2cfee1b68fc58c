/*
 * Columns of cells for tests of aggregates: vectors as the pipeline makes
 * them, over any selection of rows.
 */
#ifndef WEIR_TESTS_CELLS_H
#define WEIR_TESTS_CELLS_H

#include "base/aggregate.h"

/* A cell is a text; "=X" is the double that strtod reads in X. */
struct cells {
    size_t n;
    char *text;
    struct weir_span *span;
    struct weir_number *number;
};

void cells_init(struct cells *cells, const char *const *cell, size_t n);
void cells_release(struct cells *cells);

/* One window's input for an aggregate, its arrays owned. */
struct cells_window {
    struct weir_vector vector[WEIR_VALUES_MAX];
    uint32_t *group, *start;
    struct weir_input input;
};

/*
 * The rows row[0..n) for what the aggregate needs: record i starts at 10 * i,
 * and is in group i % groups (not grouped where groups is 1). Its value is cell
 * i, and a second value the cell after that, or the first. false where the
 * column does not suit the need (texts, where numbers are needed).
 */
bool cells_window_init(struct cells_window *window, const struct cells *cells,
                       const size_t *row, size_t n,
                       const struct weir_aggregate *aggregate, size_t groups);
/* The i-th aggregate that has states; NULL past the last. */
const struct weir_aggregate *cells_aggregate(size_t i);
void cells_window_release(struct cells_window *window);

#endif
