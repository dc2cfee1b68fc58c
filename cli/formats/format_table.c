/*
 * An aligned table, by libsmartcols.
 *
 * To align columns, rows must be held in memory; for constant memory, not all
 * of them. So a page of rows is held, printed and freed:
 *
 *     | header   |  first page   | widths from its own cells
 *     | ...      |               |
 *     | ...      |  second page  | no header, widths of its own
 *
 * A page is full at PAGE_ROWS rows, or when its rows times its widest row are
 * more than PAGE_BYTES. It is a product and not a sum, because every cell is
 * padded to its column's width: one long text among many rows would be written
 * as many long runs of blanks.
 *
 * libsmartcols allocates outside the ledger: a page is what weir_format_table
 * declares with `holds`. The header is an ordinary first line, so that it is
 * also printed if no rows follow. Control characters, format characters,
 * unassigned code points and bytes that are not UTF-8 are made visible here
 * (\x1b), because libsmartcols would let format characters through. A UTF-8
 * locale, set only during the call, says how wide the other characters are. NUL
 * becomes the symbol U+2400.
 */
#include "cli/formats/format.h"

#include "base/locale.h"
#include "base/utf8.h"
#include <errno.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <string.h>
#include <wctype.h>

#define PAGE_ROWS 10000
#define PAGE_BYTES ((size_t)4 * 1024 * 1024)
/* What libsmartcols allocates for a cell in addition to its text, in bytes. */
#define CELL_BYTES 80
/* A terminal shows a few dozen columns; libsmartcols takes a second to lay out
 * this many. */
#define COLUMNS_MAX 10000

struct table_column {
    struct libscols_column *shown;
    size_t width; /* bytes of the longest cell in this page */
    bool number;  /* all cells so far are numbers or empty */
    bool any;     /* a cell so far is not empty */
};

struct table_sink {
    struct weir_format_sink base;
    struct libscols_table *table;
    FILE *stream; /* libsmartcols writes to it; it writes to the output */
    locale_t locale;
    struct table_column *column;
    size_t rows;      /* rows in the page, without the header */
    size_t row_bytes; /* bytes of a row as wide as all columns' widest cells */
    char *cell;       /* scratch for one cell, terminated */
    size_t cell_capacity;
    bool aligned;
};

static enum weir_status no_memory(struct weir_error *error)
{
    errno = ENOMEM;
    return weir_fail_errno(error, "cannot lay out the table");
}

static ssize_t put_stream(void *cookie, const char *bytes, size_t len)
{
    weir_output_put(cookie, bytes, len);
    return (ssize_t)len;
}

/* Chooses the alignment of columns, by the first page. An untyped column whose
 * cells are all numbers is aligned like a column of numbers. */
static void align(struct table_sink *table)
{
    for (size_t c = 0; c < table->base.n_columns; c++) {
        const struct table_column *column = &table->column[c];
        bool number = column->number && column->any;
        scols_column_set_flags(column->shown,
                               number ? SCOLS_FL_RIGHT : SCOLS_FL_WRAP);
    }
    table->aligned = true;
}

/* Prints the page and frees its rows. */
static enum weir_status print_page(struct table_sink *table,
                                   struct weir_error *error)
{
    if (!table->aligned)
        align(table);
    locale_t before = uselocale(table->locale);
    int failed = scols_print_table(table->table);
    uselocale(before);
    if (failed || fflush(table->stream) != 0)
        return no_memory(error);
    scols_table_remove_lines(table->table);
    for (size_t c = 0; c < table->base.n_columns; c++)
        table->column[c].width = 0;
    table->rows = 0;
    table->row_bytes = table->base.n_columns * CELL_BYTES;
    return weir_output_settle(table->base.output, error);
}

/* Whether the character of n bytes at text[at] is shown as it is. A backslash
 * before an x is not, so that no text can look like an escaped byte. */
static bool is_plain(const struct table_sink *table, struct weir_text text,
                     size_t at, size_t n)
{
    if (n == 1)
        return text.bytes[at] != '\\' || at + 1 == text.len ||
               text.bytes[at + 1] != 'x';
    return n && iswprint_l((wint_t)weir_utf8_read(text.bytes + at, n),
                           table->locale);
}

/* Writes the text as it is shown, terminated. `into` has text.len * 4 + 1
 * bytes. */
static void show_text(const struct table_sink *table, struct weir_text text,
                      char *into)
{
    static const char nul[] = "\xe2\x90\x80"; /* U+2400, symbol for null */
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < text.len;) {
        size_t n = weir_utf8_shown(text.bytes, text.len, i);
        if (is_plain(table, text, i, n)) {
            into = mempcpy(into, text.bytes + i, n);
            i += n;
            continue;
        }
        if (text.bytes[i] == '\0') {
            into = mempcpy(into, nul, sizeof nul - 1);
            i++;
            continue;
        }
        for (n = weir_utf8_step(text.bytes + i, text.len - i); n > 0;
             n--, i++) {
            const char byte[] = {'\\', 'x',
                                 hex[(unsigned char)text.bytes[i] >> 4],
                                 hex[text.bytes[i] & 15]};
            into = mempcpy(into, byte, sizeof byte);
        }
    }
    *into = '\0';
}

static enum weir_status set_cell(struct table_sink *table,
                                 struct libscols_line *line, size_t column,
                                 struct weir_text text, bool number,
                                 struct weir_error *error)
{
    const char decimal = table->base.output->style.decimal;
    size_t need = text.len * 4 + 1;
    if (!weir_grow(WEIR_MEMORY_OUTPUT, &table->cell, &table->cell_capacity,
                   need))
        return weir_fail_memory(error, "a cell of the table", need);
    show_text(table, text, table->cell);
    char *point = decimal && number ? strchr(table->cell, '.') : NULL;
    if (point)
        *point = decimal;
    if (scols_line_set_data(line, column, table->cell) != 0)
        return no_memory(error);
    return WEIR_OK;
}

/* The number of bytes by which this row makes the page wider. */
static size_t row_growth(const struct table_sink *table,
                         const struct weir_vector *const *column, size_t row)
{
    char scratch[WEIR_NUMBER_TEXT];
    size_t growth = 0;
    for (size_t c = 0; c < table->base.n_columns; c++) {
        size_t len = weir_vector_write(column[c], row, scratch).len;
        if (len > table->column[c].width)
            growth += len - table->column[c].width;
    }
    return growth;
}

/* Whether the cell is a number, or empty. */
static bool is_number(const struct weir_vector *vector, struct weir_text text)
{
    if (vector->type == WEIR_TYPE_NUMBER)
        return true;
    return vector->type == WEIR_TYPE_CELL &&
           weir_number_read(text).kind != WEIR_BAD;
}

static enum weir_status add_row(struct table_sink *table,
                                const struct weir_vector *const *column,
                                size_t row, struct weir_error *error)
{
    struct libscols_line *line = scols_table_new_line(table->table, NULL);
    char scratch[WEIR_NUMBER_TEXT];
    if (!line)
        return no_memory(error);
    table->rows++;
    for (size_t c = 0; c < table->base.n_columns; c++) {
        struct weir_text text = weir_vector_write(column[c], row, scratch);
        struct table_column *about = &table->column[c];
        if (set_cell(table, line, c, text, column[c]->type == WEIR_TYPE_NUMBER,
                     error))
            return error->status;
        if (text.len > about->width) {
            table->row_bytes += text.len - about->width;
            about->width = text.len;
        }
        about->number = about->number && is_number(column[c], text);
        about->any = about->any || text.len > 0;
    }
    return WEIR_OK;
}

static enum weir_status add_header(struct table_sink *table,
                                   const char *const *name,
                                   struct weir_error *error)
{
    if (table->base.output->style.no_header)
        return WEIR_OK;
    struct libscols_line *line = scols_table_new_line(table->table, NULL);
    if (!line || (table->base.output->color &&
                  scols_line_set_color(line, "\033[1m") != 0))
        return no_memory(error);
    for (size_t c = 0; c < table->base.n_columns; c++) {
        struct weir_text text = weir_text_of(name[c]);
        if (set_cell(table, line, c, text, false, error))
            return error->status;
        table->column[c].width = text.len;
        table->row_bytes += CELL_BYTES + text.len;
    }
    return WEIR_OK;
}

static enum weir_status table_begin(struct weir_sink *sink,
                                    const char *const *name,
                                    const enum weir_type *type,
                                    size_t n_columns, struct weir_error *error)
{
    struct table_sink *table = (struct table_sink *)sink;
    size_t bytes = n_columns * sizeof *table->column;
    if (n_columns > COLUMNS_MAX)
        return weir_fail(error, WEIR_LIMIT,
                         "%zu columns are more than a table's %d; -o csv "
                         "writes any number",
                         n_columns, COLUMNS_MAX);
    table->base.n_columns = n_columns;
    table->column = weir_alloc_zero(WEIR_MEMORY_OUTPUT, bytes);
    if (!table->column)
        return weir_fail_memory(error, "the table's columns", bytes);
    for (size_t c = 0; c < n_columns; c++) {
        struct table_column *column = &table->column[c];
        column->number =
            type[c] == WEIR_TYPE_NUMBER || type[c] == WEIR_TYPE_CELL;
        column->any = type[c] == WEIR_TYPE_NUMBER;
        column->shown = scols_table_new_column(table->table, NULL, 0, 0);
        if (!column->shown)
            return no_memory(error);
    }
    return add_header(table, name, error);
}

static enum weir_status table_rows(struct weir_sink *sink,
                                   const struct weir_vector *const *column,
                                   size_t rows, struct weir_error *error)
{
    struct table_sink *table = (struct table_sink *)sink;
    enum weir_status status = WEIR_OK;
    for (size_t row = 0; row < rows && status == WEIR_OK; row++) {
        size_t row_bytes = table->row_bytes + row_growth(table, column, row);
        if (table->rows > 0 && (table->rows >= PAGE_ROWS ||
                                row_bytes > PAGE_BYTES / (table->rows + 2)))
            status = print_page(table, error);
        if (status == WEIR_OK)
            status = add_row(table, column, row, error);
    }
    return status;
}

static enum weir_status table_end(struct weir_sink *sink,
                                  struct weir_error *error)
{
    struct table_sink *table = (struct table_sink *)sink;
    /* There always is a page: table_rows() prints one only to add a row. */
    enum weir_status status = print_page(table, error);
    return status < 0 ? status : weir_output_flush(table->base.output, error);
}

static void table_close(struct weir_sink *sink)
{
    struct table_sink *table = (struct table_sink *)sink;
    scols_unref_table(table->table);
    if (table->stream)
        (void)fclose(table->stream); /* the output keeps its failures */
    weir_free(WEIR_MEMORY_OUTPUT, table->cell);
    weir_free(WEIR_MEMORY_OUTPUT, table->column);
    weir_free(WEIR_MEMORY_OUTPUT, table);
}

static enum weir_status table_init(struct weir_sink *sink,
                                   struct weir_error *error)
{
    struct table_sink *table = (struct table_sink *)sink;
    cookie_io_functions_t functions = {.write = put_stream};
    size_t width = table->base.output->width;
    if (weir_utf8_locale(&table->locale, error))
        return error->status;
    table->stream = fopencookie(table->base.output, "w", functions);
    table->table = scols_new_table();
    if (!table->stream || !table->table)
        return no_memory(error);
    scols_table_set_stream(table->table, table->stream);
    scols_table_enable_noheadings(table->table, 1);
    scols_table_enable_noencoding(table->table, 1);
    scols_table_enable_colors(table->table, table->base.output->color);
    scols_table_set_termforce(table->table, width ? SCOLS_TERMFORCE_ALWAYS
                                                  : SCOLS_TERMFORCE_NEVER);
    return width && scols_table_set_termwidth(table->table, width)
               ? no_memory(error)
               : WEIR_OK;
}

static size_t page_bytes(size_t n)
{
    (void)n;
    return PAGE_BYTES;
}

static const struct weir_sink_ops ops = {.begin = table_begin,
                                         .rows = table_rows,
                                         .end = table_end,
                                         .close = table_close};

const struct weir_format weir_format_table = {
    .name = "table",
    .brief = "aligned columns, for reading",
    .audience = WEIR_FOR_TERMINALS,
    .takes_decimal = true,
    .takes_no_header = true,
    .holds = page_bytes,
    .size = sizeof(struct table_sink),
    .ops = &ops,
    .init = table_init,
};
