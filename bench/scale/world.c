#include "world.h"

#include <limits.h>
#include <malloc.h>
#include <poll.h>
#include <string.h>
#include <time.h>

enum { TIMER_MS = 10 };

double scale_ms(void)
{
    struct timespec at;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

size_t scale_heap_bytes(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

void scale_world_open(scale_world *world, const weft_engine_options *options)
{
    static const weft_engine_options limitless = {.max_connections_per_origin = UINT32_MAX,
                                                  .max_idle_per_origin = UINT32_MAX};
    weft_error_info error;

    /* The C library gives back all that was freed at the end of its heap in one go, ten milliseconds for a million: its
     * doing, and the choice of whoever chooses it. */
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
    memset(world, 0, sizeof(*world));
    uv_loop_init(&world->loop);
    uv_timer_init(&world->loop, &world->timer);
    uv_unref((uv_handle_t *)&world->timer);
    world->timer.data = world;
    world->engine = weft_engine_new(&world->loop, options ? options : &limitless, &error);
    if (!world->engine)
        scale_fail("no engine: %s", error.message);
    world->client = scale_world_client(world, SCALE_BASE);
    kernel_answer(SCALE_OK);
}

weft_client *scale_world_client(scale_world *world, const char *base_url)
{
    weft_error_info error;
    weft_client *client = weft_http_client(world->engine, &(weft_client_options){.base_url = base_url}, &error);

    if (!client)
        scale_fail("no client: %s", error.message);
    return client;
}

void scale_closed(void *world)
{
    ((scale_world *)world)->closes++;
}

/* Waiting is not done within a turn: it costs nothing, and the clock of the processor stands meanwhile. */
static void wait_for_something(scale_world *world)
{
    struct pollfd backend = {.fd = uv_backend_fd(&world->loop), .events = POLLIN};
    int timeout;

    uv_update_time(&world->loop);
    timeout = uv_backend_timeout(&world->loop);
    if (timeout != 0)
        poll(&backend, 1, timeout);
}

static void turn(scale_world *world)
{
    double began, took;

    wait_for_something(world);
    began = scale_ms();

    uv_run(&world->loop, UV_RUN_NOWAIT);
    took = scale_ms() - began;
    if (took > world->turn_ms)
        world->turn_ms = took;
}

static void on_timer(uv_timer_t *timer)
{
    scale_world *world = timer->data;
    uint64_t now = uv_hrtime();
    double late = now > world->timer_due_ns ? (double)(now - world->timer_due_ns) / 1e6 : 0;

    if (late > world->late_ms)
        world->late_ms = late;
    world->timer_due_ns = now + TIMER_MS * 1000000;
}

void scale_world_watch(scale_world *world)
{
    uv_update_time(&world->loop);
    world->turn_ms = world->late_ms = 0;
    world->timer_due_ns = uv_hrtime() + TIMER_MS * 1000000;
    uv_timer_start(&world->timer, on_timer, TIMER_MS, TIMER_MS);
}

static bool is_busy(scale_world *world)
{
    return world->under_way > 0;
}

void scale_world_run(scale_world *world, bool (*condition)(scale_world *world))
{
    while ((condition ? condition : is_busy)(world))
        turn(world);
}

void scale_world_end(scale_world *world)
{
    weft_engine_close(world->engine, NULL, NULL);
    uv_close((uv_handle_t *)&world->timer, NULL);
    uv_run(&world->loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&world->loop) != 0 || world->under_way > 0)
        scale_fail("something is left: %zu under way", world->under_way);
}

static void on_answer(weft_call *call, const weft_error *error, const weft_http_response *result, void *arg)
{
    (void)call;
    (void)error;
    (void)result;
    ((scale_world *)arg)->under_way--;
}

weft_call *scale_get(scale_world *world, weft_client *client, const char *path, const char *url,
                     const weft_call_options *options)
{
    weft_call *call = weft_http_send(client, &(weft_http_request){.method = "GET", .path = path, .url = url}, options,
                                     on_answer, world);

    if (!call)
        scale_fail("out of memory");
    world->under_way++;
    return call;
}

static void on_open(weft_stream *stream, void *arg)
{
    (void)stream;
    ((scale_world *)arg)->opens++;
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    (void)stream;
    (void)error;
    ((scale_world *)arg)->under_way--;
}

weft_stream *scale_stream(scale_world *world)
{
    static const weft_stream_callbacks callbacks = {.on_open = on_open, .on_end = on_end};
    weft_stream *stream = weft_http_stream(world->client, &(weft_http_request){.method = "GET", .path = "/events"},
                                           NULL, NULL, &callbacks, world);

    if (!stream)
        scale_fail("out of memory");
    world->under_way++;
    return stream;
}
