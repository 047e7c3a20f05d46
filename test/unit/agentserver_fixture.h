/* test/unit/agentserver_fixture.h - clients of agentserver and its gateways, a scripted server for all of
 * them, and one call between them. */
#ifndef WEFT_TEST_AGENTSERVER_FIXTURE_H
#define WEFT_TEST_AGENTSERVER_FIXTURE_H

#include "service_fixture.h"

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

static weft_client *api;             /* the fixture's client: logged in, and an agent as well */
static weft_client *codex, *gateway; /* with the secret "s3cret" */

/* Any line with a secret fails the test. */
static inline void on_log(weft_log_level level, const char *line, void *arg)
{
    (void)level;
    (void)arg;
    if (strstr(line, SESSION) || strstr(line, PROXY_TOKEN) || strstr(line, "s3cret") || strstr(line, "hunter2"))
        test_fail(__FILE__, __LINE__, "a secret was logged");
}

/* Starts everything; each of `connections` connections plays the script. */
static inline bool begin(fixture *fx, fault_script script, unsigned connections)
{
    weft_client_options options = {.retries = {.first_backoff_ms = 1, .max_backoff_ms = 1}};
    weft_engine_options logging = {.log = on_log, .log_level = WEFT_LOG_LEVEL_DEBUG};

    if (!begin_engine(fx, &logging, script, connections))
        return false;
    options.base_url = fault_server_url(fx->server);
    api = fx->client = weft_agentserver_client(fx->engine, &options, NULL);
    codex = weft_agentserver_codex_gateway_client(fx->engine, &options, NULL);
    gateway = weft_agentserver_executor_gateway_client(fx->engine, &options, NULL);
    return api && codex && gateway && weft_agentserver_gateway_set_secret(codex, "s3cret", NULL) &&
           weft_agentserver_gateway_set_secret(gateway, "s3cret", NULL) &&
           weft_agentserver_set_session(api, SESSION, NULL) && weft_agentserver_set_agent_token(api, PROXY_TOKEN, NULL);
}

#endif
