/*
 * What the files that turn trees into steps share.
 */
#ifndef WEIR_QUERY_COMPILE_H
#define WEIR_QUERY_COMPILE_H

#include "pipeline/ops/ops.h"
#include "query/plan.h"

/*
 * A compilation. The first failure fills the error and stays: from then on no
 * step is added, and all registers that the functions below return are
 * WEIR_NO_REGISTER. The functions accept it, so callers need not look whether
 * one that they pass on is a failure's.
 */
struct weir_compiler {
    struct weir_plan *plan;
    struct weir_ast *query;
    const struct weir_schema *schema;
    struct weir_program *program; /* receives the steps: rows or results */
    const char *clause;           /* "where", for messages */
    /* After grouping, the items [0, n_named) may be used by their names.
     * named[i] is the register of item i once its name was used. An item may
     * use the names of the items before it; having and order by may use all. */
    weir_register *named;
    size_t n_named;
    const struct weir_node *compared; /* the one being compiled; NULL: none */
    const struct weir_node *called;   /* the call whose arguments are compiled;
                                         NULL: none */
    struct weir_error *error; /* its status is WEIR_OK until a failure */
};

/* compile.c: compiles a tree. The register has any type. */
weir_register weir_compile(struct weir_compiler *c,
                           const struct weir_node *node);

/* convert.c: converts a register to another type. */
weir_register weir_compile_number(struct weir_compiler *c, weir_register from);
weir_register weir_compile_text(struct weir_compiler *c, weir_register from);
/* The same for a cell or text in that notation, packed. */
weir_register weir_compile_read_in(struct weir_compiler *c, weir_register from,
                                   int32_t notation);
/* Reads a cell or text as numbers; what is none is BAD in every case. `flags`
 * is 0 or WEIR_AS_WRITTEN. */
weir_register weir_compile_read(struct weir_compiler *c, weir_register from,
                                int32_t flags);
/* Compiles a tree and converts its value to a boolean. */
weir_register weir_compile_condition(struct weir_compiler *c,
                                     const struct weir_node *node);
/* Converts the registers to one type, so that a step can choose between
 * them. */
void weir_compile_unify(struct weir_compiler *c, weir_register *reg, size_t n);
/* The rows of `yes` where `boolean` is true, else those of `no`. Both must have
 * the same type. */
weir_register weir_compile_choose(struct weir_compiler *c,
                                  weir_register boolean, weir_register yes,
                                  weir_register no);

/* compare.c */
weir_register weir_compile_comparison(struct weir_compiler *c,
                                      const struct weir_node *node);

/* A node and its register. */
struct weir_operand {
    const struct weir_node *node;
    weir_register reg;
};

/* date_text.c: comparisons of dates. The first refuses a text that a function
 * of dates never gives, as in date(d) = '15.01.2024'; other operands than dates
 * pass. The second refuses a part of a date, such as month(d), with a text, the
 * third a date with a number, and the last a text of strftime with one.
 * Messages point to `at`. */
void weir_compile_date_and_text(struct weir_compiler *c,
                                const struct weir_node *at,
                                const struct weir_operand *dated,
                                struct weir_text text, int32_t choice);
weir_register weir_compile_part_and_text(struct weir_compiler *c,
                                         const struct weir_node *at,
                                         const struct weir_operand *part,
                                         const struct weir_operand *text);
weir_register weir_compile_date_and_number(struct weir_compiler *c,
                                           const struct weir_node *at,
                                           const struct weir_operand *dated);
weir_register weir_compile_format_and_number(struct weir_compiler *c,
                                             const struct weir_node *at,
                                             const struct weir_operand *dated,
                                             const struct weir_node *number);

/* hint.c: how the header should have been read so that it had the column that
 * was not found, to be appended to the message; "" if that is not known.
 * Returns `into`. */
#define WEIR_HINT_CAPACITY 300
const char *weir_compile_hint(const struct weir_schema *schema,
                              const struct weir_node *node,
                              char into[WEIR_HINT_CAPACITY]);

/* The same where no column was meant: what to write instead. Leaves `into` as
 * it is if that is not known. */
void weir_compile_hint_word(const struct weir_compiler *c,
                            const struct weir_node *node,
                            char into[WEIR_HINT_CAPACITY]);

/* functions.c: whether it is the name of a function or an aggregate. */
bool weir_compile_is_function(struct weir_text name);
/* What the help says of the function that a node calls; "" if it calls none. */
const char *weir_compile_brief(const struct weir_node *node);

/* bind.c: compiles a column by its name or its position. */
weir_register weir_compile_column(struct weir_compiler *c,
                                  const struct weir_node *node);
/* Loads a column by its index in the schema. */
weir_register weir_compile_load(struct weir_compiler *c, size_t column);
/* Returns the first of n items whose alias is the column that the node names;
 * NULL if there is none. */
const struct weir_item *weir_compile_alias(const struct weir_item *item,
                                           size_t n,
                                           const struct weir_node *node);

/* note.c: the calendar's year with the ISO year's week mixes the days of two
 * weeks that are a year apart: 2024-01-01 and 2024-12-30 are both in a week 1.
 * A query with both gets a note. */
void weir_compile_note_weeks(struct weir_compiler *c);
/* The same for a cell that is ordered against a text which is a date, but not
 * in the form whose order by bytes is that of the days. */
void weir_compile_note_date(struct weir_compiler *c,
                            const struct weir_node *cell,
                            struct weir_text text);
/* Whether the node is min(x) or max(x). */
bool weir_compile_is_extreme(const struct weir_node *node);
/* Says that the item puts cells in order: its words are `before` and then the
 * node's. They may be dates, so the plan gets room for a note about that. */
void weir_compile_note_order(struct weir_compiler *c,
                             struct weir_plan_item *item, const char *before,
                             const struct weir_node *node);

/* aggregated.c: nodes whose meaning is different after grouping. Returns true
 * if the node is one; *reg is then its register. */
bool weir_compile_result(struct weir_compiler *c, const struct weir_node *node,
                         weir_register *reg);

/* Refuses a text, a number or a boolean where a column was meant: as a key, as
 * the value of an aggregate, or in order by. */
void weir_compile_varies(struct weir_compiler *c, const struct weir_node *node,
                         const char *where);
/* Refuses a text in quotes that is no number, where one is needed: it is wrong
 * in every record. `where` says what needs it. */
void weir_compile_refuse_text(struct weir_compiler *c,
                              const struct weir_node *node, const char *where);
/* bind.c: refuses a text that is the name of a column, or how an item is
 * written, where only constants are. */
void weir_compile_unquoted(struct weir_compiler *c,
                           const struct weir_node *node);
/* Refuses a column and a name for it that together are another column: Sales
 * Tax, without quotes. */
void weir_compile_not_split(struct weir_compiler *c,
                            const struct weir_item *item);

/* Compiles a node that an aggregate reads, in the rows program. *rows is the
 * compiler of that program. */
weir_register weir_compile_value(const struct weir_compiler *c,
                                 const struct weir_node *node,
                                 struct weir_compiler *rows);
/* Returns the index of an aggregate in table 0. Adds it if it is new. */
size_t weir_compile_aggregate(struct weir_compiler *c,
                              const struct weir_plan_aggregate *aggregate);
/* Loads a result as a `number` or as a cell. Adds the result if it is new. */
weir_register weir_compile_load_result(struct weir_compiler *c,
                                       const struct weir_plan_result *result,
                                       bool number);
/* Converts a value that was kept as its text back to its type. */
weir_register weir_compile_typed(struct weir_compiler *c, weir_register cell,
                                 enum weir_type type);

/* aggregate_call.c: the aggregate that a node calls. */
struct weir_call {
    const struct weir_aggregate *aggregate;
    struct weir_parameter parameter;
};
bool weir_compile_is_aggregate(const struct weir_node *node);
/* Whether the tree has one. */
bool weir_compile_has_aggregate(const struct weir_node *node);
/*
 * A call of an aggregate without its filter. Aggregates pass over nulls, so
 *
 *     sum(x) filter (where c)      is   sum(case when c then x end)
 *     count(*) filter (where c)    is   count(case when c then 1 end)
 *
 * Returns the call itself if it has none, and NULL if memory was refused.
 */
const struct weir_node *weir_compile_unfiltered(struct weir_compiler *c,
                                                const struct weir_node *call);

/* Checks the arguments of the call and fills `call`. Returns false on failure,
 * with the error filled. */
bool weir_compile_aggregate_call(struct weir_compiler *c,
                                 const struct weir_node *node,
                                 struct weir_call *call);

/* ordered_set.c: calls that need a table of their own, such as median(x) and
 * count(distinct x). */
weir_register weir_compile_ordered_set(struct weir_compiler *c,
                                       const struct weir_node *node,
                                       const struct weir_call *call);

/* functions.c */
weir_register weir_compile_call(struct weir_compiler *c,
                                const struct weir_node *node);

/* Adds a step. An equal step that exists already is used instead. */
weir_register weir_compile_step(struct weir_compiler *c,
                                const struct weir_step *step);
/* The same for a step of this op with the inputs a, b and d, each of which may
 * be WEIR_NO_REGISTER. */
weir_register weir_compile_op(struct weir_compiler *c, const struct weir_op *op,
                              weir_register a, weir_register b, weir_register d,
                              int32_t choice);
/* The same without inputs, for an op that is a constant. */
weir_register weir_compile_constant(struct weir_compiler *c,
                                    const struct weir_op *op,
                                    const struct weir_number *value);

/* The same with no input, one, or two. */
static inline weir_register weir_compile_leaf(struct weir_compiler *c,
                                              const struct weir_op *op,
                                              int32_t choice)
{
    return weir_compile_op(c, op, WEIR_NO_REGISTER, WEIR_NO_REGISTER,
                           WEIR_NO_REGISTER, choice);
}

static inline weir_register weir_compile_unary(struct weir_compiler *c,
                                               const struct weir_op *op,
                                               weir_register a)
{
    return weir_compile_op(c, op, a, WEIR_NO_REGISTER, WEIR_NO_REGISTER, 0);
}

static inline weir_register weir_compile_binary(struct weir_compiler *c,
                                                const struct weir_op *op,
                                                weir_register a,
                                                weir_register b)
{
    return weir_compile_op(c, op, a, b, WEIR_NO_REGISTER, 0);
}

/* Fills the error, unless there is one; its place is that of the node. */
weir_register weir_compile_fail(struct weir_compiler *c,
                                const struct weir_node *node,
                                const char *format, ...) WEIR_PRINTF(3, 4);

static inline bool weir_compile_failed(const struct weir_compiler *c)
{
    return c->error->status != WEIR_OK;
}

/* The type of a failure's register is that of a cell. */
static inline enum weir_type weir_compile_type(const struct weir_compiler *c,
                                               weir_register reg)
{
    return reg == WEIR_NO_REGISTER ? WEIR_TYPE_CELL
                                   : weir_program_type(c->program, reg);
}

/* Adds the register to those of its program that must not be BAD, and keeps it.
 * Messages say `name`, which lives as long as the query. */
void weir_compile_use(struct weir_compiler *c, weir_register reg,
                      const char *name);

/* Takes a zeroed array of n elements, which lives as long as the query. NULL
 * and a failure if memory was refused. */
void *weir_compile_take(struct weir_compiler *c, size_t n,
                        size_t element) WEIR_CHECKED;

/* Returns the node's text in the query, terminated and on one line. It lives as
 * long as the query. "" if memory was refused, which is a failure. */
const char *weir_compile_words(struct weir_compiler *c,
                               const struct weir_node *node);

#endif
