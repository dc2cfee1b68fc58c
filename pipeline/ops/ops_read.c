/*
 * Cells to numbers, and BAD values to null.
 */
#include "base/notation.h"
#include "pipeline/ops/ops.h"

#include <string.h>

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
    weir_vector_read_numbers(out, in, rows);
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
