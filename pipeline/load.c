/*
 * The lazy run's feed, into a store.
 */
#include "pipeline/load.h"

#include "eager/store.h"

struct weir_stream *
weir_load(const struct weir_layout *layout, struct weir_stream *stream,
          const struct weir_plan *plan, const struct weir_listener *listener,
          struct weir_account *account, struct weir_error *error)
{
    struct weir_feed feed = {.listener = listener, .account = account};
    *account = (struct weir_account){0};
    weir_stream_want(stream, plan->wanted, plan->n_wanted);
    struct weir_stream *store = weir_store_open(layout, stream, error);
    if (!store)
        return NULL;
    enum weir_status status = weir_feed_init(&feed, stream, error);
    while (!status) {
        status = weir_feed_next(&feed, error);
        if (!status)
            status = weir_store_add(store, &feed.batch, error);
        if (status < 0)
            weir_feed_locate(&feed, error);
    }
    weir_feed_release(&feed);
    if (status == WEIR_END)
        return store;
    weir_stream_close(store);
    return NULL;
}
