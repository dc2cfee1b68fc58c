/*
 * A batch: rows as they come, which become an Arrow array.
 *
 * Rows are held as texts, as they would be printed. The first batch decides the
 * types of columns; then each batch is converted as a whole. A column of texts
 * is handed over as it is.
 *
 *     add(window), add(window) ... while there is room:  texts, facts about
 * them schema():                                          types take(): an
 * array of these
 */
#ifndef WEIR_ARROW_BATCH_H
#define WEIR_ARROW_BATCH_H

#include "arrow/columns.h"
#include "arrow/type.h"
#include "base/notation.h"

/* A column's texts: those of row r are bytes[at[r], at[r + 1]). */
struct weir_arrow_texts {
    int32_t *at; /* [rows + 1] */
    char *bytes;
    size_t at_capacity, bytes_capacity;
};

struct weir_arrow_kept {
    const char *name; /* borrowed */
    enum weir_type type;
    struct weir_arrow_typed typed;
    struct weir_arrow_facts facts;
    struct weir_arrow_texts texts;
};

struct weir_arrow_batch {
    size_t n;
    struct weir_arrow_kept *column; /* [n] */
    size_t rows, max_rows;
    size_t bytes;     /* of all texts */
    uint64_t before;  /* rows in the batches before this one */
    bool decided;     /* the columns have types */
    bool in_c;        /* messages are for a C program */
    int32_t notation; /* of cells, packed */
    char *scratch;    /* [WEIR_NOTATION_SCRATCH] */
};

/*
 * Sets a zeroed batch up for `n` columns. The names are borrowed until release,
 * `type` and the options for the call. WEIR_USAGE if the
 * options name a column that is not there, or a type that is none. Release is
 * allowed on a zeroed batch and after a failure.
 */
enum weir_status weir_arrow_batch_init(struct weir_arrow_batch *batch,
                                       const char *const *name,
                                       const enum weir_type *type, size_t n,
                                       const struct weir_arrow_options *options,
                                       struct weir_error *error) WEIR_CHECKED;
void weir_arrow_batch_release(struct weir_arrow_batch *batch);

/* The most rows that a batch of `n` columns has. */
size_t weir_arrow_batch_rows(size_t n, size_t rows);

/* Bytes that a batch of `n` columns may hold, apart from texts of one window,
 * for the memory estimate. */
size_t weir_arrow_batch_bytes(size_t n);

/*
 * Add rows of a window, from row `from` on, until the batch is full: to those
 * of vectors, or to those of records. *added becomes how many there were. A
 * batch is full at its last row or at the row that makes its texts 1 MiB, so
 * its rows do not depend on windows.
 */
enum weir_status weir_arrow_add_vectors(struct weir_arrow_batch *batch,
                                        const struct weir_vector *const *column,
                                        size_t from, size_t rows, size_t *added,
                                        struct weir_error *error) WEIR_CHECKED;
enum weir_status weir_arrow_add_window(struct weir_arrow_batch *batch,
                                       const struct weir_window *window,
                                       size_t from, size_t *added,
                                       struct weir_error *error) WEIR_CHECKED;

/* Whether it is time to take it. It may be taken earlier. */
bool weir_arrow_batch_full(const struct weir_arrow_batch *batch);

/* Exports the schema. Types that are not known the rows of this batch decide.
 */
enum weir_status weir_arrow_batch_schema(struct weir_arrow_batch *batch,
                                         struct ArrowSchema *out,
                                         struct weir_error *error) WEIR_CHECKED;

/* Exports the rows as an array, and empties the batch. WEIR_DATA if a value
 * does not fit its column's type. */
enum weir_status weir_arrow_batch_take(struct weir_arrow_batch *batch,
                                       struct ArrowArray *out,
                                       struct weir_error *error) WEIR_CHECKED;

#endif
