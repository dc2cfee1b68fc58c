/*
 * From options to a dialect: defaults, "\t" and the like, contradictions.
 */
#include "readers/csv/dialect.h"

#include "base/error.h"
#include "readers/codecs/decoder.h"
#include <string.h>
#include <strings.h>

/* "\t" and "tab" mean a tab, because a real one is hard to type in a shell. */
static const char *unescape(const char *text)
{
    if (!strcmp(text, "\\t") || !strcasecmp(text, "tab"))
        return "\t";
    return text;
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

enum weir_status weir_dialect_init(struct weir_dialect *dialect,
                                   const char *path,
                                   const struct weir_reading *reading,
                                   struct weir_error *error)
{
    *dialect = (struct weir_dialect){.trim = reading->trim};
    if (reading->null && *reading->null)
        dialect->null = reading->null;
    const char *delimiter = reading->delimiter ? unescape(reading->delimiter)
                                               : default_delimiter(path);
    enum weir_status status = mark(dialect->delimiter, &dialect->delimiter_len,
                                   delimiter, "--delimiter", error);
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
    /* A quote that escapes itself means doubled quotes. */
    if (dialect->escape == dialect->quote)
        dialect->escape = WEIR_OFF;
    dialect->exact = dialect->delimiter_len > 1 || dialect->comment_len ||
                     dialect->escape != WEIR_OFF;
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
