/*
 * The value of --shard: which share of the input the run reads.
 */
#ifndef WEIR_CLI_COMMANDS_SHARD_H
#define WEIR_CLI_COMMANDS_SHARD_H

#include "weir.h"

/* Parses "2/8", or "2/8@57", where 57 is the place where the share begins, or
 * "auto", which reads the environment variables of the batch system that
 * started this process. `*begins` is 0 without a place. WEIR_USAGE if `text` is
 * none of these, or if the environment does not name a share. */
enum weir_status weir_shard_parse(const char *text, uint32_t *shard,
                                  uint32_t *of_shards, uint64_t *begins,
                                  struct weir_error *error) WEIR_CHECKED;

#endif
