/*
 * Reading dates, and the calendar.
 *
 * The forms are fixed, so reading goes from digit to digit. Days are counted in
 * years that begin on 1 March. A leap day is then the last day of a year, and
 * the days before month m are given by one formula, (153 m + 2) / 5.
 */
#include "pipeline/ops/date.h"

#include <string.h>

static bool leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(int year, int month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30,
                                  31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && leap(year));
}

/* Reading */

struct cursor {
    const char *at, *end;
};

static bool take(struct cursor *cursor, char byte)
{
    bool there = cursor->at < cursor->end && *cursor->at == byte;
    cursor->at += there;
    return there;
}

/* Reads exactly n digits. */
static bool take_digits(struct cursor *cursor, int n, int *value)
{
    int number = 0;
    if (cursor->end - cursor->at < n)
        return false;
    for (; n; n--) {
        int digit = *cursor->at++ - '0';
        if (digit < 0 || digit > 9)
            return false;
        number = number * 10 + digit;
    }
    *value = number;
    return true;
}

static bool read_day(struct cursor *cursor, struct weir_date *date)
{
    return take_digits(cursor, 4, &date->year) && take(cursor, '-') &&
           take_digits(cursor, 2, &date->month) && take(cursor, '-') &&
           take_digits(cursor, 2, &date->day) && date->month >= 1 &&
           date->month <= 12 && date->day >= 1 &&
           date->day <= month_days(date->year, date->month);
}

static bool read_offset(struct cursor *cursor)
{
    int hour, minute;
    if (cursor->at == cursor->end || take(cursor, 'Z'))
        return true;
    if (!take(cursor, '+') && !take(cursor, '-'))
        return false;
    if (!take_digits(cursor, 2, &hour))
        return false;
    take(cursor, ':');
    return take_digits(cursor, 2, &minute) && hour < 24 && minute < 60;
}

static bool read_fraction(struct cursor *cursor)
{
    int digit;
    if (!take(cursor, '.'))
        return true;
    if (!take_digits(cursor, 1, &digit))
        return false;
    while (cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9')
        cursor->at++;
    return true;
}

static bool read_time(struct cursor *cursor, struct weir_date *date)
{
    if (!take(cursor, 'T') && !take(cursor, ' '))
        return false;
    if (!take_digits(cursor, 2, &date->hour) || !take(cursor, ':') ||
        !take_digits(cursor, 2, &date->minute))
        return false;
    if (take(cursor, ':') &&
        !(take_digits(cursor, 2, &date->second) && read_fraction(cursor)))
        return false;
    return date->hour < 24 && date->minute < 60 && date->second < 60 &&
           read_offset(cursor);
}

static bool blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

enum weir_kind weir_date_read(struct weir_text text, struct weir_date *date)
{
    struct cursor cursor = {text.bytes, text.bytes + text.len};
    while (cursor.at < cursor.end && blank(*cursor.at))
        cursor.at++;
    while (cursor.at < cursor.end && blank(cursor.end[-1]))
        cursor.end--;
    if (cursor.at == cursor.end)
        return WEIR_NULL;
    *date = (struct weir_date){.at = (uint32_t)(cursor.at - text.bytes)};
    if (!read_day(&cursor, date))
        return WEIR_BAD;
    if (cursor.at < cursor.end && !read_time(&cursor, date))
        return WEIR_BAD;
    return cursor.at == cursor.end ? WEIR_DECIMAL : WEIR_BAD;
}

/* The calendar */

/* Days since 1 March of the year -400, a Wednesday. */
static int count_days(int year, int month, int day)
{
    int before = month < 3; /* belongs to the year that began last March */
    int years = year - before + 400;
    int months = month - 3 + 12 * before;
    return 365 * years + years / 4 - years / 100 + years / 400 +
           (153 * months + 2) / 5 + day - 1;
}

static int weekday(int year, int month, int day)
{
    return (count_days(year, month, day) + 2) % 7;
}

int weir_date_weekday(const struct weir_date *date)
{
    return weekday(date->year, date->month, date->day);
}

/* A year has 53 weeks if it begins or ends on a Thursday. */
static int weeks(int year)
{
    return weekday(year, 1, 1) == 3 || weekday(year, 12, 31) == 3 ? 53 : 52;
}

/* A week belongs to the year of its Thursday (ISO 8601). */
static int week(const struct weir_date *date)
{
    int day_of_year = count_days(date->year, date->month, date->day) -
                      count_days(date->year, 1, 1);
    int number = (day_of_year - weir_date_weekday(date) + 10) / 7;
    if (number == 0)
        return weeks(date->year - 1);
    return number > weeks(date->year) ? 1 : number;
}

int weir_date_get(const struct weir_date *date, enum weir_date_part part)
{
    switch (part) {
    case WEIR_YEAR:
        return date->year;
    case WEIR_QUARTER:
        return (date->month + 2) / 3;
    case WEIR_MONTH:
        return date->month;
    case WEIR_WEEK:
        return week(date);
    case WEIR_DAY:
        return date->day;
    case WEIR_HOUR:
        return date->hour;
    case WEIR_MINUTE:
        return date->minute;
    case WEIR_SECOND:
        return date->second;
    }
    return 0;
}

static bool to_monday(struct weir_date *date)
{
    date->day -= weir_date_weekday(date);
    if (date->day >= 1)
        return true;
    date->month--;
    if (date->month == 0) {
        date->month = 12;
        date->year--;
    }
    date->day += month_days(date->year, date->month);
    return date->year >= 0;
}

bool weir_date_truncate(struct weir_date *date, enum weir_date_part part)
{
    if (part == WEIR_YEAR)
        date->month = 1;
    if (part == WEIR_QUARTER)
        date->month -= (date->month - 1) % 3;
    if (part <= WEIR_MONTH)
        date->day = 1;
    if (part <= WEIR_DAY)
        date->hour = 0;
    if (part <= WEIR_HOUR)
        date->minute = 0;
    if (part <= WEIR_MINUTE)
        date->second = 0;
    return part != WEIR_WEEK || to_monday(date);
}

/* Writing */

static void write_two(char *into, int number)
{
    into[0] = (char)('0' + number / 10);
    into[1] = (char)('0' + number % 10);
}

void weir_date_write(const struct weir_date *date, char *into)
{
    write_two(into, date->year / 100);
    write_two(into + 2, date->year % 100);
    into[4] = '-';
    write_two(into + 5, date->month);
    into[7] = '-';
    write_two(into + 8, date->day);
}

void weir_date_write_time(const struct weir_date *date, char *into)
{
    weir_date_write(date, into);
    into[10] = ' ';
    write_two(into + 11, date->hour);
    into[13] = ':';
    write_two(into + 14, date->minute);
    into[16] = ':';
    write_two(into + 17, date->second);
}
