/*
 * The structural scan: where do fields and records end?
 *
 * The block scans process 64 bytes at a time. A comparison for each of
 * delimiter, line feed, carriage return and quote gives a 64-bit mask. The
 * prefix xor of the quotes' mask (a carry-less multiplication by all ones) is
 * the mask of the bytes inside quotes (Langdale and Lemire, Parsing gigabytes
 * of JSON per second, 2019). The delimiters and line ends outside quotes are
 * the separators, and their offsets are written out.
 *
 * This is right if every quote that opens stands at the beginning of a field.
 * If one does not (5" pipe), the text is irregular, and the byte machine reads
 * it instead; that knows the whole dialect.
 *
 * Each instruction set has a file. The choice is made at run time (base/isa.h).
 * The functions keep nothing between calls, and need no lock.
 */
#ifndef WEIR_READERS_SCAN_SCAN_H
#define WEIR_READERS_SCAN_SCAN_H

#include "base/isa.h"
#include "base/stream.h"
#include "readers/csv/dialect.h"

/* The bytes that a block scan looks for, besides LF and CR. */
struct weir_scan_marks {
    char delimiter, quote;
    bool has_delimiter, has_quote;
};

/*
 * The separators that a scan has found and that are not yet used:
 * separator[first, n), with first > 0. A separator is the offset of the byte
 * that ends a field. separator[first - 1] is the end of the record before, so
 * the next record begins at the byte after it.
 *
 *     text:  1,Al,37\n2,Bo,41\n
 *           ^ ^  ^   ^           separator: -1, 1, 4, 7, 9, 12, 15
 *
 * If a record ends in CRLF, its separator is the LF.
 */
struct weir_scan_queue {
    uint32_t *separator;
    size_t first, n, capacity;
    size_t ends;     /* how many of them end a record */
    size_t at;       /* text[0, at) has been scanned */
    uint64_t lines;  /* line ends scanned so far, including quoted ones */
    uint64_t inside; /* for the block scan: all ones inside quotes */
    uint64_t opens;  /* 1 if a quote at `at` would open a field */
    uint8_t state;   /* state of the byte machine */
    bool returns;    /* the scanned text may contain a CR */
    bool quotes;     /* the scanned text contains a quote */
    bool irregular;  /* a quote opens where none may */
};

/* A block scan appends up to this many at once, so it stops with fewer free. */
#define WEIR_SCAN_SPARE 64

/* Where text can be cut after a whole record. See weir_scan's `cut`. */
struct weir_cut {
    size_t at;       /* text[0, at) has been scanned */
    size_t end;      /* text[0, end) is whole records; 0 means none yet */
    uint64_t inside; /* all ones while inside quotes */
    uint64_t opens;  /* 1 if a quote at `at` would open a field */
    bool irregular;  /* a quote opens where none may: the rest is invalid */
};

struct weir_scan {
    const char *name;
    /*
     * The next three append the separators of text[queue->at, len) to the queue
     * while at least 64 are free, and move queue->at. Text may begin and end
     * anywhere. If it ends in a CR, text[len] shows whether that is half of a
     * CRLF. WEIR_BATCH_PAD bytes after len must be readable.
     *
     * simple: for text with a delimiter, and without quotes and CRs. It returns
     * false if there is a quote or a CR; the separators appended are then
     * invalid. If the dialect has no quote, marks->quote must be '\r'.
     * unquoted: for text without quotes. quoted: for text whose quotes open at
     * the beginning of a field; queue->irregular says whether one does not.
     */
    bool (*simple)(const struct weir_scan_marks *marks, const char *text,
                   size_t len, struct weir_scan_queue *queue);
    void (*unquoted)(const struct weir_scan_marks *marks, const char *text,
                     size_t len, struct weir_scan_queue *queue);
    void (*quoted)(const struct weir_scan_marks *marks, const char *text,
                   size_t len, struct weir_scan_queue *queue);
    /* Moves the cut over text[cut->at, len). The caller must set text[len]: if
     * the byte that follows is not yet known, to LF, so that a CRLF is not cut
     * in two. */
    void (*cut)(const struct weir_scan_marks *marks, const char *text,
                size_t len, struct weir_cut *cut);
    /* The same over text[0, len) at once, both for text that begins outside
     * quotes (cut[0]) and for text that begins inside them (cut[1]). Only `end`
     * and `irregular` are set. The first byte must not be a quote. */
    void (*cut_both)(const struct weir_scan_marks *marks, const char *text,
                     size_t len, struct weir_cut cut[2]);
};

extern const struct weir_scan weir_scan_plain;
extern const struct weir_scan weir_scan_sse42;
extern const struct weir_scan weir_scan_avx2;
extern const struct weir_scan weir_scan_avx512;
extern const struct weir_scan weir_scan_neon;

/* The block scan for an instruction set, which the machine must have. */
const struct weir_scan *weir_scan_of(enum weir_isa isa);

/* The block scan for weir_isa_now(). */
const struct weir_scan *weir_scan_best(void);

/* The byte machine: reads the whole dialect, one byte at a time. It appends
 * separators as the block scans do. A comment is a record of one field. */
void weir_scan_exact(const struct weir_dialect *dialect, const char *text,
                     size_t len, struct weir_scan_queue *queue);

/* The state of the byte machine. All zero is the beginning of a record. */
struct weir_machine {
    size_t at;      /* text[0, at) has been read */
    size_t end;     /* text[0, end) is whole records; 0 means none yet */
    size_t opened;  /* offset where the last quote opened */
    uint64_t lines; /* line ends passed, including quoted ones */
    uint8_t state;
    bool last; /* nothing follows text[len) */
};

/* Begins within a record: inside quotes, or where a field may begin. */
void weir_machine_enter(struct weir_machine *machine, bool quoted);

/* Moves over text[machine->at, len), and machine->end past its last record. */
void weir_cut_exact(const struct weir_dialect *dialect, const char *text,
                    size_t len, struct weir_machine *machine);

/* As far as the end of the next record; false: there is none. */
bool weir_cut_first(const struct weir_dialect *dialect, const char *text,
                    size_t len, struct weir_machine *machine);

/* As far as the end of the next field, which is at *where. false: the record or
 * the text ends before a delimiter. */
bool weir_cut_field(const struct weir_dialect *dialect, const char *text,
                    size_t len, struct weir_machine *machine, size_t *where);

/* Whether the machine is inside quotes. The quote is at machine->opened. */
bool weir_machine_quoted(const struct weir_machine *machine);

#endif
