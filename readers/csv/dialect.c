/*
 * From options to a dialect: defaults, "\t" and "\x01", contradictions.
 */
#include "readers/csv/dialect.h"

#include "base/error.h"
#include "readers/codecs/decoder.h"
#include <string.h>
#include <strings.h>

bool weir_dialect_is_auto(const struct weir_reading *reading)
{
    return reading->delimiter && !strcasecmp(reading->delimiter, "auto");
}

/* The byte that text[0, 2) names in hexadecimal digits; -1 if it names none. */
static int byte_of(const char *text)
{
    int byte = 0;
    for (size_t i = 0; i < 2; i++) {
        int digit = text[i] >= '0' && text[i] <= '9' ? text[i] - '0'
                    : (text[i] | 32) >= 'a' && (text[i] | 32) <= 'f'
                        ? (text[i] | 32) - 'a' + 10
                        : -1;
        if (digit < 0)
            return -1;
        byte = 16 * byte + digit;
    }
    return byte;
}

/* Replaces \t and \xNN by their bytes, which are hard to type in a shell; and
 * the word tab. `into` has as many bytes as the text. Returns what is wrong, or
 * NULL. */
static const char *unescape(char *into, const char *text)
{
    if (strcasecmp(text, "tab") == 0)
        text = "\\t";
    while (*text) {
        int byte = (unsigned char)*text;
        size_t len = 1;
        if (text[0] == '\\' && text[1] == 't') {
            byte = '\t';
            len = 2;
        } else if (text[0] == '\\' && text[1] == 'x') {
            byte = byte_of(text + 2);
            len = 4;
        }
        if (byte < 0)
            return "expected two hexadecimal digits after \\x, as in '\\x01'";
        if (byte == 0)
            return "a NUL is no delimiter";
        *into++ = (char)byte;
        text += len;
    }
    *into = '\0';
    return NULL;
}

/* The longest text of a delimiter, each of whose bytes may be \xNN. */
#define ESCAPED_CAPACITY ((size_t)4 * WEIR_MARK_CAPACITY)

/* Writes the delimiter's bytes; a text that is too long stays as it is, and is
 * refused later. */
static enum weir_status delimiter_of(char into[ESCAPED_CAPACITY],
                                     const char **delimiter,
                                     struct weir_error *error)
{
    if (strlen(*delimiter) >= ESCAPED_CAPACITY)
        return WEIR_OK;
    const char *wrong = unescape(into, *delimiter);
    if (wrong)
        return weir_fail(error, WEIR_USAGE, "--delimiter '%s': %s", *delimiter,
                         wrong);
    *delimiter = into;
    return WEIR_OK;
}

static bool has_suffix(const char *path, size_t len, const char *suffix)
{
    size_t n = strlen(suffix);
    return len >= n && !strncasecmp(path + len - n, suffix, n);
}

static const char *default_delimiter(const char *path)
{
    size_t len = strlen(path), suffix;
    while (weir_codec_of_name(path, len, &suffix))
        len -= suffix;
    return has_suffix(path, len, ".tsv") || has_suffix(path, len, ".tab") ? "\t"
                                                                          : ",";
}

static enum weir_status one_byte(int16_t *byte, const char *text,
                                 const char *option, struct weir_error *error)
{
    if (strlen(text) > 1)
        return weir_fail(error, WEIR_USAGE,
                         "%s '%s': expected one byte, or "
                         "'' to turn it off",
                         option, text);
    *byte = *text ? (int16_t)(unsigned char)*text : (int16_t)WEIR_OFF;
    return WEIR_OK;
}

static enum weir_status mark(char into[WEIR_MARK_CAPACITY], uint8_t *len,
                             const char *text, const char *option,
                             struct weir_error *error)
{
    size_t n = strlen(text);
    if (n >= WEIR_MARK_CAPACITY)
        return weir_fail(error, WEIR_USAGE,
                         "%s '%s': expected at most %d "
                         "bytes",
                         option, text, WEIR_MARK_CAPACITY - 1);
    if (strpbrk(text, "\r\n"))
        return weir_fail(error, WEIR_USAGE, "%s: a line end is not allowed",
                         option);
    memcpy(into, text, n + 1);
    *len = (uint8_t)n;
    return WEIR_OK;
}

static bool holds(const struct weir_dialect *dialect, int16_t byte)
{
    return byte != WEIR_OFF &&
           memchr(dialect->delimiter, byte, dialect->delimiter_len);
}

static enum weir_status check(const struct weir_dialect *dialect,
                              struct weir_error *error)
{
    if (dialect->quote == '\n' || dialect->quote == '\r' ||
        dialect->escape == '\n' || dialect->escape == '\r')
        return weir_fail(error, WEIR_USAGE,
                         "--quote, --escape: a line end is not allowed");
    if (holds(dialect, dialect->quote) || holds(dialect, dialect->escape))
        return weir_fail(error, WEIR_USAGE,
                         "--delimiter '%s' holds the quote or the escape",
                         dialect->delimiter);
    return WEIR_OK;
}

/* Sets what follows from the options. */
static void finish(struct weir_dialect *dialect,
                   const struct weir_named_dialect *named)
{
    /* A quote that escapes itself means doubled quotes. */
    if (dialect->escape == dialect->quote)
        dialect->escape = WEIR_OFF;
    dialect->undone = dialect->escape;
    if (named) {
        dialect->escapes = &named->escapes;
        if (named->splits_first)
            dialect->escape = WEIR_OFF;
    }
    dialect->exact = dialect->delimiter_len > 1 || dialect->comment_len ||
                     dialect->escape != WEIR_OFF || dialect->blanks ||
                     dialect->feeds;
    dialect->refined =
        dialect->trim || dialect->null || dialect->undone != WEIR_OFF;
}

enum weir_status weir_dialect_init(struct weir_dialect *dialect,
                                   const char *path,
                                   const struct weir_reading *reading,
                                   struct weir_error *error)
{
    const struct weir_named_dialect *named =
        weir_named_dialect_find(reading->dialect);
    *dialect = (struct weir_dialect){.trim = reading->trim,
                                     .feeds = named && named->feeds};
    if (reading->null && *reading->null)
        dialect->null = reading->null;
    char unescaped[ESCAPED_CAPACITY];
    const char *delimiter = reading->delimiter && !weir_dialect_is_auto(reading)
                                ? reading->delimiter
                                : default_delimiter(path);
    if (strcasecmp(delimiter, "blanks") == 0) {
        delimiter = " ";
        dialect->blanks = dialect->trim = true;
    }
    enum weir_status status = delimiter_of(unescaped, &delimiter, error);
    if (!status)
        status = mark(dialect->delimiter, &dialect->delimiter_len, delimiter,
                      "--delimiter", error);
    if (!status)
        status =
            mark(dialect->comment, &dialect->comment_len,
                 reading->comment ? reading->comment : "", "--comment", error);
    if (!status)
        status =
            one_byte(&dialect->quote, reading->quote ? reading->quote : "\"",
                     "--quote", error);
    if (!status)
        status =
            one_byte(&dialect->escape, reading->escape ? reading->escape : "",
                     "--escape", error);
    if (!status)
        status = check(dialect, error);
    finish(dialect, named);
    return status;
}
bool weir_dialect_null(const struct weir_dialect *dialect, const char *cell,
                       size_t len)
{
    for (const char *text = dialect->null; text;) {
        size_t n = strcspn(text, ",");
        if (n == len && !memcmp(text, cell, n))
            return true;
        text = text[n] ? text + n + 1 : NULL;
    }
    return false;
}
