/*
 * Open addressing with linear probing. A slot is 8 bytes, the hash and the
 * group's number, so that a probe seldom looks at a key that differs, and the
 * table grows without looking at keys at all. The hash is seeded: no input can
 * be made to collide on purpose. Nothing of its order is ever seen: output is
 * in key order.
 */
#include "pipeline/group.h"

#include "base/error.h"
#include <string.h>
#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define SLOTS_LEAST ((size_t)1024)
#define GROUPS_LEAST ((size_t)512)
#define BYTES_LEAST ((size_t)8192)
/* Bytes past a key that wide loads may read. */
#define PAD ((size_t)16)
/* Rows hashed before the first of them is looked up. */
#define AHEAD ((size_t)64)

static enum weir_status refused(const struct weir_groups *groups,
                                struct weir_error *error)
{
    if (groups->bytes_len > UINT32_MAX / 16 * 15)
        return weir_fail(error, WEIR_LIMIT,
                         "the keys of %zu groups pass 4 GiB, the most that "
                         "one run holds",
                         groups->n);
    return weir_fail(error, WEIR_LIMIT,
                     "%zu groups do not fit the memory allowed; --memory "
                     "raises it",
                     groups->n);
}

size_t weir_groups_bytes(void)
{
    return SLOTS_LEAST * sizeof(struct weir_group_slot) +
           GROUPS_LEAST * sizeof(struct weir_span) + BYTES_LEAST;
}

enum weir_status weir_groups_init(struct weir_groups *groups, size_t n_parts,
                                  struct weir_error *error)
{
    *groups = (struct weir_groups){.n_parts = n_parts,
                                   .room = GROUPS_LEAST,
                                   .bytes_room = BYTES_LEAST,
                                   .slot_mask = SLOTS_LEAST - 1};
    if (getrandom(&groups->seed, sizeof groups->seed, GRND_NONBLOCK) < 0)
        groups->seed =
            (uint64_t)(uintptr_t)&error * UINT64_C(0x9e3779b97f4a7c15);
    groups->slot =
        weir_alloc_zero(WEIR_MEMORY_GROUP, SLOTS_LEAST * sizeof *groups->slot);
    groups->key =
        weir_alloc(WEIR_MEMORY_GROUP, GROUPS_LEAST * sizeof *groups->key);
    groups->bytes = weir_alloc(WEIR_MEMORY_GROUP, BYTES_LEAST);
    if (groups->slot && groups->key && groups->bytes)
        return WEIR_OK;
    weir_groups_release(groups);
    return weir_fail_memory(error, "the groups", weir_groups_bytes());
}

void weir_groups_release(struct weir_groups *groups)
{
    weir_free(WEIR_MEMORY_GROUP, groups->slot);
    weir_free(WEIR_MEMORY_GROUP, groups->key);
    weir_free(WEIR_MEMORY_GROUP, groups->bytes);
    weir_free(WEIR_MEMORY_GROUP, groups->encoded);
    *groups = (struct weir_groups){0};
}

/*
 * A key of up to 16 bytes as two words, zero past its end: equal keys of one
 * length are equal words. Bytes past a key are readable: see vector.h.
 */
struct words {
    uint64_t low, high;
};

static inline uint64_t load(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline struct words words_of(struct weir_text key)
{
    struct words words = {0, 0};
    if (key.len > 8) {
        words.low = load(key.bytes);
        words.high = load(key.bytes + 8) & (UINT64_MAX >> 8 * (16 - key.len));
    } else if (key.len) {
        words.low = load(key.bytes) & (UINT64_MAX >> 8 * (8 - key.len));
    }
    return words;
}

/* One multiplication of 64 by 64 bits, its halves folded (Wang Yi, wyhash). */
__extension__ typedef unsigned __int128 uint128;

static inline uint64_t mix(uint64_t a, uint64_t b)
{
    uint128 product = (uint128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint32_t tag_of(const struct weir_groups *groups,
                              struct weir_text key)
{
    if (key.len > 16)
        return (uint32_t)XXH3_64bits_withSeed(key.bytes, key.len, groups->seed);
    struct words words = words_of(key);
    return (uint32_t)mix(words.low ^ groups->seed ^
                             UINT64_C(0xa0761d6478bd642f),
                         words.high ^ (groups->seed >> 32) ^ key.len ^
                             UINT64_C(0xe7037ed1a0b428db));
}

static inline struct weir_text key_of(const struct weir_groups *groups,
                                      size_t group)
{
    return (struct weir_text){groups->bytes + groups->key[group].start,
                              groups->key[group].len};
}

static inline bool same_text(struct weir_text a, struct weir_text b)
{
    if (a.len != b.len)
        return false;
    if (a.len > 16)
        return !memcmp(a.bytes, b.bytes, a.len);
    struct words x = words_of(a), y = words_of(b);
    return ((x.low ^ y.low) | (x.high ^ y.high)) == 0;
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

static bool add(struct weir_groups *groups, struct weir_text key)
{
    void *array = groups->key, *bytes = groups->bytes;
    bool room = groups->n < UINT32_MAX - 1 &&
                groups->bytes_len + key.len <= UINT32_MAX &&
                weir_grow(WEIR_MEMORY_GROUP, &array, &groups->room,
                          groups->n + 1, sizeof *groups->key);
    groups->key = array;
    room = room && weir_grow(WEIR_MEMORY_GROUP, &bytes, &groups->bytes_room,
                             groups->bytes_len + key.len + PAD, 1);
    groups->bytes = bytes;
    if (!room)
        return false;
    memcpy(groups->bytes + groups->bytes_len, key.bytes, key.len);
    groups->key[groups->n++] =
        (struct weir_span){(uint32_t)groups->bytes_len, (uint32_t)key.len};
    groups->bytes_len += key.len;
    return true;
}

/* The key's group, plus one; 0: refused. */
static inline uint32_t find(struct weir_groups *groups, struct weir_text key,
                            uint32_t tag)
{
    size_t at = tag & groups->slot_mask;
    for (; groups->slot[at].group; at = (at + 1) & groups->slot_mask)
        if (groups->slot[at].tag == tag &&
            same_text(key_of(groups, groups->slot[at].group - 1), key))
            return groups->slot[at].group;
    if (!add(groups, key))
        return 0;
    uint32_t group = (uint32_t)groups->n;
    groups->slot[at] = (struct weir_group_slot){tag, group};
    /* At most half full. */
    if (groups->n > groups->slot_mask / 2 && !double_slots(groups))
        return 0;
    return group;
}

/* Keys of one part: hashed some rows ahead, so that the slots of a table
 * larger than the caches are on their way when they are looked at. */
static bool find_singles(struct weir_groups *groups,
                         const struct weir_vector *part, size_t rows,
                         uint32_t *group)
{
    uint32_t tag[AHEAD];
    for (size_t from = 0; from < rows; from += AHEAD) {
        size_t n = rows - from < AHEAD ? rows - from : AHEAD;
        for (size_t i = 0; i < n; i++) {
            tag[i] = tag_of(groups, weir_vector_text(part, from + i));
            __builtin_prefetch(&groups->slot[tag[i] & groups->slot_mask]);
        }
        for (size_t i = 0; i < n; i++) {
            uint32_t found =
                find(groups, weir_vector_text(part, from + i), tag[i]);
            if (found == 0)
                return false;
            group[from + i] = found - 1;
        }
    }
    return true;
}

/* Several parts: each one's length, then its bytes. */
static bool encode(struct weir_groups *groups,
                   const struct weir_vector *const *part, size_t row,
                   struct weir_text *key)
{
    size_t need = 0, used = 0;
    for (size_t i = 0; i < groups->n_parts; i++)
        need += sizeof(uint32_t) + part[i]->span[row].len;
    void *encoded = groups->encoded;
    if (need + PAD > groups->encoded_room &&
        !weir_grow(WEIR_MEMORY_GROUP, &encoded, &groups->encoded_room,
                   need + PAD, 1))
        return false;
    groups->encoded = encoded;
    for (size_t i = 0; i < groups->n_parts; i++) {
        struct weir_text text = weir_vector_text(part[i], row);
        uint32_t len = (uint32_t)text.len;
        memcpy(groups->encoded + used, &len, sizeof len);
        memcpy(groups->encoded + used + sizeof len, text.bytes, len);
        used += sizeof len + len;
    }
    *key = (struct weir_text){groups->encoded, used};
    return true;
}

enum weir_status weir_groups_find(struct weir_groups *groups,
                                  const struct weir_vector *const *part,
                                  size_t rows, uint32_t *group,
                                  struct weir_error *error)
{
    if (groups->n_parts == 1)
        return find_singles(groups, part[0], rows, group)
                   ? WEIR_OK
                   : refused(groups, error);
    for (size_t r = 0; r < rows; r++) {
        struct weir_text key;
        uint32_t found = 0;
        if (encode(groups, part, r, &key))
            found = find(groups, key, tag_of(groups, key));
        if (found == 0)
            return refused(groups, error);
        group[r] = found - 1;
    }
    return WEIR_OK;
}

enum weir_status weir_groups_add(struct weir_groups *groups,
                                 const struct weir_groups *from, size_t group,
                                 uint32_t *into, struct weir_error *error)
{
    struct weir_text key = key_of(from, group);
    uint32_t found = find(groups, key, tag_of(groups, key));
    if (found == 0)
        return refused(groups, error);
    *into = found - 1;
    return WEIR_OK;
}

struct weir_text weir_groups_part(const struct weir_groups *groups,
                                  size_t group, size_t part)
{
    struct weir_text key = key_of(groups, group);
    if (groups->n_parts == 1)
        return key;
    for (;; part--) {
        uint32_t len;
        memcpy(&len, key.bytes, sizeof len);
        key.bytes += sizeof len;
        if (part == 0)
            return (struct weir_text){key.bytes, len};
        key.bytes += len;
    }
}
