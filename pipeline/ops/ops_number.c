/*
 * If both columns are uniform, a loop over bare integers gives the results of
 * weir_number_add() and its siblings. If a row overflows (or gives INT64_MIN,
 * which is no decimal's mantissa), all rows are computed again as numbers.
 */
#include "pipeline/ops/ops.h"

#include <stdint.h>

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

/* Two operands */

typedef struct weir_number (*arithmetic)(struct weir_number,
                                         struct weir_number);

struct binary {
    arithmetic general;
    /* Computes bare integers; returns false if a row overflows. NULL if there
     * is no such loop. */
    bool (*integers)(const int64_t *a, const int64_t *b, int64_t *out,
                     size_t rows);
    bool adds_exponents; /* as a product does; else both must be equal */
};

#define INTEGERS(name, overflows)                                              \
    static bool name(const int64_t *a, const int64_t *b, int64_t *out,         \
                     size_t rows)                                              \
    {                                                                          \
        int overflow = 0;                                                      \
        for (size_t r = 0; r < rows; r++) {                                    \
            int64_t value;                                                     \
            overflow |= overflows(a[r], b[r], &value);                         \
            overflow |= value == INT64_MIN;                                    \
            out[r] = value;                                                    \
        }                                                                      \
        return !overflow;                                                      \
    }

INTEGERS(add, __builtin_add_overflow)
INTEGERS(subtract, __builtin_sub_overflow)
INTEGERS(multiply, __builtin_mul_overflow)

/* Whether bare integers give the results; sets the exponent. */
static bool are_integers(const struct binary *op, const struct weir_vector *a,
                         const struct weir_vector *b, int16_t *exponent)
{
    int sum = a->exponent + b->exponent;
    if (!op->integers || !a->uniform || !b->uniform)
        return false;
    *exponent = op->adds_exponents ? (int16_t)sum : a->exponent;
    return op->adds_exponents ? sum >= WEIR_EXPONENT_MIN && sum <= 0
                              : a->exponent == b->exponent;
}

static bool binary(struct weir_program *program, const struct weir_step *step,
                   size_t rows)
{
    const struct binary *op = step->op->detail;
    const arithmetic general = op->general;
    const struct weir_vector *a = weir_step_in(program, step, 0);
    const struct weir_vector *b = weir_step_in(program, step, 1);
    struct weir_vector *out = weir_step_out(program, step);
    out->uniform = are_integers(op, a, b, &out->exponent) &&
                   op->integers(a->mantissa, b->mantissa, out->mantissa, rows);
    if (out->uniform)
        return true;
    for (size_t r = 0; r < rows; r++) {
        struct weir_number value =
            narrow(general(weir_vector_number(a, r), weir_vector_number(b, r)));
        store(out, r, &value);
    }
    return true;
}

#define BINARY(op, its_name, ...)                                              \
    static const struct binary binary_##op = {__VA_ARGS__};                    \
    WEIR_OP(op, its_name, NUMBER, .run = binary, .detail = &binary_##op)

BINARY(add, "+", weir_number_add, add, false);
BINARY(subtract, "-", weir_number_subtract, subtract, false);
BINARY(multiply, "*", weir_number_multiply, multiply, true);
BINARY(divide, "/", weir_number_divide, NULL, false);
BINARY(modulo, "%", weir_number_modulo, NULL, false);

/* One operand */

typedef struct weir_number (*unary)(struct weir_number);

static bool each(struct weir_program *program, const struct weir_step *step,
                 size_t rows)
{
    const unary op = *(const unary *)step->op->detail;
    const struct weir_vector *a = weir_step_in(program, step, 0);
    struct weir_vector *out = weir_step_out(program, step);
    out->uniform = false;
    for (size_t r = 0; r < rows; r++) {
        struct weir_number value = narrow(op(weir_vector_number(a, r)));
        store(out, r, &value);
    }
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

static const unary negated = weir_number_negate, abs_of = absolute;

WEIR_OP(negate, "negate", NUMBER, .run = each, .detail = &negated);
WEIR_OP(abs, "abs", NUMBER, .run = each, .detail = &abs_of);

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
                     size_t rows)
{
    const enum weir_rounding *rounding = step->op->detail;
    const struct weir_vector *a = weir_step_in(program, step, 0);
    struct weir_vector *out = weir_step_out(program, step);
    out->uniform = false;
    for (size_t r = 0; r < rows; r++) {
        struct weir_number places = {.kind = WEIR_DECIMAL};
        if (step->in[1] != WEIR_NO_REGISTER)
            places = weir_vector_number(weir_step_in(program, step, 1), r);
        struct weir_number value = narrow(weir_vector_number(a, r));
        if (places.kind == WEIR_NULL || places.kind == WEIR_BAD)
            value = value.kind == WEIR_BAD ? value : narrow(places);
        else if (value.kind != WEIR_NULL && value.kind != WEIR_BAD)
            value = weir_number_round(value, places_of(&places), *rounding);
        store(out, r, &value);
    }
    return true;
}

static const enum weir_rounding half_away = WEIR_ROUND_HALF_AWAY,
                                down = WEIR_ROUND_FLOOR, up = WEIR_ROUND_CEIL;

WEIR_OP(round, "round", NUMBER, .run = round_to, .detail = &half_away);
WEIR_OP(floor, "floor", NUMBER, .run = round_to, .detail = &down);
WEIR_OP(ceil, "ceil", NUMBER, .run = round_to, .detail = &up);
