/*
 * Writes numbers.
 *
 * Every DECIMAL and BINARY has one form: no zeros at the end of a fraction, no
 * plus sign except in an exponent, no -0. With up to 21 digits, zeros included,
 * it is written plainly; with more it is written as d.ddde+nn.
 *
 * A double is written with the fewest digits that read back as the same double.
 * 15 digits always survive the way to a double and back. If the double's 15
 * digits read back, the shortest text is therefore those digits without zeros
 * at the end. Only below DBL_MIN, where doubles have fewer bits, the search
 * starts at one digit.
 */
#include "base/number_parts.h"

#include <assert.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLAIN_MAX 21

static char *put(char *into, const char *bytes, int32_t n)
{
    memcpy(into, bytes, (size_t)n);
    return into + n;
}

static char *put_zeros(char *into, int32_t n)
{
    memset(into, '0', (size_t)n);
    return into + n;
}

size_t weir_digits_write_plain(const struct weir_digits *digits, char *into)
{
    int32_t n = (int32_t)digits->n, before = n + digits->exponent;
    char *p = into;
    if (!n)
        return (size_t)(put_zeros(p, 1) - into);
    if (digits->negative)
        *p++ = '-';
    if (before <= 0) {
        p = put(p, "0.", 2);
        p = put_zeros(p, -before);
        p = put(p, digits->digit, n);
    } else if (before < n) {
        p = put(p, digits->digit, before);
        *p++ = '.';
        p = put(p, digits->digit + before, n - before);
    } else {
        p = put(p, digits->digit, n);
        p = put_zeros(p, before - n);
    }
    return (size_t)(p - into);
}

/* d.ddde+nn */
static size_t write_scientific(const struct weir_digits *digits, char *into)
{
    int32_t n = (int32_t)digits->n;
    char *p = into;
    if (digits->negative)
        *p++ = '-';
    *p++ = digits->digit[0];
    if (n > 1) {
        *p++ = '.';
        p = put(p, digits->digit + 1, n - 1);
    }
    p += sprintf(p, "e%+d", (int)(digits->exponent + n - 1));
    return (size_t)(p - into);
}

static int32_t plain_digits(const struct weir_digits *digits)
{
    int32_t n = (int32_t)digits->n, before = n + digits->exponent;
    if (before <= 0)
        return 1 - before + n;
    return before > n ? before : n;
}

static size_t write_digits(const struct weir_digits *digits, char *into)
{
    if (!digits->n || plain_digits(digits) <= PLAIN_MAX)
        return weir_digits_write_plain(digits, into);
    return write_scientific(digits, into);
}

/* c / 2^shift * 10^k, rounded to the nearest integer, ties to even. The product
 * fits in 128 bits, because c has 53 bits and 10^k, with k up to 22, has 74. */
static int64_t scale(uint64_t c, int shift, int k)
{
    weir_uint128 product =
        (weir_uint128)c * (uint64_t)weir_power_of_ten[k > 18 ? 18 : k];
    if (k > 18)
        product *= (uint64_t)weir_power_of_ten[k - 18];
    weir_uint128 half = (weir_uint128)1 << (shift - 1);
    weir_uint128 rest = product & (2 * half - 1);
    int64_t m = (int64_t)(product >> shift);
    return m + (rest > half || (rest == half && m % 2));
}

/* As round_to(), in integers; false if the value is too large or too small. */
static bool round_exactly(double value, int n, int64_t *m, int32_t *exponent)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    /* value is c / 2^shift, in [2^binary, 2^(binary + 1)). */
    int binary = (int)(bits >> 52) - 1023;
    uint64_t c = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
    /* The power of ten of the first digit, by log10(2), or one too low. */
    int first = (binary * 78913) >> 18;
    int shift = 52 - binary, k = n - 1 - first;
    if (shift < 1 || shift > 126 || k < 0 || k > 22)
        return false;
    *m = scale(c, shift, k);
    if (*m >= weir_power_of_ten[n] && k-- > 0)
        *m = scale(c, shift, k);
    *exponent = -k;
    /* Rounding up gave one digit more: 9.99 became 10.0. */
    if (*m == weir_power_of_ten[n]) {
        *m /= 10;
        ++*exponent;
    }
    return k >= 0;
}

/* Rounds a value above 0 to n digits: m * 10^exponent. */
static int64_t round_to(double value, int n, int32_t *exponent)
{
    int64_t exact;
    if (round_exactly(value, n, &exact, exponent))
        return exact;
    char text[40], *p = text;
    int64_t m = 0;
    snprintf(text, sizeof(text), "%.*e", n - 1, value);
    /* Skip the point, whatever the locale writes for it. */
    for (; *p != 'e'; p++) {
        if (*p >= '0' && *p <= '9')
            m = m * 10 + (*p - '0');
    }
    *exponent = (int32_t)strtol(p + 1, NULL, 10) - (n - 1);
    return m;
}

static void shortest(double value, struct weir_digits *digits)
{
    double magnitude = fabs(value);
    int32_t exponent;
    int64_t m;
    int n = magnitude < DBL_MIN ? 1 : 15;
    for (;; n++) {
        m = round_to(magnitude, n, &exponent);
        if (n == 17 || weir_decimal_double(m, exponent) == magnitude)
            break;
        /* Above a power of two, doubles are twice as far apart as below it. So
         * the next decimal up may read back where the nearest one does not. */
        if (weir_decimal_double(m + 1, exponent) == magnitude) {
            m++;
            break;
        }
    }
    weir_digits_of_integer(m, exponent, digits);
    digits->negative = value < 0;
}

size_t weir_number_write(const struct weir_number *number, char *into,
                         size_t capacity)
{
    struct weir_digits digits;
    (void)capacity;
    switch (number->kind) {
    case WEIR_DECIMAL:
        assert(capacity >= WEIR_NUMBER_TEXT);
        weir_digits_of_integer(number->mantissa, number->exponent, &digits);
        return write_digits(&digits, into);
    case WEIR_BINARY:
        assert(capacity >= WEIR_NUMBER_TEXT);
        shortest(weir_number_double(number), &digits);
        return write_digits(&digits, into);
    case WEIR_WIDE:
    case WEIR_TEXT:
        assert(capacity >= number->text.len);
        memcpy(into, number->text.bytes, number->text.len);
        return number->text.len;
    default:
        return 0;
    }
}

size_t weir_number_write_fixed(const struct weir_number *number, char *into,
                               size_t capacity)
{
    if (number->kind != WEIR_DECIMAL || number->exponent >= 0 ||
        number->exponent < WEIR_FIXED_MIN)
        return weir_number_write(number, into, capacity);
    char digits[32];
    size_t after = (size_t)-number->exponent, sign = number->mantissa < 0;
    uint64_t magnitude =
        sign ? -(uint64_t)number->mantissa : (uint64_t)number->mantissa;
    size_t n = (size_t)snprintf(digits, sizeof digits, "%0*" PRIu64,
                                (int)after + 1, magnitude);
    assert(capacity >= WEIR_NUMBER_TEXT);
    into[0] = '-';
    memcpy(into + sign, digits, n - after);
    into[sign + n - after] = '.';
    memcpy(into + sign + n - after + 1, digits + n - after, after);
    return sign + n + 1;
}

/* The number of digits of a mantissa, at least one. */
static unsigned count_digits(uint64_t magnitude)
{
    /* 1233 / 4096 is nearly log10(2), so n is right or one too low. */
    magnitude |= 1; /* 0 has one digit, too */
    unsigned n = (64 - (unsigned)__builtin_clzll(magnitude)) * 1233 >> 12;
    return n + (n < 19 && magnitude >= (uint64_t)weir_power_of_ten[n]);
}

bool weir_number_is_plain(struct weir_text cell,
                          const struct weir_number *number)
{
    size_t sign = number->mantissa < 0, after = (size_t)-number->exponent;
    uint64_t magnitude =
        sign ? -(uint64_t)number->mantissa : (uint64_t)number->mantissa;
    size_t digits = count_digits(magnitude);
    if (number->exponent == 0)
        return cell.len == digits + sign;
    if (number->exponent > 0 || number->exponent < WEIR_FIXED_MIN)
        return false;
    if (digits > after)
        return cell.len == digits + 1 + sign;
    return cell.len == after + 2 + sign && cell.bytes[sign] == '0' &&
           cell.bytes[sign + 1] == '.';
}
