/*
 * The row interface of weir.h over any stream; weir_rows_open(), the public
 * function, opens the stream of a CSV file. If nothing is selected, the records
 * of a given stream come as they are: with more or fewer fields than the
 * header, where bad records are padded.
 */
#ifndef WEIR_PIPELINE_ROWS_H
#define WEIR_PIPELINE_ROWS_H

#include "base/stream.h"

/* Takes the stream over, also on failure, when it returns NULL. */
struct weir_rows *weir_rows_over(struct weir_stream *stream,
                                 struct weir_error *error) WEIR_CHECKED;

#endif
