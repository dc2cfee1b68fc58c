/*
 * GMP's memory. GMP allocates and frees a few small blocks for every number
 * that it uses; a query whose values are not decimals would do so for every
 * record. Freed blocks are therefore kept, by size, for the next number, so
 * that after a few records the ledger is no longer called:
 *
 *     kept[k].first -> | next | ... 2^k bytes ... | -> | next | ... -> NULL
 *
 * GMP passes a block's size when it frees it. Each thread keeps its own blocks.
 */
#include "base/memory.h"

#include <gmp.h>
#include <string.h>
#include <unistd.h>

#define LARGEST 11  /* 2^11 bytes; larger blocks are not kept */
#define KEPT_MAX 16 /* blocks of each size */

static struct weir_site gmp = {
    .file = __FILE__, .name = "GMP", .line = __LINE__};

static _Thread_local struct {
    void *first;
    unsigned n;
} kept[LARGEST + 1];

/* Takes a kept block, of which there is at least one. */
static void *take(unsigned power)
{
    void *block = kept[power].first;
    memcpy(&kept[power].first, block, sizeof(void *));
    kept[power].n--;
    return block;
}

/* GMP's callers expect a block, or that the process ends. */
static void *gmp_or_exit(void *block)
{
    static const char message[] =
        "weir: no room for an exact number; --memory raises this limit\n";
    if (block)
        return block;
    ssize_t ignored = write(STDERR_FILENO, message, sizeof(message) - 1);
    (void)ignored;
    _exit(4);
}

static void *gmp_alloc(size_t bytes)
{
    unsigned power = weir_power_for(bytes);
    if (power > LARGEST)
        return gmp_or_exit(weir_alloc_at(&gmp, WEIR_MEMORY_NUMBER, bytes));
    if (kept[power].n)
        return take(power);
    return gmp_or_exit(
        weir_alloc_at(&gmp, WEIR_MEMORY_NUMBER, (size_t)1 << power));
}

static void gmp_free(void *block, size_t bytes)
{
    unsigned power = weir_power_for(bytes);
    if (power > LARGEST || kept[power].n == KEPT_MAX) {
        weir_free(WEIR_MEMORY_NUMBER, block);
        return;
    }
    memcpy(block, &kept[power].first, sizeof(void *));
    kept[power].first = block;
    kept[power].n++;
}

static void *gmp_realloc(void *old, size_t was, size_t bytes)
{
    unsigned from = weir_power_for(was), to = weir_power_for(bytes);
    if (from > LARGEST && to > LARGEST)
        return gmp_or_exit(
            weir_realloc_at(&gmp, WEIR_MEMORY_NUMBER, old, bytes));
    if (from == to)
        return old;
    void *block = gmp_alloc(bytes);
    memcpy(block, old, was < bytes ? was : bytes);
    gmp_free(old, was);
    return block;
}

void weir_memory_hook_gmp(void)
{
    mp_set_memory_functions(gmp_alloc, gmp_realloc, gmp_free);
}

void weir_memory_release_gmp(void)
{
    for (unsigned power = 0; power <= LARGEST; power++)
        while (kept[power].n)
            weir_free(WEIR_MEMORY_NUMBER, take(power));
}
