#include "tests/question_kit.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

ptrdiff_t question_read_some(void *context, void *into, size_t capacity)
{
    struct given *given = context;
    size_t left = given->len - given->next;
    size_t n = left ? 1 + draw(&given->state, 500) : 0;
    n = n < left ? n : left;
    n = n < capacity ? n : capacity;
    memcpy(into, given->bytes + given->next, n);
    given->next += n;
    return (ptrdiff_t)n;
}

void question_give(struct given *given, enum kind kind,
                   const struct trial *trial)
{
    *given = (struct given){.bytes = trial->csv,
                            .len = trial->len,
                            .descriptor = -1,
                            .input = {.name = "x.csv"}};
    if (kind == IN_MEMORY) {
        given->input.bytes = trial->csv;
        given->input.len = trial->len;
        return;
    }
    given->input.context = given;
    given->input.read = question_read_some;
    if (kind == BY_READING)
        return;
    strcpy(given->path, "/tmp/weir-test-XXXXXX");
    given->descriptor = mkstemp(given->path);
    ck_assert_int_ge(given->descriptor, 0);
    ck_assert_int_eq(write(given->descriptor, trial->csv, trial->len),
                     (ssize_t)trial->len);
    lseek(given->descriptor, 0, SEEK_SET);
    given->input.context = &given->descriptor;
    given->input.read = weir_read_descriptor;
    if (kind == BY_STDIO) {
        given->file = fopen(given->path, "rb");
        given->input.context = given->file;
        given->input.read = weir_read_stdio;
    }
    if (kind == IN_A_FILE)
        given->input = (struct weir_input){.path = given->path};
}

void question_take_back(struct given *given)
{
    if (given->file)
        (void)fclose(given->file);
    if (given->descriptor >= 0)
        close(given->descriptor);
    if (*given->path)
        unlink(given->path);
}

char *question_table(size_t records, size_t *len)
{
    char *text = malloc(records * 16 + 8);
    *len = (size_t)sprintf(text, "k,v\n");
    for (size_t i = 0; i < records; i++)
        *len += (size_t)sprintf(text + *len, "%zu,%zu\n", i, i % 7);
    return text;
}

struct weir_query *question_open(const char *words, const char *text,
                                 size_t len, size_t threads)
{
    struct weir_error error;
    const struct weir_input input = {.bytes = text, .len = len};
    const struct weir_reading reading = {.batch = 4096};
    const struct weir_query_options options = {
        .size = sizeof options, .threads = threads, .reading = &reading};
    struct weir_query *query =
        weir_query_open(words, &input, 1, &options, &error);
    ck_assert_msg(query != NULL, "%s", error.message);
    return query;
}

void question_put_row(FILE *out, const struct weir_row *row)
{
    for (size_t i = 0; i < row->n; i++) {
        trial_put_field(out, row->value[i].text);
        putc(i + 1 < row->n ? ',' : '\n', out);
    }
}

void question_put_names(FILE *out, const struct weir_query *query)
{
    for (size_t i = 0; i < weir_query_columns(query); i++)
        fprintf(out, "%s%s:%d", i ? "," : "", weir_query_name(query, i),
                (int)weir_query_type(query, i));
    putc('\n', out);
}

char *question_text(struct weir_query *query, enum weir_status *status,
                    struct weir_error *error)
{
    char *text;
    size_t len;
    const struct weir_row *row;
    FILE *out = open_memstream(&text, &len);
    question_put_names(out, query);
    while ((*status = weir_query_next(query, &row, error)) == WEIR_OK)
        question_put_row(out, row);
    weir_query_close(query);
    (void)fclose(out);
    return text;
}
