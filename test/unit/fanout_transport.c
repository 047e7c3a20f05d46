/* How weft-fanout reaches a service: headers, TLS, proxies. */
#include "fanout_command.h"
#include "fault_server.h"
#include "test.h"
#include "tls_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cli_command tool; /* too large for a stack */

static const char one_prompt[] = "{\"prompt\":\"hi\"}\n";

#define COMPLETED                                                                                                      \
    SEND("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 31\r\n\r\n"                             \
         "{\"id\":\"1\",\"status\":\"completed\"}")

/* One run against a server that plays `script`; whether it succeeded. */
static bool fans_out(fault_script script, const char *url, const char *const *arguments)
{
    fault_server *server;
    test_loop loop;
    char proxy[64];
    const char *all[16] = {"--quiet", "--retries", "0"};
    size_t count = 3;
    bool good;

    if (!test_loop_open(&loop) || !open_directory(one_prompt))
        return false;
    server = fault_server_start(&loop, NULL);
    fault_server_play(server, script, 1);
    snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", fault_server_port(server));
    for (; *arguments; arguments++)
        all[count++] = strcmp(*arguments, "PROXY") == 0 ? proxy : *arguments;
    setenv("http_proxy", proxy, 1);
    good = fanout_start(&tool, &loop, url ? url : fault_server_url(server), all) && command_wait(&tool) &&
           tool.status == 0;
    unsetenv("http_proxy");
    if (!good)
        test_fail(__FILE__, __LINE__, "status %d: %s", (int)tool.status, tool.err);
    close_directory();
    good = fault_server_stop(server) && good;
    return test_loop_close(&loop) && good;
}

TEST(fanout_sends_headers)
{
    static const script_step run[] = {
        EXPECT("POST /run HTTP/1.1"),
        AND_CONTAINS("X-One: 1: one\r\n"),
        AND_CONTAINS("X-Two: two\r\n"),
        COMPLETED,
        EXPECT_CLOSE(),
    };

    CHECK(fans_out(SCRIPT(run), NULL, ARGUMENTS("--header", "X-One: 1: one", "--header=X-Two:two")));
}

TEST(fanout_goes_through_a_proxy)
{
    static const script_step run[] = {
        EXPECT("POST http://far.example:81/run HTTP/1.1"),
        COMPLETED,
        EXPECT_CLOSE(),
    };

    CHECK(fans_out(SCRIPT(run), "http://far.example:81", ARGUMENTS("--proxy", "PROXY")));
    CHECK(fans_out(SCRIPT(run), "http://far.example:81", ARGUMENTS("--proxy", "env")));
}

TEST(fanout_heeds_no_proxy_of_the_environment_unless_told_to)
{
    static const script_step run[] = {EXPECT("POST /run HTTP/1.1"), COMPLETED, EXPECT_CLOSE()};

    CHECK(fans_out(SCRIPT(run), NULL, ARGUMENTS("--mode", "run")));
}

TEST(fanout_refuses_headers_that_it_cannot_send)
{
    CHECK(open_directory(one_prompt));
    CHECK_EQ(fanout(&tool, "http://127.0.0.1:1", ARGUMENTS("--header", "no colon")), 2);
    CHECK_CONTAINS(tool.err, "--header takes a header as 'Name: value'");
    CHECK_EQ(fanout(&tool, "http://127.0.0.1:1", ARGUMENTS("--header", "Content-Length: 5")), 2);
    CHECK_CONTAINS(tool.err, "headers[0] (Content-Length): weft frames the body by itself");
    close_directory();
}

/* ---- TLS ---- */

/* Twelve runs, one after the other, each on a connection of its own; the report. They fail, as the server's answer is
 * not Stromboli's. NULL with the test failed. */
static char *report_of(tls_server *server, const char *const *tls)
{
    const char *arguments[16] = {"--requests", "12", "--concurrency", "1", "--report", json_path};
    size_t len, count = 6;

    while (*tls)
        arguments[count++] = *tls++;
    if (fanout(&tool, tls_server_url(server, "localhost"), arguments) != 1) {
        test_fail(__FILE__, __LINE__, "status %d: %s", (int)tool.status, tool.err);
        return NULL;
    }
    return test_read_file(json_path, &len);
}

TEST(fanout_trusts_the_authority_of_a_file_and_counts_handshakes)
{
    tls_server *server = tls_server_start(&(tls_server_options){.manner = TLS_ENDS_ANSWER});
    char *report;

    CHECK(server && open_directory(one_prompt));
    report = report_of(server, ARGUMENTS("--ca", tls_file("ca.pem")));
    CHECK_CONTAINS(report, "\"http_status\":200,\"count\":12");
    CHECK_CONTAINS(report, "\"tls_handshakes_full\":1,\"tls_handshakes_resumed\":11");
    CHECK_CONTAINS(tool.out, "TLS          1 full handshakes, 11 resumed");
    free(report);
    close_directory();
    tls_server_stop(server);
}

TEST(fanout_trusts_nobody_unless_told_to)
{
    tls_server *server = tls_server_start(&(tls_server_options){.certificate = "unknown"});
    char *report;

    CHECK(server && open_directory(one_prompt));
    report = report_of(server, ARGUMENTS("--ca", tls_file("ca.pem")));
    CHECK_CONTAINS(report, "\"code\":\"WEFT_E_CERTIFICATE\",\"http_status\":0,\"count\":12");
    free(report);
    report = report_of(server, ARGUMENTS("--insecure-skip-verify"));
    CHECK_CONTAINS(report, "\"http_status\":200,\"count\":12");
    CHECK_CONTAINS(tool.err, "verif"); /* the library's warning */
    free(report);
    close_directory();
    tls_server_stop(server);
}

TEST(fanout_says_who_it_is)
{
    tls_server *server = tls_server_start(&(tls_server_options){.wants_client = true});
    char *report;

    CHECK(server && open_directory(one_prompt));
    report = report_of(server, ARGUMENTS("--ca", tls_file("ca.pem"), "--cert", tls_file("client.pem"), "--key",
                                         tls_file("client.key")));
    CHECK_CONTAINS(report, "\"http_status\":200,\"count\":12");
    CHECK_STR(tls_server_last_client(server), "CN=a client");
    free(report);
    close_directory();
    tls_server_stop(server);
}

TEST(fanout_says_which_file_of_certificates_is_no_good)
{
    CHECK(open_directory(one_prompt));
    CHECK_EQ(fanout(&tool, "https://127.0.0.1:1", ARGUMENTS("--ca", "/nowhere/at/all")), 2);
    CHECK_CONTAINS(tool.err, "/nowhere/at/all");
    CHECK_EQ(fanout(&tool, "https://127.0.0.1:1", ARGUMENTS("--cert", "/nowhere/at/all")), 2);
    CHECK_CONTAINS(tool.err, "--cert and --key go together");
    close_directory();
}
