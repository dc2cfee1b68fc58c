/*
 * A vector: the values of one expression for the rows of one window.
 */
#ifndef WEIR_BASE_VECTOR_H
#define WEIR_BASE_VECTOR_H

#include "base/number.h"

enum weir_type {
    WEIR_TYPE_CELL, /* a field as read, which may be used as text or number */
    WEIR_TYPE_TEXT, /* an expression whose type is text: '...', lower(x) */
    WEIR_TYPE_NUMBER,
    WEIR_TYPE_BOOLEAN
};

enum weir_boolean {
    WEIR_FALSE,
    WEIR_TRUE,
    WEIR_UNKNOWN
};

/* What a vector holds of each number besides its 64-bit mantissa. */
struct weir_form {
    int16_t exponent;
    uint8_t kind; /* enum weir_kind */
};

/*
 * Texts are span[row], relative to base; an empty text is null. 64 bytes before
 * and after each text, even an empty one, are readable by wide loads. Cells
 * that a stream delivers as numbers (struct weir_numbers) have `decoded` set:
 * they have mantissa and form instead of spans.
 *
 * Numbers are mantissa[row] and form[row]. If `uniform` is set, every row is a
 * DECIMAL with the vector's `exponent`, and form is not filled. The mantissa of
 * a WIDE or BAD row holds the span of its text, relative to base: start in the
 * low half, len in the high one. Numbers that keep the texts of their cells
 * have spans, too.
 */
struct weir_vector {
    enum weir_type type;
    const char *base;
    struct weir_span *span;
    int64_t *mantissa;
    struct weir_form *form;
    uint8_t *boolean;
    int16_t exponent;
    bool uniform;
    bool any_bad; /* at least one row is BAD */
    bool decoded; /* cells that the stream delivered as numbers */
};

static inline struct weir_text weir_vector_text(const struct weir_vector *v,
                                                size_t row)
{
    return (struct weir_text){v->base + v->span[row].start, v->span[row].len};
}

/* Whether a row is null. A BAD row is not. */
static inline bool weir_vector_null(const struct weir_vector *v, size_t row)
{
    switch (v->type) {
    case WEIR_TYPE_NUMBER:
        return !v->uniform && v->form[row].kind == WEIR_NULL;
    case WEIR_TYPE_BOOLEAN:
        return v->boolean[row] == WEIR_UNKNOWN;
    default:
        return v->span[row].len == 0;
    }
}

/* The start of a BAD text's span; its len is 0. */
#define WEIR_SPAN_BAD UINT32_MAX

/* Reads cells as numbers into `out`, whose mantissa and form must have room for
 * `rows`. Sets out->any_bad if one is BAD, and does not clear it. */
void weir_vector_read_numbers(struct weir_vector *out,
                              const struct weir_vector *cells, size_t rows);

/* The nearest doubles of a number vector; NaN for NULL and BAD. */
void weir_vector_doubles(const struct weir_vector *numbers, size_t rows,
                         double *into);

/* The mantissa that holds the span of a WIDE or BAD row's text. */
static inline int64_t weir_span_bits(struct weir_span span)
{
    return (int64_t)((uint64_t)span.len << 32 | span.start);
}

/* Returns one row of a number vector; a WIDE or BAD text is borrowed. */
static inline struct weir_number weir_vector_number(const struct weir_vector *v,
                                                    size_t row)
{
    struct weir_number number = {.mantissa = v->mantissa[row]};
    if (v->uniform) {
        number.kind = WEIR_DECIMAL;
        number.exponent = v->exponent;
        return number;
    }
    number.kind = v->form[row].kind;
    number.exponent = v->form[row].exponent;
    if (number.kind == WEIR_WIDE || number.kind == WEIR_BAD) {
        uint64_t span = (uint64_t)number.mantissa;
        number.text = (struct weir_text){v->base + (uint32_t)span, span >> 32};
    }
    return number;
}

/* A value as it is printed. Null is empty; a boolean is "true" or "false". The
 * text is borrowed from the vector or from `scratch`, which has
 * WEIR_NUMBER_TEXT bytes. */
struct weir_text weir_vector_write(const struct weir_vector *v, size_t row,
                                   char *scratch);

#endif
