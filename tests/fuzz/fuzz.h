/*
 * What the fuzzers share. Each file of this folder named in CMake's list is an
 * entry point of libFuzzer's kind; clang and AFL++ bring a main, and replay.c
 * is one without a fuzzer.
 */
#ifndef WEIR_TESTS_FUZZ_FUZZ_H
#define WEIR_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* An input that is taken apart from its beginning. */
struct fuzz_input {
    const uint8_t *at;
    size_t len;
};

/* The next byte, or 0 where none is left. */
uint8_t fuzz_byte(struct fuzz_input *input);

/* Whether a file of these bytes would be decoded. */
bool fuzz_is_packed(const void *bytes, size_t len);

/* Aborts, and says what, unless it holds. */
void fuzz_require(bool holds, const char *what);

/* The same for two texts that are to be the same; it shows both. */
void fuzz_same(const char *what, const char *got, const char *expected);

/*
 * A path that leads to a regular file in memory, or to a pipe, with these
 * bytes: the same path for both, so that messages are the same. A pipe holds
 * up to FUZZ_PIPE_ROOM bytes.
 */
#define FUZZ_PATH "/proc/self/fd/900"
#define FUZZ_PIPE_CAPACITY ((size_t)1 << 20)
void fuzz_file(const void *bytes, size_t len);
void fuzz_pipe(const void *bytes, size_t len);

/* A descriptor of a file in memory with these bytes, which stays open, at this
 * number. Its time is always the same. */
void fuzz_file_at(int fd, const void *bytes, size_t len);

/* Standard output and standard error, as the command line writes them, go to
 * memory between begin and end. `out` is what went to the descriptor 1 and to
 * stdout, `err` what went to stderr; both are valid until the next begin. */
struct fuzz_printed {
    const char *out, *err;
    size_t out_len, err_len;
};
void fuzz_print_begin(void);
struct fuzz_printed fuzz_print_end(void);

#endif
