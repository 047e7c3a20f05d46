/* micro/pool.c - exchanges that wait for a connection. The floor puts a link into a list and takes it out
 * again. */
#include <stdlib.h>
#include <string.h>

#include "http/pool.h"
#include "micro.h"

enum { WAITING_MAX = 100000 };

static weft__pool pool;
static weft__origin origin;
static weft__exchange *waiting;
static weft__list list;
static size_t already;

static bool on_turn(weft__exchange *exchange)
{
    (void)exchange;
    return false;
}

static void on_moved(weft__exchange *exchange)
{
    micro_keep(exchange);
}

static const weft__exchange_events events = {.turn = on_turn, .moved = on_moved};

/* Each is submitted behind those that wait, then the one in the middle of all is cancelled, and submitted
 * again. */
static void submit_and_cancel(size_t times)
{
    for (size_t i = 0; i < times; i++) {
        weft__exchange *exchange = &waiting[(already / 2 + i) % already];

        weft__exchange_cancel(exchange);
        if (!weft__origin_submit(&origin, exchange))
            exit(1);
    }
}

static void link_and_unlink(size_t times)
{
    for (size_t i = 0; i < times; i++) {
        weft__link *link = &waiting[(already / 2 + i) % already].link;

        weft__list_remove(link);
        weft__list_push_back(&list, link);
        micro_keep(link);
    }
}

/* A lane without connections: whoever is submitted waits. */
static void queue(size_t count)
{
    already = count;
    memset(waiting, 0, WAITING_MAX * sizeof(*waiting));
    memset(&origin, 0, sizeof(origin));
    pool = (weft__pool){.limits = {.connections = UINT32_MAX, .queued = UINT32_MAX}};
    weft__list_init(&list);
    weft__list_init(&pool.waiting);
    origin.pool = &pool;
    for (int i = 0; i < WEFT__LANES; i++)
        weft__list_init(&origin.lanes[i].queue);
    for (size_t i = 0; i < count; i++) {
        waiting[i].origin = &origin;
        waiting[i].events = &events;
        if (!weft__origin_submit(&origin, &waiting[i]))
            exit(1);
    }
}

static void hundred(void)
{
    queue(100);
}

static void hundred_thousand(void)
{
    queue(WAITING_MAX);
}

int main(void)
{
    static const micro_case cases[] = {
        {"cancel and submit, 100 waiting", submit_and_cancel, link_and_unlink, hundred},
        {"cancel and submit, 100,000 waiting", submit_and_cancel, link_and_unlink, hundred_thousand},
    };

    waiting = calloc(WAITING_MAX, sizeof(*waiting));
    return waiting ? micro_main("pool", cases, sizeof(cases) / sizeof(cases[0])) : 1;
}
