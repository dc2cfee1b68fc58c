/*
 * count(x) counts the values that are not null; count() and count(*) count
 * records.
 */
#include "aggregates/registry.h"
#include "aggregates/state.h"

static bool count_rows(const struct weir_states *states,
                       const struct weir_arguments *input)
{
    if (!input->group) {
        *(uint64_t *)weir_state_at(states, 0) += input->rows;
        return true;
    }
    for (size_t row = 0; row < input->rows; row++)
        ++*(uint64_t *)weir_state_at(states, input->group[row]);
    return true;
}

static bool count_values(const struct weir_states *states,
                         const struct weir_arguments *input)
{
    if (input->value[0]->type == WEIR_TYPE_NUMBER && input->value[0]->uniform)
        return count_rows(states, input);
    for (size_t row = 0; row < input->rows; row++) {
        uint64_t *n = weir_state_of(states, input, row);
        *n += !weir_vector_null(input->value[0], row);
    }
    return true;
}

static bool is_number(const struct weir_vector *value, size_t row)
{
    return value->uniform || (value->form[row].kind != WEIR_NULL &&
                              value->form[row].kind != WEIR_BAD);
}

static bool count_numbers(const struct weir_states *states,
                          const struct weir_arguments *input)
{
    const struct weir_vector *value = input->value[0];
    if (value->type != WEIR_TYPE_NUMBER)
        return true; /* computed texts */
    if (value->uniform)
        return count_rows(states, input);
    for (size_t row = 0; row < input->rows; row++) {
        uint64_t *n = weir_state_of(states, input, row);
        *n += is_number(value, row);
    }
    return true;
}

static bool merge(const struct weir_states *into, size_t into_row,
                  const struct weir_states *from, size_t from_row)
{
    uint64_t *n = weir_state_at(into, into_row);
    const uint64_t *other = weir_state_at(from, from_row);
    /* Only forged partials can have counts that are too large. */
    *n = *other < INT64_MAX - *n ? *n + *other : INT64_MAX;
    return true;
}

static struct weir_number result(const struct weir_states *states, size_t row,
                                 char *scratch)
{
    const uint64_t *n = weir_state_at(states, row);
    (void)scratch;
    return (struct weir_number){.kind = WEIR_DECIMAL, .mantissa = (int64_t)*n};
}

static size_t save(const struct weir_states *states, size_t row, char *into,
                   size_t capacity)
{
    const uint64_t *n = weir_state_at(states, row);
    (void)capacity;
    return (size_t)(weir_put_varint(into, *n) - into);
}

static enum weir_status load(const struct weir_states *states, size_t row,
                             struct weir_text *from)
{
    uint64_t *n = weir_state_at(states, row);
    return weir_get_varint(from, n) && *n <= INT64_MAX ? WEIR_OK : WEIR_DATA;
}

const struct weir_aggregate weir_aggregate_count = {
    .name = "count",
    .brief = "how many values there are; count(), count(*): records",
    .version = 1,
    .need = {WEIR_NEED_ANY},
    .size = sizeof(uint64_t),
    .gives = WEIR_GIVES_NUMBER,
    .update = count_values,
    .merge = merge,
    .result = result,
    .save = save,
    .load = load,
};

const struct weir_aggregate weir_aggregate_count_rows = {
    .name = "count_rows",
    .call = "count_rows()",
    .brief = "how many records there are",
    .version = 1,

    .size = sizeof(uint64_t),
    .gives = WEIR_GIVES_NUMBER,
    .update = count_rows,
    .merge = merge,
    .result = result,
    .save = save,
    .load = load,
};

const struct weir_aggregate weir_aggregate_count_numbers = {
    .name = "count_numbers",
    .brief = "how many of the cells are numbers",
    .version = 1,
    .need = {WEIR_NEED_NATURAL},
    .size = sizeof(uint64_t),
    .gives = WEIR_GIVES_NUMBER,
    .update = count_numbers,
    .merge = merge,
    .result = result,
    .save = save,
    .load = load,
};
