/* weft-fanout as its users meet it: a command, its files, its output and its exit status. */
#include "fanout_command.h"
#include "fault_server.h"
#include "json/codec.h"
#include "sim_process.h"
#include "test.h"

#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static cli_command tool; /* too large for a stack */

/* ---- Against the simulator ---- */

static const char three_prompts[] = "{\"prompt\":\"sim:echo first\"}\n"
                                    "\n"
                                    "{\"prompt\":\"sim:echo second\",\"claude\":{\"model\":\"haiku\"}}\n"
                                    "{\"prompt\":\"sim:echo third\"}\n";

/* 50 runs of one mode, eight at a time, all good. False with the test failed. */
static bool runs_all_prompts(const char *url, const char *mode)
{
    size_t len;
    char *results;
    bool good;

    if (!open_directory(three_prompts))
        return false;
    good = fanout(&tool, url,
                  ARGUMENTS("--mode", mode, "--requests", "50", "--concurrency", "8", "--poll", "5ms", "--results",
                            results_path)) == 0;
    results = test_read_file(results_path, &len);
    good = good && results && is_json_lines(results, 50) && count_of(results, "\"ok\":true") == 50 &&
           count_of(results, "\"output\":\"first\"") == 17 && count_of(results, "\"output\":\"second\"") == 17 &&
           count_of(results, "\"output\":\"third\"") == 16 && count_of(results, "\"prompt\":1,\"line\":3") == 17 &&
           strstr(tool.out, "50 of 50 runs completed, 0 failed");
    if (!good)
        test_fail(__FILE__, __LINE__, "mode %s: status %d\n%s\n%s\n%s", mode, (int)tool.status, tool.out, tool.err,
                  results ? results : "");
    free(results);
    close_directory();
    return good;
}

TEST(fanout_runs_prompts_in_every_mode_and_keeps_the_whole_output)
{
    static const char *const modes[] = {"run", "async", "stream", "mix"};
    sim_process sim;

    CHECK(sim_process_start(&sim, SIM("--job-duration", "1", "--job-pending", "1")));
    for (size_t i = 0; i < 4; i++)
        if (!runs_all_prompts(sim.base_url, modes[i]))
            break;
    CHECK(sim_process_stop(&sim));
}

TEST(fanout_takes_each_prompt_once_unless_told_otherwise)
{
    sim_process sim;

    CHECK(sim_process_start(&sim, NULL));
    CHECK(open_directory(three_prompts));
    CHECK_EQ(fanout(&tool, sim.base_url, ARGUMENTS("--results", "-")), 0);
    CHECK(is_json_lines(tool.out, 3));
    CHECK_CONTAINS(tool.err, "3 of 3 runs completed"); /* the summary makes way for the results */
    close_directory();
    CHECK(sim_process_stop(&sim));
}

TEST(fanout_ends_its_progress_with_the_last_state_where_there_is_no_terminal)
{
    sim_process sim;

    CHECK(sim_process_start(&sim, NULL));
    CHECK(open_directory(three_prompts));
    CHECK_EQ(fanout(&tool, sim.base_url, ARGUMENTS("--mode", "run")), 0);
    CHECK_CONTAINS(tool.err, "[====================] 100%  3/3 done  0 failed  0 in flight");
    close_directory();
    CHECK(sim_process_stop(&sim));
}

TEST(fanout_prints_nothing_when_quiet)
{
    sim_process sim;

    CHECK(sim_process_start(&sim, NULL));
    CHECK(open_directory(three_prompts));
    CHECK_EQ(fanout(&tool, sim.base_url, ARGUMENTS("--quiet", "--mode", "mix")), 0);
    CHECK_STR(tool.out, "");
    CHECK_STR(tool.err, "");
    close_directory();
    CHECK(sim_process_stop(&sim));
}

TEST(fanout_fails_when_a_run_was_answered_but_not_completed)
{
    sim_process sim;
    size_t len;
    char *results;

    CHECK(sim_process_start(&sim, SIM("--job-duration", "1", "--crashed-status")));
    CHECK(open_directory("{\"prompt\":\"sim:echo good\"}\n{\"prompt\":\"sim:crash\"}\n"));
    CHECK_EQ(fanout(&tool, sim.base_url, ARGUMENTS("--mode", "async", "--poll", "5ms", "--results", results_path)), 1);
    results = test_read_file(results_path, &len);
    CHECK(results && is_json_lines(results, 2));
    CHECK_CONTAINS(results, "\"code\":\"status crashed\"");
    CHECK_CONTAINS(tool.out, "status crashed");
    CHECK_CONTAINS(tool.out, "1 of 2 runs completed, 1 failed");
    free(results);
    close_directory();
    CHECK(sim_process_stop(&sim));
}

TEST(fanout_sends_the_token_of_a_file)
{
    sim_process sim;
    char token_path[96];
    FILE *file;

    CHECK(sim_process_start(&sim, SIM("--token", "secret-7")));
    CHECK(open_directory(three_prompts));
    snprintf(token_path, sizeof(token_path), "%s/token", directory);
    file = fopen(token_path, "w");
    CHECK(file);
    fputs("secret-7\n", file);
    fclose(file);
    CHECK_EQ(fanout(&tool, sim.base_url, ARGUMENTS("--token-file", token_path)), 0);
    CHECK_EQ(fanout(&tool, sim.base_url, ARGUMENTS("--quiet")), 1);
    unlink(token_path);
    close_directory();
    CHECK(sim_process_stop(&sim));
}

TEST(fanout_reports_as_json_and_as_a_page_that_stands_alone)
{
    weft__codec_error error;
    sim_process sim;
    size_t len;
    char *json, *html;

    CHECK(sim_process_start(&sim, SIM("--job-duration", "1")));
    CHECK(open_directory(three_prompts));
    CHECK_EQ(fanout(&tool, sim.base_url,
                    ARGUMENTS("--mode", "mix", "--requests", "30", "--report", json_path, "--report", html_path,
                              "--percentiles", "97.5")),
             0);
    json = test_read_file(json_path, &len);
    CHECK(json && weft__json_check(json, len, &error) == WEFT__CODEC_OK);
    CHECK_CONTAINS(json, "\"succeeded\":30");
    CHECK_CONTAINS(json, "\"p97.5\":");
    CHECK_CONTAINS(json, "\"first_event_ms\":");
    html = test_read_file(html_path, &len);
    CHECK(html && strncmp(html, "<!DOCTYPE html>", 15) == 0);
    CHECK_CONTAINS(html, "<svg");
    CHECK_CONTAINS(html, "prefers-color-scheme:dark");
    CHECK(!strstr(html, "<script") && !strstr(html, "src=") && !strstr(html, "href=") && !strstr(html, "nan"));
    CHECK(!strstr(html, " us<") && !strstr(html, "from when it was due"));
    CHECK_CONTAINS(html, "<td>run</td><td>from start to end</td>");
    CHECK_CONTAINS(html, "</html>");
    free(json);
    free(html);
    close_directory();
    CHECK(sim_process_stop(&sim));
}

TEST(fanout_says_when_the_disk_is_full_and_starts_no_more_runs)
{
    static char prompt[2 * 1024];
    sim_process sim;

    snprintf(prompt, sizeof(prompt), "{\"prompt\":\"sim:echo %01500d\"}\n", 7);
    CHECK(sim_process_start(&sim, NULL));
    CHECK(open_directory(prompt));
    CHECK_EQ(fanout(&tool, sim.base_url, ARGUMENTS("--requests", "5000", "--results", "/dev/full")), 3);
    CHECK_CONTAINS(tool.err, "cannot write /dev/full: No space left on device");
    CHECK_CONTAINS(tool.out, "never started");
    close_directory();
    CHECK(sim_process_stop(&sim));
}

/* The tool by way of a shell, which sets what it runs under: `before` and `after` stand around it. */
static bool fanout_in_shell(const char *url, const char *before, const char *after)
{
    char script[1024], shell[] = "/bin/sh", option[] = "-c";
    char *arguments[] = {shell, option, script, NULL};
    test_loop loop;
    bool good;

    if (!test_loop_open(&loop))
        return false;
    snprintf(script, sizeof(script), "%s exec %s --url %s --prompts %s %s", before, WEFT_FANOUT_PATH, url, prompts_path,
             after);
    good = command_start(&tool, &loop, shell, arguments) && command_wait(&tool);
    return test_loop_close(&loop) && good;
}

TEST(fanout_says_when_its_summary_is_lost)
{
    sim_process sim;

    CHECK(sim_process_start(&sim, NULL));
    CHECK(open_directory(three_prompts));
    CHECK(fanout_in_shell(sim.base_url, "", ">/dev/full"));
    CHECK_EQ(tool.status, 3);
    CHECK_CONTAINS(tool.err, "weft-fanout: cannot write the summary: No space left on device\n");
    CHECK(fanout_in_shell(sim.base_url, "", "--quiet >/dev/full")); /* nothing is lost */
    CHECK_EQ(tool.status, 0);
    CHECK(fanout_in_shell(sim.base_url, "", "--help >/dev/full"));
    CHECK_EQ(tool.status, 3);
    CHECK_CONTAINS(tool.err, "weft-fanout: cannot write the help: ");
    close_directory();
    CHECK(sim_process_stop(&sim));
}

/* What stands in a file; the text is freed by the next call. */
static const char *content_of(const char *path)
{
    static char *text;
    size_t len;

    free(text);
    text = test_read_file(path, &len);
    return text;
}

static bool write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    return file && fputs(text, file) >= 0 && fclose(file) == 0;
}

/* Removes what was written aside and stayed there; how many that were. */
static int take_away_parts(void)
{
    char pattern[96];
    glob_t found;
    int count;

    snprintf(pattern, sizeof(pattern), "%s/*.part", directory);
    if (glob(pattern, 0, NULL, &found) != 0)
        return 0;
    count = (int)found.gl_pathc;
    for (size_t i = 0; i < found.gl_pathc; i++)
        unlink(found.gl_pathv[i]);
    globfree(&found);
    return count;
}

TEST(fanout_puts_no_part_of_a_report_in_the_place_of_another)
{
    char arguments[256];
    sim_process sim;

    CHECK(sim_process_start(&sim, NULL));
    CHECK(open_directory(three_prompts));
    CHECK(write_file(html_path, "the last report"));
    snprintf(arguments, sizeof(arguments), "--report %s --report %s", html_path, json_path);
    /* A kibibyte or two fit into a file: the page does not. */
    CHECK(fanout_in_shell(sim.base_url, "trap '' XFSZ; ulimit -f 2;", arguments));
    CHECK_EQ(tool.status, 3);
    CHECK_CONTAINS(tool.err, "report.html: File too large");
    CHECK_STR(content_of(html_path), "the last report");
    CHECK_EQ(take_away_parts(), 0);
    /* And killed while it writes; a report that was not there is not there then. */
    CHECK(fanout_in_shell(sim.base_url, "ulimit -f 2;", arguments));
    CHECK_EQ(tool.signal, SIGXFSZ);
    CHECK_STR(content_of(html_path), "the last report");
    CHECK(access(json_path, F_OK) != 0);
    CHECK_EQ(take_away_parts(), 1); /* which nobody could prevent */
    close_directory();
    CHECK(sim_process_stop(&sim));
}

TEST(fanout_writes_a_report_through_a_link_and_keeps_its_mode)
{
    char link_path[96], arguments[256];
    struct stat status, output;
    sim_process sim;

    CHECK(sim_process_start(&sim, NULL));
    CHECK(open_directory(three_prompts));
    CHECK(write_file(html_path, "the last report"));
    CHECK_EQ(chmod(html_path, 0640), 0);
    snprintf(link_path, sizeof(link_path), "%s/link.html", directory);
    CHECK_EQ(symlink("report.html", link_path), 0);
    CHECK(write_file(json_path, "") && stat(json_path, &output) == 0);
    snprintf(arguments, sizeof(arguments), "--report %s --report /dev/stdout >%s", link_path, json_path);
    CHECK(fanout_in_shell(sim.base_url, "", arguments));
    CHECK_EQ(tool.status, 0);
    CHECK(lstat(link_path, &status) == 0 && S_ISLNK(status.st_mode));
    CHECK(lstat(html_path, &status) == 0 && S_ISREG(status.st_mode));
    CHECK_EQ(status.st_mode & 0777, 0640);
    CHECK_CONTAINS(content_of(html_path), "</html>");
    /* What is open as standard output stays what it is. */
    CHECK(stat(json_path, &status) == 0 && status.st_ino == output.st_ino);
    CHECK_CONTAINS(content_of(json_path), "\"succeeded\":3");
    unlink(link_path);
    close_directory();
    CHECK(sim_process_stop(&sim));
}

/* ---- Against trouble ---- */

TEST(fanout_answers_every_run_when_nobody_listens)
{
    char url[64];
    size_t len;
    char *results;

    snprintf(url, sizeof(url), "http://127.0.0.1:%d", fault_server_dead_port());
    CHECK(open_directory(three_prompts));
    CHECK_EQ(
        fanout(&tool, url, ARGUMENTS("--mode", "mix", "--requests", "40", "--retries", "0", "--results", results_path)),
        1);
    results = test_read_file(results_path, &len);
    CHECK(results && is_json_lines(results, 40));
    CHECK_EQ(count_of(results, "\"code\":\"WEFT_E_CONNECT\""), 40);
    CHECK_EQ(count_of(results, "\"outcome\":\"not_acted_on\""), 40);
    CHECK_CONTAINS(tool.out, "0 of 40 runs completed, 40 failed");
    free(results);
    close_directory();
}

TEST(fanout_answers_every_run_when_connections_break)
{
    static const script_step reset[] = {EXPECT("POST /run"), RESET()};
    static const script_step cut[] = {EXPECT("POST /run"), SEND("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"id"),
                                      CLOSE()};
    fault_server *server;
    test_loop loop;
    size_t len;
    char *results;

    CHECK(test_loop_open(&loop));
    server = fault_server_start(&loop, NULL);
    CHECK(server && open_directory(three_prompts));
    fault_server_play(server, SCRIPT(reset), 6);
    fault_server_play(server, SCRIPT(cut), 6);
    CHECK(fanout_start(&tool, &loop, fault_server_url(server),
                       ARGUMENTS("--requests", "12", "--concurrency", "4", "--results", results_path)));
    CHECK(command_wait(&tool));
    CHECK_EQ(tool.status, 1);
    results = test_read_file(results_path, &len);
    CHECK(results && is_json_lines(results, 12));
    CHECK_EQ(count_of(results, "\"code\":\"WEFT_E_CONNECTION_LOST\""), 12);
    CHECK_EQ(count_of(results, "\"outcome\":\"unknown\""), 6);
    CHECK_EQ(count_of(results, "\"outcome\":\"acted_on\""), 6);
    free(results);
    close_directory();
    CHECK(fault_server_stop(server));
    CHECK(test_loop_close(&loop));
}

static bool three_requests_came(void *arg)
{
    return fault_server_request_count(arg) == 3;
}

TEST(fanout_interrupted_cancels_what_is_in_flight_and_reports)
{
    static const script_step silent[] = {EXPECT("POST /run"), EXPECT_CLOSE()};
    fault_server *server;
    test_loop loop;
    size_t len;
    char *results, *json;

    CHECK(test_loop_open(&loop));
    server = fault_server_start(&loop, NULL);
    CHECK(server && open_directory(three_prompts));
    fault_server_play(server, SCRIPT(silent), 3);
    CHECK(fanout_start(
        &tool, &loop, fault_server_url(server),
        ARGUMENTS("--requests", "10", "--concurrency", "3", "--results", results_path, "--report", json_path)));
    CHECK(test_loop_run_until(&loop, three_requests_came, server, "three requests"));
    uv_process_kill(&tool.process, SIGINT);
    CHECK(command_wait(&tool));
    CHECK_EQ(tool.status, 1);
    results = test_read_file(results_path, &len);
    CHECK(results && is_json_lines(results, 3));
    CHECK_EQ(count_of(results, "\"code\":\"WEFT_E_CANCELLED\""), 3);
    json = test_read_file(json_path, &len);
    CHECK_CONTAINS(json, "\"not_started\":7,\"interrupted\":true");
    CHECK_CONTAINS(tool.out, "3 failed, 7 never started (interrupted)");
    free(results);
    free(json);
    close_directory();
    CHECK(fault_server_stop(server));
    CHECK(test_loop_close(&loop));
}

TEST(fanout_that_loses_its_terminal_reports_what_it_has)
{
    static const script_step silent[] = {EXPECT("POST /run"), EXPECT_CLOSE()};
    fault_server *server;
    test_loop loop;
    size_t len;
    char *results;

    CHECK(test_loop_open(&loop));
    server = fault_server_start(&loop, NULL);
    CHECK(server && open_directory(three_prompts));
    fault_server_play(server, SCRIPT(silent), 3);
    CHECK(fanout_start(&tool, &loop, fault_server_url(server), ARGUMENTS("--results", results_path)));
    CHECK(test_loop_run_until(&loop, three_requests_came, server, "three requests"));
    uv_process_kill(&tool.process, SIGHUP);
    CHECK(command_wait(&tool));
    CHECK_EQ(tool.signal, 0);
    CHECK_EQ(tool.status, 1);
    results = test_read_file(results_path, &len);
    CHECK(results && is_json_lines(results, 3));
    free(results);
    close_directory();
    CHECK(fault_server_stop(server));
    CHECK(test_loop_close(&loop));
}

TEST(fanout_runs_with_its_standard_streams_closed)
{
    char script[1024], shell[] = "/bin/sh", option[] = "-c";
    char *arguments[] = {shell, option, script, NULL};
    test_loop loop;
    size_t len;
    char *results;

    CHECK(test_loop_open(&loop));
    CHECK(open_directory(three_prompts));
    snprintf(script, sizeof(script),
             "exec %s --url http://127.0.0.1:1 --prompts %s --retries 0 --results %s <&- >&- 2>&-", WEFT_FANOUT_PATH,
             prompts_path, results_path);
    CHECK(command_start(&tool, &loop, shell, arguments));
    CHECK(command_wait(&tool));
    CHECK_EQ(tool.signal, 0);
    CHECK_EQ(tool.status, 1); /* nobody listens there */
    results = test_read_file(results_path, &len);
    CHECK(results && is_json_lines(results, 3));
    free(results);
    close_directory();
    CHECK(test_loop_close(&loop));
}

TEST(fanout_interrupted_twice_exits_at_once)
{
    /* A job that is starting is given a moment to say its name, so there is time for a second signal. */
    static const script_step silent[] = {EXPECT("POST /run/async"), EXPECT_CLOSE()};
    fault_server *server;
    test_loop loop;

    CHECK(test_loop_open(&loop));
    server = fault_server_start(&loop, NULL);
    CHECK(server && open_directory(three_prompts));
    fault_server_play(server, SCRIPT(silent), 3);
    CHECK(fanout_start(&tool, &loop, fault_server_url(server), ARGUMENTS("--mode", "async")));
    CHECK(test_loop_run_until(&loop, three_requests_came, server, "three requests"));
    uv_process_kill(&tool.process, SIGINT);
    CHECK(command_says(&tool, "interrupted; cancelling 3 runs"));
    uv_process_kill(&tool.process, SIGINT);
    CHECK(command_wait(&tool));
    CHECK_EQ(tool.status, 130);
    CHECK_STR(tool.out, "");
    close_directory();
    CHECK(fault_server_stop(server));
    CHECK(test_loop_close(&loop));
}

TEST(fanout_interrupted_cancels_jobs_at_the_service)
{
    static const script_step job[] = {
        EXPECT("POST /run/async"),
        WAIT(), /* until the signal was seen */
        SEND("HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n"
             "{\"job_id\":\"job-7\"}"),
        EXPECT("DELETE /jobs/job-7"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 35\r\n\r\n"
             "{\"cancelled\":true,\"job_id\":\"job-7\"}"),
        EXPECT_CLOSE(),
    };
    fault_server *server;
    test_loop loop;

    CHECK(test_loop_open(&loop));
    server = fault_server_start(&loop, NULL);
    CHECK(server && open_directory("{\"prompt\":\"long\"}\n"));
    fault_server_play(server, SCRIPT(job), 1);
    CHECK(fanout_start(&tool, &loop, fault_server_url(server), ARGUMENTS("--mode", "async", "--results", "-")));
    CHECK_UNTIL(&loop, fault_server_waiting_count(server) > 0);
    uv_process_kill(&tool.process, SIGINT);
    CHECK(command_says(&tool, "interrupted; cancelling 1 runs"));
    CHECK(fault_server_release(server));
    CHECK(command_wait(&tool));
    CHECK_EQ(tool.status, 1);
    CHECK_CONTAINS(tool.out, "\"id\":\"job-7\"");
    CHECK_CONTAINS(tool.out, "WEFT_E_CANCELLED");
    close_directory();
    CHECK(fault_server_stop(server)); /* fails unless the DELETE came */
    CHECK(test_loop_close(&loop));
}

/* ---- Wrong usage: status 2, a sentence, and nothing sent ---- */

/* Whether the tool refuses `prompts` with status 2 and `message`. False with the test failed. */
static bool refuses_prompts(const char *prompts, const char *message)
{
    bool refused;

    if (!open_directory(prompts))
        return false;
    refused = fanout(&tool, "http://127.0.0.1:1", ARGUMENTS("--mode", "run")) == 2 && strstr(tool.err, message);
    if (!refused)
        test_fail(__FILE__, __LINE__, "status %d, \"%s\", expected \"%s\"", (int)tool.status, tool.err, message);
    close_directory();
    return refused;
}

TEST(fanout_names_file_line_and_path_of_a_bad_prompt)
{
    CHECK(refuses_prompts(
        "{\"prompt\":\"a\"}\n{\"prompt\":\"b\",}\n",
        "/prompts.jsonl:2: cannot run the prompt: the arguments are not JSON: expected a member's name at byte 14"));
    CHECK(refuses_prompts("\n\n{\"prompt\":\"a\",\"claude\":{\"model\":5}}",
                          "/prompts.jsonl:3: cannot run the prompt: claude.model: expected a string"));
    CHECK(refuses_prompts(
        "{\"promt\":\"a\"}\n",
        "/prompts.jsonl:1: cannot run the prompt: promt: no such argument of Run; is \"prompt\" meant?"));
    CHECK(refuses_prompts("{\"prompt\":\"a\",\"podman\":{\"memroy\":\"1g\"}}\n",
                          ": podman.memroy: no such argument of Run; is \"memory\" meant?"));
    CHECK(refuses_prompts("{\"prompt\":\"a\",\"claude\":{\"modle\":\"haiku\"}}\n",
                          "claude.modle: no such argument of Run; is \"model\" meant?"));
    CHECK(refuses_prompts("{\"prompt\":\"a\",\"podman\":{\"lifecycle\":{\"post_crate\":[]}}}\n",
                          "podman.lifecycle.post_crate: no such argument of Run; is \"post_create\" meant?"));
    CHECK(refuses_prompts("null\n", ":1: cannot run the prompt: the arguments are no JSON object"));
    CHECK(refuses_prompts("{\"prompt\":\"a\"} {\"prompt\":\"b\"}\n", "expected nothing after the value at byte 15"));
    CHECK(refuses_prompts(" \n\n", "holds no prompt"));
}

TEST(fanout_sends_members_that_only_later_servers_know)
{
    static const script_step run[] = {
        EXPECT("POST /run"),
        AND_CONTAINS("\"webhook_retries\":3"),
        AND_CONTAINS("\"thinking\":{\"tokens\": [1, 2.50]}"),
        AND_CONTAINS("\"model\":\"haiku\""),
        AND_CONTAINS("\"gpu\":null"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 31\r\n\r\n"
             "{\"id\":\"1\",\"status\":\"completed\"}"),
        EXPECT_CLOSE(),
    };
    fault_server *server;
    test_loop loop;

    CHECK(test_loop_open(&loop));
    server = fault_server_start(&loop, NULL);
    CHECK(server && open_directory("{\"prompt\":\"a\",\"webhook_retries\":3,"
                                   "\"claude\":{\"thinking\":{\"tokens\": [1, 2.50]},\"model\":\"haiku\"},"
                                   "\"podman\":{\"gpu\":null}}\n"));
    fault_server_play(server, SCRIPT(run), 1);
    CHECK(fanout_start(&tool, &loop, fault_server_url(server), ARGUMENTS("--quiet")));
    CHECK(command_wait(&tool));
    CHECK_EQ(tool.status, 0);
    close_directory();
    CHECK(fault_server_stop(server));
    CHECK(test_loop_close(&loop));
}

TEST(fanout_refuses_wrong_usage_with_a_sentence)
{
    CHECK(open_directory(three_prompts));
    CHECK_EQ(fanout(&tool, "http://127.0.0.1:1", ARGUMENTS("--fan")), 2);
    CHECK_CONTAINS(tool.err, "there is no option --fan");
    CHECK_EQ(fanout(&tool, "http://127.0.0.1:1", ARGUMENTS("--report")), 2);
    CHECK_CONTAINS(tool.err, "--report needs a value");
    CHECK_EQ(fanout(&tool, "gopher://127.0.0.1", ARGUMENTS("--quiet")), 2);
    CHECK_CONTAINS(tool.err, "gopher");
    CHECK_EQ(fanout(&tool, "http://127.0.0.1:1", ARGUMENTS("--results", "/nowhere/at/all")), 2);
    CHECK_CONTAINS(tool.err, "cannot write /nowhere/at/all: No such file or directory");
    CHECK_EQ(fanout(&tool, "http://127.0.0.1:1", ARGUMENTS("--report", "/nowhere/at/all")), 2);
    CHECK_CONTAINS(tool.err, "cannot write /nowhere/at/all");
    CHECK_EQ(fanout(&tool, "http://127.0.0.1:1", ARGUMENTS("--token-file", "/nowhere/at/all")), 2);
    CHECK_CONTAINS(tool.err, "cannot read a token from /nowhere/at/all: No such file or directory");
    close_directory();
}

TEST(fanout_says_when_the_connections_do_not_fit)
{
    static char shell[] = "/bin/sh", option[] = "-c", script[512];
    char *arguments[] = {shell, option, script, NULL};
    test_loop loop;

    CHECK(open_directory(three_prompts));
    snprintf(script, sizeof(script), "ulimit -n 100; exec %s --url http://127.0.0.1:1 --prompts %s --concurrency 90",
             WEFT_FANOUT_PATH, prompts_path);
    CHECK(test_loop_open(&loop));
    CHECK(command_start(&tool, &loop, shell, arguments));
    CHECK(command_wait(&tool));
    CHECK_EQ(tool.status, 2);
    CHECK_CONTAINS(tool.err, "90 connections do not fit: this process may open 100 files");
    CHECK_CONTAINS(tool.err, "--connections 68 or less");
    CHECK(test_loop_close(&loop));
    close_directory();
}

TEST(fanout_explains_itself)
{
    static char path[] = WEFT_FANOUT_PATH, help[] = "--help";
    char *arguments[] = {path, help, NULL};
    test_loop loop;

    CHECK(test_loop_open(&loop));
    CHECK(command_start(&tool, &loop, path, arguments));
    CHECK(command_wait(&tool));
    CHECK_EQ(tool.status, 0);
    CHECK_STR(tool.err, "");
    CHECK_CONTAINS(tool.out, "Usage: weft-fanout");
    CHECK_CONTAINS(tool.out, "Exit status: 0");
    CHECK_CONTAINS(tool.out, "Examples:");
    CHECK(test_loop_close(&loop));
}
