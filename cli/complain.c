/*
 * A message is one line, for people and programs alike. For an error in the
 * query, the query's line and a caret follow it.
 */
#include "cli/complain.h"

#include "base/error.h"
#include "base/utf8.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/shown.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Prints a line of the query. Tabs stay tabs, so that they have the same width
 * in this line and in the caret's line. */
static void print_line(const char *begin, const char *end)
{
    while (begin < end) {
        const char *tab = memchr(begin, '\t', (size_t)(end - begin));
        const char *stop = tab ? tab : end;
        weir_shown_print(stderr, begin, (size_t)(stop - begin));
        if (tab)
            fputc('\t', stderr);
        begin = stop + (tab != NULL);
    }
}

/* Prints blanks as wide as the character at `c` is shown, and returns its
 * length in bytes. `before` bytes of the line precede it. */
static size_t print_blank(const char *c, size_t len, ptrdiff_t before)
{
    if (*c == '\t') {
        fputc('\t', stderr);
        return 1;
    }
    size_t shown =
        weir_utf8_shown(c - before, len + (size_t)before, (size_t)before);
    size_t n = shown ? shown : weir_utf8_step(c, len);
    fprintf(stderr, "%*s", shown ? 1 : 4 * (int)n, "");
    return n;
}

/* Draws the line of the query that holds byte error->byte, and a caret below
 * that byte. */
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
        return; /* there is nothing to see on a blank line */
    fputs("  ", stderr);
    print_line(begin, end);
    fputs("\n  ", stderr);
    for (const char *c = begin; c < query + at;)
        c += print_blank(c, (size_t)(end - c), c - begin);
    fputs("^\n", stderr);
}

int weir_complain(const struct weir_error *error, const char *query)
{
    weir_progress_erase();
    bool placed = *error->place != '\0';
    fputs("weir: ", stderr);
    weir_shown_print(stderr, error->place, strlen(error->place));
    fputs(placed ? ": " : "", stderr);
    weir_shown_print(stderr, error->message, strlen(error->message));
    fputc('\n', stderr);
    if (query && strncmp(error->place, "query:", 6) == 0)
        draw_caret(error, query);
    return -(int)error->status;
}
