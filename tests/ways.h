/*
 * The same bytes as users bring them: a real file, standard input, a pipe, a
 * fifo, compressed files. Each way has a path that the reader opens.
 */
#ifndef WEIR_TESTS_WAYS_H
#define WEIR_TESTS_WAYS_H

#include "tests/source_kit.h"

#include <pthread.h>

enum way {
    WAY_FILE,
    WAY_REDIRECTED, /* standard input is a file */
    WAY_PIPE,
    WAY_FIFO,
    WAY_GZIP,
    WAY_GZIP_MEMBERS,
    WAY_ZSTD,
    WAY_ZSTD_FRAMES,
    N_WAYS
};

/* One process has one of these; its files are reused. Zero, but for `file`:
 * see ways_open. */
struct ways {
    int file; /* in memory; WAY_FILE and those that compress share it */
    int standard_input;
    int pipe; /* -1: none is open */
    char folder[32], fifo[48], path[48];
    struct bytes packed;
    const void *bytes; /* what the fifo's writer writes */
    size_t len;
    pthread_t writer;
    bool writing;
};

/* Fails the test where the machine has no files in memory or no fifos. */
void ways_open(struct ways *ways);
void ways_close(struct ways *ways);

const char *way_name(enum way way);

/* Whether its path is a file's, which can be opened again: a shard's is. */
bool way_is_file(enum way way);

/* Whether the way can bring so many bytes: a pipe holds all of them. */
bool ways_fit(enum way way, size_t len);

/*
 * Brings the bytes, and returns the path to open. Both are borrowed until
 * ways_end, which comes after the input was read. Several frames or members
 * are cut at places drawn from *seed.
 */
const char *ways_begin(struct ways *ways, enum way way, const void *bytes,
                       size_t len, uint64_t *seed);
void ways_end(struct ways *ways);

#endif
