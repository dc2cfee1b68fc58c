/*
 * The pull interface over any stream; the public one opens a CSV file's.
 */
#ifndef WEIR_PIPELINE_ROWS_H
#define WEIR_PIPELINE_ROWS_H

#include "base/stream.h"

/* Takes the stream over, also on failure (NULL). */
struct weir_rows *weir_rows_over(struct weir_stream *stream,
                                 struct weir_error *error) WEIR_CHECKED;

#endif
