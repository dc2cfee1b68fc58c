/*
 * Filling the caller's struct weir_error, where a failure is known.
 */
#ifndef WEIR_BASE_ERROR_H
#define WEIR_BASE_ERROR_H

#include "weir.h"

/* No place known: what weir_error.byte holds then. */
#define WEIR_NO_BYTE UINT64_MAX

/* Empties it: status WEIR_OK, no place, no message. */
void weir_error_init(struct weir_error *error);

/* Writes the sentence; the place is empty. Returns `status`. */
enum weir_status weir_fail(struct weir_error *error, enum weir_status status,
                           const char *format, ...) WEIR_PRINTF(3, 4);

/* The same for a system call: the sentence, then ": " and errno's text.
 * WEIR_IO, or WEIR_LIMIT where the system has no memory (ENOMEM) or no room for
 * another process or thread (EAGAIN). */
enum weir_status weir_fail_errno(struct weir_error *error, const char *format,
                                 ...) WEIR_PRINTF(2, 3);

/*
 * The allocation of `bytes` for `what` was refused: WEIR_LIMIT, and a sentence
 * that names --memory.
 */
enum weir_status weir_fail_memory(struct weir_error *error, const char *what,
                                  size_t bytes);

/*
 * Something did not fit: WEIR_LIMIT, the sentence, and then either `limit`,
 * which names the option that raises it, or that the system refused.
 */
#define WEIR_MEMORY_RAISES " the memory allowed; --memory raises it"
enum weir_status weir_fail_room(struct weir_error *error, const char *limit,
                                const char *format, ...) WEIR_PRINTF(3, 4);

/* Gives the failure the byte it lies at, in the decoded input. */
enum weir_status weir_fail_at(struct weir_error *error, uint64_t byte);

/* A piece of an input, for saying where in it something lies. */
struct weir_where {
    const char *name;    /* of the input */
    const char *text;    /* decoded; its first byte is */
    uint64_t first_byte; /* this one of the input */
    uint64_t first_line; /* and in this line, 1-based, at its beginning */
};

/*
 * Turns error->byte, an offset in where->text, into the place
 * "users.csv:18204:17 (byte 1991442)".
 */
enum weir_status weir_fail_where(struct weir_error *error,
                                 const struct weir_where *where);

/* Line ends in text[0, len): LF, CR and CRLF, each one. */
uint64_t weir_count_lines(const char *text, size_t len);

/*
 * Writes `len` bytes of data as a message may show them: what
 * weir_utf8_shown() lets through as it is, the rest as \xNN, cut with "..."
 * after `most` bytes. `into` has `room`, is always terminated, and is returned.
 */
const char *weir_show(char *into, size_t capacity, const char *bytes,
                      size_t len, size_t max);

/*
 * Writes an input's name as a place may hold it: shown as above, and of a long
 * one the end. `into` has WEIR_NAME_CAPACITY bytes, and is returned.
 */
#define WEIR_NAME_CAPACITY 256
const char *weir_show_name(char *into, const char *name);

#endif
