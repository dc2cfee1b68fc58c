/*
 * The letters of a date's format (date_format.h), for the files that read and
 * write dates by one.
 */
#ifndef WEIR_PIPELINE_OPS_DATE_LETTERS_H
#define WEIR_PIPELINE_OPS_DATE_LETTERS_H

#include "pipeline/ops/date_cursor.h"

/* What a letter gives. */
enum weir_letter_part {
    YEAR,
    MONTH,
    DAY,
    YEARDAY,
    HOUR,
    HOUR12,
    HALF, /* 0 for AM, 1 for PM */
    MINUTE,
    SECOND,
    FRACTION,
    OFFSET,
    WEEKDAY,
    ISOYEAR,
    WEEK,
    N_PARTS
};

enum weir_letter_form {
    NO_LETTER,
    DIGITS,
    BLANKED, /* digits with a blank in front */
    CENTURY, /* the last two digits of a year */
    NAME,
    SHORT_NAME,
    HALF_NAME,
    FRACTION_DIGITS,
    OFFSET_DIGITS,
    UTC,
    SEVERAL, /* stands for other letters */
    PERCENT
};

struct weir_letter {
    uint8_t form, part;
    uint8_t min, width; /* digits read at least; bytes written at most */
    int16_t first, last;
    const char *several;
};

/* Takes the next byte or letter of the format: NULL for a byte, which is in
 * *byte. An unknown letter has no form. */
const struct weir_letter *weir_letter_next(struct weir_cursor *format,
                                           char *byte);

/* Short names are the first three letters. */
extern const char *const weir_month_names[12], *const weir_day_names[7];
#define WEIR_SHORT_NAME ((size_t)3)

static inline struct weir_cursor weir_cursor_over(struct weir_text text)
{
    return (struct weir_cursor){text.bytes, text.bytes + text.len};
}

#endif
