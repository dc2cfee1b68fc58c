/*
 * The table of functions, ordered by name. functions.c includes this file
 * twice.
 *
 *     STEP(name, call, brief, min, max, arguments, op, choice)
 *         A function that is one step: the op weir_op_OP, which a file of
 *         pipeline/ops/ defines, with its choice. It takes `min` to `max`
 *         arguments, and `arguments` says how they are converted.
 *     BUILT(name, call, brief, min, max, builder)
 *         A function whose steps the builder makes from the arguments.
 *
 * `weir help functions` prints call and brief. Both are NULL for the second
 * name of a function.
 */
/* clang-format off */
STEP("abs", "abs(x)", "the number without its sign", 1, 1, of_numbers, abs, 0)
BUILT("at_zone", "at_zone(x, 'Europe/Berlin')",
      "the local time there; x without offset is in UTC",
      2, 2, weir_build_at_zone)
STEP("ceil", "ceil(x)", "the least whole number not below x",
     1, 1, of_numbers, ceil, 0)
STEP("ceiling", NULL, NULL, 1, 1, of_numbers, ceil, 0)
BUILT("coalesce", "coalesce(x, y, ...)", "the first that is not null",
      1, ARGUMENTS_MAX, coalesce)
BUILT("concat", "concat(x, y, ...)",
      "the texts joined, as x || y; nulls are passed over",
      1, ARGUMENTS_MAX, concat)
BUILT("date", "date(x), date(x, '%d/%m/%Y')",
      "its day, YYYY-MM-DD; by the first format that fits",
      1, ARGUMENTS_MAX, weir_build_date)
BUILT("date_add", "date_add(x, 1, 'month')",
      "the date that many units later",
      3, 3, weir_build_date_add)
BUILT("date_diff", "date_diff('day', x, y)",
      "how many days, months, ... begin after x, up to y",
      3, 3, weir_build_date_diff)
BUILT("date_trunc", "date_trunc('month', x)",
      "where its year, month, week, hour, ... begins",
      2, 2, weir_build_date_trunc)
STEP("day", "day(x)", "of the month: 1 to 31",
     1, 1, of_date, date_part, WEIR_DAY)
STEP("dayofyear", NULL, NULL, 1, 1, of_date, date_part, WEIR_YEARDAY)
BUILT("epoch", "epoch(x), epoch(x, 'ms')",
      "seconds since 1970 in UTC, or ms, us, ns",
      1, 2, weir_build_epoch)
STEP("file", "file()", "the name of the record's file", 0, 0, of_record,
     load_text, 0)
BUILT("fixed", "fixed(x, 2), fixed(x, 2, ',', '.')",
      "a text with so many digits after the mark",
      1, 4, fixed)
STEP("floor", "floor(x)", "the greatest whole number not above x",
     1, 1, of_numbers, floor, 0)
BUILT("from_epoch", "from_epoch(x, 'ms')",
      "the date and time, in UTC; of seconds without unit",
      1, 2, weir_build_from_epoch)
STEP("hour", "hour(x)", "0 to 23", 1, 1, of_date, date_part, WEIR_HOUR)
STEP("isodow", NULL, NULL, 1, 1, of_date, date_part, WEIR_WEEKDAY)
STEP("isoyear", "isoyear(x)", "the year that week(x) belongs to",
     1, 1, of_date, date_part, WEIR_ISOYEAR)
STEP("length", "length(x)", "in characters", 1, 1, of_texts, length, 0)
STEP("line", "line()", "the line of its file on which the record begins",
     0, 0, of_record, load_number, 0)
STEP("lower", "lower(x)", "in small letters", 1, 1, of_letters, lower, 0)
STEP("minute", "minute(x)", "0 to 59", 1, 1, of_date, date_part, WEIR_MINUTE)
STEP("month", "month(x)", "1 to 12", 1, 1, of_date, date_part, WEIR_MONTH)
BUILT("num", "num(x), num(x, ',', '.')",
      "as a number, with those marks; also '5 %', '-5 $'",
      1, 3, to_number)
STEP("quarter", "quarter(x)", "1 to 4", 1, 1, of_date, date_part, WEIR_QUARTER)
STEP("round", "round(x), round(x, 2)",
     "to whole numbers, or to digits after the point",
     1, 2, of_numbers, round, 0)
STEP("second", "second(x)", "0 to 59", 1, 1, of_date, date_part, WEIR_SECOND)
BUILT("strftime", "strftime(x, '%Y-%m')", "the date in that format",
      2, 2, weir_build_strftime)
BUILT("strptime", "strptime(x, '%d/%m/%Y %T')",
      "as date(x, ...), with the time",
      2, ARGUMENTS_MAX, weir_build_strptime)
STEP("substr", "substr(x, from, count)",
     "characters, from 1 on; without count to the end",
     2, 3, of_text_numbers, substr, 0)
STEP("substring", NULL, NULL, 2, 3, of_text_numbers, substr, 0)
BUILT("text", "text(x)", "the value as text", 1, 1, to_text)
STEP("trim", "trim(x), trim(x, '*')",
     "without blanks, or those characters, at both ends",
     1, 2, of_texts, trim, 0)
STEP("upper", "upper(x)", "in capitals", 1, 1, of_letters, upper, 0)
STEP("week", "week(x)", "of the ISO year, isoyear(x): 1 to 53",
     1, 1, of_date, date_part, WEIR_WEEK)
STEP("weekday", "weekday(x)", "1 for Monday to 7 for Sunday",
     1, 1, of_date, date_part, WEIR_WEEKDAY)
STEP("year", "year(x)", "0 to 9999", 1, 1, of_date, date_part, WEIR_YEAR)
STEP("yearday", "yearday(x)", "1 to 366",
     1, 1, of_date, date_part, WEIR_YEARDAY)
/* clang-format on */
