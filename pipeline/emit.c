/*
 * The sink's `begin` is called before the first rows, or at the end if there
 * are none. So a run that fails before writes nothing, not even the columns'
 * names.
 */
#include "pipeline/results.h"

#include "base/error.h"
#include "pipeline/ops/ops.h"
#include <stdio.h>
#include <string.h>

static enum weir_status begin_sink(struct weir_emitter *emitter,
                                   struct weir_error *error)
{
    const struct weir_plan *plan = emitter->plan;
    if (emitter->begun)
        return WEIR_OK;
    emitter->begun = true;
    size_t n = plan->output.n_items;
    enum weir_type *type =
        weir_alloc(WEIR_MEMORY_OUTPUT, (n + 1) * sizeof *type);
    if (!type)
        return weir_fail_memory(error, "the output", n * sizeof *type);
    for (size_t i = 0; i < n; i++)
        type[i] = weir_program_type(emitter->program, plan->output.item[i].reg);
    emitter->sink->notation = weir_notation_unpack(plan->notation);
    enum weir_status status = emitter->sink->ops->begin(
        emitter->sink, plan->output.item_name, type, n, error);
    weir_free(WEIR_MEMORY_OUTPUT, type);
    return status;
}

enum weir_status weir_emitter_init(struct weir_emitter *emitter,
                                   struct weir_plan *plan,
                                   const struct weir_program *program,
                                   struct weir_sink *sink, size_t memory,
                                   const char *folder, struct weir_error *error)
{
    *emitter = (struct weir_emitter){
        .plan = plan,
        .program = program,
        .sink = sink,
        .left = plan->output.has_limit ? plan->output.limit : UINT64_MAX};
    emitter->item = weir_alloc(WEIR_MEMORY_OUTPUT, (plan->output.n_items + 1) *
                                                       sizeof *emitter->item);
    emitter->order = weir_alloc(WEIR_MEMORY_OUTPUT, (plan->output.n_order + 1) *
                                                        sizeof *emitter->order);
    emitter->looked = weir_alloc_zero(
        WEIR_MEMORY_OUTPUT, plan->output.n_items + plan->output.n_order + 1);
    if (!emitter->item || !emitter->order || !emitter->looked)
        return weir_fail_memory(error, "the output",
                                plan->output.n_items * sizeof *emitter->item);
    if (plan->output.n_order == 0)
        return WEIR_OK;
    emitter->sorter =
        weir_sorter_open(&plan->output, program, memory, folder, error);
    return emitter->sorter ? WEIR_OK : error->status;
}

void weir_emitter_release(struct weir_emitter *emitter)
{
    weir_sorter_close(emitter->sorter);
    weir_free(WEIR_MEMORY_OUTPUT, (void *)emitter->item);
    weir_free(WEIR_MEMORY_OUTPUT, (void *)emitter->order);
    weir_free(WEIR_MEMORY_OUTPUT, emitter->looked);
    *emitter = (struct weir_emitter){0};
}

static bool are_digits(struct weir_text cell, size_t from, size_t to)
{
    if (to > cell.len)
        return false;
    for (size_t i = from; i < to; i++)
        if (cell.bytes[i] < '0' || cell.bytes[i] > '9')
            return false;
    return true;
}

/* Whether the cell begins with a year, a mark and a month of two digits, as in
 * 2024-01-31 and 2024/01/31: bytes and dates then have the same order. */
static bool begins_with_month(struct weir_text cell)
{
    return are_digits(cell, 0, 4) && are_digits(cell, 5, 7) &&
           !are_digits(cell, 4, 5) && !are_digits(cell, 7, 8);
}

/* Notes a date such as 31.12.2023. Not one whose year has two digits: versions
 * and addresses look alike. Not digits alone, which are ordered as numbers. */
static void note_date(const struct weir_plan *plan, const char *ordered,
                      struct weir_text cell)
{
    char words[96], shown[96], hint[WEIR_OP_HINT];
    if (begins_with_month(cell) || are_digits(cell, 0, cell.len) ||
        cell.len > WEIR_DATE_CELL)
        return;
    weir_date_hint(cell, hint);
    if (!strstr(hint, "%Y"))
        return;
    weir_show(words, sizeof words, ordered, strlen(ordered), 60);
    weir_show(shown, sizeof shown, cell.bytes, cell.len, WEIR_DATE_CELL);
    (void)snprintf(plan->date_note, WEIR_DATE_NOTE,
                   "%s compares texts: '%s' looks like a date%s", words, shown,
                   hint);
}

/* Looks at the first cells of an ordered item, until one is a date. Which cells
 * these are does not depend on the windows. `looked` counts them. */
static void look_at_cells(const struct weir_plan *plan,
                          const struct weir_plan_item *item,
                          const struct weir_vector *v, size_t rows,
                          uint8_t *looked)
{
    if (!item->ordered || (v->type != WEIR_TYPE_TEXT &&
                           (v->type != WEIR_TYPE_CELL || v->decoded)))
        return;
    for (size_t row = 0; row < rows && *looked < WEIR_DATES_LOOKED; row++) {
        if (*plan->date_note || weir_vector_null(v, row))
            continue;
        ++*looked;
        note_date(plan, item->ordered, weir_vector_text(v, row));
    }
}

/* Looks for dates whose order is that of their bytes. */
static void look_for_dates(const struct weir_emitter *emitter, size_t rows)
{
    const struct weir_plan *plan = emitter->plan;
    const size_t n_items = plan->output.n_items;
    if (!plan->date_note || emitter->left == 0)
        return;
    for (size_t i = 0; i < n_items; i++)
        look_at_cells(plan, &plan->output.item[i], emitter->item[i], rows,
                      &emitter->looked[i]);
    for (size_t i = 0; i < plan->output.n_order; i++)
        look_at_cells(plan, &plan->output.order[i], emitter->order[i], rows,
                      &emitter->looked[n_items + i]);
}

enum weir_status weir_emitter_rows(struct weir_emitter *emitter,
                                   const struct weir_program *program,
                                   size_t rows, struct weir_error *error)
{
    const struct weir_plan *plan = emitter->plan;
    for (size_t i = 0; i < plan->output.n_items; i++)
        emitter->item[i] =
            weir_program_vector(program, plan->output.item[i].reg);
    for (size_t i = 0; i < plan->output.n_order; i++)
        emitter->order[i] =
            weir_program_vector(program, plan->output.order[i].reg);
    look_for_dates(emitter, rows);
    if (emitter->sorter)
        return weir_sorter_add(emitter->sorter, emitter->order, emitter->item,
                               rows, error);
    if (rows > emitter->left)
        rows = (size_t)emitter->left;
    emitter->left -= rows;
    if (rows == 0)
        return WEIR_OK;
    enum weir_status status = begin_sink(emitter, error);
    return status ? status
                  : emitter->sink->ops->rows(emitter->sink, emitter->item, rows,
                                             error);
}

bool weir_emitter_done(const struct weir_emitter *emitter)
{
    return emitter->left == 0;
}

enum weir_status weir_emitter_end(struct weir_emitter *emitter,
                                  struct weir_error *error)
{
    enum weir_status status = begin_sink(emitter, error);
    if (!status && emitter->sorter)
        status = weir_sorter_drain(emitter->sorter, emitter->sink, error);
    return status ? status : emitter->sink->ops->end(emitter->sink, error);
}
