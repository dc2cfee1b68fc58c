#include "cli/formats/json.h"

#include "base/utf8.h"
#include <stdio.h>

/* The character after the backslash; 'u' stands for \u00XX; 0: no escape. */
static const char escape_of[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n',
    ['\f'] = 'f', ['\r'] = 'r',  [0x00] = 'u', [0x01] = 'u', [0x02] = 'u',
    [0x03] = 'u', [0x04] = 'u',  [0x05] = 'u', [0x06] = 'u', [0x07] = 'u',
    [0x0b] = 'u', [0x0e] = 'u',  [0x0f] = 'u', [0x10] = 'u', [0x11] = 'u',
    [0x12] = 'u', [0x13] = 'u',  [0x14] = 'u', [0x15] = 'u', [0x16] = 'u',
    [0x17] = 'u', [0x18] = 'u',  [0x19] = 'u', [0x1a] = 'u', [0x1b] = 'u',
    [0x1c] = 'u', [0x1d] = 'u',  [0x1e] = 'u', [0x1f] = 'u', [0x7f] = 'u',
};

/* Well-formed UTF-8 sequences (Unicode 15, table 3-7). For a range of first
 * bytes: how many bytes follow, and the range of the second byte. */
static const struct lead {
    unsigned char first, last, n_more, low, high;
} leads[] = {
    {0xc2, 0xdf, 1, 0x80, 0xbf}, {0xe0, 0xe0, 2, 0xa0, 0xbf},
    {0xe1, 0xec, 2, 0x80, 0xbf}, {0xed, 0xed, 2, 0x80, 0x9f},
    {0xee, 0xef, 2, 0x80, 0xbf}, {0xf0, 0xf0, 3, 0x90, 0xbf},
    {0xf1, 0xf3, 3, 0x80, 0xbf}, {0xf4, 0xf4, 3, 0x80, 0x8f},
};

/* The length of the sequence at `at`. If it is not well-formed, *whole is false
 * and the length is that of its well-formed beginning, at least 1. */
static size_t sequence(const char *at, size_t left, bool *whole)
{
    const struct lead *lead = leads,
                      *end = leads + sizeof leads / sizeof *leads;
    size_t len = 1;
    while (lead < end && (unsigned char)*at > lead->last)
        lead++;
    *whole = false;
    if (lead == end || (unsigned char)*at < lead->first)
        return 1;
    unsigned char low = lead->low, high = lead->high;
    for (; len <= lead->n_more; len++, low = 0x80, high = 0xbf)
        if (len == left || (unsigned char)at[len] < low ||
            (unsigned char)at[len] > high)
            return len;
    *whole = true;
    return len;
}

static void put_escape(struct weir_output *output, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    char escape = escape_of[byte];
    weir_output_char(output, '\\');
    weir_output_char(output, escape);
    if (escape != 'u')
        return;
    weir_output_string(output, "00");
    weir_output_char(output, hex[byte >> 4]);
    weir_output_char(output, hex[byte & 15]);
}

/* Puts an invisible character as one or two \uXXXX, which JSON parsers turn
 * back into the character. */
static void put_units(struct weir_output *output, uint32_t code_point)
{
    char units[16];
    if (code_point < 0x10000)
        (void)snprintf(units, sizeof units, "\\u%04x", code_point);
    else
        (void)snprintf(units, sizeof units, "\\u%04x\\u%04x",
                       0xd7c0 + (code_point >> 10),
                       0xdc00 + (code_point & 0x3ff));
    weir_output_string(output, units);
}

/* Puts well-formed bytes without JSON escapes on a terminal. */
static void show_plain(struct weir_output *output, const char *bytes,
                       size_t len)
{
    size_t plain = 0, at = 0;
    while (at < len) {
        size_t n = weir_utf8_shown(bytes, len, at);
        if (!n) {
            weir_output_put(output, bytes + plain, at - plain);
            plain = at + weir_utf8_step(bytes + at, len - at);
            put_units(output, weir_utf8_read(bytes + at, plain - at));
            at = plain;
        }
        at += n;
    }
    weir_output_put(output, bytes + plain, len - plain);
}

static inline void put_plain(struct weir_output *output, const char *bytes,
                             size_t len, bool shown)
{
    if (shown)
        show_plain(output, bytes, len);
    else
        weir_output_put(output, bytes, len);
}

/* Inlined once for each value of `shown`, because most texts are short. */
__attribute__((always_inline)) static inline void
put_inside(struct weir_output *output, struct weir_text text, bool shown)
{
    size_t plain = 0, i = 0;
    while (i < text.len) {
        unsigned char byte = (unsigned char)text.bytes[i];
        bool whole = true;
        size_t len = 1;
        if (byte >= 0x80)
            len = sequence(text.bytes + i, text.len - i, &whole);
        if (whole && !escape_of[byte]) {
            i += len;
            continue;
        }
        put_plain(output, text.bytes + plain, i - plain, shown);
        if (whole)
            put_escape(output, byte);
        else
            weir_output_string(output, "\xef\xbf\xbd");
        i += len;
        plain = i;
    }
    put_plain(output, text.bytes + plain, text.len - plain, shown);
}

void weir_json_inside(struct weir_output *output, struct weir_text text)
{
    if (output->shown)
        put_inside(output, text, true);
    else
        put_inside(output, text, false);
}

void weir_json_string(struct weir_output *output, struct weir_text text)
{
    weir_output_char(output, '"');
    weir_json_inside(output, text);
    weir_output_char(output, '"');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Returns the end of the digits at `at`. */
static const char *digits(const char *at, const char *end)
{
    while (at < end && is_digit(*at))
        at++;
    return at;
}

/* Returns the end of the exponent at `at`, if there is one; NULL if the
 * exponent has no digits. */
static const char *exponent(const char *at, const char *end)
{
    if (at == end || (*at != 'e' && *at != 'E'))
        return at;
    at++;
    if (at < end && (*at == '+' || *at == '-'))
        at++;
    const char *first = at;
    at = digits(at, end);
    return at > first ? at : NULL;
}

bool weir_json_is_number(struct weir_text text)
{
    const char *at = text.bytes, *end = at + text.len, *first;
    if (at < end && *at == '-')
        at++;
    first = at;
    at = digits(at, end);
    if (at == first || (*first == '0' && at > first + 1))
        return false;
    if (at < end && *at == '.') {
        first = at + 1;
        at = digits(first, end);
        if (at == first)
            return false;
    }
    return exponent(at, end) == end;
}

void weir_json_number(struct weir_output *output, struct weir_text text)
{
    const char *at = text.bytes, *end = at + text.len;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    if (at < end && *at == '-')
        weir_output_char(output, '-');
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    while (end - at > 1 && at[0] == '0' && is_digit(at[1]))
        at++;
    if (at < end && *at == '.')
        weir_output_char(output, '0');
    text = (struct weir_text){at, (size_t)(digits(at, end) - at)};
    weir_output_put(output, text.bytes, text.len);
    at += text.len;
    /* A point without digits after it is left out. */
    if (at < end && *at == '.' && (at + 1 == end || !is_digit(at[1])))
        at++;
    weir_output_put(output, at, (size_t)(end - at));
}
