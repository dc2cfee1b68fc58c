/*
 * Output formats: how the rows of an answer are written. One file and one row
 * in the registry each.
 */
#ifndef WEIR_CLI_FORMATS_FORMAT_H
#define WEIR_CLI_FORMATS_FORMAT_H

#include "cli/formats/output.h"
#include "pipeline/sink.h"

/* Where the answer goes. */
struct weir_format_options {
    size_t width;  /* columns of the terminal; 0: none, lines may be long */
    bool color;    /* both are for the table alone */
    bool terminal; /* dumb as it may be */
};

/* Asks the descriptor and NO_COLOR. */
struct weir_format_options weir_format_options_of(int fd);

enum weir_audience {
    WEIR_FOR_PROGRAMS,
    WEIR_FOR_PAGES, /* Markdown: sizes of a comparison have units there */
    WEIR_FOR_TERMINALS
};

struct weir_format {
    const char *name, *brief;
    enum weir_audience audience;
    /* Bytes it may hold outside the ledger, for the estimate. */
    size_t unseen;
    /* `output` is borrowed until the sink's close. NULL on failure. */
    struct weir_sink *(*open)(struct weir_output *output,
                              const struct weir_format_options *options,
                              struct weir_error *error);
};

/* The rows of the registry. */
#define WEIR_FORMATS(X)                                                        \
    X(table)                                                                   \
    X(csv)                                                                     \
    X(tsv)                                                                     \
    X(json)                                                                    \
    X(ndjson)                                                                  \
    X(md)

#define X(name) extern const struct weir_format weir_format_##name;
WEIR_FORMATS(X)
#undef X

/* All of them; ends with NULL. */
extern const struct weir_format *const weir_formats[];

/* NULL, and WEIR_USAGE with the nearest name, where there is none. */
const struct weir_format *weir_format_find(const char *name,
                                           struct weir_error *error);

/*
 * For formats: a value as text; null is empty, booleans are true and false.
 * Borrowed from the vector or `room`, which has WEIR_NUMBER_TEXT bytes.
 */
struct weir_text weir_format_text(const struct weir_vector *vector, size_t row,
                                  char *scratch);

/* One CSV field, quoted as RFC 4180 says where it must be. */
void weir_format_csv_field(struct weir_output *output, struct weir_text text);

#endif
