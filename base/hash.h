/*
 * Keyed hashes of untrusted texts. Every hash table draws a seed of its own
 * when it is made, so that nobody can write an input whose texts collide on
 * purpose. An answer never depends on the seed. Any thread may call these
 * functions.
 */
#ifndef WEIR_BASE_HASH_H
#define WEIR_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct weir_seed {
    uint64_t word[2];
};

/* Draws a new seed from the kernel's random numbers. It cannot fail. */
struct weir_seed weir_seed_draw(void);

/* The hash of any bytes. */
uint64_t weir_hash(const struct weir_seed *seed, const char *bytes, size_t len);

/* A faster hash for a window's text; it is another function than weir_hash().
 * The 64 bytes before and after the text must be readable. */
uint64_t weir_hash_padded(const struct weir_seed *seed, const char *bytes,
                          size_t len);

/* The hash of such a text without a seed, which is the same in every run. Do
 * not use it for a table: it is for choices that must not differ from run to
 * run, and for which collisions cost nothing. */
uint64_t weir_hash_known(const char *bytes, size_t len);

#endif
