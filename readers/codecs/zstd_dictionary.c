/*
 * A zstd dictionary (RFC 8878, section 5): one that `zstd --train` writes and
 * that has an ID, or any other bytes, which have none.
 */
#include "readers/codecs/zstd.h"

#include "readers/codecs/heap.h"

/* How much the buffer for the file grows at first. */
#define MORE ((size_t)64 << 10)

void weir_zstd_dictionary_close(struct weir_zstd_dictionary *dictionary)
{
    if (!dictionary)
        return;
    (void)ZSTD_freeDDict(dictionary->digested);
    weir_free(WEIR_MEMORY_DECODER, dictionary->bytes);
    weir_free(WEIR_MEMORY_DECODER, dictionary);
}

static enum weir_status read_file(struct weir_zstd_dictionary *dictionary,
                                  const char *path, struct weir_error *error)
{
    char *bytes = NULL;
    size_t capacity = 0;
    ptrdiff_t n = 1;
    struct weir_source *file = weir_file_open(path, NULL, error);
    if (!file)
        return error->status;
    while (n > 0) {
        if (dictionary->len == capacity &&
            !weir_grow(WEIR_MEMORY_DECODER, &bytes, &capacity,
                       capacity + MORE)) {
            n = weir_fail_memory(error, "a zstd dictionary", capacity + MORE);
            break;
        }
        n = weir_read(file, bytes + dictionary->len, capacity - dictionary->len,
                      error);
        dictionary->len += n > 0 ? (size_t)n : 0;
    }
    dictionary->bytes = bytes;
    weir_source_close(file);
    return n < 0 ? (enum weir_status)n : WEIR_OK;
}

static enum weir_status digest(struct weir_zstd_dictionary *dictionary,
                               struct weir_error *error)
{
    ZSTD_customMem memory = {.customAlloc = weir_heap_take,
                             .customFree = weir_heap_give,
                             .opaque = &dictionary->heap};
    dictionary->digested =
        ZSTD_createDDict_advanced(dictionary->bytes, dictionary->len,
                                  ZSTD_dlm_byRef, ZSTD_dct_auto, memory);
    dictionary->id = ZSTD_getDictID_fromDDict(dictionary->digested);
    if (dictionary->digested)
        return WEIR_OK;
    if (!dictionary->heap.refused)
        return weir_fail(error, WEIR_IO, "is a damaged zstd dictionary");
    return weir_fail_memory(
        error, "a zstd dictionary",
        ZSTD_estimateDDictSize(dictionary->len, ZSTD_dlm_byRef));
}

struct weir_zstd_dictionary *weir_zstd_dictionary_open(const char *path,
                                                       struct weir_error *error)
{
    struct weir_zstd_dictionary *dictionary =
        weir_alloc_zero(WEIR_MEMORY_DECODER, sizeof *dictionary);
    if (!dictionary) {
        weir_fail_memory(error, "a zstd dictionary", sizeof *dictionary);
        weir_source_place(path, error);
        return NULL;
    }
    dictionary->heap.site = WEIR_LIBRARY("zstd");
    enum weir_status status = read_file(dictionary, path, error);
    if (!status && dictionary->len == 0)
        status = weir_fail(error, WEIR_IO,
                           "is empty, where a zstd dictionary is expected");
    if (!status)
        status = digest(dictionary, error);
    if (!status)
        return dictionary;
    weir_source_place(path, error);
    weir_zstd_dictionary_close(dictionary);
    return NULL;
}

void weir_zstd_dictionary_estimate(
    const struct weir_zstd_dictionary *dictionary,
    struct weir_estimate *estimate)
{
    const unsigned phases = estimate->phases;
    estimate->phases = WEIR_PHASES; /* it stays until the input is closed */
    weir_estimate_add(estimate,
                      sizeof *dictionary + weir_held(dictionary->bytes) +
                          dictionary->heap.held,
                      "zstd dictionary");
    estimate->phases = phases;
}
