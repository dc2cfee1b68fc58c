/*
 * What the fuzzers share. Each target in the list of cmake/Fuzz.cmake is a file
 * of this folder with an entry point of libFuzzer's kind. clang and AFL++ bring
 * their own main; replay.c has a main that needs no fuzzer.
 */
#ifndef WEIR_TESTS_FUZZ_FUZZ_H
#define WEIR_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* An input that is consumed from its beginning. */
struct fuzz_input {
    const uint8_t *at;
    size_t len;
};

/* Removes and returns the next byte, or 0 at the end. */
uint8_t fuzz_byte(struct fuzz_input *input);

/* Whether a file of these bytes would be decoded. */
bool fuzz_is_packed(const void *bytes, size_t len);

/* Unless `holds`, prints `what` and aborts. */
void fuzz_require(bool holds, const char *what);

/* The same unless two texts are equal; it prints both. */
void fuzz_same(const char *what, const char *got, const char *expected);

/*
 * Puts the bytes into a memory file or a pipe, which is then at FUZZ_PATH. The
 * path is the same for both, so that messages are the same. A pipe holds up to
 * FUZZ_PIPE_CAPACITY bytes.
 */
#define FUZZ_PATH "/proc/self/fd/900"
#define FUZZ_PIPE_CAPACITY ((size_t)1 << 20)
void fuzz_file(const void *bytes, size_t len);
void fuzz_pipe(const void *bytes, size_t len);

/* Makes `fd` the descriptor of a memory file with these bytes, which stays
 * open. Its modification time is always the same. */
void fuzz_file_at(int fd, const void *bytes, size_t len);

/* Between begin and end, standard output and standard error, as the command
 * line writes them, go to memory. `out` is what was written to descriptor 1 and
 * to stdout, `err` what was written to stderr. Both are valid until the next
 * begin. */
struct fuzz_printed {
    const char *out, *err;
    size_t out_len, err_len;
};
void fuzz_print_begin(void);
struct fuzz_printed fuzz_print_end(void);

#endif
