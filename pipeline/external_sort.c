/*
 * Rows are stored in one growing block. They grow from its beginning, and from
 * its end what is sorted: an index of the rows' offsets and the first bytes of
 * their keys.
 *
 *     | lengths | key | items | lengths | key | items |  free  | index |
 *       ^                       ^                                capacity
 *     index:  { prefix of the key, offset }, ...
 *
 * With a limit the index is cut to the first `limit` rows of the order whenever
 * it holds twice as many and some more, and their bytes are moved together.
 * Rows that would exceed the memory allowed are written as a sorted run
 * (partials/), and the runs are merged at the end.
 */
#include "pipeline/external_sort.h"

#include "base/error.h"
#include "base/mechanism.h"
#include "base/saved.h"
#include "base/sort.h"
#include "base/stream.h"
#include "partials/key.h"
#include "partials/key_sort.h"
#include "partials/merge.h"
#include <string.h>

/* Rows beyond twice the limit, so that small limits do not sort often. */
#define SLACK ((size_t)512)
/* The items that are given at a time end when they reach this. */
#define WINDOW_BYTES ((size_t)1 << 16)
/* Capacity for them, if no row has more than 4 KiB. */
#define GIVEN_BYTES (WINDOW_BYTES + 4096)
/* Bytes of the block with the first row, and of the smallest block that the
 * memory estimate counts. */
#define BLOCK_FIRST ((size_t)1 << 16)
#define BLOCK_LEAST ((size_t)1 << 18)

struct lengths {
    uint32_t key, items;
};

/* The state of a record in a run: the items of a row. */
struct state {
    const char *given; /* the items of a row to be saved; NULL if loaded */
    weir_handle kept;  /* in the arena: the items of a row that was loaded */
    uint32_t len;
};

/* The runs that are merged, and the row that was read last. */
struct merged {
    bool open;
    struct weir_merge merge;
    struct state state;
    struct weir_states states;
    struct weir_state_rows row;
    struct weir_arena arena;
};

struct weir_external_sort {
    uint64_t limit, left; /* rows to keep; rows to give yet */
    size_t memory;
    char *bytes; /* the block */
    size_t bytes_len, capacity;
    size_t n_rows;
    const char *folder;
    struct weir_spill spill;
    struct merged merged;
    size_t at;   /* the next row to give, of those in memory */
    char *given; /* the items that were given last */
    size_t given_capacity;
};

size_t weir_external_sort_least(void)
{
    return BLOCK_LEAST;
}

size_t weir_external_sort_bytes(void)
{
    return BLOCK_LEAST + weir_spill_bytes();
}

size_t weir_external_sort_given(void)
{
    return weir_memory_block_bytes(GIVEN_BYTES);
}

struct weir_external_sort *weir_external_sort_open(uint64_t limit,
                                                   size_t memory,
                                                   const char *folder,
                                                   struct weir_error *error)
{
    struct weir_external_sort *sort =
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, sizeof *sort);
    if (!sort)
        return weir_no_memory(error, "order by", sizeof *sort);
    sort->limit = sort->left = limit;
    sort->memory = memory;
    sort->folder = folder;
    weir_arena_init(&sort->merged.arena, WEIR_MEMORY_OUTPUT);
    return sort;
}

void weir_external_sort_close(struct weir_external_sort *sort)
{
    if (!sort)
        return;
    weir_merge_release(&sort->merged.merge);
    weir_arena_release(&sort->merged.arena);
    weir_spill_release(&sort->spill);
    weir_free(WEIR_MEMORY_OUTPUT, sort->bytes);
    weir_free(WEIR_MEMORY_OUTPUT, sort->given);
    weir_free(WEIR_MEMORY_OUTPUT, sort);
}

/* Rows */

static struct lengths lengths_of(const struct weir_external_sort *sort,
                                 uint64_t offset)
{
    struct lengths lengths;
    memcpy(&lengths, sort->bytes + offset, sizeof lengths);
    return lengths;
}

static struct weir_text key_of(const struct weir_external_sort *sort,
                               uint64_t offset)
{
    return (struct weir_text){sort->bytes + offset + sizeof(struct lengths),
                              lengths_of(sort, offset).key};
}

static struct weir_text items_of(const struct weir_external_sort *sort,
                                 uint64_t offset)
{
    struct weir_text key = key_of(sort, offset);
    return (struct weir_text){key.bytes + key.len,
                              lengths_of(sort, offset).items};
}

/* The index, in the order of sort_rows(). Its first element is the row that was
 * added last. Each `row` is an offset in the block. */
static struct weir_key_rank *index_of(const struct weir_external_sort *sort)
{
    return (struct weir_key_rank *)(void *)(sort->bytes + sort->capacity) -
           sort->n_rows;
}

static int by_key(const void *context, uint64_t a, uint64_t b)
{
    struct weir_text x = key_of(context, a), y = key_of(context, b);
    return weir_text_compare(x, y);
}

/* Rows often come in order or nearly so, and the index has the last one first.
 * It is reversed, as elements in order are sorted faster. */
static void sort_rows(struct weir_external_sort *sort)
{
    if (sort->n_rows == 0)
        return;
    struct weir_key_rank *first = index_of(sort);
    for (struct weir_key_rank *a = first, *b = first + sort->n_rows - 1; a < b;
         a++, b--) {
        struct weir_key_rank held = *a;
        *a = *b;
        *b = held;
    }
    weir_key_sort(first, sort->n_rows, by_key, sort);
}

static int by_offset(const void *a, const void *b, void *context)
{
    (void)context;
    const struct weir_key_rank *x = a, *y = b;
    return (x->row > y->row) - (x->row < y->row);
}

/* Keeps the first `limit` rows of the order, and moves their bytes to the
 * front. */
static void prune(struct weir_external_sort *sort)
{
    sort_rows(sort);
    const struct weir_key_rank *all = index_of(sort);
    sort->n_rows = (size_t)sort->limit;
    struct weir_key_rank *kept = index_of(sort);
    memmove(kept, all, sort->n_rows * sizeof *kept);
    weir_sort(kept, sort->n_rows, sizeof *kept, by_offset, NULL);
    size_t used = 0;
    for (size_t i = 0; i < sort->n_rows; i++) {
        uint64_t offset = kept[i].row;
        struct lengths lengths = lengths_of(sort, offset);
        size_t len = sizeof lengths + lengths.key + lengths.items;
        memmove(sort->bytes + used, sort->bytes + offset, len);
        kept[i].row = used;
        used += len;
    }
    sort->bytes_len = used;
}

/* Runs: a record is a row's key, and one state that holds the row's items. */

static struct weir_text items_at(const struct weir_states *states, size_t row)
{
    const struct state *state =
        (const void *)(states->base + row * states->stride);
    const char *bytes =
        state->given ? state->given : weir_arena_at(states->arena, state->kept);
    return (struct weir_text){bytes, state->len};
}

static size_t save_items(const struct weir_states *states, size_t row,
                         char *into, size_t capacity)
{
    struct weir_text items = items_at(states, row);
    if (items.len + WEIR_VARINT_CAPACITY > capacity)
        return items.len + WEIR_VARINT_CAPACITY;
    char *at = weir_put_varint(into, items.len);
    memcpy(at, items.bytes, items.len);
    return (size_t)(at - into) + items.len;
}

static enum weir_status load_items(const struct weir_states *states, size_t row,
                                   struct weir_text *from)
{
    struct state *state = (void *)(states->base + row * states->stride);
    struct weir_text items;
    uint64_t len;
    if (!weir_get_varint(from, &len) || len > UINT32_MAX ||
        !weir_get_bytes(from, len, &items))
        return WEIR_DATA;
    state->kept = weir_arena_take(states->arena, items.len + 1);
    state->len = (uint32_t)len;
    if (!state->kept)
        return WEIR_LIMIT;
    memcpy(weir_arena_at(states->arena, state->kept), items.bytes, items.len);
    return WEIR_OK;
}

static const struct weir_aggregate items_state = {.name = "items",
                                                  .size = sizeof(struct state),
                                                  .save = save_items,
                                                  .load = load_items};
static const struct weir_aggregate *const aggregate_of_row[] = {&items_state};
static const struct weir_shape shape_of_row = {aggregate_of_row, 1};

static void free_block(struct weir_external_sort *sort)
{
    weir_free(WEIR_MEMORY_OUTPUT, sort->bytes);
    sort->bytes = NULL;
    sort->capacity = 0;
}

/* Merges half of the runs if there are many, so that the list of runs does not
 * grow. The block's memory serves the merge. */
static enum weir_status shorten(struct weir_external_sort *sort,
                                struct weir_error *error)
{
    if (sort->spill.n_runs < WEIR_RUNS_MAX)
        return WEIR_OK;
    free_block(sort);
    return weir_merge_shorten(&sort->spill, WEIR_RUNS_MAX / 2, &shape_of_row,
                              sort->memory, error);
}

/* Writes the rows in memory as a run. */
static enum weir_status spill(struct weir_external_sort *sort,
                              struct weir_error *error)
{
    struct state state = {0};
    const struct weir_states states = {.base = (char *)&state,
                                       .stride = sizeof state};
    const struct weir_state_rows rows = {&shape_of_row, &states};
    enum weir_status status = WEIR_OK;
    if (!sort->spill.memory)
        status = weir_spill_init(&sort->spill, sort->folder, error);
    sort_rows(sort);
    const struct weir_key_rank *rank = index_of(sort);
    for (size_t i = 0; !status && i < sort->n_rows; i++) {
        struct weir_text items = items_of(sort, rank[i].row);
        state.given = items.bytes;
        state.len = (uint32_t)items.len;
        status = weir_spill_add(&sort->spill, key_of(sort, rank[i].row), &rows,
                                0, error);
    }
    if (!status)
        status = weir_spill_end(&sort->spill, error);
    sort->n_rows = sort->bytes_len = 0;
    weir_ran(WEIR_RAN_SPILL_ROWS);
    return status ? status : shorten(sort, error);
}

/* Adding */

/* The bytes of a block with a further row of `need` bytes. */
static size_t used_with(const struct weir_external_sort *sort, size_t need)
{
    return sort->bytes_len + need +
           (sort->n_rows + 1) * sizeof(struct weir_key_rank);
}

/* Whether a row of `need` bytes would exceed the memory allowed. The first row
 * is always taken. */
static bool is_full(const struct weir_external_sort *sort, size_t need)
{
    return sort->n_rows && used_with(sort, need) > sort->memory;
}

/* Doubles the block, but not beyond the memory allowed. */
static bool make_room(struct weir_external_sort *sort, size_t need)
{
    size_t used = used_with(sort, need), old = sort->capacity;
    if (used <= old)
        return true;
    size_t capacity = 2 * old < BLOCK_FIRST ? BLOCK_FIRST : 2 * old;
    if (capacity > sort->memory)
        capacity = sort->memory;
    if (capacity < used)
        capacity = used;
    capacity = (capacity + 15) / 16 * 16; /* the index is aligned */
    char *bytes = weir_realloc(WEIR_MEMORY_OUTPUT, sort->bytes, capacity);
    if (!bytes)
        return false;
    size_t index = sort->n_rows * sizeof(struct weir_key_rank);
    memmove(bytes + capacity - index, bytes + old - index, index);
    sort->bytes = bytes;
    sort->capacity = capacity;
    return true;
}

static enum weir_status refused(const struct weir_external_sort *sort,
                                struct weir_error *error)
{
    return weir_fail_capacity(error, WEIR_MEMORY_RAISES ", limit bounds it",
                              "the %zu rows that order by holds do not fit",
                              sort->n_rows);
}

enum weir_status weir_external_sort_reserve(struct weir_external_sort *sort,
                                            size_t bytes, char **row,
                                            struct weir_error *error)
{
    size_t need = sizeof(struct lengths) + bytes;
    if (need > UINT32_MAX)
        return refused(sort, error);
    if (used_with(sort, need) > sort->capacity) {
        enum weir_status status =
            is_full(sort, need) ? spill(sort, error) : WEIR_OK;
        if (status)
            return status;
        if (!make_room(sort, need))
            return refused(sort, error);
    }
    *row = sort->bytes + sort->bytes_len + sizeof(struct lengths);
    return WEIR_OK;
}

void weir_external_sort_commit(struct weir_external_sort *sort, size_t key_len,
                               size_t items_len)
{
    char *begin = sort->bytes + sort->bytes_len;
    struct lengths lengths = {(uint32_t)key_len, (uint32_t)items_len};
    memcpy(begin, &lengths, sizeof lengths);
    sort->n_rows++;
    *index_of(sort) = (struct weir_key_rank){
        weir_key_prefix(begin + sizeof lengths, key_len), sort->bytes_len};
    sort->bytes_len += sizeof lengths + key_len + items_len;
    if (sort->limit <= SIZE_MAX / 4 && sort->n_rows >= 2 * sort->limit + SLACK)
        prune(sort);
}

/* Giving back */

/* Spills the rows in memory too, and opens a merge of all runs. */
static enum weir_status merge_runs(struct weir_external_sort *sort,
                                   struct weir_error *error)
{
    struct merged *merged = &sort->merged;
    struct weir_spill *const from = &sort->spill;
    enum weir_status status = spill(sort, error);
    if (status)
        return status;
    free_block(sort);
    merged->open = true;
    merged->states = (struct weir_states){.base = (char *)&merged->state,
                                          .stride = sizeof merged->state,
                                          .arena = &merged->arena};
    merged->row = (struct weir_state_rows){&shape_of_row, &merged->states};
    return weir_merge_open(&merged->merge, &from, 1, &shape_of_row,
                           sort->memory, error);
}

enum weir_status weir_external_sort_end(struct weir_external_sort *sort,
                                        struct weir_error *error)
{
    if (sort->spill.n_runs)
        return merge_runs(sort, error);
    sort_rows(sort);
    return WEIR_OK;
}

/* WEIR_OK and the next row's items, borrowed until the next call. */
static enum weir_status next_row(struct weir_external_sort *sort,
                                 struct weir_text *items,
                                 struct weir_error *error)
{
    struct merged *merged = &sort->merged;
    if (!merged->open) {
        if (sort->at == sort->n_rows)
            return WEIR_END;
        *items = items_of(sort, index_of(sort)[sort->at++].row);
        return WEIR_OK;
    }
    struct weir_text key;
    merged->state = (struct state){0};
    weir_arena_empty(&merged->arena);
    enum weir_status status =
        weir_merge_next(&merged->merge, &merged->row, 0, &key, error);
    if (!status)
        *items = items_at(&merged->states, 0);
    return status;
}

enum weir_status weir_external_sort_next(struct weir_external_sort *sort,
                                         size_t max, struct weir_text *items,
                                         size_t *n, struct weir_error *error)
{
    enum weir_status status = sort->left ? WEIR_OK : WEIR_END;
    struct weir_text row = {0};
    size_t len = 0;
    *n = 0;
    while (sort->left && *n < max && len < WINDOW_BYTES &&
           !(status = next_row(sort, &row, error))) {
        size_t need = len + row.len + 1;
        if (!weir_grow(WEIR_MEMORY_OUTPUT, &sort->given, &sort->given_capacity,
                       need < GIVEN_BYTES ? GIVEN_BYTES : need))
            return weir_fail_memory(error, "order by", row.len);
        memcpy(sort->given + len, row.bytes, row.len);
        len += row.len;
        (*n)++;
        sort->left--;
    }
    *items = (struct weir_text){sort->given, len};
    return status == WEIR_END && *n ? WEIR_OK : status;
}
