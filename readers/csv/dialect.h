/*
 * A dialect: the bytes that mean something in a CSV input.
 */
#ifndef WEIR_READERS_CSV_DIALECT_H
#define WEIR_READERS_CSV_DIALECT_H

#include "weir.h"

#define WEIR_MARK_CAPACITY 16
#define WEIR_OFF (-1)

struct weir_dialect {
    char delimiter[WEIR_MARK_CAPACITY];
    char comment[WEIR_MARK_CAPACITY];
    uint8_t delimiter_len, comment_len; /* 0 is off */
    int16_t quote, escape;              /* a byte, or WEIR_OFF */
    bool trim;
    bool exact; /* more than the block scan knows: the byte machine reads it */
    /* "NA,-": texts that are null besides empty ones; NULL: none. */
    const char *null;
};

/*
 * Fills the dialect for the file of that name (*.tsv, *.tsv.gz, ... mean
 * tabs where no delimiter is given). WEIR_USAGE where options contradict.
 */
enum weir_status weir_dialect_init(struct weir_dialect *dialect,
                                   const char *path,
                                   const struct weir_reading *reading,
                                   struct weir_error *error) WEIR_CHECKED;

/* Whether a cell's text is one of the null texts. */
bool weir_dialect_null(const struct weir_dialect *dialect, const char *cell,
                       size_t len);

#endif
