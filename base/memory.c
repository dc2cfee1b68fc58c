/*
 * The ledger: malloc, with an account.
 *
 * What a block really takes is known only once it is there, so an allocation
 * reserves a little more than it asks for, within the limit and in one
 * compare-exchange; takes the block; and gives back what it reserved too
 * much. So the live total never passes the limit, whatever the threads do,
 * and a realloc never has to be undone.
 *
 *     asked  |-----------------|
 *     real   |---------------------|       malloc_usable_size
 *     reserved |----------------------|    reserve_for()
 *
 * Every counter stands for itself and orders nothing else: relaxed atomics.
 * While realloc moves a block both copies exist; the ledger counts one.
 */
#include "base/memory.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct account {
    _Atomic uint64_t live, peak, allocations;
};

static struct account accounts[WEIR_N_COMPONENTS];
static struct account total;
static _Atomic uint64_t limit;
static _Atomic uint64_t fail_at;

#define GET(counter) atomic_load_explicit(&(counter), memory_order_relaxed)
#define ADD(counter, n)                                                        \
    atomic_fetch_add_explicit(&(counter), (n), memory_order_relaxed)
#define SUB(counter, n)                                                        \
    atomic_fetch_sub_explicit(&(counter), (n), memory_order_relaxed)
#define SWAP(counter, old, new)                                                \
    atomic_compare_exchange_weak_explicit(                                     \
        &(counter), (old), (new), memory_order_relaxed, memory_order_relaxed)

static void raise_peak(struct account *account, uint64_t live)
{
    uint64_t peak = GET(account->peak);
    while (peak < live && !SWAP(account->peak, &peak, live))
        continue;
}

/* Counts fail_at down; true for the one allocation that is to fail. */
static bool must_fail(void)
{
    uint64_t n = GET(fail_at);
    while (n && !SWAP(fail_at, &n, n - 1))
        continue;
    return n == 1;
}

/*
 * No less than the usable size of a block of `bytes`: glibc rounds small ones
 * up to 16 bytes and may leave a remainder of less than 32; large ones are
 * mapped, in pages.
 */
static uint64_t reserve_for(size_t bytes)
{
    return (uint64_t)bytes + (bytes < 65536 ? 64 : 8192);
}

/* Adds `bytes` to the live total, unless that passes the limit. */
static bool reserve(uint64_t bytes)
{
    if (bytes == 0) /* even where a new limit is below what lives */
        return true;
    uint64_t most = GET(limit);
    uint64_t live = GET(total.live);
    do {
        if (most && (bytes > most || live > most - bytes))
            return false;
    } while (!SWAP(total.live, &live, live + bytes));
    return true;
}

/* Enters a block that had `before` bytes and has `after` now. */
static void enter(enum weir_component component, uint64_t reserved,
                  uint64_t before, uint64_t after)
{
    struct account *account = &accounts[component];
    uint64_t change = after - before; /* modulo 2^64, where it shrank */
    raise_peak(account, ADD(account->live, change) + change);
    ADD(account->allocations, 1);

    change -= reserved;
    raise_peak(&total, ADD(total.live, change) + change);
    ADD(total.allocations, 1);
}

static void *take(enum weir_component component, size_t bytes, bool zero)
{
    if (bytes == 0)
        bytes = 1;
    uint64_t reserved = reserve_for(bytes);
    if (bytes > PTRDIFF_MAX || must_fail() || !reserve(reserved))
        return NULL;
    void *block = zero ? calloc(1, bytes) : malloc(bytes);
    if (!block) {
        SUB(total.live, reserved);
        return NULL;
    }
    enter(component, reserved, 0, malloc_usable_size(block));
    return block;
}

void *weir_alloc(enum weir_component component, size_t bytes)
{
    return take(component, bytes, false);
}

void *weir_alloc_zero(enum weir_component component, size_t bytes)
{
    return take(component, bytes, true);
}

void *weir_realloc(enum weir_component component, void *old, size_t bytes)
{
    if (!old)
        return take(component, bytes, false);
    if (bytes == 0)
        bytes = 1;
    uint64_t before = malloc_usable_size(old);
    uint64_t needed = reserve_for(bytes);
    uint64_t reserved = needed > before ? needed - before : 0;
    if (bytes <= before)
        reserved = 0;
    if (bytes > PTRDIFF_MAX || must_fail() || !reserve(reserved))
        return NULL;
    void *block = realloc(old, bytes);
    if (!block) {
        SUB(total.live, reserved);
        return NULL;
    }
    enter(component, reserved, before, malloc_usable_size(block));
    return block;
}

void weir_free(enum weir_component component, void *block)
{
    if (!block)
        return;
    uint64_t bytes = malloc_usable_size(block);
    free(block);
    SUB(accounts[component].live, bytes);
    SUB(total.live, bytes);
}

size_t weir_held(void *block)
{
    return malloc_usable_size(block);
}

char *weir_copy_text(enum weir_component component, const char *text,
                     size_t len)
{
    if (len == SIZE_MAX)
        return NULL;
    char *copy = weir_alloc(component, len + 1);
    if (!copy)
        return NULL;
    if (len)
        memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

bool weir_grow(enum weir_component component, void **array, size_t *room,
               size_t need, size_t element)
{
    if (need <= *room)
        return true;
    size_t most = PTRDIFF_MAX / element;
    if (need > most)
        return false;
    size_t grown = *room > most / 2 ? most : *room * 2;
    if (grown < need)
        grown = need;
    void *moved = weir_realloc(component, *array, grown * element);
    if (!moved)
        return false;
    *array = moved;
    *room = grown;
    return true;
}

void weir_memory_limit(uint64_t bytes)
{
    atomic_store_explicit(&limit, bytes, memory_order_relaxed);
}

uint64_t weir_memory_limit_now(void)
{
    return GET(limit);
}

void weir_memory_fail_at(uint64_t n)
{
    atomic_store_explicit(&fail_at, n, memory_order_relaxed);
}

static struct weir_usage usage_of(struct account *account)
{
    return (struct weir_usage){
        .live = GET(account->live),
        .peak = GET(account->peak),
        .allocations = GET(account->allocations),
    };
}

struct weir_usage weir_memory_usage(enum weir_component component)
{
    return usage_of(&accounts[component]);
}

struct weir_usage weir_memory_total(void)
{
    return usage_of(&total);
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
