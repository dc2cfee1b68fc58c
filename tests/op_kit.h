/*
 * Runs one step of a program over columns that are written as C strings.
 *
 *     struct op_run run;
 *     op_open(&run, &(struct weir_step){.op = &weir_op_substr}, "tnn");
 *     run.column[0][0] = "weir"; ...
 *     op_go(&run, 1);
 *     ck_assert_str_eq(op_row(&run, 0), "ei");
 *     op_close(&run);
 *
 * In a column and in a result, NULL means a null value, and OP_BAD means a
 * value of kind BAD.
 */
#ifndef WEIR_TESTS_OP_KIT_H
#define WEIR_TESTS_OP_KIT_H

#include "pipeline/ops/ops.h"

#define OP_ROWS 64
extern const char op_bad[];
#define OP_BAD op_bad

struct op_run {
    struct weir_program program;
    struct weir_vector input[3];
    void *block[3]; /* the input's texts, allocated at their exact size */
    const char *column[3][OP_ROWS];
    size_t n_columns;
    weir_register out;
    char row[1 << 16];
};

/*
 * `types` has a letter for each operand: t for a column of texts, n for one of
 * numbers. The caller sets all members of the step but in and out. The run
 * takes over the step's extra.
 */
void op_open(struct op_run *run, const struct weir_step *step,
             const char *types);
/* Runs the step over the first `rows` rows of the columns. Returns false if
 * memory is lacking. It may be called several times. */
bool op_go(struct op_run *run, size_t rows);
/* A row of the result as text: a number as weir writes it, a text, or true,
 * false or unknown. It is valid until the next call. */
const char *op_row(struct op_run *run, size_t row);
void op_close(struct op_run *run);

/* The operands of one row, and the expected result. */
struct op_case {
    const char *in[3], *out;
};
/* Runs all cases (at most OP_ROWS) as one window, then each case as a window
 * of its own. Fails the test if a result is not the expected one. */
void op_check(const struct weir_step *step, const char *types,
              const struct op_case *cases, size_t n);

/* Runs the step over rows that all are `row`, and refuses each of its
 * allocations in turn. Fails the test unless the step reports each refusal and
 * leaks nothing. */
void op_check_refused(const struct weir_step *step, const char *types,
                      const char *row);

#endif
