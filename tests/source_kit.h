/*
 * What the tests of sources share: a growing buffer of bytes, compressors, a
 * source that limits the size of each read, and functions that read a source
 * to its end. A function that returns no failure fails the test instead.
 */
#ifndef WEIR_TESTS_SOURCE_KIT_H
#define WEIR_TESTS_SOURCE_KIT_H

#include "readers/sources/sources.h"

#include <check.h>
#include <errno.h>
#include <string.h>

/* Fails the test unless `done` holds. It is for checks that run a million
 * times: libcheck's own assertions write to a file each time they hold. */
#define MUST(done)                                                             \
    ((done) ? (void)0 : ck_abort_msg("%s: %s", #done, strerror(errno)))

struct bytes {
    uint8_t *at;
    size_t len, capacity;
};

void bytes_add(struct bytes *bytes, const void *from, size_t len);
void bytes_add_text(struct bytes *bytes, const char *text);
void bytes_free(struct bytes *bytes);
/* Whether `whole` begins with `part`. */
bool bytes_begin(const struct bytes *whole, const struct bytes *part);
bool bytes_same(const struct bytes *a, const struct bytes *b);

/* Appends `len` bytes of CSV, the same for the same seed. */
void bytes_add_csv(struct bytes *bytes, size_t len, unsigned seed);

/* Appends a zstd frame with a checksum and without its content size. */
void add_zstd(struct bytes *to, const void *from, size_t len);
/* The same with a window of 2^window_log bytes; 0 means zstd's default. */
void add_zstd_window(struct bytes *to, const void *from, size_t len,
                     int window_log);
/* Appends a zstd frame with its content size; `checksum` is 0 or 1. */
void add_zstd_sized(struct bytes *to, const void *from, size_t len,
                    int checksum);
/* Appends a skippable zstd frame whose content has `len` bytes. */
void add_zstd_skippable(struct bytes *to, size_t len);
/* Appends a BGZF member of up to 60000 bytes. */
void add_bgzf(struct bytes *to, const void *from, size_t len);
/* Appends a gzip member. */
void add_gzip(struct bytes *to, const void *from, size_t len);
/* Appends a gzip member whose header has every optional field. */
void add_gzip_full_header(struct bytes *to, const void *from, size_t len);

/* Appends an xz stream, whose blocks of up to 60000 bytes say how long they
 * are. */
void add_xz(struct bytes *to, const void *from, size_t len);
/* The same with blocks of up to `size` bytes, and with this lzma_check. */
void add_xz_blocks(struct bytes *to, const void *from, size_t len, size_t size,
                   int check);
/* Appends a bzip2 stream. */
void add_bzip2(struct bytes *to, const void *from, size_t len);
/* Appends an lz4 frame of blocks that refer to one another, with the checksum
 * of its text. */
void add_lz4(struct bytes *to, const void *from, size_t len);
/* Appends an lz4 frame of independent blocks, each with a checksum, and with
 * its content size. */
void add_lz4_sized(struct bytes *to, const void *from, size_t len);

/* A source of a copy of the bytes in a memory file, which exists until the
 * source is closed. NULL on failure. */
struct weir_source *file_of_bytes_open(const void *bytes, size_t len,
                                       struct weir_error *error);

/*
 * A source that reads from `inner`, which it takes over, at most
 * next_size(data) bytes at a time. NULL if `inner` is NULL.
 */
struct weir_source *chunked_open(struct weir_source *inner,
                                 size_t (*next_size)(void *data), void *data);
/* A next_size for reads of constant size: returns *(const size_t *)data. */
size_t chunked_fixed(void *data);

/*
 * Appends all bytes of the source to `into`, reading at most `capacity` bytes
 * at a time, and closes the source. Reads once more after the end or the
 * error, and fails the test unless that gives the same. Returns WEIR_END or
 * the error's status.
 */
enum weir_status drain(struct weir_source *source, size_t capacity,
                       struct bytes *into, struct weir_error *error);

/*
 * Replaces `into` by what `packed` decodes to, as if it were the file at
 * `path`. The decoder gets at most `read_size` bytes a read, and is asked for
 * at most `capacity` bytes a read. Returns WEIR_END or the error's status.
 */
enum weir_status decode(const struct bytes *packed, const char *path,
                        size_t read_size, size_t capacity, struct bytes *into,
                        struct weir_error *error);

#endif
