/*
 * A header is written by one walk over the info, which counts, copies or hashes
 * its bytes. It is read by one walk that runs twice: first to count the
 * elements, then to fill arrays that lie in one block together with a copy of
 * the bytes.
 */
#include "partials/info.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/error.h"

/* Writing. ---------------------------------------------------------------- */

struct walk {
    char *at; /* NULL to count or hash only */
    size_t len;
    XXH64_state_t *hash;
};

static void put(struct walk *walk, const char *bytes, size_t len)
{
    if (walk->at)
        memcpy(walk->at + walk->len, bytes, len);
    if (walk->hash)
        XXH64_update(walk->hash, bytes, len);
    walk->len += len;
}

static void put_varint(struct walk *walk, uint64_t value)
{
    char bytes[WEIR_VARINT_CAPACITY];
    put(walk, bytes, (size_t)(weir_put_varint(bytes, value) - bytes));
}

static void put_text(struct walk *walk, struct weir_text text)
{
    put_varint(walk, text.len);
    if (text.len)
        put(walk, text.bytes, text.len);
}

static void put_facts(struct walk *walk, const struct weir_partial_info *info,
                      bool identity_only)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < info->n_facts; i++)
        n += !identity_only || info->fact[i].identity;
    put_varint(walk, n);
    for (uint32_t i = 0; i < info->n_facts; i++) {
        const struct weir_fact *fact = &info->fact[i];
        if (identity_only && !fact->identity)
            continue;
        put_varint(walk, fact->identity);
        put_text(walk, fact->name);
        put_text(walk, fact->value);
    }
}

static void put_tables(struct walk *walk, const struct weir_partial_info *info)
{
    put_varint(walk, info->n_tables);
    for (uint32_t i = 0; i < info->n_tables; i++) {
        const struct weir_partial_table *table = &info->table[i];
        put_varint(walk, table->n_parts);
        put_varint(walk, table->n_aggregates);
        for (uint32_t j = 0; j < table->n_aggregates; j++) {
            const char *name = table->aggregate[j]->name;
            put_text(walk, weir_text_of(name));
            put_varint(walk, table->aggregate[j]->version);
        }
    }
}

static void put_shares(struct walk *walk, const struct weir_partial_info *info)
{
    put_varint(walk, info->of_shards);
    put_varint(walk, info->n_shards);
    for (uint32_t i = 0; i < info->n_shards; i++) {
        put_varint(walk, info->shards[i].first);
        put_varint(walk, info->shards[i].last);
    }
    put_varint(walk, info->n_inputs);
    for (uint32_t i = 0; i < info->n_inputs; i++) {
        put_text(walk, info->input[i].name);
        put_varint(walk, info->input[i].bytes);
        put_varint(walk, info->input[i].modified);
    }
}

uint64_t weir_partial_fingerprint(const struct weir_partial_info *info)
{
    XXH64_state_t hash;
    struct walk walk = {.hash = &hash};
    XXH64_reset(&hash, 0);
    put_facts(&walk, info, true);
    put_tables(&walk, info);
    return XXH64_digest(&hash);
}

static bool same_table(const struct weir_partial_table *a,
                       const struct weir_partial_table *b)
{
    if (a->n_parts != b->n_parts || a->n_aggregates != b->n_aggregates)
        return false;
    for (uint32_t i = 0; i < a->n_aggregates; i++)
        if (a->aggregate[i] != b->aggregate[i])
            return false;
    return true;
}

bool weir_partial_alike(const struct weir_partial_info *a,
                        const struct weir_partial_info *b)
{
    if (a->n_tables != b->n_tables)
        return false;
    for (uint32_t i = 0; i < a->n_tables; i++)
        if (!same_table(&a->table[i], &b->table[i]))
            return false;
    return weir_partial_fingerprint(a) == weir_partial_fingerprint(b);
}

static size_t put_all(char *into, const struct weir_partial_info *info)
{
    char fingerprint[8];
    struct walk walk = {.at = into};
    weir_put_fixed(fingerprint, weir_partial_fingerprint(info), 8);
    put(&walk, fingerprint, sizeof fingerprint);
    put_facts(&walk, info, false);
    put_tables(&walk, info);
    put_shares(&walk, info);
    return walk.len;
}

char *weir_partial_info_save(const struct weir_partial_info *info, size_t *len)
{
    *len = put_all(NULL, info);
    char *saved = weir_alloc(WEIR_MEMORY_SPILL, *len);
    if (saved)
        put_all(saved, info);
    return saved;
}

/* Reading. ---------------------------------------------------------------- */

/* Where the elements go. NULL arrays mean that the elements are only
 * counted. */
struct arrays {
    struct weir_fact *fact;
    struct weir_partial_table *table;
    struct weir_shards *shards;
    struct weir_partial_input *input;
    const struct weir_aggregate **aggregate;
    uint64_t n_facts, n_tables, n_shards, n_inputs, n_aggregates;
    uint64_t of_shards;
    struct weir_text unknown; /* an aggregate whose states are unknown */
};

static bool get_text(struct weir_text *from, struct weir_text *text)
{
    uint64_t len;
    return weir_get_varint(from, &len) && weir_get_bytes(from, len, text);
}

/* Gets the number of elements that follow, each of at least one byte. */
static bool get_count(struct weir_text *from, uint64_t *n)
{
    return weir_get_varint(from, n) && *n <= from->len;
}

static bool get_fact(struct weir_text *from, struct weir_fact *fact)
{
    uint64_t identity;
    bool got = weir_get_varint(from, &identity) && identity <= 1 &&
               get_text(from, &fact->name) && get_text(from, &fact->value);
    fact->identity = got && identity;
    return got;
}

static bool get_aggregate(struct weir_text *from, struct arrays *to)
{
    struct weir_text name;
    uint64_t version;
    if (!get_text(from, &name) || !weir_get_varint(from, &version))
        return false;
    const struct weir_aggregate *found = NULL;
    for (size_t i = 0; weir_aggregates[i]; i++)
        if (!weir_aggregates[i]->ordered_set &&
            strlen(weir_aggregates[i]->name) == name.len &&
            !memcmp(weir_aggregates[i]->name, name.bytes, name.len))
            found = weir_aggregates[i];
    if (!found || found->version != version)
        to->unknown = name;
    if (to->aggregate)
        to->aggregate[to->n_aggregates] = found;
    to->n_aggregates++;
    return true;
}

static bool get_table(struct weir_text *from, struct arrays *to,
                      struct weir_partial_table *table)
{
    uint64_t parts, n;
    if (!weir_get_varint(from, &parts) || parts > UINT32_MAX ||
        !get_count(from, &n))
        return false;
    *table = (struct weir_partial_table){(uint32_t)parts, (uint32_t)n, NULL};
    if (to->aggregate)
        table->aggregate = to->aggregate + to->n_aggregates;
    for (uint64_t i = 0; i < n; i++)
        if (!get_aggregate(from, to))
            return false;
    return true;
}

/* Gets a range of shards. Ranges ascend, do not overlap, and lie in 1..of. */
static bool get_shards(struct weir_text *from, uint64_t of, uint64_t *past,
                       struct weir_shards *shards)
{
    uint64_t first, last;
    if (!weir_get_varint(from, &first) || !weir_get_varint(from, &last) ||
        first <= *past || last < first || last > of)
        return false;
    *past = last;
    *shards = (struct weir_shards){(uint32_t)first, (uint32_t)last, 0, 0};
    return true;
}

static bool get_input(struct weir_text *from, struct weir_partial_input *input)
{
    return get_text(from, &input->name) &&
           weir_get_varint(from, &input->bytes) &&
           weir_get_varint(from, &input->modified);
}

static bool get_shares(struct weir_text *from, struct arrays *to)
{
    struct weir_shards shards;
    struct weir_partial_input input;
    uint64_t past = 0;
    if (!weir_get_varint(from, &to->of_shards) || !to->of_shards ||
        to->of_shards > WEIR_SHARDS_MAX || !get_count(from, &to->n_shards) ||
        !to->n_shards)
        return false;
    for (uint64_t i = 0; i < to->n_shards; i++)
        if (!get_shards(from, to->of_shards, &past,
                        to->shards ? &to->shards[i] : &shards))
            return false;
    if (!get_count(from, &to->n_inputs))
        return false;
    for (uint64_t i = 0; i < to->n_inputs; i++)
        if (!get_input(from, to->input ? &to->input[i] : &input))
            return false;
    return true;
}

static bool get_all(struct weir_text from, struct arrays *to)
{
    struct weir_fact fact;
    struct weir_partial_table table;
    to->n_aggregates = 0;
    if (!get_count(&from, &to->n_facts))
        return false;
    for (uint64_t i = 0; i < to->n_facts; i++)
        if (!get_fact(&from, to->fact ? &to->fact[i] : &fact))
            return false;
    if (!get_count(&from, &to->n_tables) || to->n_tables > UINT16_MAX)
        return false;
    for (uint64_t i = 0; i < to->n_tables; i++)
        if (!get_table(&from, to, to->table ? &to->table[i] : &table))
            return false;
    return get_shares(&from, to) && !from.len;
}

/* Allocates one block for the arrays and a copy of the bytes. */
static char *lay_out(struct arrays *a, struct weir_text *saved)
{
    size_t facts = (size_t)a->n_facts * sizeof *a->fact;
    size_t tables = (size_t)a->n_tables * sizeof *a->table;
    size_t inputs = (size_t)a->n_inputs * sizeof *a->input;
    size_t aggregates = (size_t)a->n_aggregates * sizeof(void *);
    size_t shards = (size_t)a->n_shards * sizeof *a->shards;
    char *block =
        weir_alloc(WEIR_MEMORY_SPILL,
                   facts + tables + inputs + aggregates + shards + saved->len);
    if (!block)
        return NULL;
    char *at = block;
    a->fact = (void *)at;
    a->table = (void *)(at += facts);
    a->input = (void *)(at += tables);
    a->aggregate = (void *)(at += inputs);
    a->shards = (void *)(at += aggregates);
    at += shards;
    memcpy(at, saved->bytes, saved->len);
    saved->bytes = at;
    return block;
}

enum weir_status weir_partial_info_load(struct weir_partial_info *info,
                                        struct weir_text saved,
                                        struct weir_error *error)
{
    struct arrays arrays = {0};
    uint64_t fingerprint;
    *info = (struct weir_partial_info){0};
    if (!weir_get_fixed(&saved, 8, &fingerprint) || !get_all(saved, &arrays))
        return weir_fail(error, WEIR_IO, "not a valid header");
    if (arrays.unknown.bytes) {
        char shown[64];
        return weir_fail(
            error, WEIR_IO,
            "holds states of %s as another version of weir writes them",
            weir_show(shown, sizeof shown, arrays.unknown.bytes,
                      arrays.unknown.len, 40));
    }
    info->memory = lay_out(&arrays, &saved);
    if (!info->memory)
        return weir_fail_memory(error, "a partial's header", saved.len);
    (void)get_all(saved, &arrays);
    info->fact = arrays.fact;
    info->table = arrays.table;
    info->shards = arrays.shards;
    info->input = arrays.input;
    info->n_facts = (uint32_t)arrays.n_facts;
    info->n_tables = (uint32_t)arrays.n_tables;
    info->n_shards = (uint32_t)arrays.n_shards;
    info->n_inputs = (uint32_t)arrays.n_inputs;
    info->of_shards = (uint32_t)arrays.of_shards;
    if (weir_partial_fingerprint(info) == fingerprint)
        return WEIR_OK;
    weir_partial_info_release(info);
    return weir_fail(error, WEIR_IO, "its fingerprint is not its header's");
}

bool weir_partial_info_places(struct weir_partial_info *info,
                              struct weir_text *from)
{
    struct weir_shards *shards = info->shards;
    for (uint32_t i = 0; i < info->n_shards; i++)
        if (!weir_get_varint(from, &shards[i].begins) ||
            !weir_get_varint(from, &shards[i].ends) ||
            (shards[i].begins == 0) != (shards[i].ends == 0))
            return false;
    return true;
}

void weir_partial_info_release(struct weir_partial_info *info)
{
    weir_free(WEIR_MEMORY_SPILL, info->memory);
    *info = (struct weir_partial_info){0};
}
