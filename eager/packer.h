/*
 * The packer: turns windows into pages of a layout, and pages back into
 * windows. It knows which columns of the input are packed. It can also hold
 * each record as it was read: for the layout that is one more column.
 */
#ifndef WEIR_EAGER_PACKER_H
#define WEIR_EAGER_PACKER_H

#include "eager/layout.h"

/* Others may read the members; only the functions below set them. */
struct weir_packer {
    const struct weir_layout *layout;
    void *table;                    /* what the layout's pages share */
    const struct weir_stream *like; /* whose windows are packed; borrowed */
    uint32_t *column; /* [n_columns]: packed columns of the input, ascending */
    size_t n_columns; /* without the one of the records as read */
    bool raw;         /* holds the records as read */
};

/* Makes a packer for the columns that `like` delivers (weir_stream_project).
 * Returns false if memory was refused. Release it in either case. */
bool weir_packer_init(struct weir_packer *packer,
                      const struct weir_layout *layout,
                      const struct weir_stream *like, bool raw) WEIR_CHECKED;

/* Frees the table. All pages must have been dropped. A zeroed packer is
 * allowed. */
void weir_packer_release(struct weir_packer *packer);

/*
 * Packs the batch's window, which has at least one row, and adds the memory of
 * its page to *cost. Returns NULL if memory was refused; *row is then the row
 * that did not fit. The caller drops the page with layout->drop. Any number of
 * threads may pack and unpack at once.
 */
void *weir_packer_pack(const struct weir_packer *packer,
                       const struct weir_batch *batch, struct weir_cost *cost,
                       size_t *row) WEIR_CHECKED;

/*
 * Unpacks a page of batch->rows records into the batch, whose text it replaces.
 * The columns are those that `stream` delivers, all of which must be packed. If
 * the records are held as read, they are the end of the batch's text: each ends
 * where the next one begins, the last one at batch->len, and batch->start[row]
 * is where a record begins. Otherwise batch->start[row] is `row`.
 */
enum weir_status weir_packer_unpack(const struct weir_packer *packer,
                                    const struct weir_stream *stream,
                                    const void *page, struct weir_batch *batch,
                                    struct weir_error *error) WEIR_CHECKED;

#endif
