/*
 * The proleptic Gregorian calendar: parts of dates, and steps from date to
 * date.
 */
#ifndef WEIR_PIPELINE_OPS_CALENDAR_H
#define WEIR_PIPELINE_OPS_CALENDAR_H

#include "pipeline/ops/date.h"

static inline bool weir_is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static inline int weir_month_days(int year, int month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30,
                                  31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && weir_is_leap(year));
}

/* Days since 1970-01-01; the year is at least -400. */
int weir_days(int year, int month, int day);

/* One part of the date. The week is that of ISO 8601, 1 to 53, and isoyear is
 * the year that it belongs to; weekdays are 1 for Monday to 7. */
int weir_date_get(const struct weir_date *date, enum weir_date_part part);

/*
 * Changes the date to the beginning of its year, quarter, ..., second, which
 * has no offset, and a time only if the part is smaller than a day; a week
 * begins on Monday. Returns false if that is before the year 0000.
 */
bool weir_date_truncate(struct weir_date *date,
                        enum weir_date_part part) WEIR_CHECKED;

/*
 * Moves the date by n units (year to second). A day that the month does not
 * have becomes the month's last day. The offset stays. Returns false if that is
 * not within the years 0000 to 9999.
 */
bool weir_date_add(struct weir_date *date, int64_t n,
                   enum weir_date_part unit) WEIR_CHECKED;

/*
 * The number of beginnings of a unit (year to second) after a, up to b;
 * negative if b is earlier. From a day upwards the dates are taken as written.
 * Hours, minutes and seconds are those of a's clock: if both have an offset, b
 * is put on that clock first.
 */
int64_t weir_date_diff(const struct weir_date *a, const struct weir_date *b,
                       enum weir_date_part unit);

/* Seconds since 1970-01-01 00:00 UTC. Without an offset the date is in UTC. */
int64_t weir_date_seconds(const struct weir_date *date);

/* The date and time of those seconds on a clock that is `offset` seconds ahead
 * of UTC; it has a time, no fraction and no offset. Returns false if it is not
 * within the years 0000 to 9999. */
bool weir_date_from_seconds(struct weir_date *date, int64_t seconds,
                            int32_t offset) WEIR_CHECKED;

#endif
