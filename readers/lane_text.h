/*
 * A lane's text, as a source: up to its border as it comes, past that line by
 * line, so as not to decode what is not needed.
 */
#ifndef WEIR_READERS_LANE_TEXT_H
#define WEIR_READERS_LANE_TEXT_H

#include "readers/csv.h"

#define WEIR_LANE_UNKNOWN UINT64_MAX
#define WEIR_LANE_CHUNK ((size_t)4096)

struct weir_lane_text {
    struct weir_lane_reader reader;
    struct weir_source source; /* for the flow */
    struct weir_flow flow;
    struct weir_decoder *decoder;
    uint32_t input;   /* that the decoder reads */
    uint64_t until;   /* as it is aimed */
    uint64_t decoded; /* bytes since it was aimed */
    uint64_t border;  /* decoded bytes before it; WEIR_LANE_UNKNOWN so far */
    uint64_t begins;
    bool after_cr; /* the last line given ended in one */
    size_t next, len;
    char chunk[WEIR_LANE_CHUNK]; /* at hand: chunk[next, len) */
};

/* The batch's, aimed at its lane. NULL on failure. */
struct weir_lane_text *weir_lane_aim(const struct weir_csv *csv,
                                     struct weir_batch *batch,
                                     struct weir_error *error) WEIR_CHECKED;

/* A line, with its end, or a part of one. After a lone CR a single byte, so
 * that who reads stops there, if that ends a record. */
ptrdiff_t weir_lane_line(struct weir_lane_text *reader, char *into, size_t room,
                         struct weir_error *error);

#endif
