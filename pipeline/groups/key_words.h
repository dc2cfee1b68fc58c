/*
 * Two words that stand for a key in the key table. The words of a short key, up
 * to 15 bytes, are its bytes, a mark after the last one (128), and zeros. The
 * words of a long key are its hash, its length, and a mark in the last byte
 * (255):
 *
 *     Oslo                       O s l o 128 . . . | . . . . . . . .
 *     Petropavlovsk-Kamchatsky   hash              | 24 . . . . . 255
 *
 * So short keys are equal if their words are, and the bytes of a long key are
 * hardly ever compared more than once.
 */
#ifndef WEIR_PIPELINE_GROUPS_KEY_WORDS_H
#define WEIR_PIPELINE_GROUPS_KEY_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The two words as one vector (a GCC extension, on any machine). */
typedef uint64_t weir_key_words __attribute__((vector_size(16), aligned(8)));

/* The most bytes of a short key. */
#define WEIR_KEY_SHORT ((size_t)15)
/* WEIR_KEY_PAD bytes from the beginning of a key may always be read. */
#define WEIR_KEY_PAD ((size_t)16)
#define WEIR_KEY_LONG_MARK ((uint64_t)255 << 56)
/* The second word of what is no key; the first one is 0. */
#define WEIR_KEY_NONE ((uint64_t)254 << 56)

/* A word whose bytes in memory are in little-endian order on any machine. */
static inline uint64_t weir_little_word(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Masks for short keys. The 16 bytes from WEIR_KEY_SHORT - len on are `len`
 * bytes of ones and then zeros. The 16 bytes 2 * WEIR_KEY_PAD after those have
 * the mark at offset `len`. */
#define WEIR_FIVE_ONES 255, 255, 255, 255, 255
_Static_assert(WEIR_KEY_SHORT == 15, "weir_key_masks has as many ones");
static const uint8_t weir_key_masks[4 * WEIR_KEY_PAD] = {
    WEIR_FIVE_ONES, WEIR_FIVE_ONES, WEIR_FIVE_ONES,
    [2 * WEIR_KEY_PAD + WEIR_KEY_SHORT] = 128};

/* The words of a key of at most WEIR_KEY_SHORT bytes. */
static inline weir_key_words weir_key_words_short(const char *bytes,
                                                  uint32_t len)
{
    const uint8_t *row = weir_key_masks + WEIR_KEY_SHORT - len;
    weir_key_words words, mask, end;
    memcpy(&words, bytes, sizeof words);
    memcpy(&mask, row, sizeof mask);
    memcpy(&end, row + 2 * WEIR_KEY_PAD, sizeof end);
    return (words & mask) | end;
}

/* Whether the words are those of a long key. */
static inline bool weir_key_is_long(const weir_key_words *words)
{
    return (weir_little_word((*words)[1]) & WEIR_KEY_LONG_MARK) ==
           WEIR_KEY_LONG_MARK;
}

/* Whether short keys are equal, or long keys most likely are. */
static inline bool weir_key_words_equal(const weir_key_words *a,
                                        weir_key_words b)
{
    return (((*a)[0] ^ b[0]) | ((*a)[1] ^ b[1])) == 0;
}

#endif
