/*
 * UTF-16 with a byte order mark, converted to UTF-8.
 *
 * A decoder like the others, although nothing is compressed: the mark is its
 * magic number, and is dropped. A surrogate without the other half of its pair,
 * and half a unit at the end, are errors. Its input is read in sequence, or
 * decoded ahead.
 *
 *     raw:  | used | unit | unit | ...
 *     text: | given to the caller |  `left` bytes of a character that did not
 *                                    fit
 */
#include "readers/codecs/decoder.h"

#include "base/utf8.h"
#include <inttypes.h>
#include <string.h>

#define MARK ((size_t)2)
/* The longest character, in UTF-16 and in UTF-8. */
#define CHARACTER ((size_t)4)

struct utf16 {
    struct weir_decoder decoder;
    bool big_endian, begun;
    size_t left;
    char rest[CHARACTER]; /* its last `left` bytes are still to be given */
};

/* UTF-32 of low bytes first begins with the same mark. */
static unsigned utf16_bid(const uint8_t *head, size_t len)
{
    bool low_first = len >= MARK && !memcmp(head, "\xff\xfe", MARK);
    if (low_first && len >= 2 * MARK && !head[2] && !head[3])
        return 0;
    return low_first || (len >= MARK && !memcmp(head, "\xfe\xff", MARK)) ? 16
                                                                         : 0;
}

static uint32_t unit_at(const struct utf16 *utf16, size_t at)
{
    const uint8_t *raw = utf16->decoder.raw + at;
    return utf16->big_endian ? (uint32_t)raw[0] << 8 | raw[1]
                             : (uint32_t)raw[1] << 8 | raw[0];
}

static bool is_high(uint32_t unit)
{
    return (unit & 0xfc00) == 0xd800;
}

static bool is_low(uint32_t unit)
{
    return (unit & 0xfc00) == 0xdc00;
}

static ptrdiff_t malformed(const struct weir_decoder *decoder, const char *what,
                           struct weir_error *error)
{
    return weir_fail(error, WEIR_IO, "malformed UTF-16 at byte %" PRIu64 ": %s",
                     weir_decoder_here(decoder), what);
}

/* Sets *code to the character at raw[next]. Returns its raw bytes, 0 at the
 * end, or a status below zero. */
static ptrdiff_t next_character(struct utf16 *utf16, uint32_t *code,
                                struct weir_error *error)
{
    struct weir_decoder *decoder = &utf16->decoder;
    ptrdiff_t have = (ptrdiff_t)(decoder->len - decoder->next);
    if (have < 2)
        have = weir_decoder_need(decoder, 2, error);
    if (have <= 0)
        return have;
    if (have < 2)
        return malformed(decoder, "half a unit at the end", error);
    *code = unit_at(utf16, decoder->next);
    if (is_low(*code))
        return malformed(decoder, "the second half of a pair alone", error);
    if (!is_high(*code))
        return 2;
    have = weir_decoder_need(decoder, 4, error);
    if (have < 0)
        return have;
    uint32_t low = have < 4 ? 0 : unit_at(utf16, decoder->next + 2);
    if (!is_low(low))
        return malformed(decoder, "the first half of a pair alone", error);
    *code = 0x10000 + ((*code & 0x3ff) << 10) + (low & 0x3ff);
    return 4;
}

/* Gives what is left of a character. */
static size_t give_rest(struct utf16 *utf16, char *into, size_t capacity)
{
    size_t n = utf16->left < capacity ? utf16->left : capacity;
    memcpy(into, utf16->rest + CHARACTER - utf16->left, n);
    utf16->left -= n;
    return n;
}

static void put_rest(struct utf16 *utf16, const char *character, size_t len)
{
    memcpy(utf16->rest + CHARACTER - len, character, len);
    utf16->left = len;
}

/* Whether the next character is at hand, so that nothing has to be read. */
static bool is_at_hand(const struct utf16 *utf16)
{
    const struct weir_decoder *decoder = &utf16->decoder;
    size_t have = decoder->len - decoder->next;
    return have >= CHARACTER ||
           (have >= 2 && !is_high(unit_at(utf16, decoder->next)));
}

static ptrdiff_t begin(struct utf16 *utf16, struct weir_error *error)
{
    struct weir_decoder *decoder = &utf16->decoder;
    ptrdiff_t have = weir_decoder_need(decoder, MARK, error);
    if (have < (ptrdiff_t)MARK)
        return have < 0 ? have : malformed(decoder, "no mark", error);
    utf16->big_endian = decoder->raw[decoder->next] == 0xfe;
    decoder->next += MARK;
    utf16->begun = true;
    return 1;
}

static ptrdiff_t utf16_decode(struct weir_decoder *decoder, void *text,
                              size_t capacity, struct weir_error *error)
{
    struct utf16 *utf16 = (struct utf16 *)decoder;
    char *into = text, character[CHARACTER];
    if (!utf16->begun) {
        ptrdiff_t begun = begin(utf16, error);
        if (begun < 0)
            return begun;
    }
    size_t n = give_rest(utf16, into, capacity);
    while (n < capacity && (n == 0 || is_at_hand(utf16))) {
        uint32_t code = 0;
        struct weir_error later;
        ptrdiff_t used = next_character(utf16, &code, n ? &later : error);
        decoder->over = used == 0 && n == 0;
        if (used <= 0)
            return n ? (ptrdiff_t)n : used;
        decoder->next += (size_t)used;
        size_t len = weir_utf8_write(character, code);
        size_t fits = len < capacity - n ? len : capacity - n;
        memcpy(into + n, character, fits);
        put_rest(utf16, character + fits, len - fits);
        n += fits;
    }
    return (ptrdiff_t)n;
}

static struct weir_decoder *
utf16_open(struct weir_source *inner, const struct weir_source_options *options,
           struct weir_error *error)
{
    return weir_decoder_open(inner, &weir_codec_utf16, sizeof(struct utf16),
                             options, error);
}

const struct weir_codec weir_codec_utf16 = {
    .name = "UTF-16",
    .part = "text",
    .bid = utf16_bid,
    .open = utf16_open,
    .decode = utf16_decode,
};
