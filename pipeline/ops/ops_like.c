/*
 * like: SQL's patterns. % matches any text, _ matches any one character, and
 * the character after a backslash matches itself. Case matters.
 *
 * Matching backtracks to one position only: if what follows a % does not match,
 * the last % takes one more character. An earlier % never needs to take more,
 * because it has already taken as little as possible. So there is no recursion.
 * Patterns whose only % are at their ends need no walk:
 *
 *     abc    equal      abc%   begins      %abc   ends      %abc%   memmem
 *
 * Comparing bytes is as good as comparing characters: the query is valid UTF-8,
 * and the bytes of a well-formed character match at no other position.
 *
 * The pattern is part of the question, not a value: an empty pattern is not
 * null, and matches no text.
 */
#include "base/utf8.h"
#include "pipeline/ops/ops.h"

#include <string.h>

struct like {
    struct weir_text pattern; /* if `plain`, without the % at its ends */
    bool open_left, open_right;
    bool plain; /* no _ and no backslash, and % at the ends only */
};

static struct like like_init(struct weir_text pattern)
{
    struct like like = {.pattern = pattern};
    struct weir_text middle = pattern;
    while (middle.len && *middle.bytes == '%') {
        middle.bytes++;
        middle.len--;
        like.open_left = true;
    }
    while (middle.len && middle.bytes[middle.len - 1] == '%') {
        middle.len--;
        like.open_right = true;
    }
    like.plain = true;
    for (size_t i = 0; i < middle.len; i++)
        like.plain &= middle.bytes[i] != '%' && middle.bytes[i] != '_' &&
                      middle.bytes[i] != '\\';
    if (like.plain)
        like.pattern = middle;
    return like;
}

/* How many bytes of the pattern at `at` match the character; 0 if it does not
 * match. */
static size_t take_character(struct weir_text pattern, size_t at,
                             struct weir_text character)
{
    if (at == pattern.len)
        return 0;
    if (pattern.bytes[at] == '_')
        return 1;
    /* A backslash at the very end stands for itself. */
    size_t escape = pattern.bytes[at] == '\\' && at + 1 < pattern.len;
    at += escape;
    if (pattern.len - at < character.len ||
        memcmp(pattern.bytes + at, character.bytes, character.len) != 0)
        return 0;
    return escape + character.len;
}

static bool walk(struct weir_text pattern, struct weir_text text)
{
    size_t p = 0, t = 0;
    size_t after = SIZE_MAX, taken = 0; /* of the last %: the offset after it in
                                           the pattern, and the end in the text
                                           of what it has taken */
    while (t < text.len) {
        if (p < pattern.len && pattern.bytes[p] == '%') {
            after = ++p;
            taken = t;
            if (p == pattern.len)
                return true;
            continue;
        }
        size_t n = weir_utf8_step(text.bytes + t, text.len - t);
        struct weir_text character = {text.bytes + t, n};
        size_t used = take_character(pattern, p, character);
        if (!used && after == SIZE_MAX)
            return false;
        if (used) {
            p += used;
            t += n;
        } else {
            taken += weir_utf8_step(text.bytes + taken, text.len - taken);
            p = after;
            t = taken;
        }
    }
    while (p < pattern.len && pattern.bytes[p] == '%')
        p++;
    return p == pattern.len;
}

static bool like_matches(const struct like *like, struct weir_text text)
{
    struct weir_text pattern = like->pattern;
    if (!like->plain)
        return walk(pattern, text);
    if (text.len < pattern.len)
        return false;
    if (like->open_left && like->open_right)
        return memmem(text.bytes, text.len, pattern.bytes, pattern.len) != NULL;
    if (like->open_left)
        text.bytes += text.len - pattern.len;
    else if (!like->open_right && text.len != pattern.len)
        return false;
    return memcmp(text.bytes, pattern.bytes, pattern.len) == 0;
}

static bool run_like(struct weir_program *program, const struct weir_step *step,
                     size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_vector *out = weir_step_out(program, step);
    struct like pattern = like_init(step->constant.text);
    out->any_bad = in->any_bad;
    for (size_t r = 0; r < rows; r++) {
        if (weir_vector_bad(in, r))
            out->boolean[r] = WEIR_BOOLEAN_BAD;
        else if (in->span[r].len == 0)
            out->boolean[r] = WEIR_UNKNOWN;
        else
            out->boolean[r] = like_matches(&pattern, weir_vector_text(in, r));
    }
    return true;
}

WEIR_OP(like, "like", BOOLEAN, .run = run_like);
