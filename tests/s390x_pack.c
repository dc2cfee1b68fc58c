/*
 * Replaces partials/pack.c where there is no zstd for a machine: blocks are
 * stored as they are.
 */
#include "partials/pack.h"

void weir_pack_release(struct weir_pack *pack)
{
    *pack = (struct weir_pack){0};
}

bool weir_pack(struct weir_pack *pack, const char *payload, size_t len,
               size_t *packed)
{
    (void)pack;
    (void)payload;
    (void)len;
    *packed = 0;
    return true;
}

bool weir_pack_reserve(struct weir_pack *pack, size_t len)
{
    (void)pack;
    (void)len;
    return false;
}

enum weir_status weir_unpack(struct weir_pack *pack,
                             const struct weir_frame *frame, char *into)
{
    (void)pack;
    (void)frame;
    (void)into;
    return WEIR_DATA;
}

size_t weir_pack_bytes(void)
{
    return 0;
}

size_t weir_unpack_bytes(void)
{
    return 0;
}
