/*
 * entropy(x): Shannon's entropy of the values' frequencies, in bits. With n
 * values, of which one occurs c times,
 *
 *     log2(n) - sum(c log2(c)) / n
 *
 * Logarithms are integers (logarithm.h), and the sum is exact: the result is
 * within 2^-60, and exactly 0 if all values are the same.
 */
#include "aggregates/logarithm.h"
#include "aggregates/registry.h"
#include "base/number_exact.h"

struct state {
    uint64_t n;
    uint64_t sum[3]; /* of c log2(c), as an integer; the lowest word first */
};

static void begin(void *at, const struct weir_parameter *parameter, uint64_t n)
{
    (void)parameter, (void)n;
    *(struct state *)at = (struct state){0};
}

/* sum += value * 2^(64 word) */
static void add_at(uint64_t *sum, size_t word, weir_uint128 value)
{
    for (; word < 3; word++) {
        value += sum[word];
        sum[word] = (uint64_t)value;
        value >>= 64;
    }
}

static bool add(void *at, struct weir_arena *arena, struct weir_text value,
                uint64_t times)
{
    struct state *state = at;
    const weir_uint128 log = (weir_uint128)weir_log2(times);
    (void)arena, (void)value;
    state->n += times;
    add_at(state->sum, 0, (weir_uint128)times * (uint64_t)log);
    add_at(state->sum, 1, (weir_uint128)times * (uint64_t)(log >> 64));
    return true;
}

/* value = log2(n) - sum / n, where sum and logarithms are integers */
static double entropy_of(const struct state *state)
{
    const weir_int128 log = weir_log2(state->n);
    const uint64_t words[2] = {(uint64_t)log, (uint64_t)(log >> 64)};
    mpq_t value;
    mpz_t all;
    mpq_init(value);
    mpz_init(all);
    mpz_import(all, 2, -1, sizeof *words, 0, 0, words);
    mpz_mul_ui(all, all, (unsigned long)state->n);
    mpz_import(mpq_numref(value), 3, -1, sizeof *state->sum, 0, 0, state->sum);
    mpz_sub(mpq_numref(value), all, mpq_numref(value));
    mpz_set_ui(mpq_denref(value), (unsigned long)state->n);
    mpz_mul_2exp(mpq_denref(value), mpq_denref(value), WEIR_LOG_BITS);
    mpq_canonicalize(value);
    /* The logarithm of n may be cut by more than those of its parts. */
    const double bits = mpq_sgn(value) > 0 ? weir_exact_double(value) : 0;
    mpz_clear(all);
    mpq_clear(value);
    return bits;
}

static bool result(void *at, struct weir_arena *arena,
                   struct weir_number *value)
{
    const struct state *state = at;
    (void)arena;
    *value = state->n ? weir_number_from_double(entropy_of(state))
                      : (struct weir_number){.kind = WEIR_NULL};
    return true;
}

static const struct weir_ordered_set entropy_set = {
    .size = sizeof(struct state),
    .begin = begin,
    .add = add,
    .result = result,
};

const struct weir_aggregate weir_aggregate_entropy = {
    .name = "entropy",
    .brief = "of the values' frequencies, in bits (base 2)",
    .need = {WEIR_NEED_TEXT},
    .gives = WEIR_GIVES_NUMBER,
    .inexact =
        "a number within 2^-60 of the true one; the same bits everywhere",
    .ordered_set = &entropy_set,
};
