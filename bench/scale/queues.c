/* scale/queues.c - many that wait, or are idle. */
#include <stdlib.h>

#include "world.h"

static bool is_opening(scale_world *world)
{
    return world->opens < world->under_way;
}

SCALE_ROW(idle_streams, "an idle stream", 1 << 20)
{
    scale_world world;
    size_t before;

    scale_world_open(&world, NULL);
    kernel_answer(SCALE_EVENTS);
    scale_stream(&world);
    scale_world_run(&world, is_opening);
    before = scale_heap_bytes();
    scale_world_watch(&world);
    for (size_t i = 0; i < count; i++)
        scale_stream(&world);
    scale_world_run(&world, is_opening);
    figures->bytes = (double)(scale_heap_bytes() - before) / (double)count;
    figures->turn_ms = world.turn_ms;
    figures->late_ms = world.late_ms;
    scale_world_end(&world);
}

SCALE_ROW(queued_calls, "a queued call: submitted, and then run", 1 << 20)
{
    scale_world world;
    size_t before = scale_heap_bytes();
    double began;

    scale_world_open(&world, &(weft_engine_options){.max_connections_per_origin = 64});
    before = scale_heap_bytes();
    began = scale_ms();
    for (size_t i = 0; i < count; i++)
        scale_get(&world, world.client, "/", NULL, NULL);
    figures->inside_ms = scale_ms() - began;
    figures->bytes = (double)(scale_heap_bytes() - before) / (double)count;
    scale_world_watch(&world);
    scale_world_run(&world, NULL);
    figures->each_ns = (scale_ms() - began) * 1e6 / (double)count;
    figures->turn_ms = world.turn_ms;
    figures->late_ms = world.late_ms;
    scale_world_end(&world);
}

static bool is_connecting(scale_world *world)
{
    return kernel_requests() < world->under_way;
}

SCALE_ROW(connections, "a connection to one address, of so many", 1 << 20)
{
    scale_world world;
    double began;

    scale_world_open(&world, NULL);
    kernel_answer(NULL);
    for (size_t i = 0; i < count; i++)
        scale_get(&world, world.client, "/", NULL, NULL);
    scale_world_watch(&world);
    began = scale_ms();
    scale_world_run(&world, is_connecting);
    figures->each_ns = (scale_ms() - began) * 1e6 / (double)count;
    figures->turn_ms = world.turn_ms;
    figures->late_ms = world.late_ms;
    scale_world_end(&world);
}

/* Five pauses while so many wait; each comes of the answer to one of them. */
SCALE_ROW(pauses, "pauses that a server asks for, with so many calls queued", 1 << 20)
{
    enum { PAUSES = 3 };
    scale_world world;
    double began;

    scale_world_open(&world, &(weft_engine_options){.max_connections_per_origin = 1});
    kernel_answer_first(PAUSES, SCALE_PAUSE);
    for (size_t i = 0; i < count; i++)
        scale_get(&world, world.client, "/", NULL, NULL);
    scale_world_watch(&world);
    began = scale_ms();
    scale_world_run(&world, NULL);
    figures->each_ns = (scale_ms() - began) * 1e6 / (double)count;
    figures->turn_ms = world.turn_ms;
    figures->late_ms = world.late_ms;
    scale_world_end(&world);
}

static uint64_t stop_at_ms;

static bool is_early(scale_world *world)
{
    return uv_now(&world->loop) < stop_at_ms;
}

/* Deadlines far enough away to be moved down the wheel twice, near enough to see it: 262 s and 4 s are its levels. */
SCALE_ROW(timers, "timers that come nearer, of so many calls that wait", 1 << 20)
{
    scale_world world;
    weft_call_options options = {.timeouts = {.total_ms = 3600000}};

    scale_world_open(&world, &(weft_engine_options){.max_connections_per_origin = 1});
    kernel_answer(NULL);
    for (size_t i = 0; i < count; i++) {
        options.timeouts.total_ms = 8000 + (uint32_t)(i % 4000);
        scale_get(&world, world.client, "/", NULL, &options);
    }
    scale_world_watch(&world);
    uv_update_time(&world.loop);
    stop_at_ms = uv_now(&world.loop) + 5000;
    scale_world_run(&world, is_early);
    figures->turn_ms = world.turn_ms;
    figures->late_ms = world.late_ms;
    scale_world_end(&world);
}

/* ---- a fan-out --------------------------------------------------------------------------------------------------- */

typedef struct fan {
    scale_world world;
    weft_fanout *fanout;
    size_t count;
    size_t before, grown; /* bytes of the heap, at the beginning and when half of it is done */
} fan;

static void on_item(weft_call *call, const weft_error *error, const weft_http_response *result, void *arg)
{
    (void)call;
    (void)error;
    (void)result;
    weft_fanout_done(((fan *)arg)->fanout);
}

static bool start_item(weft_fanout *fanout, uint64_t index, uint64_t due_ns, void *arg)
{
    static const weft_http_request get = {.method = "GET", .path = "/"};
    fan *all = arg;

    (void)due_ns;
    if (index == all->count / 2)
        all->grown = scale_heap_bytes() - all->before;
    if (!weft_http_send(all->world.client, &get, NULL, on_item, all))
        weft_fanout_done(fanout);
    return true;
}

static void on_fan_end(weft_fanout *fanout, void *arg)
{
    (void)fanout;
    ((fan *)arg)->world.under_way--;
}

SCALE_ROW(fan_out, "an item of a fan-out, a thousand at a time", 1 << 20)
{
    static fan all;
    const weft_fanout_options options = {
        .count = count, .concurrency = 1000, .next = start_item, .end = on_fan_end, .arg = &all};
    double began;

    all.count = count;
    scale_world_open(&all.world, NULL);
    all.before = scale_heap_bytes();
    scale_world_watch(&all.world);
    began = scale_ms();
    all.fanout = weft_fanout_start(all.world.engine, &options, NULL);
    if (!all.fanout)
        scale_fail("no fan-out");
    all.world.under_way++;
    scale_world_run(&all.world, NULL);
    figures->each_ns = (scale_ms() - began) * 1e6 / (double)count;
    figures->bytes = (double)all.grown / (double)count;
    figures->turn_ms = all.world.turn_ms;
    figures->late_ms = all.world.late_ms;
    scale_world_end(&all.world);
}
