/*
 * The inputs of a stream, one after another: each is opened when the one before
 * has ended.
 */
#include "readers/csv/record.h"

#include "base/error.h"

enum weir_status weir_csv_begin_source(struct weir_csv *csv,
                                       struct weir_source *source,
                                       struct weir_error *error)
{
    struct weir_decoder *decoder = weir_source_decoder(source);
    csv->current.buffer.source = csv->current.opened = source;
    csv->current.buffer.leftover_from = csv->current.buffer.leftover_len = 0;
    csv->current.buffer.consumed = csv->current.shift = 0;
    csv->resume.part = csv->resume.later =
        (struct weir_part){decoder ? weir_decoder_first(decoder) : 0, 0};
    csv->current.buffer.added = 0;
    csv->current.lookup.known = false;
    csv->current.starts_input = true;
    csv->current.buffer.ended = false;
    csv->current.is_prefetched = false;
    csv->current.way = NULL;
    csv->current.chunks.begun = csv->current.segments.begun = false;
    csv->current.next_input++;
    enum weir_status status = weir_csv_header(csv, error);
    csv->current.buffer.ended = csv->shard.until == 0;
    if (status)
        weir_csv_read_on(csv, error);
    return status ? error->status : WEIR_OK;
}

/* An upper limit for the positions in an input, whatever it contains. It need
 * not be close: a shard must know where the positions of each input begin, but
 * reads only its own inputs. */
static uint64_t extent_of(const struct weir_csv *csv, size_t input)
{
    return (weir_file_size(csv->each.name[input]) + 1) << WEIR_EXPANSION;
}

void weir_csv_pass_input(struct weir_csv *csv, uint64_t consumed)
{
    uint64_t extent = extent_of(csv, csv->current.next_input - 1);
    csv->current.position += consumed > extent ? consumed : extent;
}

void weir_csv_close_input(struct weir_csv *csv)
{
    if (csv->current.clone)
        weir_source_close(&csv->current.clone->source);
    weir_source_close(csv->current.opened);
    csv->current.clone = NULL;
    csv->current.chunks.begun = csv->current.segments.begun = false;
    csv->current.buffer.source = csv->current.opened = NULL;
}

/* The input that is opened now no longer counts as one to come. */
void weir_csv_meet_input(struct weir_csv *csv, size_t input)
{
    weir_io_add(&csv->inputs.io->ahead, 0 - csv->each.size[input]);
}

enum weir_status weir_csv_open_next(struct weir_csv *csv,
                                    struct weir_error *error)
{
    if (csv->current.opened)
        weir_csv_pass_input(csv, csv->current.buffer.consumed);
    weir_csv_close_input(csv);
    if (csv->current.next_input == csv->shard.past_input)
        return WEIR_END;
    weir_csv_meet_input(csv, csv->current.next_input);
    struct weir_source *source =
        weir_source_open(csv->inputs.path[csv->current.next_input],
                         &csv->inputs.source, csv->inputs.io, error);
    if (!source)
        return error->status;
    return weir_csv_begin_source(csv, source, error);
}

/* Whether the input must be opened to know what can be read: the shard has it,
 * or its header is needed for the table's columns, which all shards share. */
static bool is_needed(const struct weir_csv *csv, size_t input)
{
    const bool header = !csv->reading.header && !csv->reading.no_header;
    return (input >= csv->shard.first_input && input < csv->shard.past_input) ||
           (header && (csv->inputs.by_union || csv->names.n == 0));
}

static enum weir_status preview(struct weir_csv *csv, size_t input,
                                struct weir_error *error)
{
    const char *path = csv->inputs.path[input];
    bool once;
    enum weir_status status = weir_file_once(path, &once, error);
    if (status || once)
        return status;
    struct weir_source *source =
        weir_source_open(path, &csv->inputs.source, NULL, error);
    csv->current.next_input = input;
    status = source ? weir_csv_begin_source(csv, source, error) : error->status;
    weir_csv_close_input(csv);
    return status;
}

enum weir_status weir_csv_preview(struct weir_csv *csv,
                                  struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    csv->mode.previews = true;
    for (size_t i = 0; csv->inputs.n > 1 && i < csv->inputs.n && !status; i++)
        if (is_needed(csv, i))
            status = preview(csv, i, error);
    csv->mode.previews = false;
    return status;
}

/* Tells the I/O counters all inputs' sizes, before the first is opened. */
static void look_ahead(struct weir_csv *csv)
{
    for (size_t i = csv->shard.first_input; i < csv->shard.past_input; i++) {
        csv->each.size[i] = weir_file_size(csv->inputs.path[i]);
        weir_io_add(&csv->inputs.io->ahead, csv->each.size[i]);
    }
}

enum weir_status weir_csv_open_first(struct weir_csv *csv,
                                     struct weir_error *error)
{
    enum weir_status status;
    csv->current.position = 0;
    for (size_t i = 0; i < csv->shard.first_input; i++)
        csv->current.position += extent_of(csv, i);
    csv->current.next_input = csv->shard.first_input;
    weir_csv_deal_begin(csv);
    look_ahead(csv);
    do
        status = weir_csv_open_next(csv, error);
    while (!status && csv->names.n == 0 &&
           csv->current.next_input < csv->shard.past_input);
    if (!status && csv->names.n == 0 && !csv->reading.no_header)
        status = weir_csv_no_header(csv, error);
    return status;
}

enum weir_status weir_csv_name_input(const struct weir_csv *csv,
                                     enum weir_status status,
                                     struct weir_error *error)
{
    if (status < 0 && csv->current.next_input && status != WEIR_USAGE &&
        error->byte == WEIR_NO_BYTE)
        weir_source_place(csv->each.name[csv->current.next_input - 1], error);
    return status;
}

void weir_csv_place(const struct weir_csv *csv, struct weir_batch *batch,
                    uint64_t first)
{
    batch->part.first_byte = first;
    batch->part.position = csv->current.position + csv->current.shift + first;
    batch->part.first_line = csv->current.first_line;
    batch->part.starts_input = csv->current.starts_input;
    batch->part.last = true;
    batch->part.located = !csv->resume.moved;
}
