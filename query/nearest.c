/*
 * Optimal string alignment: the minimum number of bytes inserted, deleted,
 * changed, or swapped with their neighbour, where no byte is touched twice (the
 * restricted edit distance of Damerau and Levenshtein). Three rows of its table
 * are enough, because a swap needs only the row two rows before.
 *
 * If no candidate is near by this distance, one that shares a beginning ('inc',
 * 'income') or a whole word ('user_name', 'name') is taken. A single number
 * orders all three kinds. The lowest wins, and the first of equals.
 */
#include "query/lexer.h"
#include "query/query.h"

#include <strings.h>

/* Longer names are compared only by their beginnings and words. */
enum {
    LONGEST = 64
};

enum {
    BY_BEGINNING = 1000,
    FAR = 3000,
    MAX_BYTES = 999
};

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same(char a, char b)
{
    return weir_ascii_lower(a) == weir_ascii_lower(b);
}

static size_t distance(struct weir_text a, struct weir_text b)
{
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            const char *x = a.bytes + i - 1, *y = b.bytes + j - 1;
            row[j] = min(min(above[j], row[j - 1]) + 1,
                         above[j - 1] + !same(*x, *y));
            if (i > 1 && j > 1 && same(x[0], y[-1]) && same(x[-1], y[0]))
                row[j] = min(row[j], before[j - 2] + 1);
        }
    }
    return row[b.len];
}

/* The maximum distance for a name of that length. */
static size_t allowance(size_t len)
{
    size_t max = len <= 3 ? 1 : len <= 6 ? 2 : 3;
    return len ? min(max, len - 1) : 0;
}

static bool is_word_byte(char c)
{
    unsigned char lower = weir_ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ||
           lower >= 0x80;
}

/* Returns the next word in text[*at, len), or an empty one after the last. */
static struct weir_text next_word(struct weir_text text, size_t *at)
{
    while (*at < text.len && !is_word_byte(text.bytes[*at]))
        ++*at;
    size_t start = *at;
    while (*at < text.len && is_word_byte(text.bytes[*at]))
        ++*at;
    return (struct weir_text){text.bytes + start, *at - start};
}

static bool has_word(struct weir_text text, struct weir_text word)
{
    size_t at = 0;
    struct weir_text other;
    while ((other = next_word(text, &at)).len)
        if (other.len == word.len &&
            !strncasecmp(word.bytes, other.bytes, word.len))
            return true;
    return false;
}

/* A word of two bytes counts only if it is the whole of a or b. */
static size_t longest_shared_word(struct weir_text a, struct weir_text b)
{
    size_t longest = 0, at = 0;
    struct weir_text word;
    while ((word = next_word(a, &at)).len) {
        bool whole = word.len == a.len || word.len == b.len;
        if (word.len > longest && (word.len > 2 || (word.len == 2 && whole)) &&
            has_word(b, word))
            longest = word.len;
    }
    return longest;
}

/* Lower is nearer. FAR means not near. */
static size_t farness(struct weir_text name, struct weir_text other)
{
    if (name.len <= LONGEST && other.len <= LONGEST) {
        size_t off = distance(name, other);
        if (off <= allowance(name.len))
            return off;
    }
    size_t shorter = min(name.len, other.len);
    size_t least_shared = name.len < other.len ? 2 : 3;
    if (shorter >= least_shared &&
        !strncasecmp(name.bytes, other.bytes, shorter))
        return BY_BEGINNING +
               min(name.len + other.len - 2 * shorter, MAX_BYTES);
    size_t word = longest_shared_word(name, other);
    return word ? FAR - min(word, MAX_BYTES) : FAR;
}

const char *weir_nearest(struct weir_text name, const char *const *candidates,
                         size_t n)
{
    const char *nearest = NULL;
    size_t nearest_off = FAR;
    for (size_t i = 0; i < n; i++) {
        struct weir_text other = weir_text_of(candidates[i]);
        size_t off = farness(name, other);
        if (off < nearest_off) {
            nearest = candidates[i];
            nearest_off = off;
        }
    }
    return nearest;
}
