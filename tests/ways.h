/*
 * The ways in which users give bytes to weir: a file, standard input, a pipe,
 * a fifo, compressed files. Each way ends in a path that the reader opens.
 */
#ifndef WEIR_TESTS_WAYS_H
#define WEIR_TESTS_WAYS_H

#include "tests/source_kit.h"

#include <pthread.h>

enum way {
    WAY_FILE,
    WAY_REDIRECTED, /* standard input, which is a file */
    WAY_PIPE,
    WAY_FIFO,
    WAY_GZIP,
    WAY_GZIP_MEMBERS,
    WAY_ZSTD,
    WAY_ZSTD_FRAMES,
    N_WAYS
};

/* The files behind the ways. A process has one of these and reuses its files.
 * It is used by one thread. */
struct ways {
    int file;           /* memory file, of WAY_FILE and the compressed ways */
    int standard_input; /* copy of the process's own; -1: it has none */
    int pipe;           /* reading end; -1: no pipe is open */
    char folder[32], fifo[48], path[48];
    struct bytes packed;
    const void *bytes; /* current input; a thread writes it to the fifo */
    size_t len;
    pthread_t writer;
    bool writing;
};

/* Fails the test if the machine has no memory files or no fifos. From then on
 * the process ignores SIGPIPE. */
void ways_open(struct ways *ways);
void ways_close(struct ways *ways);

const char *way_name(enum way way);

/* Whether the way's path is that of a regular file, which can be opened
 * several times, as the shards of an input are. */
bool way_is_file(enum way way);

/* Whether the way can give `len` bytes. The limit of WAY_PIPE is the size of a
 * pipe, 1 MiB, because nothing writes to it while it is read. */
bool ways_fit(enum way way, size_t len);

/*
 * Makes the bytes available by the way and returns the path to open. The bytes
 * must live until ways_end, and so does the path; call ways_end after the
 * input was read. Ways of several frames or members split the bytes at offsets
 * drawn from *seed.
 */
const char *ways_begin(struct ways *ways, enum way way, const void *bytes,
                       size_t len, uint64_t *seed);
void ways_end(struct ways *ways);

#endif
