/*
 * Time zones, by the system's database: files in the format TZif (RFC 8536) in
 * the folder TZDIR or /usr/share/zoneinfo. A zone that is open is one block
 * without pointers, which nothing changes: any number of threads may read it.
 */
#ifndef WEIR_PIPELINE_OPS_ZONE_H
#define WEIR_PIPELINE_OPS_ZONE_H

#include "weir.h"

struct weir_zone;

/*
 * Opens a zone, such as Europe/Berlin. NULL with the error filled: WEIR_USAGE
 * if there is no such zone, WEIR_IO if its file cannot be read or is damaged,
 * WEIR_LIMIT if memory is refused. UTC needs no file.
 */
struct weir_zone *weir_zone_open(struct weir_text name,
                                 struct weir_error *error) WEIR_CHECKED;
/* The same, of the bytes of a TZif file, which the message does not name. */
struct weir_zone *weir_zone_parse(struct weir_text file,
                                  struct weir_error *error) WEIR_CHECKED;
/* A copy. NULL with the error filled if memory is refused. */
struct weir_zone *weir_zone_copy(const struct weir_zone *zone,
                                 struct weir_error *error) WEIR_CHECKED;
void weir_zone_close(struct weir_zone *zone);

/* What the zone's clock is ahead of UTC, in seconds, at a time in seconds since
 * 1970-01-01 00:00 UTC, in the years -1 to 10000. */
int32_t weir_zone_offset(const struct weir_zone *zone, int64_t seconds);

/*
 * The names of the zones that the database lists in zone.tab, for hints. They
 * lie in *block, which the caller frees (WEIR_MEMORY_QUERY). Returns how many
 * there are, at most `max`; 0, with *block NULL and the error filled, if the
 * list cannot be read.
 */
size_t weir_zone_names(char **block, const char **name, size_t max,
                       struct weir_error *error);

#endif
