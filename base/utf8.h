/*
 * UTF-8, character by character (RFC 3629, section 4: no overlong forms, no
 * surrogates, nothing past U+10FFFF). A byte that does not begin a well-formed
 * character counts as a character by itself, so every text is a sequence of
 * characters.
 */
#ifndef WEIR_BASE_UTF8_H
#define WEIR_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The length in bytes of the well-formed character at text[0]; 0 if there is
 * none. `len` must be above 0. */
size_t weir_utf8_character(const char *text, size_t len);

/* The same, but 1 if there is no well-formed character. */
static inline size_t weir_utf8_step(const char *text, size_t len)
{
    if ((unsigned char)*text < 0x80)
        return 1;
    size_t n = weir_utf8_character(text, len);
    return n ? n : 1;
}

/* The number of characters in text[0, len). */
size_t weir_utf8_count(const char *text, size_t len);

/* The length in bytes of the first n characters; `len` if there are fewer. */
size_t weir_utf8_skip(const char *text, size_t len, size_t n);

/* The offset of the first byte that is not valid UTF-8, or `len`. */
size_t weir_utf8_check(const char *text, size_t len);

/* Reads the code point of a well-formed character of n bytes; and writes one as
 * at most 4 bytes, whose number it returns. */
uint32_t weir_utf8_read(const char *text, size_t n);
size_t weir_utf8_write(char *into, uint32_t code_point);

/*
 * The length in bytes of the character at text[at] if a message may show it
 * unchanged; otherwise 0. Not shown are control characters (C0, DEL, C1),
 * format characters, which hide or reorder the text around them, and bytes that
 * are not UTF-8. Joiners (U+200C, U+200D), which some scripts and emoji need,
 * are shown after a character that is not ASCII.
 */
size_t weir_utf8_shown(const char *text, size_t len, size_t at);

#endif
