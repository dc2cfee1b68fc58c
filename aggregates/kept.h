/*
 * A value kept in a state: for min, max, first, last, mode, top and quantiles.
 * It has 24 bytes; all-zero is null. A text lies in the arena.
 */
#ifndef WEIR_AGGREGATES_KEPT_H
#define WEIR_AGGREGATES_KEPT_H

#include "base/aggregate.h"

struct weir_kept {
    int64_t mantissa;
    int16_t exponent;
    uint8_t kind; /* enum weir_kind: NULL, DECIMAL, BINARY, WIDE or TEXT */
    uint8_t unused;
    uint32_t len; /* bytes of the text */
    weir_handle text;
    uint32_t capacity; /* of the text's block, which stays when a number is
                          kept */
};

/* The value. Its text is borrowed until the arena grows. */
struct weir_number weir_kept_value(const struct weir_kept *kept,
                                   const struct weir_arena *arena);

/* Keeps a value; its text must not lie in the arena. false if the arena refused
 * to grow. */
bool weir_kept_set(struct weir_kept *kept, struct weir_arena *arena,
                   const struct weir_number *value) WEIR_CHECKED;

/* Keeps the value of another state, whose arena may be the same. false if the
 * arena refused to grow. */
bool weir_kept_copy(struct weir_kept *kept, struct weir_arena *arena,
                    const struct weir_kept *from,
                    const struct weir_arena *from_arena) WEIR_CHECKED;

/* Save and load, as in base/aggregate.h. */
size_t weir_kept_save(const struct weir_kept *kept,
                      const struct weir_arena *arena, char *into,
                      size_t capacity);
enum weir_status weir_kept_load(struct weir_kept *kept,
                                struct weir_arena *arena,
                                struct weir_text *from) WEIR_CHECKED;

#endif
