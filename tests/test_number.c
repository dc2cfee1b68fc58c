/*
 * base/number.h: the corner cases of the contract. tests/test_number.py asks
 * tens of thousands of random questions as well.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number_exact.h"
#include "tests/runner.h"

static struct weir_number read(const char *text)
{
    return weir_number_read((struct weir_text){text, strlen(text)});
}

static const char *write(struct weir_number number)
{
    static char text[256];
    size_t len = weir_number_write(&number, text, sizeof(text) - 1);
    text[len] = '\0';
    return text;
}

static void assert_decimal(const char *text, int64_t mantissa, int exponent)
{
    struct weir_number number = read(text);
    ck_assert_msg(number.kind == WEIR_DECIMAL, "'%s'", text);
    ck_assert_int_eq(number.mantissa, mantissa);
    ck_assert_int_eq(number.exponent, exponent);
}

START_TEST(decimal_is_read_as_written)
{
    assert_decimal("0", 0, 0);
    assert_decimal("-0", 0, 0);
    assert_decimal("1.50", 150, -2);
    assert_decimal("+.5", 5, -1);
    assert_decimal("-1.", -1, 0);
    assert_decimal(" \t7\t ", 7, 0);
    assert_decimal("12345678", 12345678, 0);
    assert_decimal("-1234567.8", -12345678, -1);
    assert_decimal("1234567890123456", 1234567890123456, 0);
    assert_decimal("-12345678901234.56", -1234567890123456, -2);
    assert_decimal("000000000000000000000000000001", 1, 0);
    assert_decimal("9223372036854775807", INT64_MAX, 0);
    assert_decimal("-9223372036854775807", -INT64_MAX, 0);
    assert_decimal("92233720368547758070000", INT64_MAX, 4);
    assert_decimal("1.500000000000000000000000000", 15, -1);
    assert_decimal("1e308", 1, 308);
    assert_decimal("10e-1101", 1, -1100);
    assert_decimal("0e-99999999999", 0, 0);
}
END_TEST

START_TEST(long_number_stays_text)
{
    static const char *const texts[] = {
        "9223372036854775808", "-9223372036854775808",
        "12345678901234567890.123", "0.00000000012345678901234567890123"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct weir_number number = read(texts[i]);
        ck_assert_int_eq(number.kind, WEIR_WIDE);
        ck_assert_str_eq(write(number), texts[i]);
    }
    ck_assert_str_eq(write(read(" +12345678901234567890.1 ")),
                     "12345678901234567890.1");
}
END_TEST

START_TEST(no_number_is_bad)
{
    static const char *const texts[] = {"1e",
                                        ".",
                                        "+",
                                        "-",
                                        "0x10",
                                        "1_000",
                                        "nan",
                                        "inf",
                                        "1e999",
                                        "1..2",
                                        "1.2.3",
                                        "--1",
                                        "1 2",
                                        "12a",
                                        "a12",
                                        "1,000",
                                        "-e1",
                                        "1e-1101",
                                        "/1",
                                        ":",
                                        "1:",
                                        "12;4",
                                        "1.7976931348623159e308",
                                        "12345678/",
                                        "1234567890a23"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct weir_number number = read(texts[i]);
        ck_assert_msg(number.kind == WEIR_BAD, "'%s'", texts[i]);
        ck_assert_uint_eq(number.text.len, strlen(texts[i]));
    }
    static const char *const far[] = {"1e999",
                                      " -1e309\t",
                                      "1e-1101",
                                      "0.1e-1100",
                                      "1.7976931348623159e308",
                                      "1e99999999999999999999",
                                      "-1e-99999999999999999999"};
    static const char *const others[] = {
        "",        "x",   "1e",      ".",      "1e308",
        "1e-1100", "0e9", "0e-9999", "1e309a", "1.7976931348623157e308"};
    for (size_t i = 0; i < sizeof(far) / sizeof(*far); i++) {
        ck_assert_int_eq(read(far[i]).kind, WEIR_BAD);
        ck_assert(weir_number_out_of_range(
            (struct weir_text){far[i], strlen(far[i])}));
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        ck_assert(!weir_number_out_of_range(
            (struct weir_text){others[i], strlen(others[i])}));
    ck_assert_int_eq(read("").kind, WEIR_NULL);
    ck_assert_int_eq(read(" \t ").kind, WEIR_NULL);
}
END_TEST

/* Every byte at every offset of every short text. The fast way of reading, by
 * registers, agrees with the careful way, which leading blanks force. */
START_TEST(short_and_long_ways_agree)
{
    char text[24];
    for (size_t len = 1; len <= 17; len++) {
        for (size_t at = 0; at < len; at++) {
            for (int c = 0; c < 256; c++) {
                memcpy(text, "  ", 2);
                memcpy(text + 2, "12345678901234567", len);
                text[2 + at] = (char)c;
                struct weir_number a =
                    weir_number_read((struct weir_text){text + 2, len});
                struct weir_number b =
                    weir_number_read((struct weir_text){text, len + 2});
                ck_assert_int_eq(a.kind, b.kind);
                ck_assert_int_eq(a.mantissa, b.mantissa);
                ck_assert_int_eq(a.exponent, b.exponent);
            }
        }
    }
}
END_TEST

START_TEST(number_has_one_look)
{
    ck_assert_str_eq(write(read("1.50")), "1.5");
    ck_assert_str_eq(write(read("1.00")), "1");
    ck_assert_str_eq(write(read("-0.000")), "0");
    ck_assert_str_eq(write(read("0e-200")), "0");
    ck_assert_str_eq(write(read("1e20")), "100000000000000000000");
    ck_assert_str_eq(write(read("1e21")), "1e+21");
    ck_assert_str_eq(write(read("1e30")), "1e+30");
    ck_assert_str_eq(write(read("1e-20")), "0.00000000000000000001");
    ck_assert_str_eq(write(read("-12e-21")), "-1.2e-20");
    ck_assert_str_eq(write(weir_number_from_double(0.1)), "0.1");
    ck_assert_str_eq(write(weir_number_from_double(-1e300)), "-1e+300");
    ck_assert_str_eq(write(weir_number_from_double(1.0 / 3)),
                     "0.3333333333333333");
    ck_assert_str_eq(write(weir_number_from_double(5e-324)), "5e-324");
    ck_assert_str_eq(write(weir_number_from_double(-0.0)), "0");
    /* A power of two whose nearest 16 digits do not read back as it. */
    ck_assert_str_eq(write(weir_number_from_double(0x1p-1017)),
                     "7.120236347223045e-307");
}
END_TEST

/* Copies the digits of a text without the zeros at either end, and sets the
 * exponent of the last one. */
static void digits_of(const char *text, char *digits, int *exponent)
{
    size_t n = 0;
    int point = 0, after = 0;
    for (; *text && *text != 'e'; text++) {
        after += point && *text != '.';
        point |= *text == '.';
        if (*text >= '0' && *text <= '9' && (n || *text != '0'))
            digits[n++] = *text;
    }
    *exponent = (*text ? atoi(text + 1) : 0) - after;
    for (; n && digits[n - 1] == '0'; n--)
        ++*exponent;
    digits[n] = '\0';
}

/* The C library finds the fewest digits that read back. For powers of two
 * another text may be right. */
static void ck_assert_shortest(double value)
{
    char text[40], a[40], b[40];
    int a_exponent, b_exponent, binary, n = 15;
    if (!isfinite(value) || fabs(value) < 1e-290 ||
        fabs(frexp(value, &binary)) == 0.5)
        return;
    const char *written = write(weir_number_from_double(value));
    ck_assert_msg(strtod(written, NULL) == value, "%a: %s", value, written);
    do
        (void)snprintf(text, sizeof text, "%.*e", n - 1, value);
    while (strtod(text, NULL) != value && n++ < 17);
    digits_of(text, a, &a_exponent);
    digits_of(written, b, &b_exponent);
    ck_assert_msg(!strcmp(a, b) && a_exponent == b_exponent, "%a: %s, not %s",
                  value, written, text);
}

START_TEST(doubles_are_written_with_the_fewest_digits)
{
    uint64_t x = 1;
    for (int i = 0; i < 30000; i++) {
        union {
            uint64_t bits;
            double value;
        } any;
        x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        any.bits = x ^ x >> 29;
        ck_assert_shortest(any.value);
        /* Doubles of common sizes: quotients, amounts of money, and values that
         * almost round up. */
        double whole = (double)(x >> 40), part = (double)(x >> 8 & 0xffff);
        ck_assert_shortest(whole / (part + 1));
        ck_assert_shortest(whole / 100);
        ck_assert_shortest(part / (whole + 1));
        ck_assert_shortest(nextafter(whole, i % 2 ? 0 : INFINITY));
        ck_assert_shortest(nextafter(pow(10, i % 40 - 20), i % 3 - 1));
        ck_assert_shortest(ldexp(whole, i % 240 - 120));
    }
}
END_TEST

static double any_double(uint64_t *x)
{
    union {
        uint64_t bits;
        double value;
    } any;
    *x = *x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    any.bits = *x ^ *x >> 29;
    return any.value;
}

/* Modulo of doubles that are no decimals is what the C library gives. */
START_TEST(modulo_of_doubles_is_exact)
{
    uint64_t x = 7;
    for (int i = 0; i < 100000; i++) {
        double a = any_double(&x), b = any_double(&x);
        if (!isfinite(a) || !isfinite(b) || a == 0)
            continue;
        if (i % 2) /* of similar size, so that a remainder is left */
            b = ldexp(frexp(b, &(int){0}), ilogb(a) - i % 40);
        if (b == 0)
            continue;
        struct weir_number left = weir_number_modulo(
            weir_number_from_double(a), weir_number_from_double(b));
        double want = fmod(a, b);
        ck_assert_msg(weir_number_double(&left) == want, "%a %% %a: %a, not %a",
                      a, b, weir_number_double(&left), want);
    }
}
END_TEST

START_TEST(double_is_the_nearest)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"0.1", 0.1},
        {"9007199254740993", 9007199254740992.0},
        {"9007199254740993.00000000000000000000000001", 9007199254740994.0},
        {"1.7976931348623157e308", 1.7976931348623157e308},
        {"2.4703282292062327e-324", 0},
        {"2.4703282292062328e-324", 5e-324},
        {"1e-1100", 0},
        {"123456789012345678901234567890", 123456789012345678901234567890.0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct weir_number number = read(cases[i].text);
        ck_assert_double_eq(weir_number_double(&number), cases[i].value);
    }
    struct weir_number none = {.kind = WEIR_NULL};
    ck_assert(isnan(weir_number_double(&none)));
    ck_assert_int_eq(weir_number_from_double(INFINITY).kind, WEIR_NULL);
    ck_assert_int_eq(weir_number_from_double(NAN).kind, WEIR_NULL);
}
END_TEST

START_TEST(order_is_exact)
{
    static const char *const ascending[] = {
        "-1e300",
        "-123456789012345678901234567890.1",
        "-123456789012345678901234567890",
        "-9223372036854775808",
        "-9223372036854775807",
        "-1",
        "-1e-1100",
        "0",
        "1e-1100",
        "0.1",
        "0.10000000000000000000000000001",
        "9223372036854775807",
        "9223372036854775807.0000000000000000000000000001",
        "1e19",
        "10000000000000000001",
        "x"};
    size_t n = sizeof(ascending) / sizeof(*ascending);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            struct weir_number a = read(ascending[i]), b = read(ascending[j]);
            int by = weir_natural_compare(&a, &b);
            ck_assert_int_eq((by > 0) - (by < 0), (i > j) - (i < j));
        }
    }
    struct weir_number tenth = read("0.1");
    struct weir_number near = weir_number_from_double(0.1);
    ck_assert_int_lt(weir_number_compare(&tenth, &near), 0);
    ck_assert_int_gt(weir_number_compare(&near, &tenth), 0);
}
END_TEST

START_TEST(arithmetic_stays_decimal_while_exact)
{
    ck_assert_str_eq(write(weir_number_add(read("0.1"), read("0.2"))), "0.3");
    ck_assert_str_eq(write(weir_number_divide(read("1"), read("8"))), "0.125");
    ck_assert_str_eq(write(weir_number_divide(read("1"), read("3"))),
                     "0.3333333333333333");
    ck_assert_str_eq(write(weir_number_multiply(read("1.1"), read("1.1"))),
                     "1.21");
    ck_assert_str_eq(write(weir_number_modulo(read("-7"), read("2.5"))), "-2");
    ck_assert_int_eq(
        weir_number_add(read("1e19"), read("-9200000000000000001")).kind,
        WEIR_DECIMAL);
    ck_assert_int_eq(weir_number_multiply(read("1e300"), read("1e300")).kind,
                     WEIR_NULL);
    ck_assert_int_eq(weir_number_divide(read("1"), read("0.00")).kind,
                     WEIR_NULL);
    ck_assert_int_eq(weir_number_add(read("x"), read("")).kind, WEIR_BAD);
    ck_assert_int_eq(weir_number_add(read("1"), read("")).kind, WEIR_NULL);
}
END_TEST

/* A divisor whose nearest double is zero is not zero. */
START_TEST(tiny_wide_divisor_is_no_zero)
{
    struct weir_number tiny = read("12345678901234567890123e-1000");
    ck_assert_int_eq(tiny.kind, WEIR_WIDE);
    ck_assert_str_eq(write(weir_number_divide(tiny, tiny)), "1");
    ck_assert_str_eq(write(weir_number_modulo(tiny, tiny)), "0");
}
END_TEST

START_TEST(lowest_mantissa_is_taken)
{
    struct weir_number lowest = {.kind = WEIR_DECIMAL, .mantissa = INT64_MIN};
    struct weir_number one = read("1");
    ck_assert_str_eq(write(lowest), "-9223372036854775808");
    ck_assert_str_eq(write(weir_number_add(lowest, one)),
                     "-9223372036854775807");
    ck_assert_int_eq(weir_number_negate(lowest).kind, WEIR_BINARY);
    ck_assert_int_eq(weir_number_divide(lowest, one).kind, WEIR_BINARY);
    ck_assert_int_lt(weir_number_compare(&lowest, &one), 0);
}
END_TEST

static const char *rounded(const char *text, int places,
                           enum weir_rounding rounding)
{
    return write(weir_number_round(read(text), places, rounding));
}

START_TEST(decimals_round_exactly)
{
    ck_assert_str_eq(rounded("2.675", 2, WEIR_ROUND_HALF_AWAY), "2.68");
    ck_assert_str_eq(rounded("-2.5", 0, WEIR_ROUND_HALF_AWAY), "-3");
    ck_assert_str_eq(rounded("-2.5", 0, WEIR_ROUND_FLOOR), "-3");
    ck_assert_str_eq(rounded("-2.5", 0, WEIR_ROUND_CEIL), "-2");
    ck_assert_str_eq(rounded("1e-1000", 0, WEIR_ROUND_CEIL), "1");
    ck_assert_str_eq(rounded("1250", -2, WEIR_ROUND_HALF_AWAY), "1300");
    ck_assert_str_eq(rounded("5000000000000000000", -19, WEIR_ROUND_HALF_AWAY),
                     "10000000000000000000");
    ck_assert_str_eq(rounded("1", -2000, WEIR_ROUND_HALF_AWAY), "0");
    ck_assert_str_eq(rounded("1.5", 2000, WEIR_ROUND_HALF_AWAY), "1.5");
    ck_assert_str_eq(rounded("123456789012345678901.5", 0, WEIR_ROUND_FLOOR),
                     "123456789012345680000");
    /* The double nearest to 2.675 lies below it. */
    struct weir_number near = weir_number_from_double(2.675);
    ck_assert_str_eq(write(weir_number_round(near, 2, WEIR_ROUND_HALF_AWAY)),
                     "2.67");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("number");
    TCase *cases = tcase_create("number");
    tcase_add_test(cases, decimal_is_read_as_written);
    tcase_add_test(cases, long_number_stays_text);
    tcase_add_test(cases, no_number_is_bad);
    tcase_add_test(cases, short_and_long_ways_agree);
    tcase_add_test(cases, number_has_one_look);
    tcase_add_test(cases, doubles_are_written_with_the_fewest_digits);
    tcase_add_test(cases, modulo_of_doubles_is_exact);
    tcase_add_test(cases, double_is_the_nearest);
    tcase_add_test(cases, order_is_exact);
    tcase_add_test(cases, arithmetic_stays_decimal_while_exact);
    tcase_add_test(cases, tiny_wide_divisor_is_no_zero);
    tcase_add_test(cases, lowest_mantissa_is_taken);
    tcase_add_test(cases, decimals_round_exactly);
    suite_add_tcase(suite, cases);
    return suite_fails(suite);
}
