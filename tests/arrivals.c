#include "tests/arrivals.h"

#include "tests/trial.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The largest pipe that Linux allows without privileges. */
#define PIPE_BYTES ((size_t)1 << 20)

void arrivals_open(struct arrivals *arrivals)
{
    *arrivals = (struct arrivals){.pipe = -1};
    /* A reader that stops early must not kill the process that writes. */
    ck_assert(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    arrivals->file = memfd_create("weir", MFD_CLOEXEC);
    ck_assert_int_ge(arrivals->file, 0);
    arrivals->standard_input = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    strcpy(arrivals->folder, "/tmp/weir-arrivals-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(arrivals->folder));
    (void)snprintf(arrivals->fifo, sizeof arrivals->fifo, "%s/fifo",
                   arrivals->folder);
    ck_assert_int_eq(mkfifo(arrivals->fifo, 0600), 0);
}

void arrivals_close(struct arrivals *arrivals)
{
    arrivals_end(arrivals);
    ck_assert_int_eq(close(arrivals->file), 0);
    if (arrivals->standard_input >= 0) {
        ck_assert_int_ge(dup2(arrivals->standard_input, STDIN_FILENO), 0);
        ck_assert_int_eq(close(arrivals->standard_input), 0);
    }
    ck_assert_int_eq(unlink(arrivals->fifo), 0);
    ck_assert_int_eq(rmdir(arrivals->folder), 0);
    bytes_free(&arrivals->packed);
}

const char *arrival_name(enum arrival arrival)
{
    static const char *const name[N_ARRIVALS] = {
        "file", "redirected",   "pipe", "fifo",
        "gzip", "gzip members", "zstd", "zstd frames"};
    return name[arrival];
}

bool arrival_is_file(enum arrival arrival)
{
    return arrival == ARRIVAL_FILE || arrival >= ARRIVAL_GZIP;
}

bool arrivals_fit(enum arrival arrival, size_t len)
{
    return arrival != ARRIVAL_PIPE || len <= PIPE_BYTES;
}

/* Writes before it truncates, so that the file keeps its pages: it is rewritten
 * very often. */
static void write_file(const struct arrivals *arrivals, const void *bytes,
                       size_t len)
{
    MUST(pwrite(arrivals->file, bytes, len, 0) == (ssize_t)len);
    MUST(ftruncate(arrivals->file, (off_t)len) == 0);
}

static void pack(struct arrivals *arrivals, enum arrival arrival,
                 uint64_t *seed)
{
    const char *bytes = arrivals->bytes;
    bool cut =
        arrival == ARRIVAL_GZIP_MEMBERS || arrival == ARRIVAL_ZSTD_FRAMES;
    size_t at = 0;
    arrivals->packed.len = 0;
    do {
        size_t part = arrivals->len - at;
        if (cut && part)
            part = draw(seed, (unsigned)(part + 1));
        if (arrival == ARRIVAL_GZIP || arrival == ARRIVAL_GZIP_MEMBERS)
            add_gzip(&arrivals->packed, bytes + at, part);
        else
            add_zstd_sized(&arrivals->packed, bytes + at, part,
                           (int)draw(seed, 2));
        at += part;
    } while (at < arrivals->len);
    write_file(arrivals, arrivals->packed.at, arrivals->packed.len);
}

static void fill_pipe(struct arrivals *arrivals)
{
    int ends[2];
    MUST(pipe2(ends, O_CLOEXEC) == 0);
    if (arrivals->len > 4096)
        MUST(fcntl(ends[1], F_SETPIPE_SZ, (int)PIPE_BYTES) >= 0);
    MUST(write(ends[1], arrivals->bytes, arrivals->len) ==
         (ssize_t)arrivals->len);
    MUST(close(ends[1]) == 0);
    arrivals->pipe = ends[0];
}

/* Writes the fifo until its reader stops, which may be before the end. */
static void *write_fifo(void *context)
{
    struct arrivals *arrivals = context;
    const char *bytes = arrivals->bytes;
    int fd = open(arrivals->fifo, O_WRONLY | O_CLOEXEC);
    size_t done = 0;
    while (done < arrivals->len) {
        ssize_t n = write(fd, bytes + done, arrivals->len - done);
        if (n < 0)
            break;
        done += (size_t)n;
    }
    (void)close(fd);
    return NULL;
}

static const char *path_of(struct arrivals *arrivals, int fd)
{
    (void)snprintf(arrivals->path, sizeof arrivals->path, "/proc/self/fd/%d",
                   fd);
    return arrivals->path;
}

const char *arrivals_begin(struct arrivals *arrivals, enum arrival arrival,
                           const void *bytes, size_t len, uint64_t *seed)
{
    arrivals->bytes = bytes;
    arrivals->len = len;
    switch (arrival) {
    case ARRIVAL_FILE:
        write_file(arrivals, bytes, len);
        return path_of(arrivals, arrivals->file);
    case ARRIVAL_REDIRECTED:
        write_file(arrivals, bytes, len);
        MUST(dup2(arrivals->file, STDIN_FILENO) >= 0);
        MUST(lseek(STDIN_FILENO, 0, SEEK_SET) == 0);
        return "-";
    case ARRIVAL_PIPE:
        fill_pipe(arrivals);
        return path_of(arrivals, arrivals->pipe);
    case ARRIVAL_FIFO:
        MUST(!pthread_create(&arrivals->writer, NULL, write_fifo, arrivals));
        arrivals->writing = true;
        return arrivals->fifo;
    default:
        pack(arrivals, arrival, seed);
        return path_of(arrivals, arrivals->file);
    }
}

void arrivals_end(struct arrivals *arrivals)
{
    if (arrivals->pipe >= 0)
        (void)close(arrivals->pipe);
    arrivals->pipe = -1;
    if (arrivals->writing)
        (void)pthread_join(arrivals->writer, NULL);
    arrivals->writing = false;
}
