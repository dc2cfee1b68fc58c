/*
 * UTF-8, character by character.
 *
 * A character's first byte says its length, and what is not well-formed shows
 * in the second byte, by the table in RFC 3629, section 4.
 */
#include "base/utf8.h"

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
