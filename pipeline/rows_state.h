/*
 * What the files of the row interface share.
 *
 *     rows.c           open, columns, close
 *     rows_window.c    the stream, read window by window
 *     rows_field.c     the fields of records
 *
 * One batch is refilled whenever its last window is used up, and its records
 * are handed out one by one, or window by window.
 *
 *     nothing selected    all fields, record by record    (fields mode);
 *                         with WEIR_BAD_RECORDS_PAD, all columns are selected
 *     columns selected    their spans, column by column   (a projection)
 *
 * The stream is read from the first call on that wants a record, so that
 * columns can be selected before it.
 */
#ifndef WEIR_PIPELINE_ROWS_STATE_H
#define WEIR_PIPELINE_ROWS_STATE_H

#include "base/weak.h"
#include "pipeline/rows.h"
#include "pipeline/scanner.h"
#include "pipeline/selection.h"

/* The columns of the current window: [column] as selected, or [projected]. */
struct weir_rows_columns {
    const struct weir_span **span; /* [column] */
    const double **number;         /* [column]; NULL: not read */
    double **into; /* [projected]: where numbers are read to; NULL: not yet */
};

struct weir_rows {
    struct weir_window window; /* the first member, as weir.h expects */
    char *path; /* copy of the input's name; NULL over a given stream */
    struct weir_stream *stream;
    struct weir_reorder order;
    struct weir_scanner scanner;
    struct weir_weak batch; /* tells records whether their batch still exists */
    struct weir_selection selected;   /* zeroed if nothing is selected */
    struct weir_rows_columns columns; /* of a selection */
    struct weir_vector read; /* where cells are read to, before doubles */
    bool in_c;               /* messages are in the words of C */
    bool pads;               /* all records have the columns of the table */
    bool begun;
    enum weir_status sticky;
    struct weir_error error;
};

/* Frees what windows of a selection hold. */
void weir_rows_release_columns(struct weir_rows *rows);

/* Fails because columns are selected when a record was read. */
enum weir_status weir_rows_too_late(struct weir_error *error, const char *what);

#endif
