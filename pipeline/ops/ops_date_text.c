/*
 * Steps that write dates. Each row gives a date, which is written in ISO's
 * form, or for strftime in a form of its own. The memory for all rows is taken
 * at once, as if each were as long as it can be.
 *
 * A text that is no date is BAD, and so is a date that is not within the years
 * 0000 to 9999.
 */
#include "base/error.h"
#include "pipeline/ops/calendar.h"
#include "pipeline/ops/date_format.h"
#include "pipeline/ops/zone.h"

/* Makes the date of a row. */
typedef enum weir_kind (*maker)(const struct weir_program *program,
                                const struct weir_step *step, size_t row,
                                struct weir_date *date);

/* Reads in[0] as a date, and gives it. */
static inline enum weir_kind read_row(const struct weir_program *program,
                                      const struct weir_step *step, size_t row,
                                      struct weir_date *date)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    if (weir_vector_bad(in, row))
        return WEIR_BAD;
    return weir_date_read(weir_vector_text(in, row), date);
}

/* Writes the dates that `make` makes, each in at most `width` bytes. Without a
 * format they are in ISO's form. */
static inline bool write_rows(struct weir_program *program,
                              const struct weir_step *step, size_t rows,
                              maker make, size_t width,
                              const struct weir_text *format)
{
    struct weir_slot *slot = &program->slot[step->out];
    char *into = weir_slot_text(slot, rows * width);
    if (!into)
        return false;
    struct weir_span *span = slot->vector.span;
    size_t used = 0;
    for (size_t r = 0; r < rows; r++) {
        struct weir_date date;
        enum weir_kind kind = make(program, step, r, &date);
        span[r] = (struct weir_span){(uint32_t)used, 0};
        if (kind == WEIR_DECIMAL) {
            size_t len =
                format ? weir_date_format_write(*format, &date, into + used)
                       : weir_date_write(&date, into + used);
            span[r].len = (uint32_t)len;
            used += len;
        } else if (kind == WEIR_BAD) {
            span[r].start = WEIR_SPAN_BAD;
            slot->vector.any_bad = true;
        }
    }
    slot->text_used = used;
    return true;
}

static enum weir_kind make_truncated(const struct weir_program *program,
                                     const struct weir_step *step, size_t row,
                                     struct weir_date *date)
{
    enum weir_kind kind = read_row(program, step, row, date);
    bool gone = kind == WEIR_DECIMAL &&
                !weir_date_truncate(date, (enum weir_date_part)step->choice);
    return gone ? WEIR_BAD : kind;
}

static bool date_trunc(struct weir_program *program,
                       const struct weir_step *step, size_t rows)
{
    return write_rows(program, step, rows, make_truncated,
                      step->choice <= WEIR_DAY ? WEIR_DATE_DAY : WEIR_DATE_TIME,
                      NULL);
}

/* The number as an integer. Returns false if it is no whole number, or too
 * large to count units of time. */
static bool whole(const struct weir_number *number, int64_t *value)
{
    struct weir_number rounded =
        weir_number_round(*number, 0, WEIR_ROUND_FLOOR);
    double near = weir_number_double(&rounded);
    if (!(near > -1e15 && near < 1e15) ||
        weir_number_compare(number, &rounded) != 0)
        return false;
    *value = (int64_t)near;
    return true;
}

static bool run_whole(struct weir_program *program,
                      const struct weir_step *step, size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_vector *out = weir_step_out(program, step);
    out->exponent = 0;
    out->uniform = false;
    for (size_t r = 0; r < rows; r++) {
        struct weir_number number = weir_vector_number(in, r);
        uint8_t kind = number.kind;
        out->mantissa[r] = 0;
        if (kind != WEIR_NULL && kind != WEIR_BAD)
            kind = whole(&number, &out->mantissa[r]) ? WEIR_DECIMAL : WEIR_BAD;
        out->form[r] = (struct weir_form){0, kind};
        out->any_bad |= kind == WEIR_BAD;
    }
    return true;
}

static enum weir_kind make_sum(const struct weir_program *program,
                               const struct weir_step *step, size_t row,
                               struct weir_date *date)
{
    struct weir_number n =
        weir_vector_number(weir_step_in(program, step, 1), row);
    enum weir_kind kind = read_row(program, step, row, date);
    if (kind == WEIR_BAD || n.kind == WEIR_BAD)
        return WEIR_BAD;
    if (kind == WEIR_NULL || n.kind == WEIR_NULL)
        return WEIR_NULL;
    return weir_date_add(date, n.mantissa, (enum weir_date_part)step->choice)
               ? WEIR_DECIMAL
               : WEIR_BAD;
}

static bool date_add(struct weir_program *program, const struct weir_step *step,
                     size_t rows)
{
    return write_rows(program, step, rows, make_sum, WEIR_DATE_CAPACITY, NULL);
}

/* A number of 10^-power seconds as whole seconds and nanoseconds, rounded down.
 * Returns false if it has no such seconds. */
static bool split(struct weir_number number, int power, int64_t *seconds,
                  uint32_t *nanosecond)
{
    int places = power - number.exponent;
    if (number.kind == WEIR_DECIMAL && places >= 0 && places <= 18) {
        const int64_t scale = weir_power_of_ten[places];
        *seconds = number.mantissa / scale - (number.mantissa % scale < 0);
        int64_t rest = number.mantissa - *seconds * scale;
        *nanosecond =
            (uint32_t)(places > 9 ? rest / weir_power_of_ten[places - 9]
                                  : rest * weir_power_of_ten[9 - places]);
        return true;
    }
    const struct weir_number unit = {
        .kind = WEIR_DECIMAL, .mantissa = 1, .exponent = (int16_t)-power};
    const struct weir_number billion = {.kind = WEIR_DECIMAL,
                                        .mantissa = 1000000000};
    number = weir_number_multiply(number, unit);
    struct weir_number down = weir_number_round(number, 0, WEIR_ROUND_FLOOR);
    struct weir_number rest = weir_number_round(
        weir_number_multiply(weir_number_subtract(number, down), billion), 0,
        WEIR_ROUND_FLOOR);
    double near = weir_number_double(&down);
    if (!(near > -1e12 && near < 1e12))
        return false;
    *seconds = (int64_t)near;
    /* A double may have been rounded up to the next second. */
    double fraction = weir_number_double(&rest);
    *nanosecond = fraction < 999999999 ? (uint32_t)fraction : 999999999;
    return true;
}

static enum weir_kind make_from_epoch(const struct weir_program *program,
                                      const struct weir_step *step, size_t row,
                                      struct weir_date *date)
{
    struct weir_number number =
        weir_vector_number(weir_step_in(program, step, 0), row);
    int64_t seconds;
    uint32_t nanosecond;
    if (number.kind == WEIR_NULL || number.kind == WEIR_BAD)
        return (enum weir_kind)number.kind;
    if (!split(number, step->choice, &seconds, &nanosecond) ||
        !weir_date_from_seconds(date, seconds, 0))
        return WEIR_BAD;
    date->nanosecond = nanosecond;
    return WEIR_DECIMAL;
}

static bool from_epoch(struct weir_program *program,
                       const struct weir_step *step, size_t rows)
{
    return write_rows(program, step, rows, make_from_epoch, WEIR_DATE_CAPACITY,
                      NULL);
}

static enum weir_kind make_formatted(const struct weir_program *program,
                                     const struct weir_step *step, size_t row,
                                     struct weir_date *date)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    if (weir_vector_bad(in, row))
        return WEIR_BAD;
    enum weir_kind kind = weir_date_format_read(
        step->constant.text, weir_vector_text(in, row), date);
    if (kind == WEIR_DECIMAL && step->choice)
        date->has_time = false;
    return kind;
}

static bool run_strptime(struct weir_program *program,
                         const struct weir_step *step, size_t rows)
{
    return write_rows(program, step, rows, make_formatted,
                      step->choice ? WEIR_DATE_DAY : WEIR_DATE_CAPACITY, NULL);
}

static bool run_strftime(struct weir_program *program,
                         const struct weir_step *step, size_t rows)
{
    return write_rows(program, step, rows, read_row,
                      weir_date_format_width(step->constant.text),
                      &step->constant.text);
}

static enum weir_kind make_local(const struct weir_program *program,
                                 const struct weir_step *step, size_t row,
                                 struct weir_date *date)
{
    enum weir_kind kind = read_row(program, step, row, date);
    if (kind != WEIR_DECIMAL)
        return kind;
    const uint32_t nanosecond = date->nanosecond;
    int64_t seconds = weir_date_seconds(date);
    int32_t offset = weir_zone_offset(step->extra, seconds);
    if (!weir_date_from_seconds(date, seconds, offset))
        return WEIR_BAD;
    date->nanosecond = nanosecond;
    date->offset = offset;
    date->has_offset = true;
    return WEIR_DECIMAL;
}

static bool at_zone(struct weir_program *program, const struct weir_step *step,
                    size_t rows)
{
    return write_rows(program, step, rows, make_local, WEIR_DATE_CAPACITY,
                      NULL);
}

static void *copy_zone(const struct weir_step *step, struct weir_error *error)
{
    return weir_zone_copy(step->extra, error);
}

static void release_zone(void *extra)
{
    weir_zone_close(extra);
}

#define GIVES_DATES                                                            \
    WEIR_READS_DATES, .takes = weir_date_or_null, .is_date = true

WEIR_OP(date_trunc, "date_trunc", TEXT, .run = date_trunc, GIVES_DATES);
WEIR_OP(date_add, "date_add", TEXT, .run = date_add, GIVES_DATES);
WEIR_OP(at_zone, "at_zone", TEXT, .run = at_zone, .copy = copy_zone,
        .release = release_zone, GIVES_DATES);
WEIR_OP(strptime, "strptime", TEXT, .run = run_strptime,
        .complaint = "is not a date of the given format",
        .hint = weir_date_hint, .is_date = true);
WEIR_OP(strftime, "strftime", TEXT, .run = run_strftime, WEIR_READS_DATES);
WEIR_OP(whole, "whole number", NUMBER, .run = run_whole,
        .complaint = "is not a whole number");
WEIR_OP(from_epoch, "from_epoch", TEXT, .run = from_epoch,
        .complaint = WEIR_NO_YEAR, .hint = weir_date_hint, .is_date = true);
