/*
 * Registers: the arrays of their vectors, and the texts behind them.
 */
#include "base/stream.h"
#include "pipeline/ops/program.h"

/* A padded base for vectors in which every text is empty. */
static const char nowhere[2 * WEIR_BATCH_PAD];

size_t weir_vector_bytes(enum weir_type type)
{
    switch (type) {
    case WEIR_TYPE_NUMBER:
        return sizeof(int64_t) + sizeof(struct weir_form);
    case WEIR_TYPE_BOOLEAN:
        return 1;
    default:
        return sizeof(struct weir_span);
    }
}

void weir_vector_place(struct weir_vector *vector, void *block, size_t rows)
{
    switch (vector->type) {
    case WEIR_TYPE_NUMBER:
        vector->base = nowhere + WEIR_BATCH_PAD;
        vector->mantissa = block;
        vector->form = (void *)(vector->mantissa + rows);
        break;
    case WEIR_TYPE_BOOLEAN:
        vector->boolean = block;
        break;
    default:
        vector->base = nowhere + WEIR_BATCH_PAD;
        vector->span = block;
    }
}

bool weir_slot_open(struct weir_slot *slot, size_t rows)
{
    slot->rows = weir_alloc(WEIR_MEMORY_VECTOR,
                            weir_vector_bytes(slot->vector.type) * rows);
    if (slot->rows)
        weir_vector_place(&slot->vector, slot->rows, rows);
    return slot->rows;
}

void weir_slot_close(struct weir_slot *slot)
{
    weir_free(WEIR_MEMORY_VECTOR, slot->rows);
    weir_free(WEIR_MEMORY_VECTOR, slot->text);
}

char *weir_slot_text(struct weir_slot *slot, size_t len)
{
    size_t need = slot->text_used + len + 2 * WEIR_BATCH_PAD;
    size_t first = slot->text_first;
    if (need > slot->text_capacity &&
        (need > WEIR_BATCH_MAX ||
         !weir_grow(WEIR_MEMORY_VECTOR, &slot->text, &slot->text_capacity,
                    need < first ? first : need)))
        return NULL;
    char *at = slot->text + WEIR_BATCH_PAD + slot->text_used;
    slot->text_used += len;
    return at;
}

/* Adds a text and gives its span. */
static bool add_text(struct weir_slot *slot, struct weir_text text,
                     struct weir_span *span)
{
    *span = (struct weir_span){(uint32_t)slot->text_used, (uint32_t)text.len};
    char *at = weir_slot_text(slot, text.len);
    if (at && text.len)
        memcpy(at, text.bytes, text.len);
    return at;
}

bool weir_slot_set_text(struct weir_slot *slot, size_t row,
                        struct weir_text text)
{
    return add_text(slot, text, &slot->vector.span[row]);
}

bool weir_slot_set_number(struct weir_slot *slot, size_t row,
                          const struct weir_number *value)
{
    struct weir_vector *v = &slot->vector;
    struct weir_span span;
    v->mantissa[row] = value->kind == WEIR_BAD ? 0 : value->mantissa;
    v->form[row] = (struct weir_form){value->exponent, value->kind};
    v->any_bad |= value->kind == WEIR_BAD;
    if (value->kind != WEIR_WIDE)
        return true;
    bool fits = add_text(slot, value->text, &span);
    v->mantissa[row] = weir_span_bits(span);
    return fits;
}

void weir_slot_begin(struct weir_slot *slot)
{
    slot->text_used = 0;
    slot->vector.any_bad = false;
}

void weir_slot_end(struct weir_slot *slot)
{
    slot->vector.base = (slot->text ? slot->text : nowhere) + WEIR_BATCH_PAD;
}
