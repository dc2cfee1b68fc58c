/*
 * Where the records of a page are in their input, for messages. This takes one
 * or two bytes a record.
 */
#ifndef WEIR_EAGER_PLACES_H
#define WEIR_EAGER_PLACES_H

#include "base/stream.h"

struct weir_places;

/* The line ends counted so far in the current batch. Set it to zero before the
 * first batch. Each thread that packs has one of its own. */
struct weir_line_count {
    uint64_t seq, lines;
    size_t at; /* offset in the batch's text up to which lines were counted */
};

/* Packs the locations of the window's records. The windows of a batch come in
 * order. Returns NULL if memory was refused. */
struct weir_places *
weir_places_pack(const struct weir_batch *batch,
                 struct weir_line_count *count) WEIR_CHECKED;
void weir_places_drop(struct weir_places *places);
/* What the ledger counts for them in bytes; 0 for NULL. */
size_t weir_places_bytes(const struct weir_places *places);

/* Gives the byte offset at which a record begins in its input, and its line,
 * counted from 0 at the beginning of its batch. */
void weir_places_find(const struct weir_places *places, size_t row,
                      uint64_t *byte, uint64_t *line);

/* Gives the lines of the records [0, rows), counted in the same way. */
void weir_places_lines(const struct weir_places *places, size_t rows,
                       uint32_t *line);

#endif
