/*
 * What the tests of questions from C share: one table as every kind of input, a
 * long table, and an answer as text.
 */
#ifndef WEIR_TESTS_QUESTION_KIT_H
#define WEIR_TESTS_QUESTION_KIT_H

#include "tests/trial.h"

/* Records of a long table. */
#define RECORDS ((size_t)turns(20000, 5000))

enum kind {
    IN_MEMORY,
    BY_READING,
    IN_A_FILE,
    BY_STDIO,
    BY_DESCRIPTOR,
    KINDS
};

/* The bytes of a table, as one kind of input. */
struct given {
    const char *bytes;
    size_t len, next;
    uint64_t state;
    char path[32];
    FILE *file;
    int descriptor;
    struct weir_input input;
};

/* Reads 1 to 500 bytes of a struct given: a read function of weir_input. */
ptrdiff_t question_read_some(void *context, void *into, size_t capacity);

/* Makes the trial's table an input of that kind; take_back removes its file. */
void question_give(struct given *given, enum kind kind,
                   const struct trial *trial);
void question_take_back(struct given *given);

/* A table of the columns k (0, 1, 2, ...) and v (k % 7). The caller frees it.
 */
char *question_table(size_t records, size_t *len);

/* Opens a question over such a table, which is read in small batches. */
struct weir_query *question_open(const char *words, const char *text,
                                 size_t len, size_t threads);

/* An answer as a trial's outcome has it (tests/trial.h). */
void question_put_names(FILE *out, const struct weir_query *query);
void question_put_row(FILE *out, const struct weir_row *row);

/* The answer of an open query, which it closes, and how it ended. The caller
 * frees the text. */
char *question_text(struct weir_query *query, enum weir_status *status,
                    struct weir_error *error);

#endif
