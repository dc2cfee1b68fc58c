/*
 * An integer of any size in an arena, for sums. It consists of limbs of 9
 * decimal or 32 binary digits. Each limb has spare bits that collect carries,
 * so that adding touches only the limbs that the addend overlaps.
 */
#ifndef WEIR_AGGREGATES_LIMBS_H
#define WEIR_AGGREGATES_LIMBS_H

#include <gmp.h>

#include "base/aggregate.h"
#include "base/number_parts.h"

enum weir_radix {
    WEIR_RADIX_TEN,
    WEIR_RADIX_TWO
};

/* One addend: m * 10^exponent, or m * 2^exponent. */
struct weir_addend {
    weir_uint128 m;
    int32_t exponent;
    bool negative;
    enum weir_radix radix;
};

/* Adds to the limbs of *handle; a handle of 0 is zero, and is replaced. false
 * if the arena refused to grow; the value is then unchanged. */
bool weir_limbs_add(struct weir_arena *arena, weir_handle *handle,
                    const struct weir_addend *addend) WEIR_CHECKED;

/* Adds other limbs, which may lie in the same arena. false as above. */
bool weir_limbs_merge(struct weir_arena *arena, weir_handle *handle,
                      const struct weir_arena *from_arena,
                      weir_handle from) WEIR_CHECKED;

/*
 * Saving settles the carries, and leaves out zeros at both ends; `into` must
 * have weir_limbs_saved_max() bytes. Loading makes new limbs; it returns
 * WEIR_DATA if they are invalid or outside of [lowest, past), and WEIR_LIMIT if
 * the arena refused to grow.
 */
struct weir_limbs_bounds {
    enum weir_radix radix;
    int32_t lowest, past; /* limb i counts base^i: 10^(9 i), or 2^(32 i) */
};
size_t weir_limbs_saved_max(const struct weir_arena *arena, weir_handle handle);
char *weir_limbs_save(const struct weir_arena *arena, weir_handle handle,
                      char *into);
enum weir_status weir_limbs_load(struct weir_arena *arena, weir_handle *handle,
                                 const struct weir_limbs_bounds *bounds,
                                 struct weir_text *from) WEIR_CHECKED;

/* The value is m * 10^exponent or m * 2^exponent. A handle of 0 is zero. */
void weir_limbs_value(const struct weir_arena *arena, weir_handle handle,
                      enum weir_radix radix, mpz_t m, int32_t *exponent);

#endif
