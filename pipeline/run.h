/*
 * Running a plan over a stream: one loop, from the first batch to the sink.
 */
#ifndef WEIR_PIPELINE_RUN_H
#define WEIR_PIPELINE_RUN_H

#include "pipeline/feed.h"
#include "pipeline/plan.h"
#include "pipeline/sink.h"

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
