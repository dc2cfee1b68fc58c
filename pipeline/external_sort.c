/*
 * Rows are kept in a block (row_block.h). Rows that would exceed the memory
 * allowed are written as a sorted run (partials/), and the runs are merged at
 * the end.
 */
#include "pipeline/external_sort.h"

#include "base/error.h"
#include "base/mechanism.h"
#include "base/saved.h"
#include "partials/merge.h"
#include "pipeline/row_block.h"
#include <string.h>

/* The items that are given at a time end when they reach this. */
#define WINDOW_BYTES ((size_t)1 << 16)
/* Capacity for them, if no row has more than 4 KiB. */
#define GIVEN_BYTES (WINDOW_BYTES + 4096)
/* Bytes of the smallest block that the memory estimate counts. */
#define BLOCK_LEAST ((size_t)1 << 18)

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
    uint64_t left; /* rows to give yet */
    struct weir_row_block block;
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
    sort->left = limit;
    sort->block = (struct weir_row_block){.limit = limit, .memory = memory};
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
    weir_row_block_release(&sort->block);
    weir_free(WEIR_MEMORY_OUTPUT, sort->given);
    weir_free(WEIR_MEMORY_OUTPUT, sort);
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

/* Merges half of the runs if there are many, so that the list of runs does not
 * grow. The block's memory serves the merge. */
static enum weir_status shorten(struct weir_external_sort *sort,
                                struct weir_error *error)
{
    if (sort->spill.n_runs < WEIR_RUNS_MAX)
        return WEIR_OK;
    weir_row_block_release(&sort->block);
    return weir_merge_shorten(&sort->spill, WEIR_RUNS_MAX / 2, &shape_of_row,
                              sort->block.memory, error);
}

/* Writes the rows in memory as a run. */
static enum weir_status spill(struct weir_external_sort *sort,
                              struct weir_error *error)
{
    struct weir_row_block *block = &sort->block;
    struct state state = {0};
    const struct weir_states states = {.base = (char *)&state,
                                       .stride = sizeof state};
    const struct weir_state_rows rows = {&shape_of_row, &states};
    enum weir_status status = WEIR_OK;
    if (!sort->spill.memory)
        status = weir_spill_init(&sort->spill, sort->folder, error);
    weir_row_block_sort(block);
    const struct weir_key_rank *rank = weir_row_block_index(block);
    for (size_t i = 0; !status && i < block->n_rows; i++) {
        struct weir_text items = weir_row_block_items(block, rank[i].row);
        state.given = items.bytes;
        state.len = (uint32_t)items.len;
        status =
            weir_spill_add(&sort->spill, weir_row_block_key(block, rank[i].row),
                           &rows, 0, error);
    }
    if (!status)
        status = weir_spill_end(&sort->spill, error);
    block->n_rows = block->len = 0;
    weir_ran(WEIR_RAN_SPILL_ROWS);
    return status ? status : shorten(sort, error);
}

/* Adding */

static enum weir_status refused(const struct weir_external_sort *sort,
                                struct weir_error *error)
{
    return weir_fail_capacity(error, WEIR_MEMORY_RAISES ", limit bounds it",
                              "the %zu rows that order by holds do not fit",
                              sort->block.n_rows);
}

enum weir_status weir_external_sort_reserve(struct weir_external_sort *sort,
                                            size_t bytes, char **row,
                                            struct weir_error *error)
{
    if (bytes > WEIR_ROW_MAX)
        return refused(sort, error);
    if (weir_row_block_full(&sort->block, bytes)) {
        enum weir_status status = spill(sort, error);
        if (status)
            return status;
    }
    *row = weir_row_block_reserve(&sort->block, bytes);
    return *row ? WEIR_OK : refused(sort, error);
}

void weir_external_sort_commit(struct weir_external_sort *sort, size_t key_len,
                               size_t items_len)
{
    weir_row_block_commit(&sort->block, key_len, items_len);
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
    weir_row_block_release(&sort->block);
    merged->open = true;
    merged->states = (struct weir_states){.base = (char *)&merged->state,
                                          .stride = sizeof merged->state,
                                          .arena = &merged->arena};
    merged->row = (struct weir_state_rows){&shape_of_row, &merged->states};
    return weir_merge_open(&merged->merge, &from, 1, &shape_of_row,
                           sort->block.memory, error);
}

enum weir_status weir_external_sort_end(struct weir_external_sort *sort,
                                        struct weir_error *error)
{
    if (sort->spill.n_runs)
        return merge_runs(sort, error);
    weir_row_block_sort(&sort->block);
    return WEIR_OK;
}

/* WEIR_OK and the next row's items, borrowed until the next call. */
static enum weir_status next_row(struct weir_external_sort *sort,
                                 struct weir_text *items,
                                 struct weir_error *error)
{
    struct merged *merged = &sort->merged;
    if (!merged->open) {
        const struct weir_row_block *block = &sort->block;
        if (sort->at == block->n_rows)
            return WEIR_END;
        *items = weir_row_block_items(
            block, weir_row_block_index(block)[sort->at++].row);
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
