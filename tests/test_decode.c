/*
 * The decoders of every instruction set against the general reader: whatever
 * they read, it reads the same, and they do read ordinary columns.
 */
#include "base/decode.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define CELLS 64
#define PAD 64

static char text[PAD + CELLS * 40 + PAD];
static struct weir_span span[CELLS];
static size_t used;
static uint64_t seed;

static unsigned draw(unsigned n)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (unsigned)(seed >> 33) % n;
}

static void begin(void)
{
    memset(text, '7', sizeof text);
    used = PAD;
}

static void add(size_t i, const char *cell)
{
    size_t len = strlen(cell);
    memcpy(text + used, cell, len);
    span[i] = (struct weir_span){(uint32_t)used, (uint32_t)len};
    used += len;
    /* What stands around a cell must not matter. */
    for (unsigned n = draw(3); n; n--)
        text[used++] = "0123456789.-,\n"[draw(14)];
}

/* A cell of the exponent, once in a while another or a broken one. */
static void draw_cell(char *cell, int exponent, unsigned digits)
{
    size_t len = 0;
    unsigned n = draw(digits);
    if (draw(4) == 0)
        cell[len++] = '-';
    for (unsigned k = 0; k < n + (exponent == 0); k++)
        cell[len++] = (char)('0' + draw(10));
    if (exponent)
        cell[len++] = '.';
    for (int k = 0; k < -exponent; k++)
        cell[len++] = (char)('0' + draw(10));
    if (draw(50) == 0)
        cell[draw((unsigned)len)] = "x. -+e/:"[draw(8)];
    cell[draw(100) ? len : 0] = '\0';
}

/* libcheck writes a file at each assertion: only what is wrong gets one. */
static void check_column(const struct weir_decoder *decoder, size_t n,
                         int16_t exponent)
{
    int64_t mantissa[CELLS];
    size_t read = decoder->read(text, span, n, exponent, mantissa);
    if (read > n)
        ck_abort_msg("read %zu of %zu", read, n);
    for (size_t i = 0; i < read; i++) {
        struct weir_text cell = {text + span[i].start, span[i].len};
        struct weir_number number = weir_number_read(cell);
        if (number.kind != WEIR_DECIMAL || number.exponent != exponent ||
            number.mantissa != mantissa[i])
            ck_abort_msg("%.*s is not %lld", (int)cell.len, cell.bytes,
                         (long long)mantissa[i]);
    }
}

static void check_decoder(const struct weir_decoder *decoder)
{
    seed = 7;
    for (unsigned round = 0; round < 100000; round++) {
        int exponent = -(int)draw(16);
        size_t n = 1 + draw(CELLS);
        unsigned digits = 1 + draw(17);
        char cell[64];
        begin();
        for (size_t i = 0; i < n; i++) {
            draw_cell(cell, exponent, digits);
            add(i, cell);
        }
        check_column(decoder, n, (int16_t)exponent);
    }
}

static void check_reads(const struct weir_decoder *decoder, const char *cell,
                        int16_t exponent, int64_t expected)
{
    int64_t mantissa[CELLS];
    begin();
    for (size_t i = 0; i < CELLS; i++)
        add(i, cell);
    ck_assert_uint_eq(decoder->read(text, span, CELLS, exponent, mantissa),
                      CELLS);
    for (size_t i = 0; i < CELLS; i++)
        ck_assert_int_eq(mantissa[i], expected);
}

START_TEST(decoder_agrees_with_the_reader)
{
    if (weir_isa_has((enum weir_isa)_i))
        check_decoder(weir_decoder_of((enum weir_isa)_i));
}
END_TEST

START_TEST(decoder_reads_ordinary_columns)
{
    if (!weir_isa_has((enum weir_isa)_i))
        return;
    const struct weir_decoder *decoder = weir_decoder_of((enum weir_isa)_i);
    ck_assert_str_eq(decoder->isa, weir_isa_name((enum weir_isa)_i));
    check_reads(decoder, "37", 0, 37);
    check_reads(decoder, "-12.3", -1, -123);
    check_reads(decoder, "99999999", 0, 99999999);
    check_reads(decoder, ".5", -1, 5);
}
END_TEST

/* All but plain C's. */
START_TEST(wide_decoders_read_sixteen_bytes)
{
    if (_i == WEIR_ISA_PLAIN || !weir_isa_has((enum weir_isa)_i))
        return;
    const struct weir_decoder *decoder = weir_decoder_of((enum weir_isa)_i);
    check_reads(decoder, "131906.32", -2, 13190632);
    check_reads(decoder, "-12345678901.234", -3, -12345678901234);
    check_reads(decoder, "1234567890123456", 0, 1234567890123456);
}
END_TEST

START_TEST(a_set_is_forced_by_its_name)
{
    for (enum weir_isa isa = 0; isa < WEIR_ISAS; isa++) {
        setenv("WEIR_ISA", weir_isa_name(isa), 1);
        enum weir_isa got = weir_isa_has(isa) ? isa : WEIR_ISA_PLAIN;
        ck_assert_int_eq(weir_isa_now(), got);
        ck_assert_ptr_eq(weir_decoder_best(), weir_decoder_of(got));
    }
    unsetenv("WEIR_ISA");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decode");
    TCase *tcase = tcase_create("decode");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, decoder_agrees_with_the_reader, 0, WEIR_ISAS);
    tcase_add_loop_test(tcase, decoder_reads_ordinary_columns, 0, WEIR_ISAS);
    tcase_add_loop_test(tcase, wide_decoders_read_sixteen_bytes, 0, WEIR_ISAS);
    tcase_add_test(tcase, a_set_is_forced_by_its_name);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
