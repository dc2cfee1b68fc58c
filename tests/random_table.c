/*
 * A random table: what is in its cells suits questions, how it is written
 * suits nobody.
 */
#include "tests/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ink {
    FILE *out;
    const struct random_table *table;
    uint64_t seed;
    unsigned line_ends; /* 0 LF, 1 CRLF, 2 CR, 3 any */
    unsigned keys;      /* how many there are */
    bool plain;         /* as short and as regular as numbers come */
};

#define PICK(ink, list) list[draw(&(ink)->seed, sizeof list / sizeof *list)]

static void line_end(struct ink *ink)
{
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    unsigned which = ink->line_ends;
    fputs(ends[which < 3 ? which : draw(&ink->seed, 3)], ink->out);
}

static void key(struct ink *ink, char *cell, size_t capacity)
{
    static const char *const form[] = {"%u", "k%u", "key of some length %u",
                                       "\xc3\xa9%u", "%u.0"};
    unsigned k = draw(&ink->seed, ink->keys);
    (void)snprintf(cell, capacity, form[ink->plain ? 1 : k % 5], k);
}

static void whole(struct ink *ink, char *cell, size_t capacity)
{
    int n = (int)draw(&ink->seed, ink->plain ? 100 : 4000) - 50;
    (void)snprintf(cell, capacity, "%d", n);
}

static void decimal(struct ink *ink, char *cell, size_t capacity)
{
    static const char *const odd[] = {"9223372036854775807",
                                      "-9223372036854775808",
                                      "123456789012345678901234567890",
                                      "-0.000000000000000000000000000001",
                                      "1e300",
                                      "-2.5E-3",
                                      "+7",
                                      ".5",
                                      "1.",
                                      "0",
                                      "-0",
                                      "0.1",
                                      "1.10",
                                      " 3 ",
                                      "\t4.25",
                                      "4611686018427387904",
                                      "1e-1000",
                                      "3037000500"};
    unsigned n = draw(&ink->seed, 100000);
    if (!ink->plain && draw(&ink->seed, 3) == 0)
        (void)snprintf(cell, capacity, "%s", PICK(ink, odd));
    else
        (void)snprintf(cell, capacity, "%s%u.%02u", n % 2 ? "-" : "", n / 100,
                       n % 100);
}

static void text(struct ink *ink, char *cell, size_t capacity)
{
    static const char *const words[] = {"apple",
                                        "Banana",
                                        "fig, dried",
                                        "say \"hi\"",
                                        "two\nlines",
                                        "\xc3\x9c"
                                        "ber",
                                        "\xff\xfe",
                                        "  blank ",
                                        "x%y_z",
                                        "\r\n",
                                        "",
                                        "the same word",
                                        "\xe6\xb0\xb4\xe6\xb0\xb4",
                                        "NULL",
                                        "12abc",
                                        "\""};
    const char *word = PICK(ink, words);
    unsigned n = draw(&ink->seed, 30) ? 1 : draw(&ink->seed, 20);
    *cell = '\0';
    for (size_t len = strlen(word); n && strlen(cell) + len + 1 < capacity; n--)
        strcat(cell, word);
}

static void date(struct ink *ink, char *cell, size_t capacity)
{
    static const char *const tails[] = {
        "", "", "T10:30:05", " 23:59", "T00:00:00Z", "T01:02:03.5+02:00"};
    uint64_t *seed = &ink->seed;
    (void)snprintf(cell, capacity, "%04u-%02u-%02u%s", 1990 + draw(seed, 40),
                   1 + draw(seed, 12), 1 + draw(seed, 28), PICK(ink, tails));
}

typedef void (*maker)(struct ink *ink, char *cell, size_t capacity);
static const maker makers[] = {key, whole, decimal, text, date};
#define N_MAKERS 5
#define N_COLUMNS 6

static void make_cell(struct ink *ink, unsigned column, char *cell,
                      size_t capacity)
{
    static const char *const none[] = {"abc", "1 2", "--5", "2024-13-01",
                                       "0x10"};
    unsigned which = column < N_MAKERS ? column : draw(&ink->seed, N_MAKERS);
    if (!ink->plain && draw(&ink->seed, 9) == 0)
        strcpy(cell, draw(&ink->seed, 4) ? "" : "  ");
    else if (ink->table->bad && draw(&ink->seed, 150) == 0)
        strcpy(cell, PICK(ink, none));
    else
        makers[which](ink, cell, capacity);
}

static void put_quoted(struct ink *ink, const char *cell)
{
    putc('"', ink->out);
    for (; *cell; cell++) {
        if (*cell == '"')
            putc('"', ink->out);
        putc(*cell, ink->out);
    }
    putc('"', ink->out);
}

static void put_cell(struct ink *ink, const char *cell)
{
    bool needed = cell[strcspn(cell, ",\r\n\"")] != '\0';
    if (ink->table->bare) {
        fputs(needed ? "bare" : cell, ink->out);
    } else if (needed || draw(&ink->seed, ink->plain ? 200 : 8) == 0) {
        put_quoted(ink, cell);
        if (!ink->table->tidy && draw(&ink->seed, 60) == 0)
            fputs("tail\"", ink->out);
    } else {
        fputs(cell, ink->out);
        if (*cell && !ink->table->tidy && draw(&ink->seed, 200) == 0)
            fputs("5\" bare", ink->out);
    }
}

static void record(struct ink *ink)
{
    char cell[512];
    unsigned n = N_COLUMNS;
    if (ink->table->ragged && draw(&ink->seed, 12) == 0)
        n = 1 + draw(&ink->seed, 9);
    for (unsigned c = 0; c < n; c++) {
        make_cell(ink, c, cell, sizeof cell);
        if (c)
            putc(',', ink->out);
        put_cell(ink, cell);
    }
}

char *random_table(uint64_t seed, const struct random_table *table, size_t *len)
{
    char *text = NULL;
    struct ink ink = {.out = open_memstream(&text, len),
                      .table = table,
                      .seed = seed * 31 + 7};
    unsigned lines = draw(&ink.seed, table->lines + 1 - table->min);
    lines += table->min;
    ink.line_ends = draw(&ink.seed, 4);
    if (table->scanners)
        ink.line_ends = 0;
    ink.plain = draw(&ink.seed, 4) == 0;
    ink.keys = draw(&ink.seed, 5) ? 1 + draw(&ink.seed, 8) : 2000;
    fputs("k,n,d,t,e,m", ink.out);
    line_end(&ink);
    for (unsigned i = 0; i < lines; i++) {
        if (draw(&ink.seed, 40) == 0)
            line_end(&ink);
        record(&ink);
        if (i + 1 < lines || draw(&ink.seed, 3))
            line_end(&ink);
    }
    if (!table->tidy && draw(&ink.seed, 50) == 0)
        fputs("\"never closed\nx,y\n", ink.out);
    (void)fclose(ink.out);
    return text;
}
