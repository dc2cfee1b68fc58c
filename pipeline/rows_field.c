/*
 * The fields of records and windows: what weir.h inlines, and what that calls.
 */
#include "base/number.h"
#include "base/weak.h"
#include <stdio.h>
#include <stdlib.h>

static enum weir_cell kind_of(struct weir_text cell)
{
    const struct weir_number number = weir_number_read(cell);
    return number.kind == WEIR_NULL  ? WEIR_CELL_NULL
           : number.kind == WEIR_BAD ? WEIR_CELL_TEXT
                                     : WEIR_CELL_NUMBER;
}

enum weir_cell weir_window_cell(const struct weir_window *window, size_t column,
                                size_t row)
{
    if (!window->column || column >= window->columns || row >= window->rows)
        return WEIR_CELL_MISSING;
    const struct weir_span span = window->column[column][row];
    return kind_of((struct weir_text){window->text + span.start, span.len});
}

extern inline bool weir_is_number_(double number);
extern inline bool weir_there_(const struct weir_record *record,
                               const char *here);
extern inline enum weir_status weir_next_(struct weir_rows *rows,
                                          struct weir_record *record,
                                          struct weir_error *error,
                                          const char *here);
extern inline size_t weir_fields_(const struct weir_record *record,
                                  const char *here);
extern inline struct weir_text weir_text_(const struct weir_record *record,
                                          size_t column, const char *here);
extern inline double weir_number_(const struct weir_record *record,
                                  size_t column, const char *here);
extern inline enum weir_cell weir_cell_(const struct weir_record *record,
                                        size_t column, double *number,
                                        const char *here);
extern inline enum weir_status weir_rows_next(struct weir_rows *rows,
                                              struct weir_record *record,
                                              struct weir_error *error);
extern inline size_t weir_record_fields(const struct weir_record *record);
extern inline struct weir_text weir_field_text(const struct weir_record *record,
                                               size_t column);
extern inline double weir_field_number(const struct weir_record *record,
                                       size_t column);
extern inline enum weir_cell weir_field_read(const struct weir_record *record,
                                             size_t column, double *number);

/* Asks the table of lives. If the caller's place is known, as in development
 * builds, a record that is used too late aborts. */
bool weir_record_lives_(const struct weir_record *record, const char *here)
{
    const struct weir_weak batch = {record->life_[0], record->life_[1]};
    if (weir_weak_get(batch))
        return true;
    if (!here)
        return false;
    (void)fprintf(stderr,
                  "weir: %s: a record is used that was given at %s; its batch "
                  "is gone: copy what is to be kept\n",
                  here, record->given_ ? record->given_ : "an unknown place");
    abort();
}

static struct weir_number number_of(const struct weir_record *record,
                                    size_t column)
{
    struct weir_number number = {.kind = WEIR_NULL};
    return weir_there_(record, NULL)
               ? weir_number_read(weir_text_(record, column, NULL))
               : number;
}

double weir_field_double_(const struct weir_record *record, size_t column)
{
    if (weir_there_(record, NULL) && column < record->n_fields_) {
        const double *column_of = weir_window_numbers(record->window_, column);
        if (column_of)
            return column_of[record->row_];
    }
    const struct weir_number number = number_of(record, column);
    return weir_number_double(&number);
}

enum weir_cell weir_field_cell_(const struct weir_record *record, size_t column)
{
    if (!weir_there_(record, NULL))
        return WEIR_CELL_GONE;
    if (column >= record->n_fields_)
        return WEIR_CELL_MISSING;
    return kind_of(weir_text_(record, column, NULL));
}

bool weir_decimal_(const struct weir_record *record, size_t column,
                   struct weir_decimal *decimal, const char *here)
{
    if (!weir_there_(record, here))
        return false;
    struct weir_number number = number_of(record, column);
    if (number.kind != WEIR_DECIMAL)
        return false;
    *decimal = (struct weir_decimal){number.mantissa, number.exponent};
    return true;
}

bool weir_field_decimal(const struct weir_record *record, size_t column,
                        struct weir_decimal *decimal)
{
    return weir_decimal_(record, column, decimal, NULL);
}
