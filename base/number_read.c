/*
 * Reads a cell as a number.
 *
 * Most cells are short: up to 16 bytes of digits, perhaps with a point, after a
 * minus sign or none. They are read at once, in one or two registers. The bytes
 * are loaded so that the last digit is the highest byte, and '0's fill the
 * bytes below the first one. The gap at the point is closed by moving the bytes
 * before it up by one:
 *
 *     "12.5"  ->  0 0 0 0 1 2 . 5  ->  0 0 0 0 0 1 2 5, exponent -1
 *                 low          high
 *
 * Then one test shows whether all bytes are digits, whose value is that of
 * weir_short_digits(). Loads stay inside the cell. All other cells take the
 * slow path: scan the text, then choose the kind by the number of significant
 * digits.
 */
#include "base/number_parts.h"
#include "base/short_decimal.h"

#include <math.h>
#include <string.h>

#define EVERY_BYTE UINT64_C(0x0101010101010101)

const int64_t weir_power_of_ten[19] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

/* The parts of a valid number. */
struct scan {
    const char *first, *past; /* [first, past): begins at the first digit that
                                 is not 0; it may hold a point */
    size_t n;                 /* digits in it */
    int64_t exponent;         /* of ten, for the last digit */
    bool negative;
};

static bool is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Loads 1 to 8 bytes; the first one is the lowest. */
static uint64_t load(const char *p, size_t len)
{
    if (len == 8)
        return weir_short_load(p);
    if (len >= 4) {
        uint32_t low, high;
        memcpy(&low, p, 4);
        memcpy(&high, p + len - 4, 4);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        low = __builtin_bswap32(low);
        high = __builtin_bswap32(high);
#endif
        return low | (uint64_t)high << (8 * (len - 4));
    }
    uint64_t bits = (unsigned char)p[0];
    bits |= (uint64_t)(unsigned char)p[len / 2] << (8 * (len / 2));
    return bits | (uint64_t)(unsigned char)p[len - 1] << (8 * (len - 1));
}

/* The same, moved to the high end, with '0's in the bytes below. */
static uint64_t load_last(const char *p, size_t len)
{
    uint64_t fill = (EVERY_BYTE * '0') >> 1 >> (8 * len - 1);
    return load(p, len) << (64 - 8 * len) | fill;
}

/* The index of the lowest byte that is a '.', or 8. */
static unsigned find_point(uint64_t bytes)
{
    uint64_t x = bytes ^ EVERY_BYTE * '.';
    uint64_t zero = (x - EVERY_BYTE) & ~x & EVERY_BYTE * 0x80;
    return zero ? (unsigned)__builtin_ctzll(zero) / 8 : 8;
}

static bool all_digits(uint64_t bytes)
{
    uint64_t low = EVERY_BYTE * 0x0f, high = EVERY_BYTE * 0xf0;
    uint64_t over = ((bytes & low) + EVERY_BYTE * 6) & high;
    return (((bytes & high) ^ EVERY_BYTE * '0') | over) == 0;
}

static uint32_t eight_digits(uint64_t bytes)
{
    return (uint32_t)weir_short_digits(bytes & EVERY_BYTE * 0x0f);
}

static bool read_8(const char *p, size_t len, struct weir_number *number)
{
    uint64_t bytes = load_last(p, len);
    unsigned point = find_point(bytes);
    if (point < 8) {
        unsigned at = 8 * point;
        uint64_t before = bytes & ((UINT64_C(1) << at) - 1);
        bytes = bytes >> at >> 8 << at << 8 | before << 8 | '0';
        number->exponent = (int16_t)((int)point - 7);
    }
    number->mantissa = eight_digits(bytes);
    return all_digits(bytes) && len > (point < 8);
}

/* The same for 9 to 16 bytes, in two registers. */
static bool read_16(const char *p, size_t len, struct weir_number *number)
{
    uint64_t low = load_last(p, len - 8), high = load(p + len - 8, 8);
    unsigned point = find_point(low);
    if (point == 8)
        point += find_point(high);
    if (point < 16) {
        weir_uint128 both = (weir_uint128)high << 64 | low;
        unsigned at = 8 * point;
        weir_uint128 before = both & (((weir_uint128)1 << at) - 1);
        both = both >> at >> 8 << at << 8 | before << 8 | '0';
        low = (uint64_t)both;
        high = (uint64_t)(both >> 64);
        number->exponent = (int16_t)((int)point - 15);
    }
    number->mantissa =
        (int64_t)eight_digits(low) * 100000000 + eight_digits(high);
    return all_digits(low) && all_digits(high);
}

static bool read_short(struct weir_text cell, struct weir_number *number)
{
    bool negative = cell.len > 0 && cell.bytes[0] == '-';
    const char *p = cell.bytes + negative;
    size_t len = cell.len - negative;
    bool done = false;
    *number = (struct weir_number){.kind = WEIR_DECIMAL};
    if (len - 1 < 8)
        done = read_8(p, len, number);
    else if (len - 1 < 16)
        done = read_16(p, len, number);
    if (negative)
        number->mantissa = -number->mantissa;
    return done;
}

/* Scans the exponent's sign and digits. The value stops growing at a bound that
 * no number of digits in a cell can make up for. */
static bool scan_exponent(const char **at, const char *end, int64_t *exponent)
{
    const char *p = *at;
    bool negative = p < end && *p == '-';
    int64_t value = 0;
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end || !is_digit(*p))
        return false;
    for (; p < end && is_digit(*p); p++) {
        if (value < INT64_C(100000000000000000))
            value = value * 10 + (*p - '0');
    }
    *exponent = negative ? -value : value;
    *at = p;
    return true;
}

static bool scan_number(struct weir_text text, struct scan *scan)
{
    const char *p = text.bytes, *end = p + text.len, *point = NULL;
    *scan = (struct scan){.negative = p < end && *p == '-'};
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    scan->first = p;
    while (p < end && (is_digit(*p) || (*p == '.' && !point))) {
        if (*p == '.')
            point = p;
        p++;
    }
    scan->past = p;
    if (p - scan->first == (point != NULL))
        return false;
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        if (!scan_exponent(&p, end, &scan->exponent))
            return false;
    }
    if (p != end)
        return false;
    if (point)
        scan->exponent -= scan->past - (point + 1);
    while (scan->first < scan->past && !(*scan->first > '0'))
        scan->first++;
    scan->n = (size_t)(scan->past - scan->first);
    scan->n -= point && point > scan->first;
    return true;
}

/* Removes zeros at the end. */
static void strip(struct scan *scan)
{
    while (scan->n && !(scan->past[-1] > '0')) {
        scan->past--;
        if (*scan->past == '0') {
            scan->n--;
            scan->exponent++;
        }
    }
}

/* The value of up to 19 digits; false if its magnitude is over INT64_MAX, so
 * that the negative of a DECIMAL is a DECIMAL too. */
static bool scan_mantissa(const struct scan *scan, int64_t *mantissa)
{
    uint64_t value = 0;
    for (const char *p = scan->first; p < scan->past; p++) {
        if (*p != '.')
            value = value * 10 + (uint64_t)(*p - '0');
    }
    if (value > INT64_MAX)
        return false;
    *mantissa = scan->negative ? -(int64_t)value : (int64_t)value;
    return true;
}

static void scan_digits(const struct scan *scan, struct weir_digits *digits)
{
    digits->negative = scan->negative && scan->n;
    digits->exponent = (int32_t)scan->exponent;
    digits->n = 0;
    for (const char *p = scan->first; p < scan->past; p++) {
        if (*p != '.' && digits->n < WEIR_DIGITS_CAPACITY)
            digits->digit[digits->n++] = *p;
    }
}

void weir_digits_read(struct weir_text text, struct weir_digits *digits)
{
    struct scan scan;
    if (!scan_number(weir_text_trim(text), &scan))
        scan.n = 0;
    strip(&scan);
    scan_digits(&scan, digits);
}

static bool is_finite(const struct scan *scan)
{
    struct weir_digits digits;
    int64_t top = scan->exponent + (int64_t)scan->n - 1;
    if (top != WEIR_EXPONENT_MAX)
        return top < WEIR_EXPONENT_MAX;
    scan_digits(scan, &digits);
    return isfinite(weir_digits_double(&digits));
}

static struct weir_number read_long(struct weir_text cell)
{
    struct weir_number number = {.kind = WEIR_DECIMAL};
    struct scan scan;
    if (!scan_number(cell, &scan))
        return (struct weir_number){.kind = WEIR_BAD};
    if (scan.n > 18 || scan.exponent < WEIR_EXPONENT_MIN)
        strip(&scan);
    if (scan.n == 0) {
        if (scan.exponent >= WEIR_EXPONENT_MIN && scan.exponent < 0)
            number.exponent = (int16_t)scan.exponent;
        return number;
    }
    if (scan.exponent < WEIR_EXPONENT_MIN || !is_finite(&scan))
        return (struct weir_number){.kind = WEIR_BAD};
    number.exponent = (int16_t)scan.exponent;
    if (scan.n <= 19 && scan_mantissa(&scan, &number.mantissa))
        return number;
    if (*cell.bytes == '+') {
        cell.bytes++;
        cell.len--;
    }
    return (struct weir_number){.kind = WEIR_WIDE, .text = cell};
}

struct weir_text weir_text_trim(struct weir_text text)
{
    for (; text.len && is_blank(text.bytes[0]); text.len--)
        text.bytes++;
    while (text.len && is_blank(text.bytes[text.len - 1]))
        text.len--;
    return text;
}

bool weir_number_out_of_range(struct weir_text cell)
{
    struct scan scan;
    return scan_number(weir_text_trim(cell), &scan) &&
           weir_number_read(cell).kind == WEIR_BAD;
}

struct weir_number weir_number_read(struct weir_text cell)
{
    struct weir_number number;
    if (read_short(cell, &number))
        return number;

    struct weir_text inner = weir_text_trim(cell);
    if (!inner.len)
        return (struct weir_number){.kind = WEIR_NULL};
    number = read_long(inner);
    if (number.kind == WEIR_BAD)
        number.text = cell;
    return number;
}
