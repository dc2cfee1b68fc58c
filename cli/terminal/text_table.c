#include "cli/terminal/text_table.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define CELL_MAX 400

void weir_text_table_put(struct weir_text_table *text_table, const char *format,
                         ...)
{
    char text[CELL_MAX] = "";
    va_list arguments;
    va_start(arguments, format);
    int needs = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t len = needs < 0 ? 0 : (size_t)needs;
    if (len >= sizeof text)
        len = sizeof text - 1;
    if (!weir_grow(WEIR_MEMORY_OUTPUT, &text_table->text, &text_table->capacity,
                   text_table->len + len + 1))
        text_table->refused = true;
    if (text_table->refused)
        return;
    memcpy(text_table->text + text_table->len, text, len + 1);
    text_table->len += len + 1;
}

void weir_text_table_size(struct weir_text_table *text_table, uint64_t bytes)
{
    char text[32];
    if (text_table->readable)
        weir_text_table_put(text_table, "%s", weir_size_text(text, bytes));
    else
        weir_text_table_put(text_table, "%" PRIu64, bytes);
}

/* Gives the sink the rows one by one. */
static enum weir_status put_rows(const struct weir_text_table *text_table,
                                 struct weir_sink *sink,
                                 struct weir_error *error)
{
    struct weir_vector vector[WEIR_TEXT_TABLE_COLUMNS_MAX];
    const struct weir_vector *column[WEIR_TEXT_TABLE_COLUMNS_MAX];
    struct weir_span cell[WEIR_TEXT_TABLE_COLUMNS_MAX];
    const enum weir_type type[WEIR_TEXT_TABLE_COLUMNS_MAX] = {WEIR_TYPE_CELL};
    size_t n = text_table->n_columns;
    assert(n <= WEIR_TEXT_TABLE_COLUMNS_MAX);
    enum weir_status status =
        sink->ops->begin(sink, text_table->title, type, n, error);
    for (size_t at = 0; !status && at < text_table->len;) {
        for (size_t c = 0; c < n; c++) {
            size_t len = strlen(text_table->text + at);
            cell[c] = (struct weir_span){(uint32_t)at, (uint32_t)len};
            vector[c] = (struct weir_vector){.type = WEIR_TYPE_CELL,
                                             .base = text_table->text,
                                             .span = &cell[c]};
            column[c] = &vector[c];
            at += len + 1;
        }
        status = sink->ops->rows(sink, column, 1, error);
    }
    return status ? status : sink->ops->end(sink, error);
}

static enum weir_status put_text_table(const struct weir_text_table *text_table,
                                       const struct weir_format *format,
                                       struct weir_output *output,
                                       struct weir_error *error)
{
    if (text_table->refused)
        return weir_fail_memory(error, "the table", text_table->len);
    struct weir_sink *sink = weir_format_open(format, output, error);
    if (!sink)
        return error->status;
    enum weir_status status = put_rows(text_table, sink, error);
    sink->ops->close(sink);
    return status;
}

int weir_text_table_print(struct weir_text_table *text_table,
                          const struct weir_format *format, int fd)
{
    struct weir_error error;
    struct weir_output output;
    bool errors = fd == STDERR_FILENO;
    /* Closing the output finds late failures. For standard error it gets a
     * duplicate, so that messages can follow. */
    enum weir_status status =
        weir_output_init(&output, errors ? dup(fd) : fd,
                         errors ? "standard error" : "standard output", &error);
    if (!status)
        status = put_text_table(text_table, format, &output, &error);
    weir_free(WEIR_MEMORY_OUTPUT, text_table->text);
    return weir_output_finish(&output, status, &error, NULL);
}
