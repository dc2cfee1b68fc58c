#include "pipeline/selection.h"

#include "base/error.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

static enum weir_status take(struct weir_selection *selection, size_t n,
                             struct weir_error *error)
{
    const size_t bytes = 3 * (n ? n : 1) * sizeof *selection->column;
    *selection = (struct weir_selection){
        .n = n, .column = weir_alloc(WEIR_MEMORY_READER, bytes)};
    if (!selection->column)
        return weir_fail_memory(error, "the columns", bytes);
    selection->projected = selection->column + n;
    selection->at = selection->projected + n;
    return WEIR_OK;
}

void weir_selection_release(struct weir_selection *selection)
{
    weir_free(WEIR_MEMORY_READER, selection->column);
    *selection = (struct weir_selection){0};
}

static int by_value(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Makes the projection from the columns. */
static void project(struct weir_selection *selection)
{
    uint32_t *projected = selection->projected;
    size_t n = 0;
    memcpy(projected, selection->column, selection->n * sizeof *projected);
    qsort(projected, selection->n, sizeof *projected, by_value);
    for (size_t i = 0; i < selection->n; i++)
        if (n == 0 || projected[n - 1] != projected[i])
            projected[n++] = projected[i];
    selection->n_projected = n;
    for (size_t i = 0; i < selection->n; i++) {
        const uint32_t *found = bsearch(&selection->column[i], projected, n,
                                        sizeof *projected, by_value);
        selection->at[i] = (uint32_t)(found - projected);
    }
}

enum weir_status weir_selection_of_all(struct weir_selection *selection,
                                       const struct weir_schema *schema,
                                       struct weir_error *error)
{
    enum weir_status status = take(selection, schema->n_columns, error);
    for (size_t i = 0; !status && i < schema->n_columns; i++)
        selection->column[i] = (uint32_t)i;
    if (!status)
        project(selection);
    return status;
}

/* A column's name, as an element of the schema's array. */
typedef char *const *element;

/* By name, and equal names by their order in the table. */
static int by_name(const void *a, const void *b)
{
    const element x = *(const element *)a, y = *(const element *)b;
    int order = strcmp(*x, *y);
    return order ? order : (x > y) - (x < y);
}

/* The first of the sorted elements that is not before the name. */
static size_t first_from(const element *sorted, size_t n, const char *name)
{
    size_t from = 0;
    while (n > 0) {
        size_t half = n / 2;
        if (strcmp(*sorted[from + half], name) < 0) {
            from += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return from;
}

/* Fills the columns; returns the first name that is not found, or NULL. */
static const char *find(struct weir_selection *selection,
                        const struct weir_schema *schema, element *sorted,
                        const char *const *name)
{
    const size_t n = schema->n_columns;
    for (size_t i = 0; i < n; i++)
        sorted[i] = &schema->name[i];
    qsort(sorted, n, sizeof *sorted, by_name);
    for (size_t i = 0; i < selection->n; i++) {
        size_t at = first_from(sorted, n, name[i]);
        if (at == n || strcmp(*sorted[at], name[i]) != 0)
            return name[i];
        selection->column[i] = (uint32_t)(sorted[at] - schema->name);
    }
    return NULL;
}

enum weir_status weir_selection_by_name(struct weir_selection *selection,
                                        const struct weir_schema *schema,
                                        const char *const *name, size_t n,
                                        const char **missing,
                                        struct weir_error *error)
{
    const size_t bytes = (schema->n_columns + 1) * sizeof(element);
    *missing = NULL;
    enum weir_status status = take(selection, n, error);
    if (status)
        return status;
    element *sorted = weir_alloc(WEIR_MEMORY_READER, bytes);
    if (!sorted)
        return weir_fail_memory(error, "the columns", bytes);
    *missing = find(selection, schema, sorted, name);
    weir_free(WEIR_MEMORY_READER, sorted);
    if (*missing)
        return error->status = WEIR_USAGE;
    project(selection);
    return WEIR_OK;
}
