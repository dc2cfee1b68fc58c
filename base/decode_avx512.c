/*
 * Decoding for AVX-512: eight cells at a time, one in each 64-bit lane.
 *
 * A cell is loaded by its end, so that its last digit is its lane's last byte.
 * What lies before the cell becomes '0', the point, which all eight have in
 * the same place, is squeezed out, and three multiplications make a number of
 * eight digits. A cell of up to 16 bytes takes two such words.
 */
#include "base/decode.h"
#include <immintrin.h>

#define LANES 8

static inline __m512i all(uint64_t value)
{
    return _mm512_set1_epi64((long long)value);
}

/* '0' in the bytes before the last n of each lane. */
static inline __m512i keep_last(__m512i word, __m512i n)
{
    __m512i missing = _mm512_sub_epi64(all(8), n);
    __m512i keep =
        _mm512_sllv_epi64(all(UINT64_MAX), _mm512_slli_epi64(missing, 3));
    return _mm512_ternarylogic_epi64(keep, word,
                                     all(UINT64_C(0x3030303030303030)), 0xca);
}

/* Eight digits a lane, the first in the lowest byte, to their value. */
static inline __m512i value_of(__m512i digits)
{
    __m512i pairs = _mm512_maddubs_epi16(digits, _mm512_set1_epi16(0x010a));
    __m512i fours = _mm512_madd_epi16(pairs, _mm512_set1_epi32(0x00010064));
    return _mm512_add_epi64(_mm512_mul_epu32(fours, all(10000)),
                            _mm512_srli_epi64(fours, 32));
}

static inline bool are_digits(__m512i digits)
{
    return _mm512_cmple_epu8_mask(digits, _mm512_set1_epi8(9)) == UINT64_MAX;
}

/* Where the point is: in byte 7 + exponent of each lane, or nowhere. */
struct point {
    __m512i below, above; /* the bytes before and after it */
    uint64_t mask;        /* its byte, of all lanes */
    int width;            /* 1, or 0 without one */
};

static struct point point_at(int16_t exponent)
{
    struct point point = {all(0), all(UINT64_MAX), 0, 0};
    if (exponent < 0) {
        unsigned byte = (unsigned)(7 + exponent);
        uint64_t below = ((uint64_t)1 << 8 * byte) - 1;
        point.below = all(below);
        point.above = all(~below & ~((uint64_t)0xff << 8 * byte));
        point.mask = UINT64_C(0x0101010101010101) << byte;
        point.width = 1;
    }
    return point;
}

/* Takes the point out; `carry` is the byte that comes in from before. */
static inline __m512i squeeze(__m512i word, const struct point *point,
                              __m512i carry)
{
    if (point->width == 0)
        return word;
    __m512i moved = _mm512_slli_epi64(_mm512_and_si512(word, point->below), 8);
    return _mm512_or_si512(
        _mm512_or_si512(_mm512_and_si512(word, point->above), moved), carry);
}

static inline uint64_t points_in(__m512i word)
{
    return _mm512_cmpeq_epi8_mask(word, _mm512_set1_epi8('.'));
}

/* The cells' lengths without a sign; the lanes that have one. */
static inline __m512i without_sign(__m512i first, __m512i len, __mmask8 *minus)
{
    *minus =
        _mm512_cmpeq_epi64_mask(_mm512_and_si512(first, all(0xff)), all('-'));
    return _mm512_mask_sub_epi64(len, *minus, len, all(1));
}

static inline __m512i load_before(const char *base, __m512i end)
{
    return _mm512_i64gather_epi64(_mm512_sub_epi64(end, all(8)), base, 1);
}

/* Cells of up to 8 bytes. */
static inline bool read_short(const char *base, __m512i end, __m512i len,
                              const struct point *point, int64_t *mantissa)
{
    __mmask8 minus;
    __m512i word = load_before(base, end);
    __m512i gap = _mm512_slli_epi64(_mm512_sub_epi64(all(8), len), 3);
    __m512i n = without_sign(_mm512_srlv_epi64(word, gap), len, &minus);
    word = keep_last(word, n);
    if (points_in(word) != point->mask ||
        _mm512_cmple_epi64_mask(n, all((uint64_t)point->width)))
        return false;
    word = squeeze(word, point, all('0'));
    __m512i digits = _mm512_xor_si512(word, _mm512_set1_epi8('0'));
    if (!are_digits(digits))
        return false;
    __m512i value = value_of(digits);
    value = _mm512_mask_sub_epi64(value, minus, all(0), value);
    _mm512_storeu_si512(mantissa, value);
    return true;
}

/* Cells of up to 16 bytes. */
static inline bool read_long(const char *base, __m512i end, __m512i len,
                             const struct point *point, int64_t *mantissa)
{
    __mmask8 minus;
    __m512i low = load_before(base, end);
    __m512i high = load_before(base, _mm512_sub_epi64(end, all(8)));
    __mmask8 two = _mm512_cmpgt_epi64_mask(len, all(8));
    __m512i rest = _mm512_mask_sub_epi64(len, two, len, all(8));
    __m512i gap = _mm512_slli_epi64(_mm512_sub_epi64(all(8), rest), 3);
    __m512i first =
        _mm512_srlv_epi64(_mm512_mask_mov_epi64(low, two, high), gap);
    __m512i n = without_sign(first, len, &minus);
    low = keep_last(low, _mm512_min_epi64(n, all(8)));
    high =
        keep_last(high, _mm512_max_epi64(_mm512_sub_epi64(n, all(8)), all(0)));
    if (points_in(low) != point->mask || points_in(high) ||
        _mm512_cmple_epi64_mask(n, all((uint64_t)point->width)))
        return false;
    if (point->width) {
        low = squeeze(low, point, _mm512_srli_epi64(high, 56));
        high = _mm512_or_si512(_mm512_slli_epi64(high, 8), all('0'));
    }
    low = _mm512_xor_si512(low, _mm512_set1_epi8('0'));
    high = _mm512_xor_si512(high, _mm512_set1_epi8('0'));
    if (!are_digits(low) || !are_digits(high))
        return false;
    __m512i value = _mm512_add_epi64(
        _mm512_mul_epu32(value_of(high), all(100000000)), value_of(low));
    value = _mm512_mask_sub_epi64(value, minus, all(0), value);
    _mm512_storeu_si512(mantissa, value);
    return true;
}

static size_t read_avx512(const char *base, const struct weir_span *span,
                          size_t rows, int16_t exponent, int64_t *mantissa)
{
    if (exponent > 0 || exponent < -7)
        return 0;
    struct point point = point_at(exponent);
    size_t r = 0;
    for (; r + LANES <= rows; r += LANES) {
        __m512i spans = _mm512_loadu_si512(span + r);
        __m512i len = _mm512_srli_epi64(spans, 32);
        __m512i start = _mm512_and_si512(spans, all(UINT32_MAX));
        /* Before anything is loaded: an empty or BAD cell may lie nowhere. */
        if (_mm512_cmpgt_epu64_mask(_mm512_sub_epi64(len, all(1)), all(15)))
            break;
        __m512i end = _mm512_add_epi64(start, len);
        bool fits = _mm512_cmpgt_epi64_mask(len, all(8)) == 0
                        ? read_short(base, end, len, &point, mantissa + r)
                        : read_long(base, end, len, &point, mantissa + r);
        if (!fits)
            break;
    }
    return r;
}

const struct weir_decoder weir_decoder_avx512 = {.isa = "avx512",
                                                 .read = read_avx512};
