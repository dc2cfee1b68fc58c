/*
 * See oracle.h.
 */
#include "tests/fuzz/oracle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mpfr.h>

/* Beyond these exponents a number is out of range, whatever its digits are. */
#define EXPONENT_FAR 1000000L

void oracle_shift(mpq_t value, long places)
{
    mpz_t power;
    mpz_init(power);
    mpz_ui_pow_ui(power, 10, (unsigned long)labs(places));
    mpz_mul(places < 0 ? mpq_denref(value) : mpq_numref(value),
            places < 0 ? mpq_denref(value) : mpq_numref(value), power);
    mpq_canonicalize(value);
    mpz_clear(power);
}

double oracle_double(const mpq_t value)
{
    mpfr_t nearest;
    mpfr_exp_t min = mpfr_get_emin(), max = mpfr_get_emax();
    mpfr_init2(nearest, 53);
    mpfr_set_emin(-1073);
    mpfr_set_emax(1024);
    int ternary = mpfr_set_q(nearest, value, MPFR_RNDN);
    mpfr_subnormalize(nearest, ternary, MPFR_RNDN);
    double result = mpfr_get_d(nearest, MPFR_RNDN);
    mpfr_set_emin(min);
    mpfr_set_emax(max);
    mpfr_clear(nearest);
    return result;
}

/* Divides n by `factor` as often as possible. Returns how often. */
static long take_factors(mpz_t n, unsigned long factor)
{
    mpz_t f;
    mpz_init_set_ui(f, factor);
    long count = (long)mpz_remove(n, n, f);
    mpz_clear(f);
    return count;
}

/* Writes the value as m * 10^exponent, where m is not a multiple of 10. Returns
 * false if it is not a decimal. */
static bool as_decimal(const mpq_t value, mpz_t m, long *exponent)
{
    mpq_t shifted;
    mpz_t rest;
    mpq_init(shifted);
    mpz_init_set(rest, mpq_denref(value));
    long twos = take_factors(rest, 2), fives = take_factors(rest, 5);
    bool ends = mpz_cmp_ui(rest, 1) == 0;
    *exponent = -(twos > fives ? twos : fives);
    if (ends) {
        mpq_set(shifted, value);
        oracle_shift(shifted, -*exponent);
        mpz_set(m, mpq_numref(shifted));
        if (mpz_sgn(m))
            *exponent += take_factors(m, 10);
    }
    mpz_clear(rest);
    mpq_clear(shifted);
    return ends;
}

bool oracle_is_decimal(const mpq_t value)
{
    mpz_t m, max;
    long exponent;
    mpz_init(m);
    mpz_init_set_str(max, "9223372036854775807", 10);
    bool is = as_decimal(value, m, &exponent) &&
              (!mpz_sgn(m) ||
               (mpz_cmpabs(m, max) <= 0 && exponent >= WEIR_EXPONENT_MIN)) &&
              isfinite(oracle_double(value));
    mpz_clear(m);
    mpz_clear(max);
    return is;
}

/* The parts of a text that the grammar of numbers allows. */
struct parts {
    bool negative;
    char *digits; /* without the point; freed by the caller */
    long exponent;
};

static size_t take_digits(const char **at, const char *end, char *into)
{
    size_t n = 0;
    for (; *at < end && **at >= '0' && **at <= '9'; (*at)++)
        into[n++] = **at;
    return n;
}

static bool take_exponent(const char **at, const char *end, long *exponent)
{
    if (*at == end || (**at != 'e' && **at != 'E'))
        return true;
    ++*at;
    bool negative = *at < end && **at == '-';
    if (*at < end && (**at == '-' || **at == '+'))
        ++*at;
    const char *first = *at;
    long value = 0;
    for (; *at < end && **at >= '0' && **at <= '9'; ++*at)
        value = value > EXPONENT_FAR ? value : value * 10 + (**at - '0');
    *exponent += negative ? -value : value;
    return *at > first;
}

/* Takes a text apart. Returns false if the grammar does not allow it. */
static bool take_apart(struct weir_text text, struct parts *parts)
{
    const char *at = text.bytes, *end = at + text.len;
    parts->digits = malloc(text.len + 1);
    if (!parts->digits)
        abort();
    parts->negative = at < end && *at == '-';
    parts->exponent = 0;
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    size_t n = take_digits(&at, end, parts->digits), after = 0;
    if (at < end && *at == '.') {
        at++;
        after = take_digits(&at, end, parts->digits + n);
    }
    parts->digits[n + after] = '\0';
    parts->exponent -= (long)after;
    return n + after && take_exponent(&at, end, &parts->exponent) && at == end;
}

static struct weir_text without_blanks(struct weir_text cell)
{
    while (cell.len && strchr(" \t", cell.bytes[0]) && cell.bytes[0])
        cell.bytes++, cell.len--;
    while (cell.len && strchr(" \t", cell.bytes[cell.len - 1]) &&
           cell.bytes[cell.len - 1])
        cell.len--;
    return cell;
}

/* Whether a number that is not 0 is within the range of numbers. */
static bool in_range(const char *digits, long exponent)
{
    size_t n = strlen(digits), zeros = strspn(digits, "0");
    long last = exponent; /* exponent of the last digit but zeros */
    while (n && digits[n - 1] == '0')
        n--, last++;
    return last >= WEIR_EXPONENT_MIN &&
           last + (long)(n - zeros) - 1 <= WEIR_EXPONENT_MAX;
}

static enum weir_kind valued(const struct parts *parts, mpq_t value)
{
    if (!parts->digits[strspn(parts->digits, "0")]) {
        mpq_set_ui(value, 0, 1);
        return WEIR_DECIMAL;
    }
    if (!in_range(parts->digits, parts->exponent))
        return WEIR_BAD;
    if (mpz_set_str(mpq_numref(value), parts->digits, 10))
        abort();
    mpz_set_ui(mpq_denref(value), 1);
    oracle_shift(value, parts->exponent);
    if (parts->negative)
        mpq_neg(value, value);
    return isfinite(oracle_double(value)) ? WEIR_DECIMAL : WEIR_BAD;
}

enum weir_kind oracle_read(struct weir_text cell, mpq_t value)
{
    struct parts parts;
    struct weir_text text = without_blanks(cell);
    if (!text.len)
        return WEIR_NULL;
    enum weir_kind kind =
        take_apart(text, &parts) ? valued(&parts, value) : WEIR_BAD;
    free(parts.digits);
    return kind;
}

void oracle_value(const struct weir_number *number, mpq_t value)
{
    double binary;
    if (number->kind == WEIR_WIDE) {
        if (oracle_read(number->text, value) != WEIR_DECIMAL)
            abort();
    } else if (number->kind == WEIR_BINARY) {
        memcpy(&binary, &number->mantissa, sizeof binary);
        mpq_set_d(value, binary);
    } else {
        mpq_set_si(value, number->mantissa, 1);
        oracle_shift(value, number->exponent);
    }
}
