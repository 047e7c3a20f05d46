/* Every way an answer can be, over a real socket: what is a result, what is an error, and which. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "client_rig.h"
#include "test.h"

/* One call of GET /metrics to a server that plays `script` once, without retries. */
static bool ask_with(call_outcome *call, fault_script script, const weft_client_options *options)
{
    weft_client_options ours = options ? *options : (weft_client_options){0};
    client_rig rig;
    bool ok;

    ours.retries.max_retries = WEFT_NO_RETRIES;
    if (!rig_open(&rig, NULL, &ours))
        return false;
    fault_server_play(rig.server, script, 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, call);
    ok = rig_run(&rig) && call->count == 1;
    return rig_end(&rig) && ok;
}

static bool ask(call_outcome *call, fault_script script)
{
    return ask_with(call, script, NULL);
}

#define ASK(call, ...)                                                                                                 \
    do {                                                                                                               \
        static const script_step steps[] = {EXPECT("GET /metrics HTTP/1.1"), __VA_ARGS__};                             \
        CHECK(ask(call, SCRIPT(steps)));                                                                               \
    } while (0)

/* ---- bodies ------------------------------------------------------------------------------------------------------ */

TEST(body_with_content_length_is_read_to_its_length)
{
    call_outcome call = {0};

    ASK(&call, SEND_BYTEWISE("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_STR(call.text, "hello");
}

TEST(body_in_chunks_is_put_together)
{
    call_outcome call = {0};

    ASK(&call, SEND_BYTEWISE("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: t\r\n\r\n"));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_STR(call.text, "hello");
}

TEST(body_without_a_length_is_read_until_the_server_closes)
{
    call_outcome call = {0};

    ASK(&call, SEND("HTTP/1.1 200 OK\r\n\r\nhel"), SEND("lo"), CLOSE());
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_STR(call.text, "hello");
}

TEST(body_of_many_reads_is_whole)
{
    enum { SIZE = 3000000 };
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n";
    static char answer[sizeof(head) + SIZE];
    static const script_step steps[] = {EXPECT("GET "), SEND_DATA(answer, sizeof(head) - 1 + SIZE)};
    call_outcome call = {0};

    memcpy(answer, head, sizeof(head) - 1);
    memset(answer + sizeof(head) - 1, 'x', SIZE);
    CHECK(ask(&call, SCRIPT(steps)));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_EQ(call.body_len, SIZE);
    CHECK_EQ(call.details.bytes_received, sizeof(head) - 1 + SIZE);
}

TEST(interim_answers_are_read_past)
{
    call_outcome call = {0};

    ASK(&call, SEND("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"), SEND(ANSWER_OK));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_EQ(call.status, 200);
    CHECK_STR(call.text, "ok");
}

TEST(status_204_has_no_body_and_keeps_the_connection)
{
    static const script_step steps[] = {EXPECT("GET "), SEND("HTTP/1.1 204 No Content\r\n\r\n"), EXPECT("GET "),
                                        SEND(ANSWER_OK)};
    client_rig rig;
    call_outcome first = {0}, second = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &first);
    CHECK(rig_run(&rig));
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &second);
    CHECK(rig_run(&rig));
    CHECK_EQ(first.code, WEFT_OK);
    CHECK_EQ(first.status, 204);
    CHECK_EQ(first.body_len, 0);
    CHECK_EQ(second.code, WEFT_OK);
    CHECK(second.details.reused_connection);
    CHECK(rig_end(&rig));
}

TEST(status_304_has_no_body_whatever_its_headers_say)
{
    call_outcome call = {0};

    ASK(&call, SEND("HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n"));
    CHECK_EQ(call.code, WEFT_E_REQUEST_FAILED);
    CHECK_EQ(call.status, 304);
}

/* ---- what is not HTTP -------------------------------------------------------------------------------------------- */

TEST(answer_that_is_not_http_is_a_protocol_error)
{
    call_outcome call = {0};

    ASK(&call, SEND("SSH-2.0-OpenSSH_9.2\r\n"), EXPECT_CLOSE());
    CHECK_EQ(call.code, WEFT_E_PROTOCOL);
    CHECK_CONTAINS(call.message, "cannot get the metrics: GET http://127.0.0.1:");
}

TEST(folded_header_line_is_refused)
{
    call_outcome call = {0};

    ASK(&call, SEND("HTTP/1.1 200 OK\r\nX-A: 1\r\n 2\r\nContent-Length: 0\r\n\r\n"), EXPECT_CLOSE());
    CHECK_EQ(call.code, WEFT_E_PROTOCOL);
    CHECK_CONTAINS(call.message, "folded header line");
}

TEST(length_and_chunks_together_are_refused)
{
    call_outcome call = {0};

    ASK(&call, SEND("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        EXPECT_CLOSE());
    CHECK_EQ(call.code, WEFT_E_PROTOCOL);
}

TEST(broken_chunk_size_is_a_protocol_error)
{
    call_outcome call = {0};

    ASK(&call, SEND("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), EXPECT_CLOSE());
    CHECK_EQ(call.code, WEFT_E_PROTOCOL);
    CHECK_EQ(call.status, 200);
}

/* ---- limits ------------------------------------------------------------------------------------------------------ */

TEST(head_beyond_its_limit_is_too_large)
{
    static const script_step steps[] = {
        EXPECT("GET "),
        SEND("HTTP/1.1 200 OK\r\nX-Long: 0123456789012345678901234567890123456789012345678901234567890123456789\r\n"
             "Content-Length: 0\r\n\r\n"),
        EXPECT_CLOSE()};
    call_outcome call = {0};

    CHECK(ask_with(&call, SCRIPT(steps), &(weft_client_options){.max_header_bytes = 80}));
    CHECK_EQ(call.code, WEFT_E_TOO_LARGE);
    CHECK_CONTAINS(call.message, "head");
}

TEST(headers_beyond_their_limit_are_too_many)
{
    static const script_step steps[] = {
        EXPECT("GET "), SEND("HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\nC: 3\r\nContent-Length: 0\r\n\r\n"), EXPECT_CLOSE()};
    call_outcome call = {0};

    CHECK(ask_with(&call, SCRIPT(steps), &(weft_client_options){.max_headers = 3}));
    CHECK_EQ(call.code, WEFT_E_TOO_LARGE);
    CHECK_CONTAINS(call.message, "too many headers");
}

TEST(announced_body_beyond_its_limit_is_refused_before_it_comes)
{
    static const script_step steps[] = {EXPECT("GET "), SEND("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n"),
                                        EXPECT_CLOSE()};
    call_outcome call = {0};

    CHECK(ask_with(&call, SCRIPT(steps), &(weft_client_options){.max_body_bytes = 10}));
    CHECK_EQ(call.code, WEFT_E_TOO_LARGE);
    CHECK_CONTAINS(call.message, "larger than 10 bytes");
}

TEST(body_that_grows_beyond_its_limit_is_refused)
{
    static const script_step steps[] = {EXPECT("GET "), SEND("HTTP/1.1 200 OK\r\n\r\n0123456789"), SEND_BYTEWISE("0"),
                                        EXPECT_CLOSE()};
    call_outcome call = {0};

    CHECK(ask_with(&call, SCRIPT(steps), &(weft_client_options){.max_body_bytes = 10}));
    CHECK_EQ(call.code, WEFT_E_TOO_LARGE);
}

TEST(body_of_exactly_its_limit_is_taken)
{
    static const script_step steps[] = {EXPECT("GET "), SEND("HTTP/1.1 200 OK\r\n\r\n0123456789"), CLOSE()};
    call_outcome call = {0};

    CHECK(ask_with(&call, SCRIPT(steps), &(weft_client_options){.max_body_bytes = 10}));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_EQ(call.body_len, 10);
}

/* {"jobs":[{},{},...]} of so many, in one piece. */
static char *jobs_answer(size_t count, size_t *ret_len, size_t *ret_body_len)
{
    const size_t body_len = sizeof("{\"jobs\":[]}") - 1 + 3 * count - 1;
    char *answer = malloc(body_len + 256);
    size_t len = (size_t)sprintf(answer,
                                 "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n"
                                 "{\"jobs\":[",
                                 body_len);

    for (size_t i = 0; i < count; i++, len += 3)
        memcpy(answer + len, "{},", 3);
    memcpy(answer + len - 1, "]}", 2);
    *ret_len = len + 1;
    *ret_body_len = body_len;
    return answer;
}

enum { SMALL_OBJECTS = 100000 };

/* Lists so many jobs; returns the most that was held at once beyond what was held before, SIZE_MAX when
 * something else went wrong. */
static size_t list_small_objects(const weft_client_options *client, const weft_call_options *options,
                                 call_outcome *call)
{
    script_step steps[] = {EXPECT("GET /jobs"), SEND_DATA(NULL, 0)};
    size_t len, body_len, before, peak;
    char *answer = jobs_answer(SMALL_OBJECTS, &len, &body_len);
    client_rig rig;
    bool ok;

    steps[1] = (script_step)SEND_DATA(answer, len);
    if (!rig_open(&rig, NULL, client))
        return SIZE_MAX;
    fault_server_play(rig.server, SCRIPT(steps), 1);
    before = (size_t)atomic_load(&rig.memory.bytes);
    atomic_store(&rig.memory.peak, (long)before);
    weft_stromboli_list_jobs(rig.client, options, on_stromboli_job_list_outcome, call);
    ok = rig_run(&rig) && call->count == 1 && (call->code == WEFT_OK || call->body_len == body_len);
    peak = (size_t)atomic_load(&rig.memory.peak);
    ok = rig_end(&rig) && ok;
    free(answer);
    return ok ? peak - before : SIZE_MAX;
}

TEST(answer_that_takes_more_memory_decoded_than_its_limit_is_too_large)
{
    enum { LIMIT = 4 * 1024 * 1024 };
    call_outcome call = {0};

    CHECK(list_small_objects(&(weft_client_options){.max_decoded_bytes = LIMIT}, NULL, &call) < 3 * (size_t)LIMIT);
    CHECK_EQ(call.code, WEFT_E_TOO_LARGE);
    CHECK_CONTAINS(call.message,
                   "the answer takes more than 4194304 bytes of memory once it is decoded (max_decoded_bytes)");
    memset(&call, 0, sizeof(call));
    CHECK(list_small_objects(&(weft_client_options){.max_decoded_bytes = LIMIT},
                             &(weft_call_options){.max_decoded_bytes = 100 * (size_t)LIMIT}, &call) < SIZE_MAX);
    CHECK_EQ(call.code, WEFT_OK);
}

TEST(answer_takes_four_times_its_bodys_limit_decoded_unless_told_otherwise)
{
    call_outcome call = {0};

    CHECK(list_small_objects(&(weft_client_options){.max_body_bytes = 1024 * 1024}, NULL, &call) < SIZE_MAX);
    CHECK_EQ(call.code, WEFT_E_TOO_LARGE);
    CHECK_CONTAINS(call.message, " more than 4194304 bytes of memory");
    memset(&call, 0, sizeof(call));
    CHECK(list_small_objects(NULL, NULL, &call) < SIZE_MAX);
    CHECK_EQ(call.code, WEFT_OK);
}

TEST(answer_of_small_objects_takes_its_items_memory_and_little_more)
{
    call_outcome call = {0};
    size_t most = list_small_objects(NULL, NULL, &call);

    CHECK_EQ(call.code, WEFT_OK);
    /* The items and, while they grow, half as much again where they were; the body, twice. */
    CHECK(most < SMALL_OBJECTS * (sizeof(weft_stromboli_job) * 5 / 2 + 3 * 2 + 3));
}

TEST(limit_of_the_body_can_be_set_for_one_call)
{
    static const script_step steps[] = {EXPECT("GET "), SEND(ANSWER_OK)};
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.max_body_bytes = 1}, on_text_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_TOO_LARGE);
    CHECK(rig_end(&rig));
}

/* ---- broken connections ------------------------------------------------------------------------------------------ */

TEST(refused_connection_is_an_error_of_connecting)
{
    client_rig rig;
    weft_client *client;
    call_outcome call = {0};
    char url[64];

    CHECK(rig_open(&rig, NULL, NULL));
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", fault_server_dead_port());
    client = rig_client(&rig, &(weft_client_options){.base_url = url, .retries.max_retries = WEFT_NO_RETRIES});
    weft_stromboli_get_metrics(client, NULL, on_text_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_CONNECT);
    CHECK_EQ(call.outcome, WEFT_OUTCOME_NOT_ACTED_ON);
    CHECK_EQ(call.details.attempts, 1);
    CHECK_EQ(rig_stats(&rig).connections_failed, 1);
    CHECK(rig_end(&rig));
}

TEST(missing_unix_socket_is_an_error_of_connecting)
{
    client_rig rig;
    weft_client *client;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    client = rig_client(&rig, &(weft_client_options){.base_url = "unix:/nowhere/stromboli.sock",
                                                     .retries.max_retries = WEFT_NO_RETRIES});
    weft_stromboli_get_metrics(client, NULL, on_text_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_CONNECT);
    CHECK_CONTAINS(call.message, "/nowhere/stromboli.sock");
    CHECK(rig_end(&rig));
}

TEST(unix_socket_carries_calls)
{
    static const script_step steps[] = {EXPECT("GET /metrics HTTP/1.1\r\nHost: localhost\r\n"), SEND(ANSWER_OK),
                                        EXPECT("GET /metrics"), SEND(ANSWER_OK)};
    client_rig rig;
    call_outcome calls[2] = {{0}};

    CHECK(rig_open_on(&rig, &(fault_server_options){.unix_socket = true}, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &calls[0]);
    CHECK(rig_run(&rig));
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &calls[1]);
    CHECK(rig_run(&rig));
    CHECK_EQ(calls[0].code, WEFT_OK);
    CHECK_EQ(calls[1].code, WEFT_OK);
    CHECK(calls[1].details.reused_connection);
    CHECK(rig_end(&rig));
}

TEST(connection_closed_before_an_answer_is_lost)
{
    call_outcome call = {0};

    ASK(&call, CLOSE());
    CHECK_EQ(call.code, WEFT_E_CONNECTION_LOST);
    CHECK_CONTAINS(call.message, "before an answer came");
    CHECK_EQ(call.status, 0);
}

TEST(connection_reset_before_an_answer_is_lost)
{
    call_outcome call = {0};

    ASK(&call, RESET());
    CHECK_EQ(call.code, WEFT_E_CONNECTION_LOST);
}

TEST(connection_closed_in_the_middle_of_a_head_is_lost)
{
    call_outcome call = {0};

    ASK(&call, SEND("HTTP/1.1 200 OK\r\nContent-Le"), CLOSE());
    CHECK_EQ(call.code, WEFT_E_CONNECTION_LOST);
    CHECK_CONTAINS(call.message, "in the middle of the answer");
}

TEST(connection_closed_in_the_middle_of_a_counted_body_is_lost)
{
    call_outcome call = {0};

    ASK(&call, SEND("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"), CLOSE());
    CHECK_EQ(call.code, WEFT_E_CONNECTION_LOST);
    CHECK_EQ(call.status, 200);
}

TEST(connection_closed_in_the_middle_of_a_chunked_body_is_lost)
{
    call_outcome call = {0};

    ASK(&call, SEND("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"), CLOSE());
    CHECK_EQ(call.code, WEFT_E_CONNECTION_LOST);
}

TEST(connection_reset_in_the_middle_of_a_body_is_lost)
{
    call_outcome call = {0};

    ASK(&call, SEND("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"), RESET());
    CHECK_EQ(call.code, WEFT_E_CONNECTION_LOST);
}

TEST(reset_does_not_pass_for_the_end_of_a_body_without_length)
{
    call_outcome call = {0};

    ASK(&call, SEND("HTTP/1.1 200 OK\r\n\r\nhell"), RESET());
    CHECK_EQ(call.code, WEFT_E_CONNECTION_LOST);
}

/* ---- requests that are cut short --------------------------------------------------------------------------------- */

enum { BIG = 16 << 20 }; /* more than the sockets' buffers hold */

/* POST /run, by hand: a prompt may not be that long. */
static void send_big(client_rig *rig, size_t size, call_outcome *call)
{
    static char *bytes;

    if (!bytes)
        bytes = memset(malloc(BIG), 'p', BIG);
    weft_http_send(rig->client,
                   &(weft_http_request){.method = "POST", .path = "/run", .body = {.bytes = bytes, .bytes_len = size}},
                   NULL, on_http_outcome, call);
}

TEST(signal_is_not_raised_by_a_server_that_resets_while_it_is_sent_to)
{
    static const script_step steps[] = {EXPECT_RAW("POST /run HTTP/1.1\r\n"), RESET()};
    client_rig rig;
    call_outcome first = {0}, second = {0};

    signal(SIGPIPE, SIG_DFL); /* would end the program */
    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 2);
    send_big(&rig, BIG, &first);
    CHECK(rig_run(&rig));
    send_big(&rig, BIG, &second);
    CHECK(rig_run(&rig));
    CHECK_EQ(first.code, WEFT_E_CONNECTION_LOST);
    CHECK_EQ(first.outcome, WEFT_OUTCOME_UNKNOWN);
    CHECK_EQ(first.count, 1);
    CHECK_EQ(second.code, WEFT_E_CONNECTION_LOST);
    CHECK(rig_end(&rig));
}

TEST(server_that_closes_while_it_is_sent_to_loses_the_call)
{
    static const script_step steps[] = {EXPECT_RAW("POST /run HTTP/1.1\r\n"), CLOSE()};
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    send_big(&rig, BIG, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_CONNECTION_LOST);
    CHECK_CONTAINS(call.message, "while the request was sent");
    CHECK_EQ(call.outcome, WEFT_OUTCOME_UNKNOWN);
    CHECK_EQ(fault_server_connection_count(rig.server), 1);
    CHECK(rig_end(&rig));
}

TEST(answer_before_the_request_is_sent_counts_and_ends_the_connection)
{
    static const script_step early[] = {
        EXPECT_RAW("POST /run HTTP/1.1\r\n"),
        SEND("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 15\r\n\r\n{\"error\":\"big\"}"), CLOSE()};
    static const script_step next[] = {EXPECT("GET /metrics"), SEND(ANSWER_OK)};
    client_rig rig;
    call_outcome call = {0}, after = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(early), 1);
    fault_server_play(rig.server, SCRIPT(next), 1);
    send_big(&rig, BIG, &call);
    CHECK(rig_run(&rig));
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &after);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_REQUEST_FAILED);
    CHECK_EQ(call.status, 413);
    CHECK_CONTAINS(call.message, "big");
    CHECK_EQ(after.code, WEFT_OK);
    CHECK(!after.details.reused_connection);
    CHECK(rig_end(&rig));
}

TEST(answer_before_the_request_is_sent_is_found_after_a_reset)
{
    /* What the server does not read makes the kernel reset the connection; the answer came first. */
    static const script_step early[] = {EXPECT_RAW("POST /run HTTP/1.1\r\n"), SEND("HTTP/1.1 413 Too Large\r\n"),
                                        SEND("Content-Length: 0\r\n\r\n"), HOLD()};
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(early), 1);
    send_big(&rig, BIG, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.status, 413);
    CHECK(rig_end(&rig));
}

TEST(request_bigger_than_the_sockets_hold_arrives_whole)
{
    static const script_step steps[] = {EXPECT("POST /run HTTP/1.1\r\n"), SEND(ANSWER_RUN)};
    client_rig rig;
    call_outcome call = {0};
    size_t len;
    const char *request;

    if (test_is_slow())
        SKIP("so many bytes take minutes here");
    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    send_big(&rig, BIG / 2, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_OK);
    request = fault_server_request(rig.server, 0, &len);
    CHECK_EQ(call.details.bytes_sent, len);
    CHECK_EQ(strlen(strstr(request, "\r\n\r\n") + 4), BIG / 2);
    CHECK(rig_end(&rig));
}

/* ---- what the answer says ---------------------------------------------------------------------------------------- */

static weft_code code_of(const char *answer)
{
    script_step steps[] = {EXPECT("GET "), SEND_DATA(answer, strlen(answer)), CLOSE()};
    call_outcome call = {0};

    return ask(&call, SCRIPT(steps)) ? call.code : (weft_code)-1;
}

TEST(error_statuses_have_their_codes)
{
    static const struct {
        const char *answer;
        weft_code code;
    } cases[] = {
        {"HTTP/1.1 400 x\r\n\r\n", WEFT_E_BAD_REQUEST},
        {"HTTP/1.1 401 x\r\n\r\n", WEFT_E_UNAUTHORIZED},
        {"HTTP/1.1 403 x\r\n\r\n", WEFT_E_FORBIDDEN},
        {"HTTP/1.1 404 x\r\n\r\n", WEFT_E_NOT_FOUND},
        {"HTTP/1.1 408 x\r\n\r\n", WEFT_E_REQUEST_TIMEOUT},
        {"HTTP/1.1 409 x\r\n\r\n", WEFT_E_CONFLICT},
        {"HTTP/1.1 410 x\r\n\r\n", WEFT_E_GONE},
        {"HTTP/1.1 422 x\r\n\r\n", WEFT_E_UNPROCESSABLE},
        {"HTTP/1.1 429 x\r\n\r\n", WEFT_E_RATE_LIMITED},
        {"HTTP/1.1 500 x\r\n\r\n", WEFT_E_SERVER_ERROR},
        {"HTTP/1.1 502 x\r\n\r\n", WEFT_E_SERVER_ERROR},
        {"HTTP/1.1 503 x\r\n\r\n", WEFT_E_UNAVAILABLE},
        {"HTTP/1.1 418 x\r\n\r\n", WEFT_E_REQUEST_FAILED},
        {"HTTP/1.1 599 x\r\n\r\n", WEFT_E_SERVER_ERROR},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CHECK_EQ(code_of(cases[i].answer), cases[i].code);
}

TEST(error_message_is_one_line_and_says_what_was_asked_of_whom)
{
    call_outcome call = {0};

    ASK(&call, SEND("HTTP/1.1 500 Oops\r\nContent-Length: 23\r\n\r\n{\"error\":\"one\\ntwo\\t!\"}"));
    CHECK_EQ(call.code, WEFT_E_SERVER_ERROR);
    CHECK_CONTAINS(call.message, "cannot get the metrics: GET http://127.0.0.1:");
    CHECK_CONTAINS(call.message, "/metrics: 500 Internal Server Error: one two !");
    CHECK(!strchr(call.message, '\n'));
}

TEST(error_message_of_broken_json_of_the_callers_has_field_and_place)
{
    weft_stromboli_claude_options claude = {.extra = "{\"verbose\":treu}"};
    call_outcome nested = {0}, top = {0}, other = {0};
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    weft_stromboli_run(rig.client, &(weft_stromboli_run_request){.prompt = "p", .claude = &claude}, NULL,
                       on_stromboli_run_outcome, &nested);
    weft_stromboli_run(rig.client, &(weft_stromboli_run_request){.prompt = "p", .extra = "[]"}, NULL,
                       on_stromboli_run_outcome, &top);
    claude = (weft_stromboli_claude_options){.agents = "{\"a\":1,}"};
    weft_stromboli_run(rig.client, &(weft_stromboli_run_request){.prompt = "p", .claude = &claude}, NULL,
                       on_stromboli_run_outcome, &other);
    CHECK(rig_run(&rig));
    CHECK_EQ(nested.code, WEFT_E_INVALID);
    CHECK_STR(nested.message, "cannot run the prompt: claude.extra: expected a value at byte 11");
    CHECK_STR(top.message, "cannot run the prompt: extra: expected an object at byte 0");
    CHECK_STR(other.message, "cannot run the prompt: claude.agents: expected a member's name at byte 7");
    CHECK(rig_end(&rig));
}

TEST(error_message_keeps_the_query_out)
{
    static const script_step steps[] = {EXPECT("GET /run/stream?prompt=hi"), SEND("HTTP/1.1 500 x\r\n\r\n"), CLOSE()};
    client_rig rig;
    stream_log stream = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    rig_stream(&rig, &stream, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(stream.code, WEFT_E_SERVER_ERROR);
    CHECK(!strstr(stream.message, "prompt"));
    CHECK_CONTAINS(stream.message, "/run/stream: ");
    CHECK(rig_end(&rig));
}

TEST(success_that_is_no_json_is_a_content_type_error)
{
    static const script_step steps[] = {
        EXPECT("GET /health"), SEND("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>")};
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_stromboli_get_health(rig.client, NULL, on_stromboli_health_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_CONTENT_TYPE);
    CHECK_CONTAINS(call.message, "text/html");
    CHECK_STR(call.text, "<html>");
    CHECK(rig_end(&rig));
}

TEST(success_that_is_json_is_read_whatever_its_type_is_called)
{
    static const char *const types[] = {"text/plain; charset=utf-8",
                                        "application/octet-stream",
                                        "text/json",
                                        "text/html",
                                        "json",
                                        "application/problem+JSON",
                                        ""};
    char answer[256];

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        script_step steps[] = {EXPECT("GET /health"), SEND_DATA(answer, 0)};
        call_outcome call = {0};
        client_rig rig;

        steps[1].len = (size_t)snprintf(
            answer, sizeof(answer),
            "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: 18\r\n\r\n\r\n {\"status\":\"ok\"}", types[i]);
        CHECK(rig_open(&rig, NULL, NULL));
        fault_server_play(rig.server, SCRIPT(steps), 1);
        weft_stromboli_get_health(rig.client, NULL, on_stromboli_health_outcome, &call);
        CHECK(rig_run(&rig));
        CHECK_EQ(call.code, WEFT_OK);
        CHECK(rig_end(&rig));
    }
}

TEST(success_with_broken_json_is_a_decode_error_with_the_place)
{
    static const script_step steps[] = {EXPECT("GET /health"),
                                        SEND("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n{\"a\":}")};
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_stromboli_get_health(rig.client, NULL, on_stromboli_health_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_DECODE);
    CHECK_CONTAINS(call.message, "byte 5");
    CHECK(rig_end(&rig));
}

/* ---- what is too long, or broken, to be sent --------------------------------------------------------------------- */

/* `count` times 'x'; the caller frees it. */
static char *long_text(size_t count)
{
    char *text = malloc(count + 1);

    memset(text, 'x', count);
    text[count] = '\0';
    return text;
}

static void note_end(weft_stream *stream, const weft_error *error, void *arg)
{
    stream_log *heard = arg;

    (void)stream;
    heard->code = error ? error->code : WEFT_OK;
    snprintf(heard->message, sizeof(heard->message), "%s", error ? error->message : "");
}

/* Why there is no client with these options; "" when there is one. Static buffer. */
static void note_status_of_run(weft_call *call, const weft_error *error, const weft_stromboli_run_response *run,
                               void *arg)
{

    (void)call;
    snprintf(arg, 32, "%s %s", error ? weft_code_name(error->code) : "ok", run ? run->status.ptr : "none");
}

TEST(run_that_failed_is_an_error_after_500_and_a_result_after_200)
{
    static const script_step steps[] = {
        EXPECT("POST /run"),
        SEND("HTTP/1.1 500 x\r\nContent-Length: 32\r\n\r\n{\"status\":\"error\",\"error\":\"why\"}"),
        EXPECT("POST /run"),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n{\"status\":\"error\",\"error\":\"why\"}"),
    };
    char said[2][32] = {"", ""};
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    for (int i = 0; i < 2; i++) {
        weft_stromboli_run(rig.client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL, note_status_of_run,
                           said[i]);
        CHECK(rig_run(&rig));
    }
    CHECK_STR(said[0], "WEFT_E_SERVER_ERROR none");
    CHECK_STR(said[1], "ok error");
    CHECK(rig_end(&rig));
}

static const char *refusal_of(const weft_client_options *options)
{
    static char message[300];
    weft_client_options ours = *options;
    weft_error_info error = {.code = WEFT_OK};
    client_rig rig;
    weft_client *client;

    if (!rig_open(&rig, NULL, NULL))
        return "(no rig)";
    if (!ours.base_url)
        ours.base_url = fault_server_url(rig.server);
    client = weft_stromboli_client(rig.engine, &ours, &error);
    snprintf(message, sizeof(message), "%s%s",
             client                         ? ""
             : error.code == WEFT_E_INVALID ? ""
                                            : "another code: ",
             client ? "" : error.message);
    return rig_end(&rig) ? message : "(the rig's end)";
}

TEST(client_refuses_texts_beyond_their_limits_and_names_them)
{
    char *text = long_text(1048577);
    const weft_pair pair = {"name", text}, halves[] = {{"a", text + 524288}, {"b", text + 524288}};

    CHECK_STR(refusal_of(&(weft_client_options){.token = text}), "Stromboli: token is longer than 1048576 bytes");
    CHECK_STR(refusal_of(&(weft_client_options){.user_agent = text}), "user_agent is longer than 1048576 bytes");
    CHECK_STR(refusal_of(&(weft_client_options){.headers = &pair, .headers_count = 1}),
              "headers are longer than 1048576 bytes together");
    CHECK_STR(refusal_of(&(weft_client_options){.headers = halves, .headers_count = 2}),
              "headers are longer than 1048576 bytes together");
    CHECK_STR(refusal_of(&(weft_client_options){.query = &pair, .query_count = 1}),
              "query is longer than 1048576 bytes when it is escaped");
    CHECK_STR(refusal_of(&(weft_client_options){.base_url = text}),
              "Stromboli: invalid base URL: it is longer than 16384 bytes");
    free(text);
}

TEST(client_takes_texts_of_exactly_their_limits_and_sends_them)
{
    static const script_step steps[] = {EXPECT("GET /metrics?"), AND_CONTAINS("xxx\r\n"), SEND(ANSWER_OK)};
    char *text = long_text(1048576);
    const weft_pair header = {"name", text + 8}, query = {"name", text + 5};
    call_outcome outcome = {0};
    client_rig rig;

    CHECK(rig_open(&rig, NULL,
                   &(weft_client_options){.token = text,
                                          .user_agent = text,
                                          .headers = &header,
                                          .headers_count = 1,
                                          .query = &query,
                                          .query_count = 1}));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &outcome);
    CHECK(rig_run(&rig));
    CHECK_EQ(outcome.code, WEFT_OK);
    CHECK(outcome.details.bytes_sent > 4 * 1048000);
    CHECK(weft_client_set_token(rig.client, "short", NULL));
    CHECK(rig_end(&rig));
    free(text);
}

TEST(token_beyond_its_limit_leaves_the_old_one)
{
    static const script_step steps[] = {EXPECT("GET /metrics"), AND_CONTAINS("Bearer old\r\n"), SEND(ANSWER_OK)};
    char *text = long_text(1048577);
    call_outcome outcome = {0};
    client_rig rig;

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.token = "old"}));
    CHECK(!weft_client_set_token(rig.client, text, &rig.error));
    CHECK_STR(rig.error.message, "Stromboli: token is longer than 1048576 bytes");
    rig.memory.fail_at = rig.memory.count + 1;
    CHECK(!weft_client_set_token(rig.client, "new", &rig.error));
    CHECK_EQ(rig.error.code, WEFT_E_NO_MEMORY);
    CHECK_STR(rig.error.message, "out of memory");
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &outcome);
    CHECK(rig_run(&rig));
    CHECK_EQ(outcome.code, WEFT_OK);
    CHECK(rig_end(&rig));
    free(text);
}

TEST(id_of_a_path_beyond_its_limit_is_refused_by_name)
{
    static const script_step steps[] = {EXPECT("GET /jobs/xxx"), SEND("HTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n")};
    char *text = long_text(16385);
    call_outcome too_long = {0}, longest = {0};
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    weft_stromboli_get_job(rig.client, text, NULL, on_stromboli_job_outcome, &too_long);
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_stromboli_get_job(rig.client, text + 1, NULL, on_stromboli_job_outcome, &longest);
    CHECK(rig_run(&rig));
    CHECK_EQ(too_long.code, WEFT_E_INVALID);
    CHECK_STR(too_long.message, "cannot get the job: job_id: is longer than 16384 bytes");
    CHECK_EQ(longest.code, WEFT_E_NOT_FOUND);
    CHECK(rig_end(&rig));
    free(text);
}

TEST(query_that_is_not_utf8_is_refused_by_name)
{
    const weft_pair bad_value = {"page", "\xe4"}, bad_name = {"\xed\xa0\x80", "1"};
    weft_http_request request = {.method = "GET", .path = "/x", .query = &bad_name, .query_count = 1};
    call_outcome call = {0}, http = {0};
    stream_log stream = {0};
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    weft_stromboli_stream(rig.client, &(weft_stromboli_stream_request){.prompt = "hi", .workdir = "/w\xff"}, NULL,
                          &(weft_stream_callbacks){.on_end = note_end}, &stream);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.query = &bad_value, .query_count = 1}, on_text_outcome,
                               &call);
    weft_http_send(rig.client, &request, NULL, on_http_outcome, &http);
    CHECK(rig_run(&rig));
    CHECK_EQ(stream.code, WEFT_E_INVALID);
    CHECK_STR(stream.message, "cannot stream the run: workdir: invalid UTF-8");
    CHECK_EQ(call.code, WEFT_E_INVALID);
    CHECK_STR(call.message, "cannot get the metrics: query[0]: invalid UTF-8");
    CHECK_EQ(http.code, WEFT_E_INVALID);
    CHECK_STR(http.message, "cannot send the request: query[0]: invalid UTF-8");
    CHECK(rig_end(&rig));
    CHECK_STR(refusal_of(&(weft_client_options){.query = &bad_value, .query_count = 1}), "query[0]: invalid UTF-8");
}

TEST(headers_of_an_answer_are_found_in_any_case_and_in_order)
{
    static const script_step steps[] = {
        EXPECT("GET "), SEND("HTTP/1.1 200 OK\r\nX-One: a\r\nx-one: b\r\nX-Empty:\r\nContent-Length: 0\r\n\r\n")};
    client_rig rig;
    weft_call *call;
    weft_str_pair pair;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    call = weft_call_ref(weft_stromboli_get_metrics(rig.client, NULL, NULL, NULL));
    CHECK(rig_run(&rig));
    CHECK_STR(weft_call_get_header(call, "X-ONE").ptr, "a");
    CHECK_STR(weft_call_get_header(call, "x-empty").ptr, "");
    CHECK(!weft_call_get_header(call, "x-none").ptr);
    CHECK(weft_call_get_header_at(call, 1, &pair));
    CHECK_STR(pair.name.ptr, "x-one");
    CHECK_STR(pair.value.ptr, "b");
    CHECK(weft_call_get_header_at(call, 2, &pair));
    CHECK_STR(pair.name.ptr, "X-Empty");
    CHECK_STR(pair.value.ptr, "");
    CHECK(weft_call_get_header_at(call, 3, &pair));
    CHECK(!weft_call_get_header_at(call, 4, &pair));
    /* What was handed out does not stand in the way of looking again. */
    CHECK_STR(weft_call_get_header(call, "x-one").ptr, "a");
    CHECK_STR(weft_call_get_header(call, "x-empty").ptr, "");
    CHECK_STR(weft_call_get_header(call, "content-length").ptr, "0");
    weft_call_unref(call);
    CHECK(rig_end(&rig));
}

TEST(every_code_has_its_name)
{
    CHECK_STR(weft_code_name(WEFT_OK), "WEFT_OK");
    CHECK_STR(weft_code_name(WEFT_E_TIMEOUT_IDLE), "WEFT_E_TIMEOUT_IDLE");
    CHECK_STR(weft_code_name((weft_code)59), "WEFT_E_?");
    CHECK_STR(weft_code_name(WEFT_E_METHOD_NOT_ALLOWED), "WEFT_E_METHOD_NOT_ALLOWED");
    CHECK_STR(weft_code_name(WEFT_E_FEATURE_OFF), "WEFT_E_FEATURE_OFF");
}
