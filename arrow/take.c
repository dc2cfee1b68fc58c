/* How rows leave a batch: types, values, an array. */
#include "arrow/cell.h"
#include "arrow/export.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include <assert.h>
#include <inttypes.h>

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
    char type[WEIR_ARROW_FORMAT_CAPACITY], shown[WEIR_ARROW_SHOWN_CAPACITY];
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
        weir_show(shown, sizeof shown, text.bytes, text.len, WEIR_ARROW_SHOWN),
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
        is_cell ? weir_arrow_read_cell(batch, text, &plain)
                : weir_number_read(text);
    if (is_cell && !column->typed.asked &&
        !weir_arrow_is_printed(plain, &number))
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
