/*
 * The instruction-set law of the number decoders. What a decoder reads is what
 * the general reader reads. If all cells of a column are in the form that
 * decoders read, and have up to 16 bytes (8 for plain C), the decoder reads all
 * but fewer than a group at its end.
 */
#include "base/decode.h"
#include "tests/isa_law.h"

#include <stdio.h>
#include <string.h>

#define CELLS 64
#define GROUP 8 /* most cells that a decoder reads at once */
#define PAD 64

static char text[PAD + CELLS * 40 + PAD];
static struct weir_span span[CELLS];
static size_t used;
static enum weir_isa isa;
static uint64_t seed;

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
    /* The bytes around a cell must not matter. */
    for (unsigned n = isa_draw(&seed, 3); n; n--)
        text[used++] = "0123456789.-,\n"[isa_draw(&seed, 14)];
}

/* Writes a number with `places` digits after the point, of at most `max`
 * bytes. */
static void draw_cell(char *cell, unsigned places, unsigned max)
{
    size_t len = 0;
    unsigned digits = isa_draw(&seed, max - places - (places > 0) + 1);
    if (digits + places == 0)
        digits = 1;
    if (digits + places + (places > 0) < max && isa_draw(&seed, 4) == 0)
        cell[len++] = '-';
    while (digits--)
        cell[len++] = (char)('0' + isa_draw(&seed, 10));
    if (places)
        cell[len++] = '.';
    while (places--)
        cell[len++] = (char)('0' + isa_draw(&seed, 10));
    cell[len] = '\0';
}

static void break_cell(char *cell)
{
    unsigned len = (unsigned)strlen(cell);
    switch (isa_draw(&seed, 4)) {
    case 0:
        *cell = '\0';
        break;
    case 1: /* cut short */
        cell[isa_draw(&seed, len)] = '\0';
        break;
    case 2:
        memcpy(cell + len, "0123456789012345", 1 + isa_draw(&seed, 16));
        cell[len + 17] = '\0';
        break;
    default:
        cell[isa_draw(&seed, len)] = "x. -+e/:\377\0"[isa_draw(&seed, 10)];
    }
}

/* Checks the numbers that the decoder has read. Returns how many it has
 * read. */
static size_t check_column(size_t n, int16_t exponent)
{
    int64_t mantissa[CELLS];
    size_t read =
        weir_cell_decoder_of(isa)->read(text, span, n, exponent, mantissa);
    if (read > n)
        isa_fail(isa, "decoder: %zu cells of %zu", read, n);
    for (size_t i = 0; i < read; i++) {
        struct weir_text cell = {text + span[i].start, span[i].len};
        struct weir_number number = weir_number_read(cell);
        if (number.kind != WEIR_DECIMAL || number.exponent != exponent ||
            number.mantissa != mantissa[i])
            isa_fail(isa, "decoder: %.*s is not %lld, places %d", (int)cell.len,
                     cell.bytes, (long long)mantissa[i], -exponent);
    }
    return read;
}

/* Checks one column of cells of at most `max` bytes. Unless it is whole, some
 * cells are broken. */
static void check_round(unsigned places, unsigned max, bool whole)
{
    size_t n = 1 + isa_draw(&seed, CELLS);
    char cell[64];
    begin();
    for (size_t i = 0; i < n; i++) {
        memset(cell, 0, sizeof cell);
        draw_cell(cell, places, max);
        if (!whole && isa_draw(&seed, 40) == 0)
            break_cell(cell);
        add(i, cell);
    }
    /* The decoder may be asked for an exponent that the column does not
     * have. */
    check_column(n, (int16_t)(2 - (int)isa_draw(&seed, 20)));
    size_t read = check_column(n, (int16_t)(0 - (int)places));
    unsigned can = isa == WEIR_ISA_PLAIN ? 8 : 16;
    if (whole && max <= can && n - read >= GROUP)
        isa_fail(isa, "decoder: only %zu cells of %zu, places %u", read, n,
                 places);
}

void isa_decoder_law(enum weir_isa set, unsigned rounds)
{
    isa = set;
    seed = 7;
    for (unsigned i = 0; i < rounds; i++) {
        unsigned max = 2 + isa_draw(&seed, 17);
        unsigned common = max < 4 ? max : 4;
        unsigned places = isa_draw(&seed, i % 3 ? common : max);
        check_round(places, max, i % 2);
    }
    if (strcmp(weir_cell_decoder_of(isa)->isa, weir_isa_name(isa)) != 0)
        isa_fail(isa, "decoder: is named %s", weir_cell_decoder_of(isa)->isa);
}
