#include "base/wheel.h"

#include <string.h>

#include "base/assert.h"

/* Where a timer stands follows from the highest bit in which its deadline differs from `now_ms`: that bit's
 * group of six is the level, the deadline's own six bits are the slot. So every timer of a level is due
 * before every timer of a higher one, a slot in use is always ahead of the clock's own digit, and all of this
 * stays true when the clock moves, as long as it passes no slot in use without emptying it. */

enum { SLOT_COUNT = WEFT__WHEEL_LEVELS * WEFT__WHEEL_SLOTS };

_Static_assert(WEFT__WHEEL_LEVELS *WEFT__WHEEL_SLOT_BITS >= 64, "the levels hold every deadline");
_Static_assert(WEFT__WHEEL_SLOTS <= 64, "a level's slots are the bits of a word");

void weft__wheel_init(weft__wheel *wheel, uint64_t now_ms)
{
    memset(wheel, 0, sizeof(*wheel));
    wheel->now_ms = wheel->reached_ms = now_ms;
    for (size_t i = 0; i < SLOT_COUNT; i++)
        weft__list_init(&wheel->slots[i]);
    weft__list_init(&wheel->due);
    weft__list_init(&wheel->moving);
    weft__list_init(&wheel->firing);
}

static unsigned level_of(const weft__wheel *wheel, uint64_t deadline_ms)
{
    uint64_t differing = wheel->now_ms ^ deadline_ms;

    if (differing < WEFT__WHEEL_SLOTS)
        return 0;
    return (63u - (unsigned)__builtin_clzll(differing)) / WEFT__WHEEL_SLOT_BITS;
}

static unsigned slot_of(unsigned level, uint64_t deadline_ms)
{
    return (unsigned)(deadline_ms >> (level * WEFT__WHEEL_SLOT_BITS)) & (WEFT__WHEEL_SLOTS - 1);
}

/* The timer is in no list; its deadline is not before the wheel's clock. */
static void place(weft__wheel *wheel, weft__timer *timer)
{
    unsigned level = level_of(wheel, timer->deadline_ms);
    unsigned slot = slot_of(level, timer->deadline_ms);

    WEFT__ASSERT(!weft__timer_is_set(timer) && timer->deadline_ms >= wheel->now_ms && level < WEFT__WHEEL_LEVELS);
    timer->slot = level * WEFT__WHEEL_SLOTS + slot;
    wheel->occupied[level] |= UINT64_C(1) << slot;
    weft__list_push_back(&wheel->slots[timer->slot], &timer->link);
}

void weft__wheel_cancel(weft__wheel *wheel, weft__timer *timer)
{
    if (!weft__timer_is_set(timer))
        return;
    WEFT__ASSERT(wheel->count > 0 && timer->slot < SLOT_COUNT);
    weft__list_remove(&timer->link);
    wheel->count--;
    /* A timer that waited on another list may name a slot it has left: an empty slot's bit is clear anyway. */
    if (weft__list_is_empty(&wheel->slots[timer->slot]))
        wheel->occupied[timer->slot / WEFT__WHEEL_SLOTS] &= ~(UINT64_C(1) << timer->slot % WEFT__WHEEL_SLOTS);
}

void weft__wheel_schedule(weft__wheel *wheel, weft__timer *timer, uint64_t deadline_ms)
{
    WEFT__ASSERT(timer->callback);
    weft__wheel_cancel(wheel, timer);
    timer->deadline_ms = deadline_ms;
    wheel->count++;
    if (deadline_ms > wheel->reached_ms)
        place(wheel, timer);
    else
        weft__list_push_back(&wheel->due, &timer->link);
}

/* The first slot in use, and the time at which it comes up; false when there is none. */
static bool first_slot(const weft__wheel *wheel, unsigned *ret_level, uint64_t *ret_time_ms)
{
    for (unsigned level = 0; level < WEFT__WHEEL_LEVELS; level++) {
        unsigned shift = level * WEFT__WHEEL_SLOT_BITS, above = shift + WEFT__WHEEL_SLOT_BITS;

        if (!wheel->occupied[level])
            continue;
        *ret_level = level;
        *ret_time_ms = above < 64 ? wheel->now_ms >> above << above : 0;
        *ret_time_ms |= (uint64_t)__builtin_ctzll(wheel->occupied[level]) << shift;
        WEFT__ASSERT(*ret_time_ms >= wheel->now_ms);
        return true;
    }
    return false;
}

/* What an advance has begun and not finished. */
static bool has_work(const weft__wheel *wheel)
{
    return !weft__list_is_empty(&wheel->moving) || !weft__list_is_empty(&wheel->firing);
}

bool weft__wheel_is_behind(const weft__wheel *wheel)
{
    return has_work(wheel) || wheel->now_ms < wheel->reached_ms;
}

uint64_t weft__wheel_next(const weft__wheel *wheel, uint64_t now_ms)
{
    unsigned level;
    uint64_t time_ms;

    if (has_work(wheel) || !weft__list_is_empty(&wheel->due))
        return 0;
    if (!first_slot(wheel, &level, &time_ms))
        return UINT64_MAX;
    return time_ms > now_ms ? time_ms - now_ms : 0;
}

/* One at a time off a list of the wheel's own: a callback may cancel any that are still on it. */
static void fire_first(weft__wheel *wheel)
{
    weft__timer *timer = WEFT__CONTAINER_OF(weft__list_pop_front(&wheel->firing), weft__timer, link);

    WEFT__ASSERT(wheel->count > 0 && timer->deadline_ms <= wheel->reached_ms);
    wheel->count--;
    timer->callback(timer);
}

/* Comes to the next slot that is due, whose timers fire, or move down a level or more; false when none is. */
static bool reach_slot(weft__wheel *wheel)
{
    unsigned level, slot;
    uint64_t time_ms;

    WEFT__ASSERT(!has_work(wheel));
    if (!first_slot(wheel, &level, &time_ms) || time_ms > wheel->reached_ms)
        return false;
    wheel->now_ms = time_ms;
    slot = slot_of(level, time_ms);
    weft__list_take(level == 0 ? &wheel->firing : &wheel->moving, &wheel->slots[level * WEFT__WHEEL_SLOTS + slot]);
    wheel->occupied[level] &= ~(UINT64_C(1) << slot);
    return true;
}

size_t weft__wheel_advance(weft__wheel *wheel, uint64_t now_ms, size_t steps)
{
    size_t fired = 0;

    WEFT__ASSERT(!wheel->advancing);
    wheel->advancing = true;
    if (now_ms > wheel->reached_ms)
        wheel->reached_ms = now_ms;
    weft__list_take(&wheel->firing, &wheel->due);
    while (steps > 0 && (has_work(wheel) || reach_slot(wheel))) {
        weft__link *link = weft__list_pop_front(&wheel->moving);

        steps--;
        /* All of a slot move down before anything fires: one of them may be due first. */
        if (link) {
            place(wheel, WEFT__CONTAINER_OF(link, weft__timer, link));
        } else {
            fire_first(wheel);
            fired++;
        }
    }
    if (steps > 0)
        wheel->now_ms = wheel->reached_ms;
    wheel->advancing = false;
    return fired;
}
