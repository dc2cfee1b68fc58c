/*
 * Random CSV with every oddity that files have been seen to have, more often
 * than they have it.
 */
#include "tests/reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct writer {
    FILE *out;
    const struct random_csv *options;
    uint64_t seed;
    unsigned line_ends; /* 0 LF, 1 CRLF, 2 CR, 3 a mixture */
};

/* A random number from 0 to n - 1 (splitmix, by Steele, Lea and Flood). */
static unsigned draw(struct writer *writer, unsigned n)
{
    uint64_t x = writer->seed += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return (unsigned)((x ^ x >> 31) % n);
}

static void line_end(struct writer *writer)
{
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    unsigned which =
        writer->line_ends < 3 ? writer->line_ends : draw(writer, 3);
    fputs(ends[which], writer->out);
}

static void word(struct writer *writer)
{
    static const char *const words[] = {
        "a",       "1",         "-2.5e3", "NA", "Zo\xc3\xab", "\xe6\xb0\xb4",
        "x y",     " lead",     "trail ", "\t", "  ",         "0.1",
        "#no",     "longer so", ":",      ";",  "'",          "null",
        "\xff\xfe"};
    if (draw(writer, 60) == 0)
        fputc('\0', writer->out);
    else if (draw(writer, 40) == 0)
        for (unsigned n = draw(writer, 400); n; n--)
            fputc('a' + (int)(n % 26), writer->out);
    else
        fputs(words[draw(writer, sizeof words / sizeof *words)], writer->out);
}

static void quoted(struct writer *writer)
{
    fputc('"', writer->out);
    for (unsigned n = draw(writer, 4); n; n--)
        switch (draw(writer, 7)) {
        case 0:
            fputs(writer->options->delimiter, writer->out);
            break;
        case 1:
            fputs("\"\"", writer->out);
            break;
        case 2:
            line_end(writer);
            break;
        case 3:
            fputs("\r", writer->out);
            break;
        default:
            word(writer);
        }
    fputc('"', writer->out);
}

/* A field that no program should write. */
static void strange(struct writer *writer)
{
    switch (draw(writer, 6)) {
    case 0: /* a bare quote */
        word(writer);
        fputs(draw(writer, 2) ? "\"" : "\"\"", writer->out);
        word(writer);
        break;
    case 1: /* text after a closing quote */
        quoted(writer);
        word(writer);
        break;
    case 2: /* and then more quotes */
        quoted(writer);
        fputc(' ', writer->out);
        quoted(writer);
        break;
    case 3: /* a quote after blanks */
        fputs(" \t", writer->out);
        quoted(writer);
        break;
    case 4:
        quoted(writer);
        fputs("  ", writer->out);
        break;
    default:
        if (writer->options->escape)
            fprintf(writer->out, "%c%c", writer->options->escape,
                    "\"\\,:\r\nxtNbZ07f.\t"[draw(writer, 16)]);
    }
}

static void field(struct writer *writer)
{
    unsigned form = draw(writer, 12);
    if (form < 2)
        return;
    if (form < 8 || writer->options->bare)
        word(writer);
    else if (form < 10 || writer->options->tidy)
        quoted(writer);
    else
        strange(writer);
}

static void record(struct writer *writer, unsigned n_fields)
{
    for (unsigned k = 0; k < n_fields; k++) {
        if (k)
            fputs(writer->options->delimiter, writer->out);
        field(writer);
    }
}

static void line(struct writer *writer, unsigned n_fields)
{
    if (!writer->options->tidy && draw(writer, 20) == 0) {
        line_end(writer);
    } else if (writer->options->comment && draw(writer, 10) == 0) {
        fputc(writer->options->comment, writer->out);
        record(writer, 2);
    }
    if (writer->options->ragged && draw(writer, 10) == 0)
        n_fields = 1 + draw(writer, 8);
    record(writer, n_fields);
}

char *random_csv_text(uint64_t seed, const struct random_csv *options,
                      size_t *len)
{
    char *text = NULL;
    struct writer writer = {open_memstream(&text, len), options, seed, 0};
    unsigned n_fields = 1 + draw(&writer, 6),
             n_lines = draw(&writer, options->lines ? options->lines : 60);
    bool plain = draw(&writer, 4) == 0; /* for the fast path: simple records */
    writer.line_ends = draw(&writer, 4);
    if (draw(&writer, 8) == 0)
        fputs("\xef\xbb\xbf", writer.out);
    for (unsigned k = 0; k < n_fields; k++)
        fprintf(writer.out, "%sc%u", k ? options->delimiter : "", k);
    line_end(&writer);
    for (unsigned i = 0; i < n_lines; i++) {
        if (plain && draw(&writer, 50))
            for (unsigned k = 0; k < n_fields; k++)
                fprintf(writer.out, "%s%u", k ? options->delimiter : "",
                        draw(&writer, 1000));
        else
            line(&writer, n_fields);
        if (i + 1 < n_lines || draw(&writer, 3))
            line_end(&writer);
    }
    if (!options->tidy && draw(&writer, 30) == 0)
        fputs("\"never closed\nx,y\n", writer.out);
    (void)fclose(writer.out);
    return text;
}
