/*
 * SQL's three-valued logic, with BAD as a fourth value. False and anything is
 * false, and true or anything is true, so a side that decides hides a BAD one.
 */
#include "base/stream.h"
#include "pipeline/ops/ops.h"

enum {
    F = WEIR_FALSE,
    T = WEIR_TRUE,
    U = WEIR_UNKNOWN,
    B = WEIR_BOOLEAN_BAD
};

/* The result for each pair of values. */
struct connective {
    uint8_t of[4][4];
};

static const struct connective conjunction = {{[F] = {F, F, F, F},
                                               [T] = {F, T, U, B},
                                               [U] = {F, U, U, B},
                                               [B] = {F, B, B, B}}};
static const struct connective disjunction = {{[F] = {F, T, U, B},
                                               [T] = {T, T, T, T},
                                               [U] = {U, T, U, B},
                                               [B] = {B, T, B, B}}};
static const uint8_t not_table[4] = {[F] = T, [T] = F, [U] = U, [B] = B};

static bool combine(struct weir_program *program, const struct weir_step *step,
                    size_t rows)
{
    const struct connective *connective = step->op->detail;
    struct weir_vector *out = weir_step_out(program, step);
    const struct weir_vector *a = weir_step_in(program, step, 0);
    const struct weir_vector *b = weir_step_in(program, step, 1);
    out->any_bad = a->any_bad || b->any_bad;
    for (size_t r = 0; r < rows; r++)
        out->boolean[r] = connective->of[a->boolean[r]][b->boolean[r]];
    return true;
}

static bool run_not(struct weir_program *program, const struct weir_step *step,
                    size_t rows)
{
    struct weir_vector *out = weir_step_out(program, step);
    const struct weir_vector *a = weir_step_in(program, step, 0);
    out->any_bad = a->any_bad;
    for (size_t r = 0; r < rows; r++)
        out->boolean[r] = not_table[a->boolean[r]];
    return true;
}

WEIR_OP(and, "and", BOOLEAN, .run = combine, .detail = &conjunction);
WEIR_OP(or, "or", BOOLEAN, .run = combine, .detail = &disjunction);
WEIR_OP(not, "not", BOOLEAN, .run = run_not);

static bool is_null(struct weir_program *program, const struct weir_step *step,
                    size_t rows)
{
    struct weir_vector *out = weir_step_out(program, step);
    const struct weir_vector *a = weir_step_in(program, step, 0);
    out->any_bad = a->any_bad;
    for (size_t r = 0; r < rows; r++)
        out->boolean[r] =
            weir_vector_bad(a, r) ? B : (uint8_t)weir_vector_null(a, r);
    return true;
}

WEIR_OP(is_null, "is null", BOOLEAN, .run = is_null);

/* Choices: if the condition in[0] is BAD, the result is BAD. */

/* The operand that a row is chosen from; NULL if the condition is BAD. */
static const struct weir_vector *chosen(const struct weir_program *program,
                                        const struct weir_step *step,
                                        size_t row)
{
    uint8_t condition = weir_step_in(program, step, 0)->boolean[row];
    return condition == B ? NULL
                          : weir_step_in(program, step, condition == T ? 1 : 2);
}

static bool choose_boolean(struct weir_program *program,
                           const struct weir_step *step, size_t rows)
{
    struct weir_vector *out = weir_step_out(program, step);
    for (size_t r = 0; r < rows; r++) {
        const struct weir_vector *from = chosen(program, step, r);
        out->boolean[r] = from ? from->boolean[r] : B;
        out->any_bad |= out->boolean[r] == B;
    }
    return true;
}

static bool choose_number(struct weir_program *program,
                          const struct weir_step *step, size_t rows)
{
    struct weir_slot *slot = &program->slot[step->out];
    slot->vector.uniform = false;
    for (size_t r = 0; r < rows; r++) {
        const struct weir_vector *from = chosen(program, step, r);
        struct weir_number value = {.kind = WEIR_BAD};
        if (from)
            value = weir_vector_number(from, r);
        if (!weir_slot_set_number(slot, r, &value))
            return false;
    }
    return true;
}

static bool choose_text(struct weir_program *program,
                        const struct weir_step *step, size_t rows)
{
    struct weir_slot *slot = &program->slot[step->out];
    for (size_t r = 0; r < rows; r++) {
        const struct weir_vector *from = chosen(program, step, r);
        if (!from || weir_vector_bad(from, r))
            weir_vector_make_bad(&slot->vector, r);
        else if (!weir_slot_set_text(slot, r, weir_vector_text(from, r)))
            return false;
    }
    return true;
}

WEIR_OP(choose_boolean, "choose", BOOLEAN, .run = choose_boolean);
WEIR_OP(choose_number, "choose", NUMBER, .run = choose_number);
WEIR_OP(choose_text, "choose", TEXT, .run = choose_text);
WEIR_OP(choose_cell, "choose", CELL, .run = choose_text);
