/*
 * Answers questions about steps for an oracle in another language. Each line of
 * the input is `step TAB choice TAB operand [TAB operand [TAB operand]]`.
 * Operands are in hexadecimal; the pattern of like and match is the second one.
 * The answer is null, bad, or = and the result in hexadecimal.
 */
#include "tests/op_kit.h"

#include "base/error.h"
#include "pipeline/ops/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const struct weir_op *op;
    const char *name, *types;
    bool pattern;
} steps[] = {
    {&weir_op_lower, "lower", "t", false},
    {&weir_op_upper, "upper", "t", false},
    {&weir_op_trim, "trim", "t", false},
    {&weir_op_trim, "trim2", "tt", false},
    {&weir_op_length, "length", "t", false},
    {&weir_op_concat, "concat", "tt", false},
    {&weir_op_substr, "substr2", "tn", false},
    {&weir_op_substr, "substr3", "tnn", false},
    {&weir_op_like, "like", "t", true},
    {&weir_op_match, "match", "t", true},
    {&weir_op_date, "date", "t", false},
    {&weir_op_date_part, "part", "t", false},
    {&weir_op_date_trunc, "trunc", "t", false},
    {&weir_op_date_diff, "diff", "tt", false},
    {&weir_op_date_add, "add", "tn", false},
    {&weir_op_epoch, "epoch", "t", false},
    {&weir_op_from_epoch, "from_epoch", "n", false},
    {&weir_op_strptime, "strptime", "t", true},
    {&weir_op_strftime, "strftime", "t", true},
    {&weir_op_at_zone, "at_zone", "t", true},
};
#define N_STEPS (sizeof(steps) / sizeof(*steps))

/* Decodes hexadecimal digits to bytes, in place. */
static char *decode(char *text)
{
    size_t len = text ? strlen(text) / 2 : 0;
    for (size_t i = 0; i < len; i++) {
        char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};
        text[i] = (char)strtoul(pair, NULL, 16);
    }
    if (text)
        text[len] = '\0';
    return text;
}

static void print(const char *row)
{
    if (!row || row == OP_BAD) {
        puts(row ? "bad" : "null");
        return;
    }
    putchar('=');
    for (; *row; row++)
        printf("%02x", (unsigned)(unsigned char)*row);
    putchar('\n');
}

static void answer(char *line)
{
    static struct op_run run;
    const char *name = strsep(&line, "\t");
    const char *choice = strsep(&line, "\t");
    const char *operand[3];
    size_t i = 0;
    size_t len[3]; /* a pattern may have zero bytes */
    for (size_t o = 0; o < 3; o++) {
        char *hex = strsep(&line, "\t");
        len[o] = hex ? strlen(hex) / 2 : 0;
        operand[o] = decode(hex);
    }
    while (i < N_STEPS && strcmp(steps[i].name, name) != 0)
        i++;
    if (i == N_STEPS || !choice)
        exit(2);
    struct weir_step step = {.op = steps[i].op,
                             .choice = (int32_t)strtol(choice, NULL, 10)};
    if (steps[i].pattern) {
        struct weir_error error;
        step.constant.text = (struct weir_text){operand[1], len[1]};
        if (step.op == &weir_op_match)
            step.extra = weir_match_compile(step.constant.text, &error);
        if (step.op == &weir_op_at_zone)
            step.extra = weir_zone_open(step.constant.text, &error);
    }
    op_open(&run, &step, steps[i].types);
    for (size_t o = 0; o < 3; o++)
        run.column[o][0] = operand[o];
    if (!op_go(&run, 1))
        exit(3);
    print(op_row(&run, 0));
    op_close(&run);
}

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;
    struct weir_error error;
    if (weir_casing_open(&error)) {
        (void)fprintf(stderr, "%s\n", error.message);
        return EXIT_FAILURE;
    }
    while (getline(&line, &capacity, stdin) > 0) {
        line[strcspn(line, "\n")] = '\0';
        answer(line);
    }
    free(line);
    return 0;
}
