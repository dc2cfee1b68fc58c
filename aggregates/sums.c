#include "aggregates/sums.h"

#include "aggregates/state.h"

bool weir_sums_merge(const struct weir_states *into, size_t into_row,
                     const struct weir_states *from, size_t from_row,
                     size_t n_sums)
{
    struct weir_sums *sums = weir_state_at(into, into_row);
    const struct weir_sums *other = weir_state_at(from, from_row);
    bool merged = true;
    sums->n += other->n;
    for (size_t i = 0; merged && i < n_sums; i++)
        merged = weir_sum_merge(&sums->sum[i], into->arena, &other->sum[i],
                                from->arena);
    return merged;
}

size_t weir_sums_save(const struct weir_states *states, size_t row, char *into,
                      size_t capacity, size_t n_sums)
{
    const struct weir_sums *sums = weir_state_at(states, row);
    size_t used = (size_t)(weir_put_varint(into, sums->n) - into);
    for (size_t i = 0; sums->n && i < n_sums; i++)
        used += used > capacity || capacity - used < WEIR_SUM_SAVED_MIN
                    ? weir_sum_saved_max(&sums->sum[i], states->arena)
                    : weir_sum_save(&sums->sum[i], states->arena, into + used,
                                    capacity - used);
    return used;
}

enum weir_status weir_sums_load(const struct weir_states *states, size_t row,
                                struct weir_text *from, const uint8_t *power,
                                size_t n_sums)
{
    struct weir_sums *sums = weir_state_at(states, row);
    enum weir_status status = WEIR_OK;
    if (!weir_get_varint(from, &sums->n))
        return WEIR_DATA;
    for (size_t i = 0; sums->n && !status && i < n_sums; i++)
        status = weir_sum_load(&sums->sum[i], states->arena, power[i], from);
    return status;
}

void weir_sums_divide(mpq_t value, uint64_t n)
{
    mpq_t by;
    mpq_init(by);
    mpq_set_ui(by, (unsigned long)n, 1);
    mpq_div(value, value, by);
    mpq_clear(by);
}

void weir_sums_product_moment(const struct weir_sums *sums, size_t products,
                              size_t x, size_t y,
                              const struct weir_arena *arena, mpq_t value)
{
    mpq_t a, b;
    mpq_inits(a, b, NULL);
    weir_sum_value(&sums->sum[products], arena, value);
    mpq_set_ui(a, (unsigned long)sums->n, 1);
    mpq_mul(value, value, a);
    weir_sum_value(&sums->sum[x], arena, a);
    weir_sum_value(&sums->sum[y], arena, b);
    mpq_mul(a, a, b);
    mpq_sub(value, value, a);
    mpq_clears(a, b, NULL);
}

void weir_sums_covariance(const struct weir_sums *sums, size_t products,
                          size_t x, size_t y, uint64_t fewer,
                          const struct weir_arena *arena, mpq_t value)
{
    weir_sums_product_moment(sums, products, x, y, arena, value);
    weir_sums_divide(value, sums->n);
    weir_sums_divide(value, sums->n - fewer);
}
