/* fanout/timeline.h - what happened when, in fixed memory: a run of any length is cut into at most
 * TIMELINE_SLOTS slots, and when they are full, each two become one of twice the width. */
#ifndef FANOUT_TIMELINE_H
#define FANOUT_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

enum { TIMELINE_SLOTS = 480, TIMELINE_FIRST_WIDTH_MS = 50 };

typedef struct timeline_slot {
    uint64_t started;
    uint64_t succeeded;
    uint64_t failed;
    uint64_t events;
    uint64_t in_flight;   /* the most at any moment of the slot */
    uint64_t latency_sum; /* ns, of runs that succeeded in it */
    uint64_t latency_max; /* ns */
    uint64_t lag_max;     /* ns, of the loop */
} timeline_slot;

typedef struct fanout_timeline {
    uint64_t start;     /* ns, as uv_hrtime */
    uint64_t width;     /* ns, of a slot */
    uint64_t in_flight; /* now */
    size_t count;       /* slots begun */
    timeline_slot slots[TIMELINE_SLOTS];
} fanout_timeline;

void timeline_init(fanout_timeline *timeline, uint64_t now);
/* The slot of this moment. Times never go back. */
timeline_slot *timeline_now(fanout_timeline *timeline, uint64_t now);
/* A run more, or one less, is in flight. */
void timeline_enter(fanout_timeline *timeline, uint64_t now);
void timeline_leave(fanout_timeline *timeline, uint64_t now);

#endif
