/* Bodies from files and to files: whole or not at all, in bounded memory, whatever happens on the way. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <semaphore.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <netinet/in.h>

#include "http_fixture.h"

#define PUT(...) (&(weft_http_request){.method = "PUT", .path = "/x", __VA_ARGS__})
#define GET(...) (&(weft_http_request){.method = "GET", .path = "/x", __VA_ARGS__})

enum { PIECES_BYTES = 300 * 1000 }; /* several pieces, the last one short */

/* ---- libuv's pool, of one thread that the tests may hold ------------------------------------------------------- */

__attribute__((constructor)) static void make_pool_small(void)
{
    setenv("UV_THREADPOOL_SIZE", "1", 1);
}

typedef struct held_pool {
    uv_work_t work;
    sem_t released;
    bool is_held;
} held_pool;

static held_pool pool;

static void on_pool_thread(uv_work_t *work)
{
    (void)work;
    while (sem_wait(&pool.released) != 0)
        ;
}

static void on_pool_free(uv_work_t *work, int status)
{
    (void)work;
    (void)status;
    sem_destroy(&pool.released);
}

/* What is given to the pool from now on waits for release_pool(). */
static void hold_pool(fixture *fx)
{
    sem_init(&pool.released, 0, 0);
    pool.is_held = uv_queue_work(&fx->rig.loop.uv, &pool.work, on_pool_thread, on_pool_free) == 0;
}

static void release_pool(void)
{
    if (pool.is_held)
        sem_post(&pool.released);
    pool.is_held = false;
}

static void turn(fixture *fx, unsigned times)
{
    while (times-- > 0)
        uv_run(&fx->rig.loop.uv, UV_RUN_NOWAIT);
}

/* ---- what goes to and comes from files ------------------------------------------------------------------------- */

static char pattern[8 * 1024 * 1024];

static const char *pattern_file(const fixture *fx, size_t len)
{
    for (size_t i = 0; i < len; i++)
        pattern[i] = (char)(i % 251 + i / 65536);
    return fixture_write(fx, "source", pattern, len);
}

/* Whether a request that the server has read ends with the pattern. */
static bool has_pattern(const fixture *fx, size_t request, size_t len)
{
    size_t request_len;
    const char *text = fault_server_request(fx->rig.server, request, &request_len);
    const char *body = text ? strstr(text, "\r\n\r\n") : NULL;

    return body && request_len - (size_t)(body + 4 - text) == len && memcmp(body + 4, pattern, len) == 0;
}

static bool file_is(const fixture *fx, const char *name, const void *bytes, size_t len)
{
    size_t file_len = 0;
    char *text = test_read_file(fixture_path(fx, name), &file_len);
    bool same = text && file_len == len && memcmp(text, bytes, len) == 0;

    free(text);
    return same;
}

TEST(file_is_sent_with_its_length)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"),
                                        AND_CONTAINS("\r\nContent-Length: 300000\r\n\r\n"),
                                        AND_CONTAINS("\r\nContent-Type: text/plain\r\n"),
                                        SEND(ANSWER_OK),
                                        EXPECT("PUT /x HTTP/1.1\r\n"),
                                        AND_CONTAINS("\r\nContent-Length: 0\r\n\r\n"),
                                        AND_CONTAINS("\r\nContent-Type: application/octet-stream\r\n"),
                                        SEND(ANSWER_OK)};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&fx, PUT(.body = {.file_path = pattern_file(&fx, PIECES_BYTES), .content_type = "text/plain"})));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(has_pattern(&fx, 0, PIECES_BYTES));
    CHECK(fixture_ask(&fx, PUT(.body.file_path = fixture_write(&fx, "empty", "", 0))));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fx.outcome.details.reused_connection);
    CHECK(fixture_end(&fx));
}

/* A server in a thread that reads a body of any size, and answers with how much of it there was. */
typedef struct sponge {
    pthread_t thread;
    int listener;
    int port;
} sponge;

static void *soak(void *arg)
{
    sponge *server = arg;
    static char buffer[1 << 20];
    int fd = accept(server->listener, NULL, NULL);
    unsigned long long wanted = 0, got = 0;
    ssize_t n;
    size_t head = 0;
    char *end = NULL;
    char answer[128];

    while (!end && (n = recv(fd, buffer + head, 4096, 0)) > 0) {
        head += (size_t)n;
        buffer[head] = '\0';
        end = strstr(buffer, "\r\n\r\n");
    }
    if (end) {
        wanted = strtoull(strstr(buffer, "Content-Length: ") + 16, NULL, 10);
        got = head - (size_t)(end + 4 - buffer);
    }
    while (got < wanted && (n = recv(fd, buffer, sizeof(buffer), 0)) > 0)
        got += (unsigned long long)n;
    snprintf(answer, sizeof(answer), "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n%12llu", got);
    if (send(fd, answer, strlen(answer), MSG_NOSIGNAL) < 0)
        perror("send");
    while (recv(fd, buffer, sizeof(buffer), 0) > 0)
        ;
    close(fd);
    return NULL;
}

static bool sponge_start(sponge *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);

    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(server->listener, (struct sockaddr *)&address, len) != 0 || listen(server->listener, 1) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &len) != 0)
        return false;
    server->port = ntohs(address.sin_port);
    return pthread_create(&server->thread, NULL, soak, server) == 0;
}

static void sponge_stop(sponge *server)
{
    pthread_join(server->thread, NULL);
    close(server->listener);
}

TEST(file_of_256_mib_is_sent_within_a_mebibyte)
{
    const long long size = 256LL << 20;
    sponge server;
    char url[64], text[32];
    const char *path;
    long before;
    fixture fx;

    CHECK(sponge_start(&server));
    CHECK(fixture_open(&fx, NULL));
    path = fixture_write(&fx, "sparse", "", 0);
    CHECK(truncate(path, size) == 0);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/x", server.port);
    before = atomic_load(&fx.rig.memory.bytes);
    atomic_store(&fx.rig.memory.peak, before);
    CHECK(fixture_ask(&fx, &(weft_http_request){.method = "PUT", .url = url, .body.file_path = path}));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    snprintf(text, sizeof(text), "%12lld", size);
    CHECK_STR(fx.outcome.text, text);
    CHECK(atomic_load(&fx.rig.memory.peak) - before < 1 << 20);
    CHECK(fixture_end(&fx));
    sponge_stop(&server);
}

/* ---- files that are not what they should be -------------------------------------------------------------------- */

/* Not a byte is sent, and the message names the file. */
static bool refuses_file(const char *name, const char *words)
{
    fixture fx;
    bool ok;

    if (!fixture_open(&fx, NULL))
        return false;
    if (mkdir(fixture_path(&fx, "directory"), 0700) != 0 || mkfifo(fixture_path(&fx, "pipe"), 0600) != 0 ||
        !fixture_ask(&fx, PUT(.body.file_path = fixture_path(&fx, name))))
        return false;
    ok = fx.outcome.code == WEFT_E_FILE && strstr(fx.outcome.message, words) &&
         strstr(fx.outcome.message, fixture_path(&fx, name)) && fault_server_connection_count(fx.rig.server) == 0;
    if (!ok)
        test_fail(__FILE__, __LINE__, "%s: code %d, \"%s\"", name, fx.outcome.code, fx.outcome.message);
    return fixture_end(&fx) && ok;
}

TEST(file_that_cannot_be_sent_is_named)
{
    CHECK(refuses_file("missing", "cannot open"));
    CHECK(refuses_file("missing/below", "cannot open"));
    CHECK(refuses_file("directory", "not a regular file"));
    CHECK(refuses_file("pipe", "not a regular file"));
}

TEST(file_that_may_not_be_read_is_named)
{
    fixture fx;
    const char *path;

    if (geteuid() == 0)
        return; /* root reads everything */
    CHECK(fixture_open(&fx, NULL));
    path = fixture_write(&fx, "secret", "s", 1);
    CHECK(chmod(path, 0) == 0);
    CHECK(fixture_ask(&fx, PUT(.body.file_path = path)));
    CHECK_EQ(fx.outcome.code, WEFT_E_FILE);
    CHECK_CONTAINS(fx.outcome.message, "cannot open");
    CHECK(fixture_end(&fx));
}

/* on_progress and the callback share their argument: this one does something once, and keeps what it was told. */
typedef struct watched {
    fixture fx; /* first: what fixture_report takes its argument for */
    void (*at_first)(struct watched *seen, weft_call *call);
    unsigned skip; /* calls before that one */
    unsigned calls;
    uint64_t sent, sent_total, received, received_total;
    bool went_back;
} watched;

static void watch_progress(weft_call *call, uint64_t sent, uint64_t sent_total, uint64_t received,
                           uint64_t received_total, void *arg)
{
    watched *seen = arg;

    seen->went_back = seen->went_back || sent < seen->sent || received < seen->received;
    seen->sent = sent;
    seen->sent_total = sent_total;
    seen->received = received;
    seen->received_total = received_total;
    if (seen->calls++ == seen->skip && seen->at_first)
        seen->at_first(seen, call);
}

static void shorten_file(watched *seen, weft_call *call)
{
    (void)call;
    if (truncate(fixture_path(&seen->fx, "source"), PIECES_BYTES / 2) != 0)
        test_fail(__FILE__, __LINE__, "truncate: %s", strerror(errno));
}

static void lengthen_file(watched *seen, weft_call *call)
{
    (void)call;
    if (truncate(fixture_path(&seen->fx, "source"), 2L * PIECES_BYTES) != 0)
        test_fail(__FILE__, __LINE__, "truncate: %s", strerror(errno));
}

TEST(file_that_becomes_shorter_while_it_is_sent_ends_the_call)
{
    static const script_step steps[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), HOLD()};
    watched seen;

    CHECK(fixture_open(&seen.fx, NULL));
    seen = (watched){.fx = seen.fx, .at_first = shorten_file};
    fault_server_play(seen.fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&seen.fx,
                      PUT(.body.file_path = pattern_file(&seen.fx, PIECES_BYTES), .on_progress = watch_progress)));
    CHECK_EQ(seen.fx.outcome.code, WEFT_E_FILE);
    CHECK_CONTAINS(seen.fx.outcome.message, "it has become shorter");
    CHECK(fixture_end(&seen.fx));
}

TEST(file_that_becomes_longer_while_it_is_sent_is_sent_as_it_was)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"), SEND(ANSWER_OK)};
    watched seen;

    CHECK(fixture_open(&seen.fx, NULL));
    seen = (watched){.fx = seen.fx, .at_first = lengthen_file};
    fault_server_play(seen.fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&seen.fx,
                      PUT(.body.file_path = pattern_file(&seen.fx, PIECES_BYTES), .on_progress = watch_progress)));
    CHECK_EQ(seen.fx.outcome.code, WEFT_OK);
    CHECK(has_pattern(&seen.fx, 0, PIECES_BYTES));
    CHECK(fixture_end(&seen.fx));
}

/* ---- progress -------------------------------------------------------------------------------------------------- */

TEST(progress_counts_the_bodies_and_ends_at_their_totals)
{
    static const script_step steps[] = {EXPECT("PUT /x"), SEND(ANSWER_OK), EXPECT("PUT /x"), SEND(ANSWER_OK)};
    watched seen;

    CHECK(fixture_open(&seen.fx, NULL));
    seen = (watched){.fx = seen.fx};
    fault_server_play(seen.fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&seen.fx,
                      PUT(.body.file_path = pattern_file(&seen.fx, PIECES_BYTES), .on_progress = watch_progress)));
    CHECK_EQ(seen.fx.outcome.code, WEFT_OK);
    CHECK(seen.calls > 5);
    CHECK(!seen.went_back);
    CHECK_EQ(seen.sent, PIECES_BYTES);
    CHECK_EQ(seen.sent_total, PIECES_BYTES);
    CHECK_EQ(seen.received, 2);
    CHECK_EQ(seen.received_total, 2);

    seen.sent = seen.received = 0;
    CHECK(fixture_ask(&seen.fx, PUT(.body = {.bytes = "abc", .bytes_len = 3}, .on_progress = watch_progress)));
    CHECK_EQ(seen.sent, 3);
    CHECK_EQ(seen.sent_total, 3);
    CHECK(fixture_end(&seen.fx));
}

static void cancel_call(watched *seen, weft_call *call)
{
    (void)seen;
    weft_call_cancel(call);
}

static void close_engine(watched *seen, weft_call *call)
{
    (void)call;
    weft_engine_close(seen->fx.rig.engine, rig_engine_closed, &seen->fx.rig);
}

TEST(call_is_cancelled_or_its_engine_closed_while_progress_is_told)
{
    static const script_step steps[] = {EXPECT_RAW("PUT /x"), CLOSE()};
    static void (*const ways[])(watched * seen, weft_call * call) = {cancel_call, close_engine};

    for (int i = 0; i < 2; i++) {
        watched seen;

        CHECK(fixture_open(&seen.fx, NULL));
        seen = (watched){.fx = seen.fx, .at_first = ways[i]};
        fault_server_play(seen.fx.rig.server, SCRIPT(steps), 1);
        CHECK(fixture_ask(&seen.fx,
                          PUT(.body.file_path = pattern_file(&seen.fx, PIECES_BYTES), .on_progress = watch_progress)));
        CHECK_EQ(seen.fx.outcome.code, i ? WEFT_E_CLOSED : WEFT_E_CANCELLED);
        CHECK(fixture_end(&seen.fx));
    }
}

/* ---- once more ------------------------------------------------------------------------------------------------- */

#define BUSY "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"

TEST(file_is_sent_again_from_its_beginning)
{
    static const script_step steps[] = {EXPECT("PUT /x"), SEND(BUSY), EXPECT("PUT /x"), SEND(ANSWER_OK)};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&fx, PUT(.body.file_path = pattern_file(&fx, PIECES_BYTES))));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(has_pattern(&fx, 0, PIECES_BYTES));
    CHECK(has_pattern(&fx, 1, PIECES_BYTES));
    CHECK(fixture_end(&fx));
}

static void hold_the_pool(watched *seen, weft_call *call)
{
    (void)call;
    hold_pool(&seen->fx);
}

typedef struct attempts {
    unsigned count;
    unsigned release_at; /* the pool is let go when this attempt begins; 0 = the test does it */
} attempts;

static void count_attempt(weft_call *call, weft_request *request, void *arg)
{
    attempts *made = arg;

    (void)call;
    (void)request;
    if (++made->count == made->release_at)
        release_pool();
}

static void release_at_retry(weft_call *call, const weft_error *error, uint32_t delay_ms, void *arg)
{
    attempts *made = arg;

    (void)call;
    (void)error;
    (void)delay_ms;
    if (made->release_at == 1)
        release_pool();
}

/* The first attempt is answered while a thread has its second piece to read: the second must not begin with it. */
static bool restarts_while_a_thread_reads(unsigned release_at)
{
    static const script_step early[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), WAIT(), SEND(BUSY), CLOSE()};
    static const script_step whole[] = {EXPECT("PUT /x"), SEND(ANSWER_OK)};
    attempts made = {.release_at = release_at};
    watched seen;
    bool ok;

    if (!fixture_open(&seen.fx, &(weft_client_options){
                                    .on_request = count_attempt, .on_retry = release_at_retry, .hook_arg = &made}))
        return false;
    seen = (watched){.fx = seen.fx, .at_first = hold_the_pool, .skip = 2}; /* head, length, first piece */
    fault_server_play(seen.fx.rig.server, SCRIPT(early), 1);
    fault_server_play(seen.fx.rig.server, SCRIPT(whole), 1);
    fixture_send(&seen.fx, PUT(.body.file_path = pattern_file(&seen.fx, PIECES_BYTES), .on_progress = watch_progress));
    while (!pool.is_held || fault_server_waiting_count(seen.fx.rig.server) == 0)
        uv_run(&seen.fx.rig.loop.uv, UV_RUN_ONCE);
    fault_server_release(seen.fx.rig.server);
    while (made.count < 2)
        uv_run(&seen.fx.rig.loop.uv, UV_RUN_ONCE);
    turn(&seen.fx, 5);
    release_pool();
    ok = rig_run(&seen.fx.rig) && seen.fx.outcome.code == WEFT_OK && seen.fx.outcome.count == 1 &&
         has_pattern(&seen.fx, 0, PIECES_BYTES);
    if (!ok)
        test_fail(__FILE__, __LINE__, "code %d, %s", seen.fx.outcome.code, seen.fx.outcome.message);
    return fixture_end(&seen.fx) && ok;
}

TEST(file_is_sent_again_from_its_beginning_while_a_thread_still_reads_for_the_attempt_before)
{
    CHECK(restarts_while_a_thread_reads(0));
    CHECK(restarts_while_a_thread_reads(1));
    CHECK(restarts_while_a_thread_reads(2));
}

TEST(answer_that_comes_before_a_file_is_sent_is_taken)
{
    static const script_step success[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), SEND(ANSWER_OK), CLOSE()};
    static const script_step refusal[] = {
        EXPECT_RAW("PUT /x HTTP/1.1\r\n"),
        SEND("HTTP/1.1 413 Too Large\r\nContent-Length: 15\r\n\r\n{\"error\":\"big\"}"), CLOSE()};
    watched seen;

    for (int held = 0; held < 2; held++) {
        CHECK(fixture_open(&seen.fx, NULL));
        seen = (watched){.fx = seen.fx, .at_first = held ? hold_the_pool : NULL};
        fault_server_play(seen.fx.rig.server, SCRIPT(success), 1);
        fault_server_play(seen.fx.rig.server, SCRIPT(refusal), 1);
        for (int i = 0; i < 2; i++) {
            fixture_send(&seen.fx,
                         PUT(.body.file_path = pattern_file(&seen.fx, sizeof(pattern)), .on_progress = watch_progress));
            while (seen.fx.outcome.count == 0)
                uv_run(&seen.fx.rig.loop.uv, UV_RUN_ONCE);
            release_pool();
            CHECK_EQ(seen.fx.outcome.code, i ? WEFT_E_REQUEST_FAILED : WEFT_OK);
            CHECK_EQ(seen.fx.outcome.status, i ? 413 : 200);
            seen.calls = 0;
        }
        CHECK(rig_run(&seen.fx.rig));
        CHECK(fixture_end(&seen.fx));
    }
}

/* ---- multipart ------------------------------------------------------------------------------------------------- */

/* Replaces the boundary of the first request's body by "B", for comparisons. Static. */
static const char *body_with_plain_boundary(const fixture *fx)
{
    static char text[2048];
    const char *request = fault_server_request(fx->rig.server, 0, NULL);
    const char *boundary = strstr(request, "boundary=") + 9;
    size_t len = strcspn(boundary, "\r"), to = 0;

    for (const char *at = strstr(request, "\r\n\r\n") + 4; *at && to + 2 < sizeof(text);) {
        if (strncmp(at, boundary, len) == 0) {
            text[to++] = 'B';
            at += len;
        } else {
            text[to++] = *at++;
        }
    }
    text[to] = '\0';
    return text;
}

static const script_step any_post[] = {EXPECT("POST /x"), SEND(ANSWER_OK)};

TEST(multipart_body_has_its_parts_in_order)
{
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(any_post), 1);
    {
        const weft_part parts[] = {
            {.name = "title", .value = "a\r\nb"},
            {.name = "data", .bytes = "{}", .bytes_len = 2, .content_type = "application/json"},
            {.name = "file", .file_path = fixture_write(&fx, "notes.txt", "on disk", 7)},
            {.name = "empty", .file_path = fixture_write(&fx, "none", "", 0), .file_name = "other \xc3\xa9.bin"},
            {.name = "last", .value = ""},
        };

        CHECK(fixture_ask(
            &fx, &(weft_http_request){.method = "POST", .path = "/x", .body = {.parts = parts, .parts_count = 5}}));
    }
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_CONTAINS(fault_server_request(fx.rig.server, 0, NULL), "\r\nContent-Type: multipart/form-data; boundary=");
    CHECK_STR(body_with_plain_boundary(&fx),
              "--B\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\na\r\nb\r\n"
              "--B\r\nContent-Disposition: form-data; name=\"data\"; filename=\"file\"\r\n"
              "Content-Type: application/json\r\n\r\n{}\r\n"
              "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"notes.txt\"\r\n"
              "Content-Type: application/octet-stream\r\n\r\non disk\r\n"
              "--B\r\nContent-Disposition: form-data; name=\"empty\"; filename=\"other \xc3\xa9.bin\"\r\n"
              "Content-Type: application/octet-stream\r\n\r\n\r\n"
              "--B\r\nContent-Disposition: form-data; name=\"last\"\r\n\r\n\r\n"
              "--B--\r\n");
    CHECK(fixture_end(&fx));
}

TEST(multipart_name_cannot_leave_its_quotes)
{
    const weft_part parts[] = {
        {.name = "a\"; filename=\"b\\", .value = "1"},
        {.name = "c", .bytes = "2", .bytes_len = 1, .file_name = "\"\\\"; x=\""},
    };
    fixture fx;

    CHECK(ASK(&fx, NULL, any_post,
              &((weft_http_request){.method = "POST", .path = "/x", .body = {.parts = parts, .parts_count = 2}})));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_STR(body_with_plain_boundary(&fx),
              "--B\r\nContent-Disposition: form-data; name=\"a\\\"; filename=\\\"b\\\\\"\r\n\r\n1\r\n"
              "--B\r\nContent-Disposition: form-data; name=\"c\"; filename=\"\\\"\\\\\\\"; x=\\\"\"\r\n"
              "Content-Type: application/octet-stream\r\n\r\n2\r\n"
              "--B--\r\n");
    CHECK(fixture_end(&fx));
}

TEST(multipart_part_that_could_inject_is_refused)
{
    static const struct {
        weft_part part;
        const char *words;
    } bad[] = {
        {{.name = "a\r\nX: y", .value = "1"}, "body.parts[0]: name contains control"},
        {{.name = "a\n", .value = "1"}, "name contains control"},
        {{.name = "a", .bytes = "1", .bytes_len = 1, .file_name = "f\r\n\r\n--B"}, "file_name contains control"},
        {{.name = "a", .file_path = "/tmp/f\r\nX: y"}, "file_name contains control"},
        {{.name = "a", .bytes = "1", .bytes_len = 1, .content_type = "t\r\nX: y"}, "content_type has characters"},
        {{.name = "", .value = "1"}, "name is required"},
        {{.value = "1"}, "name is required"},
        {{.name = "a"}, "exactly one of value, file_path and bytes"},
        {{.name = "a", .value = "1", .file_path = "/f"}, "exactly one of value, file_path and bytes"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(fixture_refuses(
            &(weft_http_request){.method = "POST", .path = "/x", .body = {.parts = &bad[i].part, .parts_count = 1}},
            NULL, bad[i].words));
}

/* The boundary that the first request of a rig gets; they all begin with the same seed. */
static void find_boundary(char boundary[64], const char *value)
{
    const weft_part part = {.name = "a", .value = value};
    fixture fx;

    boundary[0] = '\0';
    CHECK(ASK(&fx, NULL, any_post,
              &((weft_http_request){.method = "POST", .path = "/x", .body = {.parts = &part, .parts_count = 1}})));
    snprintf(boundary, 64, "%.*s",
             (int)strcspn(strstr(fault_server_request(fx.rig.server, 0, NULL), "boundary=") + 9, "\r"),
             strstr(fault_server_request(fx.rig.server, 0, NULL), "boundary=") + 9);
    CHECK(fixture_end(&fx));
}

TEST(multipart_boundary_does_not_occur_in_what_it_bounds)
{
    char foreseen[64], chosen[64], value[160];

    find_boundary(foreseen, "1");
    CHECK(strlen(foreseen) > 30);
    snprintf(value, sizeof(value), "1\r\n--%s\r\nContent-Disposition: form-data; name=\"admin\"\r\n\r\ny", foreseen);
    find_boundary(chosen, value);
    CHECK(strlen(chosen) > 30);
    CHECK(strcmp(chosen, foreseen) != 0);
}

/* ---- answers to files ------------------------------------------------------------------------------------------ */

TEST(answer_is_saved_whole_under_its_name_only)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\none"),
                                        WAIT(),           SEND("two"),
                                        EXPECT("GET /x"), SEND("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fixture_write(&fx, "x", "what was there before", 21);
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    fixture_send(&fx, GET(.save_to = fixture_path(&fx, "x")));
    while (fault_server_waiting_count(fx.rig.server) == 0)
        uv_run(&fx.rig.loop.uv, UV_RUN_ONCE);
    turn(&fx, 20);
    CHECK(file_is(&fx, "x", "what was there before", 21));
    CHECK(fault_server_release(fx.rig.server));
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.body_size, 6);
    CHECK(fx.body_is_null);
    CHECK(file_is(&fx, "x", "onetwo", 6));
    CHECK_EQ(fixture_files(&fx, false), 1);
    CHECK(fixture_ask(&fx, GET(.save_to = fixture_path(&fx, "x"))));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(file_is(&fx, "x", "", 0));
    CHECK(fixture_end(&fx));
}

/* A head and the pattern, all of it; static. */
static const char *big_answer(size_t *ret_len)
{
    static char bytes[sizeof(pattern) + 128];
    int head = snprintf(bytes, 128, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", sizeof(pattern));

    for (size_t i = 0; i < sizeof(pattern); i++)
        pattern[i] = (char)(i % 251 + i / 65536);
    memcpy(bytes + head, pattern, sizeof(pattern));
    *ret_len = (size_t)head + sizeof(pattern);
    return bytes;
}

TEST(big_answer_is_saved_within_two_mebibytes)
{
    script_step steps[] = {EXPECT("GET /x"), SEND_DATA(NULL, 0)};
    long before;
    fixture fx;

    steps[1].bytes = big_answer(&steps[1].len);
    CHECK(fixture_open(&fx, &(weft_client_options){.max_body_bytes = 1}));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    before = atomic_load(&fx.rig.memory.bytes);
    atomic_store(&fx.rig.memory.peak, before);
    CHECK(fixture_ask(&fx, GET(.save_to = fixture_path(&fx, "x"))));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.body_size, sizeof(pattern));
    CHECK(file_is(&fx, "x", pattern, sizeof(pattern)));
    CHECK(atomic_load(&fx.rig.memory.peak) - before < 2 << 20);
    CHECK(fixture_end(&fx));
}

TEST(disk_that_is_slow_holds_the_server_back)
{
    script_step steps[] = {EXPECT("GET /x"), SEND_DATA(NULL, 0)};
    weft_engine_stats stats;
    fixture fx;

    steps[1].bytes = big_answer(&steps[1].len);
    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    hold_pool(&fx);
    fixture_send(&fx, GET(.save_to = fixture_path(&fx, "x")));
    do {
        turn(&fx, 10);
        stats = rig_stats(&fx.rig);
    } while (stats.bytes_received < 256 * 1024);
    turn(&fx, 100);
    stats = rig_stats(&fx.rig);
    CHECK(stats.bytes_received < 1024 * 1024);
    release_pool();
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(file_is(&fx, "x", pattern, sizeof(pattern)));
    CHECK(fixture_end(&fx));
}

TEST(answer_that_breaks_off_leaves_no_file)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\none"),
                                        CLOSE()};
    fixture fx;

    CHECK(fixture_open(&fx, &(weft_client_options){.retries.max_retries = WEFT_NO_RETRIES}));
    fixture_write(&fx, "x", "before", 6);
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&fx, GET(.save_to = fixture_path(&fx, "x"))));
    CHECK_EQ(fx.outcome.code, WEFT_E_CONNECTION_LOST);
    CHECK(file_is(&fx, "x", "before", 6));
    CHECK_EQ(fixture_files(&fx, false), 1);
    CHECK(fixture_end(&fx));
}

TEST(answer_that_breaks_off_is_saved_from_its_beginning)
{
    static const script_step cut[] = {EXPECT("GET /x"), SEND("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnothing"),
                                      CLOSE()};
    static const script_step whole[] = {EXPECT("GET /x"), SEND(ANSWER_OK)};

    for (int held = 0; held < 2; held++) {
        fixture fx;

        CHECK(fixture_open(&fx, &(weft_client_options){.retries.first_backoff_ms = 1}));
        fault_server_play(fx.rig.server, SCRIPT(cut), 1);
        fault_server_play(fx.rig.server, SCRIPT(whole), 1);
        if (held)
            hold_pool(&fx);
        fixture_send(&fx, GET(.save_to = fixture_path(&fx, "x")));
        while (held && fault_server_request_count(fx.rig.server) < 2)
            uv_run(&fx.rig.loop.uv, UV_RUN_ONCE);
        release_pool();
        CHECK(rig_run(&fx.rig));
        CHECK_EQ(fx.outcome.code, WEFT_OK);
        CHECK_EQ(fx.outcome.details.attempts, 2);
        CHECK(file_is(&fx, "x", "ok", 2));
        CHECK_EQ(fixture_files(&fx, false), 1);
        CHECK(fixture_end(&fx));
    }
}

/* Fails to save "ok" as `name`; nothing new stays in the directory but what was there. */
static bool cannot_save(const char *name, unsigned files)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND(ANSWER_OK)};
    fixture fx;
    bool ok;

    if (!fixture_open(&fx, NULL) || mkdir(fixture_path(&fx, "directory"), 0700) != 0)
        return false;
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    if (!fixture_ask(&fx, GET(.save_to = fixture_path(&fx, name))))
        return false;
    ok = fx.outcome.code == WEFT_E_FILE && strstr(fx.outcome.message, fixture_path(&fx, name)) &&
         fixture_files(&fx, false) == files;
    if (!ok)
        test_fail(__FILE__, __LINE__, "%s: code %d, \"%s\", %u files", name, fx.outcome.code, fx.outcome.message,
                  fixture_files(&fx, false));
    return fixture_end(&fx) && ok;
}

TEST(file_that_cannot_be_written_is_named)
{
    CHECK(cannot_save("missing/x", 1));
    CHECK(cannot_save("directory", 1));
}

TEST(answer_does_not_take_the_place_of_what_is_no_file)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND(ANSWER_OK), HOLD()};
    struct stat status;
    fixture fx;
    const char *path;

    CHECK(fixture_open(&fx, NULL));
    path = fixture_path(&fx, "pipe");
    CHECK(mkfifo(path, 0600) == 0); /* as well as /dev/null, which nobody would try this on */
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    fixture_ask(&fx, GET(.save_to = path));
    CHECK_EQ(fx.outcome.code, WEFT_E_FILE);
    CHECK_CONTAINS(fx.outcome.message, "/pipe: it is there already, and no file");
    CHECK(lstat(path, &status) == 0 && S_ISFIFO(status.st_mode));
    CHECK(unlink(path) == 0);
    CHECK_EQ(fixture_files(&fx, false), 0);
    CHECK(fixture_end(&fx));
}

TEST(disk_that_is_full_ends_the_call_and_leaves_no_file)
{
    script_step steps[] = {EXPECT("GET /x"), SEND_DATA(NULL, 0), EXPECT_CLOSE()};
    struct rlimit before, small;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    fixture fx;

    steps[1].bytes = big_answer(&steps[1].len);
    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
    small = (struct rlimit){100000, before.rlim_max};
    CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
    fixture_ask(&fx, GET(.save_to = fixture_path(&fx, "x")));
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    CHECK_EQ(fx.outcome.code, WEFT_E_FILE);
    CHECK_CONTAINS(fx.outcome.message, "cannot write");
    CHECK_EQ(fixture_files(&fx, false), 0);
    CHECK(fixture_end(&fx));
}

TEST(answers_that_are_saved_under_one_name_at_once_are_whole)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND(ANSWER_OK)};
    call_outcome outcomes[4] = {0};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 4);
    for (int i = 0; i < 4; i++)
        weft_http_request_send(fx.rig.client, GET(.save_to = fixture_path(&fx, "x")), NULL, on_outcome, &outcomes[i]);
    CHECK(rig_run(&fx.rig));
    for (int i = 0; i < 4; i++)
        CHECK_EQ(outcomes[i].code, WEFT_OK);
    CHECK(file_is(&fx, "x", "ok", 2));
    CHECK_EQ(fixture_files(&fx, false), 1);
    CHECK(fixture_end(&fx));
}

TEST(answer_that_is_saved_may_be_paused)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND(ANSWER_OK), WAIT()};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    fixture_send(&fx, GET(.save_to = fixture_path(&fx, "x")));
    weft_call_pause(fx.call);
    while (fault_server_waiting_count(fx.rig.server) == 0)
        uv_run(&fx.rig.loop.uv, UV_RUN_ONCE);
    turn(&fx, 20);
    CHECK_EQ(fx.outcome.count, 0);
    CHECK_EQ(fixture_files(&fx, false), 0);
    weft_call_resume(fx.call);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(file_is(&fx, "x", "ok", 2));
    CHECK(fault_server_release(fx.rig.server));
    CHECK(fixture_end(&fx));
}

/* ---- ends at every stage --------------------------------------------------------------------------------------- */

typedef enum way_to_end { BY_CANCEL, BY_CLIENT, BY_ENGINE, WAYS_TO_END } way_to_end;

static void end_call(fixture *fx, way_to_end way)
{
    if (way == BY_CANCEL)
        weft_call_cancel(fx->call);
    else if (way == BY_CLIENT)
        weft_client_close(fx->rig.client, NULL, NULL);
    else
        weft_engine_close(fx->rig.engine, rig_engine_closed, &fx->rig);
}

/* Ends an upload and a download at one stage of theirs; `turns` of the loop before, with the pool held or not. */
static bool ends_cleanly(way_to_end way, bool saves, unsigned turns, bool held)
{
    static const script_step steps[] = {SEND(ANSWER_OK), CLOSE()}; /* the request may end anywhere */
    fixture fx;
    weft_code code;

    if (!fixture_open(&fx, NULL))
        return false;
    fault_server_play(fx.rig.server, SCRIPT(steps), 0);
    if (held)
        hold_pool(&fx);
    fixture_send(&fx, saves ? GET(.save_to = fixture_path(&fx, "x"))
                            : PUT(.body.file_path = pattern_file(&fx, PIECES_BYTES)));
    turn(&fx, turns);
    if (fx.call)
        end_call(&fx, way);
    turn(&fx, 3);
    release_pool();
    if (!rig_run(&fx.rig) || fx.outcome.count != 1)
        return false;
    code = fx.outcome.code;
    if (saves && code == WEFT_OK && !file_is(&fx, "x", "ok", 2))
        return false;
    /* Whole, or not there; and nothing beside it. */
    if (saves && fixture_files(&fx, false) > 0 && (!file_is(&fx, "x", "ok", 2) || fixture_files(&fx, false) != 1))
        return false;
    if (code != WEFT_OK && code != (way == BY_CANCEL ? WEFT_E_CANCELLED : WEFT_E_CLOSED))
        return false;
    return fixture_end(&fx);
}

TEST(call_with_a_file_ends_cleanly_at_every_stage)
{
    for (int way = 0; way < WAYS_TO_END; way++)
        for (unsigned turns = 0; turns < 24; turns++)
            for (int kind = 0; kind < 4; kind++)
                if (!ends_cleanly((way_to_end)way, kind & 1, turns, kind & 2)) {
                    test_fail(__FILE__, __LINE__, "way %d, %u turns, kind %d", way, turns, kind);
                    return;
                }
}

/* ---- when memory is short -------------------------------------------------------------------------------------- */

/* Sends parts with a file, or saves the answer, with the nth allocation failing; true when it did not need n. */
static bool survives_failure(unsigned long n, bool saves, bool *ret_done)
{
    static const script_step steps[] = {
        EXPECT("/x HTTP/1.1"), SEND("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
        REPEAT()};
    weft_part parts[] = {{.name = "a", .value = "1"}, {.name = "f"}};
    fixture fx;
    bool ok;

    if (!fixture_open(&fx, &(weft_client_options){.retries.max_retries = WEFT_NO_RETRIES}))
        return false;
    parts[1].file_path = fixture_write(&fx, "f", "file", 4);
    fault_server_play(fx.rig.server, SCRIPT(steps), 0);
    fx.rig.memory.fail_at = atomic_load(&fx.rig.memory.count) + n;
    fixture_send(
        &fx, saves ? GET(.save_to = fixture_path(&fx, "x"))
                   : &(weft_http_request){.method = "POST", .path = "/x", .body = {.parts = parts, .parts_count = 2}});
    ok = rig_run(&fx.rig) && fx.outcome.count <= 1;
    *ret_done = fx.outcome.code == WEFT_OK && fx.outcome.count == 1 &&
                atomic_load(&fx.rig.memory.count) < fx.rig.memory.fail_at;
    fx.rig.memory.fail_at = 0;
    if (fixture_files(&fx, false) != (saves && fx.outcome.count && fx.outcome.code == WEFT_OK ? 2 : 1)) {
        test_fail(__FILE__, __LINE__, "%u files", fixture_files(&fx, false));
        ok = false;
    }
    return fixture_end(&fx) && ok;
}

TEST(every_failing_allocation_of_a_call_with_files_ends_in_an_outcome)
{
    for (int saves = 0; saves < 2; saves++) {
        bool done = false;

        for (unsigned long n = 1; n < 200 && !done; n++)
            CHECK(survives_failure(n, saves, &done));
        CHECK(done);
    }
}
