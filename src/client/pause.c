#include "client/pause.h"

#include "client/call.h"

static weft__pause *pause_of(weft__link *link)
{
    return WEFT__CONTAINER_OF(link, weft__pause, link);
}

weft__pause *weft__pause_find(const weft_client *client, const weft__origin *origin)
{
    WEFT__LIST_EACH(link, &client->pauses)
        if (pause_of(link)->origin == origin)
            return pause_of(link);
    return NULL;
}

static void pause_free(weft__pause *pause)
{
    weft_client *client = pause->client;

    weft__loop_cancel(&client->engine->loop, &pause->timer);
    weft__list_remove(&pause->link);
    weft__origin_unref(pause->origin);
    weft__free(&client->engine->loop.heap, pause);
}

/* It is over: those that waited go, in the order they came. */
static void on_end(weft__timer *timer)
{
    weft__pause *pause = WEFT__CONTAINER_OF(timer, weft__pause, timer);
    weft__list held;
    weft__link *link;

    weft__list_init(&held);
    weft__list_take(&held, &pause->held);
    pause_free(pause);
    while ((link = weft__list_pop_front(&held)) != NULL)
        weft__call_resume_held(WEFT__CONTAINER_OF(link, weft_call, exchange.link));
}

static weft__pause *pause_new(weft_client *client, weft__origin *origin)
{
    weft__pause *pause = weft__zalloc(&client->engine->loop.heap, sizeof(*pause));

    if (!pause)
        return NULL;
    pause->client = client;
    pause->origin = weft__origin_ref(origin);
    weft__list_init(&pause->held);
    weft__timer_init(&pause->timer, on_end);
    weft__list_push_back(&client->pauses, &pause->link);
    return pause;
}

void weft__pause_begin(weft_client *client, weft__origin *origin, uint64_t until_ms)
{
    weft__pause *pause = weft__pause_find(client, origin);

    if (!pause)
        pause = pause_new(client, origin);
    if (!pause || until_ms <= pause->until_ms)
        return;
    pause->until_ms = until_ms;
    weft__loop_schedule(&client->engine->loop, &pause->timer, until_ms);
}

void weft__pauses_free(weft_client *client)
{
    weft__link *link;

    while ((link = weft__list_first(&client->pauses)) != NULL)
        pause_free(pause_of(link));
}
