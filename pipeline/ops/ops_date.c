/*
 * Steps that read dates. A text that is no date is BAD. The result of date(x)
 * is a part of its input, so its spans point there. date_trunc writes texts of
 * one width, so it takes the memory for all rows at once.
 */
#include "pipeline/ops/date.h"

/* Reads the row's date; the result is BAD if the row already is. */
static enum weir_kind read_row(const struct weir_vector *in, size_t row,
                               struct weir_date *date)
{
    if (weir_vector_bad(in, row))
        return WEIR_BAD;
    return weir_date_read(weir_vector_text(in, row), date);
}

/* Sets a row without a date to null or BAD. */
static void leave(struct weir_vector *out, size_t row, enum weir_kind kind)
{
    out->span[row] = (struct weir_span){0, 0};
    if (kind == WEIR_BAD)
        weir_vector_make_bad(out, row);
}

static bool date_part(struct weir_program *program,
                      const struct weir_step *step, size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_vector *out = weir_step_out(program, step);
    enum weir_date_part part = (enum weir_date_part)step->choice;
    out->base = in->base;
    out->exponent = 0;
    out->uniform = true;
    out->any_bad = false;
    for (size_t r = 0; r < rows; r++) {
        struct weir_date date;
        enum weir_kind kind = read_row(in, r, &date);
        out->mantissa[r] = 0;
        if (kind == WEIR_DECIMAL)
            out->mantissa[r] = weir_date_get(&date, part);
        else if (kind == WEIR_BAD && in->span[r].len)
            out->mantissa[r] = weir_span_bits(in->span[r]);
        out->form[r] = (struct weir_form){0, (uint8_t)kind};
        out->uniform &= kind == WEIR_DECIMAL;
        out->any_bad |= kind == WEIR_BAD;
    }
    return true;
}

WEIR_OP(date_part, "date part", NUMBER, .run = date_part);

static bool date_day(struct weir_program *program, const struct weir_step *step,
                     size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_vector *out = weir_step_out(program, step);
    out->base = in->base;
    out->any_bad = false;
    for (size_t r = 0; r < rows; r++) {
        struct weir_date date;
        enum weir_kind kind = read_row(in, r, &date);
        if (kind == WEIR_DECIMAL)
            out->span[r] =
                (struct weir_span){in->span[r].start + date.at, WEIR_DATE_TEXT};
        else
            leave(out, r, kind);
    }
    return true;
}

WEIR_OP(date, "date", TEXT, .run = date_day);

static bool date_trunc(struct weir_program *program,
                       const struct weir_step *step, size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_slot *slot = &program->slot[step->out];
    enum weir_date_part part = (enum weir_date_part)step->choice;
    uint32_t width = part <= WEIR_DAY ? WEIR_DATE_TEXT : WEIR_TIME_TEXT;
    weir_slot_begin(slot);
    char *into = weir_slot_text(slot, rows * width);
    if (!into)
        return false;
    for (size_t r = 0; r < rows; r++) {
        struct weir_date date;
        enum weir_kind kind = read_row(in, r, &date);
        if (kind == WEIR_DECIMAL && !weir_date_truncate(&date, part))
            kind = WEIR_BAD;
        if (kind != WEIR_DECIMAL) {
            leave(&slot->vector, r, kind);
            continue;
        }
        slot->vector.span[r] = (struct weir_span){(uint32_t)r * width, width};
        if (width == WEIR_DATE_TEXT)
            weir_date_write(&date, into + r * width);
        else
            weir_date_write_time(&date, into + r * width);
    }
    weir_slot_end(slot);
    return true;
}

WEIR_OP(date_trunc, "date_trunc", TEXT, .run = date_trunc);
