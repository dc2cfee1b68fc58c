/*
 * XXH64 with a seed of 0, as zstd frames are sealed with: Yann Collet,
 * "XXH64 algorithm description", doc/xxhash_spec.md of xxHash 0.8.
 */
#ifndef WEIR_READERS_XXH64_H
#define WEIR_READERS_XXH64_H

#include <stddef.h>
#include <stdint.h>

/* Begins by init; a copy goes on by itself. */
struct weir_xxh64 {
    uint64_t lane[4], len;
    uint8_t rest[32]; /* len % 32 bytes */
};

void weir_xxh64_init(struct weir_xxh64 *sum);
void weir_xxh64_add(struct weir_xxh64 *sum, const void *bytes, size_t len);
/* Of what was added so far. */
uint64_t weir_xxh64_value(const struct weir_xxh64 *sum);

#endif
