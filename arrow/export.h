/*
 * Schemas and arrays that are given away: each owns its memory, which its
 * release frees. Any thread may call that, as the C data interface wants.
 */
#ifndef WEIR_ARROW_EXPORT_H
#define WEIR_ARROW_EXPORT_H

#include "arrow/type.h"

/* One column of an array, with memory of WEIR_MEMORY_OUTPUT: the buffers are
 * validity (NULL: no value is null), then values, or offsets and bytes. */
struct weir_arrow_buffers {
    void *buffer[3];
    size_t n;
    size_t nulls;
};

void weir_arrow_buffers_free(struct weir_arrow_buffers *buffers);

/* Makes the schema of a struct with `n` columns. */
enum weir_status
weir_arrow_export_schema(struct ArrowSchema *out, const char *const *name,
                         const struct weir_arrow_typed *typed, size_t n,
                         struct weir_error *error) WEIR_CHECKED;

/* Makes the array of a struct with `n` columns of `rows` rows. Takes the
 * buffers over, also on failure. */
enum weir_status weir_arrow_export_array(struct ArrowArray *out,
                                         struct weir_arrow_buffers *column,
                                         size_t n, size_t rows,
                                         struct weir_error *error) WEIR_CHECKED;

#endif
