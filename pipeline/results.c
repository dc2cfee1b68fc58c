/*
 * Windows of key texts and results are the input of the results program, as
 * columns of text are the input of the rows program. Each group is pulled once.
 *
 * A result that may be a number or a text (min, first) is given as a cell: its
 * text, which a step can read as a number.
 */
#include "pipeline/results.h"

#include "base/error.h"
#include "base/stream.h"
#include "pipeline/bad_results.h"
#include "pipeline/groups/ordered_sets.h"
#include "pipeline/ops/ops.h"

/* A window ends when the texts of a column reach this many bytes. */
#define TEXT_MAX ((size_t)1 << 14)

/* Bytes for the texts of a column: those of a window, and its last text. */
#define TEXT_FIRST (TEXT_MAX + 512)

/* How a result that is a cell is given. */
struct form {
    bool written; /* a number has the digits of its cell */
    struct weir_notation notation;
    const struct weir_plan_kind *kind; /* of that cell; NULL: it has none */
};

struct results {
    struct weir_plan *plan;
    struct weir_group_cursor *const *cursor; /* [table] */
    struct weir_emitter *emitter;
    struct weir_ordered_sets ordered_sets;
    struct weir_slot *column;  /* keys, then results: cells or numbers */
    struct weir_vector *input; /* [column] */
    struct form *form;         /* [result] */
    size_t n;
    struct weir_bad_results bad;
    uint32_t *kept; /* numbers of the window's rows that having keeps */
};

static bool set_cell(struct weir_slot *slot, size_t row,
                     const struct form *form, const struct weir_number *value)
{
    char scratch[WEIR_NUMBER_TEXT];
    struct weir_text text = value->text;
    if (value->kind < WEIR_WIDE) {
        text.bytes = scratch;
        text.len = form->written
                       ? weir_number_write_fixed(value, scratch, sizeof scratch)
                       : weir_number_write(value, scratch, sizeof scratch);
    } else if (value->kind == WEIR_TEXT && form->kind &&
               form->kind->numbers_only) {
        text.len = 0;
    }
    size_t start = slot->text_used;
    if (!weir_slot_set_text(slot, row, text))
        return false;
    if (value->kind <= WEIR_WIDE)
        weir_notation_localize(form->notation,
                               slot->text + WEIR_BATCH_PAD + start, text.len);
    return true;
}

/* Sets a row to a result of table 0's current group. */
static bool set_result(struct results *r, size_t i, size_t row)
{
    char scratch[WEIR_RESULT_CAPACITY];
    const struct weir_plan_result *result = &r->plan->results.input[i];
    const struct weir_group_cursor *group = r->cursor[0];
    struct weir_slot *column = &r->column[group->n_parts + i];
    struct weir_number value;
    if (!result->ordered)
        value =
            r->plan->table[0].aggregate[result->aggregate].aggregate->result(
                &group->states[result->aggregate], group->row, scratch);
    else if (!weir_ordered_sets_result(&r->ordered_sets, i, &value))
        return false;
    return column->vector.type == WEIR_TYPE_NUMBER
               ? weir_slot_set_number(column, row, &value)
               : set_cell(column, row, &r->form[i], &value);
}

static bool set_group(struct results *r, size_t row)
{
    const struct weir_group_cursor *group = r->cursor[0];
    bool fits = true;
    for (size_t i = 0; fits && i < group->n_parts; i++)
        fits = weir_slot_set_text(&r->column[i], row, group->part[i]);
    for (size_t i = 0; fits && i < r->plan->results.n_inputs; i++)
        fits = set_result(r, i, row);
    return fits;
}

static enum weir_status refused(struct weir_error *error)
{
    return weir_fail_memory(error, "the results", WEIR_RESULTS_WINDOW);
}

static bool is_number(const struct weir_plan *plan,
                      const struct weir_plan_result *result)
{
    const struct weir_aggregate *aggregate =
        result->ordered ? result->ordered
                        : plan->table[0].aggregate[result->aggregate].aggregate;
    return weir_aggregate_gives_number(aggregate);
}

static struct form form_of(const struct weir_plan *plan,
                           const struct weir_plan_result *result)
{
    const struct weir_plan_aggregate *of =
        &plan->table[0].aggregate[result->aggregate];
    struct form form = {.notation = weir_notation_unpack(plan->notation)};
    if (result->ordered || !of->aggregate->one_kind)
        return form;
    form.written = plan->rows.step[of->value[0]].op == &weir_op_written;
    for (size_t i = 0; i < plan->kinds.n; i++)
        if (plan->kinds.kind[i].value == of->value[0])
            form.kind = &plan->kinds.kind[i];
    return form;
}

size_t weir_results_bytes(const struct weir_plan *plan)
{
    const struct weir_program *program = &plan->results.program;
    size_t numbers = 0;
    for (size_t i = 0; i < plan->results.n_inputs; i++)
        numbers += is_number(plan, &plan->results.input[i]);
    size_t cells = plan->table[0].n_keys + plan->results.n_inputs - numbers;
    size_t row = numbers * weir_vector_bytes(WEIR_TYPE_NUMBER) +
                 cells * weir_vector_bytes(WEIR_TYPE_CELL) + sizeof(uint32_t);
    return weir_program_bytes(program, WEIR_RESULTS_WINDOW) +
           weir_program_texts(program) * weir_program_text_bytes(TEXT_MAX) +
           WEIR_RESULTS_WINDOW * row + cells * TEXT_FIRST;
}

static enum weir_status init(struct results *r, struct weir_error *error)
{
    const struct weir_plan *plan = r->plan;
    size_t n_keys = plan->table[0].n_keys;
    r->n = n_keys + plan->results.n_inputs;
    r->column =
        weir_alloc_zero(WEIR_MEMORY_VECTOR, (r->n + 1) * sizeof *r->column);
    r->input =
        weir_alloc_zero(WEIR_MEMORY_VECTOR, (r->n + 1) * sizeof *r->input);
    r->form = weir_alloc_zero(WEIR_MEMORY_VECTOR, (r->n + 1) * sizeof *r->form);
    r->kept =
        weir_alloc(WEIR_MEMORY_VECTOR, WEIR_RESULTS_WINDOW * sizeof *r->kept);
    if (!r->column || !r->input || !r->form || !r->kept)
        return refused(error);
    for (size_t i = 0; i < r->n; i++) {
        r->column[i].text_first = TEXT_FIRST;
        if (i >= n_keys && is_number(plan, &plan->results.input[i - n_keys]))
            r->column[i].vector.type = WEIR_TYPE_NUMBER;
        if (i >= n_keys)
            r->form[i - n_keys] =
                form_of(plan, &plan->results.input[i - n_keys]);
        if (!weir_slot_open(&r->column[i], WEIR_RESULTS_WINDOW))
            return refused(error);
    }
    weir_program_expect(&r->plan->results.program, TEXT_MAX);
    enum weir_status status = weir_program_open(&r->plan->results.program,
                                                WEIR_RESULTS_WINDOW, error);
    return status ? status
                  : weir_ordered_sets_init(&r->ordered_sets, plan, r->cursor,
                                           error);
}

static void release(struct results *r)
{
    weir_ordered_sets_release(&r->ordered_sets);
    for (size_t i = 0; r->column && i < r->n; i++)
        weir_slot_close(&r->column[i]);
    weir_free(WEIR_MEMORY_VECTOR, r->column);
    weir_free(WEIR_MEMORY_VECTOR, r->input);
    weir_free(WEIR_MEMORY_VECTOR, r->form);
    weir_free(WEIR_MEMORY_VECTOR, r->kept);
}

static bool is_full(const struct results *r, size_t rows)
{
    bool full = rows == WEIR_RESULTS_WINDOW;
    for (size_t i = 0; !full && i < r->n; i++)
        full = r->column[i].text_used >= TEXT_MAX;
    return full;
}

/* Fills a window with the next groups, *rows of them; 0 after the last one. */
static enum weir_status fill(struct results *r, size_t *rows,
                             struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    *rows = 0;
    for (size_t i = 0; i < r->n; i++)
        weir_slot_begin(&r->column[i]);
    while (!status && !is_full(r, *rows)) {
        status = weir_cursor_next(r->cursor[0], error);
        if (!status)
            status = weir_ordered_sets_read(&r->ordered_sets, error);
        if (!status && !set_group(r, (*rows)++))
            status = refused(error);
    }
    for (size_t i = 0; i < r->n; i++) {
        weir_slot_end(&r->column[i]);
        r->input[i] = r->column[i].vector;
    }
    return status == WEIR_END ? WEIR_OK : status;
}

/* What must not be BAD after having, or before it. */
static struct weir_uses uses_of(const struct results *r, bool after,
                                struct weir_use *having)
{
    *having = (struct weir_use){r->plan->results.program.filter, "having"};
    return after ? (struct weir_uses){r->plan->results.use,
                                      r->plan->results.n_uses}
                 : (struct weir_uses){having, 1};
}

/* Runs the steps after having, or those before it, and checks their results. If
 * a row is an error, *rows becomes the number of rows before it, and the status
 * is WEIR_DATA. At first the program is hasty and may stop at a row that took
 * long; if there is no error up to that row, all rows are computed and checked
 * again. */
static enum weir_status compute(struct results *r, bool after, size_t *rows,
                                struct weir_error *error)
{
    struct weir_program *program = &r->plan->results.program;
    struct weir_use having;
    const struct weir_uses uses = uses_of(r, after, &having);
    enum weir_status status = WEIR_OK;
    size_t checked;
    program->hasty = r->plan->bad_cells != WEIR_BAD_CELLS_NULL;
    do {
        if (!weir_program_run(program, r->input, after, *rows))
            return refused(error);
        checked = program->done;
        program->hasty = false;
        status = weir_bad_results_check(&r->bad, &uses, &checked, error);
    } while (!status && checked < *rows);
    *rows = checked;
    return status;
}

/* Makes what is BAD null, if it may be. */
static void take_nulls(struct results *r, bool after, size_t rows)
{
    struct weir_use having;
    const struct weir_uses uses = uses_of(r, after, &having);
    weir_bad_results_null(&r->bad, after, &uses, rows);
}

/* How many rows may come out yet. */
static size_t left(const struct results *r)
{
    const struct weir_emitter *emitter = r->emitter;
    return emitter->sorter || emitter->left > WEIR_RESULTS_WINDOW
               ? WEIR_RESULTS_WINDOW
               : (size_t)emitter->left;
}

/* Keeps the rows for which having is true, as many as the limit allows. The
 * groups behind the last of them do not concern the answer. */
static enum weir_status having(struct results *r, size_t *rows,
                               struct weir_error *error)
{
    struct weir_program *program = &r->plan->results.program;
    struct weir_error found;
    size_t seen = *rows;
    enum weir_status status = compute(r, false, &seen, &found);
    if (status && status != WEIR_DATA) {
        *error = found;
        return status;
    }
    size_t n = weir_program_passed(program, seen, r->kept);
    if (n && n >= left(r)) {
        n = left(r);
        seen = r->kept[n - 1] + 1;
    } else if (status) {
        *error = found;
        return status;
    }
    take_nulls(r, false, seen);
    if (n < *rows)
        weir_program_compact(program, r->kept, n);
    *rows = n;
    return WEIR_OK;
}

static enum weir_status window(struct results *r, size_t rows,
                               struct weir_error *error)
{
    struct weir_plan *plan = r->plan;
    const size_t groups = rows;
    enum weir_status status = WEIR_OK;
    if (plan->results.program.filter != WEIR_NO_REGISTER)
        status = having(r, &rows, error);
    if (rows > left(r))
        rows = left(r);
    if (!status)
        status = compute(r, true, &rows, error);
    if (status)
        return status;
    take_nulls(r, true, rows);
    r->bad.first_group += groups;
    return weir_emitter_rows(r->emitter, &plan->results.program, rows, error);
}

enum weir_status weir_results_emit(struct weir_plan *plan,
                                   struct weir_group_cursor *const *cursor,
                                   struct weir_emitter *emitter,
                                   const struct weir_noted *noted,
                                   struct weir_error *error)
{
    struct results r = {.plan = plan,
                        .cursor = cursor,
                        .emitter = emitter,
                        .bad = {plan, noted, 0}};
    enum weir_status status = init(&r, error);
    for (size_t rows = 1; !status && rows && !weir_emitter_done(emitter);) {
        status = fill(&r, &rows, error);
        if (!status && rows)
            status = window(&r, rows, error);
    }
    release(&r);
    return status;
}

enum weir_status weir_results_give(struct weir_plan *plan,
                                   struct weir_group_cursor *const *cursor,
                                   const struct weir_giving *giving,
                                   struct weir_error *error)
{
    struct weir_emitter emitter;
    enum weir_status status =
        weir_emitter_init(&emitter, plan, &plan->results.program, giving->sink,
                          giving->memory, giving->folder, error);
    if (!status)
        status =
            weir_results_emit(plan, cursor, &emitter, &giving->noted, error);
    if (!status)
        status = weir_emitter_end(&emitter, error);
    weir_emitter_release(&emitter);
    return status;
}
