/*
 * fixed(x, places): a number as a text with so many digits after the decimal
 * mark. The digits are those of the exact value, rounded half away from zero as
 * round() does, and do not pass through a number again, which would lose some.
 */
#include "base/notation.h"
#include "base/number_parts.h"
#include "pipeline/ops/ops.h"

#include <string.h>

/* The digits before the mark, those after it, a sign, a mark, and a separator
 * for every third digit. */
#define TEXT_MAX                                                               \
    (WEIR_DIGITS_CAPACITY + WEIR_FIXED_PLACES + WEIR_DIGITS_CAPACITY / 3 + 3)

/* Adds 1 to the last digit. */
static void increment(struct weir_digits *digits)
{
    while (digits->n && digits->digit[digits->n - 1] == '9') {
        digits->n--;
        digits->exponent++;
    }
    if (digits->n)
        digits->digit[digits->n - 1]++;
    else
        digits->digit[digits->n++] = '1';
}

/* Keeps the digits down to 10^-places. */
static void round_digits(struct weir_digits *digits, int32_t places)
{
    int32_t drop = -places - digits->exponent, n = (int32_t)digits->n;
    if (drop <= 0)
        return;
    bool up = drop <= n && digits->digit[n - drop] >= '5';
    digits->n = drop < n ? (uint32_t)(n - drop) : 0;
    digits->exponent = -places;
    if (up)
        increment(digits);
}

/* Digit `at` of a number, counted from the mark: 0 is the last one before it,
 * and -1 the first one after it. */
static char digit_at(const struct weir_digits *digits, int32_t at)
{
    int32_t i = (int32_t)digits->n - 1 - (at - digits->exponent);
    return i < 0 || i >= (int32_t)digits->n ? '0' : digits->digit[i];
}

static size_t write(const struct weir_digits *digits, int32_t places,
                    struct weir_notation notation, char *into)
{
    int32_t first = (int32_t)digits->n - 1 + digits->exponent;
    char *at = into;
    if (digits->negative && digits->n)
        *at++ = '-';
    for (int32_t i = digits->n && first > 0 ? first : 0; i >= -places; i--) {
        if (i == -1)
            *at++ = notation.decimal;
        *at++ = digit_at(digits, i);
        if (notation.thousands && i > 0 && i % 3 == 0)
            *at++ = notation.thousands;
    }
    return (size_t)(at - into);
}

static bool run(struct weir_program *program, const struct weir_step *step,
                size_t rows)
{
    const struct weir_vector *x = weir_step_in(program, step, 0);
    const struct weir_notation notation = weir_notation_unpack(step->choice);
    const int32_t places = (int32_t)step->constant.mantissa;
    struct weir_slot *slot = &program->slot[step->out];
    struct weir_digits digits;
    char text[TEXT_MAX];
    for (size_t row = 0; row < rows; row++) {
        struct weir_number number = weir_vector_number(x, row);
        size_t len = 0;
        if (number.kind == WEIR_BAD) {
            weir_vector_make_bad(&slot->vector, row);
            continue;
        }
        if (number.kind != WEIR_NULL) {
            weir_digits_of(&number, &digits);
            round_digits(&digits, places);
            len = write(&digits, places, notation, text);
        }
        if (!weir_slot_set_text(slot, row, (struct weir_text){text, len}))
            return false;
    }
    return true;
}

WEIR_OP(fixed, "fixed", TEXT, .run = run);
