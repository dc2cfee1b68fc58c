#include "partials/spill.h"

#include "base/error.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Capacity for bytes that are not written to the file yet. */
#define MEMORY_CAPACITY ((size_t)4 * WEIR_BLOCK_GOAL)
#define RUNS_MIN ((size_t)16)

size_t weir_spill_rest_bytes(void)
{
    return weir_memory_block_bytes(MEMORY_CAPACITY) +
           WEIR_RUNS_MAX * sizeof(struct weir_run);
}

size_t weir_spill_bytes(void)
{
    return weir_spill_rest_bytes() + weir_block_bytes();
}

enum weir_status weir_spill_init(struct weir_spill *spill, const char *folder,
                                 struct weir_error *error)
{
    *spill = (struct weir_spill){.folder = folder, .fd = -1};
    spill->memory = weir_alloc(WEIR_MEMORY_SPILL, MEMORY_CAPACITY);
    return spill->memory
               ? WEIR_OK
               : weir_fail_memory(error, "a run of groups", MEMORY_CAPACITY);
}

void weir_spill_release(struct weir_spill *spill)
{
    /* A zeroed spill has no memory, and the file of its fd 0 is not its own. */
    if (spill->memory && spill->fd >= 0)
        (void)close(spill->fd);
    weir_free(WEIR_MEMORY_SPILL, spill->memory);
    weir_free(WEIR_MEMORY_SPILL, spill->run);
    weir_block_release(&spill->block);
    *spill = (struct weir_spill){.fd = -1};
}

void weir_spill_rest(struct weir_spill *spill)
{
    weir_block_release(&spill->block);
}

uint64_t weir_spill_len(const struct weir_spill *spill)
{
    return spill->written + spill->memory_len;
}

/* Opens a file without a name. If the file system has no such files, opens one
 * with a name and removes the name at once. */
static int open_nameless(const char *folder)
{
    char path[4096];
    int fd = open(folder, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    if ((size_t)snprintf(path, sizeof path, "%s/weir-XXXXXX", folder) >=
        sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

static enum weir_status write_failed(const struct weir_spill *spill,
                                     struct weir_error *error)
{
    char size[32], name[WEIR_NAME_CAPACITY];
    return weir_fail_errno(error,
                           "cannot write groups to a temporary file in %s, "
                           "after %s; --temp-dir names another folder",
                           weir_show_name(name, spill->folder),
                           weir_size_text(size, spill->written));
}

static enum weir_status write_out(struct weir_spill *spill, const char *bytes,
                                  size_t len, struct weir_error *error)
{
    if (spill->fd < 0) {
        char name[WEIR_NAME_CAPACITY];
        spill->fd = open_nameless(spill->folder);
        if (spill->fd < 0)
            return weir_fail_errno(
                error,
                "cannot make a temporary file in %s; --temp-dir names another "
                "folder",
                weir_show_name(name, spill->folder));
    }
    while (len) {
        ssize_t n = pwrite(spill->fd, bytes, len, (off_t)spill->written);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return write_failed(spill, error);
        spill->written += (uint64_t)n;
        bytes += n;
        len -= (size_t)n;
    }
    return WEIR_OK;
}

static enum weir_status append(struct weir_spill *spill, const char *bytes,
                               size_t len, struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    if (spill->memory_len + len > MEMORY_CAPACITY) {
        status = write_out(spill, spill->memory, spill->memory_len, error);
        if (status)
            return status;
        spill->memory_len = 0;
    }
    if (len > MEMORY_CAPACITY)
        return write_out(spill, bytes, len, error);
    memcpy(spill->memory + spill->memory_len, bytes, len);
    spill->memory_len += len;
    return WEIR_OK;
}

/* Returns the run being written, or NULL if memory was refused. */
static struct weir_run *open_run(struct weir_spill *spill)
{
    if (!spill->open) {
        size_t need = spill->n_runs < RUNS_MIN ? RUNS_MIN : spill->n_runs + 1;
        if (!weir_grow(WEIR_MEMORY_SPILL, &spill->run, &spill->runs_capacity,
                       need))
            return NULL;
        spill->run[spill->n_runs++] =
            (struct weir_run){.begin = weir_spill_len(spill)};
        spill->open = true;
        weir_block_begin(&spill->block);
    }
    return &spill->run[spill->n_runs - 1];
}

enum weir_status weir_spill_frame(struct weir_spill *spill,
                                  const struct weir_frame *frame,
                                  const char *payload, struct weir_error *error)
{
    char header[WEIR_FRAME_BYTES];
    struct weir_run *run = open_run(spill);
    if (!run)
        return weir_fail_memory(error, "the list of runs",
                                2 * spill->runs_capacity * sizeof *run);
    weir_frame_write(frame, header);
    enum weir_status status = append(spill, header, sizeof header, error);
    if (!status)
        status = append(spill, payload, frame->stored, error);
    run->n += frame->n;
    run->end = weir_spill_len(spill);
    spill->packed |= frame->zstd;
    return status;
}

static enum weir_status put_block(struct weir_spill *spill,
                                  struct weir_error *error)
{
    struct weir_block *block = &spill->block;
    struct weir_frame frame = {.kind = WEIR_FRAME_BLOCK,
                               .n = block->n,
                               .raw = (uint32_t)block->len,
                               .stored = (uint32_t)block->len};
    if (!block->n)
        return WEIR_OK;
    frame.check = weir_frame_check(block->bytes, block->len);
    enum weir_status status =
        weir_spill_frame(spill, &frame, block->bytes, error);
    weir_block_begin(block);
    return status;
}

enum weir_status weir_spill_add(struct weir_spill *spill, struct weir_text key,
                                const struct weir_state_rows *rows, size_t row,
                                struct weir_error *error)
{
    if (!open_run(spill) || !weir_block_add(&spill->block, key, rows, row))
        return weir_fail_memory(error, "a run of groups",
                                spill->block.capacity + key.len);
    return weir_block_full(&spill->block) ? put_block(spill, error) : WEIR_OK;
}

enum weir_status weir_spill_end(struct weir_spill *spill,
                                struct weir_error *error)
{
    enum weir_status status = put_block(spill, error);
    spill->open = false;
    return status;
}

enum weir_status weir_spill_read(const struct weir_spill *spill, uint64_t place,
                                 char *into, size_t len,
                                 struct weir_error *error)
{
    char name[WEIR_NAME_CAPACITY];
    while (len && place < spill->written) {
        uint64_t left = spill->written - place;
        size_t want = left < len ? (size_t)left : len;
        ssize_t n = pread(spill->fd, into, want, (off_t)place);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return weir_fail_errno(error, "cannot read a temporary file in %s",
                                   weir_show_name(name, spill->folder));
        if (n == 0)
            return weir_fail(error, WEIR_IO,
                             "a temporary file in %s became shorter",
                             weir_show_name(name, spill->folder));
        place += (uint64_t)n;
        into += n;
        len -= (size_t)n;
    }
    if (len)
        memcpy(into, spill->memory + (place - spill->written), len);
    return WEIR_OK;
}

void weir_spill_forget(struct weir_spill *spill, const struct weir_run *run)
{
    uint64_t end = run->end < spill->written ? run->end : spill->written;
    /* This is only a hint. If it fails, the disk space is used longer. */
    if (spill->fd >= 0 && run->begin < end)
        (void)fallocate(spill->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                        (off_t)run->begin, (off_t)(end - run->begin));
    /* The runs are in the order of their offsets: find it by bisection. */
    size_t i = 0;
    for (size_t n = spill->n_runs; n > 1; n -= n / 2)
        if (spill->run[i + n / 2].begin <= run->begin)
            i += n / 2;
    spill->n_runs--;
    memmove(&spill->run[i], &spill->run[i + 1],
            (spill->n_runs - i) * sizeof *spill->run);
}
