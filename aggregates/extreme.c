/*
 * min and max, in the natural order: numbers by exact value, then texts by
 * bytes. Nulls are ignored.
 *
 * Equal values may be written in several ways (a WIDE number with zeros in
 * front). Among them one is chosen by its kind and its text, so that the result
 * is the same for any order of the records.
 */
#include "aggregates/kept.h"
#include "aggregates/registry.h"
#include "aggregates/state.h"

#include <stddef.h>
#include <string.h>

/* Compares in the natural order, and equal values by kind, then by text. */
static int order(const struct weir_number *a, const struct weir_number *b)
{
    int natural = weir_natural_compare(a, b);
    if (natural)
        return natural;
    if (a->kind != b->kind)
        return (int)a->kind - (int)b->kind;
    return weir_text_compare(a->text, b->text);
}

/* sign is 1 for min, -1 for max. */
static bool is_better(const struct weir_number *value,
                      const struct weir_number *held, int sign)
{
    int by = order(value, held);
    return held->kind == WEIR_NULL || (sign > 0 ? by < 0 : by > 0);
}

static bool offer(struct weir_kept *kept, struct weir_arena *arena,
                  const struct weir_number *value, int sign)
{
    struct weir_number held = weir_kept_value(kept, arena);
    if (!is_better(value, &held, sign))
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

static bool update_single(const struct weir_states *states,
                          const struct weir_input *input, int sign)
{
    const struct weir_vector *vector = input->value[0];
    struct weir_number value = {.kind = WEIR_DECIMAL,
                                .exponent = vector->exponent};
    if (!input->rows)
        return true;
    value.mantissa = sign > 0 ? lowest(vector->mantissa, input->rows)
                              : highest(vector->mantissa, input->rows);
    return offer(weir_state_at(states, 0), states->arena, &value, sign);
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
                              const struct weir_input *input, size_t row,
                              int sign)
{
    struct weir_kept *kept = weir_state_of(states, input, row);
    if (is_near(kept, input->value[0], row)) {
        int64_t m = input->value[0]->mantissa[row];
        if (sign > 0 ? m < kept->mantissa : m > kept->mantissa)
            kept->mantissa = m;
        return true;
    }
    struct weir_number value = weir_input_value(input, row);
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
                                  const struct weir_input *input, int sign)
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
        if (__builtin_expect(form_of(kept) != form, 0)) {
            if (!update_row(states, input, row, sign))
                return false;
        } else if (sign > 0 ? m < kept->mantissa : m > kept->mantissa) {
            kept->mantissa = m;
        }
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

/* Updates both with numbers of an exponent that all groups keep already. It
 * stores values that do not change too, and so has no branch to mispredict. */
static void narrow(struct weir_kept *min, struct weir_kept *max,
                   const struct weir_input *input)
{
    const int64_t *mantissa = input->value[0]->mantissa;
    const uint32_t *group = input->group;
    for (size_t row = 0, rows = input->rows; row < rows; row++) {
        struct weir_kept *low = &min[group[row]], *high = &max[group[row]];
        int64_t m = mantissa[row], l = low->mantissa, h = high->mantissa;
        low->mantissa = m < l ? m : l;
        high->mantissa = m > h ? m : h;
    }
}

static inline bool update_rows(const struct weir_states *states,
                               const struct weir_input *input, int sign)
{
    for (size_t row = 0; row < input->rows; row++)
        if (!update_row(states, input, row, sign))
            return false;
    return true;
}

static inline bool update(const struct weir_states *states,
                          const struct weir_input *input, int sign)
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
    if (!is_better(&b, &a, sign))
        return true;
    return weir_kept_copy(kept, into->arena, other, from->arena);
}

static bool update_min(const struct weir_states *states,
                       const struct weir_input *input)
{
    return update(states, input, 1);
}

static bool update_max(const struct weir_states *states,
                       const struct weir_input *input)
{
    return update(states, input, -1);
}

/* Updates min and max in one pass, if the groups are so few that checking them
 * all costs less than it saves. */
static bool update_fused(const struct weir_states *min,
                         const struct weir_states *max,
                         const struct weir_input *input)
{
    const struct weir_vector *value = input->value[0];
    const struct weir_kept like = {.exponent = value->exponent,
                                   .kind = WEIR_DECIMAL};
    uint32_t form = form_of(&like);
    if (input->group && value->type == WEIR_TYPE_NUMBER && value->uniform &&
        input->groups <= input->rows / 2 &&
        all_keep(min, input->groups, form) &&
        all_keep(max, input->groups, form)) {
        narrow((void *)min->base, (void *)max->base, input);
        return true;
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
    .brief = "the least value, numbers before texts",
    .version = 1,
    .need = {WEIR_NEED_NATURAL},
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
    .brief = "the greatest value, texts after numbers",
    .version = 1,
    .need = {WEIR_NEED_NATURAL},
    .gives = WEIR_GIVES_VALUE,
    .size = sizeof(struct weir_kept),
    .update = update_max,
    .merge = merge_max,
    .result = result,
    .save = save,
    .load = load,
};
