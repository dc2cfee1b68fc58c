/*
 * Cells to numbers, and BAD values to null.
 *
 * The number step is the one hot loop here: it reads the numbers of a whole
 * column. If every row is a decimal with the exponent of the first row, the
 * vector is uniform, and later steps work on bare 64-bit integers.
 */
#include "base/decode.h"
#include "base/notation.h"
#include "base/short_decimal.h"
#include "pipeline/ops/ops.h"

#include <string.h>

/* Reads rows [from, rows) of any form. */
static void read_numbers(struct weir_vector *out, const struct weir_vector *in,
                         size_t from, size_t rows)
{
    for (size_t r = from; r < rows; r++) {
        struct weir_span span = in->span[r];
        struct weir_form form = {0, WEIR_DECIMAL};
        if (!weir_short_decimal(in->base + span.start, span.len,
                                &out->mantissa[r], &form.exponent)) {
            bool bad = span.start == WEIR_SPAN_BAD;
            struct weir_number number = {.kind = WEIR_BAD};
            if (!bad)
                number = weir_number_read(weir_vector_text(in, r));
            form = (struct weir_form){number.exponent, number.kind};
            out->mantissa[r] = number.kind == WEIR_DECIMAL
                                   ? number.mantissa
                                   : weir_span_bits(span);
            out->any_bad |= number.kind == WEIR_BAD;
        }
        out->form[r] = form;
    }
}

/* One row as a decimal, whatever its length. */
static bool read_decimal(const struct weir_vector *in, size_t row,
                         int64_t *mantissa, int16_t *exponent)
{
    struct weir_span span = in->span[row];
    if (span.start == WEIR_SPAN_BAD)
        return false;
    if (weir_short_decimal(in->base + span.start, span.len, mantissa, exponent))
        return true;
    struct weir_number number = weir_number_read(weir_vector_text(in, row));
    *mantissa = number.mantissa;
    *exponent = number.exponent;
    return number.kind == WEIR_DECIMAL;
}

/* Reads rows as long as they are decimals of one exponent, and returns how many
 * they are. The decoder reads many rows at once; where it stops, up to 16 rows
 * are read one by one. */
static size_t read_uniform(struct weir_vector *out,
                           const struct weir_vector *in, size_t rows)
{
    const struct weir_cell_decoder *decoder = weir_cell_decoder_best();
    size_t r = 0;
    if (rows == 0 || !read_decimal(in, 0, &out->mantissa[0], &out->exponent))
        return 0;
    while (r < rows) {
        r += decoder->read(in->base, in->span + r, rows - r, out->exponent,
                           out->mantissa + r);
        for (size_t max = r + 16; r < rows && r < max; r++) {
            int16_t exponent;
            if (!read_decimal(in, r, &out->mantissa[r], &exponent) ||
                exponent != out->exponent)
                return r;
        }
    }
    return rows;
}

/* Copies the numbers of a column that the stream gave as numbers. */
static bool copy_numbers(struct weir_vector *out, const struct weir_vector *in,
                         size_t rows)
{
    memcpy(out->mantissa, in->mantissa, rows * sizeof *in->mantissa);
    out->uniform = in->uniform;
    out->exponent = in->exponent;
    if (!in->uniform)
        memcpy(out->form, in->form, rows * sizeof *in->form);
    return true;
}

/* Reads a cell in a notation. The texts of numbers that are WIDE, and of cells
 * that are BAD, are added to those of the slot. */
static bool read_in(struct weir_slot *slot, size_t row, struct weir_text cell,
                    const struct weir_step *step)
{
    size_t start = slot->text_used, capacity = cell.len + WEIR_NOTATION_EXTRA;
    char *plain = weir_slot_text(slot, capacity);
    if (!plain)
        return false;
    slot->text_used = start;
    size_t len = weir_notation_plain(
        cell, weir_notation_unpack(step->choice & ~WEIR_AS_WRITTEN), plain);
    struct weir_text text = {plain, len};
    struct weir_number number = {.kind = WEIR_BAD};
    if (len != SIZE_MAX)
        number = weir_number_read(text);
    if (number.kind == WEIR_DECIMAL && step->choice & WEIR_AS_WRITTEN &&
        !weir_number_is_plain(text, &number))
        number = (struct weir_number){.kind = WEIR_WIDE, .text = text};
    if (number.kind == WEIR_BAD) {
        memcpy(plain, cell.bytes, cell.len);
        number.text = (struct weir_text){plain, cell.len};
    }
    struct weir_vector *out = &slot->vector;
    out->mantissa[row] = number.mantissa;
    out->form[row] = (struct weir_form){number.exponent, number.kind};
    out->any_bad |= number.kind == WEIR_BAD;
    if (number.kind == WEIR_DECIMAL || number.kind == WEIR_NULL)
        return true;
    const struct weir_span span = {
        (uint32_t)(start + (size_t)(number.text.bytes - plain)),
        (uint32_t)number.text.len};
    out->mantissa[row] = weir_span_bits(span);
    slot->text_used = span.start + span.len;
    return true;
}

/* Whether all rows are DECIMALs of one exponent. */
static bool is_uniform(const struct weir_vector *v, size_t rows)
{
    bool uniform = rows > 0;
    for (size_t r = 0; uniform && r < rows; r++)
        uniform = v->form[r].kind == WEIR_DECIMAL &&
                  v->form[r].exponent == v->form[0].exponent;
    return uniform;
}

static bool numbers_in(struct weir_program *program,
                       const struct weir_step *step, size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_slot *slot = &program->slot[step->out];
    struct weir_vector *out = &slot->vector;
    for (size_t r = 0; r < rows; r++)
        if (weir_vector_bad(in, r)) {
            out->mantissa[r] = 0; /* an empty text */
            out->form[r] = (struct weir_form){.kind = WEIR_BAD};
            out->any_bad = true;
        } else if (!read_in(slot, r, weir_vector_text(in, r), step)) {
            return false;
        }
    out->uniform = is_uniform(out, rows);
    if (out->uniform)
        out->exponent = out->form[0].exponent;
    return true;
}

static bool number(struct weir_program *program, const struct weir_step *step,
                   size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_vector *out = weir_step_out(program, step);
    if (step->choice)
        return numbers_in(program, step, rows);
    out->base = in->base;
    if (in->decoded)
        return copy_numbers(out, in, rows);
    size_t n = read_uniform(out, in, rows);
    out->uniform = n == rows && rows > 0;
    if (out->uniform)
        return true;
    for (size_t r = 0; r < n; r++)
        out->form[r] = (struct weir_form){out->exponent, WEIR_DECIMAL};
    read_numbers(out, in, n, rows);
    return true;
}

WEIR_OP(number, "number", NUMBER, .run = number);

/* BAD to null */

static bool nullify(struct weir_program *program, const struct weir_step *step,
                    size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_vector *out = weir_step_out(program, step);
    memcpy(out->mantissa, in->mantissa, rows * sizeof *in->mantissa);
    out->base = in->base;
    out->uniform = in->uniform;
    out->exponent = in->exponent;
    if (!in->uniform)
        for (size_t r = 0; r < rows; r++) {
            out->form[r] = in->form[r];
            if (out->form[r].kind == WEIR_BAD)
                out->form[r].kind = WEIR_NULL;
        }
    return true;
}

WEIR_OP(nullify, "bad to null", NUMBER, .run = nullify);

static bool nullify_boolean(struct weir_program *program,
                            const struct weir_step *step, size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_vector *out = weir_step_out(program, step);
    for (size_t r = 0; r < rows; r++)
        out->boolean[r] =
            in->boolean[r] == WEIR_BOOLEAN_BAD ? WEIR_UNKNOWN : in->boolean[r];
    return true;
}

WEIR_OP(nullify_boolean, "bad to null", BOOLEAN, .run = nullify_boolean);
