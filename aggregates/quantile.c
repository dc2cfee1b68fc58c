/*
 * median(x), quantile(x, p), quantile_disc(x, p) and iqr(x). The quantile is at
 * the position h = (n - 1) * p in the ordered values, counted from 0. It lies
 * between the two values next to h, and is interpolated. n is known before the
 * first value.
 *
 *     values    1   2   2   7         quantile(x, 0.9): h = 2.7
 *     positions 0   1   2   3         2 * 0.3 + 7 * 0.7 = 5.5
 *
 * Hyndman and Fan (Sample Quantiles in Statistical Packages, 1996) call this
 * definition 7. R, NumPy and SQL's percentile_cont use it. p is a decimal, so
 * the result of decimals is one too. It is exact if 64 bits hold its digits,
 * and otherwise rounded once.
 */
#include "aggregates/kept.h"
#include "aggregates/registry.h"
#include "base/number_exact.h"

struct state {
    uint64_t n, seen; /* the group's numbers, and those added so far */
    uint64_t low;     /* h rounded down */
    uint64_t rest;    /* (h - low) * 10^digits */
    struct weir_kept below, above; /* the values next to h */
    uint8_t digits;
};

static void begin(void *at, const struct weir_parameter *p, uint64_t n)
{
    struct state *state = at;
    weir_uint128 by = (weir_uint128)weir_power_of_ten[p->digits];
    weir_uint128 place = n ? (weir_uint128)(n - 1) * p->n : 0;
    state->n = n;
    state->seen = 0;
    state->low = (uint64_t)(place / by);
    state->rest = (uint64_t)(place % by);
    state->digits = p->digits;
}

/* The value at position ceil(n * p) - 1: definition 1, which is one of the
 * values (SQL's percentile_disc). */
static void begin_disc(void *at, const struct weir_parameter *p, uint64_t n)
{
    struct state *state = at;
    weir_uint128 by = (weir_uint128)weir_power_of_ten[p->digits];
    weir_uint128 place = ((weir_uint128)n * p->n + by - 1) / by;
    begin(at, p, n);
    state->low = place ? (uint64_t)place - 1 : 0;
    state->rest = 0;
}

/* The position of the last value that is needed. */
static uint64_t last_place(const struct state *state)
{
    return state->low + (state->rest > 0);
}

static bool add(void *at, struct weir_arena *arena, struct weir_text value,
                uint64_t times)
{
    struct state *state = at;
    uint64_t first = state->seen, end = first + times;
    if (state->n == 0 || first > last_place(state) ||
        (first > 0 && end <= state->low)) {
        state->seen = end;
        return true;
    }
    struct weir_number number = weir_number_read(value);
    /* Blank texts, which are not numbers but null, come first: ignore them. */
    if (number.kind == WEIR_NULL)
        return true;
    state->seen = end;
    uint64_t last = last_place(state);
    return (state->low < first || state->low >= end ||
            weir_kept_set(&state->below, arena, &number)) &&
           (last < first || last >= end ||
            weir_kept_set(&state->above, arena, &number));
}

/* below * (1 - rest) + above * rest; false if 128 bits do not suffice. */
static bool between_short(const struct state *state,
                          const struct weir_number *below,
                          const struct weir_number *above,
                          struct weir_number *value)
{
    int32_t exponent =
        below->exponent < above->exponent ? below->exponent : above->exponent;
    int32_t a = below->exponent - exponent, b = above->exponent - exponent;
    if (below->kind != WEIR_DECIMAL || above->kind != WEIR_DECIMAL || a > 18 ||
        b > 18 || exponent - state->digits < WEIR_EXPONENT_MIN)
        return false;
    int64_t by = weir_power_of_ten[state->digits];
    weir_int128 x = (weir_int128)below->mantissa * weir_power_of_ten[a];
    weir_int128 y = (weir_int128)above->mantissa * weir_power_of_ten[b];
    if (__builtin_mul_overflow(x, by - (int64_t)state->rest, &x) ||
        __builtin_mul_overflow(y, (int64_t)state->rest, &y) ||
        __builtin_add_overflow(x, y, &x))
        return false;
    *value = weir_number_fit(x, exponent - state->digits);
    return true;
}

/* Sets an initialised rational to the quantile. */
static void set_exact(const struct state *state, const struct weir_arena *arena,
                      mpq_t value)
{
    const struct weir_number below = weir_kept_value(&state->below, arena);
    weir_exact_set(value, &below);
    if (!state->rest)
        return;
    const struct weir_number above = weir_kept_value(&state->above, arena);
    mpq_t more, rest;
    mpq_inits(more, rest, NULL);
    weir_exact_set(more, &above);
    mpq_set_ui(rest, (unsigned long)state->rest,
               (unsigned long)weir_power_of_ten[state->digits]);
    mpq_canonicalize(rest);
    mpq_sub(more, more, value);
    mpq_mul(more, more, rest);
    mpq_add(value, value, more);
    mpq_clears(more, rest, NULL);
}

static struct weir_number exact(const struct state *state,
                                const struct weir_arena *arena)
{
    mpq_t value;
    mpq_init(value);
    set_exact(state, arena, value);
    const struct weir_number number = weir_exact_number(value);
    mpq_clear(value);
    return number;
}

static bool result(void *at, struct weir_arena *arena,
                   struct weir_number *value)
{
    const struct state *state = at;
    *value = (struct weir_number){.kind = WEIR_NULL};
    if (state->n == 0)
        return true;
    struct weir_number below = weir_kept_value(&state->below, arena);
    struct weir_number above = weir_kept_value(&state->above, arena);
    *value = below;
    if (state->rest && weir_number_compare(&below, &above) &&
        !between_short(state, &below, &above, value))
        *value = exact(state, arena);
    return true;
}

/* The interquartile range: two quantiles in one pass, and their exact
 * difference, rounded once if 64 bits do not hold it. */
struct quartiles {
    struct state first, third;
};

static void begin_quartiles(void *at, const struct weir_parameter *p,
                            uint64_t n)
{
    static const struct weir_parameter first = {25, 2}, third = {75, 2};
    struct quartiles *state = at;
    (void)p;
    begin(&state->first, &first, n);
    begin(&state->third, &third, n);
}

static bool add_to_quartiles(void *at, struct weir_arena *arena,
                             struct weir_text value, uint64_t times)
{
    struct quartiles *state = at;
    return add(&state->first, arena, value, times) &&
           add(&state->third, arena, value, times);
}

static bool difference(void *at, struct weir_arena *arena,
                       struct weir_number *value)
{
    const struct quartiles *state = at;
    mpq_t low, high;
    *value = (struct weir_number){.kind = WEIR_NULL};
    if (state->first.n == 0)
        return true;
    mpq_inits(low, high, NULL);
    set_exact(&state->first, arena, low);
    set_exact(&state->third, arena, high);
    mpq_sub(high, high, low);
    *value = weir_exact_number(high);
    mpq_clears(low, high, NULL);
    return true;
}

static const struct weir_ordered_set quantile_set = {
    .size = sizeof(struct state),
    .begin = begin,
    .add = add,
    .result = result,
};

static const struct weir_ordered_set disc_set = {
    .size = sizeof(struct state),
    .begin = begin_disc,
    .add = add,
    .result = result,
};

static const struct weir_ordered_set quartiles_set = {
    .size = sizeof(struct quartiles),
    .begin = begin_quartiles,
    .add = add_to_quartiles,
    .result = difference,
};

const struct weir_aggregate weir_aggregate_median = {
    .name = "median",
    .brief = "the middle number, or the mean of the two in the middle",
    .need = {WEIR_NEED_NUMBER},
    .gives = WEIR_GIVES_NUMBER,
    .fixed = {5, 1},
    .ordered_set = &quantile_set,
};

const struct weir_aggregate weir_aggregate_quantile = {
    .name = "quantile",
    .aliases = "percentile percentile_cont quantile_cont",
    .call = "quantile(x, 0.95)",
    .brief = "the number below which that share lies; p95(x)",
    .need = {WEIR_NEED_NUMBER},
    .gives = WEIR_GIVES_NUMBER,
    .parameter = WEIR_PARAMETER_SHARE,
    .ordered_set = &quantile_set,
};

const struct weir_aggregate weir_aggregate_quantile_disc = {
    .name = "quantile_disc",
    .aliases = "percentile_disc",
    .call = "quantile_disc(x, 0.95)",
    .brief = "the least number that so large a share is up to",
    .need = {WEIR_NEED_NUMBER},
    .gives = WEIR_GIVES_NUMBER,
    .parameter = WEIR_PARAMETER_SHARE,
    .ordered_set = &disc_set,
};

const struct weir_aggregate weir_aggregate_iqr = {
    .name = "iqr",
    .brief = "the interquartile range: p75(x) - p25(x)",
    .need = {WEIR_NEED_NUMBER},
    .gives = WEIR_GIVES_NUMBER,
    .ordered_set = &quartiles_set,
};
