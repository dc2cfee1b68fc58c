/*
 * What both readers of dates use: a position in a text, and the fields that may
 * stand there. A function that returns false has not moved the cursor past
 * anything that the caller could still use.
 */
#ifndef WEIR_PIPELINE_OPS_DATE_CURSOR_H
#define WEIR_PIPELINE_OPS_DATE_CURSOR_H

#include "weir.h"

struct weir_cursor {
    const char *at, *end;
};

static inline bool weir_cursor_take(struct weir_cursor *cursor, char byte)
{
    bool there = cursor->at < cursor->end && *cursor->at == byte;
    cursor->at += there;
    return there;
}

/* Reads exactly n digits. */
static inline bool weir_cursor_digits(struct weir_cursor *cursor, int n,
                                      int *value)
{
    int number = 0;
    if (cursor->end - cursor->at < n)
        return false;
    for (int i = 0; i < n; i++) {
        int digit = cursor->at[i] - '0';
        if (digit < 0 || digit > 9)
            return false;
        number = number * 10 + digit;
    }
    cursor->at += n;
    *value = number;
    return true;
}

/* Reads one digit or more as a fraction of a second. */
bool weir_cursor_fraction(struct weir_cursor *cursor, uint32_t *nanosecond);

/* Reads +HH, +HHMM, +HHMMSS, +HH:MM or +HH:MM:SS, or the same with -. */
bool weir_cursor_offset(struct weir_cursor *cursor, int32_t *seconds);

/* Removes blanks and tabs from both ends. Returns whether anything is left. */
bool weir_cursor_trim(struct weir_cursor *cursor);

#endif
