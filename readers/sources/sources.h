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

/* A boundary in compressed bytes. `text` is the amount of text before the first
 * part that begins at `raw` or later; it is WEIR_BOUNDARY_UNSEEN until a
 * decoder reaches that part. */
#define WEIR_BOUNDARY_UNSEEN UINT64_MAX
struct weir_boundary {
    uint64_t raw, text;
};

/* All members zero is the default. */
struct weir_source_options {
    uint64_t max_window;        /* a decoder's maximum, in bytes; 0: 128 MiB */
    struct weir_boundary *mark; /* two, which the decoder fills in, or NULL */
    /* For zstd; borrowed until close. NULL: none. */
    const struct weir_zstd_dictionary *dictionary;
};

/* Reads a zstd dictionary from a file, for any number of sources. Returns NULL
 * on failure. */
struct weir_zstd_dictionary *
weir_zstd_dictionary_open(const char *path,
                          struct weir_error *error) WEIR_CHECKED;
void weir_zstd_dictionary_close(struct weir_zstd_dictionary *dictionary);
void weir_zstd_dictionary_estimate(
    const struct weir_zstd_dictionary *dictionary,
    struct weir_estimate *estimate);

/*
 * Opens a file for its bytes as they are. "-" is standard input, which stays
 * open. Regular files, fifos, pipes, terminals and devices can be opened. A
 * regular file ends at the size it had when opened; if it ends before, that is
 * an error. A file that claims no size (like those of /proc) is read to its
 * end.
 *
 * `io` may be NULL. Its total grows by the file's size when it is opened, and
 * its raw_bytes by every read. `path` is copied. Returns NULL on failure.
 */
struct weir_source *weir_file_open(const char *path,
                                   struct weir_io_counters *io,
                                   struct weir_error *error) WEIR_CHECKED;

/* The name of the i-th codec, for lists; NULL after the last. */
const char *weir_codec_name(size_t i);

/* Whether it is a regular file, which gives the same bytes again. */
bool weir_file_repeats(const char *path);

/* Sets *once if the path is that of something that gives its bytes only once,
 * and whose opening may wait: a fifo, a pipe, a terminal, another device.
 * WEIR_IO if there is no such file. */
enum weir_status weir_file_once(const char *path, bool *once,
                                struct weir_error *error) WEIR_CHECKED;

/* The size of a regular file in bytes. 0 if it is not a regular file, or does
 * not exist, or is standard input. */
uint64_t weir_file_size(const char *path);

/* Whether `path` is an existing regular file and the same file as `other`, or
 * as the one behind `fd` if `other` is NULL. */
bool weir_file_overwrites(const char *path, const char *other, int fd);

/* Whether the two paths name the same file. Equal paths do so also if there is
 * no such file yet. `other` may be NULL. */
bool weir_file_is(const char *path, const char *other);

/* A source over bytes, borrowed until close. Returns NULL on failure. */
struct weir_source *
weir_memory_source_open(const void *bytes, size_t len,
                        struct weir_error *error) WEIR_CHECKED;

/* A source over a read function, as struct weir_input (weir.h) describes it.
 * Returns NULL on failure. */
struct weir_source *weir_caller_source_open(
    ptrdiff_t (*read)(void *context, void *into, size_t capacity),
    void *context, struct weir_error *error) WEIR_CHECKED;

/*
 * Opens a file and decodes it as many times as its content says (it may be zstd
 * of gzip). The first bytes decide, and the name does not. But it is an error
 * if the name promises a compressed file and the file is empty, or holds
 * neither compressed data nor text.
 *
 * It decodes the first few bytes, so that damage there is found at once and
 * the source's memory estimate is complete. `options` and `io` may be
 * NULL. Returns NULL on failure.
 */
struct weir_source *weir_source_open(const char *path,
                                     const struct weir_source_options *options,
                                     struct weir_io_counters *io,
                                     struct weir_error *error) WEIR_CHECKED;

/* The same over any source, which it takes over, also on failure. `path` is
 * copied, for messages and for what the name promises. */
struct weir_source *
weir_source_detect(struct weir_source *inner, const char *path,
                   const struct weir_source_options *options,
                   struct weir_error *error) WEIR_CHECKED;

/*
 * From here on, a thread of its own decodes what weir_source_open returned,
 * before the caller reads it. The bytes and errors stay the same. `io` counts
 * that thread's time and may be NULL. Returns false, and changes nothing, if
 * there is nothing to decode, or if there is no memory or no thread.
 */
bool weir_source_prefetch(struct weir_source *source,
                          struct weir_io_counters *io);

/* Whether the source has to be decoded. */
bool weir_source_decodes(const struct weir_source *source);
/* What a prefetch holds beyond its decoder, in bytes. */
size_t weir_prefetch_bytes(void);

/* The name of a path in messages: the path, or "standard input". */
const char *weir_source_name(const char *path);

/* If the failure has no place yet, the input's name becomes its place. */
void weir_source_place(const char *path, struct weir_error *error);

#endif
