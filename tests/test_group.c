/*
 * pipeline/groups/group.c: the key table, compared with a list that is searched
 * from its beginning.
 */
#include "pipeline/groups/group.h"
#include "tests/runner.h"
#include "tests/trial.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define PARTS 3
#define ROWS 64

/* Texts as a reader delivers them, with readable bytes before and after
 * each. */
struct column {
    char text[ROWS * 48];
    struct weir_span span[ROWS];
    struct weir_vector vector;
};

struct list {
    struct {
        char bytes[PARTS][48];
        uint32_t len[PARTS];
    } * key;
    size_t n;
};

/* Lengths lie around multiples of 8 bytes, the words of which a short key
 * consists. */
static void draw_column(struct column *column, uint64_t *seed, unsigned values)
{
    static const unsigned lens[] = {0, 1, 7, 8, 9, 15, 16, 17, 31, 40};
    column->vector =
        (struct weir_vector){.base = column->text, .span = column->span};
    for (uint32_t r = 0; r < ROWS; r++) {
        uint64_t value = draw(seed, values);
        uint32_t len = lens[draw(&value, 10)], start = r * 48 + 4;
        column->span[r] = (struct weir_span){start, len};
        for (uint32_t i = 0; i < 44; i++)
            column->text[start + i] =
                (char)(i < len ? draw(&value, 3) : draw(seed, 256));
    }
}

static size_t list_find(struct list *list, const struct column *column,
                        size_t n_parts, uint32_t row)
{
    size_t at = 0;
    for (; at < list->n; at++) {
        bool same = true;
        for (size_t i = 0; same && i < n_parts; i++) {
            struct weir_text text = weir_vector_text(&column[i].vector, row);
            same = text.len == list->key[at].len[i] &&
                   !memcmp(text.bytes, list->key[at].bytes[i], text.len);
        }
        if (same)
            return at;
    }
    list->key = realloc(list->key, (list->n + 1) * sizeof *list->key);
    for (size_t i = 0; i < n_parts; i++) {
        struct weir_text text = weir_vector_text(&column[i].vector, row);
        memcpy(list->key[at].bytes[i], text.bytes, text.len);
        list->key[at].len[i] = (uint32_t)text.len;
    }
    return list->n++;
}

static void ck_assert_keys(const struct weir_groups *groups,
                           const struct list *list)
{
    ck_assert_uint_eq(groups->n, list->n);
    for (size_t g = 0; g < list->n; g++)
        for (size_t i = 0; i < groups->composite.n_parts; i++) {
            struct weir_text part = weir_groups_part(groups, g, i);
            ck_assert_uint_eq(part.len, list->key[g].len[i]);
            ck_assert_int_eq(
                memcmp(part.bytes, list->key[g].bytes[i], part.len), 0);
        }
}

static void fill(struct weir_groups *groups, struct list *list, uint64_t seed,
                 unsigned values)
{
    static struct column column[PARTS];
    const struct weir_vector *part[PARTS];
    uint32_t group[ROWS];
    struct weir_error error;
    for (unsigned turn = 0; turn < 40; turn++) {
        for (size_t i = 0; i < groups->composite.n_parts; i++) {
            draw_column(&column[i], &seed, values);
            part[i] = &column[i].vector;
        }
        ck_assert_int_eq(weir_groups_find(groups, part, ROWS, group, &error),
                         WEIR_OK);
        for (uint32_t r = 0; r < ROWS; r++)
            ck_assert_uint_eq(
                group[r],
                list_find(list, column, groups->composite.n_parts, r));
    }
    ck_assert_keys(groups, list);
}

static const unsigned values[] = {1, 4, 60, 100000};

START_TEST(groups_are_numbered_as_they_appear)
{
    struct weir_groups groups;
    struct weir_error error;
    struct list list = {0};
    uint64_t live = weir_memory_total().live;
    size_t n_parts = 1 + (size_t)_i % PARTS;
    ck_assert_int_eq(weir_groups_init(&groups, n_parts, &error), WEIR_OK);
    fill(&groups, &list, (uint64_t)_i, values[_i / PARTS]);
    weir_groups_release(&groups);
    ck_assert_uint_eq(weir_memory_total().live, live);
    free(list.key);
}
END_TEST

START_TEST(groups_of_another_table_are_added_or_found)
{
    struct weir_groups groups, other;
    struct weir_error error;
    struct list list = {0}, list_of_other = {0};
    size_t n_parts = 1 + (size_t)_i % PARTS;
    ck_assert_int_eq(weir_groups_init(&groups, n_parts, &error), WEIR_OK);
    ck_assert_int_eq(weir_groups_init(&other, n_parts, &error), WEIR_OK);
    fill(&groups, &list, 1, 60);
    fill(&other, &list_of_other, 2, 90);
    for (size_t g = 0; g < other.n; g++) {
        uint32_t into;
        size_t before = groups.n;
        ck_assert_int_eq(weir_groups_add(&groups, &other, g, &into, &error),
                         WEIR_OK);
        ck_assert_uint_le(into, before);
        ck_assert(into < before || groups.n == before + 1);
        for (size_t i = 0; i < n_parts; i++) {
            struct weir_text a = weir_groups_part(&groups, into, i);
            struct weir_text b = weir_groups_part(&other, g, i);
            ck_assert_uint_eq(a.len, b.len);
            ck_assert_int_eq(memcmp(a.bytes, b.bytes, a.len), 0);
        }
    }
    weir_groups_release(&groups);
    weir_groups_release(&other);
    free(list.key);
    free(list_of_other.key);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("group");
    TCase *tests = tcase_create("group");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, groups_are_numbered_as_they_appear, 0,
                        4 * PARTS);
    tcase_add_loop_test(tests, groups_of_another_table_are_added_or_found, 0,
                        PARTS);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
