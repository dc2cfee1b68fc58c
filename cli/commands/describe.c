#include "cli/commands/describe.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What is asked of each column, in this order. %s is the column: $1, $2, ...
 * Cells that are no numbers are null where a number is needed (--bad-cells=null
 * is set).
 */
enum {
    VALUES,
    NUMBERS,
    INTEGERS,
    DATES,
    BOOLEANS,
    DISTINCT,
    LEAST_NUMBER,
    GREATEST_NUMBER,
    LEAST_TEXT,
    GREATEST_TEXT,
    MEAN,
    STDDEV,
    QUARTILE_1,
    MEDIAN,
    QUARTILE_3,
    SHORTEST,
    LONGEST,
    TOP,
    N_ITEMS
};

static const char *const items[N_ITEMS] = {
    [VALUES] = "count(%s)",
    [NUMBERS] = "count_numbers(%s)",
    [INTEGERS] = "count_if(%s = floor(%s))",
    [DATES] = "count(date(%s))",
    [BOOLEANS] = "count_if(lower(%s) in ('true', 'false'))",
    [DISTINCT] = "distinct(%s)",
    [LEAST_NUMBER] = "min(num(%s))",
    [GREATEST_NUMBER] = "max(num(%s))",
    [LEAST_TEXT] = "min(text(%s))",
    [GREATEST_TEXT] = "max(text(%s))",
    [MEAN] = "mean(%s)",
    [STDDEV] = "stddev(%s)",
    [QUARTILE_1] = "p25(%s)",
    [MEDIAN] = "median(%s)",
    [QUARTILE_3] = "p75(%s)",
    [SHORTEST] = "min(length(%s)) filter (where %s is not null)",
    [LONGEST] = "max(length(%s)) filter (where %s is not null)",
    [TOP] = "top(%s, 3)"};

char *weir_describe_question(const struct weir_schema *schema,
                             const char *clauses, struct weir_error *error)
{
    char *text = NULL, *copy = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return weir_no_memory(error, "the question", 0);
    (void)fputs("count()", out);
    for (size_t c = 0; c < schema->n_columns; c++) {
        char column[24];
        (void)snprintf(column, sizeof column, "$%zu", c + 1);
        for (size_t i = 0; i < N_ITEMS; i++) {
            (void)fputs(", ", out);
            for (const char *at = items[i]; *at; at++)
                if (at[0] == '%' && at[1] == 's') {
                    (void)fputs(column, out);
                    at++;
                } else {
                    (void)fputc(*at, out);
                }
        }
    }
    if (clauses)
        (void)fprintf(out, " %s", clauses);
    if (fclose(out) == 0)
        copy = weir_copy_text(WEIR_MEMORY_QUERY, text, len);
    free(text);
    return copy ? copy : weir_no_memory(error, "the question", len);
}

/* The sink. */

struct describe_sink {
    struct weir_sink sink;
    const struct weir_schema *schema;
    const struct weir_format *format;
    struct weir_output *output;
    const char **title; /* [n] */
    size_t n, n_keys;
    char *text; /* of all cells; cell i is text[end[i - 1], end[i]) */
    size_t len, capacity;
    size_t *end;
    size_t n_cells, cells_capacity;
    bool refused;  /* memory */
    bool programs; /* more columns, whole texts */
    bool blocks;   /* a block for each column: the terminal is narrow */
};

/* The titles after the keys; a program gets the counts of kinds as well. */
static const char *const titles[] = {
    "column",   "type",     "nulls",    "distinct",      "min",
    "max",      "mean",     "stddev",   "p25",           "median",
    "p75",      "shortest", "longest",  "most frequent", "integers",
    "decimals", "dates",    "booleans", "texts"};
#define N_TITLES (sizeof titles / sizeof *titles)
#define N_FOR_PEOPLE (N_TITLES - 5)
#define KEYS_MAX ((size_t)8)

/* Narrower terminals get blocks. */
#define WIDE ((size_t)160)

static enum weir_status begin(struct weir_sink *sink, const char *const *name,
                              const enum weir_type *type, size_t n_columns,
                              struct weir_error *error)
{
    struct describe_sink *d = (struct describe_sink *)sink;
    const size_t n = N_ITEMS * d->schema->n_columns + 1;
    (void)type;
    d->n_keys = n_columns - n;
    const size_t all = d->n_keys + (d->programs ? N_TITLES : N_FOR_PEOPLE);
    if (d->n_keys > KEYS_MAX)
        return weir_fail(error, WEIR_USAGE, "describe takes at most %zu keys",
                         KEYS_MAX);
    d->title = weir_alloc(WEIR_MEMORY_OUTPUT, all * sizeof *d->title);
    if (!d->title)
        return weir_fail_memory(error, "the titles", all * sizeof *d->title);
    for (size_t i = 0; i < d->n_keys; i++)
        d->title[i] = name[i];
    for (size_t i = d->n_keys; i < all; i++)
        d->title[i] = titles[i - d->n_keys];
    d->n = all;
    return WEIR_OK;
}

/* The values of one column in one row of the answer, as texts. */
struct facts {
    struct weir_text text[N_ITEMS];
    char scratch[N_ITEMS][WEIR_NUMBER_TEXT];
    uint64_t records;
};

static uint64_t count_of(struct weir_text text)
{
    const struct weir_number number = weir_number_read(text);
    return number.kind == WEIR_DECIMAL ? (uint64_t)number.mantissa : 0;
}

static void read_facts(struct facts *facts,
                       const struct weir_vector *const *column, size_t row)
{
    facts->records =
        count_of(weir_vector_write(column[0], row, facts->scratch[0]));
    for (size_t i = 0; i < N_ITEMS; i++)
        facts->text[i] =
            weir_vector_write(column[1 + i], row, facts->scratch[i]);
}

/* Appends a cell. */
static void put(struct describe_sink *d, const char *bytes, size_t len)
{
    d->refused = d->refused ||
                 !weir_grow(WEIR_MEMORY_OUTPUT, &d->text, &d->capacity,
                            d->len + len + 1) ||
                 !weir_grow(WEIR_MEMORY_OUTPUT, &d->end, &d->cells_capacity,
                            d->n_cells + 1);
    if (d->refused)
        return;
    if (len)
        memcpy(d->text + d->len, bytes, len);
    d->len += len;
    d->end[d->n_cells++] = d->len;
}

WEIR_PRINTF(2, 3)
static void put_words(struct describe_sink *d, const char *format, ...)
{
    char text[80];
    va_list arguments;
    va_start(arguments, format);
    const int len = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    put(d, text, len > 0 ? (size_t)len : 0);
}

#define SHOWN ((size_t)60) /* characters of a text, to people */

static void put_text(struct describe_sink *d, struct weir_text text)
{
    put(d, text.bytes,
        d->programs ? text.len : weir_utf8_skip(text.bytes, text.len, SHOWN));
}

static void put_count(struct describe_sink *d, uint64_t n)
{
    put_words(d, "%llu", (unsigned long long)n);
}

/* The value as people read it: a fraction with few digits. */
static void put_number(struct describe_sink *d, struct weir_text text)
{
    const struct weir_number number = weir_number_read(text);
    const double value = weir_number_double(&number);
    if (d->programs || text.len <= 10 || number.kind == WEIR_NULL ||
        !memchr(text.bytes, '.', text.len))
        put(d, text.bytes, text.len);
    else if (fabs(value) >= 1e5 && fabs(value) < 1e15)
        put_words(d, "%.1f", value);
    else
        put_words(d, "%.6g", value);
}

/* How many values are of each kind. */
struct kinds {
    uint64_t values, numbers, whole, dates, booleans;
};

static struct kinds kinds_of(const struct facts *facts)
{
    return (struct kinds){.values = count_of(facts->text[VALUES]),
                          .numbers = count_of(facts->text[NUMBERS]),
                          .whole = count_of(facts->text[INTEGERS]),
                          .dates = count_of(facts->text[DATES]),
                          .booleans = count_of(facts->text[BOOLEANS])};
}

/* What all values are, or else the most of them, with their share. */
static void put_type(struct describe_sink *d, const struct kinds *kinds)
{
    const char *number = kinds->whole == kinds->numbers ? "integer" : "decimal";
    const char *name = number;
    uint64_t most = kinds->numbers;
    if (kinds->dates > most) {
        name = "date";
        most = kinds->dates;
    }
    if (kinds->booleans > most) {
        name = "boolean";
        most = kinds->booleans;
    }
    if (kinds->values == 0)
        put_words(d, "empty");
    else if (most == kinds->values)
        put_words(d, "%s", name);
    else if (most == 0)
        put_words(d, "text");
    else
        put_words(d, "text, %.3g%% %s",
                  100.0 * (double)most / (double)kinds->values, name);
}

static void put_column(struct describe_sink *d, const struct facts *facts,
                       const char *name)
{
    const struct weir_text *text = facts->text;
    const struct kinds kinds = kinds_of(facts);
    const bool numbers = kinds.values && kinds.numbers == kinds.values;
    put(d, name, strlen(name));
    put_type(d, &kinds);
    put_count(d, facts->records - kinds.values);
    put_text(d, text[DISTINCT]);
    put_text(d, text[numbers ? LEAST_NUMBER : LEAST_TEXT]);
    put_text(d, text[numbers ? GREATEST_NUMBER : GREATEST_TEXT]);
    for (size_t i = MEAN; i <= QUARTILE_3; i++)
        put_number(d, text[i]);
    put_text(d, text[SHORTEST]);
    put_text(d, text[LONGEST]);
    put_text(d, text[TOP]);
    if (!d->programs)
        return;
    put_count(d, kinds.whole);
    put_count(d, kinds.numbers - kinds.whole);
    put_count(d, kinds.dates);
    put_count(d, kinds.booleans);
    put_count(d, kinds.values - kinds.numbers - kinds.dates - kinds.booleans);
}

static enum weir_status rows(struct weir_sink *sink,
                             const struct weir_vector *const *column, size_t n,
                             struct weir_error *error)
{
    struct describe_sink *d = (struct describe_sink *)sink;
    struct facts facts;
    char scratch[WEIR_NUMBER_TEXT];
    for (size_t row = 0; row < n; row++)
        for (size_t c = 0; c < d->schema->n_columns; c++) {
            for (size_t k = 0; k < d->n_keys; k++) {
                const struct weir_text key =
                    weir_vector_write(column[k], row, scratch);
                put(d, key.bytes, key.len);
            }
            const struct weir_vector *of[1 + N_ITEMS] = {column[d->n_keys]};
            memcpy(&of[1], &column[d->n_keys + 1 + c * N_ITEMS],
                   N_ITEMS * sizeof *of);
            read_facts(&facts, of, row);
            put_column(d, &facts, d->schema->name[c]);
        }
    return d->refused ? weir_fail_memory(error, "the description", d->len)
                      : WEIR_OK;
}

static struct weir_text cell_of(const struct describe_sink *d, size_t i)
{
    const size_t at = i ? d->end[i - 1] : 0;
    return (struct weir_text){d->text + at, d->end[i] - at};
}

/* Writes a block for each column: a title and a value on each line. */
static void put_blocks(const struct describe_sink *d)
{
    size_t width = 0, left = 0; /* titles of the block that are left */
    for (size_t c = 0; c < d->n; c++) {
        const size_t len = strlen(d->title[c]);
        width = len > width ? len : width;
    }
    for (size_t i = 0; i < d->n_cells; i++) {
        const struct weir_text cell = cell_of(d, i);
        if (left == 0)
            left = d->n;
        if (i && left == d->n)
            weir_output_char(d->output, '\n');
        const char *title = d->title[d->n - left--];
        if (cell.len == 0)
            continue;
        weir_output_text(d->output, title, strlen(title));
        for (size_t pad = strlen(title); pad < width + 2; pad++)
            weir_output_char(d->output, ' ');
        weir_output_text(d->output, cell.bytes, cell.len);
        weir_output_char(d->output, '\n');
    }
}

/* Gives the format's sink the rows one by one. */
static enum weir_status give_rows(const struct describe_sink *d,
                                  struct weir_sink *sink,
                                  struct weir_error *error)
{
    static const enum weir_type type[KEYS_MAX + N_TITLES] = {WEIR_TYPE_CELL};
    struct weir_vector vector[KEYS_MAX + N_TITLES];
    const struct weir_vector *column[KEYS_MAX + N_TITLES];
    struct weir_span span[KEYS_MAX + N_TITLES];
    enum weir_status status =
        sink->ops->begin(sink, d->title, type, d->n, error);
    for (size_t row = 0; !status && row < d->n_cells; row += d->n) {
        for (size_t c = 0; c < d->n; c++) {
            const struct weir_text cell = cell_of(d, row + c);
            span[c] = (struct weir_span){0, (uint32_t)cell.len};
            vector[c] = (struct weir_vector){
                .type = WEIR_TYPE_CELL, .base = cell.bytes, .span = &span[c]};
            column[c] = &vector[c];
        }
        status = sink->ops->rows(sink, column, 1, error);
    }
    return status ? status : sink->ops->end(sink, error);
}

static enum weir_status end(struct weir_sink *sink, struct weir_error *error)
{
    struct describe_sink *d = (struct describe_sink *)sink;
    if (d->blocks) {
        put_blocks(d);
        return weir_output_flush(d->output, error);
    }
    struct weir_sink *format = weir_format_open(d->format, d->output, error);
    if (!format)
        return error->status;
    enum weir_status status = give_rows(d, format, error);
    format->ops->close(format);
    return status;
}

static void close_sink(struct weir_sink *sink)
{
    struct describe_sink *d = (struct describe_sink *)sink;
    weir_free(WEIR_MEMORY_OUTPUT, d->text);
    weir_free(WEIR_MEMORY_OUTPUT, d->end);
    weir_free(WEIR_MEMORY_OUTPUT, d->title);
    weir_free(WEIR_MEMORY_OUTPUT, d);
}

static const struct weir_sink_ops ops = {
    .begin = begin, .rows = rows, .end = end, .close = close_sink};

struct weir_sink *weir_describe_open(const struct weir_schema *schema,
                                     const struct weir_format *format,
                                     struct weir_output *output,
                                     struct weir_error *error)
{
    struct describe_sink *d = weir_alloc_zero(WEIR_MEMORY_OUTPUT, sizeof *d);
    if (!d)
        return weir_no_memory(error, "the description", sizeof *d);
    d->sink.ops = &ops;
    d->schema = schema;
    d->format = format;
    d->output = output;
    d->programs = format->audience == WEIR_FOR_PROGRAMS;
    d->blocks = format->audience == WEIR_FOR_TERMINALS && output->width &&
                output->width < WIDE;
    return &d->sink;
}
