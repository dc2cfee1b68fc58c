/*
 * One line for people and programs alike; a query's place is drawn besides.
 */
#include "cli/complain.h"

#include "cli/progress.h"
#include <stdio.h>
#include <string.h>

/* The line of the query that holds the place, and a caret below it. */
static void draw_caret(const struct weir_error *error, const char *query)
{
    size_t len = strlen(query), at = (size_t)error->byte;
    if (at > len)
        return;
    const char *begin = query + at, *end = query + at;
    while (begin > query && begin[-1] != '\n')
        begin--;
    while (*end && *end != '\n')
        end++;
    if (strspn(begin, " \t") >= (size_t)(end - begin))
        return; /* a blank line shows nothing */
    fprintf(stderr, "  %.*s\n  ", (int)(end - begin), begin);
    for (const char *c = begin; c < query + at; c++)
        /* One column a character: what continues one takes none. */
        if (((unsigned char)*c & 0xc0) != 0x80)
            fputc(*c == '\t' ? '\t' : ' ', stderr);
    fputs("^\n", stderr);
}

int weir_complain(const struct weir_error *error, const char *query)
{
    weir_progress_erase();
    bool placed = *error->place != '\0';
    fprintf(stderr, "weir: %s%s%s\n", error->place, placed ? ": " : "",
            error->message);
    if (query && strncmp(error->place, "query:", 6) == 0)
        draw_caret(error, query);
    switch (error->status) {
    case WEIR_DATA:
        return 1;
    case WEIR_USAGE:
        return 2;
    case WEIR_IO:
        return 3;
    default:
        return 4;
    }
}
