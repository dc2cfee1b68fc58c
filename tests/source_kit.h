/*
 * What tests of sources share: bytes that grow, compressors, a source that
 * hands its bytes out in chosen sizes, and reading to the end.
 */
#ifndef WEIR_TESTS_SOURCE_KIT_H
#define WEIR_TESTS_SOURCE_KIT_H

#include "readers/sources/sources.h"

#include <check.h>
#include <errno.h>
#include <string.h>

/* Fails the test unless `done`, for what comes a million times: libcheck's own
 * assertions write to a file whenever they hold. */
#define MUST(done)                                                             \
    ((done) ? (void)0 : ck_abort_msg("%s: %s", #done, strerror(errno)))

struct bytes {
    uint8_t *at;
    size_t len, capacity;
};

void bytes_add(struct bytes *bytes, const void *from, size_t len);
void bytes_add_text(struct bytes *bytes, const char *text);
void bytes_free(struct bytes *bytes);
bool bytes_begin(const struct bytes *whole, const struct bytes *part);
bool bytes_same(const struct bytes *a, const struct bytes *b);

/* Some `len` bytes of CSV, the same for the same seed. */
void bytes_add_csv(struct bytes *bytes, size_t len, unsigned seed);

/* Appends a zstd frame, with a checksum and without its content's size. */
void add_zstd(struct bytes *to, const void *from, size_t len);
/* The same with a window of 2 to the `window_log`. */
void add_zstd_window(struct bytes *to, const void *from, size_t len,
                     int window_log);
/* Appends a frame that says its content's size. */
void add_zstd_sized(struct bytes *to, const void *from, size_t len,
                    int checksum);
/* Appends a frame that is to be skipped, of `len` bytes. */
void add_zstd_skippable(struct bytes *to, size_t len);
/* Appends a BGZF member of up to 60000 bytes. */
void add_bgzf(struct bytes *to, const void *from, size_t len);
/* Appends a gzip member. */
void add_gzip(struct bytes *to, const void *from, size_t len);
/* Appends a gzip member whose header has all fields there are. */
void add_gzip_full_header(struct bytes *to, const void *from, size_t len);

/* The bytes as a file, which is in memory and gone once it is closed. NULL on
 * failure. */
struct weir_source *file_of_bytes_open(const void *bytes, size_t len,
                                       struct weir_error *error);

/*
 * Hands out reads of at most next_size(data) bytes, from `inner`, which is
 * taken over. NULL on failure.
 */
struct weir_source *chunked_open(struct weir_source *inner,
                                 size_t (*next_size)(void *data), void *data);
/* A next_size: always *(const size_t *)data. */
size_t chunked_fixed(void *data);

/*
 * Reads to the end, `room` bytes at a time, and asks once more: ends and
 * errors are sticky. WEIR_END or what failed. Closes the source.
 */
enum weir_status drain(struct weir_source *source, size_t capacity,
                       struct bytes *into, struct weir_error *error);

/*
 * Decodes `packed` as a file of that name would be, in reads of `feed` bytes
 * from below and `room` bytes from above. WEIR_END or what failed.
 */
enum weir_status decode(const struct bytes *packed, const char *path,
                        size_t read_size, size_t capacity, struct bytes *into,
                        struct weir_error *error);

#endif
