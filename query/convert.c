/*
 * Conversions between types. A cell is read as the operation that uses it
 * requires. Numbers, texts and booleans are converted only where nothing has to
 * be guessed.
 */
#include "query/compile.h"

static weir_register one(struct weir_compiler *c, const struct weir_op *op,
                         weir_register from)
{
    return weir_compile_op(c, op, from, WEIR_NO_REGISTER, WEIR_NO_REGISTER, 0);
}

weir_register weir_compile_number(struct weir_compiler *c, weir_register from)
{
    enum weir_type type = weir_compile_type(c, from);
    if (type == WEIR_TYPE_NUMBER)
        return from;
    if (type == WEIR_TYPE_BOOLEAN)
        return one(c, &weir_op_boolean_number, from);
    weir_register number = one(c, &weir_op_number, from);
    if (number == WEIR_NO_REGISTER || c->plan->bad_cells != WEIR_BAD_CELLS_NULL)
        return number;
    return one(c, &weir_op_nullify, number);
}

weir_register weir_compile_text(struct weir_compiler *c, weir_register from)
{
    switch (weir_compile_type(c, from)) {
    case WEIR_TYPE_CELL:
        return one(c, &weir_op_as_text, from);
    case WEIR_TYPE_NUMBER:
        return one(c, &weir_op_number_text, from);
    case WEIR_TYPE_BOOLEAN:
        return one(c, &weir_op_boolean_text, from);
    default:
        return from;
    }
}

static weir_register as_cell(struct weir_compiler *c, weir_register from)
{
    if (weir_compile_type(c, from) == WEIR_TYPE_CELL)
        return from;
    weir_register text = weir_compile_text(c, from);
    return text == WEIR_NO_REGISTER ? text : one(c, &weir_op_as_cell, text);
}

static bool is_null(const struct weir_compiler *c, weir_register reg)
{
    return c->program->step[reg].op == &weir_op_null;
}

weir_register weir_compile_boolean(struct weir_compiler *c,
                                   const struct weir_node *node,
                                   weir_register from)
{
    enum weir_type type = weir_compile_type(c, from);
    if (type == WEIR_TYPE_BOOLEAN)
        return from;
    if (type == WEIR_TYPE_NUMBER)
        return one(c, &weir_op_number_boolean, from);
    if (is_null(c, from))
        return weir_compile_op(c, &weir_op_boolean_constant, WEIR_NO_REGISTER,
                               WEIR_NO_REGISTER, WEIR_NO_REGISTER,
                               WEIR_UNKNOWN);
    const char *words = weir_compile_words(c, node);
    return weir_compile_fail(c, node,
                             "expected a condition, found %s; compare it: %s "
                             "= 'text', %s > 0, %s is not null",
                             words, words, words, words);
}

static weir_register to_type(struct weir_compiler *c, weir_register from,
                             enum weir_type type)
{
    static const struct weir_number null = {.kind = WEIR_NULL};
    const struct weir_step nothing = {
        .op = &weir_op_number_constant,
        .in = {WEIR_NO_REGISTER, WEIR_NO_REGISTER, WEIR_NO_REGISTER},
        .constant = null};
    switch (type) {
    case WEIR_TYPE_NUMBER:
        return is_null(c, from) ? weir_compile_step(c, &nothing) : from;
    case WEIR_TYPE_BOOLEAN:
        return is_null(c, from)
                   ? weir_compile_op(c, &weir_op_boolean_constant,
                                     WEIR_NO_REGISTER, WEIR_NO_REGISTER,
                                     WEIR_NO_REGISTER, WEIR_UNKNOWN)
                   : from;
    case WEIR_TYPE_TEXT:
        return weir_compile_text(c, from);
    default:
        return as_cell(c, from);
    }
}

bool weir_compile_unify(struct weir_compiler *c, weir_register *reg, size_t n)
{
    bool mixed = false;
    enum weir_type type = WEIR_TYPE_CELL;
    for (size_t i = 0, seen = 0; i < n; i++) {
        if (is_null(c, reg[i]))
            continue;
        if (seen++ == 0)
            type = weir_compile_type(c, reg[i]);
        else if (type != weir_compile_type(c, reg[i]))
            mixed = true;
    }
    if (mixed)
        type = WEIR_TYPE_CELL;
    for (size_t i = 0; i < n; i++) {
        reg[i] = to_type(c, reg[i], type);
        if (reg[i] == WEIR_NO_REGISTER)
            return false;
    }
    return true;
}

weir_register weir_compile_choose(struct weir_compiler *c,
                                  weir_register boolean, weir_register yes,
                                  weir_register no)
{
    static const struct weir_op *const op[] = {
        [WEIR_TYPE_CELL] = &weir_op_choose_cell,
        [WEIR_TYPE_TEXT] = &weir_op_choose_text,
        [WEIR_TYPE_NUMBER] = &weir_op_choose_number,
        [WEIR_TYPE_BOOLEAN] = &weir_op_choose_boolean};
    return weir_compile_op(c, op[weir_compile_type(c, yes)], boolean, yes, no,
                           0);
}
