/*
 * A vector: the values of one expression for the rows of one window.
 */
#ifndef WEIR_BASE_VECTOR_H
#define WEIR_BASE_VECTOR_H

#include "base/number.h"

enum weir_type {
    WEIR_TYPE_CELL, /* text as read: what uses it decides */
    WEIR_TYPE_TEXT, /* text by its own word: '...', lower(x), text(x) */
    WEIR_TYPE_NUMBER,
    WEIR_TYPE_BOOLEAN
};

enum weir_boolean {
    WEIR_FALSE,
    WEIR_TRUE,
    WEIR_UNKNOWN
};

/* How a number of a vector is held, beside its 64 bits. */
struct weir_form {
    int16_t exponent;
    uint8_t kind; /* enum weir_kind */
};

/*
 * Texts: span[row], counted from base; an empty text is null. 64 bytes before
 * and after each text, an empty one too, are readable, for wide loads. An
 * input's cells that come as numbers (weir_numbers) are decoded: mantissa and
 * form instead of spans.
 *
 * Numbers: mantissa[row] and form[row]; but where `uniform`, every row is a
 * DECIMAL of the one `exponent`, and form is not filled. WIDE and BAD rows
 * keep the span of their text in mantissa (start in the low half, len in the
 * high one), counted from base.
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
    bool any_bad; /* some row is BAD */
    bool decoded; /* an input's cells, as numbers */
};

static inline struct weir_text weir_vector_text(const struct weir_vector *v,
                                                size_t row)
{
    return (struct weir_text){v->base + v->span[row].start, v->span[row].len};
}

/* The span that a WIDE or BAD mantissa holds, and back. */
static inline struct weir_span weir_span_of(int64_t mantissa)
{
    uint64_t bits = (uint64_t)mantissa;
    return (struct weir_span){(uint32_t)bits, (uint32_t)(bits >> 32)};
}

static inline int64_t weir_span_bits(struct weir_span span)
{
    return (int64_t)((uint64_t)span.len << 32 | span.start);
}

/* A number vector's row as one value. */
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
        struct weir_span span = weir_span_of(number.mantissa);
        number.text = (struct weir_text){v->base + span.start, span.len};
    }
    return number;
}

#endif
