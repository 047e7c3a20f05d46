/* test/unit/handinger_fixture.h - a client of Handinger, a scripted server, and one call or stream between
 * them. */
#ifndef WEFT_TEST_HANDINGER_FIXTURE_H
#define WEFT_TEST_HANDINGER_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>

#include "fault_server.h"
#include "test.h"

#include "weft/weft.h"

/* An answer that ends with its connection. */
#define ANSWER_WITH(status, headers, body) SEND("HTTP/1.1 " status "\r\n" headers "\r\n" body), CLOSE()
#define ANSWER(status, body)               ANSWER_WITH(status, "Content-Type: application/json\r\n", body)
#define REFUSE(status, headers)                                                                              \
    ANSWER_WITH(status, "Content-Type: application/json\r\n" headers, "{\"error\":\"no\"}")

/* The worker of the contract's example E3. */
#define WORKER_E3                                                                                            \
    "{\"id\":\"wrk_9aQ2\",\"created_at\":1778490862,\"error\":null,\n"                                       \
    " \"files\":[{\"filename\":\"chart.png\",\"mediaType\":\"image/png\",\"url\":\"https://handinger.com/f/" \
    "1\",\"size\":20480},\n"                                                                                 \
    "          {\"filename\":null,\"mediaType\":\"text/plain\",\"url\":\"https://handinger.com/f/2\"}],\n"   \
    " \"incomplete_details\":null,\n"                                                                        \
    " \"messages\":[{\"id\":\"m1\",\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":\"Weather in "   \
    "Barcelona today?\"}]}],\n"                                                                              \
    " \"metadata\":{},\"object\":\"worker\",\n"                                                              \
    " \"output\":[{\"id\":\"out_1\",\"content\":[{\"text\":\"Sunny, 22 "                                     \
    "C.\",\"type\":\"output_text\"}],\"role\":\"assistant\",\"status\":\"completed\",\"type\":\"message\"}]" \
    ",\n"                                                                                                    \
    " \"output_text\":\"Sunny, 22 C.\",\"running\":false,\n"                                                 \
    " \"sources\":[{\"id\":\"src_1\",\"title\":null,\"type\":\"url\",\"url\":\"https://example.com/"         \
    "weather\"}],\n"                                                                                         \
    " \"status\":\"completed\",\"structured_output\":null,\n"                                                \
    " \"url\":\"https://v3.handinger.com/worker/wrk_9aQ2\",\"usage\":{\"credits\":42,\"durationMs\":25812}}"

typedef struct fixture {
    test_loop loop;
    fault_server *server;
    weft_engine *engine;
    weft_client *client;
    weft_call *call;         /* referenced, once it was reported */
    const weft_error *error; /* these two live as long as it does */
    const void *result;
    unsigned reports;
    unsigned delays_count;
    uint32_t delays[8]; /* before each retry */
    char events[1024];  /* "TYPE=DATA#ID;" one after the other */
    char last_id[32];
    unsigned opened, ended;
    bool done;
    bool closed;
} fixture;

/* A weft_retry_cb. */
static inline void on_retry(weft_call *call, const weft_error *error, uint32_t delay_ms, void *arg)
{
    fixture *fx = arg;

    (void)call;
    (void)error;
    if (fx->delays_count < 8)
        fx->delays[fx->delays_count++] = delay_ms;
}

/* Starts everything with `options`, whose address, key and hooks are filled in unless given. */
static inline bool begin_with(fixture *fx, fault_script script, unsigned connections,
                              const weft_client_options *options)
{
    weft_client_options ours = *options;

    memset(fx, 0, sizeof(*fx));
    unsetenv("HANDINGER_API_KEY");
    unsetenv("HANDINGER_BASE_URL");
    unsetenv("HANDINGER_CUSTOM_HEADERS");
    if (!test_loop_open(&fx->loop))
        return false;
    fx->server = fault_server_start(&fx->loop, NULL);
    fx->engine = weft_engine_new(&fx->loop.uv, NULL);
    if (!fx->server || !fx->engine)
        return false;
    if (connections)
        fault_server_play(fx->server, script, connections);
    ours.base_url = ours.base_url ? ours.base_url : fault_server_url(fx->server);
    ours.token = ours.token ? ours.token : "hdg_live_x";
    ours.on_retry = on_retry;
    ours.hook_arg = fx;
    fx->client = weft_handinger_client(fx->engine, &ours, NULL);
    return fx->client != NULL;
}

static inline bool begin(fixture *fx, fault_script script, unsigned connections)
{
    return begin_with(fx, script, connections,
                      &(weft_client_options){.retries.max_retries = WEFT_NO_RETRIES});
}

static inline void on_closed(void *arg)
{
    ((fixture *)arg)->closed = true;
}

/* Ends everything; false, with the test failed, when the server's script was not played out. */
static inline bool end(fixture *fx)
{
    bool good = fault_server_stop(fx->server);

    weft_call_unref(fx->call);
    weft_engine_close(fx->engine, on_closed, fx);
    good = test_loop_run_until_set(&fx->loop, &fx->closed, "the engine is closed") && good;
    return test_loop_close(&fx->loop) && good;
}

/* A weft_call_cb that keeps what it is told. */
static inline void on_done(weft_call *call, const weft_error *error, const void *result, void *arg)
{
    fixture *fx = arg;

    weft_call_unref(fx->call);
    fx->call = weft_call_ref(call);
    fx->error = error;
    fx->result = result;
    fx->reports++;
    fx->done = true;
}

/* Runs until `call`, which was just submitted, is reported; once, and not from within. */
static inline bool finish(fixture *fx, const weft_call *call)
{
    bool good = call && !fx->done && test_loop_run_until_set(&fx->loop, &fx->done, "the call is reported");

    fx->done = false;
    return good;
}

static inline void on_open(weft_stream *stream, void *arg)
{
    (void)stream;
    ((fixture *)arg)->opened++;
}

static inline void on_event(weft_stream *stream, const weft_event *event, void *arg)
{
    fixture *fx = arg;
    size_t len = strlen(fx->events);
    weft_str last = weft_stream_last_event_id(stream);

    snprintf(fx->events + len, sizeof(fx->events) - len, "%s=%s#%s;", event->type.ptr ? event->type.ptr : "",
             event->data.ptr, event->id.ptr ? event->id.ptr : "");
    snprintf(fx->last_id, sizeof(fx->last_id), "%s", last.ptr ? last.ptr : "");
}

static inline void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    fixture *fx = arg;

    weft_call_unref(fx->call);
    fx->call = weft_call_ref(weft_stream_call(stream));
    fx->error = error;
    fx->ended++;
    fx->done = true;
}

static const weft_stream_callbacks callbacks = {on_open, on_event, on_end};

/* Runs until `stream`, which was just submitted, has ended. */
static inline bool finish_stream(fixture *fx, const weft_stream *stream)
{
    bool good = stream && !fx->done && test_loop_run_until_set(&fx->loop, &fx->done, "the stream has ended");

    fx->done = false;
    return good;
}

static inline bool is(weft_str text, const char *expected)
{
    return text.ptr && text.len == strlen(expected) && memcmp(text.ptr, expected, text.len) == 0;
}

static inline bool json_is(weft_json json, const char *expected)
{
    return json.ptr && json.len == strlen(expected) && memcmp(json.ptr, expected, json.len) == 0;
}

#endif
