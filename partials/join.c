/*
 * Which partials may be merged with each other.
 *
 * Shards of one input (--shard I/N, N above 1) must have the same inputs, and
 * each shard may be present once. If they are shards of one file that was
 * split, each records where it begins and ends, and they must meet. Some shards
 * began reading at a guessed record boundary, so this can be checked only when
 * all are present: shard 1 begins where the input does, and from there on each
 * shard is right that begins where the one before it ends.
 *
 * Partials of whole inputs (N = 1) must have different inputs. Inputs are
 * distinguished by their names and sizes, if the sizes are known.
 */
#include "partials/info.h"

#include "base/error.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static enum weir_status of_partial(const char *name, struct weir_error *error)
{
    char shown[WEIR_NAME_CAPACITY];
    (void)snprintf(error->place, sizeof error->place, "%s",
                   weir_show_name(shown, name));
    return error->status;
}

static bool same_text(struct weir_text a, struct weir_text b)
{
    return a.len == b.len && (!a.len || !memcmp(a.bytes, b.bytes, a.len));
}

static const struct weir_fact *find(const struct weir_partial_info *info,
                                    struct weir_text name)
{
    for (uint32_t i = 0; i < info->n_facts; i++)
        if (same_text(info->fact[i].name, name))
            return &info->fact[i];
    return NULL;
}

struct weir_text weir_partial_fact(const struct weir_partial_info *info,
                                   const char *name)
{
    const struct weir_fact *fact = find(info, weir_text_of(name));
    return fact ? fact->value : (struct weir_text){"", 0};
}

/* Returns a fact of a's identity that b lacks or has with another value. */
static const struct weir_fact *differing(const struct weir_partial_info *a,
                                         const struct weir_partial_info *b)
{
    for (uint32_t i = 0; i < a->n_facts; i++) {
        const struct weir_fact *fact = &a->fact[i];
        const struct weir_fact *other = find(b, fact->name);
        if (fact->identity &&
            !(other && other->identity && same_text(other->value, fact->value)))
            return fact;
    }
    return NULL;
}

bool weir_partial_differs(const struct weir_partial_info *a,
                          const struct weir_partial_info *b,
                          struct weir_fact *in_a, struct weir_fact *in_b)
{
    const struct weir_fact *fact = differing(a, b);
    fact = fact ? fact : differing(b, a);
    if (!fact)
        return false;
    const struct weir_fact missing = {fact->name, {"", 0}, true};
    const struct weir_fact *of_a = find(a, fact->name);
    const struct weir_fact *of_b = find(b, fact->name);
    *in_a = of_a ? *of_a : missing;
    *in_b = of_b ? *of_b : missing;
    return true;
}

static enum weir_status facts_differ(const struct weir_fact *asked,
                                     const struct weir_fact *found,
                                     struct weir_error *error)
{
    char shown[3][160];
    struct weir_text name = asked->name, was = found->value, is = asked->value;
    return weir_fail(
        error, WEIR_DATA,
        "cannot be merged with the others: its %s is '%s', theirs '%s'",
        weir_show(shown[0], sizeof *shown, name.bytes, name.len, 40),
        weir_show(shown[1], sizeof *shown, was.bytes, was.len, 150),
        weir_show(shown[2], sizeof *shown, is.bytes, is.len, 150));
}

enum weir_status weir_partial_same(const struct weir_partial_info *asked,
                                   const struct weir_partial_info *info,
                                   const char *name, struct weir_error *error)
{
    struct weir_fact a, b;
    enum weir_status status = WEIR_OK;
    if (weir_partial_differs(asked, info, &a, &b))
        status = facts_differ(&a, &b, error);
    else if (!weir_partial_alike(asked, info))
        status = weir_fail(error, WEIR_DATA,
                           "cannot be merged with the others: its tables are "
                           "not theirs");
    return status ? of_partial(name, error) : WEIR_OK;
}

/* Inputs. ----------------------------------------------------------------- */

/* Inputs are compared by their base names, because other machines may keep
 * copies in other folders. */
static struct weir_text base_name(struct weir_text path)
{
    const char *slash = path.len ? memrchr(path.bytes, '/', path.len) : NULL;
    if (!slash)
        return path;
    size_t skip = (size_t)(slash + 1 - path.bytes);
    return (struct weir_text){slash + 1, path.len - skip};
}

static bool same_input(const struct weir_partial_input *a,
                       const struct weir_partial_input *b)
{
    return a->bytes == b->bytes &&
           same_text(base_name(a->name), base_name(b->name));
}

static enum weir_status other_input(const struct weir_partial_input *input,
                                    const char *what, struct weir_error *error)
{
    char shown[200];
    return weir_fail(error, WEIR_DATA, "%s '%s'", what,
                     weir_show(shown, sizeof shown, input->name.bytes,
                               input->name.len, 160));
}

static enum weir_status inputs_agree(const struct weir_partial_info *a,
                                     const struct weir_partial_info *b,
                                     struct weir_error *error)
{
    if (a->n_inputs != b->n_inputs)
        return weir_fail(error, WEIR_DATA,
                         "is of %u inputs, where the others are of %u",
                         b->n_inputs, a->n_inputs);
    for (uint32_t i = 0; i < a->n_inputs; i++)
        if (!same_input(&a->input[i], &b->input[i]))
            return other_input(
                &b->input[i],
                "is of another input, or another version of it:", error);
    return WEIR_OK;
}

static enum weir_status inputs_differ(const struct weir_partial_info *a,
                                      const struct weir_partial_info *b,
                                      struct weir_error *error)
{
    for (uint32_t i = 0; i < a->n_inputs; i++)
        for (uint32_t j = 0; j < b->n_inputs; j++)
            if (a->input[i].bytes != UINT64_MAX &&
                same_input(&a->input[i], &b->input[j]))
                return other_input(
                    &b->input[j],
                    "holds an input that was merged already:", error);
    return WEIR_OK;
}

/* Shards. ----------------------------------------------------------------- */

/* Joins both lists in order into *n ranges. Ranges that meet become one.
 * Returns false if a shard is in both lists; *twice is then that shard. */
static bool unite(const struct weir_partial_info *a,
                  const struct weir_partial_info *b, struct weir_shards *into,
                  uint32_t *n, uint32_t *twice)
{
    uint32_t i = 0, j = 0;
    *n = 0;
    while (i < a->n_shards || j < b->n_shards) {
        bool from_a =
            j == b->n_shards ||
            (i < a->n_shards && a->shards[i].first <= b->shards[j].first);
        struct weir_shards next = from_a ? a->shards[i++] : b->shards[j++];
        *twice = next.first;
        if (*n && into[*n - 1].last >= next.first)
            return false;
        if (*n && into[*n - 1].last + 1 == next.first &&
            into[*n - 1].ends == next.begins) {
            into[*n - 1].last = next.last;
            into[*n - 1].ends = next.ends;
        } else {
            into[(*n)++] = next;
        }
    }
    return true;
}

/* Combines `all` and `info`. `both` is a copy of `all` and borrows its arrays.
 * `shards` and `input` are large enough for both. */
static enum weir_status combine(const struct weir_partial_info *all,
                                const struct weir_partial_info *info,
                                struct weir_shards *shards,
                                struct weir_partial_input *input,
                                struct weir_partial_info *both,
                                struct weir_error *error)
{
    uint32_t twice;
    if (all->of_shards != info->of_shards)
        return weir_fail(error, WEIR_DATA,
                         "is of a split into %u shards, the others of one "
                         "into %u",
                         info->of_shards, all->of_shards);
    if (all->of_shards == 1) {
        if (all->n_inputs)
            memcpy(input, all->input, all->n_inputs * sizeof *input);
        if (info->n_inputs)
            memcpy(input + all->n_inputs, info->input,
                   info->n_inputs * sizeof *input);
        both->input = input;
        both->n_inputs += info->n_inputs;
        return inputs_differ(all, info, error);
    }
    enum weir_status status = inputs_agree(all, info, error);
    both->shards = shards;
    if (!status && !unite(all, info, shards, &both->n_shards, &twice))
        status = weir_fail(error, WEIR_DATA,
                           "holds shard %u of %u, which was merged already",
                           twice, all->of_shards);
    return status;
}

/* Makes a copy that owns its memory. */
static enum weir_status copy(struct weir_partial_info *into,
                             const struct weir_partial_info *from,
                             struct weir_error *error)
{
    size_t len;
    char *saved = weir_partial_info_save(from, &len);
    if (!saved)
        return weir_fail_memory(error, "a partial's header", len);
    enum weir_status status =
        weir_partial_info_load(into, (struct weir_text){saved, len}, error);
    weir_free(WEIR_MEMORY_SPILL, saved);
    if (!status) /* the header does not save begins and ends */
        memcpy(into->shards, from->shards,
               from->n_shards * sizeof *from->shards);
    return status;
}

enum weir_status weir_partial_join(struct weir_partial_info *all,
                                   const struct weir_partial_info *info,
                                   const char *name, struct weir_error *error)
{
    if (!all->memory)
        return copy(all, info, error);
    enum weir_status status = weir_partial_same(all, info, name, error);
    if (status)
        return status;
    size_t n_shards = (size_t)all->n_shards + info->n_shards;
    size_t n_inputs = (size_t)all->n_inputs + info->n_inputs;
    struct weir_partial_info both = *all, joined;
    struct weir_shards *shards =
        weir_alloc(WEIR_MEMORY_SPILL, n_shards * sizeof *shards);
    struct weir_partial_input *input =
        weir_alloc(WEIR_MEMORY_SPILL, n_inputs * sizeof *input);
    status = shards && input ? combine(all, info, shards, input, &both, error)
                             : weir_fail_memory(error, "a partial's header",
                                                n_inputs * sizeof *input);
    if (!status)
        status = copy(&joined, &both, error);
    weir_free(WEIR_MEMORY_SPILL, shards);
    weir_free(WEIR_MEMORY_SPILL, input);
    if (status)
        return of_partial(name, error);
    weir_partial_info_release(all);
    *all = joined;
    return WEIR_OK;
}

/* Reports two shards that do not meet. The second one is wrong if all before it
 * are right. */
static enum weir_status refuse_gap(const struct weir_partial_info *all,
                                   const struct weir_shards *before,
                                   const struct weir_shards *shards, bool right,
                                   struct weir_error *error)
{
    uint32_t n = all->of_shards;
    if (right)
        return weir_fail(error, WEIR_DATA,
                         "shard %u of %u did not find where its first record "
                         "begins; read it again with --shard %u/%u@%" PRIu64,
                         shards->first, n, shards->first, n, before->ends);
    return weir_fail(error, WEIR_DATA,
                     "shard %u or %u of %u did not find where its first record "
                     "begins; merge them with all shards before them to learn "
                     "which",
                     before->first, shards->first, n);
}

enum weir_status weir_partial_meet(const struct weir_partial_info *all,
                                   struct weir_error *error)
{
    const struct weir_shards *before = NULL; /* the last range with
                                                boundaries */
    uint32_t next = 1;
    bool right = true;
    for (uint32_t i = 0; i < all->n_shards; i++) {
        const struct weir_shards *shards = &all->shards[i];
        if (shards->first != next) {
            right = false;
            before = NULL;
        }
        next = shards->last + 1;
        if (before && shards->begins && shards->begins != before->ends)
            return refuse_gap(all, before, shards, right, error);
        before = shards->begins ? shards : before;
    }
    return WEIR_OK;
}

enum weir_status weir_partial_whole(const struct weir_partial_info *all,
                                    struct weir_error *error)
{
    char missing[400];
    size_t used = 0;
    uint32_t next = 1, n_missing = 0;
    missing[0] = '\0';
    for (uint32_t i = 0; i <= all->n_shards; i++) {
        uint32_t past =
            i < all->n_shards ? all->shards[i].first : all->of_shards + 1;
        n_missing += past - next;
        if (past > next && used < sizeof missing - 64) {
            used += (size_t)snprintf(missing + used, sizeof missing - used,
                                     "%s%u", used ? ", " : "", next);
            if (past > next + 1)
                used += (size_t)snprintf(missing + used, sizeof missing - used,
                                         " to %u", past - 1);
        }
        if (i < all->n_shards)
            next = all->shards[i].last + 1;
    }
    if (!used)
        return weir_partial_meet(all, error);
    return weir_fail(error, WEIR_DATA, "shard%s %s of %u %s missing",
                     n_missing == 1 ? "" : "s", missing, all->of_shards,
                     n_missing == 1 ? "is" : "are");
}
