/*
 * A run is frames, one after another; the records of a frame's block are read
 * from memory.
 *
 *     | header, payload | header, payload | ...           |
 *                         place                           end
 */
#include "partials/run_reader.h"

#include "base/error.h"
#include <inttypes.h>

#define KEY_CAPACITY ((size_t)256)
/* Capacity for a block. If no record is long, a block exceeds its goal by less
 * than 4 KiB. */
#define BLOCK_CAPACITY (WEIR_BLOCK_GOAL + 4096)

size_t weir_run_reader_bytes(void)
{
    return sizeof(struct weir_run_reader) + BLOCK_CAPACITY + KEY_CAPACITY + 64;
}

void weir_run_reader_release(struct weir_run_reader *reader)
{
    weir_free(WEIR_MEMORY_SPILL, reader->block);
    weir_records_release(&reader->records);
}

void weir_run_reader_begin(struct weir_run_reader *reader,
                           const struct weir_spill *spill,
                           const struct weir_run *run)
{
    reader->spill = spill;
    reader->place = run->begin;
    reader->end = run->end;
    reader->over = false;
    weir_records_begin(&reader->records, (struct weir_text){NULL, 0}, 0);
}

static enum weir_status refused(size_t bytes, struct weir_error *error)
{
    return weir_fail_memory(error, "merging groups", bytes);
}

enum weir_status weir_run_reader_damaged(const struct weir_run_reader *reader,
                                         struct weir_error *error)
{
    char name[WEIR_NAME_CAPACITY];
    return weir_fail(error, WEIR_IO,
                     "a temporary file in %s is not what was written there, "
                     "before byte %" PRIu64,
                     weir_show_name(name, reader->spill->folder),
                     reader->place);
}

static enum weir_status read_payload(struct weir_run_reader *reader,
                                     struct weir_pack *pack,
                                     const struct weir_frame *frame,
                                     struct weir_error *error)
{
    size_t need = frame->raw < BLOCK_CAPACITY ? BLOCK_CAPACITY : frame->raw;
    if (!weir_grow(WEIR_MEMORY_SPILL, &reader->block, &reader->capacity,
                   need) ||
        (frame->zstd && !weir_pack_reserve(pack, frame->stored)))
        return refused(frame->raw, error);
    char *stored = frame->zstd ? pack->bytes : reader->block;
    enum weir_status status = weir_spill_read(reader->spill, reader->place,
                                              stored, frame->stored, error);
    reader->place += frame->stored;
    if (status)
        return status;
    if (weir_frame_check(stored, frame->stored) != frame->check)
        return weir_run_reader_damaged(reader, error);
    if (frame->zstd)
        status = weir_unpack(pack, frame, reader->block);
    if (status == WEIR_LIMIT)
        return refused(weir_unpack_bytes(), error);
    return status ? weir_run_reader_damaged(reader, error) : WEIR_OK;
}

static enum weir_status next_block(struct weir_run_reader *reader,
                                   struct weir_pack *pack,
                                   struct weir_error *error)
{
    char header[WEIR_FRAME_BYTES];
    struct weir_frame frame;
    enum weir_status status = weir_spill_read(reader->spill, reader->place,
                                              header, sizeof header, error);
    if (status)
        return status;
    reader->place += sizeof header;
    if (!weir_frame_read(header, &frame) || frame.kind != WEIR_FRAME_BLOCK ||
        frame.stored > reader->end - reader->place)
        return weir_run_reader_damaged(reader, error);
    status = read_payload(reader, pack, &frame, error);
    weir_records_begin(&reader->records,
                       (struct weir_text){reader->block, frame.raw}, frame.n);
    return status;
}

enum weir_status weir_run_reader_next(struct weir_run_reader *reader,
                                      struct weir_pack *pack,
                                      struct weir_error *error)
{
    for (;;) {
        enum weir_status status = weir_records_next(&reader->records);
        if (status == WEIR_OK)
            return status;
        if (status == WEIR_LIMIT)
            return refused(reader->records.key_len, error);
        if (status == WEIR_DATA)
            return weir_run_reader_damaged(reader, error);
        reader->over = reader->place >= reader->end;
        if (reader->over)
            return WEIR_OK;
        status = next_block(reader, pack, error);
        if (status)
            return status;
    }
}
