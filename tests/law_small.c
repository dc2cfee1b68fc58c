/*
 * The law of small inputs: every text of up to seven symbols is read in many
 * ways, which must agree (tests/small.h).
 *
 * WEIR_LAW_WHOLE takes eight symbols, and asks more of each text. Under a
 * sanitizer only some of the texts are read.
 */
#include "tests/mechanism_kit.h"
#include "tests/runner.h"
#include "tests/small.h"
#include "tests/trial.h"

#include <check.h>
#include <string.h>

#define N(array) (sizeof(array) / sizeof *(array))

/* Texts of up to this many symbols are asked every query in every way. */
#define WHOLE 6

/* Texts of symbols */

/* libcheck can't tell how long a test took that takes more than half an hour:
 * as a whole it is this many. */
#define PARTS 16

START_TEST(texts_of_every_symbol)
{
    static const char symbols[] = {'a', '1', ',', '"', '\n', '\r'};
    const size_t max = law_whole() ? 8 : 7;
    const size_t step = law_whole() ? PARTS : small_stride(97);
    size_t n = 1, inputs = 0;
    char text[8];
    for (size_t len = 0; len <= max; len++, n *= N(symbols)) {
        size_t first = law_whole() ? (size_t)_i : inputs % step;
        for (size_t i = len < 3 ? 0 : first; i < n; i += step) {
            size_t rest = i;
            for (size_t k = 0; k < len; k++, rest /= N(symbols))
                text[k] = symbols[rest % N(symbols)];
            ck_assert_small(text, len, i * 8 + len,
                            !law_whole()  ? SMALL_SAMPLED
                            : len > WHOLE ? SMALL_COVERED
                                          : SMALL_WHOLE);
            inputs++;
        }
    }
    ck_assert_small_ran((law_whole() ? 2015538 : 335922) / step);
}
END_TEST

/* Texts of five symbols after the 32 bytes that a peek sees of a file. The
 * first line is the header or a record. */
START_TEST(texts_around_a_peek)
{
    static const char symbols[] = {'a', '1', ',', '"', '\n', '\r'};
    const size_t step = small_stride(29), n = 7776;
    uint64_t inputs = 0;
    char text[64];
    for (size_t at = 26; at <= 33; at++)
        for (size_t i = at % step; i < n; i += step) {
            memset(text, 'b', sizeof text);
            text[at / 2] = "\n\r,"[i % 3];
            for (size_t k = 0, rest = i; k < 5; k++, rest /= N(symbols))
                text[at + k] = symbols[rest % N(symbols)];
            ck_assert_small(text, at + 5 + i % 7, i * 64 + at,
                            law_whole() ? SMALL_COVERED : SMALL_SAMPLED);
            inputs++;
        }
    ck_assert_small_ran(inputs);
    ck_assert_uint_ge(inputs, 8 * n / step - 8);
}
END_TEST

static const struct floor floors[] = {{WEIR_RAN_TURN, 300000, 3000}};

int main(void)
{
    Suite *suite = suite_create("law_small");
    TCase *tests = tcase_create("law_small");
    tcase_set_timeout(tests, law_whole() ? 36000 : 550);
    small_add_fixture(tests);
    tcase_add_loop_test(tests, texts_of_every_symbol, 0,
                        law_whole() ? PARTS : 1);
    tcase_add_test(tests, texts_around_a_peek);
    suite_add_tcase(suite, tests);
    mechanism_begin();
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
