/*
 * base/arena.c: blocks that are addressed by handles.
 */
#include "base/aggregate.h"
#include "tests/runner.h"

#include <check.h>
#include <string.h>

static struct weir_arena arena;

static void set_up(void)
{
    weir_arena_init(&arena, WEIR_MEMORY_GROUP);
}

static void tear_down(void)
{
    weir_memory_limit(0);
    weir_arena_release(&arena);
    ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_GROUP).live, 0);
}

START_TEST(take_never_gives_handle_0)
{
    weir_handle handle = weir_arena_take(&arena, 1);
    ck_assert_uint_ne(handle, 0);
    ck_assert_uint_eq((uintptr_t)weir_arena_at(&arena, handle) % 16, 0);
}
END_TEST

START_TEST(blocks_keep_their_bytes_while_the_arena_moves)
{
    enum {
        N = 1000
    };
    weir_handle handle[N];
    char expected[N];
    for (size_t i = 0; i < N; i++) {
        handle[i] = weir_arena_take(&arena, i + 1);
        ck_assert_uint_ne(handle[i], 0);
        memset(weir_arena_at(&arena, handle[i]), (int)(i % 251), i + 1);
    }
    for (size_t i = 0; i < N; i++) {
        memset(expected, (int)(i % 251), i + 1);
        ck_assert_mem_eq(weir_arena_at(&arena, handle[i]), expected, i + 1);
    }
    ck_assert_uint_le(arena.used, arena.capacity);
}
END_TEST

START_TEST(freed_blocks_come_back_last_first)
{
    weir_handle a = weir_arena_take(&arena, 100);
    weir_handle b = weir_arena_take(&arena, 128);
    weir_handle small = weir_arena_take(&arena, 16);
    size_t used = arena.used;
    weir_arena_give(&arena, a, 100);
    weir_arena_give(&arena, b, 128);
    weir_arena_give(&arena, small, 16);
    ck_assert_uint_eq(weir_arena_take(&arena, 65), b);
    ck_assert_uint_eq(weir_arena_take(&arena, 0), small);
    ck_assert_uint_eq(weir_arena_take(&arena, 120), a);
    ck_assert_uint_eq(arena.used, used);
    ck_assert_uint_ne(weir_arena_take(&arena, 128), 0);
    ck_assert_uint_eq(arena.used, used + 128);
}
END_TEST

START_TEST(giving_none_is_nothing)
{
    weir_arena_give(&arena, 0, 16);
    weir_handle a = weir_arena_take(&arena, 16);
    weir_handle b = weir_arena_take(&arena, 16);
    ck_assert_uint_ne(a, 0);
    ck_assert_uint_ne(b, a);
}
END_TEST

START_TEST(refused_leaves_the_arena_whole)
{
    weir_handle a = weir_arena_take(&arena, 4096);
    memset(weir_arena_at(&arena, a), 'k', 4096);
    weir_memory_limit(weir_memory_total().live + 100000);
    ck_assert_uint_eq(weir_arena_take(&arena, 200000), 0);
    ck_assert_uint_eq(weir_arena_take(&arena, SIZE_MAX), 0);
    ck_assert_uint_eq(weir_arena_take(&arena, ((size_t)1 << 31) + 1), 0);
    char expected[4096];
    memset(expected, 'k', sizeof(expected));
    ck_assert_mem_eq(weir_arena_at(&arena, a), expected, sizeof(expected));
    ck_assert_uint_ne(weir_arena_take(&arena, 64), 0);
}
END_TEST

/* Near the limit there is not enough memory to double the arena, but enough for
 * what is asked. */
START_TEST(grows_by_what_is_needed_where_doubling_is_refused)
{
    ck_assert_uint_ne(weir_arena_take(&arena, 65536), 0);
    size_t capacity = arena.capacity;
    weir_memory_limit(weir_memory_total().live + 40000);
    ck_assert_uint_ne(weir_arena_take(&arena, 16384), 0);
    ck_assert_uint_lt(arena.capacity, capacity * 2);
}
END_TEST

START_TEST(release_may_be_followed_by_use)
{
    ck_assert_uint_ne(weir_arena_take(&arena, 64), 0);
    weir_arena_give(&arena, weir_arena_take(&arena, 64), 64);
    weir_arena_release(&arena);
    ck_assert_ptr_null(arena.bytes);
    ck_assert_uint_eq(weir_arena_take(&arena, 64), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("arena");
    TCase *tests = tcase_create("arena");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, take_never_gives_handle_0);
    tcase_add_test(tests, blocks_keep_their_bytes_while_the_arena_moves);
    tcase_add_test(tests, freed_blocks_come_back_last_first);
    tcase_add_test(tests, giving_none_is_nothing);
    tcase_add_test(tests, refused_leaves_the_arena_whole);
    tcase_add_test(tests, grows_by_what_is_needed_where_doubling_is_refused);
    tcase_add_test(tests, release_may_be_followed_by_use);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
