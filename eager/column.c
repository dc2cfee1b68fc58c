#include "eager/column.h"

#include "eager/decimals.h"
#include "eager/replay.h"
#include <string.h>

enum kind {
    NUMBERS,
    CODES,
    TEXTS
};

/* Packing */

/* Returns where `bytes` more bytes go, which may be 0, or NULL if memory was
 * refused. */
static char *extend(struct weir_column_draft *draft, size_t bytes)
{
    if (!weir_grow(WEIR_MEMORY_STORE, &draft->bytes, &draft->capacity,
                   draft->used + bytes + 1))
        return NULL;
    char *at = draft->bytes + draft->used;
    draft->used += bytes;
    return at;
}

static size_t nulls_bytes(size_t rows)
{
    return (rows + 7) / 8;
}

static bool put_nulls(struct weir_column_draft *draft,
                      struct weir_column_head *head,
                      const struct weir_span *span, size_t rows)
{
    head->at = draft->used;
    for (size_t r = 0; r < rows && !head->nulls; r++)
        head->nulls = span[r].len == 0;
    if (!head->nulls)
        return true;
    char *bits = extend(draft, nulls_bytes(rows));
    if (!bits)
        return false;
    memset(bits, 0, nulls_bytes(rows));
    for (size_t r = 0; r < rows; r++)
        if (span[r].len == 0)
            bits[r / 8] = (char)(bits[r / 8] | 1 << r % 8);
    return true;
}

/* Writes an array of the narrowest type. `max` is the largest value. */
static bool put_array(struct weir_column_draft *draft,
                      struct weir_column_head *head, const uint64_t *value,
                      uint64_t max, size_t rows)
{
    head->width = max ? weir_width_of(max) : 0;
    char *at = extend(draft, head->width * rows);
    for (size_t r = 0; at && head->width && r < rows; r++)
        weir_put_width(at + r * head->width, head->width, value[r]);
    return at;
}

static bool put_numbers(struct weir_column_draft *draft,
                        struct weir_column_head *head,
                        const struct weir_decimals *d, size_t rows)
{
    uint64_t value[WEIR_WINDOW_MAX], min = (uint64_t)d->min;
    head->kind = NUMBERS;
    head->min = d->min;
    head->exponent = d->exponent;
    for (size_t r = 0; r < rows; r++)
        value[r] = d->fits[r] ? (uint64_t)d->mantissa[r] - min : 0;
    return put_array(draft, head, value, (uint64_t)d->max - min, rows);
}

static bool put_texts(struct weir_column_draft *draft,
                      struct weir_column_head *head,
                      const struct weir_row_group *group, size_t c)
{
    const struct weir_span *span = group->column[c];
    uint64_t len[WEIR_WINDOW_MAX], max = 0, all = 0;
    head->kind = TEXTS;
    for (size_t r = 0; r < group->rows; r++) {
        len[r] = span[r].len;
        max = len[r] > max ? len[r] : max;
        all += len[r];
    }
    if (!put_array(draft, head, len, max, group->rows))
        return false;
    char *at = extend(draft, all);
    for (size_t r = 0; at && r < group->rows; r++) {
        memcpy(at, group->base + span[r].start, span[r].len);
        at += span[r].len;
    }
    return at;
}

/* Writes codes. If a text cannot be added to the dictionary, writes texts
 * instead. */
static bool put_codes(struct weir_column_draft *draft,
                      struct weir_column_head *head,
                      const struct weir_row_group *group, size_t c)
{
    struct weir_dictionary *dictionary = &draft->dictionary[c];
    const struct weir_span *span = group->column[c];
    uint64_t code[WEIR_WINDOW_MAX], max = 0;
    head->kind = CODES;
    for (size_t r = 0; r < group->rows; r++) {
        struct weir_text cell = {group->base + span[r].start, span[r].len};
        code[r] = cell.len ? weir_dictionary_code(dictionary, cell) : 0;
        if (code[r] == WEIR_NO_CODE)
            return put_texts(draft, head, group, c);
        max = code[r] > max ? code[r] : max;
    }
    /* The width is at least 1, even if all codes are 0. */
    return put_array(draft, head, code, max ? max : 1, group->rows);
}

bool weir_column_pack(struct weir_column_draft *draft,
                      struct weir_column_head *head,
                      const struct weir_row_group *group, size_t c)
{
    struct weir_decimals decimals;
    *head = (struct weir_column_head){0};
    if (!put_nulls(draft, head, group->column[c], group->rows))
        return false;
    if (weir_decimals_read(&decimals, group, c) &&
        decimals.n_fit + decimals.n_empty == group->rows)
        return put_numbers(draft, head, &decimals, group->rows);
    if (weir_repeats_pays(&draft->repeats[c], group, c))
        return put_codes(draft, head, group, c);
    return put_texts(draft, head, group, c);
}

/* Unpacking */

struct reading {
    const struct weir_column_head *head;
    const uint8_t *nulls; /* NULL if no cell is empty */
    const char *array;
    size_t rows;
};

static struct reading read_column(const struct weir_column *column)
{
    struct reading reading = {.head = column->head, .rows = column->rows};
    const char *at = column->bytes + reading.head->at;
    reading.array = at;
    if (reading.head->nulls) {
        reading.nulls = (const uint8_t *)at;
        reading.array += nulls_bytes(column->rows);
    }
    return reading;
}

static inline bool is_null(const struct reading *reading, size_t row)
{
    return reading->nulls && reading->nulls[row / 8] >> row % 8 & 1;
}

static inline uint64_t value_at(const struct reading *reading, size_t row)
{
    uint8_t width = reading->head->width;
    return width ? weir_get_width(reading->array + row * width, width) : 0;
}

/* One loop for each type, so that the compiler can vectorise it. */
#define WIDEN(type)                                                            \
    for (size_t r = 0; r < rows; r++) {                                        \
        type value;                                                            \
        memcpy(&value, array + r * sizeof value, sizeof value);                \
        into[r] = (int64_t)((uint64_t)min + value);                            \
    }

static void widen(const struct reading *reading, int64_t *into)
{
    const char *array = reading->array;
    int64_t min = reading->head->min;
    size_t rows = reading->rows;
    switch (reading->head->width) {
    case 0:
        for (size_t r = 0; r < rows; r++)
            into[r] = min;
        break;
    case 1:
        WIDEN(uint8_t)
        break;
    case 2:
        WIDEN(uint16_t)
        break;
    case 4:
        WIDEN(uint32_t)
        break;
    default:
        WIDEN(uint64_t)
    }
}

static void give_numbers(const struct reading *reading,
                         struct weir_numbers *numbers)
{
    int16_t exponent = reading->head->exponent;
    widen(reading, numbers->mantissa);
    numbers->known = true;
    numbers->uniform = !reading->nulls;
    numbers->exponent = exponent;
    for (size_t r = 0; reading->nulls && r < reading->rows; r++)
        numbers->form[r] = (struct weir_form){
            exponent, is_null(reading, r) ? WEIR_NULL : WEIR_DECIMAL};
}

static enum weir_status write_numbers(const struct reading *reading,
                                      struct weir_replay *replay, size_t c,
                                      struct weir_error *error)
{
    int64_t number[WEIR_WINDOW_MAX];
    widen(reading, number);
    if (weir_replay_reserve(replay, reading->rows * WEIR_DECIMAL_TEXT, error))
        return error->status;
    for (size_t r = 0; r < reading->rows; r++) {
        char *into = replay->batch->text + replay->used;
        size_t len =
            is_null(reading, r)
                ? 0
                : weir_decimal_write(number[r], reading->head->exponent, into);
        replay->span[c][r] =
            (struct weir_span){(uint32_t)replay->used, (uint32_t)len};
        replay->used += len;
    }
    return WEIR_OK;
}

static enum weir_status write_texts(const struct reading *reading,
                                    struct weir_replay *replay, size_t c,
                                    struct weir_error *error)
{
    const char *bytes = reading->array + reading->rows * reading->head->width;
    size_t begin = replay->used, at = begin;
    for (size_t r = 0; r < reading->rows; r++) {
        uint32_t len = (uint32_t)value_at(reading, r);
        replay->span[c][r] = (struct weir_span){(uint32_t)at, len};
        at += len;
    }
    if (weir_replay_reserve(replay, at - begin, error))
        return error->status;
    memcpy(replay->batch->text + begin, bytes, at - begin);
    replay->used = at;
    return WEIR_OK;
}

/* A text that was written recently is not written again, because several rows
 * may have the same span. */
#define WRITTEN 256
struct written {
    uint32_t code;
    struct weir_span span;
};

static enum weir_status write_codes(const struct weir_dictionary *dictionary,
                                    const struct reading *reading,
                                    struct weir_replay *replay, size_t c,
                                    struct weir_error *error)
{
    struct written written[WRITTEN];
    memset(written, 0xff, sizeof written); /* no code is so large */
    for (size_t r = 0; r < reading->rows; r++) {
        uint32_t code = (uint32_t)value_at(reading, r);
        struct written *known = &written[code % WRITTEN];
        if (is_null(reading, r)) {
            replay->span[c][r] = (struct weir_span){(uint32_t)replay->used, 0};
            continue;
        }
        if (known->code != code || replay->copies) {
            struct weir_text text = weir_dictionary_text(dictionary, code);
            if (weir_replay_reserve(replay, text.len, error))
                return error->status;
            weir_replay_text(replay, c, r, text);
            *known = (struct written){code, replay->span[c][r]};
        }
        replay->span[c][r] = known->span;
    }
    return WEIR_OK;
}

enum weir_status weir_column_unpack(const struct weir_column *column,
                                    struct weir_replay *replay, size_t c,
                                    struct weir_error *error)
{
    struct reading reading = read_column(column);
    struct weir_numbers *numbers = weir_replay_numbers(replay, c);
    switch ((enum kind)reading.head->kind) {
    case NUMBERS:
        if (!numbers)
            return write_numbers(&reading, replay, c, error);
        give_numbers(&reading, numbers);
        return WEIR_OK;
    case CODES:
        return write_codes(column->dictionary, &reading, replay, c, error);
    case TEXTS:
        break;
    }
    return write_texts(&reading, replay, c, error);
}
