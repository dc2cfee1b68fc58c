#include "arrow/batch.h"

#include "arrow/export.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#define ROWS_DEFAULT ((size_t)16384)
#define TEXT_MAX ((size_t)1 << 20)  /* of all columns, until it is full */
#define VALUE_MAX ((size_t)2 << 20) /* of offsets and values */
#define ROWS_LEAST ((size_t)256)    /* however many columns there are */

/* What a message shows of a value: bytes, and as they are escaped. */
#define SHOWN ((size_t)40)
#define SHOWN_CAPACITY (4 * SHOWN + 8)

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
    char shown[SHOWN_CAPACITY];
    return weir_fail(error, WEIR_DATA,
                     "column %zu is named '%s', which is not UTF-8, as Arrow's "
                     "names are; --header gives other names",
                     column + 1,
                     weir_show(shown, sizeof shown, name, strlen(name), SHOWN));
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

/* Rows come in. */

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

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* Whether a cell is a number and written as weir prints numbers: without a
 * plus, an exponent, blanks or zeros in front, and with digits on both sides of
 * a point. Others are texts (007), unless the user asks for a number. */
static bool is_printed(struct weir_text cell, const struct weir_number *number)
{
    if (number->kind != WEIR_DECIMAL && number->kind != WEIR_WIDE)
        return false;
    const char *end = cell.bytes + cell.len;
    const char *first = cell.bytes + (*cell.bytes == '-');
    const char *point = skip_digits(first, end);
    if (point == first || (*first == '0' && point - first > 1))
        return false;
    const char *last = point;
    if (point < end && *point == '.')
        last = skip_digits(point + 1, end);
    return last == end && last - point != 1;
}

/* Reads a cell that may be in a notation. *plain is what its number is written
 * as in the plain one. */
static struct weir_number read_cell(const struct weir_arrow_batch *batch,
                                    struct weir_text cell,
                                    struct weir_text *plain)
{
    *plain = cell;
    if (batch->notation) {
        plain->bytes = batch->scratch;
        plain->len = cell.len <= WEIR_NOTATION_MAX
                         ? weir_notation_plain(
                               cell, weir_notation_unpack(batch->notation),
                               batch->scratch)
                         : SIZE_MAX;
    }
    return plain->len == SIZE_MAX ? (struct weir_number){.kind = WEIR_BAD}
                                  : weir_number_read(*plain);
}

static void note_cell(const struct weir_arrow_batch *batch,
                      struct weir_arrow_kept *column, struct weir_text cell)
{
    struct weir_text plain;
    const struct weir_number number = read_cell(batch, cell, &plain);
    if (is_printed(plain, &number))
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
    batch->rows += *added;
    return status;
}

bool weir_arrow_batch_full(const struct weir_arrow_batch *batch)
{
    return batch->rows >= batch->max_rows || batch->bytes >= TEXT_MAX;
}

/* The batch goes out. */

static void decide(struct weir_arrow_batch *batch)
{
    for (size_t c = 0; !batch->decided && c < batch->n; c++) {
        struct weir_arrow_kept *column = &batch->column[c];
        if (column->typed.type == WEIR_ARROW_AUTO)
            column->typed = weir_arrow_decide(column->type, &column->facts);
    }
    batch->decided = true;
}

enum weir_status weir_arrow_batch_schema(struct weir_arrow_batch *batch,
                                         struct ArrowSchema *out,
                                         struct weir_error *error)
{
    const size_t least = batch->n ? batch->n : 1;
    const char **name = weir_alloc(WEIR_MEMORY_OUTPUT, least * sizeof *name);
    struct weir_arrow_typed *typed =
        weir_alloc(WEIR_MEMORY_OUTPUT, least * sizeof *typed);
    enum weir_status status = WEIR_OK;
    decide(batch);
    for (size_t c = 0; name && typed && c < batch->n; c++) {
        name[c] = batch->column[c].name;
        typed[c] = batch->column[c].typed;
    }
    status = name && typed
                 ? weir_arrow_export_schema(out, name, typed, batch->n, error)
                 : weir_fail_memory(error, "an Arrow schema",
                                    batch->n * sizeof *typed);
    weir_free(WEIR_MEMORY_OUTPUT, name);
    weir_free(WEIR_MEMORY_OUTPUT, typed);
    return status;
}

static struct weir_text text_at(const struct weir_arrow_kept *column,
                                size_t row)
{
    const int32_t at = column->texts.at[row];
    return (struct weir_text){column->texts.bytes + at,
                              (size_t)(column->texts.at[row + 1] - at)};
}

static enum weir_status fail_value(const struct weir_arrow_batch *batch,
                                   const struct weir_arrow_kept *column,
                                   size_t row, struct weir_error *error)
{
    char type[WEIR_ARROW_FORMAT_CAPACITY], shown[SHOWN_CAPACITY];
    const struct weir_text text = text_at(column, row);
    const bool number = column->type == WEIR_TYPE_NUMBER &&
                        column->typed.type != WEIR_ARROW_DOUBLE;
    const char *holds = number                                  ? "double"
                        : column->typed.type == WEIR_ARROW_UTF8 ? "binary"
                                                                : "utf8";
    weir_arrow_type_name(column->typed, type);
    return weir_fail(
        error, WEIR_DATA,
        "row %" PRIu64
        ": '%s' does not fit column '%s', which is %s %s; the type %s "
        "%s it%s%s%s%s%s",
        batch->before + row + 1,
        weir_show(shown, sizeof shown, text.bytes, text.len, SHOWN),
        column->name, type,
        column->typed.asked ? "as asked" : "as in the first batch", holds,
        number ? "takes" : "holds", batch->in_c ? "" : " (--types='",
        batch->in_c ? "" : column->name, batch->in_c ? "" : "=",
        batch->in_c ? "" : holds, batch->in_c ? "" : "')");
}

static void set_bit(uint8_t *bits, size_t at)
{
    bits[at / 8] |= (uint8_t)(1U << at % 8);
}

/* The value of a number's column: NULL, DECIMAL if it was read, or BAD. A cell
 * that nobody asked to be read as a number is one only if it is written so. */
static enum weir_kind read_number(const struct weir_arrow_batch *batch,
                                  const struct weir_arrow_kept *column,
                                  struct weir_text text, void *into)
{
    const bool is_cell = column->type == WEIR_TYPE_CELL;
    struct weir_text plain = text;
    const struct weir_number number =
        is_cell ? read_cell(batch, text, &plain) : weir_number_read(text);
    if (is_cell && !column->typed.asked && !is_printed(plain, &number))
        return WEIR_BAD;
    if (number.kind == WEIR_NULL)
        return WEIR_NULL;
    return weir_arrow_read_number(column->typed, &number, into) ? WEIR_DECIMAL
                                                                : WEIR_BAD;
}

/* The same for a column of any type that has values. */
static enum weir_kind read_value(const struct weir_arrow_batch *batch,
                                 const struct weir_arrow_kept *column,
                                 struct weir_text text, void *into)
{
    if (text.len == 0)
        return WEIR_NULL;
    if (weir_arrow_is_number(column->typed.type))
        return read_number(batch, column, text, into);
    if (weir_text_trim(text).len == 0)
        return WEIR_NULL;
    return weir_arrow_read_text(column->typed.type, text, into) ? WEIR_DECIMAL
                                                                : WEIR_BAD;
}

/* Fills validity and values from the texts. */
static enum weir_status convert(const struct weir_arrow_batch *batch,
                                const struct weir_arrow_kept *column,
                                struct weir_arrow_buffers *out,
                                struct weir_error *error)
{
    const size_t width = weir_arrow_width(column->typed.type);
    for (size_t row = 0; row < batch->rows; row++) {
        bool yes = false;
        void *into =
            width ? (char *)out->buffer[1] + row * width : (void *)&yes;
        const enum weir_kind kind =
            read_value(batch, column, text_at(column, row), into);
        if (kind == WEIR_BAD)
            return fail_value(batch, column, row, error);
        if (kind != WEIR_NULL)
            set_bit(out->buffer[0], row);
        out->nulls += kind == WEIR_NULL;
        if (yes)
            set_bit(out->buffer[1], row);
    }
    return WEIR_OK;
}

/* Hands the texts over; the next batch takes new memory. */
static enum weir_status give_texts(const struct weir_arrow_batch *batch,
                                   struct weir_arrow_kept *column,
                                   struct weir_arrow_buffers *out,
                                   struct weir_error *error)
{
    for (size_t row = 0; row < batch->rows; row++) {
        const struct weir_text text = text_at(column, row);
        if (column->typed.type == WEIR_ARROW_UTF8 &&
            weir_utf8_check(text.bytes, text.len) < text.len)
            return fail_value(batch, column, row, error);
        if (text.len)
            set_bit(out->buffer[0], row);
        out->nulls += text.len == 0;
    }
    out->buffer[1] = column->texts.at;
    out->buffer[2] = column->texts.bytes;
    column->texts = (struct weir_arrow_texts){0};
    return WEIR_OK;
}

static enum weir_status take_column(const struct weir_arrow_batch *batch,
                                    struct weir_arrow_kept *column,
                                    struct weir_arrow_buffers *out,
                                    struct weir_error *error)
{
    const enum weir_arrow_type type = column->typed.type;
    const bool text = type == WEIR_ARROW_UTF8 || type == WEIR_ARROW_BINARY;
    const size_t width = weir_arrow_width(type), bits = batch->rows / 8 + 1;
    *out = (struct weir_arrow_buffers){.n = text ? 3 : 2};
    out->buffer[0] = weir_alloc_zero(WEIR_MEMORY_OUTPUT, bits);
    if (!text)
        out->buffer[1] = weir_alloc_zero(WEIR_MEMORY_OUTPUT,
                                         width ? width * batch->rows : bits);
    if (!out->buffer[0] || (!text && !out->buffer[1]))
        return weir_fail_memory(error, "an Arrow array", width * batch->rows);
    return text ? give_texts(batch, column, out, error)
                : convert(batch, column, out, error);
}

enum weir_status weir_arrow_batch_take(struct weir_arrow_batch *batch,
                                       struct ArrowArray *out,
                                       struct weir_error *error)
{
    const size_t bytes = batch->n * sizeof(struct weir_arrow_buffers);
    struct weir_arrow_buffers *column =
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, bytes + 1);
    enum weir_status status =
        column ? WEIR_OK : weir_fail_memory(error, "an Arrow array", bytes);
    assert(batch->rows > 0);
    decide(batch);
    for (size_t c = 0; !status && c < batch->n; c++)
        status = take_column(batch, &batch->column[c], &column[c], error);
    if (!status)
        status =
            weir_arrow_export_array(out, column, batch->n, batch->rows, error);
    else
        for (size_t c = 0; column && c < batch->n; c++)
            weir_arrow_buffers_free(&column[c]);
    weir_free(WEIR_MEMORY_OUTPUT, column);
    batch->before += batch->rows;
    batch->rows = batch->bytes = 0;
    return status;
}
