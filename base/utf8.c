/*
 * UTF-8, character by character.
 *
 * The first byte of a character gives its length. Overlong forms, surrogates
 * and code points that are too large show in the second byte, by the table in
 * RFC 3629, section 4.
 */
#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

size_t weir_utf8_character(const char *text, size_t len)
{
    const unsigned char *at = (const unsigned char *)text;
    unsigned first = at[0];
    if (first < 0x80)
        return 1;
    size_t n = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || n > len)
        return 0;
    unsigned lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < lowest || at[1] > highest)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

size_t weir_utf8_count(const char *text, size_t len)
{
    size_t n = 0;
    size_t at = 0;
    while (at < len) {
        uint64_t word;
        if (len - at >= sizeof word) {
            memcpy(&word, text + at, sizeof word);
            if (!(word & UINT64_C(0x8080808080808080))) {
                at += sizeof word;
                n += sizeof word;
                continue;
            }
        }
        at += weir_utf8_step(text + at, len - at);
        n++;
    }
    return n;
}

size_t weir_utf8_skip(const char *text, size_t len, size_t n)
{
    size_t at = 0;
    if (n >= len) /* no character is shorter than a byte */
        return len;
    for (; n && at < len; n--)
        at += weir_utf8_step(text + at, len - at);
    return at;
}

size_t weir_utf8_check(const char *text, size_t len)
{
    size_t at = 0;
    size_t n;
    while (at < len && (n = weir_utf8_character(text + at, len - at)))
        at += n;
    return at;
}

uint32_t weir_utf8_read(const char *text, size_t n)
{
    const unsigned char *at = (const unsigned char *)text;
    if (n == 1)
        return at[0];
    uint32_t code_point = at[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++)
        code_point = code_point << 6 | (at[i] & 0x3f);
    return code_point;
}

size_t weir_utf8_write(char *into, uint32_t code_point)
{
    static const unsigned char mark[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t n = code_point < 0x80      ? 1
               : code_point < 0x800   ? 2
               : code_point < 0x10000 ? 3
                                      : 4;
    if (n == 1) {
        into[0] = (char)code_point;
        return 1;
    }
    for (size_t i = n; --i; code_point >>= 6)
        into[i] = (char)(0x80 | (code_point & 0x3f));
    into[0] = (char)(mark[n] | code_point);
    return n;
}

/*
 * The characters that are not shown: the controls, the general category Cf of
 * Unicode 16, and the line and paragraph separators. Marks that stand before a
 * number are Cf but visible, and are left out (U+0600 to 0605, 06DD, 070F,
 * 0890, 0891, 08E2, 110BD, 110CD).
 */
static const struct range {
    uint32_t first, last;
} hidden[] = {
    {0x0000, 0x001f},   {0x007f, 0x009f},   {0x00ad, 0x00ad},
    {0x061c, 0x061c},   {0x180e, 0x180e},   {0x200b, 0x200f},
    {0x2028, 0x202e},   {0x2060, 0x206f},   {0xfeff, 0xfeff},
    {0xfff9, 0xfffb},   {0x13430, 0x1343f}, {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0001, 0xe0001}, {0xe0020, 0xe007f},
};

static bool is_hidden(uint32_t code_point)
{
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (code_point <= hidden[i].last)
            return code_point >= hidden[i].first;
    return false;
}

/* Whether it is U+200C or U+200D after a character that is not ASCII and not in
 * U+2000 to U+207F. */
static bool is_joiner(const char *text, size_t at, uint32_t code_point)
{
    if (code_point != 0x200c && code_point != 0x200d)
        return false;
    return at >= 2 && (unsigned char)text[at - 1] >= 0x80 &&
           !(at >= 3 && (unsigned char)text[at - 3] == 0xe2 &&
             (unsigned char)text[at - 2] <= 0x81);
}

size_t weir_utf8_shown(const char *text, size_t len, size_t at)
{
    unsigned char byte = (unsigned char)text[at];
    if (byte < 0x80)
        return byte >= 0x20 && byte < 0x7f;
    size_t n = weir_utf8_character(text + at, len - at);
    if (!n)
        return 0;
    uint32_t code_point = weir_utf8_read(text + at, n);
    return is_hidden(code_point) && !is_joiner(text, at, code_point) ? 0 : n;
}
