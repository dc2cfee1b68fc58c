/*
 * The instruction-set law of the block scans, over random text at every offset
 * and of every length. A scan cuts and splits the text as the byte machine
 * does, or reports that the text is irregular. The bytes after the text do not
 * matter.
 */
#include "readers/scan/scan.h"
#include "tests/isa_law.h"
#include "tests/reading.h"

#include <stdlib.h>
#include <string.h>

#define MOST 16384
#define MARGIN 128

static const struct weir_scan_marks marks = {
    .delimiter = ',', .quote = '"', .has_delimiter = true, .has_quote = true};
static const struct weir_dialect dialect = {
    .delimiter = ",", .delimiter_len = 1, .quote = '"', .escape = WEIR_OFF};

/* The current text, and the buffer in which it lies. */
static char scratch[MARGIN + MOST + MARGIN];
static char *text;
static size_t len;
static bool tidy; /* no part of it is irregular */
static enum weir_isa isa;
static const struct weir_scan *scan;
static uint64_t seed;

static uint32_t found[2][MOST + MARGIN];

/* Fills the buffer with marks, and puts the text somewhere into it. */
static void place(const char *from, size_t n)
{
    for (size_t i = 0; i < sizeof scratch; i++)
        scratch[i] = "\",\n\rx"[isa_draw(&seed, 5)];
    text = scratch + isa_draw(&seed, 64);
    len = n < MOST ? n : MOST;
    if (len)
        memcpy(text, from, len);
}

/* Cuts a text that grows as it would by reads. Returns whether all of it is
 * regular. */
static bool check_cut(unsigned step)
{
    struct weir_cut cut = {.opens = 1};
    struct weir_machine machine = {0};
    for (size_t now = 0; now < len;) {
        now += 1 + isa_draw(&seed, step);
        now = now < len ? now : len;
        char next = text[now];
        text[now] = '\n';
        scan->cut(&marks, text, now, &cut);
        text[now] = next;
        weir_cut_exact(&dialect, text, now, &machine);
        if (cut.irregular && tidy)
            isa_fail(isa, "cut: tidy text is irregular before %zu", now);
        if (cut.irregular)
            return false;
        if (cut.end != machine.end)
            isa_fail(isa, "cut: at %zu, not %zu, of %zu", cut.end, machine.end,
                     now);
    }
    return true;
}

static bool is_simple(void)
{
    return !memchr(text, '"', len) && !memchr(text, '\r', len);
}

enum way {
    SIMPLE,
    UNQUOTED,
    QUOTED
};

static void split_some(enum way way, struct weir_scan_queue *queue)
{
    if (way == QUOTED)
        scan->quoted(&marks, text, len, queue);
    else if (way == UNQUOTED)
        scan->unquoted(&marks, text, len, queue);
    else if (!scan->simple(&marks, text, len, queue))
        isa_fail(isa, "simple: not so, of %zu", len);
}

/* Splits the text from an offset on, in several calls, because the capacity of
 * the queue is small. */
static struct weir_scan_queue split(enum way way, size_t at, uint64_t inside)
{
    struct weir_scan_queue queue = {
        .separator = found[0], .at = at, .inside = inside, .opens = 1};
    while (queue.at < len) {
        queue.capacity = queue.n + 64 + isa_draw(&seed, 2 * MARGIN);
        if (queue.capacity > MOST + MARGIN)
            queue.capacity = MOST + MARGIN;
        split_some(way, &queue);
    }
    return queue;
}

static struct weir_scan_queue split_exactly(void)
{
    struct weir_scan_queue queue = {.separator = found[1],
                                    .capacity = MOST + MARGIN};
    weir_scan_exact(&dialect, text, len, &queue);
    return queue;
}

static void check_split(enum way way)
{
    static const char *const names[] = {"simple", "unquoted", "quoted"};
    struct weir_scan_queue got = split(way, 0, 0), exact = split_exactly();
    const char *which = names[way];
    for (size_t i = 0; i < got.n && i < exact.n; i++)
        if (found[0][i] != found[1][i])
            isa_fail(isa, "%s: separator %zu at %u, not %u, of %zu", which, i,
                     found[0][i], found[1][i], len);
    if (got.n != exact.n || got.ends != exact.ends ||
        got.lines != exact.lines || got.at != exact.at)
        isa_fail(isa,
                 "%s: %zu separators, %zu ends and %zu lines, not %zu, %zu "
                 "and %zu, of %zu",
                 which, got.n, got.ends, (size_t)got.lines, exact.n, exact.ends,
                 (size_t)exact.lines, len);
    if (way == QUOTED && got.irregular)
        isa_fail(isa, "quoted: irregular, of %zu", len);
    if (way == QUOTED && got.quotes != (memchr(text, '"', len) != NULL))
        isa_fail(isa, "quoted: quotes, of %zu", len);
}

/* Whether text[at] is inside quotes. */
static bool inside(size_t at)
{
    size_t n = 0;
    for (size_t i = 0; i < at; i++)
        n += text[i] == '"';
    return n % 2 == 1;
}

static void fail_part(const char *what, size_t at, size_t from)
{
    isa_fail(isa, "part: %s at %zu, from %zu of %zu", what, at, from, len);
}

/* Splits regular text from a random offset, with the knowledge of whether that
 * is inside quotes. The separators must be those of the byte machine from there
 * on. */
static void check_part(void)
{
    size_t from = len ? isa_draw(&seed, (unsigned)len) : 0, first = 0;
    struct weir_scan_queue exact = split_exactly();
    struct weir_scan_queue got =
        split(QUOTED, from, inside(from) ? UINT64_MAX : 0);
    while (first < exact.n && found[1][first] < from)
        first++;
    if (got.n != exact.n - first)
        fail_part("so many separators", got.n, from);
    for (size_t i = 0; i < got.n; i++)
        if (found[0][i] != found[1][first + i])
            fail_part("a separator", found[0][i], from);
    if (got.irregular)
        fail_part("irregular", got.at, from);
    if (inside(len) != (got.inside != 0))
        fail_part("inside", len, from);
}

static void check_not_simple(void)
{
    struct weir_scan_queue queue = {.separator = found[0],
                                    .capacity = MOST + MARGIN};
    if (scan->simple(&marks, text, len, &queue))
        isa_fail(isa, "simple: a quote or CR passed by, of %zu", len);
}

static void check_text(void)
{
    static const unsigned steps[] = {1, 3, 64, 65, 130, MOST};
    bool regular = check_cut(steps[isa_draw(&seed, 6)]);
    struct weir_machine machine = {.last = true};
    weir_cut_exact(&dialect, text, len, &machine);
    len = machine.end;
    /* The byte after a record that ends with CR must not be LF. */
    if (len && text[len] == '\n')
        text[len] = 'x';
    if (is_simple())
        check_split(SIMPLE);
    else
        check_not_simple();
    if (!memchr(text, '"', len))
        check_split(UNQUOTED);
    if (regular)
        check_split(QUOTED);
    if (regular)
        check_part();
}

/* Writes text that consists of separators and short quoted fields. */
static size_t draw_dense(char *into, size_t n)
{
    bool quotes = isa_draw(&seed, 2);
    size_t used = 0;
    while (used + 4 <= n) {
        unsigned form = isa_draw(&seed, quotes ? 6 : 4);
        static const char *const forms[] = {",",   "\n",    "\r\n",
                                            "a\r", "\"\",", "\"\"\n"};
        size_t form_len = strlen(forms[form]);
        memcpy(into + used, forms[form], form_len);
        used += form_len;
        if (form >= 4 && isa_draw(&seed, 2)) {
            char inside = ",\n\rx"[isa_draw(&seed, 4)];
            into[used - 2] = inside;
            into[used - 1] = '"';
            into[used++] = "\n,"[isa_draw(&seed, 2)];
        }
    }
    return used;
}

void isa_scan_law(enum weir_isa set, unsigned seeds)
{
    static const struct random_csv options[] = {
        {.delimiter = ","},
        {.delimiter = ",", .ragged = true},
        {.delimiter = ",", .tidy = true},
    };
    isa = set;
    scan = weir_scan_of(isa);
    for (unsigned i = 0; i < seeds; i++) {
        seed = i;
        size_t n;
        char *csv = random_csv_text(i, &options[i % 3], &n);
        if (i % 2)
            for (char *at = csv;
                 (at = memchr(at, '"', n - (size_t)(at - csv)));)
                *at = 'q';
        tidy = i % 3 == 2 || i % 2;
        place(csv, n);
        check_text();
        free(csv);
        char dense[400];
        n = draw_dense(dense, i % sizeof dense);
        tidy = true;
        place(dense, n);
        check_text();
    }
}
