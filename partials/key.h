/*
 * Keys as bytes in weir's order. memcmp of two keys with equally many parts
 * gives the same order as comparing the parts one after another: null, then
 * numbers by exact value, then texts by bytes. Texts that are equal numbers (1,
 * 1.0, +1) are ordered by their bytes. Two keys are equal only if their texts
 * are equal, and the texts can be read back.
 *
 * The encoding of a part contains its end, and no part is the beginning of
 * another. A key is therefore its parts one after another, a value can be
 * appended to a key, and comparing needs no lengths. README.md describes the
 * bytes.
 */
#ifndef WEIR_PARTIALS_KEY_H
#define WEIR_PARTIALS_KEY_H

#include "base/notation.h"
#include <string.h>

/* The maximum number of bytes that weir_key_write() writes for a text of `len`
 * bytes. */
static inline size_t weir_key_capacity(size_t len)
{
    return 2 * len + 32;
}

/* Writes a field or any other text as a part. Returns the number of bytes. */
size_t weir_key_write(struct weir_text cell, char *into);

/* The same for a field whose numbers are in that notation, packed
 * (base/notation.h). The order of the field goes by what weir_notation_read()
 * gives. */
size_t weir_key_write_notated(struct weir_text cell, int32_t notation,
                              char *into);

static inline size_t weir_key_write_in(struct weir_text cell, int32_t notation,
                                       char *into)
{
    return notation ? weir_key_write_notated(cell, notation, into)
                    : weir_key_write(cell, into);
}

/*
 * Writes a value as a part, however the value was spelled. Equal numbers give
 * equal parts, with one exception: a BINARY number with more than 15 digits
 * keeps its own part, which follows that of an equal WIDE number. A BAD number
 * is written as the text it is. WEIR_KEY_NUMBER_CAPACITY bytes are enough for
 * every number; a BAD one needs weir_key_capacity(). Returns the number of
 * bytes.
 */
#define WEIR_KEY_NUMBER_CAPACITY ((size_t)768)
size_t weir_key_write_number(const struct weir_number *number, char *into);

/* The first eight bytes of a key as an integer in the same order. Missing bytes
 * count as zeros. */
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
 * Reads the part at the beginning of *key and moves *key past it. Returns false
 * if the bytes are not a valid part, because keys come from untrusted files.
 * The text lies in `scratch`, which must have weir_key_text_capacity(key->len)
 * bytes.
 */
bool weir_key_read(struct weir_text *key, char *scratch,
                   struct weir_text *cell) WEIR_CHECKED;
static inline size_t weir_key_text_capacity(size_t len)
{
    return len + 1600;
}

#endif
