/*
 * What block scans do with masks if their instruction set has nothing better
 * than 64-bit registers.
 */
#ifndef WEIR_READERS_SCAN_SCAN_BITS_H
#define WEIR_READERS_SCAN_SCAN_BITS_H

#include <stdint.h>

/* The mask may be zero, of which ctz is undefined: hence the top bit. */
static inline uint64_t weir_bits_emit_one(uint32_t *out, uint64_t mask,
                                          uint32_t base)
{
    *out = base + (uint32_t)__builtin_ctzll(mask | UINT64_C(1) << 63);
    return mask & (mask - 1);
}

static inline uint64_t weir_bits_emit_four(uint32_t *out, uint64_t mask,
                                           uint32_t base)
{
    mask = weir_bits_emit_one(out, mask, base);
    mask = weir_bits_emit_one(out + 1, mask, base);
    mask = weir_bits_emit_one(out + 2, mask, base);
    return weir_bits_emit_one(out + 3, mask, base);
}

/* Writes eight at a time, although some of the last eight are useless: that is
 * cheaper than a branch for each. */
static inline void weir_bits_emit(uint32_t *out, uint64_t mask, uint32_t base)
{
    for (; mask; out += 8)
        mask = weir_bits_emit_four(out + 4,
                                   weir_bits_emit_four(out, mask, base), base);
}

static inline uint64_t weir_bits_prefix_xor(uint64_t mask)
{
    for (unsigned shift = 1; shift < 64; shift *= 2)
        mask ^= mask << shift;
    return mask;
}

#endif
