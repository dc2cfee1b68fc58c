/*
 * How a signal ends the program.
 */
#ifndef WEIR_CLI_TERMINAL_SIGNALS_H
#define WEIR_CLI_TERMINAL_SIGNALS_H

/*
 * Call it once, at the start. SIGINT and SIGTERM then erase the progress line
 * and end the program by the same signal; if they were ignored when the program
 * started (nohup, a background job), they stay ignored. SIGPIPE and SIGXFSZ are
 * ignored, so that write(2) fails with EPIPE or EFBIG.
 */
void weir_signals_init(void);

/* Erases the progress line and ends the program by this signal. It does not
 * return. Safe in a signal handler. */
void weir_signals_leave(int number);

#endif
