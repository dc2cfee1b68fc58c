/*
 * All texts lie one after another; what is printed is one window of cells.
 */
#include "cli/terminal/sheet.h"

#include "cli/complain.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define CELL_MOST 400

void weir_sheet_put(struct weir_sheet *sheet, const char *format, ...)
{
    char text[CELL_MOST];
    va_list arguments;
    va_start(arguments, format);
    int needs = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t len = needs < 0 ? 0 : (size_t)needs;
    if (len >= sizeof text)
        len = sizeof text - 1;

    void *bytes = sheet->text, *cells = sheet->cell;
    bool room = weir_grow(WEIR_MEMORY_OUTPUT, &bytes, &sheet->room,
                          sheet->len + len + 1, 1);
    sheet->text = bytes;
    room = room && weir_grow(WEIR_MEMORY_OUTPUT, &cells, &sheet->cell_room,
                             sheet->n + 1, sizeof *sheet->cell);
    sheet->cell = cells;
    if (!room) {
        sheet->refused = true;
        return;
    }
    memcpy(sheet->text + sheet->len, text, len);
    sheet->cell[sheet->n++] =
        (struct weir_span){(uint32_t)sheet->len, (uint32_t)len};
    sheet->len += len;
}

void weir_sheet_size(struct weir_sheet *sheet, uint64_t bytes)
{
    char text[32];
    if (sheet->readable)
        weir_sheet_put(sheet, "%s", weir_size_text(text, bytes));
    else
        weir_sheet_put(sheet, "%" PRIu64, bytes);
}

/* What printing holds beside the cells. */
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
                                     const struct weir_sheet *sheet,
                                     size_t rows, struct weir_error *error)
{
    size_t n = sheet->n_columns;
    *columns = (struct columns){
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, n * sizeof *columns->vector),
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, n * sizeof(void *)),
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, n * sizeof *columns->type),
        weir_alloc_zero(WEIR_MEMORY_OUTPUT,
                        (rows * n + 1) * sizeof *columns->span)};
    if (sheet->refused || !columns->vector || !columns->pointer ||
        !columns->type || !columns->span)
        return weir_fail_memory(error, "the table", sheet->len);
    for (size_t c = 0; c < n; c++) {
        struct weir_span *span = columns->span + c * rows;
        for (size_t r = 0; r < rows; r++)
            span[r] = sheet->cell[r * n + c];
        columns->type[c] = WEIR_TYPE_CELL;
        columns->vector[c] = (struct weir_vector){
            .type = WEIR_TYPE_CELL, .base = sheet->text, .span = span};
        columns->pointer[c] = &columns->vector[c];
    }
    return WEIR_OK;
}

static enum weir_status put_sheet(const struct weir_sheet *sheet,
                                  struct weir_sink *sink,
                                  struct weir_error *error)
{
    struct columns columns;
    size_t rows = sheet->n / sheet->n_columns;
    enum weir_status status = make_columns(&columns, sheet, rows, error);
    if (!status)
        status = sink->ops->begin(sink, sheet->title, columns.type,
                                  sheet->n_columns, error);
    if (!status && rows)
        status = sink->ops->rows(sink, columns.pointer, rows, error);
    if (!status)
        status = sink->ops->end(sink, error);
    sink->ops->close(sink);
    release_columns(&columns);
    return status;
}

int weir_sheet_print(const struct weir_sheet *sheet,
                     const struct weir_format *format, int fd)
{
    struct weir_error error, late;
    struct weir_output output;
    struct weir_format_options look = weir_format_options_of(fd);
    bool errors = fd == STDERR_FILENO;
    /* Closing finds what failed late; but messages may follow. */
    enum weir_status status =
        weir_output_init(&output, errors ? dup(fd) : fd,
                         errors ? "standard error" : "standard output", &error);
    struct weir_sink *sink =
        status ? NULL : format->open(&output, &look, &error);
    status = sink ? put_sheet(sheet, sink, &error) : error.status;
    if (weir_output_close(&output, &late) && !status) {
        error = late;
        status = late.status;
    }
    if (weir_output_unread(&output))
        return 141;
    return status ? weir_complain(&error, NULL) : 0;
}

void weir_sheet_release(struct weir_sheet *sheet)
{
    weir_free(WEIR_MEMORY_OUTPUT, sheet->text);
    weir_free(WEIR_MEMORY_OUTPUT, sheet->cell);
    *sheet = (struct weir_sheet){0};
}
