/*
 * The memory estimate, and sizes as people write them.
 */
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>

static unsigned phases_of(const struct weir_estimate *estimate)
{
    return estimate->phases ? estimate->phases : WEIR_PHASES;
}

void weir_estimate_add(struct weir_estimate *estimate, size_t bytes,
                       const char *format, ...)
{
    size_t max = sizeof(estimate->line) / sizeof(estimate->line[0]);
    if (estimate->n == max) {
        estimate->line[max - 1].bytes += bytes;
        estimate->line[max - 1].phases |= phases_of(estimate);
        return;
    }
    struct weir_estimate_line *line = &estimate->line[estimate->n++];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line->what, sizeof(line->what), format, arguments);
    va_end(arguments);
    line->bytes = bytes;
    line->phases = phases_of(estimate);
}

void weir_estimate_add_all(struct weir_estimate *estimate,
                           const struct weir_estimate *from, size_t times)
{
    unsigned phases = estimate->phases;
    for (size_t i = 0; i < from->n; i++) {
        const struct weir_estimate_line *line = &from->line[i];
        estimate->phases = line->phases & phases_of(estimate);
        if (times == 1)
            weir_estimate_add(estimate, line->bytes, "%s", line->what);
        else
            weir_estimate_add(estimate, times * line->bytes, "%zu x %s", times,
                              line->what);
        estimate->phases = phases;
    }
}

size_t weir_estimate_phase(const struct weir_estimate *estimate,
                           enum weir_phase phase)
{
    size_t bytes = 0;
    for (size_t i = 0; i < estimate->n; i++)
        if (estimate->line[i].phases & phase)
            bytes += estimate->line[i].bytes;
    return bytes;
}

size_t weir_estimate_total(const struct weir_estimate *estimate)
{
    size_t max = 0;
    for (unsigned phase = 1; phase & WEIR_PHASES; phase <<= 1) {
        size_t bytes = weir_estimate_phase(estimate, (enum weir_phase)phase);
        max = bytes > max ? bytes : max;
    }
    return max;
}

const char *weir_size_text(char *into, uint64_t bytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB",
                                        "TiB",   "PiB", "EiB"};
    unsigned unit = 0;
    while (unit < 6 && bytes >> (10 * unit) >= 1024)
        unit++;

    unsigned shift = 10 * unit;
    uint64_t whole = bytes >> shift;
    uint64_t rest = bytes - (whole << shift);
    uint64_t tenths =
        unit ? (rest * 10 + (UINT64_C(1) << (shift - 1))) >> shift : 0;
    if (tenths == 10) {
        tenths = 0;
        whole++;
    }
    if (whole == 1024 && unit < 6) { /* 1023.96 KiB is 1 MiB */
        whole = 1;
        unit++;
    }
    if (tenths)
        (void)snprintf(into, 32, "%u.%u %s", (unsigned)whole, (unsigned)tenths,
                       units[unit]);
    else
        (void)snprintf(into, 32, "%u %s", (unsigned)whole, units[unit]);
    return into;
}

const char *weir_size_enough(char *into, uint64_t bytes)
{
    unsigned shift = 0;
    while (shift < 60 && bytes >> shift >= 1024)
        shift += 10;
    uint64_t unit = UINT64_C(1) << shift, rest = bytes & (unit - 1);
    uint64_t tenths = (rest * 10 + unit - 1) >> shift;
    return weir_size_text(into, bytes - rest + tenths * unit / 10);
}

/* Reads digits into *value, and returns how many there were; -1 if the value
 * does not fit in 64 bits. */
static int digits(const char **text, uint64_t *value)
{
    int n = 0;
    for (*value = 0; **text >= '0' && **text <= '9'; (*text)++, n++) {
        uint64_t digit = (uint64_t)(**text - '0');
        if (*value > (UINT64_MAX - digit) / 10)
            return -1;
        *value = *value * 10 + digit;
    }
    return n;
}

/* The power of two that a unit stands for ("", B, K, Ki, KB, KiB, M, ...); -1
 * if it is not a unit. */
static int unit_shift(const char *text)
{
    static const char letters[] = "kmgt";
    int shift = 0;
    for (int i = 0; letters[i]; i++)
        if ((*text | 0x20) == letters[i])
            shift = 10 * (i + 1);
    if (shift)
        text++;
    if (shift && (*text | 0x20) == 'i')
        text++;
    if ((*text | 0x20) == 'b')
        text++;
    return *text ? -1 : shift;
}

bool weir_size_parse(const char *text, uint64_t *bytes)
{
    uint64_t whole;
    uint64_t part = 0;
    uint64_t unit_of_part = 1;
    int n = digits(&text, &whole);
    if (n < 0)
        return false;
    if (*text == '.') {
        text++;
        int n_part = digits(&text, &part);
        if (n_part < 0 || n_part > 6 || n + n_part == 0)
            return false;
        n += n_part;
        while (n_part-- > 0)
            unit_of_part *= 10;
    }
    int shift = unit_shift(text);
    if (n == 0 || shift < 0 || (part && shift == 0))
        return false;
    if (whole > UINT64_MAX >> shift)
        return false;
    whole <<= shift;
    part = (part << shift) / unit_of_part; /* below 2^20 * 2^40 */
    if (whole > UINT64_MAX - part)
        return false;
    *bytes = whole + part;
    return true;
}
