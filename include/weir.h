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
 * Memory stays the same whatever the length of the input: one batch of text
 * (some 128 KiB, more only while a single record needs more, never more than
 * max_record) and what the decoder of the compression needs.
 *
 * Ownership. What an `open` gives, the matching `close` takes; closing NULL is
 * allowed. A record and the texts of its fields are borrowed from the rows
 * they came from, until the next weir_rows_next() or weir_rows_close(). One
 * that is kept longer is found out when its batch is gone: it then has no
 * fields, and NULL for texts. A program compiled with WEIR_DEVELOPMENT (as one
 * that CMake builds for Debug is) aborts instead, and says where the record
 * was given and where it was used.
 *
 * Errors. Every function that can fail fills the caller's struct weir_error,
 * its last argument, with one sentence and its place, and returns a status
 * below zero (or NULL). The end and errors are sticky: asking again gives the
 * same answer.
 *
 * Threads. Different rows may be used by different threads at the same time;
 * one rows belongs to one thread at a time.
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

/* Above zero the end, zero done, below zero failed. */
enum weir_status {
    WEIR_END = 1,
    WEIR_OK = 0,
    WEIR_DATA = -1,  /* the data is wrong */
    WEIR_USAGE = -2, /* the question or an option is wrong */
    WEIR_IO = -3,    /* an input, an output or a file failed */
    WEIR_LIMIT = -4  /* a limit was reached; the message names its option */
};

/*
 * What went wrong. `place` is "users.csv:18204:17 (byte 1991442)", or empty
 * where there is none; `message` is a sentence without a full stop. The
 * numbers say the same for programs: byte is 0-based, in the decoded input;
 * line and column are 1-based, 0 where unknown.
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
    WEIR_BAD_RECORDS_ERROR, /* stop */
    WEIR_BAD_RECORDS_PAD,   /* missing fields are null, surplus is dropped */
    WEIR_BAD_RECORDS_REJECT /* set the record aside, and count it */
};

/*
 * How an input is read. All zero is the default: RFC 4180 with a header. A
 * text that is NULL means its default, an empty one turns the thing off. The
 * texts must live as long as what was opened with them.
 */
struct weir_reading {
    const char *delimiter; /* ",", or a tab for *.tsv; may be several bytes */
    const char *quote;     /* "\""; one byte */
    const char *escape;    /* off; one byte */
    const char *comment;   /* off; lines that begin with it are no records */
    const char *header;    /* "a,b,c" names the columns; none is then read */
    const char *null;      /* "NA,-": cells that are null besides empty ones */
    const char *reader;    /* "scan" or "libcsv"; NULL chooses */
    uint64_t skip;         /* lines to pass over before the header */
    size_t max_record;     /* bytes of the longest record; 0 is 16 MiB */
    size_t batch;          /* bytes to read at a time; 0 is 128 KiB */
    enum weir_bad_records bad_records;
    bool no_header; /* the first record is data; columns are $1, $2, ... */
    bool trim;      /* drop blanks and tabs around unquoted fields */
};

/* Borrowed bytes, not terminated; they may hold any byte, NUL included. */
struct weir_text {
    const char *bytes;
    size_t len;
};

/*
 * A number as CSV writes it: mantissa times ten to the exponent. Exact, where
 * a double would round 0.1.
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
    uint32_t batch[2]; /* leads to its batch, as long as that is there */
    const char *given; /* where, in development */
};

#define WEIR_NO_COLUMN ((size_t)-1)

/*
 * Opens a CSV file, plain, zstd or gzip (found by content); "-" is standard
 * input. `path` is copied, `reading` may be NULL. The header is read at once.
 * NULL on failure.
 */
WEIR_PUBLIC struct weir_rows *
weir_rows_open(const char *path, const struct weir_reading *reading,
               struct weir_error *error) WEIR_CHECKED;

/* The number of columns by the header (or the first record, without one). */
WEIR_PUBLIC size_t weir_rows_columns(const struct weir_rows *rows);

/* The name of a column, terminated; borrowed until close. */
WEIR_PUBLIC const char *weir_rows_name(const struct weir_rows *rows,
                                       size_t column);

/* The column of that name, or WEIR_NO_COLUMN. */
WEIR_PUBLIC size_t weir_rows_column(const struct weir_rows *rows,
                                    const char *name);

/* WEIR_OK and the next record, WEIR_END after the last, or a failure. */
WEIR_PUBLIC enum weir_status
weir_rows_next(struct weir_rows *rows, struct weir_record *record,
               struct weir_error *error) WEIR_CHECKED;

/* Records set aside so far, under WEIR_BAD_RECORDS_REJECT. */
WEIR_PUBLIC uint64_t weir_rows_rejected(const struct weir_rows *rows);

WEIR_PUBLIC void weir_rows_close(struct weir_rows *rows);

/* How many fields this record has. */
WEIR_PUBLIC size_t weir_record_fields(const struct weir_record *record);

/*
 * The text of a field, unquoted; empty for a field the record does not have,
 * and NULL for a record that was kept too long. Borrowed until the next
 * record.
 */
WEIR_PUBLIC struct weir_text weir_field_text(const struct weir_record *record,
                                             size_t column);

/*
 * The field as the nearest double (ties to even); NaN where it is empty or no
 * number. A number is JSON's, with a leading +, .5, 1. and surrounding blanks
 * allowed besides.
 */
WEIR_PUBLIC double weir_field_number(const struct weir_record *record,
                                     size_t column);

/* The field as an exact decimal; false where it is none, or its digits do not
 * fit 64 bits: 18 always do. */
WEIR_PUBLIC bool weir_field_decimal(const struct weir_record *record,
                                    size_t column,
                                    struct weir_decimal *decimal);

/* Says where the next call is made, on this thread; a text that stays. */
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
