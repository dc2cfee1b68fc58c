/*
 * A tree of losers (D. Knuth, The Art of Computer Programming 3, 5.4.1). Each
 * inner node keeps the cursor that lost there. After the winner has advanced,
 * one comparison on each level finds the next winner. Most comparisons are
 * decided by the first eight bytes of the keys, which lie in the tree.
 *
 *              [0] winner
 *               |
 *              [1]                   cursor c plays first in node (c + n) / 2
 *            /     \
 *         [2]       [3]
 *        /   \     /   \
 *       c0   c1   c2   c3
 */
#include "partials/merge.h"

#include "base/error.h"
#include "base/mechanism.h"
#include <inttypes.h>
#include <string.h>

#define NOBODY UINT64_MAX
#define KEY_CAPACITY ((size_t)256)
/* Capacity for a block. If no record is long, a block exceeds its goal by less
 * than 4 KiB. */
#define BLOCK_CAPACITY (WEIR_BLOCK_GOAL + 4096)

struct weir_cursor {
    const struct weir_spill *spill;
    uint64_t place, end; /* offset of the next frame; end of the run */
    char *block;
    size_t capacity;
    struct weir_records records;
    bool over;
};

static size_t cursor_bytes(void)
{
    return sizeof(struct weir_cursor) + sizeof(struct weir_contender) +
           BLOCK_CAPACITY + KEY_CAPACITY + 64;
}

size_t weir_merge_bytes(size_t runs)
{
    return runs * cursor_bytes() + KEY_CAPACITY + weir_unpack_bytes();
}

static enum weir_status refused(size_t bytes, struct weir_error *error)
{
    return weir_fail_memory(error, "merging groups", bytes);
}

/* Cursors. ---------------------------------------------------------------- */

static enum weir_status damaged(const struct weir_cursor *cursor,
                                struct weir_error *error)
{
    char name[WEIR_NAME_CAPACITY];
    return weir_fail(error, WEIR_IO,
                     "a temporary file in %s is not what was written there, "
                     "before byte %" PRIu64,
                     weir_show_name(name, cursor->spill->folder),
                     cursor->place);
}

static bool make_capacity(struct weir_cursor *cursor, size_t bytes)
{
    void *block = cursor->block;
    bool capacity =
        weir_grow(WEIR_MEMORY_SPILL, &block, &cursor->capacity,
                  bytes < BLOCK_CAPACITY ? BLOCK_CAPACITY : bytes, 1);
    cursor->block = block;
    return capacity;
}

static enum weir_status read_payload(struct weir_merge *merge,
                                     struct weir_cursor *cursor,
                                     const struct weir_frame *frame,
                                     struct weir_error *error)
{
    if (!make_capacity(cursor, frame->raw) ||
        (frame->zstd && !weir_pack_room(&merge->pack, frame->stored)))
        return refused(frame->raw, error);
    char *stored = frame->zstd ? merge->pack.bytes : cursor->block;
    enum weir_status status = weir_spill_read(cursor->spill, cursor->place,
                                              stored, frame->stored, error);
    cursor->place += frame->stored;
    if (status)
        return status;
    if (weir_frame_check(stored, frame->stored) != frame->check)
        return damaged(cursor, error);
    if (frame->zstd)
        status = weir_unpack(&merge->pack, frame, cursor->block);
    if (status == WEIR_LIMIT)
        return refused(weir_unpack_bytes(), error);
    return status ? damaged(cursor, error) : WEIR_OK;
}

static enum weir_status next_block(struct weir_merge *merge,
                                   struct weir_cursor *cursor,
                                   struct weir_error *error)
{
    char header[WEIR_FRAME_BYTES];
    struct weir_frame frame;
    enum weir_status status = weir_spill_read(cursor->spill, cursor->place,
                                              header, sizeof header, error);
    if (status)
        return status;
    cursor->place += sizeof header;
    if (!weir_frame_read(header, &frame) || frame.kind != WEIR_FRAME_BLOCK ||
        frame.stored > cursor->end - cursor->place)
        return damaged(cursor, error);
    status = read_payload(merge, cursor, &frame, error);
    weir_records_begin(&cursor->records,
                       (struct weir_text){cursor->block, frame.raw}, frame.n);
    return status;
}

/* Advances to the next record. Sets `over` at the end of the run. */
static enum weir_status advance(struct weir_merge *merge,
                                struct weir_cursor *cursor,
                                struct weir_error *error)
{
    for (;;) {
        enum weir_status status = weir_records_next(&cursor->records);
        if (status == WEIR_OK)
            return status;
        if (status == WEIR_LIMIT)
            return refused(cursor->records.key_len, error);
        if (status == WEIR_DATA)
            return damaged(cursor, error);
        cursor->over = cursor->place >= cursor->end;
        if (cursor->over)
            return WEIR_OK;
        status = next_block(merge, cursor, error);
        if (status)
            return status;
    }
}

static struct weir_text key_of(const struct weir_cursor *cursor)
{
    return (struct weir_text){cursor->records.key, cursor->records.key_len};
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
                                          uint64_t cursor)
{
    const struct weir_cursor *c = &merge->cursor[cursor];
    return (struct weir_contender){c->over ? UINT64_MAX : prefix_of(key_of(c)),
                                   cursor};
}

static bool wins_tie(const struct weir_merge *merge, uint64_t a, uint64_t b)
{
    const struct weir_cursor *x = &merge->cursor[a], *y = &merge->cursor[b];
    if (x->over || y->over)
        return y->over;
    int order = weir_text_compare(key_of(x), key_of(y));
    return order ? order < 0 : a < b;
}

static inline bool wins(const struct weir_merge *merge,
                        const struct weir_contender *a,
                        const struct weir_contender *b)
{
    return a->prefix != b->prefix ? a->prefix < b->prefix
                                  : wins_tie(merge, a->cursor, b->cursor);
}

/* Replays the matches from the cursor's leaf to the root: in each node the
 * loser stays and the winner moves up. */
static void play(struct weir_merge *merge, uint64_t cursor)
{
    struct weir_contender winner = contender_of(merge, cursor);
    for (size_t at = (cursor + merge->n) / 2; at > 0; at /= 2) {
        struct weir_contender *held = &merge->tree[at];
        if (held->cursor == NOBODY) { /* the tree is being built */
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
    merge->last_len = 0;
    for (size_t i = 0; i < n; i++) {
        struct weir_cursor *cursor = &merge->cursor[i];
        const struct weir_source_run *from = &run[i];
        cursor->spill = from->spill;
        cursor->place = from->run.begin;
        cursor->end = from->run.end;
        cursor->over = false;
        weir_records_begin(&cursor->records, (struct weir_text){NULL, 0}, 0);
        merge->tree[i].cursor = NOBODY;
        status = advance(merge, cursor, error);
        if (status)
            return status;
    }
    for (size_t i = n; i-- > 0;)
        play(merge, i);
    return WEIR_OK;
}

/* Groups. ----------------------------------------------------------------- */

static enum weir_status load(const struct weir_state_rows *rows, size_t row,
                             const struct weir_cursor *cursor,
                             struct weir_error *error)
{
    switch (weir_row_load(rows, row, cursor->records.saved)) {
    case WEIR_OK:
        return WEIR_OK;
    case WEIR_LIMIT:
        return refused(cursor->records.saved.len, error);
    default:
        return damaged(cursor, error);
    }
}

static bool keep_key(struct weir_merge *merge, struct weir_text key)
{
    void *last = merge->last;
    bool capacity =
        weir_grow(WEIR_MEMORY_SPILL, &last, &merge->last_capacity,
                  key.len + 8 < KEY_CAPACITY ? KEY_CAPACITY : key.len + 8, 1);
    merge->last = last;
    if (!capacity)
        return false;
    memcpy(merge->last, key.bytes, key.len);
    merge->last_len = key.len;
    return true;
}

static void clear(struct weir_merge *merge, size_t row)
{
    memset(merge->own_bytes + row * merge->own_stride, 0, merge->own_stride);
    weir_arena_empty(&merge->arena);
}

/* Adds the states of an equal key. They are first loaded into row 1. */
static enum weir_status add_equal(struct weir_merge *merge,
                                  const struct weir_state_rows *into,
                                  size_t row, const struct weir_cursor *cursor,
                                  struct weir_error *error)
{
    memset(merge->own_bytes + merge->own_stride, 0, merge->own_stride);
    /* In a pass, row 0 keeps its texts in this arena too. */
    if (into != &merge->own)
        weir_arena_empty(&merge->arena);
    enum weir_status status = load(&merge->own, 1, cursor, error);
    if (!status && !weir_row_merge(into, row, &merge->own, 1))
        status = refused(cursor->records.saved.len, error);
    return status;
}

enum weir_status weir_merge_next(struct weir_merge *merge,
                                 const struct weir_state_rows *into, size_t row,
                                 struct weir_text *key,
                                 struct weir_error *error)
{
    if (!merge->n)
        return WEIR_END;
    struct weir_cursor *cursor = &merge->cursor[merge->tree[0].cursor];
    if (cursor->over)
        return WEIR_END;
    if (!keep_key(merge, key_of(cursor)))
        return refused(cursor->records.key_len, error);
    uint64_t prefix = merge->tree[0].prefix;
    *key = (struct weir_text){merge->last, merge->last_len};
    enum weir_status status = load(into, row, cursor, error);
    while (!status) {
        status = advance(merge, cursor, error);
        if (status)
            break;
        play(merge, merge->tree[0].cursor);
        cursor = &merge->cursor[merge->tree[0].cursor];
        if (merge->tree[0].prefix > prefix || cursor->over)
            break;
        int order = weir_text_compare(key_of(cursor), *key);
        if (order > 0)
            break;
        status = order < 0 ? damaged(cursor, error)
                           : add_equal(merge, into, row, cursor, error);
    }
    return status;
}

/* Opening. ---------------------------------------------------------------- */

/*
 * While there are too many runs, those that are left form a heap with the
 * shortest run on top. If the memory allows only two runs at a time, it allows
 * only few groups in a run too. There may then be tens of thousands of runs and
 * as many passes, so no pass may visit all runs.
 */

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
        status = weir_merge_next(merge, &merge->own, 0, &key, error);
        if (!status)
            status = weir_spill_add(spill, key, &merge->own, 0, error);
    }
    if (status == WEIR_END)
        status = weir_spill_end(spill, error);
    if (status)
        return status;
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
        runs += spill[i]->n_runs;
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

/* Allocates as many cursors as `memory` allows, or as there are runs. */
static enum weir_status take(struct weir_merge *merge,
                             const struct weir_shape *shape, size_t memory,
                             struct weir_error *error)
{
    size_t fixed = weir_merge_bytes(0) + merge->n_left * sizeof *merge->left;
    size_t max = memory > fixed ? (memory - fixed) / cursor_bytes() : 2;
    max = max < 2 ? 2 : max;
    merge->cursors_capacity = merge->n_left < max ? merge->n_left : max;
    merge->cursor =
        weir_alloc_zero(WEIR_MEMORY_SPILL,
                        (merge->cursors_capacity + 1) * sizeof *merge->cursor);
    merge->tree = weir_alloc(WEIR_MEMORY_SPILL, (merge->cursors_capacity + 1) *
                                                    sizeof *merge->tree);
    merge->own_stride = weir_shape_lay(shape, NULL, NULL, NULL);
    merge->own_bytes =
        weir_alloc_zero(WEIR_MEMORY_SPILL, 2 * merge->own_stride);
    merge->own_states = weir_alloc(WEIR_MEMORY_SPILL,
                                   (shape->n + 1) * sizeof *merge->own_states);
    if (!merge->cursor || !merge->tree || !merge->own_bytes ||
        !merge->own_states)
        return refused(fixed, error);
    (void)weir_shape_lay(shape, merge->own_bytes, &merge->arena,
                         merge->own_states);
    merge->own = (struct weir_state_rows){shape, merge->own_states};
    return WEIR_OK;
}

enum weir_status weir_merge_open(struct weir_merge *merge,
                                 struct weir_spill *const *spill, size_t n,
                                 const struct weir_shape *shape, size_t memory,
                                 struct weir_error *error)
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
    while (!status && merge->n_left > merge->cursors_capacity) {
        size_t over = merge->n_left - merge->cursors_capacity + 1;
        status = pass(merge,
                      over < merge->cursors_capacity ? over
                                                     : merge->cursors_capacity,
                      error);
    }
    return status ? status : begin(merge, merge->left, merge->n_left, error);
}

void weir_merge_release(struct weir_merge *merge)
{
    for (size_t i = 0; merge->cursor && i < merge->cursors_capacity; i++) {
        weir_free(WEIR_MEMORY_SPILL, merge->cursor[i].block);
        weir_records_release(&merge->cursor[i].records);
    }
    weir_free(WEIR_MEMORY_SPILL, merge->cursor);
    weir_free(WEIR_MEMORY_SPILL, merge->tree);
    weir_free(WEIR_MEMORY_SPILL, merge->left);
    weir_free(WEIR_MEMORY_SPILL, merge->last);
    weir_free(WEIR_MEMORY_SPILL, merge->own_bytes);
    weir_free(WEIR_MEMORY_SPILL, merge->own_states);
    weir_arena_release(&merge->arena);
    weir_pack_release(&merge->pack);
    *merge = (struct weir_merge){0};
}
