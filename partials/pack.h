/*
 * zstd for frames, its memory in the ledger.
 */
#ifndef WEIR_PARTIALS_PACK_H
#define WEIR_PARTIALS_PACK_H

#include "partials/block.h"

/* All-zero is one without memory; it comes with the first frame. */
struct weir_pack {
    void *packer, *unpacker;
    char *bytes; /* a packed frame */
    size_t capacity;
};

void weir_pack_release(struct weir_pack *pack);

/* Packs a payload into pack->bytes: its length; 0 where that is no shorter.
 * false where memory was refused. */
bool weir_pack(struct weir_pack *pack, const char *payload, size_t len,
               size_t *packed) WEIR_CHECKED;

/* Room for a packed frame of `len` bytes in pack->bytes. */
bool weir_pack_room(struct weir_pack *pack, size_t len) WEIR_CHECKED;

/* Unpacks the frame in pack->bytes into all of `raw` bytes: WEIR_DATA where
 * that is not what it holds, WEIR_LIMIT where memory was refused. */
enum weir_status weir_unpack(struct weir_pack *pack,
                             const struct weir_frame *frame,
                             char *into) WEIR_CHECKED;

/* What packing, and unpacking, blocks takes. */
size_t weir_pack_bytes(void);
size_t weir_unpack_bytes(void);

#endif
