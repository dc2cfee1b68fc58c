#include "cli/formats/format.h"

#include "query/instead.h"
#include "query/query.h"

const struct weir_format *const weir_formats[] = {
#define X(name) &weir_format_##name,
    WEIR_FORMATS(X)
#undef X
        NULL,
};

#define N_FORMATS (sizeof weir_formats / sizeof weir_formats[0] - 1)

struct weir_sink *weir_format_open(const struct weir_format *format,
                                   struct weir_output *output,
                                   struct weir_error *error)
{
    struct weir_format_sink *sink =
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, format->size);
    if (!sink)
        return weir_no_memory(error, "the output format", format->size);
    sink->sink.ops = format->ops;
    sink->format = format;
    sink->output = output;
    if (!format->init || !format->init(&sink->sink, error))
        return &sink->sink;
    format->ops->close(&sink->sink);
    return NULL;
}

enum weir_status weir_format_check(const struct weir_sink *sink,
                                   const char *const *name, size_t n,
                                   struct weir_error *error)
{
    const struct weir_format *format =
        ((const struct weir_format_sink *)sink)->format;
    return format->check ? format->check(sink, name, n, error) : WEIR_OK;
}

enum weir_status weir_format_end(struct weir_sink *sink,
                                 struct weir_error *error)
{
    return weir_output_flush(((struct weir_format_sink *)sink)->output, error);
}

void weir_format_close(struct weir_sink *sink)
{
    weir_free(WEIR_MEMORY_OUTPUT, sink);
}

/* What other programs call the formats. */
static const struct weir_instead other_names[] = {
    WEIR_WRITE("jsonl jsonlines json-lines ldjson", "ndjson"),
    WEIR_WRITE("markdown gfm", "md"),
    WEIR_WRITE("ipc arrows feather", "arrow"),
    WEIR_WRITE("text txt pretty pprint ascii box psql column", "table"),
    WEIR_WRITE("tab tabs", "tsv"),
    {0}};

const struct weir_format *weir_format_find(const char *name,
                                           struct weir_error *error)
{
    const char *names[N_FORMATS];
    char shown[96], list[256] = "";
    size_t len = strlen(name);
    for (size_t i = 0; i < N_FORMATS; i++) {
        names[i] = weir_formats[i]->name;
        if (strcmp(names[i], name) == 0)
            return weir_formats[i];
        strcat(strcat(list, i ? ", " : ""), names[i]);
    }
    const struct weir_text text = {name, len};
    const struct weir_instead *row = weir_instead_find(other_names, text);
    const char *nearest =
        row ? row->write : weir_nearest(text, names, N_FORMATS);
    weir_show(shown, sizeof shown, name, len, 40);
    if (nearest)
        weir_fail(error, WEIR_USAGE,
                  "no output format '%s'; did you mean '%s'? formats: %s",
                  shown, nearest, list);
    else
        weir_fail(error, WEIR_USAGE, "no output format '%s'; formats: %s",
                  shown, list);
    return NULL;
}

void weir_format_put_number(struct weir_output *output, struct weir_text text)
{
    const char *point =
        output->style.decimal ? memchr(text.bytes, '.', text.len) : NULL;
    size_t before = point ? (size_t)(point - text.bytes) : text.len;
    weir_output_put(output, text.bytes, before);
    if (!point)
        return;
    weir_output_char(output, output->style.decimal);
    weir_output_put(output, point + 1, text.len - before - 1);
}
