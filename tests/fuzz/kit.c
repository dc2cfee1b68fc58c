/*
 * See fuzz.h. This file also replaces two functions of libcheck that every
 * assertion calls, and which work only within libcheck's own runner.
 */
#include "tests/fuzz/fuzz.h"

#include "readers/codecs/decoder.h"

#include <check.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_FD 900
#define PIPE_USUAL 65536 /* default capacity of a pipe */

/* The names are libcheck's.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void _mark_point(const char *file, int line)
{
    (void)file;
    (void)line;
}

void _ck_assert_failed(const char *file, int line, const char *expr,
                       const char *msg, ...)
{
    fprintf(stderr, "%s:%d: %s: %s\n", file, line, expr, msg ? msg : "");
    abort();
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

uint8_t fuzz_byte(struct fuzz_input *input)
{
    if (!input->len)
        return 0;
    input->len--;
    return *input->at++;
}

/* Printing --------------------------------------------------------------- */

static FILE *real_err; /* NULL: printing is not redirected */
static char *out_text, *err_text;
static int out_fd = -1, err_fd = -1, real_out_fd, real_err_fd;

/* Prints an error, even while what is printed goes to memory. */
static void say(const char *words)
{
    if (real_err && dup2(real_err_fd, STDERR_FILENO) < 0)
        abort();
    (void)!write(STDERR_FILENO, words, strlen(words));
}

bool fuzz_is_packed(const void *bytes, size_t len)
{
#define X(name) weir_codec_##name.bid(bytes, len) ||
    return WEIR_CODECS(X) false;
#undef X
}

void fuzz_require(bool holds, const char *what)
{
    if (holds)
        return;
    say(what);
    say("\n");
    say(err_text ? err_text : "");
    abort();
}

void fuzz_same(const char *what, const char *got, const char *expected)
{
    if (strcmp(got, expected) == 0)
        return;
    say("got:\n");
    say(got);
    say("\nexpected:\n");
    say(expected);
    say("\n");
    fuzz_require(false, what);
}

/* Replaces a descriptor by a memory file, and returns a copy of the old one. */
static int take_over(int fd, int *file)
{
    int real = dup(fd);
    if (*file < 0)
        *file = memfd_create("printed", MFD_CLOEXEC);
    if (real < 0 || dup2(*file, fd) < 0 || ftruncate(*file, 0) ||
        lseek(*file, 0, SEEK_SET))
        abort();
    return real;
}

/* Restores the descriptor. Returns what was written to the memory file,
 * terminated by NUL. */
static char *give_back(int fd, int real, int file, size_t *len)
{
    /* The program may have closed the descriptor. */
    off_t size = lseek(file, 0, SEEK_END);
    char *text = size < 0 ? NULL : malloc((size_t)size + 1);
    if (!text || pread(file, text, (size_t)size, 0) != size ||
        dup2(real, fd) < 0)
        abort();
    (void)close(real);
    text[size] = '\0';
    *len = (size_t)size;
    return text;
}

void fuzz_print_begin(void)
{
    free(err_text);
    free(out_text);
    err_text = out_text = NULL;
    (void)fflush(stdout);
    real_err = stderr;
    real_out_fd = take_over(STDOUT_FILENO, &out_fd);
    real_err_fd = take_over(STDERR_FILENO, &err_fd);
}

struct fuzz_printed fuzz_print_end(void)
{
    struct fuzz_printed printed = {0};
    (void)fflush(stdout);
    (void)fflush(stderr);
    if (stderr != real_err) /* the program had replaced it when it ended */
        (void)fclose(stderr);
    stderr = real_err;
    real_err = NULL;
    out_text = give_back(STDOUT_FILENO, real_out_fd, out_fd, &printed.out_len);
    err_text = give_back(STDERR_FILENO, real_err_fd, err_fd, &printed.err_len);
    printed.out = out_text;
    printed.err = err_text;
    return printed;
}

/* Files ------------------------------------------------------------------ */

static void write_all(int fd, const void *bytes, size_t len)
{
    if (len && write(fd, bytes, len) != (ssize_t)len)
        abort();
}

void fuzz_file_at(int fd, const void *bytes, size_t len)
{
    const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    int file = memfd_create("in", MFD_CLOEXEC);
    if (file < 0 || dup2(file, fd) < 0)
        abort();
    (void)close(file);
    write_all(fd, bytes, len);
    if (futimens(fd, times))
        abort();
}

void fuzz_file(const void *bytes, size_t len)
{
    fuzz_file_at(PATH_FD, bytes, len);
}

void fuzz_pipe(const void *bytes, size_t len)
{
    int end[2];
    if (len > FUZZ_PIPE_CAPACITY || pipe2(end, O_CLOEXEC))
        abort();
    if (len > PIPE_USUAL &&
        fcntl(end[1], F_SETPIPE_SZ, (int)FUZZ_PIPE_CAPACITY) < 0)
        abort();
    write_all(end[1], bytes, len);
    if (dup2(end[0], PATH_FD) < 0)
        abort();
    (void)close(end[0]);
    (void)close(end[1]);
}
