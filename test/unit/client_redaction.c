/* What a server said is shown without the client's own credentials, and as one clean line. */
#include <stdio.h>

#include "client_rig.h"
#include "test.h"

#define TOKEN "tok+en/4711-0815-abcdef"
#define REFUSE "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
#define FAIL "HTTP/1.1 503 Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"

typedef struct refusal {
    call_outcome call;
    char message[8192];
    char body[8192];
    char server_code[256];
    char log[1024]; /* every line, one after the other */
} refusal;

static void on_refusal(weft_call *call, const weft_error *error, const void *result, void *arg)
{
    refusal *it = arg;

    on_outcome(call, error, result, &it->call);
    if (error)
        snprintf(it->message, sizeof(it->message), "%s", error->message);
    if (error && error->body.ptr)
        snprintf(it->body, sizeof(it->body), "%s", error->body.ptr);
    if (error && error->server_code)
        snprintf(it->server_code, sizeof(it->server_code), "%s", error->server_code);
}

ANY_RESULT(on_refusal, on_agentserver_workspace_list_refusal, weft_agentserver_workspace_list)
ANY_RESULT(on_refusal, on_text_refusal, weft_str)

static void on_log(weft_log_level level, const char *message, void *arg)
{
    refusal *it = arg;
    size_t at = strlen(it->log);

    (void)level;
    snprintf(it->log + at, sizeof(it->log) - at, "%s\n", message);
}

/* One call of GET /metrics, with the answer scripted. */
static bool ask(refusal *it, fault_script script, const weft_client_options *client, const weft_call_options *options)
{
    client_rig rig;
    bool ok;

    *it = (refusal){0};
    if (!rig_open(&rig, &(weft_engine_options){.log = on_log, .log_arg = it, .log_level = WEFT_LOG_LEVEL_INFO}, client))
        return false;
    fault_server_play(rig.server, script, 1);
    weft_stromboli_get_metrics(rig.client, options, on_text_refusal, it);
    ok = rig_run(&rig) && it->call.count == 1;
    return rig_end(&rig) && ok;
}

#define ASK(it, answer, client, options)                                                                               \
    do {                                                                                                               \
        static const script_step steps[] = {EXPECT("GET /metrics"), SEND(answer), CLOSE()};                            \
        CHECK(ask(it, SCRIPT(steps), client, options));                                                                \
    } while (0)

/* ---- credentials --------------------------------------------------------------------------------------------- */

TEST(a_token_that_the_server_echoes_is_not_in_the_message)
{
    refusal it;

    ASK(&it, REFUSE "{\"error\":\"no such token: " TOKEN "!\"}", &(weft_client_options){.token = TOKEN}, NULL);
    CHECK_CONTAINS(it.call.message, "400 Bad Request: no such token: ***!");
}

TEST(the_body_of_an_error_stays_as_it_came)
{
    refusal it;

    ASK(&it, REFUSE "{\"error\":\"no such token: " TOKEN "\xFF\"}", &(weft_client_options){.token = TOKEN}, NULL);
    CHECK_STR(it.body, "{\"error\":\"no such token: " TOKEN "\xFF\"}");
}

TEST(a_token_is_found_escaped_and_in_base64_too)
{
    refusal it;

    ASK(&it, REFUSE "{\"error\":\"?t=tok%2Ben%2F4711-0815-abcdef, dG9rK2VuLzQ3MTEtMDgxNS1hYmNkZWY=\"}",
        &(weft_client_options){.token = TOKEN}, NULL);
    CHECK_CONTAINS(it.call.message, ": ?t=***, ***");
    CHECK(!strstr(it.call.message, "4711"));
    CHECK(!strstr(it.call.message, "NDcxMS"));
}

TEST(a_token_is_found_in_json_that_is_shown_as_it_came)
{
    refusal it;

    ASK(&it, REFUSE "{\"detail\":\"tok+en\\/4711-0815-abcdef\"}", &(weft_client_options){.token = TOKEN}, NULL);
    CHECK_CONTAINS(it.call.message, "400 Bad Request: {\"detail\":\"***\"}");
}

TEST(a_token_is_found_wherever_it_was_cut_off)
{
    static char answer[8192];
    static const script_step steps[] = {EXPECT("GET /metrics"), SEND_DATA(answer, sizeof(answer) - 1), CLOSE()};
    /* The message takes 4,096 bytes of such a body. */
    size_t body = sizeof(REFUSE) - 1, cut = 4096;
    static refusal it;

    memset(answer, 'x', sizeof(answer) - 1);
    memcpy(answer, REFUSE, body);
    memcpy(answer + body + cut - (sizeof(TOKEN) - 3), TOKEN, sizeof(TOKEN) - 1);
    CHECK(ask(&it, SCRIPT(steps), &(weft_client_options){.token = TOKEN}, NULL));
    CHECK_CONTAINS(it.message, "xxx***");
    CHECK(!strstr(it.message, "tok+"));
}

TEST(a_token_that_was_replaced_meanwhile_is_not_shown_either)
{
    static const script_step steps[] = {EXPECT("GET /metrics"), WAIT(), SEND(REFUSE "{\"error\":\"bad " TOKEN "\"}"),
                                        CLOSE()};
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.token = TOKEN}));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
    CHECK_UNTIL(&rig.loop, fault_server_waiting_count(rig.server) > 0);
    weft_client_set_token(rig.client, "another-token-altogether", NULL);
    CHECK(fault_server_release(rig.server));
    CHECK(rig_run(&rig));
    CHECK_CONTAINS(call.message, "400 Bad Request: bad ***");
    CHECK(rig_end(&rig));
}

TEST(credentials_of_one_call_are_not_in_the_message)
{
    static const weft_pair headers[] = {{"Authorization", "Bearer per-call-9911-zyx"},
                                        {"Cookie", "a=1; session=cook-ie-0099"}};
    static const weft_pair query = {"sig", "s1g+nature/77=="};
    refusal it;

    ASK(&it, REFUSE "{\"error\":\"per-call-9911-zyx cook-ie-0099 s1g+nature/77== s1g%2Bnature%2F77%3D%3D\"}", NULL,
        &((weft_call_options){.headers = headers, .headers_count = 2, .query = &query, .query_count = 1}));
    CHECK_CONTAINS(it.call.message, "400 Bad Request: *** *** *** ***");
}

TEST(credentials_in_the_clients_headers_and_query_are_not_in_the_message)
{
    static const weft_pair header = {"X-Api-Key", "api-key-31337"};
    static const weft_pair query = {"k", "que ry-31337"};
    refusal it;

    ASK(&it, REFUSE "{\"error\":\"api-key-31337, que ry-31337, que+ry-31337\"}",
        (&(weft_client_options){.headers = &header, .headers_count = 1, .query = &query, .query_count = 1}), NULL);
    CHECK_CONTAINS(it.call.message, "400 Bad Request: ***, ***, ***");
}

TEST(a_header_that_is_no_credential_is_shown_as_the_server_says_it)
{
    static const weft_pair header = {"X-Request-Id", "request-31337"};
    refusal it;

    ASK(&it, REFUSE "{\"error\":\"request-31337 failed\"}", NULL,
        (&(weft_call_options){.headers = &header, .headers_count = 1}));
    CHECK_CONTAINS(it.call.message, "400 Bad Request: request-31337 failed");
}

static void set_authorization(weft_call *call, weft_request *request, void *arg)
{
    (void)call;
    (void)arg;
    weft_request_set_header(request, "Authorization", "Bearer hook-token-2222");
}

TEST(what_a_request_hook_set_is_not_in_the_message)
{
    refusal it;

    ASK(&it, REFUSE "{\"error\":\"bad hook-token-2222\"}", &(weft_client_options){.on_request = set_authorization},
        NULL);
    CHECK_CONTAINS(it.call.message, "400 Bad Request: bad ***");
}

TEST(the_proxys_password_is_not_in_the_message)
{
    static const script_step steps[] = {EXPECT("GET http://far.test/metrics"),
                                        SEND("HTTP/1.1 407 Proxy Authentication Required\r\nConnection: close\r\n\r\n"
                                             "Basic dXNlcjpwYXNzd29yZC05OQ== is user:password-99"),
                                        CLOSE()};
    client_rig rig;
    call_outcome call = {0};
    char proxy[128];
    weft_client *client;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    snprintf(proxy, sizeof(proxy), "http://user:password%%2D99@127.0.0.1:%d", fault_server_port(rig.server));
    client = rig_client(&rig, &(weft_client_options){.base_url = "http://far.test", .proxy = proxy});
    CHECK(client);
    weft_stromboli_get_metrics(client, NULL, on_text_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_PROXY);
    CHECK_CONTAINS(call.message, ": *** is user:***");
    CHECK(rig_end(&rig));
}

TEST(a_services_own_word_is_cleaned_as_the_message_is)
{
    static const script_step steps[] = {
        EXPECT("GET /api/workspaces"),
        SEND(REFUSE "{\"error\":\"bad\xC2\x85session-cookie-0001\",\"message\":\"of session-cookie-0001\"}"), CLOSE()};
    client_rig rig;
    refusal it = {0};
    weft_client *client;

    CHECK(rig_open(&rig, NULL, NULL));
    client =
        weft_agentserver_client(rig.engine, &(weft_client_options){.base_url = fault_server_url(rig.server)}, NULL);
    CHECK(client);
    CHECK(weft_agentserver_set_session(client, "session-cookie-0001", NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_agentserver_list_workspaces(client, NULL, on_agentserver_workspace_list_refusal, &it);
    CHECK(rig_run(&rig));
    CHECK_STR(it.server_code, "bad ***");
    CHECK_CONTAINS(it.call.message, "400 Bad Request: of ***");
    CHECK(rig_end(&rig));
}

TEST(a_tenants_name_is_no_secret)
{
    static const script_step steps[] = {EXPECT("GET /health"),
                                        SEND(REFUSE "{\"error\":\"tenant-42 may not use skillbox-key-77\"}"), CLOSE()};
    client_rig rig;
    call_outcome call = {0};
    weft_client *client;

    CHECK(rig_open(&rig, NULL, NULL));
    client = weft_skillbox_client(
        rig.engine, &(weft_client_options){.base_url = fault_server_url(rig.server), .token = "skillbox-key-77"}, NULL);
    CHECK(client && weft_skillbox_set_tenant(client, "tenant-42", NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_skillbox_get_health(client, NULL, on_done_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_CONTAINS(call.message, "tenant-42 may not use ***");
    CHECK(rig_end(&rig));
}

TEST(a_short_token_is_found_only_as_a_word)
{
    refusal it;

    ASK(&it, REFUSE "{\"error\":\"test is not the latest, nor testing\"}", &(weft_client_options){.token = "test"},
        NULL);
    CHECK_CONTAINS(it.call.message, "400 Bad Request: *** is not the latest, nor testing");
}

TEST(a_line_of_log_shows_neither_token_nor_direction_mark)
{
    static const script_step steps[] = {EXPECT("GET /metrics"), SEND(FAIL "{\"error\":\"busy " TOKEN "\xE2\x80\xAE\"}"),
                                        CLOSE()};
    client_rig rig;
    refusal it = {0};
    weft_engine_options engine = {.log = on_log, .log_arg = &it, .log_level = WEFT_LOG_LEVEL_INFO};

    CHECK(rig_open(&rig, &engine,
                   &(weft_client_options){.token = TOKEN, .retries = {.max_retries = 1, .first_backoff_ms = 1}}));
    fault_server_play(rig.server, SCRIPT(steps), 2);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_refusal, &it);
    CHECK(rig_run(&rig));
    CHECK_CONTAINS(it.log, "503 Service Unavailable: busy *** \n");
    CHECK(!strstr(it.log, TOKEN));
    CHECK(rig_end(&rig));
}

/* ---- what may be shown --------------------------------------------------------------------------------------- */

TEST(controls_direction_marks_and_line_separators_become_blanks)
{
    refusal it;

    ASK(&it,
        REFUSE "a\xC2\x9B"
               "31mb\xE2\x80\xAE"
               "c\xE2\x81\xA6"
               "d\xE2\x80\x8F"
               "e\xE2\x80\xA8"
               "f\xE2\x80\xA9g\x1B[0m",
        NULL, NULL);
    CHECK_CONTAINS(it.call.message, "400 Bad Request: a 31mb c d e f g [0m");
}

TEST(invalid_utf8_becomes_question_marks)
{
    refusal it;

    ASK(&it,
        REFUSE "a\xFF"
               "b\xC3(c\xE2\x82"
               "d\xED\xA0\x80"
               "e \xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80",
        NULL, NULL);
    CHECK_CONTAINS(it.call.message, "400 Bad Request: a?b?(c?d???e \xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
}
