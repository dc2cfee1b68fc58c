/*
 * A selection: which columns of a table a program reads, and in which order.
 *
 * A column may be selected twice, and a stream delivers its projection in the
 * table's order. So the selected column i is the projected column at[i]:
 *
 *     table       id, name, age        projected   {0, 2}      id, age
 *     selected    age, id, age         at          {1, 0, 1}
 */
#ifndef WEIR_PIPELINE_SELECTION_H
#define WEIR_PIPELINE_SELECTION_H

#include "base/schema.h"
#include "weir.h"

struct weir_selection {
    size_t n, n_projected;
    uint32_t *column;    /* [n]: indices in the schema; NULL: no selection */
    uint32_t *projected; /* [n_projected]: ascending, without repeats */
    uint32_t *at;        /* [n] */
};

/* Selects columns by their names; of equal names, the first column. *missing
 * becomes the first name that no column has, or NULL. WEIR_USAGE if there is
 * one, without a message; WEIR_LIMIT if memory is refused. */
enum weir_status weir_selection_by_name(struct weir_selection *selection,
                                        const struct weir_schema *schema,
                                        const char *const *name, size_t n,
                                        const char **missing,
                                        struct weir_error *error) WEIR_CHECKED;

/* Selects all columns; WEIR_LIMIT if memory is refused. */
enum weir_status weir_selection_of_all(struct weir_selection *selection,
                                       const struct weir_schema *schema,
                                       struct weir_error *error) WEIR_CHECKED;

/* Release is allowed on a zeroed selection, and after a failure. */
void weir_selection_release(struct weir_selection *selection);

#endif
