/*
 * A sheet: a small table of texts that a command prints, in any format.
 *
 *     struct weir_sheet sheet = {.title = titles, .n_columns = 2};
 *     weir_sheet_put(&sheet, "lazy");
 *     weir_sheet_put(&sheet, "%.3f", seconds);
 *     code = weir_sheet_print(&sheet, format, STDOUT_FILENO);
 *     weir_sheet_release(&sheet);
 */
#ifndef WEIR_CLI_TERMINAL_SHEET_H
#define WEIR_CLI_TERMINAL_SHEET_H

#include "cli/formats/format.h"

/* The caller's. Titles are borrowed; cells fill rows from left to right. */
struct weir_sheet {
    const char *const *title;
    size_t n_columns;
    bool readable; /* sizes are for people */
    /* Private. */
    char *text;
    struct weir_span *cell; /* [row * n_columns + column] */
    size_t len, room, n, cell_room;
    bool refused; /* memory was */
};

/* The next cell. A refusal of memory is told when printing. */
void weir_sheet_put(struct weir_sheet *sheet, const char *format, ...)
    WEIR_PRINTF(2, 3);

/* The next cell: bytes, with a unit where the sheet is readable. */
void weir_sheet_size(struct weir_sheet *sheet, uint64_t bytes);

/* Writes it to standard output or error, `fd`. The exit code, and what is
 * wrong was said. */
int weir_sheet_print(const struct weir_sheet *sheet,
                     const struct weir_format *format, int fd);

/* Also of a zeroed sheet. */
void weir_sheet_release(struct weir_sheet *sheet);

#endif
