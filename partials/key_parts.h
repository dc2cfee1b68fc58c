/*
 * The bytes of keys, for those who write and read them; README.md says more.
 */
#ifndef WEIR_PARTIALS_KEY_PARTS_H
#define WEIR_PARTIALS_KEY_PARTS_H

#include "partials/key.h"

enum {
    KEY_END = 0x00,
    KEY_ESCAPE = 0x01, /* in a text: 01 01 is 00, 01 02 is 01 */
    KEY_NULL = 0x01,
    KEY_BLANK = 0x02,
    KEY_ZERO = 0x50,
    KEY_SMALL = 0x57, /* an exponent below KEY_LEAST follows */
    KEY_UNIT = 0x5f,  /* plus the exponent */
    KEY_LARGE = 0x76, /* an exponent above KEY_MOST follows */
    KEY_MIRROR = 0xa0,
    KEY_TEXT = 0x90
};

enum {
    KEY_MIN = -7,
    KEY_MAX = 22,
    KEY_BIAS = 2000,
    /* What a number may be, read from an untrusted key: see number_parts.h. */
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

/* A number's canonical text, with a sign: up to KEY_HIGHEST digits, a point,
 * and -KEY_LOWEST digits. */
#define KEY_CANONICAL_CAPACITY 1600

#endif
