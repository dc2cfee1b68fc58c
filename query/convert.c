/*
 * Conversions between types; README.md says which are allowed.
 */
#include "query/compile.h"

weir_register weir_compile_read_in(struct weir_compiler *c, weir_register from,
                                   int32_t notation)
{
    weir_register number = weir_compile_op(
        c, &weir_op_number, from, WEIR_NO_REGISTER, WEIR_NO_REGISTER, notation);
    return c->plan->bad_cells == WEIR_BAD_CELLS_NULL
               ? weir_compile_unary(c, &weir_op_nullify, number)
               : number;
}

static int32_t notation_of(const struct weir_compiler *c, weir_register from)
{
    return weir_compile_type(c, from) == WEIR_TYPE_CELL ? c->plan->notation : 0;
}

weir_register weir_compile_read(struct weir_compiler *c, weir_register from,
                                int32_t flags)
{
    int32_t notation = notation_of(c, from);
    return weir_compile_op(c, &weir_op_number, from, WEIR_NO_REGISTER,
                           WEIR_NO_REGISTER, notation ? notation | flags : 0);
}

weir_register weir_compile_number(struct weir_compiler *c, weir_register from)
{
    enum weir_type type = weir_compile_type(c, from);
    if (type == WEIR_TYPE_NUMBER)
        return from;
    if (type == WEIR_TYPE_BOOLEAN)
        return weir_compile_unary(c, &weir_op_boolean_number, from);
    return weir_compile_read_in(c, from, notation_of(c, from));
}

weir_register weir_compile_text(struct weir_compiler *c, weir_register from)
{
    switch (weir_compile_type(c, from)) {
    case WEIR_TYPE_CELL:
        return weir_compile_unary(c, &weir_op_as_text, from);
    case WEIR_TYPE_NUMBER:
        return weir_compile_unary(c, &weir_op_number_text, from);
    case WEIR_TYPE_BOOLEAN:
        return weir_compile_unary(c, &weir_op_boolean_text, from);
    default:
        return from;
    }
}

static bool is_null(const struct weir_compiler *c, weir_register reg)
{
    return reg != WEIR_NO_REGISTER && c->program->step[reg].op == &weir_op_null;
}

weir_register weir_compile_condition(struct weir_compiler *c,
                                     const struct weir_node *node)
{
    weir_register from = weir_compile(c, node);
    enum weir_type type = weir_compile_type(c, from);
    if (type == WEIR_TYPE_BOOLEAN)
        return from;
    if (type == WEIR_TYPE_NUMBER)
        return weir_compile_unary(c, &weir_op_number_boolean, from);
    if (is_null(c, from))
        return weir_compile_leaf(c, &weir_op_boolean_constant, WEIR_UNKNOWN);
    const char *words = weir_compile_words(c, node);
    if (node->type == WEIR_NODE_CONCAT)
        return weir_compile_fail(c, node,
                                 "'||' joins texts; use 'or' between "
                                 "conditions");
    return weir_compile_fail(c, node,
                             "expected a condition, found %s; compare it: %s "
                             "= 'text', %s > 0, %s is not null",
                             words, words, words, words);
}

/* A number becomes a cell that reads back as that number. */
static weir_register to_cell(struct weir_compiler *c, weir_register from)
{
    enum weir_type type = weir_compile_type(c, from);
    if (type == WEIR_TYPE_CELL)
        return from;
    weir_register text =
        type == WEIR_TYPE_NUMBER
            ? weir_compile_op(c, &weir_op_number_text, from, WEIR_NO_REGISTER,
                              WEIR_NO_REGISTER, c->plan->notation)
            : weir_compile_text(c, from);
    return weir_compile_unary(c, &weir_op_as_cell, text);
}

static weir_register to_type(struct weir_compiler *c, weir_register from,
                             enum weir_type type)
{
    static const struct weir_number null = {.kind = WEIR_NULL};
    switch (type) {
    case WEIR_TYPE_NUMBER:
        return is_null(c, from)
                   ? weir_compile_constant(c, &weir_op_number_constant, &null)
                   : from;
    case WEIR_TYPE_BOOLEAN:
        return is_null(c, from)
                   ? weir_compile_leaf(c, &weir_op_boolean_constant,
                                       WEIR_UNKNOWN)
                   : from;
    case WEIR_TYPE_TEXT:
        return weir_compile_text(c, from);
    default:
        return to_cell(c, from);
    }
}

void weir_compile_unify(struct weir_compiler *c, weir_register *reg, size_t n)
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
    for (size_t i = 0; i < n; i++)
        reg[i] = to_type(c, reg[i], mixed ? WEIR_TYPE_CELL : type);
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
