/*
 * Rounds to a number of decimals, exactly: DECIMALs by integer division, other
 * numbers as rationals. Rounding 2.675 to 2 decimals gives 2.68. A double near
 * 2.675 is rounded by its exact value.
 */
#include "base/number_exact.h"

/* With more places either way, a number stays as it is or becomes 0. */
#define PLACES_MAX 1500

static struct weir_number round_decimal(const struct weir_number *a,
                                        int32_t places,
                                        enum weir_rounding rounding)
{
    int32_t drop = -places - a->exponent;
    if (drop <= 0)
        return *a;
    /* Dropping more than 20 digits gives the same as dropping 20. */
    weir_int128 by = weir_power_of_ten[drop > 18 ? 18 : drop];
    if (drop > 18)
        by *= drop == 19 ? 10 : 100;
    weir_int128 m = a->mantissa / by, rest = a->mantissa % by;
    if (rounding == WEIR_ROUND_FLOOR)
        m -= rest < 0;
    else if (rounding == WEIR_ROUND_CEIL)
        m += rest > 0;
    else if (rest * 2 >= by)
        m++;
    else if (rest * 2 <= -by)
        m--;
    return weir_number_fit(m, -places);
}

/* Rounds x to a whole number. */
static void round_rational(mpq_t x, enum weir_rounding rounding)
{
    mpq_t half;
    if (rounding == WEIR_ROUND_FLOOR) {
        mpz_fdiv_q(mpq_numref(x), mpq_numref(x), mpq_denref(x));
    } else if (rounding == WEIR_ROUND_CEIL) {
        mpz_cdiv_q(mpq_numref(x), mpq_numref(x), mpq_denref(x));
    } else {
        mpq_init(half);
        mpq_set_si(half, mpq_sgn(x) < 0 ? -1 : 1, 2);
        mpq_add(x, x, half);
        mpq_clear(half);
        mpz_tdiv_q(mpq_numref(x), mpq_numref(x), mpq_denref(x));
    }
    mpz_set_ui(mpq_denref(x), 1);
}

struct weir_number weir_number_round(struct weir_number a, int places,
                                     enum weir_rounding rounding)
{
    mpq_t x;
    if (places > PLACES_MAX)
        places = PLACES_MAX;
    if (places < -PLACES_MAX)
        places = -PLACES_MAX;
    if (a.kind == WEIR_DECIMAL)
        return round_decimal(&a, places, rounding);
    if (a.kind != WEIR_BINARY && a.kind != WEIR_WIDE)
        return a;
    mpq_init(x);
    weir_exact_set(x, &a);
    weir_exact_scale(x, places);
    round_rational(x, rounding);
    weir_exact_scale(x, -places);
    a = weir_exact_number(x);
    mpq_clear(x);
    return a;
}
