/*
 * Where bytes come from: files, memory, and the decoders over them.
 *
 *     struct weir_source *source =
 *         weir_source_open("users.csv.gz", &options, &io, &error);
 *     while ((n = weir_read(source, into, capacity, &error)) > 0)
 *         ...
 *     weir_source_close(source);
 */
#ifndef WEIR_READERS_SOURCES_SOURCES_H
#define WEIR_READERS_SOURCES_SOURCES_H

#include "base/error.h"
#include "base/source.h"

/* A place in compressed bytes, and how much text there was before the first
 * part that begins there or later; WEIR_BOUNDARY_UNSEEN until that is reached.
 */
#define WEIR_BOUNDARY_UNSEEN UINT64_MAX
struct weir_boundary {
    uint64_t raw, text;
};

/* All zero is the default. */
struct weir_source_options {
    uint64_t max_window; /* bytes a decoder may look back; 0 is 128 MiB */
    struct weir_boundary
        *mark; /* two, which the decoder fills in; NULL: none */
};

/*
 * The bytes of a file as they are; "-" is standard input, which stays open.
 * Regular files, fifos, pipes, terminals and devices. A regular file ends at
 * the size it had when opened, and is an error if it ends before. A file that
 * claims no size (as those of /proc do) is read to its end.
 *
 * `meter` may be NULL; its total grows by the file's size when opened, and its
 * raw_bytes by every read. `path` is copied. NULL on failure.
 */
struct weir_source *weir_file_open(const char *path,
                                   struct weir_io_counters *io,
                                   struct weir_error *error) WEIR_CHECKED;

/* The name of the i-th codec, for lists; NULL past the last. */
const char *weir_codec_name(size_t i);

/* Whether it can be opened again, to give the same bytes: a regular file. */
bool weir_file_repeats(const char *path);

/* The size of a regular file; 0 where it is none, or is not there. */
uint64_t weir_file_size(const char *path);

/* Bytes in memory, borrowed until close. NULL on failure. */
struct weir_source *
weir_memory_source_open(const void *bytes, size_t len,
                        struct weir_error *error) WEIR_CHECKED;

/*
 * A file, decoded as often as its content says: zstd of gzip is read through.
 * It is the first bytes that count, never the name. But a file that is named
 * as a compressed one and holds neither that nor text, or nothing, is an error.
 *
 * Decodes the first few bytes, so that damage there is found now, and so that
 * the estimate of what is returned is whole. `options` may be NULL.
 */
struct weir_source *weir_source_open(const char *path,
                                     const struct weir_source_options *options,
                                     struct weir_io_counters *io,
                                     struct weir_error *error) WEIR_CHECKED;

/* The same over any source. `path` only serves messages, and is copied. */
struct weir_source *
weir_source_detect(struct weir_source *inner, const char *path,
                   const struct weir_source_options *options,
                   struct weir_error *error) WEIR_CHECKED;

/*
 * Of what weir_source_open gave: from here on it is decoded by a thread of its
 * own, ahead of who reads it, to the same bytes and errors; the meter, NULL
 * allowed, counts that thread's time. Where there is nothing to decode, and
 * where the memory or the thread can't be had, false, and all is as before.
 */
bool weir_source_prefetch(struct weir_source *source,
                          struct weir_io_counters *io);

/* Whether it has to be decoded, and what reading ahead would then hold. */
bool weir_source_decodes(const struct weir_source *source);
size_t weir_prefetch_bytes(void);

/* What a path is called in messages: itself, or "standard input". */
const char *weir_source_name(const char *path);

/* Gives a failure that has no place yet the input's name as its place. */
void weir_source_place(const char *path, struct weir_error *error);

static inline void weir_source_estimate(const struct weir_source *source,
                                        struct weir_estimate *estimate)
{
    source->ops->estimate(source, estimate);
}

#endif
