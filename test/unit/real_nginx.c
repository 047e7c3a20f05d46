/* nginx before a service: TLS, keep-alive, gzip, limits, event streams, and reloads in the middle of it all. */
#include "client_rig.h"
#include "http/gzip.h"
#include "real_server.h"
#include "sim_process.h"
#include "test.h"
#include "tls_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct fixture {
    client_rig rig;
    sim_process sim;
    real_server nginx;
    int port;
    char url[64];
    char encoding[64]; /* Content-Encoding of the last answer */
} fixture;

static void note_answer(weft_call *call, void *arg)
{
    fixture *fx = arg;
    weft_str encoding = weft_call_get_header(call, "content-encoding");

    snprintf(fx->encoding, sizeof(fx->encoding), "%s", encoding.ptr ? encoding.ptr : "");
}

static int sim_port(const fixture *fx)
{
    return atoi(strrchr(fx->sim.base_url, ':') + 1);
}

static bool write_configuration(const fixture *fx)
{
    const char *directory = fx->nginx.directory;

    return real_server_write(
        &fx->nginx, "nginx.conf",
        "%s"
        "daemon off;\nworker_processes 1;\npid %s/nginx.pid;\nerror_log %s/error.log;\n"
        "events { worker_connections 512; }\n"
        "http {\n"
        "    access_log off;\n"
        "    client_body_temp_path %s/body;\n    proxy_temp_path %s/proxy;\n    fastcgi_temp_path %s/fastcgi;\n"
        "    uwsgi_temp_path %s/uwsgi;\n    scgi_temp_path %s/scgi;\n"
        "    gzip on;\n    gzip_types *;\n    gzip_min_length 1;\n    gzip_proxied any;\n"
        "    upstream sim { server 127.0.0.1:%d; keepalive 8; }\n"
        "    server {\n"
        "        listen 127.0.0.1:%d ssl;\n"
        "        ssl_certificate %s/server.pem;\n        ssl_certificate_key %s/server.key;\n"
        "        client_max_body_size 64k;\n"
        "        proxy_http_version 1.1;\n        proxy_set_header Connection '';\n"
        "        location / { proxy_pass http://sim; }\n"
        "        location /straight/ { proxy_pass http://sim/; proxy_buffering off; }\n"
        "        location /moved { return 302 /health; }\n"
        "        location /downgraded { return 302 http://127.0.0.1:%d/health; }\n"
        "    }\n"
        "}\n",
        geteuid() == 0 ? "user root;\n" : "", directory, directory, directory, directory, directory, directory,
        directory, sim_port(fx), fx->port, directory, directory, sim_port(fx));
}

static bool take_certificate(const fixture *fx, const char *name)
{
    char file[32];

    snprintf(file, sizeof(file), "%s.pem", name);
    if (!real_server_copy(&fx->nginx, "server.pem", tls_file(file)))
        return false;
    snprintf(file, sizeof(file), "%s.key", name);
    return real_server_copy(&fx->nginx, "server.key", tls_file(file));
}

static weft_client *make_client(fixture *fx, const char *path, const char *root)
{
    weft_tls_options tls = {.ca_file = tls_file(root)};
    char url[128];

    snprintf(url, sizeof(url), "%s%s", fx->url, path);
    return rig_client(&fx->rig, &(weft_client_options){
                                    .base_url = url,
                                    .tls = &tls,
                                    .retries.first_backoff_ms = 20,
                                    .on_response = note_answer,
                                    .hook_arg = fx,
                                });
}

/* nginx before a simulator with these arguments, and a client of both. False, and nothing to do, without nginx. */
static bool fixture_open(fixture *fx, const char *const *sim_arguments)
{
    const char *const arguments[] = {"-p", fx->nginx.directory, "-e", "error.log", "-c", "nginx.conf", NULL};

    memset(fx, 0, sizeof(*fx));
    if (!real_server_find(&fx->nginx, "nginx"))
        return false;
    fx->port = fault_server_dead_port();
    snprintf(fx->url, sizeof(fx->url), "https://localhost:%d", fx->port);
    if (!sim_process_start(&fx->sim, sim_arguments) || !take_certificate(fx, "good") || !write_configuration(fx) ||
        !real_server_start(&fx->nginx, arguments, fx->port) || !rig_open(&fx->rig, NULL, NULL))
        return false;
    fx->rig.client = make_client(fx, "", "ca.pem");
    return fx->rig.client != NULL;
}

static bool fixture_end(fixture *fx)
{
    bool ok = rig_end(&fx->rig);

    return real_server_stop(&fx->nginx) && sim_process_stop(&fx->sim) && ok;
}

static void get(weft_client *client, const char *path, call_outcome *outcome)
{
    memset(outcome, 0, sizeof(*outcome));
    weft_http_send(client, &(weft_http_request){.method = "GET", .path = path}, NULL, on_http_outcome, outcome);
}

TEST(nginx_keeps_the_connection_and_its_answers_are_unpacked)
{
    enum { CALLS = 20 };
    fixture fx;
    call_outcome outcome;
    weft_engine_stats stats;

    if (!fixture_open(&fx, NULL))
        return;
    for (int i = 0; i < CALLS; i++) {
        get(fx.rig.client, "/health", &outcome);
        CHECK(rig_run(&fx.rig));
        CHECK_STR(outcome.message, "");
        CHECK_STR(fx.encoding, weft__gzip_is_supported() ? "gzip" : "");
        CHECK_CONTAINS(outcome.text, "\"status\":\"ok\"");
    }
    stats = rig_stats(&fx.rig);
    CHECK_EQ(stats.connections_opened, 1);
    CHECK_EQ(stats.connections_reused, CALLS - 1);
    CHECK(fixture_end(&fx));
}

TEST(nginx_refuses_a_body_that_is_too_large_before_it_is_sent)
{
    fixture fx;
    call_outcome outcome = {0};
    const char *path;

    if (!fixture_open(&fx, NULL))
        return;
    path = real_server_path(&fx.nginx, "large");
    CHECK(real_server_write(&fx.nginx, "large", "x"));
    CHECK(truncate(path, 64 << 20) == 0);
    weft_http_send(fx.rig.client, &(weft_http_request){.method = "PUT", .path = "/x", .body.file_path = path}, NULL,
                   on_http_outcome, &outcome);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(outcome.code, WEFT_E_REQUEST_FAILED);
    CHECK_EQ(outcome.status, 413);
    CHECK(outcome.details.bytes_sent < 32 << 20);
    get(fx.rig.client, "/health", &outcome);
    CHECK(rig_run(&fx.rig));
    CHECK_STR(outcome.message, "");
    CHECK(fixture_end(&fx));
}

TEST(nginx_redirects_within_https_but_not_out_of_it)
{
    fixture fx;
    call_outcome outcome;

    if (!fixture_open(&fx, NULL))
        return;
    get(fx.rig.client, "/moved", &outcome);
    CHECK(rig_run(&fx.rig));
    CHECK_STR(outcome.message, "");
    CHECK_CONTAINS(outcome.text, "\"status\":\"ok\"");
    get(fx.rig.client, "/downgraded", &outcome);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(outcome.code, WEFT_E_REDIRECT);
    CHECK_CONTAINS(outcome.message, "from https to http");
    CHECK(fixture_end(&fx));
}

TEST(nginx_hangs_up_on_a_service_that_is_gone)
{
    fixture fx;
    call_outcome outcome;

    if (!fixture_open(&fx, NULL))
        return;
    CHECK(sim_process_stop(&fx.sim));
    get(fx.rig.client, "/health", &outcome);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(outcome.code, WEFT_E_SERVER_ERROR);
    CHECK_EQ(outcome.status, 502);
    CHECK_EQ(outcome.details.attempts, 3);
    CHECK(fixture_end(&fx));
}

/* When a stream's events came. */
typedef struct event_times {
    uint64_t first_ms, last_ms;
} event_times;

static void note_event(stream_log *heard, weft_stream *stream)
{
    event_times *times = heard->arg;

    (void)stream;
    if (heard->events == 1)
        times->first_ms = rig_now_ms();
    times->last_ms = rig_now_ms();
}

TEST(nginx_lets_events_through_one_by_one)
{
    static const char *const slow[] = {"--token-interval", "30", "--tokens", "10", NULL};
    static const char *const paths[] = {"/straight", ""};
    fixture fx;

    if (!fixture_open(&fx, slow))
        return;
    for (int i = 0; i < 2; i++) {
        event_times times = {0};
        stream_log heard = {.at_event = note_event, .arg = &times};

        fx.rig.client = make_client(&fx, paths[i], "ca.pem");
        CHECK(fx.rig.client && rig_stream(&fx.rig, &heard, NULL));
        CHECK(rig_run(&fx.rig));
        CHECK_STR(heard.message, "");
        CHECK_EQ(heard.code, WEFT_OK);
        CHECK_STR(fx.encoding, "");
        CHECK(heard.events >= 10);
        CHECK(i == 1 || times.last_ms - times.first_ms >= 150); /* as they were made, not all at the end */
    }
    CHECK(fixture_end(&fx));
}

/* Keeps calls coming until it is told to stop: repeatable ones, and runs with a text of their own. */
typedef struct traffic {
    fixture *fx;
    bool stopped;
    unsigned asked, failed; /* repeatable ones */
    unsigned runs, runs_done, runs_unknown, runs_failed;
    char message[256]; /* of the last failure that should not be */
} traffic;

static void on_repeatable(weft_call *call, const weft_error *error, const weft_http_response *result, void *arg)
{
    traffic *flow = arg;

    (void)call;
    (void)result;
    flow->asked++;
    if (error) {
        flow->failed++;
        snprintf(flow->message, sizeof(flow->message), "%s", error->message);
    }
    if (!flow->stopped)
        weft_http_send(flow->fx->rig.client, &(weft_http_request){.method = "GET", .path = "/health"}, NULL,
                       on_repeatable, flow);
}

static void send_run(traffic *flow);

static void on_run(weft_call *call, const weft_error *error, const weft_stromboli_run_response *result, void *arg)
{
    traffic *flow = arg;

    (void)call;
    (void)result;
    flow->runs_done++;
    if (error && error->outcome != WEFT_OUTCOME_NOT_ACTED_ON) {
        flow->runs_unknown++;
    } else if (error) {
        flow->runs_failed++;
        snprintf(flow->message, sizeof(flow->message), "%s", error->message);
    }
    if (!flow->stopped)
        send_run(flow);
}

static void send_run(traffic *flow)
{
    char prompt[32];

    snprintf(prompt, sizeof(prompt), "sim:echo run-%05u.", flow->runs++);
    weft_stromboli_run(flow->fx->rig.client, &(weft_stromboli_run_request){.prompt = prompt}, NULL, on_run, flow);
}

/* So many more answers have come. */
typedef struct goal {
    const traffic *flow;
    unsigned asked;
} goal;

static bool goal_is_met(void *arg)
{
    const goal *wanted = arg;

    return wanted->flow->asked >= wanted->asked;
}

static unsigned occurrences(const char *text, const char *part)
{
    unsigned count = 0;

    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

/* How many runs the service saw twice; UINT_MAX when it cannot be asked. */
static unsigned runs_seen_twice(const fixture *fx, const traffic *flow)
{
    char *requests = real_server_get(sim_port(fx), "/__sim/requests");
    unsigned twice = 0;

    if (!requests || !strstr(requests, "run-00000."))
        twice = 1000000;
    for (unsigned i = 0; requests && i < flow->runs; i++) {
        char text[16];

        snprintf(text, sizeof(text), "run-%05u.", i);
        twice += occurrences(requests, text) > 1;
    }
    free(requests);
    return twice;
}

TEST(nginx_reloads_in_mid_traffic_and_nothing_fails_nor_runs_twice)
{
    static const char *const recording[] = {"--record", "100000", "--record-bytes", "2048", NULL};
    enum { RELOADS = 4, AT_ONCE = 8 };
    fixture fx;
    traffic flow = {.fx = &fx};
    goal wanted = {.flow = &flow};

    if (!fixture_open(&fx, recording))
        return;
    for (int i = 0; i < AT_ONCE; i++) {
        on_repeatable(NULL, NULL, NULL, &flow);
        send_run(&flow);
    }
    for (int i = 0; i <= RELOADS; i++) {
        wanted.asked = flow.asked + 300;
        CHECK(test_loop_run_until(&fx.rig.loop, goal_is_met, &wanted, "300 more answers"));
        if (i < RELOADS)
            real_server_signal(&fx.nginx, SIGHUP);
    }
    flow.stopped = true;
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(flow.runs_done, flow.runs);
    CHECK_STR(flow.message, "");
    CHECK_EQ(flow.failed, 0);
    CHECK_EQ(flow.runs_failed, 0);
    CHECK_EQ(runs_seen_twice(&fx, &flow), 0);
    CHECK(fixture_end(&fx));
}

TEST(nginx_changes_its_certificate_and_new_connections_see_it)
{
    enum { DEADLINE_MS = 15000 };
    uint64_t start_ms = rig_now_ms();
    fixture fx;
    call_outcome outcome;
    weft_client *of_stranger;

    if (!fixture_open(&fx, NULL))
        return;
    get(fx.rig.client, "/health", &outcome);
    CHECK(rig_run(&fx.rig));
    CHECK_STR(outcome.message, "");
    of_stranger = make_client(&fx, "", "stranger.pem");
    CHECK(of_stranger);
    CHECK(take_certificate(&fx, "unknown"));
    real_server_signal(&fx.nginx, SIGHUP);
    do {
        get(fx.rig.client, "/health", &outcome);
        CHECK(rig_run(&fx.rig));
    } while (outcome.code == WEFT_OK && rig_now_ms() - start_ms < DEADLINE_MS);
    CHECK_EQ(outcome.code, WEFT_E_CERTIFICATE);
    /* Until the old worker is gone, either may take a connection. */
    do {
        get(of_stranger, "/health", &outcome);
        CHECK(rig_run(&fx.rig));
    } while (outcome.code == WEFT_E_CERTIFICATE && rig_now_ms() - start_ms < DEADLINE_MS);
    CHECK_STR(outcome.message, "");
    CHECK(fixture_end(&fx));
}
