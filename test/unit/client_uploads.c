/* Bodies from files: whole as they were or not at all, in bounded memory, whatever becomes of the file on the way. */
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#include "file_fixture.h"

#define BUSY "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"

TEST(file_is_sent_with_its_length)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"),
                                        AND_CONTAINS("\r\nContent-Length: 1300000\r\n\r\n"),
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

TEST(file_of_256_mib_is_sent_within_little_more_than_a_mebibyte)
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
    CHECK(atomic_load(&fx.rig.memory.peak) - before < (1 << 20) + (128 << 10));
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
    if (mkdir(fixture_path(&fx, "directory"), 0700) != 0 ||
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
    CHECK(refuses_file("directory", "it is a directory"));
}

TEST(file_that_may_not_be_read_is_named)
{
    fixture fx;
    const char *path;

    if (geteuid() == 0)
        SKIP("root reads everything");
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

static void cancel_call(watched *seen, weft_call *call)
{
    (void)seen;
    weft_call_cancel(call);
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
                      PUT(.body.file_path = pattern_file(&seen.fx, sizeof(pattern)), .on_progress = watch_progress)));
    CHECK_EQ(seen.fx.outcome.code, WEFT_E_FILE);
    CHECK_CONTAINS(seen.fx.outcome.message, "it has become shorter");
    CHECK_EQ(rig_stats(&seen.fx.rig).connections_open, 0); /* what was promised cannot follow any more */
    CHECK(fixture_end(&seen.fx));
}

static void replace_second_file(watched *seen, weft_call *call)
{
    const char *other = fixture_write(&seen->fx, "other", "longer than what it replaces", 28);

    (void)call;
    if (rename(other, fixture_path(&seen->fx, "second")) != 0)
        test_fail(__FILE__, __LINE__, "rename: %s", strerror(errno));
}

TEST(file_that_takes_the_place_of_another_while_the_form_is_sent_is_not_sent_cut_off)
{
    static const script_step steps[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), HOLD()};
    weft_part parts[] = {{.name = "a"}, {.name = "b"}};
    watched seen;

    CHECK(fixture_open(&seen.fx, NULL));
    seen = (watched){.fx = seen.fx, .at_first = replace_second_file};
    parts[0].file_path = pattern_file(&seen.fx, 3 * 512 * 1024); /* more than is read before anything is sent */
    parts[1].file_path = fixture_write(&seen.fx, "second", "short", 5);
    fault_server_play(seen.fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&seen.fx, PUT(.body = {.parts = parts, .parts_count = 2}, .on_progress = watch_progress)));
    CHECK_EQ(seen.fx.outcome.code, WEFT_E_FILE);
    CHECK_CONTAINS(seen.fx.outcome.message, "/second: another file has taken its place");
    CHECK_EQ(rig_stats(&seen.fx.rig).connections_open, 0);
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

/* ---- files that do not say how long they are ------------------------------------------------------------------- */

TEST(file_of_proc_is_sent_whole_though_it_says_that_it_is_empty)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"), SEND(ANSWER_OK), REPEAT()};
    static const char *const paths[] = {"/proc/version", "/sys/kernel/mm/transparent_hugepage/enabled"};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 0);
    for (size_t i = 0, asked = 0; i < 2; i++) {
        FILE *file = fopen(paths[i], "r");
        char expected[1024];
        size_t expected_len, len;
        const char *body;

        if (!file)
            continue; /* a system that has no such files */
        expected_len = fread(expected, 1, sizeof(expected), file);
        fclose(file);
        CHECK(fixture_ask(&fx, PUT(.body.file_path = paths[i])));
        CHECK_STR(fx.outcome.message, "");
        body = chunked_body(&fx, asked++, &len);
        CHECK(body && len > 0 && len == expected_len && memcmp(body, expected, len) == 0);
    }
    CHECK(fixture_end(&fx));
}

/* Writes to a pipe from a thread of its own, piece by piece. */
typedef struct pipe_writer {
    pthread_t thread;
    const char *path;
    size_t len;
    bool went_well;
} pipe_writer;

static void *write_pipe(void *arg)
{
    pipe_writer *writer = arg;
    int fd = open(writer->path, O_WRONLY | O_CLOEXEC);
    size_t sent = 0;

    while (fd >= 0 && sent < writer->len) {
        size_t step = writer->len - sent < 70000 ? writer->len - sent : 70000;
        ssize_t n = write(fd, pattern + sent, step);

        if (n <= 0)
            break;
        sent += (size_t)n;
    }
    close(fd);
    writer->went_well = sent == writer->len;
    return NULL;
}

/* A pipe whose writer comes only once the request's head is there; `len` bytes. */
static bool sends_pipe(size_t len, bool in_parts)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"), SEND(ANSWER_OK)};
    pipe_writer writer = {.len = len};
    weft_part parts[] = {{.name = "a", .value = "1"}, {.name = "f"}};
    size_t got;
    const char *body;
    fixture fx;
    bool ok;

    if (!fixture_open(&fx, NULL))
        return false;
    writer.path = parts[1].file_path = fixture_path(&fx, "pipe");
    pattern_file(&fx, 0);
    for (size_t i = 0; i < len; i++)
        pattern[i] = (char)(i % 251 + i / 65536);
    ok = mkfifo(writer.path, 0600) == 0;
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    fixture_send(&fx, in_parts ? PUT(.body = {.parts = parts, .parts_count = 2}) : PUT(.body.file_path = writer.path));
    turn(&fx, 50);
    ok = ok && pthread_create(&writer.thread, NULL, write_pipe, &writer) == 0;
    ok = rig_run(&fx.rig) && fx.outcome.code == WEFT_OK && ok;
    pthread_join(writer.thread, NULL);
    body = chunked_body(&fx, 0, &got);
    if (in_parts)
        ok = ok && body && got > len && memcmp(strstr(body, "octet-stream\r\n\r\n") + 16, pattern, len) == 0 &&
             memcmp(body + got - 4, "--\r\n", 4) == 0;
    else
        ok = ok && body && got == len && memcmp(body, pattern, len) == 0;
    if (!ok || !writer.went_well)
        test_fail(__FILE__, __LINE__, "%zu bytes: %zu came, %s", len, got, fx.outcome.message);
    return fixture_end(&fx) && ok && writer.went_well;
}

TEST(pipe_is_waited_for_and_sent_whole)
{
    CHECK(sends_pipe(0, false));
    CHECK(sends_pipe(1, false));
    CHECK(sends_pipe(1000000, false));
    CHECK(sends_pipe(0, true));
    CHECK(sends_pipe(1000000, true));
}

TEST(device_that_has_nothing_is_an_empty_body)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"), AND_BODY("0\r\n\r\n"), SEND(ANSWER_OK)};
    fixture fx;

    CHECK(ASK(&fx, NULL, steps, PUT(.body.file_path = "/dev/null")));
    CHECK_STR(fx.outcome.message, "");
    CHECK(fixture_end(&fx));
}

TEST(device_without_an_end_is_sent_until_the_call_is_over)
{
    static const script_step steps[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), HOLD()};
    watched seen;

    CHECK(fixture_open(&seen.fx, NULL));
    seen = (watched){.fx = seen.fx, .at_first = cancel_call, .skip = 9};
    fault_server_play(seen.fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&seen.fx, PUT(.body.file_path = "/dev/zero", .on_progress = watch_progress)));
    CHECK_EQ(seen.fx.outcome.code, WEFT_E_CANCELLED);
    CHECK(seen.sent > 0 && seen.sent_total == 0);
    CHECK(fixture_end(&seen.fx));
}

/* What has been read of a pipe is gone: a second attempt would send the rest of it for all of it. */
TEST(request_with_a_pipe_is_not_sent_again)
{
    static const script_step steps[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), SEND(BUSY), CLOSE()};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    CHECK(mkfifo(fixture_path(&fx, "pipe"), 0600) == 0);
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&fx, PUT(.body.file_path = fixture_path(&fx, "pipe"), .repeatable = true)));
    CHECK_EQ(fx.outcome.status, 503);
    CHECK_EQ(fx.outcome.details.attempts, 1);
    CHECK(fixture_end(&fx));
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
    CHECK(seen.calls > 4);
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
    seen = (watched){.fx = seen.fx, .at_first = hold_the_pool, .skip = 2}; /* head, length; a piece is on its way */
    fault_server_play(seen.fx.rig.server, SCRIPT(early), 1);
    fault_server_play(seen.fx.rig.server, SCRIPT(whole), 1);
    fixture_send(&seen.fx,
                 PUT(.body.file_path = pattern_file(&seen.fx, sizeof(pattern)), .on_progress = watch_progress));
    UNTIL_OR(&seen.fx.rig.loop, pool.is_held && fault_server_waiting_count(seen.fx.rig.server) > 0, return false);
    fault_server_release(seen.fx.rig.server);
    UNTIL_OR(&seen.fx.rig.loop, made.count >= 2, return false);
    turn(&seen.fx, 5);
    release_pool();
    ok = rig_run(&seen.fx.rig) && seen.fx.outcome.code == WEFT_OK && seen.fx.outcome.count == 1 &&
         has_pattern(&seen.fx, 0, sizeof(pattern));
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

/* The caller may do with its file what it likes once it has been called back. */
TEST(call_that_ends_while_a_thread_reads_its_file_is_reported_when_it_has_let_go)
{
    static const script_step steps[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), HOLD()};
    static void (*const ways[])(watched * seen, weft_call * call) = {cancel_call, close_engine};

    for (int i = 0; i < 2; i++) {
        watched seen;

        CHECK(fixture_open(&seen.fx, NULL));
        seen = (watched){.fx = seen.fx, .at_first = hold_the_pool, .skip = 2};
        fault_server_play(seen.fx.rig.server, SCRIPT(steps), 1);
        fixture_send(&seen.fx,
                     PUT(.body.file_path = pattern_file(&seen.fx, sizeof(pattern)), .on_progress = watch_progress));
        turn_until_pool_is_wanted(&seen.fx);
        ways[i](&seen, seen.fx.call);
        turn(&seen.fx, 20);
        CHECK_EQ(seen.fx.outcome.count, 0);
        release_pool();
        CHECK(rig_run(&seen.fx.rig));
        CHECK_EQ(seen.fx.outcome.count, 1);
        CHECK_EQ(seen.fx.outcome.code, i ? WEFT_E_CLOSED : WEFT_E_CANCELLED);
        CHECK(fixture_end(&seen.fx));
    }
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
            CHECK_UNTIL(&seen.fx.rig.loop, !held || rig_stats(&seen.fx.rig).connections_open + !pool.is_held == 0);
            release_pool();
            CHECK_UNTIL(&seen.fx.rig.loop, seen.fx.outcome.count > 0);
            CHECK_EQ(seen.fx.outcome.code, i ? WEFT_E_REQUEST_FAILED : WEFT_OK);
            CHECK_EQ(seen.fx.outcome.status, i ? 413 : 200);
            seen.calls = 0;
        }
        CHECK(rig_run(&seen.fx.rig));
        CHECK(fixture_end(&seen.fx));
    }
}
