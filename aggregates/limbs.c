/*
 * Limbs with lazy carries (R. Neal, "Fast exact summation using small and
 * large superaccumulators", 2015, has the idea for binary).
 *
 *     limb:    |  0  |  1  |  2  | ... | n-1 |     int64 each, signed
 *     weighs   base^lowest  ...         base^(lowest+n-1)
 *
 * An addend of 128 bits is cut into digits of the base. Shifted to the addend's
 * exponent, each digit falls into two neighbouring limbs, so one addition adds
 * less than 2^33 to a limb. After 2^29 additions a limb is therefore below
 * 2^62, and only then the carries are settled. Two numbers with such limbs can
 * be merged before that. HEADROOM limbs above the highest one touched take the
 * carries of any number of additions.
 */
#include "aggregates/limbs.h"

#include <string.h>

#define ADDS_MAX (UINT32_C(1) << 29)
#define PARTS_MAX 5
#define HEADROOM 3

struct limbs {
    int32_t lowest;
    uint32_t n;
    uint32_t radix;
    uint32_t adds; /* additions since carries were settled */
    int64_t limb[];
};

static int64_t base_of(enum weir_radix radix)
{
    return radix == WEIR_RADIX_TEN ? 1000000000 : INT64_C(1) << 32;
}

static int32_t digits_of(enum weir_radix radix)
{
    return radix == WEIR_RADIX_TEN ? 9 : 32;
}

static size_t bytes_for(uint32_t n)
{
    return sizeof(struct limbs) + n * sizeof(int64_t);
}

static struct limbs *at(const struct weir_arena *arena, weir_handle handle)
{
    return weir_arena_at(arena, handle);
}

static bool reaches(const struct limbs *limbs, int32_t low, int32_t high)
{
    return low >= limbs->lowest &&
           high + HEADROOM < limbs->lowest + (int32_t)limbs->n;
}

/* Makes the limbs reach from low to high, with HEADROOM limbs above; false if
 * the arena refused to grow. */
static bool reach(struct weir_arena *arena, weir_handle *handle,
                  enum weir_radix radix, int32_t low, int32_t high)
{
    struct limbs *old = *handle ? at(arena, *handle) : NULL;
    if (old && reaches(old, low, high))
        return true;
    int32_t past = high + HEADROOM + 1;
    if (old && old->lowest < low)
        low = old->lowest;
    if (old && old->lowest + (int32_t)old->n > past)
        past = old->lowest + (int32_t)old->n;
    uint32_t n = (uint32_t)(past - low);
    weir_handle taken = weir_arena_take(arena, bytes_for(n));
    if (!taken)
        return false;
    struct limbs *limbs = at(arena, taken);
    memset(limbs, 0, bytes_for(n));
    limbs->lowest = low;
    limbs->n = n;
    limbs->radix = (uint32_t)radix;
    if (*handle) {
        old = at(arena, *handle);
        limbs->adds = old->adds;
        memcpy(limbs->limb + (old->lowest - low), old->limb,
               old->n * sizeof(int64_t));
        weir_arena_give(arena, *handle, bytes_for(old->n));
    }
    *handle = taken;
    return true;
}

/* Settles the carries: the magnitude of every limb becomes less than the base.
 * The topmost limb may be larger, as it keeps its carry. */
static void settle(struct limbs *limbs)
{
    int64_t base = base_of(limbs->radix);
    for (uint32_t i = 0; i + 1 < limbs->n; i++) {
        int64_t carry = limbs->limb[i] / base;
        limbs->limb[i] -= carry * base;
        limbs->limb[i + 1] += carry;
    }
    limbs->adds = 1;
}

static void count(struct limbs *limbs, uint32_t adds)
{
    limbs->adds += adds;
    if (limbs->adds >= ADDS_MAX)
        settle(limbs);
}

bool weir_limbs_add(struct weir_arena *arena, weir_handle *handle,
                    const struct weir_addend *addend)
{
    int64_t base = base_of(addend->radix);
    int32_t digits = digits_of(addend->radix);
    int32_t low = addend->exponent / digits, over = addend->exponent % digits;
    if (over < 0) {
        over += digits;
        low--;
    }
    if (!addend->m)
        return true;
    if (!reach(arena, handle, addend->radix, low, low + PARTS_MAX))
        return false;

    struct limbs *limbs = at(arena, *handle);
    int64_t *limb = limbs->limb + (low - limbs->lowest);
    uint64_t scale = addend->radix == WEIR_RADIX_TEN
                         ? (uint64_t)weir_power_of_ten[over]
                         : UINT64_C(1) << over;
    int64_t sign = addend->negative ? -1 : 1;
    for (weir_uint128 m = addend->m; m; m /= (uint64_t)base, limb++) {
        uint64_t part = (uint64_t)(m % (uint64_t)base) * scale;
        limb[0] += sign * (int64_t)(part % (uint64_t)base);
        limb[1] += sign * (int64_t)(part / (uint64_t)base);
    }
    count(limbs, 1);
    return true;
}

bool weir_limbs_merge(struct weir_arena *arena, weir_handle *handle,
                      const struct weir_arena *from_arena, weir_handle from)
{
    if (!from)
        return true;
    const struct limbs *other = at(from_arena, from);
    int32_t low = 0, past = (int32_t)other->n;
    while (past > low && !other->limb[past - 1])
        past--;
    while (low < past && !other->limb[low])
        low++;
    /* The value is zero, but limbs must exist: if they are of doubles, they
     * show that the result has to be rounded. */
    if (low == past)
        return *handle || reach(arena, handle, other->radix, 0, 0);
    int32_t lowest = other->lowest;
    if (!reach(arena, handle, other->radix, lowest + low, lowest + past - 1))
        return false;

    struct limbs *limbs = at(arena, *handle);
    other = at(from_arena, from);
    int64_t *limb = limbs->limb + (lowest - limbs->lowest);
    for (int32_t i = low; i < past; i++)
        limb[i] += other->limb[i];
    count(limbs, other->adds);
    return true;
}

/* Iterates over the limbs as if they were settled, from the lowest one. After
 * the last limb come the carries, then zeros. */
struct settling {
    const struct limbs *limbs;
    uint32_t i;
    int64_t carry;
};

static int64_t next_settled(struct settling *s)
{
    int64_t base = base_of(s->limbs->radix);
    int64_t limb = s->i < s->limbs->n ? s->limbs->limb[s->i] : 0;
    limb += s->carry;
    s->carry = limb / base;
    s->i++;
    return limb - s->carry * base;
}

static bool is_over(const struct settling *s)
{
    return s->i >= s->limbs->n && !s->carry;
}

/* A settled limb takes at most 5 bytes, and so does each carry after the last
 * one. */
size_t weir_limbs_saved_max(const struct weir_arena *arena, weir_handle handle)
{
    const struct limbs *limbs = at(arena, handle);
    return 2 * WEIR_VARINT_CAPACITY + 5 * (size_t)(limbs->n + HEADROOM);
}

char *weir_limbs_save(const struct weir_arena *arena, weir_handle handle,
                      char *into)
{
    struct settling s = {.limbs = at(arena, handle)};
    uint32_t low = UINT32_MAX, past = 0;
    while (!is_over(&s))
        if (next_settled(&s)) {
            low = low < s.i - 1 ? low : s.i - 1;
            past = s.i;
        }
    if (!past)
        return weir_put_varint(into, 0);
    into = weir_put_varint(into, past - low);
    into = weir_put_signed(into, s.limbs->lowest + (int32_t)low);
    s.i = 0;
    s.carry = 0;
    while (s.i < low)
        (void)next_settled(&s);
    while (s.i < past)
        into = weir_put_signed(into, next_settled(&s));
    return into;
}

enum weir_status weir_limbs_load(struct weir_arena *arena, weir_handle *handle,
                                 const struct weir_limbs_bounds *bounds,
                                 struct weir_text *from)
{
    uint64_t n;
    int64_t lowest = 0, base = base_of(bounds->radix);
    if (!weir_get_varint(from, &n) || (n && !weir_get_signed(from, &lowest)))
        return WEIR_DATA;
    if (lowest < bounds->lowest || lowest > bounds->past ||
        n > (uint64_t)(bounds->past - lowest))
        return WEIR_DATA;
    int32_t low = (int32_t)lowest;
    if (!reach(arena, handle, bounds->radix, low, low + (int32_t)n))
        return WEIR_LIMIT;
    struct limbs *limbs = at(arena, *handle);
    limbs->adds = 1;
    for (uint64_t i = 0; i < n; i++) {
        int64_t limb;
        if (!weir_get_signed(from, &limb) || limb <= -base || limb >= base)
            return WEIR_DATA;
        limbs->limb[i] = limb;
    }
    return WEIR_OK;
}

void weir_limbs_value(const struct weir_arena *arena, weir_handle handle,
                      enum weir_radix radix, mpz_t m, int32_t *exponent)
{
    mpz_set_ui(m, 0);
    *exponent = 0;
    if (!handle)
        return;
    const struct limbs *limbs = at(arena, handle);
    unsigned long base = (unsigned long)base_of(radix);
    for (uint32_t i = limbs->n; i-- > 0;) {
        int64_t limb = limbs->limb[i];
        mpz_mul_ui(m, m, base);
        if (limb < 0)
            mpz_sub_ui(m, m, (unsigned long)-limb);
        else
            mpz_add_ui(m, m, (unsigned long)limb);
    }
    *exponent = limbs->lowest * digits_of(radix);
}
