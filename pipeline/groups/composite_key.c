/*
 * A short part is copied as WEIR_KEY_PAD bytes, whatever its length: what is
 * too much is overwritten by the next part.
 */
#include "pipeline/groups/composite_key.h"

#include "pipeline/groups/key_words.h"

void weir_composite_keys_release(struct weir_composite_keys *keys)
{
    weir_free(WEIR_MEMORY_GROUP, keys->bytes);
    *keys = (struct weir_composite_keys){0};
}

static size_t encoded_max(struct weir_text text)
{
    return 1 + sizeof(uint32_t) + text.len + WEIR_KEY_PAD;
}

static char *encode_part(char *at, struct weir_text text)
{
    uint32_t len = (uint32_t)text.len;
    if (len < WEIR_COMPOSITE_LONG) {
        *at++ = (char)len;
    } else {
        *at++ = (char)WEIR_COMPOSITE_LONG;
        memcpy(at, &len, sizeof len);
        at += sizeof len;
    }
    if (len - 1 < WEIR_KEY_PAD)
        memcpy(at, text.bytes, WEIR_KEY_PAD);
    else if (len)
        memcpy(at, text.bytes, len);
    return at + len;
}

bool weir_composite_keys_encode(struct weir_composite_keys *keys,
                                const struct weir_vector *const *part,
                                size_t from, size_t n, struct weir_vector *key)
{
    size_t need = WEIR_KEY_PAD;
    for (size_t p = 0; p < keys->n_parts; p++)
        for (size_t i = 0; i < n; i++)
            need += encoded_max(weir_vector_text(part[p], from + i));
    bool fits = need <= UINT32_MAX && weir_grow(WEIR_MEMORY_GROUP, &keys->bytes,
                                                &keys->capacity, need);
    key->base = keys->bytes;
    char *at = keys->bytes;
    for (size_t i = 0; fits && i < n; i++) {
        char *begin = at;
        for (size_t p = 0; p < keys->n_parts; p++)
            at = encode_part(at, weir_vector_text(part[p], from + i));
        key->span[i] = (struct weir_span){(uint32_t)(begin - key->base),
                                          (uint32_t)(at - begin)};
    }
    return fits;
}
