/*
 * A text of up to 16 bytes is read as two words. Each is xor'ed with a word of
 * the seed; the two are multiplied, and the halves of the product are folded
 * (Wang Yi, wyhash). A factor is zero only if a word of the text equals the
 * word of the seed. Even then the other factor is part of the hash. Longer
 * texts are hashed by XXH3 with the seed.
 */
#include "base/hash.h"

#include "base/number.h"

#include <string.h>
#include <sys/auxv.h>
#include <sys/random.h>
#include <time.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/*
 * A seed for when the kernel has no random numbers yet, or a sandbox forbids
 * the call. It is made of the sixteen random bytes that every process is
 * started with, which the author of an input cannot know, and of the time, so
 * that two seeds differ.
 */
static struct weir_seed stand_in(void)
{
    struct {
        char random[16];
        struct timespec now;
    } from = {0};
    unsigned long address = getauxval(AT_RANDOM);
    const void *random;
    memcpy(&random, &address, sizeof random);
    if (random)
        memcpy(from.random, random, sizeof from.random);
    (void)clock_gettime(CLOCK_MONOTONIC, &from.now);
    XXH128_hash_t hash = XXH3_128bits(&from, sizeof from);
    return (struct weir_seed){{hash.low64, hash.high64}};
}

struct weir_seed weir_seed_draw(void)
{
    struct weir_seed seed;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
        return stand_in();
    return seed;
}

uint64_t weir_hash(const struct weir_seed *seed, const char *bytes, size_t len)
{
    return XXH3_64bits_withSeed(bytes, len, seed->word[0]);
}

static inline uint64_t load(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* Reads a text of up to 16 bytes as two words. Texts of one length that differ
 * have different words. */
static inline void read_words(const char *bytes, size_t len, uint64_t *low,
                              uint64_t *high)
{
    *low = *high = 0;
    if (len > 8) {
        *low = load(bytes);
        *high = load(bytes + len - 8);
    } else if (len) {
        *low = load(bytes + len - 8) >> 8 * (8 - len);
    }
}

static inline uint64_t fold(uint64_t a, uint64_t b)
{
    weir_uint128 product = (weir_uint128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

#define LAST_FACTOR UINT64_C(0x9e3779b97f4a7c15)

uint64_t weir_hash_padded(const struct weir_seed *seed, const char *bytes,
                          size_t len)
{
    if (len > 16)
        return XXH3_64bits_withSeed(bytes, len, seed->word[0]);
    uint64_t low, high;
    read_words(bytes, len, &low, &high);
    low ^= seed->word[0];
    high ^= seed->word[1];
    return ((fold(low, high) + (low ^ high)) ^ len) * LAST_FACTOR;
}

uint64_t weir_hash_known(const char *bytes, size_t len)
{
    if (len > 16)
        return XXH3_64bits(bytes, len);
    uint64_t low, high;
    read_words(bytes, len, &low, &high);
    low ^= UINT64_C(0x2d358dccaa6c78a5) ^ len;
    high ^= UINT64_C(0x8bb84b93962eacc9);
    uint64_t mixed = low && high ? fold(low, high) : low ^ high;
    return mixed * LAST_FACTOR;
}
