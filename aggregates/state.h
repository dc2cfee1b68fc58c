/*
 * Finding a row's state, for every aggregate's update.
 */
#ifndef WEIR_AGGREGATES_STATE_H
#define WEIR_AGGREGATES_STATE_H

#include "base/aggregate.h"

/* The state of a group. */
static inline void *weir_state_at(const struct weir_states *states, size_t row)
{
    return states->base + row * states->stride;
}

/* The state that a row of the input belongs to. */
static inline void *weir_state_of(const struct weir_states *states,
                                  const struct weir_input *input, size_t row)
{
    return weir_state_at(states, input->group ? input->group[row] : 0);
}

/*
 * A row's value: a vector of numbers as it holds them, a vector of texts as
 * TEXT. NULL where there is none; a BAD number counts as the text it is.
 */
static inline struct weir_number
weir_input_value(const struct weir_input *input, size_t row)
{
    struct weir_number value = {.kind = WEIR_NULL};
    if (input->value[0]->type == WEIR_TYPE_NUMBER) {
        value = weir_vector_number(input->value[0], row);
        if (value.kind == WEIR_BAD)
            value.kind = WEIR_TEXT;
        return value;
    }
    value.text = weir_vector_text(input->value[0], row);
    if (value.text.len)
        value.kind = WEIR_TEXT;
    return value;
}

#endif
