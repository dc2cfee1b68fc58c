/*
 * A segment: some parts of an input, which one thread decodes. segment.c hands
 * segments out and compares them when they are done, segment_read.c reads the
 * records of one, and segment_text.c gives its text: first of the parts that it
 * decodes, and then, line by line, of the parts that follow, until the
 * segment's last record is whole.
 */
#ifndef WEIR_READERS_CSV_SEGMENT_H
#define WEIR_READERS_CSV_SEGMENT_H

#include "readers/csv/reader.h"
#include "readers/csv/ways.h"

#define WEIR_SEGMENT_UNKNOWN UINT64_MAX
#define WEIR_SEGMENT_TEXT ((size_t)4096)

/* Which segment it is, and where it begins and ends. segment.c fills it in; it
 * is constant while the segment is read. */
struct weir_segment_claim {
    uint64_t number, seq; /* its number in the input; its batches' part.seq */
    uint32_t input;
    uint64_t from, until; /* raw bytes; UINT64_MAX is the end of the input */
    uint64_t position;    /* the position of its first byte (base/stream.h) */
    bool opens;           /* the first segment of the input or the share */
    bool is_last;         /* the last segment of the input or the share */
    bool starts_input;    /* see base/stream.h */
    bool is_guess;        /* where its first record begins is guessed */
    uint64_t skip;        /* otherwise: bytes of text before it */
};

/* Each batch has one, and uses it for one segment after another. Only the
 * batch's thread touches it. */
struct weir_segment {
    struct weir_source source;       /* gives the segment's text */
    struct weir_input_buffer buffer; /* reads `source` */
    struct weir_decoder *decoder;
    uint32_t decoder_input; /* the input that `decoder` reads */

    struct weir_segment_claim claim;
    bool on; /* the batch is in the middle of it */
    bool is_begun;
    uint64_t begins;   /* bytes passed over so far, to the first record */
    uint64_t boundary; /* bytes of its own parts, once they are decoded */
    uint64_t decoded;

    char chunk[WEIR_SEGMENT_TEXT];
    size_t next, len; /* chunk[next, len) was decoded and not yet given out */
    bool after_cr;    /* the last line ended in a CR: an LF may follow */
};

/* The batch's segment, which the state owns; made at the first call. NULL: no
 * memory, and the error is filled. */
struct weir_segment *weir_segment_of(struct weir_csv_state *state,
                                     struct weir_error *error) WEIR_CHECKED;

/* Points the segment's decoder, a clone of the input's, at its parts. */
enum weir_status weir_segment_seek(const struct weir_csv *csv,
                                   struct weir_segment *segment,
                                   struct weir_error *error) WEIR_CHECKED;

/* Call it when the segment is read, or has failed with `status` (segment.c).
 * Checks its boundaries against those of the segments that are done. Returns
 * `status`, or WEIR_DATA for a wrong guess. If that is not WEIR_OK, the stream
 * ends for all threads. Takes the lock. */
enum weir_status weir_segments_done(struct weir_csv *csv,
                                    const struct weir_segment *segment,
                                    enum weir_status status,
                                    struct weir_error *error);

#endif
