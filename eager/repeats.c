/*
 * seen[] is direct-mapped: the tag of a text replaces the tag that was there.
 * The counts are halved each time they are judged, so that the last windows
 * weigh most.
 *
 * The slice is the same in every run, because the memory of records depends on
 * it. The hash therefore has no seed. This is safe: nothing is searched here,
 * and texts that were chosen by their hashes can only cause the pool or the
 * dictionary to be used where it is not worth it.
 */
#include "eager/repeats.h"

#include "base/hash.h"
#include <stdio.h>
#include <string.h>

/* One of so many hash values is in the slice. */
#define SLICE 64
/* The first FIRST windows are all examined, then one of WINDOWS. */
#define FIRST 32
#define WINDOWS 4
/* The minimum number of texts for a decision. */
#define ENOUGH 32

struct weir_repeats *weir_repeats_open(size_t n)
{
    struct weir_repeats *repeats =
        weir_alloc_zero(WEIR_MEMORY_STORE, n * sizeof *repeats);
    for (size_t i = 0; repeats && i < n; i++) {
        atomic_init(&repeats[i].pays, true);
        pthread_mutex_init(&repeats[i].lock, NULL);
    }
    return repeats;
}

void weir_repeats_close(struct weir_repeats *repeats, size_t n)
{
    for (size_t i = 0; repeats && i < n; i++)
        pthread_mutex_destroy(&repeats[i].lock);
    weir_free(WEIR_MEMORY_STORE, repeats);
}

static void look(struct weir_repeats *repeats,
                 const struct weir_row_group *group, size_t column)
{
    const struct weir_span *span = group->column[column];
    for (size_t r = 0; r < group->rows; r++) {
        if (span[r].len == 0)
            continue;
        uint64_t hash =
            weir_hash_known(group->base + span[r].start, span[r].len);
        if (repeats->sliced && hash % SLICE)
            continue;
        uint16_t *seen = &repeats->seen[hash / SLICE % WEIR_REPEATS_SEEN];
        uint16_t tag = (uint16_t)(hash >> 48 | 1);
        repeats->found += *seen == tag;
        repeats->tried++;
        *seen = tag;
    }
}

/* Sharing is worth it if half of the texts were seen before. */
static void judge(struct weir_repeats *repeats)
{
    if (repeats->tried < ENOUGH)
        return;
    bool pays = repeats->found >= repeats->tried / 2;
    atomic_store_explicit(&repeats->pays, pays, memory_order_relaxed);
    repeats->stepped_aside |= !pays;
    repeats->told_tried += repeats->tried;
    repeats->told_found += repeats->found;
    repeats->tried /= 2;
    repeats->found /= 2;
    if (!repeats->sliced) {
        repeats->sliced = true;
        repeats->tried = repeats->found = 0;
        memset(repeats->seen, 0, sizeof repeats->seen);
    }
}

bool weir_repeats_pays(struct weir_repeats *repeats,
                       const struct weir_row_group *group, size_t column)
{
    unsigned windows =
        atomic_fetch_add_explicit(&repeats->windows, 1, memory_order_relaxed);
    if (windows < FIRST || windows % WINDOWS == 0) {
        pthread_mutex_lock(&repeats->lock);
        look(repeats, group, column);
        judge(repeats);
        pthread_mutex_unlock(&repeats->lock);
    }
    return atomic_load_explicit(&repeats->pays, memory_order_relaxed);
}

bool weir_repeats_remark(const struct weir_repeats *repeats, const char *what,
                         char *into, size_t capacity)
{
    bool pays = atomic_load_explicit(&repeats->pays, memory_order_relaxed);
    if (!repeats->stepped_aside)
        return false;
    (void)snprintf(into, capacity,
                   "%.0f %% of the texts looked at were repeats: %s was off%s",
                   100 * (double)repeats->told_found /
                       (double)repeats->told_tried,
                   what, pays ? " at first" : "");
    return true;
}
