/*
 * Asks SQL over a stream of weir in DuckDB, by DuckDB's C interface:
 *
 *     arrow_tool LIBDUCKDB SQL PATH [OPTION...]
 *
 *     columns=a,b     the records of PATH, with these columns
 *     question=...    the answer to this question, not the records
 *     types=a=date32,b=decimal(2)
 *     rows=N          of a batch
 *     null=TEXT       as in struct weir_reading
 *
 * In the SQL the stream is the table weir. Prints the columns' names and types,
 * and then the rows, with tabs between values. Exits with 1 and a message on
 * standard error if anything fails.
 *
 * A scan of a stream by DuckDB's C interface takes for granted that the stream
 * leaves out columns that the SQL does not need, which a C stream cannot know.
 * So the stream is read into a table as a whole.
 *
 * What DuckDB's headers would say is declared here: the package has none.
 */
#include "arrow/type.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX 32

struct result {
    uint64_t columns, rows, changed;
    void *column;
    char *error;
    void *internal;
};

static struct {
    int (*open)(const char *path, void **database);
    int (*connect)(void *database, void **connection);
    int (*arrow_scan)(void *connection, const char *table,
                      struct ArrowArrayStream *stream);
    int (*query)(void *connection, const char *sql, struct result *result);
    const char *(*result_error)(struct result *result);
    uint64_t (*column_count)(struct result *result);
    uint64_t (*row_count)(struct result *result);
    const char *(*column_name)(struct result *result, uint64_t column);
    char *(*value_varchar)(struct result *result, uint64_t column,
                           uint64_t row);
    void (*free)(void *block);
    void (*destroy_result)(struct result *result);
    void (*disconnect)(void **connection);
    void (*close)(void **database);
} duck;

/* ISO C knows no cast from an object to a function. */
static void load(void *library, const char *name, void *function)
{
    void *found = dlsym(library, name);
    if (!found) {
        (void)fprintf(stderr, "arrow_tool: no %s\n", name);
        exit(1);
    }
    memcpy(function, &found, sizeof found);
}

static void load_all(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        (void)fprintf(stderr, "arrow_tool: %s\n", dlerror());
        exit(1);
    }
#define LOAD(name) load(library, "duckdb_" #name, &duck.name)
    LOAD(open);
    LOAD(connect);
    LOAD(arrow_scan);
    LOAD(query);
    LOAD(result_error);
    LOAD(column_count);
    LOAD(row_count);
    LOAD(column_name);
    LOAD(value_varchar);
    LOAD(free);
    LOAD(destroy_result);
    LOAD(disconnect);
    LOAD(close);
#undef LOAD
}

static void fail(const char *what, const char *why)
{
    (void)fprintf(stderr, "arrow_tool: %s: %s\n", what, why);
    exit(1);
}

/* Splits at commas, in place. */
static size_t split(char *list, char **part)
{
    size_t n = 0;
    for (char *at = strtok(list, ","); at && n < MAX; at = strtok(NULL, ","))
        part[n++] = at;
    return n;
}

struct wish {
    char *columns, *question, *types;
    size_t rows;
    struct weir_reading reading;
};

static void take_wish(struct wish *wish, char *option)
{
    char *value = strchr(option, '=');
    if (!value)
        fail(option, "no option");
    *value++ = '\0';
    if (!strcmp(option, "columns"))
        wish->columns = value;
    else if (!strcmp(option, "question"))
        wish->question = value;
    else if (!strcmp(option, "types"))
        wish->types = value;
    else if (!strcmp(option, "rows"))
        wish->rows = strtoull(value, NULL, 10);
    else if (!strcmp(option, "null"))
        wish->reading.null = value;
    else
        fail(option, "no option");
}

static void take_types(struct weir_arrow_options *options,
                       struct weir_arrow_column *column, char *types)
{
    char *part[MAX];
    options->column = column;
    options->n = types ? split(types, part) : 0;
    for (size_t i = 0; i < options->n; i++) {
        char *type = strrchr(part[i], '=');
        if (!type)
            fail(part[i], "no type");
        *type++ = '\0';
        column[i].name = part[i];
        if (!weir_arrow_type_read(weir_text_of(type), &column[i].type,
                                  &column[i].scale))
            fail(type, "no type");
    }
}

static void open_stream(struct ArrowArrayStream *stream, const char *path,
                        struct wish *wish)
{
    struct weir_error error = {.place = ""};
    struct weir_arrow_column column[MAX];
    struct weir_arrow_options options = {.size = sizeof options,
                                         .rows = wish->rows};
    char *name[MAX];
    enum weir_status status = WEIR_OK;
    take_types(&options, column, wish->types);
    if (wish->question) {
        const struct weir_input input = {.path = path};
        const struct weir_query_options how = {
            .size = sizeof how, .reading = &wish->reading, .threads = 2};
        struct weir_query *query =
            weir_query_open(wish->question, &input, 1, &how, &error);
        if (!query || weir_query_arrow(query, &options, stream, &error))
            fail(error.place, error.message);
        return;
    }
    struct weir_rows *rows = weir_rows_open(path, &wish->reading, &error);
    if (rows && wish->columns) {
        const size_t n = split(wish->columns, name);
        status = weir_rows_select(rows, (const char *const *)name, n, &error);
    }
    if (!rows || status || weir_rows_arrow(rows, &options, stream, &error))
        fail(error.place, error.message);
}

static void print(struct result *result)
{
    const uint64_t columns = duck.column_count(result);
    const uint64_t rows = duck.row_count(result);
    for (uint64_t c = 0; c < columns; c++)
        printf("%s%s", c ? "\t" : "", duck.column_name(result, c));
    printf("\n");
    for (uint64_t row = 0; row < rows; row++) {
        for (uint64_t c = 0; c < columns; c++) {
            char *text = duck.value_varchar(result, c, row);
            printf("%s%s", c ? "\t" : "", text ? text : "NULL");
            duck.free(text);
        }
        printf("\n");
    }
}

int main(int argc, char **argv)
{
    struct ArrowArrayStream stream = {.release = NULL};
    struct result result = {.error = NULL};
    struct wish wish = {.rows = 0};
    void *database = NULL, *connection = NULL;
    if (argc < 4)
        fail("usage", "arrow_tool LIBDUCKDB SQL PATH [OPTION...]");
    for (int i = 4; i < argc; i++)
        take_wish(&wish, argv[i]);
    load_all(argv[1]);
    if (duck.open(NULL, &database) || duck.connect(database, &connection))
        fail(argv[1], "does not open");
    open_stream(&stream, argv[3], &wish);
    if (duck.arrow_scan(connection, "stream", &stream))
        fail("scan", stream.get_last_error(&stream));
    int bad = duck.query(connection,
                         "create table weir as select * from stream", &result);
    if (!bad) {
        duck.destroy_result(&result);
        bad = duck.query(connection, argv[2], &result);
    }
    if (bad)
        (void)fprintf(stderr, "arrow_tool: %s\n", duck.result_error(&result));
    else
        print(&result);
    duck.destroy_result(&result);
    if (stream.release)
        stream.release(&stream);
    duck.disconnect(&connection);
    duck.close(&database);
    return bad;
}
