/*
 * CSV quotes only the fields that need it (RFC 4180), and ends lines with a
 * line feed, as the tools around it do. TSV has no quotes: the four bytes that
 * would break a row are written as \t, \n, \r and \\.
 */
#include "cli/formats/format.h"

struct csv_sink {
    struct weir_format_sink base;
    bool tabs, special; /* TSV; TSV, or CSV on a terminal */
    char delimiter;
    bool breaks[256]; /* [byte]: a field that has it must be quoted */
};

static const bool breaks_csv[256] = {
    [','] = true, ['"'] = true, ['\r'] = true, ['\n'] = true};

static const char tsv_escape[256] = {
    ['\t'] = 't', ['\n'] = 'n', ['\r'] = 'r', ['\\'] = '\\'};

static bool must_quote(struct weir_text text, const bool *breaks)
{
    for (size_t i = 0; i < text.len; i++)
        if (breaks[(unsigned char)text.bytes[i]])
            return true;
    return false;
}

/* Puts a field on a terminal. Line ends need no quotes here, because they are
 * shown as \x0a. */
static void show_field(struct weir_output *output, struct weir_text text,
                       char delimiter)
{
    bool quoted = memchr(text.bytes, '"', text.len) ||
                  memchr(text.bytes, delimiter, text.len);
    if (quoted)
        weir_output_char(output, '"');
    while (text.len) {
        const char *quote = memchr(text.bytes, '"', text.len);
        size_t n = quote ? (size_t)(quote + 1 - text.bytes) : text.len;
        weir_output_text(output, text.bytes, n);
        if (quote)
            weir_output_char(output, '"');
        text.bytes += n;
        text.len -= n;
    }
    if (quoted)
        weir_output_char(output, '"');
}

static void csv_field(struct weir_output *output, struct weir_text text,
                      const bool *breaks)
{
    if (!must_quote(text, breaks)) {
        weir_output_put(output, text.bytes, text.len);
        return;
    }
    weir_output_char(output, '"');
    for (const char *quote;
         text.len > 0 && (quote = memchr(text.bytes, '"', text.len)) != NULL;
         text.bytes = quote + 1) {
        size_t before = (size_t)(quote + 1 - text.bytes);
        weir_output_put(output, text.bytes, before);
        weir_output_char(output, '"');
        text.len -= before;
    }
    weir_output_put(output, text.bytes, text.len);
    weir_output_char(output, '"');
}

void weir_format_csv_field(struct weir_output *output, struct weir_text text)
{
    if (output->shown && text.len)
        show_field(output, text, ',');
    else
        csv_field(output, text, breaks_csv);
}

static void tsv_field(struct weir_output *output, struct weir_text text)
{
    size_t plain = 0;
    for (size_t i = 0; i < text.len; i++) {
        char escape = tsv_escape[(unsigned char)text.bytes[i]];
        if (!escape)
            continue;
        weir_output_text(output, text.bytes + plain, i - plain);
        weir_output_char(output, '\\');
        weir_output_char(output, escape);
        plain = i + 1;
    }
    weir_output_text(output, text.bytes + plain, text.len - plain);
}

/* Puts a field of TSV, or of CSV on a terminal. */
static void put_special(struct csv_sink *csv, struct weir_text text)
{
    if (csv->tabs)
        tsv_field(csv->base.output, text);
    else if (csv->base.n_columns == 1 && text.len == 0)
        weir_output_put(csv->base.output, "\"\"", 2);
    else if (text.len)
        show_field(csv->base.output, text, csv->delimiter);
}

static inline void put_field(struct csv_sink *csv, struct weir_text text)
{
    if (csv->special) {
        put_special(csv, text);
        return;
    }
    /* One empty field alone would be a blank line, which CSV readers skip. */
    if (csv->base.n_columns == 1 && text.len == 0)
        weir_output_put(csv->base.output, "\"\"", 2);
    else
        csv_field(csv->base.output, text, csv->breaks);
}

/* Puts a number that has a point, which another decimal mark replaces. */
static void put_number(struct csv_sink *csv, struct weir_text text)
{
    struct weir_output *output = csv->base.output;
    bool quoted = !csv->tabs && output->style.decimal == csv->delimiter;
    if (quoted)
        weir_output_char(output, '"');
    weir_format_put_number(output, text);
    if (quoted)
        weir_output_char(output, '"');
}

/* Whether a text of a column has a point that a decimal mark replaces. */
static bool has_point(const struct weir_vector *column, struct weir_text text)
{
    return column->type == WEIR_TYPE_NUMBER && text.len &&
           memchr(text.bytes, '.', text.len);
}

static void set_style(struct csv_sink *csv)
{
    const struct weir_output *output = csv->base.output;
    csv->tabs = csv->base.format->variant;
    csv->special = csv->tabs || output->shown;
    csv->delimiter = csv->tabs                 ? '\t'
                     : output->style.delimiter ? output->style.delimiter
                                               : ',';
    memcpy(csv->breaks, breaks_csv, sizeof csv->breaks);
    csv->breaks[','] = false;
    csv->breaks[(unsigned char)csv->delimiter] = true;
}

static enum weir_status csv_begin(struct weir_sink *sink,
                                  const char *const *name,
                                  const enum weir_type *type, size_t n_columns,
                                  struct weir_error *error)
{
    struct csv_sink *csv = (struct csv_sink *)sink;
    (void)type;
    set_style(csv);
    csv->base.n_columns = n_columns;
    if (csv->base.output->style.no_header)
        return WEIR_OK;
    for (size_t c = 0; c < n_columns; c++) {
        if (c > 0)
            weir_output_char(csv->base.output, csv->delimiter);
        put_field(csv, weir_text_of(name[c]));
    }
    weir_output_char(csv->base.output, '\n');
    return weir_output_settle(csv->base.output, error);
}

static enum weir_status csv_rows(struct weir_sink *sink,
                                 const struct weir_vector *const *column,
                                 size_t rows, struct weir_error *error)
{
    struct csv_sink *csv = (struct csv_sink *)sink;
    char scratch[WEIR_NUMBER_TEXT];
    const size_t n = csv->base.n_columns;
    const char delimiter = csv->delimiter;
    const bool localized = csv->base.output->style.decimal;
    for (size_t row = 0; row < rows; row++) {
        for (size_t c = 0; c < n; c++) {
            struct weir_text text = weir_vector_write(column[c], row, scratch);
            if (c > 0)
                weir_output_char(csv->base.output, delimiter);
            if (localized && has_point(column[c], text))
                put_number(csv, text);
            else
                put_field(csv, text);
        }
        weir_output_char(csv->base.output, '\n');
    }
    return weir_output_settle(csv->base.output, error);
}

static const struct weir_sink_ops ops = {.begin = csv_begin,
                                         .rows = csv_rows,
                                         .end = weir_format_end,
                                         .close = weir_format_close};

const struct weir_format weir_format_csv = {.name = "csv",
                                            .brief =
                                                "comma-separated, RFC 4180",
                                            .takes_delimiter = true,
                                            .takes_decimal = true,
                                            .takes_no_header = true,
                                            .size = sizeof(struct csv_sink),
                                            .ops = &ops};

const struct weir_format weir_format_tsv = {.name = "tsv",
                                            .brief = "tab-separated, escaped",
                                            .takes_decimal = true,
                                            .takes_no_header = true,
                                            .size = sizeof(struct csv_sink),
                                            .variant = true,
                                            .ops = &ops};
