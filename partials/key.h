/*
 * Keys whose bytes are in weir's order: memcmp of two keys of as many parts
 * gives what comparing the parts one after another gives: null, then numbers
 * by exact value, then texts by bytes; texts that are equal numbers (1, 1.0,
 * +1) by their bytes. Equal keys are equal texts, and the texts come back.
 *
 * A part says itself where it ends, and is never the beginning of another: a
 * key is its parts one after another, a key with a value behind it follows
 * the keys before it, and comparing needs no lengths. README.md has the bytes.
 */
#ifndef WEIR_PARTIALS_KEY_H
#define WEIR_PARTIALS_KEY_H

#include "base/number.h"
#include <string.h>

/* The most bytes that weir_key_write() writes for a text of `len`. */
static inline size_t weir_key_room(size_t len)
{
    return 2 * len + 32;
}

/* Writes a part: a cell, or any text. Returns how many bytes. */
size_t weir_key_write(struct weir_text cell, char *into);

/*
 * Writes a part: a value, whatever it was written as: equal numbers are equal
 * parts, but for a BINARY whose digits are more than a DECIMAL's, which stays
 * BINARY, after an equal WIDE one. BAD counts as the text it is.
 * WEIR_KEY_NUMBER_CAPACITY bytes hold any number but a text or a BAD one.
 */
#define WEIR_KEY_NUMBER_CAPACITY ((size_t)768)
size_t weir_key_write_number(const struct weir_number *number, char *into);

/* The first eight bytes as a number in the same order; zeros past the end. */
static inline uint64_t weir_key_prefix(const char *key, size_t len)
{
    uint64_t prefix = 0;
    memcpy(&prefix, key, len < sizeof prefix ? len : sizeof prefix);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    prefix = __builtin_bswap64(prefix);
#endif
    return prefix;
}

/*
 * Reads the part at the beginning of *key and moves *key past it; false where
 * there is none (keys come from untrusted files). The text lies in `room`,
 * which has weir_key_text_room(key->len) bytes.
 */
bool weir_key_read(struct weir_text *key, char *scratch,
                   struct weir_text *cell) WEIR_CHECKED;
static inline size_t weir_key_text_room(size_t len)
{
    return len + 1600;
}

#endif
