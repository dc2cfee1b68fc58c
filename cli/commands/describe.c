#include "cli/commands/describe.h"

#include "base/error.h"
#include "base/memory.h"
#include "cli/terminal/text_table.h"
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
    [DATES] = "count_if(%s ~ '^[0-9]{4}-[01][0-9]-[0-3][0-9]([ T].*)?$')",
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
    struct weir_text_table table;
    const char **title;
    size_t n_keys;
    bool programs; /* more columns, no words for people */
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
    if (all > WEIR_TEXT_TABLE_COLUMNS_MAX)
        return weir_fail(error, WEIR_USAGE, "describe takes at most %zu keys",
                         WEIR_TEXT_TABLE_COLUMNS_MAX - N_TITLES);
    d->title = weir_alloc(WEIR_MEMORY_OUTPUT, all * sizeof *d->title);
    if (!d->title)
        return weir_fail_memory(error, "the titles", all * sizeof *d->title);
    for (size_t i = 0; i < d->n_keys; i++)
        d->title[i] = name[i];
    for (size_t i = d->n_keys; i < all; i++)
        d->title[i] = titles[i - d->n_keys];
    d->table.title = d->title;
    d->table.n_columns = all;
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

/* What all values are, or else the most of them, with their share. */
static void put_type(struct weir_text_table *table, const struct facts *facts)
{
    const uint64_t n = count_of(facts->text[VALUES]);
    const uint64_t numbers = count_of(facts->text[NUMBERS]);
    const uint64_t whole = count_of(facts->text[INTEGERS]);
    const struct {
        const char *name;
        uint64_t n;
    } kinds[] = {{whole == numbers ? "integer" : "decimal", numbers},
                 {"date", count_of(facts->text[DATES])},
                 {"boolean", count_of(facts->text[BOOLEANS])}};
    size_t most = 0;
    for (size_t i = 1; i < sizeof kinds / sizeof *kinds; i++)
        most = kinds[i].n > kinds[most].n ? i : most;
    if (n == 0)
        weir_text_table_put(table, "empty");
    else if (kinds[most].n == n)
        weir_text_table_put(table, "%s", kinds[most].name);
    else if (kinds[most].n == 0)
        weir_text_table_put(table, "text");
    else
        weir_text_table_put(table, "text, %.3g%% %s",
                            100.0 * (double)kinds[most].n / (double)n,
                            kinds[most].name);
}

static void put_text(struct weir_text_table *table, struct weir_text text)
{
    weir_text_table_put(table, "%.*s", (int)(text.len < 300 ? text.len : 300),
                        text.bytes ? text.bytes : "");
}

static void put_count(struct weir_text_table *table, uint64_t n)
{
    weir_text_table_put(table, "%llu", (unsigned long long)n);
}

/* The value as people read it: numbers with few digits. */
static void put_number(const struct describe_sink *d,
                       struct weir_text_table *table, struct weir_text text)
{
    const struct weir_number number = weir_number_read(text);
    if (d->programs || text.len <= 10 || number.kind == WEIR_NULL)
        put_text(table, text);
    else
        weir_text_table_put(table, "%.6g", weir_number_double(&number));
}

static void put_kinds(struct weir_text_table *table, const struct facts *facts)
{
    const uint64_t n = count_of(facts->text[VALUES]);
    const uint64_t numbers = count_of(facts->text[NUMBERS]);
    const uint64_t whole = count_of(facts->text[INTEGERS]);
    const uint64_t dates = count_of(facts->text[DATES]);
    const uint64_t booleans = count_of(facts->text[BOOLEANS]);
    put_count(table, whole);
    put_count(table, numbers - whole);
    put_count(table, dates);
    put_count(table, booleans);
    put_count(table, n - numbers - dates - booleans);
}

static void put_column(struct describe_sink *d, const struct facts *facts,
                       const char *name)
{
    struct weir_text_table *table = &d->table;
    const struct weir_text *text = facts->text;
    const uint64_t n = count_of(text[VALUES]);
    const bool numbers = n && count_of(text[NUMBERS]) == n;
    weir_text_table_put(table, "%s", name);
    put_type(table, facts);
    put_count(table, facts->records - n);
    put_text(table, text[DISTINCT]);
    put_text(table, text[numbers ? LEAST_NUMBER : LEAST_TEXT]);
    put_text(table, text[numbers ? GREATEST_NUMBER : GREATEST_TEXT]);
    for (size_t i = MEAN; i <= QUARTILE_3; i++)
        put_number(d, table, text[i]);
    put_text(table, text[SHORTEST]);
    put_text(table, text[LONGEST]);
    put_text(table, text[TOP]);
    if (d->programs)
        put_kinds(table, facts);
}

static enum weir_status rows(struct weir_sink *sink,
                             const struct weir_vector *const *column, size_t n,
                             struct weir_error *error)
{
    struct describe_sink *d = (struct describe_sink *)sink;
    struct facts facts;
    char scratch[WEIR_NUMBER_TEXT];
    (void)error;
    for (size_t row = 0; row < n; row++)
        for (size_t c = 0; c < d->schema->n_columns; c++) {
            for (size_t k = 0; k < d->n_keys; k++)
                put_text(&d->table, weir_vector_write(column[k], row, scratch));
            const struct weir_vector *of[1 + N_ITEMS] = {column[d->n_keys]};
            memcpy(&of[1], &column[d->n_keys + 1 + c * N_ITEMS],
                   N_ITEMS * sizeof *of);
            read_facts(&facts, of, row);
            put_column(d, &facts, d->schema->name[c]);
        }
    return WEIR_OK;
}

/* Writes a block for each column: a title and a value on each line. */
static void put_blocks(const struct describe_sink *d)
{
    const struct weir_text_table *table = &d->table;
    size_t i = 0;
    for (size_t at = 0; at < table->len; i++) {
        const size_t len = strlen(table->text + at);
        const size_t c = i % table->n_columns;
        const char *title = table->title[c];
        if (c == 0 && i)
            weir_output_char(d->output, '\n');
        if (len) {
            weir_output_text(d->output, title, strlen(title));
            for (size_t pad = strlen(title); pad < 15; pad++)
                weir_output_char(d->output, ' ');
            weir_output_text(d->output, table->text + at, len);
            weir_output_char(d->output, '\n');
        }
        at += len + 1;
    }
}

static enum weir_status end(struct weir_sink *sink, struct weir_error *error)
{
    struct describe_sink *d = (struct describe_sink *)sink;
    if (d->table.refused || !d->blocks)
        return weir_text_table_write(&d->table, d->format, d->output, error);
    put_blocks(d);
    return weir_output_flush(d->output, error);
}

static void close_sink(struct weir_sink *sink)
{
    struct describe_sink *d = (struct describe_sink *)sink;
    weir_free(WEIR_MEMORY_OUTPUT, d->table.text);
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
