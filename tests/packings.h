/*
 * Ways to divide a text into parts, at random, and to compress them: frames,
 * members, blocks and streams of any lengths, with what may lie between them.
 */
#ifndef WEIR_TESTS_PACKINGS_H
#define WEIR_TESTS_PACKINGS_H

#include "tests/source_kit.h"

struct packing {
    /* Adds a part with that text, and perhaps something without text. */
    void (*add)(struct bytes *to, const char *from, size_t len, uint64_t *seed);
    unsigned max;         /* maximum bytes of text in a part */
    const char *inflater; /* for WEIR_GZIP */
};
#define N_PACKINGS ((size_t)12)
extern const struct packing packings[N_PACKINGS];

/* Replaces what `to` has by the packed text. The same seed gives the same
 * parts. Sets WEIR_GZIP in the environment. */
void pack_parts(struct bytes *to, const struct packing *packing,
                const char *text, size_t len, uint64_t seed);

#endif
