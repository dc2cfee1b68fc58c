/*
 * A cell of a group has no place of its own: its key may be that of a million
 * records. So the group stands for the place.
 */
#include "pipeline/bad_results.h"

#include "base/error.h"
#include <stdio.h>
#include <string.h>

/* Sets the place to "group country = 'FI', year(d) = '2024'"; leaves it empty
 * without keys. */
static void name_group(const struct weir_bad_results *window, size_t row,
                       struct weir_error *error)
{
    const struct weir_program *program = &window->plan->results.program;
    size_t n = window->plan->table[0].n_keys, used = 0;
    for (size_t i = 0; i < n && used < sizeof error->place; i++) {
        char name[64], shown[128];
        const char *words = weir_plan_key_name(window->plan, i);
        struct weir_text key = weir_vector_text(
            &program->input[i], weir_program_input_row(program, i, row));
        weir_show(name, sizeof name, words, strlen(words), 40);
        weir_show(shown, sizeof shown, key.bytes, key.len, 60);
        used +=
            (size_t)snprintf(error->place + used, sizeof error->place - used,
                             "%s%s = '%s'", i ? ", " : "group ", name, shown);
    }
}

/* The words of a key or an aggregate, which are the program's inputs. */
static const char *input_name(const struct weir_plan *plan, size_t input)
{
    const size_t n_keys = plan->table[0].n_keys;
    if (input == SIZE_MAX)
        return NULL;
    return input < n_keys ? weir_plan_key_name(plan, input)
                          : plan->results.input[input - n_keys].name;
}

/* Whether an input of the results program is a cell as the reader gives it: a
 * key that is a column, or first(x) and the like. */
static bool is_cell(const struct weir_plan *plan, size_t input)
{
    const size_t n_keys = plan->table[0].n_keys;
    if (input < n_keys)
        return weir_program_loads(&plan->rows, plan->table[0].key[input]);
    if (input == SIZE_MAX)
        return false;
    const struct weir_plan_result *result =
        &plan->results.input[input - n_keys];
    return !result->ordered &&
           weir_program_loads(
               &plan->rows,
               plan->table[0].aggregate[result->aggregate].value[0]);
}

/* Fills the error with what is wrong in a row of a register. */
static enum weir_status describe(const struct weir_bad_results *window,
                                 struct weir_blame blame, weir_register reg,
                                 size_t row, struct weir_error *error)
{
    const struct weir_program *program = &window->plan->results.program;
    const struct weir_culprit culprit = weir_program_culprit(program, reg, row);
    const size_t input = weir_program_input(program, culprit.cell);
    blame.name = input_name(window->plan, input);
    blame.as_read = culprit.is_read && is_cell(window->plan, input);
    weir_culprit_fail(&culprit, &blame, error);
    name_group(window, row, error);
    return error->status;
}

enum weir_status weir_bad_results_check(const struct weir_bad_results *window,
                                        const struct weir_uses *uses,
                                        size_t *rows, struct weir_error *error)
{
    const struct weir_plan *plan = window->plan;
    if (plan->bad_cells == WEIR_BAD_CELLS_NULL ||
        !weir_uses_any_bad(uses, &plan->results.program))
        return WEIR_OK;
    for (size_t row = 0; row < *rows; row++) {
        const struct weir_use *use =
            weir_uses_bad(uses, &plan->results.program, row);
        if (!use)
            continue;
        const struct weir_blame blame = {
            .what = use->name,
            .advice = plan->bad_cells == WEIR_BAD_CELLS_ERROR
                          ? WEIR_BAD_CELLS_ADVICE
                          : "; --bad-cells=reject applies to records, not to "
                            "groups; =null skips such cells"};
        *rows = row;
        return describe(window, blame, use->reg, row, error);
    }
    return WEIR_OK;
}

/* Counts a cell, and notes it if it is the first. */
static void note(const struct weir_bad_results *window, const char *what,
                 weir_register reg, size_t row)
{
    const struct weir_program *program = &window->plan->results.program;
    struct weir_first *first = &window->noted->aside->nulled;
    const uint64_t group =
        window->first_group + weir_program_row_before(program, row);
    window->noted->counts->nulled++;
    if (first->input &&
        (first->input < WEIR_FIRST_GROUP || first->error.byte <= group))
        return;
    first->input = WEIR_FIRST_GROUP;
    describe(window, (struct weir_blame){.what = what}, reg, row,
             &first->error);
    first->error.byte = group;
}

/* Notes the cells that a step made null. */
static void note_step(const struct weir_bad_results *window, size_t step,
                      size_t rows)
{
    const struct weir_program *program = &window->plan->results.program;
    weir_register in = weir_program_nullified(program, step);
    for (size_t row = 0; in != WEIR_NO_REGISTER && row < rows; row++)
        if (weir_vector_bad(weir_program_vector(program, in), row))
            note(window, NULL, in, row);
}

/* Makes a row of the uses null, and notes each cell that it comes from. */
static void forgive(const struct weir_bad_results *window,
                    const struct weir_uses *uses, size_t row)
{
    struct weir_program *program = &window->plan->results.program;
    struct weir_cells counted = {.n = 0};
    for (const struct weir_use *use;
         (use = weir_uses_bad(uses, program, row));) {
        const struct weir_culprit culprit =
            weir_program_culprit(program, use->reg, row);
        if (weir_cells_add(&counted, culprit.cell))
            note(window, use->name, use->reg, row);
        weir_vector_forgive(&program->slot[use->reg].vector, row);
    }
}

void weir_bad_results_null(const struct weir_bad_results *window, bool after,
                           const struct weir_uses *uses, size_t rows)
{
    const struct weir_program *program = &window->plan->results.program;
    if (window->plan->bad_cells != WEIR_BAD_CELLS_NULL)
        return;
    size_t end = after ? program->n_steps : program->n_before;
    for (size_t i = after ? program->n_before : 0; i < end; i++)
        note_step(window, i, rows);
    for (size_t row = 0; weir_uses_any_bad(uses, program) && row < rows; row++)
        forgive(window, uses, row);
}
