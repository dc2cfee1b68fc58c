/*
 * A program: expressions flattened into steps over columns.
 *
 * Every step computes one register, a vector of a window's rows, from earlier
 * registers; equal steps are one step. No expression tree is walked for each
 * row: a step is a loop over rows.
 *
 *     where age >= 18   r0 = load age    r1 = number r0   r2 = 18
 *                       r3 = r1 >= r2
 *     ------------------- filter: rows of r3 are kept -------------------
 *     mean(age * 2)     r4 = 2           r5 = r1 * r4
 *
 * A value that cannot be computed (the number of a cell that is no number) is
 * BAD, which is not yet an error. BAD passes through everything computed from
 * it, and becomes an error only where it reaches an aggregate, a key, a
 * condition or the output. So `case when` and coalesce guard what they seem to
 * guard.
 *
 * A program belongs to one thread; other threads run copies of it.
 */
#ifndef WEIR_PIPELINE_OPS_PROGRAM_H
#define WEIR_PIPELINE_OPS_PROGRAM_H

#include "base/memory.h"
#include "base/vector.h"

typedef uint16_t weir_register;
#define WEIR_NO_REGISTER UINT16_MAX
#define WEIR_REGISTERS_MAX 4096

/* A BAD boolean; follows the values of enum weir_boolean. */
#define WEIR_BOOLEAN_BAD 3

/* Capacity of a hint in a message about a cell. */
#define WEIR_OP_HINT ((size_t)192)

struct weir_program;
struct weir_step;

/* What a step does. Steps that load or view have no rows of their own. */
enum weir_op_kind {
    WEIR_OP_COMPUTES,
    WEIR_OP_LOADS,    /* gives the input with index step->choice */
    WEIR_OP_CUTS,     /* computes spans; their texts are those of in[0] */
    WEIR_OP_CONSTANT, /* the same in all rows, computed by weir_program_open */
    WEIR_OP_VIEWS     /* gives in[0] under another type */
};

/* A kind of step: constant descriptions, in ops_*.c. */
struct weir_op {
    const char *name;
    enum weir_type out;
    enum weir_op_kind kind;
    const void *detail; /* in what ops with the same `run` differ */
    /* Computes rows [0, rows) of step->out; false if memory is refused. Before
     * the call the register has no texts, and its any_bad is false. */
    bool (*run)(struct weir_program *program, const struct weir_step *step,
                size_t rows);
    /* `copy` makes a new step->extra for another thread's program, or returns
     * NULL with the error filled; `release` frees one. Both are NULL if steps
     * of this kind have no extra. */
    void *(*copy)(const struct weir_step *step, struct weir_error *error);
    void (*release)(void *extra);
    /* For messages: what is wrong with a cell that this kind of step finds BAD.
     * `takes` is NULL, or tells whether an operand is in order by itself; if it
     * is, the next operand that is a text or a cell is the one that is wrong.
     */
    const char *complaint;
    bool (*takes)(struct weir_text text);
    /* Writes what reads such a cell, as the continuation of a sentence that
     * begins with "; ", or nothing; may be NULL. */
    void (*hint)(struct weir_text cell, char into[WEIR_OP_HINT]);
    bool is_date; /* gives dates */
};

#define WEIR_STEP_INPUTS ((size_t)3)

struct weir_step {
    const struct weir_op *op;
    weir_register in[WEIR_STEP_INPUTS], out;
    int32_t choice; /* an input's index, a comparison, a part of a date, ... */
    struct weir_number constant;
    void *extra; /* NULL, or a compiled pattern, owned by the program */
};

/* A register: its vector, and the memory behind it. */
struct weir_slot {
    struct weir_vector vector;
    char *text; /* WEIR_BATCH_PAD bytes, then the bytes of computed texts */
    size_t text_used, text_capacity;
    size_t text_first; /* least capacity, once there is a text */
    void *rows;        /* the allocation of the vector's arrays */
    bool constant;     /* the same in every row */
    bool late;         /* is read after the filter */
};

struct weir_program {
    size_t n_steps, steps_capacity;
    struct weir_step *step; /* step i computes register i */
    struct weir_slot *slot;
    size_t rows_capacity;
    const struct weir_vector *input; /* each is loaded by at most one step */
    size_t n_before;                 /* steps before the filter, if any */
    weir_register filter;            /* WEIR_NO_REGISTER without a filter */
    /* A hasty program stops early: a row that took long to be found BAD (by
     * `match`) is the last row that is computed. `done` is the number of rows
     * computed, that one included. */
    bool hasty;
    size_t done;
    /* [row]: its number before the filter; NULL if no rows were removed. */
    const uint32_t *origin;
};

/* Makes an empty program without a filter. Release makes it empty again. */
void weir_program_init(struct weir_program *program);
void weir_program_release(struct weir_program *program);

/*
 * Adds a step, or finds an equal step that was added before, and returns its
 * register. `step` needs op, in (WEIR_NO_REGISTER where unused), choice,
 * constant and extra. constant.text must live as long as the program; extra is
 * taken over, also on failure. Returns WEIR_NO_REGISTER if memory or registers
 * ran out.
 */
weir_register weir_program_add(struct weir_program *program,
                               const struct weir_step *step) WEIR_CHECKED;

/* Sets the filter, a boolean register: rows in which it is true are kept. The
 * steps added so far run before the filter, and steps added later run after it.
 */
void weir_program_filter(struct weir_program *program, weir_register filter);

/* Says that the register is an output, which is read after the filter. */
void weir_program_keep(struct weir_program *program, weir_register output);

/* Copies the steps of `from` for another thread. `program` was initialised, and
 * has to be released also after a failure. */
enum weir_status weir_program_copy(struct weir_program *program,
                                   const struct weir_program *from,
                                   struct weir_error *error) WEIR_CHECKED;

/* Allocates the registers, for windows of at most `rows_capacity` rows, and
 * computes the constants. */
enum weir_status weir_program_open(struct weir_program *program,
                                   size_t rows_capacity,
                                   struct weir_error *error) WEIR_CHECKED;
/* Memory estimate: the bytes of the registers, without computed texts. */
size_t weir_program_bytes(const struct weir_program *program,
                          size_t rows_capacity);
/* Says that the texts of a window have at most `texts` bytes. A step that
 * computes texts then takes twice as many with its first text: a character may
 * become twice as long. */
void weir_program_expect(struct weir_program *program, size_t texts);
/* Memory estimate: the bytes that one such step takes, and the number of the
 * steps. */
size_t weir_program_text_bytes(size_t texts);
size_t weir_program_texts(const struct weir_program *program);

/* Runs the steps after the filter, or those before it; without a filter all
 * steps are after it. `input` is borrowed until the next run. A hasty program
 * may compute only rows [0, done). Returns false if memory is refused. */
bool weir_program_run(struct weir_program *program,
                      const struct weir_vector *input, bool after,
                      size_t rows) WEIR_CHECKED;

/* Lists the rows of [0, rows) for which the filter is true in `kept`, which has
 * capacity for all. Returns how many they are. */
size_t weir_program_passed(const struct weir_program *program, size_t rows,
                           uint32_t *kept);

/* Keeps the rows kept[0, n), which ascend, and removes all others, in every
 * register and every input that is read after the filter. `kept` is borrowed,
 * and must not change as long as weir_program_culprit is called. */
void weir_program_compact(struct weir_program *program, const uint32_t *kept,
                          size_t n);

static inline const struct weir_vector *
weir_program_vector(const struct weir_program *program, weir_register reg)
{
    return &program->slot[reg].vector;
}

/* The vectors of a step: operand i, and the result. */
static inline const struct weir_vector *
weir_step_in(const struct weir_program *program, const struct weir_step *step,
             size_t i)
{
    return &program->slot[step->in[i]].vector;
}

static inline struct weir_vector *
weir_step_out(const struct weir_program *program, const struct weir_step *step)
{
    return &program->slot[step->out].vector;
}

static inline enum weir_type
weir_program_type(const struct weir_program *program, weir_register reg)
{
    return program->slot[reg].vector.type;
}

/* Whether a row of a vector is BAD. */
bool weir_vector_bad(const struct weir_vector *vector, size_t row);

/* Makes a row of a text vector BAD. */
static inline void weir_vector_make_bad(struct weir_vector *vector, size_t row)
{
    vector->span[row] = (struct weir_span){WEIR_SPAN_BAD, 0};
    vector->any_bad = true;
}

/* Lays the arrays of a vector of that type out in a block, which needs
 * weir_vector_bytes() bytes for each row. */
size_t weir_vector_bytes(enum weir_type type);
void weir_vector_place(struct weir_vector *vector, void *block, size_t rows);

/* Allocates the arrays of a slot's vector, whose type is set. Returns false if
 * memory is refused. Close frees them, and the texts. */
bool weir_slot_open(struct weir_slot *slot, size_t rows) WEIR_CHECKED;
void weir_slot_close(struct weir_slot *slot);

/*
 * Filling a slot. weir_slot_begin removes its texts. weir_slot_text adds `len`
 * bytes to them; it returns NULL if memory is refused, and may move the earlier
 * texts. The functions that set a row copy its text, and return false if memory
 * is refused; a BAD number loses its text. weir_slot_end sets vector.base after
 * the last text.
 */
void weir_slot_begin(struct weir_slot *slot);
char *weir_slot_text(struct weir_slot *slot, size_t len) WEIR_CHECKED;
bool weir_slot_set_text(struct weir_slot *slot, size_t row,
                        struct weir_text text) WEIR_CHECKED;
bool weir_slot_set_number(struct weir_slot *slot, size_t row,
                          const struct weir_number *value) WEIR_CHECKED;
void weir_slot_end(struct weir_slot *slot);

#endif
