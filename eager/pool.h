/*
 * The intern pool: one for the process, in which equal texts are one.
 *
 * It holds its texts weakly: records count their references, and with the last
 * of them a text dies. What the pool itself takes is capped: over the cap,
 * texts that nobody asked for of late are evicted, that is not found any more;
 * they live on until the last record lets go of them. Any thread, any time.
 */
#ifndef WEIR_EAGER_POOL_H
#define WEIR_EAGER_POOL_H

#include "eager/layout.h"

/* A reference, in half of an address's bytes; 0 is none. */
typedef uint32_t weir_interned;

/* One more reference to the text, to be given back; 0 where memory was
 * refused. Wide loads as for weir_hash_padded. */
weir_interned weir_intern(struct weir_text text) WEIR_CHECKED;
void weir_intern_release(weir_interned interned);

/* The text, empty for none; borrowed for as long as the reference is held. */
struct weir_text weir_interned_text(weir_interned interned);

/* Texts nobody refers to stay, until they are evicted or `keep` is false
 * again: for measuring pages that are dropped at once. The account then has
 * what there would be, had they not been dropped. */
void weir_pool_keep(bool keep);

/* What the pool may hold, in bytes, from now on: 64 MiB at first. */
void weir_pool_cap(uint64_t bytes);

struct weir_pool_account {
    uint64_t hits, misses, evictions;
    uint64_t texts;        /* now; evicted ones, too */
    struct weir_cost cost; /* of those, and of the pool's own tables */
    uint64_t saved; /* bytes of texts that records share, but for the first */
};
void weir_pool_account(struct weir_pool_account *counts);

#endif
