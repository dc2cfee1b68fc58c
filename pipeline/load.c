/*
 * The lazy run's feed, into a store.
 */
#include "pipeline/load.h"

#include "eager/store.h"
#include "pipeline/feed.h"

/* The feed to its end. */
static enum weir_status fill(struct weir_stream *store, struct weir_feed *feed,
                             struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    while (!status) {
        status = weir_feed_next(feed, error);
        if (!status)
            status = weir_store_add(store, &feed->batch, error);
    }
    return status < 0 ? weir_feed_fail(feed, error) : status;
}

struct weir_stream *
weir_load(const struct weir_layout *layout, struct weir_stream *stream,
          const struct weir_plan *plan, const struct weir_listener *listener,
          struct weir_account *account, struct weir_error *error)
{
    struct weir_order order = {0};
    struct weir_feed feed = {0};
    *account = (struct weir_account){0};
    weir_stream_want(stream, plan->wanted, plan->n_wanted);
    struct weir_stream *store = weir_store_open(layout, stream, error);
    if (!store)
        return NULL;
    enum weir_status status = weir_order_init(&order, stream, listener, error);
    if (!status)
        status = weir_feed_init(&feed, &order, error);
    if (!status)
        status = fill(store, &feed, error);
    *account = order.account;
    weir_feed_release(&feed);
    weir_order_release(&order);
    if (status == WEIR_END)
        return store;
    weir_stream_close(store);
    return NULL;
}
