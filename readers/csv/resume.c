/*
 * Positions and seeking: to continue where another stream has stopped.
 *
 * In a compressed file, decoding begins where a part begins, and what lies
 * between that and the position is decoded and dropped, not parsed:
 *
 *     part 1 | part 2 | part 3 ...... part | part 4
 *                     raw |---skip--->|
 *                                     the position
 *
 * A stream in sequence meets the beginnings of parts as it decodes, and the
 * decoder may be several parts further than the leftover begins. So the stream
 * keeps the last part that began before the leftover, and one after it. An
 * input that is compressed twice, and a shard of parts that is read in
 * sequence, are decoded from the beginning.
 *
 * A seek is carried out before the first batch, or with the first segment.
 */
#include "readers/csv/record.h"
#include "readers/csv/ways.h"

#include "base/error.h"
#include "base/mechanism.h"
#include <string.h>

#define CHUNK ((size_t)65536)

/* The decoder of the input, if it can begin at a part; otherwise NULL. */
static struct weir_decoder *decoder_of(const struct weir_csv *csv)
{
    if (csv->current.clone)
        return csv->current.clone;
    return csv->current.opened && csv->shard.share != WEIR_SHARE_PARTS
               ? weir_source_decoder(csv->current.opened)
               : NULL;
}

void weir_csv_note_part(struct weir_csv *csv)
{
    const struct weir_decoder *decoder = decoder_of(csv);
    if (!decoder)
        return;
    if (csv->resume.later.byte <= csv->current.buffer.consumed)
        csv->resume.part = csv->resume.later;
    if (csv->resume.later.byte <= csv->resume.part.byte)
        csv->resume.later = decoder->part;
}

static bool is_plain(const struct weir_csv *csv)
{
    uint64_t from, to;
    return weir_source_extent(csv->current.opened, &from, &to);
}

void weir_csv_position(const struct weir_stream *stream,
                       struct weir_position *place)
{
    const struct weir_csv *csv = (const struct weir_csv *)stream;
    const struct weir_split *split = csv->inputs.split;
    *place =
        (struct weir_position){.input = (uint32_t)csv->current.next_input - 1,
                               .no_guesses = csv->resume.guesses_never};
    if (csv->resume.pending) {
        *place = csv->resume.target;
    } else if (csv->current.buffer.ended || !csv->current.opened) {
        place->input++;
    } else if (csv->current.segments.begun) {
        place->raw = csv->current.segments.boundary;
        place->skip = csv->current.segments.ends;
    } else if (csv->shard.share == WEIR_SHARE_PARTS && csv->seq == 0) {
        /* The beginning of the shard's segments, or of the text. */
    } else if (is_plain(csv)) {
        place->raw = csv->current.buffer.consumed;
    } else {
        place->raw = csv->resume.part.raw;
        place->skip = csv->current.buffer.consumed - csv->resume.part.byte;
    }
    if (split) {
        place->split[0] = split->begins;
        place->split[1] = split->ends;
    }
}

/* Whether the position's input is the open one, or one of the shard's after it.
 * After the last input, only its end is a position. */
static bool has_input(const struct weir_csv *csv,
                      const struct weir_position *place)
{
    if (place->input == csv->shard.past_input)
        return !place->raw && !place->skip;
    return place->input < csv->shard.past_input &&
           place->input + (size_t)1 >= csv->current.next_input;
}

/* Whether the open input has the position: decoding may begin there, or it is
 * not before the end of the header. */
static bool has_place(const struct weir_csv *csv,
                      const struct weir_position *place)
{
    const struct weir_decoder *decoder =
        csv->current.clone ? csv->current.clone
                           : weir_source_decoder(csv->current.opened);
    const struct weir_source *raw =
        decoder ? decoder->inner : csv->current.opened;
    uint64_t from = 0, to = UINT64_MAX;
    (void)weir_source_extent(raw, &from, &to);
    if (csv->shard.share == WEIR_SHARE_PARTS)
        to = csv->shard.mark[1].raw;
    if (place->raw > to || place->skip > UINT64_MAX - place->raw)
        return false;
    if (decoder && (csv->shard.share == WEIR_SHARE_PARTS || place->raw > from))
        return true;
    return place->skip + (decoder ? 0 : place->raw) >=
           csv->current.buffer.consumed;
}

enum weir_status weir_csv_resume(struct weir_csv *csv,
                                 const struct weir_position *place,
                                 struct weir_error *error)
{
    struct weir_split *split = csv->inputs.split;
    enum weir_status status = WEIR_OK;
    if (!has_input(csv, place))
        return WEIR_END;
    if (split) {
        split->begins = place->split[0];
        split->ends = place->split[1];
    }
    csv->resume.guesses_never |= place->no_guesses;
    csv->resume.moved = true;
    if (place->input >= csv->current.next_input) {
        weir_csv_close_input(csv);
        weir_csv_pass_input(csv, 0);
        while (csv->current.next_input < place->input &&
               csv->current.next_input < csv->shard.past_input) {
            weir_csv_meet_input(csv, csv->current.next_input++);
            weir_csv_pass_input(csv, 0);
        }
        status = weir_csv_open_next(csv, error);
    }
    if (status == WEIR_END) {
        csv->current.buffer.ended = true;
        return WEIR_OK;
    }
    csv->resume.target = *place;
    csv->resume.pending = place->raw || place->skip;
    if (!status && csv->resume.pending && !has_place(csv, place))
        return WEIR_END;
    return status;
}

/* Drops the next `n` bytes of text. */
static enum weir_status pass_over(struct weir_csv *csv, uint64_t n,
                                  struct weir_error *error)
{
    struct weir_input_buffer *buffer = &csv->current.buffer;
    uint64_t leftover = buffer->leftover_len - buffer->leftover_from;
    leftover = leftover < n ? leftover : n;
    buffer->leftover_from += (size_t)leftover;
    buffer->consumed += n;
    n -= leftover;
    if (n == 0)
        return WEIR_OK;
    char *bytes = weir_alloc(WEIR_MEMORY_READER, CHUNK);
    if (!bytes)
        return weir_fail_memory(error, "what is passed over", CHUNK);
    ptrdiff_t got = 1;
    while (n && got > 0) {
        got = weir_read(buffer->source, bytes, n < CHUNK ? (size_t)n : CHUNK,
                        error);
        n -= got > 0 ? (uint64_t)got : 0;
    }
    weir_free(WEIR_MEMORY_READER, bytes);
    if (got < 0)
        return (enum weir_status)got;
    return n ? weir_fail(error, WEIR_IO,
                         "it ends before the checkpoint's place")
             : WEIR_OK;
}

/* Continues with a clone of the decoder, from the position's part on. */
static enum weir_status seek_to(struct weir_csv *csv,
                                struct weir_decoder *decoder,
                                struct weir_error *error)
{
    struct weir_input_buffer *buffer = &csv->current.buffer;
    uint64_t raw = csv->resume.target.raw;
    csv->current.clone = weir_decoder_clone(decoder, error);
    if (!csv->current.clone)
        return error->status;
    (void)weir_decoder_rest(decoder);
    weir_decoder_seek(csv->current.clone, raw, UINT64_MAX, csv->inputs.io);
    buffer->source = &csv->current.clone->source;
    buffer->consumed = buffer->leftover_from = buffer->leftover_len = 0;
    csv->current.shift = (raw - weir_decoder_first(decoder)) << WEIR_EXPANSION;
    csv->resume.part = csv->resume.later = (struct weir_part){raw, 0};
    return WEIR_OK;
}

/* Chunks can begin at any byte. */
static enum weir_status jump(struct weir_csv *csv, uint64_t text,
                             struct weir_error *error)
{
    uint64_t from = 0, to = 0;
    (void)weir_source_extent(csv->current.opened, &from, &to);
    if (text > to - from)
        return weir_fail(error, WEIR_IO,
                         "it ends before the checkpoint's place");
    csv->current.buffer.consumed = text;
    return WEIR_OK;
}

enum weir_status weir_csv_finish_seek(struct weir_csv *csv,
                                      struct weir_error *error)
{
    const struct weir_position *place = &csv->resume.target;
    struct weir_decoder *decoder = decoder_of(csv);
    csv->resume.pending = csv->current.starts_input = false;
    /* The position is that of a segment; but in sequence, a shard of parts must
     * be read from the beginning. */
    if (csv->shard.share == WEIR_SHARE_PARTS && place->raw > 0)
        return weir_fail(error, WEIR_DATA, "a share in sequence has no place");
    if (decoder && place->raw > weir_decoder_first(decoder)) {
        weir_ran(WEIR_RAN_RESUMED_PART);
        enum weir_status status = seek_to(csv, decoder, error);
        return status ? status : pass_over(csv, place->skip, error);
    }
    /* From the beginning: to a byte of a plain file, or past so much text. */
    weir_ran(WEIR_RAN_RESUMED_BYTE);
    uint64_t text = place->skip + (decoder ? 0 : place->raw);
    if (csv->current.way->kind == WEIR_WAY_CHUNKS)
        return jump(csv, text, error);
    return pass_over(csv, text - csv->current.buffer.consumed, error);
}
