/*
 * Dates in forms of their own, by the letters of strptime and strftime:
 * %d/%m/%Y. Names are English, whatever the locale, and in any case when they
 * are read.
 *
 * A number is read as the digits there are, at most as many as it is written
 * with; a year needs all four. Every other byte stands for itself. Blanks and
 * tabs may surround a date that is read.
 */
#ifndef WEIR_PIPELINE_OPS_DATE_FORMAT_H
#define WEIR_PIPELINE_OPS_DATE_FORMAT_H

#include "pipeline/ops/date.h"

/*
 * Check a format before it is used, for reading or for writing. One for reading
 * must give a year, nothing twice, and nothing without what it is a part of.
 * WEIR_USAGE says what is wrong.
 */
enum weir_status
weir_date_format_check_read(struct weir_text format,
                            struct weir_error *error) WEIR_CHECKED;
enum weir_status
weir_date_format_check_write(struct weir_text format,
                             struct weir_error *error) WEIR_CHECKED;

/* Translates a format by words, such as MM/DD/YYYY, to one by letters. Returns
 * false if it has letters already, or a word that is none. The checks above
 * refuse such a format, and propose its translation. date_format_words.c */
#define WEIR_TRANSLATED ((size_t)64)
bool weir_date_format_translate(struct weir_text format,
                                char into[WEIR_TRANSLATED]) WEIR_CHECKED;

/*
 * Reads a date in the first of the formats that it has. Between two formats
 * there is a zero byte. A month or day that the format does not give is 1; a
 * weekday that the date does not have is an error. The result is
 * weir_date_read's.
 */
enum weir_kind weir_date_format_read(struct weir_text formats,
                                     struct weir_text text,
                                     struct weir_date *date);

/* Writes the date, and returns the length, which is at most the width. */
size_t weir_date_format_write(struct weir_text format,
                              const struct weir_date *date, char *into);
size_t weir_date_format_width(struct weir_text format);

#endif
