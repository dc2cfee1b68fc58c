/*
 * A spill: sorted runs, one after another, in a temporary file without a name.
 * The file disappears when the process ends, however it ends.
 *
 *     file:  | run 0: frame frame frame | run 1: frame ... | run 2
 *            0                                        written      len
 *                                                        | memory |
 *
 * Bytes that are not written yet lie in memory, so a small spill never becomes
 * a file. A spill belongs to one thread. Any number of spills may be merged.
 */
#ifndef WEIR_PARTIALS_SPILL_H
#define WEIR_PARTIALS_SPILL_H

#include "partials/block.h"

/* The location of a run in its spill. */
struct weir_run {
    uint64_t begin, end; /* byte offsets */
    uint64_t n;          /* records */
};

struct weir_spill {
    const char *folder; /* folder of the file, borrowed */
    int fd;             /* -1 if there is no file yet */
    uint64_t written;   /* bytes in the file */
    char *memory;       /* the bytes that follow those in the file */
    size_t memory_len;
    struct weir_run *run;
    size_t n_runs, runs_capacity;
    bool open;   /* the last run is being written */
    bool packed; /* frames are compressed */
    struct weir_block block;
};

/* `folder` is --temp-dir, and is borrowed until release. Release is allowed on
 * a zeroed spill and after a failed init. */
enum weir_status weir_spill_init(struct weir_spill *spill, const char *folder,
                                 struct weir_error *error) WEIR_CHECKED;
void weir_spill_release(struct weir_spill *spill);

/* Adds a record to the open run, or begins a run. Keys ascend in a run. A full
 * disk is WEIR_IO; the error names the folder and the option. */
enum weir_status weir_spill_add(struct weir_spill *spill, struct weir_text key,
                                const struct weir_state_rows *rows, size_t row,
                                struct weir_error *error) WEIR_CHECKED;

/* Ends the open run. Does nothing if there is none. */
enum weir_status weir_spill_end(struct weir_spill *spill,
                                struct weir_error *error) WEIR_CHECKED;

/* Adds a whole frame, header and payload as given, to the open run. Partials
 * become runs without being decompressed. */
enum weir_status weir_spill_frame(struct weir_spill *spill,
                                  const struct weir_frame *frame,
                                  const char *payload,
                                  struct weir_error *error) WEIR_CHECKED;

/* Reads `len` bytes at the byte offset `place`. */
enum weir_status weir_spill_read(const struct weir_spill *spill, uint64_t place,
                                 char *into, size_t len,
                                 struct weir_error *error) WEIR_CHECKED;

/* Removes an ended run from the spill and gives its disk space back. */
void weir_spill_forget(struct weir_spill *spill, const struct weir_run *run);

/* Frees the memory in which runs are written. What is in the spill stays, and
 * further runs can be written. No run is open. */
void weir_spill_rest(struct weir_spill *spill);

/* Bytes written so far. */
uint64_t weir_spill_len(const struct weir_spill *spill);

/* Memory estimate: the bytes of a spill of at most WEIR_RUNS_MAX runs, and
 * those of a spill that rests. */
#define WEIR_RUNS_MAX ((size_t)512)
size_t weir_spill_bytes(void);
size_t weir_spill_rest_bytes(void);

#endif
