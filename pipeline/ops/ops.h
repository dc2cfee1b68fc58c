/*
 * All kinds of steps, by family; each family is a file. The comments say which
 * members of struct weir_step an op uses besides `in`.
 */
#ifndef WEIR_PIPELINE_OPS_OPS_H
#define WEIR_PIPELINE_OPS_OPS_H

#include "pipeline/ops/program.h"

/* Defines a kind of step: its name for weir explain, the type of its result,
 * and its other members. */
#define WEIR_OP(op, its_name, type, ...)                                       \
    const struct weir_op weir_op_##op = {                                      \
        .name = (its_name), .out = WEIR_TYPE_##type, __VA_ARGS__}

/* ops_base.c: loads, constants, and conversions between types. */
extern const struct weir_op weir_op_load_cell; /* choice: the input's index */
extern const struct weir_op weir_op_load_text;
extern const struct weir_op weir_op_load_number;
extern const struct weir_op weir_op_number_constant; /* constant */
extern const struct weir_op weir_op_text_constant;
extern const struct weir_op weir_op_boolean_constant; /* choice */
extern const struct weir_op weir_op_null; /* a cell that is always null */
/* The numbers in[0] of the cells in[1], which keep the cells' texts: for those
 * who give a cell back as it is written. */
extern const struct weir_op weir_op_written;
extern const struct weir_op weir_op_as_text;     /* a cell, seen as a text */
extern const struct weir_op weir_op_as_cell;     /* a text, seen as a cell */
extern const struct weir_op weir_op_number_text; /* choice: the notation */
extern const struct weir_op weir_op_boolean_text;
extern const struct weir_op weir_op_boolean_number;
extern const struct weir_op weir_op_number_boolean; /* true if not zero */
extern const struct weir_op weir_op_text_boolean;   /* of 'true', 'false' */

bool weir_op_load(const struct weir_op *op);

/* ops_read.c: cells to numbers, and BAD values to null. */
/* Text to number, or BAD. choice: a packed struct weir_notation, and perhaps
 * WEIR_AS_WRITTEN: then a DECIMAL that is not written as
 * weir_number_write_fixed() writes it becomes a WIDE, which keeps its text. */
extern const struct weir_op weir_op_number;
#define WEIR_AS_WRITTEN (INT32_C(1) << 24)
extern const struct weir_op weir_op_nullify; /* a number; BAD becomes null */
/* The same for a boolean: BAD becomes unknown. */
extern const struct weir_op weir_op_nullify_boolean;

/* ops_number.c */
extern const struct weir_op weir_op_add, weir_op_subtract, weir_op_multiply,
    weir_op_divide, weir_op_modulo, weir_op_negate, weir_op_abs,
    weir_op_round, /* in[1]: decimal places, optional */
    weir_op_floor, weir_op_ceil;

/* ops_fixed.c: a number as a text with constant.mantissa digits after the
 * decimal mark, at most WEIR_FIXED_PLACES; choice: its notation, packed. */
extern const struct weir_op weir_op_fixed;
#define WEIR_FIXED_PLACES 100

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
/* Compares a cell, in[0], with a date of the query by bytes. A cell that begins
 * with a digit and is written otherwise than the date is BAD. */
extern const struct weir_op weir_op_compare_dates;
/* Whether a cell equals a number: in[0] is the cell, in[1] its number, in[2]
 * the other number. A cell that is not a number is not equal to one. */
extern const struct weir_op weir_op_compare_cell_number;
/* Compares two cells: numbers by value, texts by bytes. Ordering a number and a
 * text is BAD. */
extern const struct weir_op weir_op_compare_cells;
/* The same for the numbers that were read from two cells. */
extern const struct weir_op weir_op_compare_read_cells;
extern const struct weir_op weir_op_compare_empty; /* a text with '' */
extern const struct weir_op weir_op_compare_booleans;

/* ops_logic.c: SQL's three-valued logic. */
extern const struct weir_op weir_op_not, weir_op_and, weir_op_or,
    weir_op_is_null;
/* Where in[0] is true the row of in[1], else that of in[2], which has the same
 * type. */
extern const struct weir_op weir_op_choose_number, weir_op_choose_text,
    weir_op_choose_cell, weir_op_choose_boolean;

/* ops_text.c and ops_substr.c; lengths and positions count UTF-8 characters.
 * weir_casing_open must be called before a step of lower or upper runs. Any
 * thread may call it, more than once. It returns WEIR_IO or WEIR_LIMIT if the
 * system gives no UTF-8 locale. */
enum weir_status weir_casing_open(struct weir_error *error) WEIR_CHECKED;
extern const struct weir_op weir_op_lower, weir_op_upper, weir_op_trim,
    weir_op_length, weir_op_concat,
    weir_op_substr; /* in[1]: first character, from 1; in[2]: count, optional */

/* ops_like.c, ops_match.c */
extern const struct weir_op weir_op_like;  /* constant.text: the pattern */
extern const struct weir_op weir_op_match; /* extra: the compiled pattern, and
                                              constant.text: the pattern */
/* Compiles a PCRE2 pattern for step->extra. Returns NULL with the error filled:
 * WEIR_USAGE if the pattern is wrong, WEIR_LIMIT if memory is refused. */
void *weir_match_compile(struct weir_text pattern,
                         struct weir_error *error) WEIR_CHECKED;

/* What is wrong with a cell where a date is needed, and with a date that gives
 * another. */
#define WEIR_NO_DATE "is not a date"
#define WEIR_NO_YEAR "leads to no date in the years 0000 to 9999"
/* For steps that read dates: how such a cell is read. */
void weir_date_hint(struct weir_text cell, char into[WEIR_OP_HINT]);
#define WEIR_READS_DATES .complaint = WEIR_NO_DATE, .hint = weir_date_hint

/* ops_date.c: dates (date.h) to numbers, and to their days. */
extern const struct weir_op weir_op_date_part; /* choice: weir_date_part */
extern const struct weir_op weir_op_date;      /* 2024-02-29T10:00 to its day */
/* From in[0] to in[1]; choice: the unit, WEIR_YEAR to WEIR_SECOND. */
extern const struct weir_op weir_op_date_diff;
/* Seconds since 1970 times 10 to the power of choice, from 0 to 9. */
extern const struct weir_op weir_op_epoch;
enum weir_date_part {
    WEIR_YEAR,
    WEIR_QUARTER,
    WEIR_MONTH,
    WEIR_WEEK,
    WEIR_DAY,
    WEIR_HOUR,
    WEIR_MINUTE,
    WEIR_SECOND,
    /* These are no units of time. */
    WEIR_ISOYEAR,
    WEIR_WEEKDAY,
    WEIR_YEARDAY
};

/* ops_date_text.c: steps that write dates. */
extern const struct weir_op weir_op_date_trunc; /* choice: the unit */
/* in[1]: how many, a whole number; choice: the unit. */
extern const struct weir_op weir_op_date_add;
/* in[0]: a number, and in[1]: its cell, if it has one, for messages. */
extern const struct weir_op weir_op_whole;      /* a number; BAD if not whole */
extern const struct weir_op weir_op_from_epoch; /* choice as for epoch */
/* constant.text: the formats, with zero bytes between them (date_format.h);
 * choice: whether only the day is taken. */
extern const struct weir_op weir_op_strptime;
extern const struct weir_op weir_op_strftime; /* constant.text: the format */
/* extra: a struct weir_zone (zone.h), and constant.text: its name. */
extern const struct weir_op weir_op_at_zone;

#endif
