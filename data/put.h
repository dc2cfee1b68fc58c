/*
 * put.h - writes values as text.
 *
 * Each function writes at a cursor, and returns it moved past what it wrote.
 * The caller must make sure that there is room.
 */
#ifndef WEIR_DATA_PUT_H
#define WEIR_DATA_PUT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lists.h"

static inline char *put_text(char *at, const char *text, size_t len)
{
    memcpy(at, text, len);
    return at + len;
}

static inline char *put_string(char *at, const char *text)
{
    return put_text(at, text, strlen(text));
}

static inline char *put_word(char *at, const struct word *word)
{
    return put_text(at, word->text, word->len);
}

/* Writes each ASCII letter as a letter of another script. `script` is the code
   point for an a. A letter takes two bytes of UTF-8 below U+0800, otherwise
   three. */
static inline char *put_script(char *at, const struct word *word,
                               uint32_t script)
{
    for (size_t i = 0; i < word->len; i++) {
        uint32_t letter = ((uint8_t)word->text[i] | 32u) - 'a';
        uint32_t code = script + letter;

        if (letter >= 26) {
            *at++ = word->text[i];
            continue;
        }
        if (code < 0x800) {
            *at++ = (char)(0xC0 | code >> 6);
        } else {
            *at++ = (char)(0xE0 | code >> 12);
            *at++ = (char)(0x80 | (code >> 6 & 0x3F));
        }
        *at++ = (char)(0x80 | (code & 0x3F));
    }
    return at;
}

/* Writes `value` with at least `n_digits` digits. */
static inline char *put_digits(char *at, uint64_t value, int n_digits)
{
    char digits[20];
    char *first = digits + sizeof digits;

    for (; value != 0 || n_digits > 0; value /= 10, n_digits--)
        *--first = (char)('0' + value % 10);
    return put_text(at, first, (size_t)(digits + sizeof digits - first));
}

static inline char *put_number(char *at, uint64_t value)
{
    return put_digits(at, value, 1);
}

/* Writes `value`, which is in units of 10^-decimals; without a point if
   `decimals` is 0. */
static inline char *put_decimal(char *at, int64_t value, int decimals)
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    uint64_t one = 1;

    for (int i = 0; i < decimals; i++)
        one *= 10;
    if (value < 0)
        *at++ = '-';
    at = put_number(at, size / one);
    if (decimals == 0)
        return at;
    *at++ = '.';
    return put_digits(at, size % one, decimals);
}

/* Writes a date. `day` is the number of days since 2000-03-01. Years are
   counted from March on, so that a leap day is the last day of its year. The
   date must be in this century, in which every fourth year is a leap year. */
static inline char *put_date(char *at, uint32_t day)
{
    uint32_t year = (4 * day + 3) / 1461;
    uint32_t of_year = day - 1461 * year / 4;
    uint32_t month = (5 * of_year + 2) / 153;
    uint32_t of_month = of_year - (153 * month + 2) / 5;
    bool next_year = month >= 10;

    at = put_digits(at, 2000 + year + next_year, 4);
    *at++ = '-';
    at = put_digits(at, next_year ? month - 9 : month + 3, 2);
    *at++ = '-';
    return put_digits(at, of_month + 1, 2);
}

#endif
