/*
 * Open addressing with linear probing. A slot is 8 bytes, a tag of the hash
 * and the group's number, so that a probe seldom looks at a key that differs.
 * The hash is seeded: no input can be made to collide on purpose. Nothing of
 * its order is ever seen: output is in key order.
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

static enum weir_status refused(const struct weir_groups *groups,
                                struct weir_error *error)
{
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

static uint64_t hash_of(const struct weir_groups *groups, struct weir_text key)
{
    return XXH3_64bits_withSeed(key.bytes, key.len, groups->seed);
}

static struct weir_text key_of(const struct weir_groups *groups, size_t group)
{
    return (struct weir_text){groups->bytes + groups->key[group].start,
                              groups->key[group].len};
}

static bool same_text(struct weir_text a, struct weir_text b)
{
    return a.len == b.len && !memcmp(a.bytes, b.bytes, a.len);
}

static bool double_slots(struct weir_groups *groups)
{
    size_t mask = 2 * groups->slot_mask + 1;
    struct weir_group_slot *slot =
        weir_alloc_zero(WEIR_MEMORY_GROUP, (mask + 1) * sizeof *slot);
    if (!slot)
        return false;
    for (size_t g = 0; g < groups->n; g++) {
        uint64_t hash = hash_of(groups, key_of(groups, g));
        size_t at = (size_t)hash & mask;
        while (slot[at].group)
            at = (at + 1) & mask;
        slot[at] =
            (struct weir_group_slot){(uint32_t)(hash >> 32), (uint32_t)g + 1};
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
static uint32_t find(struct weir_groups *groups, struct weir_text key)
{
    uint64_t hash = hash_of(groups, key);
    uint32_t tag = (uint32_t)(hash >> 32);
    size_t at = (size_t)hash & groups->slot_mask;
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

/* Several parts: each one's length, then its bytes. */
static bool encode(struct weir_groups *groups,
                   const struct weir_vector *const *part, size_t row,
                   struct weir_text *key)
{
    size_t need = 0, used = 0;
    for (size_t i = 0; i < groups->n_parts; i++)
        need += sizeof(uint32_t) + part[i]->span[row].len;
    void *encoded = groups->encoded;
    if (need > groups->encoded_room &&
        !weir_grow(WEIR_MEMORY_GROUP, &encoded, &groups->encoded_room, need, 1))
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
    for (size_t r = 0; r < rows; r++) {
        struct weir_text key;
        if (groups->n_parts == 1)
            key = weir_vector_text(part[0], r);
        else if (!encode(groups, part, r, &key))
            return refused(groups, error);
        uint32_t found = find(groups, key);
        if (found == 0)
            return refused(groups, error);
        group[r] = found - 1;
    }
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
