/*
 * The byte values of keys, shared by the writer and the reader of keys.
 * README.md explains them.
 */
#ifndef WEIR_PARTIALS_KEY_PARTS_H
#define WEIR_PARTIALS_KEY_PARTS_H

#include "partials/key.h"

enum {
    KEY_END = 0x00,
    KEY_ESCAPE = 0x01, /* in a text, 01 01 means 00 and 01 02 means 01 */
    KEY_NULL = 0x01,
    KEY_BLANK = 0x02,
    KEY_ZERO = 0x50,
    KEY_SMALL = 0x57, /* an exponent below KEY_MIN follows */
    KEY_UNIT = 0x5f,  /* this value plus the exponent */
    KEY_LARGE = 0x76, /* an exponent above KEY_MAX follows */
    KEY_MIRROR = 0xa0,
    KEY_TEXT = 0x90
};

enum {
    KEY_MIN = -7,
    KEY_MAX = 22,
    KEY_BIAS = 2000,
    /* Exponents that a number read from an untrusted key may have: see
     * number_parts.h. */
    KEY_HIGHEST = 330,
    KEY_LOWEST = -1101
};

enum {
    TAIL_BELOW = 1,
    TAIL_CANONICAL = 2,
    TAIL_REST = 3,
    TAIL_ABOVE = 4,
    TAIL_BINARY = 5
};

/* Capacity for a number's canonical text: a sign, up to KEY_HIGHEST digits, a
 * point, and -KEY_LOWEST digits. */
#define KEY_CANONICAL_CAPACITY 1600

#endif
