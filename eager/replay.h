/*
 * The destination of unpack: the text, spans and numbers of a batch.
 */
#ifndef WEIR_EAGER_REPLAY_H
#define WEIR_EAGER_REPLAY_H

#include "base/error.h"
#include "eager/layout.h"
#include <string.h>

/* The projected columns are [0, n_columns). Each column comes as texts. If the
 * layout holds numbers and `number` allows it, it comes as numbers instead. */
struct weir_replay {
    struct weir_batch *batch; /* the texts go to its text */
    struct weir_span **span;  /* [column][row], to be filled */
    const uint32_t *column;   /* [column]: its index in the page */
    size_t n_columns;
    struct weir_numbers *number; /* [column]; NULL allows no numbers */
    bool copies;                 /* each cell needs its own copy of its text */
    size_t used;                 /* bytes of the batch's text in use */
};

/* Makes room for `need` more bytes of text. The batch's text may move. */
WEIR_CHECKED static inline enum weir_status
weir_replay_reserve(struct weir_replay *replay, size_t need,
                    struct weir_error *error)
{
    struct weir_batch *batch = replay->batch;
    size_t capacity = 2 * batch->capacity;
    need += replay->used;
    if (__builtin_expect(need <= batch->capacity, 1))
        return WEIR_OK;
    if (need > WEIR_BATCH_MAX)
        return weir_fail(error, WEIR_LIMIT,
                         "records of %zu bytes are too long to replay", need);
    batch->len = replay->used;
    return weir_batch_grow(batch, need > capacity ? need : capacity, error);
}

/* Adds a cell's text, for which there must be room. */
static inline void weir_replay_text(struct weir_replay *replay, size_t column,
                                    size_t row, struct weir_text text)
{
    replay->span[column][row] =
        (struct weir_span){(uint32_t)replay->used, (uint32_t)text.len};
    if (text.len)
        memcpy(replay->batch->text + replay->used, text.bytes, text.len);
    replay->used += text.len;
}

/* Returns where to write a column's numbers, or NULL if the column must come as
 * texts. */
static inline struct weir_numbers *
weir_replay_numbers(const struct weir_replay *replay, size_t column)
{
    struct weir_numbers *number =
        replay->number ? &replay->number[column] : NULL;
    return number && number->mantissa ? number : NULL;
}

#endif
