/*
 * The values of options. Each function reads one kind of value from `text` into
 * `into`, which points to what the comment says. If `text` is none, it prints
 * what was found and what was expected, and exits with 2; the message begins
 * with the option's name.
 */
#ifndef WEIR_CLI_OPTION_VALUES_H
#define WEIR_CLI_OPTION_VALUES_H

typedef void weir_option_reader(const char *option, const char *text,
                                void *into);

weir_option_reader weir_option_flag; /* bool, which becomes true */
weir_option_reader weir_option_text; /* const char *; the text is borrowed */
weir_option_reader weir_option_file; /* the same, not empty */
weir_option_reader weir_option_list; /* the same; the option comes once */
weir_option_reader weir_option_number;
weir_option_reader weir_option_size;    /* bytes, such as 64M; at least 1 */
weir_option_reader weir_option_length;  /* the same, as a size_t */
weir_option_reader weir_option_seconds; /* as nanoseconds; at least 0.001 s */
weir_option_reader weir_option_threads; /* unsigned, at least 1 */
weir_option_reader weir_option_descriptor; /* int */
weir_option_reader weir_option_bad_cells;  /* enum weir_bad_cells */
weir_option_reader weir_option_bad_records;
weir_option_reader weir_option_decimal; /* struct weir_notation */
weir_option_reader weir_option_thousands;
weir_option_reader weir_option_mark; /* char: a comma, or zero for a point */
weir_option_reader weir_option_byte; /* char, a delimiter of CSV */
weir_option_reader weir_option_progress;
weir_option_reader weir_option_stats;  /* enum weir_stats_form; or NULL */
weir_option_reader weir_option_format; /* const struct weir_format * */

/* These set several members of the struct weir_options that `into` points to.
 * For a layout `text` may be NULL. shard.c has the last one. */
weir_option_reader weir_option_memory;
weir_option_reader weir_option_layout;
weir_option_reader weir_option_lazy;
weir_option_reader weir_option_shard;

#endif
