#include "pipeline/groups/kinds.h"

#include "base/error.h"
#include <stdio.h>
#include <string.h>

static uint64_t count_of(const struct weir_plan_table *table,
                         const struct weir_group_cursor *group, size_t i)
{
    char scratch[WEIR_RESULT_CAPACITY];
    return (uint64_t)table->aggregate[i]
        .aggregate->result(&group->states[i], group->row, scratch)
        .mantissa;
}

static enum weir_status refuse(const struct weir_plan_kind *kind,
                               const struct weir_first *first,
                               struct weir_error *error)
{
    if (first->input)
        *error = first->error;
    else
        weir_fail(error, WEIR_DATA,
                  "%s: some cells are not numbers, and others are", kind->name);
    const char *advice = "; --bad-cells=null skips such cells, and text(...) "
                         "compares all as texts";
    strncat(error->message, advice,
            sizeof error->message - strlen(error->message) - 1);
    return error->status;
}

enum weir_status weir_kinds_settle(struct weir_plan *plan,
                                   struct weir_group_cursor *const *cursor,
                                   const struct weir_noted *noted,
                                   bool *unplaced, struct weir_error *error)
{
    *unplaced = false;
    if (!plan->kinds.n)
        return WEIR_OK;
    const struct weir_plan_table *table = &plan->table[plan->kinds.table];
    struct weir_group_cursor *group = cursor[plan->kinds.table];
    const struct weir_plan_kind *mixed = NULL;
    struct weir_first first = {0};
    uint64_t nulled = 0;
    enum weir_status status = weir_cursor_next(group, error);
    for (size_t i = 0; !status && i < plan->kinds.n; i++) {
        uint64_t numbers = count_of(table, group, 2 * i + 1);
        uint64_t texts = count_of(table, group, 2 * i) - numbers;
        struct weir_plan_kind *kind = &plan->kinds.kind[i];
        kind->numbers_only = numbers && texts;
        if (!kind->numbers_only)
            continue;
        weir_first_keep(&first, &noted->aside->text[i]);
        nulled += kind->counted ? 0 : texts;
        mixed = kind;
    }
    if (status || !mixed)
        return status == WEIR_END ? WEIR_OK : status;
    *unplaced = !first.input;
    if (plan->bad_cells != WEIR_BAD_CELLS_NULL)
        return refuse(mixed, &first, error);
    noted->counts->nulled += nulled;
    weir_first_keep(&noted->aside->nulled, &first);
    return WEIR_OK;
}
