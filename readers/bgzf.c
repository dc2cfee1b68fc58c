/*
 * BGZF: gzip whose members say how long they are, as bgzip and samtools write
 * it ("The BGZF compression format" in the SAM specification). A field BC in
 * the header's extra part holds the member's length less one.
 *
 *     1f 8b 8 4 | time.. | extra_len | BC 2 length-1 | DEFLATE | CRC | length
 *     0           4        10          12                        -8    -4
 */
#include "readers/gzip.h"

#include <string.h>

#define HEADER ((size_t)12)
#define TRAILER 8

static uint32_t get_16(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8;
}

/* A member's length, out of its header; 0 where it does not say. */
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

bool weir_bgzf_measure(struct weir_look *look, uint64_t place, uint64_t *raw)
{
    size_t have;
    const uint8_t *at = weir_look_at(look, place, HEADER + 6, &have);
    *raw = at ? member_length(at, have) : 0;
    return *raw != 0;
}
