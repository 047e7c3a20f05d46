/* The simulated server, from outside: what it takes, what it refuses, and that it says so. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "sim_process.h"
#include "test.h"

enum { STREAMS = 2000, READ_DEADLINE_S = 20 };

/* A blocking connection, and what was read of it but not yet used. */
typedef struct sim_peer {
    int fd;
    size_t len;
    char bytes[256 * 1024];
} sim_peer;

typedef struct sim_answer {
    int status;
    char head[4096];
    char body[128 * 1024]; /* of a chunked answer: the chunks' content */
} sim_answer;

static sim_process sim;
static sim_peer main_peer;
static sim_answer got;

static int dial(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    struct timeval deadline = {.tv_sec = READ_DEADLINE_S};
    const char *colon = strrchr(sim.base_url, ':');
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_port = htons((uint16_t)strtoul(colon ? colon + 1 : "0", NULL, 10));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof(deadline));
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool start(const char *const *arguments)
{
    main_peer.fd = -1;
    main_peer.len = 0;
    sim_process_stop(&sim); /* a failed test leaves its own behind */
    if (!sim_process_start(&sim, arguments))
        return false;
    main_peer.fd = dial();
    return main_peer.fd >= 0;
}

static void stop(void)
{
    close(main_peer.fd);
    sim_process_stop(&sim);
}

static bool send_bytes(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        bytes += sent;
        len -= (size_t)sent;
    }
    return true;
}

static bool send_text(int fd, const char *text)
{
    return send_bytes(fd, text, strlen(text));
}

/* More bytes into the peer; false at the end, after a reset and past the deadline. */
static bool read_more(sim_peer *peer)
{
    ssize_t count;

    if (peer->len + 1 >= sizeof(peer->bytes))
        return false;
    count = recv(peer->fd, peer->bytes + peer->len, sizeof(peer->bytes) - peer->len - 1, 0);
    if (count <= 0)
        return false;
    peer->len += (size_t)count;
    peer->bytes[peer->len] = '\0';
    return true;
}

static void drop(sim_peer *peer, size_t len)
{
    memmove(peer->bytes, peer->bytes + len, peer->len - len + 1);
    peer->len -= len;
}

/* Waits until `text` has been received; the result is the position after it, NULL when it never comes. */
static char *wait_for(sim_peer *peer, const char *text)
{
    for (;;) {
        char *found = peer->len ? strstr(peer->bytes, text) : NULL;

        if (found)
            return found + strlen(text);
        if (!read_more(peer))
            return NULL;
    }
}

static bool read_chunks(sim_peer *peer, sim_answer *answer)
{
    size_t used = 0;

    for (;;) {
        char *end = wait_for(peer, "\r\n");
        size_t size = end ? strtoul(peer->bytes, NULL, 16) : 0, head = end ? (size_t)(end - peer->bytes) : 0;

        if (!end || used + size >= sizeof(answer->body))
            return false;
        while (peer->len < head + size + 2)
            if (!read_more(peer))
                return false;
        memcpy(answer->body + used, peer->bytes + head, size);
        answer->body[used += size] = '\0';
        drop(peer, head + size + 2);
        if (size == 0)
            return true;
    }
}

/* One whole answer. What was read of a broken one is in `answer` too. */
static bool read_answer(sim_peer *peer, sim_answer *answer)
{
    char *end = wait_for(peer, "\r\n\r\n");
    const char *length;
    size_t len;

    memset(answer, 0, sizeof(*answer));
    if (!end)
        return false;
    snprintf(answer->head, sizeof(answer->head), "%.*s", (int)(end - peer->bytes), peer->bytes);
    answer->status = atoi(answer->head + 9);
    drop(peer, (size_t)(end - peer->bytes));
    if (strstr(answer->head, "Transfer-Encoding: chunked"))
        return read_chunks(peer, answer);
    length = strstr(answer->head, "Content-Length: ");
    len = length ? strtoul(length + 16, NULL, 10) : 0;
    if (len >= sizeof(answer->body))
        return false;
    while (peer->len < len)
        if (!read_more(peer))
            return false;
    memcpy(answer->body, peer->bytes, len);
    drop(peer, len);
    return true;
}

/* Sends the bytes on the main connection and reads one answer into `got`. */
static int ask(const char *request)
{
    if (!send_text(main_peer.fd, request) || !read_answer(&main_peer, &got))
        return -1;
    return got.status;
}

static int ask_get(const char *target)
{
    char request[1024];

    snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: sim\r\n\r\n", target);
    return ask(request);
}

static int ask_post(const char *target, const char *body)
{
    char request[8192];

    snprintf(request, sizeof(request),
             "POST %s HTTP/1.1\r\nHost: sim\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", target,
             strlen(body), body);
    return ask(request);
}

/* A number of the statistics, which `got` then holds. */
static long stat_of(const char *name)
{
    char member[64];
    const char *found;

    if (ask_get("/__sim/stats") != 200)
        return -1;
    snprintf(member, sizeof(member), "\"%s\":", name);
    found = strstr(got.body, member);
    return found ? strtol(found + strlen(member), NULL, 10) : -1;
}

TEST(sim_answers_pipelined_requests_in_their_order)
{
    CHECK(start(NULL));
    CHECK(send_text(main_peer.fd, "GET /health HTTP/1.1\r\nHost: sim\r\n\r\n"
                                  "POST /run HTTP/1.1\r\nHost: sim\r\nContent-Type: application/json\r\n"
                                  "Content-Length: 15\r\n\r\n{\"prompt\":\"hi\"}"
                                  "GET /run/stream?prompt=hi HTTP/1.1\r\nHost: sim\r\n\r\n"
                                  "GET /claude/status HTTP/1.1\r\nHost: sim\r\n\r\n"));
    CHECK(read_answer(&main_peer, &got));
    CHECK_CONTAINS(got.body, "\"name\":\"stromboli\"");
    CHECK(read_answer(&main_peer, &got));
    CHECK_CONTAINS(got.body, "\"status\":\"completed\"");
    CHECK(read_answer(&main_peer, &got));
    CHECK_CONTAINS(got.body, "event: done\ndata: {\"id\":\"run-");
    CHECK(read_answer(&main_peer, &got));
    CHECK_CONTAINS(got.body, "\"configured\":true");
    stop();
}

TEST(sim_takes_a_request_that_comes_byte_by_byte)
{
    static const char request[] = "POST /stromboli/run HTTP/1.1\r\nHost: sim\r\nContent-Type:application/json  \r\n"
                                  "Transfer-Encoding: chunked\r\n\r\n"
                                  "3\r\n{\"p\r\nc;x=y\r\nrompt\":\"hi\"}\r\n0\r\nTrailer: t\r\n\r\n";

    CHECK(start(NULL));
    for (size_t i = 0; i + 1 < sizeof(request); i++)
        CHECK(send_bytes(main_peer.fd, request + i, 1));
    CHECK(read_answer(&main_peer, &got));
    CHECK_EQ(got.status, 200);
    CHECK_EQ(stat_of("malformed"), 0);
    stop();
}

TEST(sim_asks_for_a_body_that_waits_for_100_continue)
{
    CHECK(start(NULL));
    CHECK(send_text(main_peer.fd, "POST /run HTTP/1.1\r\nHost: sim\r\nContent-Type: application/json\r\n"
                                  "Expect: 100-continue\r\nContent-Length: 15\r\n\r\n"));
    CHECK(read_answer(&main_peer, &got));
    CHECK_EQ(got.status, 100);
    CHECK_EQ(ask("{\"prompt\":\"hi\"}"), 200);
    stop();
}

TEST(sim_refuses_what_no_http_client_sends)
{
    static const struct {
        const char *request;
        int status;
    } cases[] = {
        {"GET /health HTTP/1.1\r\n\r\n", 400},
        {"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"GET /health HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n", 400},
        {"GET /health\r\n\r\n", 400},
        {"POST /run HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {"POST /run HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: more\r\n\r\n", 417},
        {"GET /run/stream?prompt=%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /jobs/%2 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    };

    CHECK(start(NULL));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        close(main_peer.fd);
        main_peer.fd = dial();
        main_peer.len = 0;
        CHECK_EQ(ask(cases[i].request), cases[i].status);
    }
    close(main_peer.fd);
    main_peer.fd = dial();
    CHECK_EQ(stat_of("malformed"), (long)(sizeof(cases) / sizeof(cases[0])));
    stop();
}

TEST(sim_refuses_bodies_as_the_service_does_and_counts_them)
{
    static const struct {
        const char *target, *body;
        int status;
        const char *answer;
    } cases[] = {
        {"/run", "{}", 400,
         "Key: 'RunRequest.Prompt' Error:Field validation for 'Prompt' failed on the 'required' tag"},
        {"/run", "{\"prompt\":\"\"}", 400, "failed on the 'required' tag"},
        {"/run", "{\"prompt\":null}", 400, "failed on the 'required' tag"},
        {"/run", "{\"prompt\":7}", 400,
         "cannot unmarshal number into Go struct field RunRequest.prompt of type string"},
        {"/run", "{\"prompt\":\"hi\",\"colour\":1}", 400, "unknown field \\\"colour\\\""},
        {"/run", "{\"prompt\":\"hi\",\"prompt\":\"ho\"}", 400, "duplicate field \\\"prompt\\\""},
        {"/run", "{\"prompt\":\"hi\",\"claude\":{\"verbose\":\"yes\"}}", 400, "RunRequest.claude.verbose of type bool"},
        {"/run", "{\"prompt\":\"hi\",\"claude\":{\"tools\":[\"a\",1]}}", 400, "RunRequest.claude.tools of type string"},
        {"/run", "{\"prompt\":\"hi\",\"podman\":{\"cpu_shares\":1.5}}", 400, "number 1.5 into Go struct field"},
        {"/run", "{\"prompt\":\"hi\",\"podman\":{\"secrets_env\":{\"A\":1}}}", 400, "secrets_env of type string"},
        {"/run", "{\"prompt\":\"hi\"", 400, "unexpected EOF"},
        {"/run", "", 400, "Invalid request: EOF"},
        {"/run", "[]", 400, "cannot unmarshal array"},
        {"/run", "{\"prompt\":\"hi\"} x", 400, "invalid character 'x'"},
        {"/run", "{\"prompt\":\"hi\",\"workdir\":\"../x\"}", 500, "workdir validation failed"},
        {"/run", "{\"prompt\":\"hi\",\"podman\":{\"timeout\":\"soon\"}}", 500, "invalid timeout duration"},
        {"/run", "{\"prompt\":\"hi\",\"claude\":{\"session_id\":\"x\"}}", 500, "invalid session ID"},
        {"/run/async", "{\"prompt\":\"\"}", 400, "{\"id\":\"\",\"status\":\"error\",\"error\":\"Invalid request: Key"},
        {"/auth/token", "{}", 400, "{\"error\":\"invalid request: Key: 'TokenRequest.ClientID'"},
        {"/secrets", "{\"name\":\"a b\",\"value\":\"v\"}", 400,
         "{\"success\":false,\"name\":\"a b\",\"error\":\"invalid secret name\"}"},
        {"/images/pull", "{\"image\":\"UPPER case\"}", 400, "invalid image name format"},
    };

    CHECK(start(NULL));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CHECK_EQ(ask_post(cases[i].target, cases[i].body), cases[i].status);
        CHECK_CONTAINS(got.body, cases[i].answer);
    }
    CHECK_EQ(stat_of("malformed"), (long)(sizeof(cases) / sizeof(cases[0])));
    stop();
}

TEST(sim_counts_wrong_paths_queries_and_headers)
{
    CHECK(start(NULL));
    CHECK_EQ(ask_get("/nowhere"), 404);
    CHECK_STR(got.body, "404 page not found");
    CHECK_EQ(ask("PUT /run HTTP/1.1\r\nHost: sim\r\nContent-Length: 0\r\n\r\n"), 404);
    CHECK_EQ(ask_get("/run/stream"), 400);
    CHECK_STR(got.body, "Missing required parameter: prompt");
    CHECK_EQ(ask_get("/run/stream?prompt=hi&resume=true"), 400);
    CHECK_EQ(ask("POST /run HTTP/1.1\r\nHost: sim\r\nContent-Length: 15\r\n\r\n{\"prompt\":\"hi\"}"), 400);
    CHECK_EQ(ask_get("/images/search?q=a&limit=x"), 400);
    CHECK_EQ(stat_of("malformed"), 6);
    /* Correct, though the real router cannot find it. */
    CHECK_EQ(ask_get("/images/ghcr.io%2Facme%2Ftool:1"), 404);
    CHECK_STR(got.body, "404 page not found");
    CHECK_EQ(stat_of("malformed"), 6);
    stop();
}

TEST(sim_lets_unknown_fields_pass_when_lenient_and_still_counts_nothing_else)
{
    static const char *const arguments[] = {"--lenient", NULL};

    CHECK(start(arguments));
    CHECK_EQ(ask_post("/run", "{\"prompt\":\"hi\",\"colour\":1}"), 200);
    CHECK_EQ(ask_get("/run/stream?prompt=hi&colour=1"), 200);
    CHECK_EQ(ask_post("/run", "{\"prompt\":1}"), 400);
    stop();
}

TEST(sim_refuses_heads_and_bodies_over_its_limits)
{
    static const char *const arguments[] = {"--max-body", "100", "--max-head", "2000", NULL};
    char body[202] = "", target[3000] = "/health?";

    CHECK(start(arguments));
    memset(body, ' ', 201);
    CHECK_EQ(ask_post("/run", body), 413);
    close(main_peer.fd);
    main_peer.fd = dial();
    CHECK_EQ(ask("POST /run HTTP/1.1\r\nHost: sim\r\nContent-Type: application/json\r\nTransfer-Encoding: "
                 "chunked\r\n\r\n"
                 "32\r\n                                                  \r\n"
                 "33\r\n                                                   \r\n"),
             413);
    close(main_peer.fd);
    main_peer.fd = dial();
    memset(target + 8, 'x', sizeof(target) - 9);
    CHECK(send_text(main_peer.fd, "GET "));
    CHECK_EQ(ask(target), 431);
    stop();
}

TEST(sim_limits_the_rate_and_says_when_to_come_back)
{
    static const char *const arguments[] = {"--rate-limit", "1:2", NULL};

    CHECK(start(arguments));
    CHECK_EQ(ask_get("/jobs"), 200);
    CHECK_CONTAINS(got.head, "X-RateLimit-Limit: 1\r\n");
    CHECK_EQ(ask_get("/jobs"), 200);
    CHECK_EQ(ask_get("/jobs"), 429);
    CHECK_STR(got.body, "{\"error\":\"rate limit exceeded\"}");
    CHECK_CONTAINS(got.head, "Retry-After: 1\r\n");
    CHECK_CONTAINS(got.head, "X-RateLimit-Remaining: 0\r\n");
    CHECK_CONTAINS(got.head, "X-RateLimit-Reset: ");
    CHECK_EQ(ask_get("/health"), 200);
    CHECK_EQ(stat_of("rate_limited"), 1);
    stop();
}

TEST(sim_wants_the_bearer_token_it_was_given)
{
    static const char *const arguments[] = {"--token", "s3cret", NULL};

    CHECK(start(arguments));
    CHECK_EQ(ask_get("/health"), 200);
    CHECK_EQ(ask_get("/jobs"), 401);
    CHECK_STR(got.body, "{\"error\":\"missing authorization header\"}");
    CHECK_EQ(ask("GET /jobs HTTP/1.1\r\nHost: sim\r\nAuthorization: Basic eDp5\r\n\r\n"), 401);
    CHECK_STR(got.body, "{\"error\":\"invalid authorization header format\"}");
    CHECK_EQ(ask("GET /jobs HTTP/1.1\r\nHost: sim\r\nAuthorization: Bearer wrong\r\n\r\n"), 401);
    CHECK_STR(got.body, "{\"error\":\"invalid or expired token\"}");
    CHECK_EQ(ask("GET /jobs HTTP/1.1\r\nHost: sim\r\nAuthorization: bearer s3cret\r\n\r\n"), 200);
    stop();
}

TEST(sim_issues_tokens_that_it_takes_until_they_are_logged_out)
{
    static const char *const arguments[] = {"--token", "s3cret", NULL};
    char token[128], request[512];

    CHECK(start(arguments));
    CHECK_EQ(ask("POST /auth/token HTTP/1.1\r\nHost: sim\r\nAuthorization: Bearer s3cret\r\n"
                 "Content-Type: application/json\r\nContent-Length: 18\r\n\r\n{\"client_id\":\"me\"}"),
             200);
    CHECK(sscanf(got.body, "{\"access_token\":\"%127[^\"]", token) == 1);
    snprintf(request, sizeof(request), "GET /jobs HTTP/1.1\r\nHost: sim\r\nAuthorization: Bearer %s\r\n\r\n", token);
    CHECK_EQ(ask(request), 200);
    snprintf(request, sizeof(request),
             "POST /auth/logout HTTP/1.1\r\nHost: sim\r\nAuthorization: Bearer %s\r\nContent-Length: 0\r\n\r\n", token);
    CHECK_EQ(ask(request), 200);
    snprintf(request, sizeof(request), "GET /jobs HTTP/1.1\r\nHost: sim\r\nAuthorization: Bearer %s\r\n\r\n", token);
    CHECK_EQ(ask(request), 401);
    CHECK_STR(got.body, "{\"error\":\"token revoked\"}");
    stop();
}

/* Starts a job and asks for it at once. */
static int job_of(const char *body)
{
    char id[32], target[64];

    if (ask_post("/run/async", body) != 202 || sscanf(got.body, "{\"job_id\":\"%31[^\"]", id) != 1)
        return -1;
    snprintf(target, sizeof(target), "/jobs/%s", id);
    return ask_get(target);
}

TEST(sim_jobs_are_pending_until_they_run_and_can_be_cancelled_once)
{
    static const char *const arguments[] = {"--job-pending", "3600000", NULL};
    char id[32], request[128];

    CHECK(start(arguments));
    CHECK_EQ(job_of("{\"prompt\":\"hi\"}"), 200);
    CHECK_CONTAINS(got.body, "\"status\":\"pending\"");
    CHECK(sscanf(got.body, "{\"id\":\"%31[^\"]", id) == 1);
    snprintf(request, sizeof(request), "DELETE /jobs/%s HTTP/1.1\r\nHost: sim\r\n\r\n", id);
    CHECK_EQ(ask(request), 200);
    CHECK_CONTAINS(got.body, "{\"cancelled\":true,\"job_id\":\"job-");
    CHECK_EQ(ask(request), 409);
    CHECK_CONTAINS(got.body, "cannot cancel job (already completed, failed, or cancelled)");
    CHECK_EQ(ask("DELETE /jobs/job-0000000000000000 HTTP/1.1\r\nHost: sim\r\n\r\n"), 404);
    CHECK_STR(got.body, "{\"id\":\"\",\"status\":\"error\",\"error\":\"job not found\"}");
    stop();
}

TEST(sim_jobs_run_and_then_complete_fail_or_crash)
{
    static const char *const slow[] = {"--job-pending", "0", "--job-duration", "3600000", NULL};
    static const char *const quick[] = {"--job-pending", "0", "--job-duration", "0", NULL};

    CHECK(start(slow));
    CHECK_EQ(job_of("{\"prompt\":\"hi\"}"), 200);
    CHECK_CONTAINS(got.body, "\"status\":\"running\"");
    stop();
    CHECK(start(quick));
    CHECK_EQ(job_of("{\"prompt\":\"sim:echo all \\u00e9 well\"}"), 200);
    CHECK_CONTAINS(got.body, "\"status\":\"completed\",\"output\":\"all \xc3\xa9 well\"");
    CHECK_EQ(job_of("{\"prompt\":\"sim:fail\"}"), 200);
    CHECK_CONTAINS(got.body, "\"status\":\"failed\",\"error\":\"execution failed: exit status 1");
    CHECK_EQ(job_of("{\"prompt\":\"sim:crash\"}"), 200);
    CHECK_CONTAINS(got.body, "\"status\":\"failed\"");
    CHECK_CONTAINS(got.body, "\"crash_info\":{\"reason\":\"Process killed by SIG");
    stop();
}

TEST(sim_streams_end_with_done_an_error_nothing_or_a_reset)
{
    static const char *const arguments[] = {"--tokens", "3", NULL};

    CHECK(start(arguments));
    CHECK_EQ(ask_get("/run/stream?prompt=sim:echo+one%0A%0Atwo"), 200);
    CHECK_CONTAINS(got.head, "Content-Type: text/event-stream\r\n");
    CHECK_CONTAINS(got.body, "data: one\n\ndata: \n\ndata: two\n\nevent: done\ndata: {\"id\":\"run-");
    CHECK_EQ(ask_get("/run/stream?prompt=sim:fail"), 200);
    CHECK_CONTAINS(got.body, "\n\nevent: error\ndata: execution failed: exit status 1");
    CHECK_EQ(ask_get("/run/stream?prompt=sim:cut"), 200);
    CHECK(strstr(got.body, "data: ") && !strstr(got.body, "event:"));
    CHECK_EQ(ask_get("/run/stream?prompt=sim:drop"), -1);
    CHECK_EQ(got.status, 200);
    CHECK(!strstr(got.body, "event:"));
    stop();
}

TEST(sim_says_the_same_for_the_same_seed_and_else_something_else)
{
    static const char *const seven[] = {"--seed", "7", "--fail-rate", "0.5", NULL};
    static const char *const eight[] = {"--seed", "8", "--fail-rate", "0.5", NULL};
    char first[16][2000];
    int differing = 0;

    CHECK(start(seven));
    for (int i = 0; i < 16; i++) {
        CHECK(ask_post("/run", "{\"prompt\":\"hi\"}") > 0);
        snprintf(first[i], sizeof(first[i]), "%d %.1900s", got.status, got.body);
    }
    stop();
    for (int round = 0; round < 2; round++) {
        CHECK(start(round ? eight : seven));
        for (int i = 0; i < 16; i++) {
            char again[2000];

            ask_get("/health"); /* other operations do not shift what this one draws */
            CHECK(ask_post("/run", "{\"prompt\":\"hi\"}") > 0);
            snprintf(again, sizeof(again), "%d %.1900s", got.status, got.body);
            if (round == 0)
                CHECK_STR(again, first[i]);
            differing += strcmp(again, first[i]) != 0;
        }
        stop();
    }
    CHECK_EQ(differing, 16);
}

TEST(sim_shows_what_was_sent_byte_for_byte)
{
    static const char request[] = "POST /run HTTP/1.1\r\nhost:  sim\r\ncontent-type: application/json\r\n"
                                  "X-Odd: \xc3\xa9\r\nContent-Length: 15\r\n\r\n{\"prompt\":\"hi\"}";

    CHECK(start(NULL));
    CHECK_EQ(ask(request), 200);
    CHECK_EQ(ask_get("/__sim/last"), 200);
    CHECK_STR(got.body, request);
    CHECK_EQ(ask_get("/__sim/requests"), 200);
    CHECK_CONTAINS(got.body, "\"operation\":\"Run\"");
    CHECK_EQ(ask_get("/__sim/reset"), 200);
    CHECK_EQ(stat_of("requests"), 0);
    stop();
}

static bool open_stream(int *ret_fd)
{
    static const char request[] = "GET /run/stream?prompt=hi HTTP/1.1\r\nHost: sim\r\n\r\n";

    *ret_fd = dial();
    return *ret_fd >= 0 && send_bytes(*ret_fd, request, sizeof(request) - 1);
}

static bool has_event(int fd)
{
    char bytes[2048];
    ssize_t count = recv(fd, bytes, sizeof(bytes) - 1, 0);

    bytes[count > 0 ? count : 0] = '\0';
    return strstr(bytes, "data: ") != NULL;
}

TEST(sim_carries_two_thousand_streams_at_once)
{
    static const char *const arguments[] = {"--token-interval", "3600000", NULL};
    static int streams[STREAMS];
    struct rlimit limit;
    int opened = 0, alive = 0;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    CHECK(start(arguments));
    while (opened < STREAMS && open_stream(&streams[opened]))
        opened++;
    for (int i = 0; i < opened; i++)
        alive += has_event(streams[i]);
    CHECK_EQ(alive, STREAMS);
    CHECK_EQ(stat_of("streams_open"), STREAMS);
    for (int i = 0; i < opened; i++)
        close(streams[i]);
    stop();
}

/* Whether the simulator's own list has `line`. */
static bool lists(const char *list, const char *line)
{
    size_t len = strcspn(line, "\n");

    for (; *list; list += strcspn(list, "\n") + 1)
        if (strncmp(list, line, len) == 0 && list[len] == '\n')
            return true;
    return false;
}

TEST(sim_lists_every_stromboli_operation_of_the_contract)
{
    const char *path = test_shared_path("contracts/operations.tsv");
    char command[64];
    size_t len = 0;
    char *contract = path ? test_read_file(path, &len) : NULL, *line;
    FILE *pipe;

    if (!contract)
        SKIP("the contracts are kept beside the repository, not in it");
    CHECK(start(NULL));
    snprintf(command, sizeof(command), "/proc/%d/exe --list-operations", (int)sim.pid);
    pipe = popen(command, "r");
    CHECK(pipe);
    len = fread(got.body, 1, sizeof(got.body) - 1, pipe);
    got.body[len] = '\0';
    pclose(pipe);
    for (line = strstr(contract, "\nstromboli\t"); line; line = strstr(line, "\nstromboli\t")) {
        line++;
        if (!lists(got.body, line))
            test_fail(__FILE__, __LINE__, "not served: %.*s", (int)strcspn(line, "\n"), line);
    }
    free(contract);
    stop();
}

/* What `--service NAME --list-operations` prints, in `got.body`; false unless it is lines of that service only. */
static bool lists_only(const char *service)
{
    char command[96];
    size_t lines = 0;
    FILE *pipe;

    snprintf(command, sizeof(command), "/proc/%d/exe --list-operations --service %s", (int)sim.pid, service);
    pipe = popen(command, "r");
    if (!pipe)
        return false;
    got.body[fread(got.body, 1, sizeof(got.body) - 1, pipe)] = '\0';
    if (pclose(pipe) != 0)
        return false;
    for (char *line = strchr(got.body, '\n'); line && line[1]; line = strchr(line + 1, '\n'), lines++)
        if (strncmp(line + 1, service, strlen(service)) != 0 || line[1 + strlen(service)] != '\t')
            return false;
    return lines > 0;
}

TEST(sim_lists_the_operations_of_one_service_alone)
{
    CHECK(start(NULL));
    CHECK(lists_only("stromboli"));
    CHECK(lists_only("skillbox"));
    CHECK(!lists_only("nobody 2>/dev/null"));
    stop();
}
