/*
 * weir describe: what every column of a file is. It is a question, which this
 * file writes, and a sink, which turns the one row of its answer (or that of
 * each group) into a row or a block for each column.
 */
#ifndef WEIR_CLI_COMMANDS_DESCRIBE_H
#define WEIR_CLI_COMMANDS_DESCRIBE_H

#include "base/schema.h"
#include "cli/formats/format.h"

/* Returns the question about all columns, with these clauses ("where ... by
 * ...") or NULL for none. The caller frees it, as memory of WEIR_MEMORY_QUERY.
 * NULL on failure. */
char *weir_describe_question(const struct weir_schema *schema,
                             const char *clauses,
                             struct weir_error *error) WEIR_CHECKED;

/* Opens the sink of that question's answer. Schema, format and output are
 * borrowed until close. NULL on failure. */
struct weir_sink *weir_describe_open(const struct weir_schema *schema,
                                     const struct weir_format *format,
                                     struct weir_output *output,
                                     struct weir_error *error) WEIR_CHECKED;

#endif
