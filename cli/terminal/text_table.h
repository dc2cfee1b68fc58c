/*
 * A text_table: a small table of texts that a command prints, in any format.
 *
 *     struct weir_text_table text_table = {.title = titles, .n_columns = 2};
 *     weir_text_table_put(&text_table, "lazy");
 *     weir_text_table_put(&text_table, "%.3f", seconds);
 *     code = weir_text_table_print(&text_table, format, STDOUT_FILENO);
 *     weir_text_table_release(&text_table);
 */
#ifndef WEIR_CLI_TERMINAL_TEXT_TABLE_H
#define WEIR_CLI_TERMINAL_TEXT_TABLE_H

#include "cli/formats/format.h"

/* The caller's. Titles are borrowed; cells fill rows from left to right. */
struct weir_text_table {
    const char *const *title;
    size_t n_columns;
    bool readable; /* sizes are for people */
    /* Private. */
    char *text;
    struct weir_span *cell; /* [row * n_columns + column] */
    size_t len, capacity, n, cell_capacity;
    bool refused; /* memory was */
};

/* The next cell. A refusal of memory is told when printing. */
void weir_text_table_put(struct weir_text_table *text_table, const char *format,
                         ...) WEIR_PRINTF(2, 3);

/* The next cell: bytes, with a unit where the text table is readable. */
void weir_text_table_size(struct weir_text_table *text_table, uint64_t bytes);

/* Writes it to standard output or error, `fd`. The exit code, and what is
 * wrong was said. */
int weir_text_table_print(const struct weir_text_table *text_table,
                          const struct weir_format *format, int fd);

/* Also of a zeroed text table. */
void weir_text_table_release(struct weir_text_table *text_table);

#endif
