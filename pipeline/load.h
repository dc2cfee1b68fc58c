/*
 * Eager: pulling to the end, into a store.
 */
#ifndef WEIR_PIPELINE_LOAD_H
#define WEIR_PIPELINE_LOAD_H

#include "eager/layout.h"
#include "pipeline/order.h"
#include "pipeline/plan.h"

/*
 * Loads the plan's columns of all the stream's records. What is returned is a
 * stream over them, for weir_run(); the account has what was read and set
 * aside on the way, nothing used yet. `stream` must outlive it.
 */
struct weir_stream *
weir_load(const struct weir_layout *layout, struct weir_stream *stream,
          const struct weir_plan *plan, const struct weir_listener *listener,
          struct weir_account *account, struct weir_error *error) WEIR_CHECKED;

#endif
