#include "tests/ways.h"

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

void ways_open(struct ways *ways)
{
    *ways = (struct ways){.pipe = -1};
    /* A reader that stops early must not kill the process that writes. */
    ck_assert(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    ways->file = memfd_create("weir", MFD_CLOEXEC);
    ck_assert_int_ge(ways->file, 0);
    ways->standard_input = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    strcpy(ways->folder, "/tmp/weir-ways-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(ways->folder));
    (void)snprintf(ways->fifo, sizeof ways->fifo, "%s/fifo", ways->folder);
    ck_assert_int_eq(mkfifo(ways->fifo, 0600), 0);
}

void ways_close(struct ways *ways)
{
    ways_end(ways);
    ck_assert_int_eq(close(ways->file), 0);
    if (ways->standard_input >= 0) {
        ck_assert_int_ge(dup2(ways->standard_input, STDIN_FILENO), 0);
        ck_assert_int_eq(close(ways->standard_input), 0);
    }
    ck_assert_int_eq(unlink(ways->fifo), 0);
    ck_assert_int_eq(rmdir(ways->folder), 0);
    bytes_free(&ways->packed);
}

const char *way_name(enum way way)
{
    static const char *const name[N_WAYS] = {
        "file", "redirected",   "pipe", "fifo",
        "gzip", "gzip members", "zstd", "zstd frames"};
    return name[way];
}

bool way_is_file(enum way way)
{
    return way == WAY_FILE || way >= WAY_GZIP;
}

bool ways_fit(enum way way, size_t len)
{
    return way != WAY_PIPE || len <= PIPE_BYTES;
}

/* Writes before it truncates, so that the file keeps its pages: it is rewritten
 * very often. */
static void write_file(const struct ways *ways, const void *bytes, size_t len)
{
    MUST(pwrite(ways->file, bytes, len, 0) == (ssize_t)len);
    MUST(ftruncate(ways->file, (off_t)len) == 0);
}

static void pack(struct ways *ways, enum way way, uint64_t *seed)
{
    const char *bytes = ways->bytes;
    bool cut = way == WAY_GZIP_MEMBERS || way == WAY_ZSTD_FRAMES;
    size_t at = 0;
    ways->packed.len = 0;
    do {
        size_t part = ways->len - at;
        if (cut && part)
            part = draw(seed, (unsigned)(part + 1));
        if (way == WAY_GZIP || way == WAY_GZIP_MEMBERS)
            add_gzip(&ways->packed, bytes + at, part);
        else
            add_zstd_sized(&ways->packed, bytes + at, part, (int)draw(seed, 2));
        at += part;
    } while (at < ways->len);
    write_file(ways, ways->packed.at, ways->packed.len);
}

static void fill_pipe(struct ways *ways)
{
    int ends[2];
    MUST(pipe2(ends, O_CLOEXEC) == 0);
    if (ways->len > 4096)
        MUST(fcntl(ends[1], F_SETPIPE_SZ, (int)PIPE_BYTES) >= 0);
    MUST(write(ends[1], ways->bytes, ways->len) == (ssize_t)ways->len);
    MUST(close(ends[1]) == 0);
    ways->pipe = ends[0];
}

/* Writes the fifo until its reader stops, which may be before the end. */
static void *write_fifo(void *context)
{
    struct ways *ways = context;
    const char *bytes = ways->bytes;
    int fd = open(ways->fifo, O_WRONLY | O_CLOEXEC);
    size_t done = 0;
    while (done < ways->len) {
        ssize_t n = write(fd, bytes + done, ways->len - done);
        if (n < 0)
            break;
        done += (size_t)n;
    }
    (void)close(fd);
    return NULL;
}

static const char *path_of(struct ways *ways, int fd)
{
    (void)snprintf(ways->path, sizeof ways->path, "/proc/self/fd/%d", fd);
    return ways->path;
}

const char *ways_begin(struct ways *ways, enum way way, const void *bytes,
                       size_t len, uint64_t *seed)
{
    ways->bytes = bytes;
    ways->len = len;
    switch (way) {
    case WAY_FILE:
        write_file(ways, bytes, len);
        return path_of(ways, ways->file);
    case WAY_REDIRECTED:
        write_file(ways, bytes, len);
        MUST(dup2(ways->file, STDIN_FILENO) >= 0);
        MUST(lseek(STDIN_FILENO, 0, SEEK_SET) == 0);
        return "-";
    case WAY_PIPE:
        fill_pipe(ways);
        return path_of(ways, ways->pipe);
    case WAY_FIFO:
        MUST(!pthread_create(&ways->writer, NULL, write_fifo, ways));
        ways->writing = true;
        return ways->fifo;
    default:
        pack(ways, way, seed);
        return path_of(ways, ways->file);
    }
}

void ways_end(struct ways *ways)
{
    if (ways->pipe >= 0)
        (void)close(ways->pipe);
    ways->pipe = -1;
    if (ways->writing)
        (void)pthread_join(ways->writer, NULL);
    ways->writing = false;
}
