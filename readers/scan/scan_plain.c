/*
 * The block scan in plain C: 8 bytes at a time in a 64-bit register.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "readers/scan/scan_bits.h"

/* The high bit of each byte of the word that equals `byte`. This is exact:
 * there is no borrow from one byte into the next (Warren, Hacker's Delight,
 * 6-1). */
static inline uint64_t equal_bytes(uint64_t word, char byte)
{
    const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
    uint64_t x = word ^ (UINT64_C(0x0101010101010101) * (unsigned char)byte);
    return ~(((x & low) + low) | x | low);
}

static inline uint64_t weir_block_find(const char *text, char byte)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < 8; i++) {
        uint64_t word;
        memcpy(&word, text + 8 * i, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        /* Gathers the eight high bits into the top byte. */
        uint64_t bits =
            (equal_bytes(word, byte) >> 7) * UINT64_C(0x0102040810204080) >> 56;
        mask |= bits << 8 * i;
    }
    return mask;
}

typedef uint64_t weir_block_seen;

/* Sets the high bit of bytes that are equal. Bits above the lowest one may be
 * wrong, but whether there is any is right (Hacker's Delight). */
static inline void weir_block_see(weir_block_seen *seen, const char *text,
                                  char byte)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    for (size_t i = 0; i < 8; i++) {
        uint64_t word;
        memcpy(&word, text + 8 * i, 8);
        word ^= ones * (unsigned char)byte;
        *seen |= (word - ones) & ~word;
    }
}

static inline bool weir_block_any(weir_block_seen seen)
{
    return (seen & UINT64_C(0x8080808080808080)) != 0;
}

#define weir_block_emit weir_bits_emit
#define weir_block_prefix_xor weir_bits_prefix_xor

#include "readers/scan/scan_block.h"

WEIR_SCAN(plain);
