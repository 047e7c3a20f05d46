/* test/unit/service_fixture.h - a scripted server, an engine, and one call between them. SERVICE_fixture.h has begin(),
 * which makes the service's client, and what else only that service's tests need. */
#ifndef WEFT_TEST_SERVICE_FIXTURE_H
#define WEFT_TEST_SERVICE_FIXTURE_H

#include "any_result.h"
#include "fault_server.h"
#include "test.h"
#include "text_is.h"

#include "weft/weft.h"

typedef struct fixture {
    test_loop loop;
    fault_server *server;
    weft_engine *engine;
    weft_client *client;
    weft_call *call;         /* referenced, once it was reported */
    const weft_error *error; /* these two live as long as it does */
    const void *result;
    unsigned reports;
    bool done;
    bool closed;
} fixture;

/* Starts everything but the client; each of `connections` connections plays the script. `options` may be NULL. */
static inline bool begin_engine(fixture *fx, const weft_engine_options *options, fault_script script,
                                unsigned connections)
{
    memset(fx, 0, sizeof(*fx));
    if (!test_loop_open(&fx->loop))
        return false;
    fx->server = fault_server_start(&fx->loop, NULL);
    fx->engine = weft_engine_new(&fx->loop.uv, options, NULL);
    if (!fx->server || !fx->engine)
        return false;
    if (connections)
        fault_server_play(fx->server, script, connections);
    return true;
}

static inline void on_closed(void *arg)
{
    ((fixture *)arg)->closed = true;
}

/* Ends the engine and the loop; false, with the test failed, when something is left. */
static inline bool end_engine(fixture *fx)
{
    bool good;

    weft_call_unref(fx->call);
    weft_engine_close(fx->engine, on_closed, fx);
    good = test_loop_run_until_set(&fx->loop, &fx->closed, "the engine is closed");
    return test_loop_close(&fx->loop) && good;
}

/* Ends everything; false, with the test failed, when the server's script was not played out. */
static inline bool end(fixture *fx)
{
    bool good = fault_server_stop(fx->server);

    return end_engine(fx) && good;
}

/* Keeps what a call came to until the next one has ended. */
static inline void keep_call(fixture *fx, weft_call *call, const weft_error *error)
{
    weft_call_unref(fx->call);
    fx->call = weft_call_ref(call);
    fx->error = error;
    fx->done = true;
}

/* Keeps what it is told; on_stromboli_job and the like are callbacks that call it. */
static inline void keep_result(weft_call *call, const weft_error *error, const void *result, void *arg)
{
    fixture *fx = arg;

    keep_call(fx, call, error);
    fx->result = result;
    fx->reports++;
}

#define ON_RESULT(name, type) ANY_RESULT(keep_result, on_##name, type)
EVERY_RESULT(ON_RESULT)
NO_RESULT(keep_result, on_done)
#undef ON_RESULT

/* Runs until `started`, a call or stream that was just submitted, is reported; once, and not from within. */
static inline bool finish(fixture *fx, const void *started)
{
    bool good = started && !fx->done && test_loop_run_until_set(&fx->loop, &fx->done, "it is reported");

    fx->done = false;
    return good;
}

#endif
