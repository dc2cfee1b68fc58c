/*
 * The ledger: every allocation of weir goes through here, so that live bytes,
 * their peak and the number of allocations are known by component, a limit is
 * kept, and tests can fail the n-th allocation.
 *
 * It is one for the process, and may be used by several threads at once. What
 * is counted is what the allocator really hands out (malloc_usable_size).
 */
#ifndef WEIR_BASE_MEMORY_H
#define WEIR_BASE_MEMORY_H

#include "base/profile.h"
#include "weir.h"
#include <string.h>

/* Who holds the memory. WEIR_COMPONENTS is the list, with names to print. */
#define WEIR_COMPONENTS(X)                                                     \
    X(BATCH, "batch")     /* text, separators and spans of the batches */      \
    X(READER, "reader")   /* what a reader carries between batches */          \
    X(DECODER, "decoder") /* zstd, gzip */                                     \
    X(QUERY, "query")     /* the plan */                                       \
    X(VECTOR, "vector")   /* columns under evaluation */                       \
    X(GROUP, "group")     /* keys and states */                                \
    X(NUMBER, "number")   /* GMP's and MPFR's numbers */                       \
    X(STORE, "store")     /* eager records */                                  \
    X(SPILL, "spill")     /* runs, their merge, partials */                    \
    X(OUTPUT, "output")   /* rows to sort, tables, buffers */                  \
    X(OTHER, "other")

enum weir_component {
#define X(name, text) WEIR_MEMORY_##name,
    WEIR_COMPONENTS(X)
#undef X
    WEIR_N_COMPONENTS
};

struct weir_usage {
    uint64_t live, peak; /* bytes */
    uint64_t allocations;
};

/*
 * malloc, realloc and free; NULL when refused. Free takes the component.
 *
 *     void *weir_alloc(enum weir_component component, size_t bytes);
 *     void *weir_alloc_zero(enum weir_component component, size_t bytes);
 *     void *weir_realloc(enum weir_component component, void *old,
 *                        size_t bytes);
 *     void weir_free(enum weir_component component, void *block);
 *
 * weir_copy_text() gives a copy of `len` bytes, terminated. weir_grow() makes
 * capacity for at min `need` elements in an array of `*capacity`, at min
 * doubling it; false when refused, and the array is then as it was.
 *
 *     char *weir_copy_text(enum weir_component component, const char *text,
 *                          size_t len);
 *     bool weir_grow(enum weir_component component, void **array,
 *                    size_t *capacity, size_t need, size_t element);
 *
 * All but free are macros, which say where they are called (profile.h).
 */
#define weir_alloc(component, bytes)                                           \
    weir_alloc_at(WEIR_SITE_HERE, component, bytes)
#define weir_alloc_zero(component, bytes)                                      \
    weir_alloc_zero_at(WEIR_SITE_HERE, component, bytes)
#define weir_realloc(component, old, bytes)                                    \
    weir_realloc_at(WEIR_SITE_HERE, component, old, bytes)
#define weir_copy_text(component, text, len)                                   \
    weir_copy_text_at(WEIR_SITE_HERE, component, text, len)
#define weir_grow(component, array, capacity, need, element)                   \
    weir_grow_at(WEIR_SITE_HERE, component, array, capacity, need, element)

void *weir_alloc_at(struct weir_site *site, enum weir_component component,
                    size_t bytes) WEIR_CHECKED;
void *weir_alloc_zero_at(struct weir_site *site, enum weir_component component,
                         size_t bytes) WEIR_CHECKED;
void *weir_realloc_at(struct weir_site *site, enum weir_component component,
                      void *old, size_t bytes) WEIR_CHECKED;
void weir_free(enum weir_component component, void *block);
char *weir_copy_text_at(struct weir_site *site, enum weir_component component,
                        const char *text, size_t len) WEIR_CHECKED;
bool weir_grow_at(struct weir_site *site, enum weir_component component,
                  void **array, size_t *capacity, size_t need,
                  size_t element) WEIR_CHECKED;

/* For functions of others that only read, and whose parameter is not const. */
static inline void *weir_unconst(const void *pointer)
{
    void *same;
    memcpy(&same, &pointer, sizeof same);
    return same;
}

/* What the ledger counts for a block: no less than was asked for; 0 for NULL.
 */
size_t weir_held(const void *block);

/* What a block of `bytes` counts for at most, for estimates. */
size_t weir_memory_block(size_t bytes);

/* No allocation may take the live total past `bytes`; 0 is no limit. To be
 * set or lifted while no other thread allocates. */
void weir_memory_limit(uint64_t bytes);
uint64_t weir_memory_limit_now(void);

/* Whether it was the system, and not the limit, that refused this thread an
 * allocation last. */
bool weir_memory_exhausted(void);

/* For tests: the n-th allocation from now fails, once; 0 is never. */
void weir_memory_fail_at(uint64_t n);

struct weir_usage weir_memory_usage(enum weir_component component);
struct weir_usage weir_memory_total(void);
const char *weir_component_name(enum weir_component component);

/*
 * For one watcher, on any thread: the most that lived since it asked before,
 * which is no sample but the peak itself, and what lives now. The first time
 * it is the process's peak so far.
 */
struct weir_reach {
    uint64_t peak, live; /* bytes */
};
void weir_memory_watch(void);
struct weir_reach weir_memory_reached(void);

/* Hooks GMP (and so MPFR) up to the ledger; once, before their first use. */
void weir_memory_hook_gmp(void);

/* Gives up what this thread keeps for GMP's next numbers: at a run's end. */
void weir_memory_release_gmp(void);

/*
 * The estimate: what a run will hold, line by line, known before the first
 * read.
 */
struct weir_estimate {
    size_t n;
    struct weir_estimate_line {
        char what[64];
        size_t bytes;
    } line[48];
};

/* Adds a line (or, when the estimate is full, to its last line). */
void weir_estimate_add(struct weir_estimate *estimate, size_t bytes,
                       const char *format, ...) WEIR_PRINTF(3, 4);
size_t weir_estimate_total(const struct weir_estimate *estimate);

/* "128 KiB", "1.5 MiB"; `into` has 32 bytes; returned. */
const char *weir_size_text(char *into, uint64_t bytes);

/* The same, rounded up: who allows the size that is written allows `bytes`. */
const char *weir_size_enough(char *into, uint64_t bytes);

/* "64M", "1.5g", "4096", "16MiB" to bytes; false where it is no size. */
bool weir_size_parse(const char *text, uint64_t *bytes) WEIR_CHECKED;

#endif
