/*
 * A picture of a grouped answer: a bar for each row, as long as its last
 * number, with the row's other values as its label. The rows are held until all
 * are known, so there is a limit to them.
 */
#include "cli/formats/format.h"
#include "cli/terminal/chart.h"
#include "cli/terminal/terminal.h"
#include <math.h>

#define ROWS_MAX ((size_t)10000)
#define LABEL_MAX ((size_t)200) /* bytes */
#define WIDTH ((size_t)80)      /* where the output is no terminal */

struct row {
    size_t label, text; /* offsets in the texts */
    double value;
};

struct bars_sink {
    struct weir_format_sink base;
    const char *title;
    size_t drawn; /* the column that is drawn */
    char *texts;  /* terminated */
    size_t len, capacity;
    struct row *row;
    size_t n, n_capacity;
};

static enum weir_status bars_begin(struct weir_sink *sink,
                                   const char *const *name,
                                   const enum weir_type *type, size_t n_columns,
                                   struct weir_error *error)
{
    struct bars_sink *bars = (struct bars_sink *)sink;
    size_t drawn = n_columns;
    bars->base.n_columns = n_columns;
    for (size_t c = 0; c < n_columns; c++)
        if (type[c] == WEIR_TYPE_NUMBER)
            drawn = c;
    for (size_t c = 0; drawn == n_columns && c < n_columns; c++)
        if (type[n_columns - 1 - c] == WEIR_TYPE_CELL)
            drawn = n_columns - 1 - c;
    bars->drawn = drawn;
    if (drawn == n_columns)
        return weir_fail(error, WEIR_USAGE,
                         "--output bars draws a number, and the answer has "
                         "none");
    bars->title = name[drawn];
    return WEIR_OK;
}

/* Appends bytes of a text. */
static bool put(struct bars_sink *bars, const char *bytes, size_t len)
{
    if (!weir_grow(WEIR_MEMORY_OUTPUT, &bars->texts, &bars->capacity,
                   bars->len + len))
        return false;
    memcpy(bars->texts + bars->len, bytes, len);
    bars->len += len;
    return true;
}

static bool put_label(struct bars_sink *bars,
                      const struct weir_vector *const *column, size_t row)
{
    char scratch[WEIR_NUMBER_TEXT];
    const size_t begin = bars->len;
    for (size_t c = 0; c < bars->base.n_columns; c++) {
        if (c == bars->drawn)
            continue;
        const struct weir_text text =
            weir_vector_write(column[c], row, scratch);
        if (bars->len > begin && !put(bars, " ", 1))
            return false;
        if (!put(bars, text.bytes, text.len < LABEL_MAX ? text.len : LABEL_MAX))
            return false;
    }
    return put(bars, "", 1);
}

static enum weir_status put_row(struct bars_sink *bars,
                                const struct weir_vector *const *column,
                                size_t at, struct weir_error *error)
{
    char scratch[WEIR_NUMBER_TEXT], shown[LABEL_MAX];
    const struct weir_text text =
        weir_vector_write(column[bars->drawn], at, scratch);
    const struct weir_number number = weir_number_read(text);
    struct row row = {.label = bars->len, .value = weir_number_double(&number)};
    if (number.kind == WEIR_BAD)
        return weir_fail(
            error, WEIR_USAGE,
            "--output bars draws the column '%s', and '%s' is no number",
            bars->title,
            weir_show(shown, sizeof shown, text.bytes, text.len, 40));
    if (isinf(row.value))
        row.value = NAN;
    bool taken = put_label(bars, column, at);
    row.text = bars->len;
    taken =
        taken &&
        put(bars, text.bytes, text.len < LABEL_MAX ? text.len : LABEL_MAX) &&
        put(bars, "", 1) &&
        weir_grow(WEIR_MEMORY_OUTPUT, &bars->row, &bars->n_capacity,
                  bars->n + 1);
    if (!taken)
        return weir_fail_memory(error, "the bars", bars->len);
    bars->row[bars->n++] = row;
    return WEIR_OK;
}

static enum weir_status bars_rows(struct weir_sink *sink,
                                  const struct weir_vector *const *column,
                                  size_t rows, struct weir_error *error)
{
    struct bars_sink *bars = (struct bars_sink *)sink;
    if (bars->n + rows > ROWS_MAX)
        return weir_fail(error, WEIR_LIMIT,
                         "--output bars shows at most %zu rows; add a limit to "
                         "the query, as in limit 20",
                         ROWS_MAX);
    enum weir_status status = WEIR_OK;
    for (size_t row = 0; !status && row < rows; row++)
        status = put_row(bars, column, row, error);
    return status;
}

static enum weir_status bars_end(struct weir_sink *sink,
                                 struct weir_error *error)
{
    struct bars_sink *bars = (struct bars_sink *)sink;
    struct weir_output *output = bars->base.output;
    struct weir_bar *bar =
        weir_alloc(WEIR_MEMORY_OUTPUT, (bars->n + 1) * sizeof *bar);
    if (!bar)
        return weir_fail_memory(error, "the bars", bars->n * sizeof *bar);
    for (size_t i = 0; i < bars->n; i++)
        bar[i] = (struct weir_bar){.label = bars->texts + bars->row[i].label,
                                   .text = bars->texts + bars->row[i].text,
                                   .value = bars->row[i].value,
                                   .color = "34"};
    const size_t width = output->width;
    output->width = width ? width : WIDTH;
    weir_output_text(output, bars->title, strlen(bars->title));
    weir_output_char(output, '\n');
    weir_chart_put(output, NULL, bar, bars->n, weir_terminal_utf8());
    output->width = width;
    weir_free(WEIR_MEMORY_OUTPUT, bar);
    return weir_format_end(sink, error);
}

static void bars_close(struct weir_sink *sink)
{
    struct bars_sink *bars = (struct bars_sink *)sink;
    weir_free(WEIR_MEMORY_OUTPUT, bars->texts);
    weir_free(WEIR_MEMORY_OUTPUT, bars->row);
    weir_format_close(sink);
}

static size_t most_bytes(size_t n)
{
    (void)n;
    return (size_t)1 << 20;
}

static const struct weir_sink_ops ops = {.begin = bars_begin,
                                         .rows = bars_rows,
                                         .end = bars_end,
                                         .close = bars_close};

const struct weir_format weir_format_bars = {
    .name = "bars",
    .brief = "a bar for each row, as long as its last number",
    .audience = WEIR_FOR_TERMINALS,
    .holds = most_bytes,
    .size = sizeof(struct bars_sink),
    .ops = &ops,
};
