/*
 * A dialect: the bytes that mean something in a CSV input.
 */
#ifndef WEIR_READERS_CSV_DIALECT_H
#define WEIR_READERS_CSV_DIALECT_H

#include "base/number.h"
#include "base/schema.h"
#include "readers/csv/named_dialect.h"
#include <string.h>

#define WEIR_MARK_CAPACITY 16
#define WEIR_OFF (-1)

struct weir_dialect {
    char delimiter[WEIR_MARK_CAPACITY];
    char comment[WEIR_MARK_CAPACITY];
    uint8_t delimiter_len, comment_len; /* 0 means that there is none */
    /* Each a byte, or WEIR_OFF. An escape that hides the meaning of the next
     * byte from the scan is `escape`; one in the text of a field is `undone`.
     * They differ if fields are split first. */
    int16_t quote, escape, undone;
    const struct weir_escapes *escapes; /* what `undone` means; may be NULL */
    bool trim;
    bool blanks;  /* any run of blanks is the delimiter; `trim` is set too */
    bool feeds;   /* only an LF ends a record */
    bool exact;   /* the block scans cannot read it: the byte machine does */
    bool refined; /* the text of a field is not always its raw bytes, even if
                     there are no quotes */
    /* texts that mean null, besides the empty one ("NA,-"); may be NULL */
    const char *null;
};

/* Fills the dialect for the file of that name. If no delimiter is given, *.tsv,
 * *.tsv.gz and the like mean tabs. Texts of `reading` are borrowed. WEIR_USAGE
 * if options contradict each other. */
enum weir_status weir_dialect_init(struct weir_dialect *dialect,
                                   const char *path,
                                   const struct weir_reading *reading,
                                   struct weir_error *error) WEIR_CHECKED;

/* Whether a record's text begins as a comment does. */
static inline bool weir_dialect_comments(const struct weir_dialect *dialect,
                                         const char *text, size_t len)
{
    return dialect->comment_len && len >= dialect->comment_len &&
           !memcmp(text, dialect->comment, dialect->comment_len);
}

/* Whether a byte ends a record, if it is not quoted or escaped. */
static inline bool weir_dialect_ends(const struct weir_dialect *dialect,
                                     char byte)
{
    return byte == '\n' || (byte == '\r' && !dialect->feeds);
}

/* The length of a raw record of `len` bytes, without its line end. */
static inline size_t weir_record_len(const struct weir_dialect *dialect,
                                     const char *text, size_t len)
{
    if (len && text[len - 1] == '\n')
        len--;
    if (len && text[len - 1] == '\r' && !dialect->feeds)
        len--;
    return len;
}

/* Whether there is nothing in a record's text, which has no line end. */
static inline bool weir_dialect_is_empty(const struct weir_dialect *dialect,
                                         const char *text, size_t len)
{
    return len == 0 || (dialect->blanks &&
                        weir_text_trim((struct weir_text){text, len}).len == 0);
}

/* Whether the delimiter is to be found in the input (-d auto). Until then the
 * dialect has the default one. */
bool weir_dialect_is_auto(const struct weir_reading *reading);

/* A delimiter as it is typed. */
static inline const char *weir_delimiter_typed(const char *delimiter)
{
    return strcmp(delimiter, "\t") == 0 ? "\\t" : delimiter;
}

/* Whether a line, without its line end, only names the delimiter, as sep=; or
 * "sep=;" does. Spreadsheets write such a line before the header. */
bool weir_dialect_names_delimiter(const char *line, size_t len,
                                  char *delimiter);

/* Sets the delimiter to the usual one (WEIR_DELIMITERS) that a line has most of
 * outside quotes. If it has none, the default stays where it `may_lack` one.
 * WEIR_DATA if it has none or as many of two. */
enum weir_status
weir_dialect_find_delimiter(struct weir_dialect *dialect, const char *line,
                            size_t len, bool may_lack,
                            struct weir_error *error) WEIR_CHECKED;

/* Whether the text is one of the null texts. */
bool weir_dialect_null(const struct weir_dialect *dialect, const char *cell,
                       size_t len);

/* Counts each usual delimiter in text[0, len), outside quotes; one that is the
 * dialect's quote or escape is not counted. */
void weir_dialect_count_delimiters(const struct weir_dialect *dialect,
                                   const char *text, size_t len,
                                   size_t n[sizeof WEIR_DELIMITERS]);

#endif
