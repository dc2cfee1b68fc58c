/*
 * Which share of the input a run is to read.
 */
#ifndef WEIR_CLI_COMMANDS_SHARD_H
#define WEIR_CLI_COMMANDS_SHARD_H

#include "weir.h"

/* "2/8", or "2/8@57" where it begins, or "auto": as the engine says that
 * started this process. WEIR_USAGE where that is no share, or no engine says
 * one. */
enum weir_status weir_shard_parse(const char *text, uint32_t *shard,
                                  uint32_t *of_shards, uint64_t *begins,
                                  struct weir_error *error) WEIR_CHECKED;

#endif
