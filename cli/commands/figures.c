#include "cli/commands/figures.h"

#include "base/error.h"
#include "cli/complain.h"
#include "cli/formats/output.h"

#include <stdlib.h>
#include <unistd.h>

static enum weir_status print(const struct weir_stats *stats,
                              const struct weir_loaded *loaded, char **text,
                              size_t *len, struct weir_error *error)
{
    FILE *to = open_memstream(text, len);
    if (!to)
        return weir_fail(error, WEIR_LIMIT, "no memory for the figures");
    weir_stats_print(stats, to);
    if (loaded)
        weir_loaded_print(loaded, to);
    bool whole = fflush(to) == 0 && !ferror(to);
    /* fclose() reallocates the text to its length. If that fails, it reports
     * success, but the text is NULL. */
    if (fclose(to) != 0 || !whole || !*text)
        return weir_fail(error, WEIR_LIMIT, "no memory for the figures");
    return WEIR_OK;
}

int weir_figures_print(const struct weir_stats *stats,
                       const struct weir_loaded *loaded)
{
    struct weir_output output = {.fd = -1};
    struct weir_error error;
    char *text = NULL;
    size_t len = 0;
    weir_error_init(&error);
    weir_memory_limit(0); /* the limit was for the run, which is over */
    enum weir_status status = print(stats, loaded, &text, &len, &error);
    /* Closing the output finds late failures. It gets a duplicate, so that
     * standard error stays open for messages. */
    if (!status)
        status = weir_output_init(&output, dup(STDERR_FILENO), "standard error",
                                  &error);
    if (!status)
        weir_output_put(&output, text, len);
    free(text);
    return weir_output_finish(&output, status, &error, NULL);
}
