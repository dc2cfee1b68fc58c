/*
 * Output formats: how the rows of an answer are written. Each format has a file
 * and a row in the registry below.
 */
#ifndef WEIR_CLI_FORMATS_FORMAT_H
#define WEIR_CLI_FORMATS_FORMAT_H

#include "cli/formats/output.h"
#include "pipeline/sink.h"

enum weir_audience {
    WEIR_FOR_PROGRAMS,
    WEIR_FOR_PAGES, /* Markdown: `weir compare` writes sizes with units */
    WEIR_FOR_TERMINALS
};

struct weir_format {
    const char *name, *brief;
    enum weir_audience audience;
    /* Which members of the output's style it obeys. */
    bool takes_delimiter, takes_decimal, takes_no_header, takes_types;
    bool binary; /* not for terminals */
    /* Bytes that the format may hold for an answer of `n` columns; NULL: none
     * to speak of. The memory estimate counts them. */
    size_t (*holds)(size_t n);
    size_t size;  /* of its sink, which begins with a weir_format_sink */
    bool variant; /* of two formats with one sink: the other one */
    const struct weir_sink_ops *ops;
    /* Sets up what zeros do not; NULL if zeros are enough. The sink is closed
     * after a failure. */
    enum weir_status (*init)(struct weir_sink *sink, struct weir_error *error);
    /* Refuses, before a run, an answer of these columns that could not be
     * written in the output's style; NULL: there is none. */
    enum weir_status (*check)(const struct weir_sink *sink,
                              const char *const *name, size_t n,
                              struct weir_error *error);
};

struct weir_format_sink {
    struct weir_sink sink;
    const struct weir_format *format;
    struct weir_output *output; /* borrowed until close */
    size_t n_columns;           /* for `begin` to set */
};

/* Opens a sink that writes in that format. `output` is borrowed until its
 * close. NULL on failure. weir_format_check() calls the format's check. */
struct weir_sink *weir_format_open(const struct weir_format *format,
                                   struct weir_output *output,
                                   struct weir_error *error) WEIR_CHECKED;

enum weir_status weir_format_check(const struct weir_sink *sink,
                                   const char *const *name, size_t n,
                                   struct weir_error *error) WEIR_CHECKED;

/* The end and the close of a sink that holds nothing back. */
enum weir_status weir_format_end(struct weir_sink *sink,
                                 struct weir_error *error);
void weir_format_close(struct weir_sink *sink);

/* The rows of the registry. */
#define WEIR_FORMATS(X)                                                        \
    X(table)                                                                   \
    X(csv)                                                                     \
    X(tsv)                                                                     \
    X(json)                                                                    \
    X(ndjson)                                                                  \
    X(md)                                                                      \
    X(arrow)                                                                   \
    X(bars)

#define X(name) extern const struct weir_format weir_format_##name;
WEIR_FORMATS(X)
#undef X

/* All formats; the last element is NULL. */
extern const struct weir_format *const weir_formats[];

/* Returns NULL and WEIR_USAGE if there is no such format; the message suggests
 * the nearest name. */
const struct weir_format *weir_format_find(const char *name,
                                           struct weir_error *error);

/* Puts a number's text, with the decimal mark of the output's style. */
void weir_format_put_number(struct weir_output *output, struct weir_text text);

/* Puts one CSV field, quoted as in RFC 4180 if it needs quotes. */
void weir_format_csv_field(struct weir_output *output, struct weir_text text);

#endif
