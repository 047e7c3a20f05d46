/* Every way in which Skillbox says no, and what is refused before it is asked. */
#include "skillbox_fixture.h"
#include "message_ends.h"

#include <stdio.h>

#include "service/skillbox_operations.h"

typedef weft_call *submit_fn(fixture *fx);

static weft_call *submit_run(fixture *fx)
{
    return weft_skillbox_run(fx->client, &(weft_skillbox_run_request){.skill = "s"}, NULL, on_skillbox_execution, fx);
}

static weft_call *submit_list(fixture *fx)
{
    return weft_skillbox_list_skills(fx->client, NULL, NULL, on_skillbox_skill_list, fx);
}

static weft_call *submit_health(fixture *fx)
{
    return weft_skillbox_get_health(fx->client, NULL, on_done, fx);
}

static weft_call *submit_ready(fixture *fx)
{
    return weft_skillbox_get_readiness(fx->client, NULL, on_skillbox_readiness, fx);
}

static weft_call *submit_execution(fixture *fx)
{
    return weft_skillbox_get_execution(fx->client, "550e", NULL, on_skillbox_execution, fx);
}

static weft_call *submit_register(fixture *fx)
{
    return weft_skillbox_register_skill(fx->client, &(weft_skillbox_upload){.bytes = "PK", .bytes_len = 2}, NULL,
                                        on_skillbox_accepted_skill, fx);
}

typedef struct failure {
    const char *answer; /* from after "HTTP/1.1 " on */
    submit_fn *submit;
    weft_code code;
    int status;
    const char *server_code; /* or NULL */
    const char *message;     /* how it ends */
} failure;

#define JSON(status, body) status "\r\nContent-Type: application/json; charset=utf-8\r\n\r\n" body
#define PLAIN(status, body) status "\r\nContent-Type: text/plain\r\n\r\n" body

static const failure failures[] = {
    {JSON("400 Bad Request", "{\"error\":\"bad_request\",\"message\":\"'skill' is required\"}"), submit_run,
     WEFT_E_BAD_REQUEST, 400, "bad_request", "400 Bad Request: 'skill' is required"},
    {JSON("404 Not Found", "{\"error\":\"not_found\",\"message\":\"skill not found: data-analysis@latest\"}"),
     submit_run, WEFT_E_NOT_FOUND, 404, "not_found", ": skill not found: data-analysis@latest"},
    {JSON("409 Conflict", "{\"error\":\"skill_not_available\",\"message\":\"runner: skill not available (status: "
                          "review)\"}"),
     submit_run, WEFT_E_CONFLICT, 409, "skill_not_available", "(status: review)"},
    {JSON("500 Internal Server Error", "{\"execution_id\":\"\",\"status\":\"failed\",\"duration_ms\":0,\"error\":"
                                       "\"creating execution record: connection refused\"}"),
     submit_run, WEFT_E_EXECUTION_FAILED, 500, NULL, ": creating execution record: connection refused"},
    {JSON("504 Gateway Timeout", "{\"error\":\"timeout\",\"message\":\"execution timed out\"}"), submit_run,
     WEFT_E_SERVER_ERROR, 504, "timeout", ": execution timed out"},
    {JSON("401 Unauthorized", "{\"error\":\"unauthorized\",\"message\":\"missing Authorization header\"}"), submit_list,
     WEFT_E_UNAUTHORIZED, 401, "unauthorized", ": missing Authorization header"},
    {JSON("403 Forbidden", "{\"error\":\"forbidden\",\"message\":\"X-Tenant-ID header does not match the API key's "
                           "tenant\"}"),
     submit_list, WEFT_E_FORBIDDEN, 403, "forbidden", "does not match the API key's tenant"},
    {JSON("500 Internal Server Error", "{\"error\":\"internal_error\",\"message\":\"failed to retrieve execution\"}"),
     submit_execution, WEFT_E_SERVER_ERROR, 500, "internal_error", ": failed to retrieve execution"},
    {JSON("422 Unprocessable Entity", "{\"error\":\"security_scan_failed\",\"message\":\"upload rejected by security "
                                      "scan\",\"details\":{\"categories\":[\"zip_bomb\"]}}"),
     submit_register, WEFT_E_UNPROCESSABLE, 422, "security_scan_failed", ": upload rejected by security scan"},
    {JSON("413 Request Entity Too Large",
          "{\"error\":\"too_large\",\"message\":\"skill zip exceeds maximum allowed size\"}"),
     submit_register, WEFT_E_REQUEST_FAILED, 413, "too_large", ": skill zip exceeds maximum allowed size"},
    {JSON("503 Service Unavailable", "{\"error\":\"unavailable\",\"message\":\"database down\"}"), submit_health,
     WEFT_E_UNAVAILABLE, 503, "unavailable", ": database down"},
    {JSON("503 Service Unavailable", "{\"status\":\"not_ready\",\"checks\":{\"postgres\":\"refused\"}}"), submit_ready,
     WEFT_E_UNAVAILABLE, 503, NULL, ": not_ready: {\"postgres\":\"refused\"}"},
    {JSON("503 Service Unavailable", "{\"status\":\"not_ready\",\"db\":\"unreachable\"}"), submit_ready,
     WEFT_E_UNAVAILABLE, 503, NULL, ": not_ready: \"unreachable\""},
    /* What is no error of the service's own. */
    {PLAIN("500 Internal Server Error", " internal server error\n"), submit_list, WEFT_E_SERVER_ERROR, 500, NULL,
     "500 Internal Server Error: internal server error"},
    {PLAIN("404 Not Found", "404 page not found\n"), submit_list, WEFT_E_NOT_FOUND, 404, NULL, ": 404 page not found"},
    {PLAIN("502 Bad Gateway", ""), submit_list, WEFT_E_SERVER_ERROR, 502, NULL, "502 Bad Gateway"},
    {PLAIN("500 Internal Server Error", "null"), submit_list, WEFT_E_SERVER_ERROR, 500, NULL,
     "500 Internal Server Error"},
    {JSON("401 Unauthorized", "{\"error\":\"unauthorized\"}"), submit_list, WEFT_E_UNAUTHORIZED, 401, "unauthorized",
     ": unauthorized"},
    {JSON("422 Unprocessable Entity", "{\"message\":\"only words\"}"), submit_list, WEFT_E_UNPROCESSABLE, 422, NULL,
     ": only words"},
    {JSON("400 Bad Request", "{\"error\":{\"code\":7}}"), submit_list, WEFT_E_BAD_REQUEST, 400, NULL,
     ": {\"error\":{\"code\":7}}"},
    {JSON("400 Bad Request", "[\"a\"]"), submit_list, WEFT_E_BAD_REQUEST, 400, NULL, ": [\"a\"]"},
    {JSON("400 Bad Request", "{\"error\":\"cut"), submit_list, WEFT_E_BAD_REQUEST, 400, NULL, ": {\"error\":\"cut"},
};

TEST(every_failure_has_its_code_its_word_and_its_sentence)
{
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        const failure *expected = &failures[i];
        script_step steps[] = {
            EXPECT("HTTP/1.1\r\n"),
            SEND("HTTP/1.1 "),
            SEND_DATA(expected->answer, strlen(expected->answer)),
            CLOSE(),
        };
        fixture fx;

        CHECK(begin(&fx, SCRIPT(steps), 1));
        CHECK(finish(&fx, expected->submit(&fx)));
        CHECK(fx.error && !fx.result);
        if (!message_ends(fx.error->message, expected->message))
            CHECK_STR(fx.error->message, expected->message);
        CHECK_EQ(fx.error->code, expected->code);
        CHECK_EQ(fx.error->http_status, expected->status);
        if (expected->server_code)
            CHECK_STR(fx.error->server_code, expected->server_code);
        else
            CHECK(!fx.error->server_code);
        CHECK(end(&fx));
    }
}

TEST(an_errors_message_says_what_was_asked_of_whom)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/executions HTTP/1.1\r\n"),
        ANSWER("422 Unprocessable Entity", "{\"error\":\"invalid_request\",\"message\":\"skill field is required\"}"),
    };
    char expected[256];
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, submit_run(&fx)));
    snprintf(expected, sizeof(expected),
             "cannot run the skill: POST %s/v1/executions: 422 Unprocessable Entity: skill field is required",
             fault_server_url(fx.server));
    CHECK_STR(fx.error->message, expected);
    CHECK(end(&fx));
}

TEST(the_details_of_an_error_are_kept)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/skills HTTP/1.1\r\n"),
        ANSWER("422 Unprocessable Entity",
               "{\"error\":\"security_scan_failed\",\"message\":\"m\",\"details\":{\"scan_id\": \"7d0f\"}}"),
    };
    static const script_step none[] = {
        EXPECT("POST /v1/skills HTTP/1.1\r\n"),
        ANSWER("400 Bad Request", "{\"error\":\"e\",\"message\":\"m\",\"details\":null}"),
    };
    weft_error blank = {.message = ""};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    fault_server_play(fx.server, SCRIPT(none), 1);
    CHECK(finish(&fx, submit_register(&fx)));
    CHECK(json_is(weft_skillbox_error_get_details(fx.error), "{\"scan_id\": \"7d0f\"}"));
    CHECK(finish(&fx, submit_register(&fx)));
    CHECK(!weft_skillbox_error_get_details(fx.error).ptr);
    CHECK(!weft_skillbox_error_get_details(&blank).ptr);
    CHECK(end(&fx));
}

TEST(a_success_that_cannot_be_read_says_where)
{
    static const script_step empty[] = {
        EXPECT("POST /v1/executions HTTP/1.1\r\n"),
        ANSWER("200 OK", ""),
    };
    static const script_step shape[] = {
        EXPECT("POST /v1/executions HTTP/1.1\r\n"),
        ANSWER("200 OK", "[{\"status\":7}]"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(empty), 1));
    fault_server_play(fx.server, SCRIPT(shape), 1);
    CHECK(finish(&fx, submit_run(&fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_DECODE);
    CHECK(finish(&fx, submit_run(&fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_DECODE);
    CHECK_CONTAINS(fx.error->message, "the document: expected an object");
    CHECK(is(fx.error->body, "[{\"status\":7}]"));
    CHECK(end(&fx));
}

TEST(a_run_with_members_of_other_kinds_is_a_run)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/executions HTTP/1.1\r\n"),
        ANSWER("200 OK", "\xef\xbb\xbf{\"status\":7,\"duration_ms\":1.5,\"logs\":\"a\\ud800b\xff\",\"files_list\":{},"
                         "\"output\":{\"n\": \"\\udc00\"}}"),
    };
    const weft_skillbox_execution *run;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, submit_run(&fx)));
    CHECK(!fx.error);
    run = fx.result;
    CHECK(!run->status.ptr && weft_object_get_state(&run->object, "status") == WEFT_PRESENCE_INVALID);
    CHECK(run->duration_ms == 0 && weft_object_get_state(&run->object, "duration_ms") == WEFT_PRESENCE_INVALID);
    CHECK(run->files_list_count == 0 && weft_object_get_state(&run->object, "files_list") == WEFT_PRESENCE_INVALID);
    CHECK(is(run->logs, "a\xef\xbf\xbd"
                        "b\xef\xbf\xbd"));
    CHECK(json_is(run->output, "{\"n\": \"\\udc00\"}"));
    CHECK(end(&fx));
}

TEST(a_run_is_not_sent_twice_when_its_answer_is_lost)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/executions HTTP/1.1\r\n"),
        RESET(),
        EXPECT_NOTHING_MORE(),
    };
    weft_client *client;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    client = weft_skillbox_client(fx.engine, &(weft_client_options){.base_url = fault_server_url(fx.server)}, NULL);
    CHECK(finish(
        &fx, weft_skillbox_run(client, &(weft_skillbox_run_request){.skill = "s"}, NULL, on_skillbox_execution, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_CONNECTION_LOST && fx.error->outcome == WEFT_OUTCOME_UNKNOWN);
    CHECK(end(&fx));
}

/* ---- What is refused before anything is sent ---------------------------------------------------------- */

static weft_call *refused_call(fixture *fx, int number)
{
    static const weft_skillbox_skill_file_content unnamed[] = {{"SKILL.md", "x"}, {"", "y"}};
    weft_skillbox_upload both = {.file_path = "x", .bytes = "y", .bytes_len = 1};
    weft_client *c = fx->client;

    switch (number) {
    case 0:
        return weft_skillbox_run(c, NULL, NULL, on_skillbox_execution, fx);
    case 1:
        return weft_skillbox_run(c, &(weft_skillbox_run_request){.version = "1.0.0"}, NULL, on_skillbox_execution, fx);
    case 2:
        return weft_skillbox_run(c, &(weft_skillbox_run_request){.skill = "s", .input = "{"}, NULL,
                                 on_skillbox_execution, fx);
    case 3:
        return weft_skillbox_get_execution(c, "", NULL, on_skillbox_execution, fx);
    case 4:
        return weft_skillbox_get_execution_logs(c, NULL, NULL, on_text, fx);
    case 5:
        return weft_skillbox_get_skill(c, "", &(weft_skillbox_get_skill_options){.version = "1.0.0"}, NULL,
                                       on_skillbox_skill_with_instructions, fx);
    case 6:
        return weft_skillbox_get_skill(c, "..", NULL, NULL, on_skillbox_skill_with_instructions, fx);
    case 7:
        return weft_skillbox_delete_skill_version(c, "n", "", NULL, on_done, fx);
    case 8:
        return weft_skillbox_put_skill_file(c, "n", NULL, NULL, on_skillbox_accepted_skill, fx);
    case 9:
        return weft_skillbox_put_skill_files(c, "n", unnamed, 2, NULL, on_skillbox_accepted_skill, fx);
    case 10:
        return weft_skillbox_put_skill_files(c, "n", NULL, 0, NULL, on_skillbox_accepted_skill, fx);
    case 11:
        return weft_skillbox_get_skill_diff(c, "n", NULL, &(weft_skillbox_get_skill_diff_options){.from = "1.0.0"},
                                            NULL, on_skillbox_diff, fx);
    case 12:
        return weft_skillbox_set_active_version(c, "n", NULL, NULL, on_skillbox_active_version, fx);
    case 13:
        return weft_skillbox_upsert_skill(c, &(weft_skillbox_upsert_skill_request){.name = "n", .code = "c"}, NULL,
                                          on_skillbox_accepted_skill, fx);
    case 14:
        return weft_skillbox_register_skill(c, NULL, NULL, on_skillbox_accepted_skill, fx);
    case 15:
        return weft_skillbox_register_skill(c, &(weft_skillbox_upload){.file_path = ""}, NULL,
                                            on_skillbox_accepted_skill, fx);
    case 16:
        return weft_skillbox_upload_file(c, &both, NULL, on_skillbox_file, fx);
    case 17:
        return weft_skillbox_update_file(c, "", &both, NULL, on_skillbox_file, fx);
    case 18:
        return weft_skillbox_list_files(c, &(weft_skillbox_list_files_options){.limit = -1}, NULL,
                                        on_skillbox_file_list, fx);
    case 19:
        return weft_skillbox_get_file(c, "", NULL, on_skillbox_file, fx);
    case 20:
        return weft_skillbox_download_file(c, "", NULL, NULL, on_http, fx);
    case 21:
        return weft_skillbox_download_session_file(c, "s", "", NULL, NULL, on_http, fx);
    case 22:
        return weft_skillbox_delete_session_file(c, "", "f", NULL, on_done, fx);
    case 23:
        return weft_skillbox_delete_session(c, ".", NULL, on_done, fx);
    case 24:
        return weft_skillbox_download_execution_files(c, "http://x/y", "", NULL, NULL, on_skillbox_download, fx);
    case 25:
        return weft_skillbox_download_execution_files(c, "ftp://x/?secret", "d", NULL, NULL, on_skillbox_download, fx);
    default:
        return NULL;
    }
}

static const char *const refusals[] = {
    "request is required",
    "skill is required",
    "input: ",
    "execution ID is required",
    "execution ID is required",
    "skill name is required",
    "name: cannot be part of a path",
    "version is required",
    "file path is required",
    "file path is required",
    "files are required",
    "the version to compare is required",
    "version is required",
    "description is required",
    "a file to upload is required",
    "a file to upload is required",
    "not both",
    "file ID is required",
    "limit cannot be negative",
    "file ID is required",
    "file ID is required",
    "file name is required",
    "session ID is required",
    "session_id: cannot be part of a path",
    "directory is required",
    "files_url: no absolute URL",
};

TEST(wrong_arguments_are_refused_by_name_and_nothing_is_sent)
{
    fixture fx;

    CHECK(begin(&fx, (fault_script){0}, 0));
    for (int i = 0; i < (int)(sizeof(refusals) / sizeof(refusals[0])); i++) {
        CHECK(finish(&fx, refused_call(&fx, i)));
        CHECK(fx.error && fx.error->code == WEFT_E_INVALID);
        CHECK_CONTAINS(fx.error->message, refusals[i]);
        CHECK(!strstr(fx.error->message, "secret"));
    }
    CHECK_EQ(fault_server_connection_count(fx.server), 0);
    CHECK(end(&fx));
}

TEST(a_client_of_another_service_is_refused)
{
    weft_client *stranger;
    fixture fx;

    CHECK(begin(&fx, (fault_script){0}, 0));
    stranger = weft_stromboli_client(fx.engine, &(weft_client_options){.base_url = fault_server_url(fx.server)}, NULL);
    CHECK(finish(&fx, weft_skillbox_get_health(stranger, NULL, on_done, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_INVALID);
    CHECK_CONTAINS(fx.error->message, "not one of Skillbox");
    CHECK(finish(&fx, weft_skillbox_register_skill(stranger, &(weft_skillbox_upload){.file_path = "x"}, NULL,
                                                   on_skillbox_accepted_skill, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_INVALID);
    CHECK(finish(&fx, weft_skillbox_download_execution_files(stranger, "http://x/y", "d", NULL, NULL,
                                                             on_skillbox_download, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_INVALID);
    CHECK_EQ(fault_server_connection_count(fx.server), 0);
    CHECK(end(&fx));
}
