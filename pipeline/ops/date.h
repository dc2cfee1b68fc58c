/*
 * Dates and times of day as ISO 8601 and RFC 3339 write them, in the proleptic
 * Gregorian calendar, years 0000 to 9999.
 */
#ifndef WEIR_PIPELINE_OPS_DATE_H
#define WEIR_PIPELINE_OPS_DATE_H

#include "base/number.h"
#include "pipeline/ops/ops.h"

struct weir_date {
    int year, month, day; /* month and day from 1 */
    int hour, minute, second;
    uint32_t at; /* where its YYYY-MM-DD begins in the text */
};

/*
 * Reads YYYY-MM-DD, then optionally T or one blank and HH:MM[:SS[.f...]], then
 * optionally Z, +HH:MM or +HHMM (or -). Blanks and tabs may surround it. The
 * parts are those written: an offset moves nothing. Without a time it is
 * midnight. WEIR_DECIMAL where it is one, WEIR_NULL where the text is empty or
 * blank, else WEIR_BAD.
 */
enum weir_kind weir_date_read(struct weir_text text, struct weir_date *date);

/* Monday is 0. */
int weir_date_weekday(const struct weir_date *date);

/* One part of it; the week is ISO 8601's, 1 to 53. */
int weir_date_get(const struct weir_date *date, enum weir_date_part part);

/*
 * Makes it the beginning of its year, quarter, ..., second; a week begins on
 * Monday. false where that lies before the year 0000.
 */
bool weir_date_truncate(struct weir_date *date,
                        enum weir_date_part part) WEIR_CHECKED;

/* Writes YYYY-MM-DD, and YYYY-MM-DD HH:MM:SS. */
#define WEIR_DATE_TEXT 10
#define WEIR_TIME_TEXT 19
void weir_date_write(const struct weir_date *date, char *into);
void weir_date_write_time(const struct weir_date *date, char *into);

#endif
