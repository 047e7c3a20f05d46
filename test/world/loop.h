/* loop.h - the part of libuv that weft uses, on the world's clock; defined in place of libuv's own functions. */
#ifndef WEFT_WORLD_LOOP_H
#define WEFT_WORLD_LOOP_H

#include <stdbool.h>
#include <uv.h>

extern uv_loop_t world_loop;

void loop_reset(void);
/* One turn, in libuv's order. False: nothing is due, and nothing will ever happen. */
bool loop_turn(void);
/* Whether uv_run would go on. */
bool loop_is_alive(void);
/* Handles that are not closed. */
unsigned loop_handles(void);

/* threadpool.c: requests for names and work that are under way, whether one is to be reported, and its reporting. */
void threadpool_reset(void);
unsigned threadpool_count(void);
bool threadpool_is_ready(void);
void threadpool_report(void);

#endif
