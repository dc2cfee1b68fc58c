/*
 * A source over a file descriptor, read with read(2).
 *
 * Besides bytes, read(2) may answer: EINTR, and we ask again; EAGAIN, if
 * somebody made our standard input non-blocking, and we wait; 0, which is the
 * end only if no size was promised or all of it was read. A pipe is given until
 * due_ns if that is set.
 */
#include "readers/sources/sources.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define UNKNOWN UINT64_MAX

enum state {
    READING,
    ENDED,
    SHRUNK,
    STALLED,
    FAILED
};

struct file {
    struct weir_source source;
    struct weir_io_counters *io;
    int fd;
    enum state state;
    int number;           /* if FAILED: errno */
    uint64_t begin, byte; /* where reading began in the file, and is now */
    uint64_t end;         /* UNKNOWN except for regular files */
    char path[];
};

static bool is_standard_input(const char *path)
{
    return strcmp(path, "-") == 0;
}

const char *weir_source_name(const char *path)
{
    return is_standard_input(path) ? "standard input" : path;
}

void weir_source_place(const char *path, struct weir_error *error)
{
    if (error->place[0])
        return;
    char name[WEIR_NAME_CAPACITY];
    (void)snprintf(error->place, sizeof(error->place), "%s",
                   weir_show_name(name, weir_source_name(path)));
}

/* Whether errno means that we should ask again. Waits if it has to. */
static bool may_ask_again(const struct file *file)
{
    struct pollfd ready = {.fd = file->fd, .events = POLLIN};
    if (errno == EAGAIN && poll(&ready, 1, -1) >= 0)
        return true;
    if (errno != EINTR)
        return false;
    if (file->io && file->io->interrupted)
        file->io->interrupted(file->io->context);
    return true;
}

/* Like read(2), but in a regular file the descriptor's own offset does not
 * move, so that standard input can be opened again. */
static ssize_t read_some(const struct file *file, void *into, size_t capacity)
{
    ssize_t n;
    do
        n = file->end != UNKNOWN
                ? pread(file->fd, into, capacity, (off_t)file->byte)
                : read(file->fd, into, capacity);
    while (n < 0 && may_ask_again(file));
    return n;
}

/* Whether the time is up to wait for more bytes of a pipe. */
static bool is_stalled(const struct file *file)
{
    struct pollfd ready = {.fd = file->fd, .events = POLLIN};
    uint64_t due = weir_io_due(file->io);
    int n = 1;
    if (!due || file->end != UNKNOWN)
        return false;
    do {
        uint64_t now = weir_clock_ns();
        n = poll(&ready, 1, now < due ? (int)((due - now) / 1000000) : 0);
    } while (n < 0 && errno == EINTR);
    return n == 0;
}

static enum weir_status shrunk(const struct file *file, uint64_t byte,
                               struct weir_error *error)
{
    weir_fail(error, WEIR_IO,
              "file changed while being read: it ends at byte %" PRIu64
              ", and had %" PRIu64 " when opened",
              byte, file->end);
    weir_source_place(file->path, error);
    return WEIR_IO;
}

static enum weir_status failed(const struct file *file, uint64_t byte,
                               int number, struct weir_error *error)
{
    errno = number;
    weir_fail_errno(error, "cannot read at byte %" PRIu64, byte);
    weir_source_place(file->path, error);
    return error->status;
}

/* What reading returns after the end or an error. */
static ptrdiff_t over(const struct file *file, struct weir_error *error)
{
    if (file->state == ENDED)
        return 0;
    if (file->state == STALLED)
        return weir_fail(error, WEIR_LIMIT, WEIR_STALLED);
    return file->state == SHRUNK
               ? shrunk(file, file->byte, error)
               : failed(file, file->byte, file->number, error);
}

static ptrdiff_t file_read(struct weir_source *source, void *into,
                           size_t capacity, struct weir_error *error)
{
    struct file *file = (struct file *)source;
    if (file->state == READING && is_stalled(file))
        file->state = STALLED;
    if (file->state != READING)
        return over(file, error);

    uint64_t left = file->end - file->byte; /* very large if UNKNOWN */
    ssize_t n = 0;
    uint64_t begin = weir_clock_ns();
    if (left > 0)
        n = read_some(file, into, left < capacity ? (size_t)left : capacity);
    weir_io_time(file->io ? &file->io->reading_ns : NULL, begin);
    if (n > 0) {
        file->byte += (uint64_t)n;
        if (file->io)
            weir_io_add(&file->io->raw_bytes, (uint64_t)n);
        return n;
    }
    if (n < 0) {
        file->state = FAILED;
        file->number = errno;
    } else {
        file->state = left == 0 || file->end == UNKNOWN ? ENDED : SHRUNK;
    }
    return over(file, error);
}

static enum weir_status file_read_at(const struct weir_source *source,
                                     void *into, size_t len, uint64_t place,
                                     struct weir_error *error)
{
    const struct file *file = (const struct file *)source;
    size_t done = 0;
    uint64_t begin = weir_clock_ns();
    while (done < len) {
        ssize_t n = pread(file->fd, (char *)into + done, len - done,
                          (off_t)(place + done));
        if (n > 0) {
            done += (size_t)n;
            continue;
        }
        if (n < 0 && may_ask_again(file))
            continue;
        return n < 0 ? failed(file, place + done, errno, error)
                     : shrunk(file, place + done, error);
    }
    weir_io_time(file->io ? &file->io->reading_ns : NULL, begin);
    return WEIR_OK;
}

static bool file_extent(const struct weir_source *source, uint64_t *from,
                        uint64_t *to)
{
    const struct file *file = (const struct file *)source;
    *from = file->begin;
    *to = file->end;
    return file->end != UNKNOWN;
}

static void file_close(struct weir_source *source)
{
    struct file *file = (struct file *)source;
    if (file->fd >= 0 && !is_standard_input(file->path))
        (void)close(file->fd);
    weir_free(WEIR_MEMORY_READER, file);
}

static void file_estimate(const struct weir_source *source,
                          struct weir_estimate *estimate)
{
    const struct file *file = (const struct file *)source;
    weir_estimate_add(estimate, sizeof(*file) + strlen(file->path) + 1,
                      "input file");
}

static const struct weir_source_ops file_ops = {
    .read = file_read,
    .read_at = file_read_at,
    .extent = file_extent,
    .close = file_close,
    .estimate = file_estimate,
};

/* Finds out what kind of file it is, and how much there is to read. */
static enum weir_status peek(struct file *file, struct weir_error *error)
{
    struct stat status;
    if (fstat(file->fd, &status) != 0)
        return weir_fail_errno(error, "cannot open");
    if (S_ISDIR(status.st_mode))
        return weir_fail(error, WEIR_IO,
                         "is a directory, where a file is expected");
    if (!S_ISREG(status.st_mode) || status.st_size == 0)
        return WEIR_OK;

    /* Some of standard input may have been read already. */
    off_t at = lseek(file->fd, 0, SEEK_CUR);
    if (at < 0)
        return weir_fail_errno(error, "cannot open");
    file->begin = file->byte = (uint64_t)at;
    file->end = (uint64_t)(at > status.st_size ? at : status.st_size);
    if (file->io)
        weir_io_add(&file->io->total, file->end - file->byte);
    /* This is advice; it may be ignored. */
    (void)posix_fadvise(file->fd, at, 0, POSIX_FADV_SEQUENTIAL);
    return WEIR_OK;
}

static bool find(const char *path, struct stat *status)
{
    return (is_standard_input(path) ? fstat(STDIN_FILENO, status)
                                    : stat(path, status)) == 0;
}

bool weir_file_repeats(const char *path)
{
    struct stat status;
    return find(path, &status) && S_ISREG(status.st_mode);
}

enum weir_status weir_file_once(const char *path, bool *once,
                                struct weir_error *error)
{
    struct stat status;
    *once = false;
    if (!find(path, &status)) {
        weir_fail_errno(error, "cannot open");
        weir_source_place(path, error);
        return error->status;
    }
    *once = !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
    return WEIR_OK;
}

uint64_t weir_file_size(const char *path)
{
    struct stat status;
    if (is_standard_input(path) || stat(path, &status) != 0 ||
        !S_ISREG(status.st_mode))
        return 0;
    return (uint64_t)status.st_size;
}

static int open_path(const char *path)
{
    int fd;
    if (is_standard_input(path))
        return STDIN_FILENO;
    do /* a signal may come while a fifo waits for its writer */
        fd = open(path, O_RDONLY | O_CLOEXEC);
    while (fd < 0 && errno == EINTR);
    return fd;
}

struct weir_source *weir_file_open(const char *path,
                                   struct weir_io_counters *io,
                                   struct weir_error *error)
{
    size_t bytes = sizeof(struct file) + strlen(path) + 1;
    struct file *file = weir_alloc(WEIR_MEMORY_READER, bytes);
    if (!file) {
        weir_fail_memory(error, "an input file", bytes);
        weir_source_place(path, error);
        return NULL;
    }
    *file = (struct file){.source.ops = &file_ops, .io = io, .end = UNKNOWN};
    strcpy(file->path, path);

    file->fd = open_path(path);
    enum weir_status status = file->fd < 0
                                  ? weir_fail_errno(error, "cannot open")
                                  : peek(file, error);
    if (status != WEIR_OK) {
        weir_source_place(path, error);
        file_close(&file->source);
        return NULL;
    }
    return &file->source;
}

bool weir_file_overwrites(const char *path, const char *other, int fd)
{
    struct stat to, from;
    return stat(path, &to) == 0 && S_ISREG(to.st_mode) &&
           (other ? stat(other, &from) : fstat(fd, &from)) == 0 &&
           to.st_dev == from.st_dev && to.st_ino == from.st_ino;
}

bool weir_file_is(const char *path, const char *other)
{
    return other &&
           (!strcmp(path, other) || weir_file_overwrites(path, other, -1));
}
