#include "schedule.h"

#include <stddef.h>
#include <stdlib.h>

#include "world.h"

typedef struct event {
    uint64_t at, number;
    schedule_cb *run;
    void *arg;
} event;

typedef struct event_heap {
    event *events; /* the first is due first, each before the two at twice its place */
    size_t count, room;
} event_heap;

static event_heap elsewhere, users;
static uint64_t numbers;

static bool is_before(const event *one, const event *other)
{
    return one->at < other->at || (one->at == other->at && one->number < other->number);
}

static void swap(event_heap *heap, size_t one, size_t other)
{
    event kept = heap->events[one];

    heap->events[one] = heap->events[other];
    heap->events[other] = kept;
}

static void grow(event_heap *heap)
{
    heap->room = heap->room ? heap->room * 2 : 256;
    heap->events = realloc(heap->events, heap->room * sizeof(event));
    if (!heap->events)
        abort();
}

static void push(event_heap *heap, uint64_t at, schedule_cb *run, void *arg)
{
    size_t place = heap->count;

    if (heap->count == heap->room)
        grow(heap);
    heap->events[heap->count++] = (event){at, numbers++, run, arg};
    for (; place > 0 && is_before(&heap->events[place], &heap->events[(place - 1) / 2]); place = (place - 1) / 2)
        swap(heap, place, (place - 1) / 2);
}

static size_t first_of(const event_heap *heap, size_t place)
{
    size_t first = place;

    for (size_t child = 2 * place + 1; child <= 2 * place + 2 && child < heap->count; child++)
        if (is_before(&heap->events[child], &heap->events[first]))
            first = child;
    return first;
}

static event pop(event_heap *heap)
{
    event top = heap->events[0];
    size_t place = 0, first;

    heap->events[0] = heap->events[--heap->count];
    while ((first = first_of(heap, place)) != place) {
        swap(heap, place, first);
        place = first;
    }
    return top;
}

void schedule_reset(void)
{
    elsewhere.count = users.count = 0;
    numbers = 0;
}

void schedule_there(uint64_t at, schedule_cb *run, void *arg)
{
    push(&elsewhere, at < world.there ? world.there : at, run, arg);
}

void schedule_user(uint64_t at, schedule_cb *run, void *arg)
{
    push(&users, at, run, arg);
}

uint64_t schedule_next(void)
{
    uint64_t there = elsewhere.count ? elsewhere.events[0].at : UINT64_MAX;
    uint64_t here = users.count ? users.events[0].at : UINT64_MAX;

    return there < here ? there : here;
}

void schedule_catch_up(void)
{
    if (world.elsewhere)
        return;
    world.elsewhere = true;
    while (elsewhere.count && elsewhere.events[0].at <= world.now) {
        event due = pop(&elsewhere);

        world.there = due.at;
        due.run(due.arg);
    }
    world.there = world.now;
    world.elsewhere = false;
}

void schedule_run_user(void)
{
    while (users.count && users.events[0].at <= world.now && !world.violated) {
        event due = pop(&users);

        due.run(due.arg);
    }
}
