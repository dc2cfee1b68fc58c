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

static const uint8_t and_table[4][4] = {[F] = {F, F, F, F},
                                        [T] = {F, T, U, B},
                                        [U] = {F, U, U, B},
                                        [B] = {F, B, B, B}};
static const uint8_t or_table[4][4] = {[F] = {F, T, U, B},
                                       [T] = {T, T, T, T},
                                       [U] = {U, T, U, B},
                                       [B] = {B, T, B, B}};
static const uint8_t not_table[4] = {[F] = T, [T] = F, [U] = U, [B] = B};

static bool combine(struct weir_program *program, const struct weir_step *step,
                    size_t rows)
{
    const uint8_t *table = step->op->detail;
    struct weir_vector *out = weir_step_out(program, step);
    const struct weir_vector *a = weir_step_in(program, step, 0);
    const struct weir_vector *b = weir_step_in(program, step, 1);
    out->any_bad = a->any_bad || b->any_bad;
    for (size_t r = 0; r < rows; r++)
        out->boolean[r] = table[4 * a->boolean[r] + b->boolean[r]];
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

const struct weir_op weir_op_and = {.name = "and",
                                    .out = WEIR_TYPE_BOOLEAN,
                                    .run = combine,
                                    .detail = *and_table};
const struct weir_op weir_op_or = {.name = "or",
                                   .out = WEIR_TYPE_BOOLEAN,
                                   .run = combine,
                                   .detail = *or_table};
const struct weir_op weir_op_not = {
    .name = "not", .out = WEIR_TYPE_BOOLEAN, .run = run_not};

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

const struct weir_op weir_op_is_null = {
    .name = "is null", .out = WEIR_TYPE_BOOLEAN, .run = is_null};

/*
 * Choices: the result is in[1] if in[0] is true, BAD if in[0] is BAD, and else
 * in[2].
 */

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
    out->any_bad = false;
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
    weir_slot_begin(slot);
    slot->vector.uniform = false;
    for (size_t r = 0; r < rows; r++) {
        const struct weir_vector *from = chosen(program, step, r);
        struct weir_number value = {.kind = WEIR_BAD};
        if (from)
            value = weir_vector_number(from, r);
        if (!weir_slot_set_number(slot, r, &value))
            return false;
    }
    weir_slot_end(slot);
    return true;
}

static bool choose_text(struct weir_program *program,
                        const struct weir_step *step, size_t rows)
{
    struct weir_slot *slot = &program->slot[step->out];
    weir_slot_begin(slot);
    for (size_t r = 0; r < rows; r++) {
        const struct weir_vector *from = chosen(program, step, r);
        if (!from || weir_vector_bad(from, r))
            weir_vector_make_bad(&slot->vector, r);
        else if (!weir_slot_set_text(slot, r, weir_vector_text(from, r)))
            return false;
    }
    weir_slot_end(slot);
    return true;
}

const struct weir_op weir_op_choose_boolean = {
    .name = "choose", .out = WEIR_TYPE_BOOLEAN, .run = choose_boolean};
const struct weir_op weir_op_choose_number = {
    .name = "choose", .out = WEIR_TYPE_NUMBER, .run = choose_number};
const struct weir_op weir_op_choose_text = {
    .name = "choose", .out = WEIR_TYPE_TEXT, .run = choose_text};
const struct weir_op weir_op_choose_cell = {
    .name = "choose", .out = WEIR_TYPE_CELL, .run = choose_text};
