/*
 * zstd for frames, with its memory counted in the ledger.
 */
#ifndef WEIR_PARTIALS_PACK_H
#define WEIR_PARTIALS_PACK_H

#include "partials/block.h"

/* All-zero is valid; memory is allocated with the first frame. One thread at a
 * time may use it. */
struct weir_pack {
    void *packer, *unpacker; /* zstd's contexts */
    char *bytes;             /* the compressed frame */
    size_t capacity;
};

void weir_pack_release(struct weir_pack *pack);

/* Compresses a payload into pack->bytes. *packed is the compressed length, or 0
 * if compression does not make the payload shorter. Returns false if memory was
 * refused. */
bool weir_pack(struct weir_pack *pack, const char *payload, size_t len,
               size_t *packed) WEIR_CHECKED;

/* Makes pack->bytes large enough for a compressed frame of `len` bytes. Returns
 * false if memory was refused. */
bool weir_pack_reserve(struct weir_pack *pack, size_t len) WEIR_CHECKED;

/* Decompresses the frame in pack->bytes into exactly frame->raw bytes.
 * WEIR_DATA if the frame does not hold that many or is damaged, WEIR_LIMIT if
 * memory was refused. */
enum weir_status weir_unpack(struct weir_pack *pack,
                             const struct weir_frame *frame,
                             char *into) WEIR_CHECKED;

/* Memory in bytes for compressing blocks, and for decompressing them. */
size_t weir_pack_bytes(void);
size_t weir_unpack_bytes(void);

#endif
