/*
 * Dates whose order by bytes is not that of the days, such as 31.12.2023, where
 * min, max or order by puts them in order. The user is told about them.
 */
#ifndef WEIR_PIPELINE_ORDERED_DATES_H
#define WEIR_PIPELINE_ORDERED_DATES_H

#include "pipeline/results.h"

/* Looks at the first cells of the window's ordered items, emitter->item and
 * ->order, and writes the plan's note about dates if one of them is such a
 * date. */
void weir_ordered_dates_look(const struct weir_emitter *emitter, size_t rows);

#endif
