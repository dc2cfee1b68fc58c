/*
 * Functions that fill the caller's struct weir_error. Call them once, where a
 * failure is known. None of them allocates.
 */
#ifndef WEIR_BASE_ERROR_H
#define WEIR_BASE_ERROR_H

#include "weir.h"

/* The value of weir_error.byte if it is unknown. */
#define WEIR_NO_BYTE UINT64_MAX

/* Empties the error: status WEIR_OK, no place, no message. */
void weir_error_init(struct weir_error *error);

/* Sets the status and the message, and empties the place. Returns `status`. */
enum weir_status weir_fail(struct weir_error *error, enum weir_status status,
                           const char *format, ...) WEIR_PRINTF(3, 4);

/* The same for a system call: the message ends in ": " and errno's text. The
 * status is WEIR_LIMIT if the system has no memory (ENOMEM) or allows no other
 * process or thread (EAGAIN), otherwise WEIR_IO. */
enum weir_status weir_fail_errno(struct weir_error *error, const char *format,
                                 ...) WEIR_PRINTF(2, 3);

/* Fails because weir_query_cancel() was called. */
enum weir_status weir_fail_cancelled(struct weir_error *error);

/* Reports that an allocation of `bytes` for `what` was refused: WEIR_LIMIT and
 * a message that names --memory. */
enum weir_status weir_fail_memory(struct weir_error *error, const char *what,
                                  size_t bytes);
/* The same; returns NULL. */
void *weir_no_memory(struct weir_error *error, const char *what, size_t bytes);

/* Reports that something did not fit in memory: WEIR_LIMIT and the message. The
 * message ends in `limit`, which names the option that raises the limit; or, if
 * the system refused the memory, it says so. */
#define WEIR_MEMORY_RAISES " the memory allowed; --memory raises it"
enum weir_status weir_fail_capacity(struct weir_error *error, const char *limit,
                                    const char *format, ...) WEIR_PRINTF(3, 4);

/* Sets error->byte, an offset in the text at hand (a batch's text, a question);
 * weir_fail_where() turns it into a place. Returns error->status. */
enum weir_status weir_fail_at(struct weir_error *error, uint64_t byte);

/* Decoded text of an input, which begins at the beginning of a line. It is used
 * to find the line and column of an error. */
struct weir_where {
    const char *name;    /* of the input */
    const char *text;    /* borrowed */
    uint64_t first_byte; /* the offset of text[0] in the decoded input */
    uint64_t first_line; /* the line of text[0], 1-based */
};

/* Turns error->byte, an offset in where->text, into an offset in the input, and
 * sets line, column and the place "users.csv:18204:17 (byte 1991442)". Returns
 * error->status. */
enum weir_status weir_fail_where(struct weir_error *error,
                                 const struct weir_where *where);

/* The number of line ends in text[0, len). LF, CR and CRLF are each one. */
uint64_t weir_count_lines(const char *text, size_t len);

/*
 * Writes `len` bytes of data as a message may show them. Characters that
 * weir_utf8_shown() allows are copied, other bytes become \xNN. After `max`
 * bytes of data the text is cut with "...". `into` has `capacity` bytes, is
 * always terminated, and is returned.
 */
const char *weir_show(char *into, size_t capacity, const char *bytes,
                      size_t len, size_t max);

/* Writes an input's name for a place, as weir_show() does, but keeps the end of
 * a long name. `into` has WEIR_NAME_CAPACITY bytes, and is returned. */
#define WEIR_NAME_CAPACITY 256
const char *weir_show_name(char *into, const char *name);

#endif
