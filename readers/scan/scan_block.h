/*
 * The loops of the block scans. An instruction set's file defines these
 * functions and then includes this file:
 *
 *     weir_block_find(text, byte)      64 bytes to a mask of those equal
 *     weir_block_emit(out, mask, base) writes base + the indices of the mask's
 *                                      ones; may write up to 64 elements
 *     weir_block_prefix_xor(mask)      bit i: the parity of bits 0 to i
 *     weir_block_see(seen, text, byte) notes in `seen`, at first all zero,
 *                                      whether any of 64 bytes are equal
 *     weir_block_any(seen)             whether any were
 *
 * This is a template by inclusion, so that each file compiles the loops for its
 * own instructions.
 */
#ifndef WEIR_READERS_SCAN_SCAN_BLOCK_H
#define WEIR_READERS_SCAN_SCAN_BLOCK_H

#include "readers/scan/scan.h"

#include <string.h>

#define WEIR_BLOCK 64

/* The masks of one block. Bytes at len or after it are left out. */
struct weir_block {
    uint64_t delimiter, line_end, quote;
    uint64_t carriage_return;
    uint64_t structure; /* delimiter, LF and CR together */
};

static inline struct weir_block
weir_block_read(const struct weir_scan_marks *marks, const char *text,
                size_t rest)
{
    uint64_t valid = rest < WEIR_BLOCK ? ((uint64_t)1 << rest) - 1 : UINT64_MAX;
    uint64_t line_feed = weir_block_find(text, '\n') & valid;
    uint64_t carriage_return = weir_block_find(text, '\r') & valid;
    struct weir_block block = {.line_end = line_feed,
                               .carriage_return = carriage_return};
    if (marks->has_delimiter)
        block.delimiter = weir_block_find(text, marks->delimiter) & valid;
    block.structure = block.delimiter | line_feed | carriage_return;
    /* A CR is a line end of its own only if no LF follows. */
    if (carriage_return)
        block.line_end |= carriage_return & ~weir_block_find(text + 1, '\n');
    return block;
}

/* Finds the block's quotes. Returns the mask of the bytes inside quotes, and
 * moves *inside over the block. */
static inline uint64_t weir_block_quotes(const struct weir_scan_marks *marks,
                                         const char *text, size_t rest,
                                         struct weir_block *block,
                                         uint64_t *inside)
{
    uint64_t valid = rest < WEIR_BLOCK ? ((uint64_t)1 << rest) - 1 : UINT64_MAX;
    block->quote = weir_block_find(text, marks->quote) & valid;
    uint64_t within = weir_block_prefix_xor(block->quote) ^ *inside;
    *inside = (uint64_t)((int64_t)within >> 63);
    return within;
}

static inline void weir_block_push(struct weir_scan_queue *queue,
                                   uint64_t separators, uint64_t ends)
{
    weir_block_emit(queue->separator + queue->n, separators,
                    (uint32_t)queue->at);
    queue->n += (size_t)__builtin_popcountll(separators);
    queue->ends += (size_t)__builtin_popcountll(ends);
}

/* For functions that each loop uses twice, for whole blocks and for the last
 * one. Without this, the compiler does not inline them. */
#define WEIR_BLOCK_INLINE __attribute__((always_inline)) static inline

/* Scans the block at queue->at; `rest` bytes of text are left. */
WEIR_BLOCK_INLINE void weir_block_unquoted(const struct weir_scan_marks *marks,
                                           const char *text, size_t rest,
                                           struct weir_scan_queue *queue,
                                           uint64_t *returns)
{
    struct weir_block block = weir_block_read(marks, text + queue->at, rest);
    *returns |= block.carriage_return;
    weir_block_push(queue, block.delimiter | block.line_end, block.line_end);
    queue->at += rest;
}

/* The same if LF is the only line end and nothing is quoted. */
WEIR_BLOCK_INLINE void weir_block_simple(const struct weir_scan_marks *marks,
                                         const char *text, size_t rest,
                                         struct weir_scan_queue *queue)
{
    const char *here = text + queue->at;
    uint64_t valid = rest < WEIR_BLOCK ? ((uint64_t)1 << rest) - 1 : UINT64_MAX;
    uint64_t ends = weir_block_find(here, '\n') & valid;
    uint64_t delimiter = weir_block_find(here, marks->delimiter) & valid;
    weir_block_push(queue, delimiter | ends, ends);
    queue->at += rest;
}

static bool scan_simple(const struct weir_scan_marks *marks, const char *text,
                        size_t len, struct weir_scan_queue *found)
{
    const struct weir_scan_marks m = *marks;
    struct weir_scan_queue queue = *found;
    size_t max = queue.capacity - WEIR_BLOCK;
    weir_block_seen seen = {0};
    while (len - queue.at >= WEIR_BLOCK && queue.n <= max) {
        weir_block_see(&seen, text + queue.at, m.quote);
        weir_block_see(&seen, text + queue.at, '\r');
        weir_block_simple(&m, text, WEIR_BLOCK, &queue);
    }
    if (queue.at < len && queue.n <= max) {
        size_t rest = len - queue.at;
        if (memchr(text + queue.at, m.quote, rest) ||
            memchr(text + queue.at, '\r', rest))
            return false;
        weir_block_simple(&m, text, rest, &queue);
    }
    queue.lines += queue.ends - found->ends;
    *found = queue;
    return !weir_block_any(seen);
}

/* The loops use local copies: otherwise the compiler must assume that writing a
 * separator changes the marks or the queue. */
static void scan_unquoted(const struct weir_scan_marks *marks, const char *text,
                          size_t len, struct weir_scan_queue *found)
{
    const struct weir_scan_marks m = *marks;
    struct weir_scan_queue queue = *found;
    size_t max = queue.capacity - WEIR_BLOCK;
    uint64_t returns = 0;
    while (len - queue.at >= WEIR_BLOCK && queue.n <= max)
        weir_block_unquoted(&m, text, WEIR_BLOCK, &queue, &returns);
    if (queue.at < len && queue.n <= max)
        weir_block_unquoted(&m, text, len - queue.at, &queue, &returns);
    /* Without quotes, every line end ends a record. */
    queue.lines += queue.ends - found->ends;
    queue.returns |= returns != 0;
    *found = queue;
}

/* The quotes that open where none may. A quote may open after a separator, or
 * after a quote that closed: the two are then a doubled quote. */
static inline uint64_t weir_block_wrong(const struct weir_block *block,
                                        uint64_t within, uint64_t *opens)
{
    uint64_t before = block->structure | (block->quote & ~within);
    uint64_t wrong = block->quote & within & ~(before << 1 | *opens);
    *opens = before >> 63;
    return wrong;
}

/* What a loop over quoted text finds. */
struct weir_block_notes {
    uint64_t returns, quotes, wrong, opens;
};

WEIR_BLOCK_INLINE void weir_block_quoted(const struct weir_scan_marks *marks,
                                         const char *text, size_t rest,
                                         struct weir_scan_queue *queue,
                                         struct weir_block_notes *notes)
{
    const char *here = text + queue->at;
    struct weir_block block = weir_block_read(marks, here, rest);
    uint64_t within =
        weir_block_quotes(marks, here, rest, &block, &queue->inside);
    notes->returns |= block.carriage_return;
    notes->quotes |= block.quote;
    notes->wrong |= weir_block_wrong(&block, within, &notes->opens);
    queue->lines += (uint64_t)__builtin_popcountll(block.line_end);
    weir_block_push(queue, (block.delimiter | block.line_end) & ~within,
                    block.line_end & ~within);
    queue->at += rest;
}

static void scan_quoted(const struct weir_scan_marks *marks, const char *text,
                        size_t len, struct weir_scan_queue *found)
{
    const struct weir_scan_marks m = *marks;
    struct weir_scan_queue queue = *found;
    size_t max = queue.capacity - WEIR_BLOCK;
    struct weir_block_notes notes = {.opens = queue.opens};
    while (len - queue.at >= WEIR_BLOCK && queue.n <= max)
        weir_block_quoted(&m, text, WEIR_BLOCK, &queue, &notes);
    if (queue.at < len && queue.n <= max) {
        weir_block_quoted(&m, text, len - queue.at, &queue, &notes);
        char last = text[len - 1]; /* a quote after it may open a field */
        notes.opens = last == '\n' || last == '\r' ||
                      (m.has_delimiter && last == m.delimiter) ||
                      (last == m.quote && !queue.inside);
    }
    queue.opens = notes.opens;
    queue.returns |= notes.returns != 0;
    queue.quotes |= notes.quotes != 0;
    queue.irregular |= notes.wrong != 0;
    *found = queue;
}

static void cut(const struct weir_scan_marks *marks, const char *text,
                size_t len, struct weir_cut *cut)
{
    struct weir_cut now = *cut;
    uint64_t wrong = 0;
    /* Only a block that more bytes follow moves the state: then it is known
     * what its last CR means. The next call scans the last block again. */
    for (size_t at = now.at; at < len; at += WEIR_BLOCK) {
        size_t rest = len - at;
        uint64_t inside = now.inside;
        struct weir_block block = weir_block_read(marks, text + at, rest);
        uint64_t within =
            weir_block_quotes(marks, text + at, rest, &block, &inside);
        uint64_t opens = now.opens;
        wrong |= weir_block_wrong(&block, within, &opens);
        uint64_t ends = block.line_end & ~within;
        if (ends)
            now.end = at + WEIR_BLOCK - (size_t)__builtin_clzll(ends);
        if (rest <= WEIR_BLOCK)
            break;
        now.at = at + WEIR_BLOCK;
        now.inside = inside;
        now.opens = opens;
    }
    now.irregular = wrong != 0;
    *cut = now;
}

/* A cut of text that begins outside quotes, or inside them. The loop does not
 * branch: about every second block has a line end. */
struct weir_block_side {
    uint64_t opens, wrong;
    uint64_t ends; /* line ends of the last block that had any */
    size_t at;     /* offset of that block */
};

WEIR_BLOCK_INLINE void weir_block_look(const struct weir_block *block,
                                       uint64_t within, size_t at,
                                       struct weir_block_side *side)
{
    uint64_t ends = block->line_end & ~within;
    side->wrong |= weir_block_wrong(block, within, &side->opens);
    side->at = ends ? at : side->at;
    side->ends = ends ? ends : side->ends;
}

WEIR_BLOCK_INLINE void
weir_block_look_twice(const struct weir_scan_marks *marks, const char *text,
                      size_t at, size_t rest, uint64_t *inside,
                      struct weir_block_side *outer,
                      struct weir_block_side *inner)
{
    struct weir_block block = weir_block_read(marks, text + at, rest);
    uint64_t within = weir_block_quotes(marks, text + at, rest, &block, inside);
    weir_block_look(&block, within, at, outer);
    weir_block_look(&block, ~within, at, inner);
}

static inline struct weir_cut weir_block_cut(const struct weir_block_side *side)
{
    struct weir_cut cut = {.irregular = side->wrong != 0};
    if (side->ends)
        cut.end = side->at + WEIR_BLOCK - (size_t)__builtin_clzll(side->ends);
    return cut;
}

/* Text that begins inside quotes has inside and outside swapped: one pass
 * serves. */
static void cut_both(const struct weir_scan_marks *marks, const char *text,
                     size_t len, struct weir_cut cut[2])
{
    const struct weir_scan_marks m = *marks;
    struct weir_block_side outer = {0}, inner = {0};
    uint64_t inside = 0;
    size_t at = 0;
    for (; len - at >= WEIR_BLOCK; at += WEIR_BLOCK)
        weir_block_look_twice(&m, text, at, WEIR_BLOCK, &inside, &outer,
                              &inner);
    if (at < len)
        weir_block_look_twice(&m, text, at, len - at, &inside, &outer, &inner);
    cut[0] = weir_block_cut(&outer);
    cut[1] = weir_block_cut(&inner);
}

#define WEIR_SCAN(isa)                                                         \
    const struct weir_scan weir_scan_##isa = {                                 \
        .name = #isa,                                                          \
        .simple = scan_simple,                                                 \
        .unquoted = scan_unquoted,                                             \
        .quoted = scan_quoted,                                                 \
        .cut = cut,                                                            \
        .cut_both = cut_both,                                                  \
    }

#endif
