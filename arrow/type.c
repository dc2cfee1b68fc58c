/*
 * A digit decides: a number is written into a type only if the type holds every
 * one of them.
 */
#include "arrow/type.h"

#include "base/number_parts.h"
#include "base/utf8.h"
#include "pipeline/ops/calendar.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DAY_SECONDS 86400

static const struct {
    const char *name, *format;
    size_t width;
} types[] = {
    [WEIR_ARROW_AUTO] = {"auto", "n", 0},
    [WEIR_ARROW_UTF8] = {"utf8", "u", 0},
    [WEIR_ARROW_BINARY] = {"binary", "z", 0},
    [WEIR_ARROW_INT64] = {"int64", "l", sizeof(int64_t)},
    [WEIR_ARROW_DECIMAL128] = {"decimal", "d:", sizeof(weir_int128)},
    [WEIR_ARROW_DOUBLE] = {"double", "g", sizeof(double)},
    [WEIR_ARROW_BOOL] = {"bool", "b", 0},
    [WEIR_ARROW_DATE32] = {"date32", "tdD", sizeof(int32_t)},
};
#define N_TYPES (sizeof types / sizeof *types)

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* number * 10^scale, if that is a whole number of up to 38 digits. */
static bool scaled(const struct weir_number *number, int32_t scale,
                   weir_int128 *into)
{
    struct weir_digits digits;
    int32_t zeros = number->exponent + scale;
    /* A mantissa has up to 19 digits. */
    if (number->kind == WEIR_DECIMAL && zeros >= 0 && zeros <= 18) {
        *into = (weir_int128)number->mantissa * weir_power_of_ten[zeros];
        return true;
    }
    weir_digits_of(number, &digits);
    zeros = digits.exponent + scale;
    *into = 0;
    if (digits.n == 0)
        return true;
    if (zeros < 0 || (int32_t)digits.n + zeros > WEIR_ARROW_DIGITS)
        return false;
    for (uint32_t i = 0; i < digits.n; i++)
        *into = *into * 10 + (digits.digit[i] - '0');
    for (int32_t i = 0; i < zeros; i++)
        *into *= 10;
    if (digits.negative)
        *into = -*into;
    return true;
}

static bool whole(const struct weir_number *number, int64_t *into)
{
    weir_int128 integer;
    const bool fits = scaled(number, 0, &integer);
    *into = (int64_t)integer;
    return fits && *into == integer;
}

/* Whether the nearest double is written with the digits of the number, as all
 * numbers of up to 15 digits are. */
static bool is_double(const struct weir_number *number, double nearest)
{
    struct weir_digits digits, others;
    char text[WEIR_NUMBER_TEXT];
    if (number->kind == WEIR_BINARY)
        return true;
    const struct weir_number rounded = weir_number_from_double(nearest);
    weir_digits_of(number, &digits);
    if (digits.n <= 15 && isnormal(nearest))
        return true;
    if (digits.n == 0 || !isfinite(nearest))
        return digits.n == 0;
    const size_t len = weir_number_write(&rounded, text, sizeof text);
    weir_digits_read((struct weir_text){text, len}, &others);
    return digits.n == others.n && digits.exponent == others.exponent &&
           memcmp(digits.digit, others.digit, digits.n) == 0;
}

void weir_arrow_note_text(struct weir_arrow_facts *facts, struct weir_text text)
{
    facts->any = true;
    facts->text = true;
    facts->not_utf8 |= weir_utf8_check(text.bytes, text.len) < text.len;
}

void weir_arrow_note_number(struct weir_arrow_facts *facts,
                            const struct weir_number *number)
{
    struct weir_digits digits;
    int64_t integer;
    facts->any = true;
    facts->doubles |= number->kind == WEIR_BINARY;
    if (number->kind == WEIR_BINARY)
        return;
    weir_digits_of(number, &digits);
    facts->before = larger(facts->before, (int32_t)digits.n + digits.exponent);
    facts->after = larger(facts->after, -digits.exponent);
    /* 1.50 has two digits after its point, as it is written. */
    if (number->kind == WEIR_DECIMAL)
        facts->after = larger(facts->after, -number->exponent);
    facts->beyond_int64 |= !whole(number, &integer);
    facts->beyond_double |= !is_double(number, weir_number_double(number));
}

struct weir_arrow_typed weir_arrow_decide(enum weir_type type,
                                          const struct weir_arrow_facts *facts)
{
    const struct weir_arrow_typed text = {
        .type = facts->not_utf8 ? WEIR_ARROW_BINARY : WEIR_ARROW_UTF8};
    if (type == WEIR_TYPE_BOOLEAN)
        return (struct weir_arrow_typed){.type = WEIR_ARROW_BOOL};
    if (type == WEIR_TYPE_TEXT || facts->text)
        return text;
    if (facts->any && !facts->doubles) {
        if (!facts->beyond_int64 && facts->after == 0)
            return (struct weir_arrow_typed){.type = WEIR_ARROW_INT64};
        if (facts->before + facts->after <= WEIR_ARROW_DIGITS)
            return (struct weir_arrow_typed){.type = WEIR_ARROW_DECIMAL128,
                                             .scale = facts->after};
    }
    if (type == WEIR_TYPE_NUMBER && !facts->beyond_double)
        return (struct weir_arrow_typed){.type = WEIR_ARROW_DOUBLE};
    return text;
}

void weir_arrow_format(struct weir_arrow_typed typed,
                       char into[WEIR_ARROW_FORMAT_CAPACITY])
{
    const bool decimal = typed.type == WEIR_ARROW_DECIMAL128;
    (void)snprintf(into, WEIR_ARROW_FORMAT_CAPACITY, decimal ? "%s%d,%d" : "%s",
                   types[typed.type].format, WEIR_ARROW_DIGITS,
                   (int)typed.scale);
}

void weir_arrow_type_name(struct weir_arrow_typed typed,
                          char into[WEIR_ARROW_FORMAT_CAPACITY])
{
    const bool decimal = typed.type == WEIR_ARROW_DECIMAL128;
    (void)snprintf(into, WEIR_ARROW_FORMAT_CAPACITY, decimal ? "%s(%d)" : "%s",
                   types[typed.type].name, (int)typed.scale);
}

bool weir_arrow_type_read(struct weir_text text, enum weir_arrow_type *type,
                          int32_t *scale)
{
    char name[WEIR_ARROW_FORMAT_CAPACITY];
    for (size_t i = WEIR_ARROW_UTF8; i < N_TYPES; i++)
        for (int32_t s = 0; s <= WEIR_ARROW_DIGITS; s++) {
            *type = (enum weir_arrow_type)i;
            *scale = s;
            weir_arrow_type_name(
                (struct weir_arrow_typed){.type = *type, .scale = s}, name);
            if (strlen(name) == text.len && !memcmp(name, text.bytes, text.len))
                return true;
        }
    return false;
}

size_t weir_arrow_width(enum weir_arrow_type type)
{
    return types[type].width;
}

bool weir_arrow_is_number(enum weir_arrow_type type)
{
    return type == WEIR_ARROW_INT64 || type == WEIR_ARROW_DECIMAL128 ||
           type == WEIR_ARROW_DOUBLE;
}

bool weir_arrow_read_number(struct weir_arrow_typed typed,
                            const struct weir_number *number, void *into)
{
    weir_int128 decimal;
    int64_t integer;
    if (number->kind != WEIR_DECIMAL && number->kind != WEIR_WIDE)
        return false;
    if (typed.type == WEIR_ARROW_DOUBLE) {
        const double nearest = weir_number_double(number);
        memcpy(into, &nearest, sizeof nearest);
        return isfinite(nearest) && (typed.asked || is_double(number, nearest));
    }
    if (typed.type == WEIR_ARROW_INT64) {
        const bool fits = whole(number, &integer);
        memcpy(into, &integer, sizeof integer);
        return fits;
    }
    const bool fits = scaled(number, typed.scale, &decimal);
    memcpy(into, &decimal, sizeof decimal);
    return fits;
}

static bool read_date(struct weir_text text, int32_t *days)
{
    struct weir_date date;
    if (weir_date_read(text, &date) != WEIR_DECIMAL)
        return false;
    date.hour = date.minute = date.second = 0;
    date.offset = 0;
    *days = (int32_t)(weir_date_seconds(&date) / DAY_SECONDS);
    return true;
}

static bool is_word(struct weir_text text, const char *word)
{
    return text.len == strlen(word) &&
           strncasecmp(text.bytes, word, text.len) == 0;
}

bool weir_arrow_read_text(enum weir_arrow_type type, struct weir_text text,
                          void *into)
{
    const bool yes = is_word(text, "true");
    if (type == WEIR_ARROW_DATE32)
        return read_date(text, into);
    memcpy(into, &yes, sizeof yes);
    return yes || is_word(text, "false");
}
