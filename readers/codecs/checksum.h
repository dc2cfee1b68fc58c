/*
 * Checksums of an input's parts: a decoder verifies them itself, or leaves them
 * to who uses the text, on another thread. Then it puts a seal where each part
 * ends:
 *
 *     text:  ... part 7 | part 8 ... | part 9
 *            sealed     ^at          ^at
 */
#ifndef WEIR_READERS_CODECS_CHECKSUM_H
#define WEIR_READERS_CODECS_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

struct weir_checksum {
    uint64_t at;         /* bytes of text before it, since sums were left */
    uint64_t part, byte; /* the part's number; the raw byte where it ends */
    uint32_t sum;        /* the lower half of XXH64 */
    bool has_sum;
};

/* Who they are left to. A seal is put before the read returns that gives what
 * follows it; in one read there are at most WEIR_SEALS_A_READ. */
#define WEIR_SEALS_A_READ ((size_t)2)
struct weir_checksums {
    void (*put)(struct weir_checksums *sealed,
                const struct weir_checksum *checksum);
    XXH64_state_t sum; /* set by leave: so far, of a part that is begun */
};

/* The decoder's: of the part that it is in. */
struct weir_sums {
    XXH64_state_t text;
    uint64_t len;                  /* of its text so far */
    uint64_t given;                /* in all */
    struct weir_checksums *sealed; /* NULL: they are verified here */
};

/* A part begins. */
void weir_sums_begin(struct weir_sums *sums);
void weir_sums_add(struct weir_sums *sums, const void *text, size_t len,
                   bool has_sum);
/* The part ends, with this seal, but for its place: false if it is wrong. One
 * without text is verified here always: so the seals of a read are few. */
bool weir_sums_end(struct weir_sums *sums, struct weir_checksum *checksum);
void weir_sums_leave(struct weir_sums *sums, struct weir_checksums *to);

/* Whether the text is what the seal says; the next part's begins. */
bool weir_seal_holds(const struct weir_checksum *checksum, XXH64_state_t *text);

#endif
