/* Tinyproxy on the way to a service: http is forwarded, https tunnelled, and what it refuses is said. */
#include "client_rig.h"
#include "real_server.h"
#include "sim_process.h"
#include "test.h"
#include "tls_server.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct fixture {
    client_rig rig;
    sim_process sim;
    tls_server *secure;
    real_server tinyproxy;
    int port;
    char proxy[80];
} fixture;

/* Tinyproxy, with these lines in its configuration, and servers for http and https behind it. False, and nothing to
 * do, when it is not installed. */
static bool fixture_open(fixture *fx, const char *lines)
{
    const char *arguments[] = {"-d", "-c", NULL, NULL};

    memset(fx, 0, sizeof(*fx));
    if (!real_server_find(&fx->tinyproxy, "tinyproxy"))
        return false;
    arguments[2] = real_server_path(&fx->tinyproxy, "tinyproxy.conf");
    fx->port = fault_server_dead_port();
    fx->secure = tls_server_start(&(tls_server_options){0});
    return fx->secure && sim_process_start(&fx->sim, NULL) &&
           real_server_write(&fx->tinyproxy, "filter", "refused\\.test\n") &&
           real_server_write(&fx->tinyproxy, "tinyproxy.conf",
                             "Port %d\nListen 127.0.0.1\nTimeout 20\nMaxClients 50\nAllow 127.0.0.1\n"
                             "ConnectPort %d\nFilter \"%s/filter\"\nLogFile \"%s/tinyproxy.log\"\n%s",
                             fx->port, tls_server_port(fx->secure), fx->tinyproxy.directory, fx->tinyproxy.directory,
                             lines) &&
           real_server_start(&fx->tinyproxy, arguments, fx->port) && rig_open(&fx->rig, NULL, NULL);
}

static bool fixture_end(fixture *fx)
{
    bool ok = rig_end(&fx->rig);

    tls_server_stop(fx->secure);
    return real_server_stop(&fx->tinyproxy) && sim_process_stop(&fx->sim) && ok;
}

/* GETs `path` of `base_url` through the proxy, to which `credentials` ("user:pass@") are shown. */
static bool ask(fixture *fx, const char *credentials, const char *base_url, const char *path, call_outcome *outcome)
{
    weft_tls_options tls = {.ca_file = tls_file("ca.pem")};
    weft_client *client;

    snprintf(fx->proxy, sizeof(fx->proxy), "http://%s127.0.0.1:%d", credentials, fx->port);
    client = rig_client(
        &fx->rig,
        &(weft_client_options){
            .base_url = base_url, .token = "tok", .proxy = fx->proxy, .tls = &tls, .retries.first_backoff_ms = 1});
    memset(outcome, 0, sizeof(*outcome));
    if (!client)
        return false;
    weft_http_send(client, &(weft_http_request){.method = "GET", .path = path}, NULL, on_http_outcome, outcome);
    return rig_run(&fx->rig) && outcome->count == 1;
}

TEST(tinyproxy_forwards_http)
{
    fixture fx;
    call_outcome outcome;
    stream_log heard = {0};
    char *log;
    size_t len;

    if (!fixture_open(&fx, "LogLevel Connect\n"))
        return;
    for (int i = 0; i < 3; i++) {
        CHECK(ask(&fx, "", fx.sim.base_url, "/health", &outcome));
        CHECK_STR(outcome.message, "");
        CHECK_CONTAINS(outcome.text, "\"status\":\"ok\"");
    }
    fx.rig.client = rig_client(&fx.rig, &(weft_client_options){.base_url = fx.sim.base_url, .proxy = fx.proxy});
    CHECK(fx.rig.client && rig_stream(&fx.rig, &heard, NULL));
    CHECK(rig_run(&fx.rig));
    CHECK_STR(heard.message, "");
    CHECK_EQ(heard.code, WEFT_OK);
    log = test_read_file(real_server_path(&fx.tinyproxy, "tinyproxy.log"), &len);
    CHECK_CONTAINS(log, "GET http://127.0.0.1:");
    free(log);
    CHECK(fixture_end(&fx));
}

/* Tinyproxy 1.11 drops "Connection: close" on its way, and closes all the same. */
TEST(tinyproxy_does_not_lose_a_run_by_closing_without_a_word)
{
    fixture fx;
    call_outcome outcome;

    if (!fixture_open(&fx, ""))
        return;
    CHECK(ask(&fx, "", fx.sim.base_url, "/health", &outcome));
    fx.rig.client = rig_client(&fx.rig, &(weft_client_options){.base_url = fx.sim.base_url, .proxy = fx.proxy});
    for (int i = 0; i < 10; i++) {
        memset(&outcome, 0, sizeof(outcome));
        weft_stromboli_run(fx.rig.client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL, on_stromboli_run_outcome,
                           &outcome);
        CHECK(rig_run(&fx.rig));
        CHECK_STR(outcome.message, "");
        CHECK_EQ(outcome.details.attempts, 1);
    }
    CHECK(fixture_end(&fx));
}

TEST(tinyproxy_tunnels_https)
{
    fixture fx;
    call_outcome outcome;
    char *log;
    size_t len;

    if (!fixture_open(&fx, "LogLevel Connect\n"))
        return;
    for (int i = 0; i < 3; i++) {
        CHECK(ask(&fx, "", tls_server_url(fx.secure, "127.0.0.1"), "/", &outcome));
        CHECK_STR(outcome.message, "");
        CHECK_STR(outcome.text, "hello");
    }
    CHECK_EQ(tls_server_requests(fx.secure), 3);
    log = test_read_file(real_server_path(&fx.tinyproxy, "tinyproxy.log"), &len);
    CHECK_CONTAINS(log, "CONNECT 127.0.0.1:");
    free(log);
    CHECK(fixture_end(&fx));
}

TEST(tinyproxy_wants_the_right_password)
{
    fixture fx;
    call_outcome outcome;

    if (!fixture_open(&fx, "BasicAuth user s3same\n"))
        return;
    CHECK(ask(&fx, "user:s3same@", fx.sim.base_url, "/health", &outcome));
    CHECK_STR(outcome.message, "");
    CHECK(ask(&fx, "user:s3same@", tls_server_url(fx.secure, "127.0.0.1"), "/", &outcome));
    CHECK_STR(outcome.message, "");

    CHECK(ask(&fx, "user:s3cret@", fx.sim.base_url, "/health", &outcome));
    CHECK(outcome.code != WEFT_OK && outcome.status >= 400);
    CHECK(!strstr(outcome.message, "s3cret"));
    CHECK(ask(&fx, "user:s3cret@", tls_server_url(fx.secure, "127.0.0.1"), "/", &outcome));
    CHECK_EQ(outcome.code, WEFT_E_PROXY);
    CHECK(!strstr(outcome.message, "s3cret"));

    CHECK(ask(&fx, "", fx.sim.base_url, "/health", &outcome));
    CHECK_EQ(outcome.code, WEFT_E_PROXY);
    CHECK_EQ(outcome.status, 407);
    CHECK(ask(&fx, "", tls_server_url(fx.secure, "127.0.0.1"), "/", &outcome));
    CHECK_EQ(outcome.code, WEFT_E_PROXY);
    CHECK_CONTAINS(outcome.message, "wants other credentials (407)");
    CHECK(fixture_end(&fx));
}

TEST(tinyproxy_refuses_what_it_filters)
{
    fixture fx;
    call_outcome outcome;
    char url[64];

    if (!fixture_open(&fx, ""))
        return;
    CHECK(ask(&fx, "", "http://refused.test", "/", &outcome));
    CHECK_EQ(outcome.code, WEFT_E_FORBIDDEN);
    CHECK_EQ(outcome.status, 403);
    snprintf(url, sizeof(url), "https://refused.test:%d", tls_server_port(fx.secure));
    CHECK(ask(&fx, "", url, "/", &outcome));
    CHECK_EQ(outcome.code, WEFT_E_PROXY);
    CHECK_CONTAINS(outcome.message, "does not allow it (403)");
    /* A port that is not on its list. */
    CHECK(ask(&fx, "", "https://127.0.0.1:1", "/", &outcome));
    CHECK_EQ(outcome.code, WEFT_E_PROXY);
    CHECK_CONTAINS(outcome.message, "does not allow it (403)");
    CHECK(fixture_end(&fx));
}

TEST(tinyproxy_cannot_reach_a_service_that_is_gone)
{
    fixture fx;
    call_outcome outcome;
    char url[64];

    if (!fixture_open(&fx, ""))
        return;
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", fault_server_dead_port());
    CHECK(ask(&fx, "", url, "/", &outcome));
    CHECK_EQ(outcome.code, WEFT_E_SERVER_ERROR);
    CHECK(outcome.status >= 500);
    CHECK(fixture_end(&fx));
}
