/*
 * A text is a sequence of UTF-8 characters. A byte that belongs to no character
 * is passed on as it is, and counts as one character. The result of trim and
 * substr is a part of the input, so their spans count from the input's base.
 * lower, upper and concat write new texts into their slot:
 *
 *     slot->text:  | PAD | ada | alan | ...
 *                        ^ base; a span's start counts from here
 *
 * An empty text is null, and null gives null. The exception is concat, which
 * ignores nulls as PostgreSQL's does: 'a' || null is 'a'.
 */
#include "base/locale.h"
#include "base/utf8.h"
#include "pipeline/ops/ops.h"

#include <assert.h>
#include <string.h>
#include <wctype.h>

/* lower, upper: Unicode's simple case mapping, from one character to one. */

struct casing {
    char first; /* the first of the 26 ASCII letters that change */
    wint_t (*change)(wint_t, locale_t);
};

static _Atomic(locale_t) unicode; /* set before a step runs */

enum weir_status weir_casing_open(struct weir_error *error)
{
    locale_t locale;
    enum weir_status status = weir_utf8_locale(&locale, error);
    unicode = locale;
    return status;
}

/* Returns whether the text was ASCII. If it was not, the bytes at `into` are of
 * no use. */
static bool change_ascii(const struct casing *casing, struct weir_text text,
                         char *into)
{
    unsigned all = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned byte = (unsigned char)text.bytes[i];
        unsigned letter = byte - (unsigned char)casing->first < 26;
        into[i] = (char)(byte ^ letter << 5);
        all |= byte;
    }
    return all < 0x80;
}

/* Writes at most 4 bytes for a character of 2 or more bytes, and 1 byte for one
 * of 1 byte. Returns how many in total. */
static size_t change_unicode(const struct casing *casing, struct weir_text text,
                             char *into)
{
    size_t used = 0;
    size_t n;
    locale_t locale = unicode;
    assert(locale);
    for (size_t at = 0; at < text.len; at += n) {
        const char *from = text.bytes + at;
        n = weir_utf8_step(from, text.len - at);
        if (n == 1) {
            change_ascii(casing, (struct weir_text){from, 1}, into + used);
            used++;
        } else {
            wint_t to = casing->change(weir_utf8_read(from, n), locale);
            used += weir_utf8_write(into + used, to);
        }
    }
    return used;
}

static bool change_case(struct weir_program *program,
                        const struct weir_step *step, size_t rows)
{
    const struct casing *casing = step->op->detail;
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_slot *slot = &program->slot[step->out];
    for (size_t r = 0; r < rows; r++) {
        if (weir_vector_bad(in, r)) {
            weir_vector_make_bad(&slot->vector, r);
            continue;
        }
        struct weir_text text = weir_vector_text(in, r);
        size_t start = slot->text_used;
        char *into = weir_slot_text(slot, 2 * text.len);
        if (!into)
            return false;
        size_t len = change_ascii(casing, text, into)
                         ? text.len
                         : change_unicode(casing, text, into);
        slot->text_used = start + len;
        slot->vector.span[r] =
            (struct weir_span){(uint32_t)start, (uint32_t)len};
    }
    return true;
}

static const struct casing to_lower = {'A', towlower_l};
static const struct casing to_upper = {'a', towupper_l};

WEIR_OP(lower, "lower", TEXT, .run = change_case, .detail = &to_lower);
WEIR_OP(upper, "upper", TEXT, .run = change_case, .detail = &to_upper);

/* trim: in[1], if there is one, holds the characters to drop; a null drops
 * none. The characters are mostly the same in every row, so their set is kept
 * until they change. */

struct set {
    struct weir_text text;
    bool one_byte[256]; /* characters of one byte */
};

static void set_init(struct set *set, struct weir_text text)
{
    size_t n;
    *set = (struct set){.text = text};
    for (size_t at = 0; at < text.len; at += n) {
        n = weir_utf8_step(text.bytes + at, text.len - at);
        if (n == 1)
            set->one_byte[(unsigned char)text.bytes[at]] = true;
    }
}

static bool in_set(const struct set *set, const char *character, size_t len)
{
    if (len == 1)
        return set->one_byte[(unsigned char)*character];
    /* memmem finds whole characters only: the bytes of a well-formed character
     * never match in the middle of another one. */
    return memmem(set->text.bytes, set->text.len, character, len) != NULL;
}

/* The length of the last character in bytes. */
static size_t step_back(struct weir_text text)
{
    if ((unsigned char)text.bytes[text.len - 1] < 0x80)
        return 1;
    for (size_t n = 2; n <= 4 && n <= text.len; n++)
        if (weir_utf8_character(text.bytes + text.len - n, n) == n)
            return n;
    return 1;
}

static struct weir_span trim_span(const struct set *set, const char *base,
                                  struct weir_span span)
{
    while (span.len) {
        const char *first = base + span.start;
        uint32_t n = (uint32_t)weir_utf8_step(first, span.len);
        if (!in_set(set, first, n))
            break;
        span.start += n;
        span.len -= n;
    }
    while (span.len) {
        const char *first = base + span.start;
        uint32_t n = (uint32_t)step_back((struct weir_text){first, span.len});
        if (!in_set(set, first + span.len - n, n))
            break;
        span.len -= n;
    }
    return span;
}

static bool trim(struct weir_program *program, const struct weir_step *step,
                 size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    const struct weir_vector *drop =
        step->in[1] == WEIR_NO_REGISTER ? NULL : weir_step_in(program, step, 1);
    struct weir_vector *out = weir_step_out(program, step);
    struct set set;
    assert(in);
    set_init(&set, (struct weir_text){" \t\r\n", drop ? 0 : 4});
    out->base = in->base;
    for (size_t r = 0; r < rows; r++) {
        if (weir_vector_bad(in, r) || (drop && weir_vector_bad(drop, r))) {
            weir_vector_make_bad(out, r);
            continue;
        }
        struct weir_text projected =
            drop ? weir_vector_text(drop, r) : set.text;
        if (weir_text_compare(projected, set.text) != 0)
            set_init(&set, projected);
        out->span[r] = trim_span(&set, in->base, in->span[r]);
    }
    return true;
}

WEIR_OP(trim, "trim", TEXT, .kind = WEIR_OP_CUTS, .run = trim);

/* length; that of an empty text is 0, though an empty text is null */

static bool length(struct weir_program *program, const struct weir_step *step,
                   size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_vector *out = weir_step_out(program, step);
    out->base = in->base;
    out->any_bad = in->any_bad;
    out->exponent = 0;
    out->uniform = true;
    for (size_t r = 0; r < rows; r++) {
        struct weir_span span = in->span[r];
        enum weir_kind kind = weir_vector_bad(in, r) ? WEIR_BAD : WEIR_DECIMAL;
        out->mantissa[r] =
            span.len ? (int64_t)weir_utf8_count(in->base + span.start, span.len)
                     : 0;
        out->form[r] = (struct weir_form){0, (uint8_t)kind};
        out->uniform &= kind == WEIR_DECIMAL;
    }
    return true;
}

WEIR_OP(length, "length", NUMBER, .run = length);

/* concat */

static bool concat(struct weir_program *program, const struct weir_step *step,
                   size_t rows)
{
    const struct weir_vector *a = weir_step_in(program, step, 0);
    const struct weir_vector *b = weir_step_in(program, step, 1);
    struct weir_slot *slot = &program->slot[step->out];
    for (size_t r = 0; r < rows; r++) {
        if (weir_vector_bad(a, r) || weir_vector_bad(b, r)) {
            weir_vector_make_bad(&slot->vector, r);
            continue;
        }
        struct weir_text left = weir_vector_text(a, r);
        struct weir_text right = weir_vector_text(b, r);
        if (!weir_slot_set_text(slot, r, left))
            return false;
        char *into = weir_slot_text(slot, right.len);
        if (!into)
            return false;
        memcpy(into, right.bytes, right.len);
        slot->vector.span[r].len += (uint32_t)right.len;
    }
    return true;
}

WEIR_OP(concat, "concat", TEXT, .run = concat);
