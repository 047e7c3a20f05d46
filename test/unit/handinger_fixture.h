/* test/unit/handinger_fixture.h - a client of Handinger, a scripted server, and one call or stream between
 * them. */
#ifndef WEFT_TEST_HANDINGER_FIXTURE_H
#define WEFT_TEST_HANDINGER_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>

#include "service_fixture.h"

/* An answer that ends with its connection. */
#define ANSWER_WITH(status, headers, body) SEND("HTTP/1.1 " status "\r\n" headers "\r\n" body), CLOSE()
#define ANSWER(status, body) ANSWER_WITH(status, "Content-Type: application/json\r\n", body)
#define REFUSE(status, headers) ANSWER_WITH(status, "Content-Type: application/json\r\n" headers, "{\"error\":\"no\"}")

/* The worker of the contract's example E3. */
#define WORKER_E3                                                                                                      \
    "{\"id\":\"wrk_9aQ2\",\"created_at\":1778490862,\"error\":null,\n"                                                 \
    " \"files\":[{\"filename\":\"chart.png\",\"mediaType\":\"image/png\",\"url\":\"https://handinger.com/f/"           \
    "1\",\"size\":20480},\n"                                                                                           \
    "          {\"filename\":null,\"mediaType\":\"text/plain\",\"url\":\"https://handinger.com/f/2\"}],\n"             \
    " \"incomplete_details\":null,\n"                                                                                  \
    " \"messages\":[{\"id\":\"m1\",\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":\"Weather in "             \
    "Barcelona today?\"}]}],\n"                                                                                        \
    " \"metadata\":{},\"object\":\"worker\",\n"                                                                        \
    " \"output\":[{\"id\":\"out_1\",\"content\":[{\"text\":\"Sunny, 22 "                                               \
    "C.\",\"type\":\"output_text\"}],\"role\":\"assistant\",\"status\":\"completed\",\"type\":\"message\"}]"           \
    ",\n"                                                                                                              \
    " \"output_text\":\"Sunny, 22 C.\",\"running\":false,\n"                                                           \
    " \"sources\":[{\"id\":\"src_1\",\"title\":null,\"type\":\"url\",\"url\":\"https://example.com/"                   \
    "weather\"}],\n"                                                                                                   \
    " \"status\":\"completed\",\"structured_output\":null,\n"                                                          \
    " \"url\":\"https://v3.handinger.com/worker/wrk_9aQ2\",\"usage\":{\"credits\":42,\"durationMs\":25812}}"

/* What the hooks and the stream said since begin(). */
static struct heard {
    unsigned delays_count;
    uint32_t delays[8]; /* before each retry */
    char events[1024];  /* "TYPE=DATA#ID;" one after the other */
    char last_id[32];
    unsigned opened, ended;
} heard;

/* A weft_retry_cb. */
static inline void on_retry(weft_call *call, const weft_error *error, uint32_t delay_ms, void *arg)
{
    (void)call;
    (void)error;
    (void)arg;
    if (heard.delays_count < 8)
        heard.delays[heard.delays_count++] = delay_ms;
}

/* Starts everything with `options`, whose address, key and hooks are filled in unless given. */
static inline bool begin_with(fixture *fx, fault_script script, unsigned connections,
                              const weft_client_options *options)
{
    weft_client_options ours = *options;

    memset(&heard, 0, sizeof(heard));
    unsetenv("HANDINGER_API_KEY");
    unsetenv("HANDINGER_BASE_URL");
    unsetenv("HANDINGER_CUSTOM_HEADERS");
    if (!begin_engine(fx, NULL, script, connections))
        return false;
    ours.base_url = ours.base_url ? ours.base_url : fault_server_url(fx->server);
    ours.token = ours.token ? ours.token : "hdg_live_x";
    ours.on_retry = on_retry;
    fx->client = weft_handinger_client(fx->engine, &ours, NULL);
    return fx->client != NULL;
}

static inline bool begin(fixture *fx, fault_script script, unsigned connections)
{
    return begin_with(fx, script, connections, &(weft_client_options){.retries.max_retries = WEFT_NO_RETRIES});
}

static inline void on_open(weft_stream *stream, void *arg)
{
    (void)stream;
    (void)arg;
    heard.opened++;
}

static inline void on_event(weft_stream *stream, const weft_event *event, void *arg)
{
    size_t len = strlen(heard.events);
    weft_str last = weft_stream_get_last_event_id(stream);

    (void)arg;
    snprintf(heard.events + len, sizeof(heard.events) - len, "%s=%s#%s;", event->type.ptr ? event->type.ptr : "",
             event->data.ptr, event->id.ptr ? event->id.ptr : "");
    snprintf(heard.last_id, sizeof(heard.last_id), "%s", last.ptr ? last.ptr : "");
}

static inline void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    keep_call(arg, weft_stream_get_call(stream), error);
    heard.ended++;
}

static const weft_stream_callbacks callbacks = {on_open, on_event, on_end};

#endif
