/*
 * Arithmetic and comparisons over whole columns give what they give row by row:
 * if all rows are decimals of one exponent, if they are not, and if the fast
 * way runs out of bits in the middle of a column.
 */
#include "base/stream.h"
#include "pipeline/ops/ops.h"
#include "tests/runner.h"
#include "tests/trial.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define ROWS 40
#define N(array) (sizeof(array) / sizeof *(array))

/* A column of cells as a reader delivers it: the bytes around the cells are
 * readable. */
struct cells {
    char before[WEIR_BATCH_PAD];
    char text[2][ROWS][48];
    char after[WEIR_BATCH_PAD];
    struct weir_span span[2][ROWS];
    struct weir_vector input[2];
};

/* Writes a cell. Cells of one form are read with one exponent. */
static void draw_cell(uint64_t *seed, unsigned form, char *cell,
                      size_t capacity)
{
    static const char *const edge[] = {
        "4611686018427387904",  "-4611686018427387904", "3037000500",
        "-3037000500",          "9223372036854775807",  "-9223372036854775807",
        "-9223372036854775808", "2147483648",           "-4294967296"};
    unsigned n = draw(seed, 2000);
    switch (form) {
    case 0:
        (void)snprintf(cell, capacity, "%d", (int)n - 1000);
        break;
    case 1:
        (void)snprintf(cell, capacity, "%u.%02u", n, draw(seed, 100));
        break;
    case 2:
        strcpy(cell, edge[draw(seed, 6)]);
        break;
    case 3:
        strcpy(cell, edge[draw(seed, 2)]);
        break;
    case 4:
        strcpy(cell, edge[draw(seed, N(edge))]);
        break;
    default:
        (void)snprintf(
            cell, capacity, "%s",
            (const char *[]){"", "  ", "abc", "12345678901234567890123", "1e-3",
                             "0", "-0.50", "7e20", "1e300"}[draw(seed, 9)]);
    }
}

static void draw_cells(struct cells *cells, uint64_t *seed)
{
    for (unsigned c = 0; c < 2; c++) {
        unsigned form = draw(seed, 8), odd = draw(seed, 3);
        uint64_t same = *seed; /* state for form 7: all rows are equal */
        struct weir_vector *v = &cells->input[c];
        *v = (struct weir_vector){.base = cells->text[c][0],
                                  .span = cells->span[c]};
        for (unsigned r = 0; r < ROWS; r++) {
            char *cell = cells->text[c][r];
            bool other = form == 6 || (!odd && draw(seed, 20) == 0);
            uint64_t again = same;
            if (form == 7 && !other)
                draw_cell(&again, 2, cell, sizeof cells->text[c][r]);
            else
                draw_cell(seed, other ? draw(seed, 6) : form, cell,
                          sizeof cells->text[c][r]);
            v->span[r] = (struct weir_span){(uint32_t)(cell - v->base),
                                            (uint32_t)strlen(cell)};
        }
    }
}

static weir_register add(struct weir_program *program, const struct weir_op *op,
                         weir_register a, weir_register b, weir_register d,
                         int32_t choice)
{
    struct weir_step step = {.op = op, .in = {a, b, d}, .choice = choice};
    weir_register reg = weir_program_add(program, &step);
    ck_assert_uint_ne(reg, WEIR_NO_REGISTER);
    return reg;
}

/* Adds two loads of cells, and their conversions to numbers. */
static void begin(struct weir_program *program, weir_register *cell,
                  weir_register *number)
{
    const weir_register none = WEIR_NO_REGISTER;
    weir_program_init(program);
    for (int32_t c = 0; c < 2; c++) {
        cell[c] = add(program, &weir_op_load_cell, none, none, none, c);
        number[c] = add(program, &weir_op_number, cell[c], none, none, 0);
    }
}

static void run(struct weir_program *program, const struct cells *cells)
{
    struct weir_error error;
    ck_assert_int_eq(weir_program_open(program, ROWS, &error), WEIR_OK);
    ck_assert(weir_program_run(program, cells->input, true, ROWS));
}

static struct weir_number number_of(const struct cells *cells, unsigned c,
                                    unsigned r)
{
    return weir_number_read(weir_vector_text(&cells->input[c], r));
}

/* Arithmetic replaces a WIDE number by the double nearest to it. */
static struct weir_number narrow(struct weir_number number)
{
    return number.kind == WEIR_WIDE
               ? weir_number_from_double(weir_number_double(&number))
               : number;
}

static void ck_assert_number(const struct weir_vector *v, unsigned r,
                             const struct weir_number *expected,
                             const char *what)
{
    char got_text[WEIR_NUMBER_TEXT], text[WEIR_NUMBER_TEXT];
    struct weir_number got = weir_vector_number(v, r);
    ck_assert_msg(got.kind != WEIR_DECIMAL || got.mantissa != INT64_MIN,
                  "%s makes a mantissa that no decimal has", what);
    ck_assert_int_eq(weir_vector_bad(v, r), expected->kind == WEIR_BAD);
    if (expected->kind == WEIR_BAD)
        return;
    size_t got_len = weir_number_write(&got, got_text, sizeof got_text);
    size_t len = weir_number_write(expected, text, sizeof text);
    ck_assert_msg(len == got_len && !memcmp(text, got_text, len),
                  "%s in row %u is %.*s, not %.*s", what, r, (int)got_len,
                  got_text, (int)len, text);
}

START_TEST(columns_compute_as_their_rows_do)
{
    static const struct {
        const struct weir_op *op;
        struct weir_number (*scalar)(struct weir_number, struct weir_number);
    } binary[] = {{&weir_op_add, weir_number_add},
                  {&weir_op_subtract, weir_number_subtract},
                  {&weir_op_multiply, weir_number_multiply},
                  {&weir_op_divide, weir_number_divide},
                  {&weir_op_modulo, weir_number_modulo}};
    struct cells cells = {0};
    uint64_t seed = (uint64_t)_i;
    for (unsigned turn = 0; turn < 30; turn++) {
        struct weir_program program;
        weir_register cell[2], number[2], out[N(binary)];
        draw_cells(&cells, &seed);
        begin(&program, cell, number);
        for (size_t k = 0; k < N(binary); k++)
            out[k] = add(&program, binary[k].op, number[0], number[1],
                         WEIR_NO_REGISTER, 0);
        run(&program, &cells);
        for (size_t k = 0; k < N(binary); k++)
            for (unsigned r = 0; r < ROWS; r++) {
                struct weir_number expected = narrow(binary[k].scalar(
                    number_of(&cells, 0, r), number_of(&cells, 1, r)));
                ck_assert_number(weir_program_vector(&program, out[k]), r,
                                 &expected, binary[k].op->name);
            }
        weir_program_release(&program);
    }
}
END_TEST

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

/* The result of a comparison for this order. */
static uint8_t says(int order, int32_t comparison)
{
    static const bool table[6][3] = {
        [WEIR_EQUAL] = {0, 1, 0},   [WEIR_UNEQUAL] = {1, 0, 1},
        [WEIR_LESS] = {1, 0, 0},    [WEIR_LESS_EQUAL] = {1, 1, 0},
        [WEIR_GREATER] = {0, 0, 1}, [WEIR_GREATER_EQUAL] = {0, 1, 1}};
    return table[comparison][sign(order) + 1];
}

/* The expected result of comparing two numbers, a cell with a number, or two
 * cells. */
static uint8_t expected_boolean(const struct cells *cells, unsigned r,
                                unsigned way, int32_t comparison)
{
    struct weir_number a = number_of(cells, 0, r), b = number_of(cells, 1, r);
    bool bad_a = a.kind == WEIR_BAD, bad_b = b.kind == WEIR_BAD;
    if ((bad_a && way == 0) || (bad_b && way < 2))
        return WEIR_BOOLEAN_BAD;
    bool null = a.kind == WEIR_NULL || b.kind == WEIR_NULL;
    if (way == 2 && comparison > WEIR_UNEQUAL && bad_a != bad_b && !null)
        return WEIR_BOOLEAN_BAD;
    if (a.kind == WEIR_NULL || b.kind == WEIR_NULL)
        return WEIR_UNKNOWN;
    if (bad_a || bad_b)
        return says(bad_a && bad_b ? weir_text_compare(a.text, b.text)
                                   : bad_a - bad_b,
                    comparison);
    return says(weir_number_compare(&a, &b), comparison);
}

START_TEST(columns_compare_as_their_rows_do)
{
    static const struct weir_op *const ways[] = {&weir_op_compare_numbers,
                                                 &weir_op_compare_cell_number,
                                                 &weir_op_compare_cells};
    struct cells cells = {0};
    uint64_t seed = (uint64_t)_i;
    for (unsigned turn = 0; turn < 30; turn++) {
        struct weir_program program;
        weir_register cell[2], number[2], out[3][6];
        draw_cells(&cells, &seed);
        begin(&program, cell, number);
        for (int32_t k = 0; k < 6; k++) {
            out[0][k] = add(&program, ways[0], number[0], number[1],
                            WEIR_NO_REGISTER, k);
            out[1][k] =
                add(&program, ways[1], cell[0], number[0], number[1], k);
            out[2][k] =
                add(&program, ways[2], cell[0], cell[1], WEIR_NO_REGISTER, k);
        }
        run(&program, &cells);
        for (unsigned way = 0; way < 3; way++)
            for (int32_t k = 0; k < 6; k++)
                for (unsigned r = 0; r < ROWS; r++) {
                    const struct weir_vector *v =
                        weir_program_vector(&program, out[way][k]);
                    uint8_t boolean = expected_boolean(&cells, r, way, k);
                    if (v->boolean[r] != boolean)
                        ck_abort_msg(
                            "way %u, comparison %d: '%s' and '%s' is %d, "
                            "not %d",
                            way, (int)k, cells.text[0][r], cells.text[1][r],
                            v->boolean[r], boolean);
                    if (!v->any_bad && boolean == WEIR_BOOLEAN_BAD)
                        ck_abort_msg("a BAD row is not told");
                }
        weir_program_release(&program);
    }
}
END_TEST

/* The text of a BAD cell lies in the cell. A result that is computed of it has
 * no text, and must not keep an offset that counts from another base. */
static void ck_assert_no_text(const struct weir_vector *v, unsigned r)
{
    struct weir_number number = weir_vector_number(v, r);
    if (number.kind != WEIR_BAD)
        return;
    ck_assert_ptr_nonnull(number.text.bytes);
    ck_assert_uint_eq(number.text.len, 0);
    ck_assert_int_eq(number.mantissa, 0);
}

START_TEST(bad_results_have_no_text)
{
    static const struct weir_op *const ops[] = {
        &weir_op_add, &weir_op_divide, &weir_op_modulo,       &weir_op_round,
        &weir_op_abs, &weir_op_negate, &weir_op_choose_number};
    struct cells cells = {0};
    uint64_t seed = 1;
    for (unsigned turn = 0; turn < 30; turn++) {
        struct weir_program program;
        weir_register cell[2], number[2], out[N(ops)];
        draw_cells(&cells, &seed);
        begin(&program, cell, number);
        weir_register boolean = add(&program, &weir_op_compare_numbers,
                                    number[0], number[0], WEIR_NO_REGISTER, 0);
        for (size_t i = 0; i < N(ops); i++) {
            bool chooses = ops[i] == &weir_op_choose_number;
            out[i] = add(&program, ops[i], chooses ? boolean : number[0],
                         number[!chooses],
                         chooses ? number[1] : WEIR_NO_REGISTER, 0);
        }
        run(&program, &cells);
        for (size_t i = 0; i < N(ops); i++)
            for (unsigned r = 0; r < ROWS; r++)
                if (!program.slot[out[i]].vector.uniform)
                    ck_assert_no_text(&program.slot[out[i]].vector, r);
        weir_program_release(&program);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ops_number");
    TCase *tests = tcase_create("ops_number");
    tcase_add_loop_test(tests, columns_compute_as_their_rows_do, 0, 10);
    tcase_add_loop_test(tests, columns_compare_as_their_rows_do, 0, 10);
    tcase_add_test(tests, bad_results_have_no_text);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
