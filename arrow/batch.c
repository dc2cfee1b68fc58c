/* How rows come into a batch; take.c is how they leave it. */
#include "arrow/batch.h"

#include "arrow/cell.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include <string.h>

#define ROWS_DEFAULT ((size_t)16384)
#define TEXT_MAX ((size_t)1 << 20)  /* of all columns, until it is full */
#define VALUE_MAX ((size_t)2 << 20) /* of offsets and values */
#define ROWS_LEAST ((size_t)256)    /* however many columns there are */

/* Bytes of a value: its offset, and the widest type. */
#define VALUE_BYTES (sizeof(int32_t) + sizeof(weir_int128))

size_t weir_arrow_batch_rows(size_t n, size_t rows)
{
    const size_t fit = VALUE_MAX / VALUE_BYTES / (n ? n : 1);
    const size_t most = fit > ROWS_LEAST ? fit : ROWS_LEAST;
    if (rows == 0)
        rows = ROWS_DEFAULT;
    return rows < most ? rows : most;
}

size_t weir_arrow_batch_bytes(size_t n)
{
    /* Arrays of offsets and texts grow by doubling. */
    const size_t rows = weir_arrow_batch_rows(n, 0);
    return n * (sizeof(struct weir_arrow_kept) +
                rows * (2 * sizeof(int32_t) + sizeof(weir_int128))) +
           3 * TEXT_MAX + WEIR_NOTATION_SCRATCH;
}

/* Gives the columns of that name their type. */
static void set_type(struct weir_arrow_batch *batch,
                     const struct weir_arrow_column *option)
{
    const bool decimal = option->type == WEIR_ARROW_DECIMAL128;
    for (size_t c = 0; c < batch->n; c++)
        if (strcmp(batch->column[c].name, option->name) == 0)
            batch->column[c].typed = (struct weir_arrow_typed){
                .type = option->type,
                .scale = decimal ? option->scale : 0,
                .asked = option->type != WEIR_ARROW_AUTO};
}

static enum weir_status fail_name(size_t column, const char *name,
                                  struct weir_error *error)
{
    char shown[WEIR_ARROW_SHOWN_CAPACITY];
    return weir_fail(
        error, WEIR_DATA,
        "column %zu is named '%s', which is not UTF-8, as Arrow's "
        "names are; --header gives other names",
        column + 1,
        weir_show(shown, sizeof shown, name, strlen(name), WEIR_ARROW_SHOWN));
}

enum weir_status weir_arrow_batch_init(struct weir_arrow_batch *batch,
                                       const char *const *name,
                                       const enum weir_type *type, size_t n,
                                       const struct weir_arrow_options *options,
                                       struct weir_error *error)
{
    enum weir_status status =
        weir_arrow_columns_check(options->column, options->n, name, n, error);
    if (status)
        return status;
    batch->max_rows = weir_arrow_batch_rows(n, options->rows);
    batch->column = weir_alloc_zero(WEIR_MEMORY_OUTPUT,
                                    (n ? n : 1) * sizeof *batch->column);
    batch->scratch = weir_alloc(WEIR_MEMORY_OUTPUT, WEIR_NOTATION_SCRATCH);
    if (!batch->column || !batch->scratch)
        return weir_fail_memory(error, "an Arrow batch",
                                n * sizeof *batch->column);
    batch->n = n;
    for (size_t c = 0; c < n; c++) {
        if (weir_utf8_check(name[c], strlen(name[c])) < strlen(name[c]))
            return fail_name(c, name[c], error);
        batch->column[c].name = name[c];
        batch->column[c].type = type[c];
    }
    for (size_t i = 0; i < options->n; i++)
        set_type(batch, &options->column[i]);
    return WEIR_OK;
}

void weir_arrow_batch_release(struct weir_arrow_batch *batch)
{
    for (size_t c = 0; c < batch->n; c++) {
        weir_free(WEIR_MEMORY_OUTPUT, batch->column[c].texts.at);
        weir_free(WEIR_MEMORY_OUTPUT, batch->column[c].texts.bytes);
    }
    weir_free(WEIR_MEMORY_OUTPUT, batch->column);
    weir_free(WEIR_MEMORY_OUTPUT, batch->scratch);
    *batch = (struct weir_arrow_batch){0};
}

/* The texts of a batch that is not full are far below 2^31 bytes, but one
 * window may have any number of large ones. */
static enum weir_status make_room(struct weir_arrow_texts *texts, size_t rows,
                                  size_t used, size_t bytes,
                                  struct weir_error *error)
{
    if (bytes > INT32_MAX - used)
        return weir_fail(error, WEIR_LIMIT,
                         "the texts of %zu rows take more than 2 GiB, which an "
                         "Arrow column cannot hold",
                         rows);
    if (weir_grow(WEIR_MEMORY_OUTPUT, &texts->at, &texts->at_capacity,
                  rows + 1) &&
        weir_grow(WEIR_MEMORY_OUTPUT, &texts->bytes, &texts->bytes_capacity,
                  used + bytes + 1)) /* not NULL, even if all are empty */
        return WEIR_OK;
    return weir_fail_memory(error, "an Arrow batch", used + bytes);
}

static size_t used_bytes(const struct weir_arrow_batch *batch,
                         const struct weir_arrow_kept *column)
{
    return batch->rows ? (size_t)column->texts.at[batch->rows] : 0;
}

static void put(struct weir_arrow_kept *column, size_t row,
                struct weir_text text)
{
    struct weir_arrow_texts *texts = &column->texts;
    if (row == 0)
        texts->at[0] = 0;
    const int32_t at = texts->at[row];
    memcpy(texts->bytes + at, text.bytes, text.len);
    texts->at[row + 1] = at + (int32_t)text.len;
}

static void note_cell(const struct weir_arrow_batch *batch,
                      struct weir_arrow_kept *column, struct weir_text cell)
{
    struct weir_text plain;
    const struct weir_number number = weir_arrow_read_cell(batch, cell, &plain);
    if (weir_arrow_is_printed(plain, &number))
        weir_arrow_note_number(&column->facts, &number);
    else
        weir_arrow_note_text(&column->facts, cell);
}

/* The facts decide types, so they are gathered only for those that are not
 * known. */
static bool is_open(const struct weir_arrow_batch *batch,
                    const struct weir_arrow_kept *column)
{
    return !batch->decided && column->typed.type == WEIR_ARROW_AUTO;
}

static void note_value(const struct weir_arrow_batch *batch,
                       struct weir_arrow_kept *column,
                       const struct weir_vector *vector, size_t row,
                       struct weir_text text)
{
    if (vector->type == WEIR_TYPE_NUMBER) {
        const struct weir_number number = weir_vector_number(vector, row);
        weir_arrow_note_number(&column->facts, &number);
    } else if (vector->type == WEIR_TYPE_CELL) {
        note_cell(batch, column, text);
    } else {
        weir_arrow_note_text(&column->facts, text);
    }
}

static enum weir_status add_value(struct weir_arrow_batch *batch, size_t c,
                                  const struct weir_vector *vector, size_t row,
                                  struct weir_error *error)
{
    struct weir_arrow_kept *column = &batch->column[c];
    char scratch[WEIR_NUMBER_TEXT];
    const struct weir_text text = weir_vector_write(vector, row, scratch);
    enum weir_status status =
        make_room(&column->texts, batch->rows + 1, used_bytes(batch, column),
                  text.len, error);
    if (status)
        return status;
    put(column, batch->rows, text);
    batch->bytes += text.len;
    if (is_open(batch, column) && text.len)
        note_value(batch, column, vector, row, text);
    return WEIR_OK;
}

enum weir_status weir_arrow_add_vectors(struct weir_arrow_batch *batch,
                                        const struct weir_vector *const *column,
                                        size_t from, size_t rows, size_t *added,
                                        struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    *added = 0;
    while (!status && *added < rows && !weir_arrow_batch_full(batch)) {
        for (size_t c = 0; !status && c < batch->n; c++)
            status = add_value(batch, c, column[c], from + *added, error);
        batch->rows += !status;
        *added += !status;
    }
    return status;
}

/* How many rows of the window there is room for; adds their bytes. */
static size_t count_rows(struct weir_arrow_batch *batch,
                         const struct weir_window *window, size_t from)
{
    size_t rows = 0;
    while (from + rows < window->rows && batch->rows + rows < batch->max_rows &&
           batch->bytes < TEXT_MAX) {
        for (size_t c = 0; c < batch->n; c++)
            batch->bytes += window->column[c][from + rows].len;
        rows++;
    }
    return rows;
}

static enum weir_status add_spans(struct weir_arrow_batch *batch, size_t c,
                                  const char *text,
                                  const struct weir_span *span, size_t rows,
                                  struct weir_error *error)
{
    struct weir_arrow_kept *column = &batch->column[c];
    const bool open = is_open(batch, column);
    size_t bytes = 0;
    for (size_t row = 0; row < rows; row++)
        bytes += span[row].len;
    enum weir_status status =
        make_room(&column->texts, batch->rows + rows, used_bytes(batch, column),
                  bytes, error);
    for (size_t row = 0; !status && row < rows; row++) {
        const struct weir_text cell = {text + span[row].start, span[row].len};
        put(column, batch->rows + row, cell);
        if (open && cell.len)
            note_cell(batch, column, cell);
    }
    return status;
}

enum weir_status weir_arrow_add_window(struct weir_arrow_batch *batch,
                                       const struct weir_window *window,
                                       size_t from, size_t *added,
                                       struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    *added = count_rows(batch, window, from);
    for (size_t c = 0; !status && c < batch->n; c++)
        status = add_spans(batch, c, window->text, window->column[c] + from,
                           *added, error);
    batch->rows += status ? 0 : *added;
    return status;
}

bool weir_arrow_batch_full(const struct weir_arrow_batch *batch)
{
    return batch->rows >= batch->max_rows || batch->bytes >= TEXT_MAX;
}
