/* HAProxy before a service, with timeouts that strike: each becomes the right error, and the next call is fine. */
#include "client_rig.h"
#include "real_server.h"
#include "sim_process.h"
#include "test.h"

#include <poll.h>
#include <sys/stat.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct fixture {
    client_rig rig;
    sim_process sim;
    real_server haproxy;
    int port;
} fixture;

/* Timeouts in milliseconds: of the service, of the client, and of a connection that is idle between requests. */
typedef struct limits {
    unsigned server, client, idle;
} limits;

static bool write_configuration(const fixture *fx, const limits *wanted)
{
    return real_server_write(
        &fx->haproxy, "haproxy.cfg",
        "global\n    maxconn 100\n"
        "defaults\n    mode http\n    timeout connect 5s\n    timeout server %ums\n"
        "    timeout client %ums\n    timeout http-keep-alive %ums\n    timeout http-request %ums\n"
        "    retries 0\n    option http-buffer-request\n"
        "frontend front\n    bind 127.0.0.1:%d\n    default_backend sim\n"
        "backend sim\n    server sim 127.0.0.1:%s\n",
        wanted->server, wanted->client, wanted->idle, wanted->client, fx->port, strrchr(fx->sim.base_url, ':') + 1);
}

/* HAProxy before a simulator with these arguments, and a client of both. False, and nothing to do, without HAProxy. */
static bool fixture_open(fixture *fx, const limits *wanted, const char *const *sim_arguments)
{
    const char *arguments[] = {"-db", "-f", NULL, NULL};
    char url[64];

    memset(fx, 0, sizeof(*fx));
    if (!real_server_find(&fx->haproxy, "haproxy"))
        return false;
    arguments[2] = real_server_path(&fx->haproxy, "haproxy.cfg");
    fx->port = fault_server_dead_port();
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", fx->port);
    return sim_process_start(&fx->sim, sim_arguments) && write_configuration(fx, wanted) &&
           real_server_start(&fx->haproxy, arguments, fx->port) &&
           rig_open(&fx->rig, NULL, &(weft_client_options){.base_url = url, .retries.first_backoff_ms = 10});
}

static bool fixture_end(fixture *fx)
{
    bool ok = rig_end(&fx->rig);

    return real_server_stop(&fx->haproxy) && sim_process_stop(&fx->sim) && ok;
}

static bool ask(fixture *fx, const weft_http_request *request, call_outcome *outcome)
{
    memset(outcome, 0, sizeof(*outcome));
    weft_http_send(fx->rig.client, request, NULL, on_http_outcome, outcome);
    return rig_run(&fx->rig) && outcome->count == 1;
}

static bool get_health(fixture *fx, call_outcome *outcome)
{
    return ask(fx, &(weft_http_request){.method = "GET", .path = "/health"}, outcome);
}

static const limits patient = {10000, 10000, 10000};
static const limits impatient_with_server = {100, 10000, 10000};

TEST(haproxy_gives_up_on_a_run_which_is_not_sent_again)
{
    fixture fx;
    call_outcome outcome = {0};
    char *stats;

    if (!fixture_open(&fx, &impatient_with_server, NULL))
        return;
    weft_stromboli_run(fx.rig.client, &(weft_stromboli_run_request){.prompt = "sim:hang"}, NULL,
                       on_stromboli_run_outcome, &outcome);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(outcome.code, WEFT_E_SERVER_ERROR);
    CHECK_EQ(outcome.status, 504);
    CHECK_EQ(outcome.details.attempts, 1);
    stats = real_server_get(atoi(strrchr(fx.sim.base_url, ':') + 1), "/__sim/stats");
    CHECK_CONTAINS(stats, "\"Run\":1");
    free(stats);
    CHECK(get_health(&fx, &outcome));
    CHECK_STR(outcome.message, "");
    CHECK(fixture_end(&fx));
}

TEST(haproxy_gives_up_on_what_may_be_asked_again_and_is_asked_again)
{
    static const char *const slow[] = {"--latency", "1000", NULL};
    fixture fx;
    call_outcome outcome;

    if (!fixture_open(&fx, &impatient_with_server, slow))
        return;
    CHECK(get_health(&fx, &outcome));
    CHECK_EQ(outcome.status, 504);
    CHECK_EQ(outcome.details.attempts, 3);
    CHECK(fixture_end(&fx));
}

TEST(haproxy_cuts_a_silent_stream_which_is_lost_once)
{
    static const char *const slow[] = {"--token-interval", "1000", NULL};
    fixture fx;
    stream_log heard = {0};
    char *stats;

    if (!fixture_open(&fx, &impatient_with_server, slow))
        return;
    CHECK(rig_stream(&fx.rig, &heard, NULL));
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(heard.ends, 1);
    CHECK_EQ(heard.code, WEFT_E_CONNECTION_LOST);
    stats = real_server_get(atoi(strrchr(fx.sim.base_url, ':') + 1), "/__sim/stats");
    CHECK_CONTAINS(stats, "\"streams\":1,");
    free(stats);
    CHECK(fixture_end(&fx));
}

/* ---- a body that does not come --------------------------------------------------------------------------------- */

__attribute__((constructor)) static void make_pool_small(void)
{
    setenv("UV_THREADPOOL_SIZE", "1", 1);
}

TEST(haproxy_does_not_wait_for_a_body_that_does_not_come)
{
    static const limits impatient_with_client = {10000, 100, 10000};
    fixture fx;
    call_outcome upload = {0};
    call_outcome after;

    if (!fixture_open(&fx, &impatient_with_client, NULL))
        return;
    CHECK(mkfifo(real_server_path(&fx.haproxy, "body"), 0600) == 0); /* nobody ever writes to it */
    weft_http_send(
        fx.rig.client,
        &(weft_http_request){.method = "POST", .path = "/run", .body.file_path = real_server_path(&fx.haproxy, "body")},
        NULL, on_http_outcome, &upload);
    CHECK(rig_run(&fx.rig));
    CHECK_CONTAINS(upload.message, "408");
    CHECK_EQ(upload.code, WEFT_E_REQUEST_TIMEOUT);
    CHECK_EQ(upload.status, 408);
    CHECK_EQ(upload.details.attempts, 1);
    CHECK(get_health(&fx, &after));
    CHECK_STR(after.message, "");
    CHECK(fixture_end(&fx));
}

/* ---- connections that end while they are idle ------------------------------------------------------------------- */

static bool no_connection_is_idle(void *arg)
{
    return rig_stats(arg).connections_idle == 0;
}

/* Whether the kernel has a socket to `port` whose other end has closed, and ours has not: state 08. */
static bool other_end_has_closed(int port)
{
    FILE *table = fopen("/proc/net/tcp", "r");
    char line[256];
    unsigned remote, state;
    bool found = false;

    while (table && !found && fgets(line, sizeof(line), table))
        found = sscanf(line, " %*u: %*x:%*x %*x:%x %x", &remote, &state) == 2 && (int)remote == port && state == 8;
    if (table)
        fclose(table);
    return found;
}

TEST(haproxy_closes_an_idle_connection_and_the_next_run_is_fine)
{
    static const limits impatient_with_idleness = {10000, 10000, 50};
    const weft_stromboli_run_request run = {.prompt = "sim:echo hello"};
    fixture fx;
    call_outcome outcome;

    if (!fixture_open(&fx, &impatient_with_idleness, NULL))
        return;
    /* The loop sees it close ... */
    CHECK(get_health(&fx, &outcome));
    CHECK_EQ(rig_stats(&fx.rig).connections_idle, 1);
    CHECK(test_loop_run_until(&fx.rig.loop, no_connection_is_idle, &fx.rig, "the idle connection to be closed"));
    memset(&outcome, 0, sizeof(outcome));
    weft_stromboli_run(fx.rig.client, &run, NULL, on_stromboli_run_outcome, &outcome);
    CHECK(rig_run(&fx.rig));
    CHECK_STR(outcome.message, "");
    /* ... or has not looked since. */
    for (int tries = 0; tries < 10000 && !other_end_has_closed(fx.port); tries++)
        poll(NULL, 0, 1);
    CHECK_EQ(rig_stats(&fx.rig).connections_idle, 1);
    memset(&outcome, 0, sizeof(outcome));
    weft_stromboli_run(fx.rig.client, &run, NULL, on_stromboli_run_outcome, &outcome);
    CHECK(rig_run(&fx.rig));
    CHECK_STR(outcome.message, "");
    CHECK_EQ(outcome.details.attempts, 1);
    CHECK(!outcome.details.reused_connection);
    CHECK(fixture_end(&fx));
}

/* A proxy says 503 also when the service broke over the request: the same words prove nothing of a run. */
TEST(haproxy_without_its_service_answers_503_and_only_a_question_is_asked_again)
{
    fixture fx;
    call_outcome run = {0}, question = {0};

    if (!fixture_open(&fx, &patient, NULL))
        return;
    CHECK(sim_process_stop(&fx.sim));
    weft_stromboli_run(fx.rig.client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL, on_stromboli_run_outcome,
                       &run);
    weft_stromboli_get_metrics(fx.rig.client, NULL, on_text_outcome, &question);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(run.code, WEFT_E_UNAVAILABLE);
    CHECK_EQ(run.details.attempts, 1);
    CHECK_EQ(run.outcome, WEFT_OUTCOME_UNKNOWN);
    CHECK_CONTAINS(run.message, "; it may have been acted on, so it was not sent again");
    CHECK_EQ(question.code, WEFT_E_UNAVAILABLE);
    CHECK_EQ(question.details.attempts, 3);
    CHECK(fixture_end(&fx));
}
