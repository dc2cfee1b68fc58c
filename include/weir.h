/*
 * weir: exact answers about CSV streams of any size, in constant memory.
 *
 * This is the only public header, and a tour of the library. Reading a file
 * record by record is a generator in C:
 *
 *     struct weir_error error;
 *     struct weir_record record;
 *     enum weir_status status;
 *     double total = 0;
 *
 *     struct weir_rows *rows = weir_rows_open("users.csv.zst", NULL, &error);
 *     if (!rows)
 *         return complain(&error);
 *     size_t age = weir_rows_column(rows, "age");
 *     while ((status = weir_rows_next(rows, &record, &error)) == WEIR_OK)
 *         total += weir_field_number(&record, age);
 *     weir_rows_close(rows);
 *     if (status != WEIR_END)
 *         return complain(&error);
 *
 * Memory does not grow with the length of the input. The library holds one
 * batch of text and what the decompressor needs. A batch has 144 KiB; it is
 * larger only if a single record is, which has at most max_record bytes.
 *
 * Ownership. Every `open` has a matching `close`; closing NULL is allowed. A
 * record and the texts of its fields are borrowed from their rows until the
 * next weir_rows_next() or weir_rows_close(). If a record is used after its
 * batch is gone, the library notices: the record has no fields, and its texts
 * are NULL. A program compiled with WEIR_DEVELOPMENT (CMake defines it for
 * Debug builds) aborts instead, and prints where the record was given out and
 * where it was used.
 *
 * Errors. Every function that can fail fills the caller's struct weir_error,
 * its last argument, with a sentence and the place of the error, and returns a
 * status below zero (or NULL). The end and errors are sticky: the next call
 * returns the same status.
 *
 * Threads. Different threads may use different rows at the same time. One rows
 * object may be used by one thread at a time.
 */
#ifndef WEIR_H
#define WEIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEIR_VERSION_MAJOR 0
#define WEIR_VERSION_MINOR 1
#define WEIR_VERSION_PATCH 0
#define WEIR_VERSION "0.1.0"

#if defined(__GNUC__)
#define WEIR_CHECKED __attribute__((warn_unused_result))
#define WEIR_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define WEIR_CHECKED
#define WEIR_PRINTF(text, first)
#endif
#if defined(WEIR_SHARED) && defined(__GNUC__)
#define WEIR_PUBLIC __attribute__((visibility("default")))
#else
#define WEIR_PUBLIC
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* A status above zero is the end, zero is success, below zero is a failure. */
enum weir_status {
    WEIR_END = 1,
    WEIR_OK = 0,
    WEIR_DATA = -1,  /* the data is wrong */
    WEIR_USAGE = -2, /* the question or an option is wrong */
    WEIR_IO = -3,    /* an input, an output or a file failed */
    WEIR_LIMIT = -4  /* a limit was reached; the message names its option */
};

/*
 * What went wrong. `place` is a text like "users.csv:18204:17 (byte 1991442)",
 * or empty if the error has no place. `message` is a sentence without a full
 * stop. The numbers give the same place to programs: `byte` is a 0-based offset
 * in the decoded input, or UINT64_MAX if unknown; `line` and `column` are
 * 1-based, or 0 if unknown.
 */
struct weir_error {
    enum weir_status status;
    uint64_t byte, line;
    uint32_t column;
    char place[320];
    char message[640];
};

/* What to do with a record whose number of fields is not the header's. */
enum weir_bad_records {
    WEIR_BAD_RECORDS_ERROR, /* fail */
    WEIR_BAD_RECORDS_PAD,   /* add null fields, or drop surplus ones */
    WEIR_BAD_RECORDS_REJECT /* set the record aside, and count it */
};

/*
 * How an input is read. All zero is the default: RFC 4180 with a header. A
 * text that is NULL selects the default; an empty text turns the feature off.
 * The texts must live until the rows are closed.
 */
struct weir_reading {
    const char *dialect;   /* "tsv", "mysql", ...: the defaults of the members
                              below are then those of a program's own format
                              (docs/inputs.md) */
    const char *delimiter; /* up to 15 bytes, as \t or \x01 too; default ",", or
                              a tab for *.tsv and *.tab; "auto": what a first
                              line "sep=;" says, or the header has most of ","
                              ";" "|" and tabs; "blanks": any run of blanks and
                              tabs, none before the first field */
    const char *quote;     /* one byte; default "\"" */
    const char *escape;    /* one byte; default off */
    const char *comment;   /* lines that begin with it are skipped; default
                              off */
    const char *header;    /* column names, "a,b,c", split at the delimiter or
                              at commas; no header is then read. "": there is
                              a header, whatever no_header or the dialect say */
    const char *null;      /* texts that mean null, as empty cells do: "NA,-";
                              compared before escapes are undone */
    const char *reader;    /* "scan" or "libcsv"; NULL chooses */
    uint64_t skip;         /* lines to skip before the header */
    size_t max_record;     /* maximum bytes of a record; 0 is 16 MiB */
    size_t batch;          /* bytes of text in a batch; 0 is 144 KiB */
    enum weir_bad_records bad_records;
    bool no_header; /* the first record is data; columns are $1, $2, ... */
    bool trim;      /* drop blanks and tabs around unquoted fields */
};

/* Borrowed bytes. They may include NUL, and no NUL ends them. */
struct weir_text {
    const char *bytes;
    size_t len;
};

/*
 * A number as CSV writes it: mantissa * 10^exponent. It is exact, where a
 * double would round 0.1.
 */
struct weir_decimal {
    int64_t mantissa;
    int32_t exponent;
};

struct weir_rows;
struct weir_span;

/* One record; see weir_rows_next(). Its members are private. */
struct weir_record {
    const char *text;
    const struct weir_span *field;
    size_t n_fields;
    uint32_t batch[2]; /* a weak reference to its batch */
    const char *given; /* with WEIR_DEVELOPMENT: where it was given out */
};

#define WEIR_NO_COLUMN ((size_t)-1)

/*
 * Opens a CSV file and reads its header. The file may be plain, zstd, gzip, xz,
 * bzip2 or lz4, which its content decides; "-" is standard input. `path` is
 * copied. `reading` may be NULL for the defaults. Returns NULL on failure.
 */
WEIR_PUBLIC struct weir_rows *
weir_rows_open(const char *path, const struct weir_reading *reading,
               struct weir_error *error) WEIR_CHECKED;

/* The number of columns in the header, or in the first record if there is no
 * header. */
WEIR_PUBLIC size_t weir_rows_columns(const struct weir_rows *rows);

/* The name of a column, NUL-terminated and borrowed until close. */
WEIR_PUBLIC const char *weir_rows_name(const struct weir_rows *rows,
                                       size_t column);

/* The index of the column with that name, or WEIR_NO_COLUMN. */
WEIR_PUBLIC size_t weir_rows_column(const struct weir_rows *rows,
                                    const char *name);

/* Fills `record`, which the caller brings. Returns WEIR_OK, WEIR_END after the
 * last record, or a failure. */
WEIR_PUBLIC enum weir_status
weir_rows_next(struct weir_rows *rows, struct weir_record *record,
               struct weir_error *error) WEIR_CHECKED;

/* The number of records set aside so far, with WEIR_BAD_RECORDS_REJECT. */
WEIR_PUBLIC uint64_t weir_rows_rejected(const struct weir_rows *rows);

WEIR_PUBLIC void weir_rows_close(struct weir_rows *rows);

/* The number of fields of this record. */
WEIR_PUBLIC size_t weir_record_fields(const struct weir_record *record);

/*
 * The text of a field, without quotes. It is empty if the record has no such
 * field, and NULL if the record was kept too long. Borrowed until the next
 * record.
 */
WEIR_PUBLIC struct weir_text weir_field_text(const struct weir_record *record,
                                             size_t column);

/*
 * The field as the nearest double (ties to even); NaN if it is empty or not a
 * number. The grammar of numbers is JSON's; a leading +, .5, 1. and surrounding
 * blanks are also allowed.
 */
WEIR_PUBLIC double weir_field_number(const struct weir_record *record,
                                     size_t column);

/* The field as an exact decimal. Returns false if it is not a number, or if
 * its digits do not fit in 64 bits; 18 digits always do. */
WEIR_PUBLIC bool weir_field_decimal(const struct weir_record *record,
                                    size_t column,
                                    struct weir_decimal *decimal);

/* Records where this thread makes its next call, for the macros below. The text
 * must live as long as the process. */
WEIR_PUBLIC void weir_at(const char *place);

#ifdef WEIR_DEVELOPMENT
#define WEIR_LINE_TEXT_(line) #line
#define WEIR_LINE_TEXT(line) WEIR_LINE_TEXT_(line)
#define WEIR_HERE (weir_at(__FILE__ ":" WEIR_LINE_TEXT(__LINE__)))
#define weir_rows_next(rows, record, error)                                    \
    (WEIR_HERE, weir_rows_next(rows, record, error))
#define weir_record_fields(record) (WEIR_HERE, weir_record_fields(record))
#define weir_field_text(record, column)                                        \
    (WEIR_HERE, weir_field_text(record, column))
#define weir_field_number(record, column)                                      \
    (WEIR_HERE, weir_field_number(record, column))
#define weir_field_decimal(record, column, decimal)                            \
    (WEIR_HERE, weir_field_decimal(record, column, decimal))
#endif

#ifdef __cplusplus
}
#endif

#endif
