/*
 * The table of the named dialects. Sources: PostgreSQL's manual, COPY, "Text
 * Format"; MariaDB's and MySQL's, SELECT ... INTO OUTFILE and LOAD DATA; Hive's
 * LazySimpleSerDe, with ESCAPED BY where an escape is given; csv.unix_dialect
 * of Python. scripts/dialects asks the programs themselves.
 */
#include "readers/csv/named_dialect.h"

#include "base/error.h"
#include <string.h>

static const struct weir_named_dialect table[] = {
    {.name = "excel",
     .brief = "what a line sep=; says, or the header has most of , ; | and tab",
     .reading = {.delimiter = "auto", .quote = "\""}},
    {.name = "tsv",
     .brief = "what -o tsv writes: tabs, no quotes, \\t \\n \\r \\\\, null \\N",
     .reading = {.delimiter = "\t", .quote = "", .escape = "\\", .null = "\\N"},
     .escapes = {"tnr", "\t\n\r", false},
     .splits_first = true},
    {.name = "mysql",
     .brief = "select into outfile: no header, tabs, no quotes, escapes, \\N",
     .reading = {.delimiter = "\t",
                 .quote = "",
                 .escape = "\\",
                 .null = "\\N",
                 .no_header = true},
     .escapes = {"0bnrtZ", "\0\b\n\r\t\x1a", false},
     .feeds = true},
    {.name = "postgres",
     .brief = "copy, text format: no header, tabs, no quotes, escapes, \\N",
     /* \. alone on a line ends the data, and nothing else begins so. */
     .reading = {.delimiter = "\t",
                 .quote = "",
                 .escape = "\\",
                 .comment = "\\.",
                 .null = "\\N",
                 .no_header = true},
     .escapes = {"bfnrtv", "\b\f\n\r\t\v", true}},
    {.name = "hive",
     .brief = "a table's text files: no header, \\x01, no quotes, null \\N",
     .reading =
         {.delimiter = "\x01", .quote = "", .null = "\\N", .no_header = true},
     .escapes = {"nr", "\n\r", false}},
    {.name = "unix",
     .brief = "commas, quotes, doubled inside, as Python's unix dialect",
     .reading = {.delimiter = ",", .quote = "\""}},
    {.name = "blanks",
     .brief = "runs of blanks and tabs, also before and after; no quotes",
     .reading = {.delimiter = "blanks", .quote = ""}},
};

#define N_DIALECTS (sizeof table / sizeof *table)

const struct weir_named_dialect *weir_named_dialect(size_t i)
{
    return i < N_DIALECTS ? &table[i] : NULL;
}

const struct weir_named_dialect *weir_named_dialect_find(const char *name)
{
    for (size_t i = 0; name && i < N_DIALECTS; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

static enum weir_status refuse(const char *name, struct weir_error *error)
{
    char names[160] = "";
    for (size_t i = 0; i < N_DIALECTS; i++)
        strcat(strcat(names, i ? ", " : ""), table[i].name);
    return weir_fail(error, WEIR_USAGE,
                     "--dialect: found '%s', expected one of %s", name, names);
}

static void fill(const char **option, const char *value)
{
    if (!*option)
        *option = value;
}

enum weir_status weir_named_dialect_apply(struct weir_reading *reading,
                                          struct weir_error *error)
{
    const struct weir_named_dialect *row =
        weir_named_dialect_find(reading->dialect);
    if (!row)
        return reading->dialect ? refuse(reading->dialect, error) : WEIR_OK;
    fill(&reading->delimiter, row->reading.delimiter);
    fill(&reading->quote, row->reading.quote);
    fill(&reading->escape, row->reading.escape);
    fill(&reading->comment, row->reading.comment);
    fill(&reading->null, row->reading.null);
    if (!reading->header)
        reading->no_header |= row->reading.no_header;
    return WEIR_OK;
}

static int digit_of(char byte)
{
    return byte >= '0' && byte <= '9'                 ? byte - '0'
           : (byte | 32) >= 'a' && (byte | 32) <= 'f' ? (byte | 32) - 'a' + 10
                                                      : 16;
}

/* Reads up to `max` digits at text[from, len). Returns where they end. */
static size_t read_code(const char *text, size_t len, size_t from, size_t max,
                        int base, char *into)
{
    int code = 0;
    size_t at = from;
    for (; at < len && at < from + max && digit_of(text[at]) < base; at++)
        code = code * base + digit_of(text[at]);
    if (at > from)
        *into = (char)(unsigned char)code;
    return at;
}

size_t weir_unescape(const struct weir_escapes *escapes, const char *text,
                     size_t len, char *into)
{
    *into = *text;
    if (!escapes)
        return 1;
    const char *letter =
        *text && escapes->letter ? strchr(escapes->letter, *text) : NULL;
    if (letter)
        *into = escapes->byte[letter - escapes->letter];
    else if (escapes->codes && *text == 'x')
        return read_code(text, len, 1, 2, 16, into);
    else if (escapes->codes && digit_of(*text) < 8)
        return read_code(text, len, 0, 3, 8, into);
    return 1;
}
