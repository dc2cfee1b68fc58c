/*
 * Reads the records of a run, one block at a time. A merge has a reader for
 * each run that it reads.
 */
#ifndef WEIR_PARTIALS_RUN_READER_H
#define WEIR_PARTIALS_RUN_READER_H

#include "partials/pack.h"
#include "partials/spill.h"

/* All-zero is a reader without memory. */
struct weir_run_reader {
    const struct weir_spill *spill; /* borrowed */
    uint64_t place, end; /* offset of the next frame; end of the run */
    char *block;
    size_t capacity;
    struct weir_records records; /* of the block; the current record is here */
    bool over;                   /* there are no more records */
};

void weir_run_reader_release(struct weir_run_reader *reader);

/* Begins to read a run of the spill, before its first record. The memory of an
 * earlier run is used again. */
void weir_run_reader_begin(struct weir_run_reader *reader,
                           const struct weir_spill *spill,
                           const struct weir_run *run);

/* Advances to the next record, or sets `over` at the end of the run. Readers of
 * one thread may share `pack`. Fails with WEIR_LIMIT if memory is refused, with
 * WEIR_IO if the temporary file cannot be read or was damaged. */
enum weir_status weir_run_reader_next(struct weir_run_reader *reader,
                                      struct weir_pack *pack,
                                      struct weir_error *error) WEIR_CHECKED;

/* Fills the error: the temporary file is not what was written. */
enum weir_status weir_run_reader_damaged(const struct weir_run_reader *reader,
                                         struct weir_error *error);

/* The key of the current record, borrowed until the next. Eight bytes are
 * readable at any key. */
static inline struct weir_text
weir_run_reader_key(const struct weir_run_reader *reader)
{
    return (struct weir_text){reader->records.key, reader->records.key_len};
}

/* Memory of a reader in bytes, as long as no record is very long. */
size_t weir_run_reader_bytes(void);

#endif
