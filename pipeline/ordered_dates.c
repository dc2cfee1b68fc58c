#include "pipeline/ordered_dates.h"

#include "base/error.h"
#include "pipeline/ops/ops.h"
#include <stdio.h>
#include <string.h>

/* How many cells of an item are looked at, and how long such a cell is at most.
 */
#define CELLS 20
#define CELL ((size_t)40)

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
        cell.len > CELL)
        return;
    weir_date_hint(cell, hint);
    if (!strstr(hint, "%Y"))
        return;
    weir_show(words, sizeof words, ordered, strlen(ordered), 60);
    weir_show(shown, sizeof shown, cell.bytes, cell.len, CELL);
    (void)snprintf(plan->notes.dates, WEIR_DATE_NOTE,
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
    for (size_t row = 0; row < rows && *looked < CELLS; row++) {
        if (*plan->notes.dates || weir_vector_null(v, row))
            continue;
        ++*looked;
        note_date(plan, item->ordered, weir_vector_text(v, row));
    }
}

void weir_ordered_dates_look(const struct weir_emitter *emitter, size_t rows)
{
    const struct weir_plan *plan = emitter->plan;
    const size_t n_items = plan->output.n_items;
    if (!plan->notes.dates || emitter->left == 0)
        return;
    for (size_t i = 0; i < n_items; i++)
        look_at_cells(plan, &plan->output.item[i], emitter->item[i], rows,
                      &emitter->looked[i]);
    for (size_t i = 0; i < plan->output.n_order; i++)
        look_at_cells(plan, &plan->output.order[i], emitter->order[i], rows,
                      &emitter->looked[n_items + i]);
}
