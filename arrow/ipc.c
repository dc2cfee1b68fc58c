/*
 * The tables and their fields are those of Arrow's Message.fbs and Schema.fbs;
 * a table's fields are numbered in their order there.
 */
#include "arrow/ipc.h"

#include "arrow/flat.h"
#include "base/error.h"
#include "base/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    VERSION_5 = 4,
    HEADER_SCHEMA = 1,
    HEADER_RECORD_BATCH = 3,
    UNIT_DAY = 0,
    PRECISION_DOUBLE = 2,
    ALIGNMENT = 8
};

/* A type in the format of the C data interface, and in the union Type. */
struct type {
    uint8_t number;
    size_t n;
    struct weir_flat_field field[3];
};

static struct type type_of(const char *format)
{
    switch (*format) {
    case 'l': /* Int { bitWidth, is_signed } */
        return (struct type){2, 2, {{4, 64}, {1, 1}}};
    case 'g': /* FloatingPoint { precision } */
        return (struct type){3, 1, {{2, PRECISION_DOUBLE}}};
    case 'z': /* Binary {} */
        return (struct type){.number = 4};
    case 'b': /* Bool {} */
        return (struct type){.number = 6};
    case 'd': { /* Decimal { precision, scale, bitWidth } */
        char *scale;
        const unsigned long precision = strtoul(format + 2, &scale, 10);
        return (struct type){
            7,
            3,
            {{4, precision}, {4, strtoul(scale + 1, NULL, 10)}, {4, 128}}};
    }
    case 't': /* Date { unit } */
        return (struct type){8, 1, {{2, UNIT_DAY}}};
    default: /* Utf8 {} */
        return (struct type){.number = 5};
    }
}

static enum weir_status write_bytes(const struct weir_ipc_writer *writer,
                                    const void *bytes, size_t len,
                                    struct weir_error *error)
{
    if (len == 0 || writer->write(writer->to, bytes, len))
        return WEIR_OK;
    return error->status = WEIR_IO;
}

static enum weir_status pad(const struct weir_ipc_writer *writer, size_t len,
                            struct weir_error *error)
{
    static const char zeros[ALIGNMENT];
    return write_bytes(writer, zeros, (ALIGNMENT - len % ALIGNMENT) % ALIGNMENT,
                       error);
}

/* Begins the metadata: the root, and Message { version, header type, header,
 * bodyLength }. Returns where the header is to be referred from. */
static size_t begin_message(struct weir_flat *flat, uint64_t header,
                            uint64_t body)
{
    const struct weir_flat_field field[] = {
        {2, VERSION_5}, {1, header}, WEIR_FLAT_REFERENCE, {8, body}};
    size_t place[4];
    const size_t root = weir_flat_put(flat, 0, 4);
    weir_flat_refer(flat, root, weir_flat_table(flat, field, 4, place));
    return place[2];
}

/* Writes the metadata out, with what stands before it, and frees it. */
static enum weir_status end_message(struct weir_flat *flat,
                                    const struct weir_ipc_writer *writer,
                                    struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    weir_flat_align(flat, ALIGNMENT);
    struct weir_flat prefix = {0};
    (void)weir_flat_put(&prefix, UINT32_MAX, 4);
    (void)weir_flat_put(&prefix, flat->len, 4);
    if (flat->failed || prefix.failed)
        status = weir_fail_memory(error, "an Arrow message", flat->len);
    if (!status)
        status = write_bytes(writer, prefix.bytes, prefix.len, error);
    if (!status)
        status = write_bytes(writer, flat->bytes, flat->len, error);
    weir_free(WEIR_MEMORY_OUTPUT, prefix.bytes);
    weir_free(WEIR_MEMORY_OUTPUT, flat->bytes);
    return status;
}

/* Field { name, nullable, type type, type, dictionary, children } */
static size_t put_field(struct weir_flat *flat,
                        const struct ArrowSchema *column)
{
    const struct type type = type_of(column->format);
    const struct weir_flat_field field[] = {
        WEIR_FLAT_REFERENCE, {1, 1}, {1, type.number},
        WEIR_FLAT_REFERENCE, {0, 0}, WEIR_FLAT_REFERENCE};
    size_t place[6], unused[3];
    const size_t table = weir_flat_table(flat, field, 6, place);
    weir_flat_refer(flat, place[0], weir_flat_string(flat, column->name));
    weir_flat_refer(flat, place[3],
                    weir_flat_table(flat, type.field, type.n, unused));
    weir_flat_refer(flat, place[5], weir_flat_vector(flat, 0, 4));
    return table;
}

enum weir_status weir_ipc_schema(const struct weir_ipc_writer *writer,
                                 const struct ArrowSchema *schema,
                                 struct weir_error *error)
{
    const bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    const size_t n = (size_t)schema->n_children;
    const struct weir_flat_field field[] = {{2, big}, WEIR_FLAT_REFERENCE};
    struct weir_flat flat = {0};
    size_t place[2];
    const size_t header = begin_message(&flat, HEADER_SCHEMA, 0);
    /* Schema { endianness, fields } */
    weir_flat_refer(&flat, header, weir_flat_table(&flat, field, 2, place));
    const size_t fields = weir_flat_vector(&flat, n, 4);
    weir_flat_refer(&flat, place[1], fields);
    for (size_t i = 0; i < n; i++)
        (void)weir_flat_put(&flat, 0, 4);
    for (size_t i = 0; i < n; i++)
        weir_flat_refer(&flat, fields + 4 + 4 * i,
                        put_field(&flat, schema->children[i]));
    return end_message(&flat, writer, error);
}

/* The bytes of a column's buffer. */
static size_t buffer_bytes(const char *format, const struct ArrowArray *array,
                           int64_t i)
{
    const size_t rows = (size_t)array->length, bits = (rows + 7) / 8;
    const bool text = array->n_buffers == 3;
    if (i == 0)
        return array->buffers[0] ? bits : 0;
    if (text && i == 1)
        return (rows + 1) * sizeof(int32_t);
    if (text)
        return (size_t)((const int32_t *)array->buffers[1])[rows];
    switch (*format) {
    case 'b':
        return bits;
    case 'd':
        return rows * 16;
    case 't':
        return rows * sizeof(int32_t);
    default:
        return rows * sizeof(int64_t);
    }
}

static size_t padded(size_t bytes)
{
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Writes vectors of FieldNode { length, null_count } and Buffer { offset,
 * length }, which are structs of two integers. */
static void put_layout(struct weir_flat *flat, const struct ArrowSchema *schema,
                       const struct ArrowArray *batch, const size_t *place,
                       size_t buffers)
{
    const size_t n = (size_t)batch->n_children;
    weir_flat_refer(flat, place[1], weir_flat_vector(flat, n, 8));
    for (size_t i = 0; i < n; i++) {
        (void)weir_flat_put(flat, (uint64_t)batch->children[i]->length, 8);
        (void)weir_flat_put(flat, (uint64_t)batch->children[i]->null_count, 8);
    }
    weir_flat_refer(flat, place[2], weir_flat_vector(flat, buffers, 8));
    size_t offset = 0;
    for (size_t i = 0; i < n; i++)
        for (int64_t b = 0; b < batch->children[i]->n_buffers; b++) {
            const size_t bytes = buffer_bytes(schema->children[i]->format,
                                              batch->children[i], b);
            (void)weir_flat_put(flat, offset, 8);
            (void)weir_flat_put(flat, bytes, 8);
            offset += padded(bytes);
        }
}

static enum weir_status put_body(const struct weir_ipc_writer *writer,
                                 const struct ArrowSchema *schema,
                                 const struct ArrowArray *batch,
                                 struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    for (int64_t i = 0; !status && i < batch->n_children; i++) {
        const struct ArrowArray *column = batch->children[i];
        for (int64_t b = 0; !status && b < column->n_buffers; b++) {
            const size_t bytes =
                buffer_bytes(schema->children[i]->format, column, b);
            status = write_bytes(writer, column->buffers[b], bytes, error);
            if (!status)
                status = pad(writer, bytes, error);
        }
    }
    return status;
}

enum weir_status weir_ipc_batch(const struct weir_ipc_writer *writer,
                                const struct ArrowSchema *schema,
                                const struct ArrowArray *batch,
                                struct weir_error *error)
{
    /* RecordBatch { length, nodes, buffers } */
    const struct weir_flat_field field[] = {
        {8, (uint64_t)batch->length}, WEIR_FLAT_REFERENCE, WEIR_FLAT_REFERENCE};
    struct weir_flat flat = {0};
    size_t place[3], body = 0, buffers = 0;
    for (int64_t i = 0; i < batch->n_children; i++) {
        const struct ArrowArray *column = batch->children[i];
        for (int64_t b = 0; b < column->n_buffers; b++, buffers++)
            body +=
                padded(buffer_bytes(schema->children[i]->format, column, b));
    }
    const size_t header = begin_message(&flat, HEADER_RECORD_BATCH, body);
    weir_flat_refer(&flat, header, weir_flat_table(&flat, field, 3, place));
    put_layout(&flat, schema, batch, place, buffers);
    enum weir_status status = end_message(&flat, writer, error);
    return status ? status : put_body(writer, schema, batch, error);
}

enum weir_status weir_ipc_end(const struct weir_ipc_writer *writer,
                              struct weir_error *error)
{
    static const char end[] = {'\xff', '\xff', '\xff', '\xff', 0, 0, 0, 0};
    return write_bytes(writer, end, sizeof end, error);
}
