/*
 * Exact rationals with GMP.
 *
 * A quotient or a root is first computed as an integer m of at least 64 bits, a
 * flag that says whether anything non-zero was cut off below it, and a power of
 * two:
 *
 *     quotient or root = (m + something in [0, 1)) * 2^scale
 *
 * Then one function, round_once(), rounds it, also below DBL_MIN.
 */
#include "base/number_exact.h"

#include <math.h>

void weir_exact_power(mpz_t m, unsigned long n)
{
    mpz_ui_pow_ui(m, 10, n);
}

/* Sets m to an int64_t, also where a long has only 32 bits. */
static void set_integer(mpz_t m, int64_t value)
{
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    mpz_import(m, 1, 1, sizeof(magnitude), 0, 0, &magnitude);
    if (value < 0)
        mpz_neg(m, m);
}

void weir_exact_scale(mpq_t rational, int32_t exponent)
{
    mpz_t power;
    mpz_init(power);
    weir_exact_power(power,
                     (unsigned long)(exponent < 0 ? -exponent : exponent));
    if (exponent < 0)
        mpz_mul(mpq_denref(rational), mpq_denref(rational), power);
    else
        mpz_mul(mpq_numref(rational), mpq_numref(rational), power);
    mpq_canonicalize(rational);
    mpz_clear(power);
}

void weir_exact_set(mpq_t rational, const struct weir_number *number)
{
    if (number->kind == WEIR_BINARY) {
        mpq_set_d(rational, weir_number_double(number));
        return;
    }
    mpq_set_ui(rational, 0, 1);
    if (number->kind == WEIR_DECIMAL) {
        set_integer(mpq_numref(rational), number->mantissa);
        weir_exact_scale(rational, number->exponent);
        return;
    }
    struct weir_digits digits;
    char text[WEIR_DIGITS_CAPACITY + 1];
    weir_digits_of(number, &digits);
    for (uint32_t i = 0; i < digits.n; i++)
        text[i] = digits.digit[i];
    text[digits.n] = '\0';
    if (digits.n)
        mpz_set_str(mpq_numref(rational), text, 10);
    if (digits.negative)
        mpq_neg(rational, rational);
    weir_exact_scale(rational, digits.exponent);
}

/* The double nearest to (m + rest) * 2^scale. rest is in [0, 1), and above 0 if
 * `more`. m is at least 2^63, or zero; its value is lost. */
static double round_once(mpz_t m, bool more, long scale)
{
    long bits = (long)mpz_sizeinbase(m, 2);
    if (!mpz_sgn(m))
        return 0;
    if (bits + scale > 1024)
        return INFINITY;
    /* Keep 53 bits, or those that are not below 2^-1074. */
    long cut = bits - 53;
    if (scale + cut < -1074)
        cut = -1074 - scale;
    bool half = mpz_tstbit(m, (mp_bitcnt_t)cut - 1) != 0;
    more = more || mpz_scan1(m, 0) < (mp_bitcnt_t)cut - 1;
    mpz_fdiv_q_2exp(m, m, (mp_bitcnt_t)cut);
    if (half && (more || mpz_odd_p(m)))
        mpz_add_ui(m, m, 1);
    return ldexp(mpz_get_d(m), (int)(scale + cut));
}

/* The number of bits to shift the numerator up by, for a quotient of at least
 * `bits` bits. It is even, so that a root can halve it. */
static long shift_for(const mpq_t rational, long bits)
{
    long shift = bits + (long)mpz_sizeinbase(mpq_denref(rational), 2) -
                 (long)mpz_sizeinbase(mpq_numref(rational), 2);
    return shift + (shift & 1);
}

/* m = floor(|rational| * 2^shift); true if there is a remainder. */
static bool divide_shifted(mpz_t m, const mpq_t rational, long shift)
{
    mpz_t over, rest;
    mpz_init(over);
    mpz_init(rest);
    mpz_abs(m, mpq_numref(rational));
    mpz_set(over, mpq_denref(rational));
    if (shift > 0)
        mpz_mul_2exp(m, m, (mp_bitcnt_t)shift);
    else
        mpz_mul_2exp(over, over, (mp_bitcnt_t)-shift);
    mpz_tdiv_qr(m, rest, m, over);
    bool more = mpz_sgn(rest) != 0;
    mpz_clear(over);
    mpz_clear(rest);
    return more;
}

double weir_exact_double(const mpq_t rational)
{
    mpz_t m;
    if (!mpq_sgn(rational))
        return 0;
    mpz_init(m);
    long shift = shift_for(rational, 65);
    bool more = divide_shifted(m, rational, shift);
    double value = round_once(m, more, -shift);
    mpz_clear(m);
    return mpq_sgn(rational) < 0 ? -value : value;
}

double weir_exact_root(const mpq_t rational)
{
    mpz_t m, rest;
    if (!mpq_sgn(rational))
        return 0;
    mpz_init(m);
    mpz_init(rest);
    long shift = shift_for(rational, 130);
    bool more = divide_shifted(m, rational, shift);
    mpz_sqrtrem(m, rest, m);
    more = more || mpz_sgn(rest) != 0;
    double value = round_once(m, more, -shift / 2);
    mpz_clear(m);
    mpz_clear(rest);
    return value;
}

/* Sets *places to the number of decimals of a fraction with this denominator;
 * false if it is not a finite decimal. */
static bool count_places(const mpz_t over, long *places)
{
    mpz_t rest, five;
    mpz_init(rest);
    mpz_init_set_ui(five, 5);
    mp_bitcnt_t twos = mpz_scan1(over, 0);
    mpz_fdiv_q_2exp(rest, over, twos);
    mp_bitcnt_t fives = mpz_remove(rest, rest, five);
    bool ends = mpz_cmp_ui(rest, 1) == 0;
    *places = (long)(twos > fives ? twos : fives);
    mpz_clear(rest);
    mpz_clear(five);
    return ends;
}

/* Gives m * 10^exponent, which is not 0, as a DECIMAL; false if it does not fit
 * one. m's value may be lost. */
static bool fit(mpz_t m, long exponent, struct weir_number *number)
{
    uint64_t magnitude = 0;
    mpz_t ten;
    if (mpz_sizeinbase(m, 2) > 63) {
        mpz_init_set_ui(ten, 10);
        exponent += (long)mpz_remove(m, m, ten);
        mpz_clear(ten);
    }
    if (mpz_sizeinbase(m, 2) > 63 || exponent < WEIR_EXPONENT_MIN ||
        exponent > WEIR_EXPONENT_MAX)
        return false;
    mpz_export(&magnitude, NULL, 1, sizeof(magnitude), 0, 0, m);
    int64_t value = (int64_t)magnitude;
    *number =
        weir_number_fit(mpz_sgn(m) < 0 ? -value : value, (int32_t)exponent);
    return number->kind == WEIR_DECIMAL;
}

bool weir_exact_decimal(const mpq_t rational, struct weir_number *number)
{
    mpz_t m;
    long places;
    *number = (struct weir_number){.kind = WEIR_DECIMAL};
    if (!mpq_sgn(rational))
        return true;
    if (!count_places(mpq_denref(rational), &places))
        return false;
    mpz_init(m);
    weir_exact_power(m, (unsigned long)places);
    mpz_mul(m, m, mpq_numref(rational));
    mpz_divexact(m, m, mpq_denref(rational));
    bool fits = fit(m, -places, number);
    mpz_clear(m);
    return fits;
}

struct weir_number weir_exact_number(const mpq_t rational)
{
    struct weir_number number;
    if (weir_exact_decimal(rational, &number))
        return number;
    return weir_number_from_double(weir_exact_double(rational));
}
