/*
 * Where the records of a page stood in their input: a byte or two a record.
 */
#ifndef WEIR_EAGER_PLACES_H
#define WEIR_EAGER_PLACES_H

#include "base/stream.h"

struct weir_places;

/* Line ends counted so far of the batch in hand; zeroed to begin with. */
struct weir_line_count {
    uint64_t seq, lines;
    size_t at; /* in its text */
};

/* Of the window's records; NULL where memory was refused. */
struct weir_places *
weir_places_pack(const struct weir_batch *batch,
                 struct weir_line_count *count) WEIR_CHECKED;
void weir_places_drop(struct weir_places *places);
/* What the ledger counts for them; 0 for NULL. */
size_t weir_places_bytes(const struct weir_places *places);

/* The byte where a record begins, in its input, and its line, counted from
 * the beginning of its batch. */
void weir_places_find(const struct weir_places *places, size_t row,
                      uint64_t *byte, uint64_t *line);

#endif
