/*
 * Writing a partial. The file has no name until it is complete, so a file with
 * the name is always complete, and a killed process leaves nothing behind. The
 * only exception is the moment between the last two calls, during which
 * PATH.xxxxxxxx exists. On file systems without nameless files PATH.xxxxxxxx
 * exists from the beginning.
 *
 *     open(folder, O_TMPFILE) ... fsync, link as PATH.xxxxxxxx, rename to PATH
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/error.h"
#include "base/mechanism.h"
#include "base/write.h"
#include "partials/aside.h"
#include "partials/pack.h"
#include "partials/partial.h"

struct weir_partial_writer {
    int fd;
    bool ours;       /* to be closed; false for standard output */
    bool nameless;   /* has no name yet */
    char *temporary; /* temporary name PATH.xxxxxxxx, or NULL if none is
                        needed */
    char *path;
    uint32_t table, n_tables;
    uint64_t *n; /* [table]: number of records */
    char *aside; /* what was set aside, as it is saved */
    size_t aside_len;
    uint64_t len;
    XXH64_state_t hash; /* of all bytes written */
    struct weir_block block;
    struct weir_pack pack;
};

size_t weir_partial_writer_bytes(void)
{
    return sizeof(struct weir_partial_writer) + weir_block_bytes() +
           weir_pack_bytes();
}

static const char *name_of(const struct weir_partial_writer *writer)
{
    return strcmp(writer->path, "-") ? writer->path : "standard output";
}

static enum weir_status failed(const struct weir_partial_writer *writer,
                               const char *what, struct weir_error *error)
{
    char name[WEIR_NAME_CAPACITY];
    weir_fail_errno(error, "cannot %s the partial", what);
    (void)snprintf(error->place, sizeof error->place, "%s",
                   weir_show_name(name, name_of(writer)));
    return error->status;
}

/* Writing. ---------------------------------------------------------------- */

static enum weir_status put(struct weir_partial_writer *writer,
                            const char *bytes, size_t len,
                            struct weir_error *error)
{
    XXH64_update(&writer->hash, bytes, len);
    writer->len += len;
    errno = weir_write_all(writer->fd, bytes, len, NULL);
    return errno ? failed(writer, "write", error) : WEIR_OK;
}

static enum weir_status put_frame(struct weir_partial_writer *writer,
                                  const struct weir_frame *frame,
                                  const char *payload, struct weir_error *error)
{
    char header[WEIR_FRAME_BYTES];
    struct weir_frame checked = *frame;
    checked.check = weir_frame_check(payload, frame->stored);
    weir_frame_write(&checked, header);
    enum weir_status status = put(writer, header, sizeof header, error);
    return status ? status : put(writer, payload, frame->stored, error);
}

static enum weir_status put_block(struct weir_partial_writer *writer,
                                  struct weir_error *error)
{
    struct weir_block *block = &writer->block;
    size_t packed;
    if (!block->n)
        return WEIR_OK;
    if (!weir_pack(&writer->pack, block->bytes, block->len, &packed))
        return weir_fail_memory(error, "a partial", weir_pack_bytes());
    struct weir_frame frame = {.kind = WEIR_FRAME_BLOCK,
                               .zstd = packed != 0,
                               .table = (uint16_t)writer->table,
                               .n = block->n,
                               .raw = (uint32_t)block->len,
                               .stored =
                                   (uint32_t)(packed ? packed : block->len)};
    enum weir_status status = put_frame(
        writer, &frame, packed ? writer->pack.bytes : block->bytes, error);
    writer->n[writer->table] += block->n;
    weir_block_begin(block);
    return status;
}

static enum weir_status put_head(struct weir_partial_writer *writer,
                                 const struct weir_partial_info *info,
                                 struct weir_error *error)
{
    char preamble[WEIR_PARTIAL_PREAMBLE];
    size_t len;
    memcpy(preamble, WEIR_PARTIAL_MAGIC, 8);
    weir_put_fixed(preamble + 8, WEIR_PARTIAL_VERSION, 8);
    enum weir_status status = put(writer, preamble, sizeof preamble, error);
    if (status)
        return status;
    char *saved = weir_partial_info_save(info, &len);
    if (!saved || len > UINT32_MAX) {
        weir_free(WEIR_MEMORY_SPILL, saved);
        return weir_fail_memory(error, "a partial's header", len);
    }
    struct weir_frame frame = {.kind = WEIR_FRAME_HEADER,
                               .raw = (uint32_t)len,
                               .stored = (uint32_t)len};
    status = put_frame(writer, &frame, saved, error);
    weir_free(WEIR_MEMORY_SPILL, saved);
    return status;
}

enum weir_status weir_partial_aside(struct weir_partial_writer *writer,
                                    struct weir_set_aside *aside,
                                    struct weir_error *error)
{
    size_t capacity = weir_aside_capacity(aside);
    weir_free(WEIR_MEMORY_SPILL, writer->aside);
    writer->aside = weir_alloc(WEIR_MEMORY_SPILL, capacity);
    if (!writer->aside)
        return weir_fail_memory(error, "a partial's end", capacity);
    writer->aside_len =
        (size_t)(weir_aside_save(aside, writer->aside) - writer->aside);
    return WEIR_OK;
}

static enum weir_status put_end(struct weir_partial_writer *writer,
                                const struct weir_partial_info *info,
                                const struct weir_record_counts *counts,
                                struct weir_error *error)
{
    size_t capacity =
        (11 + (size_t)writer->n_tables + 2 * (size_t)info->n_shards) *
            WEIR_VARINT_CAPACITY +
        weir_aside_capacity(NULL) + writer->aside_len + 8;
    char *bytes = weir_alloc(WEIR_MEMORY_SPILL, capacity), *at = bytes;
    if (!bytes)
        return weir_fail_memory(error, "a partial's end", capacity);
    const uint64_t each[] = {
        counts->read,     counts->used,   counts->filtered,
        counts->rejected, counts->padded, counts->surplus,
        counts->nulled,   counts->bytes,  writer->n_tables};
    for (size_t i = 0; i < sizeof each / sizeof *each; i++)
        at = weir_put_varint(at, each[i]);
    for (uint32_t i = 0; i < writer->n_tables; i++)
        at = weir_put_varint(at, writer->n[i]);
    for (uint32_t i = 0; i < info->n_shards; i++) {
        at = weir_put_varint(at, info->shards[i].begins);
        at = weir_put_varint(at, info->shards[i].ends);
    }
    if (writer->aside)
        memcpy(at, writer->aside, writer->aside_len);
    else
        at = weir_aside_save(NULL, at);
    at += writer->aside_len;
    at = weir_put_varint(at, writer->len);
    at = weir_put_fixed(at, XXH64_digest(&writer->hash), 8);
    size_t len = (size_t)(at - bytes);
    struct weir_frame frame = {
        .kind = WEIR_FRAME_END, .raw = (uint32_t)len, .stored = (uint32_t)len};
    enum weir_status status = put_frame(writer, &frame, bytes, error);
    weir_free(WEIR_MEMORY_SPILL, bytes);
    return status;
}

/* Names. ------------------------------------------------------------------ */

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return weir_copy_text(WEIR_MEMORY_SPILL, ".", 1);
    return weir_copy_text(WEIR_MEMORY_SPILL, path,
                          slash == path ? 1 : (size_t)(slash - path));
}

/* Makes a temporary name next to the path. It is very unlikely to exist. */
static bool draw_name(struct weir_partial_writer *writer)
{
    struct timespec now;
    size_t capacity = strlen(writer->path) + 32;
    writer->temporary = weir_alloc(WEIR_MEMORY_SPILL, capacity);
    if (!writer->temporary)
        return false;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    uint64_t drawn[2] = {(uint64_t)now.tv_nsec, (uint64_t)getpid()};
    (void)snprintf(writer->temporary, capacity, "%s.%08x", writer->path,
                   (unsigned)weir_frame_check((char *)drawn, sizeof drawn));
    return true;
}

/* Opens the file to write to, without a name if that is possible. */
static int open_file(struct weir_partial_writer *writer)
{
    struct stat status;
    bool there = stat(writer->path, &status) == 0;
    if (!there && errno != ENOENT)
        return -1;
    if (there && !S_ISREG(status.st_mode))
        return open(writer->path, O_WRONLY | O_CLOEXEC);
    char *folder = folder_of(writer->path);
    if (!folder || !draw_name(writer)) {
        weir_free(WEIR_MEMORY_SPILL, folder);
        errno = ENOMEM;
        return -1;
    }
    int fd = -1;
    if (access("/proc/self/fd", X_OK) == 0)
        fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    weir_free(WEIR_MEMORY_SPILL, folder);
    writer->nameless = fd >= 0;
    if (fd < 0)
        fd = open(writer->temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC,
                  0666);
    if (fd < 0) { /* there is no file to remove */
        weir_free(WEIR_MEMORY_SPILL, writer->temporary);
        writer->temporary = NULL;
    }
    return fd;
}

/* Flushes the folder, so that the new name survives a power failure too. If a
 * folder cannot be flushed, only the file itself was. */
static void flush_folder(const char *path)
{
    char *folder = folder_of(path);
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        (void)fsync(fd);
        (void)close(fd);
    }
    weir_free(WEIR_MEMORY_SPILL, folder);
}

/* Flushes the file to the disk and gives it its temporary name. */
static enum weir_status keep(struct weir_partial_writer *writer,
                             struct weir_error *error)
{
    if (!writer->temporary)
        return WEIR_OK;
    if (fsync(writer->fd) != 0)
        return failed(writer, "write", error);
    if (writer->nameless) {
        char link[64];
        (void)snprintf(link, sizeof link, "/proc/self/fd/%d", writer->fd);
        if (linkat(AT_FDCWD, link, AT_FDCWD, writer->temporary,
                   AT_SYMLINK_FOLLOW) != 0)
            return failed(writer, "name", error);
        writer->nameless = false;
    }
    return WEIR_OK;
}

/* Closes the file. If closing fails, the file may be incomplete and gets no
 * name. */
static enum weir_status close_file(struct weir_partial_writer *writer,
                                   struct weir_error *error)
{
    int fd = writer->fd;
    if (!writer->ours)
        return WEIR_OK;
    writer->fd = -1;
    return close(fd) == 0 || errno == EINTR ? WEIR_OK
                                            : failed(writer, "write", error);
}

static enum weir_status give_name(struct weir_partial_writer *writer,
                                  struct weir_error *error)
{
    if (!writer->temporary)
        return WEIR_OK;
    if (rename(writer->temporary, writer->path) != 0)
        return failed(writer, "name", error);
    weir_free(WEIR_MEMORY_SPILL, writer->temporary);
    writer->temporary = NULL;
    flush_folder(writer->path);
    weir_ran(WEIR_RAN_PARTIAL_WRITTEN);
    return WEIR_OK;
}

/* The writer. ------------------------------------------------------------- */

static enum weir_status begin(struct weir_partial_writer *writer,
                              const char *path,
                              const struct weir_partial_info *info,
                              struct weir_error *error)
{
    writer->n_tables = info->n_tables;
    writer->path = weir_copy_text(WEIR_MEMORY_SPILL, path, strlen(path));
    writer->n = weir_alloc_zero(WEIR_MEMORY_SPILL,
                                (info->n_tables + 1) * sizeof *writer->n);
    if (!writer->path || !writer->n)
        return weir_fail_memory(error, "a partial", sizeof *writer);
    XXH64_reset(&writer->hash, 0);
    writer->ours = strcmp(path, "-") != 0;
    writer->fd = writer->ours ? open_file(writer) : STDOUT_FILENO;
    if (writer->fd < 0)
        return failed(writer, "create", error);
    return put_head(writer, info, error);
}

struct weir_partial_writer *
weir_partial_create(const char *path, const struct weir_partial_info *info,
                    struct weir_error *error)
{
    assert(info->n_tables <= UINT16_MAX);
    struct weir_partial_writer *writer =
        weir_alloc_zero(WEIR_MEMORY_SPILL, sizeof *writer);
    if (!writer)
        return weir_no_memory(error, "a partial", sizeof *writer);
    writer->fd = -1;
    if (begin(writer, path, info, error) != WEIR_OK) {
        weir_partial_abandon(writer);
        return NULL;
    }
    return writer;
}

enum weir_status weir_partial_add(struct weir_partial_writer *writer,
                                  uint32_t table, struct weir_text key,
                                  const struct weir_state_rows *rows,
                                  size_t row, struct weir_error *error)
{
    assert(table >= writer->table && table < writer->n_tables);
    enum weir_status status = WEIR_OK;
    if (table != writer->table || weir_block_full(&writer->block))
        status = put_block(writer, error);
    writer->table = table;
    if (!status && !weir_block_add(&writer->block, key, rows, row))
        status = weir_fail_memory(error, "a partial",
                                  writer->block.capacity + key.len);
    return status;
}

enum weir_status weir_partial_finish(struct weir_partial_writer *writer,
                                     const struct weir_partial_info *info,
                                     const struct weir_record_counts *counts,
                                     struct weir_error *error)
{
    enum weir_status status = put_block(writer, error);
    if (!status)
        status = put_end(writer, info, counts, error);
    if (!status)
        status = keep(writer, error);
    if (!status)
        status = close_file(writer, error);
    return status ? status : give_name(writer, error);
}

void weir_partial_abandon(struct weir_partial_writer *writer)
{
    if (!writer)
        return;
    if (writer->ours && writer->fd >= 0)
        (void)close(writer->fd);
    if (writer->temporary && !writer->nameless)
        (void)unlink(writer->temporary);
    weir_free(WEIR_MEMORY_SPILL, writer->temporary);
    weir_free(WEIR_MEMORY_SPILL, writer->path);
    weir_free(WEIR_MEMORY_SPILL, writer->n);
    weir_free(WEIR_MEMORY_SPILL, writer->aside);
    weir_block_release(&writer->block);
    weir_pack_release(&writer->pack);
    weir_free(WEIR_MEMORY_SPILL, writer);
}
