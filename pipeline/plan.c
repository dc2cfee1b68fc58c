/*
 * Which columns a plan needs only as numbers: those whose cells are read only
 * by steps that turn them into numbers, from the plain notation, or that
 * compare a cell with a number and have the cell's number as well.
 */
#include "pipeline/plan.h"

#include "pipeline/ops/ops.h"
#include <string.h>

struct weir_plan_aggregate
weir_plan_aggregate_of(const struct weir_aggregate *aggregate,
                       weir_register value)
{
    struct weir_plan_aggregate of = {.aggregate = aggregate};
    for (size_t v = 0; v < WEIR_VALUES_MAX; v++)
        of.value[v] = v ? WEIR_NO_REGISTER : value;
    return of;
}

bool weir_plan_same_values(const struct weir_plan_aggregate *a,
                           const struct weir_plan_aggregate *b)
{
    return memcmp(a->value, b->value, sizeof a->value) == 0 &&
           a->parameter.n == b->parameter.n &&
           a->parameter.digits == b->parameter.digits;
}

size_t weir_plan_keyed_tables(const struct weir_plan *plan)
{
    size_t n = 0;
    for (size_t i = 0; i < plan->n_tables; i++)
        n += plan->table[i].n_keys != 0;
    return n;
}

const char *weir_plan_key_name(const struct weir_plan *plan, size_t key)
{
    size_t i = 0;
    while (plan->use[i].reg != plan->table[0].key[key])
        i++;
    return plan->use[i].name;
}

/* Whether a step needs the text of a loaded register. */
static bool reads(const struct weir_step *step, weir_register cell)
{
    for (size_t i = 0; i < WEIR_STEP_INPUTS; i++)
        if (step->in[i] == cell) {
            /* This step has the number in in[1]. It reads in[0] only where that
             * is BAD, as it never is in a window that comes as numbers. */
            bool has_number =
                step->op == &weir_op_compare_cell_number && i == 0;
            bool plain = step->op == &weir_op_number && !step->choice;
            if (!plain && !has_number)
                return true;
        }
    return false;
}

static bool table_reads(const struct weir_plan_table *table, weir_register cell)
{
    bool read = false;
    for (size_t i = 0; i < table->n_keys; i++)
        read |= table->key[i] == cell;
    for (size_t i = 0; i < table->n_aggregates; i++)
        for (size_t v = 0; v < WEIR_VALUES_MAX; v++)
            read |= table->aggregate[i].value[v] == cell;
    return read;
}

/* Whether anything needs the text of a loaded register. */
static bool text_is_read(const struct weir_plan *plan, weir_register cell)
{
    const struct weir_program *rows = &plan->rows;
    bool read = rows->filter == cell;
    for (size_t i = 0; i < rows->n_steps; i++)
        read |= reads(&rows->step[i], cell);
    for (size_t i = 0; plan->aggregated && i < plan->n_tables; i++)
        read |= table_reads(&plan->table[i], cell);
    for (size_t i = 0; i < plan->n_uses; i++)
        read |= plan->use[i].reg == cell;
    for (size_t i = 0; !plan->aggregated && i < plan->output.n_items; i++)
        read |= plan->output.item[i].reg == cell;
    for (size_t i = 0; !plan->aggregated && i < plan->output.n_order; i++)
        read |= plan->output.order[i].reg == cell;
    return read;
}

void weir_plan_numbers(const struct weir_plan *plan, bool *number)
{
    const struct weir_program *rows = &plan->rows;
    for (size_t i = 0; i < plan->n_projected; i++)
        number[i] = true;
    for (size_t i = 0; i < rows->n_steps; i++)
        if (rows->step[i].op == &weir_op_load_cell &&
            text_is_read(plan, rows->step[i].out))
            number[rows->step[i].choice] = false;
}
