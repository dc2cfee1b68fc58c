/*
 * Target: two cells as numbers. Reading, writing, comparing, rounding and
 * arithmetic are compared with exact rationals (oracle.h).
 *
 *     operation | places | form | cell LF cell
 *
 * If its bit of `form` is set, an operand is not a cell but the double of the
 * next 8 bytes.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELL_MAX ((size_t)3000)

enum operation {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    MODULO,
    NEGATE,
    ROUND,
    FLOOR,
    CEIL,
    N_OPERATIONS
};

struct operand {
    struct weir_number number;
    char *cell; /* exactly sized, so that a sanitizer sees overruns */
    bool is_number;
    mpq_t value;
};

static bool is_number(const struct weir_number *n)
{
    return n->kind == WEIR_DECIMAL || n->kind == WEIR_BINARY ||
           n->kind == WEIR_WIDE;
}

/* Checks how a cell is read. */
static void read_cell(struct operand *operand, struct weir_text cell)
{
    mpq_t value;
    mpq_init(value);
    operand->number = weir_number_read(cell);
    enum weir_kind kind = oracle_read(cell, value);
    if (kind == WEIR_DECIMAL) {
        fuzz_require(is_number(&operand->number), "a number is read as none");
        oracle_value(&operand->number, operand->value);
        fuzz_require(mpq_equal(operand->value, value), "it is another number");
        fuzz_require((operand->number.kind == WEIR_DECIMAL) ==
                         oracle_is_decimal(value),
                     "a decimal is wide, or the other way round");
    } else {
        fuzz_require(operand->number.kind == kind, "what is none is a number");
    }
    mpq_clear(value);
}

static void take_double(struct fuzz_input *input, struct operand *operand)
{
    double value = 0;
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = fuzz_byte(input);
    memcpy(&value, bytes, sizeof value);
    operand->number = weir_number_from_double(value);
    fuzz_require(isfinite(value) == (operand->number.kind != WEIR_NULL),
                 "a double is no number, or the other way round");
    if (isfinite(value))
        fuzz_require(weir_number_double(&operand->number) == value,
                     "a double is another");
}

static void take_cell(struct fuzz_input *input, struct operand *operand)
{
    const uint8_t *end = memchr(input->at, '\n', input->len);
    size_t len = end ? (size_t)(end - input->at) : input->len;
    operand->cell = malloc(len + !len);
    if (!operand->cell)
        abort();
    memcpy(operand->cell, input->at, len);
    input->at += len + (end != NULL);
    input->len -= len + (end != NULL);
    read_cell(operand, (struct weir_text){operand->cell, len});
}

/* Checks the double of a number, and its text, which must be read back as the
 * same number. */
static void check_forms(struct operand *operand)
{
    struct weir_number *number = &operand->number;
    char scratch[CELL_MAX + WEIR_NUMBER_TEXT];
    operand->is_number = is_number(number);
    if (!operand->is_number)
        return;
    oracle_value(number, operand->value);
    double nearest = oracle_double(operand->value);
    fuzz_require(weir_number_double(number) == nearest, "not the nearest");
    size_t len = weir_number_write(number, scratch, sizeof scratch);
    fuzz_require(len <= sizeof scratch &&
                     (number->kind == WEIR_WIDE || len <= WEIR_NUMBER_TEXT),
                 "too long a text");
    struct weir_number again =
        weir_number_read((struct weir_text){scratch, len});
    fuzz_require(is_number(&again), "what was written is no number");
    if (number->kind == WEIR_BINARY)
        fuzz_require(weir_number_double(&again) == nearest,
                     "what was written is another double");
    else
        fuzz_require(again.kind == number->kind &&
                         weir_number_compare(number, &again) == 0,
                     "what was written is another number");
}

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

static void check_order(const struct operand *a, const struct operand *b)
{
    int natural = sign(weir_natural_compare(&a->number, &b->number));
    fuzz_require(natural == -sign(weir_natural_compare(&b->number, &a->number)),
                 "the order has two sides");
    if (!a->is_number || !b->is_number)
        return;
    int order = sign(mpq_cmp(a->value, b->value));
    fuzz_require(sign(weir_number_compare(&a->number, &b->number)) == order &&
                     natural == order,
                 "not the order of the values");
}

static struct weir_number result_of(enum operation operation,
                                    struct weir_number a, struct weir_number b,
                                    int places)
{
    switch (operation) {
    case ADD:
        return weir_number_add(a, b);
    case SUBTRACT:
        return weir_number_subtract(a, b);
    case MULTIPLY:
        return weir_number_multiply(a, b);
    case DIVIDE:
        return weir_number_divide(a, b);
    case MODULO:
        return weir_number_modulo(a, b);
    case NEGATE:
        return weir_number_negate(a);
    case ROUND:
        return weir_number_round(a, places, WEIR_ROUND_HALF_AWAY);
    case FLOOR:
        return weir_number_round(a, places, WEIR_ROUND_FLOOR);
    default:
        return weir_number_round(a, places, WEIR_ROUND_CEIL);
    }
}

static void round_exactly(enum operation operation, mpq_t x, int places)
{
    mpq_t half;
    oracle_shift(x, places);
    if (operation == ROUND) {
        mpq_init(half);
        mpq_set_si(half, mpq_sgn(x) < 0 ? -1 : 1, 2);
        mpq_add(x, x, half);
        mpq_clear(half);
        mpz_tdiv_q(mpq_numref(x), mpq_numref(x), mpq_denref(x));
    } else if (operation == FLOOR) {
        mpz_fdiv_q(mpq_numref(x), mpq_numref(x), mpq_denref(x));
    } else {
        mpz_cdiv_q(mpq_numref(x), mpq_numref(x), mpq_denref(x));
    }
    mpz_set_ui(mpq_denref(x), 1);
    oracle_shift(x, -places);
}

static void apply(enum operation operation, mpq_t x, const mpq_t y, int places)
{
    mpq_t times;
    switch (operation) {
    case ADD:
        mpq_add(x, x, y);
        return;
    case SUBTRACT:
        mpq_sub(x, x, y);
        return;
    case MULTIPLY:
        mpq_mul(x, x, y);
        return;
    case DIVIDE:
        mpq_div(x, x, y);
        return;
    case MODULO:
        mpq_init(times);
        mpq_div(times, x, y);
        mpz_tdiv_q(mpq_numref(times), mpq_numref(times), mpq_denref(times));
        mpz_set_ui(mpq_denref(times), 1);
        mpq_mul(times, times, y);
        mpq_sub(x, x, times);
        mpq_clear(times);
        return;
    case NEGATE:
        mpq_neg(x, x);
        return;
    default:
        round_exactly(operation, x, places);
    }
}

/* A result must be the exact decimal if that fits, otherwise the nearest
 * double. */
static void check_value(const struct weir_number *got, const mpq_t exact,
                        bool as_double)
{
    double nearest = oracle_double(exact);
    if (!isfinite(nearest)) {
        fuzz_require(got->kind == WEIR_NULL, "an infinite result is none");
        return;
    }
    if (!as_double && oracle_is_decimal(exact)) {
        mpq_t value;
        mpq_init(value);
        fuzz_require(got->kind == WEIR_DECIMAL, "not a decimal");
        oracle_value(got, value);
        fuzz_require(mpq_equal(value, exact), "not the exact result");
        mpq_clear(value);
        return;
    }
    struct weir_number expected = weir_number_from_double(nearest);
    fuzz_require(got->kind == expected.kind &&
                     weir_number_double(got) == nearest,
                 "not the nearest double");
}

static void check_result(enum operation operation, int places,
                         const struct operand *a, const struct operand *b)
{
    struct weir_number got = result_of(operation, a->number, b->number, places);
    bool two = operation<NEGATE, rounds = operation> NEGATE;
    bool bad =
        a->number.kind == WEIR_BAD || (two && b->number.kind == WEIR_BAD);
    if (!a->is_number || (two && !b->is_number)) {
        fuzz_require(got.kind == (bad ? WEIR_BAD : WEIR_NULL),
                     "a result of what is no number");
        return;
    }
    if ((operation == DIVIDE || operation == MODULO) &&
        mpq_sgn(b->value) == 0) {
        fuzz_require(got.kind == WEIR_NULL, "a division by zero is a number");
        return;
    }
    mpq_t exact;
    mpq_init(exact);
    mpq_set(exact, a->value);
    apply(operation, exact, b->value, places);
    bool binary =
        a->number.kind == WEIR_BINARY || (two && b->number.kind == WEIR_BINARY);
    check_value(&got, exact, binary && !rounds);
    mpq_clear(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct fuzz_input input = {bytes, len};
    struct operand operand[2] = {0};
    if (len < 3 || len > CELL_MAX)
        return 0;
    enum operation operation =
        (enum operation)(fuzz_byte(&input) % N_OPERATIONS);
    int places = fuzz_byte(&input) - 128;
    uint8_t form = fuzz_byte(&input);
    for (int i = 0; i < 2; i++) {
        mpq_init(operand[i].value);
        if (form >> i & 1)
            take_double(&input, &operand[i]);
        else
            take_cell(&input, &operand[i]);
        check_forms(&operand[i]);
    }
    check_order(&operand[0], &operand[1]);
    check_result(operation, places * (form & 128 ? 12 : 1), &operand[0],
                 &operand[1]);
    for (int i = 0; i < 2; i++) {
        mpq_clear(operand[i].value);
        free(operand[i].cell);
    }
    return 0;
}
