/*
 * Cells to numbers: a whole column is read at once. If every row is a decimal
 * with the exponent of the first row, the vector is uniform, and later steps
 * work on bare 64-bit integers.
 */
#include "base/vector.h"

#include "base/decode.h"
#include "base/short_decimal.h"

/* Reads rows [from, rows) of any form. */
static void read_any(struct weir_vector *out, const struct weir_vector *cells,
                     size_t from, size_t rows)
{
    for (size_t r = from; r < rows; r++) {
        struct weir_span span = cells->span[r];
        struct weir_form form = {0, WEIR_DECIMAL};
        if (!weir_short_decimal(cells->base + span.start, span.len,
                                &out->mantissa[r], &form.exponent)) {
            bool bad = span.start == WEIR_SPAN_BAD;
            struct weir_number number = {.kind = WEIR_BAD};
            if (!bad)
                number = weir_number_read(weir_vector_text(cells, r));
            form = (struct weir_form){number.exponent, number.kind};
            out->mantissa[r] = number.kind == WEIR_DECIMAL
                                   ? number.mantissa
                                   : weir_span_bits(span);
            out->any_bad |= number.kind == WEIR_BAD;
        }
        out->form[r] = form;
    }
}

/* One row as a decimal, whatever its length. */
static bool read_decimal(const struct weir_vector *cells, size_t row,
                         int64_t *mantissa, int16_t *exponent)
{
    struct weir_span span = cells->span[row];
    if (span.start == WEIR_SPAN_BAD)
        return false;
    if (weir_short_decimal(cells->base + span.start, span.len, mantissa,
                           exponent))
        return true;
    struct weir_number number = weir_number_read(weir_vector_text(cells, row));
    *mantissa = number.mantissa;
    *exponent = number.exponent;
    return number.kind == WEIR_DECIMAL;
}

/* Reads rows as long as they are decimals of one exponent, and returns how many
 * they are. The decoder reads many rows at once; where it stops, up to 16 rows
 * are read one by one. */
static size_t read_uniform(struct weir_vector *out,
                           const struct weir_vector *cells, size_t rows)
{
    const struct weir_cell_decoder *decoder = weir_cell_decoder_best();
    size_t r = 0;
    if (rows == 0 || !read_decimal(cells, 0, &out->mantissa[0], &out->exponent))
        return 0;
    while (r < rows) {
        r += decoder->read(cells->base, cells->span + r, rows - r,
                           out->exponent, out->mantissa + r);
        for (size_t max = r + 16; r < rows && r < max; r++) {
            int16_t exponent;
            if (!read_decimal(cells, r, &out->mantissa[r], &exponent) ||
                exponent != out->exponent)
                return r;
        }
    }
    return rows;
}

/* Copies the numbers of a column that the stream gave as numbers. */
static void copy(struct weir_vector *out, const struct weir_vector *cells,
                 size_t rows)
{
    memcpy(out->mantissa, cells->mantissa, rows * sizeof *cells->mantissa);
    out->uniform = cells->uniform;
    out->exponent = cells->exponent;
    if (!cells->uniform)
        memcpy(out->form, cells->form, rows * sizeof *cells->form);
}

void weir_vector_read_numbers(struct weir_vector *out,
                              const struct weir_vector *cells, size_t rows)
{
    out->base = cells->base;
    if (cells->decoded) {
        copy(out, cells, rows);
        return;
    }
    size_t n = read_uniform(out, cells, rows);
    out->uniform = n == rows && rows > 0;
    if (out->uniform)
        return;
    for (size_t r = 0; r < n; r++)
        out->form[r] = (struct weir_form){out->exponent, WEIR_DECIMAL};
    read_any(out, cells, n, rows);
}

void weir_vector_doubles(const struct weir_vector *numbers, size_t rows,
                         double *into)
{
    if (numbers->uniform && numbers->exponent == 0) {
        for (size_t r = 0; r < rows; r++)
            into[r] = (double)numbers->mantissa[r];
        return;
    }
    for (size_t r = 0; r < rows; r++) {
        const struct weir_number number = weir_vector_number(numbers, r);
        into[r] = weir_number_double(&number);
    }
}

static struct weir_text boolean_text(uint8_t boolean)
{
    static const char *const texts[] = {
        [WEIR_TRUE] = "true", [WEIR_FALSE] = "false", [WEIR_UNKNOWN] = ""};
    return weir_text_of(texts[boolean]);
}

struct weir_text weir_vector_write(const struct weir_vector *v, size_t row,
                                   char *scratch)
{
    switch (v->type) {
    case WEIR_TYPE_CELL:
    case WEIR_TYPE_TEXT:
        return weir_vector_text(v, row);
    case WEIR_TYPE_BOOLEAN:
        return boolean_text(v->boolean[row]);
    case WEIR_TYPE_NUMBER:
        break;
    }
    struct weir_number number = weir_vector_number(v, row);
    if (number.kind == WEIR_WIDE)
        return number.text;
    return (struct weir_text){
        scratch, weir_number_write(&number, scratch, WEIR_NUMBER_TEXT)};
}
