/* Every way in which agentserver says no, what becomes of the session, and what is asked again. */
#include "agentserver_fixture.h"

#include <stdio.h>

typedef weft_call *submit_fn(fixture *fx);

static weft_call *submit_list_workspaces(fixture *fx)
{
    return weft_agentserver_list_workspaces(api, NULL, on_agentserver_workspace_list, fx);
}

static weft_call *submit_create_workspace(fixture *fx)
{
    return weft_agentserver_create_workspace(api, &(weft_agentserver_create_workspace_request){.name = "W"}, NULL,
                                             on_agentserver_workspace, fx);
}

static weft_call *submit_create_sandbox(fixture *fx)
{
    return weft_agentserver_create_sandbox(api, "w", &(weft_agentserver_create_sandbox_request){.name = "s"}, NULL,
                                           on_agentserver_sandbox, fx);
}

static weft_call *submit_list_channels(fixture *fx)
{
    return weft_agentserver_list_channels(api, "w", NULL, on_agentserver_channel_list, fx);
}

static weft_call *submit_login(fixture *fx)
{
    return weft_agentserver_log_in(api, &(weft_agentserver_log_in_request){"e", "p"}, NULL,
                                   on_agentserver_session_status, fx);
}

static weft_call *submit_poll(fixture *fx)
{
    return weft_agentserver_poll_tasks(api, NULL, NULL, on_agentserver_assigned_task_list, fx);
}

static weft_call *submit_poll_messages(fixture *fx)
{
    return weft_agentserver_poll_messages(api, NULL, NULL, on_agentserver_message_list, fx);
}

static weft_call *submit_list_executors(fixture *fx)
{
    return weft_agentserver_list_executors(api, "w", NULL, on_agentserver_executor_list, fx);
}

static weft_call *submit_trace(fixture *fx)
{
    return weft_agentserver_get_sandbox_trace(api, "s", "t", NULL, on_agentserver_trace_with_requests, fx);
}

typedef struct failure {
    submit_fn *submit;
    const char *status; /* "404 Not Found" */
    const char *type;   /* NULL = none */
    const char *body;
    weft_code code;
    const char *message;     /* a part of it */
    const char *server_code; /* or NULL */
} failure;

static bool fails_so(fixture *fx, const failure *row)
{
    char answer[1024];
    int len =
        snprintf(answer, sizeof(answer), "HTTP/1.1 %s\r\n%s%s%sConnection: close\r\n\r\n%s", row->status,
                 row->type ? "Content-Type: " : "", row->type ? row->type : "", row->type ? "\r\n" : "", row->body);
    const script_step steps[] = {EXPECT(" HTTP/1.1\r\n"), SEND_DATA(answer, (size_t)len), CLOSE()};
    bool good;

    good = begin(fx, SCRIPT(steps), 1) && finish(fx, row->submit(fx)) && fx->error && fx->error->code == row->code &&
           strstr(fx->error->message, row->message) &&
           (!row->server_code ? !fx->error->server_code
                              : fx->error->server_code && strcmp(fx->error->server_code, row->server_code) == 0);
    if (!good)
        test_fail(__FILE__, __LINE__, "%s %s: %s %s", row->status, row->body,
                  fx->error ? weft_code_name(fx->error->code) : "success", fx->error ? fx->error->message : "");
    return end(fx) && good;
}

TEST(each_shape_of_failure_is_read)
{
    static const char text[] = "text/plain; charset=utf-8", json[] = "application/json", html[] = "text/html";
    static const failure rows[] = {
        {submit_list_workspaces, "401 Unauthorized", text, "unauthorized\n", WEFT_E_UNAUTHORIZED,
         ": 401 Unauthorized: unauthorized", NULL},
        {submit_login, "401 Unauthorized", text, "invalid credentials\n", WEFT_E_UNAUTHORIZED, "cannot log in: POST ",
         NULL},
        {submit_create_workspace, "403 Forbidden", json,
         "{\"error\":\"quota_exceeded\",\"message\":\"Workspace limit reached "
         "(10/10).\",\"quota\":{\"current\":10,"
         "\"max\":10}}\n",
         WEFT_E_QUOTA_EXCEEDED, ": 403 Forbidden: Workspace limit reached (10/10).", "quota_exceeded"},
        {submit_create_sandbox, "403 Forbidden", json,
         "{\"error\":\"resource_budget_exceeded\",\"message\":\"too much cpu\"}\n", WEFT_E_BUDGET_EXCEEDED,
         ": 403 Forbidden: too much cpu", "resource_budget_exceeded"},
        {submit_create_sandbox, "403 Forbidden", text, "not a workspace member\n", WEFT_E_FORBIDDEN,
         ": 403 Forbidden: not a workspace member", NULL},
        {submit_create_sandbox, "403 Forbidden", json, "{\"error\":\"nope\"}", WEFT_E_FORBIDDEN,
         ": 403 Forbidden: nope", "nope"},
        {submit_trace, "404 Not Found", json, "trace not found\n", WEFT_E_NOT_FOUND, ": 404 Not Found: trace not found",
         NULL},
        {submit_create_workspace, "405 Method Not Allowed", NULL, "", WEFT_E_FEATURE_OFF,
         ": 405 Method Not Allowed: the server lacks this feature, or has it switched off", NULL},
        {submit_create_workspace, "405 Method Not Allowed", text, "no\n", WEFT_E_METHOD_NOT_ALLOWED,
         ": 405 Method Not Allowed: no", NULL},
        {submit_create_workspace, "502 Bad Gateway", NULL, "", WEFT_E_SERVER_ERROR, ": 502 Bad Gateway", NULL},
        {submit_create_workspace, "404 Not Found", "text/plain", "404 page not found\n", WEFT_E_NOT_FOUND,
         "404 page not found", NULL},
        {submit_create_workspace, "500 Internal Server Error", json, "[\"odd\"]", WEFT_E_SERVER_ERROR, "[\"odd\"]",
         NULL},
        {submit_create_workspace, "503 Service Unavailable", text, "executors integration not configured\n",
         WEFT_E_UNAVAILABLE, "executors integration not configured", NULL},
        {submit_list_channels, "200 OK", html, "<!doctype html><title>agentserver</title>", WEFT_E_CONTENT_TYPE,
         "a web page", NULL},
        {submit_list_executors, "200 OK", html, "<!doctype html>", WEFT_E_CONTENT_TYPE, "a web page", NULL},
        {submit_list_channels, "200 OK", text, "{\"a", WEFT_E_CONTENT_TYPE, "unexpected content type: text/plain",
         NULL},
        {submit_list_channels, "200 OK", text, "7", WEFT_E_CONTENT_TYPE, "unexpected content type: text/plain", NULL},
        {submit_list_channels, "200 OK", json, "hello", WEFT_E_DECODE, "not valid JSON", NULL},
        {submit_list_channels, "200 OK", json, "", WEFT_E_DECODE, "not valid JSON", NULL},
        {submit_create_workspace, "200 OK", json, "{\"id\":1}", WEFT_E_DECODE, "id: expected a string", NULL},
        {submit_list_workspaces, "200 OK", json, "{}", WEFT_E_DECODE, "expected", NULL},
        {submit_login, "200 OK", json, "{\"status\":\"ok\"}", WEFT_E_DECODE, "but set no session", NULL},
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fixture fx;

        CHECK(fails_so(&fx, &rows[i]));
    }
}

TEST(numbers_of_a_quota_can_be_read)
{
    static const char body[] = "{\"error\":\"quota_exceeded\",\"quota\":{\"current\":9,\"max\":8}}";
    weft_error error = {.code = WEFT_E_QUOTA_EXCEEDED, .body = {body, sizeof(body) - 1}};
    weft_error without = {.code = WEFT_E_QUOTA_EXCEEDED, .body = {"{}", 2}};
    weft_error other = {.code = WEFT_E_FORBIDDEN};
    int64_t current = 0, max = 0;

    CHECK(weft_agentserver_error_get_quota(&error, &current, &max));
    CHECK(current == 9 && max == 8);
    CHECK(!weft_agentserver_error_get_quota(&without, &current, &max));
    CHECK(!weft_agentserver_error_get_quota(&other, &current, &max));
}

TEST(executors_are_json_even_where_they_call_themselves_text)
{
    static const script_step steps[] = {EXPECT("GET "), ANSWER_TEXT("200 OK", "[]")};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, submit_list_executors(&fx)));
    CHECK(!fx.error && ((const weft_agentserver_executor_list *)fx.result)->count == 0);
    CHECK(end(&fx));
}

/* ---- The session ------------------------------------------------------------------------------------- */

TEST(a_session_that_is_no_longer_good_is_forgotten)
{
    static const script_step steps[] = {EXPECT("GET "), AS_USER, ANSWER_TEXT("401 Unauthorized", "unauthorized")};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, submit_list_workspaces(&fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_UNAUTHORIZED);
    CHECK(!weft_agentserver_get_session(api));
    CHECK(end(&fx));
}

TEST(a_session_that_was_set_meanwhile_is_kept)
{
    static const script_step steps[] = {EXPECT("GET "), AS_USER, WAIT(),
                                        ANSWER_TEXT("401 Unauthorized", "unauthorized")};
    weft_call *call;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    call = submit_list_workspaces(&fx);
    CHECK_UNTIL(&fx.loop, fault_server_waiting_count(fx.server) > 0);
    CHECK(weft_agentserver_set_session(api, "fresh", NULL));
    CHECK(fault_server_release(fx.server));
    CHECK(finish(&fx, call));
    CHECK(fx.error && fx.error->code == WEFT_E_UNAUTHORIZED);
    CHECK_STR(weft_agentserver_get_session(api), "fresh");
    CHECK(end(&fx));
}

TEST(a_refused_login_or_agent_leaves_the_session_alone)
{
    static const script_step steps[] = {EXPECT(" HTTP/1.1\r\n"), ANSWER_TEXT("401 Unauthorized", "unauthorized")};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 2));
    CHECK(finish(&fx, submit_login(&fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_UNAUTHORIZED);
    CHECK(finish(&fx, submit_poll(&fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_UNAUTHORIZED);
    CHECK_STR(weft_agentserver_get_session(api), SESSION);
    CHECK(end(&fx));
}

TEST(a_login_that_clears_the_cookie_is_none)
{
    static const script_step steps[] = {
        EXPECT("POST "),
        ANSWER_AS("200 OK", "Set-Cookie: agentserver-token=; Max-Age=0\r\nContent-Type: application/json\r\n",
                  "{\"status\":\"ok\"}"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, submit_login(&fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_DECODE);
    CHECK(end(&fx));
}

TEST(only_what_can_be_a_cookie_is_a_session)
{
    static const char *const bad[] = {"a b", "a;b", "a,b", "a\"b", "a\\b", "a\r\nb", "\x7f", "\xc3\xa4"};
    weft_error_info why;
    fixture fx;

    CHECK(begin(&fx, (fault_script){NULL, 0}, 0));
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK(!weft_agentserver_set_session(api, bad[i], &why));
        CHECK_EQ(why.code, WEFT_E_INVALID);
        CHECK_STR(why.message, "agentserver: session has characters that no cookie's value may have");
    }
    CHECK_STR(weft_agentserver_get_session(api), SESSION);
    CHECK(weft_agentserver_set_session(api, "", NULL));
    CHECK(!weft_agentserver_get_session(api));
    CHECK(!weft_agentserver_set_agent_token(api, "a\nb", &why));
    CHECK_STR(why.message, "agentserver: proxy_token contains control characters");
    CHECK(end(&fx));
}

/* ---- Asking again ------------------------------------------------------------------------------------ */

TEST(looking_something_up_is_repeated)
{
    static const char *const statuses[] = {"502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"};

    for (unsigned i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        char answer[128];
        int len = snprintf(answer, sizeof(answer), "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n", statuses[i]);
        const script_step steps[] = {
            EXPECT("GET /api/workspaces HTTP/1.1\r\n"),
            SEND_DATA(answer, (size_t)len),
            EXPECT("GET /api/workspaces HTTP/1.1\r\n"),
            ANSWER("200 OK", "[]"),
        };
        fixture fx;

        CHECK(begin(&fx, SCRIPT(steps), 1));
        CHECK(finish(&fx, submit_list_workspaces(&fx)));
        CHECK(!fx.error);
        CHECK_EQ(fault_server_request_count(fx.server), 2);
        CHECK(end(&fx));
    }
}

TEST(looking_something_up_is_repeated_when_the_connection_breaks)
{
    static const script_step broken[] = {EXPECT("GET "), RESET()};
    static const script_step whole[] = {EXPECT("GET "), ANSWER("200 OK", "[]")};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(broken), 1));
    fault_server_play(fx.server, SCRIPT(whole), 1);
    CHECK(finish(&fx, submit_list_workspaces(&fx)));
    CHECK(!fx.error);
    CHECK(end(&fx));
}

TEST(what_makes_or_takes_something_is_never_repeated)
{
    static submit_fn *const submits[] = {submit_create_workspace, submit_poll, submit_poll_messages, submit_login};
    static const script_step unavailable[] = {
        EXPECT(" HTTP/1.1\r\n"),
        SEND("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"),
        EXPECT_NOTHING_MORE(),
    };
    static const script_step broken[] = {EXPECT(" HTTP/1.1\r\n"), RESET()};

    for (unsigned i = 0; i < sizeof(submits) / sizeof(submits[0]); i++) {
        fixture fx;

        CHECK(begin(&fx, SCRIPT(unavailable), 1));
        CHECK(finish(&fx, submits[i](&fx)));
        CHECK(fx.error && fx.error->code == WEFT_E_UNAVAILABLE);
        CHECK_EQ(fault_server_request_count(fx.server), 1);
        CHECK(end(&fx));
        CHECK(begin(&fx, SCRIPT(broken), 1));
        CHECK(finish(&fx, submits[i](&fx)));
        CHECK(fx.error && fx.error->code == WEFT_E_CONNECTION_LOST && fx.error->outcome == WEFT_OUTCOME_UNKNOWN);
        CHECK_EQ(fault_server_connection_count(fx.server), 1);
        CHECK(end(&fx));
    }
}

TEST(too_many_requests_are_not_asked_again)
{
    static const script_step steps[] = {EXPECT("GET "), ANSWER_AS("429 Too Many Requests", "Retry-After: 0\r\n", ""),
                                        EXPECT_NOTHING_MORE()};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, submit_list_workspaces(&fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_RATE_LIMITED);
    CHECK(end(&fx));
}

/* ---- Secrets ----------------------------------------------------------------------------------------- */

TEST(secrets_are_in_no_log_and_no_message)
{
    static const script_step steps[] = {
        EXPECT(" HTTP/1.1\r\n"),
        ANSWER("200 OK", "[{\"claudecode_url\":\"https://x/auth?token=" SESSION "\",\"cpu\":\"" SESSION "\"}]"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_agentserver_get_sandbox(api, SANDBOX, NULL, on_agentserver_sandbox, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_DECODE);
    CHECK(!strstr(fx.error->message, SESSION));
    CHECK(!weft_agentserver_set_session(api, SESSION ";", NULL));
    CHECK(!weft_agentserver_set_agent_token(api, PROXY_TOKEN "\n", NULL));
    CHECK(end(&fx));
}
