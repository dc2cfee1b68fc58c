/*
 * Runs one step over columns written as C texts.
 *
 *     struct op_run run;
 *     op_open(&run, &(struct weir_step){.op = &weir_op_substr}, "tnn");
 *     run.column[0][0] = "weir"; ...
 *     op_go(&run, 1);
 *     ck_assert_str_eq(op_row(&run, 0), "ei");
 *     op_close(&run);
 *
 * A row that is NULL is null, one that is OP_BAD is BAD; both come back so.
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
    void *block[3]; /* an input's texts, a block of their very size */
    const char *column[3][OP_ROWS];
    size_t n_columns;
    weir_register out;
    char row[1 << 16];
};

/*
 * `types`, a letter for each operand: t is a column of texts, n one of
 * numbers. The step is complete but for in and out; its extra is taken over.
 */
void op_open(struct op_run *run, const struct weir_step *step,
             const char *types);
/* Runs it over the columns' first rows; may be called again. */
bool op_go(struct op_run *run, size_t rows);
/* The text of a row: a number as written, true, false or unknown; borrowed
 * until the next call. */
const char *op_row(struct op_run *run, size_t row);
void op_close(struct op_run *run);

/* One row's operands, and what comes of them. */
struct op_case {
    const char *in[3], *out;
};
/* Runs all cases as one window, and each as a window of its own. */
void op_check(const struct weir_step *step, const char *types,
              const struct op_case *cases, size_t n);

/* Runs the step with each of its allocations refused in turn: it must say so,
 * and nothing may leak. Every row of the texts is `row`. */
void op_check_refused(const struct weir_step *step, const char *types,
                      const char *row);

#endif
