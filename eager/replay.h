/*
 * Where a page is unpacked to: the text, spans and numbers of a batch.
 */
#ifndef WEIR_EAGER_REPLAY_H
#define WEIR_EAGER_REPLAY_H

#include "eager/layout.h"
#include <string.h>

/* The columns asked for are [0, n_columns); each comes as texts or, where the
 * layout holds and `number` allows it, as numbers. */
struct weir_replay {
    struct weir_batch *batch; /* its text */
    struct weir_span **span;  /* [column][row], to fill */
    const uint32_t *column;   /* [column]: which of the page's it is */
    size_t n_columns;
    struct weir_numbers *number; /* [column]; NULL: none is allowed */
    bool boxed;                  /* equal cells have texts of their own */
    size_t used;                 /* of the text */
};

enum weir_status weir_replay_grow(struct weir_replay *replay, size_t need,
                                  struct weir_error *error) WEIR_CHECKED;

/* Room for `need` bytes more of texts. */
WEIR_CHECKED static inline enum weir_status
weir_replay_room(struct weir_replay *replay, size_t need,
                 struct weir_error *error)
{
    return need <= replay->batch->capacity - replay->used
               ? WEIR_OK
               : weir_replay_grow(replay, need, error);
}

/* A cell's text, for which there is room. */
static inline void weir_replay_text(struct weir_replay *replay, size_t column,
                                    size_t row, struct weir_text text)
{
    replay->span[column][row] =
        (struct weir_span){(uint32_t)replay->used, (uint32_t)text.len};
    if (text.len)
        memcpy(replay->batch->text + replay->used, text.bytes, text.len);
    replay->used += text.len;
}

/* Where a column's numbers go; NULL where it must come as texts. */
static inline struct weir_numbers *
weir_replay_numbers(const struct weir_replay *replay, size_t column)
{
    struct weir_numbers *number =
        replay->number ? &replay->number[column] : NULL;
    return number && number->mantissa ? number : NULL;
}

#endif
