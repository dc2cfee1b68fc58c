/*
 * A program: expressions flattened into steps over columns.
 *
 * Every step computes one register, a vector of a window's rows, from
 * registers before it; equal steps share one. There is no tree to walk for a
 * cell: a step is a loop over rows.
 *
 *     where age >= 18   r0 = load age    r1 = number r0   r2 = 18
 *                       r3 = r1 >= r2
 *     ------------------- filter: rows of r3 are kept -------------------
 *     mean(age * 2)     r4 = 2           r5 = r1 * r4
 *
 * A value that cannot be had (a cell that is no number) is BAD, not an error:
 * it passes through what is computed from it, and is an error only where it
 * reaches an aggregate, a key, a condition or the output. So `case when` and
 * coalesce guard what they seem to guard.
 */
#ifndef WEIR_PIPELINE_OPS_PROGRAM_H
#define WEIR_PIPELINE_OPS_PROGRAM_H

#include "base/memory.h"
#include "base/vector.h"

typedef uint16_t weir_register;
#define WEIR_NO_REGISTER UINT16_MAX
#define WEIR_REGISTERS_MAX 4096

/* A boolean that depends on a BAD value; follows enum weir_boolean. */
#define WEIR_BOOLEAN_BAD 3
/* A text that does: its span's start. Its len is 0. */
#define WEIR_SPAN_BAD UINT32_MAX

struct weir_program;
struct weir_step;

/* What a step does, for those that treat some steps otherwise. */
enum weir_op_kind {
    WEIR_OP_COMPUTES,
    WEIR_OP_LOADS,    /* a column: step->choice says which */
    WEIR_OP_CONSTANT, /* the same in all rows, computed once */
    WEIR_OP_VIEWS     /* its input under another type */
};

/* One kind of step; constant descriptions, in ops_*.c. */
struct weir_op {
    const char *name;
    enum weir_type out;
    enum weir_op_kind kind;
    /* Computes rows [0, rows) of step->out. false: memory was refused. */
    bool (*run)(struct weir_program *program, const struct weir_step *step,
                size_t rows);
    /* What step->extra holds, made anew for another thread's program (NULL
     * where refused), and freed. Neither where there is no extra. */
    void *(*copy)(const struct weir_step *step, struct weir_error *error);
    void (*release)(void *extra);
};

#define WEIR_STEP_INPUTS ((size_t)3)

struct weir_step {
    const struct weir_op *op;
    weir_register in[WEIR_STEP_INPUTS], out;
    int32_t choice; /* an input's index, a comparison, a number of places */
    struct weir_number constant;
    void *extra; /* owned by the program: a compiled pattern */
};

/* A register: its vector, and the memory behind it. */
struct weir_slot {
    struct weir_vector vector;
    char *text; /* WEIR_BATCH_PAD bytes, then those of computed texts */
    size_t text_used, text_capacity;
    void *rows;    /* the arrays' allocation */
    bool constant; /* the same in every row */
    bool late;     /* read after the filter */
};

struct weir_program {
    size_t n_steps, steps_capacity;
    struct weir_step *step; /* step i computes register i */
    struct weir_slot *slot;
    size_t rows_capacity;
    const struct weir_vector *input; /* what `load` steps read */
    size_t n_before;                 /* steps before the filter; 0: none */
    weir_register filter;
    /* A row that took long to be found BAD ends the rows: they are computed
     * down to it, and `done` is how many they are. */
    bool hasty;
    size_t done;
    /* [row]: which it was before the filter; NULL: the same. */
    const uint32_t *origin;
};

void weir_program_init(struct weir_program *program);
void weir_program_release(struct weir_program *program);

/*
 * Adds a step, or finds the equal one that is there. `step` needs op, in
 * (WEIR_NO_REGISTER where unused), choice, constant and extra; constant.text
 * must live as long as the program, extra is taken over. WEIR_NO_REGISTER
 * where memory or registers ran out.
 */
weir_register weir_program_add(struct weir_program *program,
                               const struct weir_step *step) WEIR_CHECKED;

/* The steps so far come before the filter, which keeps rows where it is true.
 */
void weir_program_filter(struct weir_program *program, weir_register filter);

/* Keep the register's rows for after the filter: it is an output. */
void weir_program_keep(struct weir_program *program, weir_register output);

/* Which inputs are read after the filter: marks them in `late`, all false. */
void weir_program_late(const struct weir_program *program, bool *late);

/* The same steps, for another thread; `program` is initialised. */
enum weir_status weir_program_copy(struct weir_program *program,
                                   const struct weir_program *from,
                                   struct weir_error *error) WEIR_CHECKED;

/* Takes the registers' memory, for windows of at most `rows_capacity` rows. */
enum weir_status weir_program_open(struct weir_program *program,
                                   size_t rows_capacity,
                                   struct weir_error *error) WEIR_CHECKED;
size_t weir_program_bytes(const struct weir_program *program,
                          size_t rows_capacity);
/* Steps that compute texts: each holds those of a window besides. */
size_t weir_program_texts(const struct weir_program *program);

/* Runs the steps before the filter, or those after it (all, without one). Of a
 * hasty program only rows [0, done) are computed. */
bool weir_program_before(struct weir_program *program,
                         const struct weir_vector *input,
                         size_t rows) WEIR_CHECKED;
bool weir_program_after(struct weir_program *program,
                        const struct weir_vector *input,
                        size_t rows) WEIR_CHECKED;

/*
 * Leaves the rows kept[0, n), ascending, in every register read later, but for
 * those that show inputs: whoever owns an input that is late sees to it. `kept`
 * is borrowed, and must stay as it is while a row's culprit is asked for.
 */
void weir_program_compact(struct weir_program *program, const uint32_t *kept,
                          size_t n);

static inline const struct weir_vector *
weir_program_vector(const struct weir_program *program, weir_register reg)
{
    return &program->slot[reg].vector;
}

static inline enum weir_type
weir_program_type(const struct weir_program *program, weir_register reg)
{
    return program->slot[reg].vector.type;
}

/* Whether a row of a vector is BAD. */
bool weir_vector_bad(const struct weir_vector *vector, size_t row);

/*
 * The first cell that made `row` of a register BAD: the text that is no
 * number or date. `step` is the one that found it so.
 */
struct weir_text weir_program_culprit(const struct weir_program *program,
                                      weir_register reg, size_t row,
                                      const struct weir_step **step);

/* What is wrong with that cell: "is not a number". */
const char *weir_program_complaint(const struct weir_step *step,
                                   struct weir_text cell);

/* For ops: room for `len` more bytes of the register's texts, or NULL. */
char *weir_slot_text(struct weir_slot *slot, size_t len) WEIR_CHECKED;
/* Begins a register's texts anew; ends them: base is then right. */
void weir_slot_begin(struct weir_slot *slot);
void weir_slot_end(struct weir_slot *slot);

#endif
