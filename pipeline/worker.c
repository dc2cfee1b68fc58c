/*
 * A worker's loop:
 *
 *     take a window                        (fields of some 2000 records)
 *         run the steps before where
 *         keep the rows where it holds     (all columns move together)
 *         run the other steps
 *         reject, or stop at, rows with a BAD value
 *         hash aggregate, or, in the batch's turn, emit
 *
 * A failure at a row ends the window there, and the rows before it are used
 * first. So of several failures the one that comes first in the input is
 * reported, whatever the windows and the threads.
 */
#include "pipeline/worker.h"

#include "base/error.h"
#include "base/mechanism.h"
#include "pipeline/bad_values.h"

/* Makes the window's columns, and where its records come from, the inputs of
 * the rows program. Returns false if the run has stopped. */
static bool load_inputs(struct weir_worker *worker)
{
    const struct weir_batch *batch = &worker->scanner.batch;
    for (size_t i = 0; i < worker->plan->n_projected; i++) {
        struct weir_vector *v = &worker->input[i];
        const struct weir_numbers *number =
            batch->number ? &batch->number[i] : NULL;
        *v =
            (struct weir_vector){.base = batch->text, .span = batch->column[i]};
        if (number && number->known) {
            v->decoded = true;
            v->mantissa = number->mantissa;
            v->form = number->form;
            v->uniform = number->uniform;
            v->exponent = number->exponent;
        }
    }
    return weir_provenance_load(&worker->provenance, &worker->scanner,
                                worker->input + worker->plan->n_projected);
}

/* Keeps only the rows kept[0, n) of the batch and of what is computed. */
static void compact(struct weir_worker *worker, size_t n)
{
    struct weir_batch *batch = &worker->scanner.batch;
    for (size_t i = 0; i < n; i++)
        batch->start[i] = batch->start[worker->kept[i]];
    weir_program_compact(&worker->rows, worker->kept, n);
    batch->rows = n;
}

/*
 * Runs the steps after the filter, or those before it. If BAD values are
 * errors, the program is hasty and may stop at a row that took long. If the
 * rows computed by then include an error, *rows becomes their number; if not,
 * all rows are computed after all.
 */
static bool compute(struct weir_worker *worker, bool after, size_t *rows)
{
    const struct weir_plan *plan = worker->plan;
    struct weir_program *program = &worker->rows;
    const struct weir_use where = {program->filter, "where"};
    program->hasty = plan->bad_cells == WEIR_BAD_CELLS_ERROR;
    bool done = weir_program_run(program, worker->input, after, *rows);
    program->hasty = false;
    if (!done || program->done == *rows)
        return done;
    const struct weir_uses uses = {after ? plan->use : &where,
                                   after ? plan->n_uses : 1};
    if (!weir_bad_values_within(worker, &uses, program->done))
        return weir_program_run(program, worker->input, after, *rows);
    *rows = program->done;
    return true;
}

static enum weir_status refused(struct weir_error *error)
{
    return weir_fail_capacity(error, WEIR_MEMORY_RAISES,
                              "the expressions do not fit");
}

/*
 * Keeps the rows for which `where` holds. If a BAD condition is an error, only
 * rows before it are kept. Its status goes to *later and its error to *error,
 * to be returned after those rows are used.
 */
static enum weir_status filter(struct weir_worker *worker,
                               enum weir_status *later,
                               struct weir_error *error)
{
    struct weir_program *program = &worker->rows;
    size_t rows = worker->scanner.batch.rows;
    const struct weir_use use = {program->filter, "where"};
    const struct weir_uses uses = {&use, 1};
    if (!compute(worker, false, &rows))
        return refused(error);
    if (!weir_bad_values_nulled(worker, false))
        return WEIR_END;
    uint64_t rejected = worker->scanner.counts.rejected;
    size_t n;
    if (weir_uses_any_bad(&uses, &worker->rows)) {
        enum weir_status status =
            weir_bad_values_sift(worker, &uses, &rows, &n, error);
        if (status && worker->plan->bad_cells != WEIR_BAD_CELLS_ERROR)
            return status;
        *later = status;
    }
    rejected = worker->scanner.counts.rejected - rejected;
    n = weir_program_passed(program, rows, worker->kept);
    worker->scanner.counts.filtered += rows - n - rejected;
    if (n < worker->scanner.batch.rows)
        compact(worker, n);
    return WEIR_OK;
}

/* Handles BAD rows of the uses. Rejected rows, and all rows from an error on,
 * are removed, and the others are computed again. An error goes to *later and
 * *later_error. `rows` is how many of the batch's rows are computed. */
static enum weir_status sift_uses(struct weir_worker *worker, size_t rows,
                                  enum weir_status *later,
                                  struct weir_error *later_error,
                                  struct weir_error *error)
{
    const struct weir_plan *plan = worker->plan;
    const struct weir_uses uses = {plan->use, plan->n_uses};
    size_t n;
    if (!weir_uses_any_bad(&uses, &worker->rows))
        return WEIR_OK;
    struct weir_error found;
    enum weir_status status =
        weir_bad_values_sift(worker, &uses, &rows, &n, &found);
    if (status && plan->bad_cells != WEIR_BAD_CELLS_ERROR) {
        *error = found;
        return status;
    }
    if (status) {
        /* This replaces an error of the condition, which comes later in the
         * input. */
        *later = status;
        *later_error = found;
    }
    if (n == worker->scanner.batch.rows)
        return WEIR_OK;
    compact(worker, n);
    return weir_program_run(&worker->rows, worker->input, true, n)
               ? WEIR_OK
               : refused(error);
}

/* The keyed hash aggregate with the most rows; NULL if all are empty. */
static struct weir_hash_aggregate *largest(const struct weir_worker *worker)
{
    struct weir_hash_aggregate *max = NULL;
    for (size_t i = 0; i < worker->plan->n_tables; i++) {
        struct weir_hash_aggregate *hash = &worker->hash[i];
        if (hash->table->n_keys && hash->n_rows > (max ? max->n_rows : 0))
            max = hash;
    }
    return max;
}

/* Whether the hash aggregates fit the worker's memory once the window is added.
 * `roughly` bounds the length of keys by the batch's capacity. For a stream
 * that replays this is no bound, as its cells are not an input's own text. */
static bool fits(const struct weir_worker *worker, bool roughly)
{
    size_t bytes = 0;
    if (roughly && worker->scanner.order->stream->replays)
        return false;
    for (size_t i = 0; i < worker->plan->n_tables; i++)
        bytes += weir_hash_aggregate_would_hold(
            &worker->hash[i], &worker->rows, &worker->scanner.batch, roughly);
    return bytes <= worker->memory;
}

/* Spills hash aggregates until the window's groups fit. If the plan has only
 * one table with keys, that one keeps its memory, which it will need again,
 * unless the window does not fit it: new tables take any window. */
static enum weir_status make_room(struct weir_worker *worker,
                                  struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    bool keep = weir_plan_keyed_tables(worker->plan) == 1;
    while (!status && !fits(worker, true) && !fits(worker, false)) {
        struct weir_hash_aggregate *hash = largest(worker);
        for (size_t i = 0; !hash && i < worker->plan->n_tables; i++)
            weir_hash_aggregate_shrink(&worker->hash[i]);
        if (!hash)
            break;
        weir_ran(hash == worker->hash ? WEIR_RAN_SPILL_GROUPS
                                      : WEIR_RAN_SPILL_VALUES);
        status = weir_hash_aggregate_spill(hash, worker->folder, error);
        if (!status && !keep)
            weir_hash_aggregate_shrink(hash);
    }
    return status;
}

static enum weir_status hash(struct weir_worker *worker,
                             struct weir_error *error)
{
    enum weir_status status = make_room(worker, error);
    for (size_t i = 0; !status && i < worker->plan->n_tables; i++)
        status = weir_hash_aggregate_add(&worker->hash[i], &worker->rows,
                                         &worker->scanner.batch, error);
    return status;
}

/* Notes where the record of the last row ends that the limit lets out: what
 * was set aside behind it does not concern the answer. */
static void note_stop(struct weir_worker *worker, uint64_t n)
{
    struct weir_scanner *scanner = &worker->scanner;
    const struct weir_stream *stream = scanner->order->stream;
    const struct weir_batch *batch = &scanner->batch;
    size_t start = batch->start[n - 1];
    struct weir_span record;
    struct weir_error end;
    stream->ops->record(stream, batch, start, 0, &record);
    weir_fail(&end, WEIR_DATA, "the limit is reached");
    weir_fail_at(&end, start + record.len);
    bool runs = weir_scanner_note(scanner, &scanner->order->aside.stop, &end);
    (void)runs; /* it is this batch's turn */
}

/* Emits the window's rows in the input's order. Stops the run once the limit is
 * reached. */
static enum weir_status emit(struct weir_worker *worker,
                             struct weir_error *error)
{
    size_t rows = worker->scanner.batch.rows;
    if (!weir_scanner_turn(&worker->scanner))
        return WEIR_END;
    const uint64_t left = worker->emitter->left;
    enum weir_status status =
        weir_emitter_rows(worker->emitter, &worker->rows, rows, error);
    if (status || !weir_emitter_done(worker->emitter))
        return status;
    const uint64_t out = left < rows ? left : rows;
    if (out)
        note_stop(worker, out);
    status = weir_scanner_tell(&worker->scanner,
                               out ? worker->scanner.batch.start[out - 1] : 0,
                               error);
    if (status)
        return status;
    /* Records of the window that were not examined count as not read. */
    struct weir_record_counts *counts = &worker->scanner.counts;
    counts->read = counts->used + counts->filtered + counts->rejected;
    weir_reorder_stop(worker->scanner.order, counts, NULL);
    return WEIR_END;
}

static enum weir_status use_window(struct weir_worker *worker,
                                   struct weir_error *error)
{
    const struct weir_plan *plan = worker->plan;
    const struct weir_batch *batch = &worker->scanner.batch;
    enum weir_status later = WEIR_OK, status = WEIR_OK;
    struct weir_error later_error;
    if (!load_inputs(worker))
        return WEIR_END;
    if (worker->rows.filter != WEIR_NO_REGISTER) {
        status = filter(worker, &later, error);
        later_error = *error;
    }
    size_t rows = batch->rows;
    if (!status && !compute(worker, true, &rows))
        status = refused(error);
    if (!status && !weir_bad_values_nulled(worker, true))
        status = WEIR_END;
    if (!status)
        status = sift_uses(worker, rows, &later, &later_error, error);
    if (!status && !weir_bad_values_texts(worker))
        status = WEIR_END;
    if (status)
        return status;
    worker->scanner.counts.used += batch->rows;
    status = plan->aggregated ? hash(worker, error) : emit(worker, error);
    if (!status && later) {
        *error = later_error;
        status = later;
    }
    return status;
}

void weir_worker_run(struct weir_worker *worker)
{
    struct weir_error error;
    enum weir_status status = WEIR_OK;
    weir_error_init(&error);
    struct weir_scanner *scanner = &worker->scanner;
    scanner->lap = weir_clock_ns();
    while (!status) {
        status = weir_scanner_next(scanner, &error);
        if (!status && scanner->batch.rows)
            status = use_window(worker, &error);
        weir_scanner_lap(scanner, &scanner->times.use);
    }
    if (status < 0)
        weir_scanner_fail(scanner, &error);
    weir_scanner_leave(scanner);
    weir_reorder_time(scanner->order, &scanner->times);
}

/* Setting up */

static enum weir_status init_hashes(struct weir_worker *worker,
                                    const struct weir_batch_size *size,
                                    struct weir_error *error)
{
    const struct weir_plan *plan = worker->plan;
    enum weir_status status = WEIR_OK;
    worker->hash = weir_alloc_zero(WEIR_MEMORY_GROUP,
                                   plan->n_tables * sizeof *worker->hash);
    if (!worker->hash)
        return weir_fail_memory(error, "the groups",
                                plan->n_tables * sizeof *worker->hash);
    for (size_t i = 0; !status && i < plan->n_tables; i++)
        status = weir_hash_aggregate_init(&worker->hash[i], &plan->table[i],
                                          size, error);
    return status;
}

enum weir_status weir_worker_init(struct weir_worker *worker,
                                  const struct weir_plan *plan,
                                  struct weir_reorder *order,
                                  struct weir_emitter *emitter,
                                  struct weir_error *error)
{
    struct weir_batch_size size = weir_batch_size(order->stream);
    size_t n = plan->n_projected + 2;
    *worker = (struct weir_worker){.plan = plan, .emitter = emitter};
    weir_program_init(&worker->rows);
    worker->input =
        weir_alloc_zero(WEIR_MEMORY_VECTOR, n * sizeof *worker->input);
    worker->kept =
        weir_alloc(WEIR_MEMORY_VECTOR, size.rows * sizeof *worker->kept);
    if (!worker->input || !worker->kept)
        return weir_fail_memory(error, "the columns",
                                n * sizeof *worker->input);
    enum weir_status status = weir_scanner_init(&worker->scanner, order, error);
    if (!status)
        status = weir_provenance_init(&worker->provenance, plan, order->stream,
                                      size.rows, error);
    if (!status)
        status = weir_program_copy(&worker->rows, &plan->rows, error);
    weir_program_expect(&worker->rows, size.text);
    if (!status)
        status = weir_program_open(&worker->rows, size.rows, error);
    if (!status && plan->aggregated)
        status = init_hashes(worker, &size, error);
    return status;
}

void weir_worker_finish(struct weir_worker *worker)
{
    weir_program_release(&worker->rows);
    weir_provenance_release(&worker->provenance);
    weir_scanner_release(&worker->scanner);
    weir_free(WEIR_MEMORY_VECTOR, worker->input);
    weir_free(WEIR_MEMORY_VECTOR, worker->kept);
    worker->input = NULL;
    worker->kept = NULL;
}

void weir_worker_release(struct weir_worker *worker)
{
    for (size_t i = 0; worker->hash && i < worker->plan->n_tables; i++)
        weir_hash_aggregate_release(&worker->hash[i]);
    weir_free(WEIR_MEMORY_GROUP, worker->hash);
    weir_worker_finish(worker);
    *worker = (struct weir_worker){0};
}
