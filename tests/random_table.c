/*
 * A random table. Its cells suit random queries, but the way in which they are
 * written is difficult.
 */
#include "tests/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct writer {
    FILE *out;
    const struct random_table *table;
    uint64_t seed;
    unsigned line_ends; /* 0 LF, 1 CRLF, 2 CR, 3 a mixture */
    unsigned keys;      /* number of different keys */
    bool plain;         /* short and regular cells only */
};

#define PICK(writer, list)                                                     \
    list[draw(&(writer)->seed, sizeof list / sizeof *list)]

static void line_end(struct writer *writer)
{
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    unsigned which = writer->line_ends;
    fputs(ends[which < 3 ? which : draw(&writer->seed, 3)], writer->out);
}

static void key(struct writer *writer, char *cell, size_t capacity)
{
    static const char *const form[] = {"%u", "k%u", "key of some length %u",
                                       "\xc3\xa9%u", "%u.0"};
    unsigned k = draw(&writer->seed, writer->keys);
    (void)snprintf(cell, capacity, form[writer->plain ? 1 : k % 5], k);
}

static void whole(struct writer *writer, char *cell, size_t capacity)
{
    int n = (int)draw(&writer->seed, writer->plain ? 100 : 4000) - 50;
    (void)snprintf(cell, capacity, "%d", n);
}

static void decimal(struct writer *writer, char *cell, size_t capacity)
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
    unsigned n = draw(&writer->seed, 100000);
    if (!writer->plain && draw(&writer->seed, 3) == 0)
        (void)snprintf(cell, capacity, "%s", PICK(writer, odd));
    else
        (void)snprintf(cell, capacity, "%s%u.%02u", n % 2 ? "-" : "", n / 100,
                       n % 100);
}

static void text(struct writer *writer, char *cell, size_t capacity)
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
    const char *word = PICK(writer, words);
    unsigned n = draw(&writer->seed, 30) ? 1 : draw(&writer->seed, 20);
    *cell = '\0';
    for (size_t len = strlen(word); n && strlen(cell) + len + 1 < capacity; n--)
        strcat(cell, word);
}

static void date(struct writer *writer, char *cell, size_t capacity)
{
    static const char *const tails[] = {
        "", "", "T10:30:05", " 23:59", "T00:00:00Z", "T01:02:03.5+02:00"};
    uint64_t *seed = &writer->seed;
    (void)snprintf(cell, capacity, "%04u-%02u-%02u%s", 1990 + draw(seed, 40),
                   1 + draw(seed, 12), 1 + draw(seed, 28), PICK(writer, tails));
}

/* Writes a number in the table's notation: 1234.5 as 1.234,5. Longer ones get
 * no groups. */
static void write_in(struct weir_notation notation, char *cell, size_t capacity)
{
    size_t sign = *cell == '-', digits = strspn(cell + sign, "0123456789");
    size_t len = strlen(cell);
    weir_notation_localize(notation, cell, len);
    if (!notation.thousands || digits < 4 || digits > 6 || cell[sign] == '0' ||
        len + 2 > capacity)
        return;
    char *group = cell + sign + digits - 3;
    memmove(group + 1, group, strlen(group) + 1);
    *group = notation.thousands;
}

typedef void (*maker)(struct writer *writer, char *cell, size_t capacity);
static const maker makers[] = {key, whole, decimal, text, date};
#define N_MAKERS 5
#define N_COLUMNS 6

static void make_cell(struct writer *writer, unsigned column, char *cell,
                      size_t capacity)
{
    static const char *const none[] = {"abc", "1 2", "--5", "2024-13-01",
                                       "0x10"};
    unsigned which = column < N_MAKERS ? column : draw(&writer->seed, N_MAKERS);
    if (!writer->plain && draw(&writer->seed, 9) == 0)
        strcpy(cell, draw(&writer->seed, 4) ? "" : "  ");
    else if (writer->table->bad && draw(&writer->seed, 150) == 0)
        strcpy(cell, PICK(writer, none));
    else
        makers[which](writer, cell, capacity);
    if (makers[which] == whole || makers[which] == decimal)
        write_in(writer->table->notation, cell, capacity);
}

static void put_quoted(struct writer *writer, const char *cell)
{
    putc('"', writer->out);
    for (; *cell; cell++) {
        if (*cell == '"')
            putc('"', writer->out);
        putc(*cell, writer->out);
    }
    putc('"', writer->out);
}

static void put_cell(struct writer *writer, const char *cell)
{
    bool needed = cell[strcspn(cell, ",\r\n\"")] != '\0';
    if (writer->table->bare) {
        fputs(needed ? "bare" : cell, writer->out);
    } else if (needed || draw(&writer->seed, writer->plain ? 200 : 8) == 0) {
        put_quoted(writer, cell);
        if (!writer->table->tidy && draw(&writer->seed, 60) == 0)
            fputs("tail\"", writer->out);
    } else {
        fputs(cell, writer->out);
        if (*cell && !writer->table->tidy && draw(&writer->seed, 200) == 0)
            fputs("5\" bare", writer->out);
    }
}

static void record(struct writer *writer)
{
    char cell[512];
    unsigned n = N_COLUMNS;
    if (writer->table->ragged && draw(&writer->seed, 12) == 0)
        n = 1 + draw(&writer->seed, 9);
    for (unsigned c = 0; c < n; c++) {
        make_cell(writer, c, cell, sizeof cell);
        if (c)
            putc(',', writer->out);
        put_cell(writer, cell);
    }
}

char *random_table(uint64_t seed, const struct random_table *table, size_t *len)
{
    char *text = NULL;
    struct writer writer = {.out = open_memstream(&text, len),
                            .table = table,
                            .seed = seed * 31 + 7};
    unsigned lines = draw(&writer.seed, table->lines + 1 - table->min);
    lines += table->min;
    writer.line_ends = draw(&writer.seed, 4);
    if (table->only_lf)
        writer.line_ends = 0;
    writer.plain = draw(&writer.seed, 4) == 0;
    writer.keys = draw(&writer.seed, 5) ? 1 + draw(&writer.seed, 8) : 2000;
    fputs("k,n,d,t,e,m", writer.out);
    line_end(&writer);
    for (unsigned i = 0; i < lines; i++) {
        if (draw(&writer.seed, 40) == 0)
            line_end(&writer);
        record(&writer);
        if (i + 1 < lines || draw(&writer.seed, 3))
            line_end(&writer);
    }
    if (!table->tidy && draw(&writer.seed, 50) == 0)
        fputs("\"never closed\nx,y\n", writer.out);
    (void)fclose(writer.out);
    return text;
}
