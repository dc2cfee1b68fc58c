/*
 * The structural scan: where do fields and records end?
 *
 * The block scans look at 64 bytes at a time. A comparison for each of
 * delimiter, line feed, carriage return and quote gives a 64-bit mask; the
 * prefix xor of the quotes' mask (a carry-less multiplication by all ones) is
 * the mask of bytes inside quotes (Langdale and Lemire, Parsing gigabytes of
 * JSON per second, 2019). What is left outside are the separators, and their
 * positions are written out.
 *
 * That reading is right as long as every quote that opens stands at a field's
 * beginning. Where one does not (5" pipe), the text is irregular and the byte
 * machine, which knows all of the dialect, reads it instead.
 *
 * One file an instruction set, chosen at run time (base/isa.h).
 */
#ifndef WEIR_READERS_SCAN_SCAN_H
#define WEIR_READERS_SCAN_SCAN_H

#include "base/isa.h"
#include "base/stream.h"
#include "readers/csv/dialect.h"

/* What a scan looks for: bytes in every lane's width. */
struct weir_scan_marks {
    char delimiter, quote;
    bool has_delimiter, has_quote;
};

/*
 * Separators, offsets of the bytes that end fields, that were found and not yet
 * used: separator[first, n), first > 0. separator[first - 1] is the end of the
 * record before: the next record begins at the byte after it.
 *
 *     text:  1,Al,37\n2,Bo,41\n
 *           ^ ^  ^   ^           separator: -1, 1, 4, 7, 9, 12, 15
 *
 * Where a record ends in CRLF its separator is the LF.
 */
struct weir_scan_queue {
    uint32_t *separator;
    size_t first, n, capacity;
    size_t ends;     /* how many of them end a record */
    size_t at;       /* text up to here has been scanned */
    uint64_t lines;  /* line ends in it, quoted ones too */
    uint64_t inside; /* all ones inside quotes, for the block scan */
    uint64_t opens;  /* 1 if a quote at `at` would open a field */
    uint8_t state;   /* of the byte machine */
    bool returns;    /* what was scanned may hold a CR */
    bool quotes;     /* and quotes */
    bool irregular;  /* some of them open where none may */
};

/* The block scan may write a whole block's worth past the room. */
#define WEIR_SCAN_SPARE 64

/* Where text can be cut after a whole record. */
struct weir_cut {
    size_t at;       /* text[0, at) was looked at */
    size_t end;      /* text[0, end) is whole records; 0: none yet */
    uint64_t inside; /* all ones while inside quotes */
    uint64_t opens;  /* 1 if a quote at `at` would open a field */
    bool irregular;  /* at, end and inside mean nothing */
};

struct weir_scan {
    const char *name;
    /*
     * Each appends the separators of text[queue->at, len) to the queue while
     * at least 64 are free, and moves queue->at. Text may begin and end
     * anywhere; text[len] counts for a CR at its end. WEIR_BATCH_PAD bytes past
     * len are readable.
     *
     * simple: text that has a delimiter, and holds no quote and no CR. false:
     * there is one, and what was appended means nothing. Without a quote, give
     * '\r' for it. unquoted: text without quotes. quoted: any text whose quotes
     * open at the beginning of a field; queue->irregular says if some do not.
     */
    bool (*simple)(const struct weir_scan_marks *marks, const char *text,
                   size_t len, struct weir_scan_queue *queue);
    void (*unquoted)(const struct weir_scan_marks *marks, const char *text,
                     size_t len, struct weir_scan_queue *queue);
    void (*quoted)(const struct weir_scan_marks *marks, const char *text,
                   size_t len, struct weir_scan_queue *queue);
    /*
     * Moves the cut over text[cut->at, len). text[len] must be set: to a LF
     * where it is not yet known, so that a CRLF is not cut in two.
     */
    void (*cut)(const struct weir_scan_marks *marks, const char *text,
                size_t len, struct weir_cut *cut);
    /*
     * The same over text[0, len) at once, for text that begins outside quotes,
     * cut[0], and inside them, cut[1]. Only end and irregular are set. The
     * first byte must be no quote.
     */
    void (*cut_both)(const struct weir_scan_marks *marks, const char *text,
                     size_t len, struct weir_cut cut[2]);
};

extern const struct weir_scan weir_scan_plain;
extern const struct weir_scan weir_scan_sse42;
extern const struct weir_scan weir_scan_avx2;
extern const struct weir_scan weir_scan_avx512;
extern const struct weir_scan weir_scan_neon;

/* A set's, which the machine must have. */
const struct weir_scan *weir_scan_of(enum weir_isa isa);

/* That of weir_isa_now(). */
const struct weir_scan *weir_scan_best(void);

/*
 * The byte machine: the whole dialect, one byte at a time. Appends separators
 * as the block scans do; a comment is a record of one field.
 */
void weir_scan_exact(const struct weir_dialect *dialect, const char *text,
                     size_t len, struct weir_scan_queue *queue);

/* Where the byte machine is; all zero at the beginning of a record. */
struct weir_machine {
    size_t at;      /* text[0, at) was looked at */
    size_t end;     /* text[0, end) is whole records; 0: none yet */
    size_t opened;  /* where the last quote opened */
    uint64_t lines; /* line ends passed, quoted ones too */
    uint8_t state;
    bool last; /* nothing follows: no need to wait for what may */
};

/* Makes it begin within a record: inside quotes, or where a field may begin. */
void weir_machine_enter(struct weir_machine *machine, bool quoted);

/* Moves the machine over text[at, len), to cut. */
void weir_cut_exact(const struct weir_dialect *dialect, const char *text,
                    size_t len, struct weir_machine *machine);

/* The same, but only to the end of the next record: whether there was one. */
bool weir_cut_first(const struct weir_dialect *dialect, const char *text,
                    size_t len, struct weir_machine *machine);

/* And to the end of the next field, at *where. false: text ends before. */
bool weir_cut_field(const struct weir_dialect *dialect, const char *text,
                    size_t len, struct weir_machine *machine, size_t *where);

/* Whether it stands inside quotes, opened at `opened`. */
bool weir_machine_quoted(const struct weir_machine *machine);

#endif
