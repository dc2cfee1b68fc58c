/*
 * Cutting text after a whole record: what pull (cut.c) and the pieces that
 * threads read side by side (piece.c) share.
 */
#ifndef WEIR_READERS_CUT_H
#define WEIR_READERS_CUT_H

#include "readers/csv.h"

/* How the text was looked at so far. */
struct weir_cutting {
    const struct weir_dialect *dialect;
    enum weir_quotes quotes;
    size_t clean;  /* text past it is known to hold no quotes */
    size_t looked; /* for quotes and line ends: text[0, looked) */
    size_t end;
    struct weir_cut cut;
    struct weir_machine machine;
};

struct weir_scan_marks weir_csv_marks(const struct weir_dialect *dialect);

/* Moves c->end to where text can be cut, if there is such a place yet. */
void weir_csv_cut(const struct weir_csv *csv, struct weir_batch *batch,
                  struct weir_cutting *c, bool last);

/* Keeps text[cut, len) before what the carry still holds. */
enum weir_status weir_csv_keep(struct weir_flow *flow, struct weir_batch *batch,
                               size_t cut,
                               struct weir_error *error) WEIR_CHECKED;

#endif
