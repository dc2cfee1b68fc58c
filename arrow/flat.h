/*
 * Writes FlatBuffers, as far as Arrow's messages need them
 * (https://flatbuffers.dev/internals/).
 *
 * A buffer is written from front to back: a table first, then what it refers
 * to, whose distance is filled in. All integers are little endian.
 *
 *     root     distance of the first table
 *     vtable   its bytes, the table's bytes, then the place of each field in
 *              the table, 0 if the field is not there
 *     table    distance back to its vtable, then the fields
 *     vector   the number of elements, then these
 *     string   a vector of bytes, with a NUL after it
 */
#ifndef WEIR_ARROW_FLAT_H
#define WEIR_ARROW_FLAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The caller owns the struct, which begins as zeros, and frees `bytes`, which
 * is of WEIR_MEMORY_OUTPUT. Once memory was refused `failed` is set, and the
 * functions do nothing. */
struct weir_flat {
    char *bytes;
    size_t len, capacity;
    bool failed;
};

/* A field of a table: its bytes (1, 2, 4 or 8), or 0 if it is not there. What a
 * table refers to has 4 bytes, and is filled in by weir_flat_refer(). */
struct weir_flat_field {
    size_t size;
    uint64_t value;
};
#define WEIR_FLAT_FIELDS 8 /* of a table, at most */
#define WEIR_FLAT_REFERENCE ((struct weir_flat_field){.size = 4})

/* Writes a table, and sets place[i] to where field i is. Returns where the
 * table begins. */
size_t weir_flat_table(struct weir_flat *flat,
                       const struct weir_flat_field *field, size_t n,
                       size_t *place);

/* Lets the 4 bytes at `place` refer to the table, vector or string at `target`,
 * which is after it. */
void weir_flat_refer(struct weir_flat *flat, size_t place, size_t target);

/* Begins a vector of `n` elements whose alignment is `alignment` (4 or 8).
 * Returns where it is; its elements follow. */
size_t weir_flat_vector(struct weir_flat *flat, size_t n, size_t alignment);

/* Writes a string. Returns where it is. */
size_t weir_flat_string(struct weir_flat *flat, const char *text);

/* Writes an integer of `size` bytes. Returns where it is. */
size_t weir_flat_put(struct weir_flat *flat, uint64_t value, size_t size);

/* Writes zeros until the length is a multiple of `alignment`. */
void weir_flat_align(struct weir_flat *flat, size_t alignment);

#endif
