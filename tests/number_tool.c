/*
 * Answers questions about numbers for an oracle in another language. Each line
 * of the input is `operation TAB operand [TAB operand]`. An operand is a cell,
 * in which \t is a tab, or =X for the double that strtod reads in X.
 */
#include "base/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct operation {
    const char *name;
    struct weir_number (*of)(struct weir_number, struct weir_number);
};

static struct weir_number negate(struct weir_number a, struct weir_number b)
{
    (void)b;
    return weir_number_negate(a);
}

static int places(struct weir_number b)
{
    return (int)weir_number_double(&b);
}

static struct weir_number round_half(struct weir_number a, struct weir_number b)
{
    return weir_number_round(a, places(b), WEIR_ROUND_HALF_AWAY);
}

static struct weir_number floor_of(struct weir_number a, struct weir_number b)
{
    return weir_number_round(a, places(b), WEIR_ROUND_FLOOR);
}

static struct weir_number ceil_of(struct weir_number a, struct weir_number b)
{
    return weir_number_round(a, places(b), WEIR_ROUND_CEIL);
}

static struct weir_number first(struct weir_number a, struct weir_number b)
{
    (void)b;
    return a;
}

static const struct operation operations[] = {
    {"read", first},
    {"add", weir_number_add},
    {"subtract", weir_number_subtract},
    {"multiply", weir_number_multiply},
    {"divide", weir_number_divide},
    {"modulo", weir_number_modulo},
    {"negate", negate},
    {"round", round_half},
    {"floor", floor_of},
    {"ceil", ceil_of},
};

/*
 * Reads an operand. The cell is allocated at its exact size, so that a
 * sanitizer sees reads past it. The caller frees *cell.
 */
static struct weir_number operand(const char *text, char **cell)
{
    size_t len = 0;
    *cell = NULL;
    if (!text)
        return (struct weir_number){.kind = WEIR_NULL};
    if (*text == '=')
        return weir_number_from_double(strtod(text + 1, NULL));
    char *copy = strdup(text);
    for (const char *p = text; copy && *p; p++) {
        bool tab = p[0] == '\\' && p[1] == 't';
        copy[len++] = tab ? '\t' : *p;
        p += tab;
    }
    *cell = malloc(len + !len);
    if (!copy || !*cell)
        abort();
    memcpy(*cell, copy, len);
    free(copy);
    return weir_number_read((struct weir_text){*cell, len});
}

/* Prints the kind, the number as it is stored, the nearest double, and the
 * number as weir writes it. */
static void print(const struct weir_number *number)
{
    static const char kinds[] = "NDBWXT";
    char scratch[4096];
    size_t len = weir_number_write(number, scratch, sizeof(scratch));
    printf("%c %lld %d %a %.*s\n", kinds[number->kind],
           (long long)number->mantissa, (int)number->exponent,
           weir_number_double(number), (int)len, scratch);
}

static void answer(const char *name, struct weir_number a, struct weir_number b)
{
    if (!strcmp(name, "compare")) {
        int order = weir_natural_compare(&a, &b);
        printf("%d\n", (order > 0) - (order < 0));
        return;
    }
    for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++) {
        if (!strcmp(name, operations[i].name)) {
            struct weir_number c = operations[i].of(a, b);
            print(&c);
        }
    }
}

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) > 0) {
        char *rest = line, *a_cell, *b_cell;
        line[strcspn(line, "\n")] = '\0';
        const char *name = strsep(&rest, "\t");
        struct weir_number a = operand(strsep(&rest, "\t"), &a_cell);
        struct weir_number b = operand(strsep(&rest, "\t"), &b_cell);
        answer(name, a, b);
        free(a_cell);
        free(b_cell);
    }
    free(line);
    return 0;
}
