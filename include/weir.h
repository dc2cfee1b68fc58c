/*
 * weir: exact answers about CSV streams of any size, in constant memory.
 *
 * This is the public header, and a tour of the library; weir_arrow.h hands
 * records and answers to engines that know Arrow. Reading a file record by
 * record is a generator in C:
 *
 *     static const char *const columns[] = {"age"};
 *     struct weir_error error;
 *     struct weir_record record;
 *     enum weir_status status;
 *     double age, total = 0;
 *
 *     struct weir_rows *rows = weir_rows_open("users.csv.zst", NULL, &error);
 *     if (!rows)
 *         return complain(&error);
 *     status = weir_rows_select(rows, columns, 1, &error);
 *     while (!status && !(status = weir_rows_next(rows, &record, &error)))
 *         if (weir_field_read(&record, 0, &age) == WEIR_CELL_NUMBER)
 *             total += age;
 *     weir_rows_close(rows);
 *     if (status != WEIR_END)
 *         return complain(&error);
 *
 * Without weir_rows_select() a record has all columns. To read only the columns
 * that are needed is several times as fast. A program that loops over columns
 * reads the same records in windows, with weir_rows_window(). A program that
 * has a question for the file asks it with weir_query_open().
 *
 * Memory does not grow with the length of the input. The rows hold one batch of
 * text, where its fields are, and what the decompressor needs. A batch has 144
 * KiB; it is larger only if a single record is, which has at most max_record
 * bytes. A column whose numbers are read takes 16 KiB more.
 *
 * Ownership. Every `open` has a matching `close`; closing NULL is allowed. A
 * record, a window and the texts of their fields are borrowed from their rows
 * until the next call that reads, or the close. If a record is used after that,
 * the library notices: the record has no fields, and its texts are NULL. A
 * program compiled with WEIR_DEVELOPMENT (CMake defines it for Debug builds
 * that use weir::weir) aborts instead, and prints where the record was given
 * out and where it was used. A window that is used too late is not noticed.
 *
 * Errors. A function that can fail has a struct weir_error of the caller's as
 * its last argument, which must not be NULL. It fills it with a sentence and
 * the place of the error, and returns a status below zero (or NULL). After
 * success its content is not specified. The end, and a failure to read, are
 * sticky: the next call returns the same status. WEIR_USAGE is not: it changes
 * nothing. A call that no correct program makes (rows or a query that are NULL
 * or closed, a call in a wrong order, two calls at once) is WEIR_USAGE, 0 or
 * NULL as well; a library that was built for development aborts instead, with a
 * sentence. Not noticed are weir_rows_next() on closed rows, and two threads in
 * it but where a window begins. Where results are put (error, record, row, ...)
 * must not be NULL.
 *
 * Threads. Different threads may use different rows at the same time. One rows
 * object, with its records and windows, may be used by one thread at a time,
 * also by functions whose argument is const: they decode numbers when they are
 * first asked for.
 *
 * Numbers. The grammar of a number is JSON's; a leading +, .5, 1. and blanks
 * around it are also allowed. A number is out of range, and is then not a
 * number, if it is too large for a finite double (1e999) or has digits below
 * 10^-1100. What is not a number reads as NaN: a program that tests for NaN
 * itself must not be compiled with -ffast-math.
 */
#ifndef WEIR_H
#define WEIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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
/* A function that is defined below, for the compiler to inline, and that the
 * library has too. */
#if defined(__GNUC_GNU_INLINE__) && !defined(__cplusplus)
#define WEIR_INLINE WEIR_PUBLIC extern __inline__
#else
#define WEIR_INLINE WEIR_PUBLIC inline
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* A status above zero is the end, zero is success, below zero is a failure. */
enum weir_status {
    WEIR_END = 1,
    WEIR_OK = 0,
    WEIR_DATA = -1,     /* the data is wrong */
    WEIR_USAGE = -2,    /* the question or an option is wrong */
    WEIR_IO = -3,       /* an input, an output or a file failed */
    WEIR_LIMIT = -4,    /* a limit was reached; the message names its option */
    WEIR_CANCELLED = -5 /* weir_query_cancel() was called */
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

/* What became of each record that was read. read = used + filtered + rejected,
 * unless the reading failed. */
struct weir_record_counts {
    uint64_t read;            /* records */
    uint64_t used;            /* for the answer */
    uint64_t filtered;        /* for which `where` did not hold */
    uint64_t rejected;        /* set aside, as bad_records or bad_cells says */
    uint64_t padded, surplus; /* fields added and dropped by bad_records */
    uint64_t nulled;          /* cells taken as null by bad_cells */
    uint64_t bytes;           /* of decoded records */
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

/* A field: `len` bytes that begin `start` bytes after a base. */
struct weir_span {
    uint32_t start, len;
};

/*
 * Records, at most 2,048, column by column; see weir_rows_window(). The text of
 * a field begins at text + span.start:
 *
 *     const struct weir_span span = window->column[column][row];
 *
 * The span's len is 0 if the field is empty or missing.
 */
struct weir_window {
    size_t rows;    /* the number of records */
    size_t columns; /* the number of columns */
    const char *text;
    const struct weir_span *const *column; /* [column][row] */

    /* Private, and here for the functions that are inlined below. */
    struct weir_rows *owner_;
    const struct weir_span *span_; /* all fields, record by record */
    const uint32_t *first_;        /* [row]: its first field in span_ */
    const double **number_;        /* [column]: NULL until it is asked for */
    size_t next_;                  /* the row that is handed out next */
    uint32_t life_[2];             /* a weak reference to the batch */
};

/* One record; see weir_rows_next(). Its members are private. */
struct weir_record {
    const struct weir_window *window_;
    const struct weir_span *field_; /* NULL if the window has columns */
    size_t row_, n_fields_;
    uint32_t life_[2];  /* a weak reference to its batch */
    const char *given_; /* with WEIR_DEVELOPMENT: where it was given out */
};

/* What a field holds; see weir_field_read(). */
enum weir_cell {
    WEIR_CELL_NUMBER,
    WEIR_CELL_NULL,    /* it is empty or blank, or a text that means null */
    WEIR_CELL_TEXT,    /* it is not a number, or one that is out of range */
    WEIR_CELL_MISSING, /* there is no such column */
    WEIR_CELL_GONE     /* the record was kept too long */
};

/*
 * Where records come from: one of three. The first member that is not NULL
 * counts; if all are NULL, the input has the `len` bytes at `bytes`, which may
 * be none. What an input is (plain, zstd, gzip, ...) its content says.
 */
struct weir_input {
    const char *path; /* a file; "-" is standard input */
    /* Reads up to `capacity` (> 0) bytes. Returns their number, 0 at the end,
     * or -1 if it fails. One thread at a time calls it; not always the same. */
    ptrdiff_t (*read)(void *context, void *into, size_t capacity);
    void *context;
    const void *bytes; /* borrowed until close */
    size_t len;
    /* Without a path: the name in messages and of file(), and what a file of
     * that name would be: "x.tsv" has tabs. NULL: "input". */
    const char *name;
};

/* Read functions for weir_input: the context is a FILE pointer, or the address
 * of an int that is a file descriptor. The caller closes both. */
WEIR_PUBLIC ptrdiff_t weir_read_stdio(void *file, void *into, size_t capacity);
WEIR_PUBLIC ptrdiff_t weir_read_descriptor(void *descriptor, void *into,
                                           size_t capacity);

#define WEIR_NO_COLUMN ((size_t)-1)

/*
 * Opens a CSV file and reads its header. The file may be plain, zstd, gzip, xz,
 * bzip2 or lz4, which its content decides; "-" is standard input. `path` is
 * copied. `reading` may be NULL for the defaults. Returns NULL on failure.
 */
WEIR_PUBLIC struct weir_rows *
weir_rows_open(const char *path, const struct weir_reading *reading,
               struct weir_error *error) WEIR_CHECKED;

/* The same for an input of any kind, which is copied; what its pointers point
 * to is borrowed until close. */
WEIR_PUBLIC struct weir_rows *
weir_rows_open_input(const struct weir_input *input,
                     const struct weir_reading *reading,
                     struct weir_error *error) WEIR_CHECKED;

/* The number of columns: the selected ones, or those of the header, or of the
 * first record if there is no header. */
WEIR_PUBLIC size_t weir_rows_columns(const struct weir_rows *rows);

/* The name of a column, NUL-terminated and borrowed until close; NULL if there
 * is no such column. */
WEIR_PUBLIC const char *weir_rows_name(const struct weir_rows *rows,
                                       size_t column);

/* The index of the first column with that name, or WEIR_NO_COLUMN. It holds
 * until columns are selected. */
WEIR_PUBLIC size_t weir_rows_column(const struct weir_rows *rows,
                                    const char *name);

/*
 * Selects `n` columns by their names, which are not kept. From now on the rows
 * have these columns alone, in this order: column 0 is name[0]. A name may
 * appear twice. If columns have equal names, it is that of the first of them.
 * If `n` is 0, the records have no fields. Call it before the first record is
 * read, and as often as you like. WEIR_USAGE if there is no such column, or if
 * a record was read already; WEIR_LIMIT if memory is refused. After a failure
 * the selection is as before.
 */
WEIR_PUBLIC enum weir_status
weir_rows_select(struct weir_rows *rows, const char *const *name, size_t n,
                 struct weir_error *error) WEIR_CHECKED;

/* Fills `record`, which the caller brings. Returns WEIR_OK, WEIR_END after the
 * last record, or a failure. */
WEIR_INLINE enum weir_status
weir_rows_next(struct weir_rows *rows, struct weir_record *record,
               struct weir_error *error) WEIR_CHECKED;

/*
 * Sets *window to the records that come next, at least one. Returns WEIR_OK,
 * WEIR_END after the last record, or a failure. Without a selection, call it
 * before the first record is read: it then selects all columns. WEIR_USAGE if
 * weir_rows_next() has begun a window and records of it are left: read those
 * first.
 */
WEIR_PUBLIC enum weir_status
weir_rows_window(struct weir_rows *rows, const struct weir_window **window,
                 struct weir_error *error) WEIR_CHECKED;

/* A column of the window as doubles, [row], with NaN where a field is null or
 * not a number. They are borrowed as the window is. The column is decoded at
 * the first call. NULL if there is no such column, or if memory is refused,
 * which is WEIR_LIMIT. */
WEIR_PUBLIC const double *weir_window_numbers(const struct weir_window *window,
                                              size_t column);

/* What a field of the window holds: NUMBER, NULL, TEXT or MISSING. */
WEIR_PUBLIC enum weir_cell weir_window_cell(const struct weir_window *window,
                                            size_t column, size_t row);

/* The number of records set aside in the windows begun so far, with
 * WEIR_BAD_RECORDS_REJECT. It is exact at the end. */
WEIR_PUBLIC uint64_t weir_rows_rejected(const struct weir_rows *rows);

/* Closes the input. Records and windows end with their rows. */
WEIR_PUBLIC void weir_rows_close(struct weir_rows *rows);

/* The number of fields of this record. */
WEIR_INLINE size_t weir_record_fields(const struct weir_record *record);

/*
 * The text of a field, without quotes. It is empty if the record has no such
 * field, and NULL if the record was kept too long. Borrowed as the record is.
 */
WEIR_INLINE struct weir_text weir_field_text(const struct weir_record *record,
                                             size_t column);

/* The field as the nearest double (ties to even); NaN if it is null, missing or
 * not a number, which weir_field_read() tells apart. */
WEIR_INLINE double weir_field_number(const struct weir_record *record,
                                     size_t column);

/* The same, and what the field holds. *number is NaN if it is no number. */
WEIR_INLINE enum weir_cell weir_field_read(const struct weir_record *record,
                                           size_t column, double *number);

/* The field as an exact decimal. Returns false, and leaves *decimal alone, if
 * it is not a number, or if its digits do not fit in 64 bits; 18 digits always
 * do. */
WEIR_PUBLIC bool weir_field_decimal(const struct weir_record *record,
                                    size_t column,
                                    struct weir_decimal *decimal);

/*
 * Questions
 *
 * A query gives the rows of an answer one by one. The language is that of the
 * command line; docs/query.md has it.
 *
 *     const struct weir_input users = {.path = "users.csv.zst"};
 *     const struct weir_row *row;
 *
 *     struct weir_query *query =
 *         weir_query_open("mean(age) by country", &users, 1, NULL, &error);
 *     if (!query)
 *         return complain(&error);
 *     while ((status = weir_query_next(query, &row, &error)) == WEIR_OK)
 *         printf("%g\n", row->value[1].number);
 *     weir_query_close(query);
 *
 * The answer is the same for any number of threads, byte for byte. A question
 * without aggregates gives rows while it reads; one with aggregates reads all
 * records at the first weir_query_next().
 *
 * Memory. What a query holds does not grow with the length of its input: groups
 * and sorted rows that do not fit the options' `memory` go to temporary files.
 * A single record, cell or group that is larger than that is held all the same.
 *
 * Threads. Any number of queries may be open at once. One query may be used by
 * one thread at a time, apart from weir_query_cancel() and weir_query_save(). A
 * query has threads of its own from its first weir_query_next() to its end.
 * They call its read function and its callbacks: each of these by one thread at
 * a time, but two different ones perhaps at once. They may call
 * weir_query_cancel() and no other function of their query. The library changes
 * no signal handlers and writes no output; its threads take no signals that are
 * sent to the process.
 */
struct weir_query;

/* What to do with a record that has a cell of the wrong kind, such as a text
 * where the question needs a number. */
enum weir_bad_cells {
    WEIR_BAD_CELLS_ERROR, /* fail */
    WEIR_BAD_CELLS_NULL,  /* take the cell as null, and count it */
    WEIR_BAD_CELLS_REJECT /* set the record aside, and count it */
};

/* A rejected record; its texts are borrowed for the call. */
struct weir_reject {
    const char *file;
    uint64_t line;   /* from 1; 0 if unknown */
    uint64_t byte;   /* in the decoded input; UINT64_MAX if unknown */
    uint32_t column; /* from 1; 0 means the record as a whole */
    const char *reason;
    struct weir_text record; /* as read, without its line end */
};

/*
 * How a question is answered. All zero is the default, but `size` must be
 * sizeof(struct weir_query_options): a later version may have more members.
 */
struct weir_query_options {
    size_t size;
    const struct weir_reading *reading; /* copied; NULL: the defaults */
    bool by_union; /* of several inputs: the columns are those of all headers,
                      and null where an input lacks them. Otherwise all inputs
                      must have the same columns, in any order. */
    enum weir_bad_cells bad_cells;
    char decimal;       /* the decimal point of numbers, '.' or ','; 0 is '.' */
    char thousands;     /* what groups their digits: ',' '.' ' ' '\'' or '_'; 0:
                           nothing does */
    size_t threads;     /* 0 is 1; at most 1,024 */
    size_t memory;      /* bytes; 0 is 64 MiB, SIZE_MAX is no limit */
    const char *folder; /* for temporary files; NULL is /tmp */
    void *context;      /* of the callbacks, which may be NULL */
    /* Called for each rejected record, in the input's order. */
    void (*reject)(void *context, const struct weir_reject *reject);
    /* Called after each batch. It must be short. */
    void (*progress)(void *context, const struct weir_record_counts *counts);
    /* Shard `shard` (from 1) of `of_shards`: some of the inputs or, of a single
     * one, the records that begin in a share of it. Both 0: all of it. */
    uint32_t shard, of_shards;
    /* The path of a partial to write; NULL: none. The query then gives no rows:
     * once weir_query_next() returns WEIR_END, the partial is in its place. */
    const char *partial;
    /* The path of a checkpoint; NULL: none. If the file exists, the query goes
     * on from it: it must be of the same question, options and inputs, which
     * must be paths. weir_query_save() writes it, and it is removed when the
     * query has ended well. The question must have aggregates, and `reject`
     * must be NULL: records would be given twice. */
    const char *checkpoint;
    uint64_t max_window;    /* of zstd and xz, in bytes; 0 is 128 MiB */
    const char *dictionary; /* the path of a zstd dictionary; NULL: none */
};

/* What a value is. */
enum weir_value_kind {
    WEIR_VALUE_NULL,
    WEIR_VALUE_BOOLEAN,
    WEIR_VALUE_DECIMAL, /* a number that `decimal` holds exactly */
    WEIR_VALUE_DOUBLE,  /* any other number: 1/3, or one of 30 digits */
    WEIR_VALUE_TEXT
};

/*
 * One value of a row. `text` is what the command line prints, without quotes,
 * and has all digits. A value whose text is empty is null. A cell of the input
 * that reads as a number is one; its text is as written.
 */
struct weir_value {
    enum weir_value_kind kind;
    bool boolean;
    struct weir_decimal decimal;
    double number; /* the nearest double, infinity beyond its range; NaN if it
                      is not a number */
    struct weir_text text;
};

/* A row of the answer, borrowed until the next call for its query. */
struct weir_row {
    size_t n;
    const struct weir_value *value; /* [n] */
};

/* What a column's values are, apart from null. */
enum weir_column_type {
    WEIR_COLUMN_CELL, /* cells as read: numbers and texts */
    WEIR_COLUMN_TEXT,
    WEIR_COLUMN_NUMBER,
    WEIR_COLUMN_BOOLEAN
};

/*
 * Opens the inputs, reads the first header, for whose bytes it waits, and
 * compiles the question for its columns. `input` has `n` inputs, which are read
 * one after another as one table; several must be paths. If `n` is 0, the
 * question names its input, which is a path (from 'users.csv'). `options` may
 * be NULL for the defaults. The question, the inputs, the options and their
 * reading are copied; the texts and bytes that inputs, options and reading
 * point to are borrowed until close. Returns NULL on failure: WEIR_USAGE with a
 * place in the question ("query:1:6", error->byte is the offset), or what is
 * wrong with an input.
 */
WEIR_PUBLIC struct weir_query *
weir_query_open(const char *question, const struct weir_input *input, size_t n,
                const struct weir_query_options *options,
                struct weir_error *error) WEIR_CHECKED;

/*
 * Merges partials, as weir_query_open() or the command line wrote them, to the
 * answer of their question, or to one partial if the options name one. Reads
 * all `n` files. Of the options, memory, folder and partial count: the others
 * are those of the runs that wrote the partials. Returns NULL on failure:
 * WEIR_DATA if a partial is of another question, other options or inputs, or
 * twice the same; a shard that is missing is a failure of weir_query_next().
 */
WEIR_PUBLIC struct weir_query *
weir_query_open_partials(const char *const *path, size_t n,
                         const struct weir_query_options *options,
                         struct weir_error *error) WEIR_CHECKED;

/* The columns of the answer: their number, name and type, and the first one of
 * a name. The name is borrowed until close. NULL, and WEIR_COLUMN_CELL, for a
 * column that is not there. */
WEIR_PUBLIC size_t weir_query_columns(const struct weir_query *query);
WEIR_PUBLIC const char *weir_query_name(const struct weir_query *query,
                                        size_t column);
WEIR_PUBLIC size_t weir_query_column(const struct weir_query *query,
                                     const char *name);
WEIR_PUBLIC enum weir_column_type
weir_query_type(const struct weir_query *query, size_t column);

/* Sets *row to the next row of the answer. Returns WEIR_OK, WEIR_END after the
 * last row, or a failure: what was given before it is then no answer. */
WEIR_PUBLIC enum weir_status
weir_query_next(struct weir_query *query, const struct weir_row **row,
                struct weir_error *error) WEIR_CHECKED;

/* What became of the records. It is complete once weir_query_next() has
 * returned WEIR_END or a failure, and zero before. */
WEIR_PUBLIC struct weir_record_counts
weir_query_counts(const struct weir_query *query);

/*
 * Writes the checkpoint that the options name, in place of the last one.
 * Another thread may call it while one is in weir_query_next(); the reading
 * waits meanwhile. No callback may call it, and no call may be under way when
 * the query is closed. Returns WEIR_OK, or a failure, which is also the
 * query's. WEIR_END says that nothing was written: the query has not begun to
 * read, or has read all; or it went on from a checkpoint, had to begin anew,
 * and keeps that one. It does not say that the query is over.
 */
WEIR_PUBLIC enum weir_status
weir_query_save(struct weir_query *query,
                struct weir_error *error) WEIR_CHECKED;

/*
 * Makes the query fail with WEIR_CANCELLED, before it reads another batch or
 * gives another window of rows. Any thread and any signal handler may call it,
 * until the query is closed. It interrupts neither a read that waits nor a
 * merge of groups. A read function that waits may return -1 once the query is
 * cancelled.
 */
WEIR_PUBLIC void weir_query_cancel(struct weir_query *query);

/* Ends the query, whether it has given all rows or not. It cancels a run that
 * is under way, and waits for it. */
WEIR_PUBLIC void weir_query_close(struct weir_query *query);

/*
 * What follows is private: the functions above that are called for every
 * record, to be inlined, and what they call when the inlined part is not
 * enough. It is compiled into programs, so the library's soname changes with
 * it. `here` is the place of the call, or NULL.
 */

/* The generation of the objects that live: a weak reference {place, generation}
 * is alive if it is found here. If it is not, the library has to be asked. */
#define WEIR_LIVES_ 1024
extern WEIR_PUBLIC uint32_t weir_lives_[WEIR_LIVES_];
WEIR_PUBLIC bool weir_record_lives_(const struct weir_record *record,
                                    const char *here);
WEIR_PUBLIC enum weir_status weir_rows_advance_(struct weir_rows *rows,
                                                struct weir_error *error);
WEIR_PUBLIC double weir_field_double_(const struct weir_record *record,
                                      size_t column);
WEIR_PUBLIC enum weir_cell weir_field_cell_(const struct weir_record *record,
                                            size_t column);
WEIR_PUBLIC bool weir_decimal_(const struct weir_record *record, size_t column,
                               struct weir_decimal *decimal, const char *here);

#if defined(__GNUC__)
#define WEIR_LOAD_(from) __atomic_load_n(from, __ATOMIC_RELAXED)
#define WEIR_LIKELY_(condition) __builtin_expect(condition, 1)
#else
#define WEIR_LOAD_(from) (*(const volatile uint32_t *)(from))
#define WEIR_LIKELY_(condition) (condition)
#endif

WEIR_INLINE bool weir_there_(const struct weir_record *record, const char *here)
{
    const uint32_t *life = &weir_lives_[record->life_[0] % WEIR_LIVES_];
    return WEIR_LIKELY_(WEIR_LOAD_(life) == record->life_[1]) ||
           weir_record_lives_(record, here);
}

WEIR_INLINE enum weir_status weir_next_(struct weir_rows *rows,
                                        struct weir_record *record,
                                        struct weir_error *error,
                                        const char *here)
{
    struct weir_window *window = (struct weir_window *)rows;
    size_t row = window ? window->next_ : 0;
    if (!WEIR_LIKELY_(window && row < window->rows)) {
        enum weir_status status = weir_rows_advance_(rows, error);
        if (status)
            return status;
        row = 0;
    }
    window->next_ = row + 1;
    record->window_ = window;
    record->row_ = row;
    record->life_[0] = window->life_[0];
    record->life_[1] = window->life_[1];
    record->given_ = here;
    if (window->column) {
        record->field_ = NULL;
        record->n_fields_ = window->columns;
    } else {
        record->field_ = window->span_ + window->first_[row];
        record->n_fields_ = window->first_[row + 1] - window->first_[row];
    }
    return WEIR_OK;
}

WEIR_INLINE size_t weir_fields_(const struct weir_record *record,
                                const char *here)
{
    return weir_there_(record, here) ? record->n_fields_ : 0;
}

WEIR_INLINE struct weir_text weir_text_(const struct weir_record *record,
                                        size_t column, const char *here)
{
    struct weir_text text = {NULL, 0};
    if (!weir_there_(record, here))
        return text;
    text.bytes = record->window_->text;
    if (column < record->n_fields_) {
        const struct weir_span *span =
            record->field_ ? record->field_ + column
                           : record->window_->column[column] + record->row_;
        text.bytes += span->start;
        text.len = span->len;
    }
    return text;
}

WEIR_INLINE double weir_number_(const struct weir_record *record, size_t column,
                                const char *here)
{
    if (weir_there_(record, here) && !record->field_ &&
        column < record->n_fields_ && record->window_->number_[column])
        return record->window_->number_[column][record->row_];
    return weir_field_double_(record, column);
}

/* Whether it is not NaN, also where the compiler is told that there are none.
 */
WEIR_INLINE bool weir_is_number_(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return (bits & (uint64_t)INT64_MAX) <= UINT64_C(0x7ff0000000000000);
}

WEIR_INLINE enum weir_cell weir_cell_(const struct weir_record *record,
                                      size_t column, double *number,
                                      const char *here)
{
    *number = weir_number_(record, column, here);
    return WEIR_LIKELY_(weir_is_number_(*number))
               ? WEIR_CELL_NUMBER
               : weir_field_cell_(record, column);
}

WEIR_INLINE enum weir_status weir_rows_next(struct weir_rows *rows,
                                            struct weir_record *record,
                                            struct weir_error *error)
{
    return weir_next_(rows, record, error, NULL);
}

WEIR_INLINE size_t weir_record_fields(const struct weir_record *record)
{
    return weir_fields_(record, NULL);
}

WEIR_INLINE struct weir_text weir_field_text(const struct weir_record *record,
                                             size_t column)
{
    return weir_text_(record, column, NULL);
}

WEIR_INLINE double weir_field_number(const struct weir_record *record,
                                     size_t column)
{
    return weir_number_(record, column, NULL);
}

WEIR_INLINE enum weir_cell weir_field_read(const struct weir_record *record,
                                           size_t column, double *number)
{
    return weir_cell_(record, column, number, NULL);
}

#ifdef WEIR_DEVELOPMENT
#define WEIR_LINE_TEXT_(line) #line
#define WEIR_LINE_(line) WEIR_LINE_TEXT_(line)
#define WEIR_HERE_ __FILE__ ":" WEIR_LINE_(__LINE__)
#define weir_rows_next(rows, record, error)                                    \
    weir_next_(rows, record, error, WEIR_HERE_)
#define weir_record_fields(record) weir_fields_(record, WEIR_HERE_)
#define weir_field_text(record, column) weir_text_(record, column, WEIR_HERE_)
#define weir_field_number(record, column)                                      \
    weir_number_(record, column, WEIR_HERE_)
#define weir_field_read(record, column, number)                                \
    weir_cell_(record, column, number, WEIR_HERE_)
#define weir_field_decimal(record, column, decimal)                            \
    weir_decimal_(record, column, decimal, WEIR_HERE_)
#endif

#ifdef __cplusplus
}
#endif

#endif
