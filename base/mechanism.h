/*
 * Counts how often a mechanism ran, for tests: a law about chunks proves
 * nothing if no chunk was read while it was checked. Only development builds
 * count. With NDEBUG weir_ran() does nothing, and all counts are zero.
 *
 * A mechanism is counted once a batch, window or run, never once a byte. It is
 * counted once a record only where the record costs much anyhow. Any thread may
 * count.
 */
#ifndef WEIR_BASE_MECHANISM_H
#define WEIR_BASE_MECHANISM_H

#include "weir.h"

/* ROW(name of the enumerator, name for people) */
#define WEIR_MECHANISMS(ROW)                                                   \
    /* pipeline/reorder.c: by a thread that holds no lock and no batch */      \
    ROW(BATCH_ASKED, "batches asked for")                                      \
    /* readers/csv/chunk.c, readers/csv/chunk_split.c */                       \
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
    /* readers/csv/segment*.c, shard.c, pipeline/reorder.c, run.c */           \
    ROW(SEGMENT_LOOKED_UP, "inputs looked through for a first segment")        \
    ROW(SEGMENT_ENTERED, "segments entered")                                   \
    ROW(SEGMENT_INSIDE, "segments that begin inside quotes")                   \
    ROW(SEGMENT_MISSPECULATED, "segments guessed wrong")                       \
    ROW(RUN_AGAIN, "runs begun again")                                         \
    ROW(SHARE_BYTES, "shares of plain text")                                   \
    ROW(SHARE_PARTS, "shares of compressed parts")                             \
    /* readers/codecs/: the codecs, prefetch.c */                              \
    ROW(FRAME_CROSSED, "frames crossed")                                       \
    ROW(MEMBER_CROSSED, "members crossed")                                     \
    ROW(AHEAD_READ, "reads of text decoded ahead")                             \
    ROW(AHEAD_FULL, "rings full of text decoded ahead")                        \
    /* readers/csv/: cut.c, shape.c, record.c, ...; base/batch.c */            \
    ROW(WINDOW_FAST, "windows of the fast path")                               \
    ROW(WINDOW_FIELDS, "windows of the fast path, of all fields")              \
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
    ROW(RUN_CANCELLED, "runs cancelled by their listener")                     \
    ROW(CHECKPOINT_BEGUN, "checkpoints begun")                                 \
    ROW(CHECKPOINT_WRITTEN, "checkpoints written")                             \
    ROW(CHECKPOINT_KEPT, "checkpoints in their place")                         \
    ROW(CHECKPOINT_RESUMED, "checkpoints resumed")                             \
    ROW(RESUMED_BYTE, "inputs resumed at a byte of text")                      \
    ROW(RESUMED_PART, "inputs resumed at a frame or member")                   \
    ROW(RESUMED_SEGMENT, "inputs resumed at a segment")                        \
    ROW(PARTIAL_READ, "partials read")                                         \
    ROW(PARTIAL_WRITTEN, "partials in their place")                            \
    /* pipeline/groups/, pipeline/external_sort.c, partials/merge.c */         \
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

/* How often a mechanism ran: in this process, or, if counts are shared, in all
 * processes that share them. */
uint64_t weir_mechanism_count(enum weir_mechanism mechanism);

/* Static texts, such as "CHUNK_GIVEN" and "chunks with records". */
const char *weir_mechanism_key(enum weir_mechanism mechanism);
const char *weir_mechanism_name(enum weir_mechanism mechanism);

/*
 * Shares the counts from now on with processes that are forked later. If `path`
 * is not NULL, the counts are kept in that file, and any number of processes
 * may share it at once. Earlier counts are not carried over. When a development
 * build starts, it shares the file that the environment variable
 * WEIR_MECHANISMS names. Returns false if the memory or the file cannot be had.
 */
bool weir_mechanism_share(const char *path) WEIR_CHECKED;

/*
 * Lets a test force an interleaving of threads. The thread that counts a
 * mechanism calls the hook; NULL means no hook. Set it while there is only one
 * thread. For whole programs there are two environment variables:
 *
 *     WEIR_HOLD=BATCH_ASKED:5:LOOKED:1   each thread that counts the fifth or a
 *                                        later BATCH_ASKED waits until LOOKED
 *                                        is counted once
 *     WEIR_KILL=CHECKPOINT_KEPT:2        the second CHECKPOINT_KEPT kills the
 *                                        process with SIGKILL
 *
 * They use the counts of the process itself. Only TOLD is taken from the shared
 * counts, where another program of the test counts it.
 */
void weir_mechanism_drive(void (*hook)(enum weir_mechanism mechanism));

#endif
