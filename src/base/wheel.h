/* base/wheel.h - deadlines by the hundred thousand, at a cost that does not grow with their number.
 *
 * A hierarchical timer wheel: 64 slots of one millisecond, 64 of 64, 64 of 4096 and so on up to the whole
 * range of the clock. Setting, moving and cancelling a timer touch one slot; a far timer moves down a level
 * each time its slot comes up. The wheel reads no clock, allocates nothing and owns no timer. However many are due, or
 * move down, at one time: an advance does as many steps as it is allowed, and the next one goes on from there.
 */
#ifndef WEFT_BASE_WHEEL_H
#define WEFT_BASE_WHEEL_H

#include <stdint.h>

#include "base/list.h"

enum {
    WEFT__WHEEL_SLOT_BITS = 6,
    WEFT__WHEEL_SLOTS = 1 << WEFT__WHEEL_SLOT_BITS,
    WEFT__WHEEL_LEVELS = 11 /* 11 levels of 6 bits hold all 64 bits of the clock */
};

typedef struct weft__timer weft__timer;
/* The timer is off when this runs: the callback may set it again, or free it. */
typedef void weft__timer_cb(weft__timer *timer);

/* Embedded in what it times, which must not go away while the timer is set. A zeroed one is off. */
struct weft__timer {
    weft__link link;
    uint64_t deadline_ms;
    weft__timer_cb *callback;
    uint32_t slot; /* the wheel's own */
};

typedef struct weft__wheel {
    uint64_t now_ms;                       /* how far the wheel has turned */
    uint64_t reached_ms;                   /* how far it is asked to turn: now_ms, unless an advance had to stop */
    uint64_t occupied[WEFT__WHEEL_LEVELS]; /* a bit per slot that holds timers */
    weft__list slots[WEFT__WHEEL_LEVELS * WEFT__WHEEL_SLOTS];
    weft__list due;    /* set for a time that was reached already */
    weft__list moving; /* of the slot that was reached last: still to be moved down */
    weft__list firing; /* still to be fired */
    size_t count;      /* timers that are set */
    bool advancing;
} weft__wheel;

/* `now_ms` is any monotonic clock; all other times are on it. */
void weft__wheel_init(weft__wheel *wheel, uint64_t now_ms);

static inline void weft__timer_init(weft__timer *timer, weft__timer_cb *callback)
{
    *timer = (weft__timer){.callback = callback};
}

static inline bool weft__timer_is_set(const weft__timer *timer)
{
    return weft__link_is_linked(&timer->link);
}

/* Sets the timer, or moves it when it is set. A deadline that has been reached already fires in the next
 * advance, never in one under way: a callback that sets its own timer again cannot hold the loop. */
void weft__wheel_schedule(weft__wheel *wheel, weft__timer *timer, uint64_t deadline_ms);
/* The callback will not run. Harmless when the timer is off. */
void weft__wheel_cancel(weft__wheel *wheel, weft__timer *timer);

/* Whether the last advance had to stop before its end. */
bool weft__wheel_is_behind(const weft__wheel *wheel);

/* Milliseconds from `now_ms` until weft__wheel_advance has something to do: never later than the first
 * deadline, and earlier when that is far, for its timer has to move down a level. UINT64_MAX: no timer is
 * set. */
uint64_t weft__wheel_next(const weft__wheel *wheel, uint64_t now_ms);

/* Fires the timers whose deadline is `now_ms` or before: first those that were set too late, in the order they were
 * set, then by deadline; what an advance before this one had no steps for comes before all others. Callbacks may set
 * and cancel any timer; they must not advance the wheel. A clock that stands still or goes back counts as the latest
 * time given so far. It ends early after `steps`, of which firing a timer takes one, and so does moving it down: then
 * weft__wheel_next is 0. Returns the number of callbacks run. */
size_t weft__wheel_advance(weft__wheel *wheel, uint64_t now_ms, size_t steps);

#endif
