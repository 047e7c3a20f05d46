/* What weft-fanout says of its runs when their server is killed half-way, in each of its modes. */
#include <signal.h>
#include <stdio.h>

#include "fanout_command.h"
#include "sim_fixture.h"

enum { AT_A_TIME = 6 };

static cli_command tool; /* too large for a stack */

static const char hanging[] = "{\"prompt\":\"sim:hang\"}\n";

static bool wait_until_asked(fixture *fx, const char *operation)
{
    long times;

    while ((times = times_asked(fx, "stromboli", operation)) >= 0 && times < AT_A_TIME)
        ;
    /* Once more: what is said in the turn that follows the request is on its way as well. */
    return times == AT_A_TIME && times_asked(fx, "stromboli", operation) == AT_A_TIME;
}

/* Plays `requests` runs that never end against a simulator, kills that once as many as go at a time have begun, and
 * returns the results; NULL, with the test failed, when it does not come to that. */
static char *results_of_a_kill(const char *operation, const char *const *arguments)
{
    fixture fx;
    char *results = NULL;
    size_t len;

    if (!begin_sim(&fx, NULL) || !open_directory(hanging))
        return NULL;
    if (fanout_start(&tool, &fx.loop, sim.base_url, arguments) && wait_until_asked(&fx, operation)) {
        sim_process_kill(&sim);
        if (command_wait(&tool))
            results = test_read_file(results_path, &len);
    }
    close_directory();
    if (results && end_engine(&fx))
        return results;
    test_fail(__FILE__, __LINE__, "status %d: %s", (int)tool.status, tool.err);
    free(results);
    return NULL;
}

/* The lines that have both. */
static size_t lines_with(const char *results, const char *first, const char *second)
{
    size_t count = 0;

    for (const char *line = results, *next; *line; line = next) {
        size_t len = strcspn(line, "\n");

        next = line + len + (line[len] == '\n');
        count += memmem(line, len, first, strlen(first)) && memmem(line, len, second, strlen(second));
    }
    return count;
}

static const char lost[] = "\"WEFT_E_CONNECTION_LOST\"", unknown[] = "\"outcome\":\"unknown\"";

/* Nothing of them was sent. A server that dies may take a connection, and its bytes, with it all the same. */
static size_t lines_that_came_too_late(const char *results)
{
    return lines_with(results, "\"WEFT_E_CONNECT\"", "\"outcome\":\"not_acted_on\"") +
           lines_with(results, lost, "\"outcome\":\"not_acted_on\"");
}

TEST(fanout_whose_server_is_killed_says_of_each_run_that_it_may_have_been_acted_on_or_was_not)
{
    char *results = results_of_a_kill("Run", ARGUMENTS("--mode", "run", "--requests", "20", "--concurrency", "6",
                                                       "--retries", "0", "--results", results_path));

    CHECK(results && is_json_lines(results, 20));
    CHECK(lines_with(results, lost, unknown) >= AT_A_TIME);
    CHECK_EQ(lines_with(results, lost, unknown) + lines_that_came_too_late(results), 20);
    free(results);
}

TEST(fanout_whose_server_is_killed_says_of_each_open_stream_that_it_was_acted_on)
{
    char *results = results_of_a_kill("Stream", ARGUMENTS("--mode", "stream", "--requests", "20", "--concurrency", "6",
                                                          "--retries", "0", "--results", results_path));

    CHECK(results && is_json_lines(results, 20));
    CHECK_EQ(lines_with(results, "\"http_status\":200", "\"outcome\":\"acted_on\""), AT_A_TIME);
    CHECK_EQ(AT_A_TIME + lines_with(results, lost, unknown) + lines_that_came_too_late(results), 20);
    free(results);
}

/* That they cannot be looked at says nothing of them; the wait goes on looking until its deadline. */
TEST(fanout_whose_server_is_killed_says_of_each_job_that_it_was_acted_on)
{
    char *results =
        results_of_a_kill("RunAsync", ARGUMENTS("--mode", "async", "--requests", "6", "--concurrency", "6", "--poll",
                                                "5ms", "--timeout", "2s", "--results", results_path));

    CHECK(results && is_json_lines(results, AT_A_TIME));
    CHECK_EQ(lines_with(results, "\"id\":\"job", "\"outcome\":\"acted_on\""), AT_A_TIME);
    free(results);
}
