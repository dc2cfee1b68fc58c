/*
 * A dialect: the bytes that mean something in a CSV input.
 */
#ifndef WEIR_READERS_CSV_DIALECT_H
#define WEIR_READERS_CSV_DIALECT_H

#include "weir.h"
#include <string.h>

#define WEIR_MARK_CAPACITY 16
#define WEIR_OFF (-1)

struct weir_dialect {
    char delimiter[WEIR_MARK_CAPACITY];
    char comment[WEIR_MARK_CAPACITY];
    uint8_t delimiter_len, comment_len; /* 0 means that there is none */
    int16_t quote, escape;              /* a byte, or WEIR_OFF */
    bool trim;
    bool exact; /* the block scans cannot read it: the byte machine does */
    /* texts that mean null, besides the empty one ("NA,-"); may be NULL */
    const char *null;
};

/* Fills the dialect for the file of that name. If no delimiter is given, *.tsv,
 * *.tsv.gz and the like mean tabs. Texts of `reading` are borrowed. WEIR_USAGE
 * if options contradict each other. */
enum weir_status weir_dialect_init(struct weir_dialect *dialect,
                                   const char *path,
                                   const struct weir_reading *reading,
                                   struct weir_error *error) WEIR_CHECKED;

/* Whether a record's text begins as a comment does. */
static inline bool weir_dialect_comments(const struct weir_dialect *dialect,
                                         const char *text, size_t len)
{
    return dialect->comment_len && len >= dialect->comment_len &&
           !memcmp(text, dialect->comment, dialect->comment_len);
}

/* Whether the delimiter is to be found in the input (-d auto). Until then the
 * dialect has the default one. */
bool weir_dialect_is_auto(const struct weir_reading *reading);

/* Whether the text is one of the null texts. */
bool weir_dialect_null(const struct weir_dialect *dialect, const char *cell,
                       size_t len);

#endif
