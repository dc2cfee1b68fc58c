/*
 * sum and mean have one state: the exact sum and the number of values.
 *
 * A window of one exponent without groups is summed as plain integers: their
 * low halves and their high halves, each in 64 bits. 2^32 rows cannot overflow
 * these.
 */
#include "aggregates/registry.h"
#include "aggregates/state.h"
#include "aggregates/sums.h"
#include "base/number_exact.h"

#include <string.h>

/* The layout of struct weir_sums with one sum. */
struct state {
    uint64_t n;
    struct weir_sum sum;
};

/* Two values at a time: a vector size that every machine has. */
typedef uint64_t lanes __attribute__((vector_size(16)));

static weir_int128 sum_of(const int64_t *mantissa, size_t rows)
{
    const uint64_t sign = (uint64_t)1 << 63;
    lanes low = {0}, high = {0};
    size_t row = 0;
    for (; row + 2 <= rows; row += 2) {
        lanes value;
        memcpy(&value, mantissa + row, sizeof value);
        value ^= sign; /* adds 2^63: an unsigned shift is cheap */
        low += value & UINT32_MAX;
        high += value >> 32;
    }
    uint64_t lows = low[0] + low[1], highs = high[0] + high[1];
    if (row < rows) {
        lows += ((uint64_t)mantissa[row] ^ sign) & UINT32_MAX;
        highs += ((uint64_t)mantissa[row] ^ sign) >> 32;
    }
    weir_int128 all = (weir_int128)highs * ((int64_t)1 << 32) + lows;
    return all - (weir_int128)rows * sign;
}

/* Whether every group's sum has this exponent. */
static bool all_have(const struct state *state, size_t groups, int16_t exponent)
{
    int other = 0;
    for (size_t i = 0; i < groups; i++)
        other |= state[i].sum.exponent ^ exponent;
    return other == 0;
}

/* Adds rows to sums of the same exponent. It stops at a row that would overflow
 * the low word of its sum, and returns the index of that row. */
static size_t add_low(struct state *state, const struct weir_arguments *input)
{
    const int64_t *mantissa = input->value[0]->mantissa;
    const uint32_t *group = input->group;
    size_t row = 0;
    for (size_t rows = input->rows; row < rows; row++) {
        struct state *mine = &state[group[row]];
        int64_t low;
        if (__builtin_expect(
                __builtin_add_overflow(mine->sum.low, mantissa[row], &low), 0))
            break;
        mine->sum.low = low;
        mine->n++;
    }
    return row;
}

static bool update_groups(const struct weir_states *states,
                          const struct weir_arguments *input)
{
    const int64_t *mantissa = input->value[0]->mantissa;
    const uint32_t *group = input->group;
    int16_t exponent = input->value[0]->exponent;
    struct state *state = (void *)states->base;
    size_t row = 0;
    if (input->groups <= input->rows / 2 &&
        all_have(state, input->groups, exponent))
        row = add_low(state, input);
    for (size_t rows = input->rows; row < rows; row++) {
        struct state *mine = &state[group[row]];
        mine->n++;
        if (!weir_sum_add_short(&mine->sum, states->arena, mantissa[row],
                                exponent))
            return false;
    }
    return true;
}

static bool update_uniform(const struct weir_states *states,
                           const struct weir_arguments *input)
{
    const struct weir_vector *value = input->value[0];
    struct state *state = weir_state_at(states, 0);
    if (input->group)
        return update_groups(states, input);
    state->n += input->rows;
    return weir_sum_add(&state->sum, states->arena,
                        sum_of(value->mantissa, input->rows), value->exponent);
}

static bool add(struct state *state, struct weir_arena *arena,
                const struct weir_vector *vector, size_t row)
{
    struct weir_form form = vector->form[row];
    if (form.kind == WEIR_NULL)
        return true;
    state->n++;
    if (form.kind == WEIR_DECIMAL)
        return weir_sum_add(&state->sum, arena, vector->mantissa[row],
                            form.exponent);
    struct weir_number value = weir_vector_number(vector, row);
    return weir_sum_add_number(&state->sum, arena, &value);
}

static bool sum_update(const struct weir_states *states,
                       const struct weir_arguments *input)
{
    if (input->value[0]->uniform)
        return update_uniform(states, input);
    for (size_t row = 0; row < input->rows; row++) {
        if (!add(weir_state_of(states, input, row), states->arena,
                 input->value[0], row))
            return false;
    }
    return true;
}

static const uint8_t power[] = {1};
WEIR_SUMS_FUNCTIONS(sum, 1, power)

static struct weir_number sum(const struct weir_states *states, size_t row,
                              char *scratch)
{
    const struct state *state = weir_state_at(states, row);
    if (!state->n)
        return (struct weir_number){.kind = WEIR_NULL};
    return weir_sum_number(&state->sum, states->arena, scratch);
}

/* Divides in doubles if they hold both sides exactly; the processor rounds
 * once. */
static bool divide_short(const struct state *state, double *mean)
{
    const weir_int128 max = (weir_int128)1 << 53;
    const struct weir_sum *all = &state->sum;
    weir_int128 m = weir_sum_compact(all), by = state->n;
    if (all->wide || all->binary || all->exponent > 0 || all->exponent < -15)
        return false;
    by *= weir_power_of_ten[-all->exponent];
    *mean = (double)m / (double)by;
    return m >= -max && m <= max && by <= max;
}

static struct weir_number mean(const struct weir_states *states, size_t row,
                               char *scratch)
{
    const struct state *state = weir_state_at(states, row);
    double rounded;
    mpq_t value, n;
    (void)scratch;
    if (!state->n)
        return (struct weir_number){.kind = WEIR_NULL};
    if (divide_short(state, &rounded))
        return weir_number_from_double(rounded);
    mpq_inits(value, n, NULL);
    weir_sum_value(&state->sum, states->arena, value);
    mpq_set_ui(n, (unsigned long)state->n, 1);
    mpq_div(value, value, n);
    rounded = weir_exact_double(value);
    mpq_clears(value, n, NULL);
    return weir_number_from_double(rounded);
}

const struct weir_aggregate weir_aggregate_sum = {
    .name = "sum",
    .aliases = "total",
    .brief = "the exact sum",
    .need = {WEIR_NEED_NUMBER},
    .result = sum,
    WEIR_OF_SUMS(sum, 1),
};

const struct weir_aggregate weir_aggregate_mean = {
    .name = "mean",
    .aliases = "avg average",
    .brief = "the exact sum by the number of values, rounded once",
    .need = {WEIR_NEED_NUMBER},
    .state_of = &weir_aggregate_sum,
    .result = mean,
    WEIR_OF_SUMS(sum, 1),
};
