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
 *
 * A writer, and a reader, belong to one thread at a time.
 */
#ifndef WEIR_PARTIALS_PARTIAL_H
#define WEIR_PARTIALS_PARTIAL_H

#include "base/source.h"
#include "partials/info.h"
#include "partials/spill.h"

struct weir_partial_writer;

/*
 * Creates a partial. It is written to a file without a name in the path's
 * folder, or under a temporary name if the file system has no such files. If
 * the path exists and is not a regular file, the partial is written to it
 * directly; "-" is standard output. `info` is copied and written at once.
 * Returns NULL on failure.
 */
struct weir_partial_writer *
weir_partial_create(const char *path, const struct weir_partial_info *info,
                    struct weir_error *error) WEIR_CHECKED;

/* Adds a record. Tables must come in ascending order, and keys must ascend
 * within a table. */
enum weir_status weir_partial_add(struct weir_partial_writer *writer,
                                  uint32_t table, struct weir_text key,
                                  const struct weir_state_rows *rows,
                                  size_t row,
                                  struct weir_error *error) WEIR_CHECKED;

/* Says what the run had set aside, which is copied. At most once; without it,
 * nothing was. */
enum weir_status weir_partial_aside(struct weir_partial_writer *writer,
                                    struct weir_set_aside *aside,
                                    struct weir_error *error) WEIR_CHECKED;

/* Writes the end, flushes the file to the disk and gives it its name. After
 * that nothing may be added. Only the shards' `begins` and `ends` are taken
 * from `info`, which must have as many shards as at creation. */
enum weir_status weir_partial_finish(struct weir_partial_writer *writer,
                                     const struct weir_partial_info *info,
                                     const struct weir_record_counts *counts,
                                     struct weir_error *error) WEIR_CHECKED;

/* Closes the writer. If it was not finished, the file is removed. NULL
 * allowed. */
void weir_partial_abandon(struct weir_partial_writer *writer);

/* Memory in bytes of a writer, and of a reader. */
size_t weir_partial_writer_bytes(void);
size_t weir_partial_reader_bytes(void);

struct weir_partial_reader;

/* Takes over the source, also on failure. `name` is for messages and is copied.
 * Returns NULL on failure. */
struct weir_partial_reader *
weir_partial_open(struct weir_source *inner, const char *name,
                  struct weir_error *error) WEIR_CHECKED;
void weir_partial_close(struct weir_partial_reader *reader);

/*
 * Reads the description of the next partial in the stream. The caller releases
 * `info`. WEIR_END after the last. WEIR_IO, with the byte, if the input is not
 * a partial (an empty input is none), is truncated or damaged. After a failure
 * the reader can only be closed.
 */
enum weir_status weir_partial_next(struct weir_partial_reader *reader,
                                   struct weir_partial_info *info,
                                   struct weir_error *error) WEIR_CHECKED;

/*
 * Reads the rest of the partial: each table becomes a run of its spill, the
 * record counts are added to `counts`, `info` gets the `begins` and `ends` of
 * its shards, and what was set aside is added to info->aside. Only WEIR_OK says
 * that the partial is complete; do not use anything of it before.
 */
enum weir_status weir_partial_read(struct weir_partial_reader *reader,
                                   struct weir_spill *const *spill,
                                   struct weir_partial_info *info,
                                   struct weir_record_counts *counts,
                                   struct weir_error *error) WEIR_CHECKED;

#endif
