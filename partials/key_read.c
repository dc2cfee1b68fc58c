/*
 * Reading keys. A number is read as its digits; its tail then says how its text
 * differs from the canonical one.
 */
#include "partials/key_parts.h"

#include "base/number_parts.h"
#include <string.h>

/* Takes one byte. Returns -1 at the end. */
static int take(struct weir_text *key)
{
    if (!key->len)
        return -1;
    key->len--;
    return (unsigned char)*key->bytes++;
}

/* Takes the bytes before KEY_END and skips it. */
static bool take_ended(struct weir_text *key, struct weir_text *text)
{
    const char *end = key->len ? memchr(key->bytes, KEY_END, key->len) : NULL;
    if (!end)
        return false;
    *text = (struct weir_text){key->bytes, (size_t)(end - key->bytes)};
    key->len -= text->len + 1;
    key->bytes = end + 1;
    return true;
}

static bool take_text(struct weir_text *key, char *scratch,
                      struct weir_text *text)
{
    struct weir_text escaped;
    size_t len = 0;
    if (!take_ended(key, &escaped) || !escaped.len)
        return false;
    for (size_t i = 0; i < escaped.len; i++) {
        char byte = escaped.bytes[i];
        if (byte == KEY_ESCAPE) {
            i++;
            if (i == escaped.len || escaped.bytes[i] < 1 ||
                escaped.bytes[i] > 2)
                return false;
            byte = (char)(escaped.bytes[i] - 1);
        }
        scratch[len++] = byte;
    }
    *text = (struct weir_text){scratch, len};
    return true;
}

static bool take_exponent(struct weir_text *key, int head, bool negative,
                          int32_t *exponent)
{
    if (head > KEY_SMALL && head < KEY_LARGE) {
        *exponent = head - KEY_UNIT;
        return true;
    }
    int high = take(key), low = take(key);
    if (high < 0 || low < 0)
        return false;
    int32_t biased = high << 8 | low;
    *exponent = (negative ? 0xffff - biased : biased) - KEY_BIAS;
    return head == KEY_SMALL ? *exponent < KEY_MIN : *exponent > KEY_MAX;
}

static bool take_pairs(struct weir_text *key, struct weir_digits *digits)
{
    int byte;
    do {
        byte = take(key);
        if (byte < 0 || digits->n + 2 > WEIR_DIGITS_CAPACITY)
            return false;
        if (digits->negative)
            byte ^= 0xff;
        if (byte >= 200)
            return false;
        digits->digit[digits->n++] = (char)('0' + byte / 20);
        digits->digit[digits->n++] = (char)('0' + byte / 2 % 10);
    } while (byte & 1);
    if (digits->digit[digits->n - 1] == '0')
        digits->n--;
    return digits->digit[0] != '0' && digits->digit[digits->n - 1] != '0';
}

/* Takes a number's digits. Its head was taken before. */
static bool take_digits(struct weir_text *key, int head,
                        struct weir_digits *digits)
{
    int32_t exponent;
    digits->n = 0;
    digits->exponent = 0;
    digits->negative = head < KEY_ZERO;
    if (head == KEY_ZERO)
        return true;
    if (digits->negative)
        head = KEY_MIRROR - head;
    if (head < KEY_SMALL || head > KEY_LARGE ||
        !take_exponent(key, head, digits->negative, &exponent) ||
        !take_pairs(key, digits))
        return false;
    digits->exponent = exponent - (int32_t)digits->n;
    return exponent <= KEY_HIGHEST && digits->exponent >= KEY_LOWEST;
}

static bool take_number(struct weir_text *key, int head, char *scratch,
                        struct weir_text *cell)
{
    struct weir_digits digits;
    struct weir_text text;
    if (!take_digits(key, head, &digits))
        return false;
    size_t len = weir_digits_write_plain(&digits, scratch);
    int tail = take(key);
    if (tail == TAIL_CANONICAL || tail == TAIL_BINARY) {
        *cell = (struct weir_text){scratch, len};
        return true;
    }
    if (tail < TAIL_BELOW || tail > TAIL_ABOVE || !take_ended(key, &text) ||
        !text.len)
        return false;
    if (tail != TAIL_REST)
        len = 0;
    memcpy(scratch + len, text.bytes, text.len);
    *cell = (struct weir_text){scratch, len + text.len};
    return true;
}

bool weir_key_read(struct weir_text *key, char *scratch, struct weir_text *cell)
{
    int head = take(key);
    switch (head) {
    case KEY_NULL:
        *cell = (struct weir_text){scratch, 0};
        return true;
    case KEY_BLANK:
    case KEY_TEXT:
        return take_text(key, scratch, cell);
    default:
        return take_number(key, head, scratch, cell);
    }
}
