/*
 * The reader's part of a batch: the queue of separators, and what is known of
 * the batch's text. Only the batch's thread touches it.
 */
#ifndef WEIR_READERS_CSV_STATE_H
#define WEIR_READERS_CSV_STATE_H

#include "base/stream.h"
#include "readers/scan/scan.h"

/* Which quotes a batch's text contains. */
enum weir_quotes {
    WEIR_QUOTES_NONE,
    WEIR_QUOTES_REGULAR, /* every quote opens at the beginning of a field */
    WEIR_QUOTES_EXACT    /* only the byte machine can interpret them */
};

/* What the reader keeps in a batch. */
struct weir_csv_state {
    struct weir_batch_state base;
    struct weir_scan_queue scan;
    enum weir_quotes quotes;
    size_t scratch_used;
    bool filled;  /* `next` has filled the queue; shape has not yet checked
                     whether it is regular */
    bool regular; /* every record in the queue has the header's number of
                     fields */
    bool begun;   /* batch->start is already set for the queue's first window */
    /* The failure that follows the batch's last record; shape returns it when
     * all records are shaped. Its status is WEIR_OK if there is none. */
    struct weir_error failure;
    /* chunk_split.c's: the quotes and CRs of the last chunk; the next is
     * expected to be like it. */
    enum weir_quotes guess;
    bool guess_returns;
    /* segment.c's; NULL until the batch has its first segment. */
    struct weir_segment *segment;
    /* The line that weir_csv_locate found last. It begins at text[at], after
     * `lines` line ends. `position` is part.position + 1 of the batch that it
     * is in; 0 means that there is none. */
    struct {
        uint64_t position, lines;
        size_t at;
    } located;
};

/* The reader's part of a batch. It exists from the first call of `next` or
 * `shape` on. */
static inline struct weir_csv_state *
weir_csv_state(const struct weir_batch *batch)
{
    return (struct weir_csv_state *)batch->memory.state;
}
/* Creates the reader's part of the batch if there is none yet. false: no
 * memory; the error is filled. */
bool weir_csv_state_make(const struct weir_stream *stream,
                         struct weir_batch *batch,
                         struct weir_error *error) WEIR_CHECKED;
/* How many bytes the reader's part of a batch takes at first. */
size_t weir_csv_state_bytes(const struct weir_stream *stream);

/* Empties the batch's separator queue; scanning will begin at text[at]. */
void weir_csv_unscan(struct weir_batch *batch, size_t at);

/* Doubles the queue's capacity and keeps its separators. Fails if there is no
 * memory. */
enum weir_status
weir_csv_grow_separators(struct weir_csv_state *state,
                         struct weir_error *error) WEIR_CHECKED;

#endif
