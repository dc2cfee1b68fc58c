/*
 * isa - measures the structural scans and the decoders of every instruction set
 * that this machine has.
 *
 *     isa USERS.csv QUOTED.csv        (data/make users, data/make quoted)
 *
 * A part of each file, as large as a batch, is scanned again and again from the
 * L2 cache, and columns of similar cells are decoded. The table shows the best
 * of many runs, because other work on the machine can only slow a run.
 */
#include "base/decode.h"
#include "readers/scan/scan.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROOM ((size_t)128 << 10)
#define CELLS ((size_t)1024)
#define RUNS 3000

static const struct weir_scan_marks marks = {
    .delimiter = ',', .quote = '"', .has_delimiter = true, .has_quote = true};

/* The beginning of a file, in whole records. */
struct text {
    char bytes[ROOM + WEIR_BATCH_PAD];
    size_t len;
};

static struct text users, quoted;
static uint32_t separators[ROOM + WEIR_BATCH_PAD];

static void load(struct text *text, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(3);
    }
    text->len = fread(text->bytes, 1, ROOM, file);
    fclose(file);
    struct weir_cut cut = {.opens = 1};
    weir_scan_plain.cut(&marks, text->bytes, text->len, &cut);
    if (cut.irregular || cut.end == 0) {
        fprintf(stderr, "%s: quotes are not regular\n", path);
        exit(1);
    }
    text->len = cut.end;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* The seconds of a job in the best of RUNS runs, each of which does it `times`
 * times. */
static double best(void (*job)(void *), void *what, unsigned times)
{
    double min = 1e9;
    for (unsigned run = 0; run < RUNS; run++) {
        double start = now();
        for (unsigned i = 0; i < times; i++)
            job(what);
        double took = (now() - start) / times;
        min = took < min ? took : min;
    }
    return min;
}

struct scanning {
    bool (*simple)(const struct weir_scan_marks *, const char *, size_t,
                   struct weir_scan_queue *);
    void (*scan)(const struct weir_scan_marks *, const char *, size_t,
                 struct weir_scan_queue *);
    void (*cut)(const struct weir_scan_marks *, const char *, size_t,
                struct weir_cut *);
    struct text *text;
};

static void scan(void *what)
{
    const struct scanning *s = what;
    struct weir_scan_queue queue = {.separator = separators, .capacity = ROOM};
    s->scan(&marks, s->text->bytes, s->text->len, &queue);
}

static void simple(void *what)
{
    const struct scanning *s = what;
    struct weir_scan_queue queue = {.separator = separators, .capacity = ROOM};
    if (!s->simple(&marks, s->text->bytes, s->text->len, &queue))
        abort();
}

static void cut(void *what)
{
    const struct scanning *s = what;
    struct weir_cut cut = {.opens = 1};
    assert(s->cut);
    s->cut(&marks, s->text->bytes, s->text->len, &cut);
}

static double gigabytes(struct scanning *s)
{
    double seconds = best(s->simple ? simple : s->scan ? scan : cut, s, 4);
    return (double)s->text->len / seconds / 1e9;
}

struct column {
    const struct weir_cell_decoder *decoder;
    int16_t exponent;
    uint32_t digits; /* the mantissa's range: 10^digits */
    bool either_sign;
    char text[WEIR_BATCH_PAD + CELLS * 24 + WEIR_BATCH_PAD];
    struct weir_span span[CELLS];
    int64_t mantissa[CELLS];
    size_t read;
};

static void write_cells(struct column *column)
{
    uint64_t seed = 1;
    char *at = column->text + WEIR_BATCH_PAD;
    for (size_t i = 0; i < CELLS; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        int64_t scale = weir_power_of_ten[-column->exponent];
        int64_t min = weir_power_of_ten[column->digits - 1];
        int64_t n = min + (int64_t)(seed >> 16) % (9 * min);
        bool minus = column->either_sign && seed >> 63;
        int len =
            sprintf(at, "%s%lld", minus ? "-" : "", (long long)(n / scale));
        if (column->exponent)
            len += sprintf(at + len, ".%0*lld", -column->exponent,
                           (long long)(n % scale));
        column->span[i] =
            (struct weir_span){(uint32_t)(at - column->text), (uint32_t)len};
        at += len;
        *at++ = '\n';
    }
}

static void decode(void *what)
{
    struct column *column = what;
    column->read = column->decoder->read(column->text, column->span, CELLS,
                                         column->exponent, column->mantissa);
}

/* The general reader, which reads the cells that no decoder reads. */
static size_t read_each(const char *base, const struct weir_span *span,
                        size_t rows, int16_t exponent, int64_t *mantissa)
{
    for (size_t r = 0; r < rows; r++) {
        struct weir_text cell = {base + span[r].start, span[r].len};
        struct weir_number number = weir_number_read(cell);
        if (number.exponent != exponent)
            return r;
        mantissa[r] = number.mantissa;
    }
    return rows;
}

static void print_scans(enum weir_isa isa)
{
    const struct weir_scan *set = weir_scan_of(isa);
    struct scanning scannings[] = {
        {.simple = set->simple, .text = &users},
        {.scan = set->unquoted, .text = &users},
        {.scan = set->quoted, .text = &quoted},
        {.cut = set->cut, .text = &users},
        {.cut = set->cut, .text = &quoted},
    };
    for (size_t i = 0; i < sizeof scannings / sizeof *scannings; i++)
        printf(" %.1f |", gigabytes(&scannings[i]));
}

static void print_decoder(const struct weir_cell_decoder *decoder)
{
    static struct column columns[] = {
        {.digits = 2},                                      /* 37 */
        {.digits = 4, .exponent = -2, .either_sign = true}, /* -12.50 */
        {.digits = 8, .exponent = -2},                      /* 131906.32 */
        {.digits = 15},
    };
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        struct column *column = &columns[i];
        column->decoder = decoder;
        write_cells(column);
        decode(column);
        if (column->read == CELLS)
            printf(" %.2f |", best(decode, column, 16) / CELLS * 1e9);
        else
            printf(" - |");
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    static const struct weir_cell_decoder each = {.read = read_each};
    if (argc != 3) {
        fprintf(stderr, "usage: isa USERS.csv QUOTED.csv\n");
        return 2;
    }
    load(&users, argv[1]);
    load(&quoted, argv[2]);
    puts("| set | simple, users | unquoted, users | quoted, quoted | cut, "
         "users | cut, quoted "
         "| 37 | -12.50 | 131906.32 | 15 digits |");
    puts("|---|---|---|---|---|---|---|---|---|---|");
    for (enum weir_isa isa = 0; isa < WEIR_ISAS; isa++)
        if (weir_isa_has(isa)) {
            printf("| %s |", weir_isa_name(isa));
            print_scans(isa);
            print_decoder(weir_cell_decoder_of(isa));
        }
    printf("| one by one | | | | | |");
    print_decoder(&each);
    return 0;
}
