/*
 * Reads a rule, and finds the days on which it changes the clock.
 */
#include "pipeline/ops/zone_rule.h"

#include "pipeline/ops/calendar.h"

/* Reads digits as a number of at most 3 digits. */
static bool take_number(struct weir_cursor *rule, int *value)
{
    int digit, n = 0;
    *value = 0;
    for (; n < 3 && weir_cursor_digits(rule, 1, &digit); n++)
        *value = *value * 10 + digit;
    return n > 0;
}

/* Reads [+-]hh[:mm[:ss]]; up to 167 hours, as RFC 8536 has it. */
static bool take_clock(struct weir_cursor *rule, int32_t *seconds)
{
    bool negative = weir_cursor_take(rule, '-');
    int hour, minute = 0, second = 0;
    if (!negative)
        weir_cursor_take(rule, '+');
    if (!take_number(rule, &hour))
        return false;
    if (weir_cursor_take(rule, ':') &&
        (!take_number(rule, &minute) ||
         (weir_cursor_take(rule, ':') && !take_number(rule, &second))))
        return false;
    *seconds = (hour * 60 + minute) * 60 + second;
    if (negative)
        *seconds = -*seconds;
    return hour <= 167 && minute < 60 && second < 60;
}

/* Reads over a name: CET, <+0330>. */
static bool take_name(struct weir_cursor *rule)
{
    const char *begin = rule->at;
    if (weir_cursor_take(rule, '<')) {
        while (rule->at < rule->end && *rule->at != '>')
            rule->at++;
        return weir_cursor_take(rule, '>');
    }
    while (rule->at < rule->end && weir_is_letter(*rule->at))
        rule->at++;
    return rule->at > begin;
}

/* The rule writes offsets to the west; a zone counts them to the east. */
static bool take_offset(struct weir_cursor *rule, int32_t *offset)
{
    if (!take_clock(rule, offset))
        return false;
    *offset = -*offset;
    return *offset > -WEIR_DAY_SECONDS && *offset < WEIR_DAY_SECONDS;
}

static bool within(int value, int first, int last)
{
    return value >= first && value <= last;
}

static bool take_day(struct weir_cursor *rule, struct weir_zone_change *change)
{
    if (weir_cursor_take(rule, 'M')) {
        change->kind = 'M';
        return take_number(rule, &change->month) &&
               weir_cursor_take(rule, '.') &&
               take_number(rule, &change->week) &&
               weir_cursor_take(rule, '.') && take_number(rule, &change->day) &&
               within(change->month, 1, 12) && within(change->week, 1, 5) &&
               within(change->day, 0, 6);
    }
    change->kind = weir_cursor_take(rule, 'J') ? 'J' : '0';
    return take_number(rule, &change->day) &&
           within(change->day, change->kind == 'J', 365);
}

static bool take_change(struct weir_cursor *rule,
                        struct weir_zone_change *change)
{
    change->time = 2 * 3600;
    return weir_cursor_take(rule, ',') && take_day(rule, change) &&
           (!weir_cursor_take(rule, '/') || take_clock(rule, &change->time));
}

bool weir_zone_rule_read(struct weir_cursor *text, struct weir_zone_rule *rule)
{
    if (!take_name(text) || !take_offset(text, &rule->standard))
        return false;
    rule->daylight = rule->standard;
    if (text->at == text->end)
        return true;
    rule->changes = true;
    rule->daylight += 3600;
    if (!take_name(text) || (text->at < text->end && *text->at != ',' &&
                             !take_offset(text, &rule->daylight)))
        return false;
    return take_change(text, &rule->begin) && take_change(text, &rule->end) &&
           text->at == text->end;
}

/* The day of the change in a year, in days since 1970-01-01. */
static int day_of(const struct weir_zone_change *change, int year)
{
    if (change->kind == '0')
        return weir_days(year, 1, 1) + change->day;
    if (change->kind == 'J') {
        bool after_leap_day = change->day >= 60 && weir_is_leap(year);
        return weir_days(year, 1, 1) + change->day - 1 + after_leap_day;
    }
    int first = weir_days(year, change->month, 1);
    /* 1970-01-01 was a Thursday. Sunday is 0, as in the rule; what is added is
     * weeks, so that nothing is negative. */
    int weekday = (first + 7 * 200000 + 4) % 7;
    int day = (change->day - weekday + 7) % 7 + 7 * (change->week - 1);
    while (day >= weir_month_days(year, change->month))
        day -= 7;
    return first + day;
}

static int64_t second_of(const struct weir_zone_change *change, int year,
                         int32_t offset)
{
    return (int64_t)day_of(change, year) * WEIR_DAY_SECONDS + change->time -
           offset;
}

int32_t weir_zone_rule_offset(const struct weir_zone_rule *rule,
                              int64_t seconds)
{
    struct weir_date date;
    if (!rule->changes ||
        !weir_date_from_seconds(&date, seconds, rule->standard))
        return rule->standard;
    int64_t begin = second_of(&rule->begin, date.year, rule->standard);
    int64_t end = second_of(&rule->end, date.year, rule->daylight);
    /* In the south daylight saving time begins late in one year and ends early
     * in the next. */
    bool daylight = begin < end ? seconds >= begin && seconds < end
                                : seconds >= begin || seconds < end;
    return daylight ? rule->daylight : rule->standard;
}
