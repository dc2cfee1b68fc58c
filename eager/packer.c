#include "eager/packer.h"

#include "base/error.h"
#include "eager/replay.h"

bool weir_packer_init(struct weir_packer *packer,
                      const struct weir_layout *layout,
                      const struct weir_stream *like, bool raw)
{
    size_t n = like->n_projected;
    const char **name = weir_alloc(WEIR_MEMORY_STORE, (n + 1) * sizeof *name);
    uint32_t *column =
        weir_alloc(WEIR_MEMORY_STORE, (n + 1) * sizeof *packer->column);
    *packer = (struct weir_packer){.layout = layout,
                                   .like = like,
                                   .column = column,
                                   .n_columns = n,
                                   .raw = raw};
    if (name && column) {
        for (size_t i = 0; i < n; i++) {
            column[i] = like->projected[i];
            name[i] = like->schema.name[like->projected[i]];
        }
        name[n] = "the record as read";
        packer->table = layout->open(layout, name, n + raw);
    }
    weir_free(WEIR_MEMORY_STORE, name);
    return packer->table;
}

void weir_packer_release(struct weir_packer *packer)
{
    if (packer->table)
        packer->layout->close(packer->table);
    weir_free(WEIR_MEMORY_STORE, packer->column);
}

/* Packs the window with one more column: the records as read. */
static void *pack_raw(const struct weir_packer *packer,
                      const struct weir_batch *batch, struct weir_cost *cost,
                      size_t *row)
{
    const struct weir_stream *like = packer->like;
    struct weir_span raw[WEIR_WINDOW_MAX];
    size_t n = packer->n_columns;
    struct weir_span **column =
        weir_alloc(WEIR_MEMORY_STORE, (n + 1) * sizeof *column);
    *row = 0;
    if (!column)
        return NULL;
    for (size_t i = 0; i < n; i++)
        column[i] = batch->column[i];
    column[n] = raw;
    for (size_t r = 0; r < batch->rows; r++) {
        like->ops->record(like, batch, batch->start[r], 0, &raw[r]);
        raw[r].start = batch->start[r];
    }
    const struct weir_row_group group = {batch->text, column, n + 1,
                                         batch->rows};
    void *page = packer->layout->pack(packer->table, &group, cost, row);
    weir_free(WEIR_MEMORY_STORE, column);
    /* A page does not borrow from its window, which cppcheck cannot know. */
    /* cppcheck-suppress returnDanglingLifetime */
    return page;
}

void *weir_packer_pack(const struct weir_packer *packer,
                       const struct weir_batch *batch, struct weir_cost *cost,
                       size_t *row)
{
    const struct weir_row_group group = {batch->text, batch->column,
                                         packer->n_columns, batch->rows};
    return packer->raw ? pack_raw(packer, batch, cost, row)
                       : packer->layout->pack(packer->table, &group, cost, row);
}

/* Finds the packed columns that the stream's projected columns are. Both
 * ascend. */
static void find_columns(const struct weir_packer *packer,
                         const struct weir_stream *stream, uint32_t *column)
{
    size_t packed = 0;
    for (size_t i = 0; i < stream->n_projected; i++) {
        while (packer->column[packed] != stream->projected[i])
            packed++;
        column[i] = (uint32_t)packed;
    }
}

static enum weir_status unpack_cells(const struct weir_packer *packer,
                                     const struct weir_stream *stream,
                                     const void *page, struct weir_batch *batch,
                                     struct weir_error *error)
{
    uint32_t few[64], *column = few;
    size_t n = stream->n_projected;
    if (n > 64)
        column = weir_alloc(WEIR_MEMORY_STORE, n * sizeof *column);
    if (!column)
        return weir_fail_memory(error, "a page", n * sizeof *column);
    find_columns(packer, stream, column);
    struct weir_replay replay = {.batch = batch,
                                 .span = batch->column,
                                 .column = column,
                                 .n_columns = n,
                                 .number = batch->number};
    for (size_t i = 0; batch->number && i < n; i++)
        batch->number[i].known = false;
    enum weir_status status =
        packer->layout->unpack(packer->table, page, &replay, error);
    batch->len = replay.used;
    if (column != few)
        weir_free(WEIR_MEMORY_STORE, column);
    return status;
}

/* Appends the records as read to the batch's text. */
static enum weir_status unpack_raw(const struct weir_packer *packer,
                                   const void *page, struct weir_batch *batch,
                                   struct weir_error *error)
{
    struct weir_span raw[WEIR_WINDOW_MAX], *span = raw;
    uint32_t column = (uint32_t)packer->n_columns;
    struct weir_replay replay = {.batch = batch,
                                 .span = &span,
                                 .column = &column,
                                 .n_columns = 1,
                                 .copies = true,
                                 .used = batch->len};
    enum weir_status status =
        packer->layout->unpack(packer->table, page, &replay, error);
    for (size_t r = 0; !status && r < batch->rows; r++)
        batch->start[r] = raw[r].start;
    batch->len = replay.used;
    return status;
}

enum weir_status weir_packer_unpack(const struct weir_packer *packer,
                                    const struct weir_stream *stream,
                                    const void *page, struct weir_batch *batch,
                                    struct weir_error *error)
{
    enum weir_status status = unpack_cells(packer, stream, page, batch, error);
    if (status)
        return status;
    if (packer->raw)
        return unpack_raw(packer, page, batch, error);
    for (size_t r = 0; r < batch->rows; r++)
        batch->start[r] = (uint32_t)r;
    return WEIR_OK;
}
