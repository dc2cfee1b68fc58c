/*
 * The texts of all cells are stored one after another. The table is given to
 * the format as one window of rows.
 */
#include "cli/terminal/text_table.h"

#include "cli/complain.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define CELL_MAX 400

void weir_text_table_put(struct weir_text_table *text_table, const char *format,
                         ...)
{
    char text[CELL_MAX];
    va_list arguments;
    va_start(arguments, format);
    int needs = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t len = needs < 0 ? 0 : (size_t)needs;
    if (len >= sizeof text)
        len = sizeof text - 1;

    void *bytes = text_table->text, *cells = text_table->cell;
    bool fits = weir_grow(WEIR_MEMORY_OUTPUT, &bytes, &text_table->capacity,
                          text_table->len + len + 1, 1);
    text_table->text = bytes;
    fits = fits &&
           weir_grow(WEIR_MEMORY_OUTPUT, &cells, &text_table->cell_capacity,
                     text_table->n + 1, sizeof *text_table->cell);
    text_table->cell = cells;
    if (!fits) {
        text_table->refused = true;
        return;
    }
    memcpy(text_table->text + text_table->len, text, len);
    text_table->cell[text_table->n++] =
        (struct weir_span){(uint32_t)text_table->len, (uint32_t)len};
    text_table->len += len;
}

void weir_text_table_size(struct weir_text_table *text_table, uint64_t bytes)
{
    char text[32];
    if (text_table->readable)
        weir_text_table_put(text_table, "%s", weir_size_text(text, bytes));
    else
        weir_text_table_put(text_table, "%" PRIu64, bytes);
}

/* The columns that the format's sink is given: vectors over the cells. */
struct columns {
    struct weir_vector *vector;
    const struct weir_vector **pointer;
    enum weir_type *type;
    struct weir_span *span; /* [column * rows + row] */
};

static void release_columns(struct columns *columns)
{
    weir_free(WEIR_MEMORY_OUTPUT, columns->vector);
    weir_free(WEIR_MEMORY_OUTPUT, columns->pointer);
    weir_free(WEIR_MEMORY_OUTPUT, columns->type);
    weir_free(WEIR_MEMORY_OUTPUT, columns->span);
}

static enum weir_status make_columns(struct columns *columns,
                                     const struct weir_text_table *text_table,
                                     size_t rows, struct weir_error *error)
{
    size_t n = text_table->n_columns;
    *columns = (struct columns){
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, n * sizeof *columns->vector),
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, n * sizeof(void *)),
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, n * sizeof *columns->type),
        weir_alloc_zero(WEIR_MEMORY_OUTPUT,
                        (rows * n + 1) * sizeof *columns->span)};
    if (text_table->refused || !columns->vector || !columns->pointer ||
        !columns->type || !columns->span)
        return weir_fail_memory(error, "the table", text_table->len);
    for (size_t c = 0; c < n; c++) {
        struct weir_span *span = columns->span + c * rows;
        for (size_t r = 0; r < rows; r++)
            span[r] = text_table->cell[r * n + c];
        columns->type[c] = WEIR_TYPE_CELL;
        columns->vector[c] = (struct weir_vector){
            .type = WEIR_TYPE_CELL, .base = text_table->text, .span = span};
        columns->pointer[c] = &columns->vector[c];
    }
    return WEIR_OK;
}

static enum weir_status put_text_table(const struct weir_text_table *text_table,
                                       struct weir_sink *sink,
                                       struct weir_error *error)
{
    struct columns columns;
    size_t rows = text_table->n / text_table->n_columns;
    enum weir_status status = make_columns(&columns, text_table, rows, error);
    if (!status)
        status = sink->ops->begin(sink, text_table->title, columns.type,
                                  text_table->n_columns, error);
    if (!status && rows)
        status = sink->ops->rows(sink, columns.pointer, rows, error);
    if (!status)
        status = sink->ops->end(sink, error);
    sink->ops->close(sink);
    release_columns(&columns);
    return status;
}

int weir_text_table_print(const struct weir_text_table *text_table,
                          const struct weir_format *format, int fd)
{
    struct weir_error error, late;
    struct weir_output output;
    struct weir_format_options look = weir_format_options_of(fd);
    bool errors = fd == STDERR_FILENO;
    /* Closing the output finds late failures. For standard error it gets a
     * duplicate, so that messages can follow. */
    enum weir_status status =
        weir_output_init(&output, errors ? dup(fd) : fd,
                         errors ? "standard error" : "standard output", &error);
    struct weir_sink *sink =
        status ? NULL : format->open(&output, &look, &error);
    status = sink ? put_text_table(text_table, sink, &error) : error.status;
    if (weir_output_close(&output, &late) && !status) {
        error = late;
        status = late.status;
    }
    if (weir_output_unread(&output))
        return 141;
    return status ? weir_complain(&error, NULL) : 0;
}

void weir_text_table_release(struct weir_text_table *text_table)
{
    weir_free(WEIR_MEMORY_OUTPUT, text_table->text);
    weir_free(WEIR_MEMORY_OUTPUT, text_table->cell);
    *text_table = (struct weir_text_table){0};
}
