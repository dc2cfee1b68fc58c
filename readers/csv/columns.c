/*
 * The columns of several inputs are those of one table. They are matched by
 * their names:
 *
 *     table          a | b | c            union, in the order of appearance
 *     input 1        a | b                at: 0, 1, none
 *     input 2        c | a                at: 1, none, 0
 *
 * Without --union every input must have all columns of the table, and no other.
 * Inputs whose delimiters seem to differ are refused with --union as well.
 * Two columns of one name cannot be told apart, so inputs that have such
 * columns must have equal headers.
 */
#include "readers/csv/record.h"

#include "base/error.h"
#include "base/sort.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Bytes of a list of names in a message. */
#define LIST_CAPACITY 200

/* The columns of the table and of an input. */
struct matching {
    const struct weir_csv_names *table, *own;
    uint32_t *table_order, *own_order; /* the columns, by name */
    struct weir_csv_columns *columns;
    uint32_t *column; /* [field of the input]: its column in the table */
    size_t n_missing, n_surplus;
};

static int by_name(const void *a, const void *b, void *context)
{
    const struct weir_csv_names *names = context;
    const uint32_t *x = a, *y = b;
    return strcmp(names->name[*x], names->name[*y]);
}

static uint32_t *order_of(const struct weir_csv_names *names)
{
    struct weir_csv_names of = *names;
    uint32_t *order =
        weir_alloc(WEIR_MEMORY_READER, (names->n + 1) * sizeof *order);
    for (size_t i = 0; order && i < names->n; i++)
        order[i] = (uint32_t)i;
    if (order)
        weir_sort(order, names->n, sizeof *order, by_name, &of);
    return order;
}

/* A name that two columns have; NULL if there is none. */
static const char *repeated(const struct weir_csv_names *names,
                            const uint32_t *order)
{
    for (size_t i = 1; i < names->n; i++)
        if (strcmp(names->name[order[i - 1]], names->name[order[i]]) == 0)
            return names->name[order[i]];
    return NULL;
}

static bool same_names(const struct weir_csv_names *a,
                       const struct weir_csv_names *b)
{
    bool same = a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++)
        same = strcmp(a->name[i], b->name[i]) == 0;
    return same;
}

static void match_release(struct matching *m)
{
    weir_free(WEIR_MEMORY_READER, m->table_order);
    weir_free(WEIR_MEMORY_READER, m->own_order);
    weir_free(WEIR_MEMORY_READER, m->columns);
    weir_free(WEIR_MEMORY_READER, m->column);
}

/* Allocates arrays that also suffice if all columns of the input are added to
 * the table. */
static enum weir_status match_init(struct matching *m, struct weir_error *error)
{
    size_t n = m->table->n + m->own->n;
    m->table_order = order_of(m->table);
    m->own_order = order_of(m->own);
    m->columns = weir_alloc(WEIR_MEMORY_READER,
                            sizeof *m->columns + n * sizeof *m->columns->at);
    m->column = weir_alloc(WEIR_MEMORY_READER, m->own->n * sizeof *m->column);
    if (!m->table_order || !m->own_order || !m->columns || !m->column)
        return weir_fail_memory(error, "the header",
                                n * sizeof *m->columns->at);
    m->columns->n = m->own->n;
    for (size_t i = 0; i < n; i++)
        m->columns->at[i] = WEIR_NO_FIELD;
    for (size_t i = 0; i < m->own->n; i++)
        m->column[i] = WEIR_NO_FIELD;
    return WEIR_OK;
}

/* Walks along both headers, ordered by name. */
static void match(struct matching *m)
{
    size_t i = 0, k = 0;
    while (i < m->table->n && k < m->own->n) {
        uint32_t column = m->table_order[i], field = m->own_order[k];
        int order = strcmp(m->table->name[column], m->own->name[field]);
        if (order == 0) {
            m->columns->at[column] = field;
            m->column[field] = column;
        }
        m->n_missing += order < 0;
        m->n_surplus += order > 0;
        i += order <= 0;
        k += order >= 0;
    }
    m->n_missing += m->table->n - i;
    m->n_surplus += m->own->n - k;
}

/* Writes the names that have no counterpart: 'a', 'b', ... */
static const char *list(char into[LIST_CAPACITY],
                        const struct weir_csv_names *names,
                        const uint32_t *counterpart)
{
    size_t used = 0;
    *into = '\0';
    for (size_t i = 0; i < names->n; i++) {
        char shown[64];
        if (counterpart[i] != WEIR_NO_FIELD)
            continue;
        weir_show(shown, sizeof shown, names->name[i], strlen(names->name[i]),
                  40);
        if (used + strlen(shown) + 10 > LIST_CAPACITY) {
            (void)snprintf(into + used, LIST_CAPACITY - used, ", ...");
            break;
        }
        used += (size_t)snprintf(into + used, LIST_CAPACITY - used, "%s'%s'",
                                 used ? ", " : "", shown);
    }
    return into;
}

static enum weir_status refuse_repeated(const struct weir_csv *csv,
                                        const char *name,
                                        struct weir_error *error)
{
    char first[WEIR_NAME_CAPACITY], shown[96];
    return weir_fail(error, WEIR_DATA,
                     "the header is not that of %s, and two columns are named "
                     "'%s'; such files need equal headers",
                     weir_show_name(first, csv->each.name[csv->names.input]),
                     weir_show(shown, sizeof shown, name, strlen(name), 60));
}

static enum weir_status refuse_differing(const struct weir_csv *csv,
                                         const struct matching *m,
                                         struct weir_error *error)
{
    static const char advice[] = "--union fills what is missing with null";
    char first[WEIR_NAME_CAPACITY], missing[LIST_CAPACITY],
        surplus[LIST_CAPACITY];
    weir_show_name(first, csv->each.name[csv->names.input]);
    list(missing, m->table, m->columns->at);
    list(surplus, m->own, m->column);
    if (csv->inputs.by_union)
        return weir_fail(error, WEIR_DATA,
                         "the header has %s, which no other input has; for "
                         "--union, name an input that can be read only once "
                         "first",
                         surplus);
    if (!m->n_surplus)
        return weir_fail(error, WEIR_DATA,
                         "the header lacks %s, which that of %s has; %s",
                         missing, first, advice);
    if (!m->n_missing)
        return weir_fail(error, WEIR_DATA,
                         "the header has %s, which that of %s lacks; %s",
                         surplus, first, advice);
    return weir_fail(error, WEIR_DATA,
                     "the header lacks %s and has %s, unlike that of %s; %s",
                     missing, surplus, first, advice);
}

/* The delimiter that stands in a header of one column, where the dialect has
 * another; '\0' if there is none. */
static char other_delimiter(const char *delimiter,
                            const struct weir_csv_names *names)
{
    const char *c = WEIR_DELIMITERS;
    while (*c && (*c == *delimiter || !strchr(*names->name, *c)))
        c++;
    return names->n == 1 ? *c : '\0';
}

/* Refuses inputs that share no column because their delimiters differ, for
 * --union as well: all cells of one of them would be null. */
static enum weir_status check_delimiters(const struct weir_csv *csv,
                                         const struct matching *m,
                                         struct weir_error *error)
{
    const char *delimiter = weir_csv_dialect(csv)->delimiter;
    const char own[] = {other_delimiter(delimiter, m->own), '\0'};
    const char first[] = {other_delimiter(delimiter, m->table), '\0'};
    char name[WEIR_NAME_CAPACITY];
    if (m->n_missing < m->table->n || !*own == !*first)
        return WEIR_OK;
    const char *found = weir_delimiter_typed(*own ? own : first);
    const char *given = weir_delimiter_typed(delimiter);
    weir_show_name(name, csv->each.name[csv->names.input]);
    return weir_fail(error, WEIR_DATA,
                     "the header has %s'%s', unlike that of %s; weir -d '%s' "
                     "--output-delimiter '%s' '*' FILE writes %s with '%s'",
                     *own ? "" : "no ", found, name, found, given,
                     *own ? "this one" : "that one", given);
}

/* Adds the input's other columns to the table, which then owns their names. */
static enum weir_status add_surplus(struct weir_csv *csv, struct matching *m,
                                    struct weir_error *error)
{
    for (size_t field = 0; field < m->own->n; field++) {
        const char *name = m->own->name[field];
        if (m->column[field] != WEIR_NO_FIELD)
            continue;
        char *copy = weir_copy_text(WEIR_MEMORY_READER, name, strlen(name));
        enum weir_status status =
            copy ? weir_csv_names_add(&csv->names, copy, error)
                 : weir_fail_memory(error, "the header", strlen(name));
        if (status)
            return status;
        m->column[field] = (uint32_t)csv->names.n - 1;
        m->columns->at[m->column[field]] = (uint32_t)field;
    }
    return WEIR_OK;
}

/* Puts the input's columns first, in their order. The names that are not among
 * them follow in the order in which they were. */
static enum weir_status put_first(struct weir_csv *csv, struct matching *m,
                                  struct weir_error *error)
{
    struct weir_csv_names *names = &csv->names;
    char **moved =
        weir_alloc(WEIR_MEMORY_READER, names->n * sizeof *names->name);
    if (!moved)
        return weir_fail_memory(error, "the header",
                                names->n * sizeof *names->name);
    size_t n = m->own->n;
    for (size_t i = 0; i < names->n; i++) {
        uint32_t field = m->columns->at[i];
        moved[field == WEIR_NO_FIELD ? n++ : field] = names->name[i];
    }
    for (size_t i = 0; i < names->n; i++) {
        names->name[i] = moved[i];
        m->columns->at[i] = i < m->own->n ? (uint32_t)i : WEIR_NO_FIELD;
    }
    names->input = csv->current.next_input - 1;
    weir_free(WEIR_MEMORY_READER, moved);
    return WEIR_OK;
}

static enum weir_status compare(struct weir_csv *csv, struct matching *m,
                                struct weir_error *error)
{
    /* The schema's columns are fixed once the stream is open. */
    const bool open = csv->stream.schema.name != NULL;
    enum weir_status status = match_init(m, error);
    if (status)
        return status;
    assert(m->columns && m->column);
    const char *name = repeated(m->own, m->own_order);
    if (!name)
        name = repeated(m->table, m->table_order);
    if (name)
        return refuse_repeated(csv, name, error);
    match(m);
    status = check_delimiters(csv, m, error);
    if (status)
        return status;
    if (csv->inputs.by_union ? open && m->n_surplus
                             : m->n_missing || m->n_surplus)
        return refuse_differing(csv, m, error);
    status = add_surplus(csv, m, error);
    if (!status && !open && !csv->mode.previews && csv->shard.first_input == 0)
        status = put_first(csv, m, error);
    return status;
}

enum weir_status weir_csv_take_names(struct weir_csv *csv,
                                     struct weir_csv_names *names,
                                     struct weir_error *error)
{
    size_t input = csv->current.next_input - 1;
    struct weir_csv_columns **columns = &csv->each.columns[input];
    enum weir_status status = WEIR_OK;
    weir_free(WEIR_MEMORY_READER, *columns);
    *columns = NULL;
    if (csv->names.n == 0) {
        csv->names = *names;
        csv->names.input = input;
        *names = (struct weir_csv_names){0};
    } else if (!same_names(&csv->names, names)) {
        struct matching m = {.table = &csv->names, .own = names};
        status = compare(csv, &m, error);
        if (!status) {
            *columns = m.columns;
            m.columns = NULL;
        }
        match_release(&m);
    }
    return status;
}
