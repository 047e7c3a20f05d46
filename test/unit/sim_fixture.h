/* test/unit/sim_fixture.h - a weft-sim of the test's own, an engine, and one call between them. */
#ifndef WEFT_TEST_SIM_FIXTURE_H
#define WEFT_TEST_SIM_FIXTURE_H

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
    fx->engine = weft_engine_new(&fx->loop.uv, NULL);
    return fx->engine != NULL;
}

static inline bool end_sim(fixture *fx)
{
    return end_engine(fx) && sim_process_stop(&sim);
}

/* Requests that the simulator found malformed; -1 when it cannot be asked. */
static inline int malformed(fixture *fx)
{
    weft_client *plain = weft_stromboli_client(fx->engine, &(weft_client_options){.base_url = sim.base_url}, NULL);
    weft_http_request request = {.method = "GET", .path = "/__sim/stats"};
    const char *at;

    if (!finish(fx, weft_http_request_send(plain, &request, NULL, on_done, fx)) || fx->error)
        return -1;
    at = strstr(((const weft_http_response *)fx->result)->body.ptr, "\"malformed\":");
    return at ? atoi(at + strlen("\"malformed\":")) : -1;
}

#endif
