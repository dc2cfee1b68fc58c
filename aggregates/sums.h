/*
 * A state of a count and exact sums, which sum, mean, the moments and the
 * covariances share. An all-zero state is empty.
 */
#ifndef WEIR_AGGREGATES_SUMS_H
#define WEIR_AGGREGATES_SUMS_H

#include "aggregates/exact_sum.h"

struct weir_sums {
    uint64_t n;
    struct weir_sum sum[]; /* each of the n rows was added to all of them */
};

#define WEIR_SUMS_BYTES(n_sums)                                                \
    (sizeof(struct weir_sums) + (n_sums) * sizeof(struct weir_sum))

/* merge, save and load (base/aggregate.h) for a state of n_sums sums. power[i]
 * is 1 if sum i adds numbers, 2 if it adds products of two, and so on. */
bool weir_sums_merge(const struct weir_states *into, size_t into_row,
                     const struct weir_states *from, size_t from_row,
                     size_t n_sums) WEIR_CHECKED;
size_t weir_sums_save(const struct weir_states *states, size_t row, char *into,
                      size_t capacity, size_t n_sums);
enum weir_status weir_sums_load(const struct weir_states *states, size_t row,
                                struct weir_text *from, const uint8_t *power,
                                size_t n_sums) WEIR_CHECKED;

/* Defines name_merge, name_save and name_load, which call those.
 * WEIR_OF_SUMS gives them, name_update and what else such aggregates share to
 * the initialiser of one. */
#define WEIR_SUMS_FUNCTIONS(name, n_sums, power)                               \
    static bool name##_merge(const struct weir_states *into, size_t into_row,  \
                             const struct weir_states *from, size_t from_row)  \
    {                                                                          \
        return weir_sums_merge(into, into_row, from, from_row, n_sums);        \
    }                                                                          \
    static size_t name##_save(const struct weir_states *states, size_t row,    \
                              char *into, size_t capacity)                     \
    {                                                                          \
        return weir_sums_save(states, row, into, capacity, n_sums);            \
    }                                                                          \
    static enum weir_status name##_load(const struct weir_states *states,      \
                                        size_t row, struct weir_text *from)    \
    {                                                                          \
        return weir_sums_load(states, row, from, power, n_sums);               \
    }

#define WEIR_OF_SUMS(name, n_sums)                                             \
    .version = 1, .size = WEIR_SUMS_BYTES(n_sums), .gives = WEIR_GIVES_NUMBER, \
    .update = name##_update, .merge = name##_merge, .save = name##_save,       \
    .load = name##_load

/* The count as a result: only forged partials have more than fits. */
static inline int64_t weir_sums_count(const struct weir_sums *sums)
{
    return sums->n < INT64_MAX ? (int64_t)sums->n : INT64_MAX;
}

/* value /= n, which is not 0 */
void weir_sums_divide(mpq_t value, uint64_t n);

/* value = n * sum(xy) - sum(x) * sum(y), which is n * n times the covariance.
 * `products`, `x` and `y` are indexes of sums; `value` must be initialised. */
void weir_sums_product_moment(const struct weir_sums *sums, size_t products,
                              size_t x, size_t y,
                              const struct weir_arena *arena, mpq_t value);

/* The same over n * (n - fewer), where n is more than `fewer`: the covariance
 * of a population (0) or of a sample (1), and for x with itself its variance.
 */
void weir_sums_covariance(const struct weir_sums *sums, size_t products,
                          size_t x, size_t y, uint64_t fewer,
                          const struct weir_arena *arena, mpq_t value);

#endif
