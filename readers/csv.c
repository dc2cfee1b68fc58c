/*
 * The stream: pull, its inputs one after another (inputs.c), what is read of
 * them cut in cut.c; and setting up.
 */
#include "readers/record.h"

#include "base/error.h"
#include <string.h>

/* Pieces of 128 KiB, what is left over before them, and a page, as pieces are
 * whole pages and a byte stays free. */
#define BATCH_DEFAULT (((size_t)128 << 10) + WEIR_BATCH_GAP + 4096)
#define BATCH_LEAST ((size_t)64)
#define MAX_RECORD_DEFAULT ((size_t)16 << 20)
#define CARRY_LEAST ((size_t)4096)

ptrdiff_t weir_csv_fill(struct weir_csv *csv, struct weir_error *error)
{
    void *carry = csv->flow.carry;
    if (csv->flow.carry_from) {
        csv->flow.carry_len -= csv->flow.carry_from;
        memmove(csv->flow.carry, csv->flow.carry + csv->flow.carry_from,
                csv->flow.carry_len);
        csv->flow.carry_from = 0;
    }
    if (csv->flow.carry_len == csv->flow.carry_room &&
        !weir_grow(WEIR_MEMORY_READER, &carry, &csv->flow.carry_room,
                   csv->flow.carry_room + CARRY_LEAST, 1))
        return weir_fail_memory(error, "the header", csv->flow.carry_room * 2);
    csv->flow.carry = carry;
    ptrdiff_t n =
        weir_read(csv->flow.source, csv->flow.carry + csv->flow.carry_len,
                  csv->flow.carry_room - csv->flow.carry_len, error);
    if (n > 0)
        csv->flow.carry_len += (size_t)n;
    return n;
}

/* Messages that have neither a place nor an offset get the input's name. */
static enum weir_status name_input(const struct weir_csv *csv,
                                   enum weir_status status,
                                   struct weir_error *error)
{
    if (status < 0 && csv->next_input && status != WEIR_USAGE &&
        error->byte == WEIR_NO_BYTE)
        weir_source_place(csv->input_name[csv->next_input - 1], error);
    return status;
}

void weir_csv_place(const struct weir_csv *csv, struct weir_batch *batch)
{
    batch->first_byte = csv->flow.consumed;
    batch->position = csv->position + csv->shift + csv->flow.consumed;
    batch->first_line = csv->first_line;
    batch->starts_input = csv->starts_input;
}

static enum weir_status pull(struct weir_csv *csv, struct weir_batch *batch,
                             struct weir_error *error)
{
    enum weir_status status = WEIR_END;
    if (csv->resumes && weir_csv_go_on(csv, error))
        return name_input(csv, error->status, error);
    while (csv->next_input <= csv->past_input) {
        weir_batch_clear(batch);
        batch->seq = csv->seq;
        batch->lane.on = false;
        batch->input = (uint32_t)csv->next_input - 1;
        weir_csv_place(csv, batch);
        weir_csv_go_ahead(csv);
        status =
            csv->flow.ended ? WEIR_END : weir_csv_read_part(csv, batch, error);
        if (status != WEIR_END)
            break;
        status = name_input(csv, weir_csv_open_next(csv, error), error);
        if (status)
            return status;
    }
    if (status == WEIR_OK) {
        csv->seq++;
        csv->starts_input = false;
        csv->flow.consumed += batch->len - csv->flow.added;
        weir_csv_note_part(csv);
    }
    return name_input(csv, status, error);
}

static enum weir_status csv_pull(struct weir_stream *stream,
                                 struct weir_batch *batch,
                                 struct weir_error *error)
{
    struct weir_csv *csv = (struct weir_csv *)stream;
    if (csv->sticky == WEIR_OK) {
        weir_error_init(&csv->sticky_error);
        csv->sticky = pull(csv, batch, &csv->sticky_error);
    }
    if (csv->sticky < 0)
        *error = csv->sticky_error;
    return csv->sticky;
}

static size_t csv_record_len(const struct weir_stream *stream,
                             const struct weir_batch *batch, size_t start)
{
    const struct weir_csv *csv = (const struct weir_csv *)stream;
    struct weir_machine machine = {.last = true};
    const char *text = batch->text + start;
    size_t len = batch->len - start;
    if (weir_cut_first(&csv->dialect[batch->input], text, len, &machine))
        len = machine.end;
    return weir_record_len(text, len);
}

static size_t csv_field_start(const struct weir_stream *stream,
                              const struct weir_batch *batch, size_t start,
                              size_t column)
{
    const struct weir_csv *csv = (const struct weir_csv *)stream;
    const struct weir_dialect *dialect = &csv->dialect[batch->input];
    struct weir_machine machine = {.last = true};
    const char *text = batch->text + start;
    size_t len = csv_record_len(stream, batch, start), at = 0, where;
    for (size_t i = 0; i < column; i++) {
        if (!weir_cut_field(dialect, text, len, &machine, &where))
            return start + len;
        at = where + dialect->delimiter_len;
    }
    return start + at;
}

static void csv_close(struct weir_stream *stream)
{
    struct weir_csv *csv = (struct weir_csv *)stream;
    weir_csv_close_input(csv);
    for (size_t i = 0; i < csv->n_names; i++)
        weir_free(WEIR_MEMORY_READER, csv->names[i]);
    weir_free(WEIR_MEMORY_READER, csv->names);
    weir_free(WEIR_MEMORY_READER, csv->flow.carry);
    weir_free(WEIR_MEMORY_READER, csv->dialect);
    weir_free(WEIR_MEMORY_READER, csv->input_name);
    weir_free(WEIR_MEMORY_READER, csv->ahead);
    weir_free(WEIR_MEMORY_READER, csv);
}

static void csv_bill(const struct weir_stream *stream, struct weir_bill *bill)
{
    const struct weir_csv *csv = (const struct weir_csv *)stream;
    weir_bill_add(bill, csv->flow.carry_room,
                  "reader: the carry between batches");
    if (csv->opened)
        csv->opened->ops->bill(csv->opened, bill);
}

static enum weir_status csv_again(struct weir_stream *stream,
                                  struct weir_error *error);

/* The two readers differ in how they shape. */
#define READER_OPS(shapes)                                                     \
    {                                                                          \
        .shape = (shapes), .pull = csv_pull, .claim = weir_csv_claim,          \
        .fetch = weir_csv_fetch, .join = weir_csv_join,                        \
        .enter = weir_csv_enter, .follow = weir_csv_follow,                    \
        .again = csv_again, .tell = weir_csv_tell, .resume = weir_csv_resume,  \
        .bill_lanes = weir_csv_bill_lanes, .read_ahead = weir_csv_read_ahead,  \
        .bill_ahead = weir_csv_bill_ahead, .record_len = csv_record_len,       \
        .field_start = csv_field_start, .close = csv_close, .bill = csv_bill,  \
    }

static const struct weir_stream_ops scan_ops = READER_OPS(weir_csv_shape);
static const struct weir_stream_ops libcsv_ops =
    READER_OPS(weir_csv_shape_libcsv);

static enum weir_status init_inputs(struct weir_csv *csv,
                                    struct weir_error *error)
{
    size_t n = csv->inputs.n;
    csv->dialect =
        weir_alloc_zero(WEIR_MEMORY_READER, n * sizeof *csv->dialect);
    csv->input_name =
        weir_alloc_zero(WEIR_MEMORY_READER, n * sizeof *csv->input_name);
    csv->ahead = weir_alloc_zero(WEIR_MEMORY_READER, n * sizeof *csv->ahead);
    csv->flow.carry_room = CARRY_LEAST;
    csv->flow.carry = weir_alloc(WEIR_MEMORY_READER, csv->flow.carry_room);
    if (!csv->dialect || !csv->input_name || !csv->ahead || !csv->flow.carry)
        return weir_fail_memory(error, "the inputs", n * sizeof *csv->dialect);
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; i < n && !status; i++) {
        csv->input_name[i] = weir_source_name(csv->inputs.path[i]);
        status = weir_dialect_init(&csv->dialect[i], csv->inputs.path[i],
                                   &csv->reading, error);
        if (!status && csv->stream.ops == &libcsv_ops)
            status = weir_csv_libcsv_check(&csv->dialect[i], error);
    }
    csv->stream.input = csv->input_name;
    csv->stream.n_inputs = n;
    return status ? status : weir_csv_deal(csv, error);
}

static enum weir_status choose_reader(struct weir_csv *csv,
                                      struct weir_error *error)
{
    const char *reader = csv->reading.reader;
    csv->scan = weir_scan_best();
    if (!reader || !*reader || !strcmp(reader, "auto") ||
        !strcmp(reader, "scan"))
        csv->stream.ops = &scan_ops;
    else if (!strcmp(reader, "libcsv"))
        csv->stream.ops = &libcsv_ops;
    else
        return weir_fail(error, WEIR_USAGE,
                         "no reader '%s'; there are auto, scan and libcsv",
                         reader);
    return WEIR_OK;
}

static struct weir_csv *create(const struct weir_csv_inputs *inputs,
                               const struct weir_reading *reading,
                               struct weir_error *error)
{
    struct weir_csv *csv = weir_alloc_zero(WEIR_MEMORY_READER, sizeof *csv);
    if (!csv) {
        weir_fail_memory(error, "the reader", sizeof *csv);
        return NULL;
    }
    csv->inputs = *inputs;
    if (reading)
        csv->reading = *reading;
    if (csv->reading.header && !*csv->reading.header)
        csv->reading.header = NULL;
    csv->max_record =
        csv->reading.max_record ? csv->reading.max_record : MAX_RECORD_DEFAULT;
    size_t text = csv->reading.batch ? csv->reading.batch : BATCH_DEFAULT;
    csv->stream.text = text < BATCH_LEAST ? BATCH_LEAST : text;
    enum weir_status status = WEIR_OK;
    if (csv->max_record > WEIR_BATCH_MOST / 2 ||
        csv->stream.text > WEIR_BATCH_MOST / 2)
        status = weir_fail(error, WEIR_USAGE,
                           "--max-record, --batch: at most 512 MiB");
    if (!status)
        status = choose_reader(csv, error);
    if (!status)
        status = init_inputs(csv, error);
    if (!status)
        return csv;
    csv_close(&csv->stream);
    return NULL;
}

static struct weir_stream *opened(struct weir_csv *csv, enum weir_status status,
                                  struct weir_error *error)
{
    if (status) {
        name_input(csv, status, error);
        csv_close(&csv->stream);
        return NULL;
    }
    csv->stream.n_columns = csv->n_names;
    csv->stream.name = csv->names;
    return &csv->stream;
}

static enum weir_status csv_again(struct weir_stream *stream,
                                  struct weir_error *error)
{
    struct weir_csv *csv = (struct weir_csv *)stream;
    struct weir_meter *meter = csv->inputs.meter;
    weir_csv_close_input(csv);
    csv->resumed = (struct weir_place){0};
    csv->resumes = false;
    csv->flow.consumed = csv->seq = 0;
    csv->sticky = WEIR_OK;
    csv->lanes_never = true;
    if (meter) {
        atomic_store(&meter->raw_bytes, 0);
        atomic_store(&meter->total, 0);
        atomic_store(&meter->ahead, 0);
    }
    return name_input(csv, weir_csv_open_first(csv, error), error);
}

struct weir_stream *weir_csv_open(const struct weir_csv_inputs *inputs,
                                  const struct weir_reading *reading,
                                  struct weir_error *error)
{
    weir_error_init(error);
    struct weir_csv *csv = create(inputs, reading, error);
    if (!csv)
        return NULL;
    csv->by_path = true;
    return opened(csv, weir_csv_open_first(csv, error), error);
}

struct weir_stream *weir_csv_over(struct weir_source *source, const char *name,
                                  const struct weir_reading *reading,
                                  struct weir_error *error)
{
    weir_error_init(error);
    struct weir_csv_inputs inputs = {.path = &name, .n = 1};
    struct weir_csv *csv = create(&inputs, reading, error);
    if (!csv) {
        weir_source_close(source);
        return NULL;
    }
    return opened(csv, weir_csv_begin_source(csv, source, error), error);
}
