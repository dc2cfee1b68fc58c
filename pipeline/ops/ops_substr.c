/*
 * substr(x, from [, count]): a part of a text, as SQLite defines it.
 *
 * Characters have positions on a line. `from` is a position that counts from 1,
 * or from the end if it is negative; 0 is the position before the first
 * character. The range begins there and has `count` positions to the right, or
 * to the left if `count` is negative. The result is the characters in it:
 *
 *     position  0   1   2   3   4            substr('weir', 2, 2)    'ei'
 *                   w   e   i   r            substr('weir', 0, 2)    'w'
 *              -5  -4  -3  -2  -1            substr('weir', -5, 2)   'w'
 *                                            substr('weir', 3, -2)   'we'
 */
#include "base/utf8.h"
#include "pipeline/ops/ops.h"

/* Beyond any position in a text, and small enough to add without overflow. */
#define FAR ((int64_t)1 << 40)

static int64_t clamp(int64_t value)
{
    return value > FAR ? FAR : value < -FAR ? -FAR : value;
}

/* The number as an integer, truncated toward zero like SQL's cast. It must be
 * neither null nor BAD. */
static int64_t whole(const struct weir_number *number)
{
    if (number->kind == WEIR_DECIMAL && number->exponent == 0)
        return clamp(number->mantissa);
    double value = weir_number_double(number);
    if (value > (double)FAR)
        return FAR;
    return value < (double)-FAR ? -FAR : (int64_t)value;
}

/* The characters [begin, end), counted from 0; they may be outside the text. */
struct range {
    int64_t begin, end;
};

static struct range find_range(struct weir_text text, int64_t from,
                               int64_t count)
{
    int64_t begin = from > 0 ? from - 1
                    : from < 0
                        ? (int64_t)weir_utf8_count(text.bytes, text.len) + from
                        : -1;
    if (count < 0)
        return (struct range){begin + count, begin};
    return (struct range){begin, begin + count};
}

static struct weir_span cut(const char *base, struct weir_span span,
                            struct range range)
{
    size_t begin = range.begin > 0 ? (size_t)range.begin : 0;
    size_t end = range.end > 0 ? (size_t)range.end : 0;
    if (begin >= end)
        return (struct weir_span){span.start, 0};
    uint32_t skipped =
        (uint32_t)weir_utf8_skip(base + span.start, span.len, begin);
    span.start += skipped;
    span.len -= skipped;
    span.len =
        (uint32_t)weir_utf8_skip(base + span.start, span.len, end - begin);
    return span;
}

/* The result is BAD if an operand is BAD, else null if one is null. */
static enum weir_kind both(enum weir_kind a, enum weir_kind b)
{
    if (a == WEIR_BAD || b == WEIR_BAD)
        return WEIR_BAD;
    return a == WEIR_NULL || b == WEIR_NULL ? WEIR_NULL : WEIR_DECIMAL;
}

static bool substr(struct weir_program *program, const struct weir_step *step,
                   size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    const struct weir_vector *from = weir_step_in(program, step, 1);
    const struct weir_vector *count =
        step->in[2] == WEIR_NO_REGISTER ? NULL : weir_step_in(program, step, 2);
    struct weir_vector *out = weir_step_out(program, step);
    struct weir_number n = {.kind = WEIR_DECIMAL, .mantissa = 2 * FAR};
    out->base = in->base;
    for (size_t r = 0; r < rows; r++) {
        struct weir_number first = weir_vector_number(from, r);
        struct weir_span span = in->span[r];
        if (count)
            n = weir_vector_number(count, r);
        enum weir_kind kind = both(first.kind, n.kind);
        if (kind == WEIR_BAD || weir_vector_bad(in, r)) {
            weir_vector_make_bad(out, r);
        } else if (kind == WEIR_NULL || span.len == 0) {
            out->span[r] = (struct weir_span){0, 0};
        } else {
            struct weir_text text = weir_vector_text(in, r);
            out->span[r] =
                cut(in->base, span, find_range(text, whole(&first), whole(&n)));
        }
    }
    return true;
}

WEIR_OP(substr, "substr", TEXT, .kind = WEIR_OP_CUTS, .run = substr);
