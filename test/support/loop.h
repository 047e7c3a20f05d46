/* test/support/loop.h - a loop that cannot hang a test.
 *
 * A test waits for a thing, never for a time: it runs the loop until nothing is in flight, or until a
 * condition holds. A watchdog ends a wait that takes longer than TEST_LOOP_DEADLINE_MS and fails the test.
 */
#ifndef WEFT_TEST_LOOP_H
#define WEFT_TEST_LOOP_H

#include <stdbool.h>
#include <uv.h>

enum { TEST_LOOP_DEADLINE_MS = 20000 };

typedef struct test_loop {
    uv_loop_t uv;
    uv_timer_t watchdog; /* unreferenced but while test_loop_run_until() waits */
    bool expired;
} test_loop;

typedef bool test_loop_condition(void *arg);

/* False, with the test failed, when the system gives no loop. */
bool test_loop_open(test_loop *loop);
/* Runs until nothing is in flight. False, with the test failed, past the deadline. */
bool test_loop_run(test_loop *loop);
/* Runs until `condition` holds, even if nothing keeps the loop alive. False, with the test failed and `what`
 * in the message, past the deadline. */
bool test_loop_run_until(test_loop *loop, test_loop_condition *condition, void *arg, const char *what);
/* Runs until `*flag` is set. */
bool test_loop_run_until_set(test_loop *loop, bool *flag, const char *what);
/* Runs what is due now, without waiting. */
void test_loop_turn(test_loop *loop);
/* Ends the loop. False, with the test failed, when a handle is still open; the message names each. */
bool test_loop_close(test_loop *loop);

#endif
