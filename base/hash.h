/*
 * Hashes of strangers' texts, keyed, so that no input can be made to collide
 * on purpose: every table that finds texts by a hash has a seed that was drawn
 * when it was made. An answer never depends on the seed.
 */
#ifndef WEIR_BASE_HASH_H
#define WEIR_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct weir_seed {
    uint64_t word[2];
};

/* A new one, by the kernel's random numbers. It cannot fail. */
struct weir_seed weir_seed_draw(void);

/* Of any bytes. */
uint64_t weir_hash(const struct weir_seed *seed, const char *bytes, size_t len);

/* The same for a window's text, another function and a faster one: 64 bytes
 * before and after the text are readable. */
uint64_t weir_hash_padded(const struct weir_seed *seed, const char *bytes,
                          size_t len);

/*
 * Of such a text without a seed, the same in every run: for what is no table,
 * where collisions cost nothing, but choices must not differ from run to run.
 */
uint64_t weir_hash_known(const char *bytes, size_t len);

#endif
