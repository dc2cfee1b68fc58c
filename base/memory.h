/*
 * The ledger: every allocation of weir goes through here. The ledger knows the
 * live bytes, their peak and the number of allocations of each component. It
 * keeps a limit, and tests can make the n-th allocation fail.
 *
 * There is one ledger for the process, and any number of threads may use it at
 * once. It counts the bytes that the allocator really hands out
 * (malloc_usable_size).
 */
#ifndef WEIR_BASE_MEMORY_H
#define WEIR_BASE_MEMORY_H

#include "base/profile.h"
#include "weir.h"
#include <string.h>

/* The components that hold memory, with their names to print. */
#define WEIR_COMPONENTS(X)                                                     \
    X(BATCH, "batch")     /* text, separators and spans of the batches */      \
    X(READER, "reader")   /* a reader itself, and its leftover */              \
    X(DECODER, "decoder") /* zstd, gzip, xz, bzip2, lz4 */                     \
    X(QUERY, "query")     /* the plan */                                       \
    X(VECTOR, "vector")   /* columns under evaluation */                       \
    X(GROUP, "group")     /* keys and states */                                \
    X(NUMBER, "number")   /* GMP's numbers */                                  \
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
 * These work like malloc, calloc, realloc and free. They return NULL if the
 * memory is refused. Free must be given the component of the allocation.
 *
 *     void *weir_alloc(enum weir_component component, size_t bytes);
 *     void *weir_alloc_zero(enum weir_component component, size_t bytes);
 *     void *weir_realloc(enum weir_component component, void *old,
 *                        size_t bytes);
 *     void weir_free(enum weir_component component, void *block);
 *
 * weir_copy_text() returns a NUL-terminated copy of `len` bytes. weir_grow()
 * gives an array of `*capacity` elements a capacity of at least `need`
 * elements; if it must grow, it at least doubles. It returns false if memory is
 * refused, and the array is then unchanged.
 *
 *     char *weir_copy_text(enum weir_component component, const char *text,
 *                          size_t len);
 *     bool weir_grow(enum weir_component component, T **array,
 *                    size_t *capacity, size_t need);
 *
 * All but free are macros, which note the call site for the profile
 * (profile.h).
 */
#define weir_alloc(component, bytes)                                           \
    weir_alloc_at(WEIR_SITE_HERE, component, bytes)
#define weir_alloc_zero(component, bytes)                                      \
    weir_alloc_zero_at(WEIR_SITE_HERE, component, bytes)
#define weir_realloc(component, old, bytes)                                    \
    weir_realloc_at(WEIR_SITE_HERE, component, old, bytes)
#define weir_copy_text(component, text, len)                                   \
    weir_copy_text_at(WEIR_SITE_HERE, component, text, len)
#define weir_grow(component, array, capacity, need)                            \
    (__extension__({                                                           \
        void *weir_grown = *(array);                                           \
        bool weir_fits = weir_grow_at(WEIR_SITE_HERE, component, &weir_grown,  \
                                      capacity, need, sizeof **(array));       \
        *(array) = weir_grown;                                                 \
        weir_fits;                                                             \
    }))

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

/* The smallest power of two, from 2^4 on, that holds `bytes`. */
static inline unsigned weir_power_for(size_t bytes)
{
    return bytes > 16 ? 64 - (unsigned)__builtin_clzll(bytes - 1) : 4;
}

/* Drops the const, for library functions that only read but do not say so. */
static inline void *weir_unconst(const void *pointer)
{
    void *same;
    memcpy(&same, &pointer, sizeof same);
    return same;
}

/* The bytes that a block counts: at least those asked for. 0 for NULL. */
size_t weir_held(const void *block);

/* The bytes that a block of `bytes` counts at most, for estimates. */
size_t weir_memory_block_bytes(size_t bytes);

/* Refuses allocations that would take the live total past `bytes`; 0 means no
 * limit. Call it while no other thread allocates. */
void weir_memory_limit(uint64_t bytes);
uint64_t weir_memory_limit_now(void);

/* Whether the last allocation that this thread was refused was refused by the
 * system, and not by the limit. */
bool weir_memory_exhausted(void);

/* For tests: makes the n-th allocation from now fail, once; 0 means none. */
void weir_memory_fail_at(uint64_t n);

/* Any thread may ask. The name is a static text. */
struct weir_usage weir_memory_usage(enum weir_component component);
struct weir_usage weir_memory_total(void);
const char *weir_component_name(enum weir_component component);

/* For one watcher, on any thread. weir_memory_watch() begins the watch. Each
 * weir_memory_reached() gives the live bytes now, and their exact peak since
 * the previous call. The first peak includes the process's peak so far. */
struct weir_reach {
    uint64_t peak, live; /* bytes */
};
void weir_memory_watch(void);
struct weir_reach weir_memory_reached(void);

/* Hooks GMP up to the ledger. Call it once, before GMP's first use. GMP cannot
 * report that memory is refused: the process then prints a message and ends
 * with exit code 4. */
void weir_memory_hook_gmp(void);

/* Frees the blocks that this thread keeps for GMP's next numbers. Call it on
 * each thread at the end of a run. */
void weir_memory_release_gmp(void);

/*
 * The memory estimate: what a run will hold, line by line, before its first
 * read. A run has phases, one after another. What a phase is done with is freed
 * before the next one begins, so a run needs the memory of its largest phase.
 */
enum weir_phase {
    WEIR_PHASE_LOAD = 1,  /* an eager run's records are loaded */
    WEIR_PHASE_READ = 2,  /* records are read, and rows or groups kept */
    WEIR_PHASE_MERGE = 4, /* groups are merged, and become rows */
    WEIR_PHASE_SORT = 8,  /* rows that order by kept are given */
    WEIR_PHASES = 15      /* all of them */
};

struct weir_estimate {
    size_t n;
    unsigned phases; /* of the lines added next; 0 means all */
    uint64_t limit;  /* bytes that the run may hold; 0: the process's limit */
    struct weir_estimate_line {
        char what[64];
        size_t bytes;
        unsigned phases;
    } line[48];
};

/* Adds a line; if the estimate is full, adds the bytes to its last line. */
void weir_estimate_add(struct weir_estimate *estimate, size_t bytes,
                       const char *format, ...) WEIR_PRINTF(3, 4);

/* Adds the lines of another estimate, `times` each. */
void weir_estimate_add_all(struct weir_estimate *estimate,
                           const struct weir_estimate *from, size_t times);

/* The bytes of a phase, and those of the largest phase. */
size_t weir_estimate_phase(const struct weir_estimate *estimate,
                           enum weir_phase phase);
size_t weir_estimate_total(const struct weir_estimate *estimate);

/* Writes a size as "1.5 MiB". `into` has 32 bytes, and is returned. */
const char *weir_size_text(char *into, uint64_t bytes);

/* The same, rounded up: a limit of the size that is written allows `bytes`. */
const char *weir_size_enough(char *into, uint64_t bytes);

/* Reads "64M", "1.5g", "4096" or "16MiB" as bytes; false if it is no size. */
bool weir_size_parse(const char *text, uint64_t *bytes) WEIR_CHECKED;

#endif
