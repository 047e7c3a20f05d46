/* Operations by their names: weft/operation.h. */
#include <stdlib.h>

#include "client_rig.h"
#include "test.h"

typedef struct answer {
    call_outcome outcome;
    char json[256];
    char text[64];
    bool is_told; /* a result that is not NULL */
} answer;

static void on_answer(weft_call *call, const weft_error *error, const weft_operation_result *result, void *arg)
{
    answer *it = arg;

    it->is_told = result != NULL;
    if (result && result->json.ptr)
        snprintf(it->json, sizeof(it->json), "%.*s", (int)result->json.len, result->json.ptr);
    if (result && result->text.ptr)
        snprintf(it->text, sizeof(it->text), "%s", result->text.ptr);
    on_outcome(call, error, result, &it->outcome);
}

/* Submits to a server that plays the script once, which may be empty, and waits for the end. */
static bool ask(answer *it, fault_script script, const char *name, const char *arguments)
{
    client_rig rig;

    memset(it, 0, sizeof(*it));
    if (!rig_open(&rig, NULL, NULL))
        return false;
    if (script.count)
        fault_server_play(rig.server, script, 1);
    return weft_operation_submit(rig.client, name, arguments, NULL, on_answer, it) && rig_run(&rig) &&
           it->outcome.count == 1 && rig_end(&rig);
}

static const fault_script silence = {NULL, 0};

#define REFUSES(name, arguments, words)                                                                                \
    do {                                                                                                               \
        answer it_;                                                                                                    \
                                                                                                                       \
        CHECK(ask(&it_, silence, (name), (arguments)));                                                                \
        CHECK_EQ(it_.outcome.code, WEFT_E_INVALID);                                                                    \
        CHECK_CONTAINS(it_.outcome.message, (words));                                                                  \
        CHECK(!it_.is_told);                                                                                           \
    } while (0)

TEST(arguments_go_where_the_operation_has_them)
{
    static const script_step steps[] = {
        EXPECT("GET /sessions/s%201/messages?limit=5&offset=7 HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"messages\":[]}"),
    };
    answer it;

    CHECK(ask(&it, SCRIPT(steps), "ListMessages", "{\"offset\":7,\"id\":\"s 1\",\"limit\":5}"));
    CHECK_EQ(it.outcome.code, WEFT_OK);
    CHECK_STR(it.json, "{\"messages\":[]}");
    CHECK_STR(it.text, "");
}

TEST(body_is_of_what_has_no_other_place_and_of_what_a_later_server_may_know)
{
    static const script_step steps[] = {
        EXPECT("{\"prompt\":\"hi\",\"podman\":{\"timeout\":\"5m\",\"hugepages\":2},\"brand_new\":true}"),
        SEND("HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{\"job_id\":\"j-1\"}"),
    };
    answer it;

    CHECK(ask(&it, SCRIPT(steps), "RunAsync",
              "{\"brand_new\":true,\"podman\":{\"hugepages\":2,\"timeout\":\"5m\"},\"prompt\":\"hi\"}"));
    CHECK_EQ(it.outcome.code, WEFT_OK);
    CHECK_STR(it.json, "{\"job_id\":\"j-1\"}");
}

TEST(operation_that_takes_nothing_needs_no_arguments_and_a_text_is_told_as_one)
{
    static const script_step steps[] = {EXPECT("GET /metrics HTTP/1.1\r\n"), SEND(ANSWER_OK)};
    answer it;

    CHECK(ask(&it, SCRIPT(steps), "GetMetrics", NULL));
    CHECK_EQ(it.outcome.code, WEFT_OK);
    CHECK_STR(it.text, "ok");
    CHECK_STR(it.json, "");
}

TEST(failure_of_the_server_is_told_as_to_the_typed_function)
{
    static const script_step steps[] = {
        EXPECT("GET /jobs/j HTTP/1.1\r\n"),
        SEND("HTTP/1.1 404 Not Found\r\nContent-Length: 25\r\n\r\n{\"error\":\"job not found\"}\n"),
    };
    answer it;

    CHECK(ask(&it, SCRIPT(steps), "GetJob", "{\"id\":\"j\"}"));
    CHECK_EQ(it.outcome.code, WEFT_E_NOT_FOUND);
    CHECK_CONTAINS(it.outcome.message, "cannot get the job");
    CHECK(!it.is_told);
}

TEST(name_that_the_service_has_not_is_refused)
{
    REFUSES("CreateSandbox", "{}", "Stromboli has no operation \"CreateSandbox\"");
    REFUSES(NULL, "{}", "Stromboli has no operation \"\"");
    REFUSES("run", "{}", "no operation \"run\"");
}

TEST(arguments_that_are_no_object_are_refused)
{
    REFUSES("Run", "{\"prompt\":", "not JSON");
    REFUSES("Run", "[]", "the arguments are no JSON object");
    REFUSES("Run", "", "not JSON");
    REFUSES("Run", "{\"prompt\":\"\xff\"}", "not JSON");
}

TEST(member_without_a_place_is_refused_and_a_slip_of_the_hand_is_named)
{
    REFUSES("GetJob", "{\"id\":\"j\",\"verbose\":true}", "verbose: no such argument of GetJob");
    REFUSES("ListMessages", "{\"id\":\"s\",\"limti\":3}",
            "limti: no such argument of ListMessages; is \"limit\" meant?");
    REFUSES("Run", "{\"promt\":\"hi\",\"prompt\":\"hi\"}", "promt: no such argument of Run; is \"prompt\" meant?");
    REFUSES("Run", "{\"prompt\":\"hi\",\"podman\":{\"timout\":\"1m\"}}", "podman.timout: no such argument of Run");
}

TEST(member_of_the_wrong_kind_is_refused_by_its_name)
{
    REFUSES("Run", "{\"prompt\":7}", "prompt");
    REFUSES("ListMessages", "{\"id\":\"s\",\"limit\":\"many\"}", "limit");
    REFUSES("ListMessages", "{\"id\":\"s\",\"limit\":-1}", "limit cannot be negative");
    REFUSES("GetJob", "{\"id\":{}}", "id: expected a string");
    REFUSES("GetJob", "{\"id\":\"a\\u0000b\"}", "id: has a NUL character");
}

TEST(what_is_missing_is_refused_by_its_name)
{
    REFUSES("GetJob", NULL, "id: is required");
    REFUSES("GetJob", "{\"id\":null}", "id: is required");
    REFUSES("GetJob", "{\"id\":\"\"}", "id: is required");
    REFUSES("Run", "{}", "prompt is required");
    REFUSES("SearchImages", "{\"limit\":3}", "search query is required");
}

TEST(what_the_typed_function_refuses_is_refused_in_the_same_words)
{
    call_outcome typed = {0};
    client_rig rig;
    answer it;

    CHECK(rig_open(&rig, NULL, NULL));
    weft_stromboli_run(rig.client,
                       &(weft_stromboli_run_request){
                           .prompt = "hi", .claude = &(weft_stromboli_claude_options){.json_schema = "{\"a\":1}"}},
                       NULL, on_stromboli_run_outcome, &typed);
    CHECK(rig_run(&rig) && rig_end(&rig));
    CHECK(ask(&it, silence, "Run", "{\"prompt\":\"hi\",\"claude\":{\"json_schema\":\"{\\\"a\\\":1}\"}}"));
    CHECK_EQ(typed.code, WEFT_E_INVALID);
    CHECK_EQ(it.outcome.code, WEFT_E_INVALID);
    CHECK_STR(strstr(it.outcome.message, "invalid JSON schema"), strstr(typed.message, "invalid JSON schema"));
}

TEST(call_without_a_token_that_needs_one_is_refused_as_unauthorized)
{
    answer it;

    CHECK(ask(&it, silence, "LogOut", NULL));
    CHECK_EQ(it.outcome.code, WEFT_E_UNAUTHORIZED);
}

/* ---- streams ------------------------------------------------------------------------------------------- */

TEST(stream_is_opened_by_its_name)
{
    static const script_step steps[] = {
        EXPECT("GET /run/stream?prompt=hi&workdir=%2Fw HTTP/1.1\r\n"),
        SEND(ANSWER_EVENTS "data: line\n\nevent: done\ndata: {\"status\":\"completed\"}\n\n"),
        CLOSE(),
    };
    stream_log heard = {0};
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    heard.stream = weft_operation_stream(rig.client, "Stream", "{\"prompt\":\"hi\",\"workdir\":\"/w\"}", NULL,
                                         rig_stream_callbacks(), &heard);
    CHECK(heard.stream && rig_run(&rig));
    CHECK_EQ(heard.code, WEFT_OK);
    CHECK_EQ(heard.events, 2);
    CHECK(rig_end(&rig));
}

TEST(stream_and_call_are_not_taken_for_each_other)
{
    stream_log heard = {0};
    client_rig rig;
    answer it;

    CHECK(ask(&it, silence, "Stream", "{\"prompt\":\"hi\"}"));
    CHECK_EQ(it.outcome.code, WEFT_E_UNSUPPORTED);
    CHECK_CONTAINS(it.outcome.message, "use weft_operation_stream");
    CHECK(rig_open(&rig, NULL, NULL));
    CHECK(weft_operation_stream(rig.client, "Run", "{\"prompt\":\"hi\"}", NULL, rig_stream_callbacks(), &heard));
    CHECK(rig_run(&rig));
    CHECK_EQ(heard.code, WEFT_E_UNSUPPORTED);
    CHECK_CONTAINS(heard.message, "use weft_operation_submit");
    CHECK(rig_end(&rig));
}

/* Handinger's worker and task are the same operations with and without events. */
TEST(operation_that_may_stream_does_where_its_arguments_ask_for_it)
{
    static const script_step steps[] = {
        EXPECT("GET /api/workers/w?stream=true HTTP/1.1\r\n"),
        SEND(ANSWER_EVENTS "data: {\"type\":\"a\"}\n\ndata: [DONE]\n\n"),
        CLOSE(),
    };
    weft_client *handinger;
    stream_log heard = {0};
    weft_error_info error;
    client_rig rig;
    char url[64];

    CHECK(rig_open(&rig, NULL, NULL));
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", fault_server_port(rig.server));
    handinger = weft_handinger_client(rig.engine, &(weft_client_options){.base_url = url, .token = "k"}, NULL);
    CHECK(handinger);
    fault_server_play(rig.server, SCRIPT(steps), 1);
    CHECK(weft_operation_stream(handinger, "GetWorker", "{\"workerId\":\"w\",\"stream\":\"true\"}", NULL,
                                rig_stream_callbacks(), &heard));
    CHECK(rig_run(&rig));
    CHECK_EQ(heard.code, WEFT_OK);
    CHECK(heard.events >= 1);
    CHECK(!weft_operation_check(handinger, "GetWebhook", "{\"workerId\":\"\"}", &error));
    CHECK(rig_end(&rig));
}

/* ---- without sending ----------------------------------------------------------------------------------- */

TEST(check_says_what_submitting_would_and_sends_nothing)
{
    weft_error_info error = {0};
    weft_engine_stats before, after;
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    before = rig_stats(&rig);
    CHECK(weft_operation_check(rig.client, "Run", "{\"prompt\":\"hi\"}", &error));
    CHECK(weft_operation_check(rig.client, "Stream", "{\"prompt\":\"hi\"}", NULL));
    CHECK(!weft_operation_check(rig.client, "Run", "{}", &error));
    CHECK_EQ(error.code, WEFT_E_INVALID);
    CHECK_CONTAINS(error.message, "prompt is required");
    CHECK(!weft_operation_check(rig.client, "GetJob", "{\"id\":\"..\"}", &error));
    CHECK_CONTAINS(error.message, "cannot be part of a path");
    CHECK(!weft_operation_check(rig.client, "Nothing", "{}", &error));
    CHECK(!weft_operation_check(NULL, "Run", "{}", &error));
    CHECK_STR(error.message, "the client is NULL");
    after = rig_stats(&rig);
    CHECK_EQ(after.calls_started, before.calls_started);
    CHECK_EQ(after.calls_failed, before.calls_failed);
    CHECK_EQ(fault_server_connection_count(rig.server), 0);
    CHECK(rig_end(&rig));
}

/* ---- the walk ------------------------------------------------------------------------------------------ */

TEST(walk_shows_each_operation_with_its_parameters)
{
    weft_operation operation;
    weft_parameter parameter;
    unsigned run = 0, messages = 0;

    for (size_t i = 0; weft_operation_get_at(i, &operation); i++) {
        CHECK(*operation.service && *operation.name && *operation.label && *operation.method && *operation.path);
        if (strcmp(operation.name, "Run") == 0 && strcmp(operation.service, "Stromboli") == 0) {
            CHECK(!operation.repeatable && !operation.is_stream && !operation.moves_files);
            CHECK(weft_operation_get_parameter_at(i, 0, &parameter));
            CHECK_STR(parameter.name, "prompt");
            CHECK(parameter.place == WEFT_PARAMETER_PLACE_BODY && parameter.kind == WEFT_PARAMETER_KIND_TEXT);
            run++;
        }
        if (strcmp(operation.path, "/sessions/{id}/messages") == 0) {
            CHECK(operation.repeatable);
            CHECK(weft_operation_get_parameter_at(i, 0, &parameter));
            CHECK_STR(parameter.name, "id");
            CHECK(parameter.place == WEFT_PARAMETER_PLACE_PATH && parameter.required);
            CHECK(weft_operation_get_parameter_at(i, 2, &parameter));
            CHECK_STR(parameter.name, "offset");
            CHECK(parameter.place == WEFT_PARAMETER_PLACE_QUERY && parameter.kind == WEFT_PARAMETER_KIND_INTEGER);
            CHECK(!weft_operation_get_parameter_at(i, 3, &parameter));
            messages++;
        }
    }
    CHECK(run == 1 && messages == 1);
    CHECK(!weft_operation_get_at(weft_operation_get_count(), &operation));
    CHECK(!weft_operation_get_parameter_at(weft_operation_get_count(), 0, &parameter));
}

/* Two of one name in one object could not be told apart. */
TEST(no_operation_has_two_parameters_of_one_name)
{
    weft_parameter one, other;

    for (size_t i = 0; i < weft_operation_get_count(); i++)
        for (size_t a = 0; weft_operation_get_parameter_at(i, a, &one); a++)
            for (size_t b = a + 1; weft_operation_get_parameter_at(i, b, &other); b++)
                if (strcmp(one.name, other.name) == 0) {
                    weft_operation operation;

                    weft_operation_get_at(i, &operation);
                    test_fail(__FILE__, __LINE__, "%s of %s: %s", operation.name, operation.service, one.name);
                }
}

TEST(no_service_has_two_operations_of_one_name)
{
    weft_operation one, other;

    for (size_t a = 0; weft_operation_get_at(a, &one); a++)
        for (size_t b = a + 1; weft_operation_get_at(b, &other); b++)
            if (strcmp(one.service, other.service) == 0 && strcmp(one.name, other.name) == 0)
                test_fail(__FILE__, __LINE__, "%s of %s", one.name, one.service);
}

/* "RunAsync" of Stromboli as "weft_stromboli_run_async(". */
static void function_of(const weft_operation *operation, char *text, size_t size)
{
    static const char *const services[] = {"Stromboli", "Skillbox", "Handinger", "agentserver"};
    size_t len;

    for (size_t i = 0; i < 4; i++)
        if (strncmp(operation->service, services[i], strlen(services[i])) == 0)
            snprintf(text, size, "weft_%s", services[i]);
    len = strlen(text);
    for (const char *at = operation->name; *at && len + 3 < size; at++) {
        if (*at >= 'A' && *at <= 'Z')
            text[len++] = '_';
        text[len++] = *at;
    }
    text[len++] = '(';
    text[len] = '\0';
    for (char *at = text; *at; at++)
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
}

static bool stands_in_a_header(const char *function)
{
    static const char *const headers[] = {"stromboli",
                                          "skillbox",
                                          "handinger",
                                          "agentserver_admin",
                                          "agentserver_agents",
                                          "agentserver_gateways",
                                          "agentserver_integrations",
                                          "agentserver_workspaces"};
    bool found = false;

    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]) && !found; i++) {
        char path[64], *text;
        size_t len;

        snprintf(path, sizeof(path), "include/weft/%s.h", headers[i]);
        text = test_read_file(test_source_path(path), &len);
        found = text && strstr(text, function);
        free(text);
    }
    return found;
}

TEST(every_operation_has_the_name_of_its_function)
{
    weft_operation operation;

    for (size_t i = 0; weft_operation_get_at(i, &operation); i++) {
        char function[128] = "";

        function_of(&operation, function, sizeof(function));
        if (!stands_in_a_header(function))
            test_fail(__FILE__, __LINE__, "%s of %s: there is no %s", operation.name, operation.service, function);
    }
}
