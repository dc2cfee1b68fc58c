/*
 * Checksums of an input's parts. A decoder verifies them itself, or leaves them
 * to another thread that uses the text. In that case it gives that thread a
 * checksum for the offset at which each part ends:
 *
 *     text:      ... part 7 | part 8 ... | part 9
 *     checksum:  verified   ^at          ^at
 */
#ifndef WEIR_READERS_CODECS_CHECKSUM_H
#define WEIR_READERS_CODECS_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

struct weir_checksum {
    uint64_t at;         /* bytes of text before it, from weir_sums_leave on */
    uint64_t part, byte; /* number of the part; raw byte where it ends */
    uint32_t sum;        /* the lower half of the part's XXH64 */
    bool has_sum;
};

/* The receiver of a decoder's checksums. `put` is called in the decoder's
 * thread, before the read returns that gives text after the checksum. One read
 * puts at most WEIR_CHECKSUMS_A_READ of them. */
#define WEIR_CHECKSUMS_A_READ ((size_t)2)
struct weir_checksums {
    void (*put)(struct weir_checksums *checksums,
                const struct weir_checksum *checksum);
    XXH64_state_t sum; /* weir_sums_leave sets it to that of the present part */
};

/* A decoder's sum of the part that it is in. */
struct weir_sums {
    XXH64_state_t text;
    uint64_t len; /* bytes of the part's text so far */
    uint64_t
        given; /* bytes of text of all parts; weir_sums_leave sets it to 0 */
    struct weir_checksums *checksums; /* NULL: the decoder verifies them */
};

/* A part begins. */
void weir_sums_begin(struct weir_sums *sums);
/* Adds text of the part; sums it if this decoder verifies its sum. */
void weir_sums_add(struct weir_sums *sums, const void *text, size_t len,
                   bool has_sum);
/* The part ends with this checksum, whose `at` is set here. false: it is wrong.
 * A part without text is verified here, so that one read puts few checksums. */
bool weir_sums_end(struct weir_sums *sums, struct weir_checksum *checksum);
/* From here on, leaves the checksums to `to`. */
void weir_sums_leave(struct weir_sums *sums, struct weir_checksums *to);

/* Whether the text's sum is the part's, if that has one. Resets *text. */
bool weir_checksum_holds(const struct weir_checksum *checksum,
                         XXH64_state_t *text);

#endif
