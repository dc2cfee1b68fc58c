/*
 * weir: exact answers about CSV streams, in constant memory.
 */
#include "base/memory.h"
#include "cli/commands.h"
#include "cli/signals.h"

int main(int argc, char **argv)
{
    struct weir_options options;
    weir_signals_init();
    weir_memory_hook_gmp();
    weir_options_parse(&options, argc, argv);
    switch (options.command) {
    case WEIR_COMMAND_COMPARE:
        return weir_compare(&options, argv);
    case WEIR_COMMAND_EXPLAIN:
        return weir_explain(&options);
    case WEIR_COMMAND_RECORDS:
        return weir_records(&options);
    case WEIR_COMMAND_HELP:
        return weir_help(&options);
    default:
        return weir_ask(&options);
    }
}
