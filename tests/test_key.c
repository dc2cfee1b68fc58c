/*
 * partials/key.c. memcmp orders two keys as weir orders their texts. Texts and
 * values can be read back. Bytes that are no key are refused.
 */
#include "partials/key.h"
#include "partials/key_sort.h"
#include "tests/runner.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_CAPACITY 3000
#define KEY_CAPACITY (2 * TEXT_CAPACITY + 800)

static uint64_t seed;

static size_t draw(size_t below)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (size_t)((seed * UINT64_C(2685821657736338717) >> 33) % below);
}

struct sample {
    char *text, *key; /* exactly sized: a sanitizer sees overruns */
    size_t len, key_len;
};

static char *copy(const char *bytes, size_t len)
{
    char *block = malloc(len + !len);
    ck_assert_ptr_nonnull(block);
    memcpy(block, bytes, len);
    return block;
}

static struct weir_text text_of(const struct sample *sample)
{
    return (struct weir_text){sample->text, sample->len};
}

static struct sample sample_of(const char *text, size_t len)
{
    struct sample sample = {.text = copy(text, len), .len = len};
    char *scratch = malloc(weir_key_capacity(len));
    ck_assert_ptr_nonnull(scratch);
    sample.key_len = weir_key_write(text_of(&sample), scratch);
    ck_assert_uint_le(sample.key_len, weir_key_capacity(len));
    sample.key = copy(scratch, sample.key_len);
    free(scratch);
    return sample;
}

static void sample_release(struct sample *sample)
{
    free(sample->text);
    free(sample->key);
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

/* The order in which the texts of a key come in pipeline/groups. */
static int expected_order(struct weir_text p, struct weir_text q)
{
    struct weir_number x = weir_number_read(p), y = weir_number_read(q);
    if (x.kind == WEIR_BAD)
        x.text = p;
    if (y.kind == WEIR_BAD)
        y.text = q;
    int order = weir_natural_compare(&x, &y);
    return sign(order ? order : weir_text_compare(p, q));
}

static void assert_order(const struct sample *a, const struct sample *b)
{
    size_t common = a->key_len < b->key_len ? a->key_len : b->key_len;
    int order = sign(memcmp(a->key, b->key, common));
    int expected = expected_order(text_of(a), text_of(b));
    ck_assert_msg(order == expected, "%.*s against %.*s: %d, not %d",
                  (int)a->len, a->text, (int)b->len, b->text, order, expected);
    uint64_t x = weir_key_prefix(a->key, a->key_len);
    uint64_t y = weir_key_prefix(b->key, b->key_len);
    ck_assert(order < 0 ? x <= y : order > 0 ? x >= y : x == y);
}

static void assert_comes_back(const struct sample *sample)
{
    char *scratch = malloc(weir_key_text_capacity(sample->key_len));
    struct weir_text rest = {sample->key, sample->key_len}, cell;
    ck_assert_ptr_nonnull(scratch);
    ck_assert(weir_key_read(&rest, scratch, &cell));
    ck_assert_uint_eq(rest.len, 0);
    ck_assert_msg(cell.len == sample->len &&
                      !memcmp(cell.bytes, sample->text, cell.len),
                  "%.*s came back as %.*s", (int)sample->len, sample->text,
                  (int)cell.len, cell.bytes);
    free(scratch);
}

static const char *const nasty[] = {"",
                                    " ",
                                    "\t",
                                    "  ",
                                    " \t",
                                    "0",
                                    "-0",
                                    "+0",
                                    "0.0",
                                    ".0",
                                    "0.",
                                    "00",
                                    "-0.0",
                                    "0e5",
                                    "0e-1100",
                                    "0e-2000",
                                    " 0 ",
                                    "1",
                                    "+1",
                                    "01",
                                    "1.",
                                    "1.0",
                                    "1.00",
                                    "1e0",
                                    "1E0",
                                    "1e+0",
                                    "10e-1",
                                    " 1",
                                    "1 ",
                                    "\t1",
                                    "001.000",
                                    "0.1e1",
                                    "-1",
                                    "-1.0",
                                    "-01",
                                    "-1e0",
                                    "10",
                                    "1e1",
                                    "100",
                                    "1e2",
                                    "1000",
                                    "1e3",
                                    "12",
                                    "12.5",
                                    "12.50",
                                    "-12.5",
                                    "-12.50",
                                    "-12.05",
                                    "120",
                                    "125",
                                    "0.5",
                                    ".5",
                                    "0.50",
                                    "-.5",
                                    "-0.5",
                                    "0.05",
                                    "0.005",
                                    "0.0000005",
                                    "0.00000005",
                                    "0.000000005",
                                    "1e-7",
                                    "1e-8",
                                    "1e-9",
                                    "1e22",
                                    "1e23",
                                    "1e21",
                                    "9999999999999999999999",
                                    "99999999999999999999999",
                                    "1e308",
                                    "1.7976931348623157e308",
                                    "1.7976931348623159e308",
                                    "1e309",
                                    "1e-1100",
                                    "1e-1101",
                                    "-1e308",
                                    "-1e-1100",
                                    "-1e23",
                                    "-1e22",
                                    "-1e-8",
                                    "9223372036854775807",
                                    "9223372036854775808",
                                    "-9223372036854775808",
                                    "-9223372036854775807",
                                    "18446744073709551616",
                                    "1234567890123456",
                                    "12345678901234567",
                                    "1234567890123456.0",
                                    "123456789012345.6",
                                    "0.1234567890123456",
                                    "0.123456789012345",
                                    "0.12345678901234",
                                    "12345678",
                                    "123456789",
                                    "1234567.8",
                                    "12345678.9",
                                    "00000000000000001",
                                    "0000000000000001",
                                    "1.0000000000000",
                                    "1.00000000000000000001",
                                    "0.99999999999999999999",
                                    "3.0000000000000000000000000001e-5",
                                    "-",
                                    "+",
                                    ".",
                                    "-.",
                                    "+.",
                                    "e",
                                    "1e",
                                    "e1",
                                    "1e1.5",
                                    "1..2",
                                    "1.2.3",
                                    "--1",
                                    "+-1",
                                    "1-",
                                    "1/2",
                                    "/",
                                    "0x10",
                                    "nan",
                                    "inf",
                                    "-inf",
                                    "1,5",
                                    "2012-01-05",
                                    "12:30",
                                    "a",
                                    "aa",
                                    "ab",
                                    "b",
                                    "abcdefg",
                                    "abcdefgh",
                                    "abcdefghi",
                                    "A",
                                    "Z",
                                    "\x7f",
                                    "\x80",
                                    "\xc3\xa9",
                                    "\xff",
                                    "\xff\xff",
                                    "\x01",
                                    "\x02",
                                    "\x01\x01",
                                    "\x01\x02",
                                    "a\x01",
                                    "a\x02",
                                    "a\x01z",
                                    "abcdefgh\x01",
                                    "1\x01",
                                    " a",
                                    "  1 2",
                                    "1 000",
                                    "5e-324",
                                    "4.9e-324",
                                    "NULL",
                                    "null"};

START_TEST(nasty_texts_are_in_order_and_come_back)
{
    size_t n = sizeof nasty / sizeof *nasty;
    struct sample *sample = calloc(n, sizeof *sample);
    ck_assert_ptr_nonnull(sample);
    for (size_t i = 0; i < n; i++)
        sample[i] = sample_of(nasty[i], strlen(nasty[i]));
    for (size_t i = 0; i < n; i++) {
        assert_comes_back(&sample[i]);
        for (size_t j = 0; j < n; j++)
            assert_order(&sample[i], &sample[j]);
    }
    for (size_t i = 0; i < n; i++)
        sample_release(&sample[i]);
    free(sample);
}
END_TEST

/* Writes a number in any form, with few digits, so that equal numbers occur. */
static size_t draw_digits(char *into, size_t max)
{
    size_t n = draw(max + 1);
    for (size_t i = 0; i < n; i++)
        into[i] = draw(3) ? (char)('0' + draw(10)) : draw(2) ? '0' : '9';
    return n;
}

static size_t draw_number(char *into)
{
    static const size_t max[] = {2, 2, 4, 9, 18, 40, 400};
    size_t n = 0, digits = max[draw(7)];
    if (!draw(12))
        into[n++] = " \t"[draw(2)];
    if (draw(3) == 0)
        into[n++] = "-+-"[draw(3)];
    n += draw_digits(into + n, digits);
    if (draw(2)) {
        into[n++] = '.';
        n += draw_digits(into + n, digits);
    }
    if (!draw(4))
        n += (size_t)sprintf(into + n, "%c%d", "eE"[draw(2)],
                             draw(3) ? (int)draw(20) - 10
                                     : (int)draw(1500) - 1150);
    if (!draw(12))
        into[n++] = ' ';
    return n;
}

static size_t draw_text(char *into)
{
    size_t n = draw(draw(4) ? 10 : 40);
    for (size_t i = 0; i < n; i++)
        into[i] = draw(3) ? (char)draw(256) : "\0\1\2a \xff"[draw(6)];
    return n;
}

static size_t draw_any(char *into)
{
    return draw(4) ? draw_number(into) : draw_text(into);
}

START_TEST(random_texts_are_in_order_and_come_back)
{
    char scratch[TEXT_CAPACITY];
    for (size_t round = 1; round < 250; round++) {
        seed = round;
        struct sample sample[24];
        for (size_t i = 0; i < 24; i++) {
            sample[i] = sample_of(scratch, draw_any(scratch));
            assert_comes_back(&sample[i]);
        }
        for (size_t i = 0; i < 24; i++)
            for (size_t j = 0; j < 24; j++)
                assert_order(&sample[i], &sample[j]);
        for (size_t i = 0; i < 24; i++)
            sample_release(&sample[i]);
    }
}
END_TEST

#define PARTS 3

/* Keys of several parts compare part by part, and can be divided again. */
START_TEST(parts_compare_in_turn)
{
    static char text[2][PARTS][TEXT_CAPACITY];
    static char key[2][PARTS * KEY_CAPACITY], scratch[KEY_CAPACITY + 1600];
    seed = 5;
    for (size_t round = 0; round < 6000; round++) {
        size_t n[2][PARTS], len[2] = {0, 0};
        int expected = 0;
        for (size_t p = 0; p < PARTS; p++)
            for (size_t k = 0; k < 2; k++) {
                n[k][p] = draw_any(text[k][p]);
                if (k == 1 && draw(2)) {
                    n[1][p] = n[0][p];
                    memcpy(text[1][p], text[0][p], n[0][p]);
                }
                len[k] += weir_key_write(
                    (struct weir_text){text[k][p], n[k][p]}, key[k] + len[k]);
            }
        for (size_t p = 0; !expected && p < PARTS; p++)
            expected = expected_order((struct weir_text){text[0][p], n[0][p]},
                                      (struct weir_text){text[1][p], n[1][p]});
        size_t common = len[0] < len[1] ? len[0] : len[1];
        ck_assert_int_eq(sign(memcmp(key[0], key[1], common)), expected);
        struct weir_text rest = {key[0], len[0]}, cell;
        for (size_t p = 0; p < PARTS; p++) {
            ck_assert(weir_key_read(&rest, scratch, &cell));
            ck_assert_uint_eq(cell.len, n[0][p]);
            ck_assert_mem_eq(cell.bytes, text[0][p], cell.len);
        }
        ck_assert_uint_eq(rest.len, 0);
    }
}
END_TEST

static struct weir_number draw_value(char *scratch)
{
    double value;
    uint64_t bits;
    struct weir_number number = {.kind = WEIR_NULL};
    switch (draw(6)) {
    case 0:
        number.kind = WEIR_TEXT;
        number.text = (struct weir_text){scratch, draw_text(scratch)};
        if (!number.text.len)
            number.kind = WEIR_NULL;
        return number;
    case 1:
        bits = (uint64_t)draw(1u << 31) << 33 ^ draw(1u << 31);
        memcpy(&value, &bits, sizeof value);
        return weir_number_from_double(value);
    case 2:
        return weir_number_from_double((double)draw(1000) / 64);
    case 3:
        number.kind = WEIR_DECIMAL;
        number.mantissa = (int64_t)draw(200000) - 100000;
        number.exponent = (int16_t)((int)draw(12) - 8);
        return number;
    default:
        number =
            weir_number_read((struct weir_text){scratch, draw_number(scratch)});
        if (number.kind == WEIR_BAD)
            number.kind = WEIR_TEXT;
        return number;
    }
}

START_TEST(values_are_in_order_and_come_back)
{
    static char text[2][TEXT_CAPACITY], key[2][KEY_CAPACITY];
    static char scratch[KEY_CAPACITY + 1600], shown[2][TEXT_CAPACITY];
    seed = 17;
    for (size_t round = 0; round < 6000; round++) {
        struct weir_number value[2], back;
        struct weir_text cell;
        size_t len[2];
        for (size_t k = 0; k < 2; k++) {
            value[k] = draw_value(text[k]);
            len[k] = weir_key_write_number(&value[k], key[k]);
            struct weir_text rest = {key[k], len[k]};
            ck_assert(weir_key_read(&rest, scratch, &cell));
            back = weir_number_read(cell);
            if (value[k].kind == WEIR_TEXT)
                back = (struct weir_number){.kind = WEIR_TEXT, .text = cell};
            ck_assert_uint_eq(rest.len, 0);
            /* A binary number is read back as all of its decimal digits. */
            if (value[k].kind == WEIR_BINARY)
                continue;
            ck_assert_int_eq(weir_natural_compare(&back, &value[k]), 0);
            /* A wide number is read back in full, others as the same text. */
            if (value[k].kind == WEIR_WIDE)
                continue;
            size_t a = weir_number_write(&value[k], shown[0], TEXT_CAPACITY);
            size_t b = weir_number_write(&back, shown[1], TEXT_CAPACITY);
            ck_assert_msg(a == b && !memcmp(shown[0], shown[1], a),
                          "%.*s came back as %.*s", (int)a, shown[0], (int)b,
                          shown[1]);
        }
        int expected = sign(weir_natural_compare(&value[0], &value[1]));
        size_t common = len[0] < len[1] ? len[0] : len[1];
        int order = sign(memcmp(key[0], key[1], common));
        if (expected ||
            (value[0].kind != WEIR_BINARY && value[1].kind != WEIR_BINARY))
            ck_assert_int_eq(order, expected);
    }
}
END_TEST

/* Whatever the bytes are, no read goes past their end. */
START_TEST(forged_keys_are_refused_or_harmless)
{
    static char text[TEXT_CAPACITY], key[KEY_CAPACITY],
        scratch[KEY_CAPACITY + 1600];
    size_t refused = 0;
    seed = 23;
    for (size_t round = 0; round < 6000; round++) {
        struct weir_text cell;
        size_t len =
            weir_key_write((struct weir_text){text, draw_any(text)}, key);
        size_t cut = round % 2 ? len : draw(len);
        for (size_t n = cut < len ? 0 : 1 + draw(3); n > 0; n--)
            key[draw(len)] = (char)draw(256);
        char *exact = copy(key, cut);
        struct weir_text rest = {exact, cut};
        bool read = weir_key_read(&rest, scratch, &cell);
        refused += !read;
        ck_assert(cut == len || !read);
        free(exact);
    }
    ck_assert_uint_gt(refused, 3000);
}
END_TEST

START_TEST(short_keys_are_short)
{
    static const struct {
        const char *text, *key;
        size_t len;
    } example[] = {
        {"", "\x01", 1},
        {"0", "\x50\x02", 2},
        {"7", "\x60\x8c\x02", 3},
        {"12.5", "\x61\x19\x64\x02", 4},
        {"12.50", "\x61\x19\x64\x03\x30\x00", 6},
        {"-12.5", "\x3f\xe6\x9b\x02", 4},
        {"10000000", "\x67\x14\x02", 3},
        {"9999999", "\x66\xc7\xc7\xc7\xb4\x02", 6},
        {"01", "\x60\x14\x01\x30\x31\x00", 6},
        {"1e3", "\x63\x14\x04\x31\x65\x33\x00", 7},
        {"1e-9", "\x57\x07\xc8\x14\x04\x31\x65\x2d\x39\x00", 10},
        {"DE", "\x90\x44\x45\x00", 4},
        {"a\x01", "\x90\x61\x01\x02\x00", 5},
    };
    for (size_t i = 0; i < sizeof example / sizeof *example; i++) {
        struct sample sample =
            sample_of(example[i].text, strlen(example[i].text));
        ck_assert_msg(sample.key_len == example[i].len &&
                          !memcmp(sample.key, example[i].key, sample.key_len),
                      "%s", example[i].text);
        sample_release(&sample);
    }
}
END_TEST

static int by_row(const void *context, uint64_t a, uint64_t b)
{
    const uint32_t *weight = context;
    return (weight[a] > weight[b]) - (weight[a] < weight[b]);
}

START_TEST(sorting_is_by_prefix_then_as_asked)
{
    enum {
        N = 20000
    };
    static struct weir_key_rank rank[N];
    static uint32_t weight[N];
    for (size_t style = 0; style < 5; style++)
        for (size_t n = 0; n < N; n = n * 3 + 1) {
            uint64_t sum = 0;
            seed = style * 1000 + n + 1;
            for (size_t i = 0; i < n; i++) {
                weight[i] = (uint32_t)draw(style == 4 ? 2 : 1u << 31);
                rank[i].prefix = style == 0   ? seed
                                 : style == 1 ? draw(3)
                                 : style == 2 ? draw(500) << 24
                                 : style == 3 ? 7
                                              : UINT64_MAX - draw(9000);
                rank[i].row = i;
                sum += i;
            }
            weir_key_sort(rank, n, by_row, weight);
            for (size_t i = 0; i < n; i++)
                sum -= rank[i].row;
            ck_assert_uint_eq(sum, 0);
            for (size_t i = 1; i < n; i++)
                ck_assert(rank[i - 1].prefix < rank[i].prefix ||
                          (rank[i - 1].prefix == rank[i].prefix &&
                           weight[rank[i - 1].row] <= weight[rank[i].row]));
        }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {nasty_texts_are_in_order_and_come_back,
                                  random_texts_are_in_order_and_come_back,
                                  parts_compare_in_turn,
                                  values_are_in_order_and_come_back,
                                  forged_keys_are_refused_or_harmless,
                                  short_keys_are_short,
                                  sorting_is_by_prefix_then_as_asked};
    Suite *suite = suite_create("key");
    TCase *cases = tcase_create("key");
    tcase_set_timeout(cases, 120);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_test(cases, tests[i]);
    suite_add_tcase(suite, cases);
    return suite_fails(suite);
}
