/*
 * The ledger: malloc that counts.
 *
 * The real size of a block is known only after malloc. If there is a limit, an
 * allocation therefore works in three steps. It reserves a little more than it
 * asks for, within the limit and in one compare-exchange; it allocates the
 * block; and it gives back what it reserved in excess. So the live
 * total never passes the limit, whatever the threads do, and a realloc never
 * has to be undone. Reserved bytes have a counter of their own, so that live
 * and peak count only the real sizes of blocks.
 *
 *     asked  |-----------------|
 *     real   |---------------------|       malloc_usable_size
 *     reserved |----------------------|    reserve_for()
 *
 * The counters are relaxed atomics, because none of them orders anything else.
 * The exception is `reserved`, which must never be less than the live total: it
 * is raised before the live total, and lowered after it. While realloc moves a
 * block, both copies exist, but the ledger counts one.
 */
#include "base/memory.h"
#include "base/mechanism.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct counts {
    _Atomic uint64_t live, peak, allocations;
};

static struct counts accounts[WEIR_N_COMPONENTS];
static struct counts total;       /* `allocations` is not used */
static _Atomic uint64_t limit;    /* bytes; 0 means no limit */
static _Atomic uint64_t reserved; /* at least total.live, if there is a limit */
static _Atomic uint64_t fail_at;
static _Thread_local bool exhausted; /* see weir_memory_exhausted() */

_Atomic unsigned weir_watches;

/* The peak of the live total since the watcher asked, and the total then. */
static _Atomic uint64_t reached;
static uint64_t lived;

#define APART __attribute__((noinline))

#define GET(counter) atomic_load_explicit(&(counter), memory_order_relaxed)
#define ADD(counter, n)                                                        \
    atomic_fetch_add_explicit(&(counter), (n), memory_order_relaxed)
#define SUB(counter, n)                                                        \
    atomic_fetch_sub_explicit(&(counter), (n), memory_order_relaxed)
#define SWAP(counter, old, new)                                                \
    atomic_compare_exchange_weak_explicit(                                     \
        &(counter), (old), (new), memory_order_relaxed, memory_order_relaxed)

static void raise_to(_Atomic uint64_t *peak, uint64_t live)
{
    uint64_t now = GET(*peak);
    while (now < live && !SWAP(*peak, &now, live))
        continue;
}

/* Counts fail_at down; true for the one allocation that must fail. */
static bool must_fail(void)
{
    uint64_t n = GET(fail_at);
    while (n && !SWAP(fail_at, &n, n - 1))
        continue;
    if (n == 1)
        weir_ran(WEIR_RAN_ALLOCATION_REFUSED);
    return n == 1;
}

/* The bytes to reserve for a block of `bytes`: at least its usable size. glibc
 * rounds small blocks up to 16 bytes, and may leave a remainder of less than 32
 * in them; large blocks are mapped in pages. Without a limit it is 0. */
static uint64_t reserve_for(size_t bytes)
{
    if (GET(limit) == 0)
        return 0;
    return (uint64_t)bytes + (bytes < 65536 ? 64 : 8192);
}

/* glibc maps blocks of 128 KiB or more (it may raise that limit later). */
size_t weir_memory_block_bytes(size_t bytes)
{
    return bytes + (bytes < (size_t)128 << 10 ? 24 : 4096);
}

/* Reserves `bytes`, unless that passes the limit. */
static bool reserve(uint64_t bytes)
{
    if (bytes == 0) /* allowed, even if a new limit is below the live total */
        return true;
    uint64_t max = GET(limit);
    uint64_t now = GET(reserved);
    do {
        if (max && (bytes > max || now > max - bytes)) {
            exhausted = false;
            return false;
        }
    } while (!atomic_compare_exchange_weak_explicit(
        &reserved, &now, now + bytes, memory_order_acquire,
        memory_order_relaxed));
    return true;
}

/* Corrects `reserved` by `more`: a block's bytes minus those reserved for it
 * (modulo 2^64). The release order pairs with reserve(): a thread that reserves
 * bytes given back here sees the live total without them. */
static void adjust_reserved(uint64_t more)
{
    atomic_fetch_add_explicit(&reserved, more, memory_order_release);
}

/* Counts a block that had `before` bytes and has `after`. Gives the total. */
static inline uint64_t enter(enum weir_component component, uint64_t before,
                             uint64_t after)
{
    struct counts *counts = &accounts[component];
    uint64_t change = after - before; /* modulo 2^64, if it shrank */
    raise_to(&counts->peak, ADD(counts->live, change) + change);
    ADD(counts->allocations, 1);
    uint64_t live = ADD(total.live, change) + change;
    raise_to(&total.peak, live);
    return live;
}

/* Does what the watches ask for. `more` is what adjust_reserved() takes. */
static inline void enter_watched(struct weir_site *site, const void *block,
                                 uint64_t after, uint64_t more, uint64_t live)
{
    unsigned watched = weir_watched();
    if (watched & WEIR_WATCH_LIMIT)
        adjust_reserved(more);
    if (watched & WEIR_WATCH_PEAKS)
        raise_to(&reached, live);
    if (watched & WEIR_WATCH_SITES)
        weir_profile_take(site, block, after);
}

static inline void *obtain(void *old, size_t bytes, bool zero)
{
    if (zero)
        return calloc(1, bytes);
    return old ? realloc(old, bytes) : malloc(bytes);
}

/* What a watched allocation does; inlined, because `old` or `zero` is constant
 * in each use. */
__attribute__((always_inline)) static inline void *
watched(struct weir_site *site, enum weir_component component, void *old,
        size_t bytes, bool zero)
{
    uint64_t before = old ? malloc_usable_size(old) : 0;
    uint64_t needed = reserve_for(bytes);
    uint64_t asked = needed > before && bytes > before ? needed - before : 0;
    if (must_fail() || !reserve(asked))
        return NULL;
    struct weir_site *taken_at = NULL;
    if (old && weir_watched() & WEIR_WATCH_SITES)
        taken_at = weir_profile_site(old);
    void *block = obtain(old, bytes, zero);
    if (!block) {
        exhausted = true;
        adjust_reserved(0 - asked);
        return NULL;
    }
    uint64_t after = malloc_usable_size(block);
    uint64_t live = enter(component, before, after);
    if (taken_at)
        weir_profile_give(taken_at, before);
    enter_watched(site, block, after, after - before - asked, live);
    return block;
}

static APART void *take_watched(struct weir_site *site,
                                enum weir_component component, size_t bytes,
                                bool zero)
{
    return watched(site, component, NULL, bytes, zero);
}

static APART void *realloc_watched(struct weir_site *site,
                                   enum weir_component component, void *old,
                                   size_t bytes)
{
    return watched(site, component, old, bytes, false);
}

/* Takes a block, or changes the size of an old one. */
static inline void *take(struct weir_site *site, enum weir_component component,
                         void *old, size_t bytes, bool zero)
{
    if (bytes == 0)
        bytes = 1;
    if (bytes > PTRDIFF_MAX)
        return NULL;
    if (weir_watched())
        return old ? realloc_watched(site, component, old, bytes)
                   : take_watched(site, component, bytes, zero);
    uint64_t before = old ? malloc_usable_size(old) : 0;
    void *block = obtain(old, bytes, zero);
    if (block)
        enter(component, before, malloc_usable_size(block));
    return block;
}

void *weir_alloc_at(struct weir_site *site, enum weir_component component,
                    size_t bytes)
{
    return take(site, component, NULL, bytes, false);
}

void *weir_alloc_zero_at(struct weir_site *site, enum weir_component component,
                         size_t bytes)
{
    return take(site, component, NULL, bytes, true);
}

void *weir_realloc_at(struct weir_site *site, enum weir_component component,
                      void *old, size_t bytes)
{
    return old ? take(site, component, old, bytes, false)
               : take(site, component, NULL, bytes, false);
}

/* Frees a block, and only then takes its bytes off the counts. */
static inline void leave(enum weir_component component, void *block,
                         uint64_t bytes)
{
    free(block);
    SUB(accounts[component].live, bytes);
    SUB(total.live, bytes);
}

static APART void free_watched(enum weir_component component, void *block,
                               uint64_t bytes)
{
    if (weir_watched() & WEIR_WATCH_SITES)
        weir_profile_give(weir_profile_site(block), bytes);
    leave(component, block, bytes);
    if (weir_watched() & WEIR_WATCH_LIMIT)
        adjust_reserved(0 - bytes);
}

void weir_free(enum weir_component component, void *block)
{
    if (!block)
        return;
    uint64_t bytes = malloc_usable_size(block);
    if (weir_watched())
        free_watched(component, block, bytes);
    else
        leave(component, block, bytes);
}

size_t weir_held(const void *block)
{
    /* malloc_usable_size() only reads. */
    return malloc_usable_size(weir_unconst(block));
}

char *weir_copy_text_at(struct weir_site *site, enum weir_component component,
                        const char *text, size_t len)
{
    if (len == SIZE_MAX)
        return NULL;
    char *copy = take(site, component, NULL, len + 1, false);
    if (!copy)
        return NULL;
    if (len)
        memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

bool weir_grow_at(struct weir_site *site, enum weir_component component,
                  void **array, size_t *capacity, size_t need, size_t element)
{
    if (need <= *capacity)
        return true;
    size_t max = PTRDIFF_MAX / element;
    if (need > max)
        return false;
    size_t grown = *capacity > max / 2 ? max : *capacity * 2;
    if (grown < need)
        grown = need;
    void *moved = weir_realloc_at(site, component, *array, grown * element);
    if (!moved)
        return false;
    *array = moved;
    *capacity = grown;
    return true;
}

void weir_memory_limit(uint64_t bytes)
{
    if (GET(limit) == 0)
        atomic_store_explicit(&reserved, GET(total.live), memory_order_relaxed);
    atomic_store_explicit(&limit, bytes, memory_order_relaxed);
    weir_watch(WEIR_WATCH_LIMIT, bytes != 0);
}

uint64_t weir_memory_limit_now(void)
{
    return GET(limit);
}

bool weir_memory_exhausted(void)
{
    return exhausted || GET(limit) == 0;
}

void weir_memory_fail_at(uint64_t n)
{
    atomic_store_explicit(&fail_at, n, memory_order_relaxed);
    weir_watch(WEIR_WATCH_FAILURE, n != 0);
}

static struct weir_usage usage_of(struct counts *counts)
{
    return (struct weir_usage){
        .live = GET(counts->live),
        .peak = GET(counts->peak),
        .allocations = GET(counts->allocations),
    };
}

struct weir_usage weir_memory_usage(enum weir_component component)
{
    return usage_of(&accounts[component]);
}

struct weir_usage weir_memory_total(void)
{
    struct weir_usage usage = usage_of(&total);
    for (size_t i = 0; i < WEIR_N_COMPONENTS; i++)
        usage.allocations += GET(accounts[i].allocations);
    return usage;
}

void weir_memory_watch(void)
{
    lived = GET(total.peak);
    weir_watch(WEIR_WATCH_PEAKS, true);
}

/* The peak is reset first, then the live total is read. A block allocated
 * between these two steps counts in this call's peak and in the next one's. A
 * block freed between them was counted in this call's peak. */
struct weir_reach weir_memory_reached(void)
{
    struct weir_reach reach = {
        .peak = atomic_exchange_explicit(&reached, 0, memory_order_relaxed),
        .live = GET(total.live)};
    if (reach.peak < lived)
        reach.peak = lived;
    if (reach.peak < reach.live)
        reach.peak = reach.live;
    lived = reach.live;
    return reach;
}

const char *weir_component_name(enum weir_component component)
{
    static const char *const names[WEIR_N_COMPONENTS] = {
#define X(name, text) [WEIR_MEMORY_##name] = text,
        WEIR_COMPONENTS(X)
#undef X
    };
    return names[component];
}
