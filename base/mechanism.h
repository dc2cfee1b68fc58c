/*
 * How often a mechanism ran, for tests: a law about chunks says nothing if no
 * chunk was read while it was checked. The counts are of development builds
 * alone. Under NDEBUG weir_ran() is nothing, and all counts are zero.
 *
 * A mechanism is counted by the batch, the window or the run, never by the
 * byte. A record is counted only where it costs much anyhow.
 */
#ifndef WEIR_BASE_MECHANISM_H
#define WEIR_BASE_MECHANISM_H

#include "weir.h"

/* ROW(name of the enumerator, name for people) */
#define WEIR_MECHANISMS(ROW)                                                   \
    /* pipeline/reorder.c: by a thread that holds no lock and no batch */      \
    ROW(BATCH_ASKED, "batches asked for")                                      \
    /* readers/csv/chunk.c */                                                  \
    ROW(CHUNK_GIVEN, "chunks with records")                                    \
    ROW(CHUNK_EMPTY, "chunks within a record")                                 \
    ROW(CHUNK_PLAIN, "chunks split as plain text")                             \
    ROW(CHUNK_QUOTED, "chunks split as quoted text")                           \
    ROW(CHUNK_EXACT, "chunks split by the byte machine")                       \
    ROW(CHUNK_INSIDE, "chunks that begin inside quotes")                       \
    ROW(CHUNK_GUESSED_RIGHT, "chunks guessed right")                           \
    ROW(CHUNK_GUESSED_WRONG, "chunks guessed wrong")                           \
    ROW(CHUNK_READ_ON, "chunks read on for their last record")                 \
    ROW(CHUNK_FAILED, "chunks that fail behind their records")                 \
    /* readers/csv/segment.c, readers/csv/shard.c, pipeline/reorder.c,         \
     * pipeline/run.c */                                                       \
    ROW(SEGMENT_ENTERED, "segments entered")                                   \
    ROW(SEGMENT_INSIDE, "segments that begin inside quotes")                   \
    ROW(SEGMENT_MISSPECULATED, "segments guessed wrong")                       \
    ROW(RUN_AGAIN, "runs begun again")                                         \
    ROW(SHARE_BYTES, "shares of plain text")                                   \
    ROW(SHARE_PARTS, "shares of frames and members")                           \
    /* readers/codecs/zstd.c, readers/codecs/gzip.c, readers/codecs/prefetch.c \
     */                                                                        \
    ROW(FRAME_CROSSED, "frames crossed")                                       \
    ROW(MEMBER_CROSSED, "members crossed")                                     \
    ROW(AHEAD_READ, "reads of text decoded ahead")                             \
    ROW(AHEAD_FULL, "rings full of text decoded ahead")                        \
    /* readers/csv/cut.c, readers/csv/shape.c, readers/csv/record.c,           \
     * base/batch.c */                                                         \
    ROW(WINDOW_FAST, "windows of the fast path")                               \
    ROW(WINDOW_SLOW, "windows of the slow path")                               \
    ROW(WINDOW_EXACT, "scans by the byte machine")                             \
    ROW(WINDOW_LIBCSV, "windows of libcsv")                                    \
    ROW(CUT_EXACT, "cuts by the byte machine")                                 \
    ROW(BATCH_GROWN, "batches grown")                                          \
    ROW(SEPARATORS_GROWN, "separators grown")                                  \
    ROW(FIELDS_GROWN, "fields grown")                                          \
    ROW(RECORD_PADDED, "records padded")                                       \
    ROW(RECORD_REJECTED, "records rejected")                                   \
    /* pipeline/run.c, readers/csv/resume.c, partials/ */                      \
    ROW(LOOKED, "looks into a run")                                            \
    ROW(LOOKED_MIDWAY, "looks into a run that had read records")               \
    ROW(RUN_STOPPED, "runs stopped by their watch")                            \
    ROW(CHECKPOINT_BEGUN, "checkpoints begun")                                 \
    ROW(CHECKPOINT_WRITTEN, "checkpoints written")                             \
    ROW(CHECKPOINT_KEPT, "checkpoints in their place")                         \
    ROW(CHECKPOINT_RESUMED, "checkpoints resumed")                             \
    ROW(RESUMED_BYTE, "inputs resumed at a byte of text")                      \
    ROW(RESUMED_PART, "inputs resumed at a frame or member")                   \
    ROW(RESUMED_SEGMENT, "inputs resumed at a segment")                        \
    ROW(PARTIAL_READ, "partials read")                                         \
    ROW(PARTIAL_WRITTEN, "partials in their place")                            \
    /* pipeline/groups/hash_aggregate_spill.c, pipeline/sort.c,                \
     * partials/merge.c */                                                     \
    ROW(SPILL_GROUPS, "spills of groups")                                      \
    ROW(SPILL_VALUES, "spills of an ordered set's values")                     \
    ROW(SPILL_ROWS, "spills of rows")                                          \
    ROW(MERGE_MANY, "merges of more than two runs")                            \
    ROW(MERGE_LEVEL, "merges into a run that is merged again")                 \
    /* eager/, base/memory.c */                                                \
    ROW(STORE_WINDOW, "windows out of a store")                                \
    ROW(ALLOCATION_REFUSED, "allocations refused")                             \
    /* tests/ */                                                               \
    ROW(TOLD, "words of a test to a program that it holds")                    \
    ROW(TURN, "turns of a law")

enum weir_mechanism {
#define WEIR_ROW(name, words) WEIR_RAN_##name,
    WEIR_MECHANISMS(WEIR_ROW)
#undef WEIR_ROW
    WEIR_MECHANISM_COUNT
};

#ifdef NDEBUG
static inline void weir_ran(enum weir_mechanism mechanism)
{
    (void)mechanism;
}
#else
void weir_ran(enum weir_mechanism mechanism);
#endif

/* How often it ran: in this process, or in all that share the counts. */
uint64_t weir_mechanism_count(enum weir_mechanism mechanism);

/* Static: "CHUNK_GIVEN", "chunks with records". */
const char *weir_mechanism_key(enum weir_mechanism mechanism);
const char *weir_mechanism_name(enum weir_mechanism mechanism);

/*
 * From now on counts are kept in memory that processes forked later share, and,
 * where `path` is not NULL, in that file, for any number of processes at once.
 * What was counted before stays behind. A development build shares the file
 * that WEIR_MECHANISMS names when it starts. false: it cannot be had.
 */
bool weir_mechanism_share(const char *path) WEIR_CHECKED;

/*
 * Drives an interleaving: the hook is called wherever something is counted, by
 * the thread that does it; NULL: none. To be set while there is one thread. For
 * whole programs there are two variables of the environment:
 *
 *     WEIR_HOLD=BATCH_ASKED:5:LOOKED:1   from the fifth batch on a thread that
 *                                        asks for one waits for a look
 *     WEIR_KILL=CHECKPOINT_KEPT:2        the second one ends in a SIGKILL
 *
 * They count what the process itself does, but for TOLD, which a test says by
 * another program that shares the counts.
 */
void weir_mechanism_drive(void (*hook)(enum weir_mechanism mechanism));

#endif
