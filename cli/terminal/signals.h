/*
 * How the program ends by a signal.
 */
#ifndef WEIR_CLI_TERMINAL_SIGNALS_H
#define WEIR_CLI_TERMINAL_SIGNALS_H

/*
 * Once, at the start: SIGINT and SIGTERM take the progress line away and end
 * the program as they would without us; SIGPIPE is ignored, so that writing
 * says EPIPE instead. A signal that was ignored stays so (nohup, or a shell's
 * background).
 */
void weir_signals_init(void);

/* Ends the program by the signal, which it was sent. */
void weir_signals_leave(int number);

#endif
