/*
 * A tree of losers (D. Knuth, The Art of Computer Programming 3, 5.4.1). Each
 * inner node keeps the reader that lost there. After the winner has advanced,
 * one comparison on each level finds the next winner. Most comparisons are
 * decided by the first eight bytes of the keys, which lie in the tree.
 *
 *              [0] winner
 *               |
 *              [1]                   reader r plays first in node (r + n) / 2
 *            /     \
 *         [2]       [3]
 *        /   \     /   \
 *       r0   r1   r2   r3
 */
#include "partials/merge.h"

#include "base/error.h"
#include "base/mechanism.h"
#include <string.h>

#define NOBODY UINT64_MAX
#define KEY_CAPACITY ((size_t)256)

static size_t bytes_per_run(void)
{
    return weir_run_reader_bytes() + sizeof(struct weir_contender);
}

size_t weir_merge_bytes(size_t runs)
{
    return runs * bytes_per_run() + KEY_CAPACITY;
}

static enum weir_status refused(size_t bytes, struct weir_error *error)
{
    return weir_fail_memory(error, "merging groups", bytes);
}

/* The tree. --------------------------------------------------------------- */

/* A key's first eight bytes. Eight bytes are readable at any key. */
static inline uint64_t prefix_of(struct weir_text key)
{
    uint64_t prefix;
    memcpy(&prefix, key.bytes, sizeof prefix);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    prefix = __builtin_bswap64(prefix);
#endif
    return key.len >= 8 ? prefix
           : key.len    ? prefix & UINT64_MAX << 8 * (8 - key.len)
                        : 0;
}

static struct weir_contender contender_of(const struct weir_merge *merge,
                                          uint64_t reader)
{
    const struct weir_run_reader *r = &merge->reader[reader];
    return (struct weir_contender){
        r->over ? UINT64_MAX : prefix_of(weir_run_reader_key(r)), reader};
}

static bool wins_tie(const struct weir_merge *merge, uint64_t a, uint64_t b)
{
    const struct weir_run_reader *x = &merge->reader[a], *y = &merge->reader[b];
    if (x->over || y->over)
        return y->over;
    int order =
        weir_text_compare(weir_run_reader_key(x), weir_run_reader_key(y));
    return order ? order < 0 : a < b;
}

static inline bool wins(const struct weir_merge *merge,
                        const struct weir_contender *a,
                        const struct weir_contender *b)
{
    return a->prefix != b->prefix ? a->prefix < b->prefix
                                  : wins_tie(merge, a->reader, b->reader);
}

/* Replays the matches from the reader's leaf to the root: in each node the
 * loser stays and the winner moves up. */
static void play(struct weir_merge *merge, uint64_t reader)
{
    struct weir_contender winner = contender_of(merge, reader);
    for (size_t at = (reader + merge->n) / 2; at > 0; at /= 2) {
        struct weir_contender *held = &merge->tree[at];
        if (held->reader == NOBODY) { /* the tree is being built */
            *held = winner;
            return;
        }
        if (wins(merge, held, &winner)) {
            struct weir_contender other = *held;
            *held = winner;
            winner = other;
        }
    }
    merge->tree[0] = winner;
}

/* Begins to read `n` runs. */
static enum weir_status begin(struct weir_merge *merge,
                              const struct weir_source_run *run, size_t n,
                              struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    if (n > 2)
        weir_ran(WEIR_RAN_MERGE_MANY);
    merge->n = n;
    merge->last.len = 0;
    for (size_t i = 0; i < n; i++) {
        struct weir_run_reader *reader = &merge->reader[i];
        weir_run_reader_begin(reader, run[i].spill, &run[i].run);
        merge->tree[i].reader = NOBODY;
        status = weir_run_reader_next(reader, &merge->pack, error);
        if (status)
            return status;
    }
    for (size_t i = n; i-- > 0;)
        play(merge, i);
    return WEIR_OK;
}

/* Groups. ----------------------------------------------------------------- */

static enum weir_status load(const struct weir_state_rows *rows, size_t row,
                             const struct weir_run_reader *reader,
                             struct weir_error *error)
{
    switch (weir_row_load(rows, row, reader->records.saved)) {
    case WEIR_OK:
        return WEIR_OK;
    case WEIR_LIMIT:
        return refused(reader->records.saved.len, error);
    default:
        return weir_run_reader_damaged(reader, error);
    }
}

static bool keep_key(struct weir_merge *merge, struct weir_text key)
{
    if (!weir_grow(WEIR_MEMORY_SPILL, &merge->last.bytes, &merge->last.capacity,
                   key.len + 8 < KEY_CAPACITY ? KEY_CAPACITY : key.len + 8))
        return false;
    memcpy(merge->last.bytes, key.bytes, key.len);
    merge->last.len = key.len;
    return true;
}

static void clear(struct weir_merge *merge, size_t row)
{
    memset(merge->own.bytes + row * merge->own.stride, 0, merge->own.stride);
    weir_arena_empty(&merge->arena);
}

/* Adds the states of an equal key. They are first loaded into row 1. */
static enum weir_status add_equal(struct weir_merge *merge,
                                  const struct weir_state_rows *into,
                                  size_t row,
                                  const struct weir_run_reader *reader,
                                  struct weir_error *error)
{
    memset(merge->own.bytes + merge->own.stride, 0, merge->own.stride);
    /* In a pass, row 0 keeps its texts in this arena too. */
    if (into != &merge->own.rows)
        weir_arena_empty(&merge->arena);
    enum weir_status status = load(&merge->own.rows, 1, reader, error);
    if (!status && !weir_row_merge(into, row, &merge->own.rows, 1))
        status = refused(reader->records.saved.len, error);
    return status;
}

enum weir_status weir_merge_next(struct weir_merge *merge,
                                 const struct weir_state_rows *into, size_t row,
                                 struct weir_text *key,
                                 struct weir_error *error)
{
    if (!merge->n)
        return WEIR_END;
    struct weir_run_reader *reader = &merge->reader[merge->tree[0].reader];
    if (reader->over)
        return WEIR_END;
    if (!keep_key(merge, weir_run_reader_key(reader)))
        return refused(reader->records.key_len, error);
    uint64_t prefix = merge->tree[0].prefix;
    *key = (struct weir_text){merge->last.bytes, merge->last.len};
    enum weir_status status = load(into, row, reader, error);
    while (!status) {
        status = weir_run_reader_next(reader, &merge->pack, error);
        if (status)
            break;
        play(merge, merge->tree[0].reader);
        reader = &merge->reader[merge->tree[0].reader];
        if (merge->tree[0].prefix > prefix || reader->over)
            break;
        int order = weir_text_compare(weir_run_reader_key(reader), *key);
        if (order > 0)
            break;
        status = order < 0 ? weir_run_reader_damaged(reader, error)
                           : add_equal(merge, into, row, reader, error);
    }
    return status;
}

/* Opening. ---------------------------------------------------------------- */

/* While there are too many runs, those that are left form a heap with the
 * shortest run on top. There may be tens of thousands of runs and as many
 * passes, so no pass may visit all runs. */

static void swap(struct weir_source_run *a, struct weir_source_run *b)
{
    struct weir_source_run kept = *a;
    *a = *b;
    *b = kept;
}

/* Moves an element down until no element below it is shorter. */
static void sink(struct weir_source_run *heap, size_t n, size_t at)
{
    for (size_t below = 2 * at + 1; below < n; below = 2 * at + 1) {
        if (below + 1 < n && heap[below + 1].run.n < heap[below].run.n)
            below++;
        if (heap[at].run.n <= heap[below].run.n)
            return;
        swap(&heap[at], &heap[below]);
        at = below;
    }
}

/* Moves an element up until the one above it is not longer. */
static void rise(struct weir_source_run *heap, size_t at)
{
    while (at > 0 && heap[at].run.n < heap[(at - 1) / 2].run.n) {
        swap(&heap[at], &heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

/* Takes the `n` shortest runs from the heap. They lie behind it afterwards. */
static const struct weir_source_run *take_shortest(struct weir_merge *merge,
                                                   size_t n)
{
    while (n--) {
        swap(&merge->left[0], &merge->left[--merge->n_left]);
        sink(merge->left, merge->n_left, 0);
    }
    return &merge->left[merge->n_left];
}

/* Merges the `n` shortest of the runs that are left into one. */
static enum weir_status pass(struct weir_merge *merge, size_t n,
                             struct weir_error *error)
{
    const struct weir_source_run *from = take_shortest(merge, n);
    struct weir_spill *spill = from->spill;
    struct weir_text key = {NULL, 0};
    enum weir_status status = begin(merge, from, n, error);
    weir_ran(WEIR_RAN_MERGE_LEVEL);
    while (!status) {
        clear(merge, 0);
        status = weir_merge_next(merge, &merge->own.rows, 0, &key, error);
        if (!status)
            status = weir_spill_add(spill, key, &merge->own.rows, 0, error);
    }
    if (status == WEIR_END)
        status = weir_spill_end(spill, error);
    if (status)
        return status;
    weir_spill_rest(spill);
    for (size_t i = 0; i < n; i++)
        weir_spill_forget(from[i].spill, &from[i].run);
    merge->left[merge->n_left++] =
        (struct weir_source_run){spill, spill->run[spill->n_runs - 1]};
    rise(merge->left, merge->n_left - 1);
    return WEIR_OK;
}

static enum weir_status collect(struct weir_merge *merge,
                                struct weir_spill *const *spill, size_t n,
                                struct weir_error *error)
{
    size_t runs = 0;
    for (size_t i = 0; i < n; i++) {
        enum weir_status status = weir_spill_end(spill[i], error);
        if (status)
            return status;
        weir_spill_rest(spill[i]);
        runs += spill[i]->n_runs;
        merge->packed |= spill[i]->packed;
    }
    merge->left =
        weir_alloc(WEIR_MEMORY_SPILL, (runs + 1) * sizeof *merge->left);
    if (!merge->left)
        return refused(runs * sizeof *merge->left, error);
    for (size_t i = 0; i < n; i++)
        for (size_t r = 0; r < spill[i]->n_runs; r++)
            merge->left[merge->n_left++] =
                (struct weir_source_run){spill[i], spill[i]->run[r]};
    return WEIR_OK;
}

/* Allocates as many readers as `memory` allows, or as there are runs. */
static enum weir_status take(struct weir_merge *merge,
                             const struct weir_shape *shape, size_t memory,
                             struct weir_error *error)
{
    size_t fixed = weir_merge_bytes(0) + merge->n_left * sizeof *merge->left +
                   (merge->packed ? weir_unpack_bytes() : 0);
    size_t max = memory > fixed ? (memory - fixed) / bytes_per_run() : 2;
    max = max < 2 ? 2 : max;
    merge->readers_capacity = merge->n_left < max ? merge->n_left : max;
    merge->reader =
        weir_alloc_zero(WEIR_MEMORY_SPILL,
                        (merge->readers_capacity + 1) * sizeof *merge->reader);
    merge->tree = weir_alloc(WEIR_MEMORY_SPILL, (merge->readers_capacity + 1) *
                                                    sizeof *merge->tree);
    merge->own.stride = weir_shape_lay(shape, NULL, NULL, NULL);
    merge->own.bytes =
        weir_alloc_zero(WEIR_MEMORY_SPILL, 2 * merge->own.stride);
    merge->own.states = weir_alloc(WEIR_MEMORY_SPILL,
                                   (shape->n + 1) * sizeof *merge->own.states);
    if (!merge->reader || !merge->tree || !merge->own.bytes ||
        !merge->own.states)
        return refused(fixed, error);
    (void)weir_shape_lay(shape, merge->own.bytes, &merge->arena,
                         merge->own.states);
    merge->own.rows = (struct weir_state_rows){shape, merge->own.states};
    return WEIR_OK;
}

/* Collects the runs, and merges the shortest until there are at most `max` or
 * as many as there are readers. */
static enum weir_status gather(struct weir_merge *merge,
                               struct weir_spill *const *spill, size_t n,
                               size_t max, const struct weir_shape *shape,
                               size_t memory, struct weir_error *error)
{
    *merge = (struct weir_merge){0};
    weir_arena_init(&merge->arena, WEIR_MEMORY_SPILL);
    enum weir_status status = collect(merge, spill, n, error);
    if (!status)
        status = take(merge, shape, memory, error);
    for (size_t at = merge->n_left / 2; !status && at-- > 0;)
        sink(merge->left, merge->n_left, at);
    /* Each pass merges as few runs as possible, so that little is merged
     * twice. */
    max = max < merge->readers_capacity ? merge->readers_capacity : max;
    while (!status && merge->n_left > max) {
        size_t over = merge->n_left - max + 1;
        status = pass(merge,
                      over < merge->readers_capacity ? over
                                                     : merge->readers_capacity,
                      error);
    }
    return status;
}

enum weir_status weir_merge_open(struct weir_merge *merge,
                                 struct weir_spill *const *spill, size_t n,
                                 const struct weir_shape *shape, size_t memory,
                                 struct weir_error *error)
{
    enum weir_status status = gather(merge, spill, n, 0, shape, memory, error);
    return status ? status : begin(merge, merge->left, merge->n_left, error);
}

enum weir_status weir_merge_shorten(struct weir_spill *spill, size_t max,
                                    const struct weir_shape *shape,
                                    size_t memory, struct weir_error *error)
{
    struct weir_merge merge;
    enum weir_status status =
        gather(&merge, &spill, 1, max, shape, memory, error);
    weir_merge_release(&merge);
    return status;
}

void weir_merge_release(struct weir_merge *merge)
{
    for (size_t i = 0; merge->reader && i < merge->readers_capacity; i++)
        weir_run_reader_release(&merge->reader[i]);
    weir_free(WEIR_MEMORY_SPILL, merge->reader);
    weir_free(WEIR_MEMORY_SPILL, merge->tree);
    weir_free(WEIR_MEMORY_SPILL, merge->left);
    weir_free(WEIR_MEMORY_SPILL, merge->last.bytes);
    weir_free(WEIR_MEMORY_SPILL, merge->own.bytes);
    weir_free(WEIR_MEMORY_SPILL, merge->own.states);
    weir_arena_release(&merge->arena);
    weir_pack_release(&merge->pack);
    *merge = (struct weir_merge){0};
}
