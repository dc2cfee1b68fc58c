/*
 * Groups become rows again: windows of key texts and aggregates' results are
 * the results program's input, as columns of text are the rows program's.
 *
 * A result that may be a number or a text (min, first) is a cell: its text,
 * which is a number to whatever reads it as one.
 */
#include "pipeline/results.h"

#include "base/error.h"
#include "base/stream.h"
#include <assert.h>
#include <string.h>

/* One input of the results program, and its memory. */
struct column {
    struct weir_slot slot;
    bool number;
};

struct results {
    struct weir_plan *plan;
    const struct weir_tally *tally;
    struct weir_emitter *emitter;
    struct column *column; /* keys, then aggregates */
    struct weir_vector *input;
    size_t n;
    uint32_t *kept; /* of a window, by having */
};

static bool set_text(struct weir_slot *slot, size_t row, struct weir_text text)
{
    slot->vector.span[row] =
        (struct weir_span){(uint32_t)slot->text_used, (uint32_t)text.len};
    char *at = weir_slot_text(slot, text.len);
    if (at && text.len)
        memcpy(at, text.bytes, text.len);
    return at != NULL;
}

static bool set_number(struct weir_slot *slot, size_t row,
                       const struct weir_number *value)
{
    struct weir_vector *v = &slot->vector;
    v->mantissa[row] = value->mantissa;
    v->form[row] = (struct weir_form){value->exponent, value->kind};
    if (value->kind != WEIR_WIDE)
        return true;
    struct weir_span span = {(uint32_t)slot->text_used,
                             (uint32_t)value->text.len};
    char *at = weir_slot_text(slot, value->text.len);
    if (at)
        memcpy(at, value->text.bytes, value->text.len);
    v->mantissa[row] = weir_span_bits(span);
    return at != NULL;
}

static bool set_cell(struct weir_slot *slot, size_t row,
                     const struct weir_number *value)
{
    char room[WEIR_NUMBER_TEXT];
    if (value->kind >= WEIR_WIDE)
        return set_text(slot, row, value->text);
    size_t len = weir_number_write(value, room, sizeof room);
    return set_text(slot, row, (struct weir_text){room, len});
}

static bool fill_keys(struct results *r, const uint32_t *group, size_t rows)
{
    for (size_t i = 0; i < r->plan->n_keys; i++) {
        struct weir_slot *slot = &r->column[i].slot;
        weir_slot_begin(slot);
        for (size_t row = 0; row < rows; row++)
            if (!set_text(slot, row,
                          weir_groups_part(&r->tally->groups, group[row], i)))
                return false;
        weir_slot_end(slot);
    }
    return true;
}

static bool fill_aggregate(struct results *r, size_t i, const uint32_t *group,
                           size_t rows)
{
    char room[WEIR_RESULT_ROOM];
    const struct weir_aggregate *aggregate = r->plan->aggregate[i].aggregate;
    struct weir_states states = weir_tally_states(r->tally, i);
    struct column *column = &r->column[r->plan->n_keys + i];
    weir_slot_begin(&column->slot);
    for (size_t row = 0; row < rows; row++) {
        struct weir_number value = aggregate->result(&states, group[row], room);
        if (column->number ? !set_number(&column->slot, row, &value)
                           : !set_cell(&column->slot, row, &value))
            return false;
    }
    weir_slot_end(&column->slot);
    return true;
}

static enum weir_status refused(struct weir_error *error)
{
    return weir_fail_memory(error, "the results", WEIR_RESULTS_WINDOW);
}

static enum weir_status init(struct results *r, struct weir_error *error)
{
    const struct weir_plan *plan = r->plan;
    r->n = plan->n_keys + plan->n_aggregates;
    r->column =
        weir_alloc_zero(WEIR_MEMORY_VECTOR, (r->n + 1) * sizeof *r->column);
    r->input =
        weir_alloc_zero(WEIR_MEMORY_VECTOR, (r->n + 1) * sizeof *r->input);
    r->kept =
        weir_alloc(WEIR_MEMORY_VECTOR, WEIR_RESULTS_WINDOW * sizeof *r->kept);
    if (!r->column || !r->input || !r->kept)
        return refused(error);
    for (size_t i = 0; i < r->n; i++) {
        struct column *column = &r->column[i];
        struct weir_vector *v = &column->slot.vector;
        column->number = i >= plan->n_keys &&
                         plan->aggregate[i - plan->n_keys].aggregate->number;
        char *rows = weir_alloc(WEIR_MEMORY_VECTOR,
                                WEIR_RESULTS_WINDOW *
                                    (sizeof(int64_t) + sizeof *v->form));
        if (!rows)
            return refused(error);
        column->slot.rows = rows;
        v->type = column->number ? WEIR_TYPE_NUMBER : WEIR_TYPE_CELL;
        v->span = (void *)rows;
        v->mantissa = (void *)rows;
        v->form = (void *)(rows + WEIR_RESULTS_WINDOW * sizeof(int64_t));
    }
    return weir_program_open(&r->plan->results, WEIR_RESULTS_WINDOW, error);
}

static void release(struct results *r)
{
    for (size_t i = 0; r->column && i < r->n; i++) {
        weir_free(WEIR_MEMORY_VECTOR, r->column[i].slot.rows);
        weir_free(WEIR_MEMORY_VECTOR, r->column[i].slot.text);
    }
    weir_free(WEIR_MEMORY_VECTOR, r->column);
    weir_free(WEIR_MEMORY_VECTOR, r->input);
    weir_free(WEIR_MEMORY_VECTOR, r->kept);
}

/* A result that cannot be had is an error of the question, not of a cell. */
static enum weir_status check(const struct results *r,
                              const struct weir_use *use, size_t n, size_t rows,
                              struct weir_error *error)
{
    for (size_t i = 0; i < n; i++) {
        const struct weir_vector *v =
            weir_program_vector(&r->plan->results, use[i].reg);
        for (size_t row = 0; v->any_bad && row < rows; row++)
            if (weir_vector_bad(v, row)) {
                const struct weir_step *step;
                char shown[96];
                struct weir_text cell = weir_program_culprit(
                    &r->plan->results, use[i].reg, row, &step);
                weir_show(shown, sizeof shown, cell.bytes, cell.len, 60);
                return weir_fail(error, WEIR_DATA,
                                 "%s: '%s' is not a number or a date",
                                 use[i].name, shown);
            }
    }
    return WEIR_OK;
}

static bool fill(struct results *r, const uint32_t *group, size_t rows)
{
    bool room = fill_keys(r, group, rows);
    for (size_t i = 0; room && i < r->plan->n_aggregates; i++)
        room = fill_aggregate(r, i, group, rows);
    for (size_t i = 0; i < r->n; i++)
        r->input[i] = r->column[i].slot.vector;
    return room;
}

/* Leaves in r->kept the groups that having keeps, and their rows filled. */
static enum weir_status having(struct results *r, const uint32_t *group,
                               size_t *rows, struct weir_error *error)
{
    struct weir_program *program = &r->plan->results;
    if (!weir_program_before(program, r->input, *rows))
        return refused(error);
    struct weir_use use = {program->filter, "having"};
    enum weir_status status = check(r, &use, 1, *rows, error);
    if (status)
        return status;
    const uint8_t *truth = weir_program_vector(program, program->filter)->truth;
    size_t n = 0;
    for (size_t row = 0; row < *rows; row++)
        if (truth[row] == WEIR_TRUE)
            r->kept[n++] = (uint32_t)row;
    for (size_t i = 0; i < n; i++)
        r->kept[i] = group[r->kept[i]];
    *rows = n;
    /* All steps anew, over the groups that are left. */
    return fill(r, r->kept, n) && weir_program_before(program, r->input, n)
               ? WEIR_OK
               : refused(error);
}

static enum weir_status window(struct results *r, const uint32_t *group,
                               size_t rows, struct weir_error *error)
{
    assert(group);
    struct weir_plan *plan = r->plan;
    enum weir_status status = fill(r, group, rows) ? WEIR_OK : refused(error);
    if (!status && plan->results.filter != WEIR_NO_REGISTER)
        status = having(r, group, &rows, error);
    if (!status && !weir_program_after(&plan->results, r->input, rows))
        status = refused(error);
    if (!status)
        status = check(r, plan->result_use, plan->n_result_uses, rows, error);
    return status ? status
                  : weir_emitter_rows(r->emitter, &plan->results, rows, error);
}

enum weir_status weir_results_emit(struct weir_plan *plan,
                                   const struct weir_tally *tally,
                                   struct weir_emitter *emitter,
                                   struct weir_error *error)
{
    struct results r = {.plan = plan, .tally = tally, .emitter = emitter};
    uint32_t *order = NULL;
    enum weir_status status = init(&r, error);
    if (!status && !(order = weir_tally_order(tally)))
        status = refused(error);
    for (size_t from = 0; !status && from < tally->n_rows;
         from += WEIR_RESULTS_WINDOW) {
        size_t rows = tally->n_rows - from;
        if (rows > WEIR_RESULTS_WINDOW)
            rows = WEIR_RESULTS_WINDOW;
        status = window(&r, order + from, rows, error);
        if (!status && weir_emitter_done(emitter))
            break;
    }
    weir_free(WEIR_MEMORY_GROUP, order);
    release(&r);
    return status;
}
