/*
 * The ways in which users give bytes to weir: a file, standard input, a pipe,
 * a fifo, compressed files. Each ends in a path that the
 * reader opens.
 */
#ifndef WEIR_TESTS_ARRIVALS_H
#define WEIR_TESTS_ARRIVALS_H

#include "tests/source_kit.h"

#include <pthread.h>

enum arrival {
    ARRIVAL_FILE,
    ARRIVAL_REDIRECTED, /* standard input, which is a file */
    ARRIVAL_PIPE,
    ARRIVAL_FIFO,
    ARRIVAL_GZIP,
    ARRIVAL_GZIP_MEMBERS,
    ARRIVAL_ZSTD,
    ARRIVAL_ZSTD_FRAMES,
    N_ARRIVALS
};

/* The files behind the arrivals. A process has one of these and reuses its
 * files. It is used by one thread. */
struct arrivals {
    int file; /* memory file, of ARRIVAL_FILE and of compressed bytes */
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
void arrivals_open(struct arrivals *arrivals);
void arrivals_close(struct arrivals *arrivals);

const char *arrival_name(enum arrival arrival);

/* Whether the path is that of a regular file, which can be opened several
 * times, as the shards of an input are. */
bool arrival_is_file(enum arrival arrival);

/* Whether `len` bytes can arrive so. The limit of ARRIVAL_PIPE is the size
 * of a pipe, 1 MiB, because nothing writes to it while it is read. */
bool arrivals_fit(enum arrival arrival, size_t len);

/*
 * Makes the bytes arrive so and returns the path to open. The bytes
 * must live until arrivals_end, and so does the path; call arrivals_end after
 * the input was read. Arrivals of several frames or members split the
 * bytes at offsets drawn from *seed.
 */
const char *arrivals_begin(struct arrivals *arrivals, enum arrival arrival,
                           const void *bytes, size_t len, uint64_t *seed);
void arrivals_end(struct arrivals *arrivals);

#endif
