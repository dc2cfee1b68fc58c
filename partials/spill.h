/*
 * A spill: sorted runs, one after another, in a temporary file that has no
 * name: whatever becomes of the process, the file is gone.
 *
 *     file:  | run 0: frame frame frame | run 1: frame ... | run 2
 *            0                                        written      len
 *                                                        | memory |
 *
 * What is not written yet lies in memory, so a little spill never becomes a
 * file. A spill belongs to one thread; any number may be merged.
 */
#ifndef WEIR_PARTIALS_SPILL_H
#define WEIR_PARTIALS_SPILL_H

#include "partials/block.h"

/* Where a run lies. */
struct weir_run {
    uint64_t begin, end; /* bytes */
    uint64_t n;          /* records */
};

struct weir_spill {
    const char *folder; /* borrowed */
    int fd;             /* -1: no file yet */
    uint64_t written;   /* bytes in the file */
    char *memory;       /* those after them */
    size_t memory_len;
    struct weir_run *run;
    size_t n_runs, runs_capacity;
    bool open; /* the last run is being written */
    struct weir_block block;
};

/* `folder` is --temp-dir, borrowed. Release is allowed on a zeroed one, and
 * after a failed init. */
enum weir_status weir_spill_init(struct weir_spill *spill, const char *folder,
                                 struct weir_error *error) WEIR_CHECKED;
void weir_spill_release(struct weir_spill *spill);

/* Adds a record to the open run, or begins one: keys ascend in a run. A full
 * disk is WEIR_IO, with the folder and the option. */
enum weir_status weir_spill_add(struct weir_spill *spill, struct weir_text key,
                                const struct weir_state_rows *rows, size_t row,
                                struct weir_error *error) WEIR_CHECKED;

/* Ends the open run, if there is one. */
enum weir_status weir_spill_end(struct weir_spill *spill,
                                struct weir_error *error) WEIR_CHECKED;

/* Adds a frame as it is, header and payload, to the open run: so partials
 * become runs without being unpacked. */
enum weir_status weir_spill_frame(struct weir_spill *spill,
                                  const struct weir_frame *frame,
                                  const char *payload,
                                  struct weir_error *error) WEIR_CHECKED;

/* Reads `len` bytes at a place in it. */
enum weir_status weir_spill_read(const struct weir_spill *spill, uint64_t place,
                                 char *into, size_t len,
                                 struct weir_error *error) WEIR_CHECKED;

/* An ended run is none of the spill's any more; the disk gets back what it
 * takes. */
void weir_spill_forget(struct weir_spill *spill, const struct weir_run *run);

/* Bytes written so far, and what a spill holds. */
uint64_t weir_spill_len(const struct weir_spill *spill);
size_t weir_spill_bytes(void);

#endif
