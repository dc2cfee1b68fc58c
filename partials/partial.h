/*
 * Writing and reading partials: files, and streams of several one after
 * another.
 *
 *     writer = weir_partial_create("a.part", &info, &error);
 *     weir_partial_add(writer, 0, key, &rows, row, &error);  table 0, by key
 *     weir_partial_add(writer, 1, ...);                      then table 1
 *     weir_partial_finish(writer, &info, &counts, &error);  now it is there
 *     weir_partial_abandon(writer);
 *
 *     reader = weir_partial_open(source, "a.part", &error);
 *     while (weir_partial_next(reader, &info, &error) == WEIR_OK)
 *         weir_partial_read(reader, spills, &info, &counts, &error);
 *     weir_partial_close(reader);
 */
#ifndef WEIR_PARTIALS_PARTIAL_H
#define WEIR_PARTIALS_PARTIAL_H

#include "base/record_counts.h"
#include "base/source.h"
#include "partials/info.h"
#include "partials/spill.h"

struct weir_partial_writer;

/*
 * Writes to a file without a name in the path's folder (or, where there can be
 * none, one with another name); what is no regular file is written to as it
 * is; "-" is standard output. `info` is copied, and written at once. NULL on
 * failure.
 */
struct weir_partial_writer *
weir_partial_create(const char *path, const struct weir_partial_info *info,
                    struct weir_error *error) WEIR_CHECKED;

/* Adds a record. Tables come in their order, and in a table keys ascend. */
enum weir_status weir_partial_add(struct weir_partial_writer *writer,
                                  uint32_t table, struct weir_text key,
                                  const struct weir_state_rows *rows,
                                  size_t row,
                                  struct weir_error *error) WEIR_CHECKED;

/* Writes the end, flushes it to the disk and gives it its name. Nothing is to
 * be added then. Of `info` the places of the shards are taken, which are as
 * many as it was created with. */
enum weir_status weir_partial_finish(struct weir_partial_writer *writer,
                                     const struct weir_partial_info *info,
                                     const struct weir_record_counts *counts,
                                     struct weir_error *error) WEIR_CHECKED;

/* Closes it; unfinished, nothing is left of it. NULL allowed. */
void weir_partial_abandon(struct weir_partial_writer *writer);

/* What writing and reading hold. */
size_t weir_partial_writer_bytes(void);
size_t weir_partial_reader_bytes(void);

struct weir_partial_reader;

/* Takes the source over. `name` is for messages, and copied. NULL on
 * failure. */
struct weir_partial_reader *
weir_partial_open(struct weir_source *inner, const char *name,
                  struct weir_error *error) WEIR_CHECKED;
void weir_partial_close(struct weir_partial_reader *reader);

/*
 * The next partial of the stream: what it says of itself, to be released by
 * the caller. WEIR_END after the last. What is no partial (nothing at all is
 * none), cut or damaged is WEIR_IO, with the byte. After a failure there is
 * nothing left to do but close.
 */
enum weir_status weir_partial_next(struct weir_partial_reader *reader,
                                   struct weir_partial_info *info,
                                   struct weir_error *error) WEIR_CHECKED;

/*
 * Reads it to its end: each table becomes a run of its spill, the account is
 * added, and `info` knows the places of its shards. Only WEIR_OK says that it
 * is whole: use nothing of it before.
 */
enum weir_status weir_partial_read(struct weir_partial_reader *reader,
                                   struct weir_spill *const *spill,
                                   struct weir_partial_info *info,
                                   struct weir_record_counts *counts,
                                   struct weir_error *error) WEIR_CHECKED;

#endif
