/* scale/origins.c - many hosts: clients of them, requests to them, their idle connections. */
#include <stdio.h>
#include <stdlib.h>

#include "world.h"

static const char *host_url(size_t i, const char *path)
{
    static char url[64];

    snprintf(url, sizeof(url), "http://10.%zu.%zu.%zu:80%s", 1 + (i >> 16), (i >> 8) & 255, i & 255, path);
    return url;
}

static weft_client **make_clients(scale_world *world, size_t count)
{
    weft_client **clients = calloc(count, sizeof(*clients));

    if (!clients)
        scale_fail("out of memory");
    for (size_t i = 0; i < count; i++)
        clients[i] = scale_world_client(world, host_url(i, ""));
    return clients;
}

SCALE_ROW(clients, "making a client, each of another host", 1 << 17)
{
    scale_world world;
    double began;

    scale_world_open(&world, NULL);
    began = scale_ms();
    free(make_clients(&world, count));
    figures->each_ns = (scale_ms() - began) * 1e6 / (double)count;
    scale_world_end(&world);
}

SCALE_ROW(hosts, "a GET to each of so many hosts by clients of their own, three times: connections used again", 1 << 17)
{
    scale_world world;
    weft_client **clients;
    weft_engine_stats stats;
    double began;

    scale_world_open(&world, NULL);
    clients = make_clients(&world, count);
    scale_world_watch(&world);
    began = scale_ms();
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < count; i++)
            scale_get(&world, clients[i], "/", NULL, NULL);
        scale_world_run(&world, NULL);
    }
    figures->each_ns = (scale_ms() - began) * 1e6 / (double)(3 * count);
    figures->turn_ms = world.turn_ms;
    weft_engine_get_stats(world.engine, &stats);
    figures->share_percent = (double)stats.connections_reused * 100 / (double)(2 * count);
    free(clients);
    scale_world_end(&world);
}

SCALE_ROW(urls, "a GET of an absolute URL, so many in flight, each of another host", 1 << 17)
{
    scale_world world;
    double began;

    scale_world_open(&world, NULL);
    kernel_answer(NULL);
    began = scale_ms();
    for (size_t i = 0; i < count; i++)
        scale_get(&world, world.client, NULL, host_url(i, "/x"), NULL);
    figures->each_ns = (scale_ms() - began) * 1e6 / (double)count;
    scale_world_end(&world);
}

SCALE_ROW(evict, "a connection for which an idle one of so many other hosts is closed, at the engine's limit", 1 << 17)
{
    const size_t other_count = count / 2;
    scale_world world;
    weft_client **clients, **others;
    double began;

    scale_world_open(&world, &(weft_engine_options){.max_connections = (uint32_t)count});
    clients = make_clients(&world, count);
    for (size_t i = 0; i < count; i++)
        scale_get(&world, clients[i], "/", NULL, NULL);
    scale_world_run(&world, NULL);
    others = calloc(other_count, sizeof(*others));
    for (size_t i = 0; others && i < other_count; i++)
        others[i] = scale_world_client(&world, host_url(count + i, ""));
    began = scale_ms();
    for (size_t i = 0; others && i < other_count; i++) {
        scale_get(&world, others[i], "/", NULL, NULL);
        scale_world_run(&world, NULL);
    }
    figures->each_ns = (scale_ms() - began) * 1e6 / (double)other_count;
    free(others);
    free(clients);
    scale_world_end(&world);
}
