/*
 * A feed: windows of records from a stream, one after another, with what is
 * known of their place. Whoever reads a stream to its end does it through one:
 * the rows' interface, a run, a load.
 */
#ifndef WEIR_PIPELINE_FEED_H
#define WEIR_PIPELINE_FEED_H

#include "base/stream.h"

/* read = used + filtered + rejected, always. Fields that were added or
 * dropped by --bad-records=pad are counted apart. */
struct weir_account {
    uint64_t read, used, filtered, rejected;
    uint64_t padded, surplus;
    uint64_t bytes; /* decoded, of records */
};

/* A record set aside; the texts are borrowed for the call. */
struct weir_reject {
    const char *file;
    uint64_t line;   /* 1-based; 0: unknown */
    uint64_t byte;   /* in the decoded input; WEIR_NO_BYTE: unknown */
    uint32_t column; /* 1-based; 0: the record as a whole */
    const char *reason;
    struct weir_text record; /* as read, without its line end */
};

/* Who listens; each may be NULL. Called from one thread at a time. */
struct weir_listener {
    void *context;
    enum weir_status (*reject)(void *context, const struct weir_reject *reject,
                               struct weir_error *error);
    /* After each batch. */
    void (*progress)(void *context, const struct weir_account *account);
};

struct weir_feed {
    struct weir_stream *stream;
    const struct weir_listener *listener; /* NULL allowed */
    struct weir_account *account;
    struct weir_batch batch;
    uint64_t first_line; /* of batch.text[0] */
};

/* Call after weir_stream_want. Release is allowed on a zeroed feed. */
enum weir_status weir_feed_init(struct weir_feed *feed,
                                struct weir_stream *stream,
                                struct weir_error *error) WEIR_CHECKED;
void weir_feed_release(struct weir_feed *feed);

/*
 * The next window, in feed->batch: WEIR_OK (it may have no rows), WEIR_END or
 * a failure with its place. Records that shape set aside are counted and told.
 */
enum weir_status weir_feed_next(struct weir_feed *feed,
                                struct weir_error *error) WEIR_CHECKED;

/* Turns error->byte, an offset in the batch's text, into its place. */
enum weir_status weir_feed_locate(const struct weir_feed *feed,
                                  struct weir_error *error);

/* Tells that the record at text[start] is set aside, for what is at text[at].
 * The account is the caller's. */
enum weir_status weir_feed_reject(const struct weir_feed *feed, size_t start,
                                  size_t at, const char *reason,
                                  struct weir_error *error) WEIR_CHECKED;

#endif
