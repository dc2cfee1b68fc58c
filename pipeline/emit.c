/*
 * The sink's `begin` is called before the first rows, or at the end if there
 * are none. So a run that fails before writes nothing, not even the columns'
 * names.
 */
#include "pipeline/results.h"

#include "base/error.h"
#include "pipeline/ordered_dates.h"

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
    weir_ordered_dates_look(emitter, rows);
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
