/*
 * The rows of the table of functions, by name: see functions.c, which includes
 * this file twice.
 *
 *     STEP(name, call, brief, least, most, arguments, op, choice)
 *         A step of the program: the op weir_op_OP, which a file of pipeline/
 *         defines, and its choice. `arguments` says what the arguments are
 *         read as, of which there are `least` to `most`.
 *     BUILT(name, call, brief, least, most, builder)
 *         What the builder makes of the arguments.
 *
 * `weir help functions` shows call and brief; NULL where the name is another's
 * second one.
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
