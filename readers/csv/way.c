/*
 * Chooses the way in which an input is read. Each way says for itself why it
 * cannot read an input; the first way of the table that can is taken.
 *
 *     way       needs                             costs
 *     chunks    a plain file, and a dialect that  4 KiB of 128 are read twice
 *               the block scans know
 *     segments  a compressed file of several      a decoder for each thread;
 *               parts, several threads, and no    all is read again if a guess
 *               need of the input's order         was wrong
 *     prefetch  something to decode, and several  a ring of text, and a thread
 *               threads
 *     sequence  nothing                           one thread reads at a time
 *
 * WEIR_WAY in the environment names a way that is taken wherever it is
 * possible; tests compare the ways by it. WEIR_WAY=chunks also makes every
 * chunk be guessed, even where a single thread knows the boundary.
 */
#include "readers/csv/reader.h"
#include "readers/csv/ways.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *never_refuses(struct weir_csv *csv)
{
    (void)csv;
    return NULL;
}

static const struct weir_way ways[] = {
    {WEIR_WAY_CHUNKS, "chunks", "in chunks", weir_chunks_refuse,
     weir_chunks_next},
    {WEIR_WAY_SEGMENTS, "segments", "in segments", weir_segments_refuse,
     weir_segments_next},
    {WEIR_WAY_PREFETCH, "prefetch", "decoded ahead", weir_prefetch_refuse,
     weir_prefetch_next},
    {WEIR_WAY_SEQUENCE, "sequence", "in sequence", never_refuses,
     weir_sequence_next},
};
#define N_WAYS (sizeof ways / sizeof *ways)

bool weir_way_is_forced(const char *name)
{
    const char *forced = getenv("WEIR_WAY");
    return forced && strcmp(forced, name) == 0;
}

/* Says why the ways before the chosen one were not taken: reason[way]. */
static void explain(struct weir_csv *csv, const struct weir_way *chosen,
                    const char *const *reason)
{
    const char *forced = weir_way_is_forced(chosen->name) ? " (WEIR_WAY)" : "";
    size_t at = (size_t)snprintf(csv->current.how, sizeof csv->current.how,
                                 "%s%s", chosen->words, forced);
    for (size_t i = 0; &ways[i] < chosen; i++)
        if (reason[i] && at < sizeof csv->current.how)
            at += (size_t)snprintf(csv->current.how + at,
                                   sizeof csv->current.how - at, "; not %s: %s",
                                   ways[i].words, reason[i]);
    csv->stream.how = csv->current.how;
}

const struct weir_way *weir_way_choose(struct weir_csv *csv)
{
    const struct weir_way *chosen = NULL;
    const char *reason[N_WAYS];
    for (size_t i = 0; i < N_WAYS; i++) {
        reason[i] = ways[i].refuse(csv);
        if (!reason[i] && (!chosen || weir_way_is_forced(ways[i].name)))
            chosen = &ways[i];
    }
    explain(csv, chosen, reason);
    return chosen;
}
