/*
 * The key table: keys to group numbers 0, 1, 2, ... in order of appearance.
 *
 * A key is one text, or several with their lengths before them. Equal means
 * equal bytes: 1 and 1.0 are two groups, next to each other in the output.
 */
#ifndef WEIR_PIPELINE_GROUPS_GROUP_H
#define WEIR_PIPELINE_GROUPS_GROUP_H

#include "base/memory.h"
#include "base/vector.h"

/* A key's two words, both at once, as any machine can. */
typedef uint64_t weir_key_words __attribute__((vector_size(16), aligned(8)));

struct weir_groups {
    size_t n_parts;     /* texts of a key */
    size_t n, capacity; /* groups; keys */
    weir_key_words seeds;
    struct weir_group_key {
        weir_key_words words; /* its bytes, or its hash: see group.c */
        uint32_t len;
        uint32_t start; /* in bytes, where it is longer */
    } * key;            /* [group plus one] */
    char *bytes;
    size_t bytes_len, bytes_capacity;
    struct weir_group_slot {
        uint32_t tag;   /* the key's hash; its low bits are the place */
        uint32_t group; /* plus one; 0: free */
    } * slot;
    size_t slot_mask;
    char *encoded; /* keys of several parts */
    size_t encoded_capacity;
};

enum weir_status weir_groups_init(struct weir_groups *groups, size_t n_parts,
                                  struct weir_error *error) WEIR_CHECKED;
void weir_groups_release(struct weir_groups *groups);

/* The group of each row's key, new ones added; part[i] are text vectors. */
enum weir_status weir_groups_find(struct weir_groups *groups,
                                  const struct weir_vector *const *part,
                                  size_t rows, uint32_t *group,
                                  struct weir_error *error) WEIR_CHECKED;

/* The group here of another table's group, added if it is new. */
enum weir_status weir_groups_add(struct weir_groups *groups,
                                 const struct weir_groups *from, size_t group,
                                 uint32_t *into,
                                 struct weir_error *error) WEIR_CHECKED;

/* One part of a group's key: borrowed until the next find. */
struct weir_text weir_groups_part(const struct weir_groups *groups,
                                  size_t group, size_t part);

/* Leaves no groups, and the table's memory as it is. */
void weir_groups_empty(struct weir_groups *groups);

/* What the table may take once `more` groups are added whose long keys have
 * `text` bytes. */
size_t weir_groups_would_hold(const struct weir_groups *groups, size_t more,
                              size_t text);

/* What an empty table takes. */
size_t weir_groups_bytes(void);

#endif
