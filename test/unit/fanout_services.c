/* weft-fanout over each of the services that it knows besides Stromboli: what it sends, and what it makes of
 * answers. */
#include "fanout_command.h"
#include "fault_server.h"
#include "sim_process.h"
#include "test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER(status, len, body)                                                                                      \
    SEND("HTTP/1.1 " status "\r\nContent-Type: application/json\r\nContent-Length: " len "\r\n\r\n" body)

static cli_command tool; /* too large for a stack */

/* One server, which plays one script, and the results of one run of the tool against it. */
typedef struct service_fixture {
    test_loop loop;
    fault_server *server;
    char *results;
} service_fixture;

static bool fixture_open(service_fixture *fx, fault_script script, const char *input)
{
    memset(fx, 0, sizeof(*fx));
    if (!test_loop_open(&fx->loop) || !open_directory(input))
        return false;
    fx->server = fault_server_start(&fx->loop, NULL);
    if (fx->server)
        fault_server_play(fx->server, script, 1);
    return fx->server != NULL;
}

/* The tool from start to end, with --results; its status. */
static int fixture_run(service_fixture *fx, const char *const *arguments)
{
    size_t len;

    if (!fanout_start(&tool, &fx->loop, fault_server_url(fx->server), arguments) || !command_wait(&tool))
        return -1;
    fx->results = test_read_file(results_path, &len);
    return fx->results ? (int)tool.status : -1;
}

static bool fixture_end(service_fixture *fx)
{
    bool stopped = fault_server_stop(fx->server);

    free(fx->results);
    close_directory();
    return test_loop_close(&fx->loop) && stopped;
}

/* Whether the tool refuses `input` with status 2 and `message`. False with the test failed. */
static bool refuses(const char *input, const char *const *arguments, const char *message)
{
    bool refused;

    if (!open_directory(input))
        return false;
    refused = fanout(&tool, "http://127.0.0.1:1", arguments) == 2 && strstr(tool.err, message);
    if (!refused)
        test_fail(__FILE__, __LINE__, "status %d, \"%s\", expected \"%s\"", (int)tool.status, tool.err, message);
    close_directory();
    return refused;
}

/* ---- Skillbox ---- */

TEST(skillbox_runs_the_skill_that_is_named_once_for_all_lines)
{
    static const script_step runs[] = {
        EXPECT("POST /v1/executions HTTP/1.1"),
        AND_CONTAINS("Authorization: Bearer sk-1\r\n"),
        AND_BODY("{\"skill\":\"word-count\",\"input\":{\"text\": \"to be\"}}"),
        ANSWER("200 OK", "54", "{\"execution_id\":\"e-1\",\"status\":\"success\",\"output\":[2]}"),
        EXPECT("POST /v1/executions HTTP/1.1"),
        AND_BODY("{\"skill\":\"shout\",\"new\":1}"),
        ANSWER("200 OK", "57", "{\"execution_id\":\"e-2\",\"status\":\"completed\",\"output\":\"HA\"}"),
        EXPECT("POST /v1/executions HTTP/1.1"),
        AND_BODY("{\"skill\":\"word-count\"}"),
        ANSWER("200 OK", "62", "{\"execution_id\":\"e-3\",\"status\":\"failed\",\"error\":\"exit code 1\"}"),
        EXPECT_CLOSE(),
    };
    service_fixture fx;

    CHECK(fixture_open(&fx, SCRIPT(runs), "{\"input\":{\"text\": \"to be\"}}\n{\"skill\":\"shout\",\"new\":1}\n{}\n"));
    CHECK_EQ(fixture_run(&fx, ARGUMENTS("--service", "skillbox", "--skill", "word-count", "--token", "sk-1",
                                        "--concurrency", "1", "--results", results_path)),
             1);
    CHECK(is_json_lines(fx.results, 3));
    CHECK_CONTAINS(fx.results, "\"id\":\"e-1\",\"status\":\"success\",\"structured_output\":[2]");
    CHECK_CONTAINS(fx.results, "\"id\":\"e-2\",\"status\":\"completed\",\"output\":\"HA\"");
    CHECK_CONTAINS(fx.results, "\"code\":\"status failed\",\"message\":\"exit code 1\"");
    CHECK_CONTAINS(tool.out, "2 of 3 runs completed, 1 failed");
    CHECK(fixture_end(&fx));
}

TEST(skillbox_lines_are_refused_before_any_is_sent)
{
    static const char *const arguments[] = {"--service", "skillbox", NULL};

    CHECK(refuses("{\"input\":{}}\n", arguments, "/prompts.jsonl:1: cannot run the skill: skill is required"));
    CHECK(refuses("{\"skill\":\"a\"}\n{\"skill\":\"a\",\"inputs\":{}}\n", arguments,
                  ":2: cannot run the skill: inputs: no such argument of Run; is \"input\" meant?"));
    CHECK(refuses("{\"skill\":\"a\",\"env\":{\"A\":1}}\n", arguments, ":1: cannot run the skill: env[0]: "));
    CHECK(refuses("{\"skill\":\"a\"}\n", ARGUMENTS("--service", "skillbox", "--mode", "stream"),
                  "--mode stream is not for --service skillbox"));
    CHECK(refuses("{\"prompt\":\"a\"}\n", ARGUMENTS("--skill", "a"), "--skill is for --service skillbox"));
}

/* ---- Handinger ---- */

TEST(handinger_runs_tasks)
{
    static const script_step tasks[] = {
        EXPECT("POST /api/tasks HTTP/1.1"),
        AND_BODY("{\"input\":\"one\",\"workerId\":\"wrk_1\"}"),
        ANSWER("200 OK", "66", "{\"id\":\"wrk_1\",\"status\":\"completed\",\"output_text\":\"1\",\"error\":null}"),
        EXPECT("POST /api/tasks HTTP/1.1"),
        AND_BODY("{\"input\":\"two\"}"),
        ANSWER("200 OK", "48", "{\"id\":\"wrk_2\",\"status\":\"running\",\"error\":null}  "),
        EXPECT_CLOSE(),
    };
    service_fixture fx;

    CHECK(fixture_open(&fx, SCRIPT(tasks), "{\"input\":\"one\",\"workerId\":\"wrk_1\"}\n{\"input\":\"two\"}\n"));
    CHECK_EQ(fixture_run(&fx, ARGUMENTS("--service", "handinger", "--concurrency", "1", "--results", results_path)), 1);
    CHECK(is_json_lines(fx.results, 2));
    CHECK_CONTAINS(fx.results, "\"id\":\"wrk_1\",\"status\":\"completed\",\"output\":\"1\"");
    CHECK_CONTAINS(fx.results, "\"code\":\"status running\"");
    CHECK(fixture_end(&fx));
}

TEST(handinger_streams_tasks)
{
    static const script_step task[] = {
        EXPECT("POST /api/tasks HTTP/1.1"),
        AND_BODY("{\"input\":\"one\",\"stream\":true}"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
             "data: {\"type\":\"text\"}\n\ndata: two\n\ndata: [DONE]\n\n"),
        CLOSE(),
    };
    service_fixture fx;

    CHECK(fixture_open(&fx, SCRIPT(task), "{\"input\":\"one\"}\n"));
    CHECK_EQ(fixture_run(&fx, ARGUMENTS("--service", "handinger", "--mode", "stream", "--results", results_path)), 0);
    CHECK(is_json_lines(fx.results, 1));
    CHECK_CONTAINS(fx.results, "\"events\":2");
    CHECK_CONTAINS(fx.results, "\"output\":\"{\\\"type\\\":\\\"text\\\"}\\ntwo\"");
    CHECK(fixture_end(&fx));
}

TEST(handinger_lines_are_refused_before_any_is_sent)
{
    static const char *const arguments[] = {"--service", "handinger", NULL};

    CHECK(refuses("{\"workerId\":\"wrk_1\"}\n", arguments, ":1: cannot run the task: input is required"));
    CHECK(refuses("{\"input\":\"a\",\"stream\":true}\n", arguments, ":1: stream: --mode says"));
    CHECK(refuses("{\"input\":\"a\",\"workerID\":\"wrk_1\"}\n", arguments, "is \"workerId\" meant?"));
}

/* ---- agentserver ---- */

TEST(agentserver_runs_tasks_as_a_user)
{
    static const script_step task[] = {
        EXPECT("POST /api/workspaces/ws-1/tasks HTTP/1.1"),
        AND_CONTAINS("Cookie: agentserver-token=session-1\r\n"),
        AND_BODY("{\"target_id\":\"sbx-1\",\"prompt\":\"hi\"}"),
        ANSWER("201 Created", "52", "{\"task_id\":\"t-1\",\"session_id\":\"\",\"status\":\"pending\"}"),
        EXPECT("GET /api/tasks/t-1 HTTP/1.1"),
        ANSWER("200 OK", "37", "{\"task_id\":\"t-1\",\"status\":\"running\"} "),
        EXPECT("GET /api/tasks/t-1 HTTP/1.1"),
        ANSWER("200 OK", "55", "{\"task_id\":\"t-1\",\"status\":\"completed\",\"result\":\"done\"} "),
        EXPECT_CLOSE(),
    };
    service_fixture fx;

    CHECK(fixture_open(&fx, SCRIPT(task), "{\"target_id\":\"sbx-1\",\"prompt\":\"hi\"}\n"));
    CHECK_EQ(fixture_run(&fx, ARGUMENTS("--service", "agentserver", "--workspace", "ws-1", "--token", "session-1",
                                        "--poll", "1ms", "--results", results_path, "--report", json_path)),
             0);
    CHECK_CONTAINS(fx.results, "\"id\":\"t-1\",\"status\":\"completed\",\"output\":\"done\"");
    CHECK_CONTAINS(tool.out, "run, to job accepted");
    CHECK(fixture_end(&fx));
}

TEST(agentserver_runs_tasks_as_an_agent)
{
    static const script_step task[] = {
        EXPECT("POST /api/agent/tasks HTTP/1.1"),
        AND_CONTAINS("Authorization: Bearer proxy-1\r\n"),
        ANSWER("201 Created", "52", "{\"task_id\":\"t-1\",\"session_id\":\"\",\"status\":\"pending\"}"),
        EXPECT("GET /api/agent/tasks/t-1 HTTP/1.1"),
        AND_CONTAINS("Authorization: Bearer proxy-1\r\n"),
        ANSWER("200 OK", "66", "{\"task_id\":\"t-1\",\"status\":\"failed\",\"failure_reason\":\"no room\"}    "),
        EXPECT_CLOSE(),
    };
    service_fixture fx;

    CHECK(fixture_open(&fx, SCRIPT(task), "{\"target_id\":\"sbx-1\",\"prompt\":\"hi\"}\n"));
    CHECK_EQ(fixture_run(&fx, ARGUMENTS("--service", "agentserver", "--token", "proxy-1", "--poll", "1ms", "--results",
                                        results_path)),
             1);
    CHECK_CONTAINS(fx.results, "\"code\":\"status failed\",\"message\":\"no room\"");
    CHECK(fixture_end(&fx));
}

TEST(agentserver_cancels_the_tasks_of_a_user_that_is_interrupted)
{
    static const script_step task[] = {
        EXPECT("POST /api/workspaces/ws-1/tasks HTTP/1.1"),
        WAIT(), /* until the signal was seen */
        ANSWER("201 Created", "52", "{\"task_id\":\"t-1\",\"session_id\":\"\",\"status\":\"pending\"}"),
        EXPECT("POST /api/tasks/t-1/cancel HTTP/1.1"),
        ANSWER("200 OK", "22", "{\"status\":\"cancelled\"}"),
        EXPECT_CLOSE(),
    };
    service_fixture fx;

    CHECK(fixture_open(&fx, SCRIPT(task), "{\"target_id\":\"sbx-1\",\"prompt\":\"hi\"}\n"));
    CHECK(fanout_start(&tool, &fx.loop, fault_server_url(fx.server),
                       ARGUMENTS("--service", "agentserver", "--workspace", "ws-1")));
    CHECK_UNTIL(&fx.loop, fault_server_waiting_count(fx.server) > 0);
    uv_process_kill(&tool.process, SIGINT);
    CHECK(command_says(&tool, "interrupted; cancelling 1 runs"));
    CHECK(fault_server_release(fx.server));
    CHECK(command_wait(&tool));
    CHECK_EQ(tool.status, 1);
    CHECK(fixture_end(&fx)); /* fails unless the task was cancelled */
}

TEST(agentserver_runs_turns_of_codex)
{
    static const script_step turns[] = {
        EXPECT("POST /api/turns HTTP/1.1"),
        AND_CONTAINS("X-Internal-Secret: hush\r\n"),
        AND_BODY("{\"workspaceId\":\"ws-1\",\"params\":{\"input\":[]}}"),
        ANSWER("200 OK", "169",
               "{\"threadId\":\"th-1\",\"turn\":{\"id\":\"tu-1\",\"status\":\"completed\",\"items\":["
               "{\"type\":\"agentMessage\",\"text\":\"first\"},{\"type\":\"agentMessage\",\"text\":\"last\"},"
               "{\"type\":\"reasoning\"}]}}"),
        EXPECT("POST /api/turns HTTP/1.1"),
        AND_BODY("{\"workspaceId\":\"ws-2\",\"threadId\":\"th-1\",\"params\":{}}"),
        ANSWER("200 OK", "82",
               "{\"threadId\":\"th-1\",\"turn\":{\"status\":\"failed\",\"error\":{\"message\":\"too long\"}}}     "),
        EXPECT("POST /api/turns HTTP/1.1"),
        ANSWER("200 OK", "76",
               "{\"threadId\":\"\",\"transport\":{\"code\":\"codexRPCError\",\"message\":\"refused\"}}    "),
        EXPECT_CLOSE(),
    };
    service_fixture fx;

    CHECK(fixture_open(&fx, SCRIPT(turns),
                       "{\"params\":{\"input\":[]}}\n"
                       "{\"workspaceId\":\"ws-2\",\"threadId\":\"th-1\",\"params\":{}}\n{\"params\":{}}\n"));
    CHECK_EQ(fixture_run(&fx, ARGUMENTS("--service", "agentserver", "--mode", "turn", "--workspace", "ws-1", "--header",
                                        "X-Internal-Secret: hush", "--concurrency", "1", "--results", results_path)),
             1);
    CHECK(is_json_lines(fx.results, 3));
    CHECK_CONTAINS(fx.results, "\"mode\":\"turn\",\"ok\":true");
    CHECK_CONTAINS(fx.results, "\"id\":\"tu-1\",\"status\":\"completed\",\"session_id\":\"th-1\",\"output\":\"last\"");
    CHECK_CONTAINS(fx.results, "\"code\":\"status failed\",\"message\":\"too long\"");
    CHECK_CONTAINS(fx.results, "\"code\":\"WEFT_E_TURN_FAILED\"");
    CHECK_CONTAINS(fx.results, "\"server_code\":\"codexRPCError\"");
    CHECK(fixture_end(&fx));
}

TEST(agentserver_lines_are_refused_before_any_is_sent)
{
    CHECK(refuses("{\"prompt\":\"a\"}\n", ARGUMENTS("--service", "agentserver"),
                  ":1: cannot create the task: target_id: required"));
    CHECK(refuses("{\"target_id\":\"a\",\"prompt\":\"a\",\"skil\":\"s\"}\n", ARGUMENTS("--service", "agentserver"),
                  ":1: cannot create the task: skil: no such argument of CreateTaskAsAgent; is \"skill\" meant?"));
    CHECK(refuses("{\"params\":{}}\n", ARGUMENTS("--service", "agentserver", "--mode", "turn"),
                  ":1: cannot run the turn: workspaceId: required"));
    CHECK(refuses("{\"prompt\":\"a\"}\n", ARGUMENTS("--mode", "turn"), "--mode turn is not for --service stromboli"));
    CHECK(refuses("{\"prompt\":\"a\"}\n", ARGUMENTS("--workspace", "w"), "--workspace is for --service agentserver"));
}

/* ---- The simulator's idea of each ---- */

typedef struct simulated {
    const char *path, *service, *mode, *input, *token, *more[3];
} simulated;

static bool fans_out_over(const sim_process *sim, const simulated *what)
{
    const char *arguments[20] = {"--service",     what->service, "--mode",    what->mode,   "--requests", "60",
                                 "--concurrency", "7",           "--results", results_path, "--token",    what->token};
    char url[192];
    char *results;
    size_t len;
    bool good;

    for (size_t i = 0; i < 3 && what->more[i]; i++)
        arguments[12 + i] = what->more[i];
    snprintf(url, sizeof(url), "%s/%s", sim->base_url, what->path);
    if (!open_directory(what->input))
        return false;
    good = fanout(&tool, url, arguments) == 0;
    results = test_read_file(results_path, &len);
    good = good && results && is_json_lines(results, 60) && count_of(results, "\"ok\":true") == 60;
    if (!good)
        test_fail(__FILE__, __LINE__, "%s %s: status %d\n%s%s", what->service, what->mode, (int)tool.status, tool.out,
                  tool.err);
    free(results);
    close_directory();
    return good;
}

TEST(fanout_gets_on_with_every_simulated_service)
{
    static const char task[] =
        "{\"input\":\"hi\"}\n{\"input\":\"sim:echo two\",\"budget\":\"low\"}\n{\"input\":\"3\"}\n";
    static const char turn[] =
        "{\"workspaceId\":\"ws-1\",\"params\":{\"input\":[{\"type\":\"text\",\"text\":\"hi\"}]}}\n";
    static const simulated all[] = {
        {"skillbox", "skillbox", "run", "{\"input\":{\"a\":1}}\n", "sk-test", {"--skill", "data-analysis"}},
        {"handinger", "handinger", "run", task, "hdg_live_x", {NULL}},
        {"handinger", "handinger", "stream", task, "hdg_live_x", {NULL}},
        {"handinger", "handinger", "mix", task, "hdg_live_x", {NULL}},
        {"agentserver-codex", "agentserver", "turn", turn, "wak_1", {"--header", "X-Internal-Secret: s3cret"}},
    };
    sim_process sim;

    CHECK(sim_process_start(&sim, SIM("--internal-secret", "s3cret")));
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (!fans_out_over(&sim, &all[i]))
            break;
    CHECK(sim_process_stop(&sim));
}
