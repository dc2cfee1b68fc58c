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
    csv->buffer.source = csv->opened = source;
    csv->buffer.leftover_from = csv->buffer.leftover_len = 0;
    csv->buffer.consumed = csv->shift = 0;
    csv->part = csv->later =
        (struct weir_part){decoder ? weir_decoder_first(decoder) : 0, 0};
    csv->buffer.added = 0;
    csv->starts_input = true;
    csv->buffer.ended = false;
    csv->is_prefetched = false;
    csv->way = NULL;
    csv->chunks.begun = csv->segments.begun = false;
    csv->next_input++;
    enum weir_status status = weir_csv_header(csv, error);
    csv->buffer.ended = csv->until == 0;
    return status;
}

/* An upper limit for the positions in an input, whatever it contains. It need
 * not be close: a shard must know where the positions of each input begin, but
 * reads only its own inputs. */
static uint64_t extent_of(const struct weir_csv *csv, size_t input)
{
    return (weir_file_size(csv->input_name[input]) + 1) << WEIR_EXPANSION;
}

void weir_csv_pass_input(struct weir_csv *csv, uint64_t consumed)
{
    uint64_t extent = extent_of(csv, csv->next_input - 1);
    csv->position += consumed > extent ? consumed : extent;
}

void weir_csv_close_input(struct weir_csv *csv)
{
    if (csv->clone)
        weir_source_close(&csv->clone->source);
    weir_source_close(csv->opened);
    csv->clone = NULL;
    csv->chunks.begun = csv->segments.begun = false;
    csv->buffer.source = csv->opened = NULL;
}

/* The input that is opened now no longer counts as one to come. */
void weir_csv_meet_input(struct weir_csv *csv, size_t input)
{
    if (csv->inputs.io)
        atomic_fetch_sub_explicit(&csv->inputs.io->ahead, csv->sizes[input],
                                  memory_order_relaxed);
}

enum weir_status weir_csv_open_next(struct weir_csv *csv,
                                    struct weir_error *error)
{
    if (csv->opened)
        weir_csv_pass_input(csv, csv->buffer.consumed);
    weir_csv_close_input(csv);
    if (csv->next_input == csv->past_input)
        return WEIR_END;
    weir_csv_meet_input(csv, csv->next_input);
    struct weir_source *source =
        weir_source_open(csv->inputs.path[csv->next_input], &csv->inputs.source,
                         csv->inputs.io, error);
    if (!source)
        return error->status;
    return weir_csv_begin_source(csv, source, error);
}

/* Tells the I/O counters the sizes of all the inputs, before the first is
 * opened. */
static void look_ahead(struct weir_csv *csv)
{
    for (size_t i = csv->first_input; csv->inputs.io && i < csv->past_input;
         i++) {
        csv->sizes[i] = weir_file_size(csv->inputs.path[i]);
        atomic_fetch_add_explicit(&csv->inputs.io->ahead, csv->sizes[i],
                                  memory_order_relaxed);
    }
}

enum weir_status weir_csv_open_first(struct weir_csv *csv,
                                     struct weir_error *error)
{
    enum weir_status status;
    csv->position = 0;
    for (size_t i = 0; i < csv->first_input; i++)
        csv->position += extent_of(csv, i);
    csv->next_input = csv->first_input;
    weir_csv_deal_begin(csv);
    look_ahead(csv);
    do
        status = weir_csv_open_next(csv, error);
    while (!status && csv->n_names == 0 && csv->next_input < csv->past_input);
    return status;
}
