/*
 * Steps that read dates and give numbers: a part of a date, a difference, the
 * seconds since 1970. A text that is no date is BAD, as a cell that is no
 * number is. The result of date(x) is a part of its input, so its spans point
 * there.
 */
#include "pipeline/ops/calendar.h"

/* Reads the row's date; the result is BAD if the row already is. */
static enum weir_kind read_row(const struct weir_vector *in, size_t row,
                               struct weir_date *date)
{
    if (weir_vector_bad(in, row))
        return WEIR_BAD;
    return weir_date_read(weir_vector_text(in, row), date);
}

static struct weir_vector *begin_numbers(struct weir_program *program,
                                         const struct weir_step *step)
{
    struct weir_vector *out = weir_step_out(program, step);
    out->base = weir_step_in(program, step, 0)->base;
    out->exponent = 0;
    out->uniform = true;
    return out;
}

/* Sets a row. If it is BAD, `in` has its text; NULL if it has none. */
static inline void set_number(struct weir_vector *out, size_t row,
                              enum weir_kind kind, int64_t value,
                              const struct weir_vector *in)
{
    out->mantissa[row] = 0;
    if (kind == WEIR_DECIMAL)
        out->mantissa[row] = value;
    else if (kind == WEIR_BAD && in && in->span[row].len)
        out->mantissa[row] = weir_span_bits(in->span[row]);
    out->form[row] = (struct weir_form){0, (uint8_t)kind};
    out->uniform &= kind == WEIR_DECIMAL;
    out->any_bad |= kind == WEIR_BAD;
}

static bool date_part(struct weir_program *program,
                      const struct weir_step *step, size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_vector *out = begin_numbers(program, step);
    enum weir_date_part part = (enum weir_date_part)step->choice;
    for (size_t r = 0; r < rows; r++) {
        struct weir_date date;
        enum weir_kind kind = read_row(in, r, &date);
        int value = kind == WEIR_DECIMAL ? weir_date_get(&date, part) : 0;
        set_number(out, r, kind, value, in);
    }
    return true;
}

WEIR_OP(date_part, "date part", NUMBER, .run = date_part, WEIR_READS_DATES);

static bool date_day(struct weir_program *program, const struct weir_step *step,
                     size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_vector *out = weir_step_out(program, step);
    out->base = in->base;
    for (size_t r = 0; r < rows; r++) {
        struct weir_date date;
        enum weir_kind kind = read_row(in, r, &date);
        bool bad = kind == WEIR_BAD;
        out->span[r] = (struct weir_span){bad ? WEIR_SPAN_BAD : 0, 0};
        if (kind == WEIR_DECIMAL)
            out->span[r] =
                (struct weir_span){in->span[r].start + date.at, WEIR_DATE_DAY};
        out->any_bad |= bad;
    }
    return true;
}

WEIR_OP(date, "date", TEXT, .run = date_day, WEIR_READS_DATES, .is_date = true);

static bool date_diff(struct weir_program *program,
                      const struct weir_step *step, size_t rows)
{
    const struct weir_vector *from = weir_step_in(program, step, 0);
    const struct weir_vector *to = weir_step_in(program, step, 1);
    struct weir_vector *out = begin_numbers(program, step);
    enum weir_date_part unit = (enum weir_date_part)step->choice;
    for (size_t r = 0; r < rows; r++) {
        struct weir_date a, b;
        enum weir_kind kind = read_row(from, r, &a);
        enum weir_kind other = read_row(to, r, &b);
        int64_t value = 0;
        if (other == WEIR_BAD || (other == WEIR_NULL && kind != WEIR_BAD))
            kind = other;
        if (kind == WEIR_DECIMAL)
            value = weir_date_diff(&a, &b, unit);
        set_number(out, r, kind, value, NULL);
    }
    return true;
}

WEIR_OP(date_diff, "date_diff", NUMBER, .run = date_diff, WEIR_READS_DATES,
        .takes = weir_date_or_null);

/* The seconds since 1970 of a date, times 10^power: exact if it fits 64 bits,
 * else the nearest double. */
static struct weir_number epoch_of(const struct weir_date *date, int power)
{
    int64_t seconds = weir_date_seconds(date), scaled;
    int digits = date->nanosecond ? 9 : power;
    uint32_t fraction = date->nanosecond;
    for (; digits > power && fraction % 10 == 0; digits--)
        fraction /= 10;
    struct weir_number number = {.kind = WEIR_DECIMAL,
                                 .exponent = (int16_t)(power - digits)};
    if (!__builtin_mul_overflow(seconds, weir_power_of_ten[digits], &scaled) &&
        !__builtin_add_overflow(scaled, fraction, &number.mantissa))
        return number;
    const struct weir_number whole = {
        .kind = WEIR_DECIMAL, .mantissa = seconds, .exponent = (int16_t)power};
    number.mantissa = fraction;
    return weir_number_add(whole, number);
}

static bool epoch(struct weir_program *program, const struct weir_step *step,
                  size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_vector *out = begin_numbers(program, step);
    for (size_t r = 0; r < rows; r++) {
        struct weir_date date;
        struct weir_number number = {.kind = (uint8_t)read_row(in, r, &date)};
        if (number.kind == WEIR_DECIMAL)
            number = epoch_of(&date, step->choice);
        set_number(out, r, number.kind, number.mantissa, in);
        if (number.kind == WEIR_BINARY)
            out->mantissa[r] = number.mantissa;
        out->form[r].exponent = number.exponent;
        out->uniform &= number.exponent == 0;
    }
    return true;
}

WEIR_OP(epoch, "epoch", NUMBER, .run = epoch, WEIR_READS_DATES);
