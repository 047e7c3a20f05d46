/* test/support/loop.h - a loop that cannot hang a test.
 *
 * A test waits for a thing, never for a time: it runs the loop until nothing is in flight, or until a
 * condition holds. A wait ends, and fails the test, after TEST_LOOP_TURNS turns of the loop, or where it hangs in
 * one of them, after TEST_LOOP_DEADLINE_MS.
 */
#ifndef WEFT_TEST_LOOP_H
#define WEFT_TEST_LOOP_H

#include <stdbool.h>
#include <uv.h>

#include "test.h"

enum {
    TEST_LOOP_DEADLINE_MS = 20000,
    TEST_LOOP_TURNS = 1000000,
    TEST_LOOP_TURN_MS = 5, /* the most that a wait stands still: what a thread has done no handle may tell */
};

typedef struct test_loop {
    uv_loop_t uv;
    uv_timer_t watchdog; /* unreferenced but while test_loop_run_until() waits */
    unsigned waited_ms;
    bool expired;
    void (*turn)(struct test_loop *loop); /* NULL, or clock.h's; in place of a turn that waits */
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
/* Runs until `condition`, an expression, holds, even if nothing keeps the loop alive. Else the test has failed, and
 * `otherwise` is done, which leaves. */
#define UNTIL_OR(loop, condition, otherwise)                                                                           \
    do {                                                                                                               \
        bool check_holds = (condition);                                                                                \
        for (unsigned check_turns = 0; test_loop_wait((loop), check_holds, &check_turns); check_holds = (condition))   \
            continue;                                                                                                  \
        if (!check_holds) {                                                                                            \
            test_fail(__FILE__, __LINE__, "waited in vain for %s", #condition);                                        \
            otherwise;                                                                                                 \
        }                                                                                                              \
    } while (0)
#define CHECK_UNTIL(loop, condition) UNTIL_OR(loop, condition, return )
/* Its turn: true after one, when `holds` is to be looked at again; false when it holds, or never will. `*turns` begins
 * at 0. */
bool test_loop_wait(test_loop *loop, bool holds, unsigned *turns);
/* Runs what is due now, without waiting: once, or so many times. */
void test_loop_turn(test_loop *loop);
void test_loop_turns(test_loop *loop, unsigned count);
/* Ends the loop. False, with the test failed, when a handle is still open; the message names each. */
bool test_loop_close(test_loop *loop);

#endif
