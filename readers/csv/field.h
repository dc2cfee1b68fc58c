/*
 * From the bytes of a field to its text: undoes quotes and escapes, and drops
 * blanks.
 */
#ifndef WEIR_READERS_CSV_FIELD_H
#define WEIR_READERS_CSV_FIELD_H

#include "base/stream.h"
#include "readers/csv/dialect.h"

/*
 * The text of the raw field text[start, end). The span is part of the batch's
 * text or, if quotes or escapes had to be undone, of the batch's scratch.
 */
struct weir_span weir_field_span(const struct weir_dialect *dialect,
                                 struct weir_batch *batch, uint32_t start,
                                 uint32_t end);

/* Undoes the quotes and escapes of `len` raw bytes. `into` must have as many
 * bytes. Returns the length of the text. */
size_t weir_field_unquote(const struct weir_dialect *dialect, const char *raw,
                          size_t len, char *into);

#endif
