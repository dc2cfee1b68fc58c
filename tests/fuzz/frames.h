/*
 * Makes partials of any bytes. Their lengths, checksums and counts are right,
 * so that a fuzzer gets past these checks.
 */
#ifndef WEIR_TESTS_FUZZ_FRAMES_H
#define WEIR_TESTS_FUZZ_FRAMES_H

#include "tests/source_kit.h"

/* Appends the first bytes of a partial. */
void frames_begin(struct bytes *to);

/* Appends a header frame with this payload. */
void frames_add_header(struct bytes *to, struct weir_text saved);

/*
 * Appends frames. They are made of `from`, which says for each frame:
 *
 *     form | table | records, 2 bytes | length, 2 bytes | payload
 *
 * The form is a kind and flags (frames.c). The payload of a header frame lacks
 * its fingerprint, which is put before it. The payload of an end frame lacks
 * the counts of tables and bytes, which are put where they belong. Bytes that
 * are left over are appended as they are.
 *
 * `begun` is the offset in `to` at which the partial begins. `to` must end with
 * the first bytes of a partial and, unless `header` is empty, with a header
 * frame of that payload (without the fingerprint) behind them.
 */
void frames_mend(struct bytes *to, size_t begun, struct weir_text header,
                 struct weir_text from);

#endif
