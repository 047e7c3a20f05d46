#include "micro.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#if defined(__has_include)
#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#endif
#endif
#ifndef CALLGRIND_ZERO_STATS
#define RUNNING_ON_VALGRIND 0
#define CALLGRIND_ZERO_STATS
#define CALLGRIND_DUMP_STATS_AT(name) (void)(name)
#endif

enum { COUNTED = 2000, ROUNDS = 15, ROUND_NS = 4000000 };

static double now_ns(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static double time_of(void (*work)(size_t), size_t times)
{
    double start = now_ns();

    work(times);
    return now_ns() - start;
}

/* The best of some rounds, each long enough for the clock: whatever disturbs only ever adds. */
static double best_ns(void (*work)(size_t))
{
    size_t times = 16;
    double best = 0;

    while (time_of(work, times) < ROUND_NS)
        times *= 2;
    for (int round = 0; round < ROUNDS; round++) {
        double each = time_of(work, times) / (double)times;

        if (round == 0 || each < best)
            best = each;
    }
    return best;
}

static void count(const char *part, const char *name, const char *what, void (*work)(size_t))
{
    char label[128];

    snprintf(label, sizeof(label), "%s|%s|%s|%d", part, name, what, COUNTED);
    work(COUNTED); /* what is done once only, is done now */
    CALLGRIND_ZERO_STATS;
    work(COUNTED);
    CALLGRIND_DUMP_STATS_AT(label);
}

int micro_main(const char *part, const micro_case *cases, size_t count_of_cases)
{
    for (size_t i = 0; i < count_of_cases; i++) {
        const micro_case *c = &cases[i];

        if (c->prepare)
            c->prepare();
        if (RUNNING_ON_VALGRIND) {
            count(part, c->name, "work", c->work);
            count(part, c->name, "floor", c->floor);
        } else {
            printf("%s|%s|%.1f|%.1f\n", part, c->name, best_ns(c->work), best_ns(c->floor));
            fflush(stdout);
        }
    }
    return 0;
}
