/*
 * The loop:
 *
 *     pull a batch                         (text of whole records)
 *         shape a window                   (fields of some 2000 records)
 *             run the steps before where
 *             keep the rows where it holds (everything moves together)
 *             run the other steps
 *             set aside, or stop at, rows with a BAD value
 *             tally, or emit
 *
 * A failure at a row stops the window there: the rows before it go on first,
 * so that of several failures the one that comes first in the input is told,
 * whatever the windows.
 */
#include "pipeline/run.h"

#include "base/error.h"
#include "pipeline/ops.h"
#include "pipeline/results.h"
#include <string.h>

struct run {
    struct weir_plan *plan;
    struct weir_feed feed;
    struct weir_vector *input;
    bool *late; /* [wanted]: read after the filter */
    uint32_t *kept;
    struct weir_tally tally;
    struct weir_emitter emitter;
};

/* BAD values */

static const char *complaint(const struct weir_step *step)
{
    return step->op == &weir_op_number ? "is not a number"
           : step->op == &weir_op_match
               ? "takes the regular expression too long"
               : "is not a date";
}

/* The input that a register was computed from: the first that it reads. */
static size_t input_of(const struct weir_program *program,
                       const struct weir_step *step)
{
    while (!weir_op_load(step->op) && step->in[0] != WEIR_NO_REGISTER)
        step = &program->step[step->in[0]];
    return weir_op_load(step->op) ? (size_t)step->choice : SIZE_MAX;
}

/* What is wrong with a row, and where: the field, as it was read. */
static void describe(const struct run *run, const struct weir_use *use,
                     size_t row, struct weir_error *error)
{
    const struct weir_batch *batch = &run->feed.batch;
    const struct weir_step *step;
    char shown[128];
    struct weir_text cell =
        weir_program_culprit(&run->plan->rows, use->reg, row, &step);
    weir_show(shown, sizeof shown, cell.bytes, cell.len, 60);
    weir_fail(error, WEIR_DATA,
              "%s: '%s' %s; --bad-cells=null skips such cells", use->name,
              shown, complaint(step));
    size_t input = input_of(&run->plan->rows, step), at = batch->start[row];
    const struct weir_stream *stream = run->feed.stream;
    if (input != SIZE_MAX)
        at = stream->ops->field_start(stream, batch, at,
                                      run->plan->wanted[input]);
    weir_fail_at(error, at);
}

/* The first of the uses that is BAD in that row; NULL: none. */
static const struct weir_use *
bad_use(const struct run *run, const struct weir_use *use, size_t n, size_t row)
{
    for (size_t i = 0; i < n; i++)
        if (weir_vector_bad(weir_program_vector(&run->plan->rows, use[i].reg),
                            row))
            return &use[i];
    return NULL;
}

static bool any_bad(const struct run *run, const struct weir_use *use, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (weir_program_vector(&run->plan->rows, use[i].reg)->any_bad)
            return true;
    return false;
}

/* BAD values become nulls, where a number step did not already make them. */
static void forgive(const struct run *run, const struct weir_use *use,
                    size_t row)
{
    struct weir_vector *v = &run->plan->rows.slot[use->reg].vector;
    if (v->type == WEIR_TYPE_NUMBER)
        v->form[row].kind = WEIR_NULL;
    else if (v->type == WEIR_TYPE_TRUTH)
        v->truth[row] = WEIR_UNKNOWN;
    else
        v->span[row] = (struct weir_span){0, 0};
}

static enum weir_status reject_row(struct run *run, const struct weir_use *use,
                                   size_t row, struct weir_error *error)
{
    struct weir_error bad;
    describe(run, use, row, &bad);
    char *option = strstr(bad.message, "; --bad-cells");
    if (option)
        *option = '\0';
    run->feed.account->rejected++;
    return weir_feed_reject(&run->feed, run->feed.batch.start[row],
                            (size_t)bad.byte, bad.message, error);
}

/*
 * Goes through rows [0, *rows) for BAD values of the uses. Rows to keep are
 * listed in run->kept, *n of them; a row that is an error ends the rows before
 * it, with the error filled.
 */
static enum weir_status sift(struct run *run, const struct weir_use *use,
                             size_t n_uses, size_t *rows, size_t *n,
                             struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    *n = 0;
    for (size_t row = 0; row < *rows; row++) {
        const struct weir_use *bad = bad_use(run, use, n_uses, row);
        if (bad && run->plan->bad_cells == WEIR_BAD_CELLS_ERROR) {
            describe(run, bad, row, error);
            *rows = row;
            return WEIR_DATA;
        }
        if (bad && run->plan->bad_cells == WEIR_BAD_CELLS_REJECT) {
            status = reject_row(run, bad, row, error);
            if (status)
                return status;
            continue;
        }
        for (; bad; bad = bad_use(run, use, n_uses, row))
            forgive(run, bad, row);
        run->kept[(*n)++] = (uint32_t)row;
    }
    return status;
}

/* Leaves only the rows kept[0, n) of the batch and of what was computed. */
static void compact(struct run *run, size_t n)
{
    struct weir_batch *batch = &run->feed.batch;
    const uint32_t *kept = run->kept;
    for (size_t i = 0; i < n; i++)
        batch->start[i] = batch->start[kept[i]];
    for (size_t c = 0; c < run->plan->n_wanted; c++) {
        struct weir_span *span = batch->column[c];
        for (size_t i = 0; run->late[c] && i < n; i++)
            span[i] = span[kept[i]];
    }
    weir_program_compact(&run->plan->rows, kept, n);
    batch->rows = n;
}

static size_t list_true(const uint8_t *truth, size_t rows, uint32_t *kept)
{
    size_t n = 0;
    for (size_t r = 0; r < rows; r++) {
        kept[n] = (uint32_t)r;
        n += truth[r] == WEIR_TRUE;
    }
    return n;
}

static enum weir_status refused(struct weir_error *error)
{
    return weir_fail(error, WEIR_LIMIT,
                     "the expressions do not fit the memory allowed; --memory "
                     "raises it");
}

/*
 * Where: leaves the rows it keeps. A BAD condition that is an error waits in
 * *later, and only the rows before it are left.
 */
static enum weir_status filter(struct run *run, enum weir_status *later,
                               struct weir_error *error)
{
    struct weir_program *program = &run->plan->rows;
    size_t rows = run->feed.batch.rows;
    if (!weir_program_before(program, run->input, rows))
        return refused(error);
    const struct weir_use use = {program->filter, "where"};
    uint64_t rejected = run->feed.account->rejected;
    size_t n;
    if (any_bad(run, &use, 1)) {
        enum weir_status status = sift(run, &use, 1, &rows, &n, error);
        if (status && run->plan->bad_cells != WEIR_BAD_CELLS_ERROR)
            return status;
        *later = status;
    }
    rejected = run->feed.account->rejected - rejected;
    n = list_true(weir_program_vector(program, program->filter)->truth, rows,
                  run->kept);
    run->feed.account->filtered += rows - n - rejected;
    if (n < run->feed.batch.rows)
        compact(run, n);
    return WEIR_OK;
}

/* The uses' BAD rows: an error, or set aside and all computed once more. */
static enum weir_status sift_uses(struct run *run, enum weir_status *later,
                                  struct weir_error *later_error,
                                  struct weir_error *error)
{
    struct weir_plan *plan = run->plan;
    size_t rows = run->feed.batch.rows, n;
    if (!any_bad(run, plan->use, plan->n_uses))
        return WEIR_OK;
    struct weir_error found;
    enum weir_status status =
        sift(run, plan->use, plan->n_uses, &rows, &n, &found);
    if (status && plan->bad_cells != WEIR_BAD_CELLS_ERROR) {
        *error = found;
        return status;
    }
    if (status) {
        /* Before the condition that waits: it comes first in the input. */
        *later = status;
        *later_error = found;
    }
    if (n == run->feed.batch.rows)
        return WEIR_OK;
    compact(run, n);
    return weir_program_after(&plan->rows, run->input, n) ? WEIR_OK
                                                          : refused(error);
}

static enum weir_status use_window(struct run *run, struct weir_error *error)
{
    struct weir_plan *plan = run->plan;
    struct weir_batch *batch = &run->feed.batch;
    enum weir_status later = WEIR_OK, status = WEIR_OK;
    struct weir_error later_error;
    for (size_t i = 0; i < plan->n_wanted; i++) {
        run->input[i].base = batch->text;
        run->input[i].span = batch->column[i];
    }
    if (plan->rows.filter != WEIR_NO_REGISTER) {
        status = filter(run, &later, error);
        later_error = *error;
    }
    if (!status && !weir_program_after(&plan->rows, run->input, batch->rows))
        status = refused(error);
    if (!status)
        status = sift_uses(run, &later, &later_error, error);
    if (status)
        return status;
    run->feed.account->used += batch->rows;
    if (!plan->aggregated)
        status = weir_emitter_rows(&run->emitter, batch->rows, error);
    else
        status = weir_tally_add(&run->tally, batch->rows, batch->start,
                                batch->position, error);
    /* What comes after the last row asked for is nobody's business. */
    if (!status && later && !weir_emitter_done(&run->emitter)) {
        *error = later_error;
        status = later;
    }
    return status;
}

static enum weir_status use_all(struct run *run, struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    while (!status && !weir_emitter_done(&run->emitter)) {
        status = weir_feed_next(&run->feed, error);
        if (!status && run->feed.batch.rows)
            status = use_window(run, error);
    }
    if (status < 0)
        weir_feed_locate(&run->feed, error);
    return status == WEIR_END ? WEIR_OK : status;
}

/* Setting up */

static void find_late(struct run *run)
{
    const struct weir_program *program = &run->plan->rows;
    for (size_t i = 0; i < program->n_steps; i++)
        if (weir_op_load(program->step[i].op) &&
            (i >= program->n_before || program->slot[i].late))
            run->late[program->step[i].choice] = true;
}

static enum weir_status init(struct run *run, struct weir_stream *stream,
                             struct weir_sink *sink, struct weir_error *error)
{
    struct weir_plan *plan = run->plan;
    weir_stream_want(stream, plan->wanted, plan->n_wanted);
    struct weir_batch_size size = weir_batch_size(stream);
    size_t n = plan->n_wanted + 1;
    run->input = weir_alloc_zero(WEIR_MEMORY_VECTOR, n * sizeof *run->input);
    run->late = weir_alloc_zero(WEIR_MEMORY_VECTOR, n * sizeof *run->late);
    run->kept = weir_alloc(WEIR_MEMORY_VECTOR, size.rows * sizeof *run->kept);
    if (!run->input || !run->late || !run->kept)
        return weir_fail_memory(error, "the columns", n * sizeof *run->input);
    find_late(run);
    enum weir_status status = weir_feed_init(&run->feed, stream, error);
    if (!status)
        status = weir_program_open(&plan->rows, size.rows, error);
    if (!status && plan->aggregated)
        status = weir_tally_init(&run->tally, plan, size.rows, error);
    if (!status)
        status = weir_emitter_init(
            &run->emitter, plan,
            plan->aggregated ? &plan->results : &plan->rows, sink, error);
    return status;
}

static void release(struct run *run)
{
    weir_emitter_release(&run->emitter);
    weir_tally_release(&run->tally);
    weir_feed_release(&run->feed);
    weir_free(WEIR_MEMORY_VECTOR, run->input);
    weir_free(WEIR_MEMORY_VECTOR, run->late);
    weir_free(WEIR_MEMORY_VECTOR, run->kept);
    weir_memory_release_gmp();
}

enum weir_status weir_run(struct weir_plan *plan, struct weir_stream *stream,
                          struct weir_sink *sink,
                          const struct weir_listener *listener,
                          struct weir_account *account,
                          struct weir_error *error)
{
    struct run run = {.plan = plan,
                      .feed = {.listener = listener, .account = account}};
    *account = (struct weir_account){0};
    weir_error_init(error);
    enum weir_status status = init(&run, stream, sink, error);
    if (!status)
        status = use_all(&run, error);
    if (!status && plan->aggregated)
        status = weir_results_emit(plan, &run.tally, &run.emitter, error);
    if (!status)
        status = weir_emitter_end(&run.emitter, error);
    release(&run);
    return status;
}

void weir_run_bill(const struct weir_plan *plan,
                   const struct weir_stream *stream, struct weir_bill *bill)
{
    struct weir_batch_size size = weir_batch_size(stream);
    weir_batch_bill(&size, bill);
    stream->ops->bill(stream, bill);
    weir_bill_add(bill, weir_program_bytes(&plan->rows, size.rows),
                  "expressions: %zu steps of %zu records", plan->rows.n_steps,
                  size.rows);
    if (plan->aggregated)
        weir_bill_add(bill, weir_tally_bytes(plan, size.rows),
                      "groups: the first of them, and their states");
    if (plan->aggregated)
        weir_bill_add(bill,
                      weir_program_bytes(&plan->results, WEIR_RESULTS_WINDOW) +
                          (plan->n_keys + plan->n_aggregates) *
                              WEIR_RESULTS_WINDOW * 12,
                      "results: windows of %zu rows", WEIR_RESULTS_WINDOW);
}
