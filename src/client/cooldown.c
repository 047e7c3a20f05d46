#include "client/cooldown.h"

static weft__cooldown *cooldown_of(weft__link *link)
{
    return WEFT__CONTAINER_OF(link, weft__cooldown, link);
}

static weft__loop *loop_of(const weft__cooldown *cooldown)
{
    return cooldown->origin->pool->loop;
}

weft__cooldown *weft__cooldown_find(const weft__list *cooldowns, const weft__origin *origin)
{
    WEFT__LIST_EACH(link, cooldowns)
        if (cooldown_of(link)->origin == origin)
            return cooldown_of(link);
    return NULL;
}

static void cooldown_free(weft__cooldown *cooldown)
{
    weft__loop *loop = loop_of(cooldown);

    weft__loop_cancel(loop, &cooldown->timer);
    weft__list_remove(&cooldown->link);
    weft__origin_unref(cooldown->origin);
    weft__free(&loop->heap, cooldown);
}

/* In a fork the connections are its parent's. */
static void fail_forked(weft__list *parked)
{
    weft__link *link;

    while ((link = weft__list_first(parked)) != NULL) {
        weft__exchange *exchange = WEFT__CONTAINER_OF(link, weft__exchange, link);

        weft__exchange_cancel(exchange);
        exchange->events->failed(exchange, &weft__engine_forked);
    }
}

/* It is over: those that waited go, in the order they came. */
static void on_end(weft__timer *timer)
{
    weft__cooldown *cooldown = WEFT__CONTAINER_OF(timer, weft__cooldown, timer);
    weft__parking *parking = &cooldown->parking;

    weft__list_remove(&cooldown->link); /* nobody finds it any more, whatever those that fail do */
    for (int lane = 0; weft__loop_is_forked(loop_of(cooldown)) && lane < WEFT__LANES; lane++) {
        fail_forked(&parking->connecting[lane]);
        fail_forked(&parking->queued[lane]);
    }
    weft__origin_unpark(cooldown->origin, parking);
    cooldown_free(cooldown);
}

static weft__cooldown *cooldown_new(weft__list *cooldowns, weft__origin *origin)
{
    weft__cooldown *cooldown = weft__zalloc(&origin->pool->loop->heap, sizeof(*cooldown));

    if (!cooldown)
        return NULL;
    cooldown->origin = weft__origin_ref(origin);
    weft__parking_init(&cooldown->parking);
    weft__timer_init(&cooldown->timer, on_end);
    weft__list_push_back(cooldowns, &cooldown->link);
    return cooldown;
}

void weft__cooldown_begin(weft__list *cooldowns, weft__origin *origin, uint64_t until_ms)
{
    weft__cooldown *cooldown = weft__cooldown_find(cooldowns, origin);

    if (!cooldown)
        cooldown = cooldown_new(cooldowns, origin);
    if (!cooldown || until_ms <= cooldown->until_ms)
        return;
    cooldown->until_ms = until_ms;
    weft__loop_schedule(loop_of(cooldown), &cooldown->timer, until_ms);
}

void weft__cooldowns_free(weft__list *cooldowns)
{
    weft__link *link;

    while ((link = weft__list_first(cooldowns)) != NULL)
        cooldown_free(cooldown_of(link));
}
