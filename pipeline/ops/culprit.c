/*
 * A BAD value leads back, operand by operand, to the step that found a cell
 * BAD; the message shows that cell.
 */
#include "pipeline/ops/culprit.h"

#include "base/error.h"
#include "base/notation.h"
#include "base/null_words.h"
#include "pipeline/ops/date.h"
#include "pipeline/ops/ops.h"
#include <stdio.h>
#include <string.h>

/* A row's number in a register. A register that is not read after the filter
 * was not compacted, so there the row has its number from before the filter. */
static size_t row_of(const struct weir_program *program, weir_register reg,
                     size_t row)
{
    while (program->step[reg].op->kind == WEIR_OP_VIEWS)
        reg = program->step[reg].in[0];
    bool whole =
        program->origin && reg < program->n_before && !program->slot[reg].late;
    return whole ? program->origin[row] : row;
}

size_t weir_program_input_row(const struct weir_program *program, size_t input,
                              size_t row)
{
    for (size_t i = 0; i < program->n_steps; i++)
        if (weir_op_load(program->step[i].op) &&
            (size_t)program->step[i].choice == input)
            return row_of(program, (weir_register)i, row);
    return weir_program_row_before(program, row);
}

/* The text or cell in which the step found a value that is BAD for it, though
 * the operand itself is not; WEIR_NO_REGISTER if it has no such operand. */
static weir_register refused_operand(const struct weir_program *program,
                                     const struct weir_step *step, size_t row)
{
    weir_register found = WEIR_NO_REGISTER;
    for (size_t i = 0; i < WEIR_STEP_INPUTS; i++) {
        weir_register in = step->in[i];
        if (in == WEIR_NO_REGISTER || !weir_step_in(program, step, i)->span)
            continue;
        found = in;
        struct weir_text text = weir_vector_text(weir_step_in(program, step, i),
                                                 row_of(program, in, row));
        if (!step->op->takes || !step->op->takes(text))
            break;
    }
    return found;
}

size_t weir_program_input(const struct weir_program *program, weir_register reg)
{
    while (reg != WEIR_NO_REGISTER && !weir_op_load(program->step[reg].op))
        reg = program->step[reg].in[0];
    return reg != WEIR_NO_REGISTER &&
                   program->step[reg].op == &weir_op_load_cell
               ? (size_t)program->step[reg].choice
               : SIZE_MAX;
}

bool weir_program_loads(const struct weir_program *program, weir_register reg)
{
    while (reg != WEIR_NO_REGISTER &&
           program->step[reg].op->kind == WEIR_OP_VIEWS)
        reg = program->step[reg].in[0];
    return reg != WEIR_NO_REGISTER &&
           program->step[reg].op == &weir_op_load_cell;
}

/* The culprit of a register that a step uses; NULL: no step does. */
static struct weir_culprit find_culprit(const struct weir_program *program,
                                        weir_register reg, size_t row,
                                        const struct weir_step *user)
{
    const struct weir_step *step = &program->step[reg];
    for (size_t i = 0; i < WEIR_STEP_INPUTS; i++) {
        weir_register in = step->in[i];
        if (in != WEIR_NO_REGISTER && weir_vector_bad(&program->slot[in].vector,
                                                      row_of(program, in, row)))
            return find_culprit(program, in, row, step);
    }
    /* No operand is BAD, so this step found the cell BAD. */
    weir_register cell = refused_operand(program, step, row);
    struct weir_culprit culprit = {.step = step,
                                   .user = user,
                                   .cell = cell,
                                   .is_read = weir_program_loads(program, cell),
                                   .text = {"", 0}};
    if (cell != WEIR_NO_REGISTER)
        culprit.text = weir_vector_text(&program->slot[cell].vector,
                                        row_of(program, cell, row));
    return culprit;
}

struct weir_culprit weir_program_culprit(const struct weir_program *program,
                                         weir_register reg, size_t row)
{
    return find_culprit(program, reg, row, NULL);
}

static const char *complaint(const struct weir_culprit *culprit)
{
    const struct weir_op *op = culprit->step->op;
    if (op->takes && op->takes(culprit->text))
        return WEIR_NO_YEAR;
    if (op->complaint)
        return op->complaint;
    return weir_number_out_of_range(culprit->text) ? "is out of range"
                                                   : "is not a number";
}

/* The notation in which the text was read. A text that a function made is read
 * as num() reads it, so only num() can give it another. */
static struct weir_notation notation_of(const struct weir_culprit *culprit)
{
    struct weir_notation notation =
        weir_notation_unpack(culprit->step->choice & ~WEIR_AS_WRITTEN);
    notation.marks |= !culprit->is_read;
    return notation;
}

/* Whether the number was to be added or subtracted. */
static bool is_computed(const struct weir_culprit *culprit)
{
    return culprit->user && (culprit->user->op == &weir_op_add ||
                             culprit->user->op == &weir_op_subtract);
}

/* Capacity for all hints of a message. */
#define HINTS (WEIR_OP_HINT + 256)

/* Writes what may help, each part with "; " before it. `name` is that of the
 * cell's column or key; "" if it has none. */
static void find_hints(const struct weir_culprit *culprit, const char *name,
                       bool as_read, char into[HINTS])
{
    const struct weir_op *op = culprit->step->op;
    const struct weir_text cell = culprit->text;
    struct weir_date date;
    *into = '\0';
    if (op == &weir_op_number)
        weir_notation_hint(cell, notation_of(culprit), into);
    else if (op->hint && !(op->takes && op->takes(cell)))
        op->hint(cell, into);
    size_t used = strlen(into);
    if (op == &weir_op_number && *name &&
        weir_date_read(cell, &date) == WEIR_DECIMAL)
        used += (size_t)snprintf(into + used, HINTS - used,
                                 is_computed(culprit)
                                     ? "; it looks like a date: date_add(%s, "
                                       "1, 'day') is the next day, and "
                                       "date_diff('day', a, b) counts days "
                                       "from a to b"
                                     : "; it looks like a date: compare with "
                                       "'2023-01-01', or year(%s)",
                                 name);
    if (as_read && weir_means_null(cell))
        (void)snprintf(into + used, HINTS - used,
                       "; --null='%.*s' takes such cells as null",
                       (int)cell.len, cell.bytes);
}

enum weir_status weir_culprit_fail(const struct weir_culprit *culprit,
                                   const struct weir_blame *blame,
                                   struct weir_error *error)
{
    char shown[128], name[64] = "", hint[HINTS];
    weir_show(shown, sizeof shown, culprit->text.bytes, culprit->text.len, 60);
    if (blame->name)
        weir_show(name, sizeof name, blame->name, strlen(blame->name), 40);
    const char *what = blame->what ? blame->what : name;
    const bool cell = culprit->cell != WEIR_NO_REGISTER;
    const char *quote = cell ? "'" : "";
    find_hints(culprit, name, cell && blame->as_read, hint);
    return weir_fail(error, WEIR_DATA, "%s%s%s%s%s %s%s%s%s", what,
                     *what ? ": " : "", quote, cell ? shown : "the value",
                     quote, complaint(culprit), blame->also ? blame->also : "",
                     hint, blame->advice ? blame->advice : "");
}

weir_register weir_program_nullified(const struct weir_program *program,
                                     size_t step)
{
    const struct weir_op *op = program->step[step].op;
    weir_register in = program->step[step].in[0];
    bool nullifies = op == &weir_op_nullify || op == &weir_op_nullify_boolean;
    return nullifies && program->slot[in].vector.any_bad ? in
                                                         : WEIR_NO_REGISTER;
}

const struct weir_use *weir_uses_bad(const struct weir_uses *uses,
                                     const struct weir_program *program,
                                     size_t row)
{
    for (size_t i = 0; i < uses->n; i++)
        if (weir_vector_bad(weir_program_vector(program, uses->use[i].reg),
                            row))
            return &uses->use[i];
    return NULL;
}

bool weir_uses_any_bad(const struct weir_uses *uses,
                       const struct weir_program *program)
{
    for (size_t i = 0; i < uses->n; i++)
        if (weir_program_vector(program, uses->use[i].reg)->any_bad)
            return true;
    return false;
}

void weir_vector_forgive(struct weir_vector *v, size_t row)
{
    if (v->type == WEIR_TYPE_NUMBER)
        v->form[row].kind = WEIR_NULL;
    else if (v->type == WEIR_TYPE_BOOLEAN)
        v->boolean[row] = WEIR_UNKNOWN;
    else
        v->span[row] = (struct weir_span){0, 0};
}

bool weir_cells_add(struct weir_cells *cells, weir_register cell)
{
    for (size_t i = 0; i < cells->n; i++)
        if (cells->cell[i] == cell)
            return false;
    if (cells->n < sizeof cells->cell / sizeof *cells->cell)
        cells->cell[cells->n++] = cell;
    return true;
}
