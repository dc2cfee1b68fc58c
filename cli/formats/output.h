/*
 * A buffered writer on a file descriptor.
 *
 * Putting never fails by itself: the first failure is kept, what is put after
 * it goes nowhere, and settle, flush and close report it. So a format puts a
 * whole window and asks once.
 *
 *     weir_output_put(output, name, len);
 *     weir_output_char(output, '\n');
 *     return weir_output_settle(output, error);
 *
 * An output belongs to one thread at a time.
 */
#ifndef WEIR_CLI_FORMATS_OUTPUT_H
#define WEIR_CLI_FORMATS_OUTPUT_H

#include "base/error.h"
#include "base/memory.h"
#include <string.h>

#define WEIR_OUTPUT_CAPACITY ((size_t)64 * 1024)

/* The caller's; its members are private but for those said to be read. */
struct weir_output {
    int fd;
    int failure;      /* errno of the first failure; 0: none */
    bool live;        /* somebody may be waiting: no regular file */
    bool shown;       /* to people on a terminal, by what formats put */
    bool held;        /* what fits the buffer stays there; there is no fd */
    size_t dropped;   /* lines that did not fit, of a held one */
    const char *name; /* borrowed; for messages */
    char *buffer;
    size_t len;
    uint64_t written; /* bytes that have left the buffer */
};

/*
 * `fd` is taken over, also on failure. `name` is "standard output" or a path,
 * as a message shows it. Close is allowed on a zeroed or failed output.
 */
enum weir_status weir_output_init(struct weir_output *output, int fd,
                                  const char *name,
                                  struct weir_error *error) WEIR_CHECKED;

/* An output that keeps what fits its buffer, the first WEIR_OUTPUT_CAPACITY
 * bytes: buffer[0, len). */
enum weir_status weir_output_hold(struct weir_output *output,
                                  struct weir_error *error) WEIR_CHECKED;

/* For the functions below: writes the buffer out, then `bytes`. */
void weir_output_put_slow(struct weir_output *output, const char *bytes,
                          size_t len);

static inline void weir_output_put(struct weir_output *output,
                                   const char *bytes, size_t len)
{
    if (len <= WEIR_OUTPUT_CAPACITY - output->len) {
        memcpy(output->buffer + output->len, bytes, len);
        output->len += len;
    } else {
        weir_output_put_slow(output, bytes, len);
    }
}

static inline void weir_output_char(struct weir_output *output, char byte)
{
    if (output->len == WEIR_OUTPUT_CAPACITY)
        weir_output_put_slow(output, &byte, 1);
    else
        output->buffer[output->len++] = byte;
}

static inline void weir_output_string(struct weir_output *output,
                                      const char *text)
{
    weir_output_put(output, text, strlen(text));
}

/* Puts a text of the input's: on a terminal with what it would obey, or nobody
 * would see, as \xNN. */
void weir_output_text(struct weir_output *output, const char *bytes,
                      size_t len);

/* After each window: reports a failure; a live output is flushed too, so that
 * a reader at the other end of a pipe waits for no full buffer. */
enum weir_status weir_output_settle(struct weir_output *output,
                                    struct weir_error *error) WEIR_CHECKED;

/* Writes all that was put. */
enum weir_status weir_output_flush(struct weir_output *output,
                                   struct weir_error *error) WEIR_CHECKED;

/*
 * Whether the failure was EPIPE: nobody reads the pipe any more. The status is
 * WEIR_IO as for any other; a program says nothing and exits with 141.
 */
bool weir_output_unread(const struct weir_output *output);

/* Flushes, closes the descriptor, and reports what either met. Closing again
 * does nothing. */
enum weir_status weir_output_close(struct weir_output *output,
                                   struct weir_error *error);

#endif
