/*
 * Partials out of any bytes, with lengths, checksums and counts that are right,
 * so that a fuzzer gets past them.
 */
#ifndef WEIR_TESTS_FUZZ_FRAMES_H
#define WEIR_TESTS_FUZZ_FRAMES_H

#include "tests/source_kit.h"

/* Appends the first bytes of a partial. */
void frames_begin(struct bytes *to);

/* Appends a header frame with this payload. */
void frames_add_header(struct bytes *to, struct weir_text saved);

/*
 * Appends frames, made of bytes that say:
 *
 *     form | table | records, 2 bytes | length, 2 bytes | payload
 *
 * The form is a kind and flags (frames.c). A header's payload lacks its
 * fingerprint, which is put before it; an end's lacks all that counts tables
 * and bytes, which is put where it belongs. What is left over is appended as
 * it is. `to` ends with a partial's first bytes, or with a header of this
 * payload (without the fingerprint), else empty, behind them.
 */
void frames_mend(struct bytes *to, size_t begun, struct weir_text header,
                 struct weir_text from);

#endif
