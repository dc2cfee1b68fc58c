/*
 * A format is used as it is written: a table has what each letter stands for.
 */
#include "pipeline/ops/date_format.h"

#include "base/error.h"
#include "pipeline/ops/calendar.h"
#include "pipeline/ops/date_letters.h"
#include <stdio.h>
#include <string.h>

static const char *const part_names[N_PARTS] = {
    [YEAR] = "a year",         [MONTH] = "a month",
    [DAY] = "a day",           [YEARDAY] = "a day of the year",
    [HOUR] = "an hour",        [HOUR12] = "an hour of 12",
    [HALF] = "AM or PM",       [MINUTE] = "a minute",
    [SECOND] = "a second",     [FRACTION] = "a fraction of a second",
    [OFFSET] = "an offset",    [WEEKDAY] = "a weekday",
    [ISOYEAR] = "an ISO year", [WEEK] = "a week"};

#define HAS(part) (1u << (part))

static const struct weir_letter letters[128] = {
    ['Y'] = {DIGITS, YEAR, 4, 4, 0, 9999, NULL},
    ['y'] = {CENTURY, YEAR, 2, 2, 0, 99, NULL},
    ['m'] = {DIGITS, MONTH, 1, 2, 1, 12, NULL},
    ['b'] = {SHORT_NAME, MONTH, 0, 3, 0, 0, NULL},
    ['B'] = {NAME, MONTH, 0, 9, 0, 0, NULL},
    ['d'] = {DIGITS, DAY, 1, 2, 1, 31, NULL},
    ['e'] = {BLANKED, DAY, 1, 2, 1, 31, NULL},
    ['j'] = {DIGITS, YEARDAY, 1, 3, 1, 366, NULL},
    ['H'] = {DIGITS, HOUR, 1, 2, 0, 23, NULL},
    ['I'] = {DIGITS, HOUR12, 1, 2, 1, 12, NULL},
    ['p'] = {HALF_NAME, HALF, 0, 2, 0, 0, NULL},
    ['M'] = {DIGITS, MINUTE, 1, 2, 0, 59, NULL},
    ['S'] = {DIGITS, SECOND, 1, 2, 0, 59, NULL},
    ['f'] = {FRACTION_DIGITS, FRACTION, 1, 6, 0, 0, NULL},
    ['z'] = {OFFSET_DIGITS, OFFSET, 0, 9, 0, 0, NULL},
    ['Z'] = {UTC, OFFSET, 0, 12, 0, 0, NULL},
    ['a'] = {SHORT_NAME, WEEKDAY, 0, 3, 0, 0, NULL},
    ['A'] = {NAME, WEEKDAY, 0, 9, 0, 0, NULL},
    ['u'] = {DIGITS, WEEKDAY, 1, 1, 1, 7, NULL},
    ['G'] = {DIGITS, ISOYEAR, 4, 4, 0, 9999, NULL},
    ['V'] = {DIGITS, WEEK, 1, 2, 1, 53, NULL},
    ['F'] = {SEVERAL, 0, 0, 10, 0, 0, "%Y-%m-%d"},
    ['T'] = {SEVERAL, 0, 0, 8, 0, 0, "%H:%M:%S"},
    ['%'] = {PERCENT, 0, 0, 1, 0, 0, NULL},
};

const char *const weir_month_names[12] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
const char *const weir_day_names[7] = {"Monday",   "Tuesday", "Wednesday",
                                       "Thursday", "Friday",  "Saturday",
                                       "Sunday"};

const struct weir_letter *weir_letter_next(struct weir_cursor *format,
                                           char *byte)
{
    static const struct weir_letter none = {.form = NO_LETTER};
    *byte = *format->at++;
    if (*byte != '%')
        return NULL;
    if (format->at == format->end)
        return &none;
    *byte = *format->at++;
    return (unsigned char)*byte < 128 ? &letters[(unsigned char)*byte] : &none;
}

/* Checking */

static enum weir_status fail_letter(struct weir_text format, const char *end,
                                    struct weir_error *error)
{
    char shown[32];
    const char *begin = end - 1;
    while (*begin != '%')
        begin--;
    if (end == format.bytes + format.len && begin == end - 1)
        return weir_fail(error, WEIR_USAGE,
                         "the format ends in %%; write %%%% for a %%");
    weir_show(shown, sizeof shown, begin, (size_t)(end - begin), 8);
    return weir_fail(error, WEIR_USAGE,
                     "%s is no letter of a format; there are %%Y %%y %%m %%b "
                     "%%B %%d %%e %%j %%H %%I %%p %%M %%S %%f %%z %%Z %%a %%A "
                     "%%u %%F %%T %%%%, and for strftime %%G %%V",
                     shown);
}

/* Adds what the format gives to *given. A letter that gives something twice is
 * an error, unless `given` is NULL. */
static enum weir_status check(struct weir_text format, unsigned *given,
                              struct weir_error *error)
{
    struct weir_cursor cursor = weir_cursor_over(format);
    char byte;
    while (cursor.at < cursor.end) {
        const struct weir_letter *letter = weir_letter_next(&cursor, &byte);
        if (!letter || letter->form == PERCENT)
            continue;
        if (letter->form == NO_LETTER)
            return fail_letter(format, cursor.at, error);
        if (!given)
            continue;
        if (letter->form == SEVERAL) {
            if (check(weir_text_of(letter->several), given, error))
                return error->status;
            continue;
        }
        if (*given & HAS(letter->part))
            return weir_fail(error, WEIR_USAGE,
                             "the format gives %s twice, the second time by "
                             "%%%c",
                             part_names[letter->part], byte);
        *given |= HAS(letter->part);
    }
    return WEIR_OK;
}

/* Refuses a format by words, such as MM/DD/YYYY. */
static enum weir_status check_words(struct weir_text format,
                                    struct weir_error *error)
{
    char translated[WEIR_TRANSLATED];
    if (!weir_date_format_translate(format, translated))
        return WEIR_OK;
    return weir_fail(error, WEIR_USAGE,
                     "a format is written with letters after %%: '%s'",
                     translated);
}

/* What gives this has to give one of those. */
static const struct {
    uint8_t part;
    unsigned needs;
    const char *words;
} needs[] = {
    {DAY, HAS(MONTH), "a month"},
    {WEEKDAY, HAS(DAY) | HAS(YEARDAY), "a day"},
    {HOUR, HAS(DAY) | HAS(YEARDAY), "a day"},
    {HOUR12, HAS(DAY) | HAS(YEARDAY), "a day"},
    {HOUR12, HAS(HALF), "AM or PM, %p"},
    {HALF, HAS(HOUR12), "an hour of 12, %I"},
    {MINUTE, HAS(HOUR) | HAS(HOUR12), "an hour"},
    {SECOND, HAS(MINUTE), "a minute"},
    {FRACTION, HAS(SECOND), "a second"},
    {OFFSET, HAS(HOUR) | HAS(HOUR12), "an hour"},
};

/* Of these a format may give only one. */
static const uint8_t rivals[][2] = {
    {YEARDAY, MONTH}, {YEARDAY, DAY}, {HOUR, HOUR12}};

enum weir_status weir_date_format_check_read(struct weir_text format,
                                             struct weir_error *error)
{
    unsigned given = 0;
    if (check_words(format, error) || check(format, &given, error))
        return error->status;
    if (given & (HAS(ISOYEAR) | HAS(WEEK)))
        return weir_fail(error, WEIR_USAGE,
                         "%%G and %%V can be written, but not be read");
    if (!(given & HAS(YEAR)))
        return weir_fail(error, WEIR_USAGE,
                         "the format gives no year: %%Y has four digits, %%y "
                         "two");
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (given & HAS(needs[i].part) && !(given & needs[i].needs))
            return weir_fail(error, WEIR_USAGE,
                             "the format gives %s without %s",
                             part_names[needs[i].part], needs[i].words);
    for (size_t i = 0; i < sizeof rivals / sizeof *rivals; i++)
        if (given & HAS(rivals[i][0]) && given & HAS(rivals[i][1]))
            return weir_fail(
                error, WEIR_USAGE, "the format gives both %s and %s",
                part_names[rivals[i][0]], part_names[rivals[i][1]]);
    return WEIR_OK;
}

enum weir_status weir_date_format_check_write(struct weir_text format,
                                              struct weir_error *error)
{
    return check_words(format, error) ? error->status
                                      : check(format, NULL, error);
}

/* Writing */

static int value_of(const struct weir_date *date, enum weir_letter_part part)
{
    static const uint8_t parts[N_PARTS] = {
        [YEAR] = WEIR_YEAR,       [MONTH] = WEIR_MONTH,
        [DAY] = WEIR_DAY,         [YEARDAY] = WEIR_YEARDAY,
        [HOUR] = WEIR_HOUR,       [MINUTE] = WEIR_MINUTE,
        [SECOND] = WEIR_SECOND,   [WEEKDAY] = WEIR_WEEKDAY,
        [ISOYEAR] = WEIR_ISOYEAR, [WEEK] = WEIR_WEEK};
    if (part == HOUR12)
        return (date->hour + 11) % 12 + 1;
    return weir_date_get(date, (enum weir_date_part)parts[part]);
}

static size_t write_name(const struct weir_letter *letter,
                         const struct weir_date *date, char *into)
{
    const char *const *names =
        letter->part == MONTH ? weir_month_names : weir_day_names;
    const char *name = names[value_of(date, letter->part) - 1];
    size_t len = letter->form == NAME ? strlen(name) : WEIR_SHORT_NAME;
    memcpy(into, name, len);
    return len;
}

/* As %z has it: +0200, and nothing where there is no offset. */
static size_t write_offset(const struct weir_date *date, char *into)
{
    char text[16];
    size_t len = 0, n = weir_date_write_offset(text, date->offset);
    for (size_t i = 0; date->has_offset && i < n; i++)
        if (text[i] != ':')
            into[len++] = text[i];
    return len;
}

/* UTC, UTC+02:00, and nothing where there is no offset. */
static size_t write_utc(const struct weir_date *date, char *into)
{
    if (!date->has_offset)
        return 0;
    memcpy(into, "UTC", 3);
    return 3 +
           (date->offset ? weir_date_write_offset(into + 3, date->offset) : 0);
}

static size_t write_letter(const struct weir_letter *letter,
                           const struct weir_date *date, char *into)
{
    switch (letter->form) {
    case NAME:
    case SHORT_NAME:
        return write_name(letter, date, into);
    case HALF_NAME:
        memcpy(into, date->hour < 12 ? "AM" : "PM", 2);
        return 2;
    case FRACTION_DIGITS:
        return weir_date_write_digits(into, 6, date->nanosecond / 1000);
    case OFFSET_DIGITS:
        return write_offset(date, into);
    case UTC:
        return write_utc(date, into);
    case SEVERAL:
        return weir_date_format_write(weir_text_of(letter->several), date,
                                      into);
    case PERCENT:
        *into = '%';
        return 1;
    default:
        break;
    }
    int value = value_of(date, letter->part);
    size_t sign = value < 0; /* the ISO year before 0000 */
    *into = '-';
    weir_date_write_digits(into + sign, letter->width - sign,
                           (uint32_t)(sign ? -value : value));
    if (letter->form == BLANKED && *into == '0')
        *into = ' ';
    return letter->width;
}

size_t weir_date_format_write(struct weir_text format,
                              const struct weir_date *date, char *into)
{
    struct weir_cursor cursor = weir_cursor_over(format);
    size_t len = 0;
    while (cursor.at < cursor.end) {
        const struct weir_letter *letter =
            weir_letter_next(&cursor, &into[len]);
        len += letter ? write_letter(letter, date, into + len) : 1;
    }
    return len;
}

size_t weir_date_format_width(struct weir_text format)
{
    struct weir_cursor cursor = weir_cursor_over(format);
    size_t width = 0;
    char byte;
    while (cursor.at < cursor.end) {
        const struct weir_letter *letter = weir_letter_next(&cursor, &byte);
        width += letter ? letter->width : 1;
    }
    return width;
}
