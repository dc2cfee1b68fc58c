/*
 * The answer to a question, as a C program pulls it: its columns, and its rows
 * one by one.
 */
#include "jobs/query.h"

#include "base/notation.h"
#include "base/use.h"
#include <math.h>
#include <string.h>

/* Longer cells that are not in the plain notation are texts. */
#define CELL_MAX ((size_t)512)

size_t weir_query_columns(const struct weir_query *query)
{
    return weir_use_check(query, "query", "weir_query_columns", NULL)
               ? query->answer.row.n
               : 0;
}

const char *weir_query_name(const struct weir_query *query, size_t column)
{
    return weir_use_check(query, "query", "weir_query_name", NULL) &&
                   column < query->answer.row.n
               ? weir_query_plan(query)->output.item_name[column]
               : NULL;
}

size_t weir_query_column(const struct weir_query *query, const char *name)
{
    if (!weir_use_check(query, "query", "weir_query_column", NULL))
        return WEIR_NO_COLUMN;
    for (size_t i = 0; i < query->answer.row.n; i++)
        if (strcmp(weir_query_plan(query)->output.item_name[i], name) == 0)
            return i;
    return WEIR_NO_COLUMN;
}

enum weir_column_type weir_query_type(const struct weir_query *query,
                                      size_t column)
{
    static const enum weir_column_type types[] = {
        [WEIR_TYPE_CELL] = WEIR_COLUMN_CELL,
        [WEIR_TYPE_TEXT] = WEIR_COLUMN_TEXT,
        [WEIR_TYPE_NUMBER] = WEIR_COLUMN_NUMBER,
        [WEIR_TYPE_BOOLEAN] = WEIR_COLUMN_BOOLEAN};
    if (!weir_use_check(query, "query", "weir_query_type", NULL) ||
        column >= query->answer.row.n)
        return WEIR_COLUMN_CELL;
    const struct weir_plan *plan = weir_query_plan(query);
    return types[weir_program_type(plan->aggregated ? &plan->results.program
                                                    : &plan->rows,
                                   plan->output.item[column].reg)];
}

static void set_number(struct weir_value *value,
                       const struct weir_number *number)
{
    value->number = weir_number_double(number);
    value->kind = WEIR_VALUE_DOUBLE;
    if (number->kind == WEIR_DECIMAL) {
        value->kind = WEIR_VALUE_DECIMAL;
        value->decimal =
            (struct weir_decimal){number->mantissa, number->exponent};
    }
}

/* A cell is a number if it reads as one. */
static void set_cell(const struct weir_query *query, struct weir_value *value)
{
    const struct weir_notation notation = query->sink.notation;
    char plain[CELL_MAX + WEIR_NOTATION_EXTRA];
    struct weir_text cell = value->text;
    if (weir_notation_pack(notation)) {
        size_t len = cell.len <= CELL_MAX
                         ? weir_notation_plain(cell, notation, plain)
                         : SIZE_MAX;
        if (len == SIZE_MAX)
            return;
        cell = (struct weir_text){plain, len};
    }
    const struct weir_number number = weir_number_read(cell);
    if (number.kind == WEIR_DECIMAL || number.kind == WEIR_WIDE)
        set_number(value, &number);
}

static void set_value(const struct weir_query *query, size_t column)
{
    const struct weir_vector *vector = query->answer.column[column];
    struct weir_value *value = &query->answer.value[column];
    const size_t row = query->answer.taken;
    *value = (struct weir_value){
        .number = NAN,
        .text = weir_vector_write(vector, row, query->answer.written[column])};
    if (value->text.len == 0)
        return;
    value->kind = WEIR_VALUE_TEXT;
    if (vector->type == WEIR_TYPE_BOOLEAN) {
        value->kind = WEIR_VALUE_BOOLEAN;
        value->boolean = vector->boolean[row] == WEIR_TRUE;
    } else if (vector->type == WEIR_TYPE_NUMBER) {
        const struct weir_number number = weir_vector_number(vector, row);
        set_number(value, &number);
    } else if (vector->type == WEIR_TYPE_CELL) {
        set_cell(query, value);
    }
}

enum weir_status weir_query_window(struct weir_query *query,
                                   struct weir_error *error)
{
    if (!query->run.begun && weir_query_begin(query, error))
        return error->status;
    if (query->answer.taken == query->answer.rows)
        weir_query_meet(query);
    if (query->answer.rows)
        return WEIR_OK;
    *error = query->run.error;
    return query->run.status;
}

static enum weir_status next_row(struct weir_query *query,
                                 const struct weir_row **row,
                                 struct weir_error *error)
{
    enum weir_status status = weir_query_window(query, error);
    if (status)
        return status;
    for (size_t i = 0; i < query->answer.row.n; i++)
        set_value(query, i);
    query->answer.taken++;
    *row = &query->answer.row;
    return WEIR_OK;
}

enum weir_status weir_query_next(struct weir_query *query,
                                 const struct weir_row **row,
                                 struct weir_error *error)
{
    struct weir_use *use =
        weir_use_begin(query, "query", "weir_query_next", error);
    if (!use)
        return WEIR_USAGE;
    enum weir_status status = next_row(query, row, error);
    weir_use_end(use);
    return status;
}

struct weir_record_counts weir_query_counts(const struct weir_query *query)
{
    /* Without a window the caller has been told of the end. */
    return weir_use_check(query, "query", "weir_query_counts", NULL) &&
                   query->run.begun && query->answer.rows == 0
               ? query->run.counts
               : (struct weir_record_counts){0};
}

void weir_query_cancel(struct weir_query *query)
{
    if (weir_use_check(query, "query", "weir_query_cancel", NULL))
        atomic_store(&query->run.cancelled, true);
}
