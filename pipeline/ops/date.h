/*
 * Dates and times of day in the forms of ISO 8601 and RFC 3339, and as
 * databases write them, in the proleptic Gregorian calendar, years 0000 to
 * 9999.
 */
#ifndef WEIR_PIPELINE_OPS_DATE_H
#define WEIR_PIPELINE_OPS_DATE_H

#include "base/number.h"
#include "pipeline/ops/ops.h"

struct weir_date {
    int year, month, day; /* month and day from 1 */
    int hour, minute, second;
    uint32_t nanosecond;
    int32_t offset;            /* from UTC in seconds; east is positive */
    bool has_time, has_offset; /* without one hour, ... or offset are 0 */
    uint32_t at; /* offset in the text at which its YYYY-MM-DD begins */
};

/*
 * Reads YYYY-MM-DD, then optionally T or one blank and HH:MM[:SS[.f...]], with
 * a point or a comma. After a time an offset from UTC may follow: Z, or, with
 * or without a blank before it, UTC or +HH, +HHMM, +HH:MM, +HH:MM:SS (or with
 * -). Blanks and tabs may surround the date. The parts are taken as written: an
 * offset does not change them. Digits of the fraction after the ninth are
 * dropped. Without a time the date is at midnight. Returns WEIR_DECIMAL if the
 * text is a date, WEIR_NULL if it is empty or blank, and else WEIR_BAD.
 */
enum weir_kind weir_date_read(struct weir_text text, struct weir_date *date);
/* Whether the text is not BAD as a date. */
bool weir_date_or_null(struct weir_text text);

/*
 * Writes YYYY-MM-DD, and if the date has them HH:MM:SS[.f...] after a blank,
 * and the offset as +HH:MM[:SS]. weir_date_read reads it as the same date.
 * Returns the length, which is at most WEIR_DATE_CAPACITY; there is no
 * terminating zero.
 */
#define WEIR_DATE_DAY 10  /* the length of YYYY-MM-DD */
#define WEIR_DATE_TIME 19 /* and of YYYY-MM-DD HH:MM:SS */
#define WEIR_DATE_CAPACITY 38
size_t weir_date_write(const struct weir_date *date, char *into);

/* Writes `digits` digits of a number that is not negative; returns `digits`. */
size_t weir_date_write_digits(char *into, size_t digits, uint32_t number);
/* Writes +HH:MM[:SS], or -HH:MM[:SS]. Returns the length, at most 9. */
size_t weir_date_write_offset(char *into, int32_t offset);

#endif
