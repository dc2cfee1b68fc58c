/*
 * The intern pool. There is one for the process, and it holds each distinct
 * text once.
 *
 * The pool holds its texts weakly: records count their references, and a text
 * is freed with its last reference. The bytes of the pool's texts have a limit.
 * When it is reached, texts that were not asked for recently are evicted: they
 * can no longer be found, but they live until the last record releases them.
 * Any thread may call these functions at any time.
 */
#ifndef WEIR_EAGER_POOL_H
#define WEIR_EAGER_POOL_H

#include "eager/layout.h"

/* A reference to a text, in 4 bytes instead of an address's 8. 0 refers to no
 * text. */
typedef uint32_t weir_interned;

/* Returns one more reference to the text, which the caller releases; 0 if
 * memory was refused. 64 bytes before and after the text must be readable
 * (weir_hash_padded). */
weir_interned weir_intern(struct weir_text text) WEIR_CHECKED;
void weir_intern_release(weir_interned interned);

/* The text of a reference, empty for 0. Borrowed as long as the caller holds
 * the reference. */
struct weir_text weir_interned_text(weir_interned interned);

/* With `keep`, texts without references stay until they are evicted or until
 * weir_pool_keep(false). weir_pool_account() then gives the memory there would
 * be if dropped pages had been kept. */
void weir_pool_keep(bool keep);

/* Sets the maximum bytes of the pool from now on. It is 64 MiB at first. */
void weir_pool_cap(uint64_t bytes);

struct weir_pool_account {
    uint64_t hits, misses, evictions;
    uint64_t texts;        /* texts in memory now, evicted ones included */
    struct weir_cost cost; /* of these texts and of the pool's own tables */
    uint64_t saved; /* bytes that sharing saves: each text counts once for every
                       reference but the first */
};
void weir_pool_account(struct weir_pool_account *counts);

#endif
