/*
 * Two partials may be merged if they answer the same query over the same
 * columns, read with the same options. The query counts as it is written,
 * except for blanks around it, because the spelling gives the answer's columns
 * their names.
 */
#include "jobs/identity.h"

#include "base/error.h"
#include "pipeline/groups/tables.h"
#include "readers/sources/sources.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void add(struct weir_identity *identity, const char *name,
                struct weir_text value)
{
    struct weir_partial_info *info = &identity->info;
    assert(info->n_facts + 1 < WEIR_FACTS_MAX); /* 1 for the position */
    identity->fact[info->n_facts++] =
        (struct weir_fact){weir_text_of(name), value, true};
}

/* Adds an option if it was given. */
static void add_option(struct weir_identity *identity, const char *name,
                       const char *value)
{
    if (value)
        add(identity, name, weir_text_of(value));
}

static const char *const bad_cells_names[] = {
    [WEIR_BAD_CELLS_NULL] = "null", [WEIR_BAD_CELLS_REJECT] = "reject"};

/* Adds the options that change which records and cells are read. */
static void add_reading(struct weir_identity *identity,
                        const struct weir_asked *asked)
{
    static const char *const bad_records[] = {
        [WEIR_BAD_RECORDS_PAD] = "pad", [WEIR_BAD_RECORDS_REJECT] = "reject"};
    const struct weir_reading *r = asked->reading;
    (void)snprintf(identity->skip, sizeof identity->skip, "%" PRIu64, r->skip);
    add_option(identity, "--dialect", r->dialect);
    add_option(identity, "--delimiter", r->delimiter);
    add_option(identity, "--quote", r->quote);
    add_option(identity, "--escape", r->escape);
    add_option(identity, "--comment", r->comment);
    add_option(identity, "--skip", r->skip ? identity->skip : NULL);
    add_option(identity, "--header", r->header);
    add_option(identity, "--no-header", r->no_header ? "yes" : NULL);
    add_option(identity, "--trim", r->trim ? "yes" : NULL);
    add_option(identity, "--null", r->null);
    add_option(identity, "--bad-records", bad_records[r->bad_records]);
    add_option(identity, "--bad-cells", bad_cells_names[asked->cells.bad]);
    const struct weir_notation *n = &asked->cells.notation;
    *identity->decimal = n->decimal;
    *identity->thousands = n->thousands;
    add_option(identity, "--decimal",
               n->decimal == ',' ? identity->decimal : NULL);
    add_option(identity, "--thousands",
               n->thousands ? identity->thousands : NULL);
}

static bool find_bad_cells(struct weir_text kept, enum weir_bad_cells *found)
{
    *found = WEIR_BAD_CELLS_ERROR;
    for (size_t i = 0; i < sizeof bad_cells_names / sizeof *bad_cells_names;
         i++)
        if (bad_cells_names[i] &&
            weir_text_compare(kept, weir_text_of(bad_cells_names[i])) == 0)
            *found = (enum weir_bad_cells)i;
    return *found != WEIR_BAD_CELLS_ERROR || kept.len == 0;
}

bool weir_identity_cells(const struct weir_partial_info *info,
                         struct weir_cell_rules *cells)
{
    struct weir_text decimal = weir_partial_fact(info, "--decimal");
    struct weir_text thousands = weir_partial_fact(info, "--thousands");
    struct weir_notation *n = &cells->notation;
    *cells = (struct weir_cell_rules){0};
    return find_bad_cells(weir_partial_fact(info, "--bad-cells"),
                          &cells->bad) &&
           (!decimal.len || weir_notation_decimal(decimal, &n->decimal)) &&
           (!thousands.len ||
            weir_notation_thousands(thousands, &n->thousands));
}

static bool is_plain(const char *name)
{
    size_t plain = strspn(name, "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$.- ");
    return *name && !name[plain];
}

/* Writes the column names as a header line that reads back as the same
 * names. */
static bool write_columns(struct weir_identity *identity,
                          const struct weir_schema *schema)
{
    size_t capacity = 1;
    for (size_t i = 0; i < schema->n_columns; i++)
        capacity += 2 * strlen(schema->name[i]) + 3;
    char *at = identity->columns = weir_alloc(WEIR_MEMORY_OTHER, capacity);
    for (size_t i = 0; at && i < schema->n_columns; i++) {
        bool plain = is_plain(schema->name[i]);
        if (i)
            *at++ = ',';
        if (!plain)
            *at++ = '"';
        for (const char *c = schema->name[i]; *c; c++) {
            if (*c == '"')
                *at++ = '"';
            *at++ = *c;
        }
        if (!plain)
            *at++ = '"';
    }
    if (at)
        *at = '\0';
    return at != NULL;
}

static enum weir_status describe_input(const char *path,
                                       struct weir_partial_input *input,
                                       struct weir_error *error)
{
    struct stat file;
    *input = (struct weir_partial_input){weir_text_of(path), UINT64_MAX, 0};
    if (strcmp(path, "-") == 0)
        return WEIR_OK;
    if (stat(path, &file) != 0) {
        weir_fail_errno(error, "cannot find out its size");
        weir_source_place(path, error);
        return error->status;
    }
    if (S_ISREG(file.st_mode)) {
        input->bytes = (uint64_t)file.st_size;
        input->modified = (uint64_t)file.st_mtim.tv_sec * 1000000000 +
                          (uint64_t)file.st_mtim.tv_nsec;
    }
    return WEIR_OK;
}

static struct weir_text trimmed(struct weir_text text)
{
    static const char blanks[] = " \t\r\n";
    while (text.len && strchr(blanks, text.bytes[text.len - 1]))
        text.len--;
    while (text.len && strchr(blanks, *text.bytes))
        text.bytes++, text.len--;
    return text;
}

enum weir_status weir_identity_init(struct weir_identity *identity,
                                    const struct weir_asked *asked,
                                    struct weir_error *error)
{
    size_t n = asked->n_paths;
    *identity = (struct weir_identity){.shard = {1, 1, 0, 0}};
    if (asked->of_shards)
        identity->shard =
            (struct weir_shards){asked->shard, asked->shard, 0, 0};
    identity->table = weir_tables_describe(asked->plan, error);
    if (!identity->table)
        return error->status;
    identity->input =
        weir_alloc(WEIR_MEMORY_OTHER, n * sizeof *identity->input);
    if (!identity->input || !write_columns(identity, asked->schema))
        return weir_fail_memory(error, "a partial's header",
                                n * sizeof *identity->input);
    for (size_t i = 0; i < n; i++)
        if (describe_input(asked->path[i], &identity->input[i], error))
            return error->status;
    identity->info = (struct weir_partial_info){
        .fact = identity->fact,
        .table = identity->table,
        .shards = &identity->shard,
        .input = identity->input,
        .n_tables = (uint32_t)asked->plan->n_tables,
        .n_shards = 1,
        .n_inputs = (uint32_t)n,
        .of_shards = asked->of_shards ? asked->of_shards : 1};
    add(identity, WEIR_FACT_QUERY, trimmed(weir_text_of(asked->query)));
    add(identity, WEIR_FACT_COLUMNS, weir_text_of(identity->columns));
    add_reading(identity, asked);
    return WEIR_OK;
}

void weir_identity_release(struct weir_identity *identity)
{
    weir_free(WEIR_MEMORY_SPILL, identity->table);
    weir_free(WEIR_MEMORY_OTHER, identity->input);
    weir_free(WEIR_MEMORY_OTHER, identity->columns);
}
