/*
 * Texts of a query that stand where dates are: arguments of functions of dates,
 * and what a date is compared with. Dates are compared by bytes, so a date that
 * is written in another way than the function writes it would give a wrong
 * answer. It is refused.
 */
#include "query/functions.h"

#include "base/error.h"
#include "pipeline/ops/calendar.h"
#include "pipeline/ops/date_format.h"
#include "pipeline/ops/date_letters.h"
#include "pipeline/ops/zone.h"
#include <string.h>
#include <strings.h>

static bool is_constant(const struct weir_node *node)
{
    return node->type == WEIR_NODE_LITERAL || node->type == WEIR_NODE_NUMBER;
}

weir_register weir_compile_date(struct weir_compiler *c,
                                const struct weir_node *node,
                                weir_register from)
{
    if (is_constant(node) && !weir_date_or_null(node->text))
        return weir_compile_fail(c, node,
                                 "%s is not a date; a date is written "
                                 "'2024-01-31' or '2024-01-31 23:59:59'",
                                 weir_compile_words(c, node));
    return weir_compile_text(c, from);
}

weir_register weir_compile_formatted_date(struct weir_compiler *c,
                                          const struct weir_node *node,
                                          const struct weir_step *step)
{
    struct weir_date date;
    if (!weir_compile_failed(c) && is_constant(node) &&
        weir_date_format_read(step->constant.text, node->text, &date) ==
            WEIR_BAD)
        return weir_compile_fail(c, node,
                                 "%s is not a date of the given format",
                                 weir_compile_words(c, node));
    return weir_compile_step(c, step);
}

/* Reads a date that may end after its year, month or hour. */
static bool read_beginning(struct weir_text text, struct weir_date *date)
{
    char full[] = "0000-01-01 00:00:00";
    if (weir_date_read(text, date) == WEIR_DECIMAL)
        return true;
    if (text.len != strlen("0000") && text.len != strlen("0000-01") &&
        text.len != strlen("0000-01-01 00"))
        return false;
    memcpy(full, text.bytes, text.len);
    if (weir_date_read(weir_text_of(full), date) != WEIR_DECIMAL)
        return false;
    date->has_time = text.len > WEIR_DATE_DAY;
    return true;
}

/* Puts a date on the clock of a zone, or of UTC if that is NULL. Without an
 * offset it is that clock's already. Returns false if the result is not within
 * the years 0000 to 9999. */
static bool put_on_clock(struct weir_date *date, const struct weir_zone *zone)
{
    const uint32_t nanosecond = date->nanosecond;
    int64_t seconds = weir_date_seconds(date);
    int32_t offset = zone ? weir_zone_offset(zone, seconds) : 0;
    if (zone && !date->has_offset) {
        offset = weir_zone_offset(zone, seconds - offset);
        seconds -= offset;
    }
    if (!weir_date_from_seconds(date, seconds, offset))
        return false;
    date->nanosecond = nanosecond;
    date->offset = offset;
    date->has_offset = zone;
    return true;
}

/* Gives the date the parts that it has in the results of a step. What is only
 * ordered may lie between the dates that the step gives. Returns false if the
 * step gives no such date. */
static bool adapt(const struct weir_step *step, bool ordered,
                  struct weir_date *date)
{
    const struct weir_op *op = step->op;
    if (op == &weir_op_date_trunc && !ordered)
        return weir_date_truncate(date, (enum weir_date_part)step->choice);
    if (op == &weir_op_date_trunc) {
        date->has_time = step->choice > WEIR_DAY;
        date->has_offset = false;
    } else if (op == &weir_op_date || op == &weir_op_strptime) {
        date->has_time = false;
    } else if (op == &weir_op_date_add) {
        date->has_time |= step->choice > WEIR_DAY;
    } else {
        return put_on_clock(date, op == &weir_op_at_zone ? step->extra : NULL);
    }
    return true;
}

/* The number of bytes that the text of a step's date may have. */
static size_t capacity_of(const struct weir_step *step)
{
    size_t width = step->op == &weir_op_strftime ||
                           (step->op == &weir_op_strptime && !step->choice)
                       ? weir_date_format_width(step->constant.text)
                       : 0;
    return width > WEIR_DATE_CAPACITY ? width : WEIR_DATE_CAPACITY;
}

/* Whether an order, or equality, with the text is one with the date that the
 * step writes as `given`. A text that is only the beginning of a date comes
 * before all dates that begin so. */
static bool agrees(struct weir_text text, struct weir_text given,
                   int32_t choice)
{
    if (weir_text_compare(text, given) == 0)
        return true;
    return (choice == WEIR_LESS || choice == WEIR_GREATER_EQUAL) &&
           text.len < given.len && !memcmp(text.bytes, given.bytes, text.len);
}

/* The results of strptime have the parts that one of its formats has. */
static bool agrees_with_formats(const struct weir_step *step,
                                struct weir_text text, int32_t choice,
                                const struct weir_date *date,
                                struct weir_text *given, char *into)
{
    const struct weir_text formats = step->constant.text;
    for (size_t at = 0, len; at < formats.len; at += len + 1) {
        len = strnlen(formats.bytes + at, formats.len - at);
        const struct weir_text format = {formats.bytes + at, len};
        struct weir_date read;
        given->len = weir_date_format_write(format, date, into);
        if (weir_date_format_read(format, *given, &read) != WEIR_DECIMAL)
            return true;
        given->len = weir_date_write(&read, into);
        if (agrees(text, *given, choice))
            return true;
    }
    return false;
}

/* Whether a step may be compared with the text. If not, *given is how the step
 * writes that date; its len is 0 if the text is no date. */
static bool may_compare(const struct weir_step *step, struct weir_text text,
                        int32_t choice, struct weir_text *given, char *into)
{
    const struct weir_text format = step->constant.text;
    const bool ordered = choice > WEIR_UNEQUAL;
    struct weir_error unused;
    struct weir_date date;
    *given = (struct weir_text){into, 0};
    if (step->op == &weir_op_strftime) {
        /* Without a year the format does not say which texts there are. */
        if (weir_date_format_check_read(format, &unused))
            return true;
        if (weir_date_format_read(format, text, &date) != WEIR_DECIMAL)
            return ordered;
        given->len = weir_date_format_write(format, &date, into);
    } else if (read_beginning(text, &date)) {
        if (step->op == &weir_op_strptime && !step->choice)
            return agrees_with_formats(step, text, choice, &date, given, into);
        if (!adapt(step, ordered, &date))
            return true;
        given->len = weir_date_write(&date, into);
    }
    return given->len && agrees(text, *given, choice);
}

static struct weir_text example(const struct weir_step *step, char *into)
{
    const struct weir_text last = {"2024-01-31 23:59:59", WEIR_DATE_TIME};
    struct weir_text given = {into, 0};
    struct weir_date date;
    (void)weir_date_read(last, &date);
    if (step->op == &weir_op_strftime)
        given.len = weir_date_format_write(step->constant.text, &date, into);
    else
        (void)may_compare(step, last, WEIR_EQUAL, &given, into);
    return given;
}

void weir_compile_date_and_text(struct weir_compiler *c,
                                const struct weir_node *at,
                                const struct weir_operand *dated,
                                struct weir_text text, int32_t choice)
{
    if (weir_compile_failed(c))
        return;
    const struct weir_step *step = &c->program->step[dated->reg];
    struct weir_text given;
    char shown[96];
    if (!step->op->is_date && step->op != &weir_op_strftime)
        return;
    char *into = weir_compile_take(c, capacity_of(step), 1);
    if (!into || may_compare(step, text, choice, &given, into))
        return;
    const char *words = weir_compile_words(c, dated->node);
    weir_show(shown, sizeof shown, text.bytes, text.len, 60);
    if (given.len == 0) {
        given = example(step, into);
        weir_compile_fail(c, at,
                          "%s never gives '%s'; it gives texts like "
                          "'%.*s'",
                          words, shown, (int)given.len, given.bytes);
        return;
    }
    const bool whole_day = text.len <= WEIR_DATE_DAY &&
                           given.len > WEIR_DATE_DAY && step->op->is_date;
    weir_compile_fail(c, at, "%s never gives '%s'; write '%.*s'%s%s%s", words,
                      shown, (int)given.len, given.bytes,
                      whole_day ? ", or compare date(" : "",
                      whole_day ? words : "", whole_day ? ")" : "");
}

/* The number of a month or a weekday by its name, whole or short, or of the
 * quarter Q2; 0 if the text is none. */
static int number_of(struct weir_text text, int32_t part)
{
    const char *const *name =
        part == WEIR_MONTH ? weir_month_names : weir_day_names;
    const int n = part == WEIR_MONTH ? 12 : part == WEIR_WEEKDAY ? 7 : 0;
    if (part == WEIR_QUARTER && text.len == 2 &&
        (*text.bytes == 'Q' || *text.bytes == 'q') && text.bytes[1] >= '1' &&
        text.bytes[1] <= '4')
        return text.bytes[1] - '0';
    for (int i = 0; i < n; i++)
        if ((text.len == strlen(name[i]) || text.len == WEIR_SHORT_NAME) &&
            !strncasecmp(text.bytes, name[i], text.len))
            return i + 1;
    return 0;
}

weir_register weir_compile_part_and_text(struct weir_compiler *c,
                                         const struct weir_node *at,
                                         const struct weir_operand *part,
                                         const struct weir_operand *text)
{
    const struct weir_node *node = text->node;
    const int named =
        node->type == WEIR_NODE_LITERAL
            ? number_of(node->text, c->program->step[part->reg].choice)
            : 0;
    const char *words = weir_compile_words(c, part->node);
    const char *brief = weir_compile_brief(part->node);
    if (named)
        return weir_compile_fail(c, at, "%s is a number (%s); write %d", words,
                                 brief, named);
    return weir_compile_fail(c, at, "%s is a number (%s), and %s is a text",
                             words, brief, weir_compile_words(c, node));
}

weir_register weir_compile_date_and_number(struct weir_compiler *c,
                                           const struct weir_node *at,
                                           const struct weir_operand *dated)
{
    const struct weir_step *step = &c->program->step[dated->reg];
    char *into = weir_compile_take(c, capacity_of(step), 1);
    if (!into)
        return WEIR_NO_REGISTER;
    const struct weir_text given = example(step, into);
    return weir_compile_fail(c, at,
                             "%s is a text like '%.*s', and is compared with a "
                             "number",
                             weir_compile_words(c, dated->node), (int)given.len,
                             given.bytes);
}

weir_register weir_compile_format_and_number(struct weir_compiler *c,
                                             const struct weir_node *at,
                                             const struct weir_operand *dated,
                                             const struct weir_node *number)
{
    const struct weir_text format = c->program->step[dated->reg].constant.text;
    const char *words = weir_compile_words(c, dated->node);
    const char *digits = weir_compile_words(c, number);
    if (format.len == 2 && !memcmp(format.bytes, "%Y", 2) &&
        strlen(digits) == strlen("2024"))
        return weir_compile_fail(c, at,
                                 "%s is a text, and is compared with a number; "
                                 "write '%s'",
                                 words, digits);
    return weir_compile_fail(c, at,
                             "%s is a text, and is compared with a number; "
                             "write num(%s)",
                             words, words);
}
