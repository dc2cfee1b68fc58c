/*
 * A text table: a small table that a command prints, in any output format.
 *
 *     struct weir_text_table text_table = {.title = titles, .n_columns = 2};
 *     weir_text_table_put(&text_table, "lazy");
 *     weir_text_table_put(&text_table, "%.3f", seconds);
 *     code = weir_text_table_print(&text_table, format, STDOUT_FILENO);
 */
#ifndef WEIR_CLI_TERMINAL_TEXT_TABLE_H
#define WEIR_CLI_TERMINAL_TEXT_TABLE_H

#include "cli/formats/format.h"

#define WEIR_TEXT_TABLE_COLUMNS_MAX 16

/* The caller owns the struct and sets the first three members. The titles are
 * borrowed. */
struct weir_text_table {
    const char *const *title; /* [n_columns] */
    size_t n_columns;
    bool readable; /* sizes have units: "1.5 MiB" */
    /* Private. */
    char *text; /* the cells, row by row, each terminated */
    size_t len, capacity;
    bool refused; /* memory ran out; printing reports it */
};

/* Appends a cell: the row's next, or the first of a new row. A cell is cut
 * after 399 bytes. A lack of memory is reported by weir_text_table_print(). */
void weir_text_table_put(struct weir_text_table *text_table, const char *format,
                         ...) WEIR_PRINTF(2, 3);

/* Appends a cell: a number of bytes, with a unit if the table is readable. */
void weir_text_table_size(struct weir_text_table *text_table, uint64_t bytes);

/* Writes the table to `fd` and frees the cells. Standard error stays open, any
 * other descriptor is closed. Returns the exit code, and has printed its own
 * error message. */
int weir_text_table_print(struct weir_text_table *text_table,
                          const struct weir_format *format, int fd);

#endif
