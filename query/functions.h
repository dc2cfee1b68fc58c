/*
 * A call of a function, and the builders of functions whose steps are not made
 * in functions.c. Every builder returns WEIR_NO_REGISTER on failure, and the
 * error is then filled.
 */
#ifndef WEIR_QUERY_FUNCTIONS_H
#define WEIR_QUERY_FUNCTIONS_H

#include "query/compile.h"

struct weir_function_call {
    const struct weir_node *node;
    const struct weir_function *function;
    weir_register *in; /* the arguments' registers */
    size_t n;
};

typedef weir_register
weir_function_builder(struct weir_compiler *c,
                      const struct weir_function_call *call);

struct weir_function {
    const char *name;
    const char *call, *brief; /* for help; NULL for a second name */
    uint8_t min, max;         /* the numbers of arguments that it takes */
    weir_function_builder *build;
    const struct weir_op *op;
    int32_t choice;
};

/* How the function is called, for messages; never NULL. */
const char *weir_function_call_of(const struct weir_function *function);

/* functions.c: the number of an argument. A constant that is none is refused.
 */
weir_register weir_argument_number(struct weir_compiler *c,
                                   const struct weir_function_call *call,
                                   size_t i);

/* date_text.c: the text of an argument that is a date. A constant that is no
 * date is refused. */
weir_register weir_compile_date(struct weir_compiler *c,
                                const struct weir_node *node,
                                weir_register from);
/* Adds a step that reads an argument by formats. A constant that none of them
 * fits is refused. */
weir_register weir_compile_formatted_date(struct weir_compiler *c,
                                          const struct weir_node *node,
                                          const struct weir_step *step);

/* date_functions.c */
weir_function_builder weir_build_date, weir_build_strptime, weir_build_strftime,
    weir_build_date_trunc, weir_build_date_diff, weir_build_date_add,
    weir_build_epoch, weir_build_from_epoch, weir_build_at_zone;

#endif
