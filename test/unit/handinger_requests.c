/* The bodies that are sent, byte for byte; what is refused before it is sent; what a client takes from where. */
#include "handinger_fixture.h"

#include "service/handinger_types.h"

/* ---- Bodies ------------------------------------------------------------------------------------------ */

/* The JSON of a request; "" when there is none. Static buffer. */
static const char *encode(const weft__type *type, const void *request)
{
    static char text[1024];
    weft__codec_error error;
    weft__buffer out;
    weft__heap heap;

    text[0] = '\0';
    weft__heap_init(&heap, NULL);
    weft__buffer_init(&out, &heap, 1 << 20);
    if (weft__encode(&out, type, request, &error) == WEFT__CODEC_OK)
        snprintf(text, sizeof(text), "%.*s", (int)out.len, out.data);
    weft__buffer_deinit(&out);
    weft__heap_deinit(&heap);
    return text;
}

#define ENCODE(name, ...)                                                                                              \
    encode(&weft__handinger_##name##_request_type, &(weft_handinger_##name##_request){__VA_ARGS__})

TEST(nothing_is_sent_that_is_not_set)
{
    CHECK_STR(encode(&weft__handinger_create_worker_request_type,
                     &(weft_handinger_create_worker_request){.title = {WEFT_PRESENCE_ABSENT, "x"}}),
              "{}");
    CHECK_STR(ENCODE(update_worker, .visibility = ""), "{}");
    CHECK_STR(ENCODE(create_task, .input = NULL), "{\"input\":\"\"}");
}

TEST(set_to_nothing_is_not_the_same_as_not_set)
{
    CHECK_STR(ENCODE(create_worker, .instructions = weft_some_str(""), .prompt = weft_some_str(""),
                     .summary = weft_some_str(""), .title = weft_some_str(""), .output_schema = weft_some_json("{}")),
              "{\"instructions\":\"\",\"prompt\":\"\",\"summary\":\"\",\"title\":\"\",\"outputSchema\":{}}");
    CHECK_STR(ENCODE(create_task, .input = "", .task_id = weft_some_str(""), .worker_id = weft_some_str(""),
                     .stream = weft_some_bool(false)),
              "{\"input\":\"\",\"taskId\":\"\",\"workerId\":\"\",\"stream\":false}");
}

TEST(null_can_be_sent_everywhere_it_might_be_meant)
{
    CHECK_STR(ENCODE(create_worker, .instructions = weft_null_str(), .prompt = weft_null_str(),
                     .summary = weft_null_str(), .title = weft_null_str(), .output_schema = weft_null_json()),
              "{\"instructions\":null,\"prompt\":null,\"summary\":null,\"title\":null,\"outputSchema\":null}");
    CHECK_STR(ENCODE(update_worker, .output_schema = weft_null_json()), "{\"outputSchema\":null}");
    CHECK_STR(ENCODE(create_task, .input = "i", .task_id = weft_null_str(), .stream = weft_null_bool()),
              "{\"input\":\"i\",\"taskId\":null,\"stream\":null}");
    CHECK_STR(ENCODE(set_webhook, .url = weft_null_str()), "{\"url\":null}");
    CHECK_STR(ENCODE(set_webhook, .url = weft_some_str("")), "{\"url\":\"\"}");
}

TEST(everything_that_is_set_is_sent)
{
    CHECK_STR(ENCODE(update_worker, .instructions = weft_some_str("i"), .summary = weft_some_str("s"),
                     .title = weft_some_str("t"), .visibility = WEFT_HANDINGER_VISIBILITY_PUBLIC,
                     .output_schema = weft_some_json("{ \"type\" : \"object\" }")),
              "{\"instructions\":\"i\",\"summary\":\"s\",\"title\":\"t\",\"visibility\":\"public\","
              "\"outputSchema\":{ \"type\" : \"object\" }}");
    CHECK_STR(ENCODE(create_task, .input = "<&> \xc3\xa4", .budget = WEFT_HANDINGER_BUDGET_UNLIMITED),
              "{\"input\":\"<&> \xc3\xa4\",\"budget\":\"unlimited\"}");
}

TEST(extra_members_are_added_and_win)
{
    CHECK_STR(ENCODE(create_task, .input = "i", .budget = "low", .extra = "{\"budget\":\"max\",\"deadline\":[1]}"),
              "{\"input\":\"i\",\"budget\":\"max\",\"deadline\":[1]}");
    CHECK_STR(ENCODE(create_worker, .extra = "{\"title\":7}"), "{\"title\":7}");
    CHECK_STR(ENCODE(set_webhook, .url = weft_null_str(), .extra = "{\"events\":[]}"), "{\"url\":null,\"events\":[]}");
    CHECK_STR(ENCODE(create_worker, .extra = "[]"), "");
}

/* ---- What is refused here ---------------------------------------------------------------------------- */

/* Runs `submit` on a client whose server awaits nothing; the message must contain `words`. */
#define CHECK_REFUSED(words, submit)                                                                                   \
    do {                                                                                                               \
        fixture fx;                                                                                                    \
        CHECK(begin(&fx, (fault_script){0}, 0));                                                                       \
        CHECK(finish(&fx, submit));                                                                                    \
        CHECK(fx.error &&fx.error->code == WEFT_E_INVALID && fx.reports + heard.ended == 1);                           \
        CHECK_CONTAINS(fx.error->message, words);                                                                      \
        CHECK_EQ(fault_server_connection_count(fx.server), 0);                                                         \
        CHECK(end(&fx));                                                                                               \
    } while (0)

TEST(a_path_needs_its_ids)
{
    CHECK_REFUSED("missing required workerId parameter",
                  weft_handinger_get_worker(fx.client, "", NULL, NULL, on_handinger_worker, &fx));
    CHECK_REFUSED("missing required workerId parameter",
                  weft_handinger_update_worker(fx.client, NULL, NULL, NULL, on_handinger_worker_template, &fx));
    CHECK_REFUSED("missing required workerId parameter",
                  weft_handinger_delete_worker(fx.client, "", NULL, on_handinger_delete_worker, &fx));
    CHECK_REFUSED("missing required workerId parameter",
                  weft_handinger_get_worker_email(fx.client, "", NULL, on_handinger_worker_email, &fx));
    CHECK_REFUSED("missing required workerId parameter",
                  weft_handinger_create_schedule(fx.client, "", NULL, NULL, on_handinger_schedule, &fx));
    CHECK_REFUSED("missing required workerId parameter",
                  weft_handinger_list_schedules(fx.client, "", NULL, on_handinger_schedule_list, &fx));
    CHECK_REFUSED("missing required workerId parameter",
                  weft_handinger_cancel_schedule(fx.client, "", "", NULL, on_handinger_cancel_schedule, &fx));
    CHECK_REFUSED("missing required scheduleId parameter",
                  weft_handinger_cancel_schedule(fx.client, "w", "", NULL, on_handinger_cancel_schedule, &fx));
    CHECK_REFUSED("missing required workerId parameter",
                  weft_handinger_get_webhook(fx.client, "", NULL, on_handinger_webhook, &fx));
    CHECK_REFUSED("missing required workerId parameter",
                  weft_handinger_set_webhook(fx.client, "", NULL, NULL, on_handinger_webhook, &fx));
    CHECK_REFUSED("missing required workerId parameter",
                  weft_handinger_delete_webhook(fx.client, "", NULL, on_handinger_webhook, &fx));
    CHECK_REFUSED("missing required workerId parameter",
                  weft_handinger_regenerate_webhook_token(fx.client, "", NULL, on_handinger_webhook, &fx));
    CHECK_REFUSED(
        "missing required workerId parameter",
        weft_handinger_list_webhook_executions(fx.client, "", NULL, NULL, on_handinger_webhook_execution_list, &fx));
    CHECK_REFUSED("missing required taskId parameter",
                  weft_handinger_get_task(fx.client, "", NULL, on_handinger_task_with_turns, &fx));
    CHECK_REFUSED("missing required taskId parameter",
                  weft_handinger_wait_task(fx.client, NULL, NULL, NULL, NULL, on_handinger_task_with_turns, &fx));
    CHECK_REFUSED("missing required taskId parameter",
                  weft_handinger_delete_task(fx.client, "", NULL, on_handinger_delete_task, &fx));
    CHECK_REFUSED("task_id: cannot be part of a path",
                  weft_handinger_get_task(fx.client, "..", NULL, on_handinger_task_with_turns, &fx));
}

TEST(a_stream_needs_its_id_and_the_right_function)
{
    weft_handinger_get_worker_options query = {.stream = WEFT_HANDINGER_STREAM_TRUE};
    weft_handinger_create_task_request streaming = {.input = "i", .stream = weft_some_bool(true)};
    fixture fx;

    CHECK(begin(&fx, (fault_script){0}, 0));
    CHECK(finish(&fx, weft_handinger_stream_worker(fx.client, "", NULL, &callbacks, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_INVALID && heard.ended == 1);
    CHECK_CONTAINS(fx.error->message, "missing required workerId parameter");
    CHECK(finish(&fx, weft_handinger_stream_task(fx.client, NULL, NULL, &callbacks, &fx)));
    CHECK_CONTAINS(fx.error->message, "request is required");
    CHECK(finish(&fx, weft_handinger_get_worker(fx.client, "w", &query, NULL, on_handinger_worker, &fx)));
    CHECK_CONTAINS(fx.error->message, "weft_handinger_stream_worker");
    CHECK(finish(&fx, weft_handinger_create_task(fx.client, &streaming, NULL, on_handinger_worker, &fx)));
    CHECK_CONTAINS(fx.error->message, "weft_handinger_stream_task");
    CHECK(end(&fx));
}

static weft_call *schedule(fixture *fx, weft_handinger_when when)
{
    weft_handinger_create_schedule_request request = {.input = "i", .when = when};

    return weft_handinger_create_schedule(fx->client, "w", &request, NULL, on_handinger_schedule, fx);
}

TEST(a_schedule_is_exactly_one_of_four)
{
    weft_handinger_when two = weft_handinger_cron("* * * * *");

    two.interval_s = 60;
    CHECK_REFUSED("more than one of", schedule(&fx, two));
    CHECK_REFUSED("when is required", schedule(&fx, (weft_handinger_when){0}));
    CHECK_REFUSED("when.type is required", schedule(&fx, (weft_handinger_when){.cron = "* * * * *"}));
    CHECK_REFUSED("when.type: must be one of", schedule(&fx, (weft_handinger_when){.type = "lunar"}));
    CHECK_REFUSED("when.date is required", schedule(&fx, weft_handinger_at(NULL)));
    CHECK_REFUSED("when.delay_s is required", schedule(&fx, weft_handinger_after(0)));
    CHECK_REFUSED("when.cron is required", schedule(&fx, weft_handinger_cron(NULL)));
    CHECK_REFUSED("when.interval_s is required", schedule(&fx, weft_handinger_every(0)));
    CHECK_REFUSED("when.cron is required",
                  schedule(&fx, (weft_handinger_when){.type = WEFT_HANDINGER_SCHEDULE_CRON, .interval_s = 5}));
}

TEST(a_schedule_of_the_future_can_be_asked_for_by_extra)
{
    static const script_step steps[] = {
        EXPECT("POST /api/workers/w/schedules HTTP/1.1\r\n"),
        AND_BODY("{\"input\":\"i\",\"when\":{\"type\":\"lunar\"}}"),
        ANSWER("200 OK", "{\"type\":\"lunar\"}"),
    };
    weft_handinger_create_schedule_request request = {.input = "i", .extra = "{\"when\":{\"type\":\"lunar\"}}"};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_handinger_create_schedule(fx.client, "w", &request, NULL, on_handinger_schedule, &fx)));
    CHECK(!fx.error);
    CHECK(end(&fx));
}

TEST(requests_need_what_cannot_be_left_out)
{
    weft_handinger_create_schedule_request no_input = {.when = weft_handinger_every(60)};
    weft_handinger_set_webhook_request no_url = {.extra = NULL};
    weft_handinger_list_webhook_executions_options null_page = {.page = weft_null_int64()};
    weft_handinger_create_worker_request bad_schema = {.output_schema = weft_some_json("{")};

    CHECK_REFUSED("request is required", weft_handinger_create_task(fx.client, NULL, NULL, on_handinger_worker, &fx));
    CHECK_REFUSED("input is required",
                  weft_handinger_create_task(fx.client, &(weft_handinger_create_task_request){.budget = "low"}, NULL,
                                             on_handinger_worker, &fx));
    CHECK_REFUSED("input is required",
                  weft_handinger_create_schedule(fx.client, "w", &no_input, NULL, on_handinger_schedule, &fx));
    CHECK_REFUSED("request is required",
                  weft_handinger_update_worker(fx.client, "w", NULL, NULL, on_handinger_worker_template, &fx));
    CHECK_REFUSED("url is required",
                  weft_handinger_set_webhook(fx.client, "w", &no_url, NULL, on_handinger_webhook, &fx));
    CHECK_REFUSED("page: cannot be null",
                  weft_handinger_list_webhook_executions(fx.client, "w", &null_page, NULL,
                                                         on_handinger_webhook_execution_list, &fx));
    CHECK_REFUSED("each is required", weft_handinger_each_webhook_execution(fx.client, "w", NULL, NULL, NULL,
                                                                            on_handinger_webhook_execution_list, &fx));
    CHECK_REFUSED("outputSchema",
                  weft_handinger_create_worker(fx.client, &bad_schema, NULL, on_handinger_worker_template, &fx));
}

static weft_call *with_files(fixture *fx, weft_handinger_create_task_request request)
{
    static const weft_handinger_file file = {.bytes = "x", .bytes_len = 1};

    request.input = "i";
    request.files = request.files ? request.files : &file;
    request.files_count = 1;
    return weft_handinger_create_task(fx->client, &request, NULL, on_handinger_worker, fx);
}

TEST(a_form_cannot_say_everything)
{
    static const weft_handinger_file neither = {.name = "n"}, both = {.path = "p", .bytes = "b"};
    static const weft_handinger_file injecting = {.bytes = "x", .bytes_len = 1, .name = "a\r\nb"};
    typedef weft_handinger_create_task_request request;

    CHECK_REFUSED("extra: cannot", with_files(&fx, (request){.extra = "{}"}));
    CHECK_REFUSED("task_id: cannot be null", with_files(&fx, (request){.task_id = weft_null_str()}));
    CHECK_REFUSED("worker_id: cannot be null", with_files(&fx, (request){.worker_id = weft_null_str()}));
    CHECK_REFUSED("stream: cannot be null", with_files(&fx, (request){.stream = weft_null_bool()}));
    CHECK_REFUSED("files: each needs exactly one", with_files(&fx, (request){.files = &neither}));
    CHECK_REFUSED("files: each needs exactly one", with_files(&fx, (request){.files = &both}));
    CHECK_REFUSED("file_name contains control characters", with_files(&fx, (request){.files = &injecting}));
    CHECK_REFUSED("files is required", weft_handinger_create_task(fx.client, &(request){.input = "i", .files_count = 1},
                                                                  NULL, on_handinger_worker, &fx));
}

TEST(another_services_client_is_refused)
{
    weft_client *stromboli;
    fixture fx;

    CHECK(begin(&fx, (fault_script){0}, 0));
    stromboli = weft_stromboli_client(fx.engine, &(weft_client_options){.base_url = fault_server_url(fx.server)}, NULL);
    CHECK(finish(&fx, weft_handinger_get_task(stromboli, "t", NULL, on_handinger_task_with_turns, &fx)));
    CHECK_CONTAINS(fx.error->message, "not one of Handinger");
    CHECK(finish(&fx, weft_handinger_create_task(stromboli, &(weft_handinger_create_task_request){.input = "i"}, NULL,
                                                 on_handinger_worker, &fx)));
    CHECK_CONTAINS(fx.error->message, "not one of Handinger");
    CHECK(finish(&fx, weft_handinger_wait_task(stromboli, "t", NULL, NULL, NULL, on_handinger_task_with_turns, &fx)));
    CHECK_CONTAINS(fx.error->message, "not one of Handinger");
    CHECK(finish(&fx, weft_handinger_stream_worker(stromboli, "w", NULL, &callbacks, &fx)));
    CHECK_CONTAINS(fx.error->message, "not one of Handinger");
    CHECK(end(&fx));
}

/* ---- What a client takes from the environment -------------------------------------------------------- */

TEST(the_environment_fills_in_what_is_left_empty)
{
    static const script_step steps[] = {
        EXPECT("GET /below/api/tasks/t HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer hdg_live_env\r\n"),
        AND_CONTAINS("\r\nX-One: 1\r\n"),
        AND_CONTAINS("\r\nX-Two: two: and more\r\n"),
        AND_CONTAINS("\r\nx-three: mine\r\n"),
        AND_LACKS("theirs"),
        ANSWER("200 OK", "{}"),
    };
    weft_pair mine = {"x-three", "mine"};
    weft_client *client;
    char url[128];
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    snprintf(url, sizeof(url), "%s/below", fault_server_url(fx.server));
    setenv("HANDINGER_API_KEY", "hdg_live_env", 1);
    setenv("HANDINGER_BASE_URL", url, 1);
    setenv("HANDINGER_CUSTOM_HEADERS", "X-One:1\n\nno header\r\nX-Two:  two: and more \r\nX-Three: theirs", 1);
    client = weft_handinger_client(fx.engine, &(weft_client_options){.headers = &mine, .headers_count = 1}, NULL);
    CHECK(client);
    CHECK(finish(&fx, weft_handinger_get_task(client, "t", NULL, on_handinger_task_with_turns, &fx)));
    CHECK(!fx.error);
    CHECK(end(&fx));
}

TEST(options_win_over_the_environment)
{
    static const script_step steps[] = {
        EXPECT("GET /api/tasks/t HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer hdg_live_mine\r\n"),
        ANSWER("200 OK", "{}"),
    };
    weft_client *client;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    setenv("HANDINGER_API_KEY", "hdg_live_env", 1);
    setenv("HANDINGER_BASE_URL", "http://127.0.0.1:1/", 1);
    client = weft_handinger_client(
        fx.engine, &(weft_client_options){.base_url = fault_server_url(fx.server), .token = "hdg_live_mine"}, NULL);
    CHECK(client);
    CHECK(finish(&fx, weft_handinger_get_task(client, "t", NULL, on_handinger_task_with_turns, &fx)));
    CHECK(!fx.error);
    CHECK(end(&fx));
}

TEST(without_a_key_requests_go_without_one)
{
    static const script_step steps[] = {EXPECT("GET /api/tasks/t HTTP/1.1\r\n"), AND_LACKS("Authorization"),
                                        ANSWER("200 OK", "{}")};
    weft_client *client;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    client = weft_handinger_client(fx.engine, &(weft_client_options){.base_url = fault_server_url(fx.server)}, NULL);
    CHECK(client);
    CHECK(finish(&fx, weft_handinger_get_task(client, "t", NULL, on_handinger_task_with_turns, &fx)));
    CHECK(!fx.error);
    CHECK(end(&fx));
}

TEST(a_bad_environment_makes_no_client)
{
    weft_error_info info = {.code = WEFT_OK};
    fixture fx;

    CHECK(begin(&fx, (fault_script){0}, 0));
    setenv("HANDINGER_CUSTOM_HEADERS", "Content-Length: 5", 1);
    CHECK(!weft_handinger_client(fx.engine, NULL, &info));
    CHECK_EQ(info.code, WEFT_E_INVALID);
    CHECK_CONTAINS(info.message, "HANDINGER_CUSTOM_HEADERS: line 1: weft frames the body by itself");
    unsetenv("HANDINGER_CUSTOM_HEADERS");
    setenv("HANDINGER_API_KEY", "hdg_live_1\n", 1); /* as `cat` gives it */
    CHECK(!weft_handinger_client(fx.engine, NULL, &info));
    CHECK_EQ(info.code, WEFT_E_INVALID);
    CHECK_CONTAINS(info.message, "HANDINGER_API_KEY ends in a line break");
    CHECK(!strstr(info.message, "hdg_live_1"));
    unsetenv("HANDINGER_API_KEY");
    CHECK(!weft_handinger_client(fx.engine, &(weft_client_options){.token = "t\n"}, &info));
    CHECK_CONTAINS(info.message, "token ends in a line break");
    setenv("HANDINGER_BASE_URL", "ftp://handinger.com", 1);
    CHECK(!weft_handinger_client(fx.engine, NULL, &info));
    CHECK_EQ(info.code, WEFT_E_INVALID);
    CHECK_CONTAINS(info.message, "Handinger: HANDINGER_BASE_URL: ");
    unsetenv("HANDINGER_BASE_URL");
    CHECK(end(&fx));
}

/* ---- Options of a client, and of one call ------------------------------------------------------------ */

TEST(a_calls_headers_take_the_place_of_the_clients)
{
    static const script_step steps[] = {
        EXPECT("GET /api/tasks/t HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nauthorization: Bearer other\r\n"),
        AND_LACKS("hdg_live_x"),
        AND_CONTAINS("\r\nX-One: call\r\n"),
        AND_LACKS("X-One: client"),
        AND_CONTAINS("\r\nX-Two: client\r\n"),
        AND_CONTAINS("\r\nuser-agent: mine\r\n"),
        AND_LACKS("User-Agent: weft"),
        ANSWER("200 OK", "{}"),
    };
    static const script_step usual[] = {
        EXPECT("GET /api/tasks/t HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer hdg_live_x\r\n"),
        AND_CONTAINS("\r\nX-One: client\r\n"),
        ANSWER("200 OK", "{}"),
    };
    weft_pair clients[] = {{"X-One", "client"}, {"X-Two", "client"}, {"user-agent", "mine"}};
    weft_pair calls[] = {{"X-One", "call"}, {"authorization", "Bearer other"}};
    weft_call_options options = {.headers = calls, .headers_count = 2};
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(steps), 1, &(weft_client_options){.headers = clients, .headers_count = 3}));
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "t", &options, on_handinger_task_with_turns, &fx)));
    CHECK(!fx.error);
    fault_server_play(fx.server, SCRIPT(usual), 1);
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "t", NULL, on_handinger_task_with_turns, &fx)));
    CHECK(!fx.error);
    CHECK(end(&fx));
}

TEST(query_parameters_of_client_and_call_are_added)
{
    static const script_step steps[] = {
        EXPECT("GET /api/workers/w?stream=false&team=a%26b&v=1&v=2 HTTP/1.1\r\n"),
        ANSWER("200 OK", "{}"),
    };
    static const script_step plain[] = {EXPECT("GET /api/tasks/t?team=a%26b&v=1 HTTP/1.1\r\n"), ANSWER("200 OK", "{}")};
    weft_pair clients[] = {{"team", "a&b"}, {"v", "1"}}, calls[] = {{"v", "2"}}, bad[] = {{"v", NULL}};
    weft_handinger_get_worker_options query = {.stream = WEFT_HANDINGER_STREAM_FALSE};
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(steps), 1, &(weft_client_options){.query = clients, .query_count = 2}));
    CHECK(finish(&fx, weft_handinger_get_worker(fx.client, "w", &query,
                                                &(weft_call_options){.query = calls, .query_count = 1},
                                                on_handinger_worker, &fx)));
    CHECK(!fx.error);
    fault_server_play(fx.server, SCRIPT(plain), 1);
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "t", NULL, on_handinger_task_with_turns, &fx)));
    CHECK(!fx.error);
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "t", &(weft_call_options){.query = bad, .query_count = 1},
                                              on_handinger_task_with_turns, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_INVALID);
    CHECK_CONTAINS(fx.error->message, "query[0]");
    CHECK(!weft_handinger_client(fx.engine, &(weft_client_options){.query = bad, .query_count = 1}, NULL));
    CHECK(end(&fx));
}

TEST(a_redirect_is_not_given_the_clients_query_again)
{
    static const script_step moved[] = {
        EXPECT("GET /api/tasks/t?v=1 HTTP/1.1\r\n"),
        ANSWER_WITH("302 Found", "Location: /api/tasks/u?v=1\r\n", ""),
    };
    static const script_step found[] = {EXPECT("GET /api/tasks/u?v=1 HTTP/1.1\r\n"), ANSWER("200 OK", "{}")};
    weft_pair clients[] = {{"v", "1"}};
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(moved), 1, &(weft_client_options){.query = clients, .query_count = 1}));
    fault_server_play(fx.server, SCRIPT(found), 1);
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "t", NULL, on_handinger_task_with_turns, &fx)));
    CHECK(!fx.error);
    CHECK(end(&fx));
}

/* ---- What has no function of its own ----------------------------------------------------------------- */

TEST(other_endpoints_are_asked_with_the_same_client)
{
    static const script_step steps[] = {
        EXPECT("GET /api/tasks?limit=5 HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer hdg_live_x\r\n"),
        AND_CONTAINS("\r\nX-Stainless-Retry-Count: 0\r\n"),
        REFUSE("500 Oops", ""),
    };
    static const script_step again[] = {EXPECT("GET /api/tasks?limit=5 HTTP/1.1\r\n"),
                                        ANSWER("200 OK", "{\"items\":[]}")};
    weft_pair limit = {"limit", "5"};
    weft_http_request request = {.method = "GET", .path = "/api/tasks", .query = &limit, .query_count = 1};
    const weft_http_response *response;
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(steps), 1, &(weft_client_options){.retries.first_backoff_ms = 1}));
    fault_server_play(fx.server, SCRIPT(again), 1);
    CHECK(finish(&fx, weft_http_send(fx.client, &request, NULL, on_http, &fx)));
    response = fx.result;
    CHECK(!fx.error && is(response->body, "{\"items\":[]}"));
    CHECK_EQ(weft_object_get(&response->object, "items").len, 2);
    CHECK(end(&fx));
}
