/*
 * Numbers as people write them: 1.234,50 or (1,234.50) or 12,5 %. A cell in
 * such a notation is rewritten to the plain one (number.h), which everything
 * else reads.
 */
#ifndef WEIR_BASE_NOTATION_H
#define WEIR_BASE_NOTATION_H

#include "base/number.h"
#include <string.h>

/*
 * How a number is written. Zeros are the plain notation.
 *
 * Thousands are groups of exactly three digits, the first of one to three, all
 * with the same separator between them, and only before the decimal mark. A
 * number with groups does not begin with 0. Digits without groups are allowed,
 * too.
 */
struct weir_notation {
    char decimal;   /* '.' or ','; zero is '.' */
    char thousands; /* zero: no groups. ' ' is also U+00A0 and U+202F, and ' is
                       also U+2019 */
    /* Whether these may stand before or after the digits, each once, with
     * blanks between: a currency (a sign, or three capital letters), % (a
     * hundredth), a minus, U+2212 for a minus, and parentheses for one. */
    bool marks;
};

/* The notation as a number, which is 0 for the plain one; and back. */
static inline int32_t weir_notation_pack(struct weir_notation n)
{
    char decimal = n.decimal == '.' ? '\0' : n.decimal;
    return decimal | n.thousands << 8 | n.marks << 16;
}

static inline struct weir_notation weir_notation_unpack(int32_t packed)
{
    return (struct weir_notation){.decimal = packed & 0xff ? ',' : '.',
                                  .thousands = (char)(packed >> 8 & 0xff),
                                  .marks = packed >> 16 & 1};
}

/* Read a decimal mark or a separator of thousands, as an option or a query
 * gives it. Return false if the text is none. */
bool weir_notation_decimal(struct weir_text text, char *decimal);
bool weir_notation_thousands(struct weir_text text, char *thousands);
#define WEIR_DECIMAL_MARKS "a point or a comma"
#define WEIR_THOUSANDS_MARKS                                                   \
    "a comma, a point, a blank, an apostrophe or an underscore"

/* Rewrites a cell that is a number in that notation to the plain one. A blank
 * cell becomes empty. Returns the length, or SIZE_MAX if the cell is no number.
 * `into` has text.len + WEIR_NOTATION_EXTRA bytes. */
#define WEIR_NOTATION_EXTRA ((size_t)4)
size_t weir_notation_plain(struct weir_text cell, struct weir_notation notation,
                           char *into);

/* Reads a cell in that notation, packed. Gives BAD for a text and, where the
 * notation is not the plain one, for any cell of more than WEIR_NOTATION_MAX
 * bytes. A WIDE's text lies in the cell or in `scratch`, which has
 * WEIR_NOTATION_SCRATCH bytes. */
#define WEIR_NOTATION_MAX ((size_t)4096)
#define WEIR_NOTATION_SCRATCH (WEIR_NOTATION_MAX + WEIR_NOTATION_EXTRA)
struct weir_number weir_notation_read(struct weir_text cell, int32_t notation,
                                      char *scratch);

/* Replaces the point of a plain number by the notation's decimal mark. */
static inline void weir_notation_localize(struct weir_notation notation,
                                          char *number, size_t len)
{
    char *point = notation.decimal == ',' ? memchr(number, '.', len) : NULL;
    if (point)
        *point = ',';
}

/* Writes how `cell`, which is no number in `given`, could be read as one,
 * as the continuation of a sentence that begins with "; ". Writes nothing if no
 * notation is known for it. */
#define WEIR_NOTATION_HINT ((size_t)192)
void weir_notation_hint(struct weir_text cell, struct weir_notation given,
                        char into[WEIR_NOTATION_HINT]);

#endif
