/* test/unit/sim_fixture.h - a weft-sim of the test's own, an engine, and one call between them. */
#ifndef WEFT_TEST_SIM_FIXTURE_H
#define WEFT_TEST_SIM_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>

#include "service_fixture.h"
#include "sim_process.h"

static sim_process sim;

/* Starts everything but the client; the fixture's scripted server is not used. */
static inline bool begin_sim(fixture *fx, const char *const *arguments)
{
    memset(fx, 0, sizeof(*fx));
    sim_process_stop(&sim); /* a failed test leaves its own behind */
    if (!sim_process_start(&sim, arguments) || !test_loop_open(&fx->loop))
        return false;
    fx->engine = weft_engine_new(&fx->loop.uv, NULL, NULL);
    return fx->engine != NULL;
}

static inline bool end_sim(fixture *fx)
{
    return end_engine(fx) && sim_process_stop(&sim);
}

/* What /__sim/stats says, until the next call; NULL when the simulator cannot be asked. */
static inline const char *sim_stats(fixture *fx)
{
    weft_client *plain = weft_stromboli_client(fx->engine, &(weft_client_options){.base_url = sim.base_url}, NULL);
    weft_http_request request = {.method = "GET", .path = "/__sim/stats"};

    if (!finish(fx, weft_http_send(plain, &request, NULL, on_http, fx)) || fx->error)
        return NULL;
    weft_client_close(plain, NULL, NULL);
    return ((const weft_http_response *)fx->result)->body.ptr;
}

/* Requests that the simulator found malformed; -1 when it cannot be asked. */
static inline int malformed(fixture *fx)
{
    const char *stats = sim_stats(fx), *at = stats ? strstr(stats, "\"malformed\":") : NULL;

    return at ? atoi(at + strlen("\"malformed\":")) : -1;
}

/* Whole requests for an operation of a service; -1 when the simulator cannot be asked. */
static inline long times_asked(fixture *fx, const char *service, const char *operation)
{
    const char *stats = sim_stats(fx), *at, *end;
    char name[80];

    snprintf(name, sizeof(name), "\"%s\":{", service);
    at = stats ? strstr(stats, name) : NULL;
    end = at ? strchr(at, '}') : NULL;
    if (!end)
        return -1;
    snprintf(name, sizeof(name), "\"%s\":", operation);
    at = memmem(at, (size_t)(end - at), name, strlen(name));
    return at ? atol(at + strlen(name)) : 0;
}

#endif
