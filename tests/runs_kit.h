/*
 * Rows of states to be spilled and saved: texts, wide sums, counts.
 */
#ifndef WEIR_TESTS_RUNS_KIT_H
#define WEIR_TESTS_RUNS_KIT_H

#include "partials/key.h"
#include "partials/row.h"

#define RUNS_AGGREGATES 4

/* A table of rows, grown by nobody. */
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
void runs_table_clear(struct runs_table *table, size_t row);

/* Fills a row with the states of one record each. */
void runs_set(struct runs_table *table, size_t row, const char *cell);

/* What a row saves, in a block that the caller frees. */
char *runs_saved(const struct runs_table *table, size_t row, size_t *len);

/* The next number drawn below `below`, from *seed. */
size_t runs_draw(uint64_t *seed, size_t below);

/* A cell drawn: numbers of any kind, texts; at most 96 bytes. */
void runs_draw_cell(uint64_t *seed, char *cell);

#endif
