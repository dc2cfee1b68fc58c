/*
 * A sum without rounding: its value is the exact sum of all addends, in any
 * order. The state has 32 bytes; all-zero is empty.
 *
 * Nearly always the sum is one 128-bit integer times a power of ten, the
 * compact part. Addends that do not fit in it go into limbs in the arena:
 * decimals into `wide`, doubles into `binary`. The value is the sum of the
 * three.
 */
#ifndef WEIR_AGGREGATES_EXACT_SUM_H
#define WEIR_AGGREGATES_EXACT_SUM_H

#include <gmp.h>

#include "base/aggregate.h"
#include "base/number_parts.h"

struct weir_sum {
    /* The compact part, low + high * 2^64. It is two words because a state is
     * 8-byte aligned. low is signed, so that adding 64 bits does not change
     * high until low overflows, which rarely happens. high is never INT64_MIN,
     * so that the two fit in 128 bits for any low. */
    int64_t low, high;
    int16_t exponent; /* of the compact part, a power of ten */
    uint16_t unused;
    weir_handle wide, binary;
};

static inline weir_int128 weir_sum_compact(const struct weir_sum *sum)
{
    return (weir_int128)(((weir_uint128)sum->high << 64) +
                         (weir_uint128)(weir_int128)sum->low);
}

static inline int64_t weir_sum_high(weir_int128 m)
{
    return (int64_t)(((weir_uint128)m + ((weir_uint128)1 << 63)) >> 64);
}

/* Whether the integer can be the compact part. */
static inline bool weir_sum_is_compact(weir_int128 m)
{
    return weir_sum_high(m) != INT64_MIN;
}

static inline void weir_sum_set_compact(struct weir_sum *sum, weir_int128 m)
{
    sum->low = (int64_t)m;
    sum->high = weir_sum_high(m);
}

/* Adds m * 10^exponent. It returns false if the arena refused to grow, as do
 * all functions below that add. */
bool weir_sum_add_scaled(struct weir_sum *sum, struct weir_arena *arena,
                         weir_int128 m, int32_t exponent) WEIR_CHECKED;

/* The same, with a fast path for equal exponents. */
WEIR_CHECKED static inline bool weir_sum_add(struct weir_sum *sum,
                                             struct weir_arena *arena,
                                             weir_int128 m, int32_t exponent)
{
    weir_int128 total;
    if (__builtin_expect(sum->exponent == exponent, 1) &&
        !__builtin_add_overflow(weir_sum_compact(sum), m, &total) &&
        weir_sum_is_compact(total)) {
        weir_sum_set_compact(sum, total);
        return true;
    }
    return weir_sum_add_scaled(sum, arena, m, exponent);
}

/* The same for a mantissa of 64 bits, which changes only the low word. */
WEIR_CHECKED static inline bool weir_sum_add_short(struct weir_sum *sum,
                                                   struct weir_arena *arena,
                                                   int64_t m, int16_t exponent)
{
    int64_t low;
    if (__builtin_expect(sum->exponent != exponent, 0) ||
        __builtin_expect(__builtin_add_overflow(sum->low, m, &low), 0))
        return weir_sum_add_scaled(sum, arena, m, exponent);
    sum->low = low;
    return true;
}

/* Add a DECIMAL, BINARY or WIDE number, or the product of two. */
bool weir_sum_add_number(struct weir_sum *sum, struct weir_arena *arena,
                         const struct weir_number *number) WEIR_CHECKED;
bool weir_sum_add_product(struct weir_sum *sum, struct weir_arena *arena,
                          const struct weir_number *x,
                          const struct weir_number *y) WEIR_CHECKED;

/* Adds number^power; the power is 3 or 4. */
bool weir_sum_add_power(struct weir_sum *sum, struct weir_arena *arena,
                        const struct weir_number *number,
                        unsigned power) WEIR_CHECKED;

/* Adds m * 2^exponent, or subtracts it. */
bool weir_sum_add_binary(struct weir_sum *sum, struct weir_arena *arena,
                         weir_uint128 m, int32_t exponent,
                         bool negative) WEIR_CHECKED;

/* Adds another sum; its arena may be the same. */
bool weir_sum_merge(struct weir_sum *sum, struct weir_arena *arena,
                    const struct weir_sum *from,
                    const struct weir_arena *from_arena) WEIR_CHECKED;

/*
 * Save and load as in base/aggregate.h. `power` is 1 for a sum of numbers, 2
 * for a sum of products of two, and so on. load uses it to reject values that
 * no such sum can have.
 */
#define WEIR_SUM_SAVED_MIN (WEIR_VARINT_CAPACITY + WEIR_VARINT_128_CAPACITY)
size_t weir_sum_saved_max(const struct weir_sum *sum,
                          const struct weir_arena *arena);
size_t weir_sum_save(const struct weir_sum *sum, const struct weir_arena *arena,
                     char *into, size_t capacity);
enum weir_status weir_sum_load(struct weir_sum *sum, struct weir_arena *arena,
                               int32_t power,
                               struct weir_text *from) WEIR_CHECKED;

/* Sets an initialised rational to the exact value. */
void weir_sum_value(const struct weir_sum *sum, const struct weir_arena *arena,
                    mpq_t value);

/*
 * The sum as a number. It is exact: a DECIMAL, or a WIDE text in `scratch`,
 * which has WEIR_RESULT_CAPACITY bytes. If doubles were added, it is rounded
 * once to a double.
 */
struct weir_number weir_sum_number(const struct weir_sum *sum,
                                   const struct weir_arena *arena,
                                   char *scratch);

#endif
