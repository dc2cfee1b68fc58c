/*
 * A buffered writer on a file descriptor.
 *
 * The put functions return no status. The first failure is kept, later bytes
 * are discarded, and settle, flush and close report the failure. So a format
 * puts a whole window and checks once.
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

/* What the user asked of the format; zeros are its defaults. */
struct weir_output_style {
    char delimiter, decimal;
    bool no_header;
    const char *types; /* of columns, for Arrow; NULL: none is given */
};

/* The caller owns the struct. */
struct weir_output {
    int fd;
    int failure;  /* errno of the first failure; 0: none */
    bool live;    /* not a regular file: settle flushes, as a reader may be
                     waiting */
    bool shown;   /* a terminal, also one with TERM=dumb:
                     weir_output_text() escapes */
    bool color;   /* a terminal that shows colours, unless NO_COLOR is set */
    size_t width; /* columns of the terminal; 0: lines may have any length */
    struct weir_output_style style; /* set by the caller after init */
    bool held;        /* from weir_output_hold(): there is no fd */
    size_t dropped;   /* held: line ends that did not fit the buffer */
    const char *name; /* borrowed; for messages */
    char *buffer;
    size_t len;
    uint64_t written; /* bytes that have left the buffer */
};

/*
 * Takes over `fd`, also on failure. `name` is "standard output" or a path, for
 * messages; it is borrowed until close. weir_output_close() is allowed on a
 * zeroed or failed output.
 */
enum weir_status weir_output_init(struct weir_output *output, int fd,
                                  const char *name,
                                  struct weir_error *error) WEIR_CHECKED;

/* Initialises an output that does not write. It keeps the first
 * WEIR_OUTPUT_CAPACITY bytes that are put, in buffer[0, len), and drops the
 * rest. They are to be shown on `fd`. */
enum weir_status weir_output_hold(struct weir_output *output, int fd,
                                  struct weir_error *error) WEIR_CHECKED;

/* For the functions below: puts bytes that do not fit the buffer. */
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

/* Puts untrusted text, such as a field of the input. On a terminal, control
 * characters and invisible characters are put as \xNN (see shown.h). */
void weir_output_text(struct weir_output *output, const char *bytes,
                      size_t len);

/* Call it after each window. It reports a failure, and flushes a live output,
 * so that the reader of a pipe gets each window at once. */
enum weir_status weir_output_settle(struct weir_output *output,
                                    struct weir_error *error) WEIR_CHECKED;

/* Writes the buffer out, and reports a failure. */
enum weir_status weir_output_flush(struct weir_output *output,
                                   struct weir_error *error) WEIR_CHECKED;

/* Whether the failure was EPIPE: the pipe has no reader any more. */
bool weir_output_unread(const struct weir_output *output);

/* Flushes, closes the descriptor, and frees the buffer. Returns `status`, which
 * says how the work went; or, if that is no failure, the output's. Closing
 * again does nothing. */
enum weir_status weir_output_close(struct weir_output *output,
                                   enum weir_status status,
                                   struct weir_error *error);

/* Closes the output of a command, and complains about its failure (see
 * complain.h): `status`, with the error filled, or else that of the output.
 * Returns the exit code. It is 141, as a shell's for SIGPIPE, and there is no
 * message, if the pipe has no reader any more. */
int weir_output_finish(struct weir_output *output, enum weir_status status,
                       struct weir_error *error, const char *query);

#endif
