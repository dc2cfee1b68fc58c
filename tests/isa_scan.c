/*
 * The instruction-set law of the block scans: over seeded ugly text, at every
 * offset, of every length, they cut and split as the byte machine does, or say
 * that the text is irregular; and what lies past the text means nothing.
 */
#include "readers/scan.h"
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

/* One text to try, and where it lies. */
static char room[MARGIN + MOST + MARGIN];
static char *text;
static size_t len;
static bool tidy; /* nothing in it is irregular */
static enum weir_isa isa;
static const struct weir_scan *scan;
static uint64_t seed;

static uint32_t found[2][MOST + MARGIN];

/* All of the room is full of marks, and the text lies somewhere in it. */
static void place(const char *from, size_t n)
{
    for (size_t i = 0; i < sizeof room; i++)
        room[i] = "\",\n\rx"[isa_draw(&seed, 5)];
    text = room + isa_draw(&seed, 64);
    len = n < MOST ? n : MOST;
    if (len)
        memcpy(text, from, len);
}

/* Grows the text as reads would, to its end; whether it is regular. */
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
    SEEN, /* simple, and copied from elsewhere */
    UNQUOTED,
    QUOTED
};

static char elsewhere[64 + MOST + MARGIN];
static const char *seen;

/* Moves the text there, so that only a copy brings it back. */
static void move_away(void)
{
    char *to = elsewhere + isa_draw(&seed, 64);
    memcpy(to, text, len);
    memset(text, '"', len);
    seen = to;
}

static void split_some(enum way way, struct weir_batch *batch)
{
    if (way == QUOTED)
        scan->quoted(&marks, text, len, batch);
    else if (way == UNQUOTED)
        scan->unquoted(&marks, text, len, batch);
    else if (!scan->simple(&marks, way == SEEN ? seen : NULL, text, len, batch))
        isa_fail(isa, "simple: not so, of %zu", len);
}

/* Splits whole records in as many calls as a queue of some room takes. */
static struct weir_scan_queue split(enum way way)
{
    struct weir_batch batch = {.scan.separator = found[0]};
    while (batch.scan.at < len) {
        batch.separators_room = batch.scan.n + 64 + isa_draw(&seed, 2 * MARGIN);
        if (batch.separators_room > MOST + MARGIN)
            batch.separators_room = MOST + MARGIN;
        split_some(way, &batch);
    }
    return batch.scan;
}

static void check_split(enum way way)
{
    static const char *const names[] = {"simple", "seen", "unquoted", "quoted"};
    struct weir_batch exact = {.scan.separator = found[1],
                               .separators_room = MOST + MARGIN};
    if (way == SEEN)
        move_away();
    struct weir_scan_queue got = split(way);
    if (way == SEEN && len && memcmp(text, seen, len) != 0)
        isa_fail(isa, "seen: another text, of %zu", len);
    weir_scan_exact(&dialect, text, len, &exact);
    const char *which = names[way];
    for (size_t i = 0; i < got.n && i < exact.scan.n; i++)
        if (found[0][i] != found[1][i])
            isa_fail(isa, "%s: separator %zu at %u, not %u, of %zu", which, i,
                     found[0][i], found[1][i], len);
    if (got.n != exact.scan.n || got.ends != exact.scan.ends ||
        got.lines != exact.scan.lines || got.at != exact.scan.at)
        isa_fail(isa,
                 "%s: %zu separators, %zu ends and %zu lines, not %zu, %zu "
                 "and %zu, of %zu",
                 which, got.n, got.ends, (size_t)got.lines, exact.scan.n,
                 exact.scan.ends, (size_t)exact.scan.lines, len);
}

/* Whether text[at] is inside quotes. */
static bool inside(size_t at)
{
    size_t n = 0;
    for (size_t i = 0; i < at; i++)
        n += text[i] == '"';
    return n % 2 == 1;
}

static void fail_piece(const char *what, size_t at, size_t from)
{
    isa_fail(isa, "piece: %s at %zu, from %zu of %zu", what, at, from, len);
}

/* What was split off a piece from text[from] on is what the byte machine finds
 * there. */
static void check_found(const struct weir_scan_piece *piece,
                        const struct weir_scan_queue *queue, size_t from)
{
    struct weir_batch all = {.scan.separator = found[1],
                             .separators_room = MOST + MARGIN};
    size_t at = piece->cut.at, first = 0;
    weir_scan_exact(&dialect, text, len, &all);
    if (piece->cut.irregular)
        fail_piece("irregular", at, from);
    while (first < all.scan.n && found[1][first] < from)
        first++;
    for (size_t i = 0; i < queue->n; i++)
        if (first + i >= all.scan.n ||
            found[0][i] + from != found[1][first + i])
            fail_piece("a separator", found[0][i], from);
    /* A CR at the very end may be half of a CRLF. */
    size_t next = first + queue->n;
    if (next + 1 == all.scan.n && text[len - 1] == '\r')
        next++;
    if (next < all.scan.n && found[1][next] < from + at)
        fail_piece("none where there is one", found[1][next], from);
    if (inside(from + at) != (piece->cut.inside != 0))
        fail_piece("inside", at, from);
}

/* Its text lies elsewhere, and here what would be seen. */
static void copy_away(struct weir_scan_piece *piece)
{
    char *away = elsewhere + isa_draw(&seed, 64);
    memcpy(away, piece->text, piece->len);
    memset(piece->text, isa_draw(&seed, 2) ? '\r' : '"', piece->len);
    piece->from = away;
}

/* A piece from any place to the end, copied or not, in a queue of some room. */
static void check_piece(bool regular)
{
    struct weir_batch batch = {.scan.separator = found[0]};
    size_t from = len ? isa_draw(&seed, (unsigned)len) : 0;
    if (len == 0 || text[from] == '"')
        return;
    struct weir_scan_piece piece = {.text = text + from, .len = len - from};
    piece.cut.inside = inside(from) ? UINT64_MAX : 0;
    text[len] = '\n';
    if (isa_draw(&seed, 2))
        copy_away(&piece);
    batch.separators_room = 64 + isa_draw(&seed, MOST);
    scan->piece(&marks, &piece, &batch);
    size_t at = piece.cut.at;
    if (piece.from && memcmp(piece.text, piece.from, at) != 0)
        fail_piece("another text", at, from);
    if (piece.from)
        memcpy(piece.text, piece.from, piece.len);
    if (piece.quotes != (memchr(piece.text, '"', at) != NULL))
        fail_piece("quotes", at, from);
    if (at < piece.len && batch.scan.n + 64 <= batch.separators_room)
        fail_piece("stopped", at, from);
    if (regular)
        check_found(&piece, &batch.scan, from);
}

static void check_not_simple(void)
{
    struct weir_batch batch = {.scan.separator = found[0],
                               .separators_room = MOST + MARGIN};
    if (scan->simple(&marks, NULL, text, len, &batch))
        isa_fail(isa, "simple: a quote or CR passed by, of %zu", len);
}

static void check_text(void)
{
    static const unsigned steps[] = {1, 3, 64, 65, 130, MOST};
    bool regular = check_cut(steps[isa_draw(&seed, 6)]);
    struct weir_machine machine = {.last = true};
    weir_cut_exact(&dialect, text, len, &machine);
    len = machine.end;
    /* The byte after a record's CR is no LF. */
    if (len && text[len] == '\n')
        text[len] = 'x';
    if (is_simple()) {
        check_split(SIMPLE);
        check_split(SEEN);
    } else {
        check_not_simple();
    }
    if (!memchr(text, '"', len))
        check_split(UNQUOTED);
    if (regular)
        check_split(QUOTED);
    check_piece(regular);
}

/* Text of structure alone, unquoted or in short quoted fields. */
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
    static const struct ugly ugly[] = {
        {.delimiter = ","},
        {.delimiter = ",", .ragged = true},
        {.delimiter = ",", .tidy = true},
    };
    isa = set;
    scan = weir_scan_of(isa);
    for (unsigned i = 0; i < seeds; i++) {
        seed = i;
        size_t n;
        char *csv = ugly_csv(i, &ugly[i % 3], &n);
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
