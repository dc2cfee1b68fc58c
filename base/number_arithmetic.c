/*
 * Arithmetic, in one of three ways. Two decimals whose exponents are near
 * enough are computed in 128-bit integers. If one operand is BINARY and a
 * double holds the other exactly, the result is computed in doubles. All other
 * operands are computed exactly, with rationals.
 */
#include "base/number_exact.h"

#include <math.h>

enum operation {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    MODULO
};

static bool is_number(const struct weir_number *a)
{
    return a->kind == WEIR_DECIMAL || a->kind == WEIR_BINARY ||
           a->kind == WEIR_WIDE;
}

/* The result if an operand is not a number. */
static struct weir_number no_number(const struct weir_number *a,
                                    const struct weir_number *b)
{
    struct weir_number bad = {.kind = WEIR_BAD};
    if (!is_number(a) && a->kind != WEIR_NULL)
        bad.text = a->text;
    else if (!is_number(b) && b->kind != WEIR_NULL)
        bad.text = b->text;
    else
        bad.kind = WEIR_NULL;
    return bad;
}

/* a - b * trunc(a / b) */
static void remainder_of(mpq_t into, const mpq_t a, const mpq_t b)
{
    mpq_t times;
    mpq_init(times);
    mpq_div(times, a, b);
    mpz_tdiv_q(mpq_numref(times), mpq_numref(times), mpq_denref(times));
    mpz_set_ui(mpq_denref(times), 1);
    mpq_mul(times, times, b);
    mpq_sub(into, a, times);
    mpq_clear(times);
}

static void apply(enum operation operation, mpq_t x, const mpq_t y)
{
    switch (operation) {
    case ADD:
        mpq_add(x, x, y);
        break;
    case SUBTRACT:
        mpq_sub(x, x, y);
        break;
    case MULTIPLY:
        mpq_mul(x, x, y);
        break;
    case DIVIDE:
        mpq_div(x, x, y);
        break;
    case MODULO:
        remainder_of(x, x, y);
        break;
    }
}

/* The slow path, for all numbers. For / and %, b must not be zero. */
static struct weir_number with_rationals(enum operation operation,
                                         const struct weir_number *a,
                                         const struct weir_number *b)
{
    struct weir_number number;
    mpq_t x, y;
    mpq_init(x);
    mpq_init(y);
    weir_exact_set(x, a);
    weir_exact_set(y, b);
    apply(operation, x, y);
    if (a->kind == WEIR_BINARY || b->kind == WEIR_BINARY)
        number = weir_number_from_double(weir_exact_double(x));
    else
        number = weir_exact_number(x);
    mpq_clear(x);
    mpq_clear(y);
    return number;
}

/* Whether a double holds the number exactly. It may return false for a number
 * for which that would be costly to find out. */
static bool is_double(const struct weir_number *a, double *value)
{
    *value = weir_number_double(a);
    return a->kind == WEIR_BINARY ||
           (a->kind == WEIR_DECIMAL && a->exponent == 0 &&
            fabs(*value) < 0x1p53);
}

/* The same as fmod(), exactly. x and y are integers of 53 bits times powers of
 * two; the division goes ten bits at a time. fmod() itself is not used because
 * it would keep pages of the mathematics library resident in every run. */
static double remainder_of_doubles(double x, double y)
{
    int a, b;
    double p = frexp(fabs(x), &a), q = frexp(fabs(y), &b);
    if (!(fabs(x) >= fabs(y)))
        return x;
    uint64_t rest = (uint64_t)ldexp(p, 53), by = (uint64_t)ldexp(q, 53);
    rest %= by;
    for (int left = a - b, bits; left > 0; left -= bits) {
        bits = left < 10 ? left : 10;
        rest = (rest << bits) % by;
    }
    return copysign(ldexp((double)rest, b - 53), x);
}

/* The processor rounds each of these results once. */
static double with_doubles(enum operation operation, double x, double y)
{
    switch (operation) {
    case ADD:
        return x + y;
    case SUBTRACT:
        return x - y;
    case MULTIPLY:
        return x * y;
    case DIVIDE:
        return x / y;
    default:
        return remainder_of_doubles(x, y);
    }
}

static struct weir_number otherwise(enum operation operation,
                                    const struct weir_number *a,
                                    const struct weir_number *b)
{
    double x, y;
    if (a->kind != WEIR_WIDE && b->kind != WEIR_WIDE &&
        (a->kind == WEIR_BINARY || b->kind == WEIR_BINARY) &&
        is_double(a, &x) && is_double(b, &y))
        return weir_number_from_double(with_doubles(operation, x, y));
    return with_rationals(operation, a, b);
}

static bool are_decimals(const struct weir_number *a,
                         const struct weir_number *b)
{
    return a->kind == WEIR_DECIMAL && b->kind == WEIR_DECIMAL;
}

/* A WIDE number is never zero, even if its nearest double is. */
static bool is_zero(const struct weir_number *a)
{
    return a->kind == WEIR_DECIMAL
               ? a->mantissa == 0
               : a->kind == WEIR_BINARY && weir_number_double(a) == 0;
}

/* m * 10^n, for n up to 19. The magnitude is below 2^127. */
static weir_int128 scaled(int64_t m, int32_t n)
{
    weir_int128 product = (weir_int128)m * weir_power_of_ten[n > 18 ? 18 : n];
    return n > 18 ? product * 10 : product;
}

/* Brings both to the lower exponent; false if the exponents are more than 19
 * apart. The sum then has more than 64 bits, unless a mantissa ends in zeros or
 * is zero; the slow path handles that. */
static bool align(const struct weir_number *a, const struct weir_number *b,
                  weir_int128 *x, weir_int128 *y)
{
    int32_t gap = a->exponent - b->exponent;
    if (gap > 19 || gap < -19)
        return false;
    *x = scaled(a->mantissa, gap > 0 ? gap : 0);
    *y = scaled(b->mantissa, gap < 0 ? -gap : 0);
    return true;
}

static int32_t lower_exponent(const struct weir_number *a,
                              const struct weir_number *b)
{
    return a->exponent < b->exponent ? a->exponent : b->exponent;
}

struct weir_number weir_number_add(struct weir_number a, struct weir_number b)
{
    weir_int128 x, y;
    if (!is_number(&a) || !is_number(&b))
        return no_number(&a, &b);
    if (are_decimals(&a, &b) && align(&a, &b, &x, &y))
        return weir_number_fit(x + y, lower_exponent(&a, &b));
    return otherwise(ADD, &a, &b);
}

struct weir_number weir_number_subtract(struct weir_number a,
                                        struct weir_number b)
{
    weir_int128 x, y;
    if (!is_number(&a) || !is_number(&b))
        return no_number(&a, &b);
    if (are_decimals(&a, &b) && align(&a, &b, &x, &y))
        return weir_number_fit(x - y, lower_exponent(&a, &b));
    return otherwise(SUBTRACT, &a, &b);
}

struct weir_number weir_number_multiply(struct weir_number a,
                                        struct weir_number b)
{
    if (!is_number(&a) || !is_number(&b))
        return no_number(&a, &b);
    if (are_decimals(&a, &b) && a.exponent + b.exponent >= WEIR_EXPONENT_MIN)
        return weir_number_fit((weir_int128)a.mantissa * b.mantissa,
                               a.exponent + b.exponent);
    return otherwise(MULTIPLY, &a, &b);
}

static uint64_t magnitude_of(int64_t m)
{
    return m < 0 ? -(uint64_t)m : (uint64_t)m;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/*
 * x / y in lowest terms, if it is a finite decimal: y is 2^twos * 5^fives. x is
 * multiplied by the factors that y lacks to be a power of ten. With more than
 * 27 factors of five the result has over 64 bits, since x is odd and so cannot
 * end in zeros.
 */
static bool divide_ending(weir_int128 x, uint64_t y, int32_t exponent,
                          struct weir_number *number)
{
    int32_t twos = __builtin_ctzll(y), fives = 0;
    y >>= twos;
    for (; y % 5 == 0; fives++)
        y /= 5;
    if (y != 1 || twos - fives > 27)
        return false;
    for (int32_t i = fives; i < twos; i++)
        x *= 5;
    for (int32_t i = twos; i < fives; i++)
        x *= 2;
    *number = weir_number_fit(x, exponent - (twos > fives ? twos : fives));
    return true;
}

/* Divides in doubles if both sides are whole numbers that doubles hold exactly;
 * the processor rounds once. */
static bool divide_rounded(weir_int128 x, uint64_t y, int32_t exponent,
                           struct weir_number *number)
{
    const weir_int128 max = (weir_int128)1 << 53;
    weir_int128 over = y;
    if (exponent < -18 || exponent > 18)
        return false;
    if (exponent > 0)
        x *= weir_power_of_ten[exponent];
    else
        over *= weir_power_of_ten[-exponent];
    if (x > max || x < -max || over > max)
        return false;
    *number = weir_number_from_double((double)x / (double)over);
    return true;
}

static bool divide_decimals(const struct weir_number *a,
                            const struct weir_number *b,
                            struct weir_number *number)
{
    uint64_t x = magnitude_of(a->mantissa), y = magnitude_of(b->mantissa);
    uint64_t common = common_divisor(x, y);
    weir_int128 over = x / common;
    int32_t exponent = a->exponent - b->exponent;
    y /= common;
    if ((a->mantissa < 0) != (b->mantissa < 0))
        over = -over;
    return divide_ending(over, y, exponent, number) ||
           divide_rounded(over, y, exponent, number);
}

struct weir_number weir_number_divide(struct weir_number a,
                                      struct weir_number b)
{
    struct weir_number number;
    if (!is_number(&a) || !is_number(&b))
        return no_number(&a, &b);
    if (is_zero(&b))
        return (struct weir_number){.kind = WEIR_NULL};
    if (are_decimals(&a, &b) && divide_decimals(&a, &b, &number))
        return number;
    return otherwise(DIVIDE, &a, &b);
}

struct weir_number weir_number_modulo(struct weir_number a,
                                      struct weir_number b)
{
    weir_int128 x, y;
    if (!is_number(&a) || !is_number(&b))
        return no_number(&a, &b);
    if (is_zero(&b))
        return (struct weir_number){.kind = WEIR_NULL};
    if (are_decimals(&a, &b) && align(&a, &b, &x, &y))
        return weir_number_fit(x % y, lower_exponent(&a, &b));
    return otherwise(MODULO, &a, &b);
}

struct weir_number weir_number_negate(struct weir_number a)
{
    if (!is_number(&a))
        return no_number(&a, &a);
    if (a.kind == WEIR_DECIMAL)
        return weir_number_fit(-(weir_int128)a.mantissa, a.exponent);
    return weir_number_from_double(-weir_number_double(&a));
}
