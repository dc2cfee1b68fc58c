/*
 * Arithmetic. If both columns are uniform, a loop over bare integers gives the
 * results of weir_number_add() and its siblings. If a row overflows (or gives
 * INT64_MIN, which is no decimal's mantissa), the general loop computes all
 * rows again.
 */
#include "pipeline/ops/ops.h"

#include <stdint.h>

typedef struct weir_number (*binary)(struct weir_number, struct weir_number);

static void store(struct weir_vector *out, size_t row,
                  const struct weir_number *value)
{
    out->mantissa[row] = value->mantissa;
    out->form[row] = (struct weir_form){value->exponent, value->kind};
    out->any_bad |= value->kind == WEIR_BAD;
}

/* A WIDE or BAD value has a text in its operand's vector, which the result's
 * vector cannot refer to. So WIDE becomes a double, and BAD loses its text. */
static struct weir_number narrow(struct weir_number value)
{
    if (value.kind < WEIR_WIDE)
        return value;
    if (value.kind == WEIR_WIDE)
        return weir_number_from_double(weir_number_double(&value));
    value.mantissa = 0;
    return value;
}

static void general(struct weir_vector *out, const struct weir_vector *a,
                    const struct weir_vector *b, binary op, size_t rows)
{
    out->uniform = false;
    out->any_bad = false;
    for (size_t r = 0; r < rows; r++) {
        struct weir_number value =
            narrow(op(weir_vector_number(a, r), weir_vector_number(b, r)));
        store(out, r, &value);
    }
}

static bool both_uniform(const struct weir_vector *a,
                         const struct weir_vector *b)
{
    return a->uniform && b->uniform;
}

#define UNPACK                                                                 \
    struct weir_vector *out = &program->slot[step->out].vector;                \
    const struct weir_vector *a = &program->slot[step->in[0]].vector;          \
    const struct weir_vector *b = &program->slot[step->in[1]].vector

static void set_uniform(struct weir_vector *out, int16_t exponent)
{
    out->uniform = true;
    out->any_bad = false;
    out->exponent = exponent;
}

static bool add(struct weir_program *program, const struct weir_step *step,
                size_t rows)
{
    UNPACK;
    if (both_uniform(a, b) && a->exponent == b->exponent) {
        int overflow = 0;
        for (size_t r = 0; r < rows; r++) {
            overflow |= __builtin_add_overflow(a->mantissa[r], b->mantissa[r],
                                               &out->mantissa[r]);
            overflow |= out->mantissa[r] == INT64_MIN;
        }
        set_uniform(out, a->exponent);
        if (!overflow)
            return true;
    }
    general(out, a, b, weir_number_add, rows);
    return true;
}

static bool subtract(struct weir_program *program, const struct weir_step *step,
                     size_t rows)
{
    UNPACK;
    if (both_uniform(a, b) && a->exponent == b->exponent) {
        int overflow = 0;
        for (size_t r = 0; r < rows; r++) {
            overflow |= __builtin_sub_overflow(a->mantissa[r], b->mantissa[r],
                                               &out->mantissa[r]);
            overflow |= out->mantissa[r] == INT64_MIN;
        }
        set_uniform(out, a->exponent);
        if (!overflow)
            return true;
    }
    general(out, a, b, weir_number_subtract, rows);
    return true;
}

static bool multiply(struct weir_program *program, const struct weir_step *step,
                     size_t rows)
{
    UNPACK;
    int exponent = a->exponent + b->exponent;
    if (both_uniform(a, b) && exponent >= WEIR_EXPONENT_MIN && exponent <= 0) {
        int overflow = 0;
        for (size_t r = 0; r < rows; r++) {
            overflow |= __builtin_mul_overflow(a->mantissa[r], b->mantissa[r],
                                               &out->mantissa[r]);
            overflow |= out->mantissa[r] == INT64_MIN;
        }
        set_uniform(out, (int16_t)exponent);
        if (!overflow)
            return true;
    }
    general(out, a, b, weir_number_multiply, rows);
    return true;
}

static bool divide(struct weir_program *program, const struct weir_step *step,
                   size_t rows)
{
    UNPACK;
    general(out, a, b, weir_number_divide, rows);
    return true;
}

static bool modulo(struct weir_program *program, const struct weir_step *step,
                   size_t rows)
{
    UNPACK;
    general(out, a, b, weir_number_modulo, rows);
    return true;
}

const struct weir_op weir_op_add = {
    .name = "+", .out = WEIR_TYPE_NUMBER, .run = add};
const struct weir_op weir_op_subtract = {
    .name = "-", .out = WEIR_TYPE_NUMBER, .run = subtract};
const struct weir_op weir_op_multiply = {
    .name = "*", .out = WEIR_TYPE_NUMBER, .run = multiply};
const struct weir_op weir_op_divide = {
    .name = "/", .out = WEIR_TYPE_NUMBER, .run = divide};
const struct weir_op weir_op_modulo = {
    .name = "%", .out = WEIR_TYPE_NUMBER, .run = modulo};

/* One operand */

typedef struct weir_number (*unary)(struct weir_number);

static void each(struct weir_program *program, const struct weir_step *step,
                 unary op, size_t rows)
{
    struct weir_vector *out = &program->slot[step->out].vector;
    const struct weir_vector *a = &program->slot[step->in[0]].vector;
    out->uniform = false;
    out->any_bad = false;
    for (size_t r = 0; r < rows; r++) {
        struct weir_number value = narrow(op(weir_vector_number(a, r)));
        store(out, r, &value);
    }
}

static bool negate(struct weir_program *program, const struct weir_step *step,
                   size_t rows)
{
    each(program, step, weir_number_negate, rows);
    return true;
}

static struct weir_number absolute(struct weir_number value)
{
    const struct weir_number zero = {.kind = WEIR_DECIMAL};
    bool number = value.kind != WEIR_NULL && value.kind != WEIR_BAD;
    return number && weir_number_compare(&value, &zero) < 0
               ? weir_number_negate(value)
               : value;
}

static bool run_abs(struct weir_program *program, const struct weir_step *step,
                    size_t rows)
{
    each(program, step, absolute, rows);
    return true;
}

const struct weir_op weir_op_negate = {
    .name = "negate", .out = WEIR_TYPE_NUMBER, .run = negate};
const struct weir_op weir_op_abs = {
    .name = "abs", .out = WEIR_TYPE_NUMBER, .run = run_abs};

/* A number of decimal places as an integer, limited to the range in which it
 * makes a difference. */
static int places_of(const struct weir_number *value)
{
    double places = weir_number_double(value);
    if (places > 2000)
        return 2000;
    return places < -2000 ? -2000 : (int)places;
}

static bool round_to(struct weir_program *program, const struct weir_step *step,
                     enum weir_rounding rounding, size_t rows)
{
    struct weir_vector *out = &program->slot[step->out].vector;
    const struct weir_vector *a = &program->slot[step->in[0]].vector;
    out->uniform = false;
    out->any_bad = false;
    for (size_t r = 0; r < rows; r++) {
        struct weir_number places = {.kind = WEIR_DECIMAL};
        if (step->in[1] != WEIR_NO_REGISTER)
            places = weir_vector_number(&program->slot[step->in[1]].vector, r);
        struct weir_number value = narrow(weir_vector_number(a, r));
        if (places.kind == WEIR_NULL || places.kind == WEIR_BAD)
            value = value.kind == WEIR_BAD ? value : narrow(places);
        else if (value.kind != WEIR_NULL && value.kind != WEIR_BAD)
            value = weir_number_round(value, places_of(&places), rounding);
        store(out, r, &value);
    }
    return true;
}

static bool run_round(struct weir_program *program,
                      const struct weir_step *step, size_t rows)
{
    return round_to(program, step, WEIR_ROUND_HALF_AWAY, rows);
}

static bool run_floor(struct weir_program *program,
                      const struct weir_step *step, size_t rows)
{
    return round_to(program, step, WEIR_ROUND_FLOOR, rows);
}

static bool run_ceil(struct weir_program *program, const struct weir_step *step,
                     size_t rows)
{
    return round_to(program, step, WEIR_ROUND_CEIL, rows);
}

const struct weir_op weir_op_round = {
    .name = "round", .out = WEIR_TYPE_NUMBER, .run = run_round};
const struct weir_op weir_op_floor = {
    .name = "floor", .out = WEIR_TYPE_NUMBER, .run = run_floor};
const struct weir_op weir_op_ceil = {
    .name = "ceil", .out = WEIR_TYPE_NUMBER, .run = run_ceil};
