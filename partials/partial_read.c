/*
 * Reading partials. Frames are verified and passed on unchanged. The record
 * counts, the length and the checksum in a partial's end frame must equal what
 * was read.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/error.h"
#include "base/mechanism.h"
#include "partials/aside.h"
#include "partials/partial.h"

struct weir_partial_reader {
    struct weir_source *source;
    char *name;
    uint64_t byte;    /* offset in the stream of the next byte to read */
    uint64_t partial; /* offset at which the current partial begins */
    uint64_t partials;
    uint32_t table, n_tables;
    uint64_t *n; /* [table]: number of records read */
    char *payload;
    size_t capacity;
    XXH64_state_t hash; /* of this partial, up to its last block */
};

size_t weir_partial_reader_bytes(void)
{
    return sizeof(struct weir_partial_reader) + 2 * WEIR_BLOCK_GOAL;
}

/* Sets the place of a failure: the byte offset at which something begins. */
static enum weir_status at_byte(const struct weir_partial_reader *reader,
                                uint64_t byte, struct weir_error *error)
{
    char name[WEIR_NAME_CAPACITY];
    (void)snprintf(error->place, sizeof error->place, "%s (byte %" PRIu64 ")",
                   weir_show_name(name, reader->name), byte);
    return weir_fail_at(error, byte);
}

static enum weir_status damaged(const struct weir_partial_reader *reader,
                                uint64_t byte, const char *what,
                                struct weir_error *error)
{
    weir_fail(error, WEIR_IO, "the partial is damaged: %s", what);
    return at_byte(reader, byte, error);
}

static enum weir_status refused(size_t bytes, struct weir_error *error)
{
    return weir_fail_memory(error, "reading a partial", bytes);
}

struct weir_partial_reader *weir_partial_open(struct weir_source *inner,
                                              const char *name,
                                              struct weir_error *error)
{
    struct weir_partial_reader *reader =
        weir_alloc_zero(WEIR_MEMORY_SPILL, sizeof *reader);
    if (!reader) {
        weir_source_close(inner);
        refused(sizeof *reader, error);
        return NULL;
    }
    reader->source = inner;
    reader->name = weir_copy_text(WEIR_MEMORY_SPILL, name, strlen(name));
    if (!reader->name) {
        refused(strlen(name), error);
        weir_partial_close(reader);
        return NULL;
    }
    return reader;
}

void weir_partial_close(struct weir_partial_reader *reader)
{
    if (!reader)
        return;
    weir_source_close(reader->source);
    weir_free(WEIR_MEMORY_SPILL, reader->name);
    weir_free(WEIR_MEMORY_SPILL, reader->n);
    weir_free(WEIR_MEMORY_SPILL, reader->payload);
    weir_free(WEIR_MEMORY_SPILL, reader);
}

/* Reading bytes. ---------------------------------------------------------- */

/* Reads up to `len` bytes. Returns how many there were, or a status below
 * zero. */
static ptrdiff_t take(struct weir_partial_reader *reader, char *into,
                      size_t len, struct weir_error *error)
{
    size_t done = 0;
    while (done < len) {
        ptrdiff_t n = weir_read(reader->source, into + done, len - done, error);
        if (n < 0)
            return n;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    reader->byte += done;
    return (ptrdiff_t)done;
}

/* Reads exactly `len` bytes; a truncated partial is a failure. */
static enum weir_status take_all(struct weir_partial_reader *reader, char *into,
                                 size_t len, const char *what,
                                 struct weir_error *error)
{
    ptrdiff_t n = take(reader, into, len, error);
    if (n < 0)
        return (enum weir_status)n;
    if ((size_t)n == len)
        return WEIR_OK;
    weir_fail(error, WEIR_IO,
              "the partial that begins at byte %" PRIu64
              " is truncated: it ends inside %s",
              reader->partial, what);
    return at_byte(reader, reader->byte, error);
}

/* Reads the next frame and verifies its payload. *begin is its offset. */
static enum weir_status take_frame(struct weir_partial_reader *reader,
                                   struct weir_frame *frame, char *header,
                                   uint64_t *begin, struct weir_error *error)
{
    *begin = reader->byte;
    enum weir_status status =
        take_all(reader, header, WEIR_FRAME_BYTES, "a frame's header", error);
    if (status)
        return status;
    if (!weir_frame_read(header, frame))
        return damaged(reader, *begin,
                       "the checksum of a frame's header is not that of its "
                       "bytes",
                       error);
    size_t need = frame->stored < WEIR_BLOCK_GOAL ? WEIR_BLOCK_GOAL
                                                  : (size_t)frame->stored;
    if (!weir_grow(WEIR_MEMORY_SPILL, &reader->payload, &reader->capacity,
                   need))
        return refused(need, error);
    status = take_all(reader, reader->payload, frame->stored, "a frame", error);
    if (!status &&
        weir_frame_check(reader->payload, frame->stored) != frame->check)
        status =
            damaged(reader, *begin,
                    "the checksum of a frame is not that of its bytes", error);
    return status;
}

static void add_to_hash(struct weir_partial_reader *reader, const char *header,
                        const struct weir_frame *frame)
{
    XXH64_update(&reader->hash, header, WEIR_FRAME_BYTES);
    XXH64_update(&reader->hash, reader->payload, frame->stored);
}

/* The head. --------------------------------------------------------------- */

static enum weir_status take_preamble(struct weir_partial_reader *reader,
                                      struct weir_error *error)
{
    char bytes[WEIR_PARTIAL_PREAMBLE];
    reader->partial = reader->byte;
    ptrdiff_t n = take(reader, bytes, sizeof bytes, error);
    if (n < 0)
        return (enum weir_status)n;
    if (n == 0 && reader->partials)
        return WEIR_END;
    size_t len = (size_t)n;
    if (len == 0 || memcmp(bytes, WEIR_PARTIAL_MAGIC, len < 8 ? len : 8) != 0) {
        weir_fail(error, WEIR_IO, "is no partial of weir%s",
                  len ? "" : ": it is empty");
        return at_byte(reader, reader->partial, error);
    }
    if (len < sizeof bytes) {
        weir_fail(error, WEIR_IO,
                  "the partial that begins at byte %" PRIu64
                  " is truncated: it ends inside its first bytes",
                  reader->partial);
        return at_byte(reader, reader->byte, error);
    }
    uint64_t version = weir_fixed_at(bytes + 8, 4);
    if (version != WEIR_PARTIAL_VERSION || weir_fixed_at(bytes + 12, 4)) {
        weir_fail(error, WEIR_IO,
                  "is a partial of version %" PRIu64 ".%" PRIu64
                  ", and this weir reads version %d.0",
                  version, weir_fixed_at(bytes + 12, 4), WEIR_PARTIAL_VERSION);
        return at_byte(reader, reader->partial + 8, error);
    }
    XXH64_reset(&reader->hash, 0);
    XXH64_update(&reader->hash, bytes, sizeof bytes);
    return WEIR_OK;
}

static enum weir_status take_info(struct weir_partial_reader *reader,
                                  struct weir_partial_info *info,
                                  struct weir_error *error)
{
    char header[WEIR_FRAME_BYTES];
    struct weir_frame frame;
    uint64_t begin;
    enum weir_status status = take_frame(reader, &frame, header, &begin, error);
    if (status)
        return status;
    if (frame.kind != WEIR_FRAME_HEADER || frame.zstd)
        return damaged(reader, begin, "there is no header", error);
    add_to_hash(reader, header, &frame);
    status = weir_partial_info_load(
        info, (struct weir_text){reader->payload, frame.stored}, error);
    return status ? at_byte(reader, begin, error) : WEIR_OK;
}

enum weir_status weir_partial_next(struct weir_partial_reader *reader,
                                   struct weir_partial_info *info,
                                   struct weir_error *error)
{
    enum weir_status status = take_preamble(reader, error);
    *info = (struct weir_partial_info){0};
    if (!status)
        status = take_info(reader, info, error);
    if (status)
        return status;
    reader->partials++;
    reader->table = 0;
    reader->n_tables = info->n_tables;
    weir_free(WEIR_MEMORY_SPILL, reader->n);
    reader->n = weir_alloc_zero(WEIR_MEMORY_SPILL,
                                (info->n_tables + 1) * sizeof *reader->n);
    if (reader->n)
        return WEIR_OK;
    weir_partial_info_release(info);
    return refused(reader->n_tables * sizeof *reader->n, error);
}

/* The rest. --------------------------------------------------------------- */

static bool get_counts(struct weir_text *from,
                       struct weir_record_counts *counts)
{
    uint64_t *const each[] = {
        &counts->read,   &counts->used,    &counts->filtered, &counts->rejected,
        &counts->padded, &counts->surplus, &counts->nulled,   &counts->bytes};
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        uint64_t count;
        if (!weir_get_varint(from, &count))
            return false;
        *each[i] += count;
    }
    return true;
}

static bool counts_agree(const struct weir_partial_reader *reader,
                         struct weir_text *from)
{
    uint64_t n;
    if (!weir_get_varint(from, &n) || n != reader->n_tables)
        return false;
    for (uint32_t i = 0; i < reader->n_tables; i++)
        if (!weir_get_varint(from, &n) || n != reader->n[i])
            return false;
    return true;
}

static enum weir_status check_end(const struct weir_partial_reader *reader,
                                  const struct weir_frame *frame,
                                  uint64_t begin,
                                  struct weir_partial_info *info,
                                  struct weir_record_counts *counts,
                                  struct weir_error *error)
{
    struct weir_text rest = {reader->payload, frame->stored};
    struct weir_record_counts added = *counts;
    uint64_t len, hash;
    if (frame->zstd || !get_counts(&rest, &added) ||
        !counts_agree(reader, &rest) ||
        !weir_partial_info_places(info, &rest) ||
        !weir_aside_load(info->aside, &rest) || !weir_get_varint(&rest, &len) ||
        len != begin - reader->partial || !weir_get_fixed(&rest, 8, &hash) ||
        rest.len)
        return damaged(reader, begin, "its end counts other records", error);
    if (hash != XXH64_digest(&reader->hash))
        return damaged(reader, begin,
                       "the checksum at its end is not that of its bytes",
                       error);
    *counts = added;
    return WEIR_OK;
}

/* Adds a block to the run of its table. The first block of a later table ends
 * the run of the table before. */
static enum weir_status pass_on(struct weir_partial_reader *reader,
                                const struct weir_frame *frame, uint64_t begin,
                                struct weir_spill *const *spill,
                                struct weir_error *error)
{
    if (frame->table < reader->table || frame->table >= reader->n_tables)
        return damaged(reader, begin, "a block is of no table", error);
    if (frame->table != reader->table) {
        enum weir_status status = weir_spill_end(spill[reader->table], error);
        if (status)
            return status;
    }
    reader->table = frame->table;
    reader->n[frame->table] += frame->n;
    return weir_spill_frame(spill[frame->table], frame, reader->payload, error);
}

enum weir_status weir_partial_read(struct weir_partial_reader *reader,
                                   struct weir_spill *const *spill,
                                   struct weir_partial_info *info,
                                   struct weir_record_counts *counts,
                                   struct weir_error *error)
{
    char header[WEIR_FRAME_BYTES];
    struct weir_frame frame;
    uint64_t begin;
    for (;;) {
        enum weir_status status =
            take_frame(reader, &frame, header, &begin, error);
        if (status)
            return status;
        if (frame.kind == WEIR_FRAME_END)
            break;
        if (frame.kind != WEIR_FRAME_BLOCK)
            return damaged(reader, begin, "unknown frame type", error);
        add_to_hash(reader, header, &frame);
        status = pass_on(reader, &frame, begin, spill, error);
        if (status)
            return status;
    }
    if (reader->n_tables) {
        enum weir_status status = weir_spill_end(spill[reader->table], error);
        if (status)
            return status;
    }
    weir_ran(WEIR_RAN_PARTIAL_READ);
    return check_end(reader, &frame, begin, info, counts, error);
}
