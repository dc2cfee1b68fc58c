/*
 * The stream: opening it, and `next`, which reads the inputs one after another
 * (inputs.c) in one of the ways of reader.h.
 */
#include "readers/csv/record.h"
#include "readers/csv/ways.h"

#include "base/error.h"
#include "base/threads.h"
#include <string.h>

/* A chunk of 128 KiB, and 16 KiB for the rest of a record after it. */
#define BATCH_DEFAULT ((size_t)144 << 10)
#define BATCH_MIN ((size_t)64)
#define MAX_RECORD_DEFAULT ((size_t)16 << 20)
#define LEFTOVER_MIN ((size_t)4096)

/* The next part of the input being read. WEIR_END: there is none. */
static enum weir_status next_part(struct weir_csv *csv,
                                  struct weir_batch *batch,
                                  struct weir_error *error)
{
    if (!csv->current.opened)
        return WEIR_END;
    if (!csv->current.way)
        csv->current.way = weir_way_choose(csv);
    /* Segments begin at the position themselves. */
    bool segments = csv->current.way->kind == WEIR_WAY_SEGMENTS;
    if (csv->resume.pending && !segments && weir_csv_finish_seek(csv, error))
        return error->status;
    return csv->current.buffer.ended && !segments
               ? WEIR_END
               : csv->current.way->next(csv, batch, error);
}

/* Opens the next input when all parts of this one are finished. One thread
 * opens it; the others find it open when they have waited. */
static enum weir_status next_input(struct weir_csv *csv, size_t input,
                                   struct weir_error *error)
{
    while (csv->current.busy && csv->current.next_input == input &&
           !csv->sticky)
        pthread_cond_wait(&csv->changed, &csv->lock);
    if (csv->sticky || csv->current.next_input != input)
        return csv->sticky ? WEIR_END : WEIR_OK;
    enum weir_status status = weir_csv_open_next(csv, error);
    pthread_cond_broadcast(&csv->changed);
    return status;
}

/* Ends the stream with a failure, whose message is about this batch. `next`
 * gives out no new part after that. */
static enum weir_status fail(struct weir_csv *csv, struct weir_batch *batch,
                             enum weir_status status, struct weir_error *error)
{
    bool segments = csv->current.segments.begun;
    if (!csv->sticky)
        csv->sticky = status;
    pthread_cond_broadcast(&csv->changed);
    /* Chunks that other threads have taken come before the failure, so wait for
     * them. Segments are in no order. */
    while (!segments && csv->current.busy)
        pthread_cond_wait(&csv->changed, &csv->lock);
    batch->part.seq = csv->seq;
    batch->part.located = !csv->resume.moved && !segments;
    return weir_csv_name_input(csv, status, error);
}

static enum weir_status next_batch(struct weir_csv *csv,
                                   struct weir_batch *batch,
                                   struct weir_error *error)
{
    enum weir_status status = WEIR_END;
    weir_error_init(error);
    while (status == WEIR_END && !csv->sticky) {
        size_t input = csv->current.next_input;
        status = next_part(csv, batch, error);
        if (status == WEIR_END && !csv->sticky) {
            status = next_input(csv, input, error);
            if (status == WEIR_END)
                csv->sticky = WEIR_END;
            else if (status == WEIR_OK)
                status = WEIR_END;
        }
    }
    if (status < 0)
        return fail(csv, batch, status, error);
    if (csv->sticky)
        pthread_cond_broadcast(&csv->changed);
    return status;
}

static enum weir_status csv_next(struct weir_stream *stream,
                                 struct weir_batch *batch,
                                 struct weir_error *error)
{
    struct weir_csv *csv = (struct weir_csv *)stream;
    bool made = weir_csv_state_make(stream, batch, error);
    if (made && weir_segment_is_open(batch))
        return weir_segment_more(csv, batch, error);
    pthread_mutex_lock(&csv->lock);
    enum weir_status status = made ? next_batch(csv, batch, error)
                                   : fail(csv, batch, error->status, error);
    pthread_mutex_unlock(&csv->lock);
    return status;
}

static void csv_close(struct weir_stream *stream)
{
    struct weir_csv *csv = (struct weir_csv *)stream;
    weir_csv_close_input(csv);
    weir_zstd_dictionary_close(csv->dictionary);
    weir_csv_names_release(&csv->names);
    for (size_t i = 0; csv->each.columns && i < csv->inputs.n; i++)
        weir_free(WEIR_MEMORY_READER, csv->each.columns[i]);
    weir_free(WEIR_MEMORY_READER, csv->each.columns);
    weir_free(WEIR_MEMORY_READER, csv->current.buffer.leftover);
    weir_free(WEIR_MEMORY_READER, csv->each.dialect);
    weir_free(WEIR_MEMORY_READER, csv->each.name);
    weir_free(WEIR_MEMORY_READER, csv->each.size);
    pthread_cond_destroy(&csv->changed);
    pthread_mutex_destroy(&csv->lock);
    weir_free(WEIR_MEMORY_READER, csv);
}

/* Adds `more` to the estimate if it fits into *spare, which is then reduced. */
static bool add_if_it_fits(const struct weir_estimate *more, size_t *spare,
                           struct weir_estimate *estimate)
{
    size_t bytes = weir_estimate_total(more);
    if (bytes > *spare)
        return false;
    *spare -= bytes;
    weir_estimate_add_all(estimate, more, 1);
    return true;
}

/*
 * Decides whether segments and prefetch may be used, by the memory that they
 * need. Segments are decoded before the text in front of them, so they are not
 * used if results are needed in the input's order. An input without segments is
 * prefetched.
 */
static void csv_prepare(struct weir_stream *stream,
                        const struct weir_reading_facts *facts,
                        struct weir_estimate *estimate)
{
    struct weir_csv *csv = (struct weir_csv *)stream;
    const struct weir_source *opened = csv->current.opened;
    struct weir_estimate segments = {0}, prefetch = {0};
    size_t before = weir_estimate_total(estimate),
           states = weir_csv_state_bytes(stream);
    weir_estimate_add(estimate,
                      sizeof *csv + csv->current.buffer.leftover_capacity,
                      "reader: itself, and the leftover between batches");
    if (csv->dictionary)
        weir_zstd_dictionary_estimate(csv->dictionary, estimate);
    if (opened)
        weir_source_estimate(opened, estimate);
    if (facts->threads == 1)
        weir_estimate_add(estimate, states, "batch: separators");
    else
        weir_estimate_add(estimate, facts->threads * states,
                          "%zu x batch: separators", facts->threads);
    size_t min = weir_estimate_total(estimate) - before;
    size_t spare = facts->spare > min ? facts->spare - min : 0;
    csv->mode.guesses = false;
    if (!facts->ordered && !csv->resume.guesses_never) {
        weir_segments_estimate(csv, facts->threads, &segments);
        /* With several threads, guesses are allowed even if this input has no
         * segments: a later one may have some. */
        csv->mode.guesses = (facts->threads > 1 || segments.n) &&
                            add_if_it_fits(&segments, &spare, estimate);
    }
    csv->mode.prefetches = false;
    if (facts->threads > 1 && !(csv->mode.guesses && segments.n)) {
        if (opened && weir_source_decodes(opened))
            weir_estimate_add(&prefetch, weir_prefetch_bytes(),
                              "text decoded ahead");
        csv->mode.prefetches = add_if_it_fits(&prefetch, &spare, estimate);
    }
    /* Only for stream.how: next chooses for each input. */
    if (opened)
        (void)weir_way_choose(csv);
}

static enum weir_status csv_shape(const struct weir_stream *stream,
                                  struct weir_batch *batch,
                                  struct weir_error *error)
{
    if (!batch->memory.state)
        return weir_csv_state_make(stream, batch, error) ? WEIR_END
                                                         : error->status;
    return ((const struct weir_csv *)stream)->mode.libcsv
               ? weir_csv_shape_libcsv(stream, batch, error)
               : weir_csv_shape(stream, batch, error);
}

static enum weir_status init_inputs(struct weir_csv *csv,
                                    struct weir_error *error)
{
    size_t n = csv->inputs.n;
    csv->each.dialect =
        weir_alloc_zero(WEIR_MEMORY_READER, n * sizeof *csv->each.dialect);
    csv->each.name =
        weir_alloc_zero(WEIR_MEMORY_READER, 2 * n * sizeof *csv->each.name);
    csv->each.size =
        weir_alloc_zero(WEIR_MEMORY_READER, n * sizeof *csv->each.size);
    csv->each.columns =
        weir_alloc_zero(WEIR_MEMORY_READER, n * sizeof *csv->each.columns);
    csv->current.buffer.leftover_capacity = LEFTOVER_MIN;
    csv->current.buffer.leftover =
        weir_alloc(WEIR_MEMORY_READER, csv->current.buffer.leftover_capacity);
    if (!csv->each.dialect || !csv->each.name || !csv->each.size ||
        !csv->each.columns || !csv->current.buffer.leftover)
        return weir_fail_memory(error, "the inputs",
                                n * sizeof *csv->each.dialect);
    /* A copy of the paths follows the names. */
    memcpy(csv->each.name + n, csv->inputs.path, n * sizeof *csv->inputs.path);
    csv->inputs.path = csv->each.name + n;
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; i < n && !status; i++) {
        csv->each.name[i] = weir_source_name(csv->inputs.path[i]);
        status = weir_dialect_init(&csv->each.dialect[i], csv->inputs.path[i],
                                   &csv->reading, error);
        if (!status && csv->mode.libcsv)
            status = weir_csv_libcsv_check(&csv->each.dialect[i], error);
    }
    csv->stream.input = csv->each.name;
    csv->stream.n_inputs = n;
    return status ? status : weir_csv_deal(csv, error);
}

static enum weir_status read_dictionary(struct weir_csv *csv,
                                        struct weir_error *error)
{
    if (!csv->inputs.zstd_dict)
        return WEIR_OK;
    csv->dictionary = weir_zstd_dictionary_open(csv->inputs.zstd_dict, error);
    csv->inputs.source.dictionary = csv->dictionary;
    return csv->dictionary ? WEIR_OK : error->status;
}

static enum weir_status choose_reader(struct weir_csv *csv,
                                      struct weir_error *error)
{
    const char *reader = csv->reading.reader;
    csv->scan = weir_scan_best();
    csv->mode.libcsv = reader && !strcmp(reader, "libcsv");
    if (reader && *reader && !csv->mode.libcsv && strcmp(reader, "auto") != 0 &&
        strcmp(reader, "scan") != 0)
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
    if (!csv)
        return weir_no_memory(error, "the reader", sizeof *csv);
    if (weir_lock_init(&csv->lock, &csv->changed, error)) {
        weir_free(WEIR_MEMORY_READER, csv);
        return NULL;
    }
    csv->inputs = *inputs;
    if (!inputs->io)
        csv->inputs.io = &csv->io;
    if (reading)
        csv->reading = *reading;
    enum weir_status status = weir_named_dialect_apply(&csv->reading, error);
    if (csv->reading.header && !*csv->reading.header) {
        csv->reading.header = NULL;
        csv->reading.no_header = false;
    }
    if (!csv->reading.max_record)
        csv->reading.max_record = MAX_RECORD_DEFAULT;
    size_t text = csv->reading.batch ? csv->reading.batch : BATCH_DEFAULT;
    csv->stream.text = text < BATCH_MIN ? BATCH_MIN : text;
    if (!status && (csv->reading.max_record > WEIR_BATCH_MAX / 2 ||
                    csv->stream.text > WEIR_BATCH_MAX / 2))
        status = weir_fail(error, WEIR_USAGE,
                           "--max-record, --batch: at most 512 MiB");
    if (!status)
        status = choose_reader(csv, error);
    if (!status)
        status = read_dictionary(csv, error);
    if (!status)
        status = init_inputs(csv, error);
    if (!status)
        return csv;
    csv_close(&csv->stream);
    return NULL;
}

/* Restarts the stream from the beginning, and never guesses again. */
static enum weir_status begin_again(struct weir_csv *csv,
                                    struct weir_error *error)
{
    weir_csv_close_input(csv);
    csv->resume.target = (struct weir_position){0};
    csv->resume.pending = csv->resume.moved = csv->mode.guesses = false;
    csv->current.buffer.consumed = csv->seq = csv->current.busy = 0;
    csv->sticky = WEIR_OK;
    csv->resume.guesses_never = true;
    atomic_store(&csv->inputs.io->raw_bytes, 0);
    atomic_store(&csv->inputs.io->total, 0);
    atomic_store(&csv->inputs.io->ahead, 0);
    atomic_store(&csv->inputs.io->due_ns, 0);
    return weir_csv_open_first(csv, error);
}

static enum weir_status csv_seek(struct weir_stream *stream,
                                 const struct weir_position *place,
                                 struct weir_error *error)
{
    struct weir_csv *csv = (struct weir_csv *)stream;
    enum weir_status status =
        place ? weir_csv_resume(csv, place, error) : begin_again(csv, error);
    return weir_csv_name_input(csv, status, error);
}

static const struct weir_stream_ops csv_ops = {.prepare = csv_prepare,
                                               .next = csv_next,
                                               .shape = csv_shape,
                                               .locate = weir_csv_locate,
                                               .record = weir_csv_record,
                                               .position = weir_csv_position,
                                               .seek = csv_seek,
                                               .close = csv_close};

static struct weir_stream *opened(struct weir_csv *csv, enum weir_status status,
                                  struct weir_error *error)
{
    if (status) {
        weir_csv_name_input(csv, status, error);
        csv_close(&csv->stream);
        return NULL;
    }
    csv->stream.ops = &csv_ops;
    csv->stream.schema.n_columns = csv->names.n;
    csv->stream.schema.name = csv->names.name;
    csv->stream.schema.header = csv->names.line;
    csv->stream.schema.delimiter =
        csv->each.dialect[csv->names.input].delimiter;
    return &csv->stream;
}

struct weir_stream *weir_csv_open(const struct weir_csv_inputs *inputs,
                                  const struct weir_reading *reading,
                                  struct weir_error *error)
{
    weir_error_init(error);
    struct weir_csv *csv = create(inputs, reading, error);
    if (!csv)
        return NULL;
    csv->mode.by_path = true;
    enum weir_status status = weir_csv_preview(csv, error);
    if (!status)
        status = weir_csv_open_first(csv, error);
    return opened(csv, status, error);
}

const char *weir_input_name(const struct weir_input *input)
{
    return input->path ? input->path : input->name ? input->name : "input";
}

struct weir_stream *weir_csv_open_input(const struct weir_input *input,
                                        const struct weir_csv_inputs *how,
                                        const struct weir_reading *reading,
                                        struct weir_error *error)
{
    const char *name = weir_input_name(input);
    struct weir_csv_inputs only = *how;
    weir_error_init(error);
    only.path = &name;
    only.n = 1;
    if (input->path)
        return weir_csv_open(&only, reading, error);
    struct weir_csv *csv = create(&only, reading, error);
    if (!csv)
        return NULL;
    struct weir_source *source =
        input->read
            ? weir_caller_source_open(input->read, input->context, error)
            : weir_memory_source_open(input->bytes, input->len, error);
    if (source)
        source = weir_source_detect(source, name, &csv->inputs.source, error);
    return opened(
        csv, source ? weir_csv_begin_source(csv, source, error) : error->status,
        error);
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
