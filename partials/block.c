/*
 * A record and its states are written directly behind the last record, so that
 * nothing is copied. One byte is reserved for the length of the states. The
 * states are moved only if their length needs more than one byte.
 */
#include "partials/block.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* The maximum length of a record's head and of the varints after it. */
#define HEAD_CAPACITY (1 + 2 * WEIR_VARINT_CAPACITY)
#define KEY_CAPACITY ((size_t)256)
/* Bytes after a key that may be read. */
#define PAD ((size_t)8)

/* Frames. ----------------------------------------------------------------- */

uint64_t weir_frame_check(const char *payload, size_t len)
{
    return XXH64(payload, len, 0);
}

void weir_frame_write(const struct weir_frame *frame, char *into)
{
    char *at = weir_put_fixed(into, frame->kind, 1);
    at = weir_put_fixed(at, frame->zstd, 1);
    at = weir_put_fixed(at, frame->table, 2);
    at = weir_put_fixed(at, frame->n, 4);
    at = weir_put_fixed(at, frame->raw, 4);
    at = weir_put_fixed(at, frame->stored, 4);
    at = weir_put_fixed(at, frame->check, 8);
    weir_put_fixed(at, weir_frame_check(into, WEIR_FRAME_BYTES - 8), 8);
}

bool weir_frame_read(const char *from, struct weir_frame *frame)
{
    uint64_t packed = weir_fixed_at(from + 1, 1);
    frame->kind = (uint8_t)*from;
    frame->zstd = packed == 1;
    frame->table = (uint16_t)weir_fixed_at(from + 2, 2);
    frame->n = (uint32_t)weir_fixed_at(from + 4, 4);
    frame->raw = (uint32_t)weir_fixed_at(from + 8, 4);
    frame->stored = (uint32_t)weir_fixed_at(from + 12, 4);
    frame->check = weir_fixed_at(from + 16, 8);
    if (weir_fixed_at(from + 24, 8) !=
        weir_frame_check(from, WEIR_FRAME_BYTES - 8))
        return false;
    return packed <= 1 && (packed || frame->raw == frame->stored);
}

/* Writing blocks. --------------------------------------------------------- */

void weir_block_release(struct weir_block *block)
{
    weir_free(WEIR_MEMORY_SPILL, block->bytes);
    weir_free(WEIR_MEMORY_SPILL, block->last);
    *block = (struct weir_block){0};
}

void weir_block_begin(struct weir_block *block)
{
    block->len = 0;
    block->n = 0;
    block->last_len = 0;
}

size_t weir_block_bytes(void)
{
    return 2 * WEIR_BLOCK_GOAL + KEY_CAPACITY;
}

static bool grow(char **bytes, size_t *capacity, size_t need, size_t min)
{
    return need <= *capacity || weir_grow(WEIR_MEMORY_SPILL, bytes, capacity,
                                          need < min ? min : need);
}

/* Makes room for `bytes` more. */
static bool reserve(struct weir_block *block, size_t bytes)
{
    size_t need = block->len + bytes;
    return need <= UINT32_MAX &&
           grow(&block->bytes, &block->capacity, need, 2 * WEIR_BLOCK_GOAL);
}

/* How many bytes a key shares with the last one. */
static size_t shared_with(const char *a, size_t a_len, struct weir_text b)
{
    size_t common = a_len < b.len ? a_len : b.len, at = 0;
    for (uint64_t x, y; at + 8 <= common; at += 8) {
        memcpy(&x, a + at, 8);
        memcpy(&y, b.bytes + at, 8);
        if (x != y)
            break;
    }
    while (at < common && a[at] == b.bytes[at])
        at++;
    return at;
}

static char *put_key(char *at, struct weir_text key, size_t shared)
{
    size_t suffix = key.len - shared;
    size_t high = shared < 15 ? shared : 15, low = suffix < 15 ? suffix : 15;
    *at++ = (char)(high << 4 | low);
    if (high == 15)
        at = weir_put_varint(at, shared - 15);
    if (low == 15)
        at = weir_put_varint(at, suffix - 15);
    memcpy(at, key.bytes + shared, suffix);
    return at + suffix;
}

/* Writes the states at `at`, which lies in the block. Returns their end, or
 * NULL if memory was refused. */
static char *put_states(struct weir_block *block, char *at,
                        const struct weir_state_rows *rows, size_t row)
{
    for (;;) {
        size_t used = (size_t)(at - block->bytes),
               capacity = block->capacity - used;
        size_t len = weir_row_save(rows, row, at + 1, capacity - 1);
        if (len >= 0x80 && len + WEIR_VARINT_CAPACITY <= capacity) {
            char width[WEIR_VARINT_CAPACITY];
            size_t n = (size_t)(weir_put_varint(width, len) - width);
            memmove(at + n, at + 1, len);
            memcpy(at, width, n);
            return at + n + len;
        }
        if (len < 0x80 && len < capacity) {
            *at = (char)len;
            return at + 1 + len;
        }
        if (!reserve(block, used - block->len + len + WEIR_VARINT_CAPACITY +
                                WEIR_SAVED_CAPACITY))
            return NULL;
        at = block->bytes + used;
    }
}

bool weir_block_add(struct weir_block *block, struct weir_text key,
                    const struct weir_state_rows *rows, size_t row)
{
    size_t shared = shared_with(block->last, block->last_len, key);
    if (block->n == UINT32_MAX ||
        !grow(&block->last, &block->last_capacity, key.len + 1, KEY_CAPACITY) ||
        !reserve(block, HEAD_CAPACITY + key.len - shared + WEIR_SAVED_CAPACITY +
                            rows->shape->n * WEIR_SAVED_CAPACITY))
        return false;
    char *at = put_key(block->bytes + block->len, key, shared);
    at = put_states(block, at, rows, row);
    if (!at)
        return false;
    memcpy(block->last + shared, key.bytes + shared, key.len - shared);
    block->last_len = key.len;
    block->len = (size_t)(at - block->bytes);
    block->n++;
    return true;
}

/* Reading blocks. --------------------------------------------------------- */

void weir_records_release(struct weir_records *records)
{
    weir_free(WEIR_MEMORY_SPILL, records->key);
    *records = (struct weir_records){0};
}

void weir_records_begin(struct weir_records *records, struct weir_text block,
                        uint32_t n)
{
    records->rest = block;
    records->n = n;
    records->key_len = 0;
}

/* Gets a length from one half of the head. If that is 15, a varint with the
 * rest follows. */
static bool take_len(struct weir_text *from, size_t half, size_t *len)
{
    uint64_t more = 0;
    if (half == 15 && (!weir_get_varint(from, &more) || more > UINT32_MAX))
        return false;
    *len = half + (size_t)more;
    return true;
}

enum weir_status weir_records_next(struct weir_records *records)
{
    struct weir_text *from = &records->rest, suffix;
    size_t shared, len;
    uint64_t head, saved;
    if (!records->n)
        return from->len ? WEIR_DATA : WEIR_END;
    if (!weir_get_fixed(from, 1, &head) ||
        !take_len(from, (size_t)head >> 4, &shared) ||
        !take_len(from, (size_t)head & 15, &len) || shared > records->key_len ||
        !weir_get_bytes(from, len, &suffix) || !weir_get_varint(from, &saved) ||
        !weir_get_bytes(from, saved, &records->saved))
        return WEIR_DATA;
    if (!grow(&records->key, &records->key_capacity, shared + len + PAD,
              KEY_CAPACITY))
        return WEIR_LIMIT;
    memcpy(records->key + shared, suffix.bytes, len);
    records->key_len = shared + len;
    records->n--;
    return WEIR_OK;
}
