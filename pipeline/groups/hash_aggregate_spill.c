/*
 * A hash aggregate is written as a run: its rows in the order of the bytes of
 * their encoded keys, which is the natural order of the keys (partials/key.h).
 *
 *     rows -> rank by the key's first bytes -> sort -> key and states: a run
 *
 * Keys are encoded twice, once to be ranked and once to be written. That is
 * cheaper than keeping them.
 */
#include "pipeline/groups/hash_aggregate_spill.h"

#include "base/error.h"
#include "partials/key.h"
#include <string.h>

/* After sorting, rows come in random order, so this many are prefetched. */
#define AHEAD ((size_t)16)

/* Encodes all parts of a group's key, one after another. */
static bool write_key(const struct weir_hash_aggregate *hash, uint64_t group,
                      struct weir_hash_aggregate_key *key)
{
    size_t n_parts = hash->table->n_keys, need = 1;
    for (size_t i = 0; i < n_parts; i++)
        need += weir_key_capacity(
            weir_groups_part(&hash->groups, (size_t)group, i).len);
    void *bytes = key->bytes;
    bool fits = weir_grow(WEIR_MEMORY_SPILL, &bytes, &key->capacity, need, 1);
    key->bytes = bytes;
    key->len = 0;
    for (size_t i = 0; fits && i < n_parts; i++)
        key->len +=
            weir_key_write(weir_groups_part(&hash->groups, (size_t)group, i),
                           key->bytes + key->len);
    return fits;
}

static int by_key(const void *context, uint64_t a, uint64_t b)
{
    const struct weir_hash_aggregate *hash = context;
    struct weir_hash_aggregate_key *x = &hash->spilled->key;
    struct weir_hash_aggregate_key *y = &hash->spilled->other;
    /* This cannot fail: rank() made both large enough for every key. */
    if (!write_key(hash, a, x) || !write_key(hash, b, y))
        return 0;
    return weir_text_compare((struct weir_text){x->bytes, x->len},
                             (struct weir_text){y->bytes, y->len});
}

static enum weir_status refused(const struct weir_hash_aggregate *hash,
                                struct weir_error *error)
{
    return weir_fail_memory(error, "writing groups to a temporary file",
                            hash->n_rows * SPILL_BYTES);
}

enum weir_status
weir_hash_aggregate_begin_runs(struct weir_hash_aggregate *hash,
                               const char *folder, struct weir_error *error)
{
    if (hash->spilled)
        return WEIR_OK;
    hash->spilled = weir_alloc_zero(WEIR_MEMORY_SPILL, sizeof *hash->spilled);
    if (!hash->spilled)
        return refused(hash, error);
    return weir_spill_init(&hash->spilled->spill, folder, error);
}

static bool rank(struct weir_hash_aggregate *hash)
{
    struct weir_hash_aggregate_spill *s = hash->spilled;
    void *array = s->rank;
    size_t longest = 0;
    bool fits = weir_grow(WEIR_MEMORY_SPILL, &array, &s->rank_capacity,
                          hash->n_rows, sizeof *s->rank);
    s->rank = array;
    for (size_t row = 0; fits && row < hash->n_rows; row++) {
        fits = write_key(hash, row, &s->key);
        if (fits)
            s->rank[row] = (struct weir_key_rank){
                weir_key_prefix(s->key.bytes, s->key.len), row};
        longest = s->key.len > longest ? s->key.len : longest;
    }
    /* by_key() must not fail, so the second key gets its memory now. */
    void *bytes = s->other.bytes;
    fits = fits && weir_grow(WEIR_MEMORY_SPILL, &bytes, &s->other.capacity,
                             s->key.capacity, 1);
    s->other.bytes = bytes;
    return fits;
}

static void fetch(const struct weir_hash_aggregate *hash, size_t at,
                  const struct weir_state_rows *rows)
{
    if (at >= hash->n_rows)
        return;
    size_t row = (size_t)hash->spilled->rank[at].row;
    __builtin_prefetch(&hash->groups.key[row + 1]);
    for (size_t i = 0; i < rows->shape->n; i++)
        __builtin_prefetch(rows->states[i].base + row * rows->states[i].stride);
}

static enum weir_status write_run(struct weir_hash_aggregate *hash,
                                  const struct weir_state_rows *rows,
                                  struct weir_error *error)
{
    struct weir_hash_aggregate_spill *s = hash->spilled;
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; !status && i < hash->n_rows; i++) {
        fetch(hash, i + AHEAD, rows);
        if (!write_key(hash, s->rank[i].row, &s->key))
            return refused(hash, error);
        status = weir_spill_add(&s->spill,
                                (struct weir_text){s->key.bytes, s->key.len},
                                rows, (size_t)s->rank[i].row, error);
    }
    return status ? status : weir_spill_end(&s->spill, error);
}

enum weir_status weir_hash_aggregate_spill(struct weir_hash_aggregate *hash,
                                           const char *folder,
                                           struct weir_error *error)
{
    size_t n = hash->table->n_aggregates + 1;
    enum weir_status status =
        weir_hash_aggregate_begin_runs(hash, folder, error);
    if (status || hash->n_rows == 0)
        return status;
    const struct weir_aggregate **aggregate =
        weir_alloc(WEIR_MEMORY_SPILL, n * sizeof(*aggregate));
    struct weir_states *states =
        weir_alloc(WEIR_MEMORY_SPILL, n * sizeof *states);
    if (aggregate && states && rank(hash)) {
        const struct weir_shape shape = {
            aggregate, weir_table_owners(hash->table, aggregate)};
        const struct weir_state_rows rows = {&shape, states};
        for (size_t i = 0, at = 0; i < hash->table->n_aggregates; i++)
            if (hash->column[i].owner == i)
                states[at++] = weir_hash_aggregate_states(hash, i);
        weir_key_sort(hash->spilled->rank, hash->n_rows, by_key, hash);
        status = write_run(hash, &rows, error);
    } else {
        status = refused(hash, error);
    }
    weir_free(WEIR_MEMORY_SPILL, (void *)aggregate);
    weir_free(WEIR_MEMORY_SPILL, states);
    weir_hash_aggregate_empty(hash);
    return status;
}

struct weir_spill *
weir_hash_aggregate_runs(const struct weir_hash_aggregate *hash)
{
    return hash->spilled ? &hash->spilled->spill : NULL;
}

void weir_hash_aggregate_forget(struct weir_hash_aggregate *hash)
{
    struct weir_hash_aggregate_spill *s = hash->spilled;
    if (!s)
        return;
    weir_spill_release(&s->spill);
    weir_free(WEIR_MEMORY_SPILL, s->rank);
    weir_free(WEIR_MEMORY_SPILL, s->key.bytes);
    weir_free(WEIR_MEMORY_SPILL, s->other.bytes);
    weir_free(WEIR_MEMORY_SPILL, s);
    hash->spilled = NULL;
}
