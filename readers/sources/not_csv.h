/*
 * What is not CSV: formats that are recognised by their first bytes, with
 * the command that makes CSV of them, if there is one. Another one is a row in
 * not_csv.c.
 */
#ifndef WEIR_READERS_SOURCES_NOT_CSV_H
#define WEIR_READERS_SOURCES_NOT_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum weir_match {
    WEIR_MATCH_NO,
    WEIR_MATCH_MAYBE,  /* more bytes decide; no, if there are none */
    WEIR_MATCH_LIKELY, /* more bytes decide; yes, if there are none */
    WEIR_MATCH_YES
};

enum weir_not_csv_kind {
    WEIR_IS_BINARY,
    WEIR_IS_ARCHIVE, /* may hold several files */
    WEIR_IS_TEXT     /* text: a CSV file could begin so, in some dialect */
};

struct weir_not_csv {
    const char *what;    /* "a zip archive" */
    const char *command; /* {} stands for the file's name; may be NULL */
    const char *magic;   /* the first bytes; may be NULL */
    size_t magic_len;
    /* Decides if the magic matches; NULL is WEIR_MATCH_YES. */
    enum weir_match (*test)(const uint8_t *head, size_t len);
    enum weir_not_csv_kind kind;
};

/* More bytes than this are never needed. */
#define WEIR_NOT_CSV_HEAD ((size_t)1024)

/*
 * What the input is that begins with head[0, len); NULL if it may be CSV.
 * *more: more bytes are needed to decide, and NULL is returned; never if
 * `ended`, which means that the input has no more. Without `texts`, those
 * of the kind WEIR_IS_TEXT are passed over.
 */
const struct weir_not_csv *weir_not_csv_find(const void *head, size_t len,
                                             bool ended, bool texts,
                                             bool *more);

/* The i-th row, for tests; NULL after the last. */
const struct weir_not_csv *weir_not_csv_row(size_t i);

/* Writes the row's command, which is not NULL, for the file of that name into
 * into[0, capacity), always terminated, and returns it. */
const char *weir_not_csv_command(const struct weir_not_csv *row,
                                 const char *name, char *into, size_t capacity);

#endif
