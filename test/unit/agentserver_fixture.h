/* test/unit/agentserver_fixture.h - clients of agentserver and its gateways, a scripted server for all of
 * them, and one call between them. */
#ifndef WEFT_TEST_AGENTSERVER_FIXTURE_H
#define WEFT_TEST_AGENTSERVER_FIXTURE_H

#include "fault_server.h"
#include "test.h"

#include "weft/weft.h"

#define SESSION "9f0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c"
#define PROXY_TOKEN "2c1c67893d040f5d31b5d6cf7bbac338"

#define WORKSPACE "9343b4a1-6420-462f-9520-334048b0cd33"
#define SANDBOX "884226d1-000c-40a5-99f0-d210a5cdbd6a"
#define AGENT "a1a1a1a1-0000-4000-8000-000000000001"
#define USER "7e7a4f6c-0f0e-4a51-9d1c-0d0f3b1f2a11"

/* Who asks, as the head of a request says it. */
#define AS_USER AND_CONTAINS("\r\nCookie: agentserver-token=" SESSION "\r\n"), AND_LACKS("Authorization")
#define AS_AGENT AND_CONTAINS("\r\nAuthorization: Bearer " PROXY_TOKEN "\r\n"), AND_LACKS("Cookie")
#define AS_NOBODY AND_LACKS("Cookie"), AND_LACKS("Authorization")
#define WITHOUT_BODY AND_LACKS("Content-Type")
#define WITH_BODY(text) AND_CONTAINS("\r\nContent-Type: application/json\r\n"), AND_BODY(text)

/* Answers that end with their connection. */
#define ANSWER_AS(status, headers, body)                                                                               \
    SEND("HTTP/1.1 " status "\r\n" headers "Connection: close\r\n\r\n" body), CLOSE()
#define ANSWER(status, body) ANSWER_AS(status, "Content-Type: application/json\r\n", body "\n")
#define ANSWER_TEXT(status, text)                                                                                      \
    ANSWER_AS(status, "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n", text "\n")
#define ANSWER_NOTHING(status) ANSWER_AS(status, "Content-Length: 0\r\n", "")

typedef struct fixture {
    test_loop loop;
    fault_server *server;
    weft_engine *engine;
    weft_client *api;        /* logged in, and an agent as well */
    weft_client *codex;      /* secret "s3cret" */
    weft_client *gateway;    /* secret "s3cret" */
    weft_call *call;         /* referenced, once it was reported */
    const weft_error *error; /* these two live as long as it does */
    const void *result;
    unsigned reports;
    unsigned leaks; /* lines of log with a secret in them */
    bool done;
    bool closed;
} fixture;

static inline void on_log(weft_log_level level, const char *line, void *arg)
{
    fixture *fx = arg;

    (void)level;
    fx->leaks +=
        strstr(line, SESSION) || strstr(line, PROXY_TOKEN) || strstr(line, "s3cret") || strstr(line, "hunter2");
}

/* Starts everything; each of `connections` connections plays the script. */
static inline bool begin(fixture *fx, fault_script script, unsigned connections)
{
    weft_client_options options = {.retries = {.first_backoff_ms = 1, .max_backoff_ms = 1}};
    weft_engine_options logging = {.log = on_log, .log_arg = fx, .log_level = WEFT_LOG_DEBUG};

    memset(fx, 0, sizeof(*fx));
    if (!test_loop_open(&fx->loop))
        return false;
    fx->server = fault_server_start(&fx->loop, NULL);
    fx->engine = weft_engine_new(&fx->loop.uv, &logging);
    if (!fx->server || !fx->engine)
        return false;
    if (connections)
        fault_server_play(fx->server, script, connections);
    options.base_url = fault_server_url(fx->server);
    fx->api = weft_agentserver_client(fx->engine, &options, NULL);
    fx->codex = weft_agentserver_codex_client(fx->engine, &options, "s3cret", NULL);
    fx->gateway = weft_agentserver_executor_client(fx->engine, &options, "s3cret", NULL);
    return fx->api && fx->codex && fx->gateway && weft_agentserver_set_session(fx->api, SESSION) &&
           weft_agentserver_set_agent_token(fx->api, PROXY_TOKEN);
}

static inline void on_closed(void *arg)
{
    ((fixture *)arg)->closed = true;
}

/* Ends everything; false, with the test failed, when the server's script was not played out or a secret
 * logged. */
static inline bool end(fixture *fx)
{
    bool good = fault_server_stop(fx->server);

    weft_call_unref(fx->call);
    weft_engine_close(fx->engine, on_closed, fx);
    good = test_loop_run_until_set(&fx->loop, &fx->closed, "the engine is closed") && good;
    if (fx->leaks > 0)
        test_fail(__FILE__, __LINE__, "a secret was logged");
    return test_loop_close(&fx->loop) && good && fx->leaks == 0;
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

static inline bool is(weft_str text, const char *expected)
{
    return text.ptr && text.len == strlen(expected) && memcmp(text.ptr, expected, text.len) == 0;
}

static inline bool json_is(weft_json json, const char *expected)
{
    return json.ptr && json.len == strlen(expected) && memcmp(json.ptr, expected, json.len) == 0;
}

#endif
