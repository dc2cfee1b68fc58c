/*
 * Where a gzip member ends, without decoding it.
 *
 * BGZF is gzip whose members say how long they are, as bgzip and samtools write
 * it ("The BGZF compression format" in the SAM specification). A field BC in
 * the extra part of the header has the member's length minus one.
 *
 *     1f 8b 8 4 | time.. | extra_len | BC 2 length-1 | DEFLATE | CRC | length
 *     0           4        10          12                        -8    -4
 *
 * Other members end where the next one begins, so the next header is searched
 * for. Five bytes that look like a header come up by chance once in a terabyte.
 * The member before then does not end there, and decoding it fails.
 */
#include "readers/codecs/gzip.h"

#include <string.h>

#define PLAIN_HEADER ((size_t)10)
#define HEADER ((size_t)12)
#define TRAILER 8

static uint32_t get_16(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8;
}

/* A member's length according to its header; 0 if it does not say. */
static size_t member_length(const uint8_t *head, size_t have)
{
    static const uint8_t begin[4] = {0x1f, 0x8b, 8, 4};
    size_t end = HEADER + get_16(head + 10);
    if (memcmp(head, begin, sizeof begin) != 0 || end > have)
        return 0;
    for (size_t at = HEADER; end - at >= 4;) {
        size_t len = get_16(head + at + 2);
        if (len > end - at - 4)
            return 0;
        if (head[at] == 'B' && head[at + 1] == 'C' && len == 2) {
            size_t length = (size_t)get_16(head + at + 4) + 1;
            return length >= end + TRAILER ? length : 0;
        }
        at += 4 + len;
    }
    return 0;
}

/* Whether a member may begin here: deflate, with a name or an extra field at
 * most, and a level and a system that compressors write. */
static bool may_begin(const uint8_t *head)
{
    return head[0] == 0x1f && head[1] == 0x8b && head[2] == 8 &&
           (head[3] & ~0x0c) == 0 && (head[8] & ~0x06) == 0 &&
           (head[9] <= 13 || head[9] == 255);
}

/* The first possible member in bytes[0, len); NULL if there is none. */
static const uint8_t *find_member(const uint8_t *bytes, size_t len)
{
    while (len >= PLAIN_HEADER) {
        const uint8_t *at = memchr(bytes, 0x1f, len - PLAIN_HEADER + 1);
        if (!at || may_begin(at))
            return at;
        len -= (size_t)(at + 1 - bytes);
        bytes = at + 1;
    }
    return NULL;
}

enum weir_status weir_gzip_member_length(const struct weir_decoder *decoder,
                                         struct weir_peek *peek, uint64_t place,
                                         uint64_t *raw,
                                         struct weir_error *error)
{
    (void)decoder;
    size_t have;
    const uint8_t *at;
    enum weir_status status =
        weir_peek_at(peek, place, HEADER + 6, &at, &have, error);
    if (status)
        return status;
    if (memcmp(at, "\x1f\x8b\x08", 3) != 0)
        return WEIR_END;
    *raw = member_length(at, have);
    if (*raw)
        return WEIR_OK;
    uint64_t end = place + PLAIN_HEADER + TRAILER;
    status = weir_peek_find(peek, PLAIN_HEADER, find_member, &end, error);
    *raw = end - place;
    return status;
}
