/*
 * UTF-8, character by character (RFC 3629, section 4: no overlong forms, no
 * surrogates, nothing past U+10FFFF). A byte that begins no such character
 * counts as one by itself, so that any text is a row of characters.
 */
#ifndef WEIR_BASE_UTF8_H
#define WEIR_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The bytes of the well-formed character at text[0], of `len` > 0 bytes; 0
 * where there is none. */
size_t weir_utf8_character(const char *text, size_t len);

/* The same, but 1 where there is none. */
static inline size_t weir_utf8_step(const char *text, size_t len)
{
    if ((unsigned char)*text < 0x80)
        return 1;
    size_t n = weir_utf8_character(text, len);
    return n ? n : 1;
}

/* How many characters text[0, len) has. */
size_t weir_utf8_count(const char *text, size_t len);

/* How many bytes the first n characters have; `len` where there are fewer. */
size_t weir_utf8_skip(const char *text, size_t len, size_t n);

/* The offset of the first byte that is no UTF-8, or `len`. */
size_t weir_utf8_check(const char *text, size_t len);

/* The code point of a well-formed character of n bytes, and back: writes at
 * most 4 bytes, returns how many. */
uint32_t weir_utf8_read(const char *text, size_t n);
size_t weir_utf8_write(char *into, uint32_t code_point);

/*
 * The bytes of the character at text[at] if people may be shown it as it is; 0
 * where it is a control (C0, DEL, C1), a format character, which hides or turns
 * round what stands by it, or no UTF-8. The joiners that scripts and emoji are
 * written with may follow what is not ASCII.
 */
size_t weir_utf8_shown(const char *text, size_t len, size_t at);

#endif
