/*
 * base/weak.c and its uses: trees whose children know their parents without
 * owning them, and records that were kept for too long.
 */
#define WEIR_DEVELOPMENT /* as for programs in development */
#include "base/weak.h"

#include "base/memory.h"
#include "pipeline/rows.h"
#include "readers/csv/csv.h"
#include "tests/runner.h"

#include <check.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The tree of the tutorial: a parent owns its children, and a child knows its
 * parent. */
struct node {
    struct weir_weak self, parent;
    struct node *child[3];
    size_t n;
};

static struct node *node_new(struct node *parent)
{
    struct node *node = calloc(1, sizeof *node);
    ck_assert(weir_weak_begin(&node->self, node));
    if (parent) {
        node->parent = parent->self;
        parent->child[parent->n++] = node;
    }
    return node;
}

static void node_free(struct node *node)
{
    weir_weak_end(&node->self);
    for (size_t i = 0; i < node->n; i++)
        node_free(node->child[i]);
    free(node);
}

static size_t grow_tree(struct node *node, int depth)
{
    size_t n = 1;
    for (size_t i = 0; depth && i < 3; i++)
        n += grow_tree(node_new(node), depth - 1);
    return n;
}

/* Goes up from the leftmost leaf, and counts the steps to the root. */
static int steps_up(struct node *node)
{
    int steps = 0;
    while (node->n)
        node = node->child[0];
    while ((node = weir_weak_get(node->parent)))
        steps++;
    return steps;
}

START_TEST(a_tree_with_parents_is_freed_from_its_root)
{
    uint64_t before = weir_memory_usage(WEIR_MEMORY_OTHER).live;
    struct node *root = node_new(NULL);
    ck_assert_uint_eq(grow_tree(root, 6), 1093);
    ck_assert_int_eq(steps_up(root), 6);
    ck_assert_ptr_null(weir_weak_get(root->parent));
    ck_assert_ptr_eq(weir_weak_get(root->child[2]->parent), root);
    node_free(root);
    ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_OTHER).live, before);
}
END_TEST

/* A child that outlives its parent finds none, even if another node now uses
 * the parent's memory. */
START_TEST(a_handle_does_not_lead_to_a_successor)
{
    struct node *parent = node_new(NULL), *child = node_new(parent);
    parent->n = 0;
    uint32_t place = parent->self.place;
    node_free(parent);
    ck_assert_ptr_null(weir_weak_get(child->parent));
    struct node *other = node_new(NULL);
    ck_assert_uint_eq(other->self.place, place);
    ck_assert_ptr_null(weir_weak_get(child->parent));
    ck_assert_ptr_eq(weir_weak_get(other->self), other);
    struct weir_weak old = other->self;
    weir_weak_renew(&other->self);
    ck_assert_ptr_null(weir_weak_get(old));
    ck_assert_ptr_eq(weir_weak_get(other->self), other);
    /* Nor does it after all nodes are freed, and the table with them. */
    struct weir_weak last = other->self;
    node_free(other);
    node_free(child);
    ck_assert_ptr_null(weir_weak_get(last));
    other = node_new(NULL);
    ck_assert_ptr_null(weir_weak_get(last));
    node_free(other);
}
END_TEST

START_TEST(what_is_refused_has_no_life)
{
    struct weir_weak self = {0};
    weir_memory_fail_at(1);
    ck_assert(!weir_weak_begin(&self, &self));
    ck_assert_ptr_null(weir_weak_get(self));
    weir_weak_end(&self);
}
END_TEST

static void *many_lives(void *count)
{
    size_t *wrong = count;
    for (size_t i = 0; i < 3000; i++) {
        struct weir_weak one, two;
        int a, b;
        if (!weir_weak_begin(&one, &a) || !weir_weak_begin(&two, &b))
            return NULL;
        struct weir_weak gone = one;
        *wrong += weir_weak_get(one) != &a || weir_weak_get(two) != &b;
        weir_weak_end(&one);
        *wrong += weir_weak_get(gone) != NULL || weir_weak_get(two) != &b;
        weir_weak_end(&two);
    }
    return NULL;
}

START_TEST(threads_have_lives_side_by_side)
{
    pthread_t thread[4];
    size_t wrong[4] = {0};
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(
            pthread_create(&thread[i], NULL, many_lives, &wrong[i]), 0);
    for (size_t i = 0; i < 4; i++) {
        pthread_join(thread[i], NULL);
        ck_assert_uint_eq(wrong[i], 0);
    }
}
END_TEST

/* Records */

static struct weir_error error;
static int given_at; /* line of this file */

/* Reads two batches, and keeps a record of the first until the second is
 * read. */
static struct weir_rows *keep_too_long(struct weir_record *kept)
{
    static char csv[40000] = "a,b\n";
    struct weir_reading reading = {.batch = 64};
    struct weir_record record;
    size_t len = 4;
    for (size_t i = 0; i < 2000; i++)
        len += (size_t)sprintf(csv + len, i % 2 ? "12,x\n" : "1234,abcd\n");
    struct weir_source *source = weir_memory_source_open(csv, len, &error);
    ck_assert_ptr_nonnull(source);
    struct weir_stream *stream = weir_csv_over(source, "x", &reading, &error);
    ck_assert_ptr_nonnull(stream);
    struct weir_rows *rows = weir_rows_over(stream, &error);
    ck_assert_ptr_nonnull(rows);
    given_at = __LINE__ + 1;
    enum weir_status status = weir_rows_next(rows, kept, &error);
    ck_assert_int_eq(status, WEIR_OK);
    ck_assert_uint_eq(weir_record_fields(kept), 2);
    ck_assert_double_eq(weir_field_number(kept, 0), 1234);
    for (int i = 0; i < 500; i++)
        ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
    return rows;
}

/* Calls the functions without the macros, as a program that is not in
 * development does. */
static void ck_assert_gone(const struct weir_record *record)
{
    struct weir_decimal decimal;
    struct weir_text text = (weir_field_text)(record, 0);
    ck_assert_ptr_null(text.bytes);
    ck_assert_uint_eq(text.len, 0);
    ck_assert((isnan)((weir_field_number)(record, 0)));
    ck_assert(!(weir_field_decimal)(record, 0, &decimal));
    ck_assert_uint_eq((weir_record_fields)(record), 0);
}

START_TEST(a_record_kept_too_long_has_no_texts)
{
    struct weir_record kept;
    struct weir_rows *rows = keep_too_long(&kept);
    ck_assert_gone(&kept);
    ck_assert_int_eq((weir_rows_next)(rows, &kept, &error), WEIR_OK);
    ck_assert_ptr_nonnull((weir_field_text)(&kept, 1).bytes);
    weir_rows_close(rows);
    ck_assert_gone(&kept);
}
END_TEST

/* Runs in a child process, whose last message is read. */
START_TEST(in_development_it_aborts_and_names_both_places)
{
    int words[2], status;
    char said[400] = "";
    struct weir_record kept;
    struct weir_rows *rows = keep_too_long(&kept);
    int used = __LINE__ + 6; /* where the child uses it */
    ck_assert_int_eq(pipe(words), 0);
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        dup2(words[1], STDERR_FILENO);
        struct weir_text text = weir_field_text(&kept, 0);
        _exit(text.bytes != NULL);
    }
    close(words[1]);
    weir_rows_close(rows);
    FILE *reading = fdopen(words[0], "r");
    (void)!fgets(said, sizeof said, reading);
    (void)fclose(reading);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), SIGABRT);
    char expected[80];
    snprintf(expected, sizeof expected, "test_weak.c:%d: a record", used);
    ck_assert_msg(strstr(said, expected) != NULL, "%s", said);
    snprintf(expected, sizeof expected, "test_weak.c:%d; its batch", given_at);
    ck_assert_msg(strstr(said, expected) != NULL, "%s", said);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("weak");
    TCase *tests = tcase_create("weak");
    tcase_add_test(tests, a_tree_with_parents_is_freed_from_its_root);
    tcase_add_test(tests, a_handle_does_not_lead_to_a_successor);
    tcase_add_test(tests, what_is_refused_has_no_life);
    tcase_add_test(tests, threads_have_lives_side_by_side);
    tcase_add_test(tests, a_record_kept_too_long_has_no_texts);
    tcase_add_test(tests, in_development_it_aborts_and_names_both_places);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
