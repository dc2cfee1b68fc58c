/*
 * draw.h - random numbers that are the same on every machine.
 *
 * They use only integers. A generator's state is one number, its seed at first:
 * copy the struct to draw the same numbers again.
 */
#ifndef WEIR_DATA_DRAW_H
#define WEIR_DATA_DRAW_H

#include <stdint.h>

struct random {
    uint64_t state;
};

/* A bijection on 64 bits: the finisher of splitmix64 (Steele, Lea and Flood,
   "Fast splittable pseudorandom number generators", 2014). */
static inline uint64_t scramble(uint64_t bits)
{
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94D049BB133111EB);
    return bits ^ (bits >> 31);
}

static inline uint64_t draw_bits(struct random *random)
{
    random->state += UINT64_C(0x9E3779B97F4A7C15);
    return scramble(random->state);
}

/* A number below `limit`, which is at most 2^32. */
static inline uint64_t draw_below(struct random *random, uint64_t limit)
{
    return ((draw_bits(random) >> 32) * limit) >> 32;
}

/* The same, but small numbers are more likely: the limit itself is drawn. */
static inline uint64_t draw_low(struct random *random, uint64_t limit)
{
    return draw_below(random, draw_below(random, limit) + 1);
}

/* A normal deviate in units of 2^-16. It is the sum of twelve uniform numbers,
   which has variance 1, minus its mean, and lies within six standard
   deviations. */
static inline int64_t draw_normal(struct random *random)
{
    int64_t sum = 0;

    for (int i = 0; i < 3; i++) {
        uint64_t bits = draw_bits(random);

        sum += (int64_t)(bits & 0xFFFF) + (int64_t)(bits >> 16 & 0xFFFF) +
               (int64_t)(bits >> 32 & 0xFFFF) + (int64_t)(bits >> 48);
    }
    return sum - INT64_C(12) * 0xFFFF / 2;
}

#endif
