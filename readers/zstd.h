/*
 * zstd's frames, told apart without decoding them.
 */
#ifndef WEIR_READERS_ZSTD_H
#define WEIR_READERS_ZSTD_H

#define ZSTD_STATIC_LINKING_ONLY
#include "readers/decoder.h"
#include <zstd.h>

/* The raw length of the frame at a place, as weir_decoder_ops has it. */
bool weir_zstd_measure(struct weir_look *look, uint64_t place, uint64_t *raw);

#endif
