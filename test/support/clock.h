/* test/support/clock.h - time that a test moves: then it is told to the millisecond, and takes none.
 *
 * A program with the word `clock` in test/unit/meson.build has a clock_gettime of its own, which libuv and weft both
 * read. It is the machine's until test_clock_stop. From then on it stands while anything happens, and where the loop
 * would wait for a timer it goes on to that. It is for what happens on one loop: threads, and other processes, take
 * time that it does not see.
 */
#ifndef WEFT_TEST_CLOCK_H
#define WEFT_TEST_CLOCK_H

#include "loop.h"

/* Before anything has read the time. All waits of loop.h then move the clock, and their bound is in turns alone. */
void test_clock_stop(test_loop *loop);
/* It goes on by itself again; done for each loop that is opened, so that no test has to. */
void test_clock_start(void);
/* While it stands: so much later. */
void test_clock_move(unsigned ms);
/* While it stands: each look at it moves it by so much, and what is done until a time has come is a number of steps. */
void test_clock_charge(unsigned ns);
#endif
