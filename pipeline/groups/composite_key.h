/*
 * A composite key: several texts (parts) as one text, each with its length
 * before it. A length is one byte, or 255 and four more bytes.
 *
 *     "Oslo", ""    4 O s l o 0
 */
#ifndef WEIR_PIPELINE_GROUPS_COMPOSITE_KEY_H
#define WEIR_PIPELINE_GROUPS_COMPOSITE_KEY_H

#include "base/memory.h"
#include "base/vector.h"

/* The composite keys of a block of rows. All-zero but for `n_parts` has no
 * memory. */
struct weir_composite_keys {
    size_t n_parts; /* texts of a key */
    char *bytes;
    size_t capacity;
};

void weir_composite_keys_release(struct weir_composite_keys *keys);

/* Encodes rows [from, from + n) of the parts as rows [0, n) of `key`, whose
 * spans the caller gives. Its texts are valid until the next call, and as many
 * bytes may be read at each as of a key (key_words.h). Returns false if memory
 * is refused. */
bool weir_composite_keys_encode(struct weir_composite_keys *keys,
                                const struct weir_vector *const *part,
                                size_t from, size_t n,
                                struct weir_vector *key) WEIR_CHECKED;

#define WEIR_COMPOSITE_LONG 255

/* One part of the composite key at `key`, borrowed from it. */
static inline struct weir_text weir_composite_key_part(const char *key,
                                                       size_t part)
{
    for (;; part--) {
        uint32_t len = (unsigned char)*key++;
        if (len == WEIR_COMPOSITE_LONG) {
            memcpy(&len, key, sizeof len);
            key += sizeof len;
        }
        if (part == 0)
            return (struct weir_text){key, len};
        key += len;
    }
}

#endif
