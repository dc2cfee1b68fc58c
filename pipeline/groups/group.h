/*
 * The key table: it gives each key a group number 0, 1, 2, ... in the order in
 * which keys appear.
 *
 * A key is one text, or several texts (parts), which are one composite key.
 * Keys are equal if their bytes are: 1 and 1.0 are two groups, next to each
 * other in the output.
 */
#ifndef WEIR_PIPELINE_GROUPS_GROUP_H
#define WEIR_PIPELINE_GROUPS_GROUP_H

#include "pipeline/groups/composite_key.h"
#include "pipeline/groups/key_words.h"

struct weir_groups {
    size_t n, capacity;   /* number of groups; of elements of `key` */
    weir_key_words seeds; /* of the hash; random for each table */
    struct weir_group_key {
        weir_key_words words;
        uint32_t len;
        uint32_t start; /* offset in `bytes` of a long key */
    } * key;            /* [group number plus one] */
    char *bytes;        /* the long keys */
    size_t bytes_len, bytes_capacity;
    struct weir_group_slot {
        uint32_t tag;   /* the key's hash; its low bits are the slot's index */
        uint32_t group; /* group number plus one; 0 means free */
    } * slot;
    size_t slot_mask; /* number of slots (a power of two) minus one */
    struct weir_composite_keys composite; /* unused for keys of one part */
};

/* `n_parts` is the number of texts of a key. WEIR_LIMIT if memory is refused.
 * Release is allowed on a zeroed table, and after a failure. One thread at a
 * time may use a table. */
enum weir_status weir_groups_init(struct weir_groups *groups, size_t n_parts,
                                  struct weir_error *error) WEIR_CHECKED;
void weir_groups_release(struct weir_groups *groups);

/* Makes room for that many groups, whose long keys have `bytes` bytes in total;
 * false if memory is refused. The slots still grow with the groups. */
bool weir_groups_reserve(struct weir_groups *groups, size_t n,
                         size_t bytes) WEIR_CHECKED;

/* Sets group[row] to the group number of each row's key, and adds keys that are
 * new. part[i] are text vectors or cells, without BAD rows. Fails with
 * WEIR_LIMIT if memory is refused. */
enum weir_status weir_groups_find(struct weir_groups *groups,
                                  const struct weir_vector *const *part,
                                  size_t rows, uint32_t *group,
                                  struct weir_error *error) WEIR_CHECKED;

/* Sets *into to the group number here of another table's group, and adds its
 * key if it is new. */
enum weir_status weir_groups_add(struct weir_groups *groups,
                                 const struct weir_groups *from, size_t group,
                                 uint32_t *into,
                                 struct weir_error *error) WEIR_CHECKED;

/* A part of a group's key, borrowed until groups are added or emptied. */
struct weir_text weir_groups_part(const struct weir_groups *groups,
                                  size_t group, size_t part);

/* Removes all groups; the table keeps its memory. */
void weir_groups_empty(struct weir_groups *groups);

/* Upper limit for the bytes that the table takes once `more` groups are added
 * whose long keys have `text` bytes in total; *meanwhile becomes the limit for
 * the time before that, when the old slots and the new ones exist. */
size_t weir_groups_would_hold(const struct weir_groups *groups, size_t more,
                              size_t text, size_t *meanwhile);

/* Bytes that a table of that many groups takes, without long keys. */
size_t weir_groups_bytes(size_t groups);

#endif
