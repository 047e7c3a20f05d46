/* scale/endings.c - many calls and streams that end at once. */
#include <stdlib.h>

#include "world.h"

static bool is_opening(scale_world *world)
{
    return world->opens < world->under_way;
}

static bool is_closing(scale_world *world)
{
    return world->closes == 0;
}

static void open_streams(scale_world *world, size_t count)
{
    kernel_answer(SCALE_EVENTS);
    for (size_t i = 0; i < count; i++)
        scale_stream(world);
    scale_world_run(world, is_opening);
    scale_world_watch(world);
}

static void note_turns(const scale_world *world, scale_figures *figures)
{
    figures->turn_ms = world->turn_ms;
    figures->late_ms = world->late_ms;
}

SCALE_ROW(close_client, "closing a client with so many streams", 1 << 20)
{
    scale_world world;
    double began;

    scale_world_open(&world, NULL);
    open_streams(&world, count);
    began = scale_ms();
    weft_client_close(world.client, scale_closed, &world);
    figures->inside_ms = scale_ms() - began;
    scale_world_run(&world, is_closing);
    figures->each_ns = (scale_ms() - began) * 1e6 / (double)count;
    note_turns(&world, figures);
    scale_world_end(&world);
}

SCALE_ROW(close_engine, "closing an engine with so many streams", 1 << 20)
{
    scale_world world;
    double began;

    scale_world_open(&world, NULL);
    open_streams(&world, count);
    began = scale_ms();
    weft_engine_close(world.engine, scale_closed, &world);
    figures->inside_ms = scale_ms() - began;
    scale_world_run(&world, is_closing);
    figures->each_ns = (scale_ms() - began) * 1e6 / (double)count;
    note_turns(&world, figures);
    world.engine = NULL;
    scale_world_end(&world);
}

static bool is_asking(scale_world *world)
{
    return kernel_requests() < world->under_way;
}

SCALE_ROW(close_idle, "closing an engine with so many idle connections", 1 << 20)
{
    scale_world world;
    double began;

    scale_world_open(&world, NULL);
    kernel_answer(NULL);
    for (size_t i = 0; i < count; i++)
        scale_get(&world, world.client, "/", NULL, NULL);
    scale_world_run(&world, is_asking);
    kernel_answer_waiting(SCALE_OK);
    scale_world_run(&world, NULL);
    scale_world_watch(&world);
    began = scale_ms();
    weft_engine_close(world.engine, scale_closed, &world);
    figures->inside_ms = scale_ms() - began;
    scale_world_run(&world, is_closing);
    note_turns(&world, figures);
    world.engine = NULL;
    scale_world_end(&world);
}

static void end_all(scale_world *world, scale_figures *figures, size_t count, double began)
{
    scale_world_watch(world);
    scale_world_run(world, NULL);
    figures->each_ns = (scale_ms() - began) * 1e6 / (double)count;
    note_turns(world, figures);
    scale_world_end(world);
}

SCALE_ROW(cancels, "so many queued calls cancelled at once", 1 << 20)
{
    scale_world world;
    weft_call **calls = calloc(count, sizeof(weft_call *));
    double began;

    scale_world_open(&world, &(weft_engine_options){.max_connections_per_origin = 1});
    kernel_answer(NULL);
    for (size_t i = 0; calls && i < count; i++)
        calls[i] = scale_get(&world, world.client, "/", NULL, NULL);
    began = scale_ms();
    for (size_t i = 0; calls && i < count; i++)
        weft_call_cancel(calls[i]);
    free(calls);
    end_all(&world, figures, count, began);
}

SCALE_ROW(deadlines, "so many deadlines that pass at once", 1 << 20)
{
    static const weft_call_options options = {.timeouts = {.total_ms = 300}};
    scale_world world;
    double began;

    scale_world_open(&world, &(weft_engine_options){.max_connections_per_origin = 1});
    kernel_answer(NULL);
    for (size_t i = 0; i < count; i++)
        scale_get(&world, world.client, "/", NULL, &options);
    began = scale_ms();
    end_all(&world, figures, count, began);
    figures->each_ns = -1;
}

SCALE_ROW(refusals, "so many calls that the queue has no room for", 1 << 20)
{
    scale_world world;
    double began;

    scale_world_open(&world, &(weft_engine_options){.max_connections_per_origin = 1, .max_queued_per_origin = 1});
    began = scale_ms();
    for (size_t i = 0; i < count; i++)
        scale_get(&world, world.client, "/", NULL, NULL);
    end_all(&world, figures, count, began);
}

SCALE_ROW(invalid, "so many calls with an argument that is none", 1 << 20)
{
    scale_world world;
    double began;

    scale_world_open(&world, NULL);
    began = scale_ms();
    for (size_t i = 0; i < count; i++)
        scale_get(&world, world.client, "no path", NULL, NULL);
    end_all(&world, figures, count, began);
}
