/*
 * log2 by squaring (D. Knuth, The Art of Computer Programming, 1.2.2, exercise
 * 25): of f in [1, 2) the square is at least 2 where the next bit of the
 * logarithm is 1. f has 63 bits after the point. What a step cuts off counts
 * half as much as in the step before it, so all errors together stay below
 * 2^-62.
 */
#include "aggregates/logarithm.h"

#include "base/number_exact.h"
#include <math.h>

/* log2(10) * 2^96, cut. */
#define LOG2_OF_TEN                                                            \
    ((weir_int128)UINT64_C(0x35269e12f) << 64 | UINT64_C(0x346e2bf924afdbfd))
#define LOG2_OF_TEN_BITS 96

weir_int128 weir_log2(uint64_t m)
{
    const int zeros = __builtin_clzll(m);
    uint64_t f = m << zeros;
    uint64_t after = 0;
    for (int bit = 0; bit < WEIR_LOG_BITS; bit++) {
        const weir_uint128 square = (weir_uint128)f * f; /* 126 bits after */
        const bool two = square >> 127;
        f = (uint64_t)(square >> (two ? 64 : 63));
        after = after << 1 | two;
    }
    return (weir_int128)(63 - zeros) << WEIR_LOG_BITS | after;
}

weir_int128 weir_log2_number(const struct weir_number *number)
{
    struct weir_digits digits;
    if (number->kind == WEIR_BINARY) {
        int exponent;
        const double fraction =
            frexp(fabs(weir_number_double(number)), &exponent);
        return weir_log2((uint64_t)ldexp(fraction, 53)) +
               (weir_int128)(exponent - 53) * ((weir_int128)1 << WEIR_LOG_BITS);
    }
    weir_digits_of(number, &digits);
    const uint32_t n = digits.n < 18 ? digits.n : 18;
    uint64_t m = 0;
    for (uint32_t i = 0; i < n; i++)
        m = m * 10 + (uint64_t)(digits.digit[i] - '0');
    const int32_t exponent = digits.exponent + (int32_t)(digits.n - n);
    /* Division, so that it is cut towards zero on every machine. */
    return weir_log2(m) +
           exponent * LOG2_OF_TEN /
               ((weir_int128)1 << (LOG2_OF_TEN_BITS - WEIR_LOG_BITS));
}

#define POWER_BITS 192 /* of the factors, after the point */
#define STEPS 96       /* bits of the exponent's fraction that are used */

/* power = 2^fraction * 2^POWER_BITS, where fraction has STEPS bits after the
 * point: the product of the roots of 2 that its bits name. */
static void power_of_fraction(mpz_t power, const mpz_t fraction)
{
    mpz_t root;
    mpz_init_set_ui(root, 2);
    mpz_mul_2exp(root, root, POWER_BITS);
    mpz_set_ui(power, 1);
    mpz_mul_2exp(power, power, POWER_BITS);
    for (mp_bitcnt_t bit = STEPS; bit-- > 0;) {
        mpz_mul_2exp(root, root, POWER_BITS);
        mpz_sqrt(root, root);
        if (mpz_tstbit(fraction, bit)) {
            mpz_mul(power, power, root);
            mpz_fdiv_q_2exp(power, power, POWER_BITS);
        }
    }
    mpz_clear(root);
}

double weir_power_of_two(const mpq_t exponent)
{
    mpz_t whole, fraction;
    mpq_t value;
    mpz_inits(whole, fraction, NULL);
    mpq_init(value);
    mpz_mul_2exp(fraction, mpq_numref(exponent), STEPS);
    mpz_fdiv_q(fraction, fraction, mpq_denref(exponent));
    mpz_fdiv_q_2exp(whole, fraction, STEPS);
    mpz_fdiv_r_2exp(fraction, fraction, STEPS);
    double result = mpz_sgn(whole) < 0 ? 0 : INFINITY;
    if (mpz_cmpabs_ui(whole, 2000) < 0) {
        const long shift = mpz_get_si(whole) - POWER_BITS;
        power_of_fraction(mpq_numref(value), fraction);
        if (shift < 0)
            mpq_div_2exp(value, value, (mp_bitcnt_t)-shift);
        else
            mpq_mul_2exp(value, value, (mp_bitcnt_t)shift);
        result = weir_exact_double(value);
    }
    mpq_clear(value);
    mpz_clears(whole, fraction, NULL);
    return result;
}
