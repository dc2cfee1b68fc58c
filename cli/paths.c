#include "cli/paths.h"

#include "base/error.h"
#include "base/memory.h"
#include "readers/sources/sources.h"
#include <assert.h>
#include <errno.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>

/* Bytes of a list to read at a time, at least. */
#define MORE ((size_t)65536)

void weir_paths_release(struct weir_paths *paths)
{
    for (size_t i = 0; i < paths->n_copies; i++)
        weir_free(WEIR_MEMORY_OTHER, paths->copy[i]);
    weir_free(WEIR_MEMORY_OTHER, paths->copy);
    weir_free(WEIR_MEMORY_OTHER, paths->path);
    *paths = (struct weir_paths){0};
}

enum weir_status weir_paths_add(struct weir_paths *paths, const char *path,
                                struct weir_error *error)
{
    if (!weir_grow(WEIR_MEMORY_OTHER, &paths->path, &paths->capacity,
                   paths->n + 1))
        return weir_fail_memory(error, "the names of the files",
                                (paths->n + 1) * sizeof *paths->path);
    paths->path[paths->n++] = path;
    return WEIR_OK;
}

/* Keeps a text until release; takes it over, also on failure. */
static enum weir_status keep(struct weir_paths *paths, char *text,
                             struct weir_error *error)
{
    if (text && weir_grow(WEIR_MEMORY_OTHER, &paths->copy,
                          &paths->copies_capacity, paths->n_copies + 1)) {
        paths->copy[paths->n_copies++] = text;
        return WEIR_OK;
    }
    weir_free(WEIR_MEMORY_OTHER, text);
    return weir_fail_memory(error, "the names of the files",
                            (paths->n_copies + 1) * sizeof *paths->copy);
}

static enum weir_status add_copy(struct weir_paths *paths, const char *path,
                                 struct weir_error *error)
{
    char *copy = weir_copy_text(WEIR_MEMORY_OTHER, path, strlen(path));
    enum weir_status status = keep(paths, copy, error);
    return status ? status : weir_paths_add(paths, copy, error);
}

enum weir_status weir_paths_expand(struct weir_paths *paths, const char *path,
                                   struct weir_error *error)
{
    struct stat file;
    glob_t found;
    if (!strpbrk(path, "*?[") || stat(path, &file) == 0 || errno != ENOENT)
        return weir_paths_add(paths, path, error);
    enum weir_status status = WEIR_OK;
    int wrong = glob(path, GLOB_ERR, NULL, &found);
    if (wrong == GLOB_NOSPACE)
        errno = ENOMEM;
    if (wrong && wrong != GLOB_NOMATCH)
        status = weir_fail_errno(error, "cannot look for the pattern's files");
    else if (wrong)
        status = weir_fail(error, WEIR_IO, "no file matches the pattern");
    for (size_t i = 0; !status && i < found.gl_pathc; i++)
        status = add_copy(paths, found.gl_pathv[i], error);
    if (wrong)
        weir_source_place(path, error);
    globfree(&found);
    return status;
}

/* The text of a list, terminated. */
struct list {
    char *text;
    size_t len, capacity;
};

static enum weir_status read_all(struct list *list, struct weir_source *source,
                                 struct weir_error *error)
{
    ptrdiff_t n = 1;
    while (n > 0) {
        if (list->len + 1 >= list->capacity &&
            !weir_grow(WEIR_MEMORY_OTHER, &list->text, &list->capacity,
                       list->capacity + MORE))
            return weir_fail_memory(error, "the names of the files",
                                    list->capacity + MORE);
        n = weir_read(source, list->text + list->len,
                      list->capacity - list->len - 1, error);
        list->len += n > 0 ? (size_t)n : 0;
    }
    list->text[list->len] = '\0';
    return n < 0 ? (enum weir_status)n : WEIR_OK;
}

/* Adds the names in the text, which the paths keep. */
static enum weir_status add_all(struct weir_paths *paths,
                                const struct list *list,
                                struct weir_error *error)
{
    assert(list->text);
    const char end = memchr(list->text, '\0', list->len) ? '\0' : '\n';
    size_t before = paths->n;
    char *past = list->text + list->len;
    for (char *at = list->text, *next; at < past; at = next + 1) {
        next = memchr(at, end, (size_t)(past - at));
        next = next ? next : past;
        *next = '\0';
        if (end == '\n' && next > at && next[-1] == '\r')
            next[-1] = '\0';
        if (*at && weir_paths_expand(paths, at, error))
            return error->status;
    }
    return paths->n > before
               ? WEIR_OK
               : weir_fail(error, WEIR_USAGE, "--files-from: no names in it");
}

enum weir_status weir_paths_read(struct weir_paths *paths, const char *file,
                                 struct weir_error *error)
{
    struct list list = {0};
    struct weir_source *source = weir_source_open(file, NULL, NULL, error);
    enum weir_status status =
        source ? read_all(&list, source, error) : error->status;
    weir_source_close(source);
    if (!status)
        status = add_all(paths, &list, error);
    if (status)
        weir_source_place(file, error);
    enum weir_status kept = list.text ? keep(paths, list.text, error) : WEIR_OK;
    return status ? status : kept;
}
