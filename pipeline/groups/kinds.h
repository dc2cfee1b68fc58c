/*
 * Columns whose cells are put in order must be of one kind (struct
 * weir_plan_kind): when all records were read, it is known whether they are.
 */
#ifndef WEIR_PIPELINE_GROUPS_KINDS_H
#define WEIR_PIPELINE_GROUPS_KINDS_H

#include "pipeline/groups/cursor.h"
#include "pipeline/plan.h"

/*
 * Reads the table of kinds, if the plan has one. If a column has numbers and
 * texts: with --bad-cells=null its texts become null, and are counted and
 * noted; else the first of them is an error, and the
 * status is WEIR_DATA. *unplaced says that its place is not known.
 */
enum weir_status weir_kinds_settle(struct weir_plan *plan,
                                   struct weir_group_cursor *const *cursor,
                                   const struct weir_noted *noted,
                                   bool *unplaced,
                                   struct weir_error *error) WEIR_CHECKED;

#endif
