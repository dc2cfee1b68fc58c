/*
 * GMP's functions on arrays of limbs take their scratch space from the stack
 * for numbers of this size.
 */
#include "aggregates/natural.h"

#include <assert.h>
#include <string.h>

_Static_assert(GMP_NUMB_BITS == 64, "a limb has 64 bits");

static void trim(struct weir_natural *number)
{
    while (number->n && number->limb[number->n - 1] == 0)
        number->n--;
}

void weir_natural_of_digits(struct weir_natural *number, const char *digits,
                            size_t n, size_t zeros)
{
    unsigned char value[WEIR_DIGITS_CAPACITY] = {0};
    size_t first = 0;
    assert(n + zeros <= sizeof value);
    for (size_t i = 0; i < n; i++)
        value[i] = (unsigned char)(digits[i] - '0');
    while (first < n && value[first] == 0)
        first++;
    number->n = 0;
    if (first < n)
        number->n = (size_t)mpn_set_str(number->limb, value + first,
                                        n + zeros - first, 10);
    trim(number);
}

void weir_natural_ten(struct weir_natural *number, size_t n)
{
    weir_natural_of_digits(number, "1", 1, n);
}

void weir_natural_power(struct weir_natural *number, unsigned power)
{
    const struct weir_natural once = *number;
    struct weir_natural product;
    for (unsigned i = 1; i < power && number->n; i++) {
        assert(number->n + once.n <= WEIR_NATURAL_LIMBS);
        (void)mpn_mul(product.limb, number->limb, (mp_size_t)number->n,
                      once.limb, (mp_size_t)once.n);
        product.n = number->n + once.n;
        trim(&product);
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
    const size_t limbs = bits / 64, rest = bits % 64, n = number->n;
    if (n == 0)
        return;
    assert(n + limbs < WEIR_NATURAL_LIMBS);
    memmove(number->limb + limbs, number->limb, n * sizeof *number->limb);
    memset(number->limb, 0, limbs * sizeof *number->limb);
    number->n = n + limbs;
    if (rest) {
        number->limb[number->n] =
            mpn_lshift(number->limb + limbs, number->limb + limbs, (mp_size_t)n,
                       (unsigned)rest);
        number->n++;
    }
    trim(number);
}

uint64_t weir_natural_divide(struct weir_natural *number, uint64_t by)
{
    if (number->n == 0)
        return 0;
    const mp_limb_t rest =
        mpn_divrem_1(number->limb, 0, number->limb, (mp_size_t)number->n, by);
    trim(number);
    return rest;
}

weir_uint128 weir_natural_quotient(struct weir_natural *over,
                                   const struct weir_natural *by)
{
    struct weir_natural rest, quotient;
    assert(by->n);
    if (over->n < by->n)
        return 0;
    mpn_tdiv_qr(quotient.limb, rest.limb, 0, over->limb, (mp_size_t)over->n,
                by->limb, (mp_size_t)by->n);
    quotient.n = over->n - by->n + 1;
    trim(&quotient);
    assert(quotient.n <= 2);
    return (quotient.n > 1 ? (weir_uint128)quotient.limb[1] << 64 : 0) |
           (quotient.n > 0 ? quotient.limb[0] : 0);
}
