#include "aggregates/natural.h"

#include <assert.h>
#include <string.h>

static void trim(struct weir_natural *number)
{
    while (number->n && number->limb[number->n - 1] == 0)
        number->n--;
}

/* number = number * by + more */
static void multiply_add(struct weir_natural *number, uint64_t by,
                         uint64_t more)
{
    for (size_t i = 0; i < number->n; i++) {
        const weir_uint128 product = (weir_uint128)number->limb[i] * by + more;
        number->limb[i] = (uint64_t)product;
        more = (uint64_t)(product >> 64);
    }
    if (more) {
        assert(number->n < WEIR_NATURAL_LIMBS);
        number->limb[number->n++] = more;
    }
}

void weir_natural_of_digits(struct weir_natural *number, const char *digits,
                            size_t n, size_t zeros)
{
    number->n = 0;
    for (size_t i = 0; i < n; i++)
        multiply_add(number, 10, (uint64_t)(digits[i] - '0'));
    for (; zeros >= 18; zeros -= 18)
        multiply_add(number, (uint64_t)weir_power_of_ten[18], 0);
    multiply_add(number, (uint64_t)weir_power_of_ten[zeros], 0);
}

void weir_natural_ten(struct weir_natural *number, size_t n)
{
    weir_natural_of_digits(number, "1", 1, n);
}

static void multiply(struct weir_natural *into, const struct weir_natural *a,
                     const struct weir_natural *b)
{
    assert(a->n + b->n <= WEIR_NATURAL_LIMBS);
    into->n = a->n + b->n;
    memset(into->limb, 0, into->n * sizeof *into->limb);
    for (size_t i = 0; i < a->n; i++) {
        uint64_t carry = 0;
        for (size_t j = 0; j < b->n; j++) {
            const weir_uint128 sum = (weir_uint128)a->limb[i] * b->limb[j] +
                                     into->limb[i + j] + carry;
            into->limb[i + j] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
        into->limb[i + b->n] = carry;
    }
    trim(into);
}

void weir_natural_power(struct weir_natural *number, unsigned power)
{
    const struct weir_natural once = *number;
    struct weir_natural product;
    for (unsigned i = 1; i < power; i++) {
        multiply(&product, number, &once);
        *number = product;
    }
}

size_t weir_natural_bits(const struct weir_natural *number)
{
    return number->n ? 64 * number->n -
                           (size_t)__builtin_clzll(number->limb[number->n - 1])
                     : 0;
}

void weir_natural_shift(struct weir_natural *number, size_t bits)
{
    const size_t limbs = bits / 64, n = number->n;
    if (n == 0)
        return;
    assert(n + limbs < WEIR_NATURAL_LIMBS);
    memmove(number->limb + limbs, number->limb, n * sizeof *number->limb);
    memset(number->limb, 0, limbs * sizeof *number->limb);
    number->n = n + limbs;
    multiply_add(number, UINT64_C(1) << bits % 64, 0);
}

uint64_t weir_natural_divide(struct weir_natural *number, uint64_t by)
{
    uint64_t rest = 0;
    for (size_t i = number->n; i-- > 0;) {
        const weir_uint128 over = (weir_uint128)rest << 64 | number->limb[i];
        number->limb[i] = (uint64_t)(over / by);
        rest = (uint64_t)(over % by);
    }
    trim(number);
    return rest;
}

static bool is_below(const struct weir_natural *a, const struct weir_natural *b)
{
    if (a->n != b->n)
        return a->n < b->n;
    for (size_t i = a->n; i-- > 0;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i];
    return false;
}

/* a -= b, which is not above a */
static void subtract(struct weir_natural *a, const struct weir_natural *b)
{
    uint64_t borrow = 0;
    for (size_t i = 0; i < a->n; i++) {
        const uint64_t from = a->limb[i], take = i < b->n ? b->limb[i] : 0;
        a->limb[i] = from - take - borrow;
        borrow = from < take || (from == take && borrow);
    }
    trim(a);
}

static void halve(struct weir_natural *number)
{
    for (size_t i = 0; i < number->n; i++) {
        const uint64_t above = i + 1 < number->n ? number->limb[i + 1] : 0;
        number->limb[i] = number->limb[i] >> 1 | above << 63;
    }
    trim(number);
}

weir_uint128 weir_natural_quotient(struct weir_natural *over,
                                   const struct weir_natural *by)
{
    struct weir_natural part = *by;
    weir_uint128 quotient = 0;
    assert(by->n);
    if (is_below(over, by))
        return 0;
    size_t shift = weir_natural_bits(over) - weir_natural_bits(by);
    assert(shift < 128);
    weir_natural_shift(&part, shift);
    for (shift++; shift > 0; shift--, halve(&part)) {
        quotient <<= 1;
        if (!is_below(over, &part)) {
            subtract(over, &part);
            quotient |= 1;
        }
    }
    return quotient;
}
