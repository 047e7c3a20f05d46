/* Error answers that the services' own tables know: what they prove, what is asked again, and how they are told. */
#include "service_fixture.h"

#include <stdio.h>

#define JSON(status, body) "HTTP/1.1 " status "\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" body
#define PLAIN(status, body) "HTTP/1.1 " status "\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n" body

static fixture fx;
static weft_client *stromboli, *skillbox, *agentserver, *codex;

static bool begin(fault_script script, unsigned connections)
{
    weft_client_options options = {.token = "tok", .retries = {.first_backoff_ms = 1, .max_backoff_ms = 1}};

    if (!begin_engine(&fx, NULL, script, connections))
        return false;
    options.base_url = fault_server_url(fx.server);
    stromboli = weft_stromboli_client(fx.engine, &options, NULL);
    skillbox = weft_skillbox_client(fx.engine, &options, NULL);
    codex = weft_agentserver_codex_gateway_client(fx.engine, &options, NULL);
    options.token = NULL; /* it sends none */
    agentserver = weft_agentserver_client(fx.engine, &options, NULL);
    return stromboli && skillbox && agentserver && codex;
}

/* ---- What is asked ----------------------------------------------------------------------------------- */

typedef void *submit_fn(void);

static const weft_stromboli_run_request prompt = {.prompt = "p"};

static void *run(void)
{
    return weft_stromboli_run(stromboli, &prompt, NULL, on_stromboli_run, &fx);
}

static void *run_async(void)
{
    return weft_stromboli_run_async(stromboli, &prompt, NULL, on_stromboli_run_async, &fx);
}

static void on_stream_end(weft_stream *stream, const weft_error *error, void *arg)
{
    (void)arg;
    keep_call(&fx, weft_stream_get_call(stream), error);
}

static void *run_stream(void)
{
    static const weft_stream_callbacks callbacks = {.on_end = on_stream_end};

    return weft_stromboli_stream(stromboli, &(weft_stromboli_stream_request){.prompt = "p"}, NULL, &callbacks, NULL);
}

static void *list_jobs(void)
{
    return weft_stromboli_list_jobs(stromboli, NULL, on_stromboli_job_list, &fx);
}

static void *validate_token(void)
{
    return weft_stromboli_validate_token(stromboli, NULL, on_stromboli_token_validation, &fx);
}

static void *log_out(void)
{
    return weft_stromboli_log_out(stromboli, NULL, on_stromboli_log_out, &fx);
}

static void *cancel_job(void)
{
    return weft_stromboli_cancel_job(stromboli, "j", NULL, on_stromboli_cancel_job, &fx);
}

static void *create_secret(void)
{
    return weft_stromboli_create_secret(stromboli, &(weft_stromboli_create_secret_request){"n", "v"}, NULL,
                                        on_stromboli_secret_change, &fx);
}

static void *run_skill(void)
{
    return weft_skillbox_run(skillbox, &(weft_skillbox_run_request){.skill = "s"}, NULL, on_skillbox_execution, &fx);
}

static void *put_patterns(void)
{
    return weft_http_send(skillbox, &(weft_http_request){.method = "GET", .path = "/v1/admin/scanner/patterns"}, NULL,
                          on_http, &fx);
}

static void *register_agent(void)
{
    return weft_agentserver_register_agent(agentserver, "oauth", &(weft_agentserver_register_agent_request){0}, NULL,
                                           on_agentserver_register_agent, &fx);
}

static void *register_executor(void)
{
    return weft_agentserver_register_executor(agentserver, "w",
                                              &(weft_agentserver_register_executor_request){.name = "box"}, NULL,
                                              on_agentserver_register_executor, &fx);
}

static void *get_llm_quota(void)
{
    return weft_agentserver_get_llm_quota(agentserver, "w", NULL, on_agentserver_llm_quota, &fx);
}

static void *create_task(void)
{
    return weft_agentserver_create_task(agentserver, "w",
                                        &(weft_agentserver_create_task_request){.target_id = "s", .prompt = "p"}, NULL,
                                        on_agentserver_create_task, &fx);
}

static void *turn(void)
{
    return weft_agentserver_gateway_run_turn(
        codex, &(weft_agentserver_gateway_run_turn_request){.workspace_id = "w", .params = "{}"}, NULL,
        on_agentserver_gateway_run_turn, &fx);
}

/* ---- What comes of it -------------------------------------------------------------------------------- */

typedef struct known {
    submit_fn *submit;
    const char *answer;
    weft_code code;
    weft_outcome outcome;
    unsigned requests; /* that are made of it, with two retries allowed */
} known;

static bool comes_to(const known *row)
{
    const script_step steps[] = {EXPECT("HTTP/1.1\r\n"), SEND_DATA(row->answer, strlen(row->answer)), CLOSE()};
    bool good = begin(SCRIPT(steps), row->requests) && finish(&fx, row->submit()) && fx.error &&
                fx.error->code == row->code && fx.error->outcome == row->outcome &&
                fault_server_request_count(fx.server) == row->requests;

    if (!good)
        test_fail(__FILE__, __LINE__, "%s: %s, %s, %zu requests: %s", row->answer,
                  fx.error ? weft_code_name(fx.error->code) : "success",
                  fx.error ? weft_outcome_name(fx.error->outcome) : "", fault_server_request_count(fx.server),
                  fx.error ? fx.error->message : "");
    return end(&fx) && good;
}

#define CHECK_ALL(rows)                                                                                                \
    do {                                                                                                               \
        for (size_t row_ = 0; row_ < sizeof(rows) / sizeof((rows)[0]); row_++)                                         \
            CHECK(comes_to(&(rows)[row_]));                                                                            \
    } while (0)

#define NOT_CONFIGURED "Claude not configured. Run 'make claude-setup' first"
#define E2(text) "{\"id\":\"\",\"status\":\"error\",\"error\":\"" text "\"}"

TEST(strombolis_refusals_before_a_run_are_known)
{
    static const known rows[] = {
        {run, JSON("503 Service Unavailable", E2(NOT_CONFIGURED)), WEFT_E_UNAVAILABLE, WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {run_async, JSON("503 Service Unavailable", E2(NOT_CONFIGURED)), WEFT_E_UNAVAILABLE, WEFT_OUTCOME_NOT_ACTED_ON,
         1},
        {run_stream, PLAIN("503 Service Unavailable", NOT_CONFIGURED "\n"), WEFT_E_UNAVAILABLE,
         WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {run, JSON("503 Service Unavailable", "{\"error\":\"auth backend unavailable\"}"), WEFT_E_UNAVAILABLE,
         WEFT_OUTCOME_NOT_ACTED_ON, 3},
        {run, JSON("500 Internal Server Error", E2("image validation failed: image \\\"x\\\" not in allowed patterns")),
         WEFT_E_SERVER_ERROR, WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {run, JSON("500 Internal Server Error", E2("session initialization in progress: session s; please retry")),
         WEFT_E_SERVER_ERROR, WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {run, JSON("500 Internal Server Error", E2("execution failed: exit status 1, output: boom")),
         WEFT_E_SERVER_ERROR, WEFT_OUTCOME_ACTED_ON, 1},
        /* Anybody's. */
        {run, PLAIN("503 Service Unavailable", "upstream connect error or disconnect/reset before headers"),
         WEFT_E_UNAVAILABLE, WEFT_OUTCOME_UNKNOWN, 1},
        {run_stream, PLAIN("503 Service Unavailable", "no healthy upstream"), WEFT_E_UNAVAILABLE, WEFT_OUTCOME_UNKNOWN,
         1},
        {run, JSON("500 Internal Server Error", E2("compose up failed")), WEFT_E_SERVER_ERROR, WEFT_OUTCOME_UNKNOWN, 1},
        {run, JSON("502 Bad Gateway", E2(NOT_CONFIGURED)), WEFT_E_SERVER_ERROR, WEFT_OUTCOME_UNKNOWN, 1},
    };

    CHECK_ALL(rows);
}

TEST(what_stromboli_was_not_set_up_for_is_not_asked_again)
{
    static const known rows[] = {
        {validate_token, JSON("503 Service Unavailable", "{\"error\":\"JWT authentication not configured\"}"),
         WEFT_E_UNAVAILABLE, WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {log_out, JSON("503 Service Unavailable", "{\"error\":\"token blacklist not configured\"}"), WEFT_E_UNAVAILABLE,
         WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {list_jobs, JSON("503 Service Unavailable", "{\"error\":\"auth backend unavailable\"}"), WEFT_E_UNAVAILABLE,
         WEFT_OUTCOME_NOT_ACTED_ON, 3},
    };

    CHECK_ALL(rows);
}

TEST(a_success_that_says_no_was_not_acted_on)
{
    static const known rows[] = {
        {cancel_job, JSON("200 OK", "{\"cancelled\":false,\"job_id\":\"j\"}"), WEFT_E_REQUEST_FAILED,
         WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {create_secret, JSON("201 Created", "{\"success\":true,\"error\":\"disk full\"}"), WEFT_E_SECRET_CREATE_ERROR,
         WEFT_OUTCOME_UNKNOWN, 1},
    };

    CHECK_ALL(rows);
}

TEST(skillboxs_words_are_known)
{
    static const known rows[] = {
        {run_skill,
         JSON("500 Internal Server Error", "{\"execution_id\":\"\",\"status\":\"failed\",\"duration_ms\":0,\"error\":"
                                           "\"creating execution record: connection refused\"}"),
         WEFT_E_EXECUTION_FAILED, WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {run_skill,
         JSON("500 Internal Server Error", "{\"execution_id\":\"\",\"status\":\"failed\",\"duration_ms\":0,\"error\":"
                                           "\"updating execution record: connection refused\"}"),
         WEFT_E_EXECUTION_FAILED, WEFT_OUTCOME_UNKNOWN, 1},
        {run_skill,
         JSON("500 Internal Server Error", "{\"error\":\"internal_error\",\"message\":\"failed to validate API key\"}"),
         WEFT_E_SERVER_ERROR, WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {run_skill, JSON("504 Gateway Timeout", "{\"error\":\"timeout\",\"message\":\"execution timed out\"}"),
         WEFT_E_SERVER_ERROR, WEFT_OUTCOME_ACTED_ON, 1},
        {run_skill, PLAIN("504 Gateway Timeout", "upstream request timeout"), WEFT_E_SERVER_ERROR, WEFT_OUTCOME_UNKNOWN,
         1},
        {run_skill, JSON("503 Service Unavailable", "{\"error\":\"service_unavailable\",\"message\":\"try later\"}"),
         WEFT_E_UNAVAILABLE, WEFT_OUTCOME_UNKNOWN, 1},
        {put_patterns, JSON("503 Service Unavailable", "{\"error\":\"scanner_disabled\",\"message\":\"off\"}"),
         WEFT_E_UNAVAILABLE, WEFT_OUTCOME_NOT_ACTED_ON, 1},
    };

    CHECK_ALL(rows);
}

TEST(what_agentserver_was_not_set_up_for_is_known)
{
    static const known rows[] = {
        {register_agent, PLAIN("503 Service Unavailable", "OAuth not configured\n"), WEFT_E_UNAVAILABLE,
         WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {register_agent, PLAIN("500 Internal Server Error", "token introspection failed\n"), WEFT_E_SERVER_ERROR,
         WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {register_executor, PLAIN("503 Service Unavailable", "executors integration not configured\n"),
         WEFT_E_UNAVAILABLE, WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {register_executor, PLAIN("502 Bad Gateway", "bind: bind: status=409 body=\"\"\n"), WEFT_E_SERVER_ERROR,
         WEFT_OUTCOME_UNKNOWN, 1},
        {get_llm_quota, PLAIN("503 Service Unavailable", "llmproxy not configured\n"), WEFT_E_UNAVAILABLE,
         WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {get_llm_quota, PLAIN("503 Service Unavailable", "no healthy upstream"), WEFT_E_UNAVAILABLE,
         WEFT_OUTCOME_NOT_ACTED_ON, 3},
        {turn, PLAIN("500 Internal Server Error", "internal secret not configured\n"), WEFT_E_SERVER_ERROR,
         WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {create_task, "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n", WEFT_E_FEATURE_OFF,
         WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {create_task, PLAIN("405 Method Not Allowed", "use another\n"), WEFT_E_METHOD_NOT_ALLOWED,
         WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {list_jobs, "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n", WEFT_E_METHOD_NOT_ALLOWED,
         WEFT_OUTCOME_NOT_ACTED_ON, 1},
    };

    CHECK_ALL(rows);
}

#define TURN(thread, code)                                                                                             \
    JSON("200 OK", "{\"threadId\":\"" thread "\",\"transport\":{\"code\":\"" code "\",\"message\":\"m\"}}")

TEST(a_turn_that_failed_says_whether_it_had_begun)
{
    static const known rows[] = {
        {turn, TURN("t", "brokerTimeout"), WEFT_E_TURN_FAILED, WEFT_OUTCOME_ACTED_ON, 1},
        {turn, TURN("t", "wsDisconnect"), WEFT_E_TURN_FAILED, WEFT_OUTCOME_UNKNOWN, 1},
        {turn, TURN("t", "subprocessCrash"), WEFT_E_TURN_FAILED, WEFT_OUTCOME_UNKNOWN, 1},
        {turn, TURN("", "codexRPCError"), WEFT_E_TURN_FAILED, WEFT_OUTCOME_NOT_ACTED_ON, 1},
        {turn, TURN("t", ""), WEFT_E_TURN_FAILED, WEFT_OUTCOME_UNKNOWN, 1},
    };

    CHECK_ALL(rows);
}

/* ---- How they are told ------------------------------------------------------------------------------- */

static bool tells(submit_fn *submit, const char *answer, const char *message_end, const char *server_code)
{
    const script_step steps[] = {EXPECT("HTTP/1.1\r\n"), SEND_DATA(answer, strlen(answer)), CLOSE()};
    size_t end_len = strlen(message_end), len;
    bool good;

    good = begin(SCRIPT(steps), 1) && finish(&fx, submit()) && fx.error;
    len = good ? strlen(fx.error->message) : 0;
    good = good && len >= end_len && strcmp(fx.error->message + len - end_len, message_end) == 0 &&
           (server_code ? fx.error->server_code && strcmp(fx.error->server_code, server_code) == 0
                        : !fx.error->server_code);
    if (!good)
        test_fail(__FILE__, __LINE__, "%s: \"%s\", %s", answer, fx.error ? fx.error->message : "",
                  fx.error && fx.error->server_code ? fx.error->server_code : "NULL");
    return end(&fx) && good;
}

TEST(a_servers_text_is_told_without_the_end_of_its_line)
{
    CHECK(tells(create_task, PLAIN("404 Not Found", "target agent not found\n"),
                ": 404 Not Found: target agent not found", NULL));
    CHECK(tells(create_task, PLAIN("404 Not Found", "\r\n target agent\nnot found \r\n\r\n"),
                ": 404 Not Found: target agent not found", NULL));
    CHECK(tells(create_task, PLAIN("404 Not Found", " \r\n"), ": 404 Not Found", NULL));
    CHECK(tells(run, JSON("400 Bad Request", "{\"error\":\"\\n prompt is odd\\r\\n\"}\n"),
                ": 400 Bad Request: prompt is odd", NULL));
    CHECK(
        tells(run, JSON("400 Bad Request", "{\"error\":\" \\n\",\"message\":\"m\\n\"}"), ": 400 Bad Request: m", NULL));
    CHECK(tells(run_stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nevent: error\ndata: boom \ndata: \n\n",
                "/run/stream: boom", NULL));
}

TEST(a_server_code_is_the_servers_own_word_or_nothing)
{
    CHECK(
        tells(run_skill,
              JSON("500 Internal Server Error", "{\"execution_id\":\"\",\"status\":\"failed\",\"error\":\"no disk\"}"),
              ": 500 Internal Server Error: no disk; it may have been acted on", NULL));
    CHECK(tells(run_skill, JSON("401 Unauthorized", "{\"error\":\"\",\"message\":\"who\"}"), ": 401 Unauthorized: who",
                NULL));
    CHECK(tells(create_task, JSON("400 Bad Request", "{\"error\":\"\",\"message\":\"what\"}"),
                ": 400 Bad Request: what", NULL));
    CHECK(tells(create_task, JSON("400 Bad Request", "{\"error\":\"odd\",\"message\":\"what\"}"),
                ": 400 Bad Request: what", "odd"));
}

TEST(a_request_timeout_of_the_servers_is_a_timeout)
{
    CHECK(weft_code_is_timeout(WEFT_E_REQUEST_TIMEOUT));
    CHECK(weft_code_is_timeout(WEFT_E_TIMEOUT_QUEUE) && weft_code_is_timeout(WEFT_E_TIMEOUT_TOTAL));
    CHECK(!weft_code_is_timeout(WEFT_OK) && !weft_code_is_timeout(WEFT_E_CONFLICT) &&
          !weft_code_is_timeout(WEFT_E_NOT_FOUND) && !weft_code_is_timeout(WEFT_E_NAME_NOT_FOUND));
}
