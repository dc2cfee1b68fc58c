/*
 * What the tests of the CSV reader share: a reading written down as text, so
 * that two of them can be compared and one of them can be expected.
 *
 *     name|age            the header
 *     2: Ada|36           a record, by the line it begins in
 *     3! Bob (1)          one set aside, raw, and its number of fields
 *     end                 or the error: DATA x.csv:4:1 (byte 21): record has...
 *
 * Bytes that cannot be seen are written as \xNN, line ends as \n and \r.
 */
#ifndef WEIR_TESTS_READING_H
#define WEIR_TESTS_READING_H

#include "base/stream.h"

/* A read gives from 1 to 200 bytes. */
#define READING_RANDOM ((size_t)-1)

/* The least batch of which pieces have so many pages. */
#define CHUNK_BATCH(pages) ((pages) < 2 ? (size_t)8193 : (size_t)4608 * (pages))

struct reading {
    const char *csv;
    size_t len;
    struct weir_reading options;
    size_t chunk;              /* bytes a read gives; 0: all there are */
    const uint32_t *projected; /* columns; NULL: every field */
    size_t n_projected;
    bool places;  /* records with their bytes too: 2@9: Ada|36 */
    bool in_file; /* csv lies in a file: chunk does not count */
};

/* The reading, written down; malloc'ed. */
char *reading_text(const struct reading *reading);

/* The same of a stream, which is closed; or of why there is none. */
char *reading_stream(struct weir_stream *stream, const struct reading *reading,
                     const struct weir_error *error);

/* A source of bytes in memory, borrowed; see chunk above. NULL on failure. */
struct weir_source *reading_source(const struct reading *reading,
                                   struct weir_error *error);

/*
 * Seeded random CSV, as ugly as it comes; malloc'ed. `marks` says what means
 * something: the delimiter, and what an escape and a comment are. Where it is
 * `tidy` it is RFC 4180's, but for its line ends.
 */
struct random_csv {
    const char *delimiter;
    char escape, comment; /* NUL: off */
    bool tidy;
    bool ragged;    /* some records are */
    bool bare;      /* nothing is quoted */
    unsigned lines; /* fewer than this; 0 is 60 */
};
char *random_csv_text(uint64_t seed, const struct random_csv *options,
                      size_t *len);

#endif
