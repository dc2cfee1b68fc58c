/*
 * What the files about zstd share: its dictionary, and where its frames end,
 * found without decoding them.
 */
#ifndef WEIR_READERS_CODECS_ZSTD_H
#define WEIR_READERS_CODECS_ZSTD_H

#define ZSTD_STATIC_LINKING_ONLY
#include "readers/codecs/decoder.h"
#include "readers/codecs/heap.h"
#include <zstd.h>

/* Constant once it is open: any number of decoders, on any threads, use it. */
struct weir_zstd_dictionary {
    ZSTD_DDict *digested; /* refers to `bytes` */
    void *bytes;
    size_t len;
    unsigned id; /* 0: it has none */
    struct weir_heap heap;
};

#define WEIR_ZSTD_BLOCK_HEADER ((size_t)3)
struct weir_zstd_block {
    bool last;
    bool valid;
    uint32_t size; /* as the header says */
    size_t len;    /* raw bytes of the whole block, header included */
};

/* The block that begins with these bytes. */
struct weir_zstd_block weir_zstd_block(const uint8_t *header);

/* part_length of weir_codec. */
enum weir_status weir_zstd_frame_length(const struct weir_decoder *decoder,
                                        struct weir_peek *peek, uint64_t place,
                                        uint64_t *raw,
                                        struct weir_error *error) WEIR_CHECKED;

#endif
