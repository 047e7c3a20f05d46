/* micro/timers.c - deadlines on the wheel. The floor puts a link into a list and takes it out again. */
#include <stdlib.h>

#include "base/wheel.h"
#include "micro.h"

enum { TIMERS_MAX = 100000 };

static weft__wheel wheel;
static weft__timer *timers;
static weft__list list;
static size_t set;
static uint64_t now_ms;

static void on_timer(weft__timer *timer)
{
    micro_keep(timer);
}

static void cancel_and_set(size_t times)
{
    for (size_t i = 0; i < times; i++) {
        weft__timer *timer = &timers[i % set];

        weft__wheel_cancel(&wheel, timer);
        weft__wheel_schedule(&wheel, timer, now_ms + 30000 + i % 977);
    }
}

/* A timer is set, runs out 30 s later, and moves down the wheel meanwhile. */
static void run_out(size_t times)
{
    size_t fired = 0;

    while (fired < times) {
        for (size_t i = 0; i < set; i++)
            weft__wheel_schedule(&wheel, &timers[i], now_ms + 30000 + i % 977);
        now_ms += 31000;
        fired += weft__wheel_advance(&wheel, now_ms, SIZE_MAX);
    }
}

static void link_and_unlink(size_t times)
{
    for (size_t i = 0; i < times; i++) {
        weft__link *link = &timers[i % set].link;

        weft__list_remove(link);
        weft__list_push_back(&list, link);
        micro_keep(link);
    }
    while (weft__list_pop_front(&list))
        ;
}

static void begin(size_t count)
{
    set = count;
    now_ms = 1;
    weft__list_init(&list);
    weft__wheel_init(&wheel, now_ms);
    for (size_t i = 0; i < TIMERS_MAX; i++)
        weft__timer_init(&timers[i], on_timer);
}

static void hundred(void)
{
    begin(100);
}

static void hundred_thousand(void)
{
    begin(TIMERS_MAX);
}

int main(void)
{
    static const micro_case cases[] = {
        {"set and cancel, 100 set", cancel_and_set, link_and_unlink, hundred},
        {"set and run out, 100 set", run_out, link_and_unlink, hundred},
        {"set and cancel, 100,000 set", cancel_and_set, link_and_unlink, hundred_thousand},
    };

    timers = calloc(TIMERS_MAX, sizeof(*timers));
    return timers ? micro_main("timers", cases, sizeof(cases) / sizeof(cases[0])) : 1;
}
