/*
 * The site that allocated a block is noted outside the block, so that a profile
 * does not change what it measures. There are two bytes for every 16 bytes of
 * the address space that holds blocks. They are found as a page table finds a
 * page.
 *
 *     address: | 14 bits: root | 14 bits: branch | 16 bits: leaf | 4 bits |
 *                     |               |                |
 *                  root[.] ------> branch[.] -----> leaf[.]: a site's number
 *
 * Every table is 128 KiB. It is mapped when it is first needed, and never
 * unmapped; pages that are not touched take no memory. No two blocks share 16
 * bytes, so each note belongs to the thread that holds the block, and no lock
 * is needed. If two threads map the same table at once, the first one's is
 * used. A note is not erased when its block is freed, because the next block
 * there writes its own.
 */
#include "base/profile.h"

#include "base/memory.h"
#include <sys/mman.h>

#define BITS 14
#define SLOTS ((size_t)1 << BITS)
#define NOTE_BITS 4 /* of an address: 16 bytes */
#define LEAF_BITS 16
#define TABLE_BYTES ((size_t)128 * 1024)

_Static_assert(SLOTS * sizeof(void *) == TABLE_BYTES &&
                   sizeof(uint16_t) << LEAF_BITS == TABLE_BYTES,
               "tables of one size");

#define GET(counter) atomic_load_explicit(&(counter), memory_order_relaxed)
#define ADD(counter, n)                                                        \
    atomic_fetch_add_explicit(&(counter), (n), memory_order_relaxed)

static void *_Atomic root[SLOTS];

/* [number]: the sites; the first is for blocks whose site is not known. */
static struct weir_site before = {.name = "before"};
static struct weir_site *_Atomic sites[WEIR_SITES_MAX] = {&before};
static _Atomic uint32_t n_sites = 1;

/* The table in a slot. If there is none and `make` is set, it is mapped. NULL
 * if there is none, or no memory for it. */
static void *table_at(void *_Atomic *slot, bool make)
{
    void *table = atomic_load_explicit(slot, memory_order_acquire);
    if (table || !make)
        return table;
    void *mapped = mmap(NULL, TABLE_BYTES, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED)
        return NULL;
    if (atomic_compare_exchange_strong_explicit(
            slot, &table, mapped, memory_order_acq_rel, memory_order_acquire))
        return mapped;
    (void)munmap(mapped, TABLE_BYTES);
    return table;
}

/* The note for a block; NULL if there is none, or no memory for it. */
static _Atomic uint16_t *note_of(const void *block, bool make)
{
    uint64_t unit = (uint64_t)(uintptr_t)block >> NOTE_BITS;
    uint64_t leaf_number = unit >> LEAF_BITS;
    uint64_t branch_number = leaf_number >> BITS;
    if (branch_number >= SLOTS)
        return NULL;
    void *_Atomic *branch = table_at(&root[branch_number], make);
    if (!branch)
        return NULL;
    _Atomic uint16_t *leaf = table_at(&branch[leaf_number % SLOTS], make);
    return leaf ? &leaf[unit % ((uint64_t)1 << LEAF_BITS)] : NULL;
}

/* A site's number, which it gets with its first block; 0 if there are too many
 * sites. If two threads number a site at once, one of the two numbers stays
 * without a site. A thread that reads the number finds the site in `sites`. */
static uint32_t number_of(struct weir_site *site)
{
    uint32_t number = atomic_load_explicit(&site->number, memory_order_acquire);
    if (number)
        return number;
    uint32_t mine = ADD(n_sites, 1);
    if (mine >= WEIR_SITES_MAX)
        return 0;
    atomic_store_explicit(&sites[mine], site, memory_order_relaxed);
    if (atomic_compare_exchange_strong_explicit(&site->number, &number, mine,
                                                memory_order_acq_rel,
                                                memory_order_acquire))
        return mine;
    atomic_store_explicit(&sites[mine], NULL, memory_order_relaxed);
    return number;
}

bool weir_profile_start(void)
{
    struct weir_usage total = weir_memory_total();
    /* Without memory for even one note there can be no profile. */
    if (!note_of(&before, true))
        return false;
    before.live = before.peak = total.live;
    before.allocations = total.allocations;
    weir_watch(WEIR_WATCH_SITES, true);
    return true;
}

void weir_profile_take(struct weir_site *site, const void *block,
                       uint64_t bytes)
{
    _Atomic uint16_t *note = note_of(block, true);
    uint32_t number = note ? number_of(site) : 0;
    if (number == 0)
        site = &before;
    if (note)
        atomic_store_explicit(note, (uint16_t)number, memory_order_relaxed);
    uint64_t live = ADD(site->live, bytes) + bytes, peak = GET(site->peak);
    while (peak < live && !atomic_compare_exchange_weak_explicit(
                              &site->peak, &peak, live, memory_order_relaxed,
                              memory_order_relaxed))
        continue;
    ADD(site->allocations, 1);
}

struct weir_site *weir_profile_site(const void *block)
{
    _Atomic uint16_t *note = note_of(block, false);
    return note ? atomic_load_explicit(&sites[GET(*note)], memory_order_relaxed)
                : &before;
}

void weir_profile_give(struct weir_site *site, uint64_t bytes)
{
    atomic_fetch_sub_explicit(&site->live, bytes, memory_order_relaxed);
}

bool weir_profile_usage(size_t number, struct weir_site_usage *usage)
{
    *usage = (struct weir_site_usage){0};
    if (number >= GET(n_sites) || number >= WEIR_SITES_MAX)
        return false;
    struct weir_site *site = GET(sites[number]);
    if (site)
        *usage =
            (struct weir_site_usage){.file = site->file,
                                     .name = site->name,
                                     .line = site->line,
                                     .live = GET(site->live),
                                     .peak = GET(site->peak),
                                     .allocations = GET(site->allocations)};
    return true;
}
