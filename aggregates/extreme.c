/*
 * min and max: numbers by exact value; texts by bytes, if there are no numbers.
 * Nulls are ignored.
 *
 * Equal values may be written in several ways (1.1 and 1.10). Among them one is
 * chosen by how it is written, so that the result is the same for any order of
 * the records. A plain number is chosen first. So while a state keeps one, a
 * number of the same exponent matters only if it is better, and only then its
 * text is looked at.
 */
#include "aggregates/extreme.h"
#include "aggregates/kept.h"
#include "aggregates/registry.h"
#include "aggregates/state.h"

#include <stddef.h>
#include <string.h>

/* A row's value. A cell that is not written as its number is keeps its text, as
 * a WIDE number does. */
static struct weir_number value_at(const struct weir_arguments *input,
                                   size_t row)
{
    const struct weir_vector *vector = input->value[0];
    struct weir_number value = weir_input_value(input, row);
    if (value.kind != WEIR_DECIMAL || !vector->span)
        return value;
    struct weir_text cell = weir_vector_text(vector, row);
    if (!weir_number_is_plain(cell, &value))
        value = (struct weir_number){.kind = WEIR_WIDE, .text = cell};
    return value;
}

static bool offer(struct weir_kept *kept, struct weir_arena *arena,
                  const struct weir_number *value, int sign)
{
    struct weir_number held = weir_kept_value(kept, arena);
    if (!weir_extreme_is_better(value, &held, sign))
        return true;
    return weir_kept_set(kept, arena, value);
}

static int64_t lowest(const int64_t *mantissa, size_t rows)
{
    int64_t min = INT64_MAX;
    for (size_t row = 0; row < rows; row++)
        min = mantissa[row] < min ? mantissa[row] : min;
    return min;
}

static int64_t highest(const int64_t *mantissa, size_t rows)
{
    int64_t max = INT64_MIN;
    for (size_t row = 0; row < rows; row++)
        max = mantissa[row] > max ? mantissa[row] : max;
    return max;
}

static bool is_past(int64_t m, int64_t kept, int sign)
{
    return sign > 0 ? m < kept : m > kept;
}

static bool update_single(const struct weir_states *states,
                          const struct weir_arguments *input, int sign)
{
    const struct weir_vector *vector = input->value[0];
    struct weir_kept *kept = weir_state_at(states, 0);
    if (!input->rows)
        return true;
    int64_t m = sign > 0 ? lowest(vector->mantissa, input->rows)
                         : highest(vector->mantissa, input->rows);
    if (kept->kind == WEIR_DECIMAL && kept->exponent == vector->exponent &&
        !is_past(m, kept->mantissa, sign))
        return true;
    for (size_t row = 0; row < input->rows; row++) {
        if (vector->mantissa[row] != m)
            continue;
        struct weir_number value = value_at(input, row);
        if (!offer(kept, states->arena, &value, sign))
            return false;
        if (value.kind == WEIR_DECIMAL)
            break;
    }
    return true;
}

/* Whether the row and the kept value are DECIMALs of one exponent, so that
 * comparing their mantissas is enough. */
static inline bool is_near(const struct weir_kept *kept,
                           const struct weir_vector *vector, size_t row)
{
    if (vector->type != WEIR_TYPE_NUMBER || kept->kind != WEIR_DECIMAL)
        return false;
    if (vector->uniform)
        return kept->exponent == vector->exponent;
    return vector->form[row].kind == WEIR_DECIMAL &&
           kept->exponent == vector->form[row].exponent;
}

static inline bool update_row(const struct weir_states *states,
                              const struct weir_arguments *input, size_t row,
                              int sign)
{
    struct weir_kept *kept = weir_state_of(states, input, row);
    if (is_near(kept, input->value[0], row)) {
        int64_t m = input->value[0]->mantissa[row];
        if (!is_past(m, kept->mantissa, sign))
            return true;
    }
    struct weir_number value = value_at(input, row);
    return value.kind == WEIR_NULL || offer(kept, states->arena, &value, sign);
}

/* A kept value's exponent and kind as one word. */
static inline uint32_t form_of(const struct weir_kept *kept)
{
    uint32_t form;
    memcpy(&form, (const char *)kept + offsetof(struct weir_kept, exponent),
           sizeof form);
    return form;
}

/* Updates groups with numbers of one exponent. Nearly all groups keep a DECIMAL
 * of that exponent already, so only mantissas are compared. */
static inline bool update_uniform(const struct weir_states *states,
                                  const struct weir_arguments *input, int sign)
{
    const int64_t *mantissa = input->value[0]->mantissa;
    const uint32_t *group = input->group;
    const struct weir_kept like = {.exponent = input->value[0]->exponent,
                                   .kind = WEIR_DECIMAL};
    const uint32_t form = form_of(&like);
    char *base = states->base;
    for (size_t row = 0, rows = input->rows; row < rows; row++) {
        struct weir_kept *kept =
            (void *)(base + group[row] * sizeof(struct weir_kept));
        int64_t m = mantissa[row];
        if (__builtin_expect(
                form_of(kept) != form || is_past(m, kept->mantissa, sign), 0) &&
            !update_row(states, input, row, sign))
            return false;
    }
    return true;
}

/* Whether every group keeps a DECIMAL of that exponent. */
static bool all_keep(const struct weir_states *states, size_t groups,
                     uint32_t form)
{
    const struct weir_kept *kept = (const void *)states->base;
    uint32_t other = 0;
    for (size_t i = 0; i < groups; i++)
        other |= form_of(&kept[i]) ^ form;
    return other == 0;
}

static inline bool update_both(const struct weir_states *min,
                               const struct weir_states *max,
                               const struct weir_arguments *input, size_t row)
{
    return update_row(min, input, row, 1) && update_row(max, input, row, -1);
}

/* Updates both with numbers of an exponent that all groups keep already, and
 * row by row once a group keeps another form. */
static bool narrow(const struct weir_states *min, const struct weir_states *max,
                   const struct weir_arguments *input, uint32_t form)
{
    const int64_t *mantissa = input->value[0]->mantissa;
    const uint32_t *group = input->group;
    const struct weir_kept *lows = (const void *)min->base;
    const struct weir_kept *highs = (const void *)max->base;
    size_t row = 0;
    for (bool near = true; near && row < input->rows; row++) {
        const struct weir_kept *low = &lows[group[row]],
                               *high = &highs[group[row]];
        int64_t m = mantissa[row];
        bool past = (m < low->mantissa) | (m > high->mantissa);
        if (__builtin_expect(past, 0)) {
            if (!update_both(min, max, input, row))
                return false;
            near = form_of(low) == form && form_of(high) == form;
        }
    }
    for (; row < input->rows; row++)
        if (!update_both(min, max, input, row))
            return false;
    return true;
}

static inline bool update_rows(const struct weir_states *states,
                               const struct weir_arguments *input, int sign)
{
    for (size_t row = 0; row < input->rows; row++)
        if (!update_row(states, input, row, sign))
            return false;
    return true;
}

static inline bool update(const struct weir_states *states,
                          const struct weir_arguments *input, int sign)
{
    if (input->value[0]->type == WEIR_TYPE_NUMBER && input->value[0]->uniform)
        return input->group ? update_uniform(states, input, sign)
                            : update_single(states, input, sign);
    return update_rows(states, input, sign);
}

static bool merge(const struct weir_states *into, size_t into_row,
                  const struct weir_states *from, size_t from_row, int sign)
{
    struct weir_kept *kept = weir_state_at(into, into_row);
    const struct weir_kept *other = weir_state_at(from, from_row);
    struct weir_number a = weir_kept_value(kept, into->arena);
    struct weir_number b = weir_kept_value(other, from->arena);
    if (other->kind == WEIR_NULL)
        return true;
    if (!weir_extreme_is_better(&b, &a, sign))
        return true;
    return weir_kept_copy(kept, into->arena, other, from->arena);
}

static bool update_min(const struct weir_states *states,
                       const struct weir_arguments *input)
{
    return update(states, input, 1);
}

static bool update_max(const struct weir_states *states,
                       const struct weir_arguments *input)
{
    return update(states, input, -1);
}

/* Updates min and max in one pass, if the groups are so few that checking them
 * all costs less than it saves. */
static bool update_fused(const struct weir_states *min,
                         const struct weir_states *max,
                         const struct weir_arguments *input)
{
    const struct weir_vector *value = input->value[0];
    const struct weir_kept like = {.exponent = value->exponent,
                                   .kind = WEIR_DECIMAL};
    uint32_t form = form_of(&like);
    if (input->group && value->type == WEIR_TYPE_NUMBER && value->uniform &&
        input->groups <= input->rows / 2 &&
        all_keep(min, input->groups, form) &&
        all_keep(max, input->groups, form)) {
        return narrow(min, max, input, form);
    }
    return update_min(min, input) && update_max(max, input);
}

static bool merge_min(const struct weir_states *into, size_t into_row,
                      const struct weir_states *from, size_t from_row)
{
    return merge(into, into_row, from, from_row, 1);
}

static bool merge_max(const struct weir_states *into, size_t into_row,
                      const struct weir_states *from, size_t from_row)
{
    return merge(into, into_row, from, from_row, -1);
}

static struct weir_number result(const struct weir_states *states, size_t row,
                                 char *scratch)
{
    (void)scratch;
    return weir_kept_value(weir_state_at(states, row), states->arena);
}

static size_t save(const struct weir_states *states, size_t row, char *into,
                   size_t capacity)
{
    return weir_kept_save(weir_state_at(states, row), states->arena, into,
                          capacity);
}

static enum weir_status load(const struct weir_states *states, size_t row,
                             struct weir_text *from)
{
    return weir_kept_load(weir_state_at(states, row), states->arena, from);
}

const struct weir_aggregate weir_aggregate_min = {
    .name = "min",
    .aliases = "minimum",
    .brief = "the least number; of texts alone the first by bytes",
    .version = 2,
    .need = {WEIR_NEED_NATURAL},
    .one_kind = true,
    .gives = WEIR_GIVES_VALUE,
    .size = sizeof(struct weir_kept),
    .update = update_min,
    .fused = &weir_aggregate_max,
    .update_fused = update_fused,
    .merge = merge_min,
    .result = result,
    .save = save,
    .load = load,
};

const struct weir_aggregate weir_aggregate_max = {
    .name = "max",
    .aliases = "maximum",
    .brief = "the greatest number; of texts alone the last by bytes",
    .version = 2,
    .need = {WEIR_NEED_NATURAL},
    .one_kind = true,
    .gives = WEIR_GIVES_VALUE,
    .size = sizeof(struct weir_kept),
    .update = update_max,
    .merge = merge_max,
    .result = result,
    .save = save,
    .load = load,
};
