#define ZSTD_STATIC_LINKING_ONLY
#include "partials/pack.h"

#include <zstd.h>
#include <zstd_errors.h>

#define LEVEL 1

static void *take(void *component, size_t bytes)
{
    (void)component;
    return weir_alloc(WEIR_MEMORY_SPILL, bytes);
}

static void give(void *component, void *block)
{
    (void)component;
    weir_free(WEIR_MEMORY_SPILL, block);
}

static const ZSTD_customMem memory = {take, give, NULL};

void weir_pack_release(struct weir_pack *pack)
{
    (void)ZSTD_freeCCtx(pack->packer);
    (void)ZSTD_freeDCtx(pack->unpacker);
    weir_free(WEIR_MEMORY_SPILL, pack->bytes);
    *pack = (struct weir_pack){0};
}

bool weir_pack_reserve(struct weir_pack *pack, size_t len)
{
    return weir_grow(WEIR_MEMORY_SPILL, &pack->bytes, &pack->capacity, len);
}

bool weir_pack(struct weir_pack *pack, const char *payload, size_t len,
               size_t *packed)
{
    if (!pack->packer)
        pack->packer = ZSTD_createCCtx_advanced(memory);
    if (!pack->packer || !weir_pack_reserve(pack, ZSTD_compressBound(len)))
        return false;
    size_t n = ZSTD_compressCCtx(pack->packer, pack->bytes, pack->capacity,
                                 payload, len, LEVEL);
    *packed = ZSTD_isError(n) || n >= len ? 0 : n;
    return ZSTD_getErrorCode(n) != ZSTD_error_memory_allocation;
}

enum weir_status weir_unpack(struct weir_pack *pack,
                             const struct weir_frame *frame, char *into)
{
    if (!pack->unpacker)
        pack->unpacker = ZSTD_createDCtx_advanced(memory);
    if (!pack->unpacker)
        return WEIR_LIMIT;
    size_t n = ZSTD_decompressDCtx(pack->unpacker, into, frame->raw,
                                   pack->bytes, frame->stored);
    if (ZSTD_getErrorCode(n) == ZSTD_error_memory_allocation)
        return WEIR_LIMIT;
    return n == frame->raw ? WEIR_OK : WEIR_DATA;
}

/* A block may exceed its goal by a record, so twice the goal is assumed. */
size_t weir_pack_bytes(void)
{
    size_t block = 2 * WEIR_BLOCK_GOAL;
    return ZSTD_estimateCCtxSize_usingCParams(
               ZSTD_getCParams(LEVEL, block, 0)) +
           ZSTD_compressBound(block);
}

size_t weir_unpack_bytes(void)
{
    return ZSTD_estimateDCtxSize() + 2 * WEIR_BLOCK_GOAL;
}
