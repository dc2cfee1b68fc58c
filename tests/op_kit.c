#include "tests/op_kit.h"

#include "base/error.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

const char op_bad[] = "(bad)";

/* Programs that are not libcheck's use this file too. */
static void must(bool so)
{
    if (!so)
        abort();
}

static bool is_null(const char *cell)
{
    return !cell || !*cell;
}

/* Fills a vector with texts in a block of their exact size, so that a sanitizer
 * sees reads past its end. */
static void fill_texts(struct weir_vector *v, void **block,
                       const char *const *cell, size_t rows)
{
    size_t len = 0;
    for (size_t r = 0; r < rows; r++)
        len += is_null(cell[r]) || cell[r] == OP_BAD ? 0 : strlen(cell[r]);
    free(*block);
    char *at = *block = malloc(len + !len);
    must(at != NULL);
    v->base = at;
    v->any_bad = false;
    for (size_t r = 0; r < rows; r++) {
        v->span[r] = (struct weir_span){0, 0};
        if (cell[r] == OP_BAD) {
            v->span[r].start = WEIR_SPAN_BAD;
            v->any_bad = true;
        } else if (!is_null(cell[r])) {
            size_t n = strlen(cell[r]);
            memcpy(at, cell[r], n);
            v->span[r].start = (uint32_t)(at - v->base);
            v->span[r].len = (uint32_t)n;
            at += n;
        }
    }
}

static void fill_numbers(struct weir_vector *v, const char *const *cell,
                         size_t rows)
{
    v->base = "";
    v->uniform = v->any_bad = false;
    for (size_t r = 0; r < rows; r++) {
        struct weir_number number = {.kind = WEIR_NULL};
        if (cell[r] == OP_BAD)
            number.kind = WEIR_BAD;
        else if (cell[r])
            number =
                weir_number_read((struct weir_text){cell[r], strlen(cell[r])});
        must(number.kind != WEIR_WIDE);
        v->mantissa[r] = number.mantissa;
        v->form[r] = (struct weir_form){number.exponent, number.kind};
        v->any_bad |= number.kind == WEIR_BAD;
    }
}

static void open_input(struct weir_vector *v, char type)
{
    *v = (struct weir_vector){.type = type == 'n' ? WEIR_TYPE_NUMBER
                                                  : WEIR_TYPE_TEXT};
    v->span = calloc(OP_ROWS, sizeof *v->span);
    v->mantissa = calloc(OP_ROWS, sizeof *v->mantissa);
    v->form = calloc(OP_ROWS, sizeof *v->form);
    must(v->span && v->mantissa && v->form);
}

void op_open(struct op_run *run, const struct weir_step *step,
             const char *types)
{
    struct weir_step last = *step;
    *run = (struct op_run){.n_columns = strlen(types)};
    weir_program_init(&run->program);
    for (size_t i = 0; i < 3; i++) {
        last.in[i] = WEIR_NO_REGISTER;
        if (i >= run->n_columns)
            continue;
        open_input(&run->input[i], types[i]);
        struct weir_step load = {
            .op = types[i] == 'n' ? &weir_op_load_number : &weir_op_load_cell,
            .in = {WEIR_NO_REGISTER, WEIR_NO_REGISTER, WEIR_NO_REGISTER},
            .choice = (int32_t)i};
        last.in[i] = weir_program_add(&run->program, &load);
        must(last.in[i] != WEIR_NO_REGISTER);
    }
    run->out = weir_program_add(&run->program, &last);
    must(run->out != WEIR_NO_REGISTER);
    struct weir_error error;
    must(weir_program_open(&run->program, OP_ROWS, &error) == WEIR_OK);
}

bool op_go(struct op_run *run, size_t rows)
{
    for (size_t i = 0; i < run->n_columns; i++)
        if (run->input[i].type == WEIR_TYPE_NUMBER)
            fill_numbers(&run->input[i], run->column[i], rows);
        else
            fill_texts(&run->input[i], &run->block[i], run->column[i], rows);
    return weir_program_run(&run->program, run->input, true, rows);
}

static const char *text_row(struct op_run *run, struct weir_text text)
{
    if (text.len == 0)
        return NULL;
    must(text.len < sizeof run->row);
    memcpy(run->row, text.bytes, text.len);
    run->row[text.len] = '\0';
    return run->row;
}

const char *op_row(struct op_run *run, size_t row)
{
    static const char *const booleans[] = {[WEIR_FALSE] = "false",
                                           [WEIR_TRUE] = "true",
                                           [WEIR_UNKNOWN] = "unknown"};
    const struct weir_vector *v = weir_program_vector(&run->program, run->out);
    if (weir_vector_bad(v, row))
        return OP_BAD;
    if (v->type == WEIR_TYPE_BOOLEAN) {
        must(v->boolean[row] < WEIR_BOOLEAN_BAD); /* or any_bad was wrong */
        return booleans[v->boolean[row]];
    }
    if (v->type != WEIR_TYPE_NUMBER)
        return text_row(run, weir_vector_text(v, row));
    struct weir_number number = weir_vector_number(v, row);
    char text[WEIR_NUMBER_TEXT];
    must(number.kind != WEIR_BAD); /* or any_bad was wrong */
    size_t len = weir_number_write(&number, text, sizeof text);
    return text_row(run, (struct weir_text){text, len});
}

void op_close(struct op_run *run)
{
    weir_program_release(&run->program);
    for (size_t i = 0; i < run->n_columns; i++) {
        free(run->input[i].span);
        free(run->input[i].mantissa);
        free(run->input[i].form);
        free(run->block[i]);
    }
}

static void check_row(struct op_run *run, size_t row,
                      const struct op_case *expected)
{
    const char *got = op_row(run, row);
    const char *in[3];
    for (size_t i = 0; i < 3; i++)
        in[i] = expected->in[i] ? expected->in[i] : "(null)";
    bool same = got && expected->out ? !strcmp(got, expected->out)
                                     : got == expected->out;
    ck_assert_msg(same, "%s(%s, %s, %s) is %s, not %s",
                  run->program.step[run->out].op->name, in[0], in[1], in[2],
                  got ? got : "(null)",
                  expected->out ? expected->out : "(null)");
}

void op_check(const struct weir_step *step, const char *types,
              const struct op_case *cases, size_t n)
{
    struct op_run *run = malloc(sizeof *run);
    ck_assert_ptr_nonnull(run);
    ck_assert_uint_le(n, OP_ROWS);
    op_open(run, step, types);
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < 3; i++)
            run->column[i][r] = cases[r].in[i];
    ck_assert(op_go(run, n));
    for (size_t r = 0; r < n; r++)
        check_row(run, r, &cases[r]);
    for (size_t r = 0; r < n; r++) {
        for (size_t i = 0; i < 3; i++)
            run->column[i][0] = cases[r].in[i];
        ck_assert(op_go(run, 1));
        check_row(run, 0, &cases[r]);
    }
    op_close(run);
    free(run);
}

void op_check_refused(const struct weir_step *step, const char *types,
                      const char *row)
{
    struct op_run *run = malloc(sizeof *run);
    ck_assert_ptr_nonnull(run);
    uint64_t before = weir_memory_total().live;
    size_t refused = 0;
    for (bool done = false; !done; refused += !done) {
        op_open(run, step, types);
        for (size_t r = 0; r < OP_ROWS; r++)
            run->column[0][r] = run->column[1][r] = row;
        weir_memory_fail_at(refused + 1);
        done = op_go(run, OP_ROWS);
        weir_memory_fail_at(0);
        op_close(run);
        ck_assert_uint_eq(weir_memory_total().live, before);
    }
    ck_assert_uint_gt(refused, 0);
    free(run);
}
