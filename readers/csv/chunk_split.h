/*
 * Splits the text of a chunk into records. The separators go into the batch's
 * queue, for shape. Nothing is read here, and no lock is needed: only the
 * batch's thread touches the batch and the chunk.
 */
#ifndef WEIR_READERS_CSV_CHUNK_SPLIT_H
#define WEIR_READERS_CSV_CHUNK_SPLIT_H

#include "readers/csv/reader.h"

/* The text of a chunk, in a batch. The chunk's own bytes are text[0, len); it
 * has the records that follow a line end in them. text[0, have) was read, and
 * text[have] is a NUL. */
struct weir_chunk_text {
    const struct weir_csv *csv;
    const struct weir_dialect *dialect;
    struct weir_batch *batch;
    size_t len, have;
    bool whole;     /* text[0, have) reaches the end of the input */
    unsigned added; /* 1 if a line end was added at the end of the input */
    size_t end;     /* if it is split: its records' end; 0: more must be read */
};

/*
 * Splits the text from text[at] on, and sets chunk->end. If `is_known`, a
 * record begins at text[at]. Otherwise the first quotes are used to guess
 * whether text[at] is inside quotes. false: the quotes are irregular, and it is
 * not known where a record begins.
 */
bool weir_chunk_split(struct weir_chunk_text *chunk, size_t at, bool is_known);

/* Drops the records before text[start] from the queue: they are those of the
 * chunk before. false: the text was split so that no record ends there. */
bool weir_chunk_begin_at(struct weir_batch *batch, size_t start);

/* Drops from the queue what was split after text[end], where the chunk's
 * records end. Notes in the batch which quotes and CRs came before it: the next
 * chunk is expected to be like this one. */
void weir_chunk_end_at(struct weir_batch *batch, size_t end);

#endif
