/*
 * Comparisons. The types of the two sides decide how they are compared. Two
 * numbers are compared by value, and so is a cell with a number: a cell that is
 * not a number is BAD where an order is asked for, and not equal where equality
 * is. Two cells are compared by value if both are numbers, and by bytes if
 * neither is; a number and a text have no order. A text is compared with a cell
 * or with another text by bytes; a cell is BAD where its order with a date is
 * asked for, and it begins with a digit but is written otherwise. The empty
 * text, written '', is what an empty cell is equal to.
 */
#include "query/compile.h"

#include "pipeline/ops/date.h"
#include <string.h>

static const int32_t comparison[] = {[WEIR_NODE_EQUAL] = WEIR_EQUAL,
                                     [WEIR_NODE_UNEQUAL] = WEIR_UNEQUAL,
                                     [WEIR_NODE_LESS] = WEIR_LESS,
                                     [WEIR_NODE_LESS_EQUAL] = WEIR_LESS_EQUAL,
                                     [WEIR_NODE_GREATER] = WEIR_GREATER,
                                     [WEIR_NODE_GREATER_EQUAL] =
                                         WEIR_GREATER_EQUAL};

/* a < b is the same as b > a. */
static const int32_t turned[] = {
    [WEIR_EQUAL] = WEIR_EQUAL,  [WEIR_UNEQUAL] = WEIR_UNEQUAL,
    [WEIR_LESS] = WEIR_GREATER, [WEIR_LESS_EQUAL] = WEIR_GREATER_EQUAL,
    [WEIR_GREATER] = WEIR_LESS, [WEIR_GREATER_EQUAL] = WEIR_LESS_EQUAL};

static bool is_equality(int32_t choice)
{
    return choice <= WEIR_UNEQUAL;
}

static weir_register cell_number(struct weir_compiler *c, weir_register cell,
                                 weir_register number, int32_t choice)
{
    weir_register read = is_equality(choice) ? weir_compile_read(c, cell, 0)
                                             : weir_compile_number(c, cell);
    return is_equality(choice)
               ? weir_compile_op(c, &weir_op_compare_cell_number, cell, read,
                                 number, choice)
               : weir_compile_op(c, &weir_op_compare_numbers, read, number,
                                 WEIR_NO_REGISTER, choice);
}

/* A comparison that finds cells BAD itself, as --bad-cells asks for. */
static weir_register unless_bad(struct weir_compiler *c, weir_register compared)
{
    return c->plan->bad_cells == WEIR_BAD_CELLS_NULL
               ? weir_compile_unary(c, &weir_op_nullify_boolean, compared)
               : compared;
}

/* The cell comes first: it is what a message shows. */
static weir_register dates(struct weir_compiler *c, weir_register cell,
                           weir_register date, int32_t choice)
{
    return unless_bad(c, weir_compile_op(c, &weir_op_compare_dates, cell, date,
                                         WEIR_NO_REGISTER, choice));
}

static weir_register cells(struct weir_compiler *c, weir_register a,
                           weir_register b, int32_t choice)
{
    const struct weir_op *op = &weir_op_compare_cells;
    if (c->plan->notation) {
        op = &weir_op_compare_read_cells;
        a = weir_compile_read(c, a, 0);
        b = weir_compile_read(c, b, 0);
    }
    weir_register compared =
        weir_compile_op(c, op, a, b, WEIR_NO_REGISTER, choice);
    return unless_bad(c, compared);
}

static bool textual(enum weir_type type)
{
    return type == WEIR_TYPE_CELL || type == WEIR_TYPE_TEXT;
}

/* The text of a literal; NULL if the register is none. */
static const struct weir_text *literal(const struct weir_compiler *c,
                                       weir_register reg)
{
    if (weir_compile_failed(c))
        return NULL;
    const struct weir_step *step = &c->program->step[reg];
    return step->op == &weir_op_text_constant ? &step->constant.text : NULL;
}

/* What is compared: a with b. Error messages point to `at`. */
struct pair {
    const struct weir_node *at;
    struct weir_operand left, right;
    int32_t choice;
};

/* Whether the text of a literal is a number. */
static bool is_number(struct weir_text text)
{
    const struct weir_number number = weir_number_read(text);
    return number.kind == WEIR_DECIMAL || number.kind == WEIR_WIDE ||
           weir_number_out_of_range(text);
}

/* Whether it is a cell, or trim() of a column: text(trim(x)) is a text. */
static bool is_cell(const struct weir_compiler *c,
                    const struct weir_operand *operand)
{
    const struct weir_node *node = operand->node;
    if (weir_compile_failed(c))
        return false;
    return weir_compile_type(c, operand->reg) == WEIR_TYPE_CELL ||
           (c->program->step[operand->reg].op == &weir_op_trim &&
            node->type == WEIR_NODE_CALL &&
            node->child[0]->type == WEIR_NODE_COLUMN);
}

/* Whether the order of a cell and of a text is asked for that is a date. */
static bool are_dates(const struct weir_compiler *c,
                      const struct weir_operand *cell,
                      const struct weir_text *text, int32_t choice)
{
    return text && !is_equality(choice) && weir_date_or_null(*text) &&
           is_cell(c, cell);
}

/* Bytes for a number in quotes, rewritten; a longer one is read as it is. */
#define QUOTED ((size_t)96)

/* Whether the order of a cell and a literal is asked for whose text is a
 * number. *plain is then that number as a query has it. */
static bool is_quoted_number(const struct weir_compiler *c,
                             const struct weir_operand *cell,
                             const struct weir_text *quoted, int32_t choice,
                             char into[QUOTED], struct weir_text *plain)
{
    if (is_equality(choice) || !quoted || !is_cell(c, cell))
        return false;
    *plain = *quoted;
    if (c->plan->notation && quoted->len + WEIR_NOTATION_EXTRA < QUOTED) {
        size_t len = weir_notation_plain(
            *quoted, weir_notation_unpack(c->plan->notation), into);
        if (len != SIZE_MAX) {
            *plain = (struct weir_text){into, len};
            return len > 0;
        }
    }
    return is_number(*quoted);
}

/* What is wrong or doubtful where an operand is compared with that text. */
static void check_text(struct weir_compiler *c, const struct weir_node *at,
                       const struct weir_operand *operand,
                       struct weir_text text, int32_t choice)
{
    if (!is_equality(choice) && is_cell(c, operand))
        weir_compile_note_date(c, operand->node, text);
    weir_compile_date_and_text(c, at, operand, text, choice);
}

static weir_register texts(struct weir_compiler *c, const struct pair *pair)
{
    const weir_register none = WEIR_NO_REGISTER;
    const weir_register a = pair->left.reg, b = pair->right.reg;
    const int32_t choice = pair->choice;
    const struct weir_text *x = literal(c, a), *y = literal(c, b);
    struct weir_text plain;
    char into[QUOTED];
    if (y && y->len == 0)
        return weir_compile_op(c, &weir_op_compare_empty, a, none, none,
                               choice);
    if (x && x->len == 0)
        return weir_compile_op(c, &weir_op_compare_empty, b, none, none,
                               turned[choice]);
    if (is_quoted_number(c, &pair->left, y, choice, into, &plain) ||
        is_quoted_number(c, &pair->right, x, choice, into, &plain))
        return weir_compile_fail(
            c, pair->at,
            "a cell is compared with a number in quotes; %.*s without quotes "
            "compares numbers, and text(...) of the cell compares texts",
            (int)plain.len, plain.bytes);
    if (y)
        check_text(c, pair->at, &pair->left, *y, choice);
    if (x)
        check_text(c, pair->at, &pair->right, *x, turned[choice]);
    if (are_dates(c, &pair->left, y, choice))
        return dates(c, a, b, choice);
    if (are_dates(c, &pair->right, x, choice))
        return dates(c, b, a, turned[choice]);
    return weir_compile_op(c, &weir_op_compare_texts, a, b, none, choice);
}

/* Whether it is true or false, as written in the query. */
static bool is_boolean_literal(const struct weir_compiler *c, weir_register reg)
{
    return !weir_compile_failed(c) &&
           c->program->step[reg].op == &weir_op_boolean_constant;
}

/* Refuses to compare them. */
static weir_register number_and_text(struct weir_compiler *c,
                                     const struct weir_node *at,
                                     const struct weir_operand *number,
                                     const struct weir_operand *text)
{
    const struct weir_text *quoted = literal(c, text->reg);
    struct weir_date date;
    if (weir_compile_failed(c))
        return WEIR_NO_REGISTER;
    if (quoted && is_number(*quoted))
        return weir_compile_fail(c, at,
                                 "%s is a number, and is compared with a text; "
                                 "write %.*s without quotes",
                                 weir_compile_words(c, number->node),
                                 (int)quoted->len, quoted->bytes);
    if (c->program->step[number->reg].op == &weir_op_epoch && quoted &&
        weir_date_read(*quoted, &date) == WEIR_DECIMAL)
        return weir_compile_fail(c, at,
                                 "%s is a number, and is compared with a date; "
                                 "write epoch('%.*s')",
                                 weir_compile_words(c, number->node),
                                 (int)quoted->len, quoted->bytes);
    if (c->program->step[number->reg].op == &weir_op_date_part)
        return weir_compile_part_and_text(c, at, number, text);
    if (c->program->step[text->reg].op->is_date)
        return weir_compile_date_and_number(c, at, text);
    if (c->program->step[text->reg].op == &weir_op_strftime &&
        number->node->type == WEIR_NODE_NUMBER)
        return weir_compile_format_and_number(c, at, text, number->node);
    return weir_compile_fail(c, at,
                             "a number is compared with a text; num(...) or "
                             "text(...) says which is meant");
}

static weir_register compare(struct weir_compiler *c, const struct pair *pair)
{
    const weir_register a = pair->left.reg, b = pair->right.reg;
    const int32_t choice = pair->choice;
    enum weir_type x = weir_compile_type(c, a), y = weir_compile_type(c, b);
    const weir_register none = WEIR_NO_REGISTER;
    if (x == WEIR_TYPE_NUMBER && y == WEIR_TYPE_NUMBER)
        return weir_compile_op(c, &weir_op_compare_numbers, a, b, none, choice);
    if (x == WEIR_TYPE_CELL && y == WEIR_TYPE_NUMBER)
        return cell_number(c, a, b, choice);
    if (x == WEIR_TYPE_NUMBER && y == WEIR_TYPE_CELL)
        return cell_number(c, b, a, turned[choice]);
    if (x == WEIR_TYPE_CELL && y == WEIR_TYPE_CELL)
        return cells(c, a, b, choice);
    if (textual(x) && textual(y))
        return texts(c, pair);
    if (x == WEIR_TYPE_BOOLEAN && y == WEIR_TYPE_BOOLEAN)
        return weir_compile_op(c, &weir_op_compare_booleans, a, b, none,
                               choice);
    if (is_boolean_literal(c, a) || is_boolean_literal(c, b))
        return weir_compile_fail(c, pair->at,
                                 "a value is compared with a condition; where "
                                 "a cell has the text true or false, write = "
                                 "'true' or = 'false'");
    if (x == WEIR_TYPE_BOOLEAN || y == WEIR_TYPE_BOOLEAN)
        return weir_compile_fail(c, pair->at,
                                 "a condition is compared with a value; 'and' "
                                 "and 'or' combine conditions");
    return x == WEIR_TYPE_NUMBER
               ? number_and_text(c, pair->at, &pair->left, &pair->right)
               : number_and_text(c, pair->at, &pair->right, &pair->left);
}

/* Compares the first child with child i. */
static weir_register with_child(struct weir_compiler *c,
                                const struct weir_node *node,
                                weir_register value, size_t i, int32_t choice)
{
    const bool several =
        node->type == WEIR_NODE_IN || node->type == WEIR_NODE_BETWEEN;
    const struct pair pair = {
        .at = several ? node->child[i] : node,
        .left = {node->child[0], value},
        .right = {node->child[i], weir_compile(c, node->child[i])},
        .choice = choice};
    return compare(c, &pair);
}

static weir_register in_list(struct weir_compiler *c,
                             const struct weir_node *node, weir_register value)
{
    weir_register any = WEIR_NO_REGISTER;
    for (size_t i = 1; i < node->n; i++) {
        weir_register equal = with_child(c, node, value, i, WEIR_EQUAL);
        any = i == 1 ? equal : weir_compile_binary(c, &weir_op_or, any, equal);
    }
    return any;
}

/* like and ~ need a literal pattern, so that it is compiled only once. */
static weir_register pattern(struct weir_compiler *c,
                             const struct weir_node *node, weir_register value)
{
    const struct weir_node *right = node->child[1];
    /* "a%" in double quotes, without quotes in it. */
    if (right->type == WEIR_NODE_COLUMN &&
        c->query->text[right->place] == '"' &&
        strcspn(c->query->text + right->place + 1, "\"'") + 2 == right->extent)
        return weir_compile_fail(c, right,
                                 "a pattern is a text in single quotes; write "
                                 "'%.*s'",
                                 (int)right->text.len, right->text.bytes);
    if (right->type != WEIR_NODE_LITERAL)
        return weir_compile_fail(
            c, right,
            "expected a pattern, a text in single quotes, as "
            "in 'a%%'");
    weir_register text = weir_compile_text(c, value);
    if (weir_compile_failed(c))
        return text;
    struct weir_step step = {
        .op = &weir_op_like,
        .in = {text, WEIR_NO_REGISTER, WEIR_NO_REGISTER},
        .constant = {.kind = WEIR_TEXT, .text = right->text}};
    if (node->type == WEIR_NODE_MATCH) {
        step.op = &weir_op_match;
        step.extra = weir_match_compile(right->text, c->error);
        if (!step.extra) {
            weir_ast_fail_at(c->query->text, right->place, c->error);
            return WEIR_NO_REGISTER;
        }
    }
    return weir_compile_step(c, &step);
}

/* Refuses a column's name in 'single quotes' where nothing else is compared. */
static void check_constants(struct weir_compiler *c,
                            const struct weir_node *node)
{
    for (size_t i = 0; i < node->n; i++)
        if (node->child[i]->type > WEIR_NODE_BOOLEAN)
            return;
    for (size_t i = 0; i < node->n; i++)
        weir_compile_unquoted(c, node->child[i]);
}

weir_register weir_compile_comparison(struct weir_compiler *c,
                                      const struct weir_node *node)
{
    check_constants(c, node);
    weir_register value = weir_compile(c, node->child[0]), boolean;
    const struct weir_node *outer = c->compared;
    c->compared = node;
    switch (node->type) {
    case WEIR_NODE_IN:
        boolean = in_list(c, node, value);
        break;
    case WEIR_NODE_BETWEEN:
        boolean = with_child(c, node, value, 1, WEIR_GREATER_EQUAL);
        boolean =
            weir_compile_binary(c, &weir_op_and, boolean,
                                with_child(c, node, value, 2, WEIR_LESS_EQUAL));
        break;
    case WEIR_NODE_LIKE:
    case WEIR_NODE_MATCH:
        boolean = pattern(c, node, value);
        break;
    case WEIR_NODE_IS_NULL:
        boolean = weir_compile_unary(c, &weir_op_is_null, value);
        break;
    default:
        boolean = with_child(c, node, value, 1, comparison[node->type]);
    }
    c->compared = outer;
    return node->negated ? weir_compile_unary(c, &weir_op_not, boolean)
                         : boolean;
}
