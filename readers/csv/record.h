/*
 * From raw records to a window's rows. Whichever reader finds a record, here
 * it is decided what becomes of it.
 */
#ifndef WEIR_READERS_CSV_RECORD_H
#define WEIR_READERS_CSV_RECORD_H

#include "readers/csv/reader.h"

/* A record as it was found. */
struct weir_raw_record {
    uint32_t start, end; /* in text, without the line end */
    size_t n_fields;
    const uint32_t *mark; /* its reader's own: where the fields lie */
};

/* What the steps of shaping a window share. */
struct weir_shaping {
    const struct weir_stream *stream;
    const struct weir_csv *csv;
    const struct weir_dialect *dialect;
    struct weir_batch *batch;
    struct weir_csv_state *state; /* the batch's */
    /* The text of a record's k-th field. */
    struct weir_span (*field)(const struct weir_shaping *shaping,
                              const struct weir_raw_record *record, size_t k);
};

/* Begins the batch's next window, still empty. */
struct weir_shaping weir_shaping_begin(
    const struct weir_stream *stream, struct weir_batch *batch,
    struct weir_span (*field)(const struct weir_shaping *,
                              const struct weir_raw_record *, size_t));

/* There is no further record: WEIR_END, or how the batch fails behind its last
 * one. */
enum weir_status weir_shaping_end(const struct weir_shaping *shaping,
                                  struct weir_error *error);

/* Whether nothing came of the window yet. A record that is wrong ends the
 * window before it, and fails the one that it begins. */
bool weir_shaping_empty(const struct weir_shaping *shaping);

/*
 * Adds a record to the window, or sets it aside; blank lines and comments are
 * passed over. *taken is false where the window must end before it.
 */
enum weir_status weir_record_add(const struct weir_shaping *shaping,
                                 const struct weir_raw_record *record,
                                 bool *taken,
                                 struct weir_error *error) WEIR_CHECKED;

/* The length of a raw record of `len` bytes without its line end. */
static inline size_t weir_record_len(const char *text, size_t len)
{
    if (len && text[len - 1] == '\n')
        len--;
    if (len && text[len - 1] == '\r')
        len--;
    return len;
}

/*
 * Fails for the record at text[start], which is longer than max_record: more
 * of its bytes than that are there. What it says depends on those alone,
 * wherever batches were cut.
 */
enum weir_status weir_record_too_long(const struct weir_csv *csv,
                                      const struct weir_dialect *dialect,
                                      const char *text, size_t start,
                                      struct weir_error *error);

#endif
