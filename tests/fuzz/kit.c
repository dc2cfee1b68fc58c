/*
 * kit.c - see fuzz.h. It also stands in for two functions of libcheck's, which
 * what the tests share calls for every assertion, and which work only within
 * libcheck's own runner.
 */
#include "tests/fuzz/fuzz.h"

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
#define PIPE_USUAL 65536 /* bytes that a pipe holds by itself */

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

static FILE *real_err, *printed_err;
static char *err_text;
static size_t err_len;
static char *out_text;
static int real_fd = -1, out_fd = -1;

void fuzz_require(bool holds, const char *what)
{
    if (holds)
        return;
    FILE *to = real_err ? real_err : stderr;
    if (real_err)
        (void)fflush(stderr);
    fprintf(to, "%s\n%s", what, err_text ? err_text : "");
    abort();
}

void fuzz_same(const char *what, const char *got, const char *expected)
{
    if (strcmp(got, expected) == 0)
        return;
    fprintf(real_err ? real_err : stderr, "got:\n%s\nexpected:\n%s\n", got,
            expected);
    fuzz_require(false, what);
}

void fuzz_print_begin(void)
{
    free(err_text);
    free(out_text);
    err_text = out_text = NULL;
    (void)fflush(stdout);
    real_fd = dup(STDOUT_FILENO);
    if (out_fd < 0)
        out_fd = memfd_create("out", MFD_CLOEXEC);
    if (real_fd < 0 || dup2(out_fd, STDOUT_FILENO) < 0 ||
        ftruncate(out_fd, 0) || lseek(out_fd, 0, SEEK_SET))
        abort();
    real_err = stderr;
    printed_err = open_memstream(&err_text, &err_len);
    if (!printed_err)
        abort();
    stderr = printed_err;
}

struct fuzz_printed fuzz_print_end(void)
{
    struct fuzz_printed printed = {0};
    (void)fflush(stdout);
    /* Whoever wrote to it may have closed 1. */
    off_t size = lseek(out_fd, 0, SEEK_END);
    if (size < 0 || !(out_text = malloc((size_t)size + 1)) ||
        pread(out_fd, out_text, (size_t)size, 0) != size)
        abort();
    out_text[size] = '\0';
    if (dup2(real_fd, STDOUT_FILENO) < 0)
        abort();
    (void)close(real_fd);
    stderr = real_err;
    real_err = NULL;
    (void)fclose(printed_err);
    printed.out = out_text;
    printed.out_len = (size_t)size;
    printed.err = err_text;
    printed.err_len = err_len;
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
    if (len > FUZZ_PIPE_ROOM || pipe2(end, O_CLOEXEC))
        abort();
    if (len > PIPE_USUAL &&
        fcntl(end[1], F_SETPIPE_SZ, (int)FUZZ_PIPE_ROOM) < 0)
        abort();
    write_all(end[1], bytes, len);
    if (dup2(end[0], PATH_FD) < 0)
        abort();
    (void)close(end[0]);
    (void)close(end[1]);
}
