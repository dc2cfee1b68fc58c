/*
 * What the tests of the CSV reader share. A reading is all that the reader
 * gives for one input, written as text. A test compares two readings, or one
 * reading with the expected text.
 *
 *     name|age            the header
 *     2: Ada|36           a record, with the line it begins in
 *     3! Bob (1)          a malformed record, raw, with its number of fields
 *     end                 or the error: DATA x.csv:4:1 (byte 21): record has...
 *
 * Bytes that are not printable ASCII are written as \xNN, line ends as \n and
 * \r.
 */
#ifndef WEIR_TESTS_READING_H
#define WEIR_TESTS_READING_H

#include "base/stream.h"

/* Value of `chunk`: each read gives a random number of bytes, 1 to 200. */
#define READING_RANDOM ((size_t)-1)

/* The smallest batch size, in bytes, at which a chunk of a plain file (see
 * readers/csv/chunk.c) has this number of pages of 4,096 bytes. */
#define CHUNK_BATCH(pages) ((pages) < 2 ? (size_t)8193 : (size_t)4608 * (pages))

struct reading {
    const char *csv;
    size_t len;
    struct weir_reading options;
    size_t chunk;              /* bytes that a read gives; 0 means all */
    const uint32_t *projected; /* columns; NULL: every field */
    size_t n_projected;
    bool places;  /* write each record's offsets: 2@9.0.9: Ada|36 */
    bool in_file; /* read csv from a file; chunk has no effect */
};

/* Reads the CSV and returns the reading as text. The caller frees it. */
char *reading_text(const struct reading *reading);

/* The same for an open stream, which it closes. If the stream is NULL, the
 * text is the error of opening it. */
char *reading_stream(struct weir_stream *stream, const struct reading *reading,
                     const struct weir_error *error);

/* A source of reading->csv, which is borrowed; each read gives as many bytes
 * as `chunk` says. NULL on failure. */
struct weir_source *reading_source(const struct reading *reading,
                                   struct weir_error *error);

/*
 * Random CSV with every oddity that a file can have. The same seed gives the
 * same text. The caller frees it.
 */
struct random_csv {
    const char *delimiter;
    char escape, comment; /* NUL: none */
    bool tidy;            /* as RFC 4180 demands, except for the line ends */
    bool ragged;          /* some records have more or fewer fields */
    bool bare;            /* no field is quoted */
    unsigned lines;       /* has fewer lines than this; 0 means 60 */
};
char *random_csv_text(uint64_t seed, const struct random_csv *options,
                      size_t *len);

#endif
