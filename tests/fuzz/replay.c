/*
 * A main for an entry point that needs no fuzzer. It runs every file that is
 * named, every file of the folders that are named, and then N random variations
 * of them. A variation changes, removes, repeats and inserts bytes, and inserts
 * words of the dictionary.
 *
 *     fuzz_NAME [-turns=N] [-seed=S] [-dict=FILE] [-keep=FILE] [PATH...]
 *
 * With -keep each input is written to the file before it is run.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/source_kit.h"
#include "tests/trial.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define INPUTS_MAX 20000
#define WORDS_MAX 1000
#define CHANGES_MAX 6
#define INPUT_MAX ((size_t)20000)

static struct bytes input[INPUTS_MAX], word[WORDS_MAX];
static size_t n_inputs, n_words;
static const char *keep;

static void run(const struct bytes *bytes)
{
    /* exactly sized, so that a sanitizer sees reads past its end */
    uint8_t *copy = malloc(bytes->len + !bytes->len);
    if (!copy)
        abort();
    if (bytes->len)
        memcpy(copy, bytes->at, bytes->len);
    if (keep) {
        FILE *file = fopen(keep, "wb");
        if (!file || fwrite(copy, 1, bytes->len, file) != bytes->len ||
            fclose(file))
            abort();
    }
    (void)LLVMFuzzerTestOneInput(copy, bytes->len);
    free(copy);
}

static void add_file(const char *path)
{
    char scratch[4096];
    size_t n;
    FILE *file = fopen(path, "rb");
    if (!file || n_inputs == INPUTS_MAX) {
        fprintf(stderr, "cannot take %s\n", path);
        exit(2);
    }
    struct bytes *bytes = &input[n_inputs++];
    while ((n = fread(scratch, 1, sizeof scratch, file)) > 0)
        bytes_add(bytes, scratch, n);
    (void)fclose(file);
}

static int is_visible(const struct dirent *entry)
{
    return *entry->d_name != '.';
}

/* Adds files in the order of their names, so that a seed draws the same inputs
 * everywhere. */
static void add_path(const char *path)
{
    struct dirent **entry;
    struct stat about;
    if (stat(path, &about) == 0 && !S_ISDIR(about.st_mode)) {
        add_file(path);
        return;
    }
    int n = scandir(path, &entry, is_visible, alphasort);
    if (n < 0) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(2);
    }
    for (int i = 0; i < n; i++) {
        char *inner = NULL;
        if (asprintf(&inner, "%s/%s", path, entry[i]->d_name) < 0)
            abort();
        add_path(inner);
        free(inner);
        free(entry[i]);
    }
    free(entry);
}

/* Adds the quoted word of a line, in which \xNN, \\ and \" stand for bytes. */
static void add_word(const char *line)
{
    const char *at = strchr(line, '"');
    if (*line == '#' || !at || n_words == WORDS_MAX)
        return;
    struct bytes *bytes = &word[n_words++];
    for (at++; *at && *at != '"'; at++) {
        char byte = *at;
        if (byte == '\\' && at[1] == 'x') {
            char digits[3] = {at[2], at[3], 0};
            byte = (char)strtoul(digits, NULL, 16);
            at += 3;
        } else if (byte == '\\') {
            byte = *++at;
        }
        bytes_add(bytes, &byte, 1);
    }
}

static void read_dictionary(const char *path)
{
    char *line = NULL;
    size_t capacity = 0;
    FILE *file = fopen(path, "r");
    if (!file) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(2);
    }
    while (getline(&line, &capacity, file) > 0)
        add_word(line);
    free(line);
    (void)fclose(file);
}

/* Inserts bytes; `from` must not point into the text. */
static void insert(struct bytes *text, size_t at, const void *from, size_t len)
{
    if (!len)
        return;
    bytes_add(text, from, len);
    memmove(text->at + at + len, text->at + at, text->len - len - at);
    memcpy(text->at + at, from, len);
}

static void change(struct bytes *text, uint64_t *seed)
{
    size_t at = draw(seed, (unsigned)text->len + 1), left = text->len - at;
    size_t n = draw(seed, draw(seed, 4) ? 8 : 200);
    uint8_t byte = (uint8_t)draw(seed, 256);
    n = n < left ? n : left;
    switch (draw(seed, 5)) {
    case 0:
        if (left)
            text->at[at] = byte;
        break;
    case 1:
        if (left)
            text->at[at] ^= (uint8_t)(1u << (byte & 7));
        break;
    case 2:
        if (n)
            memmove(text->at + at, text->at + at + n, left - n);
        text->len -= n;
        break;
    case 3:
        if (n) {
            uint8_t copy[200];
            memcpy(copy, text->at + at, n);
            insert(text, draw(seed, (unsigned)text->len + 1), copy, n);
        }
        break;
    default:
        if (n_words) {
            const struct bytes *w = &word[draw(seed, (unsigned)n_words)];
            insert(text, at, w->at, w->len);
        } else {
            insert(text, at, &byte, 1);
        }
    }
}

static void vary(uint64_t turn)
{
    struct bytes text = {0};
    uint64_t seed = turn * 1000003;
    if (n_inputs) {
        const struct bytes *from = &input[draw(&seed, (unsigned)n_inputs)];
        bytes_add(&text, from->at,
                  from->len < INPUT_MAX ? from->len : INPUT_MAX);
    }
    for (unsigned n = 1 + draw(&seed, CHANGES_MAX); n; n--)
        change(&text, &seed);
    run(&text);
    bytes_free(&text);
}

int main(int argc, char **argv)
{
    uint64_t turns = 0, seed = 0;
    for (int i = 1; i < argc; i++) {
        if (!strncmp(argv[i], "-turns=", 7))
            turns = strtoull(argv[i] + 7, NULL, 10);
        else if (!strncmp(argv[i], "-seed=", 6))
            seed = strtoull(argv[i] + 6, NULL, 10);
        else if (!strncmp(argv[i], "-dict=", 6))
            read_dictionary(argv[i] + 6);
        else if (!strncmp(argv[i], "-keep=", 6))
            keep = argv[i] + 6;
        else
            add_path(argv[i]);
    }
    for (size_t i = 0; i < n_inputs; i++)
        run(&input[i]);
    for (uint64_t turn = 0; turn < turns; turn++)
        vary(seed + turn);
    printf("%zu inputs, %llu variations\n", n_inputs,
           (unsigned long long)turns);
    for (size_t i = 0; i < n_inputs; i++)
        bytes_free(&input[i]);
    for (size_t i = 0; i < n_words; i++)
        bytes_free(&word[i]);
    return 0;
}
