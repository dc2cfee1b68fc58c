/*
 * A value kept in a state: for min, max, first and last. 24 bytes, all-zero is
 * none; a text lies in the arena.
 */
#ifndef WEIR_AGGREGATES_KEPT_H
#define WEIR_AGGREGATES_KEPT_H

#include "base/aggregate.h"

struct weir_kept {
    int64_t mantissa;
    int16_t exponent;
    uint8_t kind; /* enum weir_kind: NULL, DECIMAL, BINARY, WIDE or TEXT */
    uint8_t unused;
    uint32_t len; /* of the text */
    weir_handle text;
    uint32_t capacity; /* of its block, which is kept when a number comes */
};

/* The value; its text is borrowed until the arena grows. */
struct weir_number weir_kept_value(const struct weir_kept *kept,
                                   const struct weir_arena *arena);

/* Keeps a value whose text does not lie in the arena. */
bool weir_kept_set(struct weir_kept *kept, struct weir_arena *arena,
                   const struct weir_number *value) WEIR_CHECKED;

/* Keeps another's value; its arena may be the same. */
bool weir_kept_copy(struct weir_kept *kept, struct weir_arena *arena,
                    const struct weir_kept *from,
                    const struct weir_arena *from_arena) WEIR_CHECKED;

/* Saving, as aggregates do. */
size_t weir_kept_save(const struct weir_kept *kept,
                      const struct weir_arena *arena, char *into,
                      size_t capacity);
enum weir_status weir_kept_load(struct weir_kept *kept,
                                struct weir_arena *arena,
                                struct weir_text *from) WEIR_CHECKED;

#endif
