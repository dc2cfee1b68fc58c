/*
 * The IPC stream format of Arrow, for pipes and files
 * (https://arrow.apache.org/docs/format/Columnar.html): a schema, batches of
 * rows, an end.
 *
 *     message    ff ff ff ff, the metadata's bytes, metadata, body
 *     metadata   a FlatBuffer: Message, with a Schema or a RecordBatch
 *     body       the buffers of the batch, one after another
 *     end        ff ff ff ff, 0
 *
 * Of the types, those that weir exports are known.
 */
#ifndef WEIR_ARROW_IPC_H
#define WEIR_ARROW_IPC_H

#include "weir_arrow.h"

/* Where the bytes go. It returns false if it wants no more. */
struct weir_ipc_writer {
    bool (*write)(void *to, const void *bytes, size_t len);
    void *to;
};

/* These return WEIR_OK, WEIR_LIMIT if memory is refused, and WEIR_IO without a
 * message if the writer returned false. */
enum weir_status weir_ipc_schema(const struct weir_ipc_writer *writer,
                                 const struct ArrowSchema *schema,
                                 struct weir_error *error) WEIR_CHECKED;

/* Arrays begin at offset 0, as weir exports them. */
enum weir_status weir_ipc_batch(const struct weir_ipc_writer *writer,
                                const struct ArrowSchema *schema,
                                const struct ArrowArray *batch,
                                struct weir_error *error) WEIR_CHECKED;

enum weir_status weir_ipc_end(const struct weir_ipc_writer *writer,
                              struct weir_error *error) WEIR_CHECKED;

#endif
