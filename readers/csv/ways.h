/*
 * The four ways in which a stream reads an input (README.md).
 */
#ifndef WEIR_READERS_CSV_WAYS_H
#define WEIR_READERS_CSV_WAYS_H

#include "base/stream.h"

struct weir_csv;
struct weir_segment;

/*
 * A way of reading an input: a row of the table in way.c.
 *
 * `refuse` says why the way cannot read the input that is open, as a text for
 * people; NULL means that it can. It may look through the input, which takes as
 * long as reading it, but only once (struct weir_segment_lookup).
 *
 * `next` is called with csv->lock held and returns with it held. Chunks and
 * segments release it while they read. WEIR_OK: the batch has a part of the
 * input, and batch->part.seq is set. WEIR_END: nothing of this input is left to
 * give out.
 */
typedef const char *weir_way_refuse(struct weir_csv *csv);
typedef enum weir_status weir_way_next(struct weir_csv *csv,
                                       struct weir_batch *batch,
                                       struct weir_error *error);
struct weir_way {
    enum weir_way_kind {
        WEIR_WAY_CHUNKS,
        WEIR_WAY_SEGMENTS,
        WEIR_WAY_PREFETCH,
        WEIR_WAY_SEQUENCE
    } kind;
    const char *name, *words; /* for WEIR_WAY, and for people ("in chunks") */
    weir_way_refuse *refuse;
    weir_way_next *next;
};
weir_way_refuse weir_chunks_refuse, weir_segments_refuse, weir_prefetch_refuse;
weir_way_next weir_chunks_next, weir_segments_next, weir_prefetch_next,
    weir_sequence_next;

/* Chooses the way for the open input, and explains it in stream.how (way.c). */
const struct weir_way *weir_way_choose(struct weir_csv *csv);
/* Whether WEIR_WAY in the environment names this way. */
bool weir_way_is_forced(const char *name);

/* Reads the next batch of the batch's segment, without the lock. */
enum weir_status weir_segment_more(struct weir_csv *csv,
                                   struct weir_batch *batch,
                                   struct weir_error *error) WEIR_CHECKED;
/* Whether the batch is in the middle of a segment. */
bool weir_segment_is_open(const struct weir_batch *batch);
/* The batch's thread gives up. If it is in the middle of a segment, the stream
 * ends for all threads. Takes the lock. */
void weir_segment_leave(struct weir_stream *stream, struct weir_batch *batch);
void weir_segment_close(struct weir_segment *segment);
/* Adds the memory for the segments of so many threads, if the open input has
 * any. */
void weir_segments_estimate(struct weir_csv *csv, size_t threads,
                            struct weir_estimate *estimate);

#endif
