/*
 * seen[] is direct-mapped: a text's tag replaces whatever was there. Counts
 * are halved as they are judged, so that the last windows weigh most.
 *
 * The slice is the same in every run, as what records take depends on it. So
 * the hash has no seed of its own: nothing is searched here, every text costs
 * the same, and who chooses texts by their hashes can only have the pool or the
 * dictionary used where it does not pay, as the order of texts can, too.
 */
#include "eager/repeats.h"

#include "base/hash.h"
#include <stdio.h>
#include <string.h>

/* One of so many hashes is in the slice. */
#define SLICE 64
/* The first windows are all looked at, then one of so many. */
#define FIRST 32
#define WINDOWS 4
/* Texts to judge by. */
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

static void look(struct weir_repeats *repeats, const struct weir_window *window,
                 size_t column)
{
    const struct weir_span *span = window->column[column];
    for (size_t r = 0; r < window->rows; r++) {
        if (span[r].len == 0)
            continue;
        uint64_t hash =
            weir_hash_known(window->base + span[r].start, span[r].len);
        if (repeats->sliced && hash % SLICE)
            continue;
        uint16_t *seen = &repeats->seen[hash / SLICE % WEIR_REPEATS_SEEN];
        uint16_t tag = (uint16_t)(hash >> 48 | 1);
        repeats->found += *seen == tag;
        repeats->tried++;
        *seen = tag;
    }
}

/* Half of the texts must be there already. */
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
                       const struct weir_window *window, size_t column)
{
    unsigned windows =
        atomic_fetch_add_explicit(&repeats->windows, 1, memory_order_relaxed);
    if (windows < FIRST || windows % WINDOWS == 0) {
        pthread_mutex_lock(&repeats->lock);
        look(repeats, window, column);
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
                   "of the texts looked at %.0f %% were there before: %s %s",
                   100 * (double)repeats->told_found /
                       (double)repeats->told_tried,
                   what, pays ? "stepped aside at first" : "stepped aside");
    return true;
}
