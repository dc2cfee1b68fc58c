/*
 * The text of a segment: of the parts that it decodes, and then of what follows
 * them, line by line, until its last record is whole.
 */
#ifndef WEIR_READERS_CSV_SEGMENT_H
#define WEIR_READERS_CSV_SEGMENT_H

#include "readers/csv/reader.h"

#define WEIR_SEGMENT_UNKNOWN UINT64_MAX
#define WEIR_SEGMENT_TEXT ((size_t)4096)

/* A thread has one, and uses it for segment after segment. */
struct weir_segment {
    struct weir_source source;       /* which gives its text */
    struct weir_input_buffer buffer; /* over that */
    struct weir_decoder *decoder;
    uint32_t decoder_input; /* the input that is of */

    /* The one in hand. */
    bool on;
    uint64_t number, seq;
    uint32_t input;
    uint64_t from, until; /* raw; UINT64_MAX: the end */
    uint64_t position;    /* of its first byte: see base/stream.h */
    bool is_last;         /* of the input, or the share */
    bool is_begun;
    bool opens;        /* the first of the input, or the share */
    bool is_guess;     /* where its first record begins is found by a guess; */
    uint64_t skip;     /* else so many bytes of text are before it */
    bool starts_input; /* see base/stream.h */
    uint64_t begins;   /* bytes of text passed over before the first record */
    uint64_t boundary; /* bytes of text of its own parts, once known */
    uint64_t decoded;

    char chunk[WEIR_SEGMENT_TEXT];
    size_t next, len; /* chunk[next, len) was decoded and not yet given */
    bool after_cr;    /* the last line ended in one: an LF may follow */
};

/* The batch's, made with its first segment. NULL: no memory. */
struct weir_segment *weir_segment_of(struct weir_csv_state *state,
                                     struct weir_error *error) WEIR_CHECKED;

/* Aims its decoder at its parts. */
enum weir_status weir_segment_seek(const struct weir_csv *csv,
                                   struct weir_segment *segment,
                                   struct weir_error *error) WEIR_CHECKED;

/* A line of its text, with its end, or a part of one. After a lone CR a single
 * byte, so that reading stops there, if that ends a record. How many bytes, 0
 * at the end of the input, or a status below zero. */
ptrdiff_t weir_segment_line(struct weir_segment *segment, char *into,
                            size_t capacity,
                            struct weir_error *error) WEIR_CHECKED;

#endif
