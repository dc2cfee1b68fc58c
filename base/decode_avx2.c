/*
 * Decoding for AVX2: four cells at a time, as decode_avx512.c does eight.
 */
#include "base/decode.h"
#include <immintrin.h>

#define LANES 4

static inline __m256i all(uint64_t value)
{
    return _mm256_set1_epi64x((long long)value);
}

/* '0' in the bytes before the last n of each lane. */
static inline __m256i keep_last(__m256i word, __m256i n)
{
    __m256i missing = _mm256_sub_epi64(all(8), n);
    __m256i keep =
        _mm256_sllv_epi64(all(UINT64_MAX), _mm256_slli_epi64(missing, 3));
    return _mm256_blendv_epi8(_mm256_set1_epi8('0'), word, keep);
}

/* Eight digits a lane, the first in the lowest byte, to their value. */
static inline __m256i value_of(__m256i digits)
{
    __m256i pairs = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(0x010a));
    __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00010064));
    return _mm256_add_epi64(_mm256_mul_epu32(fours, all(10000)),
                            _mm256_srli_epi64(fours, 32));
}

static inline bool are_digits(__m256i digits)
{
    __m256i most = _mm256_max_epu8(digits, _mm256_set1_epi8(9));
    return _mm256_movemask_epi8(_mm256_cmpeq_epi8(most, _mm256_set1_epi8(9))) ==
           -1;
}

/* Where the point is: in byte 7 + exponent of each lane, or nowhere. */
struct point {
    __m256i below, above; /* the bytes before and after it */
    uint32_t mask;        /* its byte, of all lanes */
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
        point.mask = UINT32_C(0x01010101) << byte;
        point.width = 1;
    }
    return point;
}

/* Takes the point out; `carry` is the byte that comes in from before. */
static inline __m256i squeeze(__m256i word, const struct point *point,
                              __m256i carry)
{
    if (point->width == 0)
        return word;
    __m256i moved = _mm256_slli_epi64(_mm256_and_si256(word, point->below), 8);
    return _mm256_or_si256(
        _mm256_or_si256(_mm256_and_si256(word, point->above), moved), carry);
}

static inline uint32_t points_in(__m256i word)
{
    return (uint32_t)_mm256_movemask_epi8(
        _mm256_cmpeq_epi8(word, _mm256_set1_epi8('.')));
}

/* All ones in the lanes whose cell has a sign. */
static inline __m256i signs(__m256i first)
{
    return _mm256_cmpeq_epi64(_mm256_and_si256(first, all(0xff)), all('-'));
}

static inline bool any(__m256i lanes)
{
    return _mm256_movemask_epi8(lanes) != 0;
}

static inline __m256i load_before(const char *base, __m256i end)
{
    return _mm256_i64gather_epi64((const long long *)(const void *)base,
                                  _mm256_sub_epi64(end, all(8)), 1);
}

static inline void store(int64_t *mantissa, __m256i value, __m256i minus)
{
    /* Minus a value is its complement and one. */
    value = _mm256_sub_epi64(_mm256_xor_si256(value, minus), minus);
    _mm256_storeu_si256((__m256i *)(void *)mantissa, value);
}

/* A number needs a digit besides its point. */
static inline bool too_short(__m256i n, const struct point *point)
{
    return any(_mm256_cmpgt_epi64(all((uint64_t)point->width + 1), n));
}

/* Cells of up to 8 bytes. */
static inline bool read_short(const char *base, __m256i end, __m256i len,
                              const struct point *point, int64_t *mantissa)
{
    __m256i word = load_before(base, end);
    __m256i gap = _mm256_slli_epi64(_mm256_sub_epi64(all(8), len), 3);
    __m256i minus = signs(_mm256_srlv_epi64(word, gap));
    __m256i n = _mm256_add_epi64(len, minus);
    word = keep_last(word, n);
    if (points_in(word) != point->mask || too_short(n, point))
        return false;
    word = squeeze(word, point, all('0'));
    __m256i digits = _mm256_xor_si256(word, _mm256_set1_epi8('0'));
    if (!are_digits(digits))
        return false;
    store(mantissa, value_of(digits), minus);
    return true;
}

/* Cells of up to 16 bytes. */
static inline bool read_long(const char *base, __m256i end, __m256i len,
                             const struct point *point, int64_t *mantissa)
{
    __m256i low = load_before(base, end);
    __m256i high = load_before(base, _mm256_sub_epi64(end, all(8)));
    __m256i two = _mm256_cmpgt_epi64(len, all(8));
    __m256i rest = _mm256_sub_epi64(len, _mm256_and_si256(two, all(8)));
    __m256i gap = _mm256_slli_epi64(_mm256_sub_epi64(all(8), rest), 3);
    __m256i minus =
        signs(_mm256_srlv_epi64(_mm256_blendv_epi8(low, high, two), gap));
    __m256i n = _mm256_add_epi64(len, minus);
    __m256i more = _mm256_cmpgt_epi64(n, all(8));
    __m256i beyond = _mm256_sub_epi64(n, all(8));
    low = keep_last(low, _mm256_blendv_epi8(n, all(8), more));
    high = keep_last(high, _mm256_and_si256(beyond, more));
    if (points_in(low) != point->mask || points_in(high) || too_short(n, point))
        return false;
    if (point->width) {
        low = squeeze(low, point, _mm256_srli_epi64(high, 56));
        high = _mm256_or_si256(_mm256_slli_epi64(high, 8), all('0'));
    }
    low = _mm256_xor_si256(low, _mm256_set1_epi8('0'));
    high = _mm256_xor_si256(high, _mm256_set1_epi8('0'));
    if (!are_digits(low) || !are_digits(high))
        return false;
    __m256i value = _mm256_add_epi64(
        _mm256_mul_epu32(value_of(high), all(100000000)), value_of(low));
    store(mantissa, value, minus);
    return true;
}

static size_t read_avx2(const char *base, const struct weir_span *span,
                        size_t rows, int16_t exponent, int64_t *mantissa)
{
    if (exponent > 0 || exponent < -7)
        return 0;
    struct point point = point_at(exponent);
    size_t r = 0;
    for (; r + LANES <= rows; r += LANES) {
        __m256i spans =
            _mm256_loadu_si256((const __m256i *)(const void *)(span + r));
        __m256i len = _mm256_srli_epi64(spans, 32);
        __m256i start = _mm256_and_si256(spans, all(UINT32_MAX));
        /* Before anything is loaded: an empty or BAD cell may lie nowhere. */
        if (any(_mm256_cmpgt_epi64(all(1), len)) ||
            any(_mm256_cmpgt_epi64(len, all(16))))
            break;
        __m256i end = _mm256_add_epi64(start, len);
        bool fits = !any(_mm256_cmpgt_epi64(len, all(8)))
                        ? read_short(base, end, len, &point, mantissa + r)
                        : read_long(base, end, len, &point, mantissa + r);
        if (!fits)
            break;
    }
    return r;
}

const struct weir_decoder weir_decoder_avx2 = {.isa = "avx2",
                                               .read = read_avx2};
