/*
 * Output formats: how the rows of an answer are written. Each format has a file
 * and a row in the registry below.
 */
#ifndef WEIR_CLI_FORMATS_FORMAT_H
#define WEIR_CLI_FORMATS_FORMAT_H

#include "cli/formats/output.h"
#include "pipeline/sink.h"

/* The properties of the output descriptor. Only the table uses the first two.
 */
struct weir_format_options {
    size_t width; /* columns of the terminal; 0: lines may have any length */
    bool color;
    bool terminal; /* a terminal, also one with TERM=dumb */
};

/* The options for a descriptor, by its terminal and NO_COLOR. */
struct weir_format_options weir_format_options_of(int fd);

enum weir_audience {
    WEIR_FOR_PROGRAMS,
    WEIR_FOR_PAGES, /* Markdown: `weir compare` writes sizes with units */
    WEIR_FOR_TERMINALS
};

struct weir_format {
    const char *name, *brief;
    enum weir_audience audience;
    /* Bytes the format may hold outside the ledger; the memory estimate counts
     * them. */
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

/* All formats; the last element is NULL. */
extern const struct weir_format *const weir_formats[];

/* Returns NULL and WEIR_USAGE if there is no such format; the message suggests
 * the nearest name. */
const struct weir_format *weir_format_find(const char *name,
                                           struct weir_error *error);

/*
 * For formats: a value as text. Null is empty; a boolean is "true" or "false".
 * The text is borrowed from the vector or from `scratch`, which has
 * WEIR_NUMBER_TEXT bytes.
 */
struct weir_text weir_format_text(const struct weir_vector *vector, size_t row,
                                  char *scratch);

/* Puts one CSV field, quoted as in RFC 4180 if it needs quotes. */
void weir_format_csv_field(struct weir_output *output, struct weir_text text);

#endif
