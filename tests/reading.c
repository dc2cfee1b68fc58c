#include "tests/reading.h"

#include "base/error.h"
#include "base/mechanism.h"
#include "readers/csv/csv.h"
#include "tests/source_kit.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct chunks {
    struct weir_source source;
    const char *next;
    size_t left, chunk;
    uint64_t seed;
};

static size_t chunk_size(struct chunks *chunks)
{
    if (chunks->chunk != READING_RANDOM)
        return chunks->chunk ? chunks->chunk : chunks->left;
    chunks->seed = chunks->seed * 6364136223846793005u + 1442695040888963407u;
    return 1 + (chunks->seed >> 33) % 200;
}

static ptrdiff_t chunks_read(struct weir_source *source, void *into,
                             size_t capacity, struct weir_error *error)
{
    struct chunks *chunks = (struct chunks *)source;
    (void)error;
    size_t n = chunk_size(chunks);
    if (n > capacity)
        n = capacity;
    if (n > chunks->left)
        n = chunks->left;
    if (n)
        memcpy(into, chunks->next, n);
    chunks->next += n;
    chunks->left -= n;
    return (ptrdiff_t)n;
}

static void chunks_close(struct weir_source *source)
{
    weir_free(WEIR_MEMORY_OTHER, source);
}

static void chunks_estimate(const struct weir_source *source,
                            struct weir_estimate *estimate)
{
    (void)source;
    weir_estimate_add(estimate, sizeof(struct chunks), "bytes in memory");
}

struct weir_source *reading_source(const struct reading *reading,
                                   struct weir_error *error)
{
    static const struct weir_source_ops ops = {.read = chunks_read,
                                               .close = chunks_close,
                                               .estimate = chunks_estimate};
    struct chunks *chunks = weir_alloc(WEIR_MEMORY_OTHER, sizeof *chunks);
    if (!chunks) {
        weir_fail_memory(error, "the chunks", sizeof *chunks);
        return NULL;
    }
    *chunks = (struct chunks){
        {&ops}, reading->csv, reading->len, reading->chunk, reading->len};
    return &chunks->source;
}

static void put_bytes(FILE *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte == '\n')
            fputs("\\n", out);
        else if (byte == '\r')
            fputs("\\r", out);
        else if (byte < 0x20 || byte > 0x7e)
            fprintf(out, "\\x%02x", byte);
        else
            fputc(byte, out);
    }
}

/* A reading that is being written. */
struct pen {
    FILE *out;
    const struct reading *reading;
    struct weir_stream *stream;
    struct weir_batch batch;
    uint64_t first_line; /* line in which the batch begins */
    uint64_t line;       /* line of text[counted] */
    size_t counted;
    uint64_t padded, surplus;
};

static void put_place(struct pen *pen, uint32_t start, const char *mark)
{
    const struct weir_batch *batch = &pen->batch;
    assert(start >= pen->counted && start >= batch->window);
    pen->line +=
        weir_count_lines(batch->text + pen->counted, start - pen->counted);
    pen->counted = start;
    fprintf(pen->out, "%" PRIu64, pen->line);
    if (pen->reading->places)
        fprintf(pen->out, "@%" PRIu64 ".%u.%" PRIu64,
                batch->part.first_byte + start, batch->part.input,
                batch->part.position + start);
    fputs(mark, pen->out);
}

static void put_row(struct pen *pen, size_t row)
{
    const struct weir_batch *batch = &pen->batch;
    put_place(pen, batch->start[row], ":");
    size_t n = pen->reading->projected
                   ? pen->reading->n_projected
                   : batch->fields.first[row + 1] - batch->fields.first[row];
    for (size_t k = 0; k < n; k++) {
        struct weir_span span =
            pen->reading->projected
                ? batch->column[k][row]
                : batch->fields.span[batch->fields.first[row] + k];
        fputc(k ? '|' : ' ', pen->out);
        put_bytes(pen->out, batch->text + span.start, span.len);
    }
    fputc('\n', pen->out);
}

static void put_malformed(struct pen *pen,
                          const struct weir_malformed *malformed)
{
    put_place(pen, malformed->start, "! ");
    put_bytes(pen->out, pen->batch.text + malformed->start,
              malformed->end - malformed->start);
    fprintf(pen->out, " (%u)\n", malformed->n_fields);
}

/* Writes rows and malformed records in the order of the input. */
static void put_window(struct pen *pen)
{
    const struct weir_batch *batch = &pen->batch;
    size_t row = 0, malformed = 0;
    while (row < batch->rows || malformed < batch->ragged.n)
        if (malformed == batch->ragged.n ||
            (row < batch->rows &&
             batch->start[row] < batch->ragged.malformed[malformed].start))
            put_row(pen, row++);
        else
            put_malformed(pen, &batch->ragged.malformed[malformed++]);
    pen->padded += batch->ragged.padded;
    pen->surplus += batch->ragged.surplus;
}

static enum weir_status put_batch(struct pen *pen, struct weir_error *error)
{
    struct weir_batch *batch = &pen->batch;
    enum weir_status status;
    pen->line = pen->first_line;
    pen->counted = batch->begin;
    while ((status = weir_shape(pen->stream, batch, error)) == WEIR_OK) {
        assert(batch->next > batch->window && batch->next <= batch->len);
        put_window(pen);
    }
    if (status != WEIR_END) {
        batch->part.first_line = pen->first_line;
        if (error->byte != WEIR_NO_BYTE && !*error->place)
            pen->stream->ops->locate(pen->stream, batch, error);
        return error->status;
    }
    assert(batch->next == batch->len);
    assert(batch->lines == weir_count_lines(batch->text + batch->begin,
                                            batch->len - batch->begin));
    return WEIR_OK;
}

static enum weir_status put_batches(struct pen *pen, struct weir_error *error)
{
    struct weir_batch *batch = &pen->batch;
    for (uint64_t seq = 0;; seq++) {
        uint64_t lines = batch->lines;
        enum weir_status status = weir_next(pen->stream, batch, error);
        if (status == WEIR_END)
            return status;
        pen->first_line = batch->part.starts_input ? batch->part.first_line
                                                   : pen->first_line + lines;
        batch->part.first_line = pen->first_line;
        assert(batch->part.seq == seq);
        if (status && error->byte != WEIR_NO_BYTE && !*error->place)
            pen->stream->ops->locate(pen->stream, batch, error);
        if (!status)
            status = put_batch(pen, error);
        if (status)
            return status;
    }
}

static enum weir_status put_stream(struct pen *pen, struct weir_error *error)
{
    struct weir_stream *stream = pen->stream;
    for (size_t i = 0; i < stream->schema.n_columns; i++) {
        fputs(i ? "|" : "", pen->out);
        put_bytes(pen->out, stream->schema.name[i],
                  strlen(stream->schema.name[i]));
    }
    fputc('\n', pen->out);
    if (pen->reading->projected)
        weir_stream_project(stream, pen->reading->projected,
                            pen->reading->n_projected);
    else
        weir_stream_all_fields(stream);
    struct weir_batch_size size = weir_batch_size(stream);
    enum weir_status status = weir_batch_init(&pen->batch, &size, error);
    if (!status) {
        weir_batch_clear(&pen->batch);
        status = put_batches(pen, error);
    }
    weir_batch_release(&pen->batch);
    if (pen->padded || pen->surplus)
        fprintf(pen->out, "padded %" PRIu64 ", surplus %" PRIu64 "\n",
                pen->padded, pen->surplus);
    return status;
}

static void put_error(FILE *out, const struct weir_error *error)
{
    static const char *const name[] = {"OK", "DATA", "USAGE", "IO", "LIMIT"};
    fprintf(out, "%s %s%s%s\n", name[-(int)error->status], error->place,
            *error->place ? ": " : "", error->message);
}

char *reading_stream(struct weir_stream *stream, const struct reading *reading,
                     const struct weir_error *error)
{
    char *text = NULL;
    size_t len = 0;
    struct pen pen = {.out = open_memstream(&text, &len),
                      .reading = reading,
                      .stream = stream};
    struct weir_error failure = *error;
    if (stream && put_stream(&pen, &failure) == WEIR_END)
        fputs("end\n", pen.out);
    else
        put_error(pen.out, &failure);
    weir_stream_close(stream);
    (void)fclose(pen.out);
    return text;
}

char *reading_text(const struct reading *reading)
{
    weir_ran(WEIR_RAN_TURN);
    struct weir_error error;
    weir_error_init(&error);
    struct weir_source *source =
        reading->in_file
            ? file_of_bytes_open(reading->csv, reading->len, &error)
            : reading_source(reading, &error);
    struct weir_stream *stream = NULL;
    if (source)
        stream = weir_csv_over(source, "x.csv", &reading->options, &error);
    return reading_stream(stream, reading, &error);
}
