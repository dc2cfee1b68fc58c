/*
 * A hash table with open addressing and linear probing. A slot is 8 bytes, the
 * hash and the group's number, so the table grows without reading any keys. The
 * hash is seeded, so no input can be made to collide on purpose. The order of
 * the slots never shows: output is in key order.
 *
 * Keys are found for a block of rows at a time, in passes: words (key_words.h)
 * and hashes, then a test of the slot where each key belongs. The passes have
 * no branch on what a row holds. Rows whose key is not in that slot are listed,
 * and searched for afterwards. The reason is that the lengths and hits of
 * neighbouring rows are unrelated, and a mispredicted branch costs more than a
 * test of the table.
 */
#include "pipeline/groups/group.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/number_parts.h"
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define SLOTS_MIN ((size_t)1024)
#define GROUPS_MIN ((size_t)512)
/* Rows of a block. */
#define BLOCK ((size_t)64)
/* Slots of a table that the near caches hold. Below this size slots are cheap,
 * so the table is kept emptier; above it slots and keys are prefetched. */
#define NEAR_SLOTS ((size_t)1 << 14)

static enum weir_status refused(const struct weir_groups *groups,
                                struct weir_error *error)
{
    if (groups->bytes_len > UINT32_MAX / 16 * 15)
        return weir_fail(error, WEIR_LIMIT,
                         "the keys of %zu groups pass 4 GiB, the most that "
                         "one run holds",
                         groups->n);
    return weir_fail_capacity(error, WEIR_MEMORY_RAISES,
                              "%zu groups do not fit", groups->n);
}

/* A free slot has group 0, whose key has words that no other key has. */
static const struct weir_group_key no_key = {.words = {0, WEIR_KEY_NONE}};

enum weir_status weir_groups_init(struct weir_groups *groups, size_t n_parts,
                                  struct weir_error *error)
{
    *groups = (struct weir_groups){.composite.n_parts = n_parts,
                                   .capacity = GROUPS_MIN + 1,
                                   .slot_mask = SLOTS_MIN - 1};
    const struct weir_seed seed = weir_seed_draw();
    groups->seeds = (weir_key_words){seed.word[0], seed.word[1]};
    groups->slot =
        weir_alloc_zero(WEIR_MEMORY_GROUP, SLOTS_MIN * sizeof *groups->slot);
    groups->key =
        weir_alloc(WEIR_MEMORY_GROUP, groups->capacity * sizeof *groups->key);
    if (groups->slot && groups->key) {
        groups->key[0] = no_key;
        return WEIR_OK;
    }
    weir_groups_release(groups);
    return weir_fail_memory(error, "the groups", weir_groups_bytes(GROUPS_MIN));
}

void weir_groups_release(struct weir_groups *groups)
{
    weir_free(WEIR_MEMORY_GROUP, groups->slot);
    weir_free(WEIR_MEMORY_GROUP, groups->key);
    weir_free(WEIR_MEMORY_GROUP, groups->bytes);
    weir_composite_keys_release(&groups->composite);
    *groups = (struct weir_groups){0};
}

static weir_key_words long_words(const struct weir_groups *groups,
                                 const char *bytes, uint32_t len)
{
    uint64_t hash = XXH3_64bits_withSeed(bytes, len, groups->seeds[0]);
    return (weir_key_words){weir_little_word(hash),
                            weir_little_word(WEIR_KEY_LONG_MARK | len)};
}

/* The hash: one multiplication of 64 by 64 bits, whose halves are folded (Wang
 * Yi, wyhash). A factor is zero only if a word of the key equals its secret
 * seed. */
static inline uint32_t tag_by(weir_key_words seeds, weir_key_words words)
{
    words ^= seeds;
    weir_uint128 product = (weir_uint128)words[0] * words[1];
    return (uint32_t)product ^ (uint32_t)(product >> 64);
}

/* A key to be found. */
struct sought {
    weir_key_words words;
    const char *bytes; /* used only if it is long */
    uint32_t tag, len;
};

/* The key at an index of groups->key, which is a group number plus one. */
static struct weir_text text_of(const struct weir_groups *groups, size_t group)
{
    const struct weir_group_key *key = &groups->key[group];
    const char *bytes = weir_key_is_long(&key->words)
                            ? groups->bytes + key->start
                            : (const char *)&key->words;
    return (struct weir_text){bytes, key->len};
}

static bool is_key(const struct weir_groups *groups, uint32_t group,
                   const struct sought *sought)
{
    const struct weir_group_key *key = &groups->key[group];
    return weir_key_words_equal(&key->words, sought->words) &&
           (!weir_key_is_long(&key->words) ||
            !memcmp(groups->bytes + key->start, sought->bytes, key->len));
}

static bool double_slots(struct weir_groups *groups)
{
    size_t mask = 2 * groups->slot_mask + 1;
    struct weir_group_slot *slot =
        weir_alloc_zero(WEIR_MEMORY_GROUP, (mask + 1) * sizeof *slot);
    if (!slot)
        return false;
    for (size_t i = 0; i <= groups->slot_mask; i++) {
        if (groups->slot[i].group == 0)
            continue;
        size_t at = groups->slot[i].tag & mask;
        while (slot[at].group)
            at = (at + 1) & mask;
        slot[at] = groups->slot[i];
    }
    weir_free(WEIR_MEMORY_GROUP, groups->slot);
    groups->slot = slot;
    groups->slot_mask = mask;
    return true;
}

/* The most groups that this many slots serve: a sixteenth of the slots in small
 * tables, half in others. So 513 groups take twice the slots of 512, and as
 * many as 8192 groups. */
static size_t served_by(size_t slots)
{
    return slots < NEAR_SLOTS ? slots / 16 : slots / 2;
}

/* The capacity of an array to which elements are added one by one. */
static size_t grown(size_t capacity, size_t need)
{
    if (capacity == 0)
        return need;
    while (capacity < need)
        capacity *= 2;
    return capacity;
}

static size_t slots_for(size_t slots, size_t groups)
{
    slots = slots < SLOTS_MIN ? SLOTS_MIN : slots;
    while (groups > served_by(slots))
        slots *= 2;
    return slots;
}

size_t weir_groups_bytes(size_t groups)
{
    return slots_for(0, groups) * sizeof(struct weir_group_slot) +
           (groups + 1) * sizeof(struct weir_group_key);
}

size_t weir_groups_would_hold(const struct weir_groups *groups, size_t more,
                              size_t text, size_t *meanwhile)
{
    size_t slots = slots_for(groups->slot_mask + 1, groups->n + more);
    size_t bytes = grown(groups->bytes_capacity,
                         text ? groups->bytes_len + text + WEIR_KEY_PAD : 0);
    *meanwhile = bytes + slots * sizeof *groups->slot;
    /* The slots were doubled last when the half of them was full. */
    if (slots > groups->slot_mask + 1)
        *meanwhile += slots / 2 * sizeof *groups->slot +
                      grown(groups->capacity, served_by(slots / 2) + 2) *
                          sizeof *groups->key;
    return bytes + slots * sizeof *groups->slot +
           grown(groups->capacity, groups->n + more + 1) * sizeof *groups->key;
}

void weir_groups_empty(struct weir_groups *groups)
{
    memset(groups->slot, 0, (groups->slot_mask + 1) * sizeof *groups->slot);
    groups->n = groups->bytes_len = 0;
}

static bool reserve_keys(struct weir_groups *groups, size_t n)
{
    return weir_grow(WEIR_MEMORY_GROUP, &groups->key, &groups->capacity, n + 1);
}

static bool reserve_bytes(struct weir_groups *groups, size_t len)
{
    return weir_grow(WEIR_MEMORY_GROUP, &groups->bytes, &groups->bytes_capacity,
                     len + WEIR_KEY_PAD);
}

bool weir_groups_reserve(struct weir_groups *groups, size_t n, size_t bytes)
{
    return reserve_keys(groups, n) && reserve_bytes(groups, bytes);
}

static bool add(struct weir_groups *groups, const struct sought *sought)
{
    struct weir_group_key key = {.words = sought->words, .len = sought->len};
    if (groups->n >= UINT32_MAX - 2 || !reserve_keys(groups, groups->n + 1))
        return false;
    if (weir_key_is_long(&key.words)) {
        size_t len = groups->bytes_len + sought->len;
        if (len > UINT32_MAX || !reserve_bytes(groups, len))
            return false;
        memcpy(groups->bytes + groups->bytes_len, sought->bytes, sought->len);
        key.start = (uint32_t)groups->bytes_len;
        groups->bytes_len = len;
    }
    groups->key[++groups->n] = key;
    return true;
}

/* Finds the key by linear probing, or adds it. Returns its group number plus
 * one; 0 if memory is refused. */
static uint32_t walk(struct weir_groups *groups, const struct sought *sought)
{
    size_t at = sought->tag & groups->slot_mask;
    for (; groups->slot[at].group; at = (at + 1) & groups->slot_mask)
        if (groups->slot[at].tag == sought->tag &&
            is_key(groups, groups->slot[at].group, sought))
            return groups->slot[at].group;
    if (!add(groups, sought))
        return 0;
    uint32_t group = (uint32_t)groups->n;
    groups->slot[at] = (struct weir_group_slot){sought->tag, group};
    if (groups->n > served_by(groups->slot_mask + 1) && !double_slots(groups))
        return 0;
    return group;
}

/* The keys of a block of rows: rows [from, from + n) of a vector. */
struct block {
    const struct weir_vector *key;
    size_t from, n;
    weir_key_words words[BLOCK];
    uint32_t tag[BLOCK];
    uint32_t missed[BLOCK];  /* rows that are not in the slot they belong to */
    uint32_t is_long[BLOCK]; /* rows with long keys */
    size_t n_long;
};

static void read_block(const struct weir_groups *groups, struct block *block)
{
    const struct weir_span *span = block->key->span + block->from;
    const char *base = block->key->base;
    const weir_key_words seeds = groups->seeds;
    const size_t n = block->n;
    size_t n_long = 0;
    for (size_t i = 0; i < n; i++) {
        if (__builtin_expect(span[i].len > WEIR_KEY_SHORT, 0)) {
            block->is_long[n_long++] = (uint32_t)i;
            continue;
        }
        weir_key_words words =
            weir_key_words_short(base + span[i].start, span[i].len);
        block->words[i] = words;
        block->tag[i] = tag_by(seeds, words);
    }
    block->n_long = n_long;
    for (size_t k = 0; k < n_long; k++) {
        size_t i = block->is_long[k];
        block->words[i] = long_words(groups, base + span[i].start, span[i].len);
        block->tag[i] = tag_by(seeds, block->words[i]);
    }
}

/* Prefetches all slots, and then all keys. */
static void fetch(const struct weir_groups *groups, const struct block *block)
{
    size_t mask = groups->slot_mask;
    for (size_t i = 0; i < block->n; i++)
        __builtin_prefetch(&groups->slot[block->tag[i] & mask]);
    for (size_t i = 0; i < block->n; i++)
        __builtin_prefetch(
            &groups->key[groups->slot[block->tag[i] & mask].group]);
}

/* Tests the slot where each row's key belongs. Sets the row's group, and lists
 * the rows whose key is not there; returns how many. */
static size_t look(const struct weir_groups *groups, struct block *block,
                   uint32_t *group)
{
    const struct weir_group_slot *slot = groups->slot;
    const struct weir_group_key *key = groups->key;
    const size_t mask = groups->slot_mask, rows = block->n;
    size_t n = 0;
    for (size_t i = 0; i < rows; i++) {
        uint32_t found = slot[block->tag[i] & mask].group;
        group[i] = found - 1;
        block->missed[n] = (uint32_t)i;
        n += !weir_key_words_equal(&key[found].words, block->words[i]);
    }
    return n;
}

static bool walk_row(struct weir_groups *groups, const struct block *block,
                     size_t i, uint32_t *group)
{
    struct weir_text text = weir_vector_text(block->key, block->from + i);
    struct sought sought = {.words = block->words[i],
                            .bytes = text.bytes,
                            .len = (uint32_t)text.len,
                            .tag = block->tag[i]};
    uint32_t found = walk(groups, &sought);
    *group = found - 1;
    return found != 0;
}

/* Compares the bytes of a long key with those of the group that was found,
 * whose words are equal; they hardly ever differ. */
static bool check_row(struct weir_groups *groups, const struct block *block,
                      size_t i, uint32_t *group)
{
    const struct weir_group_key *key = &groups->key[*group + 1];
    struct weir_text text = weir_vector_text(block->key, block->from + i);
    return !memcmp(groups->bytes + key->start, text.bytes, key->len) ||
           walk_row(groups, block, i, group);
}

static bool find_block(struct weir_groups *groups, struct block *block,
                       uint32_t *group)
{
    read_block(groups, block);
    if (groups->slot_mask >= NEAR_SLOTS)
        fetch(groups, block);
    size_t n = look(groups, block, group);
    for (size_t i = 0; i < n; i++)
        if (!walk_row(groups, block, block->missed[i],
                      &group[block->missed[i]]))
            return false;
    for (size_t i = 0; i < block->n_long; i++)
        if (!check_row(groups, block, block->is_long[i],
                       &group[block->is_long[i]]))
            return false;
    return true;
}

enum weir_status weir_groups_find(struct weir_groups *groups,
                                  const struct weir_vector *const *part,
                                  size_t rows, uint32_t *group,
                                  struct weir_error *error)
{
    struct weir_span span[BLOCK];
    struct weir_vector encoded = {.span = span};
    const bool single = groups->composite.n_parts == 1;
    struct block block;
    for (size_t from = 0; from < rows; from += BLOCK) {
        block.n = rows - from < BLOCK ? rows - from : BLOCK;
        block.key = single ? part[0] : &encoded;
        block.from = single ? from : 0;
        if ((!single && !weir_composite_keys_encode(&groups->composite, part,
                                                    from, block.n, &encoded)) ||
            !find_block(groups, &block, group + from))
            return refused(groups, error);
    }
    return WEIR_OK;
}

enum weir_status weir_groups_add(struct weir_groups *groups,
                                 const struct weir_groups *from, size_t group,
                                 uint32_t *into, struct weir_error *error)
{
    struct weir_text text = text_of(from, group + 1);
    struct sought sought = {.bytes = text.bytes, .len = (uint32_t)text.len};
    sought.words = sought.len > WEIR_KEY_SHORT
                       ? long_words(groups, text.bytes, sought.len)
                       : weir_key_words_short(text.bytes, sought.len);
    sought.tag = tag_by(groups->seeds, sought.words);
    uint32_t found = walk(groups, &sought);
    if (found == 0)
        return refused(groups, error);
    *into = found - 1;
    return WEIR_OK;
}

struct weir_text weir_groups_part(const struct weir_groups *groups,
                                  size_t group, size_t part)
{
    struct weir_text key = text_of(groups, group + 1);
    if (groups->composite.n_parts == 1)
        return key;
    return weir_composite_key_part(key.bytes, part);
}
