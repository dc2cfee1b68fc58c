/*
 * var, var_pop, stddev, stddev_pop: one state, the exact sums of the values
 * and of their squares, so that
 *
 *     n * sum(x^2) - sum(x)^2     over n * (n - 1), or n * n
 *
 * can be taken as it stands: nothing cancels that is not exact.
 */
#include "aggregates/exact_sum.h"
#include "aggregates/registry.h"
#include "aggregates/state.h"
#include "base/number_exact.h"

struct state {
    uint64_t n;
    struct weir_sum values, squares;
};

/*
 * One exponent, one state: both sums in one pass. Whether the squares fitted
 * shows afterwards in the values' magnitude.
 */
static bool update_single(const struct weir_states *states,
                          const struct weir_input *input)
{
    const struct weir_vector *value = input->value;
    struct state *state = weir_state_at(states, 0);
    weir_int128 values = 0, squares = 0;
    uint64_t bits = 0;
    for (size_t row = 0; row < input->rows; row++) {
        int64_t m = value->mantissa[row];
        bits |= (uint64_t)(m ^ -(int64_t)(m < 0));
        values += m;
        squares = (weir_int128)((weir_uint128)squares +
                                (weir_uint128)((weir_int128)m * m));
    }
    state->n += input->rows;
    if (!weir_sum_add(&state->values, states->arena, values, value->exponent))
        return false;
    /* Squares below 2^90 leave room for 2^37 of them. */
    if (bits < UINT64_C(1) << 45)
        return weir_sum_add(&state->squares, states->arena, squares,
                            2 * value->exponent);
    for (size_t row = 0; row < input->rows; row++) {
        weir_int128 m = value->mantissa[row];
        if (!weir_sum_add(&state->squares, states->arena, m * m,
                          2 * value->exponent))
            return false;
    }
    return true;
}

static bool add_decimal(struct state *state, struct weir_arena *arena,
                        int64_t mantissa, int32_t exponent)
{
    state->n++;
    return weir_sum_add(&state->values, arena, mantissa, exponent) &&
           weir_sum_add(&state->squares, arena,
                        (weir_int128)mantissa * mantissa, 2 * exponent);
}

static bool add(struct state *state, struct weir_arena *arena,
                const struct weir_vector *vector, size_t row)
{
    struct weir_number value = weir_vector_number(vector, row);
    if (value.kind == WEIR_NULL)
        return true;
    if (value.kind == WEIR_DECIMAL)
        return add_decimal(state, arena, value.mantissa, value.exponent);
    state->n++;
    return weir_sum_add_number(&state->values, arena, &value) &&
           weir_sum_add_square(&state->squares, arena, &value);
}

static bool update(const struct weir_states *states,
                   const struct weir_input *input)
{
    if (input->value->uniform && !input->group)
        return update_single(states, input);
    for (size_t row = 0; row < input->rows; row++) {
        if (!add(weir_state_of(states, input, row), states->arena, input->value,
                 row))
            return false;
    }
    return true;
}

static bool merge(const struct weir_states *into, size_t into_row,
                  const struct weir_states *from, size_t from_row)
{
    struct state *state = weir_state_at(into, into_row);
    const struct state *other = weir_state_at(from, from_row);
    state->n += other->n;
    return weir_sum_merge(&state->values, into->arena, &other->values,
                          from->arena) &&
           weir_sum_merge(&state->squares, into->arena, &other->squares,
                          from->arena);
}

static size_t save(const struct weir_states *states, size_t row, char *into,
                   size_t room)
{
    const struct state *state = weir_state_at(states, row);
    const struct weir_arena *arena = states->arena;
    size_t used = (size_t)(weir_put_varint(into, state->n) - into);
    if (!state->n)
        return used;
    used += weir_sum_save(&state->values, arena, into + used, room - used);
    if (used > room || room - used < WEIR_SUM_SAVED_LEAST)
        return used + weir_sum_saved_most(&state->squares, arena);
    return used +
           weir_sum_save(&state->squares, arena, into + used, room - used);
}

static enum weir_status load(const struct weir_states *states, size_t row,
                             struct weir_text *from)
{
    struct state *state = weir_state_at(states, row);
    if (!weir_get_varint(from, &state->n))
        return WEIR_DATA;
    if (!state->n)
        return WEIR_OK;
    enum weir_status status =
        weir_sum_load(&state->values, states->arena, 1, from);
    return status ? status
                  : weir_sum_load(&state->squares, states->arena, 2, from);
}

/* The variance, of a sample by n - 1, of a population by n. */
static void variance(const struct state *state, const struct weir_arena *arena,
                     uint64_t by, mpq_t value)
{
    mpq_t sum, n;
    mpq_init(sum);
    mpq_init(n);
    weir_sum_value(&state->squares, arena, value);
    weir_sum_value(&state->values, arena, sum);
    mpq_set_ui(n, (unsigned long)state->n, 1);
    mpq_mul(value, value, n);
    mpq_mul(sum, sum, sum);
    mpq_sub(value, value, sum);
    mpq_div(value, value, n);
    mpq_set_ui(n, (unsigned long)by, 1);
    mpq_div(value, value, n);
    mpq_clear(sum);
    mpq_clear(n);
}

static struct weir_number finish(const struct weir_states *states, size_t row,
                                 uint64_t fewer, double (*round)(const mpq_t))
{
    const struct state *state = weir_state_at(states, row);
    mpq_t value;
    if (state->n <= fewer)
        return (struct weir_number){.kind = WEIR_NULL};
    mpq_init(value);
    variance(state, states->arena, state->n - fewer, value);
    /* Only of a state that was loaded, and forged. */
    if (mpq_sgn(value) < 0)
        mpq_set_ui(value, 0, 1);
    double rounded = round(value);
    mpq_clear(value);
    return weir_number_from_double(rounded);
}

static struct weir_number var(const struct weir_states *states, size_t row,
                              char *room)
{
    (void)room;
    return finish(states, row, 1, weir_exact_double);
}

static struct weir_number var_pop(const struct weir_states *states, size_t row,
                                  char *room)
{
    (void)room;
    return finish(states, row, 0, weir_exact_double);
}

static struct weir_number stddev(const struct weir_states *states, size_t row,
                                 char *room)
{
    (void)room;
    return finish(states, row, 1, weir_exact_root);
}

static struct weir_number stddev_pop(const struct weir_states *states,
                                     size_t row, char *room)
{
    (void)room;
    return finish(states, row, 0, weir_exact_root);
}

#define MOMENT(symbol, its_name, its_brief, its_state_of, its_result)          \
    const struct weir_aggregate symbol = {                                     \
        .name = its_name,                                                      \
        .brief = its_brief,                                                    \
        .version = 1,                                                          \
        .need = WEIR_NEED_NUMBER,                                              \
        .size = sizeof(struct state),                                          \
        .number = true,                                                        \
        .state_of = its_state_of,                                              \
        .update = update,                                                      \
        .merge = merge,                                                        \
        .result = its_result,                                                  \
        .save = save,                                                          \
        .load = load,                                                          \
    }

MOMENT(weir_var, "var", "the variance of a sample (n - 1)", NULL, var);
MOMENT(weir_var_pop, "var_pop", "the variance of a population (n)", &weir_var,
       var_pop);
MOMENT(weir_stddev, "stddev", "the standard deviation of a sample (n - 1)",
       &weir_var, stddev);
MOMENT(weir_stddev_pop, "stddev_pop",
       "the standard deviation of a population (n)", &weir_var, stddev_pop);
