/*
 * What a message about a cell that is no date proposes: the calls that read it.
 * A cell such as 01/05/2024 has several.
 */
#include "pipeline/ops/calendar.h"
#include "pipeline/ops/date_format.h"
#include "pipeline/ops/date_letters.h"

#include <stdio.h>
#include <string.h>

/* More of them are not named. */
#define CALLS_MAX 3

/* How dates are written, and how many digits such a cell begins with, where
 * nothing else tells that it is a date; 0: any. */
static const struct {
    const char *format;
    size_t digits;
} days[] = {
    {"%Y-%m-%d", 0},      {"%Y/%m/%d", 0}, {"%Y.%m.%d", 0},     {"%Y%m%d", 8},
    {"%Y%m%d%H%M%S", 14}, {"%Y-%m", 4},    {"%Y/%m", 4},        {"%Y", 4},
    {"%m/%Y", 0},         {"%d.%m.%Y", 0}, {"%m/%d/%Y", 0},     {"%d/%m/%Y", 0},
    {"%m-%d-%Y", 0},      {"%d-%m-%Y", 0}, {"%d.%m.%y", 0},     {"%m/%d/%y", 0},
    {"%d/%m/%y", 0},      {"%y-%m-%d", 0}, {"%d-%m-%y", 0},     {"%d %b %Y", 0},
    {"%d. %b %Y", 0},     {"%d-%b-%Y", 0}, {"%d/%b/%Y", 0},     {"%d-%b-%y", 0},
    {"%b %d, %Y", 0},     {"%b %d %Y", 0}, {"%a, %d %b %Y", 0}, {"%b %Y", 0},
    {"%b-%Y", 0},
};

/* What follows the day. The first is for cells without a time. */
static const char *const times[] = {
    "",         " %H:%M",       " %T",    " %T.%f",  " %I:%M %p",
    " %I:%M%p", " %I:%M:%S %p", " %T %z", "T%H:%M",  "T%T",
    ", %H:%M",  ", %T",         ":%T %z", "T%H%M%SZ"};

/* How many digits a count of units since 1970 has, in the years 2001 to 2286.
 */
static const struct {
    size_t digits;
    const char *call;
    uint64_t per_second;
} epochs[] = {{10, "from_epoch(x)", 1},
              {13, "from_epoch(x, 'ms')", 1000},
              {16, "from_epoch(x, 'us')", 1000000},
              {19, "from_epoch(x, 'ns')", 1000000000}};

#define N(array) (sizeof(array) / sizeof *(array))

/* The calls that were found. */
struct found {
    size_t n;
    struct weir_date date[CALLS_MAX];
    char *into;
    size_t used;
};

/* Adds a call, unless one before it reads the same date. */
static void add(struct found *found, const char *call,
                const struct weir_date *date)
{
    char text[WEIR_DATE_CAPACITY + 1];
    text[weir_date_write(date, text)] = '\0';
    for (size_t i = 0; i < found->n; i++) {
        char other[WEIR_DATE_CAPACITY + 1];
        other[weir_date_write(&found->date[i], other)] = '\0';
        if (strcmp(text, other) == 0)
            return;
    }
    size_t room = WEIR_OP_HINT - found->used;
    int len =
        snprintf(found->into + found->used, room,
                 found->n ? ", %s as %s" : "; %s reads it as %s", call, text);
    if (found->n == CALLS_MAX || (size_t)len >= room) {
        found->into[found->used] = '\0';
        return;
    }
    found->date[found->n++] = *date;
    found->used += (size_t)len;
}

static void try_format(struct found *found, struct weir_text cell,
                       const char *day, const char *time)
{
    char format[40], call[64];
    struct weir_date date;
    (void)snprintf(format, sizeof format, "%s%s", day, time);
    if (weir_date_format_read(weir_text_of(format), cell, &date) !=
        WEIR_DECIMAL)
        return;
    (void)snprintf(call, sizeof call, "%s(x, '%s')",
                   date.has_time ? "strptime" : "date", format);
    add(found, call, &date);
}

static void try_epoch(struct found *found, struct weir_text cell)
{
    uint64_t count = 0;
    struct weir_date date;
    for (size_t i = 0; i < cell.len; i++)
        count = count * 10 + (uint64_t)(cell.bytes[i] - '0');
    for (size_t i = 0; i < N(epochs); i++) {
        const uint64_t scale = epochs[i].per_second;
        if (cell.len != epochs[i].digits ||
            !weir_date_from_seconds(&date, (int64_t)(count / scale), 0))
            continue;
        date.nanosecond = (uint32_t)(count % scale * (1000000000 / scale));
        add(found, epochs[i].call, &date);
    }
}

void weir_date_hint(struct weir_text cell, char into[WEIR_OP_HINT])
{
    struct found found = {.into = into};
    *into = '\0';
    cell = weir_text_trim(cell);
    size_t digits = 0;
    while (digits < cell.len && cell.bytes[digits] >= '0' &&
           cell.bytes[digits] <= '9')
        digits++;
    if (digits && digits == cell.len)
        try_epoch(&found, cell);
    const bool has_time =
        memchr(cell.bytes, ':', cell.len) || memchr(cell.bytes, 'T', cell.len);
    for (size_t i = 0; i < N(days); i++)
        for (size_t j = 0; j < (has_time ? N(times) : 1); j++)
            if (!days[i].digits || days[i].digits == digits)
                try_format(&found, cell, days[i].format, times[j]);
}
