/*
 * Records and answers as Arrow: the streams that engines and data frames read.
 *
 *     struct ArrowArrayStream stream;
 *     struct weir_rows *rows = weir_rows_open("users.csv.zst", NULL, &error);
 *     if (!rows || weir_rows_arrow(rows, NULL, &stream, &error))
 *         return complain(&error);
 *     // hand &stream to the engine, which releases it
 *
 * The structs are those of the Arrow C data interface and of its C stream
 * interface, which are an ABI: nothing else of Arrow is needed.
 *
 * Types. Arrow gives a column one type before its first value is read; CSV does
 * not. The program may say the type. Of the other columns the first batch
 * decides, as wide as it can be without losing a digit:
 *
 *     int64        whole numbers that fit
 *     decimal128   numbers with up to 38 digits; the scale is the most digits
 *                  that one of them has after its point
 *     double       a column of results that has doubles (1/3), if all its
 *                  numbers are written with the digits of their nearest double
 *     utf8         everything else, as it is written: texts, numbers with
 * zeros, a plus or blanks in front, and numbers of more digits binary       the
 * same, if it is not UTF-8 bool         conditions
 *
 * A later value that its column's type does not hold exactly ends the stream
 * with EINVAL and a sentence that says which it is: no value is changed or left
 * out. An answer of one batch always fits. What is empty is null.
 *
 * Memory. A batch ends after 16,384 rows (with more than six columns earlier),
 * or at the row with which its texts take 1 MiB. One batch is held; those that
 * were handed out are the consumer's, which may keep them as long as it likes,
 * release them in any order and on any thread, also after the stream.
 *
 * Threads. A stream may be used by one thread at a time, as its ABI says.
 */
#ifndef WEIR_ARROW_H
#define WEIR_ARROW_H

#include "weir.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif

/* Types of columns; what they hold is said above. */
enum weir_arrow_type {
    WEIR_ARROW_AUTO, /* the first batch decides */
    WEIR_ARROW_UTF8,
    WEIR_ARROW_BINARY,
    WEIR_ARROW_INT64,
    WEIR_ARROW_DECIMAL128, /* 38 digits, `scale` of them after the point */
    WEIR_ARROW_DOUBLE,     /* the nearest one */
    WEIR_ARROW_BOOL,       /* from "true" and "false" */
    WEIR_ARROW_DATE32      /* from YYYY-MM-DD; a time of day is dropped */
};

/* The type of the column of that name. */
struct weir_arrow_column {
    const char *name;
    enum weir_arrow_type type;
    int32_t scale; /* 0 to 38, of a decimal128 */
};

/* All zero is the default, but `size` must be sizeof(struct
 * weir_arrow_options): a later version may have more members. */
struct weir_arrow_options {
    size_t size;
    const struct weir_arrow_column *column; /* [n]; copied, with its names */
    size_t n;
    size_t rows; /* of a batch, at most; 0 is 16,384 */
};

/*
 * Makes a stream of the records that are left, with the selected columns or
 * all. Takes the rows over, also on failure: releasing the stream closes them,
 * and no call may use them any more. `options` may be NULL. The first call of
 * get_schema or get_next reads, and no call before it. These fail with EINVAL,
 * EIO, ENOMEM or ECANCELED; get_last_error then has the sentence and its place.
 * WEIR_USAGE if there is no column of a name, or if records of a window are
 * left or were read without a selection; WEIR_DATA if a name is not UTF-8.
 */
WEIR_PUBLIC enum weir_status weir_rows_arrow(
    struct weir_rows *rows, const struct weir_arrow_options *options,
    struct ArrowArrayStream *stream, struct weir_error *error) WEIR_CHECKED;

/* The same for the rows of an answer that are left. Takes the query over:
 * releasing the stream closes it, and ends its run. weir_query_cancel() may be
 * called until then. */
WEIR_PUBLIC enum weir_status weir_query_arrow(
    struct weir_query *query, const struct weir_arrow_options *options,
    struct ArrowArrayStream *stream, struct weir_error *error) WEIR_CHECKED;

#ifdef __cplusplus
}
#endif

#endif
