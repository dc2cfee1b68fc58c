/*
 * Introspective sort (D. Musser, 1997): quicksort with the median of three. It
 * switches to heapsort if the recursion gets too deep, and to insertion sort
 * for short partitions.
 */
#include "base/sort.h"

#include <string.h>

#define SHORT 12

struct sorting {
    size_t element;
    int (*compare)(const void *, const void *, void *);
    void *context;
};

static void swap(const struct sorting *s, char *a, char *b)
{
    char hold[64];
    for (size_t at = 0; at < s->element; at += sizeof hold) {
        size_t n =
            s->element - at < sizeof hold ? s->element - at : sizeof hold;
        memcpy(hold, a + at, n);
        memcpy(a + at, b + at, n);
        memcpy(b + at, hold, n);
    }
}

static int order(const struct sorting *s, const char *a, const char *b)
{
    return s->compare(a, b, s->context);
}

static void insertion(const struct sorting *s, char *array, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (char *at = array + i * s->element;
             at > array && order(s, at - s->element, at) > 0; at -= s->element)
            swap(s, at - s->element, at);
}

static void sift(const struct sorting *s, char *array, size_t root, size_t n)
{
    for (size_t child; (child = 2 * root + 1) < n; root = child) {
        char *at = array + child * s->element;
        if (child + 1 < n && order(s, at, at + s->element) < 0) {
            child++;
            at += s->element;
        }
        if (order(s, array + root * s->element, at) >= 0)
            return;
        swap(s, array + root * s->element, at);
    }
}

static void heapsort(const struct sorting *s, char *array, size_t n)
{
    for (size_t root = n / 2; root-- > 0;)
        sift(s, array, root, n);
    while (n > 1) {
        n--;
        swap(s, array, array + n * s->element);
        sift(s, array, 0, n);
    }
}

/* Moves the median of the first, middle and last element to the front. */
static void choose_pivot(const struct sorting *s, char *array, size_t n)
{
    char *a = array, *b = array + n / 2 * s->element;
    char *c = array + (n - 1) * s->element;
    if (order(s, a, b) > 0)
        swap(s, a, b);
    if (order(s, b, c) > 0)
        swap(s, b, c);
    if (order(s, a, b) > 0)
        swap(s, a, b);
    swap(s, a, b);
}

/* Partitions by the first element, and returns the index where it ends up. */
static size_t partition(const struct sorting *s, char *array, size_t n)
{
    size_t low = 1, high = n - 1;
    for (;;) {
        while (low <= high && order(s, array + low * s->element, array) < 0)
            low++;
        while (low <= high && order(s, array + high * s->element, array) > 0)
            high--;
        if (low >= high)
            break;
        swap(s, array + low * s->element, array + high * s->element);
        low++;
        high--;
    }
    swap(s, array, array + high * s->element);
    return high;
}

static void quicksort(const struct sorting *s, char *array, size_t n,
                      unsigned depth)
{
    while (n > SHORT) {
        if (depth-- == 0) {
            heapsort(s, array, n);
            return;
        }
        choose_pivot(s, array, n);
        size_t pivot = partition(s, array, n);
        /* The loop sorts the longer part, so that the stack stays shallow. */
        char *right = array + (pivot + 1) * s->element;
        size_t n_right = n - pivot - 1;
        if (pivot < n_right) {
            quicksort(s, array, pivot, depth);
            array = right;
            n = n_right;
        } else {
            quicksort(s, right, n_right, depth);
            n = pivot;
        }
    }
    insertion(s, array, n);
}

void weir_sort(void *array, size_t n, size_t element,
               int (*compare)(const void *a, const void *b, void *context),
               void *context)
{
    struct sorting s = {element, compare, context};
    unsigned depth = 4;
    for (size_t m = n; m; m /= 2)
        depth += 2;
    quicksort(&s, array, n, depth);
}
