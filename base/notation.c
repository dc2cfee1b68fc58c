/*
 * The digits of a cell are copied, and what stands around them is taken apart:
 *
 *     ( € 1.234,50 % )      before  "(", "€"     whole  1234   fraction  50
 *                           after   "%", ")"
 *
 * Then the plain number is put together: "-12.3450", with the point two places
 * further left because of the %.
 */
#include "base/notation.h"

#include <string.h>

#define MINUS "\xe2\x88\x92"      /* U+2212 */
#define NO_BREAK "\xc2\xa0"       /* U+00A0 */
#define NARROW "\xe2\x80\xaf"     /* U+202F */
#define APOSTROPHE "\xe2\x80\x99" /* U+2019 */

struct parts {
    struct weir_text rest; /* of the cell */
    char sign;             /* '+', '-' or zero */
    bool opened;           /* after "(" without its ")" */
    bool currency, percent, point;
    size_t whole, n; /* digits before the decimal mark, and all digits */
    struct weir_text exponent;
};

static bool begins(struct weir_text text, const char *with)
{
    size_t len = strlen(with);
    return text.len >= len && !memcmp(text.bytes, with, len);
}

static void skip(struct weir_text *text, size_t n)
{
    text->bytes += n;
    text->len -= n;
}

static bool take(struct weir_text *text, const char *what)
{
    bool found = begins(*text, what);
    if (found)
        skip(text, strlen(what));
    return found;
}

static bool is_digit(const struct weir_text *text, size_t i)
{
    return i < text->len && (unsigned char)(text->bytes[i] - '0') < 10;
}

static void take_blanks(struct weir_text *text)
{
    while (take(text, " ") || take(text, "\t") || take(text, NO_BREAK) ||
           take(text, NARROW))
        continue;
}

/* The bytes of the separator of thousands at the beginning of the text. */
static size_t separator_len(struct weir_text text, char thousands)
{
    if (text.len && *text.bytes == thousands)
        return 1;
    if (thousands == ' ')
        return begins(text, NO_BREAK) ? 2 : begins(text, NARROW) ? 3 : 0;
    return thousands == '\'' && begins(text, APOSTROPHE) ? 3 : 0;
}

static size_t take_digits(struct weir_text *from, char *into)
{
    size_t n = 0;
    for (; is_digit(from, n); n++)
        into[n] = from->bytes[n];
    skip(from, n);
    return n;
}

/* Takes the digits before the decimal mark. Returns false if their groups are
 * not those of thousands. */
static bool take_whole(struct parts *parts, char thousands, char *into)
{
    struct weir_text *rest = &parts->rest, mark = *rest;
    parts->whole = take_digits(rest, into);
    mark.bytes += parts->whole;
    mark.len = thousands ? separator_len(*rest, thousands) : 0;
    if (!mark.len || !is_digit(rest, mark.len))
        return true;
    if (parts->whole - 1 > 2 || *into == '0')
        return false;
    while (rest->len > mark.len && is_digit(rest, mark.len) &&
           !memcmp(rest->bytes, mark.bytes, mark.len)) {
        skip(rest, mark.len);
        size_t n = take_digits(rest, into + parts->whole);
        parts->whole += n;
        if (n != 3)
            return false;
    }
    return true;
}

/* Takes an exponent, if there is one. */
static void take_exponent(struct parts *parts)
{
    struct weir_text *rest = &parts->rest, exponent = *rest;
    size_t n = 1;
    if (!rest->len || (*rest->bytes | ' ') != 'e')
        return;
    n += rest->len > 1 && strchr("+-", rest->bytes[1]) && rest->bytes[1];
    if (!is_digit(rest, n))
        return;
    while (is_digit(rest, n))
        n++;
    exponent.len = n;
    parts->exponent = exponent;
    skip(rest, n);
}

static bool take_number(struct parts *parts, struct weir_notation notation,
                        char *into)
{
    const char mark[] = {notation.decimal ? notation.decimal : '.', '\0'};
    if (!take_whole(parts, notation.thousands, into))
        return false;
    parts->n = parts->whole;
    parts->point = take(&parts->rest, mark);
    if (parts->point)
        parts->n += take_digits(&parts->rest, into + parts->n);
    take_exponent(parts);
    return parts->n > 0;
}

/* The bytes of a currency sign: one of Unicode's category Sc that is not a
 * hundredth, as the cent sign is. */
static size_t currency_sign(struct weir_text text)
{
    static const char *const signs[] = {"$",
                                        "\xc2\xa3",
                                        "\xc2\xa4",
                                        "\xc2\xa5",
                                        "\xd6\x8f",
                                        "\xd8\x8b",
                                        "\xe0\xa7\xb2",
                                        "\xe0\xa7\xb3",
                                        "\xe0\xaf\xb9",
                                        "\xe0\xb8\xbf",
                                        "\xe1\x9f\x9b",
                                        "\xef\xb7\xbc",
                                        "\xef\xb9\xa9",
                                        "\xef\xbc\x84",
                                        "\xef\xbf\xa1",
                                        "\xef\xbf\xa5",
                                        "\xef\xbf\xa6"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (begins(text, signs[i]))
            return strlen(signs[i]);
    /* U+20A0 to U+20BF and U+20C0. */
    bool block = text.len >= 3 && (begins(text, "\xe2\x82")
                                       ? (unsigned char)text.bytes[2] >= 0xa0
                                       : begins(text, "\xe2\x83\x80"));
    return block ? 3 : 0;
}

/* The bytes of a currency: a sign, or three capital letters. */
static size_t currency_len(struct weir_text text)
{
    size_t n = 0;
    while (n < 4 && n < text.len && text.bytes[n] >= 'A' &&
           text.bytes[n] <= 'Z')
        n++;
    return n == 3 ? n : currency_sign(text);
}

static bool take_currency(struct parts *parts)
{
    size_t n = parts->currency ? 0 : currency_len(parts->rest);
    skip(&parts->rest, n);
    parts->currency |= n > 0;
    return n > 0;
}

static bool take_percent(struct parts *parts)
{
    if (parts->percent || !take(&parts->rest, "%"))
        return false;
    parts->percent = true;
    return true;
}

static bool take_minus(struct parts *parts)
{
    if (parts->sign || (!take(&parts->rest, "-") && !take(&parts->rest, MINUS)))
        return false;
    parts->sign = '-';
    return true;
}

static bool take_plus(struct parts *parts)
{
    if (parts->sign || !take(&parts->rest, "+"))
        return false;
    parts->sign = '+';
    return true;
}

static bool take_open(struct parts *parts)
{
    if (parts->sign || !take(&parts->rest, "("))
        return false;
    parts->sign = '-';
    parts->opened = true;
    return true;
}

static bool take_close(struct parts *parts)
{
    if (!parts->opened || !take(&parts->rest, ")"))
        return false;
    parts->opened = false;
    return true;
}

static void take_marks_before(struct parts *parts)
{
    do
        take_blanks(&parts->rest);
    while (take_minus(parts) || take_plus(parts) || take_open(parts) ||
           take_currency(parts) || take_percent(parts));
}

static void take_marks_after(struct parts *parts)
{
    do
        take_blanks(&parts->rest);
    while (take_minus(parts) || take_close(parts) || take_currency(parts) ||
           take_percent(parts));
}

/* Makes the plain number of the digits at the beginning of `into`. */
static size_t assemble(const struct parts *parts, char *into)
{
    const size_t left = parts->percent ? 2 : 0; /* how far the point moves */
    const size_t sign = parts->sign != '\0';
    size_t zeros = 0;
    if (left && parts->whole <= left)
        zeros = left + 1 - parts->whole;
    size_t n = zeros + parts->n, whole = zeros + parts->whole - left;
    char *at = into + sign;
    memmove(at + zeros, into, parts->n);
    memset(at, '0', zeros);
    if (sign)
        *into = parts->sign;
    if (parts->point || whole < n) {
        memmove(at + whole + 1, at + whole, n - whole);
        at[whole] = '.';
        n++;
    }
    if (parts->exponent.len)
        memcpy(at + n, parts->exponent.bytes, parts->exponent.len);
    return sign + n + parts->exponent.len;
}

size_t weir_notation_plain(struct weir_text cell, struct weir_notation notation,
                           char *into)
{
    struct parts parts = {.rest = weir_text_trim(cell)};
    if (!parts.rest.len)
        return 0;
    if (notation.marks)
        take_marks_before(&parts);
    else if (!take_plus(&parts) && take(&parts.rest, "-"))
        parts.sign = '-';
    if (!take_number(&parts, notation, into))
        return SIZE_MAX;
    if (notation.marks)
        take_marks_after(&parts);
    /* A currency has no hundredths, and an exponent no per cent. */
    bool valid = !parts.rest.len && !parts.opened &&
                 !(parts.percent && (parts.currency || parts.exponent.len));
    return valid ? assemble(&parts, into) : SIZE_MAX;
}

struct weir_number weir_notation_read(struct weir_text cell, int32_t notation,
                                      char *scratch)
{
    if (!notation)
        return weir_number_read(cell);
    struct weir_number text = {.kind = WEIR_BAD, .text = cell};
    if (cell.len > WEIR_NOTATION_MAX)
        return text;
    size_t len =
        weir_notation_plain(cell, weir_notation_unpack(notation), scratch);
    if (len == SIZE_MAX)
        return text;
    struct weir_number number =
        weir_number_read((struct weir_text){scratch, len});
    return number.kind == WEIR_BAD ? text : number;
}

bool weir_notation_decimal(struct weir_text text, char *decimal)
{
    *decimal = text.len ? *text.bytes : '\0';
    return text.len == 1 && (*decimal == '.' || *decimal == ',');
}

bool weir_notation_thousands(struct weir_text text, char *thousands)
{
    static const char marks[] = ",. '_";
    for (const char *mark = marks; *mark; mark++)
        if (text.len && separator_len(text, *mark) == text.len) {
            *thousands = *mark;
            return true;
        }
    return false;
}
