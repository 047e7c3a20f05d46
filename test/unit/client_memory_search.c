/* What was a credential is nowhere in the process's memory once it is replaced, or its owner is gone: not in a buffer,
 * a stack or a block that was given back. The whole memory is searched, by way of /proc/self/maps.
 *
 * The searched text itself never lies in memory but while it is handed to weft: it is kept masked, and the servers are
 * processes of their own. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client_rig.h"
#include "test.h"
#include "tls_server.h"

enum {
    SECRET_LEN = 48,
    WINDOW = 16, /* so much of one in a row is found, in whatever part it was overwritten by a heap's own notes */
    MASK = 0xA5,
    TEXT_MAX = 256,
};

/* A text by chance, masked. */
typedef struct needle {
    unsigned char masked[TEXT_MAX];
    size_t len;
} needle;

static void needle_draw(needle *it)
{
    uv_random(NULL, NULL, it->masked, SECRET_LEN, 0, NULL);
    for (size_t i = 0; i < SECRET_LEN; i++)
        it->masked[i] = (unsigned char)(('a' + it->masked[i] % 16) ^ MASK);
    it->len = SECRET_LEN;
}

/* Writes the text behind what `to` has, and its NUL. */
static void reveal(const needle *it, char *to)
{
    size_t at = strlen(to);

    for (size_t i = 0; i < it->len; i++)
        to[at + i] = (char)(it->masked[i] ^ MASK);
    to[at + it->len] = '\0';
}

static void hide(char *text, size_t size)
{
    volatile char *bytes = text;

    for (size_t i = 0; i < size; i++)
        bytes[i] = 0;
}

static bool window_is(const unsigned char *bytes, const unsigned char *masked)
{
    for (size_t i = 0; i < WINDOW; i++)
        if ((bytes[i] ^ MASK) != masked[i])
            return false;
    return true;
}

static size_t count_in(const unsigned char *from, size_t size, const unsigned char *masked)
{
    const unsigned char *end = from + size, *at = from;
    size_t count = 0;

    while (at + WINDOW <= end && (at = memchr(at, masked[0] ^ MASK, (size_t)(end - at) - WINDOW + 1)) != NULL)
        count += window_is(at++, masked);
    return count;
}

/* How many parts of the text are in memory that can be written to. */
static size_t found(const needle *it)
{
    static char maps[1 << 20];
    int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    size_t len = 0, count = 0;
    ssize_t got;

    while (fd >= 0 && (got = read(fd, maps + len, sizeof(maps) - 1 - len)) > 0)
        len += (size_t)got;
    close(fd);
    maps[len] = '\0';
    for (char *line = maps; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        unsigned long from, to;

        if (sscanf(line, "%lx-%lx rw", &from, &to) != 2 || strncmp(strchr(line, ' '), " rw", 3) != 0)
            continue;
        for (size_t at = 0; at + WINDOW <= it->len; at += WINDOW)
            count += count_in((const unsigned char *)from, to - from, it->masked + at);
    }
    return count;
}

/* ---- servers ----------------------------------------------------------------------------------------------------- */

typedef struct server_process {
    pid_t pid;
    char url[64];
} server_process;

static void report(int fd, const char *url)
{
    char line[64] = "";

    snprintf(line, sizeof(line), "%s", url);
    if (write(fd, line, sizeof(line)) != (ssize_t)sizeof(line))
        _exit(1);
}

static void serve_tls(int fd)
{
    tls_server *server = tls_server_start(&(tls_server_options){0});

    if (!server)
        _exit(1);
    report(fd, tls_server_url(server, "127.0.0.1"));
    for (;;)
        pause();
}

/* The scripted server holds no loop by itself. */
static void on_tick(uv_timer_t *timer)
{
    (void)timer;
}

/* Answers every request alike, with `secret` in it. */
static void serve_plain(int fd, const needle *secret)
{
    static char answer[1024] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 130\r\n\r\n"
                               "{\"id\":\"j\",\"status\":\"completed\",\"success\":true,\"access_token\":\"";
    const script_step steps[] = {EXPECT(" HTTP/1.1"), SEND_DATA(answer, 1024), REPEAT()};
    script_step *mine = malloc(sizeof(steps));
    fault_server *server;
    test_loop loop;
    uv_timer_t tick;
    size_t head = (size_t)(strstr(answer, "\r\n\r\n") + 4 - answer);

    memcpy(mine, steps, sizeof(steps));
    reveal(secret, answer);
    strcat(answer, "\"}");
    while (strlen(answer) < head + 130)
        strcat(answer, " ");
    mine[1].len = head + 130;
    if (!test_loop_open(&loop) || (server = fault_server_start(&loop, NULL)) == NULL)
        _exit(1);
    fault_server_play(server, (fault_script){mine, 3}, 0);
    report(fd, fault_server_url(server));
    uv_timer_init(&loop.uv, &tick);
    uv_timer_start(&tick, on_tick, 1000, 1000);
    uv_run(&loop.uv, UV_RUN_DEFAULT);
    _exit(1);
}

static bool server_start(server_process *server, bool with_tls, const needle *secret)
{
    int ends[2];
    bool ok;

    *server = (server_process){.pid = -1};
    if (pipe(ends) != 0)
        return false;
    fflush(stdout);
    server->pid = fork();
    if (server->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (with_tls)
            serve_tls(ends[1]);
        else
            serve_plain(ends[1], secret);
    }
    close(ends[1]);
    ok = server->pid > 0 && read(ends[0], server->url, sizeof(server->url)) == (ssize_t)sizeof(server->url);
    close(ends[0]);
    if (!ok)
        test_fail(__FILE__, __LINE__, "the server did not start");
    return ok;
}

static void server_stop(server_process *server)
{
    if (server->pid <= 0)
        return;
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
}

/* ---- what all tests need ----------------------------------------------------------------------------------------- */

typedef struct search {
    needle secret, other;
    needle answer; /* in every answer of the server without TLS */
    server_process server;
    client_rig rig; /* its own server, which sees nothing, is not asked */
    weft_client *client;
    call_outcome call;
    unsigned closes;
    char text[TEXT_MAX];
} search;

static bool search_open(search *it, bool with_tls)
{
    memset(it, 0, sizeof(*it));
    needle_draw(&it->secret);
    needle_draw(&it->other);
    needle_draw(&it->answer);
    return server_start(&it->server, with_tls, &it->answer) && rig_open(&it->rig, NULL, NULL);
}

/* The secret behind `before`, until search_hide; for one use of it. */
static const char *show(search *it, const char *before, const needle *secret)
{
    strcpy(it->text, before);
    reveal(secret, it->text);
    return it->text;
}

static void search_hide(search *it)
{
    hide(it->text, sizeof(it->text));
}

static bool make_client(search *it, weft_client_options options)
{
    if (!options.base_url)
        options.base_url = it->server.url;
    options.tls = &(weft_tls_options){.insecure_skip_verify_of_server_certificates = true};
    it->client = weft_stromboli_client(it->rig.engine, &options, &it->rig.error);
    if (!it->client)
        test_fail(__FILE__, __LINE__, "no client: %s", it->rig.error.message);
    return it->client != NULL;
}

static bool run(search *it)
{
    bool ok = rig_run(&it->rig) && it->call.count == 1;

    it->call.count = 0;
    if (ok && it->call.code != WEFT_OK)
        test_fail(__FILE__, __LINE__, "the call failed: %s", it->call.message);
    return ok && it->call.code == WEFT_OK;
}

static bool ask(search *it, const weft_call_options *options)
{
    weft_stromboli_get_metrics(it->client, options, on_text_outcome, &it->call);
    search_hide(it);
    return run(it);
}

static void on_closed(void *arg)
{
    ++*(unsigned *)arg;
}

static bool close_client(search *it)
{
    weft_client_close(it->client, on_closed, &it->closes);
    return rig_run(&it->rig) && it->closes == 1;
}

static bool search_end(search *it)
{
    bool ok = rig_end(&it->rig);

    server_stop(&it->server);
    return ok;
}

/* A sanitizer's shadow is terabytes; and it keeps what was freed for itself. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { IS_SANITIZED = true };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
enum { IS_SANITIZED = true };
#else
enum { IS_SANITIZED = false };
#endif
#else
enum { IS_SANITIZED = false };
#endif

#define OPEN(it, with_tls)                                                                                             \
    do {                                                                                                               \
        if (IS_SANITIZED || test_is_slow())                                                                            \
            SKIP("the memory of a process under a sanitizer or valgrind cannot be searched");                          \
        CHECK(search_open(it, with_tls));                                                                              \
    } while (0)

/* ---- credentials of a client ------------------------------------------------------------------------------------- */

static void search_token(bool with_tls)
{
    search it;

    OPEN(&it, with_tls);
    CHECK(make_client(&it, (weft_client_options){.token = show(&it, "", &it.secret)}));
    search_hide(&it);
    CHECK(ask(&it, NULL));
    CHECK(found(&it.secret) > 0); /* else nothing would be found anywhere */
    weft_client_set_token(it.client, show(&it, "", &it.other), NULL);
    search_hide(&it);
    CHECK_EQ(found(&it.secret), 0);
    CHECK(ask(&it, NULL));
    CHECK(found(&it.other) > 0);
    CHECK(close_client(&it));
    CHECK_EQ(found(&it.other), 0);
    CHECK(search_end(&it));
}

TEST(a_token_is_nowhere_once_it_is_replaced_or_its_client_is_closed)
{
    search_token(false);
}

TEST(a_token_is_nowhere_once_it_is_replaced_or_its_client_is_closed_over_tls)
{
    search_token(true);
}

/* Many headers, so that the buffers they are put together in have to grow. */
static void search_header_and_query(bool with_tls)
{
    weft_pair headers[12], query = {"key", NULL};
    static char header[TEXT_MAX];
    search it;

    OPEN(&it, with_tls);
    for (size_t i = 0; i < 12; i++)
        headers[i] = (weft_pair){"X-Filler", "a value that is long enough for a buffer to have to grow now and then"};
    reveal(&it.other, header);
    headers[0] = (weft_pair){"X-Api-Key", header};
    query.value = show(&it, "", &it.secret);
    CHECK(make_client(
        &it, (weft_client_options){.headers = headers, .headers_count = 12, .query = &query, .query_count = 1}));
    hide(header, sizeof(header));
    CHECK(ask(&it, NULL));
    CHECK(found(&it.secret) > 0);
    CHECK(found(&it.other) > 0);
    CHECK(close_client(&it));
    CHECK_EQ(found(&it.secret), 0);
    CHECK_EQ(found(&it.other), 0);
    CHECK(search_end(&it));
}

TEST(a_clients_header_and_query_are_nowhere_once_it_is_closed)
{
    search_header_and_query(false);
}

TEST(a_clients_header_and_query_are_nowhere_once_it_is_closed_over_tls)
{
    search_header_and_query(true);
}

/* As it stands in the URL, and as it is sent. */
TEST(a_proxys_password_is_nowhere_once_the_client_is_closed)
{
    /* "abc:" in front makes groups of three, so that the password has a base64 of its own. */
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    needle encoded = {.len = SECRET_LEN / 3 * 4};
    search it;

    OPEN(&it, false);
    for (size_t i = 0; i < SECRET_LEN / 3; i++) {
        unsigned group = (unsigned)(it.secret.masked[3 * i] ^ MASK) << 16 |
                         (unsigned)(it.secret.masked[3 * i + 1] ^ MASK) << 8 | (it.secret.masked[3 * i + 2] ^ MASK);

        for (unsigned k = 0; k < 4; k++)
            encoded.masked[4 * i + k] = (unsigned char)(alphabet[group >> (18 - 6 * k) & 63] ^ MASK);
    }
    show(&it, "http://abcde:", &it.secret);
    strcat(it.text, "@");
    strcat(it.text, it.server.url + strlen("http://"));
    CHECK(make_client(&it, (weft_client_options){.base_url = "http://far.test", .proxy = it.text}));
    search_hide(&it);
    CHECK(ask(&it, NULL));
    CHECK(found(&it.secret) > 0);
    CHECK(found(&encoded) > 0);
    CHECK(close_client(&it));
    CHECK_EQ(found(&it.secret), 0);
    CHECK_EQ(found(&encoded), 0);
    CHECK(search_end(&it));
}

TEST(a_tunnels_password_is_nowhere_once_the_client_is_closed)
{
    search it;

    OPEN(&it, false);
    show(&it, "http://abcde:", &it.secret);
    strcat(it.text, "@");
    strcat(it.text, it.server.url + strlen("http://"));
    CHECK(make_client(&it, (weft_client_options){.base_url = "https://far.test", .proxy = it.text}));
    search_hide(&it);
    /* What answers is no TLS: that is as good as any answer here. */
    weft_stromboli_get_metrics(it.client, &(weft_call_options){.max_retries = WEFT_NO_RETRIES}, on_text_outcome,
                               &it.call);
    CHECK(rig_run(&it.rig));
    CHECK(it.call.code != WEFT_OK);
    CHECK(found(&it.secret) > 0);
    CHECK(close_client(&it));
    CHECK_EQ(found(&it.secret), 0);
    CHECK(search_end(&it));
}

TEST(what_services_keep_with_a_client_is_nowhere_once_it_is_replaced_or_closed)
{
    search it;

    OPEN(&it, false);
    it.client = weft_agentserver_client(it.rig.engine, &(weft_client_options){.base_url = it.server.url}, NULL);
    CHECK(it.client);
    CHECK(weft_agentserver_set_session(it.client, show(&it, "", &it.secret), NULL));
    search_hide(&it);
    weft_agentserver_get_workspace(it.client, "w", NULL, on_agentserver_workspace_outcome, &it.call);
    CHECK(run(&it));
    CHECK(found(&it.secret) > 0);
    CHECK(weft_agentserver_set_session(it.client, NULL, NULL));
    CHECK_EQ(found(&it.secret), 0);
    weft_agentserver_register_agent(it.client, show(&it, "", &it.other), &(weft_agentserver_register_agent_request){0},
                                    NULL, on_agentserver_register_agent_outcome, &it.call);
    search_hide(&it);
    CHECK(found(&it.other) > 0);
    CHECK(run(&it));
    CHECK_EQ(found(&it.other), 0);
    CHECK(close_client(&it));
    CHECK(search_end(&it));
}

TEST(a_skillbox_tenant_and_key_are_nowhere_once_the_client_is_closed)
{
    char tenant[TEXT_MAX] = "";
    search it;

    OPEN(&it, false);
    reveal(&it.other, tenant);
    it.client = weft_skillbox_client(
        it.rig.engine, &(weft_client_options){.base_url = it.server.url, .token = show(&it, "", &it.secret)}, NULL);
    CHECK(it.client && weft_skillbox_set_tenant(it.client, tenant, NULL));
    hide(tenant, sizeof(tenant));
    search_hide(&it);
    weft_skillbox_get_health(it.client, NULL, on_done_outcome, &it.call);
    CHECK(run(&it));
    CHECK(found(&it.secret) > 0 && found(&it.other) > 0);
    CHECK(close_client(&it));
    CHECK_EQ(found(&it.secret), 0);
    CHECK_EQ(found(&it.other), 0);
    CHECK(search_end(&it));
}

/* ---- credentials of a call --------------------------------------------------------------------------------------- */

static void search_call(bool with_tls, weft_request_cb *on_request)
{
    char header[TEXT_MAX] = "Bearer ";
    search it;
    weft_pair headers[] = {{"X-Filler", "something"}, {"Authorization", header}};
    weft_pair query = {"sig", NULL};

    OPEN(&it, with_tls);
    CHECK(make_client(&it, (weft_client_options){.token = "client", .on_request = on_request}));
    reveal(&it.secret, header);
    query.value = show(&it, "", &it.other);
    weft_stromboli_get_metrics(
        it.client, &(weft_call_options){.headers = headers, .headers_count = 2, .query = &query, .query_count = 1},
        on_text_outcome, &it.call);
    hide(header, sizeof(header));
    search_hide(&it);
    CHECK(found(&it.secret) > 0 && found(&it.other) > 0);
    CHECK(run(&it));
    CHECK_EQ(found(&it.secret), 0);
    CHECK_EQ(found(&it.other), 0);
    CHECK(close_client(&it));
    CHECK(search_end(&it));
}

TEST(a_calls_header_and_query_are_nowhere_once_it_is_done)
{
    search_call(false, NULL);
}

TEST(a_calls_header_and_query_are_nowhere_once_it_is_done_over_tls)
{
    search_call(true, NULL);
}

static void look(weft_call *call, weft_request *request, void *arg)
{
    (void)call;
    (void)arg;
    weft_request_set_header(request, "X-Hook", "1");
}

TEST(a_calls_header_and_query_are_nowhere_once_it_is_done_when_a_hook_has_seen_them)
{
    search_call(false, look);
}

TEST(a_waits_header_is_nowhere_once_it_is_done)
{
    char header[TEXT_MAX] = "Bearer ";
    search it;
    weft_pair headers[] = {{"Authorization", header}};

    OPEN(&it, false);
    CHECK(make_client(&it, (weft_client_options){0}));
    reveal(&it.secret, header);
    weft_stromboli_wait_job(it.client, "j", NULL, NULL, &(weft_call_options){.headers = headers, .headers_count = 1},
                            on_stromboli_job_outcome, &it.call);
    hide(header, sizeof(header));
    CHECK(found(&it.secret) > 0);
    CHECK(run(&it));
    CHECK_EQ(found(&it.secret), 0);
    CHECK(close_client(&it));
    CHECK(search_end(&it));
}

TEST(a_signed_url_is_nowhere_once_it_was_asked_for)
{
    search it;
    char url[TEXT_MAX];

    OPEN(&it, false);
    CHECK(make_client(&it, (weft_client_options){0}));
    snprintf(url, sizeof(url), "%s/x?sig=", it.server.url);
    weft_http_send(it.client, &(weft_http_request){.method = "GET", .url = show(&it, url, &it.secret)}, NULL,
                   on_http_outcome, &it.call);
    search_hide(&it);
    CHECK(found(&it.secret) > 0);
    CHECK(run(&it));
    CHECK_EQ(found(&it.secret), 0);
    CHECK(close_client(&it));
    CHECK(search_end(&it));
}

TEST(a_secret_in_a_body_is_nowhere_once_it_is_sent)
{
    search it;

    OPEN(&it, false);
    CHECK(make_client(&it, (weft_client_options){0}));
    weft_stromboli_create_secret(
        it.client, &(weft_stromboli_create_secret_request){.name = "n", .value = show(&it, "", &it.secret)}, NULL,
        on_stromboli_secret_change_outcome, &it.call);
    search_hide(&it);
    CHECK(found(&it.secret) > 0);
    CHECK(run(&it));
    CHECK_EQ(found(&it.secret), 0);
    CHECK(close_client(&it));
    CHECK(search_end(&it));
}

static void count_answer(call_outcome *outcome, weft_call *call)
{
    search *it = outcome->arg;

    (void)call;
    hide(outcome->text, sizeof(outcome->text));
    it->closes += found(&it->answer) > 0;
}

TEST(a_secret_in_an_answer_is_nowhere_once_it_is_reported)
{
    search it;

    OPEN(&it, false);
    CHECK(make_client(&it, (weft_client_options){0}));
    it.call.then = count_answer;
    it.call.arg = &it;
    weft_stromboli_create_token(it.client, "client", NULL, on_stromboli_token_outcome, &it.call);
    CHECK(run(&it));
    CHECK_EQ(it.closes, 1);
    it.closes = 0;
    CHECK_EQ(found(&it.answer), 0);
    CHECK(close_client(&it));
    CHECK(search_end(&it));
}
