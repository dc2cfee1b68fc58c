/*
 * How states and partials are written, so that they are the same bytes on any
 * machine. Fixed-width integers are little-endian. Varints are LEB128: seven
 * bits a byte, the lowest first; the high bit says that more bytes follow; only
 * the shortest form is valid. Signed integers are folded first: 0, -1, 1, -2,
 * ... become 0, 1, 2, 3.
 *
 * The put functions return the end of what they wrote; the caller makes sure
 * that it fits. The get functions move `from` past what they read. They read
 * untrusted files, and return false if the bytes end too early or are invalid.
 */
#ifndef WEIR_BASE_SAVED_H
#define WEIR_BASE_SAVED_H

#include "base/number.h"
#include <string.h>

#define WEIR_VARINT_CAPACITY ((size_t)10)
#define WEIR_VARINT_128_CAPACITY ((size_t)19)

static inline char *weir_put_varint(char *into, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        *into++ = (char)(value | 0x80);
    *into++ = (char)value;
    return into;
}

static inline char *weir_put_varint_128(char *into, weir_uint128 value)
{
    for (; value >= 0x80; value >>= 7)
        *into++ = (char)((uint8_t)value | 0x80);
    *into++ = (char)value;
    return into;
}

static inline uint64_t weir_fold(int64_t value)
{
    return (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
}

static inline int64_t weir_unfold(uint64_t folded)
{
    return (int64_t)(folded >> 1 ^ (folded & 1 ? UINT64_MAX : 0));
}

static inline char *weir_put_signed(char *into, int64_t value)
{
    return weir_put_varint(into, weir_fold(value));
}

static inline char *weir_put_fixed(char *into, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++, value >>= 8)
        *into++ = (char)value;
    return into;
}

static inline uint64_t weir_fixed_at(const char *bytes, size_t n)
{
    uint64_t value = 0;
    for (size_t i = n; i-- > 0;)
        value = value << 8 | (uint8_t)bytes[i];
    return value;
}

/* Reads a varint of up to `max` bits: 64, or 128. */
static inline bool weir_get_bits(struct weir_text *from, unsigned max,
                                 weir_uint128 *value)
{
    weir_uint128 sum = 0;
    for (unsigned shift = 0; from->len && shift < max; shift += 7) {
        uint8_t byte = (uint8_t)*from->bytes++;
        from->len--;
        if (shift + 7 > max && byte >> (max - shift))
            return false;
        sum |= (weir_uint128)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *value = sum;
            return byte != 0 || shift == 0;
        }
    }
    return false;
}

static inline bool weir_get_varint(struct weir_text *from, uint64_t *value)
{
    if (from->len && !(*from->bytes & 0x80)) {
        *value = (uint8_t)*from->bytes++;
        from->len--;
        return true;
    }
    weir_uint128 wide = 0;
    bool got = weir_get_bits(from, 64, &wide);
    *value = (uint64_t)wide;
    return got;
}

static inline bool weir_get_signed(struct weir_text *from, int64_t *value)
{
    uint64_t folded = 0;
    bool got = weir_get_varint(from, &folded);
    *value = weir_unfold(folded);
    return got;
}

static inline bool weir_get_fixed(struct weir_text *from, size_t bytes,
                                  uint64_t *value)
{
    if (from->len < bytes)
        return false;
    *value = weir_fixed_at(from->bytes, bytes);
    from->bytes += bytes;
    from->len -= bytes;
    return true;
}

/* Gives the next `len` bytes, borrowed from `from`'s memory. */
static inline bool weir_get_bytes(struct weir_text *from, uint64_t len,
                                  struct weir_text *bytes)
{
    if (from->len < len)
        return false;
    *bytes = (struct weir_text){from->bytes, (size_t)len};
    from->bytes += len;
    from->len -= (size_t)len;
    return true;
}

#endif
