/*
 * Functions for an aggregate's update: the state of a row, and its value.
 */
#ifndef WEIR_AGGREGATES_STATE_H
#define WEIR_AGGREGATES_STATE_H

#include "base/aggregate.h"

/* The state at an index. */
static inline void *weir_state_at(const struct weir_states *states, size_t row)
{
    return states->base + row * states->stride;
}

/* The state that a row of the input belongs to. */
static inline void *weir_state_of(const struct weir_states *states,
                                  const struct weir_arguments *input,
                                  size_t row)
{
    return weir_state_at(states, input->group ? input->group[row] : 0);
}

/*
 * A value of a row. A number vector gives its number, or, if that is BAD, its
 * text. A text vector gives a TEXT, or NULL for an empty text.
 */
static inline struct weir_number
weir_input_value_of(const struct weir_arguments *input, size_t v, size_t row)
{
    struct weir_number value = {.kind = WEIR_NULL};
    if (input->value[v]->type == WEIR_TYPE_NUMBER) {
        value = weir_vector_number(input->value[v], row);
        if (value.kind == WEIR_BAD)
            value.kind = WEIR_TEXT;
        return value;
    }
    value.text = weir_vector_text(input->value[v], row);
    if (value.text.len)
        value.kind = WEIR_TEXT;
    return value;
}

/* The first one. */
static inline struct weir_number
weir_input_value(const struct weir_arguments *input, size_t row)
{
    return weir_input_value_of(input, 0, row);
}

#endif
