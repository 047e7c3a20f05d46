/* A client of any service: whose name is in no error, and whose errors are read as they are mostly written. */
#include "http_fixture.h"

#include "client/client.h"

static bool open_any(fixture *fx, const weft_client_options *options)
{
    weft_client_options mine = options ? *options : (weft_client_options){0};

    if (!fixture_open(fx, NULL))
        return false;
    if (!mine.base_url)
        mine.base_url = fault_server_url(fx->rig.server);
    weft_client_close(fx->rig.client, NULL, NULL);
    fx->rig.client = weft_http_client(fx->rig.engine, &mine, &fx->rig.error);
    return fx->rig.client != NULL;
}

TEST(client_of_any_service_sends_what_it_is_told_and_its_token_as_bearer)
{
    static const script_step steps[] = {
        EXPECT("PUT /v2/things/1?x=y HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer tok\r\n"),
        AND_CONTAINS("\r\nContent-Type: application/json\r\n"),
        AND_BODY("{\"a\":1}"),
        SEND(ANSWER_OK),
    };
    const weft_pair query[] = {{"x", "y"}};
    fixture fx;

    CHECK(open_any(&fx, &(weft_client_options){.token = "tok"}));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(
        &fx, &(weft_http_request){
                 .method = "PUT", .path = "/v2/things/1", .query = query, .query_count = 1, .body.json = "{\"a\":1}"}));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.body_size, 2);
    CHECK(fixture_end(&fx));
}

TEST(client_of_any_service_names_none_in_what_is_wrong_with_its_options)
{
    static const struct wrong {
        weft_client_options options;
        const char *message;
    } wrongs[] = {
        {{.base_url = NULL}, "base_url is required"},
        {{.base_url = "http://localhost?x=1"}, "base URL must not have a query"},
        {{.base_url = "http://localhost", .token = "a\nb"}, "token contains control characters"},
    };
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
        weft_error_info error;

        CHECK(!weft_http_client(rig.engine, &wrongs[i].options, &error));
        CHECK_EQ(error.code, WEFT_E_INVALID);
        CHECK_STR(error.message, wrongs[i].message);
    }
    CHECK(!weft_http_client(rig.engine, NULL, NULL));
    CHECK(rig_end(&rig));
}

TEST(client_of_any_service_reads_nothing_from_the_environment)
{
    static const script_step steps[] = {EXPECT("GET /x HTTP/1.1\r\n"), AND_LACKS("Authorization"), SEND(ANSWER_OK)};
    fixture fx;

    CHECK(setenv("SKILLBOX_API_KEY", "key", 1) == 0 && setenv("HANDINGER_API_KEY", "key", 1) == 0);
    CHECK(open_any(&fx, NULL));
    CHECK(unsetenv("SKILLBOX_API_KEY") == 0 && unsetenv("HANDINGER_API_KEY") == 0);
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&fx, &(weft_http_request){.method = "GET", .path = "/x"}));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fixture_end(&fx));
}

/* ---- error answers --------------------------------------------------------------------------------------------- */

static char heard_code[64]; /* the error's server_code; "" for none */

static void on_refusal(weft_call *call, const weft_error *error, const weft_http_response *result, void *arg)
{
    snprintf(heard_code, sizeof(heard_code), "%s", error && error->server_code ? error->server_code : "");
    on_outcome(call, error, result, arg);
}

TEST(error_answer_of_any_service_is_told_in_its_own_words)
{
    static const struct answer {
        const char *type;
        const char *body;
        const char *message; /* how it ends */
        const char *code;
    } answers[] = {
        {"application/json",
         "{\"error\":{\"message\":\"No such model\",\"type\":\"invalid_request_error\",\"code\":\"m\"}}",
         "400 Bad Request: No such model", "m"},
        {"application/json", "{\"error\":{\"message\":\"Slow down\",\"type\":\"rate\",\"code\":null}}",
         "400 Bad Request: Slow down", "rate"},
        {"application/json", "{\"error\":\"no\"}", "400 Bad Request: no", ""},
        {"application/json", "{\"error\":\"invalid_grant\",\"error_description\":\"The code is used up\"}",
         "400 Bad Request: The code is used up", "invalid_grant"},
        {"application/json", "{\"error\":\"Bad Request\",\"message\":\"id: too long\",\"code\":\"E7\"}",
         "400 Bad Request: id: too long", "E7"},
        {"application/json", "{\"message\":\"hm\"}", "400 Bad Request: hm", ""},
        {"application/json", "{\"detail\":\"Not authenticated\"}", "400 Bad Request: Not authenticated", ""},
        {"application/problem+json",
         "{\"type\":\"https://example.com/out-of-credit\",\"title\":\"No credit\",\"detail\":\"30 of 50\"}",
         "400 Bad Request: No credit: 30 of 50", "https://example.com/out-of-credit"},
        {"application/problem+json", "{\"type\":\"about:blank\",\"title\":\"Not here\"}", "400 Bad Request: Not here",
         ""},
        {"text/plain", "nope\n", "400 Bad Request: nope", ""},
        {"application/json", "{\"error\":{\"message\":", "400 Bad Request: {\"error\":{\"message\":", ""},
        {"application/json", "[1]", "400 Bad Request: [1]", ""},
        {"application/json", "{\"a\":1}", "400 Bad Request: {\"a\":1}", ""},
        {"application/json", "", "400 Bad Request", ""},
    };

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        char sent[512], expected[512];
        fixture fx;

        snprintf(sent, sizeof(sent), "HTTP/1.1 400 Bad Request\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
                 answers[i].type, strlen(answers[i].body), answers[i].body);
        const script_step steps[] = {EXPECT("POST /x HTTP/1.1\r\n"), SEND_DATA(sent, strlen(sent))};

        CHECK(open_any(&fx, NULL));
        fault_server_play(fx.rig.server, SCRIPT(steps), 1);
        weft_http_send(fx.rig.client, &(weft_http_request){.method = "POST", .path = "/x"}, NULL, on_refusal,
                       &fx.outcome);
        CHECK(rig_run(&fx.rig));
        CHECK_EQ(fx.outcome.code, WEFT_E_BAD_REQUEST);
        snprintf(expected, sizeof(expected), "cannot send the request: POST %s/x: %s", fault_server_url(fx.rig.server),
                 answers[i].message);
        CHECK_STR(fx.outcome.message, expected);
        CHECK_STR(heard_code, answers[i].code);
        CHECK(fixture_end(&fx));
    }
}

/* ---- its deadlines --------------------------------------------------------------------------------------------- */

TEST(request_to_any_service_ends_when_it_stands_still_and_not_while_it_goes_on)
{
    const weft__service *service;
    fixture fx;

    CHECK(open_any(&fx, NULL));
    service = weft__client_service(fx.rig.client);
    CHECK_EQ(service->timeouts.connect_ms, 10000);
    CHECK_EQ(service->timeouts.first_byte_ms, 300000);
    CHECK_EQ(service->timeouts.idle_ms, 60000);
    CHECK_EQ(service->timeouts.total_ms, 0);
    CHECK_EQ(service->stream_timeouts.connect_ms, 10000);
    CHECK_EQ(service->stream_timeouts.first_byte_ms, 300000);
    CHECK_EQ(service->stream_timeouts.idle_ms, 300000);
    CHECK_EQ(service->stream_timeouts.total_ms, 0);
    CHECK(fixture_end(&fx));
}

TEST(request_to_any_service_is_sent_again_by_the_rules_for_all)
{
    static const script_step asks[] = {
        EXPECT("GET /x HTTP/1.1\r\n"),  SEND("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"),
        EXPECT("GET /x HTTP/1.1\r\n"),  SEND(ANSWER_OK),
        EXPECT("POST /x HTTP/1.1\r\n"), SEND("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"),
    };
    fixture fx;

    CHECK(open_any(&fx, &(weft_client_options){.retries.first_backoff_ms = 1}));
    fault_server_play(fx.rig.server, SCRIPT(asks), 1);
    CHECK(fixture_ask(&fx, &(weft_http_request){.method = "GET", .path = "/x"}));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.outcome.details.attempts, 2);
    CHECK(fixture_ask(&fx, &(weft_http_request){.method = "POST", .path = "/x"}));
    CHECK_EQ(fx.outcome.code, WEFT_E_SERVER_ERROR);
    CHECK_EQ(fx.outcome.details.attempts, 1);
    CHECK_EQ(fx.outcome.outcome, WEFT_OUTCOME_UNKNOWN);
    CHECK(fixture_end(&fx));
}

TEST(client_of_any_service_is_refused_by_the_functions_of_each)
{
    fixture fx;

    CHECK(open_any(&fx, NULL));
    weft_stromboli_list_jobs(fx.rig.client, NULL, on_stromboli_job_list_outcome, &fx.outcome);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_E_INVALID);
    CHECK_CONTAINS(fx.outcome.message, "the client is not one of Stromboli");
    CHECK(fixture_end(&fx));
}
