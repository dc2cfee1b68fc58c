/*
 * match: regular expressions by PCRE2, which match anywhere in a text.
 *
 * struct match owns the compiled expression and the data of a match, which are
 * allocated through the memory ledger. A program owns the struct, so one thread
 * uses it. The JIT's code matches on 32 KiB of the machine's stack. A text that
 * needs more is matched again by the interpreter, whose memory is in the
 * ledger. If that memory or the number of steps reaches its limit, which
 * (a+)+$ can cause, the row is BAD.
 *
 * Patterns that backtrack a reasonable number of times take some steps for each
 * character: `(\w+ ?)*$` one, .*foo.*bar a fiftieth; o.*o.*o.*z takes 715 for
 * 400 characters and 75,429 for 4,000. So the limit grows with the text, for
 * each 256 bytes of it.
 *
 * The pattern is part of the question, not a value: an empty pattern is not
 * null, and matches every text. Bytes that are not UTF-8 match nothing.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/error.h"
#include "base/utf8.h"
#include "pipeline/ops/ops.h"

#include <pcre2.h>

/* Maximum memory of the interpreter. While it grows, its old memory is held in
 * addition to the new. */
#define HEAP_MAX_KIB 4096
/* The limit of steps: STEPS for any text and STEPS_A_PART for each 256 bytes
 * begun, but no more than STEPS_MAX. */
#define STEPS 100000u
#define STEPS_A_PART 65536u
#define STEPS_MAX 10000000u

struct match {
    size_t parts; /* of 256 bytes, for which the limit is set; 0: not set */
    pcre2_general_context *general; /* allocates through the ledger */
    pcre2_match_context *limits;
    pcre2_code *code;
    pcre2_match_data *data;
};

static void *take(size_t bytes, void *unused)
{
    (void)unused;
    return weir_alloc_at(WEIR_LIBRARY("PCRE2"), WEIR_MEMORY_QUERY, bytes);
}

static void give(void *block, void *unused)
{
    (void)unused;
    weir_free(WEIR_MEMORY_QUERY, block);
}

static void match_release(void *extra)
{
    struct match *match = extra;
    pcre2_match_data_free(match->data);
    pcre2_code_free(match->code);
    pcre2_match_context_free(match->limits);
    pcre2_general_context_free(match->general);
    weir_free(WEIR_MEMORY_QUERY, match);
}

static enum weir_status fail_pattern(int code, size_t offset,
                                     struct weir_text pattern,
                                     struct weir_error *error)
{
    PCRE2_UCHAR message[256];
    if (code == PCRE2_ERROR_HEAP_FAILED)
        return weir_fail_memory(error, "a regular expression", pattern.len);
    pcre2_get_error_message(code, message, sizeof message);
    size_t character =
        weir_utf8_count(pattern.bytes,
                        offset < pattern.len ? offset : pattern.len) +
        1;
    return weir_fail(error, WEIR_USAGE,
                     "regular expression: %s at character %zu",
                     (const char *)message, character);
}

static enum weir_status match_init(struct match *match,
                                   struct weir_text pattern,
                                   struct weir_error *error)
{
    int code = PCRE2_ERROR_HEAP_FAILED;
    size_t offset = 0;
    match->general = pcre2_general_context_create(take, give, NULL);
    if (!match->general)
        return fail_pattern(code, offset, pattern, error);
    match->limits = pcre2_match_context_create(match->general);
    pcre2_compile_context *compile =
        pcre2_compile_context_create(match->general);
    if (compile)
        match->code = pcre2_compile((PCRE2_SPTR)pattern.bytes, pattern.len,
                                    PCRE2_UTF | PCRE2_MATCH_INVALID_UTF |
                                        PCRE2_NEVER_BACKSLASH_C,
                                    &code, &offset, compile);
    pcre2_compile_context_free(compile);
    if (!match->code)
        return fail_pattern(code, offset, pattern, error);
    match->data = pcre2_match_data_create(1, match->general);
    if (!match->limits || !match->data)
        return fail_pattern(PCRE2_ERROR_HEAP_FAILED, 0, pattern, error);
    pcre2_set_heap_limit(match->limits, HEAP_MAX_KIB);
    /* Without the JIT matching is slower, but works. */
    (void)pcre2_jit_compile(match->code, PCRE2_JIT_COMPLETE);
    return WEIR_OK;
}

void *weir_match_compile(struct weir_text pattern, struct weir_error *error)
{
    struct match *match = weir_alloc_zero(WEIR_MEMORY_QUERY, sizeof *match);
    if (!match)
        return weir_no_memory(error, "a regular expression", sizeof *match);
    if (match_init(match, pattern, error)) {
        match_release(match);
        return NULL;
    }
    return match;
}

static void *match_copy(const struct weir_step *step, struct weir_error *error)
{
    return weir_match_compile(step->constant.text, error);
}

static void limit_steps(struct match *match, size_t parts)
{
    const size_t max = (STEPS_MAX - STEPS) / STEPS_A_PART;
    pcre2_set_match_limit(match->limits,
                          parts > max ? STEPS_MAX
                                      : STEPS + (uint32_t)parts * STEPS_A_PART);
    match->parts = parts;
}

static int search(struct match *match, struct weir_text text)
{
    PCRE2_SPTR subject = (PCRE2_SPTR)text.bytes;
    size_t parts = text.len / 256 + 1;
    if (match->parts != parts)
        limit_steps(match, parts);
    int found = pcre2_match(match->code, subject, text.len, 0, 0, match->data,
                            match->limits);
    if (found == PCRE2_ERROR_JIT_STACKLIMIT)
        found = pcre2_match(match->code, subject, text.len, 0, PCRE2_NO_JIT,
                            match->data, match->limits);
    return found;
}

static bool run_match(struct weir_program *program,
                      const struct weir_step *step, size_t rows)
{
    const struct weir_vector *in = weir_step_in(program, step, 0);
    struct weir_vector *out = weir_step_out(program, step);
    out->any_bad = in->any_bad;
    for (size_t r = 0; r < rows; r++) {
        if (weir_vector_bad(in, r)) {
            out->boolean[r] = WEIR_BOOLEAN_BAD;
            continue;
        }
        out->boolean[r] = WEIR_UNKNOWN;
        if (in->span[r].len == 0)
            continue;
        int found = search(step->extra, weir_vector_text(in, r));
        if (found == PCRE2_ERROR_NOMEMORY)
            return false;
        out->boolean[r] = found >= 0                     ? WEIR_TRUE
                          : found == PCRE2_ERROR_NOMATCH ? WEIR_FALSE
                                                         : WEIR_BOOLEAN_BAD;
        if (out->boolean[r] != WEIR_BOOLEAN_BAD)
            continue;
        out->any_bad = true;
        if (program->hasty) {
            program->done = r + 1;
            return true;
        }
    }
    return true;
}

WEIR_OP(match, "match", BOOLEAN, .run = run_match, .copy = match_copy,
        .release = match_release,
        .complaint = "takes the regular expression too long");
