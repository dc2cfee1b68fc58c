/*
 * JSON is an array with one object a line. NDJSON is the objects alone.
 *
 *     [
 *     {"name":"Ann","age":41},
 *     {"name":"Bo","age":null}
 *     ]
 *
 * A cell has no type. It is written as a number, with the same bytes, if its
 * bytes are a JSON number (007 is not one), else as a string. With --decimal or
 * --thousands, the bytes of a number are those of the plain one: 1.000,50 is
 * 1000.50. A text that the query computed is always a string.
 */
#include "cli/formats/format.h"
#include "cli/formats/json.h"

#include <stdio.h>

struct json_sink {
    struct weir_format_sink base;
    const char *const *name;
    uint32_t *suffix; /* [column]: see weir_unique_names() */
    bool lines;       /* NDJSON */
    bool any;         /* a row was written */
};

static void put_key(const struct json_sink *json, size_t column)
{
    const char *name = json->name[column];
    char tail[16];
    weir_output_char(json->base.output, '"');
    weir_json_inside(json->base.output, weir_text_of(name));
    if (json->suffix[column]) {
        snprintf(tail, sizeof tail, "_%u", json->suffix[column]);
        weir_output_string(json->base.output, tail);
    }
    weir_output_put(json->base.output, "\":", 2);
}

/* Longer cells that are not plain numbers are strings. */
#define CELL_MAX ((size_t)512)

static void put_cell(struct weir_output *output, struct weir_text cell,
                     struct weir_notation notation)
{
    char scratch[CELL_MAX + WEIR_NOTATION_EXTRA];
    struct weir_text plain = cell;
    if (weir_notation_pack(notation)) {
        plain.bytes = scratch;
        plain.len = cell.len <= CELL_MAX
                        ? weir_notation_plain(cell, notation, scratch)
                        : SIZE_MAX;
    }
    if (plain.len != SIZE_MAX && weir_json_is_number(plain))
        weir_output_put(output, plain.bytes, plain.len);
    else
        weir_json_string(output, cell);
}

static void put_value(const struct json_sink *json,
                      const struct weir_vector *vector, size_t row)
{
    struct weir_output *output = json->base.output;
    char scratch[WEIR_NUMBER_TEXT];
    struct weir_text text = weir_vector_write(vector, row, scratch);
    if (text.len == 0)
        weir_output_put(output, "null", 4);
    else if (vector->type == WEIR_TYPE_NUMBER)
        weir_json_number(output, text);
    else if (vector->type == WEIR_TYPE_CELL)
        put_cell(output, text, json->base.sink.notation);
    else if (vector->type == WEIR_TYPE_BOOLEAN)
        weir_output_put(output, text.bytes, text.len);
    else
        weir_json_string(output, text);
}

static void put_object(const struct json_sink *json,
                       const struct weir_vector *const *column, size_t row)
{
    for (size_t c = 0; c < json->base.n_columns; c++) {
        weir_output_char(json->base.output, c == 0 ? '{' : ',');
        put_key(json, c);
        put_value(json, column[c], row);
    }
    weir_output_char(json->base.output, '}');
}

static enum weir_status json_begin(struct weir_sink *sink,
                                   const char *const *name,
                                   const enum weir_type *type, size_t n_columns,
                                   struct weir_error *error)
{
    struct json_sink *json = (struct json_sink *)sink;
    size_t bytes = n_columns * sizeof *json->suffix;
    (void)type;
    json->name = name;
    json->lines = json->base.format->variant;
    json->base.n_columns = n_columns;
    json->suffix = weir_alloc(WEIR_MEMORY_OUTPUT, bytes);
    if (!json->suffix)
        return weir_fail_memory(error, "the output's column names", bytes);
    if (weir_unique_names(name, n_columns, json->suffix, error))
        return error->status;
    if (!json->lines)
        weir_output_char(json->base.output, '[');
    return weir_output_settle(json->base.output, error);
}

static enum weir_status json_rows(struct weir_sink *sink,
                                  const struct weir_vector *const *column,
                                  size_t rows, struct weir_error *error)
{
    struct json_sink *json = (struct json_sink *)sink;
    for (size_t row = 0; row < rows; row++) {
        if (!json->lines)
            weir_output_string(json->base.output, json->any ? ",\n" : "\n");
        put_object(json, column, row);
        if (json->lines)
            weir_output_char(json->base.output, '\n');
        json->any = true;
    }
    return weir_output_settle(json->base.output, error);
}

static enum weir_status json_end(struct weir_sink *sink,
                                 struct weir_error *error)
{
    struct json_sink *json = (struct json_sink *)sink;
    if (!json->lines)
        weir_output_string(json->base.output, json->any ? "\n]\n" : "]\n");
    return weir_output_flush(json->base.output, error);
}

static void json_close(struct weir_sink *sink)
{
    struct json_sink *json = (struct json_sink *)sink;
    weir_free(WEIR_MEMORY_OUTPUT, json->suffix);
    weir_free(WEIR_MEMORY_OUTPUT, json);
}

static const struct weir_sink_ops ops = {.begin = json_begin,
                                         .rows = json_rows,
                                         .end = json_end,
                                         .close = json_close};

const struct weir_format weir_format_json = {.name = "json",
                                             .brief =
                                                 "JSON, one array of objects",
                                             .size = sizeof(struct json_sink),
                                             .ops = &ops};

const struct weir_format weir_format_ndjson = {.name = "ndjson",
                                               .brief =
                                                   "JSON, one object a line",
                                               .size = sizeof(struct json_sink),
                                               .variant = true,
                                               .ops = &ops};
