/*
 * A Markdown table, as GitHub and pandoc read it. A backslash is doubled so
 * that it cannot escape what follows it, a line end becomes <br>, and < becomes
 * an entity so that text is never taken for HTML.
 */
#include "cli/formats/format.h"

/* What is written instead of the byte at `text`; NULL for the byte itself. */
static const char *escape(const char *text, size_t left)
{
    switch (*text) {
    case '|':
        return "\\|";
    case '\\':
        return "\\\\";
    case '<':
        return "&lt;";
    case '\r':
        /* CRLF becomes one <br>. */
        return left > 1 && text[1] == '\n' ? "" : "<br>";
    case '\n':
        return "<br>";
    default:
        return NULL;
    }
}

static void put_cell(struct weir_output *output, struct weir_text text)
{
    size_t plain = 0;
    weir_output_char(output, ' ');
    for (size_t i = 0; i < text.len; i++) {
        const char *instead = escape(text.bytes + i, text.len - i);
        if (!instead)
            continue;
        weir_output_text(output, text.bytes + plain, i - plain);
        weir_output_string(output, instead);
        plain = i + 1;
    }
    weir_output_text(output, text.bytes + plain, text.len - plain);
    weir_output_string(output, " |");
}

static void put_number(struct weir_output *output, struct weir_text text)
{
    weir_output_char(output, ' ');
    weir_format_put_number(output, text);
    weir_output_string(output, " |");
}

static enum weir_status md_begin(struct weir_sink *sink,
                                 const char *const *name,
                                 const enum weir_type *type, size_t n_columns,
                                 struct weir_error *error)
{
    struct weir_format_sink *md = (struct weir_format_sink *)sink;
    md->n_columns = n_columns;
    weir_output_char(md->output, '|');
    for (size_t c = 0; c < n_columns; c++)
        put_cell(md->output, weir_text_of(name[c]));
    weir_output_string(md->output, "\n|");
    for (size_t c = 0; c < n_columns; c++)
        weir_output_string(md->output,
                           type[c] == WEIR_TYPE_NUMBER ? " ---: |" : " --- |");
    weir_output_char(md->output, '\n');
    return weir_output_settle(md->output, error);
}

static enum weir_status md_rows(struct weir_sink *sink,
                                const struct weir_vector *const *column,
                                size_t rows, struct weir_error *error)
{
    struct weir_format_sink *md = (struct weir_format_sink *)sink;
    char scratch[WEIR_NUMBER_TEXT];
    for (size_t row = 0; row < rows; row++) {
        weir_output_char(md->output, '|');
        for (size_t c = 0; c < md->n_columns; c++) {
            struct weir_text text = weir_vector_write(column[c], row, scratch);
            if (column[c]->type == WEIR_TYPE_NUMBER)
                put_number(md->output, text);
            else
                put_cell(md->output, text);
        }
        weir_output_char(md->output, '\n');
    }
    return weir_output_settle(md->output, error);
}

static const struct weir_sink_ops ops = {.begin = md_begin,
                                         .rows = md_rows,
                                         .end = weir_format_end,
                                         .close = weir_format_close};

const struct weir_format weir_format_md = {.name = "md",
                                           .brief = "Markdown table",
                                           .audience = WEIR_FOR_PAGES,
                                           .takes_decimal = true,
                                           .size =
                                               sizeof(struct weir_format_sink),
                                           .ops = &ops};
