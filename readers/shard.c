/*
 * A shard: one of N shares of the input, each read by a process of its own.
 *
 * Of several files it is some whole ones. Of a single plain file it is the
 * records that begin in its share of the bytes:
 *
 *     header | record | rec|ord | record | rec|ord | record
 *              shard 1      |      shard 2    |   shard 3
 *     |<------------------->|<--------------->|<------->| by records
 *
 * Where a record begins can only be told from the beginning, as any line end
 * may be quoted: what lies before the share is cut, which costs a fraction of
 * reading it, and not looked at further.
 */
#include "readers/record.h"

#include "base/error.h"
#include <string.h>

static uint64_t share(uint64_t whole, uint64_t shard, uint64_t of_shards)
{
    return whole / of_shards * shard + whole % of_shards * shard / of_shards;
}

enum weir_status weir_csv_deal(struct weir_csv *csv, struct weir_error *error)
{
    const struct weir_csv_inputs *inputs = &csv->inputs;
    csv->first_input = 0;
    csv->past_input = inputs->n;
    csv->from = 0;
    csv->until = UINT64_MAX;
    for (size_t i = 0; inputs->of_shards && i < inputs->n; i++)
        if (strcmp(inputs->path[i], "-") == 0)
            return weir_fail(error, WEIR_USAGE,
                             "--shard: standard input has no shards; name the "
                             "files");
    if (inputs->of_shards > 0 && inputs->n > 1) {
        csv->first_input =
            (size_t)share(inputs->n, inputs->shard - 1, inputs->of_shards);
        csv->past_input =
            (size_t)share(inputs->n, inputs->shard, inputs->of_shards);
    }
    if (csv->first_input < csv->past_input)
        return WEIR_OK;
    /* A share of no files: the first one's header, and no records. */
    csv->first_input = 0;
    csv->past_input = 1;
    csv->until = 0;
    return WEIR_OK;
}

enum weir_status weir_csv_part(struct weir_csv *csv, struct weir_error *error)
{
    const struct weir_csv_inputs *inputs = &csv->inputs;
    const struct weir_source *source = csv->flow.source;
    uint64_t from, to;
    csv->flow.ended = csv->until == 0;
    if (inputs->of_shards <= 1 || inputs->n > 1)
        return WEIR_OK;
    if (!source->ops->extent || !source->ops->extent(source, &from, &to))
        return weir_fail(error, WEIR_USAGE,
                         "--shard: %s is no plain file, and only such a one is "
                         "cut; several files are dealt out whole",
                         csv->input_name[0]);
    csv->from = share(to, inputs->shard - 1, inputs->of_shards);
    csv->until = inputs->shard == inputs->of_shards
                     ? UINT64_MAX
                     : share(to, inputs->shard, inputs->of_shards);
    csv->in_sequence = true;
    return WEIR_OK;
}

/* Where in the batch the first record begins that does not begin before
 * `place` of the input; the batch's length where none does. */
static size_t find_record(const struct weir_csv *csv,
                          const struct weir_batch *batch, uint64_t place)
{
    struct weir_machine machine = {.last = true};
    uint64_t begin = csv->flow.consumed;
    if (place >= begin + batch->len)
        return batch->len;
    while (begin + machine.end < place && machine.end < batch->len)
        if (!weir_cut_first(&csv->dialect[batch->input], batch->text,
                            batch->len, &machine))
            return batch->len;
    return machine.end;
}

/* Drops the batch's first bytes, which are whole records. */
static void drop(struct weir_csv *csv, struct weir_batch *batch, size_t n)
{
    csv->first_line += weir_count_lines(batch->text, n);
    csv->flow.consumed += n;
    batch->len -= n;
    memmove(batch->text, batch->text + n, batch->len + 1);
}

enum weir_status weir_csv_read_part(struct weir_csv *csv,
                                    struct weir_batch *batch,
                                    struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    size_t past = 0;
    do {
        if (csv->flow.consumed >= csv->until)
            return WEIR_END;
        weir_batch_clear(batch);
        weir_csv_place(csv, batch);
        status = csv->flow.ended ? WEIR_END
                                 : weir_csv_read(csv, &csv->flow, batch, error);
        if (status)
            return status;
        if (csv->flow.consumed < csv->from)
            drop(csv, batch, find_record(csv, batch, csv->from));
        past = find_record(csv, batch, csv->until);
    } while (past == 0);
    if (past < batch->len) {
        batch->len = past;
        batch->text[past] = '\0';
        csv->flow.ended = true;
        csv->flow.added = 0;
    }
    weir_csv_place(csv, batch);
    return WEIR_OK;
}
