/*
 * A BAD value is described by the cell that it was computed from, and by the
 * place of that cell's field in the input.
 */
#include "pipeline/bad_values.h"

#include "base/error.h"
#include "base/null_words.h"
#include "pipeline/ops/date.h"
#include "pipeline/ops/ops.h"
#include <stdio.h>
#include <string.h>

/* The index of the column that a register's first operands lead to; SIZE_MAX if
 * they lead to none. */
static size_t input_of(const struct weir_program *program, weir_register reg)
{
    while (reg != WEIR_NO_REGISTER && !weir_op_load(program->step[reg].op))
        reg = program->step[reg].in[0];
    return reg != WEIR_NO_REGISTER &&
                   program->step[reg].op == &weir_op_load_cell
               ? (size_t)program->step[reg].choice
               : SIZE_MAX;
}

/* Whether a register has the cells of a column as they are. */
static bool is_loaded(const struct weir_program *program, weir_register reg)
{
    while (reg != WEIR_NO_REGISTER &&
           program->step[reg].op->kind == WEIR_OP_VIEWS)
        reg = program->step[reg].in[0];
    return reg != WEIR_NO_REGISTER &&
           program->step[reg].op == &weir_op_load_cell;
}

/* The offset in text at which a column's field of the record at text[start]
 * begins. */
static size_t field_start(const struct weir_stream *stream,
                          const struct weir_batch *batch, size_t start,
                          size_t column)
{
    struct weir_span found;
    stream->ops->record(stream, batch, start, column, &found);
    return found.start;
}

/* Adds to the message what helps if a number was expected and a date found. */
static void hint_at_date(const char *column, struct weir_text cell,
                         struct weir_error *error)
{
    struct weir_date date;
    size_t used = strlen(error->message);
    if (*column && weir_date_read(cell, &date) == WEIR_DECIMAL)
        (void)snprintf(error->message + used, sizeof error->message - used,
                       "; it looks like a date: compare with '2023-01-01', or "
                       "year(%s)",
                       column);
}

/* Adds to the message what helps if the cell is a word that means null. */
static void hint_at_null(struct weir_text cell, struct weir_error *error)
{
    size_t used = strlen(error->message);
    if (weir_means_null(cell))
        (void)snprintf(error->message + used, sizeof error->message - used,
                       "; --null='%.*s' takes such cells as null",
                       (int)cell.len, cell.bytes);
}

/* Fills the error with what is wrong in a row of a register, and with the
 * offset of the field that was read. `name` is what the value is for; NULL
 * stands for the column's name. */
static void describe(const struct weir_worker *worker, const char *name,
                     weir_register reg, size_t row, const char *advice,
                     struct weir_error *error)
{
    const struct weir_batch *batch = &worker->scanner.batch;
    const struct weir_stream *stream = worker->scanner.order->stream;
    const struct weir_culprit culprit =
        weir_program_culprit(&worker->rows, reg, row);
    char column[64] = "";
    size_t input = input_of(&worker->rows, culprit.cell);
    size_t at = batch->start[row];
    if (input != SIZE_MAX) {
        uint32_t i = worker->plan->projected[input];
        const char *of = stream->schema.name[i];
        at = field_start(stream, batch, at, i);
        weir_show(column, sizeof column, of, strlen(of), 40);
    }
    weir_program_fail(&culprit, name ? name : column, "", error);
    if (culprit.step->op == &weir_op_number)
        hint_at_date(column, culprit.text, error);
    if (is_loaded(&worker->rows, culprit.cell))
        hint_at_null(culprit.text, error);
    strncat(error->message, advice,
            sizeof error->message - strlen(error->message) - 1);
    weir_fail_at(error, at);
}

/* The first of the registers that is BAD in that row; NULL if none is. */
static const struct weir_use *bad_use(const struct weir_worker *worker,
                                      const struct weir_uses *uses, size_t row)
{
    for (size_t i = 0; i < uses->n; i++)
        if (weir_vector_bad(
                weir_program_vector(&worker->rows, uses->use[i].reg), row))
            return &uses->use[i];
    return NULL;
}

bool weir_bad_values_any(const struct weir_worker *worker,
                         const struct weir_uses *uses)
{
    for (size_t i = 0; i < uses->n; i++)
        if (weir_program_vector(&worker->rows, uses->use[i].reg)->any_bad)
            return true;
    return false;
}

bool weir_bad_values_within(const struct weir_worker *worker,
                            const struct weir_uses *uses, size_t rows)
{
    for (size_t row = 0; row < rows; row++)
        if (bad_use(worker, uses, row))
            return true;
    return false;
}

/* Makes a BAD value null. */
static void forgive(struct weir_vector *v, size_t row)
{
    if (v->type == WEIR_TYPE_NUMBER)
        v->form[row].kind = WEIR_NULL;
    else if (v->type == WEIR_TYPE_BOOLEAN)
        v->boolean[row] = WEIR_UNKNOWN;
    else
        v->span[row] = (struct weir_span){0, 0};
}

static enum weir_status reject_row(struct weir_worker *worker,
                                   const struct weir_use *use, size_t row,
                                   struct weir_error *error)
{
    struct weir_error found;
    describe(worker, use->name, use->reg, row, "", &found);
    return weir_scanner_reject(&worker->scanner,
                               worker->scanner.batch.start[row],
                               (size_t)found.byte, found.message, error);
}

/* Makes a row's BAD values null, and counts the cells that they come from.
 * Returns false if the run has stopped. */
static bool forgive_row(struct weir_worker *worker,
                        const struct weir_uses *uses, size_t row)
{
    struct weir_scanner *scanner = &worker->scanner;
    struct weir_first *first = &scanner->order->aside.nulled;
    struct weir_error error;
    weir_register seen[16];
    size_t n = 0;
    for (const struct weir_use *use; (use = bad_use(worker, uses, row));) {
        weir_register cell =
            weir_program_culprit(&worker->rows, use->reg, row).cell;
        size_t i = 0;
        while (i < n && seen[i] != cell)
            i++;
        if (i == n) {
            scanner->counts.nulled++;
            if (n < sizeof seen / sizeof *seen)
                seen[n++] = cell;
            if (!weir_reorder_knows(scanner->order, first)) {
                describe(worker, use->name, use->reg, row, "", &error);
                if (!weir_scanner_note(scanner, first, &error))
                    return false;
            }
        }
        forgive(&worker->rows.slot[use->reg].vector, row);
    }
    return true;
}

/* The register whose BAD rows a step makes null; WEIR_NO_REGISTER if it is no
 * such step, or if there are none. */
static weir_register nullified(const struct weir_program *program, size_t step)
{
    const struct weir_op *op = program->step[step].op;
    weir_register in = program->step[step].in[0];
    bool nullifies = op == &weir_op_nullify || op == &weir_op_nullify_boolean;
    return nullifies && program->slot[in].vector.any_bad ? in
                                                         : WEIR_NO_REGISTER;
}

bool weir_bad_values_nulled(struct weir_worker *worker, bool after)
{
    const struct weir_program *program = &worker->rows;
    struct weir_scanner *scanner = &worker->scanner;
    size_t rows = scanner->batch.rows, first = rows;
    size_t end = after ? program->n_steps : program->n_before;
    weir_register of = WEIR_NO_REGISTER;
    if (worker->plan->bad_cells != WEIR_BAD_CELLS_NULL)
        return true;
    for (size_t i = after ? program->n_before : 0; i < end; i++) {
        weir_register in = nullified(program, i);
        for (size_t row = 0; in != WEIR_NO_REGISTER && row < rows; row++) {
            if (!weir_vector_bad(&program->slot[in].vector, row))
                continue;
            scanner->counts.nulled++;
            if (row < first) {
                first = row;
                of = in;
            }
        }
    }
    if (of == WEIR_NO_REGISTER)
        return true;
    struct weir_error error;
    describe(worker, NULL, of, first, "", &error);
    return weir_scanner_note(scanner, &scanner->order->aside.nulled, &error);
}

/* Notes the window's first cell that is a text, if the kind has one. */
static bool note_text(struct weir_worker *worker,
                      const struct weir_plan_kind *kind,
                      struct weir_first *first)
{
    struct weir_scanner *scanner = &worker->scanner;
    const struct weir_vector *value =
        weir_program_vector(&worker->rows, kind->value);
    size_t row = 0;
    /* If the column has numbers, too, the run restarts to find the place. */
    if (!value->any_bad || !scanner->batch.part.located ||
        weir_reorder_knows(scanner->order, first))
        return true;
    while (row < scanner->batch.rows && !weir_vector_bad(value, row))
        row++;
    if (row == scanner->batch.rows)
        return true;
    struct weir_error error;
    describe(worker, kind->name, kind->value, row, "", &error);
    return weir_scanner_note(scanner, first, &error);
}

bool weir_bad_values_texts(struct weir_worker *worker)
{
    struct weir_set_aside *aside = &worker->scanner.order->aside;
    bool runs = true;
    for (size_t i = 0; runs && i < aside->n_texts; i++)
        runs = note_text(worker, &worker->plan->kind[i], &aside->text[i]);
    return runs;
}

enum weir_status weir_bad_values_sift(struct weir_worker *worker,
                                      const struct weir_uses *uses,
                                      size_t *rows, size_t *n,
                                      struct weir_error *error)
{
    const enum weir_bad_cells bad_cells = worker->plan->bad_cells;
    *n = 0;
    for (size_t row = 0; row < *rows; row++) {
        const struct weir_use *use = bad_use(worker, uses, row);
        if (use && bad_cells == WEIR_BAD_CELLS_ERROR) {
            describe(worker, use->name, use->reg, row,
                     "; --bad-cells=null skips such cells", error);
            *rows = row;
            return WEIR_DATA;
        }
        if (use && bad_cells == WEIR_BAD_CELLS_REJECT) {
            enum weir_status status = reject_row(worker, use, row, error);
            if (status)
                return status;
            continue;
        }
        if (use && !forgive_row(worker, uses, row))
            return WEIR_END;
        worker->kept[(*n)++] = (uint32_t)row;
    }
    return WEIR_OK;
}
