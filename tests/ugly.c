/*
 * Random CSV: every form a file has been seen in, too often.
 */
#include "tests/reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ink {
    FILE *out;
    const struct ugly *ugly;
    uint64_t seed;
    unsigned line_ends; /* 0 LF, 1 CRLF, 2 CR, 3 any */
};

/* 0 to n - 1 (Steele, Lea and Flood's splitmix). */
static unsigned draw(struct ink *ink, unsigned n)
{
    uint64_t x = ink->seed += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return (unsigned)((x ^ x >> 31) % n);
}

static void line_end(struct ink *ink)
{
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    unsigned which = ink->line_ends < 3 ? ink->line_ends : draw(ink, 3);
    fputs(ends[which], ink->out);
}

static void word(struct ink *ink)
{
    static const char *const words[] = {
        "a",       "1",         "-2.5e3", "NA", "Zo\xc3\xab", "\xe6\xb0\xb4",
        "x y",     " lead",     "trail ", "\t", "  ",         "0.1",
        "#no",     "longer so", ":",      ";",  "'",          "null",
        "\xff\xfe"};
    if (draw(ink, 60) == 0)
        fputc('\0', ink->out);
    else if (draw(ink, 40) == 0)
        for (unsigned n = draw(ink, 400); n; n--)
            fputc('a' + (int)(n % 26), ink->out);
    else
        fputs(words[draw(ink, sizeof words / sizeof *words)], ink->out);
}

static void quoted(struct ink *ink)
{
    fputc('"', ink->out);
    for (unsigned n = draw(ink, 4); n; n--)
        switch (draw(ink, 7)) {
        case 0:
            fputs(ink->ugly->delimiter, ink->out);
            break;
        case 1:
            fputs("\"\"", ink->out);
            break;
        case 2:
            line_end(ink);
            break;
        case 3:
            fputs("\r", ink->out);
            break;
        default:
            word(ink);
        }
    fputc('"', ink->out);
}

/* A field as no writer should have written it. */
static void strange(struct ink *ink)
{
    switch (draw(ink, 6)) {
    case 0: /* a bare quote */
        word(ink);
        fputs(draw(ink, 2) ? "\"" : "\"\"", ink->out);
        word(ink);
        break;
    case 1: /* text after a closing quote */
        quoted(ink);
        word(ink);
        break;
    case 2: /* and quotes after that */
        quoted(ink);
        fputc(' ', ink->out);
        quoted(ink);
        break;
    case 3: /* a quote after blanks */
        fputs(" \t", ink->out);
        quoted(ink);
        break;
    case 4:
        quoted(ink);
        fputs("  ", ink->out);
        break;
    default:
        if (ink->ugly->escape)
            fprintf(ink->out, "%c%c", ink->ugly->escape,
                    "\"\\,:\r\nx"[draw(ink, 7)]);
    }
}

static void field(struct ink *ink)
{
    unsigned form = draw(ink, 12);
    if (form < 2)
        return;
    if (form < 8 || ink->ugly->bare)
        word(ink);
    else if (form < 10 || ink->ugly->tidy)
        quoted(ink);
    else
        strange(ink);
}

static void record(struct ink *ink, unsigned n_fields)
{
    for (unsigned k = 0; k < n_fields; k++) {
        if (k)
            fputs(ink->ugly->delimiter, ink->out);
        field(ink);
    }
}

static void line(struct ink *ink, unsigned n_fields)
{
    if (!ink->ugly->tidy && draw(ink, 20) == 0) {
        line_end(ink);
    } else if (ink->ugly->comment && draw(ink, 10) == 0) {
        fputc(ink->ugly->comment, ink->out);
        record(ink, 2);
    }
    if (ink->ugly->ragged && draw(ink, 10) == 0)
        n_fields = 1 + draw(ink, 8);
    record(ink, n_fields);
}

char *ugly_csv(uint64_t seed, const struct ugly *ugly, size_t *len)
{
    char *text = NULL;
    struct ink ink = {open_memstream(&text, len), ugly, seed, 0};
    unsigned n_fields = 1 + draw(&ink, 6),
             n_lines = draw(&ink, ugly->lines ? ugly->lines : 60);
    bool plain = draw(&ink, 4) == 0; /* a fast lane wants a run of these */
    ink.line_ends = draw(&ink, 4);
    if (draw(&ink, 8) == 0)
        fputs("\xef\xbb\xbf", ink.out);
    for (unsigned k = 0; k < n_fields; k++)
        fprintf(ink.out, "%sc%u", k ? ugly->delimiter : "", k);
    line_end(&ink);
    for (unsigned i = 0; i < n_lines; i++) {
        if (plain && draw(&ink, 50))
            for (unsigned k = 0; k < n_fields; k++)
                fprintf(ink.out, "%s%u", k ? ugly->delimiter : "",
                        draw(&ink, 1000));
        else
            line(&ink, n_fields);
        if (i + 1 < n_lines || draw(&ink, 3))
            line_end(&ink);
    }
    if (!ugly->tidy && draw(&ink, 30) == 0)
        fputs("\"never closed\nx,y\n", ink.out);
    (void)fclose(ink.out);
    return text;
}
