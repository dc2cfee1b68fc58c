/*
 * Prints one table: the total, then the components, then the places, each group
 * sorted by peak. All values are read before the table allocates memory.
 */
#include "cli/commands/commands.h"

#include "base/memory.h"
#include "cli/terminal/text_table.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct entry {
    const char *by;
    char name[120];
    struct weir_usage usage;
};

static const char *const titles[] = {"by",   "name",        "peak",
                                     "live", "allocations", "bytes/record"};

static void name_site(struct entry *entry, const struct weir_site_usage *site)
{
    if (!site->file)
        (void)snprintf(entry->name, sizeof entry->name, "before");
    else if (site->name)
        (void)snprintf(entry->name, sizeof entry->name, "%s (%s:%d)",
                       site->name, site->file, site->line);
    else
        (void)snprintf(entry->name, sizeof entry->name, "%s:%d", site->file,
                       site->line);
}

static int compare_peaks(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    uint64_t x = left->usage.peak, y = right->usage.peak;
    return x != y ? (x < y) - (x > y) : strcmp(left->name, right->name);
}

static size_t list_components(struct entry *entry)
{
    size_t n = 0;
    for (int i = 0; i < WEIR_N_COMPONENTS; i++) {
        enum weir_component component = (enum weir_component)i;
        struct weir_usage usage = weir_memory_usage(component);
        if (usage.allocations == 0)
            continue;
        entry[n] = (struct entry){.by = "component", .usage = usage};
        (void)snprintf(entry[n++].name, sizeof entry->name, "%s",
                       weir_component_name(component));
    }
    qsort(entry, n, sizeof *entry, compare_peaks);
    return n;
}

static size_t list_sites(struct entry *entry)
{
    struct weir_site_usage site;
    size_t n = 0;
    for (size_t i = 0; weir_profile_usage(i, &site); i++) {
        if (site.allocations == 0)
            continue;
        entry[n] = (struct entry){
            .by = "place", .usage = {site.live, site.peak, site.allocations}};
        name_site(&entry[n++], &site);
    }
    qsort(entry, n, sizeof *entry, compare_peaks);
    return n;
}

static void put_entry(const struct entry *entry, uint64_t records,
                      struct weir_text_table *text_table)
{
    const struct weir_usage *usage = &entry->usage;
    weir_text_table_put(text_table, "%s", entry->by);
    weir_text_table_put(text_table, "%s", entry->name);
    weir_text_table_size(text_table, usage->peak);
    weir_text_table_size(text_table, usage->live);
    weir_text_table_put(text_table, "%" PRIu64, usage->allocations);
    if (records)
        weir_text_table_put(text_table, "%.1f",
                            (double)usage->peak / (double)records);
    else
        weir_text_table_put(text_table, "%s", "");
}

int weir_profile_print(const struct weir_options *options, uint64_t records)
{
    /* Static and zero, so that only the pages in use take memory. */
    static struct entry entry[1 + WEIR_N_COMPONENTS + WEIR_SITES_MAX];
    size_t n = 0;
    entry[n++] = (struct entry){"total", "heap", weir_memory_total()};
    n += list_components(entry + n);
    n += list_sites(entry + n);
    const struct weir_format *format =
        options->format ? options->format : &weir_format_table;
    struct weir_text_table text_table = {
        .title = titles,
        .n_columns = sizeof titles / sizeof *titles,
        .readable = format->audience == WEIR_FOR_TERMINALS};
    weir_memory_limit(0); /* the limit was for the run, which is over */
    for (size_t i = 0; i < n; i++)
        put_entry(&entry[i], records, &text_table);
    return weir_text_table_print(&text_table, format, STDERR_FILENO);
}
