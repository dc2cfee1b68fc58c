/*
 * The formats that are not CSV. Rows are tried in order, and the first that
 * matches wins. A row must not match what may be an ordinary CSV file: a magic
 * number that is text ("PAR1") is followed by bytes that are not.
 */
#include "readers/sources/not_csv.h"

#include <string.h>
#include <strings.h>

#define MAGIC(bytes) (bytes), sizeof(bytes) - 1
#define NO_MAGIC NULL, 0

static enum weir_match begins(const uint8_t *head, size_t len,
                              const char *magic, size_t magic_len)
{
    size_t n = len < magic_len ? len : magic_len;
    if (n && memcmp(head, magic, n) != 0)
        return WEIR_MATCH_NO;
    return len < magic_len ? WEIR_MATCH_MAYBE : WEIR_MATCH_YES;
}

/* The header of a zip's first entry: offsets of the length of its name, and of
 * the name. */
#define ZIP_NAME_LEN 26
#define ZIP_NAME 30
/* The content of the first entry of an OpenDocument file. */
static const char ods[] =
    "mimetypeapplication/vnd.oasis.opendocument.spreadsheet";

static enum weir_match is_ods(const uint8_t *head, size_t len)
{
    if (len < ZIP_NAME)
        return WEIR_MATCH_MAYBE;
    return begins(head + ZIP_NAME, len - ZIP_NAME, MAGIC(ods));
}

static enum weir_match is_xlsx(const uint8_t *head, size_t len)
{
    static const char *const names[] = {"[Content_Types].xml", "xl/",
                                        "docProps/", "_rels/"};
    enum weir_match match = WEIR_MATCH_NO;
    if (len < ZIP_NAME)
        return WEIR_MATCH_MAYBE;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        enum weir_match one =
            begins(head + ZIP_NAME, len - ZIP_NAME, names[i], strlen(names[i]));
        match = one > match ? one : match;
    }
    return match;
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Whether a byte that no text has is among the few after a magic number of four
 * bytes. */
static enum weir_match is_binary(const uint8_t *head, size_t len)
{
    const size_t end = 12;
    for (size_t i = 4; i < len && i < end; i++)
        if (head[i] < 0x20 && !is_blank(head[i]))
            return WEIR_MATCH_YES;
    return len < end ? WEIR_MATCH_MAYBE : WEIR_MATCH_NO;
}

/* A version, and the end of the line. */
static enum weir_match is_pdf(const uint8_t *head, size_t len)
{
    const size_t version = strlen("%PDF-"), end = version + strlen("1.7");
    if (len <= end)
        return WEIR_MATCH_MAYBE;
    return head[version + 1] == '.' && is_blank(head[end]) ? WEIR_MATCH_YES
                                                           : WEIR_MATCH_NO;
}

/* After its mark, a stream of Arrow has the length of a header of less than 16
 * MiB. */
static enum weir_match is_arrow_stream(const uint8_t *head, size_t len)
{
    if (len < 8)
        return WEIR_MATCH_MAYBE;
    return head[7] == 0 && head[4] % 8 == 0 ? WEIR_MATCH_YES : WEIR_MATCH_NO;
}

static enum weir_match is_tar(const uint8_t *head, size_t len)
{
    const size_t name = 100, magic = 257;
    /* The name of the first file ends with NULs. */
    if (!memchr(head, 0, len < name ? len : name))
        return WEIR_MATCH_NO;
    if (len < magic)
        return WEIR_MATCH_MAYBE;
    return begins(head + magic, len - magic, MAGIC("ustar"));
}

/*
 * Text in units of `unit` bytes without a byte order mark: of the first 64
 * bytes three quarters of the units are ASCII, the first one too, and none is
 * zero.
 */
static enum weir_match is_wide(const uint8_t *head, size_t len, size_t unit,
                               bool big_endian)
{
    const size_t min = 4, max = 64;
    size_t n = 0, ascii = 0;
    if (len >= min && !memchr(head, 0, min))
        return WEIR_MATCH_NO;
    for (; (n + 1) * unit <= len && n * unit < max; n++) {
        const uint8_t *at = head + n * unit;
        uint32_t code = 0;
        for (size_t i = 0; i < unit; i++)
            code = code << 8 | at[big_endian ? i : unit - 1 - i];
        ascii += code < 0x7f && (code >= 0x20 || is_blank((uint8_t)code));
        if (code == 0 || code > 0x10ffff || ascii == 0)
            return WEIR_MATCH_NO;
    }
    bool right = n > 1 && ascii * 4 >= n * 3;
    if (len < max / 4)
        return right && len % unit == 0 ? WEIR_MATCH_LIKELY : WEIR_MATCH_MAYBE;
    return right ? WEIR_MATCH_YES : WEIR_MATCH_NO;
}

static enum weir_match is_utf_32_le(const uint8_t *head, size_t len)
{
    return is_wide(head, len, 4, false);
}

static enum weir_match is_utf_32_be(const uint8_t *head, size_t len)
{
    return is_wide(head, len, 4, true);
}

static enum weir_match is_utf_16_le(const uint8_t *head, size_t len)
{
    return is_wide(head, len, 2, false);
}

static enum weir_match is_utf_16_be(const uint8_t *head, size_t len)
{
    return is_wide(head, len, 2, true);
}

static size_t skip_blanks(const uint8_t *head, size_t len, size_t at)
{
    while (at < len && is_blank(head[at]))
        at++;
    return at;
}

/* The end of the JSON string that begins at head[at]; `len` if it is not there.
 */
static size_t skip_string(const uint8_t *head, size_t len, size_t at)
{
    for (at++; at < len && head[at] != '"'; at++)
        at += head[at] == '\\';
    return at < len ? at + 1 : len;
}

static enum weir_match found(const uint8_t *head, size_t len, size_t at,
                             uint8_t byte)
{
    if (at >= len)
        return WEIR_MATCH_MAYBE;
    return head[at] == byte ? WEIR_MATCH_YES : WEIR_MATCH_NO;
}

/* Whether nothing but blanks follows: [] or {} and no more. */
static enum weir_match is_empty(const uint8_t *head, size_t len, size_t at)
{
    return skip_blanks(head, len, at) == len ? WEIR_MATCH_LIKELY
                                             : WEIR_MATCH_NO;
}

/* After "{": a key and a colon, or nothing. */
static enum weir_match is_object(const uint8_t *head, size_t len, size_t at)
{
    at = skip_blanks(head, len, at);
    if (at < len && head[at] == '}')
        return is_empty(head, len, at + 1);
    if (at < len && head[at] != '"')
        return WEIR_MATCH_NO;
    at = skip_blanks(head, len, skip_string(head, len, at));
    return found(head, len, at, ':');
}

/* After "[": nothing, an object, an array, or a number or text with a comma
 * after it. A CSV header may begin with [name], or with a name in blanks. */
static enum weir_match is_array(const uint8_t *head, size_t len, size_t at)
{
    at = skip_blanks(head, len, at);
    if (at == len)
        return WEIR_MATCH_MAYBE;
    if (head[at] == '{')
        return is_object(head, len, at + 1);
    if (head[at] == '[')
        return WEIR_MATCH_YES;
    if (head[at] == ']')
        return is_empty(head, len, at + 1);
    if (head[at] == '"')
        at = skip_string(head, len, at);
    else if (head[at] == '-' || (head[at] >= '0' && head[at] <= '9'))
        while (at < len && head[at] && strchr("+-.0123456789eE", head[at]))
            at++;
    else
        return WEIR_MATCH_NO;
    return found(head, len, skip_blanks(head, len, at), ',');
}

static enum weir_match is_json(const uint8_t *head, size_t len)
{
    size_t at = skip_blanks(head, len, 0);
    if (at == len)
        return WEIR_MATCH_NO; /* do not wait for a pipe */
    if (head[at] == '{')
        return is_object(head, len, at + 1);
    return head[at] == '[' ? is_array(head, len, at + 1) : WEIR_MATCH_NO;
}

static enum weir_match is_html(const uint8_t *head, size_t len)
{
    static const char *const tags[] = {"<!doctype html", "<html", "<head",
                                       "<body", "<table"};
    enum weir_match match = WEIR_MATCH_NO;
    size_t at = skip_blanks(head, len, 0);
    for (size_t i = 0; at < len && i < sizeof tags / sizeof *tags; i++) {
        size_t n = strlen(tags[i]), left = len - at;
        if (strncasecmp((const char *)head + at, tags[i],
                        left < n ? left : n) != 0)
            continue;
        if (left <= n)
            match = WEIR_MATCH_MAYBE;
        else if (head[at + n] == '>' || is_blank(head[at + n]))
            return WEIR_MATCH_YES;
    }
    return match;
}

#define LIBREOFFICE "libreoffice --headless --convert-to csv '{}'"
#define PYTHON(code) "python3 -c '" code "' '{}'"
#define ARROW(open)                                                            \
    PYTHON("import sys, pyarrow as a, pyarrow.csv as c; c.write_csv(" open     \
           "(a.memory_map(sys.argv[1])).read_all(), sys.stdout.buffer)")

static const struct weir_not_csv rows[] = {
    {"an OpenDocument spreadsheet (.ods)", LIBREOFFICE, MAGIC("PK\3\4"), is_ods,
     WEIR_IS_BINARY},
    {"an Excel file (.xlsx)", "xlsx2csv '{}'", MAGIC("PK\3\4"), is_xlsx,
     WEIR_IS_BINARY},
    {"a zip archive", "unzip -p '{}'", MAGIC("PK\3\4"), NULL, WEIR_IS_ARCHIVE},
    {"an empty zip archive", "unzip -p '{}'", MAGIC("PK\5\6"), NULL,
     WEIR_IS_BINARY},
    {"an Excel file (.xls)", LIBREOFFICE,
     MAGIC("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), NULL, WEIR_IS_BINARY},
    {"a Parquet file", "duckdb -csv -c \"from '{}'\"", MAGIC("PAR1"), is_binary,
     WEIR_IS_BINARY},
    {"an Arrow file", ARROW("a.ipc.open_file"), MAGIC("ARROW1\0"), NULL,
     WEIR_IS_BINARY},
    {"an Arrow stream", ARROW("a.ipc.open_stream"), MAGIC("\xff\xff\xff\xff"),
     is_arrow_stream, WEIR_IS_BINARY},
    {"an SQLite database", "sqlite3 -csv -header '{}' 'select * from TABLE'",
     MAGIC("SQLite format 3\0"), NULL, WEIR_IS_BINARY},
    {"a 7z archive", "7z x -so '{}'", MAGIC("7z\xbc\xaf\x27\x1c"), NULL,
     WEIR_IS_ARCHIVE},
    {"a file of compress (.Z)", "gzip -dc '{}'", MAGIC("\x1f\x9d"), NULL,
     WEIR_IS_BINARY},
    {"an lz4 file of the legacy format", "lz4 -dc '{}'",
     MAGIC("\x02\x21\x4c\x18"), NULL, WEIR_IS_BINARY},
    {"an lzip file", "lzip -dc '{}'", MAGIC("LZIP\1"), NULL, WEIR_IS_BINARY},
    {"UTF-32 text", "iconv -f UTF-32 -t UTF-8 '{}'", MAGIC("\xff\xfe\0\0"),
     NULL, WEIR_IS_BINARY},
    {"UTF-32 text", "iconv -f UTF-32 -t UTF-8 '{}'", MAGIC("\0\0\xfe\xff"),
     NULL, WEIR_IS_BINARY},
    {"an HDF5 file", NULL, MAGIC("\x89HDF\r\n\x1a\n"), NULL, WEIR_IS_BINARY},
    {"a PNG picture", NULL, MAGIC("\x89PNG\r\n\x1a\n"), NULL, WEIR_IS_BINARY},
    {"a PDF document", NULL, MAGIC("%PDF-"), is_pdf, WEIR_IS_BINARY},
    {"a tar archive", "tar -xOf '{}'", NO_MAGIC, is_tar, WEIR_IS_ARCHIVE},
    {"UTF-32 text without a byte order mark", "iconv -f UTF-32LE -t UTF-8 '{}'",
     NO_MAGIC, is_utf_32_le, WEIR_IS_BINARY},
    {"UTF-32 text without a byte order mark", "iconv -f UTF-32BE -t UTF-8 '{}'",
     NO_MAGIC, is_utf_32_be, WEIR_IS_BINARY},
    {"UTF-16 text without a byte order mark", "iconv -f UTF-16LE -t UTF-8 '{}'",
     NO_MAGIC, is_utf_16_le, WEIR_IS_BINARY},
    {"UTF-16 text without a byte order mark", "iconv -f UTF-16BE -t UTF-8 '{}'",
     NO_MAGIC, is_utf_16_be, WEIR_IS_BINARY},
    {"JSON",
     "jq -rn '[inputs] | flatten(1) | (.[0] | keys_unsorted) as $k | $k, (.[] "
     "| [.[$k[]]]) | @csv' '{}'",
     NO_MAGIC, is_json, WEIR_IS_TEXT},
    {"an XML document", NULL, MAGIC("<?xml"), NULL, WEIR_IS_TEXT},
    {"a web page (HTML)",
     PYTHON("import sys, pandas as p; "
            "p.read_html(sys.argv[1])[0].to_csv(sys.stdout, index=False)"),
     NO_MAGIC, is_html, WEIR_IS_TEXT},
};
#define N_ROWS (sizeof rows / sizeof *rows)

const struct weir_not_csv *weir_not_csv_row(size_t i)
{
    return i < N_ROWS ? &rows[i] : NULL;
}

const struct weir_not_csv *weir_not_csv_find(const void *head, size_t len,
                                             bool ended, bool texts, bool *more)
{
    *more = false;
    for (const struct weir_not_csv *row = rows; row < rows + N_ROWS; row++) {
        if ((row->kind == WEIR_IS_TEXT && !texts) || len == 0)
            continue;
        enum weir_match match = begins(head, len, row->magic, row->magic_len);
        if (match == WEIR_MATCH_YES && row->test)
            match = row->test(head, len);
        *more = !ended && len < WEIR_NOT_CSV_HEAD &&
                (match == WEIR_MATCH_MAYBE || match == WEIR_MATCH_LIKELY);
        if (*more)
            return NULL;
        if (match >= WEIR_MATCH_LIKELY)
            return row;
    }
    return NULL;
}

const char *weir_not_csv_command(const struct weir_not_csv *row,
                                 const char *name, char *into, size_t capacity)
{
    const char *brace = strstr(row->command, "{}");
    size_t before = (size_t)(brace - row->command), len = strlen(name);
    size_t after = strlen(brace + 2);
    if (before + len + after >= capacity)
        len = 0;
    memcpy(into, row->command, before);
    memcpy(into + before, name, len);
    memcpy(into + before + len, brace + 2, after + 1);
    return into;
}
