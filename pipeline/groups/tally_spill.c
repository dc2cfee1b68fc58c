/*
 * A tally becomes a run: its rows in the order of their keys' bytes, which is
 * the natural order of the keys (partials/key.h).
 *
 *     rows -> rank by the key's first bytes -> sort -> key and states: a run
 *
 * Keys are written twice, once to be ranked and once to go out: cheaper than
 * keeping them.
 */
#include "pipeline/groups/tally_spill.h"

#include "base/error.h"
#include "partials/key.h"
#include <string.h>

/* Rows come in random order: so many are fetched ahead. */
#define AHEAD ((size_t)16)

/* All parts of a group's key, one after another. */
static bool write_key(const struct weir_tally *tally, uint64_t group,
                      struct weir_tally_key *key)
{
    size_t n_parts = tally->table->n_keys, need = 1;
    for (size_t i = 0; i < n_parts; i++)
        need += weir_key_room(
            weir_groups_part(&tally->groups, (size_t)group, i).len);
    void *bytes = key->bytes;
    bool room = weir_grow(WEIR_MEMORY_SPILL, &bytes, &key->room, need, 1);
    key->bytes = bytes;
    key->len = 0;
    for (size_t i = 0; room && i < n_parts; i++)
        key->len +=
            weir_key_write(weir_groups_part(&tally->groups, (size_t)group, i),
                           key->bytes + key->len);
    return room;
}

static int by_key(const void *context, uint64_t a, uint64_t b)
{
    const struct weir_tally *tally = context;
    struct weir_tally_key *x = &tally->spilled->key;
    struct weir_tally_key *y = &tally->spilled->other;
    /* There was room for every key when they were ranked. */
    if (!write_key(tally, a, x) || !write_key(tally, b, y))
        return 0;
    return weir_text_compare((struct weir_text){x->bytes, x->len},
                             (struct weir_text){y->bytes, y->len});
}

static enum weir_status refused(const struct weir_tally *tally,
                                struct weir_error *error)
{
    return weir_fail_memory(error, "writing groups to a temporary file",
                            tally->n_rows * SPILL_BYTES);
}

enum weir_status weir_tally_begin_runs(struct weir_tally *tally,
                                       const char *folder,
                                       struct weir_error *error)
{
    if (tally->spilled)
        return WEIR_OK;
    tally->spilled = weir_alloc_zero(WEIR_MEMORY_SPILL, sizeof *tally->spilled);
    if (!tally->spilled)
        return refused(tally, error);
    return weir_spill_init(&tally->spilled->spill, folder, error);
}

static bool rank(struct weir_tally *tally)
{
    struct weir_tally_spill *s = tally->spilled;
    void *array = s->rank;
    size_t longest = 0;
    bool room = weir_grow(WEIR_MEMORY_SPILL, &array, &s->rank_room,
                          tally->n_rows, sizeof *s->rank);
    s->rank = array;
    for (size_t row = 0; room && row < tally->n_rows; row++) {
        room = write_key(tally, row, &s->key);
        if (room)
            s->rank[row] = (struct weir_key_rank){
                weir_key_prefix(s->key.bytes, s->key.len), row};
        longest = s->key.len > longest ? s->key.len : longest;
    }
    /* Comparing must not fail. */
    void *bytes = s->other.bytes;
    room = room &&
           weir_grow(WEIR_MEMORY_SPILL, &bytes, &s->other.room, s->key.room, 1);
    s->other.bytes = bytes;
    return room;
}

static void fetch(const struct weir_tally *tally, size_t at,
                  const struct weir_state_rows *rows)
{
    if (at >= tally->n_rows)
        return;
    size_t row = (size_t)tally->spilled->rank[at].row;
    __builtin_prefetch(&tally->groups.key[row + 1]);
    for (size_t i = 0; i < rows->shape->n; i++)
        __builtin_prefetch(rows->states[i].base + row * rows->states[i].stride);
}

static enum weir_status write_run(struct weir_tally *tally,
                                  const struct weir_state_rows *rows,
                                  struct weir_error *error)
{
    struct weir_tally_spill *s = tally->spilled;
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; !status && i < tally->n_rows; i++) {
        fetch(tally, i + AHEAD, rows);
        if (!write_key(tally, s->rank[i].row, &s->key))
            return refused(tally, error);
        status = weir_spill_add(&s->spill,
                                (struct weir_text){s->key.bytes, s->key.len},
                                rows, (size_t)s->rank[i].row, error);
    }
    return status ? status : weir_spill_end(&s->spill, error);
}

enum weir_status weir_tally_spill(struct weir_tally *tally, const char *folder,
                                  struct weir_error *error)
{
    size_t n = tally->table->n_aggregates + 1;
    enum weir_status status = weir_tally_begin_runs(tally, folder, error);
    if (status || tally->n_rows == 0)
        return status;
    const struct weir_aggregate **aggregate =
        weir_alloc(WEIR_MEMORY_SPILL, n * sizeof(*aggregate));
    struct weir_states *states =
        weir_alloc(WEIR_MEMORY_SPILL, n * sizeof *states);
    if (aggregate && states && rank(tally)) {
        const struct weir_shape shape = {
            aggregate, weir_table_owners(tally->table, aggregate)};
        const struct weir_state_rows rows = {&shape, states};
        for (size_t i = 0, at = 0; i < tally->table->n_aggregates; i++)
            if (tally->column[i].owner == i)
                states[at++] = weir_tally_states(tally, i);
        weir_key_sort(tally->spilled->rank, tally->n_rows, by_key, tally);
        status = write_run(tally, &rows, error);
    } else {
        status = refused(tally, error);
    }
    weir_free(WEIR_MEMORY_SPILL, (void *)aggregate);
    weir_free(WEIR_MEMORY_SPILL, states);
    weir_tally_empty(tally);
    return status;
}

struct weir_spill *weir_tally_runs(const struct weir_tally *tally)
{
    return tally->spilled ? &tally->spilled->spill : NULL;
}

void weir_tally_forget(struct weir_tally *tally)
{
    struct weir_tally_spill *s = tally->spilled;
    if (!s)
        return;
    weir_spill_release(&s->spill);
    weir_free(WEIR_MEMORY_SPILL, s->rank);
    weir_free(WEIR_MEMORY_SPILL, s->key.bytes);
    weir_free(WEIR_MEMORY_SPILL, s->other.bytes);
    weir_free(WEIR_MEMORY_SPILL, s);
    tally->spilled = NULL;
}
