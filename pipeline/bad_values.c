/*
 * A BAD value is described by the cell that it was computed from, and by the
 * place of that cell's field in the input.
 */
#include "pipeline/bad_values.h"

#include "base/error.h"

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

/* Fills the error with what is wrong in a row of a register, and with the
 * offset of the field that was read. The column's name is set in `blame`.
 */
static void describe(const struct weir_worker *worker, struct weir_blame blame,
                     weir_register reg, size_t row, struct weir_error *error)
{
    const struct weir_batch *batch = &worker->scanner.batch;
    const struct weir_stream *stream = worker->scanner.order->stream;
    const struct weir_culprit culprit =
        weir_program_culprit(&worker->rows, reg, row);
    size_t input = weir_program_input(&worker->rows, culprit.cell);
    size_t at = batch->start[row];
    if (input != SIZE_MAX) {
        uint32_t i = worker->plan->projected[input];
        at = field_start(stream, batch, at, i);
        blame.name = stream->schema.name[i];
    }
    blame.as_read = culprit.is_read;
    weir_culprit_fail(&culprit, &blame, error);
    weir_fail_at(error, at);
}

bool weir_bad_values_within(const struct weir_worker *worker,
                            const struct weir_uses *uses, size_t rows)
{
    for (size_t row = 0; row < rows; row++)
        if (weir_uses_bad(uses, &worker->rows, row))
            return true;
    return false;
}

static enum weir_status reject_row(struct weir_worker *worker,
                                   const struct weir_use *use, size_t row)
{
    struct weir_error found;
    describe(worker, (struct weir_blame){.what = use->name}, use->reg, row,
             &found);
    return weir_scanner_reject(&worker->scanner,
                               worker->scanner.batch.start[row],
                               (size_t)found.byte, found.message);
}

/* Makes a row's BAD values null, and counts the cells that they come from.
 * Returns false if the run has stopped. */
static bool forgive_row(struct weir_worker *worker,
                        const struct weir_uses *uses, size_t row)
{
    struct weir_scanner *scanner = &worker->scanner;
    struct weir_first *first = &scanner->order->aside.nulled;
    struct weir_cells counted = {.n = 0};
    struct weir_error error;
    for (const struct weir_use *use;
         (use = weir_uses_bad(uses, &worker->rows, row));) {
        const struct weir_culprit culprit =
            weir_program_culprit(&worker->rows, use->reg, row);
        scanner->counts.nulled += weir_cells_add(&counted, culprit.cell);
        if (!weir_reorder_knows(scanner->order, first, scanner->batch.part.seq,
                                scanner->batch.start[row])) {
            describe(worker, (struct weir_blame){.what = use->name}, use->reg,
                     row, &error);
            if (!weir_scanner_note(scanner, first, &error))
                return false;
        }
        weir_vector_forgive(&worker->rows.slot[use->reg].vector, row);
    }
    return true;
}

/* Whether a step in [begin, end) makes a BAD row null that comes from the cell.
 */
static bool nulls_cell(const struct weir_program *program, size_t begin,
                       size_t end, size_t row, weir_register cell)
{
    for (size_t i = begin; i < end; i++) {
        weir_register in = weir_program_nullified(program, i);
        if (in != WEIR_NO_REGISTER &&
            weir_vector_bad(&program->slot[in].vector, row) &&
            weir_program_culprit(program, in, row).cell == cell)
            return true;
    }
    return false;
}

bool weir_bad_values_nulled(struct weir_worker *worker, bool after)
{
    const struct weir_program *program = &worker->rows;
    struct weir_scanner *scanner = &worker->scanner;
    size_t rows = scanner->batch.rows, first = rows;
    size_t begin = after ? program->n_before : 0;
    size_t end = after ? program->n_steps : program->n_before;
    weir_register of = WEIR_NO_REGISTER;
    if (worker->plan->bad_cells != WEIR_BAD_CELLS_NULL)
        return true;
    for (size_t i = begin; i < end; i++) {
        weir_register in = weir_program_nullified(program, i);
        for (size_t row = 0; in != WEIR_NO_REGISTER && row < rows; row++) {
            if (!weir_vector_bad(&program->slot[in].vector, row))
                continue;
            weir_register cell = weir_program_culprit(program, in, row).cell;
            scanner->counts.nulled += !nulls_cell(program, begin, i, row, cell);
            if (row < first) {
                first = row;
                of = in;
            }
        }
    }
    if (of == WEIR_NO_REGISTER)
        return true;
    struct weir_error error;
    describe(worker, (struct weir_blame){0}, of, first, &error);
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
        weir_reorder_knows(scanner->order, first, UINT64_MAX, 0))
        return true;
    while (row < scanner->batch.rows && !weir_vector_bad(value, row))
        row++;
    if (row == scanner->batch.rows)
        return true;
    struct weir_error error;
    describe(worker,
             (struct weir_blame){.what = kind->name,
                                 .also = ", and others are numbers"},
             kind->value, row, &error);
    return weir_scanner_note(scanner, first, &error);
}

bool weir_bad_values_texts(struct weir_worker *worker)
{
    struct weir_set_aside *aside = &worker->scanner.order->aside;
    bool runs = true;
    for (size_t i = 0; runs && i < aside->n_texts; i++)
        runs = note_text(worker, &worker->plan->kinds.kind[i], &aside->text[i]);
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
        const struct weir_use *use = weir_uses_bad(uses, &worker->rows, row);
        if (use && bad_cells == WEIR_BAD_CELLS_ERROR) {
            describe(worker,
                     (struct weir_blame){.what = use->name,
                                         .advice = WEIR_BAD_CELLS_ADVICE},
                     use->reg, row, error);
            *rows = row;
            return WEIR_DATA;
        }
        if (use && bad_cells == WEIR_BAD_CELLS_REJECT) {
            enum weir_status status = reject_row(worker, use, row);
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
