/*
 * The row interface of weir.h over any stream; weir_rows_open(), the public
 * function, opens the stream of a CSV file. If nothing is selected, the records
 * of a given stream come as they are: with more or fewer fields than the
 * header, where bad records are padded.
 */
#ifndef WEIR_PIPELINE_ROWS_H
#define WEIR_PIPELINE_ROWS_H

#include "base/stream.h"

/*
 * For a stream that takes rows over. weir_rows_take() begins a call that does
 * not end, so that the program's own calls are refused from then on. WEIR_USAGE
 * if there is no such rows, or it cannot be read in windows any more, in which
 * case it is closed. The others are
 * weir_rows_window() and weir_rows_close() for what was taken.
 */
enum weir_status weir_rows_take(struct weir_rows *rows, const char *function,
                                struct weir_error *error) WEIR_CHECKED;
enum weir_status weir_rows_taken_window(struct weir_rows *rows,
                                        const struct weir_window **window,
                                        struct weir_error *error) WEIR_CHECKED;
void weir_rows_taken_close(struct weir_rows *rows);

/* Takes the stream over, also on failure, when it returns NULL. */
struct weir_rows *weir_rows_over(struct weir_stream *stream,
                                 struct weir_error *error) WEIR_CHECKED;

#endif
