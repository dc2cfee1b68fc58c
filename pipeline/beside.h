/*
 * What the threads of a run may do beside taking turns at pull, where what that
 * holds fits the memory allowed: see base/stream.h.
 */
#ifndef WEIR_PIPELINE_BESIDE_H
#define WEIR_PIPELINE_BESIDE_H

#include "pipeline/run.h"

struct weir_beside {
    bool lanes, ahead;
};
struct weir_beside weir_run_beside(const struct weir_plan *plan,
                                   const struct weir_stream *stream,
                                   const struct weir_running *running);

#endif
