/*
 * Running a plan over a stream: one loop, from the first batch to the sink.
 */
#ifndef WEIR_PIPELINE_RUN_H
#define WEIR_PIPELINE_RUN_H

#include "base/stream.h"
#include "pipeline/plan.h"
#include "pipeline/sink.h"

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

/*
 * Pulls the stream to its end (or to the limit of a query that streams) and
 * gives the answer to the sink, which sees its end only when all is well. The
 * account is filled on failure too. The plan's programs are used, so one run
 * at a time.
 */
enum weir_status weir_run(struct weir_plan *plan, struct weir_stream *stream,
                          struct weir_sink *sink,
                          const struct weir_listener *listener,
                          struct weir_account *account,
                          struct weir_error *error) WEIR_CHECKED;

/* What the run will hold besides the stream itself. */
void weir_run_bill(const struct weir_plan *plan,
                   const struct weir_stream *stream, struct weir_bill *bill);

#endif
