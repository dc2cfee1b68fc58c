#include "tests/cells.h"

#include <stdlib.h>
#include <string.h>

static void *take(size_t n, size_t size)
{
    void *block = calloc(n + !n, size);
    if (!block)
        abort();
    return block;
}

void cells_init(struct cells *cells, const char *const *cell, size_t n)
{
    size_t len = 0;
    cells->n = n;
    cells->computed = false;
    for (size_t i = 0; i < n; i++)
        len += strlen(cell[i]);
    cells->text = take(len, 1);
    cells->span = take(n, sizeof(*cells->span));
    cells->number = take(n, sizeof(*cells->number));
    len = 0;
    for (size_t i = 0; i < n; i++) {
        struct weir_text text = {cells->text + len, strlen(cell[i])};
        cells->span[i] = (struct weir_span){(uint32_t)len, (uint32_t)text.len};
        memcpy(cells->text + len, cell[i], text.len);
        cells->computed |= cell[i][0] == '=';
        cells->number[i] =
            cell[i][0] == '='
                ? weir_number_from_double(strtod(cell[i] + 1, NULL))
                : weir_number_read(text);
        len += text.len;
    }
}

void cells_release(struct cells *cells)
{
    free(cells->text);
    free(cells->span);
    free(cells->number);
}

static void set_number(struct weir_vector *vector, size_t at,
                       const struct cells *cells, size_t row)
{
    const struct weir_number *number = &cells->number[row];
    vector->form[at].kind = number->kind;
    vector->form[at].exponent = number->exponent;
    vector->mantissa[at] = number->mantissa;
    if (number->kind == WEIR_WIDE || number->kind == WEIR_BAD) {
        struct weir_span span = {(uint32_t)(number->text.bytes - cells->text),
                                 (uint32_t)number->text.len};
        vector->mantissa[at] = weir_span_bits(span);
        vector->any_bad |= number->kind == WEIR_BAD;
    }
}

/* Marks the vector as uniform if it may be, as the pipeline does. */
static void set_uniform(struct weir_vector *vector, size_t n)
{
    vector->uniform = n > 0;
    for (size_t i = 0; i < n; i++)
        vector->uniform &= vector->form[i].kind == WEIR_DECIMAL &&
                           vector->form[i].exponent == vector->form[0].exponent;
    if (!vector->uniform)
        return;
    vector->exponent = vector->form[0].exponent;
    /* By the contract `form` is not filled here. The bytes make it noticed if
     * it is read. */
    memset(vector->form, 0xee, n * sizeof(*vector->form));
}

/* Makes the vector of the condition x > 0, which is unknown for what is no
 * number. */
static void init_condition(struct weir_vector *vector,
                           const struct cells *cells, const size_t *row,
                           size_t n, size_t shift)
{
    const struct weir_number zero = {.kind = WEIR_DECIMAL};
    *vector = (struct weir_vector){.type = WEIR_TYPE_BOOLEAN,
                                   .boolean = take(n, sizeof(uint8_t))};
    for (size_t i = 0; i < n; i++) {
        const struct weir_number *x =
            &cells->number[(row[i] + shift) % cells->n];
        const bool known = x->kind != WEIR_NULL && x->kind != WEIR_BAD;
        vector->boolean[i] = !known                              ? WEIR_UNKNOWN
                             : weir_number_compare(x, &zero) > 0 ? WEIR_TRUE
                                                                 : WEIR_FALSE;
    }
}

/* Makes the vector of one value of the rows. Returns false if the aggregate
 * needs numbers and a cell is none. */
static bool init_vector(struct weir_vector *vector, const struct cells *cells,
                        const size_t *row, size_t n, size_t shift,
                        enum weir_need need)
{
    if (need == WEIR_NEED_CONDITION) {
        init_condition(vector, cells, row, n, shift);
        return true;
    }
    *vector = (struct weir_vector){.type = WEIR_TYPE_NUMBER,
                                   .base = cells->text,
                                   .span = take(n, sizeof(struct weir_span)),
                                   .mantissa = take(n, sizeof(int64_t)),
                                   .form = take(n, sizeof(struct weir_form))};
    if (need == WEIR_NEED_ANY || need == WEIR_NEED_TEXT)
        vector->type = WEIR_TYPE_CELL;
    for (size_t i = 0; i < n; i++) {
        size_t of = (row[i] + shift) % cells->n;
        vector->span[i] = cells->span[of];
        set_number(vector, i, cells, of);
    }
    bool any_bad = vector->any_bad;
    if (vector->type == WEIR_TYPE_NUMBER)
        set_uniform(vector, n);
    if (cells->computed && vector->type == WEIR_TYPE_NUMBER) {
        free(vector->span);
        vector->span = NULL;
    }
    return need != WEIR_NEED_NUMBER || !any_bad;
}

bool cells_window_init(struct cells_window *window, const struct cells *cells,
                       const size_t *row, size_t n,
                       const struct weir_aggregate *aggregate, size_t groups)
{
    bool suits = true;
    *window = (struct cells_window){.group = take(n, sizeof(uint32_t)),
                                    .start = take(n, sizeof(uint32_t))};
    for (size_t i = 0; i < n; i++) {
        window->group[i] = (uint32_t)(row[i] % groups);
        window->start[i] = (uint32_t)(10 * row[i]);
    }
    window->input =
        (struct weir_arguments){.parameter = &aggregate->fixed,
                                .group = groups == 1 ? NULL : window->group,
                                .groups = groups,
                                .rows = n,
                                .start = window->start,
                                .position = 1000};
    for (size_t v = 0; v < weir_aggregate_values(aggregate); v++) {
        suits &= init_vector(&window->vector[v], cells, row, n, v,
                             aggregate->need[v]);
        window->input.value[v] = &window->vector[v];
    }
    return suits;
}

void cells_window_release(struct cells_window *window)
{
    for (size_t v = 0; v < WEIR_VALUES_MAX; v++) {
        free(window->vector[v].span);
        free(window->vector[v].mantissa);
        free(window->vector[v].form);
        free(window->vector[v].boolean);
    }
    free(window->group);
    free(window->start);
}

const struct weir_aggregate *cells_aggregate(size_t i)
{
    for (size_t k = 0; weir_aggregates[k]; k++)
        if (!weir_aggregates[k]->ordered_set && i-- == 0)
            return weir_aggregates[k];
    return NULL;
}
