/*
 * Segments: several threads decode an input of many parts (zstd frames, xz
 * blocks, ...), each from the boundary of a part up to another boundary.
 *
 *     boundary                                boundary
 *     | ..rest of a record \n| record | rec..|..ord \n| record | ...
 *     |-------- skipped -----|--- used ---------------|
 *     |<-------begins------->|              |<--ends->|
 *
 * A segment passes over what it takes for the rest of a record, which the
 * segment before it reads. So its `begins` must be the `ends` of that one. If
 * it is not, or anything fails in a segment, the stream is read again in
 * sequence: how much of a damaged frame is decoded depends on the sizes of
 * reads.
 */
#include "readers/csv/segment.h"

#include "base/error.h"
#include "base/mechanism.h"

/* A segment has at least so many batches of raw bytes: at each boundary, a
 * block or two are decoded twice, which must be a small part. */
#define BATCHES_MIN 16

/* Where the segments of the input, or of the shard, begin. */
static uint64_t first_boundary(const struct weir_csv *csv,
                               const struct weir_decoder *decoder)
{
    return csv->shard.share == WEIR_SHARE_PARTS ? csv->shard.mark[0].raw
                                                : weir_decoder_first(decoder);
}

/* Compares the segments that are done, in order. The lock is held. */
static enum weir_status settle(struct weir_csv *csv, struct weir_error *error)
{
    struct weir_segments *segments = &csv->current.segments;
    while (segments->done < segments->entered) {
        struct weir_segment_result *result =
            &segments->result[segments->done % WEIR_SEGMENTS_MAX];
        if (!result->done)
            break;
        if (result->begins != segments->ends) {
            weir_ran(WEIR_RAN_SEGMENT_MISSPECULATED);
            return weir_fail(error, WEIR_DATA,
                             "where a segment begins was guessed wrongly");
        }
        segments->ends = result->ends;
        segments->done++;
        *result = (struct weir_segment_result){0};
    }
    return WEIR_OK;
}

enum weir_status weir_segments_done(struct weir_csv *csv,
                                    const struct weir_segment *segment,
                                    enum weir_status status,
                                    struct weir_error *error)
{
    struct weir_segments *segments = &csv->current.segments;
    pthread_mutex_lock(&csv->lock);
    if (!status) {
        uint64_t at = segment->begins + segment->buffer.consumed;
        segments->result[segment->claim.number % WEIR_SEGMENTS_MAX] =
            (struct weir_segment_result){
                .done = true,
                .begins = segment->claim.opens ? 0 : segment->begins,
                .ends = at - segment->boundary};
        if (segment->claim.is_last && csv->shard.share == WEIR_SHARE_PARTS)
            csv->inputs.split->ends =
                1 + (csv->shard.mark[1].raw << WEIR_EXPANSION) + at -
                segment->boundary;
        status = settle(csv, error);
    }
    if (status && !csv->sticky)
        csv->sticky = status;
    csv->current.busy--;
    pthread_cond_broadcast(&csv->changed);
    pthread_mutex_unlock(&csv->lock);
    return status;
}

static uint64_t segment_min(const struct weir_csv *csv)
{
    return BATCHES_MIN * csv->stream.text;
}

/* Whether all that was read so far can be read again. */
static bool repeats(const struct weir_csv *csv)
{
    for (size_t i = 0; i < csv->current.next_input; i++)
        if (!csv->mode.by_path || !weir_file_repeats(csv->inputs.path[i]))
            return false;
    return true;
}

static const struct weir_segment_lookup *
look_up(struct weir_csv *csv, const struct weir_decoder *decoder)
{
    struct weir_segment_lookup *lookup = &csv->current.lookup;
    const uint64_t begin = first_boundary(csv, decoder);
    const uint64_t min = segment_min(csv);
    struct weir_error error;
    if (!lookup->known || lookup->min != min || lookup->begin != begin) {
        *lookup = (struct weir_segment_lookup){
            .known = true, .min = min, .begin = begin, .end = begin};
        weir_ran(WEIR_RAN_SEGMENT_LOOKED_UP);
        lookup->status = weir_decoder_next(decoder, min, &lookup->end, &error);
    }
    return lookup;
}

/* Why the input has no segments; NULL means that it has. */
static const char *lacks_segments(struct weir_csv *csv)
{
    struct weir_decoder *decoder =
        csv->current.opened ? weir_source_decoder(csv->current.opened) : NULL;
    if (!decoder)
        return "the input is no compressed file";
    if (csv->resume.guesses_never)
        return "a guess was wrong";
    if (!repeats(csv))
        return "the input cannot be read again";
    if (csv->resume.pending &&
        csv->resume.target.raw < first_boundary(csv, decoder))
        return "it goes on before the first segment";
    if (csv->shard.share == WEIR_SHARE_PARTS)
        return csv->inputs.split ? NULL : "nothing checks where the share ends";
    uint64_t max = csv->inputs.segment_max;
    const struct weir_segment_lookup *lookup = look_up(csv, decoder);
    if (lookup->status)
        return lookup->status == WEIR_END ? "the input has too few parts"
                                          : "its parts cannot be looked up";
    return max && lookup->end - lookup->begin > max ? "its parts are too long"
                                                    : NULL;
}

const char *weir_segments_refuse(struct weir_csv *csv)
{
    if (csv->mode.guesses || !weir_source_decoder(csv->current.opened))
        return lacks_segments(csv);
    return "one thread reads, records are needed in order, or memory is short";
}

/* Begins with an input's segments, which read it from the beginning. */
static void begin_all(struct weir_csv *csv)
{
    struct weir_segments *segments = &csv->current.segments;
    struct weir_io_counters *io = csv->inputs.io;
    struct weir_decoder *decoder = weir_source_decoder(csv->current.opened);
    *segments = (struct weir_segments){.begun = true, .decoder = decoder};
    segments->boundary = first_boundary(csv, decoder);
    if (csv->resume.pending) {
        segments->boundary = csv->resume.target.raw;
        segments->ends = csv->resume.target.skip;
        weir_ran(WEIR_RAN_RESUMED_SEGMENT);
    }
    uint64_t read = weir_decoder_rest(decoder);
    weir_io_add(&io->raw_bytes, 0 - read);
    if (csv->shard.share == WEIR_SHARE_PARTS)
        weir_io_add(&io->total, csv->shard.mark[1].raw -
                                    csv->shard.mark[0].raw - csv->each.size[0]);
}

/* Moves *boundary from a segment's begin to its end; *until is the same, or
 * UINT64_MAX at the input's end. WEIR_END: it is the last segment. */
static enum weir_status next_boundary(const struct weir_csv *csv,
                                      uint64_t *boundary, uint64_t *until,
                                      struct weir_error *error)
{
    enum weir_status status = weir_decoder_next(
        csv->current.segments.decoder, segment_min(csv), boundary, error);
    *until = status ? UINT64_MAX : *boundary;
    if (status < 0 || csv->shard.share != WEIR_SHARE_PARTS ||
        *boundary < csv->shard.mark[1].raw)
        return status;
    if (*boundary > csv->shard.mark[1].raw)
        *until = *boundary = csv->shard.mark[1].raw;
    return WEIR_END;
}

/* Sets where the segment's first record begins, or that it must be guessed. */
static void find_begin(const struct weir_csv *csv,
                       struct weir_segment_claim *claim)
{
    const struct weir_decoder *decoder = csv->current.segments.decoder;
    uint64_t told = claim->opens ? csv->inputs.begins : 0;
    claim->is_guess = false;
    if (csv->resume.pending)
        claim->skip = csv->resume.target.skip;
    else if (claim->from == weir_decoder_first(decoder))
        claim->skip = csv->current.buffer.consumed;
    else if (told > claim->position)
        claim->skip = told - 1 - claim->position;
    else
        claim->is_guess = true;
}

/* Takes the next segment. */
static enum weir_status take(struct weir_csv *csv,
                             struct weir_segment_claim *claim,
                             struct weir_error *error)
{
    struct weir_segments *segments = &csv->current.segments;
    uint64_t first = weir_decoder_first(segments->decoder);
    uint64_t from = segments->boundary, to = from, until;
    enum weir_status status = next_boundary(csv, &to, &until, error);
    if (status < 0)
        return status;
    *claim = (struct weir_segment_claim){
        .number = segments->entered++,
        .seq = csv->seq++,
        .input = (uint32_t)csv->current.next_input - 1,
        .from = from,
        .until = until,
        .position = csv->current.position + ((from - first) << WEIR_EXPANSION),
        .opens = !csv->resume.pending &&
                 from == first_boundary(csv, segments->decoder),
        .is_last = status == WEIR_END,
        .starts_input = csv->current.starts_input,
    };
    find_begin(csv, claim);
    segments->boundary = to;
    csv->current.starts_input = csv->resume.pending = false;
    csv->current.busy++;
    if (claim->is_last) {
        csv->current.buffer.ended = true;
        csv->current.buffer.consumed = (to - first) << WEIR_EXPANSION;
    }
    weir_ran(WEIR_RAN_SEGMENT_ENTERED);
    return WEIR_OK;
}

enum weir_status weir_segments_next(struct weir_csv *csv,
                                    struct weir_batch *batch,
                                    struct weir_error *error)
{
    struct weir_segments *segments = &csv->current.segments;
    struct weir_segment *segment =
        weir_segment_of(weir_csv_state(batch), error);
    if (!segment)
        return error->status;
    if (!segments->begun)
        begin_all(csv);
    size_t input = csv->current.next_input;
    while (!csv->current.buffer.ended && !csv->sticky &&
           csv->current.next_input == input &&
           segments->entered - segments->done == WEIR_SEGMENTS_MAX)
        pthread_cond_wait(&csv->changed, &csv->lock);
    /* Another thread may have opened the next input meanwhile. */
    if (csv->current.buffer.ended || csv->sticky ||
        csv->current.next_input != input)
        return WEIR_END;
    enum weir_status status = take(csv, &segment->claim, error);
    if (status)
        return status;
    segment->on = true;
    segment->is_begun = false;
    pthread_mutex_unlock(&csv->lock);
    status = weir_segment_more(csv, batch, error);
    pthread_mutex_lock(&csv->lock);
    return status;
}

/* The estimate already has one decoder's window, that of the input's own
 * decoder, which frees it before segments are read. */
void weir_segments_estimate(struct weir_csv *csv, size_t threads,
                            struct weir_estimate *estimate)
{
    struct weir_estimate each = {0};
    /* A single thread uses segments only to begin in the middle of an input. */
    bool serves = threads > 1 || csv->shard.share == WEIR_SHARE_PARTS ||
                  weir_way_is_forced("segments");
    if (!serves || lacks_segments(csv))
        return;
    const struct weir_decoder *decoder =
        weir_source_decoder(csv->current.opened);
    weir_estimate_add(
        estimate,
        threads * (sizeof(struct weir_segment) + weir_decoder_bytes(decoder) +
                   csv->current.buffer.leftover_capacity),
        "%zu x %s input, side by side", threads, decoder->codec->name);
    decoder->codec->estimate(decoder, &each);
    for (size_t i = 0; i < each.n; i++)
        weir_estimate_add(estimate, (threads - 1) * each.line[i].bytes,
                          "%zu x %s", threads - 1, each.line[i].what);
}
