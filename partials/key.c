/*
 * Writing keys.
 *
 * Most cells are short: [-]digits[.digits] of up to 16 bytes. Such a cell is
 * encoded from its text in a register, whose lowest byte is the first one. The
 * bytes behind the point move down by one byte to remove the point, leading
 * zeros are shifted out, and one multiplication makes pairs of all digits:
 *
 *     "12.5"  ->  1 2 . 5  ->  1 2 5 0  ->  12 50  ->  25 100
 *                 low                        pairs     2p + 1, the last 2p
 *
 * All other cells take the general path: they are read as a number and written
 * digit by digit.
 */
#include "partials/key_parts.h"

#include "base/number_parts.h"
#include "base/short_decimal.h"
#include <string.h>

#define EVERY_BYTE UINT64_C(0x0101010101010101)
#define EVERY_PAIR UINT64_C(0x00ff00ff00ff00ff)

static inline void store_8(char *into, uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    memcpy(into, &word, sizeof word);
}

static inline uint64_t load_4(const char *p)
{
    uint32_t word;
    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

/* Loads 1 to 8 bytes. The first one becomes the lowest; the rest is zero. */
static inline uint64_t load(const char *p, size_t len)
{
    if (len == 8)
        return weir_short_load(p);
    if (len >= 4)
        return load_4(p) | load_4(p + len - 4) << (8 * (len - 4));
    uint64_t bits = (unsigned char)p[0];
    bits |= (uint64_t)(unsigned char)p[len / 2] << (8 * (len / 2));
    return bits | (uint64_t)(unsigned char)p[len - 1] << (8 * (len - 1));
}

/* Texts. ------------------------------------------------------------------ */

static inline bool any_to_escape(uint64_t word)
{
    return ((word - EVERY_BYTE * 2) & ~word & EVERY_BYTE << 7) != 0;
}

static char *put_escaped(const char *bytes, size_t len, char *at)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)bytes[i] <= KEY_ESCAPE) {
            *at++ = KEY_ESCAPE;
            *at++ = (char)(bytes[i] + 1);
        } else {
            *at++ = bytes[i];
        }
    }
    return at;
}

static size_t write_text(struct weir_text text, char *into)
{
    char *at = into;
    *at++ = (char)KEY_TEXT;
    while (text.len) {
        size_t n = text.len < 8 ? text.len : 8;
        uint64_t word = load(text.bytes, n);
        /* Bytes after the end must not look like bytes that need an escape. */
        if (any_to_escape(n < 8 ? word | ~UINT64_C(0) << 8 * n : word)) {
            at = put_escaped(text.bytes, n, at);
        } else {
            store_8(at, word);
            at += n;
        }
        text.bytes += n;
        text.len -= n;
    }
    *at++ = KEY_END;
    return (size_t)(at - into);
}

/* Writes bytes of which none needs an escape, and the end. */
static char *put_ended(char *at, struct weir_text text)
{
    memcpy(at, text.bytes, text.len);
    at += text.len;
    *at++ = KEY_END;
    return at;
}

static size_t write_null(struct weir_text cell, char *into)
{
    if (!cell.len) {
        *into = KEY_NULL;
        return 1;
    }
    *into = KEY_BLANK;
    return (size_t)(put_ended(into + 1, cell) - into);
}

/* Short cells. ------------------------------------------------------------ */

struct short_cell {
    weir_uint128 digits; /* a byte for each digit, 0 to 9, the first lowest */
    size_t n;            /* number of digits */
    size_t point;        /* digits before the point */
};

/* The index of the point; 16 if there is none. */
static inline size_t find_point(uint64_t low, uint64_t high)
{
    uint64_t x = low ^ EVERY_BYTE * '.', y = high ^ EVERY_BYTE * '.';
    uint64_t a = (x - EVERY_BYTE) & ~x & EVERY_BYTE << 7;
    uint64_t b = (y - EVERY_BYTE) & ~y & EVERY_BYTE << 7;
    if (a)
        return (size_t)__builtin_ctzll(a) / 8;
    return b ? 8 + (size_t)__builtin_ctzll(b) / 8 : 16;
}

static inline bool no_digits(uint64_t word)
{
    return ((word | (word + EVERY_BYTE * 0x76)) & EVERY_BYTE << 7) != 0;
}

/* Returns false if the text is not digits[.digits], or has superfluous leading
 * zeros. */
static inline bool read_short(const char *p, size_t len,
                              struct short_cell *cell)
{
    uint64_t low = load(p, len < 8 ? len : 8);
    uint64_t high = len > 8 ? load(p + 8, len - 8) : 0;
    weir_uint128 all = (weir_uint128)high << 64 | low;
    size_t point = find_point(low, high);
    if (point == 0)
        return false;
    cell->n = len;
    cell->point = len;
    if (point < len) {
        weir_uint128 before = ((weir_uint128)1 << 8 * point) - 1;
        all = (all & before) | (all >> 8 & ~before);
        cell->n = len - 1;
        cell->point = point;
    }
    weir_uint128 zeros = (weir_uint128)(EVERY_BYTE * '0') << 64;
    zeros |= EVERY_BYTE * '0';
    zeros &= ~(weir_uint128)0 >> 8 * (16 - cell->n);
    cell->digits = all - zeros;
    if (no_digits((uint64_t)cell->digits) ||
        no_digits((uint64_t)(cell->digits >> 64)))
        return false;
    return cell->point == 1 || (cell->digits & 0xff) != 0;
}

/* Converts eight digits, the first in the lowest byte, to four bytes 2p + 1. */
static inline uint64_t pairs_of(uint64_t digits)
{
    uint64_t pairs = (digits * 10 + (digits >> 8)) & EVERY_PAIR;
    pairs = pairs << 1 | UINT64_C(0x0001000100010001);
    pairs = (pairs | pairs >> 8) & UINT64_C(0x0000ffff0000ffff);
    return (pairs | pairs >> 16) & UINT32_MAX;
}

static inline unsigned leading_zeros(weir_uint128 digits)
{
    uint64_t low = (uint64_t)digits;
    return low ? (unsigned)__builtin_ctzll(low) / 8
               : 8 + (unsigned)__builtin_ctzll((uint64_t)(digits >> 64)) / 8;
}

static inline unsigned bytes_used(weir_uint128 digits)
{
    uint64_t high = (uint64_t)(digits >> 64);
    return high ? 16 - (unsigned)__builtin_clzll(high) / 8
                : 8 - (unsigned)__builtin_clzll((uint64_t)digits) / 8;
}

/* Writes the head and the pairs of 0.ddd * 10^exponent. There are up to 16
 * digits; the first one is the lowest and not 0. */
static inline char *put_pairs(char *at, weir_uint128 digits, unsigned n,
                              int exponent, bool negative)
{
    uint64_t pairs =
        pairs_of((uint64_t)digits) | pairs_of((uint64_t)(digits >> 64)) << 32;
    unsigned bytes = (n + 1) / 2;
    pairs ^= (uint64_t)1 << 8 * (bytes - 1);
    int head = KEY_UNIT + exponent;
    *at = (char)(negative ? KEY_MIRROR - head : head);
    store_8(at + 1, negative ? ~pairs : pairs);
    return at + 1 + bytes;
}

/* Returns 0 if the cell must take the general path. */
static inline size_t write_short(struct weir_text cell, char *into)
{
    struct short_cell it;
    bool negative = *cell.bytes == '-';
    const char *p = cell.bytes + negative;
    size_t len = cell.len - negative, canonical = 1;
    char *at = into;
    if (len - 1 >= 16 || !read_short(p, len, &it))
        return 0;
    if (it.digits) {
        unsigned skip = leading_zeros(it.digits), n;
        int exponent = (int)it.point - (int)skip;
        if (exponent < KEY_MIN)
            return 0;
        weir_uint128 digits = it.digits >> 8 * skip;
        n = bytes_used(digits);
        at = put_pairs(at, digits, n, exponent, negative);
        canonical = n + skip <= it.point ? it.point : n + skip + 1;
    } else if (negative) {
        return 0;
    } else {
        *at++ = KEY_ZERO;
    }
    *at++ = canonical == len ? TAIL_CANONICAL : TAIL_REST;
    if (canonical != len)
        at = put_ended(at, (struct weir_text){p + canonical, len - canonical});
    return (size_t)(at - into);
}

/* The general path. ------------------------------------------------------- */

static char *put_head(char *at, int32_t exponent, bool negative)
{
    int head = KEY_UNIT + exponent;
    if (exponent >= KEY_MIN && exponent <= KEY_MAX) {
        *at++ = (char)(negative ? KEY_MIRROR - head : head);
        return at;
    }
    head = exponent < KEY_MIN ? KEY_SMALL : KEY_LARGE;
    uint32_t biased = (uint32_t)(exponent + KEY_BIAS);
    *at++ = (char)(negative ? KEY_MIRROR - head : head);
    *at++ = (char)(negative ? ~(biased >> 8) : biased >> 8);
    *at++ = (char)(negative ? ~biased : biased);
    return at;
}

static char *put_number(char *at, const struct weir_digits *digits)
{
    if (!digits->n) {
        *at++ = KEY_ZERO;
        return at;
    }
    at = put_head(at, digits->exponent + (int32_t)digits->n, digits->negative);
    for (uint32_t i = 0; i < digits->n; i += 2) {
        bool last = i + 2 >= digits->n;
        int ones = i + 1 < digits->n ? digits->digit[i + 1] - '0' : 0;
        int pair = (digits->digit[i] - '0') * 10 + ones;
        int byte = 2 * pair + !last;
        *at++ = (char)(digits->negative ? ~byte : byte);
    }
    return at;
}

static char *put_tail(char *at, const struct weir_digits *digits,
                      struct weir_text cell)
{
    char scratch[KEY_CANONICAL_CAPACITY];
    struct weir_text canonical = {scratch,
                                  weir_digits_write_plain(digits, scratch)};
    int order = weir_text_compare(cell, canonical);
    if (order == 0) {
        *at++ = TAIL_CANONICAL;
        return at;
    }
    if (order > 0 && cell.len > canonical.len &&
        !memcmp(cell.bytes, canonical.bytes, canonical.len)) {
        *at++ = TAIL_REST;
        cell.bytes += canonical.len;
        cell.len -= canonical.len;
    } else {
        *at++ = order < 0 ? TAIL_BELOW : TAIL_ABOVE;
    }
    return put_ended(at, cell);
}

/* Writes a cell that was read as a number. */
static size_t write_read(struct weir_text cell,
                         const struct weir_number *number, char *into)
{
    struct weir_digits digits;
    if (number->kind == WEIR_NULL)
        return write_null(cell, into);
    if (number->kind == WEIR_BAD)
        return write_text(cell, into);
    weir_digits_of(number, &digits);
    char *at = put_number(into, &digits);
    return (size_t)(put_tail(at, &digits, cell) - into);
}

size_t weir_key_write(struct weir_text cell, char *into)
{
    if (!cell.len)
        return write_null(cell, into);
    /* A number begins with + - . or a digit (the range includes , and / as
     * well), or follows blanks. */
    unsigned first = (unsigned char)*cell.bytes;
    if (first - '+' > '9' - '+' && first != ' ' && first != '\t')
        return write_text(cell, into);
    size_t len = write_short(cell, into);
    if (len)
        return len;
    struct weir_number number = weir_number_read(cell);
    return write_read(cell, &number, into);
}

size_t weir_key_write_notated(struct weir_text cell, int32_t notation,
                              char *into)
{
    char scratch[WEIR_NOTATION_SCRATCH];
    struct weir_number number = weir_notation_read(cell, notation, scratch);
    return write_read(cell, &number, into);
}

/* Values. ----------------------------------------------------------------- */

/* A decimal number of up to so many digits is not changed by converting it to a
 * double and back. */
#define DOUBLE_DIGITS 15

static size_t write_digits(const struct weir_number *number, char *into)
{
    struct weir_digits digits;
    weir_digits_of(number, &digits);
    char *at = put_number(into, &digits);
    bool binary = number->kind == WEIR_BINARY && digits.n > DOUBLE_DIGITS;
    *at++ = binary ? TAIL_BINARY : TAIL_CANONICAL;
    return (size_t)(at - into);
}

/* The eight digits of a number below 10^8, the first in the lowest byte. */
static inline uint64_t spread(uint64_t n)
{
    uint64_t fours = n / 10000 | n % 10000 << 32;
    uint64_t hundreds = (fours * 10486 >> 20) & UINT64_C(0x0000007f0000007f);
    uint64_t twos = hundreds | (fours - hundreds * 100) << 16;
    uint64_t tens = (twos * 103 >> 10) & UINT64_C(0x000f000f000f000f);
    return tens | (twos - tens * 10) << 8;
}

/* Writes a DECIMAL, in registers if it has up to 16 digits. */
static size_t write_decimal(const struct weir_number *number, char *into)
{
    const uint64_t max = UINT64_C(10000000000000000);
    bool negative = number->mantissa < 0;
    uint64_t m =
        negative ? -(uint64_t)number->mantissa : (uint64_t)number->mantissa;
    if (m >= max)
        return write_digits(number, into);
    if (m == 0) {
        into[0] = KEY_ZERO;
        into[1] = TAIL_CANONICAL;
        return 2;
    }
    uint64_t high = m / 100000000, low = m % 100000000;
    weir_uint128 digits = (weir_uint128)spread(low) << 64 | spread(high);
    unsigned skip = leading_zeros(digits);
    int exponent = 16 - (int)skip + number->exponent;
    if (exponent < KEY_MIN || exponent > KEY_MAX)
        return write_digits(number, into);
    digits >>= 8 * skip;
    char *at = put_pairs(into, digits, bytes_used(digits), exponent, negative);
    *at++ = TAIL_CANONICAL;
    return (size_t)(at - into);
}

size_t weir_key_write_number(const struct weir_number *number, char *into)
{
    switch (number->kind) {
    case WEIR_NULL:
        *into = KEY_NULL;
        return 1;
    case WEIR_DECIMAL:
        return write_decimal(number, into);
    case WEIR_BINARY:
    case WEIR_WIDE:
        return write_digits(number, into);
    default:
        return write_text(number->text, into);
    }
}
