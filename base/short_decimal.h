/*
 * Reads a decimal of up to 8 bytes in a 64-bit register: sign, digits, point.
 *
 * The bytes are shifted to the high end of the register, so that the last digit
 * is the highest byte. The point is squeezed out. Then three multiplications
 * add up pairs, fours and eights of digits (D. Lemire, Quickly parsing eight
 * digits, 2018).
 */
#ifndef WEIR_BASE_SHORT_DECIMAL_H
#define WEIR_BASE_SHORT_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t weir_short_load(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* The value of eight digits: one byte each, 0 to 9, the first one lowest. */
static inline uint64_t weir_short_digits(uint64_t digits)
{
    digits = digits * 10 + (digits >> 8);
    return ((digits & UINT64_C(0x000000ff000000ff)) *
                UINT64_C(0x000f424000000064) +
            ((digits >> 16) & UINT64_C(0x000000ff000000ff)) *
                UINT64_C(0x0000271000000001)) >>
           32;
}

/* Returns false if the text is longer than 8 bytes or is not
 * [-]digits[.digits]; it may then still be a number. The 9 bytes from `text` on
 * must be readable. */
static inline bool weir_short_decimal(const char *text, uint32_t len,
                                      int64_t *mantissa, int16_t *exponent)
{
    const uint64_t zeros = UINT64_C(0x3030303030303030);
    const uint64_t ones = UINT64_C(0x0101010101010101);
    if (len - 1 > 7)
        return false;
    uint32_t minus = *text == '-';
    uint32_t n = len - minus;
    if (n == 0)
        return false;
    uint64_t word = weir_short_load(text + minus) << (64 - 8 * n);
    /* The high bit of each byte that is a point. Higher bytes may be wrong, but
     * the lowest bit found is exact. */
    uint64_t dots = word ^ ones * '.';
    dots = (dots - ones) & ~dots & ones << 7;
    *exponent = 0;
    if (dots) {
        unsigned place = (unsigned)__builtin_ctzll(dots) & ~7u;
        uint64_t below = ((uint64_t)1 << place) - 1;
        word = (word & ~below & ~((uint64_t)0xff << place)) | (word & below)
                                                                  << 8;
        *exponent = (int16_t) - (int)((56 - place) / 8);
        n--;
        if (n == 0)
            return false;
    }
    /* Subtracts '0' from the digits only: the bytes below them stay zero. */
    uint64_t digits = word - (zeros << (64 - 8 * n));
    if ((digits | (digits + ones * 0x76)) & ones << 7)
        return false;
    int64_t value = (int64_t)weir_short_digits(digits);
    *mantissa = minus ? -value : value;
    return true;
}

#endif
