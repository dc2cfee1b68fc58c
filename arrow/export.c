#include "arrow/export.h"

#include "base/error.h"
#include "base/memory.h"
#include <string.h>

/* A consumer may move a child out of its parent, and mark it as released. So
 * each child owns its own memory, and a release looks before it frees. */

static void release_schema(struct ArrowSchema *schema)
{
    for (int64_t i = 0; i < schema->n_children; i++) {
        struct ArrowSchema *child = schema->children[i];
        if (child->release)
            child->release(child);
        weir_free(WEIR_MEMORY_OUTPUT, child);
    }
    weir_free(WEIR_MEMORY_OUTPUT, schema->children);
    weir_free(WEIR_MEMORY_OUTPUT, schema->private_data);
    schema->release = NULL;
}

void weir_arrow_buffers_free(struct weir_arrow_buffers *buffers)
{
    for (size_t i = 0; i < buffers->n; i++)
        weir_free(WEIR_MEMORY_OUTPUT, buffers->buffer[i]);
}

static void drop_array(struct ArrowArray *array)
{
    if (array->release)
        array->release(array);
    weir_free(WEIR_MEMORY_OUTPUT, array);
}

static void release_array(struct ArrowArray *array)
{
    for (int64_t i = 0; i < array->n_children; i++)
        drop_array(array->children[i]);
    weir_free(WEIR_MEMORY_OUTPUT, array->children);
    weir_arrow_buffers_free(array->private_data);
    weir_free(WEIR_MEMORY_OUTPUT, array->private_data);
    array->release = NULL;
}

static struct ArrowSchema *export_field(const char *name,
                                        struct weir_arrow_typed typed)
{
    const size_t len = strlen(name) + 1;
    struct ArrowSchema *field =
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, sizeof *field);
    char *text =
        weir_alloc(WEIR_MEMORY_OUTPUT, WEIR_ARROW_FORMAT_CAPACITY + len);
    if (!field || !text) {
        weir_free(WEIR_MEMORY_OUTPUT, field);
        weir_free(WEIR_MEMORY_OUTPUT, text);
        return NULL;
    }
    weir_arrow_format(typed, text);
    memcpy(text + WEIR_ARROW_FORMAT_CAPACITY, name, len);
    *field = (struct ArrowSchema){.format = text,
                                  .name = text + WEIR_ARROW_FORMAT_CAPACITY,
                                  .flags = ARROW_FLAG_NULLABLE,
                                  .release = release_schema,
                                  .private_data = text};
    return field;
}

enum weir_status weir_arrow_export_schema(struct ArrowSchema *out,
                                          const char *const *name,
                                          const struct weir_arrow_typed *typed,
                                          size_t n, struct weir_error *error)
{
    *out = (struct ArrowSchema){
        .format = "+s", .name = "", .release = release_schema};
    out->children = weir_alloc_zero(WEIR_MEMORY_OUTPUT,
                                    (n ? n : 1) * sizeof *out->children);
    bool taken = out->children;
    for (size_t i = 0; taken && i < n; i++) {
        taken = (out->children[i] = export_field(name[i], typed[i]));
        out->n_children += taken;
    }
    if (taken)
        return WEIR_OK;
    out->release(out);
    return weir_fail_memory(error, "an Arrow schema",
                            n * sizeof **out->children);
}

/* Returns false if memory is refused; the buffers are then freed. */
static bool fill(struct ArrowArray *out, struct weir_arrow_buffers *buffers,
                 size_t rows)
{
    struct weir_arrow_buffers *own =
        weir_alloc(WEIR_MEMORY_OUTPUT, sizeof *own);
    if (!own) {
        weir_arrow_buffers_free(buffers);
        return false;
    }
    *own = *buffers;
    *out = (struct ArrowArray){.length = (int64_t)rows,
                               .null_count = (int64_t)own->nulls,
                               .n_buffers = (int64_t)own->n,
                               .buffers = (void *)own->buffer,
                               .release = release_array,
                               .private_data = own};
    return true;
}

static struct ArrowArray *new_child(struct weir_arrow_buffers *buffers,
                                    size_t rows)
{
    struct ArrowArray *child =
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, sizeof *child);
    struct ArrowArray filled;
    const bool taken = fill(&filled, buffers, rows);
    if (child && taken)
        *child = filled;
    else if (taken)
        filled.release(&filled);
    if (taken)
        return child;
    weir_free(WEIR_MEMORY_OUTPUT, child);
    return NULL;
}

enum weir_status weir_arrow_export_array(struct ArrowArray *out,
                                         struct weir_arrow_buffers *column,
                                         size_t n, size_t rows,
                                         struct weir_error *error)
{
    /* A struct has one buffer, its validity: no row is null. */
    struct weir_arrow_buffers none = {.n = 1};
    const size_t bytes = n * sizeof *out->children;
    *out = (struct ArrowArray){0};
    bool taken = fill(out, &none, rows);
    if (taken)
        out->children = weir_alloc_zero(WEIR_MEMORY_OUTPUT, bytes + 1);
    taken = out->children;
    for (size_t i = 0; i < n; i++) {
        struct ArrowArray *child = new_child(&column[i], rows);
        taken &= child != NULL;
        if (child && out->children)
            out->children[out->n_children++] = child;
        else if (child)
            drop_array(child);
    }
    if (taken)
        return WEIR_OK;
    if (out->release)
        out->release(out);
    return weir_fail_memory(error, "an Arrow array", bytes);
}
