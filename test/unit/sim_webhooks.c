/* What weft-sim tells the webhook of a job, and whom it does not call. */
#include "sim_fixture.h"

#include <mbedtls/md.h>
#include <stdio.h>
#include <unistd.h>

/* The fixture's server is where webhooks arrive; its client is the simulator's. */
static bool begin(fixture *fx, const char *const *arguments, fault_script script, unsigned connections)
{
    weft_client_options options = {.retries.max_retries = WEFT_NO_RETRIES};

    sim_process_stop(&sim); /* a failed test leaves its own behind */
    if (!sim_process_start(&sim, arguments) || !begin_engine(fx, NULL, script, connections))
        return false;
    options.base_url = sim.base_url;
    fx->client = weft_stromboli_client(fx->engine, &options, NULL);
    return fx->client != NULL;
}

static bool end_all(fixture *fx)
{
    bool good = end(fx);

    return sim_process_stop(&sim) && good;
}

static const char *const at_once[] = {"--job-pending", "0", "--job-duration", "1", NULL};

/* Has a job run, and its outcome told to `path` of `origin`, the fixture's server where it is NULL. */
static bool run_job(fixture *fx, const char *prompt, const char *origin, const char *path)
{
    weft_stromboli_run_request request = {.prompt = prompt};
    char url[256];

    snprintf(url, sizeof(url), "%s%s", origin ? origin : fault_server_url(fx->server), path);
    request.webhook_url = url;
    return finish(fx, weft_stromboli_run_async(fx->client, &request, NULL, on_stromboli_run_async, fx)) && !fx->error;
}

/* The id of the job that run_job() started. */
static const char *job_id(const fixture *fx)
{
    return ((const weft_stromboli_run_async_response *)fx->result)->job_id.ptr;
}

static bool one_arrived(void *arg)
{
    return fault_server_request_count(((fixture *)arg)->server) == 1;
}

static bool two_arrived(void *arg)
{
    return fault_server_request_count(((fixture *)arg)->server) == 2;
}

/* Asks the simulator until it has counted `count` of them. */
static bool counted(fixture *fx, const char *name, unsigned count)
{
    weft_http_request stats = {.method = "GET", .path = "/__sim/stats"};
    char text[64];

    snprintf(text, sizeof(text), "\"%s\":%u,", name, count);
    for (unsigned asked = 0; asked < 10000; asked++) {
        const weft_http_response *response;

        if (!finish(fx, weft_http_send(fx->client, &stats, NULL, on_http, fx)) || fx->error)
            return false;
        response = fx->result;
        if (strstr(response->body.ptr, text))
            return true;
    }
    return false;
}

#define POSTED(path)                                                                                                   \
    EXPECT("POST " path " HTTP/1.1\r\n"), AND_CONTAINS("\r\nContent-Type: application/json\r\n"),                      \
        AND_CONTAINS("\r\n\r\n{\"job_id\":\"job-")
#define TAKEN SEND("HTTP/1.1 204 No Content\r\n\r\n"), EXPECT_CLOSE()
#define FAILED SEND("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"), EXPECT_CLOSE()

TEST(what_a_job_came_to_is_posted_to_its_webhook)
{
    static const script_step steps[] = {
        POSTED("/hook?team=a"),
        AND_CONTAINS("\",\"status\":\"completed\",\"output\":\"hello\",\"session_id\":\""),
        AND_LACKS("X-Stromboli-Signature"),
        TAKEN,
    };
    fixture fx;

    CHECK(begin(&fx, at_once, SCRIPT(steps), 1));
    CHECK(run_job(&fx, "sim:echo hello", NULL, "/hook?team=a"));
    CHECK(test_loop_run_until(&fx.loop, one_arrived, &fx, "the webhook is called"));
    CHECK(strstr(fault_server_request(fx.server, 0, NULL), job_id(&fx)));
    CHECK(counted(&fx, "webhooks_delivered", 1));
    CHECK(end_all(&fx));
}

TEST(a_job_that_failed_tells_its_error)
{
    static const script_step steps[] = {
        POSTED("/"),
        AND_CONTAINS("\",\"status\":\"failed\",\"error\":\"execution failed: "),
        AND_LACKS("\"output\""),
        TAKEN,
    };
    fixture fx;

    CHECK(begin(&fx, at_once, SCRIPT(steps), 1));
    CHECK(run_job(&fx, "sim:fail", NULL, ""));
    CHECK(test_loop_run_until(&fx.loop, one_arrived, &fx, "the webhook is called"));
    CHECK(end_all(&fx));
}

TEST(a_job_that_was_cancelled_tells_so_at_once)
{
    static const script_step steps[] = {POSTED("/"), AND_CONTAINS("\",\"status\":\"cancelled\"}"), TAKEN};
    char id[64];
    fixture fx;

    CHECK(begin(&fx, at_once, SCRIPT(steps), 1));
    CHECK(run_job(&fx, "sim:hang", NULL, ""));
    snprintf(id, sizeof(id), "%s", job_id(&fx));
    CHECK(finish(&fx, weft_stromboli_cancel_job(fx.client, id, NULL, on_stromboli_cancel_job, &fx)) && !fx.error);
    CHECK(test_loop_run_until(&fx.loop, one_arrived, &fx, "the webhook is called"));
    CHECK(end_all(&fx));
}

TEST(a_webhook_that_fails_is_called_a_second_time)
{
    static const script_step fails[] = {POSTED("/"), FAILED};
    static const script_step takes[] = {POSTED("/"), TAKEN};
    fixture fx;

    CHECK(begin(&fx, at_once, SCRIPT(fails), 1));
    fault_server_play(fx.server, SCRIPT(takes), 1);
    CHECK(run_job(&fx, "hi", NULL, ""));
    CHECK(test_loop_run_until(&fx.loop, two_arrived, &fx, "the webhook is called twice"));
    CHECK(counted(&fx, "webhooks_delivered", 1));
    CHECK(end_all(&fx));
}

TEST(a_webhook_is_not_called_a_third_time)
{
    static const script_step cuts[] = {POSTED("/"), RESET()};
    fixture fx;

    CHECK(begin(&fx, at_once, SCRIPT(cuts), 2));
    CHECK(run_job(&fx, "hi", NULL, ""));
    CHECK(test_loop_run_until(&fx.loop, two_arrived, &fx, "the webhook is called twice"));
    CHECK(counted(&fx, "webhooks_failed", 1));
    CHECK(end_all(&fx));
}

TEST(only_this_machine_is_ever_called)
{
    static const char *const elsewhere[] = {"http://192.0.2.1:9", "http://[2001:db8::1]", "http://localhost.example",
                                            "https://127.0.0.1",  "ftp://127.0.0.1",      "http://127.0.0.1@192.0.2.1"};
    enum { ELSEWHERE = sizeof(elsewhere) / sizeof(elsewhere[0]) };
    fixture fx;

    CHECK(begin(&fx, at_once, (fault_script){NULL, 0}, 0));
    for (unsigned i = 0; i < ELSEWHERE; i++)
        CHECK(run_job(&fx, "hi", elsewhere[i], "/"));
    CHECK(counted(&fx, "webhooks_refused", ELSEWHERE));
    CHECK(end_all(&fx));
}

/* begin(), with the simulator's standard error going to `said`. */
static bool begin_heard(fixture *fx, FILE *said)
{
    int usual = dup(STDERR_FILENO);
    bool begun;

    dup2(fileno(said), STDERR_FILENO);
    begun = begin(fx, at_once, (fault_script){NULL, 0}, 0);
    dup2(usual, STDERR_FILENO);
    close(usual);
    return begun;
}

TEST(the_refusal_of_a_host_is_said_once_and_counted_each_time)
{
    FILE *said = tmpfile();
    char text[1024] = "";
    fixture fx;

    CHECK(said);
    CHECK(begin_heard(&fx, said));
    for (unsigned i = 0; i < 3; i++)
        CHECK(run_job(&fx, "hi", "https://hooks.example.com", i == 0 ? "/one" : "/other"));
    CHECK(run_job(&fx, "hi", "http://192.0.2.1:9", "/"));
    CHECK(counted(&fx, "webhooks_refused", 4));
    CHECK(end_all(&fx));
    rewind(said);
    CHECK(fread(text, 1, sizeof(text) - 1, said) > 0);
    fclose(said);
    CHECK_STR(text, "weft-sim: a webhook is not called: https://hooks.example.com is not http to this machine\n"
                    "weft-sim: a webhook is not called: http://192.0.2.1:9 is not http to this machine\n");
}

/* The value of a header of a request that arrived. */
static bool read_header(const char *request, const char *name, char *ret_value, size_t size)
{
    const char *at = strstr(request, name);
    size_t len;

    if (!at)
        return false;
    at += strlen(name);
    len = strcspn(at, "\r");
    snprintf(ret_value, size, "%.*s", (int)len, at);
    return true;
}

static void signature_of(const char *secret, const char *timestamp, const char *body, char ret_hex[65])
{
    unsigned char mac[32];
    char text[2048];
    int len = snprintf(text, sizeof(text), "%s.%s", timestamp, body);

    mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), (const unsigned char *)secret, strlen(secret),
                    (const unsigned char *)text, (size_t)len, mac);
    for (size_t i = 0; i < sizeof(mac); i++)
        snprintf(ret_hex + 2 * i, 3, "%02x", mac[i]);
}

TEST(a_secret_signs_the_time_and_the_body)
{
    static const char *const arguments[] = {"--job-duration", "1", "--webhook-secret", "hook-secret", NULL};
    static const script_step steps[] = {POSTED("/hook"), TAKEN};
    char timestamp[64], signature[128], expected[65];
    const char *request;
    fixture fx;

    CHECK(begin(&fx, arguments, SCRIPT(steps), 1));
    CHECK(run_job(&fx, "sim:echo signed", NULL, "/hook"));
    CHECK(test_loop_run_until(&fx.loop, one_arrived, &fx, "the webhook is called"));
    request = fault_server_request(fx.server, 0, NULL);
    CHECK(read_header(request, "\r\nX-Stromboli-Timestamp: ", timestamp, sizeof(timestamp)));
    CHECK(read_header(request, "\r\nX-Stromboli-Signature: sha256=", signature, sizeof(signature)));
    CHECK(atoll(timestamp) > 1700000000);
    signature_of("hook-secret", timestamp, strstr(request, "\r\n\r\n") + 4, expected);
    CHECK_STR(signature, expected);
    CHECK(end_all(&fx));
}

TEST(the_simulator_ends_while_a_webhook_is_called)
{
    static const script_step steps[] = {POSTED("/"), EXPECT_CLOSE()};
    fixture fx;

    CHECK(begin(&fx, at_once, SCRIPT(steps), 1));
    CHECK(run_job(&fx, "hi", NULL, ""));
    CHECK(test_loop_run_until(&fx.loop, one_arrived, &fx, "the webhook is called"));
    CHECK(sim_process_stop(&sim));
    CHECK(end(&fx));
}
