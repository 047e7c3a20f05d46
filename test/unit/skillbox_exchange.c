/* Every exchange of the contract: what is sent, to the byte where it matters, and what comes of the answer. */
#include "skillbox_fixture.h"

#include <stdio.h>

#include <stdlib.h>

#define AS_OURS AND_CONTAINS("\r\nAuthorization: Bearer sk-test\r\n"), AND_CONTAINS("\r\nX-Tenant-ID: tenant-42\r\n")
#define AS_GET AS_OURS, AND_LACKS("Content-Type"), AND_LACKS("Content-Length")
#define AS_JSON AS_OURS, AND_CONTAINS("\r\nContent-Type: application/json\r\n")

/* ---- The client -------------------------------------------------------------------------------------- */

/* One look at the health with a client of these options; false, with the test failed, unless it goes well. */
static bool look(fixture *fx, const weft_client_options *options, const char *tenant)
{
    weft_client_options ours = *options;
    weft_client *client;

    ours.base_url = fault_server_url(fx->server);
    client = weft_skillbox_client(fx->engine, &ours, NULL);
    return client && weft_skillbox_set_tenant(client, tenant, NULL) &&
           finish(fx, weft_skillbox_get_health(client, NULL, on_done, fx)) && !fx->error;
}

TEST(a_key_that_is_given_wins_over_the_environment)
{
    static const script_step steps[] = {
        EXPECT("GET /health HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer sk-given\r\n"),
        AND_LACKS("X-Tenant-ID"),
        ANSWER("200 OK", "{}"),
    };
    fixture fx;

    setenv("SKILLBOX_API_KEY", "sk-environment", 1);
    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(look(&fx, &(weft_client_options){.token = "sk-given"}, NULL));
    CHECK(end(&fx));
    unsetenv("SKILLBOX_API_KEY");
}

TEST(an_own_header_replaces_the_key_and_the_tenant)
{
    static const script_step steps[] = {
        EXPECT("GET /health HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nauthorization: Bearer mine\r\n"),
        AND_CONTAINS("\r\nx-tenant-id: tenant-mine\r\n"),
        AND_LACKS("sk-given"),
        AND_LACKS("tenant-42"),
        ANSWER("200 OK", "{}"),
    };
    static const weft_pair headers[] = {{"authorization", "Bearer mine"}, {"x-tenant-id", "tenant-mine"}};
    weft_client_options options = {.token = "sk-given", .headers = headers, .headers_count = 2};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(look(&fx, &options, "tenant-42"));
    CHECK(end(&fx));
}

TEST(a_key_left_empty_comes_from_the_environment_once)
{
    static const script_step steps[] = {
        EXPECT("GET /health HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer sk-environment\r\n"),
        ANSWER("200 OK", "{}"),
    };
    weft_client_options options = {.token = ""};
    weft_client *client;
    fixture fx;

    setenv("SKILLBOX_API_KEY", "sk-environment", 1);
    CHECK(begin(&fx, SCRIPT(steps), 2));
    options.base_url = fault_server_url(fx.server);
    client = weft_skillbox_client(fx.engine, &options, NULL);
    CHECK(weft_skillbox_set_tenant(client, "", NULL));
    setenv("SKILLBOX_API_KEY", "sk-later", 1);
    CHECK(finish(&fx, weft_skillbox_get_health(client, NULL, on_done, &fx)) && !fx.error);
    setenv("SKILLBOX_API_KEY", "sk-environment", 1);
    CHECK(look(&fx, &(weft_client_options){.token = NULL}, NULL));
    CHECK(end(&fx));
    unsetenv("SKILLBOX_API_KEY");
}

TEST(a_key_of_the_environment_that_is_none_is_told_by_the_name_of_its_variable)
{
    weft_client_options options = {.base_url = "http://127.0.0.1:1"};
    weft_error_info info = {.code = WEFT_OK};
    fixture fx;

    CHECK(begin(&fx, (fault_script){0}, 0));
    setenv("SKILLBOX_API_KEY", "sk-secret\n", 1);
    CHECK(!weft_skillbox_client(fx.engine, &options, &info));
    CHECK_EQ(info.code, WEFT_E_INVALID);
    CHECK_CONTAINS(info.message, "SKILLBOX_API_KEY ends in a line break");
    CHECK(!strstr(info.message, "sk-secret"));
    unsetenv("SKILLBOX_API_KEY");
    CHECK(end(&fx));
}

TEST(without_a_key_anywhere_nothing_is_claimed)
{
    static const script_step steps[] = {
        EXPECT("GET /health HTTP/1.1\r\n"),
        AND_LACKS("Authorization"),
        ANSWER("200 OK", "{}"),
    };
    fixture fx;

    unsetenv("SKILLBOX_API_KEY");
    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(look(&fx, &(weft_client_options){.token = NULL}, NULL));
    CHECK(end(&fx));
}

TEST(a_key_or_tenant_that_could_inject_a_header_is_refused)
{
    weft_client_options options = {.base_url = "http://localhost:8080"};
    weft_error_info info = {0};
    fixture fx;

    CHECK(begin(&fx, (fault_script){0}, 0));
    CHECK(!weft_skillbox_set_tenant(fx.client, "a\r\nX: b", &info));
    CHECK_EQ(info.code, WEFT_E_INVALID);
    CHECK_STR(info.message, "Skillbox: tenant contains control characters");
    options.token = "sk-\n";
    CHECK(!weft_skillbox_client(fx.engine, &options, &info));
    CHECK_EQ(info.code, WEFT_E_INVALID);
    CHECK_CONTAINS(info.message, "token");
    CHECK(!weft_skillbox_client(fx.engine, NULL, &info));
    CHECK_STR(info.message, "Skillbox: base_url is required");
    CHECK(end(&fx));
}

TEST(a_tenant_is_set_on_a_client_of_skillbox_alone)
{
    weft_error_info info = {0};
    fixture fx;

    CHECK(begin(&fx, (fault_script){0}, 0));
    CHECK(!weft_skillbox_set_tenant(NULL, "tenant-42", &info));
    CHECK_EQ(info.code, WEFT_E_INVALID);
    CHECK_STR(info.message, "the client is NULL");
    CHECK(!weft_skillbox_set_tenant(
        weft_http_client(fx.engine, &(weft_client_options){.base_url = "http://127.0.0.1:1"}, NULL), "t", &info));
    CHECK_EQ(info.code, WEFT_E_INVALID);
    CHECK_STR(info.message, "the client is not one of Skillbox");
    CHECK(!weft_skillbox_set_tenant(NULL, NULL, NULL));
    CHECK(end(&fx));
}

TEST(a_base_path_is_kept_and_its_slashes_dropped)
{
    static const script_step steps[] = {
        EXPECT("GET /skillbox/v1/skills HTTP/1.1\r\n"),
        ANSWER("200 OK", "[]"),
    };
    char url[128];
    weft_client *client;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    snprintf(url, sizeof(url), "%s/skillbox//", fault_server_url(fx.server));
    client = weft_skillbox_client(fx.engine, &(weft_client_options){.base_url = url}, NULL);
    CHECK(client && finish(&fx, weft_skillbox_list_skills(client, NULL, NULL, on_skillbox_skill_list, &fx)) &&
          !fx.error);
    CHECK(end(&fx));
}

/* ---- The service ------------------------------------------------------------------------------------- */

TEST(health_is_a_success_whatever_its_body)
{
    static const script_step steps[] = {
        EXPECT("GET /health HTTP/1.1\r\n"),
        AS_GET,
        ANSWER_AS("204 Fine", "text/html", "<p>not JSON"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_skillbox_get_health(fx.client, NULL, on_done, &fx)));
    CHECK(!fx.error && !fx.result);
    CHECK(end(&fx));
}

TEST(readiness_is_read_in_both_its_forms)
{
    static const script_step checks[] = {
        EXPECT("GET /ready HTTP/1.1\r\n"),
        ANSWER("200 OK", "{\"status\":\"ready\",\"checks\":{\"postgres\":\"ok\"}}"),
    };
    static const script_step db[] = {
        EXPECT("GET /ready HTTP/1.1\r\n"),
        ANSWER("200 OK", "{\"status\":\"ok\",\"db\":\"ok\"}"),
    };
    const weft_skillbox_readiness *ready;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(checks), 1));
    fault_server_play(fx.server, SCRIPT(db), 1);
    CHECK(finish(&fx, weft_skillbox_get_readiness(fx.client, NULL, on_skillbox_readiness, &fx)));
    ready = fx.result;
    CHECK(!fx.error && is(ready->status, "ready") && ready->checks_count == 1);
    CHECK(is(ready->checks[0].name, "postgres") && is(ready->checks[0].value, "ok"));
    CHECK(finish(&fx, weft_skillbox_get_readiness(fx.client, NULL, on_skillbox_readiness, &fx)));
    ready = fx.result;
    CHECK(!fx.error && is(ready->db, "ok") && ready->checks_count == 0);
    CHECK(end(&fx));
}

/* ---- Executions -------------------------------------------------------------------------------------- */

TEST(a_run_with_files_says_where_they_are)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/executions HTTP/1.1\r\n"),
        AS_JSON,
        AND_BODY("{\"skill\":\"data-analysis\",\"version\":\"1.0.0\",\"input\":{\"data\":[1,2,3]},"
                 "\"env\":{\"CUSTOM_VAR\":\"value\"}}"),
        ANSWER("200 OK",
               "{\"execution_id\":\"550e8400-e29b-41d4-a716-446655440000\",\"status\":\"success\",\"output\":"
               "{\"row_count\":3,\"mean\":2},\"files_url\":\"http://minio:9000/"
               "files.tar.gz?X-Amz-Signature=abc\","
               "\"files_list\":[null,\"summary.txt\",null,\"plots/a.png\"],\"logs\":\"Analysis complete: 3 rows\\n\","
               "\"duration_ms\":1234,\"error\":null}"),
    };
    weft_skillbox_run_request request = {
        .skill = "data-analysis",
        .version = "1.0.0",
        .input = "{\"data\":[1,2,3]}",
        .env = &(weft_pair){"CUSTOM_VAR", "value"},
        .env_count = 1,
    };
    const weft_skillbox_execution *run;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_skillbox_run(fx.client, &request, NULL, on_skillbox_execution, &fx)));
    CHECK(!fx.error);
    run = fx.result;
    CHECK(weft_skillbox_execution_is_completed(run) && is(run->execution_id, "550e8400-e29b-41d4-a716-446655440000"));
    CHECK(json_is(run->output, "{\"row_count\":3,\"mean\":2}") && run->duration_ms == 1234);
    CHECK(weft_skillbox_execution_has_files(run) && run->files_list_count == 2 && !run->error.ptr);
    CHECK(is(run->files_list[0], "summary.txt") && is(run->files_list[1], "plots/a.png"));
    CHECK(end(&fx));
}

TEST(a_run_that_failed_inside_a_good_answer_is_no_success)
{
    static const script_step failed[] = {
        EXPECT("POST /v1/executions HTTP/1.1\r\n"),
        AND_BODY("{\"skill\":\"broken-skill\"}"),
        ANSWER("200 OK", "{\"execution_id\":\"0f9e\",\"status\":\"failed\",\"logs\":\"Traceback\",\"duration_ms\":200,"
                         "\"error\":\"command exited with code 1\"}"),
    };
    static const script_step timeout[] = {
        EXPECT("POST /v1/executions HTTP/1.1\r\n"),
        ANSWER("200 OK", "{\"execution_id\":\"1111\",\"status\":\"timeout\",\"duration_ms\":120034,"
                         "\"error\":\"execution timed out after 2m0s\"}"),
    };
    weft_skillbox_run_request request = {.skill = "broken-skill", .input = ""};
    const weft_skillbox_execution *run;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(failed), 1));
    fault_server_play(fx.server, SCRIPT(timeout), 1);
    CHECK(finish(&fx, weft_skillbox_run(fx.client, &request, NULL, on_skillbox_execution, &fx)));
    run = fx.result;
    CHECK(!fx.error && !weft_skillbox_execution_is_completed(run) && weft_skillbox_execution_is_final(run));
    CHECK(is(run->error, "command exited with code 1") && !run->output.ptr);
    CHECK(finish(&fx, weft_skillbox_run(fx.client, &request, NULL, on_skillbox_execution, &fx)));
    run = fx.result;
    CHECK(!fx.error && !weft_skillbox_execution_is_completed(run) && weft_skillbox_execution_is_timed_out(run));
    CHECK(end(&fx));
}

TEST(a_run_that_is_cancelled_lets_go_of_its_connection)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/executions HTTP/1.1\r\n"), EXPECT_CLOSE(), /* which ends the run at the server */
    };
    weft_call *call;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    call = weft_skillbox_run(fx.client, &(weft_skillbox_run_request){.skill = "s"}, NULL, on_skillbox_execution, &fx);
    CHECK_UNTIL(&fx.loop, fault_server_request_count(fx.server) > 0);
    weft_call_cancel(call);
    CHECK(finish(&fx, call));
    CHECK(fx.error && fx.error->code == WEFT_E_CANCELLED);
    CHECK(end(&fx));
}

TEST(an_execution_is_found_by_its_escaped_id)
{
    static const script_step steps[] = {
        EXPECT("GET /v1/executions/a%2Fb HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK",
               "{\"execution_id\":\"550e\",\"skill_name\":\"data-analysis\",\"skill_version\":\"1.0.0\","
               "\"tenant_id\":\"tenant-42\",\"status\":\"success\",\"input\":{\"data\":[1,2,3]},\"output\":{},"
               "\"duration_ms\":1234,\"error\":null,\"created_at\":\"2026-02-26T12:27:19.222141Z\"}"),
    };
    const weft_skillbox_execution *run;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_skillbox_get_execution(fx.client, "a/b", NULL, on_skillbox_execution, &fx)));
    CHECK(!fx.error);
    run = fx.result;
    CHECK(is(run->skill_name, "data-analysis") && json_is(run->input, "{\"data\":[1,2,3]}"));
    CHECK(!run->finished_at.ptr && weft_time_parse(run->finished_at) == WEFT_TIME_NONE);
    CHECK(end(&fx));
}

/* What the logs of one answer are. */
#define LOGS_TEST(name, type, body, expected)                                                                          \
    TEST(name)                                                                                                         \
    {                                                                                                                  \
        static const script_step steps[] = {                                                                           \
            EXPECT("GET /v1/executions/550e/logs HTTP/1.1\r\n"),                                                       \
            AS_GET,                                                                                                    \
            ANSWER_AS("200 OK", type, body),                                                                           \
        };                                                                                                             \
        fixture fx;                                                                                                    \
                                                                                                                       \
        CHECK(begin(&fx, SCRIPT(steps), 1));                                                                           \
        CHECK(finish(&fx, weft_skillbox_get_execution_logs(fx.client, "550e", NULL, on_text, &fx)));                   \
        CHECK(!fx.error);                                                                                              \
        CHECK_STR(((const weft_str *)fx.result)->ptr, expected);                                                       \
        CHECK(end(&fx));                                                                                               \
    }

LOGS_TEST(logs_are_text, "text/plain; charset=utf-8", "step 1\nstep 2\n", "step 1\nstep 2\n")
LOGS_TEST(logs_may_be_empty, "text/plain; charset=utf-8", "", "")
LOGS_TEST(logs_are_found_in_an_object, "application/json", "{\"execution_id\":\"550e\",\"logs\":\"step 1\\nstep 2\"}",
          "step 1\nstep 2")
LOGS_TEST(logs_are_found_in_an_object_of_any_type, "text/plain", "{\"logs\":\"x\"}", "x")
LOGS_TEST(empty_logs_in_an_object_are_empty, "application/json", "{\"logs\":\"\"}", "")
LOGS_TEST(an_object_that_is_itself_the_output_stays, "text/plain", "{\"logs\":\"\"}", "{\"logs\":\"\"}")
LOGS_TEST(an_object_with_other_logs_stays, "application/json", "{\"logs\":7}", "{\"logs\":7}")
LOGS_TEST(lines_of_objects_stay, "text/plain", "{\"logs\":\"x\"}\n{\"logs\":\"y\"}\n",
          "{\"logs\":\"x\"}\n{\"logs\":\"y\"}\n")

/* ---- Skills ------------------------------------------------------------------------------------------ */

static void note_status(const weft_skillbox_execution *execution, void *arg)
{
    fixture *fx = arg;

    CHECK(fx && weft_skillbox_execution_is_running(execution) != weft_skillbox_execution_is_final(execution));
}

TEST(an_execution_is_waited_for_beyond_what_servers_answer_while_it_runs)
{
    static const script_step faulty[] = {
        EXPECT("GET /v1/executions/e1 HTTP/1.1\r\n"),
        ANSWER("500 Internal Server Error",
               "{\"error\":\"internal_error\",\"message\":\"failed to retrieve execution\"}"),
    };
    static const script_step running[] = {EXPECT("GET /v1/executions/e1 HTTP/1.1\r\n"),
                                          ANSWER("200 OK", "{\"status\":\"running\"}")};
    static const script_step ended[] = {EXPECT("GET /v1/executions/e1 HTTP/1.1\r\n"),
                                        ANSWER("200 OK", "{\"status\":\"timeout\"}")};
    const weft_wait_options quick = {.first_interval_ms = 1, .max_interval_ms = 2};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(faulty), 1));
    fault_server_play(fx.server, SCRIPT(running), 1);
    fault_server_play(fx.server, SCRIPT(ended), 1);
    CHECK(finish(&fx,
                 weft_skillbox_wait_execution(fx.client, "e1", &quick, note_status, NULL, on_skillbox_execution, &fx)));
    CHECK(!fx.error && weft_skillbox_execution_is_timed_out(fx.result));
    CHECK(finish(&fx, weft_skillbox_wait_execution(fx.client, "", NULL, NULL, NULL, on_skillbox_execution, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_INVALID);
    CHECK(end(&fx));
}

TEST(skills_are_listed_without_null_entries)
{
    static const script_step steps[] = {
        EXPECT("GET /v1/skills HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "[{\"name\":\"data-analysis\",\"version\":\"1.0.0\",\"description\":\"Analyze CSV data\","
                         "\"lang\":\"python\",\"mode\":\"executable\",\"status\":\"available\"},null,"
                         "{\"name\":\"text-summary\",\"lang\":\"\"}]"),
    };
    static const script_step none[] = {
        EXPECT("GET /v1/skills?status=all HTTP/1.1\r\n"),
        ANSWER("200 OK", "[]"),
    };
    const weft_skillbox_skill_list *list;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    fault_server_play(fx.server, SCRIPT(none), 1);
    CHECK(finish(&fx, weft_skillbox_list_skills(fx.client, NULL, NULL, on_skillbox_skill_list, &fx)));
    list = fx.result;
    CHECK(!fx.error && list->count == 2);
    CHECK(is(list->items[0].name, "data-analysis") && is(list->items[1].name, "text-summary"));
    CHECK(is(list->items[1].lang, ""));
    CHECK(list->object.raw.ptr[0] == '[' && list->object.raw.ptr[list->object.raw.len - 1] == ']');
    CHECK(finish(&fx, weft_skillbox_list_skills(fx.client,
                                                &(weft_skillbox_list_skills_options){.status = WEFT_SKILLBOX_SKILL_ALL},
                                                NULL, on_skillbox_skill_list, &fx)));
    list = fx.result;
    CHECK(!fx.error && list->count == 0 && list->object.raw.len == 2);
    CHECK(end(&fx));
}

TEST(a_skill_without_a_version_is_the_latest)
{
    static const script_step latest[] = {
        EXPECT("GET /v1/skills/data-analysis/latest HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"name\":\"data-analysis\",\"version\":\"1.0.0\",\"instructions\":\"# Data Analysis\","
                         "\"timeout\":\"2m0s\",\"resources\":{\"cpu\":\"0.5\",\"memory\":\"256Mi\"}}"),
    };
    static const script_step pinned[] = {
        EXPECT("GET /v1/skills/data-analysis/1.2.0 HTTP/1.1\r\n"),
        ANSWER("200 OK", "{\"name\":\"data-analysis\",\"version\":\"1.2.0\"}"),
    };
    const weft_skillbox_skill_with_instructions *skill;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(latest), 2));
    fault_server_play(fx.server, SCRIPT(pinned), 1);
    CHECK(finish(&fx, weft_skillbox_get_skill(fx.client, "data-analysis", NULL, NULL,
                                              on_skillbox_skill_with_instructions, &fx)));
    CHECK(finish(&fx,
                 weft_skillbox_get_skill(fx.client, "data-analysis", &(weft_skillbox_get_skill_options){.version = ""},
                                         NULL, on_skillbox_skill_with_instructions, &fx)));
    skill = fx.result;
    CHECK(!fx.error && is(skill->version, "1.0.0") && is(skill->instructions, "# Data Analysis"));
    CHECK_EQ(skill->resources_count, 2);
    CHECK(finish(&fx, weft_skillbox_get_skill(fx.client, "data-analysis",
                                              &(weft_skillbox_get_skill_options){.version = "1.2.0"}, NULL,
                                              on_skillbox_skill_with_instructions, &fx)));
    CHECK(!fx.error);
    CHECK(end(&fx));
}

TEST(a_skill_is_registered_by_a_form_with_the_archive)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/skills HTTP/1.1\r\n"),
        AS_OURS,
        AND_CONTAINS("\r\nContent-Type: multipart/form-data; boundary="),
        AND_CONTAINS("Content-Disposition: form-data; name=\"file\"; filename=\"test-skill.zip\"\r\n"
                     "Content-Type: application/octet-stream\r\n\r\nPK zip bytes\r\n--"),
        AND_LACKS("name=\"name\""),
        ANSWER("202 Accepted", "{\"description\":\"Analyze CSV data\",\"lang\":\"python\",\"mode\":\"executable\","
                               "\"name\":\"data-analysis\",\"status\":\"pending\",\"version\":\"1.0.1\"}"),
    };
    weft_skillbox_upload archive = {.bytes = "PK zip bytes", .bytes_len = 12, .name = "test-skill.zip"};
    const weft_skillbox_accepted_skill *accepted;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_skillbox_register_skill(fx.client, &archive, NULL, on_skillbox_accepted_skill, &fx)));
    CHECK(!fx.error);
    accepted = fx.result;
    CHECK(is(accepted->name, "data-analysis") && is(accepted->version, "1.0.1"));
    CHECK(is(accepted->status, WEFT_SKILLBOX_SKILL_PENDING));
    CHECK(end(&fx));
}

TEST(a_skill_is_registered_whatever_the_success_says)
{
    static const script_step words[] = {
        EXPECT("POST /v1/skills HTTP/1.1\r\n"),
        ANSWER_AS("201 Created", "text/plain", "thank you"),
    };
    static const script_step nothing[] = {
        EXPECT("POST /v1/skills HTTP/1.1\r\n"),
        SEND("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"),
        CLOSE(),
    };
    weft_skillbox_upload archive = {.bytes = "PK", .bytes_len = 2};
    const weft_skillbox_accepted_skill *accepted;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(words), 1));
    fault_server_play(fx.server, SCRIPT(nothing), 1);
    CHECK(finish(&fx, weft_skillbox_register_skill(fx.client, &archive, NULL, on_skillbox_accepted_skill, &fx)));
    accepted = fx.result;
    CHECK(!fx.error && accepted && !accepted->name.ptr && !accepted->object.raw.ptr);
    CHECK(finish(&fx, weft_skillbox_register_skill(fx.client, &archive, NULL, on_skillbox_accepted_skill, &fx)));
    CHECK(!fx.error && fx.result);
    CHECK(end(&fx));
}

TEST(a_skill_is_validated_without_being_registered)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/skills/validate HTTP/1.1\r\n"),
        AND_CONTAINS("filename=\"file\""),
        ANSWER("200 OK", "{\"valid\":true,\"skill_name\":\"n\",\"skill_version\":\"1.0.0\",\"scan_tier\":1,"
                         "\"duration_ms\":12}"),
    };
    weft_skillbox_upload archive = {.bytes = "PK", .bytes_len = 2};
    const weft_skillbox_validation *validation;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_skillbox_validate_skill(fx.client, &archive, NULL, on_skillbox_validation, &fx)));
    CHECK(!fx.error);
    validation = fx.result;
    CHECK(validation->valid && is(validation->skill_name, "n") && validation->scan_tier == 1);
    CHECK(end(&fx));
}

typedef weft_call *submit_fn(fixture *fx);

/* One operation whose answer is `body`; false, with the test failed, unless it succeeds. */
static bool succeeds(fixture *fx, fault_script script, submit_fn *submit)
{
    return begin(fx, script, 1) && finish(fx, submit(fx)) && !fx->error;
}

static weft_call *put_file(fixture *fx)
{
    return weft_skillbox_put_skill_file(fx->client, "my-skill", &(weft_skillbox_skill_file_content){"a/b.py", "x=1"},
                                        NULL, on_skillbox_accepted_skill, fx);
}

static weft_call *put_files(fixture *fx)
{
    static const weft_skillbox_skill_file_content files[] = {{"SKILL.md", "---"}, {"b", NULL}};

    return weft_skillbox_put_skill_files(fx->client, "my-skill", files, 2, NULL, on_skillbox_accepted_skill, fx);
}

static weft_call *upsert(fixture *fx)
{
    weft_skillbox_upsert_skill_request fields = {.name = "my-skill", .description = "d", .code = "c"};

    return weft_skillbox_upsert_skill(fx->client, &fields, NULL, on_skillbox_accepted_skill, fx);
}

static weft_call *set_active(fixture *fx)
{
    return weft_skillbox_set_active_version(fx->client, "my-skill", "1.0.1", NULL, on_skillbox_active_version, fx);
}

TEST(a_skill_is_changed_by_its_fields_files_and_active_version)
{
    static const script_step fields[] = {
        EXPECT("POST /v1/skills/from-fields HTTP/1.1\r\n"),
        AS_JSON,
        AND_BODY("{\"name\":\"my-skill\",\"description\":\"d\",\"code\":\"c\"}"),
        ANSWER("202 Accepted", "{\"name\":\"my-skill\",\"version\":\"1.0.1\",\"status\":\"pending\"}"),
    };
    static const script_step file[] = {
        EXPECT("PUT /v1/skills/my-skill/files HTTP/1.1\r\n"),
        AS_JSON,
        AND_BODY("{\"path\":\"a/b.py\",\"content\":\"x=1\"}"),
        ANSWER("202 Accepted", "{\"name\":\"my-skill\",\"version\":\"1.0.2\",\"status\":\"pending\"}"),
    };
    static const script_step batch[] = {
        EXPECT("PUT /v1/skills/my-skill/files-batch HTTP/1.1\r\n"),
        AS_JSON,
        AND_BODY("{\"files\":[{\"path\":\"SKILL.md\",\"content\":\"---\"},{\"path\":\"b\",\"content\":\"\"}]}"),
        ANSWER("202 Accepted", "{\"name\":\"my-skill\",\"version\":\"1.0.3\",\"status\":\"pending\"}"),
    };
    static const script_step active[] = {
        EXPECT("PUT /v1/skills/my-skill/active HTTP/1.1\r\n"),
        AS_JSON,
        AND_BODY("{\"version\":\"1.0.1\"}"),
        ANSWER("200 OK", "{\"name\":\"my-skill\",\"active\":\"1.0.1\"}"),
    };
    fixture fx;

    CHECK(succeeds(&fx, SCRIPT(fields), upsert));
    CHECK(is(((const weft_skillbox_accepted_skill *)fx.result)->version, "1.0.1"));
    CHECK(end(&fx));
    CHECK(succeeds(&fx, SCRIPT(file), put_file));
    CHECK(is(((const weft_skillbox_accepted_skill *)fx.result)->version, "1.0.2"));
    CHECK(end(&fx));
    CHECK(succeeds(&fx, SCRIPT(batch), put_files));
    CHECK(is(((const weft_skillbox_accepted_skill *)fx.result)->version, "1.0.3"));
    CHECK(end(&fx));
    CHECK(succeeds(&fx, SCRIPT(active), set_active));
    CHECK(is(((const weft_skillbox_active_version *)fx.result)->active, "1.0.1"));
    CHECK(end(&fx));
}

static weft_call *skill_files(fixture *fx)
{
    return weft_skillbox_list_skill_files(fx->client, "my-skill",
                                          &(weft_skillbox_list_skill_files_options){.path = "a b.py"}, NULL,
                                          on_skillbox_skill_file_list, fx);
}

static weft_call *skill_versions(fixture *fx)
{
    return weft_skillbox_list_skill_versions(fx->client, "my-skill", NULL, on_skillbox_skill_version_list, fx);
}

static weft_call *get_skill_diff(fixture *fx)
{
    return weft_skillbox_get_skill_diff(fx->client, "my-skill", "1.0.1",
                                        &(weft_skillbox_get_skill_diff_options){.from = "1.0.0"}, NULL,
                                        on_skillbox_diff, fx);
}

static weft_call *skill_diff_from_active(fixture *fx)
{
    return weft_skillbox_get_skill_diff(fx->client, "my-skill", "1.0.1", NULL, NULL, on_skillbox_diff, fx);
}

TEST(a_skill_is_looked_into)
{
    static const script_step files[] = {
        EXPECT("GET /v1/skills/my-skill/latest/files?path=a+b.py HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "[{\"path\":\"a b.py\",\"content\":\"x=1\",\"size_bytes\":3}]"),
    };
    static const script_step versions[] = {
        EXPECT("GET /v1/skills/my-skill/versions HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "[{\"version\":\"1.0.1\",\"active\":true,\"scan_findings\":[{\"severity\":\"FLAG\"}]},"
                         "{\"version\":\"1.0.0\"}]"),
    };
    static const script_step diff[] = {
        EXPECT("GET /v1/skills/my-skill/diff?from=1.0.0&to=1.0.1 HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"name\":\"my-skill\",\"files\":[{\"path\":\"x\",\"status\":\"added\"}]}"),
    };
    static const script_step from_active[] = {
        EXPECT("GET /v1/skills/my-skill/diff?to=1.0.1 HTTP/1.1\r\n"),
        ANSWER("200 OK", "{}"),
    };
    const weft_skillbox_skill_version_list *list;
    fixture fx;

    CHECK(succeeds(&fx, SCRIPT(files), skill_files));
    CHECK_EQ(((const weft_skillbox_skill_file_list *)fx.result)->items[0].size_bytes, 3);
    CHECK(end(&fx));
    CHECK(succeeds(&fx, SCRIPT(versions), skill_versions));
    list = fx.result;
    CHECK(list->count == 2 && list->items[0].active && list->items[0].scan_findings_count == 1);
    CHECK(end(&fx));
    CHECK(succeeds(&fx, SCRIPT(diff), get_skill_diff));
    CHECK_EQ(((const weft_skillbox_diff *)fx.result)->files_count, 1);
    CHECK(end(&fx));
    CHECK(succeeds(&fx, SCRIPT(from_active), skill_diff_from_active));
    CHECK(end(&fx));
}

/* ---- Deletions --------------------------------------------------------------------------------------- */

static weft_call *delete_skill(fixture *fx)
{
    return weft_skillbox_delete_skill_version(fx->client, "my-skill", "1.0.0", NULL, on_done, fx);
}

static weft_call *delete_all(fixture *fx)
{
    return weft_skillbox_delete_skill(fx->client, "my-skill", NULL, on_done, fx);
}

static weft_call *delete_file(fixture *fx)
{
    return weft_skillbox_delete_file(fx->client, "f-1", NULL, on_done, fx);
}

static weft_call *delete_session_file(fixture *fx)
{
    return weft_skillbox_delete_session_file(fx->client, "chat 7", "a/b.csv", NULL, on_done, fx);
}

static weft_call *delete_session(fixture *fx)
{
    return weft_skillbox_delete_session(fx->client, "chat 7", NULL, on_done, fx);
}

#define DELETES(target)                                                                                                \
    EXPECT("DELETE " target " HTTP/1.1\r\n"), AS_GET, AND_BODY(""), SEND("HTTP/1.1 204 No Content\r\n\r\n"), CLOSE()

TEST(what_is_deleted_is_named_and_says_nothing)
{
    static const script_step version[] = {DELETES("/v1/skills/my-skill/1.0.0")};
    static const script_step all[] = {DELETES("/v1/skills/my-skill")};
    static const script_step file[] = {DELETES("/v1/files/f-1")};
    static const script_step session_file[] = {DELETES("/v1/sessions/chat%207/files/a%2Fb.csv")};
    static const script_step session[] = {DELETES("/v1/sessions/chat%207")};
    const struct {
        fault_script script;
        submit_fn *submit;
    } cases[] = {
        {SCRIPT(version), delete_skill},   {SCRIPT(all), delete_all},
        {SCRIPT(file), delete_file},       {SCRIPT(session_file), delete_session_file},
        {SCRIPT(session), delete_session},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fixture fx;

        CHECK(succeeds(&fx, cases[i].script, cases[i].submit));
        CHECK(!fx.result);
        CHECK(end(&fx));
    }
}
