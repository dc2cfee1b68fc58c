/*
 * From raw records to the rows of a window. A reader (the scan, or libcsv)
 * finds a record; the functions here decide what becomes of it. They are called
 * by the batch's thread, and need no lock.
 */
#ifndef WEIR_READERS_CSV_RECORD_H
#define WEIR_READERS_CSV_RECORD_H

#include "readers/csv/reader.h"

/* A record as a reader has found it. */
struct weir_raw_record {
    uint32_t start, end; /* offsets in text, without the line end */
    size_t n_fields;
    const uint32_t *mark; /* where the fields are, in the reader's own form */
};

/* What the steps of shaping a window share. */
struct weir_shaping {
    const struct weir_stream *stream;
    const struct weir_csv *csv;
    const struct weir_dialect *dialect;
    const struct weir_csv_columns *columns; /* the input's; see reader.h */
    size_t n_columns; /* the number of fields that its records have */
    struct weir_batch *batch;
    struct weir_csv_state *state; /* batch->memory.state */
    /* Returns the text of the record's k-th field. */
    struct weir_span (*field)(const struct weir_shaping *shaping,
                              const struct weir_raw_record *record, size_t k);
};

/* Begins the batch's next window, which is empty. */
struct weir_shaping weir_shaping_begin(
    const struct weir_stream *stream, struct weir_batch *batch,
    struct weir_span (*field)(const struct weir_shaping *,
                              const struct weir_raw_record *, size_t));

/* Call this if the batch has no further record. Returns WEIR_END, or the
 * failure that follows the last record. */
enum weir_status weir_shaping_end(const struct weir_shaping *shaping,
                                  struct weir_error *error);

/* The field of the input's records in which a column of the table is;
 * WEIR_NO_FIELD if the input lacks it. */
static inline size_t weir_field_of(const struct weir_csv_columns *columns,
                                   size_t column)
{
    return columns ? columns->at[column] : column;
}

/* Whether the window has no rows and no malformed records yet. A bad record
 * ends a window that is not empty, and fails one that is. */
bool weir_shaping_empty(const struct weir_shaping *shaping);

/* Adds a record to the window, or sets it aside as malformed; passes over blank
 * lines and comments. *taken is false if the window must end before it. */
enum weir_status weir_record_add(const struct weir_shaping *shaping,
                                 const struct weir_raw_record *record,
                                 bool *taken,
                                 struct weir_error *error) WEIR_CHECKED;

/* The text of the raw field text[start, end). The span is part of the batch's
 * text or, if quotes or escapes had to be undone, of the batch's scratch. */
struct weir_span weir_field_span(const struct weir_dialect *dialect,
                                 struct weir_batch *batch, uint32_t start,
                                 uint32_t end);

/* Undoes the quotes and escapes of `len` raw bytes. `into` must have as many
 * bytes. Returns the length of the text. */
size_t weir_field_unquote(const struct weir_dialect *dialect, const char *raw,
                          size_t len, char *into);

/* Fails for a quote at text[opened], which is open at the end of the input. */
enum weir_status weir_quote_never_closes(size_t opened,
                                         struct weir_error *error);

/* Fails for the record at text[start], which is longer than max_record; more
 * than max_record of its bytes must be there. The message depends only on those
 * bytes, and not on where batches were cut. */
enum weir_status weir_record_too_long(const struct weir_csv *csv,
                                      const struct weir_dialect *dialect,
                                      const char *text, size_t start,
                                      struct weir_error *error);

#endif
