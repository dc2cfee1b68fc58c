#include "eager/replay.h"

#include "base/error.h"

enum weir_status weir_replay_grow(struct weir_replay *replay, size_t need,
                                  struct weir_error *error)
{
    struct weir_batch *batch = replay->batch;
    need += replay->used;
    if (need > WEIR_BATCH_MAX)
        return weir_fail(error, WEIR_LIMIT,
                         "records of %zu bytes are too long to replay", need);
    size_t capacity = 2 * batch->capacity;
    batch->len = replay->used;
    return weir_batch_grow(batch, need > capacity ? need : capacity, error);
}
