/*
 * The exact sum. If an addend has another exponent than the compact part, the
 * one with the higher exponent is scaled to the lower one. If that does not fit
 * in 128 bits, the one with the higher exponent goes to the limbs instead. In a
 * column of small numbers that is the rarer one.
 */
#include "aggregates/exact_sum.h"

#include <math.h>
#include <string.h>

#include "aggregates/limbs.h"
#include "aggregates/natural.h"
#include "base/number_exact.h"

static weir_uint128 magnitude_of(weir_int128 m)
{
    return m < 0 ? -(weir_uint128)m : (weir_uint128)m;
}

static bool add_wide(struct weir_sum *sum, struct weir_arena *arena,
                     weir_int128 m, int32_t exponent)
{
    struct weir_addend addend = {magnitude_of(m), exponent, m < 0,
                                 WEIR_RADIX_TEN};
    return weir_limbs_add(arena, &sum->wide, &addend);
}

/* *m *= 10^n; if it does not fit, returns false and leaves *m unchanged. */
static bool scale(weir_int128 *m, int32_t n)
{
    weir_int128 scaled = *m;
    while (n > 0) {
        int32_t step = n < 18 ? n : 18;
        if (__builtin_mul_overflow(scaled, (weir_int128)weir_power_of_ten[step],
                                   &scaled))
            return false;
        n -= step;
    }
    *m = scaled;
    return true;
}

bool weir_sum_add_scaled(struct weir_sum *sum, struct weir_arena *arena,
                         weir_int128 m, int32_t exponent)
{
    weir_int128 compact = weir_sum_compact(sum), total;
    int32_t gap = exponent - sum->exponent;
    if (!m)
        return true;
    if (compact && gap > 0) {
        if (!scale(&m, gap))
            return add_wide(sum, arena, m, exponent);
        exponent = sum->exponent;
    } else if (compact && gap < 0 && !scale(&compact, -gap)) {
        if (!add_wide(sum, arena, compact, sum->exponent))
            return false;
        compact = 0;
    }
    if (__builtin_add_overflow(compact, m, &total) ||
        !weir_sum_is_compact(total)) {
        if (!add_wide(sum, arena, compact, exponent))
            return false;
        total = m;
    }
    if (!weir_sum_is_compact(total)) {
        if (!add_wide(sum, arena, total, exponent))
            return false;
        total = 0;
    }
    weir_sum_set_compact(sum, total);
    sum->exponent = (int16_t)exponent;
    return true;
}

/* Returns a finite double as magnitude * 2^exponent. */
static struct weir_addend take_apart(double value)
{
    int exponent;
    double fraction = frexp(fabs(value), &exponent);
    return (struct weir_addend){(weir_uint128)ldexp(fraction, 53),
                                exponent - 53, value < 0, WEIR_RADIX_TWO};
}

/* The value of up to 18 digits from `at` on, times 10^*exponent. */
static int64_t chunk(const struct weir_digits *digits, uint32_t at,
                     int32_t *exponent)
{
    uint32_t past = at + 18 < digits->n ? at + 18 : digits->n;
    int64_t m = 0;
    for (uint32_t i = at; i < past; i++)
        m = m * 10 + (digits->digit[i] - '0');
    *exponent = digits->exponent + (int32_t)(digits->n - past);
    return m;
}

bool weir_sum_add_number(struct weir_sum *sum, struct weir_arena *arena,
                         const struct weir_number *number)
{
    struct weir_addend addend;
    struct weir_digits digits;
    int32_t exponent;
    if (number->kind == WEIR_DECIMAL)
        return weir_sum_add(sum, arena, number->mantissa, number->exponent);
    if (number->kind == WEIR_BINARY) {
        addend = take_apart(weir_number_double(number));
        return weir_limbs_add(arena, &sum->binary, &addend);
    }
    weir_digits_of(number, &digits);
    for (uint32_t i = 0; i < digits.n; i += 18) {
        int64_t m = chunk(&digits, i, &exponent);
        if (!add_wide(sum, arena, digits.negative ? -m : m, exponent))
            return false;
    }
    return true;
}

/* Multiplies every chunk of 18 digits of x with every chunk of y. */
static bool add_product_of_digits(struct weir_sum *sum,
                                  struct weir_arena *arena,
                                  const struct weir_digits *x,
                                  const struct weir_digits *y)
{
    const bool negative = x->negative != y->negative;
    int32_t x_exponent, y_exponent;
    for (uint32_t i = 0; i < x->n; i += 18) {
        weir_int128 a = chunk(x, i, &x_exponent);
        if (negative)
            a = -a;
        for (uint32_t j = 0; j < y->n; j += 18) {
            weir_int128 b = chunk(y, j, &y_exponent);
            if (!add_wide(sum, arena, a * b, x_exponent + y_exponent))
                return false;
        }
    }
    return true;
}

bool weir_sum_add_product(struct weir_sum *sum, struct weir_arena *arena,
                          const struct weir_number *x,
                          const struct weir_number *y)
{
    struct weir_digits x_digits, y_digits;
    if (x->kind == WEIR_DECIMAL && y->kind == WEIR_DECIMAL)
        return weir_sum_add(sum, arena, (weir_int128)x->mantissa * y->mantissa,
                            x->exponent + y->exponent);
    if (x->kind == WEIR_BINARY && y->kind == WEIR_BINARY) {
        struct weir_addend a = take_apart(weir_number_double(x));
        struct weir_addend b = take_apart(weir_number_double(y));
        a.m *= b.m;
        a.exponent += b.exponent;
        a.negative = a.negative != b.negative;
        return weir_limbs_add(arena, &sum->binary, &a);
    }
    weir_digits_of(x, &x_digits);
    weir_digits_of(y, &y_digits);
    return add_product_of_digits(sum, arena, &x_digits, &y_digits);
}

bool weir_sum_add_binary(struct weir_sum *sum, struct weir_arena *arena,
                         weir_uint128 m, int32_t exponent, bool negative)
{
    const struct weir_addend addend = {m, exponent, negative, WEIR_RADIX_TWO};
    return m == 0 || weir_limbs_add(arena, &sum->binary, &addend);
}

/* Adds a natural number times a power of ten, 18 digits at a time. */
static bool add_decimal_parts(struct weir_sum *sum, struct weir_arena *arena,
                              struct weir_natural *number, int32_t exponent,
                              bool negative)
{
    while (number->n) {
        const weir_int128 part = (weir_int128)weir_natural_divide(
            number, (uint64_t)weir_power_of_ten[18]);
        if (part && !add_wide(sum, arena, negative ? -part : part, exponent))
            return false;
        exponent += 18;
    }
    return true;
}

/* The same times a power of two, limb by limb. */
static bool add_binary_parts(struct weir_sum *sum, struct weir_arena *arena,
                             const struct weir_natural *number,
                             int32_t exponent, bool negative)
{
    for (size_t i = 0; i < number->n; i++)
        if (!weir_sum_add_binary(sum, arena, number->limb[i],
                                 exponent + 64 * (int32_t)i, negative))
            return false;
    return true;
}

bool weir_sum_add_power(struct weir_sum *sum, struct weir_arena *arena,
                        const struct weir_number *number, unsigned power)
{
    const int64_t m = number->mantissa;
    const int32_t times = (int32_t)power;
    struct weir_digits digits;
    struct weir_natural natural;
    /* The fourth power of 31 bits, and the third of 41, fit in 127. */
    const int64_t most = INT64_C(1) << (power == 3 ? 41 : 31);
    if (number->kind == WEIR_DECIMAL && m > -most && m < most) {
        const weir_int128 cube = (weir_int128)m * m * m;
        return weir_sum_add(sum, arena, power == 3 ? cube : cube * m,
                            times * number->exponent);
    }
    if (number->kind == WEIR_BINARY) {
        const struct weir_addend parts = take_apart(weir_number_double(number));
        natural.n = 1;
        natural.limb[0] = (uint64_t)parts.m;
        weir_natural_power(&natural, power);
        return add_binary_parts(sum, arena, &natural, times * parts.exponent,
                                parts.negative && power % 2);
    }
    weir_digits_of(number, &digits);
    weir_natural_of_digits(&natural, digits.digit, digits.n, 0);
    weir_natural_power(&natural, power);
    return add_decimal_parts(sum, arena, &natural, times * digits.exponent,
                             digits.negative && power % 2);
}

bool weir_sum_merge(struct weir_sum *sum, struct weir_arena *arena,
                    const struct weir_sum *from,
                    const struct weir_arena *from_arena)
{
    return weir_sum_add(sum, arena, weir_sum_compact(from), from->exponent) &&
           weir_limbs_merge(arena, &sum->wide, from_arena, from->wide) &&
           weir_limbs_merge(arena, &sum->binary, from_arena, from->binary);
}

enum {
    HAS_WIDE = 1,
    HAS_BINARY = 2
};

size_t weir_sum_saved_max(const struct weir_sum *sum,
                          const struct weir_arena *arena)
{
    size_t max = WEIR_SUM_SAVED_MIN;
    if (sum->wide)
        max += weir_limbs_saved_max(arena, sum->wide);
    if (sum->binary)
        max += weir_limbs_saved_max(arena, sum->binary);
    return max;
}

size_t weir_sum_save(const struct weir_sum *sum, const struct weir_arena *arena,
                     char *into, size_t capacity)
{
    char *at = into;
    uint64_t has = (sum->wide ? HAS_WIDE : 0) | (sum->binary ? HAS_BINARY : 0);
    if (has && weir_sum_saved_max(sum, arena) > capacity)
        return weir_sum_saved_max(sum, arena);
    weir_int128 compact = weir_sum_compact(sum);
    weir_uint128 folded = (weir_uint128)compact << 1;
    if (compact < 0)
        folded = ~folded;
    at = weir_put_varint(at, weir_fold(sum->exponent) << 2 | has);
    at = weir_put_varint_128(at, folded);
    if (sum->wide)
        at = weir_limbs_save(arena, sum->wide, at);
    if (sum->binary)
        at = weir_limbs_save(arena, sum->binary, at);
    return (size_t)(at - into);
}

/*
 * The bounds of a sum of numbers: 2^64 addends, each a decimal below 10^309 and
 * a multiple of 10^-1100, or a double below 2^1024 and a multiple of 2^-1126;
 * or as many products of two of them. load_limbs() has the same bounds.
 * from_wide() and the buffers for results rely on them.
 */
#define SUM_HIGHEST 330

static bool is_bounded(weir_int128 m, int32_t exponent, int32_t power)
{
    if (exponent < power * WEIR_EXPONENT_MIN ||
        exponent > power * WEIR_EXPONENT_MAX)
        return false;
    if (exponent + 39 <= power * SUM_HIGHEST)
        return true;
    int32_t digits = 0;
    for (weir_uint128 rest = magnitude_of(m); rest; rest /= 10)
        digits++;
    return exponent + digits <= power * SUM_HIGHEST;
}

static enum weir_status load_limbs(struct weir_sum *sum,
                                   struct weir_arena *arena, uint64_t has,
                                   int32_t power, struct weir_text *from)
{
    const struct weir_limbs_bounds wide = {WEIR_RADIX_TEN, -123 * power,
                                           37 * power};
    const struct weir_limbs_bounds binary = {WEIR_RADIX_TWO, -36 * power,
                                             36 * power};
    enum weir_status status = WEIR_OK;
    if (has & HAS_WIDE)
        status = weir_limbs_load(arena, &sum->wide, &wide, from);
    if (!status && has & HAS_BINARY)
        status = weir_limbs_load(arena, &sum->binary, &binary, from);
    return status;
}

enum weir_status weir_sum_load(struct weir_sum *sum, struct weir_arena *arena,
                               int32_t power, struct weir_text *from)
{
    uint64_t first;
    weir_uint128 folded;
    if (!weir_get_varint(from, &first) || !weir_get_bits(from, 128, &folded))
        return WEIR_DATA;
    int64_t exponent = weir_unfold(first >> 2);
    if (exponent < INT16_MIN || exponent > INT16_MAX)
        return WEIR_DATA;
    weir_int128 compact = (weir_int128)(folded >> 1);
    if (folded & 1)
        compact = ~compact;
    if (!is_bounded(compact, (int32_t)exponent, power) ||
        !weir_sum_is_compact(compact))
        return WEIR_DATA;
    weir_sum_set_compact(sum, compact);
    sum->exponent = (int16_t)exponent;
    return load_limbs(sum, arena, first & 3, power, from);
}

static void set_integer(mpz_t m, weir_int128 value)
{
    weir_uint128 magnitude = magnitude_of(value);
    uint64_t words[2] = {(uint64_t)(magnitude >> 64), (uint64_t)magnitude};
    mpz_import(m, 2, 1, sizeof(*words), 0, 0, words);
    if (value < 0)
        mpz_neg(m, m);
}

/* The sum of the decimals: m * 10^exponent. */
static void decimal_part(const struct weir_sum *sum,
                         const struct weir_arena *arena, mpz_t m,
                         int32_t *exponent)
{
    mpz_t compact, power;
    mpz_inits(compact, power, NULL);
    set_integer(compact, weir_sum_compact(sum));
    weir_limbs_value(arena, sum->wide, WEIR_RADIX_TEN, m, exponent);
    int32_t gap = sum->exponent - *exponent;
    weir_exact_power(power, (unsigned long)(gap < 0 ? -gap : gap));
    if (gap < 0) {
        mpz_mul(m, m, power);
        *exponent = sum->exponent;
    } else {
        mpz_mul(compact, compact, power);
    }
    mpz_add(m, m, compact);
    mpz_clears(compact, power, NULL);
}

static void add_binary_part(const struct weir_sum *sum,
                            const struct weir_arena *arena, mpq_t value)
{
    int32_t exponent;
    mpq_t binary;
    mpq_init(binary);
    weir_limbs_value(arena, sum->binary, WEIR_RADIX_TWO, mpq_numref(binary),
                     &exponent);
    if (exponent < 0)
        mpq_div_2exp(binary, binary, (mp_bitcnt_t)-exponent);
    else
        mpq_mul_2exp(binary, binary, (mp_bitcnt_t)exponent);
    mpq_add(value, value, binary);
    mpq_clear(binary);
}

void weir_sum_value(const struct weir_sum *sum, const struct weir_arena *arena,
                    mpq_t value)
{
    int32_t exponent;
    mpz_set_ui(mpq_denref(value), 1);
    decimal_part(sum, arena, mpq_numref(value), &exponent);
    weir_exact_scale(value, exponent);
    if (sum->binary)
        add_binary_part(sum, arena, value);
}

/* Returns digits as a DECIMAL, or as a text without an exponent. */
static struct weir_number from_digits(const struct weir_digits *digits,
                                      char *scratch)
{
    struct weir_text text = {scratch, weir_digits_write_plain(digits, scratch)};
    struct weir_number number = weir_number_read(text);
    /* A sum may be larger than any number that can be read, so the text may be
     * BAD. */
    if (number.kind != WEIR_DECIMAL)
        number = (struct weir_number){.kind = WEIR_WIDE, .text = text};
    return number;
}

static struct weir_number from_compact(const struct weir_sum *sum,
                                       char *scratch)
{
    weir_int128 m = weir_sum_compact(sum);
    struct weir_digits digits;
    if (m >= -INT64_MAX && m <= INT64_MAX) {
        struct weir_number number = weir_number_fit(m, sum->exponent);
        if (number.kind == WEIR_DECIMAL)
            return number;
    }
    weir_digits_of_integer(m, sum->exponent, &digits);
    return from_digits(&digits, scratch);
}

static struct weir_number from_wide(const struct weir_sum *sum,
                                    const struct weir_arena *arena,
                                    char *scratch)
{
    struct weir_digits digits;
    char text[2 * WEIR_DIGITS_CAPACITY];
    mpz_t m;
    mpz_init(m);
    decimal_part(sum, arena, m, &digits.exponent);
    digits.negative = mpz_sgn(m) < 0;
    mpz_abs(m, m);
    mpz_get_str(text, 10, m);
    digits.n = mpz_sgn(m) ? (uint32_t)strlen(text) : 0;
    mpz_clear(m);
    while (digits.n && text[digits.n - 1] == '0') {
        digits.n--;
        digits.exponent++;
    }
    memcpy(digits.digit, text, digits.n);
    return from_digits(&digits, scratch);
}

struct weir_number weir_sum_number(const struct weir_sum *sum,
                                   const struct weir_arena *arena,
                                   char *scratch)
{
    mpq_t value;
    if (!sum->binary)
        return sum->wide ? from_wide(sum, arena, scratch)
                         : from_compact(sum, scratch);
    mpq_init(value);
    weir_sum_value(sum, arena, value);
    double rounded = weir_exact_double(value);
    mpq_clear(value);
    return weir_number_from_double(rounded);
}
