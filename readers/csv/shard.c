/*
 * A shard: one of N shares of the input, each read by a process of its own.
 *
 * A shard of several files has some whole files. A shard of a single file has
 * the records that begin between two boundaries (README.md).
 *
 *     header | record | rec|ord | record | rec|ord | record
 *              shard 1     |      shard 2     |   shard 3
 *     |<------------------>|<---------------->|<------->| by records
 *
 * Here the text before the share is cut and dropped. Shards of frames and
 * members are read in segments where they may be (segment.c).
 *
 * At a boundary of frames, nobody knows whether a record begins exactly there.
 * If one does, it belongs to the shard before, as in segments.
 */
#include "readers/csv/record.h"

#include "base/error.h"
#include "base/mechanism.h"
#include <string.h>

static uint64_t share(uint64_t whole, uint64_t shard, uint64_t of_shards)
{
    return whole / of_shards * shard + whole % of_shards * shard / of_shards;
}

/* Moves *place to the first boundary at or after it, or to the end of the
 * input. `boundary` is a boundary that is known. */
static enum weir_status move_to_boundary(const struct weir_decoder *decoder,
                                         uint64_t boundary, uint64_t *place,
                                         struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    if (*place > boundary)
        status =
            weir_decoder_next(decoder, *place - boundary, &boundary, error);
    *place = boundary;
    return status == WEIR_END ? WEIR_OK : status;
}

/* Sets the shard's two boundaries, in the input's raw bytes from..to. The
 * neighbouring shards find the same ones. `decoder` is NULL for plain text. */
static enum weir_status set_marks(struct weir_csv *csv,
                                  const struct weir_decoder *decoder,
                                  uint64_t from, uint64_t to,
                                  struct weir_error *error)
{
    const struct weir_csv_inputs *inputs = &csv->inputs;
    uint64_t first = share(to, inputs->shard - 1, inputs->of_shards);
    uint64_t last = share(to, inputs->shard, inputs->of_shards);
    if (decoder) {
        enum weir_status status =
            move_to_boundary(decoder, from, &first, error);
        if (!status && last < to)
            status = move_to_boundary(decoder, first, &last, error);
        if (status)
            return status;
        csv->inputs.source.mark = csv->shard.mark;
    }
    weir_ran(decoder ? WEIR_RAN_SHARE_PARTS : WEIR_RAN_SHARE_BYTES);
    csv->shard.share = decoder ? WEIR_SHARE_PARTS : WEIR_SHARE_BYTES;
    csv->shard.mark[0] = (struct weir_boundary){first, first};
    csv->shard.mark[1] = (struct weir_boundary){last, last};
    csv->shard.raw_end = to;
    return WEIR_OK;
}

/* Whether the file is empty; one of /proc claims no size and may not be. */
static bool is_empty(const char *path, struct weir_source *source,
                     struct weir_error *error)
{
    char byte;
    return weir_file_repeats(path) && weir_file_size(path) == 0 &&
           weir_read(source, &byte, 1, error) == 0;
}

static enum weir_status cut_input(struct weir_csv *csv,
                                  struct weir_error *error)
{
    const struct weir_csv_inputs *inputs = &csv->inputs;
    uint64_t from, to;
    struct weir_source *source =
        weir_source_open(inputs->path[0], &inputs->source, NULL, error);
    if (!source)
        return error->status;
    const struct weir_decoder *decoder = weir_source_decoder(source);
    const struct weir_source *raw = decoder ? decoder->inner : source;
    enum weir_status status = WEIR_OK;
    if (weir_source_extent(raw, &from, &to))
        status = set_marks(csv, decoder, from, to, error);
    else if (is_empty(inputs->path[0], source, error))
        csv->shard.until = 0; /* no shard has a record */
    else
        status =
            weir_fail(error, WEIR_USAGE,
                      "--shard: cannot split %s: expected a file of text, or "
                      "one that is compressed once; several files are "
                      "distributed whole",
                      csv->each.name[0]);
    weir_source_close(source);
    return status;
}

static enum weir_status deal_inputs(struct weir_csv *csv,
                                    struct weir_error *error)
{
    const struct weir_csv_inputs *inputs = &csv->inputs;
    if (inputs->begins)
        return weir_fail(error, WEIR_USAGE,
                         "--shard: I/N@PLACE is for a single input file; "
                         "several files are distributed whole");
    csv->shard.first_input =
        (size_t)share(inputs->n, inputs->shard - 1, inputs->of_shards);
    csv->shard.past_input =
        (size_t)share(inputs->n, inputs->shard, inputs->of_shards);
    if (csv->shard.first_input < csv->shard.past_input)
        return WEIR_OK;
    /* A shard without files reads the first file's header, and no records. */
    csv->shard.first_input = 0;
    csv->shard.past_input = 1;
    csv->shard.until = 0;
    return WEIR_OK;
}

enum weir_status weir_csv_deal(struct weir_csv *csv, struct weir_error *error)
{
    const struct weir_csv_inputs *inputs = &csv->inputs;
    csv->shard.first_input = 0;
    csv->shard.past_input = inputs->n;
    csv->shard.from = 0;
    csv->shard.until = UINT64_MAX;
    for (size_t i = 0; inputs->of_shards && i < inputs->n; i++)
        if (strcmp(inputs->path[i], "-") == 0)
            return weir_fail(error, WEIR_USAGE,
                             "--shard: standard input has no shards; name the "
                             "files");
    if (inputs->of_shards && inputs->n > 1)
        return deal_inputs(csv, error);
    return inputs->of_shards > 1 ? cut_input(csv, error) : WEIR_OK;
}

/* The first offset at which a record after the boundary may begin. */
static uint64_t behind(const struct weir_csv *csv,
                       const struct weir_boundary *mark)
{
    bool boundary = csv->shard.share == WEIR_SHARE_PARTS && mark->raw > 0;
    return mark->text + (boundary && mark->text != WEIR_BOUNDARY_UNSEEN);
}

/* Sets which records are the shard's, as far as the decoder has reached the
 * boundaries. Positions are the same as in segments. */
static void look_at_marks(struct weir_csv *csv)
{
    if (csv->shard.share == WEIR_SHARE_INPUTS)
        return;
    csv->shard.from = behind(csv, &csv->shard.mark[0]);
    csv->shard.until = behind(csv, &csv->shard.mark[1]);
    if (csv->shard.share == WEIR_SHARE_PARTS &&
        csv->shard.from != WEIR_BOUNDARY_UNSEEN)
        csv->current.position = (csv->shard.mark[0].raw << WEIR_EXPANSION) -
                                csv->shard.mark[0].text;
}

/* An offset in the text as weir_split has it. In compressed input, it is
 * relative to a boundary that both neighbours know. */
static uint64_t split_at(const struct weir_csv *csv, size_t i, uint64_t at)
{
    const struct weir_boundary *mark = &csv->shard.mark[i];
    if (csv->shard.share == WEIR_SHARE_BYTES)
        return 1 + at;
    /* A boundary that was not reached is the end. */
    uint64_t past = mark->text == WEIR_BOUNDARY_UNSEEN ? 0 : at - mark->text;
    return 1 + (mark->raw << WEIR_EXPANSION) + past;
}

/* The shard is empty: no part begins in it. Its split stays 0, so that those of
 * its neighbours must meet. But if its boundary is the end of the input, the
 * split says so, because the shard before it must have read to the end. */
static void begin_empty(struct weir_csv *csv)
{
    struct weir_split *split = csv->inputs.split;
    csv->shard.until = 0;
    if (split && csv->shard.mark[0].raw == csv->shard.raw_end)
        split->begins = split->ends = split_at(csv, 0, 0);
}

void weir_csv_deal_begin(struct weir_csv *csv)
{
    if (csv->shard.share == WEIR_SHARE_INPUTS)
        return;
    if (csv->inputs.split)
        *csv->inputs.split = (struct weir_split){0};
    if (csv->shard.share == WEIR_SHARE_PARTS)
        csv->shard.mark[0].text = csv->shard.mark[1].text =
            WEIR_BOUNDARY_UNSEEN;
    look_at_marks(csv);
    if (csv->shard.share == WEIR_SHARE_PARTS &&
        csv->shard.mark[0].raw == csv->shard.mark[1].raw)
        begin_empty(csv);
}

/* The shard's first record begins at `at`, unless one did before. */
static void begin_split(const struct weir_csv *csv, uint64_t at)
{
    struct weir_split *split = csv->inputs.split;
    if (split && csv->shard.share != WEIR_SHARE_INPUTS && !split->begins)
        split->begins = split_at(csv, 0, at);
}

static void end_split(const struct weir_csv *csv, uint64_t at)
{
    begin_split(csv, at);
    if (csv->inputs.split && csv->shard.share != WEIR_SHARE_INPUTS)
        csv->inputs.split->ends = split_at(csv, 1, at);
}

/* Offset in the batch of the first record that begins at `place` of the input's
 * text or later; the batch's length if there is none. */
static size_t find_record(const struct weir_csv *csv,
                          const struct weir_batch *batch, uint64_t place)
{
    struct weir_machine machine = {.last = true};
    uint64_t begin = csv->current.buffer.consumed;
    if (place >= begin + batch->len)
        return batch->len;
    while (begin + machine.end < place && machine.end < batch->len)
        if (!weir_cut_first(&csv->each.dialect[batch->part.input], batch->text,
                            batch->len, &machine))
            return batch->len;
    return machine.end;
}

/* Drops the batch's first bytes, which are whole records. */
static void drop(struct weir_csv *csv, struct weir_batch *batch, size_t n)
{
    csv->current.first_line += weir_count_lines(batch->text, n);
    csv->current.buffer.consumed +=
        n - (n == batch->len ? csv->current.buffer.added : 0);
    batch->len -= n;
    memmove(batch->text, batch->text + n, batch->len + 1);
}

enum weir_status weir_csv_read_part(struct weir_csv *csv,
                                    struct weir_batch *batch,
                                    struct weir_error *error)
{
    size_t past = 0;
    do {
        weir_batch_clear(batch);
        weir_csv_place(csv, batch, csv->current.buffer.consumed);
        enum weir_status status =
            csv->current.buffer.ended ||
                    csv->current.buffer.consumed >= csv->shard.until
                ? WEIR_END
                : weir_csv_read(csv, &csv->current.buffer, batch, error);
        if (status == WEIR_END)
            end_split(csv, csv->current.buffer.consumed);
        if (status)
            return status;
        look_at_marks(csv);
        if (csv->current.buffer.consumed < csv->shard.from)
            drop(csv, batch, find_record(csv, batch, csv->shard.from));
        if (batch->len)
            begin_split(csv, csv->current.buffer.consumed);
        past = find_record(csv, batch, csv->shard.until);
    } while (past == 0);
    if (past < batch->len) {
        batch->len = past;
        batch->text[past] = '\0';
        csv->current.buffer.ended = true;
        csv->current.buffer.added = 0;
    }
    if (csv->current.buffer.ended)
        end_split(csv, csv->current.buffer.consumed + past -
                           csv->current.buffer.added);
    weir_csv_place(csv, batch, csv->current.buffer.consumed);
    return WEIR_OK;
}
