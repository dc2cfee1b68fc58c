/*
 * The order of numbers, and the natural order of all values.
 *
 * Two decimals are compared in 128 bits, at one exponent. Other numbers are
 * compared by their nearest doubles if these differ, because rounding keeps the
 * order, and otherwise by their digits.
 */
#include "base/number_parts.h"

#include <string.h>

static int order(weir_int128 a, weir_int128 b)
{
    return (a > b) - (a < b);
}

/* Compares a * 10^gap with b; gap is above 0. */
static int compare_scaled(int64_t a, int32_t gap, int64_t b)
{
    /* Times 10^19 or more, an a that is not 0 is larger than any mantissa. */
    if (gap > 18)
        return a ? order(a, 0) : order(0, b);
    return order((weir_int128)a * weir_power_of_ten[gap], b);
}

static int compare_decimals(const struct weir_number *a,
                            const struct weir_number *b)
{
    int32_t gap = a->exponent - b->exponent;
    if (gap == 0)
        return order(a->mantissa, b->mantissa);
    if (gap > 0)
        return compare_scaled(a->mantissa, gap, b->mantissa);
    return -compare_scaled(b->mantissa, -gap, a->mantissa);
}

static int compare_magnitudes(const struct weir_digits *a,
                              const struct weir_digits *b)
{
    if (!a->n || !b->n)
        return (a->n > 0) - (b->n > 0);
    int32_t a_top = a->exponent + (int32_t)a->n;
    int32_t b_top = b->exponent + (int32_t)b->n;
    if (a_top != b_top)
        return a_top > b_top ? 1 : -1;
    /* Neither ends in '0', so of two with equal beginnings the longer is the
     * larger, as weir_text_compare() has it. */
    return weir_text_compare((struct weir_text){a->digit, a->n},
                             (struct weir_text){b->digit, b->n});
}

static int compare_digits(const struct weir_number *a,
                          const struct weir_number *b)
{
    struct weir_digits x, y;
    weir_digits_of(a, &x);
    weir_digits_of(b, &y);
    if (x.negative != y.negative)
        return x.negative ? -1 : 1;
    int magnitudes = compare_magnitudes(&x, &y);
    return x.negative ? -magnitudes : magnitudes;
}

int weir_number_compare(const struct weir_number *a,
                        const struct weir_number *b)
{
    if (a->kind == WEIR_DECIMAL && b->kind == WEIR_DECIMAL)
        return compare_decimals(a, b);
    double x = weir_number_double(a), y = weir_number_double(b);
    if (x != y)
        return x > y ? 1 : -1;
    if (a->kind == WEIR_BINARY && b->kind == WEIR_BINARY)
        return 0;
    return compare_digits(a, b);
}

int weir_text_compare(struct weir_text a, struct weir_text b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int by_bytes = common ? memcmp(a.bytes, b.bytes, common) : 0;
    return by_bytes ? by_bytes : (a.len > b.len) - (a.len < b.len);
}

/* The order of kinds: null, numbers, texts. */
static int rank(const struct weir_number *number)
{
    if (number->kind == WEIR_NULL)
        return 0;
    return number->kind == WEIR_BAD || number->kind == WEIR_TEXT ? 2 : 1;
}

int weir_natural_compare(const struct weir_number *a,
                         const struct weir_number *b)
{
    int a_rank = rank(a), b_rank = rank(b);
    if (a_rank != b_rank)
        return a_rank - b_rank;
    if (a_rank == 1)
        return weir_number_compare(a, b);
    return a_rank ? weir_text_compare(a->text, b->text) : 0;
}
