/*
 * Days are counted in years that begin on 1 March. A leap day is then the last
 * day of a year, and the days before month m are given by one formula,
 * (153 m + 2) / 5.
 */
#include "pipeline/ops/calendar.h"

/* 400 years have the same days, and 1 March -400 begins such years. */
#define CYCLE_YEARS 400
#define CYCLE_DAYS 146097
/* 1970-01-01, counted from 1 March -400. */
#define EPOCH 865565
#define DAY_SECONDS ((int64_t)86400)

/* Days since 1 March of the year -400, a Wednesday. */
static int count_days(int year, int month, int day)
{
    int before = month < 3; /* belongs to the year that began last March */
    int years = year - before + CYCLE_YEARS;
    int months = month - 3 + 12 * before;
    return 365 * years + years / 4 - years / 100 + years / 400 +
           (153 * months + 2) / 5 + day - 1;
}

int weir_days(int year, int month, int day)
{
    return count_days(year, month, day) - EPOCH;
}

/* Sets the date to that many days after 1 March -400. */
static void set_days(struct weir_date *date, int days)
{
    int rest = days % CYCLE_DAYS;
    int years = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
    rest -= 365 * years + years / 4 - years / 100;
    int months = (5 * rest + 2) / 153; /* since March */
    date->day = rest - (153 * months + 2) / 5 + 1;
    date->month = months < 10 ? months + 3 : months - 9;
    date->year = years + days / CYCLE_DAYS * CYCLE_YEARS - CYCLE_YEARS +
                 (date->month < 3);
}

static int days_of(const struct weir_date *date)
{
    return count_days(date->year, date->month, date->day);
}

/* From 0 for Monday to 6. */
static int weekday(int days)
{
    return (days + 2) % 7;
}

/* A year has 53 weeks if it begins or ends on a Thursday. */
static int weeks(int year)
{
    return weekday(count_days(year, 1, 1)) == 3 ||
                   weekday(count_days(year, 12, 31)) == 3
               ? 53
               : 52;
}

struct week {
    int year, number;
};

/* A week belongs to the year of its Thursday (ISO 8601). */
static struct week week(const struct weir_date *date)
{
    int days = days_of(date), year = date->year;
    int number = (days - count_days(year, 1, 1) - weekday(days) + 10) / 7;
    if (number == 0)
        return (struct week){year - 1, weeks(year - 1)};
    if (number > weeks(year))
        return (struct week){year + 1, 1};
    return (struct week){year, number};
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
        return week(date).number;
    case WEIR_DAY:
        return date->day;
    case WEIR_HOUR:
        return date->hour;
    case WEIR_MINUTE:
        return date->minute;
    case WEIR_SECOND:
        return date->second;
    case WEIR_ISOYEAR:
        return week(date).year;
    case WEIR_WEEKDAY:
        return weekday(days_of(date)) + 1;
    case WEIR_YEARDAY:
        return days_of(date) - count_days(date->year, 1, 1) + 1;
    }
    return 0;
}

static void to_monday(struct weir_date *date)
{
    int days = days_of(date), since = weekday(days);
    if (date->day > since)
        date->day -= since;
    else
        set_days(date, days - since);
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
    date->nanosecond = 0;
    date->has_offset = false;
    date->has_time = part > WEIR_DAY;
    if (part == WEIR_WEEK)
        to_monday(date);
    return date->year >= 0;
}

/* The seconds since 1970-01-01 00:00 on the date's own clock. */
static int64_t clock_seconds(const struct weir_date *date)
{
    int within = (date->hour * 60 + date->minute) * 60 + date->second;
    return (days_of(date) - EPOCH) * DAY_SECONDS + within;
}

int64_t weir_date_seconds(const struct weir_date *date)
{
    return clock_seconds(date) - date->offset;
}

/* Sets all parts but the fraction and the offset. */
static bool set_clock(struct weir_date *date, int64_t seconds)
{
    const int64_t first = (count_days(0, 1, 1) - EPOCH) * DAY_SECONDS;
    const int64_t end = (count_days(10000, 1, 1) - EPOCH) * DAY_SECONDS;
    if (seconds < first || seconds >= end)
        return false;
    int64_t since = seconds + EPOCH * DAY_SECONDS; /* not negative */
    int rest = (int)(since % DAY_SECONDS);
    set_days(date, (int)(since / DAY_SECONDS));
    date->hour = rest / 3600;
    date->minute = rest / 60 % 60;
    date->second = rest % 60;
    return true;
}

bool weir_date_from_seconds(struct weir_date *date, int64_t seconds,
                            int32_t offset)
{
    *date = (struct weir_date){.has_time = true};
    return set_clock(date, seconds + offset);
}

/* The units of fixed length, in seconds, and the others in months. */
static const int32_t unit_seconds[] = {
    [WEIR_WEEK] = 7 * 86400, [WEIR_DAY] = 86400, [WEIR_HOUR] = 3600,
    [WEIR_MINUTE] = 60,      [WEIR_SECOND] = 1,
};
static const int8_t unit_months[] = {
    [WEIR_YEAR] = 12, [WEIR_QUARTER] = 3, [WEIR_MONTH] = 1};

bool weir_date_add(struct weir_date *date, int64_t n, enum weir_date_part unit)
{
    const int64_t max = (int64_t)1 << 40; /* more than the seconds there are */
    if (n < -max || n > max)
        return false;
    if (unit > WEIR_MONTH) {
        date->has_time |= unit > WEIR_DAY;
        return set_clock(date, clock_seconds(date) + n * unit_seconds[unit]);
    }
    int64_t months = date->year * 12 + date->month - 1 + n * unit_months[unit];
    if (months < 0 || months >= 120000)
        return false;
    date->year = (int)(months / 12);
    date->month = (int)(months % 12) + 1;
    int last = weir_month_days(date->year, date->month);
    if (date->day > last)
        date->day = last;
    return true;
}

/* Division that rounds down. */
static int64_t divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* The number of the unit that the date is in, counted from anywhere. */
static int64_t number_of(const struct weir_date *date, enum weir_date_part unit,
                         int64_t seconds)
{
    if (unit <= WEIR_MONTH)
        return (date->year * 12 + date->month - 1) / unit_months[unit];
    if (unit == WEIR_WEEK)
        return (days_of(date) + 2) / 7;
    return divide(seconds, unit_seconds[unit]);
}

int64_t weir_date_diff(const struct weir_date *a, const struct weir_date *b,
                       enum weir_date_part unit)
{
    int64_t seconds = clock_seconds(b);
    if (unit > WEIR_DAY && a->has_offset && b->has_offset)
        seconds += a->offset - b->offset;
    return number_of(b, unit, seconds) - number_of(a, unit, clock_seconds(a));
}
