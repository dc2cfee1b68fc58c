/*
 * Converts numbers to doubles and to digits.
 *
 * If doubles hold a decimal's mantissa and its power of ten exactly, one
 * operation gives the result, which is rounded once (W. Clinger, "How to read
 * floating point numbers accurately", 1990). Otherwise the C library's strtod
 * reads the digits, and it rounds correctly. The digits are written as an
 * integer with an exponent, without a point, so the locale does not matter.
 */
#include "base/number_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The powers of ten that doubles hold exactly. */
static const double power[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

#define EXACT_INTEGERS (INT64_C(1) << 53)

static void strip(struct weir_digits *digits)
{
    while (digits->n && digits->digit[digits->n - 1] == '0') {
        digits->n--;
        digits->exponent++;
    }
}

void weir_digits_of_integer(weir_int128 m, int32_t exponent,
                            struct weir_digits *digits)
{
    char reversed[40];
    weir_uint128 rest = m < 0 ? -(weir_uint128)m : (weir_uint128)m;
    digits->negative = m < 0;
    digits->exponent = exponent;
    digits->n = 0;
    for (; rest > UINT64_MAX; rest /= 10)
        reversed[digits->n++] = (char)('0' + (int)(rest % 10));
    for (uint64_t low = (uint64_t)rest; low; low /= 10)
        reversed[digits->n++] = (char)('0' + (int)(low % 10));
    for (uint32_t i = 0; i < digits->n; i++)
        digits->digit[i] = reversed[digits->n - 1 - i];
    strip(digits);
}

/* Writes the digits of whole + fraction / 2^bits; `whole` is below 2^53, and
 * `bits` is up to 120. A fraction has at most `bits` digits; two are written at
 * once. */
static void put_fraction(uint64_t whole, weir_uint128 fraction, int bits,
                         struct weir_digits *digits)
{
    char reversed[20];
    uint32_t n = 0;
    for (; whole; whole /= 10)
        reversed[n++] = (char)('0' + (int)(whole % 10));
    while (n)
        digits->digit[digits->n++] = reversed[--n];
    while (fraction) {
        fraction *= 100;
        int pair = (int)(fraction >> bits);
        fraction &= ((weir_uint128)1 << bits) - 1;
        digits->exponent -= 2;
        if (digits->n || pair >= 10)
            digits->digit[digits->n++] = (char)('0' + pair / 10);
        if (digits->n || pair)
            digits->digit[digits->n++] = (char)('0' + pair % 10);
    }
}

/* The digits of a double of common size, without the C library; false if its
 * lowest bit is above 1 or below 2^-120. */
static bool digits_of_near(double magnitude, struct weir_digits *digits)
{
    int exponent;
    uint64_t m = (uint64_t)ldexp(frexp(magnitude, &exponent), 53);
    exponent -= 53;
    if (exponent > 0 || exponent < -120)
        return false;
    uint64_t whole = exponent > -64 ? m >> -exponent : 0;
    digits->exponent = 0;
    put_fraction(whole, m - ((weir_uint128)whole << -exponent), -exponent,
                 digits);
    return true;
}

/* A double has at most 767 significant digits. */
static void digits_of_double(double value, struct weir_digits *digits)
{
    char text[800], *p = text;
    digits->negative = value < 0;
    digits->n = 0;
    if (digits_of_near(fabs(value), digits)) {
        strip(digits);
        return;
    }
    snprintf(text, sizeof(text), "%.766e", fabs(value));
    /* Skip the point, whatever the locale writes for it. */
    for (; *p != 'e'; p++) {
        if (*p >= '0' && *p <= '9')
            digits->digit[digits->n++] = *p;
    }
    digits->exponent = (int32_t)strtol(p + 1, NULL, 10) - 766;
    strip(digits);
}

void weir_digits_of(const struct weir_number *number,
                    struct weir_digits *digits)
{
    if (number->kind == WEIR_WIDE)
        weir_digits_read(number->text, digits);
    else if (number->kind == WEIR_BINARY)
        digits_of_double(weir_number_double(number), digits);
    else
        weir_digits_of_integer(number->mantissa, number->exponent, digits);
}

double weir_digits_double(const struct weir_digits *digits)
{
    char text[WEIR_DIGITS_CAPACITY + 16];
    if (!digits->n)
        return 0;
    memcpy(text, digits->digit, digits->n);
    snprintf(text + digits->n, 16, "e%d", (int)digits->exponent);
    double value = strtod(text, NULL);
    return digits->negative ? -value : value;
}

double weir_decimal_double(int64_t m, int32_t exponent)
{
    if (m >= -EXACT_INTEGERS && m <= EXACT_INTEGERS) {
        if (exponent >= 0 && exponent <= 22)
            return (double)m * power[exponent];
        if (exponent < 0 && exponent >= -22)
            return m ? (double)m / power[-exponent] : 0;
    }
    if (!m)
        return 0;
    char text[48];
    snprintf(text, sizeof(text), "%llde%d", (long long)m, (int)exponent);
    return strtod(text, NULL);
}

double weir_number_double(const struct weir_number *number)
{
    struct weir_digits digits;
    double value;
    switch (number->kind) {
    case WEIR_DECIMAL:
        return weir_decimal_double(number->mantissa, number->exponent);
    case WEIR_BINARY:
        memcpy(&value, &number->mantissa, sizeof(value));
        return value;
    case WEIR_WIDE:
        weir_digits_read(number->text, &digits);
        return weir_digits_double(&digits);
    default:
        return NAN;
    }
}

struct weir_number weir_number_from_double(double value)
{
    struct weir_number number = {.kind = WEIR_NULL};
    if (!isfinite(value))
        return number;
    if (fabs(value) < (double)EXACT_INTEGERS && value == trunc(value)) {
        number.kind = WEIR_DECIMAL;
        number.mantissa = (int64_t)value;
        return number;
    }
    number.kind = WEIR_BINARY;
    memcpy(&number.mantissa, &value, sizeof(value));
    return number;
}

static bool fits(weir_int128 m)
{
    return m >= -INT64_MAX && m <= INT64_MAX;
}

struct weir_number weir_number_fit(weir_int128 m, int32_t exponent)
{
    struct weir_digits digits;
    double value;
    if (!m)
        return (struct weir_number){.kind = WEIR_DECIMAL};
    while ((!fits(m) || exponent < WEIR_EXPONENT_MIN) && m % 10 == 0) {
        m /= 10;
        exponent++;
    }
    if (fits(m) && exponent >= WEIR_EXPONENT_MIN && exponent <= 289)
        return (struct weir_number){.kind = WEIR_DECIMAL,
                                    .mantissa = (int64_t)m,
                                    .exponent = (int16_t)exponent};
    weir_digits_of_integer(m, exponent, &digits);
    value = weir_digits_double(&digits);
    if (!fits(m) || exponent < WEIR_EXPONENT_MIN || !isfinite(value))
        return weir_number_from_double(value);
    return (struct weir_number){.kind = WEIR_DECIMAL,
                                .mantissa = (int64_t)m,
                                .exponent = (int16_t)exponent};
}
