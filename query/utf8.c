/*
 * utf8.c - is it UTF-8? By the table of well-formed byte sequences in RFC
 * 3629, section 4: no overlong forms, no surrogates, nothing past U+10FFFF.
 */
#include "query/lexer.h"

/* By the first byte: how many follow, and what the second may be. */
static const struct {
    unsigned char first, last;     /* of the first byte */
    unsigned char follow;          /* bytes after it */
    unsigned char lowest, highest; /* of the second byte */
} forms[] = {
    {0x00, 0x7f, 0, 0x00, 0x00}, {0xc2, 0xdf, 1, 0x80, 0xbf},
    {0xe0, 0xe0, 2, 0xa0, 0xbf}, {0xe1, 0xec, 2, 0x80, 0xbf},
    {0xed, 0xed, 2, 0x80, 0x9f}, {0xee, 0xef, 2, 0x80, 0xbf},
    {0xf0, 0xf0, 3, 0x90, 0xbf}, {0xf1, 0xf3, 3, 0x80, 0xbf},
    {0xf4, 0xf4, 3, 0x80, 0x8f},
};

/* The length of the character at `at`, of which `len` bytes are there; 0 where
 * it is none. */
static size_t character(const unsigned char *at, size_t len)
{
    size_t f = 0;
    while (f < sizeof(forms) / sizeof(*forms) &&
           (*at < forms[f].first || *at > forms[f].last))
        f++;
    if (f == sizeof(forms) / sizeof(*forms) || forms[f].follow >= len)
        return 0;
    if (!forms[f].follow)
        return 1;
    if (at[1] < forms[f].lowest || at[1] > forms[f].highest)
        return 0;
    for (size_t i = 2; i <= forms[f].follow; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return forms[f].follow + 1u;
}

size_t weir_utf8_check(const char *text, size_t len)
{
    size_t at = 0;
    while (at < len) {
        size_t step = character((const unsigned char *)text + at, len - at);
        if (!step)
            return at;
        at += step;
    }
    return len;
}
