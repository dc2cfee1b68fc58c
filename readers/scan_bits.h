/*
 * What a block scan does with masks where its instruction set has nothing
 * better than 64-bit registers.
 */
#ifndef WEIR_READERS_SCAN_BITS_H
#define WEIR_READERS_SCAN_BITS_H

#include <stdint.h>

/* Eight at a time, the last of them in vain: cheaper than a branch for each.
 * The mask may run empty in between, and nothing counts the zeros of that. */
static inline void weir_bits_emit(uint32_t *out, uint64_t mask, uint32_t base)
{
    const uint64_t end = UINT64_C(1) << 63;
    for (; mask; out += 8)
        for (unsigned i = 0; i < 8; i++) {
            out[i] = base + (uint32_t)__builtin_ctzll(mask | end);
            mask &= mask - 1;
        }
}

static inline uint64_t weir_bits_prefix_xor(uint64_t mask)
{
    for (unsigned shift = 1; shift < 64; shift *= 2)
        mask ^= mask << shift;
    return mask;
}

#endif
