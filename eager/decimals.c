/*
 * The decoders of base/ read runs of numbers with one exponent, several numbers
 * at a time. The cells they accept are then checked for zeros and signs that
 * writing the number would not restore. Cells that the decoders do not accept
 * are read one by one.
 */
#include "eager/decimals.h"

#include "base/decode.h"

#define DIGITS_MAX 18 /* digits of a mantissa */

/* Whether a cell that a decoder accepted is spelled as its number is
 * written. */
static bool is_plain(const char *text, uint32_t len, int16_t exponent,
                     int64_t mantissa)
{
    uint32_t minus = *text == '-';
    if (minus && mantissa == 0)
        return false;
    uint32_t whole = len - minus - (exponent ? (uint32_t)-exponent + 1 : 0);
    return whole && (whole == 1 || text[minus] != '0') &&
           (exponent || text[len - 1] != '.');
}

/* Reads any cell. Returns false if it is not spelled as its number is
 * written. */
static bool read_one(const char *text, size_t len, int64_t *mantissa,
                     int16_t *exponent)
{
    size_t minus = len && *text == '-', digits = 0, point = len;
    int64_t value = 0;
    for (size_t i = minus; i < len; i++) {
        if (text[i] == '.' && point == len) {
            point = i;
            continue;
        }
        if (text[i] < '0' || text[i] > '9' || ++digits > DIGITS_MAX)
            return false;
        value = 10 * value + (text[i] - '0');
    }
    *exponent = (int16_t)(point == len ? 0 : (int)point - (int)len + 1);
    *mantissa = minus ? -value : value;
    return digits && (point == len || point + 1 < len) &&
           is_plain(text, (uint32_t)len, *exponent, *mantissa);
}

static void take(struct weir_decimals *d, size_t row, int64_t mantissa)
{
    d->mantissa[row] = mantissa;
    d->fits[row] = 1;
    d->min = mantissa < d->min ? mantissa : d->min;
    d->max = mantissa > d->max ? mantissa : d->max;
    d->n_fit++;
}

/* Finds the exponent of the first cell that is such a number. Returns false if
 * none of the first eight cells with a text is one. */
static bool find_exponent(struct weir_decimals *d, const char *base,
                          const struct weir_span *span, size_t rows)
{
    int64_t mantissa;
    size_t tried = 0;
    for (size_t r = 0; r < rows && tried < 8; r++) {
        if (span[r].len == 0)
            continue;
        if (read_one(base + span[r].start, span[r].len, &mantissa,
                     &d->exponent))
            return true;
        tried++;
    }
    return false;
}

static void read_single(struct weir_decimals *d, const char *base,
                        struct weir_span span, size_t row)
{
    int64_t mantissa;
    int16_t exponent;
    d->fits[row] = 0;
    d->n_empty += span.len == 0;
    if (span.len &&
        read_one(base + span.start, span.len, &mantissa, &exponent) &&
        exponent == d->exponent)
        take(d, row, mantissa);
}

bool weir_decimals_read(struct weir_decimals *d,
                        const struct weir_row_group *group, size_t column)
{
    const struct weir_cell_decoder *decoder = weir_cell_decoder_best();
    const struct weir_span *span = group->column[column];
    const char *base = group->base;
    d->min = INT64_MAX;
    d->max = INT64_MIN;
    d->n_fit = d->n_empty = 0;
    if (!find_exponent(d, base, span, group->rows))
        return false;
    for (size_t r = 0; r < group->rows;) {
        size_t n = decoder->read(base, span + r, group->rows - r, d->exponent,
                                 d->mantissa + r);
        for (size_t end = r + n; r < end; r++) {
            const char *text = base + span[r].start;
            if (is_plain(text, span[r].len, d->exponent, d->mantissa[r]))
                take(d, r, d->mantissa[r]);
            else
                d->fits[r] = 0;
        }
        if (r < group->rows) {
            read_single(d, base, span[r], r);
            r++;
        }
        if (r >= 64 && d->n_fit + d->n_empty < r / 2)
            return false;
    }
    return d->n_fit > 0;
}

size_t weir_decimal_write(int64_t mantissa, int16_t exponent, char *into)
{
    char digit[WEIR_DECIMAL_TEXT];
    uint64_t value = mantissa < 0 ? -(uint64_t)mantissa : (uint64_t)mantissa;
    size_t n = 0, len = 0, after = (size_t)-exponent;
    while (value || n <= after) {
        digit[n++] = (char)('0' + value % 10);
        value /= 10;
    }
    if (mantissa < 0)
        into[len++] = '-';
    while (n > after)
        into[len++] = digit[--n];
    if (after)
        into[len++] = '.';
    while (n)
        into[len++] = digit[--n];
    return len;
}
