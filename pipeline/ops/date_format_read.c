/*
 * Reads a date as a format says: each letter takes its part of the text.
 */
#include "pipeline/ops/calendar.h"
#include "pipeline/ops/date_format.h"
#include "pipeline/ops/date_letters.h"

#include <strings.h>

struct reading {
    struct weir_cursor text;
    int value[N_PARTS]; /* -1 until read; not for FRACTION and OFFSET */
    uint32_t nanosecond;
    int32_t offset;
    bool has_offset;
};

/* Reads at most letter->width digits. */
static bool read_digits(struct reading *reading,
                        const struct weir_letter *letter)
{
    int value = 0, digit, n = 0;
    while (n < letter->width && weir_cursor_digits(&reading->text, 1, &digit)) {
        value = value * 10 + digit;
        n++;
    }
    if (letter->form == CENTURY)
        value += value < 69 ? 2000 : 1900; /* as POSIX has it */
    else if (value < letter->first || value > letter->last)
        return false;
    reading->value[letter->part] = value;
    return n >= letter->min;
}

static bool starts_with(struct weir_cursor *text, const char *name, size_t len)
{
    if ((size_t)(text->end - text->at) < len ||
        strncasecmp(text->at, name, len) != 0)
        return false;
    text->at += len;
    return true;
}

/* A name may be whole or short, whichever the letter is. */
static bool read_name(struct reading *reading, const struct weir_letter *letter)
{
    bool months = letter->part == MONTH;
    const char *const *names = months ? weir_month_names : weir_day_names;
    for (int i = 0; i < (months ? 12 : 7); i++)
        if (starts_with(&reading->text, names[i], strlen(names[i])) ||
            starts_with(&reading->text, names[i], WEIR_SHORT_NAME)) {
            reading->value[letter->part] = i + 1;
            return true;
        }
    return false;
}

static bool read_half(struct reading *reading)
{
    reading->value[HALF] = starts_with(&reading->text, "PM", 2);
    return reading->value[HALF] || starts_with(&reading->text, "AM", 2);
}

static bool read_offset(struct reading *reading,
                        const struct weir_letter *letter)
{
    reading->has_offset = true;
    if (letter->form == UTC)
        return starts_with(&reading->text, "UTC", 3);
    return weir_cursor_take(&reading->text, 'Z') ||
           weir_cursor_offset(&reading->text, &reading->offset);
}

static bool read_format(struct reading *reading, struct weir_text format);

static bool read_letter(struct reading *reading,
                        const struct weir_letter *letter)
{
    switch (letter->form) {
    case BLANKED:
        weir_cursor_take(&reading->text, ' ');
        return read_digits(reading, letter);
    case DIGITS:
    case CENTURY:
        return read_digits(reading, letter);
    case NAME:
    case SHORT_NAME:
        return read_name(reading, letter);
    case HALF_NAME:
        return read_half(reading);
    case FRACTION_DIGITS:
        return weir_cursor_fraction(&reading->text, &reading->nanosecond);
    case OFFSET_DIGITS:
    case UTC:
        return read_offset(reading, letter);
    case SEVERAL:
        return read_format(reading, weir_text_of(letter->several));
    default:
        return weir_cursor_take(&reading->text, '%');
    }
}

static bool read_format(struct reading *reading, struct weir_text format)
{
    struct weir_cursor cursor = weir_cursor_over(format);
    char byte;
    while (cursor.at < cursor.end) {
        const struct weir_letter *letter = weir_letter_next(&cursor, &byte);
        if (letter ? !read_letter(reading, letter)
                   : !weir_cursor_take(&reading->text, byte))
            return false;
    }
    return true;
}

static int given_or(int value, int otherwise)
{
    return value < 0 ? otherwise : value;
}

/* Makes the date of what was read. Returns false if there is no such date. */
static bool combine(const struct reading *reading, struct weir_date *date)
{
    const int *value = reading->value;
    int hour = value[HOUR];
    if (value[HALF] >= 0)
        hour = value[HOUR12] % 12 + 12 * value[HALF];
    *date = (struct weir_date){.year = value[YEAR],
                               .month = given_or(value[MONTH], 1),
                               .day = given_or(value[DAY], 1),
                               .hour = given_or(hour, 0),
                               .minute = given_or(value[MINUTE], 0),
                               .second = given_or(value[SECOND], 0),
                               .nanosecond = reading->nanosecond,
                               .offset = reading->offset,
                               .has_offset = reading->has_offset,
                               .has_time = hour >= 0};
    if (value[YEARDAY] > 365 + weir_is_leap(date->year) ||
        date->day > weir_month_days(date->year, date->month))
        return false;
    bool has_time = date->has_time;
    if (value[YEARDAY] > 0 &&
        !weir_date_add(date, value[YEARDAY] - 1, WEIR_DAY))
        return false;
    date->has_time = has_time;
    return value[WEEKDAY] < 0 ||
           value[WEEKDAY] == weir_date_get(date, WEIR_WEEKDAY);
}

static bool read_one(struct weir_text format, struct weir_cursor text,
                     struct weir_date *date)
{
    struct reading reading = {.text = text};
    memset(reading.value, -1, sizeof reading.value);
    return read_format(&reading, format) &&
           reading.text.at == reading.text.end && combine(&reading, date);
}

enum weir_kind weir_date_format_read(struct weir_text formats,
                                     struct weir_text text,
                                     struct weir_date *date)
{
    struct weir_cursor cursor = weir_cursor_over(text);
    const char *at = formats.bytes, *end = formats.bytes + formats.len;
    if (!weir_cursor_trim(&cursor))
        return WEIR_NULL;
    while (at < end) {
        size_t len = strnlen(at, (size_t)(end - at));
        if (read_one((struct weir_text){at, len}, cursor, date))
            return WEIR_DECIMAL;
        at += len + 1;
    }
    return WEIR_BAD;
}
