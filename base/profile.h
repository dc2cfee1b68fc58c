/*
 * The profile: which call site allocated how much, like Python's tracemalloc,
 * but exactly and for every block. While it is off it costs the ledger one test
 * for each allocation. The macros of memory.h give the call sites.
 */
#ifndef WEIR_BASE_PROFILE_H
#define WEIR_BASE_PROFILE_H

#include "weir.h"
#include <stdatomic.h>

/* A site: a line of the sources that allocates. Sites are static. Only the
 * profile touches `number` and the counters after it. */
struct weir_site {
    const char *file; /* relative to the root of the sources */
    const char *name; /* of the library that allocates; NULL: our own code */
    int line;
    _Atomic uint32_t number; /* from 1, in the order of first blocks; 0: none */
    _Atomic uint64_t live, peak, allocations; /* bytes, bytes, count */
};

/* The site of this line. */
#define WEIR_SITE_HERE WEIR_LIBRARY(NULL)

/* The site of a hook that allocates for a library. */
#define WEIR_LIBRARY(library)                                                  \
    (__extension__({                                                           \
        static struct weir_site weir_here = {                                  \
            .file = __FILE__, .name = (library), .line = __LINE__};            \
        &weir_here;                                                            \
    }))

/*
 * Starts the profile; it runs until the process ends. Blocks that live already
 * belong to one site, "before", and so do blocks whose site could not be noted.
 * The notes take an eighth of the memory allocated, which the ledger does not
 * count. Returns false if there is no memory for notes.
 */
bool weir_profile_start(void) WEIR_CHECKED;

#define WEIR_SITES_MAX 2048

struct weir_site_usage {
    const char *file, *name;
    int line;
    uint64_t live, peak, allocations;
};

/* Gives the usage of the site with this number, from 0; false past the last
 * one. A number may belong to no site; its usage is all zero. */
bool weir_profile_usage(size_t number, struct weir_site_usage *usage);

/* The rest is for the ledger. These bits say what it does besides counting; one
 * test shows that it does nothing else. */
#define WEIR_WATCH_PEAKS 1U
#define WEIR_WATCH_SITES 2U
#define WEIR_WATCH_LIMIT 4U
#define WEIR_WATCH_FAILURE 8U

extern _Atomic unsigned weir_watches;

static inline unsigned weir_watched(void)
{
    return atomic_load_explicit(&weir_watches, memory_order_relaxed);
}

static inline void weir_watch(unsigned what, bool on)
{
    if (on)
        atomic_fetch_or_explicit(&weir_watches, what, memory_order_relaxed);
    else
        atomic_fetch_and_explicit(&weir_watches, ~what, memory_order_relaxed);
}

/* Notes and counts a new block of `bytes` bytes. */
void weir_profile_take(struct weir_site *site, const void *block,
                       uint64_t bytes);

/* The first returns the site that allocated a block, never NULL. The second
 * takes the bytes of a freed block off that site. */
struct weir_site *weir_profile_site(const void *block);
void weir_profile_give(struct weir_site *site, uint64_t bytes);

#endif
