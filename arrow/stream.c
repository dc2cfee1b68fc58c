#include "arrow/stream.h"

#include "base/c_words.h"
#include "base/error.h"
#include "base/memory.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What a stream owns. The batch holds what was read and not handed out; a
 * failure is sticky. */
struct state {
    struct weir_arrow_feed feed;
    struct weir_arrow_batch batch;
    enum weir_status status; /* WEIR_END: all rows are in the batch */
    struct weir_error error;
    char message[sizeof((struct weir_error *)NULL)->place +
                 sizeof((struct weir_error *)NULL)->message + 2];
};

static int fail(struct state *state)
{
    const struct weir_error *error = &state->error;
    (void)weir_fail_in_c(&state->error);
    (void)snprintf(state->message, sizeof state->message, "%s%s%s",
                   error->place, *error->place ? ": " : "", error->message);
    switch (state->status) {
    case WEIR_IO:
        return EIO;
    case WEIR_LIMIT:
        return ENOMEM;
    case WEIR_CANCELLED:
        return ECANCELED;
    default:
        return EINVAL;
    }
}

/* Reads until the batch is full, or to the end. */
static void fill(struct state *state)
{
    while (!state->status && !weir_arrow_batch_full(&state->batch))
        state->status =
            state->feed.add(state->feed.from, &state->batch, &state->error);
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    struct state *state = stream->private_data;
    *out = (struct ArrowSchema){0};
    if (!state->batch.decided)
        fill(state);
    if (state->status < 0)
        return fail(state);
    struct weir_error error;
    if (!weir_arrow_batch_schema(&state->batch, out, &error))
        return 0;
    state->status = error.status;
    state->error = error;
    return fail(state);
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    struct state *state = stream->private_data;
    *out = (struct ArrowArray){0};
    fill(state);
    if (state->status < 0)
        return fail(state);
    if (state->batch.rows == 0)
        return 0;
    struct weir_error error;
    if (!weir_arrow_batch_take(&state->batch, out, &error))
        return 0;
    state->status = error.status;
    state->error = error;
    return fail(state);
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    const struct state *state = stream->private_data;
    return *state->message ? state->message : NULL;
}

static void release(struct ArrowArrayStream *stream)
{
    struct state *state = stream->private_data;
    weir_arrow_batch_release(&state->batch);
    state->feed.close(state->feed.from);
    weir_free(WEIR_MEMORY_OUTPUT, state);
    stream->release = NULL;
}

enum weir_status weir_arrow_open(struct ArrowArrayStream *stream,
                                 const struct weir_arrow_feed *feed,
                                 struct weir_arrow_batch *batch,
                                 struct weir_error *error)
{
    struct state *state = weir_alloc_zero(WEIR_MEMORY_OUTPUT, sizeof *state);
    if (!state) {
        weir_arrow_batch_release(batch);
        feed->close(feed->from);
        return weir_fail_memory(error, "an Arrow stream", sizeof *state);
    }
    state->feed = *feed;
    state->batch = *batch;
    *stream = (struct ArrowArrayStream){.get_schema = get_schema,
                                        .get_next = get_next,
                                        .get_last_error = get_last_error,
                                        .release = release,
                                        .private_data = state};
    return WEIR_OK;
}

enum weir_status weir_arrow_take_options(struct weir_arrow_options *copy,
                                         const struct weir_arrow_options *from,
                                         struct weir_error *error)
{
    *copy = (struct weir_arrow_options){0};
    if (!from)
        return WEIR_OK;
    if (from->size < sizeof from->size || from->size > sizeof *copy)
        return weir_fail(error, WEIR_USAGE,
                         "options.size is %zu; it must be sizeof(struct "
                         "weir_arrow_options), at most %zu",
                         from->size, sizeof *copy);
    memcpy(copy, from, from->size);
    return WEIR_OK;
}
