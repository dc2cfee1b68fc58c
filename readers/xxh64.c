/*
 * Four lanes take eight bytes each, in turn; the rest is mixed in at the end.
 */
#include "readers/xxh64.h"

#include <endian.h>
#include <string.h>

#define P1 UINT64_C(0x9E3779B185EBCA87)
#define P2 UINT64_C(0xC2B2AE3D27D4EB4F)
#define P3 UINT64_C(0x165667B19E3779F9)
#define P4 UINT64_C(0x85EBCA77C2B2AE63)
#define P5 UINT64_C(0x27D4EB2F165667C5)
#define STRIPE ((size_t)32)

static inline uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static inline uint64_t read64(const uint8_t *bytes)
{
    uint64_t x;
    memcpy(&x, bytes, sizeof x);
    return le64toh(x);
}

static inline uint64_t mix(uint64_t lane, uint64_t input)
{
    return rotate(lane + input * P2, 31) * P1;
}

/* Whole stripes: what is left of `len`. */
static size_t add_stripes(struct weir_xxh64 *sum, const uint8_t *bytes,
                          size_t len)
{
    uint64_t a = sum->lane[0], b = sum->lane[1];
    uint64_t c = sum->lane[2], d = sum->lane[3];
    for (; len >= STRIPE; bytes += STRIPE, len -= STRIPE) {
        a = mix(a, read64(bytes));
        b = mix(b, read64(bytes + 8));
        c = mix(c, read64(bytes + 16));
        d = mix(d, read64(bytes + 24));
    }
    sum->lane[0] = a;
    sum->lane[1] = b;
    sum->lane[2] = c;
    sum->lane[3] = d;
    return len;
}

void weir_xxh64_init(struct weir_xxh64 *sum)
{
    *sum = (struct weir_xxh64){.lane = {P1 + P2, P2, 0, 0 - P1}};
}

void weir_xxh64_add(struct weir_xxh64 *sum, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    size_t have = sum->len % STRIPE;
    sum->len += len;
    if (have) {
        size_t n = STRIPE - have < len ? STRIPE - have : len;
        memcpy(sum->rest + have, at, n);
        if (have + n < STRIPE)
            return;
        (void)add_stripes(sum, sum->rest, STRIPE);
        at += n;
        len -= n;
    }
    size_t left = add_stripes(sum, at, len);
    memcpy(sum->rest, at + (len - left), left);
}

static uint64_t join_lanes(const uint64_t *lane)
{
    uint64_t x = rotate(lane[0], 1) + rotate(lane[1], 7) + rotate(lane[2], 12) +
                 rotate(lane[3], 18);
    for (size_t i = 0; i < 4; i++)
        x = (x ^ mix(0, lane[i])) * P1 + P4;
    return x;
}

uint64_t weir_xxh64_value(const struct weir_xxh64 *sum)
{
    const uint8_t *at = sum->rest;
    size_t left = sum->len % STRIPE;
    uint64_t x = sum->len < STRIPE ? P5 : join_lanes(sum->lane);
    x += sum->len;
    for (; left >= 8; at += 8, left -= 8)
        x = rotate(x ^ mix(0, read64(at)), 27) * P1 + P4;
    if (left >= 4) {
        uint32_t four;
        memcpy(&four, at, sizeof four);
        x = rotate(x ^ le32toh(four) * P1, 23) * P2 + P3;
        at += 4;
        left -= 4;
    }
    for (; left > 0; at++, left--)
        x = rotate(x ^ *at * P5, 11) * P1;
    x = (x ^ x >> 33) * P2;
    x = (x ^ x >> 29) * P3;
    return x ^ x >> 32;
}
