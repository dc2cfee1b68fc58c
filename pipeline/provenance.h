/*
 * Where records come from: the values of file() and line(). They are inputs of
 * the rows program, after the columns (struct weir_plan). A provenance belongs
 * to one worker.
 */
#ifndef WEIR_PIPELINE_PROVENANCE_H
#define WEIR_PIPELINE_PROVENANCE_H

#include "pipeline/plan.h"
#include "pipeline/scanner.h"

struct weir_provenance {
    char *name;   /* the input's name, with WEIR_BATCH_PAD bytes around it; NULL
                     if the plan does not read it */
    size_t input; /* whose name it is, from 1; 0: none yet */
    size_t rows;  /* capacity of the arrays below */
    struct weir_span *file; /* [row]: the same in all rows */
    int64_t *line;          /* [row]; NULL if the plan does not read it */
};

/* The memory that a provenance takes, in bytes. */
size_t weir_provenance_bytes(const struct weir_plan *plan,
                             const struct weir_stream *stream, size_t rows);

/* Allocates what the plan reads. Release is allowed on a zeroed provenance. */
enum weir_status weir_provenance_init(struct weir_provenance *provenance,
                                      const struct weir_plan *plan,
                                      const struct weir_stream *stream,
                                      size_t rows,
                                      struct weir_error *error) WEIR_CHECKED;
void weir_provenance_release(struct weir_provenance *provenance);

/*
 * Fills the vectors of the window's records: file[0] is that of file(), and
 * file[1] that of line(). A line is known only in the batch's turn, so the call
 * waits for it. Returns false if the run has stopped, or has to restart because
 * the batch is not located.
 */
bool weir_provenance_load(struct weir_provenance *provenance,
                          struct weir_scanner *scanner,
                          struct weir_vector file[2]) WEIR_CHECKED;

#endif
