/*
 * What a run set aside is told on standard error, one line for each kind, so
 * that nothing is lost without a word. --quiet silences it.
 */
#ifndef WEIR_CLI_COMMANDS_NOTICES_H
#define WEIR_CLI_COMMANDS_NOTICES_H

#include "base/set_aside.h"
#include "cli/options.h"
#include "pipeline/plan.h"

void weir_notices_print(const struct weir_options *options,
                        const struct weir_record_counts *counts,
                        const struct weir_set_aside *aside);

/* Prints what the plan notes about the question, if anything; --quiet silences
 * that, too. */
void weir_notices_print_note(const struct weir_options *options,
                             const struct weir_plan *plan);

#endif
