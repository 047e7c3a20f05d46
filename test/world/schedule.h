/* schedule.h - what happens at a time. What happens elsewhere does so whenever its time has come, within the client's
 * system calls too; what the user does, in a turn of the loop only. */
#ifndef WEFT_WORLD_SCHEDULE_H
#define WEFT_WORLD_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

typedef void schedule_cb(void *arg);

void schedule_reset(void);
/* Never earlier than the event at hand. Those of the same time run in the order in which they were asked for. */
void schedule_there(uint64_t at, schedule_cb *run, void *arg);
void schedule_user(uint64_t at, schedule_cb *run, void *arg);
/* When the next event of either kind is due; UINT64_MAX = there is none. */
uint64_t schedule_next(void);
/* Runs what is due elsewhere; harmless from within such an event. */
void schedule_catch_up(void);
/* Lets the user do what is due. */
void schedule_run_user(void);

#endif
