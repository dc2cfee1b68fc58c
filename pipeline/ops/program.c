#include "pipeline/ops/program.h"

#include "base/error.h"
#include "base/stream.h"
#include "pipeline/ops/ops.h"
#include <string.h>

void weir_program_init(struct weir_program *program)
{
    *program = (struct weir_program){.filter = WEIR_NO_REGISTER};
}

static void release_step(const struct weir_step *step)
{
    if (step->extra && step->op->release)
        step->op->release(step->extra);
}

void weir_program_release(struct weir_program *program)
{
    for (size_t i = 0; i < program->n_steps; i++) {
        release_step(&program->step[i]);
        weir_slot_close(&program->slot[i]);
    }
    weir_free(WEIR_MEMORY_QUERY, program->step);
    weir_free(WEIR_MEMORY_QUERY, program->slot);
    weir_program_init(program);
}

static bool same_constant(const struct weir_number *a,
                          const struct weir_number *b)
{
    return a->kind == b->kind && a->mantissa == b->mantissa &&
           a->exponent == b->exponent &&
           weir_text_compare(a->text, b->text) == 0;
}

static bool same_step(const struct weir_step *a, const struct weir_step *b)
{
    return a->op == b->op && a->choice == b->choice &&
           !memcmp(a->in, b->in, sizeof a->in) && !a->extra && !b->extra &&
           same_constant(&a->constant, &b->constant);
}

static bool grow(struct weir_program *program)
{
    size_t steps = program->steps_capacity, slots = steps;
    bool grown = weir_grow(WEIR_MEMORY_QUERY, &program->step, &steps,
                           program->n_steps + 1) &&
                 weir_grow(WEIR_MEMORY_QUERY, &program->slot, &slots,
                           program->n_steps + 1);
    if (grown)
        program->steps_capacity = slots;
    return grown;
}

weir_register weir_program_add(struct weir_program *program,
                               const struct weir_step *step)
{
    for (size_t i = 0; i < program->n_steps; i++)
        if (same_step(&program->step[i], step))
            return (weir_register)i;
    size_t n = program->n_steps;
    if (n == WEIR_REGISTERS_MAX ||
        (n == program->steps_capacity && !grow(program))) {
        release_step(step);
        return WEIR_NO_REGISTER;
    }
    program->step[n] = *step;
    program->step[n].out = (weir_register)n;
    program->slot[n] =
        (struct weir_slot){.vector.type = step->op->out,
                           .constant = step->op->kind == WEIR_OP_CONSTANT};
    program->n_steps++;
    if (program->filter != WEIR_NO_REGISTER)
        for (size_t i = 0; i < WEIR_STEP_INPUTS; i++)
            if (step->in[i] != WEIR_NO_REGISTER)
                weir_program_keep(program, step->in[i]);
    return (weir_register)n;
}

void weir_program_filter(struct weir_program *program, weir_register filter)
{
    program->n_before = program->n_steps;
    program->filter = filter;
}

/* If the register is a view of another one (as_text), that one is kept, too. */
void weir_program_keep(struct weir_program *program, weir_register output)
{
    program->slot[output].late = true;
    if (program->step[output].op->kind == WEIR_OP_VIEWS)
        weir_program_keep(program, program->step[output].in[0]);
}

enum weir_status weir_program_copy(struct weir_program *program,
                                   const struct weir_program *from,
                                   struct weir_error *error)
{
    size_t n = from->n_steps + 1;
    program->step = weir_alloc(WEIR_MEMORY_QUERY, n * sizeof *program->step);
    program->slot =
        weir_alloc_zero(WEIR_MEMORY_QUERY, n * sizeof *program->slot);
    if (!program->step || !program->slot)
        return weir_fail_memory(error, "the steps", n * sizeof *program->step);
    program->steps_capacity = n;
    program->n_before = from->n_before;
    program->filter = from->filter;
    for (size_t i = 0; i < from->n_steps; i++) {
        struct weir_step step = from->step[i];
        if (step.extra && !(step.extra = step.op->copy(&step, error)))
            return error->status;
        program->step[i] = step;
        program->slot[i].vector.type = step.op->out;
        program->slot[i].constant = from->slot[i].constant;
        program->slot[i].late = from->slot[i].late;
        program->n_steps = i + 1;
    }
    return WEIR_OK;
}

/* Whether the step's register has rows of its own. */
static bool has_rows(const struct weir_step *step)
{
    return !weir_op_load(step->op) && step->op->kind != WEIR_OP_VIEWS;
}

size_t weir_program_bytes(const struct weir_program *program,
                          size_t rows_capacity)
{
    size_t bytes = 0;
    for (size_t i = 0; i < program->n_steps; i++)
        if (has_rows(&program->step[i]))
            bytes += weir_vector_bytes(program->step[i].op->out);
    return bytes * rows_capacity;
}

static bool computes_texts(const struct weir_step *step)
{
    if (step->op == &weir_op_number)
        return step->choice; /* in a notation */
    return step->op->kind == WEIR_OP_COMPUTES &&
           (step->op->out == WEIR_TYPE_TEXT || step->op->out == WEIR_TYPE_CELL);
}

size_t weir_program_texts(const struct weir_program *program)
{
    size_t n = 0;
    for (size_t i = 0; i < program->n_steps; i++)
        n += computes_texts(&program->step[i]);
    return n;
}

size_t weir_program_text_bytes(size_t texts)
{
    return weir_memory_block_bytes(2 * texts + 2 * WEIR_BATCH_PAD);
}

void weir_program_expect(struct weir_program *program, size_t texts)
{
    for (size_t i = 0; i < program->n_steps; i++)
        if (computes_texts(&program->step[i]))
            program->slot[i].text_first = 2 * texts + 2 * WEIR_BATCH_PAD;
}

/* Runs the step with an empty slot; vector.base is set to the slot's texts, if
 * it has any. */
static bool run(struct weir_program *program, const struct weir_step *step,
                size_t rows)
{
    struct weir_slot *slot = &program->slot[step->out];
    weir_slot_begin(slot);
    bool done = step->op->run(program, step, rows);
    if (slot->text)
        weir_slot_end(slot);
    return done;
}

enum weir_status weir_program_open(struct weir_program *program,
                                   size_t rows_capacity,
                                   struct weir_error *error)
{
    program->rows_capacity = rows_capacity;
    for (size_t i = 0; i < program->n_steps; i++) {
        const struct weir_step *step = &program->step[i];
        struct weir_slot *slot = &program->slot[i];
        size_t bytes = weir_vector_bytes(step->op->out) * rows_capacity;
        if (!has_rows(step))
            continue;
        weir_free(WEIR_MEMORY_VECTOR, slot->rows); /* an earlier run's */
        if (!weir_slot_open(slot, rows_capacity))
            return weir_fail_memory(error, "a column", bytes);
        if (slot->constant && !run(program, step, rows_capacity))
            return weir_fail_memory(error, "a constant", bytes);
    }
    return WEIR_OK;
}

bool weir_program_run(struct weir_program *program,
                      const struct weir_vector *input, bool after, size_t rows)
{
    size_t end = after ? program->n_steps : program->n_before;
    program->input = input;
    program->done = rows;
    if (!after)
        program->origin = NULL;
    for (size_t i = after ? program->n_before : 0; i < end; i++) {
        const struct weir_step *step = &program->step[i];
        if (!program->slot[i].constant && !run(program, step, program->done))
            return false;
    }
    return true;
}

size_t weir_program_passed(const struct weir_program *program, size_t rows,
                           uint32_t *kept)
{
    const uint8_t *boolean = program->slot[program->filter].vector.boolean;
    size_t n = 0;
    for (size_t r = 0; r < rows; r++) {
        kept[n] = (uint32_t)r;
        n += boolean[r] == WEIR_TRUE;
    }
    return n;
}

static void compact(const struct weir_vector *v, const uint32_t *kept, size_t n)
{
    if (v->type == WEIR_TYPE_NUMBER || v->decoded) {
        for (size_t i = 0; i < n; i++)
            v->mantissa[i] = v->mantissa[kept[i]];
        for (size_t i = 0; !v->uniform && i < n; i++)
            v->form[i] = v->form[kept[i]];
    } else if (v->type == WEIR_TYPE_BOOLEAN) {
        for (size_t i = 0; i < n; i++)
            v->boolean[i] = v->boolean[kept[i]];
    } else {
        for (size_t i = 0; i < n; i++)
            v->span[i] = v->span[kept[i]];
    }
}

void weir_program_compact(struct weir_program *program, const uint32_t *kept,
                          size_t n)
{
    program->origin = kept;
    for (size_t i = 0; i < program->n_steps; i++) {
        const struct weir_step *step = &program->step[i];
        const struct weir_slot *slot = &program->slot[i];
        bool before = i < program->n_before;
        if (weir_op_load(step->op) && (!before || slot->late))
            compact(&program->input[step->choice], kept, n);
        else if (before && slot->late && !slot->constant && has_rows(step))
            compact(&slot->vector, kept, n);
    }
}

bool weir_vector_bad(const struct weir_vector *vector, size_t row)
{
    if (!vector->any_bad)
        return false;
    switch (vector->type) {
    case WEIR_TYPE_NUMBER:
        return !vector->uniform && vector->form[row].kind == WEIR_BAD;
    case WEIR_TYPE_BOOLEAN:
        return vector->boolean[row] == WEIR_BOOLEAN_BAD;
    default:
        return vector->span[row].start == WEIR_SPAN_BAD;
    }
}
