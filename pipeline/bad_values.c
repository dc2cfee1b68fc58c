/*
 * A BAD value is described by the cell that it was computed from, and by the
 * place of that cell's field in the input.
 */
#include "pipeline/bad_values.h"

#include "base/error.h"
#include "pipeline/ops/ops.h"
#include <string.h>

/* The index of the input that a step's first operands lead to; SIZE_MAX if they
 * lead to none. */
static size_t input_of(const struct weir_program *program,
                       const struct weir_step *step)
{
    while (!weir_op_load(step->op) && step->in[0] != WEIR_NO_REGISTER)
        step = &program->step[step->in[0]];
    return weir_op_load(step->op) ? (size_t)step->choice : SIZE_MAX;
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

/* Fills the error with what is wrong in a row, and with the offset of the field
 * that was read. */
static void describe(const struct weir_worker *worker,
                     const struct weir_use *use, size_t row, const char *advice,
                     struct weir_error *error)
{
    const struct weir_batch *batch = &worker->scanner.batch;
    const struct weir_step *step = weir_program_fail(
        &worker->rows, use->reg, row, use->name, advice, error);
    size_t input = input_of(&worker->rows, step), at = batch->start[row];
    if (input != SIZE_MAX)
        at = field_start(worker->scanner.order->stream, batch, at,
                         worker->plan->projected[input]);
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
    describe(worker, use, row, "", &found);
    return weir_scanner_reject(&worker->scanner,
                               worker->scanner.batch.start[row],
                               (size_t)found.byte, found.message, error);
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
            describe(worker, use, row, "; --bad-cells=null skips such cells",
                     error);
            *rows = row;
            return WEIR_DATA;
        }
        if (use && bad_cells == WEIR_BAD_CELLS_REJECT) {
            enum weir_status status = reject_row(worker, use, row, error);
            if (status)
                return status;
            continue;
        }
        for (; use; use = bad_use(worker, uses, row))
            forgive(&worker->rows.slot[use->reg].vector, row);
        worker->kept[(*n)++] = (uint32_t)row;
    }
    return WEIR_OK;
}
