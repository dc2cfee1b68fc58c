/*
 * The steps there are, by family; each family is a file.
 */
#ifndef WEIR_PIPELINE_OPS_OPS_H
#define WEIR_PIPELINE_OPS_OPS_H

#include "pipeline/ops/program.h"

/* ops_base.c: where values come from, and how they change type. */
extern const struct weir_op weir_op_load_cell; /* choice: which input */
extern const struct weir_op weir_op_load_number;
extern const struct weir_op weir_op_load_text;
extern const struct weir_op weir_op_number_constant; /* constant */
extern const struct weir_op weir_op_text_constant;
extern const struct weir_op weir_op_boolean_constant; /* choice */
extern const struct weir_op weir_op_null;    /* a cell that is always null */
extern const struct weir_op weir_op_number;  /* text to number, or BAD */
extern const struct weir_op weir_op_nullify; /* number, BAD to null */
extern const struct weir_op weir_op_as_text; /* a cell, as text by its word */
extern const struct weir_op weir_op_as_cell; /* a text, as a cell */
extern const struct weir_op weir_op_number_text;
extern const struct weir_op weir_op_boolean_text;
extern const struct weir_op weir_op_boolean_number;
extern const struct weir_op weir_op_number_boolean; /* not zero */
extern const struct weir_op weir_op_text_boolean;   /* 'true', 'false' */

/* What kind of step it is. */
bool weir_op_constant(const struct weir_op *op);
bool weir_op_load(const struct weir_op *op);
/* Shows in[0]'s rows, under another type. */
bool weir_op_view(const struct weir_op *op);

/* ops_number.c */
extern const struct weir_op weir_op_add, weir_op_subtract, weir_op_multiply,
    weir_op_divide, weir_op_modulo, weir_op_negate, weir_op_abs,
    weir_op_round, /* in[1]: places, optional */
    weir_op_floor, weir_op_ceil;

/* ops_compare.c; choice is an enum weir_comparison. */
enum weir_comparison {
    WEIR_EQUAL,
    WEIR_UNEQUAL,
    WEIR_LESS,
    WEIR_LESS_EQUAL,
    WEIR_GREATER,
    WEIR_GREATER_EQUAL
};
extern const struct weir_op weir_op_compare_numbers;
extern const struct weir_op weir_op_compare_texts; /* by bytes */
/* in[0] a cell, in[1] its number, in[2] a number: a cell that is none is text,
 * and so greater. */
extern const struct weir_op weir_op_compare_cell_number;
extern const struct weir_op weir_op_compare_cells; /* natural order */
extern const struct weir_op weir_op_compare_booleans;

/* ops_logic.c: three-valued. */
extern const struct weir_op weir_op_not, weir_op_and, weir_op_or,
    weir_op_is_null;
/* in[0] true: in[1], else in[2]; all of one type. */
extern const struct weir_op weir_op_choose_number, weir_op_choose_text,
    weir_op_choose_cell, weir_op_choose_boolean;

/* ops_text.c; lengths and places count UTF-8 characters. Before a step of lower
 * or upper runs the casing is opened, once or more, by any thread; WEIR_IO
 * where the system does not have it. */
enum weir_status weir_casing_open(struct weir_error *error) WEIR_CHECKED;
extern const struct weir_op weir_op_lower, weir_op_upper, weir_op_trim,
    weir_op_length, weir_op_concat,
    weir_op_substr; /* in[1]: first character, from 1; in[2]: how many */

/* ops_match.c */
extern const struct weir_op weir_op_like;  /* constant.text: the pattern */
extern const struct weir_op weir_op_match; /* extra: compiled */
/* PCRE2, compiled; NULL with the error filled (WEIR_USAGE). */
void *weir_match_compile(struct weir_text pattern,
                         struct weir_error *error) WEIR_CHECKED;

/* ops_date.c; dates are ISO 8601's: 2024-02-29, with or without a time. */
extern const struct weir_op weir_op_date_part; /* choice: weir_date_part */
extern const struct weir_op weir_op_date;      /* 2024-02-29T10:00 to its day */
extern const struct weir_op weir_op_date_trunc; /* choice: weir_date_part */
enum weir_date_part {
    WEIR_YEAR,
    WEIR_QUARTER,
    WEIR_MONTH,
    WEIR_WEEK,
    WEIR_DAY,
    WEIR_HOUR,
    WEIR_MINUTE,
    WEIR_SECOND
};

#endif
