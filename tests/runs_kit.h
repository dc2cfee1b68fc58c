/*
 * Rows of aggregate states for the tests of spills and partials: texts, wide
 * numbers and counts.
 */
#ifndef WEIR_TESTS_RUNS_KIT_H
#define WEIR_TESTS_RUNS_KIT_H

#include "partials/key.h"
#include "partials/row.h"

#define RUNS_AGGREGATES 4

/* A table with a fixed number of rows. */
struct runs_table {
    const struct weir_aggregate *aggregate[RUNS_AGGREGATES];
    struct weir_shape shape;
    struct weir_states states[RUNS_AGGREGATES];
    char *bytes;
    size_t stride;
    struct weir_arena arena;
    struct weir_state_rows rows;
};

void runs_table_init(struct runs_table *table, size_t rows);
void runs_table_release(struct runs_table *table);
/* Sets the states of a row to zero, which is empty. */
void runs_table_clear(struct runs_table *table, size_t row);

/* Updates each state of a row with one record, whose only cell is `cell`. */
void runs_set(struct runs_table *table, size_t row, const char *cell);

/* The bytes that a row is saved as. The caller frees them. */
char *runs_saved(const struct runs_table *table, size_t row, size_t *len);

/* A random number below `below`; advances *seed, which must not be 0. */
size_t runs_draw(uint64_t *seed, size_t below);

/* Writes a random cell (a number of any kind, a text or nothing) and its NUL
 * into `cell`, which must have 96 bytes. */
void runs_draw_cell(uint64_t *seed, char *cell);

#endif
