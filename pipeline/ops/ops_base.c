/*
 * Loads, constants, views, and conversions between types. The steps that read
 * numbers are in ops_read.c.
 */
#include "base/notation.h"
#include "base/stream.h"
#include "pipeline/ops/ops.h"

#include <string.h>

/* Loads */

static bool load(struct weir_program *program, const struct weir_step *step,
                 size_t rows)
{
    (void)rows;
    *weir_step_out(program, step) = program->input[step->choice];
    return true;
}

WEIR_OP(load_cell, "load", CELL, .kind = WEIR_OP_LOADS, .run = load);
WEIR_OP(load_text, "load text", TEXT, .kind = WEIR_OP_LOADS, .run = load);
WEIR_OP(load_number, "load number", NUMBER, .kind = WEIR_OP_LOADS, .run = load);

bool weir_op_load(const struct weir_op *op)
{
    return op->kind == WEIR_OP_LOADS;
}

/* Constants: computed once, for the most rows of a window. */

static bool number_constant(struct weir_program *program,
                            const struct weir_step *step, size_t rows)
{
    struct weir_slot *slot = &program->slot[step->out];
    struct weir_vector *v = &slot->vector;
    v->uniform = step->constant.kind == WEIR_DECIMAL;
    v->exponent = step->constant.exponent;
    if (!weir_slot_set_number(slot, 0, &step->constant))
        return false;
    for (size_t r = 1; r < rows; r++) {
        v->mantissa[r] = v->mantissa[0];
        v->form[r] = v->form[0];
    }
    return true;
}

static bool text_constant(struct weir_program *program,
                          const struct weir_step *step, size_t rows)
{
    struct weir_slot *slot = &program->slot[step->out];
    if (!weir_slot_set_text(slot, 0, step->constant.text))
        return false;
    for (size_t r = 1; r < rows; r++)
        slot->vector.span[r] = slot->vector.span[0];
    return true;
}

static bool boolean_constant(struct weir_program *program,
                             const struct weir_step *step, size_t rows)
{
    memset(weir_step_out(program, step)->boolean, step->choice, rows);
    return true;
}

WEIR_OP(number_constant, "constant", NUMBER, .kind = WEIR_OP_CONSTANT,
        .run = number_constant);
WEIR_OP(text_constant, "constant", TEXT, .kind = WEIR_OP_CONSTANT,
        .run = text_constant);
WEIR_OP(null, "null", CELL, .kind = WEIR_OP_CONSTANT, .run = text_constant);
WEIR_OP(boolean_constant, "constant", BOOLEAN, .kind = WEIR_OP_CONSTANT,
        .run = boolean_constant);

/* Views: the same rows under another type. */

static bool view(struct weir_program *program, const struct weir_step *step,
                 size_t rows)
{
    (void)rows;
    struct weir_vector *out = weir_step_out(program, step);
    *out = *weir_step_in(program, step, 0);
    out->type = step->op->out;
    return true;
}

WEIR_OP(as_text, "as text", TEXT, .kind = WEIR_OP_VIEWS, .run = view);
WEIR_OP(as_cell, "as cell", CELL, .kind = WEIR_OP_VIEWS, .run = view);

/* The numbers in[0] of the cells in[1], with the cells' texts. Numbers that
 * were read in a notation have their plain texts already. */
static bool written(struct weir_program *program, const struct weir_step *step,
                    size_t rows)
{
    struct weir_vector *out = weir_step_out(program, step);
    bool viewed = view(program, step, rows);
    if (!program->step[step->in[0]].choice)
        out->span = weir_step_in(program, step, 1)->span;
    return viewed;
}

WEIR_OP(written, "as written", NUMBER, .kind = WEIR_OP_VIEWS, .run = written);

/* To text and boolean */

static bool number_text(struct weir_program *program,
                        const struct weir_step *step, size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_slot *slot = &program->slot[step->out];
    for (size_t r = 0; r < rows; r++) {
        struct weir_number value = weir_vector_number(in, r);
        struct weir_span span = {(uint32_t)slot->text_used, 0};
        if (value.kind == WEIR_BAD) {
            span.start = WEIR_SPAN_BAD;
            slot->vector.any_bad = true;
        } else if (value.kind != WEIR_NULL) {
            size_t capacity = WEIR_NUMBER_TEXT + value.text.len;
            char *at = weir_slot_text(slot, capacity);
            if (!at)
                return false;
            span.len = (uint32_t)weir_number_write(&value, at, capacity);
            slot->text_used -= capacity - span.len;
            weir_notation_localize(weir_notation_unpack(step->choice), at,
                                   span.len);
        }
        slot->vector.span[r] = span;
    }
    return true;
}

WEIR_OP(number_text, "text", TEXT, .run = number_text);

static bool boolean_text(struct weir_program *program,
                         const struct weir_step *step, size_t rows)
{
    /* Padded on both sides, as texts are. */
    static const char padded[2 * WEIR_BATCH_PAD + 9] = {
        [WEIR_BATCH_PAD] = 'f', 'a', 'l', 's', 'e', 't', 'r', 'u', 'e'};
    const char *words = padded + WEIR_BATCH_PAD;
    static const struct weir_span span[] = {
        [WEIR_FALSE] = {0, 5},
        [WEIR_TRUE] = {5, 4},
        [WEIR_UNKNOWN] = {0, 0},
        [WEIR_BOOLEAN_BAD] = {WEIR_SPAN_BAD, 0}};
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_vector *out = weir_step_out(program, step);
    out->base = words;
    out->any_bad = in->any_bad;
    for (size_t r = 0; r < rows; r++)
        out->span[r] = span[in->boolean[r]];
    return true;
}

WEIR_OP(boolean_text, "text", TEXT, .run = boolean_text);

static bool boolean_number(struct weir_program *program,
                           const struct weir_step *step, size_t rows)
{
    static const uint8_t kind[] = {[WEIR_FALSE] = WEIR_DECIMAL,
                                   [WEIR_TRUE] = WEIR_DECIMAL,
                                   [WEIR_UNKNOWN] = WEIR_NULL,
                                   [WEIR_BOOLEAN_BAD] = WEIR_BAD};
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_vector *out = weir_step_out(program, step);
    out->uniform = false;
    out->any_bad = in->any_bad;
    for (size_t r = 0; r < rows; r++) {
        out->mantissa[r] = in->boolean[r] == WEIR_TRUE;
        out->form[r] = (struct weir_form){0, kind[in->boolean[r]]};
    }
    return true;
}

WEIR_OP(boolean_number, "number", NUMBER, .run = boolean_number);

static uint8_t boolean_of(const struct weir_number *value)
{
    if (value->kind == WEIR_NULL)
        return WEIR_UNKNOWN;
    if (value->kind == WEIR_BAD)
        return WEIR_BOOLEAN_BAD;
    const struct weir_number zero = {.kind = WEIR_DECIMAL};
    return weir_number_compare(value, &zero) ? WEIR_TRUE : WEIR_FALSE;
}

static bool number_boolean(struct weir_program *program,
                           const struct weir_step *step, size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_vector *out = weir_step_out(program, step);
    out->any_bad = in->any_bad;
    for (size_t r = 0; r < rows; r++) {
        struct weir_number value = weir_vector_number(in, r);
        out->boolean[r] = boolean_of(&value);
    }
    return true;
}

WEIR_OP(number_boolean, "boolean", BOOLEAN, .run = number_boolean);

static bool text_boolean(struct weir_program *program,
                         const struct weir_step *step, size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_vector *out = weir_step_out(program, step);
    for (size_t r = 0; r < rows; r++)
        out->boolean[r] = in->span[r].len == 4   ? WEIR_TRUE
                          : in->span[r].len == 5 ? WEIR_FALSE
                                                 : WEIR_UNKNOWN;
    return true;
}

WEIR_OP(text_boolean, "boolean", BOOLEAN, .run = text_boolean);
