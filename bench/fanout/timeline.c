#include "fanout/timeline.h"

#include <string.h>

void timeline_init(fanout_timeline *timeline, uint64_t now)
{
    memset(timeline, 0, sizeof(*timeline));
    timeline->start = now;
    timeline->width = TIMELINE_FIRST_WIDTH_MS * UINT64_C(1000000);
    timeline->count = 1;
}

static uint64_t larger(uint64_t one, uint64_t other)
{
    return one > other ? one : other;
}

static timeline_slot both(const timeline_slot *one, const timeline_slot *other)
{
    return (timeline_slot){
        .started = one->started + other->started,
        .succeeded = one->succeeded + other->succeeded,
        .failed = one->failed + other->failed,
        .events = one->events + other->events,
        .in_flight = larger(one->in_flight, other->in_flight),
        .latency_sum = one->latency_sum + other->latency_sum,
        .latency_max = larger(one->latency_max, other->latency_max),
        .lag_max = larger(one->lag_max, other->lag_max),
    };
}

static void fold(fanout_timeline *timeline)
{
    for (size_t i = 0; i < TIMELINE_SLOTS / 2; i++)
        timeline->slots[i] = both(&timeline->slots[2 * i], &timeline->slots[2 * i + 1]);
    memset(timeline->slots + TIMELINE_SLOTS / 2, 0, sizeof(timeline->slots) / 2);
    timeline->width *= 2;
    timeline->count = (timeline->count + 1) / 2;
}

timeline_slot *timeline_now(fanout_timeline *timeline, uint64_t now)
{
    uint64_t since = now > timeline->start ? now - timeline->start : 0;

    while (since / timeline->width >= TIMELINE_SLOTS)
        fold(timeline);
    while (timeline->count <= since / timeline->width)
        timeline->slots[timeline->count++].in_flight = timeline->in_flight;
    return &timeline->slots[timeline->count - 1];
}

void timeline_enter(fanout_timeline *timeline, uint64_t now)
{
    timeline_slot *slot = timeline_now(timeline, now);

    slot->started++;
    slot->in_flight = larger(slot->in_flight, ++timeline->in_flight);
}

void timeline_leave(fanout_timeline *timeline, uint64_t now)
{
    timeline_now(timeline, now);
    timeline->in_flight--;
}
