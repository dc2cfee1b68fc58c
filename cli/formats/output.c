/*
 * After a failure, bytes can still be put: the buffer is emptied without
 * writing when it is full.
 */
#include "cli/formats/output.h"

#include "base/write.h"
#include "cli/complain.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/shown.h"
#include "cli/terminal/terminal.h"
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* Finds out what the descriptor shows. */
static void look(struct weir_output *output, int fd)
{
    output->shown = isatty(fd) == 1;
    output->color = weir_terminal_color(fd);
    output->width = weir_terminal(fd) ? weir_terminal_width(fd) : 0;
}

enum weir_status weir_output_init(struct weir_output *output, int fd,
                                  const char *name, struct weir_error *error)
{
    struct stat about;
    *output = (struct weir_output){.fd = fd, .name = name};
    if (fd < 0)
        return weir_fail_errno(error, "cannot open %s", name);
    look(output, fd);
    output->live = fstat(fd, &about) == 0 && !S_ISREG(about.st_mode);
    output->buffer = weir_alloc(WEIR_MEMORY_OUTPUT, WEIR_OUTPUT_CAPACITY);
    if (output->buffer)
        return WEIR_OK;
    close(fd);
    output->fd = -1;
    return weir_fail_memory(error, "the output's buffer", WEIR_OUTPUT_CAPACITY);
}

enum weir_status weir_output_hold(struct weir_output *output, int fd,
                                  struct weir_error *error)
{
    *output = (struct weir_output){.fd = -1, .held = true, .name = "memory"};
    look(output, fd);
    output->buffer = weir_alloc(WEIR_MEMORY_OUTPUT, WEIR_OUTPUT_CAPACITY);
    return output->buffer ? WEIR_OK
                          : weir_fail_memory(error, "the output's buffer",
                                             WEIR_OUTPUT_CAPACITY);
}

static void write_all(struct weir_output *output, const char *bytes, size_t len)
{
    /* The output may be the terminal that shows the progress line. */
    if (output->live && len)
        weir_progress_erase();
    if (!output->failure)
        output->failure =
            weir_write_all(output->fd, bytes, len, &output->written);
}

static void drain(struct weir_output *output)
{
    if (output->held)
        return;
    write_all(output, output->buffer, output->len);
    output->len = 0;
}

void weir_output_put_slow(struct weir_output *output, const char *bytes,
                          size_t len)
{
    size_t part = WEIR_OUTPUT_CAPACITY - output->len;
    if (part > len)
        part = len;
    memcpy(output->buffer + output->len, bytes, part);
    output->len += part;
    if (output->held) {
        for (size_t i = part; i < len; i++)
            output->dropped += bytes[i] == '\n';
        return;
    }
    bytes += part;
    len -= part;
    if (output->len == WEIR_OUTPUT_CAPACITY)
        drain(output);
    if (len >= WEIR_OUTPUT_CAPACITY) {
        write_all(output, bytes, len);
    } else {
        memcpy(output->buffer, bytes, len);
        output->len = len;
    }
}

static void put_shown(void *output, const char *bytes, size_t len)
{
    weir_output_put(output, bytes, len);
}

void weir_output_text(struct weir_output *output, const char *bytes, size_t len)
{
    if (output->shown)
        weir_shown_each((struct weir_text){bytes, len}, put_shown, output);
    else
        weir_output_put(output, bytes, len);
}

static enum weir_status report(const struct weir_output *output,
                               struct weir_error *error)
{
    unsigned long long written = output->written;
    if (!output->failure)
        return WEIR_OK;
    if (output->failure == ENOSPC)
        return weir_fail(error, WEIR_IO,
                         "cannot write %s: no space left on the device after "
                         "%llu bytes",
                         output->name, written);
    errno = output->failure;
    return weir_fail_errno(error, "cannot write %s after %llu bytes",
                           output->name, written);
}

enum weir_status weir_output_settle(struct weir_output *output,
                                    struct weir_error *error)
{
    return output->live ? weir_output_flush(output, error)
                        : report(output, error);
}

enum weir_status weir_output_flush(struct weir_output *output,
                                   struct weir_error *error)
{
    drain(output);
    return report(output, error);
}

bool weir_output_unread(const struct weir_output *output)
{
    return output->failure == EPIPE;
}

enum weir_status weir_output_close(struct weir_output *output,
                                   enum weir_status status,
                                   struct weir_error *error)
{
    if (!output->buffer)
        return status;
    drain(output);
    /* On Linux the descriptor is closed even if close() fails with EINTR. */
    if (!output->held && close(output->fd) != 0 && errno != EINTR &&
        !output->failure)
        output->failure = errno;
    weir_free(WEIR_MEMORY_OUTPUT, output->buffer);
    output->buffer = NULL;
    output->fd = -1;
    return status < 0 || !output->failure ? status : report(output, error);
}

int weir_output_finish(struct weir_output *output, enum weir_status status,
                       struct weir_error *error, const char *query)
{
    status = weir_output_close(output, status, error);
    if (weir_output_unread(output))
        return 141;
    return status < 0 ? weir_complain(error, query) : 0;
}
