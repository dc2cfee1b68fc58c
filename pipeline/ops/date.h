/*
 * Dates and times of day in the forms of ISO 8601 and RFC 3339, in the
 * proleptic Gregorian calendar, years 0000 to 9999.
 */
#ifndef WEIR_PIPELINE_OPS_DATE_H
#define WEIR_PIPELINE_OPS_DATE_H

#include "base/number.h"
#include "pipeline/ops/ops.h"

struct weir_date {
    int year, month, day; /* month and day from 1 */
    int hour, minute, second;
    uint32_t at; /* offset in the text at which its YYYY-MM-DD begins */
};

/*
 * Reads YYYY-MM-DD, then optionally T or one blank and HH:MM[:SS[.f...]], then
 * after a time optionally Z, +HH:MM or +HHMM (or with -). Blanks and tabs may
 * surround it. The parts are taken as written: an offset from UTC does not
 * change them. Without a time the date is at midnight. Returns WEIR_DECIMAL if
 * the text is a date, WEIR_NULL if it is empty or blank, and else WEIR_BAD.
 */
enum weir_kind weir_date_read(struct weir_text text, struct weir_date *date);

/* The day of the week, from 0 for Monday to 6. */
int weir_date_weekday(const struct weir_date *date);

/* One part of the date; the week is that of ISO 8601, 1 to 53. */
int weir_date_get(const struct weir_date *date, enum weir_date_part part);

/*
 * Changes the date to the beginning of its year, quarter, ..., second; a week
 * begins on Monday. Returns false if that is before the year 0000.
 */
bool weir_date_truncate(struct weir_date *date,
                        enum weir_date_part part) WEIR_CHECKED;

/* Write YYYY-MM-DD (10 bytes) and YYYY-MM-DD HH:MM:SS (19 bytes), without a
 * terminating zero. */
#define WEIR_DATE_TEXT 10
#define WEIR_TIME_TEXT 19
void weir_date_write(const struct weir_date *date, char *into);
void weir_date_write_time(const struct weir_date *date, char *into);

#endif
