/*
 * Reading and writing dates. The forms are fixed, so reading goes from digit to
 * digit.
 */
#include "pipeline/ops/date.h"

#include "base/short_decimal.h"
#include "pipeline/ops/calendar.h"
#include "pipeline/ops/date_cursor.h"
#include <string.h>

/* Reading */

static bool is_digit(const struct weir_cursor *cursor)
{
    return cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9';
}

bool weir_cursor_fraction(struct weir_cursor *cursor, uint32_t *nanosecond)
{
    uint32_t scale = 100000000;
    *nanosecond = 0;
    if (!is_digit(cursor))
        return false;
    for (; is_digit(cursor); cursor->at++, scale /= 10)
        *nanosecond += scale * (uint32_t)(*cursor->at - '0');
    return true;
}

bool weir_cursor_offset(struct weir_cursor *cursor, int32_t *seconds)
{
    int part[3] = {0, 0, 0};
    bool colons = false, west = weir_cursor_take(cursor, '-');
    if (!west && !weir_cursor_take(cursor, '+'))
        return false;
    for (size_t i = 0; i < 3; i++) {
        bool colon = i && (i == 1 || colons) && weir_cursor_take(cursor, ':');
        if (i == 1)
            colons = colon;
        if (colons && !colon)
            break;
        if (weir_cursor_digits(cursor, 2, &part[i]))
            continue;
        if (i == 0 || colons)
            return false;
        break;
    }
    int32_t sum = (part[0] * 60 + part[1]) * 60 + part[2];
    *seconds = west ? -sum : sum;
    return part[0] < 24 && part[1] < 60 && part[2] < 60;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

bool weir_cursor_trim(struct weir_cursor *cursor)
{
    while (cursor->at < cursor->end && is_blank(*cursor->at))
        cursor->at++;
    while (cursor->at < cursor->end && is_blank(cursor->end[-1]))
        cursor->end--;
    return cursor->at < cursor->end;
}

/* Reads YYYY-MM- as eight digits, of which two are 0, and then DD. */
static inline bool read_day(struct weir_cursor *cursor, struct weir_date *date)
{
    const uint64_t form = UINT64_C(0x2d30302d30303030); /* 0000-00- */
    const uint64_t high = UINT64_C(0x8080808080808080);
    if (cursor->end - cursor->at < WEIR_DATE_DAY)
        return false;
    uint64_t digits = weir_short_load(cursor->at) ^ form;
    /* Sets the high bit of a byte that is above 9, or where the form has a -,
     * above 0. */
    if ((digits | (digits + UINT64_C(0x7f76767f76767676))) & high)
        return false;
    unsigned tens = (unsigned char)cursor->at[8] - (unsigned)'0';
    unsigned ones = (unsigned char)cursor->at[9] - (unsigned)'0';
    uint32_t number = (uint32_t)weir_short_digits(digits);
    date->year = (int)(number / 10000);
    date->month = (int)(number % 10000 / 10);
    date->day = (int)(tens * 10 + ones);
    cursor->at += WEIR_DATE_DAY;
    return tens <= 9 && ones <= 9 && date->month >= 1 && date->month <= 12 &&
           date->day >= 1 &&
           date->day <= weir_month_days(date->year, date->month);
}

static bool read_zone(struct weir_cursor *cursor, struct weir_date *date)
{
    if (cursor->at == cursor->end)
        return true;
    date->has_offset = true;
    if (weir_cursor_take(cursor, 'Z'))
        return true;
    weir_cursor_take(cursor, ' ');
    if (cursor->end - cursor->at == 3 && !memcmp(cursor->at, "UTC", 3)) {
        cursor->at = cursor->end;
        return true;
    }
    return weir_cursor_offset(cursor, &date->offset);
}

static bool read_second(struct weir_cursor *cursor, struct weir_date *date)
{
    if (!weir_cursor_digits(cursor, 2, &date->second))
        return false;
    if (!weir_cursor_take(cursor, '.') && !weir_cursor_take(cursor, ','))
        return true;
    return weir_cursor_fraction(cursor, &date->nanosecond);
}

static bool read_time(struct weir_cursor *cursor, struct weir_date *date)
{
    date->has_time = true;
    if (!weir_cursor_take(cursor, 'T') && !weir_cursor_take(cursor, ' '))
        return false;
    if (!weir_cursor_digits(cursor, 2, &date->hour) ||
        !weir_cursor_take(cursor, ':') ||
        !weir_cursor_digits(cursor, 2, &date->minute))
        return false;
    if (weir_cursor_take(cursor, ':') && !read_second(cursor, date))
        return false;
    return date->hour < 24 && date->minute < 60 && date->second < 60 &&
           read_zone(cursor, date);
}

enum weir_kind weir_date_read(struct weir_text text, struct weir_date *date)
{
    struct weir_cursor cursor = {text.bytes, text.bytes + text.len};
    if (!weir_cursor_trim(&cursor))
        return WEIR_NULL;
    *date = (struct weir_date){.at = (uint32_t)(cursor.at - text.bytes)};
    if (!read_day(&cursor, date))
        return WEIR_BAD;
    if (cursor.at < cursor.end && !read_time(&cursor, date))
        return WEIR_BAD;
    return cursor.at == cursor.end ? WEIR_DECIMAL : WEIR_BAD;
}

bool weir_date_or_null(struct weir_text text)
{
    struct weir_date date;
    return weir_date_read(text, &date) != WEIR_BAD;
}

/* Writing */

size_t weir_date_write_digits(char *into, size_t digits, uint32_t number)
{
    for (size_t i = digits; i-- > 0; number /= 10)
        into[i] = (char)('0' + number % 10);
    return digits;
}

/* Writes a number below 100. */
static inline void write_pair(char *into, unsigned number)
{
    unsigned tens = number * 103 >> 10; /* a tenth, rounded down */
    into[0] = (char)('0' + tens);
    into[1] = (char)('0' + number - 10 * tens);
}

/* Writes a byte and two digits. */
static inline size_t write_two(char *into, char before, int number)
{
    into[0] = before;
    write_pair(into + 1, (unsigned)number);
    return 3;
}

size_t weir_date_write_offset(char *into, int32_t offset)
{
    int32_t seconds = offset < 0 ? -offset : offset;
    size_t len = write_two(into, offset < 0 ? '-' : '+', seconds / 3600);
    len += write_two(into + len, ':', seconds / 60 % 60);
    return seconds % 60 ? len + write_two(into + len, ':', seconds % 60) : len;
}

/* Without zeros at the end. */
static size_t write_fraction(char *into, uint32_t nanosecond)
{
    size_t len = 1 + weir_date_write_digits(into + 1, 9, nanosecond);
    into[0] = '.';
    while (into[len - 1] == '0')
        len--;
    return len;
}

size_t weir_date_write(const struct weir_date *date, char *into)
{
    size_t len = 4;
    write_pair(into, (unsigned)date->year / 100);
    write_pair(into + 2, (unsigned)date->year % 100);
    len += write_two(into + len, '-', date->month);
    len += write_two(into + len, '-', date->day);
    if (!date->has_time)
        return len;
    len += write_two(into + len, ' ', date->hour);
    len += write_two(into + len, ':', date->minute);
    len += write_two(into + len, ':', date->second);
    if (date->nanosecond)
        len += write_fraction(into + len, date->nanosecond);
    if (date->has_offset)
        len += weir_date_write_offset(into + len, date->offset);
    return len;
}
