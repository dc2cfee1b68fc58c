/*
 * BAD values (program.h): which of them reach a use, the cell that each comes
 * from, and what a message says of it.
 */
#ifndef WEIR_PIPELINE_OPS_CULPRIT_H
#define WEIR_PIPELINE_OPS_CULPRIT_H

#include "pipeline/ops/program.h"

/* A register that must not be BAD, and its name in messages. */
struct weir_use {
    weir_register reg;
    const char *name;
};

/* The registers that must not be BAD in a window: the condition, or what is
 * used after it. */
struct weir_uses {
    const struct weir_use *use;
    size_t n;
};

/* The first of them that is BAD in that row; NULL if none is. */
const struct weir_use *weir_uses_bad(const struct weir_uses *uses,
                                     const struct weir_program *program,
                                     size_t row);

/* Whether any of them may have a BAD row at all. */
bool weir_uses_any_bad(const struct weir_uses *uses,
                       const struct weir_program *program);

/* Why a row of a register is BAD: the step that found a cell BAD, that cell's
 * register, and its text, borrowed. If the step found a computed number BAD,
 * there is no cell: WEIR_NO_REGISTER and no text. */
struct weir_culprit {
    const struct weir_step *step;
    const struct weir_step *user; /* uses the step's value; NULL: none does */
    weir_register cell;
    bool is_read; /* an input has the cell: --decimal and --null may apply */
    struct weir_text text;
};
struct weir_culprit weir_program_culprit(const struct weir_program *program,
                                         weir_register reg, size_t row);

/* The index of the input that a register's first operands lead to; SIZE_MAX if
 * they lead to no input that has cells. */
size_t weir_program_input(const struct weir_program *program,
                          weir_register reg);

/* Whether a register has the cells of an input as they are. */
bool weir_program_loads(const struct weir_program *program, weir_register reg);

/* A row's number before the filter, and its number in an input. The latter
 * differs from `row` if the input was not compacted. */
static inline size_t weir_program_row_before(const struct weir_program *program,
                                             size_t row)
{
    return program->origin ? program->origin[row] : row;
}
size_t weir_program_input_row(const struct weir_program *program, size_t input,
                              size_t row);

/* How a message tells of a culprit. A member that is NULL says nothing. */
struct weir_blame {
    const char *what;   /* what the value is for; NULL: `name` */
    const char *name;   /* of the column or key that has the cell */
    const char *also;   /* goes on after the complaint, before the hints */
    bool as_read;       /* the cell is an input's, so --null applies to it */
    const char *advice; /* ends the message */
};

/* Fails with WEIR_DATA. The message shows the cell that was found BAD ("the
 * value" if there is none), why ("is not a number"), and what may help. */
enum weir_status weir_culprit_fail(const struct weir_culprit *culprit,
                                   const struct weir_blame *blame,
                                   struct weir_error *error);

/* The register whose BAD rows a step makes null; WEIR_NO_REGISTER if it is no
 * such step, or if there are none. */
weir_register weir_program_nullified(const struct weir_program *program,
                                     size_t step);

/* Makes a BAD value null. */
void weir_vector_forgive(struct weir_vector *vector, size_t row);

/* The cells of a row that were counted: the first 16. A cell after them counts
 * each time it is added. */
struct weir_cells {
    weir_register cell[16];
    size_t n;
};

/* Returns whether the cell is not among them, and adds it. */
bool weir_cells_add(struct weir_cells *cells, weir_register cell);

#endif
