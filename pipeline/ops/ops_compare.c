/*
 * Comparisons give a boolean: BAD if a side is BAD, else unknown if a side is
 * null.
 */
#include "base/stream.h"
#include "pipeline/ops/ops.h"

#include <string.h>

/* Whether an order (below, equal to, above zero) satisfies a comparison. */
static inline uint8_t satisfies(int order, int32_t comparison)
{
    switch ((enum weir_comparison)comparison) {
    case WEIR_EQUAL:
        return order == 0;
    case WEIR_UNEQUAL:
        return order != 0;
    case WEIR_LESS:
        return order < 0;
    case WEIR_LESS_EQUAL:
        return order <= 0;
    case WEIR_GREATER:
        return order > 0;
    default:
        return order >= 0;
    }
}

#define COMPARE_LOOP(operator)                                                 \
    for (size_t r = 0; r < rows; r++)                                          \
    boolean[r] = a[r] operator b[r]

/* One loop for each comparison, so that the compiler can vectorize it. */
static void compare_integers(const int64_t *a, const int64_t *b,
                             int32_t comparison, uint8_t *boolean, size_t rows)
{
    switch ((enum weir_comparison)comparison) {
    case WEIR_EQUAL:
        COMPARE_LOOP(==);
        break;
    case WEIR_UNEQUAL:
        COMPARE_LOOP(!=);
        break;
    case WEIR_LESS:
        COMPARE_LOOP(<);
        break;
    case WEIR_LESS_EQUAL:
        COMPARE_LOOP(<=);
        break;
    case WEIR_GREATER:
        COMPARE_LOOP(>);
        break;
    default:
        COMPARE_LOOP(>=);
    }
}

static bool same_scale(const struct weir_vector *a, const struct weir_vector *b)
{
    return a->uniform && b->uniform && a->exponent == b->exponent;
}

/* The order of two numbers, neither of which is BAD or NULL. */
static inline int order_of(const struct weir_number *a,
                           const struct weir_number *b)
{
    if (a->kind == WEIR_DECIMAL && b->kind == WEIR_DECIMAL &&
        a->exponent == b->exponent)
        return (a->mantissa > b->mantissa) - (a->mantissa < b->mantissa);
    return weir_number_compare(a, b);
}

/* `cell` is what `a` was read from, or NULL: a row of it that is no number is a
 * text, and so equal to no number, unless the cell itself is BAD. */
static void compare_general(struct weir_vector *out,
                            const struct weir_vector *a,
                            const struct weir_vector *b, int32_t comparison,
                            size_t rows, const struct weir_vector *cell)
{
    for (size_t r = 0; r < rows; r++) {
        struct weir_number x = weir_vector_number(a, r);
        struct weir_number y = weir_vector_number(b, r);
        bool is_text = x.kind == WEIR_BAD && cell && !weir_vector_bad(cell, r);
        if (y.kind == WEIR_BAD || (x.kind == WEIR_BAD && !is_text)) {
            out->boolean[r] = WEIR_BOOLEAN_BAD;
            out->any_bad = true;
        } else if (x.kind == WEIR_NULL || y.kind == WEIR_NULL) {
            out->boolean[r] = WEIR_UNKNOWN;
        } else {
            int order = is_text ? 1 : order_of(&x, &y);
            out->boolean[r] = satisfies(order, comparison);
        }
    }
}

static void compare(struct weir_program *program, const struct weir_step *step,
                    const struct weir_vector *a, const struct weir_vector *b,
                    size_t rows, const struct weir_vector *cell)
{
    struct weir_vector *out = weir_step_out(program, step);
    if (same_scale(a, b))
        compare_integers(a->mantissa, b->mantissa, step->choice, out->boolean,
                         rows);
    else
        compare_general(out, a, b, step->choice, rows, cell);
}

static bool compare_numbers(struct weir_program *program,
                            const struct weir_step *step, size_t rows)
{
    compare(program, step, weir_step_in(program, step, 0),
            weir_step_in(program, step, 1), rows, NULL);
    return true;
}

static bool compare_cell_number(struct weir_program *program,
                                const struct weir_step *step, size_t rows)
{
    compare(program, step, weir_step_in(program, step, 1),
            weir_step_in(program, step, 2), rows,
            weir_step_in(program, step, 0));
    return true;
}

/* Texts and cells */

typedef uint8_t (*row_comparison)(struct weir_text a, struct weir_text b,
                                  int32_t comparison);

static inline bool compare_rows(struct weir_program *program,
                                const struct weir_step *step, size_t rows,
                                row_comparison compare_row)
{
    struct weir_vector *out = weir_step_out(program, step);
    const struct weir_vector *a = weir_step_in(program, step, 0);
    const struct weir_vector *b = weir_step_in(program, step, 1);
    for (size_t r = 0; r < rows; r++) {
        bool bad = weir_vector_bad(a, r) || weir_vector_bad(b, r);
        out->boolean[r] =
            bad ? WEIR_BOOLEAN_BAD
                : compare_row(weir_vector_text(a, r), weir_vector_text(b, r),
                              step->choice);
        out->any_bad |= out->boolean[r] == WEIR_BOOLEAN_BAD;
    }
    return true;
}

/* An empty text is null. */
static uint8_t compare_bytes(struct weir_text a, struct weir_text b,
                             int32_t comparison)
{
    if (a.len == 0 || b.len == 0)
        return WEIR_UNKNOWN;
    return satisfies(weir_text_compare(a, b), comparison);
}

/* Equality needs no order, so lengths are compared first. */
static bool texts_equal(struct weir_program *program,
                        const struct weir_step *step, size_t rows)
{
    struct weir_vector *out = weir_step_out(program, step);
    const struct weir_vector *a = weir_step_in(program, step, 0);
    const struct weir_vector *b = weir_step_in(program, step, 1);
    uint8_t equal = step->choice == WEIR_EQUAL;
    for (size_t r = 0; r < rows; r++) {
        struct weir_span x = a->span[r], y = b->span[r];
        if (x.len == 0 || y.len == 0)
            out->boolean[r] = WEIR_UNKNOWN;
        else if (x.len == y.len &&
                 !memcmp(a->base + x.start, b->base + y.start, x.len))
            out->boolean[r] = equal;
        else
            out->boolean[r] = !equal;
    }
    return true;
}

static bool compare_texts(struct weir_program *program,
                          const struct weir_step *step, size_t rows)
{
    bool bad = weir_step_in(program, step, 0)->any_bad ||
               weir_step_in(program, step, 1)->any_bad;
    if (step->choice <= WEIR_UNEQUAL && !bad)
        return texts_equal(program, step, rows);
    return compare_rows(program, step, rows, compare_bytes);
}

/* Compares with the empty text, which is below all others. Never unknown. */
static bool compare_empty(struct weir_program *program,
                          const struct weir_step *step, size_t rows)
{
    struct weir_vector *out = weir_step_out(program, step);
    const struct weir_vector *a = weir_step_in(program, step, 0);
    for (size_t r = 0; r < rows; r++) {
        bool bad = weir_vector_bad(a, r);
        out->boolean[r] = bad ? WEIR_BOOLEAN_BAD
                              : satisfies(a->span[r].len > 0, step->choice);
        out->any_bad |= bad;
    }
    return true;
}

/* Two cells: numbers by value, texts by bytes. A number and a text are not
 * equal, and have no order. A blank cell is null, as it is when read as a
 * number. */
static uint8_t compare_natural(struct weir_number x, struct weir_number y,
                               int32_t comparison)
{
    if (x.kind == WEIR_NULL || y.kind == WEIR_NULL)
        return WEIR_UNKNOWN;
    if (comparison > WEIR_UNEQUAL &&
        (x.kind == WEIR_BAD) != (y.kind == WEIR_BAD))
        return WEIR_BOOLEAN_BAD;
    return satisfies(weir_natural_compare(&x, &y), comparison);
}

static uint8_t compare_plain(struct weir_text a, struct weir_text b,
                             int32_t comparison)
{
    return compare_natural(weir_number_read(a), weir_number_read(b),
                           comparison);
}

static bool compare_cells(struct weir_program *program,
                          const struct weir_step *step, size_t rows)
{
    return compare_rows(program, step, rows, compare_plain);
}

/* A BAD row without a text was computed from a BAD cell. */
static bool compare_read_cells(struct weir_program *program,
                               const struct weir_step *step, size_t rows)
{
    struct weir_vector *out = weir_step_out(program, step);
    const struct weir_vector *a = weir_step_in(program, step, 0);
    const struct weir_vector *b = weir_step_in(program, step, 1);
    for (size_t r = 0; r < rows; r++) {
        struct weir_number x = weir_vector_number(a, r);
        struct weir_number y = weir_vector_number(b, r);
        bool bad = (x.kind == WEIR_BAD && !x.text.len) ||
                   (y.kind == WEIR_BAD && !y.text.len);
        out->boolean[r] =
            bad ? WEIR_BOOLEAN_BAD : compare_natural(x, y, step->choice);
        out->any_bad |= out->boolean[r] == WEIR_BOOLEAN_BAD;
    }
    return true;
}

/* A cell that begins with a digit, and a date as '2024-01-31'. If the cell is
 * written otherwise, the bytes of the two have no order: as 31.01.2024, or with
 * a 'T' after the same day where the date has a blank. */
static uint8_t compare_date(struct weir_text cell, struct weir_text date,
                            int32_t comparison)
{
    const size_t year = strlen("2024"), day = strlen("2024-01-31");
    const bool is_date =
        cell.len > year && *cell.bytes <= '9' && *cell.bytes >= '0';
    if (is_date &&
        (cell.bytes[year] != '-' || (cell.len > day && date.len > day &&
                                     cell.bytes[day] != date.bytes[day] &&
                                     memcmp(cell.bytes, date.bytes, day) == 0)))
        return WEIR_BOOLEAN_BAD;
    return compare_bytes(cell, date, comparison);
}

static bool compare_dates(struct weir_program *program,
                          const struct weir_step *step, size_t rows)
{
    return compare_rows(program, step, rows, compare_date);
}

static void hint_at_format(struct weir_text cell, char into[WEIR_OP_HINT])
{
    if (cell.len > strlen("2024") && cell.bytes[strlen("2024")] == '-')
        strcpy(into,
               "; date_trunc('second', x) writes all as '2024-01-31 23:59:59'");
    else
        weir_date_hint(cell, into);
}

static bool is_number(struct weir_text text)
{
    return weir_number_read(text).kind != WEIR_BAD;
}

static bool compare_booleans(struct weir_program *program,
                             const struct weir_step *step, size_t rows)
{
    struct weir_vector *out = weir_step_out(program, step);
    const uint8_t *a = weir_step_in(program, step, 0)->boolean;
    const uint8_t *b = weir_step_in(program, step, 1)->boolean;
    for (size_t r = 0; r < rows; r++) {
        if (a[r] == WEIR_BOOLEAN_BAD || b[r] == WEIR_BOOLEAN_BAD) {
            out->boolean[r] = WEIR_BOOLEAN_BAD;
            out->any_bad = true;
        } else if (a[r] == WEIR_UNKNOWN || b[r] == WEIR_UNKNOWN) {
            out->boolean[r] = WEIR_UNKNOWN;
        } else {
            out->boolean[r] = satisfies(a[r] - b[r], step->choice);
        }
    }
    return true;
}

WEIR_OP(compare_numbers, "compare numbers", BOOLEAN, .run = compare_numbers);
WEIR_OP(compare_cell_number, "compare", BOOLEAN, .run = compare_cell_number);
WEIR_OP(compare_texts, "compare texts", BOOLEAN, .run = compare_texts);
WEIR_OP(compare_dates, "compare dates", BOOLEAN, .run = compare_dates,
        .complaint = "is not written as the date it is compared with",
        .hint = hint_at_format);
WEIR_OP(compare_empty, "compare with ''", BOOLEAN, .run = compare_empty);
WEIR_OP(compare_cells, "compare cells", BOOLEAN, .run = compare_cells,
        .complaint = "is not a number, and is compared with one",
        .takes = is_number);
WEIR_OP(compare_read_cells, "compare cells", BOOLEAN,
        .run = compare_read_cells);
WEIR_OP(compare_booleans, "compare booleans", BOOLEAN, .run = compare_booleans);
