/*
 * The profile: what is allocated by which place, as Python's tracemalloc tells
 * it, but exactly and of every block. Off, it costs the ledger one test for an
 * allocation; see memory.h for how a place comes to be known.
 */
#ifndef WEIR_BASE_PROFILE_H
#define WEIR_BASE_PROFILE_H

#include "weir.h"
#include <stdatomic.h>

/* A place that allocates. Static, never gone. Its figures are the profile's. */
struct weir_site {
    const char *file; /* from the root of the sources */
    const char *name; /* of the library that asks; NULL: our own code */
    int line;
    _Atomic uint32_t number; /* from 1, in the order of their first blocks */
    _Atomic uint64_t live, peak, allocations;
};

/* The place where this stands. */
#define WEIR_SITE_HERE                                                         \
    (__extension__({                                                           \
        static struct weir_site weir_here = {.file = __FILE__,                 \
                                             .line = __LINE__};                \
        &weir_here;                                                            \
    }))

/* For hooks: the library on whose behalf they allocate. */
#define WEIR_LIBRARY(library)                                                  \
    (__extension__({                                                           \
        static struct weir_site weir_here = {                                  \
            .file = __FILE__, .name = (library), .line = __LINE__};            \
        &weir_here;                                                            \
    }))

/*
 * Counts from now on, to the process's end. Blocks that live already are one
 * site, "before"; so are those whose place could not be noted. Notes take an
 * eighth of what is allocated, past the ledger; false where there is no memory
 * for any.
 */
bool weir_profile_start(void) WEIR_CHECKED;

#define WEIR_SITES_MAX 2048

struct weir_site_usage {
    const char *file, *name;
    int line;
    uint64_t live, peak, allocations;
};

/* Usage of the site of this number, from 0; false past the last. A number
 * without allocations may be nobody's. */
bool weir_profile_usage(size_t number, struct weir_site_usage *usage);

/* The ledger's side. What it does besides keeping accounts; one test tells
 * where that is nothing. */
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

/* Notes and counts a block of `bytes`. */
void weir_profile_take(struct weir_site *site, const void *block,
                       uint64_t bytes);

/* Where a block was taken, never NULL; and that it is gone. */
struct weir_site *weir_profile_site(const void *block);
void weir_profile_give(struct weir_site *site, uint64_t bytes);

#endif
