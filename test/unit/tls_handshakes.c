/* What the inside of TLS promises: sessions, turns of the loop, the pool, and other people's servers. */
#include "client_rig.h"
#include "test.h"
#include "tls_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "client/client.h"
#include "engine/engine.h"
#include "tls/parts.h"

typedef struct fixture {
    client_rig rig;
    tls_server *server;
    weft_client *client;
    call_outcome outcome;
} fixture;

static void resolve_here(weft_resolve *request, const char *host, void *arg)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct sockaddr *addresses[] = {(const struct sockaddr *)&here};

    (void)host;
    (void)arg;
    weft_resolve_answer(request, 0, addresses, 1);
}

/* Every name leads to this machine. */
static bool fixture_rig(fixture *fx)
{
    memset(fx, 0, sizeof(*fx));
    return rig_open(&fx->rig, &(weft_engine_options){.resolve = resolve_here, .max_connections_per_origin = 1000},
                    NULL);
}

static bool fixture_client(fixture *fx, const char *url, const weft_tls_options *tls)
{
    fx->client = rig_client(
        &fx->rig, &(weft_client_options){.base_url = url, .retries.max_retries = WEFT_NO_RETRIES, .tls = tls});
    return fx->client != NULL;
}

static bool fixture_open(fixture *fx, const tls_server_options *options, const weft_tls_options *tls)
{
    weft_tls_options trusting = {.ca_file = tls_file("ca.pem")};

    if (!fixture_rig(fx))
        return false;
    fx->server = tls_server_start(options);
    return fx->server && fixture_client(fx, tls_server_url(fx->server, "localhost"), tls ? tls : &trusting);
}

static bool fixture_get(fixture *fx)
{
    memset(&fx->outcome, 0, sizeof(fx->outcome));
    weft_http_send(fx->client, &(weft_http_request){.method = "GET", .path = "/"}, NULL, on_http_outcome, &fx->outcome);
    return rig_run(&fx->rig);
}

static bool fixture_end(fixture *fx)
{
    bool clean = rig_end(&fx->rig);

    tls_server_stop(fx->server);
    return clean;
}

/* ---- sessions ------------------------------------------------------------------------------------------ */

/* Two connections, one after the other; how many of them resumed. */
static void expect_resumptions(tls_sessions sessions, const weft_tls_options *tls, unsigned resumed)
{
    fixture fx;

    /* Each answer ends its connection. */
    CHECK(fixture_open(&fx, &(tls_server_options){.manner = TLS_ENDS_ANSWER, .sessions = sessions}, tls));
    for (int i = 0; i < 3; i++) {
        CHECK(fixture_get(&fx));
        CHECK_STR(fx.outcome.message, "");
        CHECK(!fx.outcome.details.reused_connection);
    }
    CHECK_EQ(tls_server_connections(fx.server), 3);
    CHECK_EQ(rig_stats(&fx.rig).tls_handshakes_resumed, resumed);
    CHECK_EQ(rig_stats(&fx.rig).tls_handshakes_full, 3 - resumed);
    CHECK(fixture_end(&fx));
}

TEST(second_connection_resumes_by_ticket)
{
    expect_resumptions(TLS_TICKETS, NULL, 2);
}

#if !WEFT__MBED_TLS13
TEST(second_connection_resumes_by_session_id)
{
    expect_resumptions(TLS_SESSION_IDS, NULL, 2);
}
#endif

TEST(server_without_sessions_is_served_by_full_handshakes)
{
    expect_resumptions(TLS_NO_SESSIONS, NULL, 0);
}

TEST(resumption_can_be_turned_off)
{
    expect_resumptions(TLS_TICKETS, &(weft_tls_options){.ca_file = tls_file("ca.pem"), .no_session_resumption = true},
                       0);
}

TEST(kept_sessions_are_bounded_and_the_oldest_goes)
{
    weft_tls_options tls = {.ca_file = tls_file("ca.pem")};
    fixture fx;
    char url[64];

    CHECK(fixture_open(&fx, &(tls_server_options){.manner = TLS_ENDS_ANSWER}, NULL));
    weft_client_close(fx.client, NULL, NULL);
    for (unsigned i = 0; i < WEFT__SESSIONS_KEPT + 8; i++) {
        /* Sessions go with their clients' options: one client, many origins. */
        snprintf(url, sizeof(url), "https://n%u.wild.test:%d", i, tls_server_port(fx.server));
        if (i == 0)
            CHECK(fixture_client(&fx, url, &tls));
        memset(&fx.outcome, 0, sizeof(fx.outcome));
        weft_http_send(fx.client, &(weft_http_request){.method = "GET", .url = url}, NULL, on_http_outcome,
                       &fx.outcome);
        CHECK(rig_run(&fx.rig));
        CHECK_STR(fx.outcome.message, "");
        CHECK(fx.rig.engine->tls->session_count <= WEFT__SESSIONS_KEPT);
    }
    CHECK_EQ(fx.rig.engine->tls->session_count, WEFT__SESSIONS_KEPT);
    /* The last one is known, the first one forgotten. */
    weft_http_send(fx.client, &(weft_http_request){.method = "GET", .url = url}, NULL, on_http_outcome, &fx.outcome);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(rig_stats(&fx.rig).tls_handshakes_resumed, 1);
    CHECK(fixture_get(&fx));
    CHECK_EQ(rig_stats(&fx.rig).tls_handshakes_resumed, 1);
    weft_client_close(fx.client, NULL, NULL);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.rig.engine->tls->session_count, 0);
    CHECK(fixture_end(&fx));
}

/* ---- the loop's turns ---------------------------------------------------------------------------------- */

/* The longest turn, by the clock of this thread: waiting, and what other threads take of the machine, does
 * not count. */
typedef struct stall_probe {
    uv_prepare_t prepare;
    uint64_t last_ns, longest_ns, turns;
} stall_probe;

static uint64_t thread_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void on_prepare(uv_prepare_t *prepare)
{
    stall_probe *probe = prepare->data;
    uint64_t now = thread_ns();

    if (now - probe->last_ns > probe->longest_ns)
        probe->longest_ns = now - probe->last_ns;
    probe->last_ns = now;
    probe->turns++;
}

static void probe_start(stall_probe *probe, test_loop *loop)
{
    *probe = (stall_probe){.last_ns = thread_ns()};
    uv_prepare_init(&loop->uv, &probe->prepare);
    probe->prepare.data = probe;
    uv_prepare_start(&probe->prepare, on_prepare);
    uv_unref((uv_handle_t *)&probe->prepare);
}

static void storm(const char *what, const tls_server_options *options, const weft_tls_options *tls)
{
    enum { CALLS = 200 };
    static call_outcome outcomes[CALLS];
    const weft_call_options patient = {.timeouts = {.connect_ms = 120000, .total_ms = 120000}};
    stall_probe probe;
    fixture fx;
    uint64_t begin;
    unsigned good = 0;

    if (test_is_slow())
        SKIP("so many handshakes take minutes here");
    memset(outcomes, 0, sizeof(outcomes));
    CHECK(fixture_open(&fx, options, tls));
    for (int i = 0; i < CALLS; i++)
        weft_http_send(fx.client, &(weft_http_request){.method = "GET", .path = "/"}, &patient, on_http_outcome,
                       &outcomes[i]);
    begin = uv_hrtime();
    probe_start(&probe, &fx.rig.loop);
    CHECK(rig_run(&fx.rig));
    for (int i = 0; i < CALLS; i++)
        good += outcomes[i].count == 1 && outcomes[i].code == WEFT_OK;
    CHECK_EQ(good, CALLS);
    printf("# %s: %d calls in %.0f ms, %d full handshakes, %d resumed, longest turn of %d %.2f ms\n", what, CALLS,
           (double)(uv_hrtime() - begin) / 1e6, (int)rig_stats(&fx.rig).tls_handshakes_full,
           (int)rig_stats(&fx.rig).tls_handshakes_resumed, (int)probe.turns, (double)probe.longest_ns / 1e6);
    CHECK_EQ(rig_stats(&fx.rig).tls_handshakes_full + rig_stats(&fx.rig).tls_handshakes_resumed,
             tls_server_connections(fx.server));
    CHECK(probe.longest_ns < 100 * 1000000);
    uv_close((uv_handle_t *)&probe.prepare, NULL);
    CHECK(fixture_end(&fx));
}

TEST(many_connections_at_once_resume_the_first_ones_session)
{
    storm("tickets", &(tls_server_options){.certificate = "rsa"}, NULL);
}

TEST(many_full_handshakes_at_once_do_not_stop_the_loop)
{
    storm("full", &(tls_server_options){.certificate = "rsa"},
          &(weft_tls_options){.ca_file = tls_file("ca.pem"), .no_session_resumption = true});
}

TEST(waiting_for_a_session_ends_when_there_is_none)
{
    storm("no sessions", &(tls_server_options){.sessions = TLS_NO_SESSIONS}, NULL);
}

TEST(waiting_for_a_handshake_that_hangs_ends_too)
{
    call_outcome outcomes[3] = {0};
    fixture fx;

    CHECK(fixture_open(&fx, &(tls_server_options){.manner = TLS_HOLDS_HANDSHAKE}, NULL));
    for (int i = 0; i < 3; i++)
        weft_http_send(fx.client, &(weft_http_request){.method = "GET", .path = "/"},
                       &(weft_call_options){.timeouts.connect_ms = 700}, on_http_outcome, &outcomes[i]);
    CHECK(rig_run(&fx.rig));
    for (int i = 0; i < 3; i++)
        CHECK_EQ(outcomes[i].code, WEFT_E_TIMEOUT_CONNECT);
    CHECK(fixture_end(&fx));
}

/* ---- the pool ------------------------------------------------------------------------------------------ */

static bool works_or_is_over(void *arg)
{
    const fixture *fx = arg;

    return fx->rig.engine->tls->working || fx->outcome.count > 0;
}

/* Runs until the pool works on a handshake. The pool may be done before the turn of the loop is, which then shows a
 * call that has ended: the next one is tried. */
static weft_call *reach_pool(fixture *fx)
{
    for (unsigned tries = 0; tries < 20; tries++) {
        weft_call *call;

        if (!fixture_open(fx, &(tls_server_options){.certificate = "rsa"}, NULL))
            return NULL;
        call = weft_http_send(fx->client, &(weft_http_request){.method = "GET", .path = "/"}, NULL, on_http_outcome,
                              &fx->outcome);
        if (!test_loop_run_until(&fx->rig.loop, works_or_is_over, fx, "work on the pool"))
            return NULL;
        if (fx->rig.engine->tls->working)
            return call;
        if (!fixture_end(fx))
            return NULL;
    }
    test_fail(__FILE__, __LINE__, "the pool was never seen at work");
    return NULL;
}

TEST(call_is_cancelled_while_the_pool_works)
{
    fixture fx;
    weft_call *call = reach_pool(&fx);

    CHECK(call);
    weft_call_cancel(call);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_E_CANCELLED);
    CHECK_EQ(fx.outcome.count, 1);
    CHECK(fixture_end(&fx));
}

TEST(engine_is_closed_while_the_pool_works)
{
    fixture fx;

    CHECK(reach_pool(&fx));
    weft_engine_close(fx.rig.engine, rig_engine_closed, &fx.rig);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_E_CLOSED);
    CHECK(fixture_end(&fx));
}

TEST(client_is_closed_while_the_pool_works_and_another_goes_on)
{
    call_outcome other = {0};
    weft_client *second;
    fixture fx;

    CHECK(reach_pool(&fx));
    second = rig_client(&fx.rig, &(weft_client_options){.base_url = tls_server_url(fx.server, "localhost"),
                                                        .tls = &(weft_tls_options){.ca_file = tls_file("ca.pem")}});
    CHECK(second);
    weft_http_send(second, &(weft_http_request){.method = "GET", .path = "/"}, NULL, on_http_outcome, &other);
    weft_client_close(fx.client, NULL, NULL);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_E_CLOSED);
    CHECK_EQ(other.code, WEFT_OK);
    CHECK(fixture_end(&fx));
}

/* ---- the system's bundle ------------------------------------------------------------------------------- */

TEST(bundle_is_the_first_place_that_can_be_read)
{
    const char *present = tls_file("ca.pem");
    const char *const places[] = {"/no/such/bundle", present, tls_file("good.pem"), NULL};
    weft_error_info error;

    CHECK_STR(weft__tls_trust_find(NULL, places, &error), present);
    CHECK_STR(weft__tls_trust_find("", places, &error), present);
    CHECK_STR(weft__tls_trust_find("/elsewhere", places, &error), "/elsewhere");
}

TEST(bundle_that_is_nowhere_is_an_error_that_names_the_places)
{
    static const char *const places[] = {"/no/such/bundle", "/nor/this", NULL};
    weft_error_info error;

    CHECK(!weft__tls_trust_find(NULL, places, &error));
    CHECK_EQ(error.code, WEFT_E_FILE);
    CHECK_STR(error.message, "no system certificates in /no/such/bundle, /nor/this; name some in tls.ca_file");
}

TEST(system_certificates_are_read_once_for_all_clients)
{
    weft_tls_options tls = {.no_session_resumption = true};
    weft__tls_trust *trust;
    fixture fx;

    CHECK(fixture_rig(&fx));
    setenv("SSL_CERT_FILE", tls_file("ca.pem"), 1);
    CHECK(fixture_client(&fx, "https://localhost", NULL));
    trust = fx.rig.engine->tls->system;
    setenv("SSL_CERT_FILE", "/gone/since", 1);
    CHECK(fixture_client(&fx, "https://localhost", &tls));
    unsetenv("SSL_CERT_FILE");
    CHECK(trust && fx.client->routes.tls->trust == trust);
    CHECK(fixture_end(&fx));
}

TEST(certificate_of_a_bundle_that_cannot_be_read_is_passed_over)
{
    char bundle[16384];
    weft_tls_options tls = {.ca_pem = bundle};
    fixture fx;

    snprintf(bundle, sizeof(bundle), "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n%s\n",
             tls_file_text("ca.pem"));
    CHECK(fixture_open(&fx, NULL, &tls));
    CHECK(fixture_get(&fx));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fixture_end(&fx));
}

/* The child's side of a fork: closes what it was left with. */
static void close_in_child(fixture *fx)
{
    uv_loop_fork(&fx->rig.loop.uv);
    weft_engine_close(fx->rig.engine, NULL, NULL);
    uv_run(&fx->rig.loop.uv, UV_RUN_DEFAULT);
    _exit(0);
}

TEST(forked_child_says_no_goodbye_on_the_parents_connection)
{
    int status = -1;
    fixture fx;
    pid_t child;

    CHECK(fixture_open(&fx, NULL, NULL));
    CHECK(fixture_get(&fx));
    child = fork();
    if (child == 0)
        close_in_child(&fx);
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_EQ(status, 0);
    CHECK(fixture_get(&fx));
    CHECK_STR(fx.outcome.message, "");
    CHECK(fx.outcome.details.reused_connection);
    CHECK_EQ(tls_server_goodbyes(fx.server), 0);
    CHECK(fixture_end(&fx));
}

/* ---- other people's servers ---------------------------------------------------------------------------- */

typedef struct foreign_server {
    pid_t pid;
    int port;
    char url[64];
} foreign_server;

static bool is_listening(int port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool listening = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;

    close(fd);
    return listening;
}

static void become(char *const *arguments)
{
    int null = open("/dev/null", O_RDWR);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execvp(arguments[0], arguments);
    _exit(127);
}

/* Runs a command, split at spaces, with %d standing for the port. */
static bool foreign_start_on(foreign_server *foreign, const char *command, int port)
{
    char text[1024], *arguments[64];
    size_t count = 0;

    foreign->port = port;
    snprintf(foreign->url, sizeof(foreign->url), "https://localhost:%d", foreign->port);
    snprintf(text, sizeof(text), "%s", command);
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
        static char number[16];

        snprintf(number, sizeof(number), "%d", port);
        arguments[count++] = strcmp(word, "%d") == 0 ? number : word;
    }
    arguments[count] = NULL;
    foreign->pid = fork();
    if (foreign->pid == 0)
        become(arguments);
    for (int i = 0; foreign->pid > 0 && i < 2000; i++) {
        if (is_listening(foreign->port))
            return true;
        if (waitpid(foreign->pid, NULL, WNOHANG) != 0)
            break;
        poll(NULL, 0, 5);
    }
    test_fail(__FILE__, __LINE__, "did not start: %s", command);
    return false;
}

static void foreign_stop(foreign_server *foreign)
{
    kill(foreign->pid, SIGKILL);
    waitpid(foreign->pid, NULL, 0);
}

/* openssl s_server, which serves a page about the connection, with that certificate and more arguments. */
static bool openssl_start(foreign_server *foreign, const char *certificate, const char *more)
{
    char command[900], pem[64], key[64];

    snprintf(pem, sizeof(pem), "%s.pem", certificate);
    snprintf(key, sizeof(key), "%s.key", certificate);
    snprintf(command, sizeof(command), "openssl s_server -quiet -www -accept %%d -cert %s -key %s %s", tls_file(pem),
             tls_file(key), more);
    return foreign_start_on(foreign, command, fault_server_dead_port());
}

static void expect_openssl(const char *certificate, const char *more, const weft_tls_options *tls, weft_code code,
                           const char *text)
{
    weft_tls_options trusting = {.ca_file = tls_file("ca.pem")};
    foreign_server foreign;
    fixture fx;

    CHECK(openssl_start(&foreign, certificate, more));
    CHECK(fixture_rig(&fx));
    CHECK(fixture_client(&fx, foreign.url, tls ? tls : &trusting));
    CHECK(fixture_get(&fx));
    CHECK_CONTAINS(fx.outcome.message, text);
    CHECK_EQ(fx.outcome.code, code);
    foreign_stop(&foreign);
    CHECK(fixture_end(&fx));
}

TEST(openssl_server_is_understood)
{
    expect_openssl("good", "", NULL, WEFT_OK, "");
    expect_openssl("rsa", "", NULL, WEFT_OK, "");
    expect_openssl("rsa", "-tls1_2", NULL, WEFT_OK, "");
    expect_openssl("good", "-cipher ECDHE-ECDSA-CHACHA20-POLY1305 -tls1_2", NULL, WEFT_OK, "");
    expect_openssl("good", "-alpn http/1.1", NULL, WEFT_OK, "");
}

TEST(openssl_server_that_speaks_only_tls_1_1_is_refused)
{
    expect_openssl("rsa", "-tls1_1 -cipher ALL:@SECLEVEL=0", NULL, WEFT_E_TLS, "version of TLS");
}

#if !WEFT__MBED_3
TEST(server_that_answers_in_tls_1_1_is_refused)
{
    fixture fx;

    CHECK(fixture_open(&fx, &(tls_server_options){.is_old = true}, NULL));
    CHECK(fixture_get(&fx));
    CHECK_EQ(fx.outcome.code, WEFT_E_TLS);
    CHECK_CONTAINS(fx.outcome.message, "version of TLS");
    CHECK(fixture_end(&fx));
}
#endif

TEST(certificate_that_is_not_for_servers_is_refused)
{
    expect_openssl("strange", "", NULL, WEFT_E_CERTIFICATE, "is not meant for servers");
}

TEST(openssl_server_wants_a_client_certificate)
{
    char more[256];

    snprintf(more, sizeof(more), "-tls1_2 -Verify 1 -verify_return_error -CAfile %s", tls_file("ca.pem"));
    expect_openssl("good", more, NULL, WEFT_E_TLS, "certificate");
    expect_openssl("good", more,
                   &(weft_tls_options){.ca_file = tls_file("ca.pem"),
                                       .cert_file = tls_file("client.pem"),
                                       .key_file = tls_file("client.key")},
                   WEFT_OK, "");
    /* One of somebody that the server does not know. */
    expect_openssl("good", more,
                   &(weft_tls_options){.ca_file = tls_file("ca.pem"),
                                       .cert_file = tls_file("unknown.pem"),
                                       .key_file = tls_file("unknown.key")},
                   WEFT_E_TLS, "the server");
}

TEST(openssl_server_resumes)
{
    weft_tls_options trusting = {.ca_file = tls_file("ca.pem")};
    foreign_server foreign;
    fixture fx;

    CHECK(openssl_start(&foreign, "good", ""));
    CHECK(fixture_rig(&fx));
    CHECK(fixture_client(&fx, foreign.url, &trusting));
    for (int i = 0; i < 2; i++) {
        CHECK(fixture_get(&fx));
        CHECK_STR(fx.outcome.message, "");
    }
    CHECK_EQ(rig_stats(&fx.rig).tls_handshakes_resumed, 1);
    foreign_stop(&foreign);
    CHECK(fixture_end(&fx));
}

/* nginx, keeping sessions as `sessions` says. False when it is not installed. */
static bool nginx_start(foreign_server *foreign, const char *sessions)
{
    const char *path = tls_file("nginx.conf");
    char command[512];
    FILE *file;
    int port = fault_server_dead_port();

    if (access("/usr/sbin/nginx", X_OK) != 0 || !path || !(file = fopen(path, "w")))
        return false;
    fprintf(file,
            "worker_processes 1;\nmaster_process off;\ndaemon off;\npid %s/nginx.pid;\nerror_log %s/nginx.log;\n"
            "events { worker_connections 1024; }\n"
            "http {\n    access_log off;\n    %s\n    server {\n        listen 127.0.0.1:%d ssl;\n"
            "        ssl_certificate %s;\n        ssl_certificate_key %s;\n"
            "        location / { return 200 hello; }\n    }\n}\n",
            tls_file("."), tls_file("."), sessions, port, tls_file("rsa.pem"), tls_file("rsa.key"));
    fclose(file);
    snprintf(command, sizeof(command), "/usr/sbin/nginx -p %s -e %s -c %s", tls_file("."), tls_file("nginx.log"), path);
    return foreign_start_on(foreign, command, port);
}

static void ask_nginx(const char *sessions, bool resumes)
{
    enum { CALLS = 50 };
    static call_outcome outcomes[CALLS];
    weft_tls_options trusting = {.ca_file = tls_file("ca.pem")};
    foreign_server foreign;
    fixture fx;

    if (!nginx_start(&foreign, sessions))
        SKIP("nginx is not installed");
    memset(outcomes, 0, sizeof(outcomes));
    CHECK(fixture_rig(&fx));
    CHECK(fixture_client(&fx, foreign.url, &trusting));
    for (int round = 0; round < 2; round++) {
        memset(outcomes, 0, sizeof(outcomes));
        for (int i = 0; i < CALLS; i++)
            weft_http_send(fx.client, &(weft_http_request){.method = "GET", .path = "/"}, NULL, on_http_outcome,
                           &outcomes[i]);
        CHECK(rig_run(&fx.rig));
        for (int i = 0; i < CALLS; i++) {
            CHECK_STR(outcomes[i].message, "");
            CHECK_STR(outcomes[i].text, "hello");
            CHECK_EQ(outcomes[i].details.reused_connection, round == 1);
        }
    }
    CHECK_EQ(rig_stats(&fx.rig).tls_handshakes_resumed > 0, resumes);
    foreign_stop(&foreign);
    CHECK(fixture_end(&fx));
}

TEST(nginx_is_understood_and_resumes)
{
    ask_nginx("ssl_session_tickets on;", true);
    ask_nginx("ssl_session_tickets off; ssl_session_cache builtin:1000;", true);
    ask_nginx("ssl_session_tickets off; ssl_session_cache off;", false);
}
