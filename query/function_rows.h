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
STEP("ceil", "ceil(x)", "the least whole number not below x",
     1, 1, of_numbers, ceil, 0)
STEP("ceiling", NULL, NULL, 1, 1, of_numbers, ceil, 0)
BUILT("coalesce", "coalesce(x, y, ...)", "the first that is not null",
      1, ARGUMENTS_MAX, coalesce)
BUILT("concat", "concat(x, y, ...)",
      "the texts joined, as x || y; nulls are passed over",
      1, ARGUMENTS_MAX, concat)
STEP("date", "date(x)",
     "the date, YYYY-MM-DD, of a date with or without a time",
     1, 1, of_texts, date, 0)
BUILT("date_trunc", "date_trunc('month', x)",
      "where its year, month, week, hour, ... begins",
      2, 2, date_trunc)
STEP("day", "day(x)", "of the month: 1 to 31",
     1, 1, of_texts, date_part, WEIR_DAY)
STEP("floor", "floor(x)", "the greatest whole number not above x",
     1, 1, of_numbers, floor, 0)
STEP("hour", "hour(x)", "0 to 23", 1, 1, of_texts, date_part, WEIR_HOUR)
STEP("length", "length(x)", "in characters", 1, 1, of_texts, length, 0)
STEP("lower", "lower(x)", "in small letters", 1, 1, of_letters, lower, 0)
STEP("minute", "minute(x)", "0 to 59", 1, 1, of_texts, date_part, WEIR_MINUTE)
STEP("month", "month(x)", "1 to 12", 1, 1, of_texts, date_part, WEIR_MONTH)
BUILT("num", "num(x)", "the cell as a number", 1, 1, to_number)
STEP("quarter", "quarter(x)", "1 to 4", 1, 1, of_texts, date_part, WEIR_QUARTER)
STEP("round", "round(x), round(x, 2)",
     "to whole numbers, or to digits after the point",
     1, 2, of_numbers, round, 0)
STEP("second", "second(x)", "0 to 59", 1, 1, of_texts, date_part, WEIR_SECOND)
STEP("substr", "substr(x, from, count)",
     "characters, the first is 1; without count to the end",
     2, 3, of_text_numbers, substr, 0)
STEP("substring", NULL, NULL, 2, 3, of_text_numbers, substr, 0)
BUILT("text", "text(x)", "the value as text", 1, 1, to_text)
STEP("trim", "trim(x), trim(x, '*')",
     "without blanks, or those characters, at both ends",
     1, 2, of_texts, trim, 0)
STEP("upper", "upper(x)", "in capitals", 1, 1, of_letters, upper, 0)
STEP("week", "week(x)", "of the ISO year: 1 to 53",
     1, 1, of_texts, date_part, WEIR_WEEK)
STEP("year", "year(x)", "0 to 9999", 1, 1, of_texts, date_part, WEIR_YEAR)
/* clang-format on */
