/* test/support/sim_process.h - a weft-sim of the test's own, on a port that was free.
 *
 * The simulator runs as a child process until sim_process_stop(), and dies with the test program should that
 * crash first. It listens on port 0 and says on its first line where that turned out to be.
 */
#ifndef WEFT_TEST_SIM_PROCESS_H
#define WEFT_TEST_SIM_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct sim_process {
    pid_t pid;
    int output;         /* the simulator's standard output */
    char line[512];     /* the first line it wrote */
    char base_url[128]; /* the first URL on that line, without a trailing slash */
} sim_process;

/* Starts the simulator with `arguments`, a NULL-terminated list or NULL, after `--port 0`. Blocks until it
 * listens. False, with the test failed and nothing left running, when it does not. WEFT_SIM in the
 * environment names another program than the one in the build. */
bool sim_process_start(sim_process *sim, const char *const *arguments);
/* Asks it to end and reaps it. False, with the test failed, when it does not end, or not with status 0. */
bool sim_process_stop(sim_process *sim);
/* kill -9, and reaps it. */
void sim_process_kill(sim_process *sim);

#endif
