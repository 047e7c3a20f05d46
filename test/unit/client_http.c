/* Requests of any kind: what goes out, what comes back, and what nobody can smuggle into them. */
#include "http_fixture.h"

#define GET(...) (&(weft_http_request){.method = "GET", .path = "/x", __VA_ARGS__})

/* ---- what goes out --------------------------------------------------------------------------------------------- */

TEST(request_says_what_the_client_says_and_what_it_is_for)
{
    static const script_step steps[] = {
        EXPECT("GET /base/a%2Fb/c?q=1%262&n+%3D=a+b%0D%0A HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer tok\r\n"),
        AND_CONTAINS("\r\nX-Client: one\r\n"),
        AND_CONTAINS("\r\nAccept: text/csv\r\n"),
        AND_LACKS("Content-Length"),
        AND_LACKS("Content-Type"),
        SEND(ANSWER_OK),
    };
    const weft_pair query[] = {{"q", "1&2"}, {"n =", "a b\r\n"}};
    const weft_pair headers[] = {{"X-Client", "one"}};
    char url[96];
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    snprintf(url, sizeof(url), "%s/base", fault_server_url(fx.rig.server));
    fx.rig.client = rig_client(
        &fx.rig, &(weft_client_options){.base_url = url, .token = "tok", .headers = headers, .headers_count = 1});
    CHECK(fx.rig.client);
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&fx, &(weft_http_request){
                               .method = "GET",
                               .path = "/a%2Fb/c",
                               .query = query,
                               .query_count = 2,
                               .accept = "text/csv",
                           }));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.outcome.status, 200);
    CHECK_EQ(fx.body_size, 2);
    CHECK(!fx.body_is_null);
    CHECK_STR(fx.outcome.text, "ok");
    CHECK(fixture_end(&fx));
}

TEST(request_may_have_any_method)
{
    static const struct method {
        const char *name;
        script_step first;
        bool has_length;
    } methods[] = {
        {"PUT", EXPECT("PUT /x HTTP/1.1\r\n"), true},        {"PATCH", EXPECT("PATCH /x HTTP/1.1\r\n"), true},
        {"DELETE", EXPECT("DELETE /x HTTP/1.1\r\n"), false}, {"OPTIONS", EXPECT("OPTIONS /x HTTP/1.1\r\n"), true},
        {"POST", EXPECT("POST /x HTTP/1.1\r\n"), true},      {"PURGE", EXPECT("PURGE /x HTTP/1.1\r\n"), true},
    };

    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        const script_step with[] = {methods[i].first, AND_CONTAINS("\r\nContent-Length: 0\r\n"), SEND(ANSWER_OK)};
        const script_step without[] = {methods[i].first, AND_LACKS("Content-Length"), SEND(ANSWER_OK)};
        fixture fx;

        CHECK(fixture_open(&fx, NULL));
        fault_server_play(fx.rig.server, methods[i].has_length ? SCRIPT(with) : SCRIPT(without), 1);
        CHECK(fixture_ask(&fx, &(weft_http_request){.method = methods[i].name, .path = "/x"}));
        CHECK_EQ(fx.outcome.code, WEFT_OK);
        CHECK(fixture_end(&fx));
    }
}

TEST(head_has_a_length_and_no_body_and_keeps_the_connection)
{
    static const script_step steps[] = {
        EXPECT("HEAD /x HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\nContent-Encoding: gzip\r\n\r\n"),
        EXPECT("GET /x HTTP/1.1\r\n"),
        SEND(ANSWER_OK),
    };
    fixture fx;

    CHECK(ASK(&fx, NULL, steps, &((weft_http_request){.method = "HEAD", .path = "/x"})));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.body_size, 0);
    CHECK(fx.body_is_null);
    CHECK(fixture_ask(&fx, GET()));
    CHECK(fx.outcome.details.reused_connection);
    CHECK(fixture_end(&fx));
}

TEST(body_of_bytes_is_sent_as_it_is)
{
    static const script_step steps[] = {
        EXPECT("PUT /x HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nContent-Type: image/png\r\n"),
        AND_CONTAINS("\r\nContent-Length: 5\r\n"),
        AND_BODY("a\0b\r\n"),
        SEND(ANSWER_OK),
    };
    fixture fx;

    CHECK(ASK(&fx, NULL, steps,
              &((weft_http_request){.method = "PUT",
                                    .path = "/x",
                                    .body = {.bytes = "a\0b\r\n", .bytes_len = 5, .content_type = "image/png"}})));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fixture_end(&fx));
}

TEST(body_of_json_is_checked_and_sent)
{
    static const script_step steps[] = {
        EXPECT("POST /x HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nContent-Type: application/json\r\n"),
        AND_BODY("{\"a\": [1.0]}"),
        SEND(ANSWER_OK),
    };
    fixture fx;

    CHECK(ASK(&fx, NULL, steps, &((weft_http_request){.method = "POST", .path = "/x", .body.json = "{\"a\": [1.0]}"})));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fixture_end(&fx));
    CHECK(fixture_refuses(&(weft_http_request){.method = "POST", .path = "/x", .body.json = "{\"a\": }"}, NULL,
                          "body.json: "));
}

TEST(request_for_a_url_of_its_own_origin_has_credentials_unless_it_is_anonymous)
{
    static const script_step steps[] = {
        EXPECT("GET /far/x?sig=1&n=2 HTTP/1.1\r\n"),
        AND_CONTAINS("Authorization: Bearer tok"),
        SEND(ANSWER_OK),
        EXPECT("GET /far/x?sig=1 HTTP/1.1\r\n"),
        AND_LACKS("Authorization"),
        AND_LACKS("X-Client"),
        SEND(ANSWER_OK),
    };
    const weft_pair headers[] = {{"X-Client", "one"}}, query[] = {{"n", "2"}};
    char url[96];
    fixture fx;

    CHECK(fixture_open(&fx, &(weft_client_options){.token = "tok", .headers = headers, .headers_count = 1}));
    snprintf(url, sizeof(url), "%s/far/x?sig=1#fragment", fault_server_url(fx.rig.server));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&fx, &(weft_http_request){.method = "GET", .url = url, .query = query, .query_count = 1}));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fixture_ask(&fx, &(weft_http_request){.method = "GET", .url = url, .anonymous = true}));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fixture_end(&fx));
}

TEST(request_for_another_origin_has_no_credentials)
{
    static const script_step steps[] = {
        EXPECT("GET /x HTTP/1.1\r\n"),
        AND_LACKS("Authorization"),
        AND_LACKS("X-Client"),
        SEND(ANSWER_OK),
    };
    const weft_pair headers[] = {{"X-Client", "one"}};
    fault_server *other;
    char url[96];
    fixture fx;

    CHECK(fixture_open(&fx, &(weft_client_options){.token = "tok", .headers = headers, .headers_count = 1}));
    other = fault_server_start(&fx.rig.loop, NULL);
    CHECK(other);
    fault_server_play(other, SCRIPT(steps), 1);
    snprintf(url, sizeof(url), "%s/x", fault_server_url(other));
    CHECK(fixture_ask(&fx, &(weft_http_request){.method = "GET", .url = url}));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fault_server_stop(other));
    CHECK(fixture_end(&fx));
}

TEST(request_by_a_forwarding_proxy_that_must_not_be_lost_has_a_connection_of_its_own)
{
    static const script_step kept[] = {EXPECT("GET http://far.test/x "), SEND(ANSWER_OK),
                                       EXPECT("GET http://far.test/x "), SEND(ANSWER_OK)};
    static const script_step fresh[] = {EXPECT("POST http://far.test/x "), SEND(ANSWER_OK)};
    const weft_http_request post = {.method = "POST", .path = "/x"};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fx.rig.client = rig_client(
        &fx.rig, &(weft_client_options){.base_url = "http://far.test", .proxy = fault_server_url(fx.rig.server)});
    CHECK(fx.rig.client);
    fault_server_play(fx.rig.server, SCRIPT(kept), 1);
    fault_server_play(fx.rig.server, SCRIPT(fresh), 2);
    CHECK(fixture_ask(&fx, GET()));
    CHECK(fixture_ask(&fx, GET()));
    CHECK(fx.outcome.details.reused_connection);
    for (int i = 0; i < 2; i++) {
        CHECK(fixture_ask(&fx, &post));
        CHECK_EQ(fx.outcome.code, WEFT_OK);
        CHECK(!fx.outcome.details.reused_connection);
    }
    CHECK(fixture_end(&fx));
}

/* ---- what comes back ------------------------------------------------------------------------------------------- */

TEST(error_answer_has_its_body_even_where_the_success_was_to_be_handed_over)
{
    static const script_step steps[] = {
        EXPECT("GET /x"), SEND("HTTP/1.1 404 Not Found\r\nContent-Length: 21\r\n\r\n{\"error\":\"no such x\"}")};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&fx, GET(.save_to = fixture_path(&fx, "x"))));
    CHECK_EQ(fx.outcome.code, WEFT_E_NOT_FOUND);
    CHECK_CONTAINS(fx.outcome.message, "no such x");
    CHECK_STR(fx.outcome.text, "{\"error\":\"no such x\"}");
    CHECK_EQ(fixture_files(&fx, false), 0);
    CHECK(fixture_end(&fx));
}

TEST(success_without_a_body_has_none)
{
    static const script_step steps[] = {EXPECT("DELETE /x"), SEND("HTTP/1.1 204 No Content\r\n\r\n")};
    fixture fx;

    CHECK(ASK(&fx, NULL, steps, &((weft_http_request){.method = "DELETE", .path = "/x"})));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.outcome.status, 204);
    CHECK(fx.body_is_null);
    CHECK(fixture_end(&fx));
}

/* What on_data got. */
typedef struct pieces {
    fixture *fx;
    char text[64];
    size_t bytes;
    unsigned count;
    bool pauses;
    bool cancels;
    bool closes;
    bool paused; /* and waits for the test to resume it */
} pieces;

static void take_piece(weft_call *call, const void *bytes, size_t len, void *arg)
{
    pieces *taken = arg;

    if (taken->bytes + len < sizeof(taken->text))
        memcpy(taken->text + taken->bytes, bytes, len);
    taken->bytes += len;
    taken->count++;
    if (taken->cancels)
        weft_call_cancel(call);
    if (taken->closes)
        weft_engine_close(taken->fx->rig.engine, rig_engine_closed, &taken->fx->rig);
    if (taken->pauses) {
        taken->paused = true;
        weft_call_pause(call);
    }
}

/* The callback's and on_data's argument are one: this one keeps the pieces, and the outcome beside them. */
typedef struct streamed {
    pieces pieces; /* first: what on_data takes its argument for */
    call_outcome outcome;
    uint64_t body_size;
    bool done;
} streamed;

static void report_streamed(weft_call *call, const weft_error *error, const weft_http_response *response, void *arg)
{
    streamed *answer = arg;

    answer->done = true;
    answer->body_size = response ? response->body_size : 0;
    on_outcome(call, error, response, &answer->outcome);
}

static weft_call *stream_from(fixture *fx, streamed *answer)
{
    answer->pieces.fx = fx;
    return weft_http_send(fx->rig.client, GET(.on_data = take_piece), NULL, report_streamed, answer);
}

TEST(body_is_handed_over_in_pieces_as_it_comes)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\none"),
                                        WAIT(), SEND("twotri")};
    streamed answer = {0};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    stream_from(&fx, &answer);
    CHECK_UNTIL(&fx.rig.loop, answer.pieces.bytes >= 3);
    CHECK_STR(answer.pieces.text, "one");
    CHECK(!answer.done);
    CHECK_UNTIL(&fx.rig.loop, fault_server_waiting_count(fx.rig.server) > 0);
    CHECK(fault_server_release(fx.rig.server));
    CHECK(rig_run(&fx.rig));
    CHECK_STR(answer.pieces.text, "onetwotri");
    CHECK_EQ(answer.outcome.code, WEFT_OK);
    CHECK_EQ(answer.body_size, 9);
    CHECK_EQ(answer.outcome.body_len, 0);
    CHECK(fixture_end(&fx));
}

TEST(body_that_is_handed_over_may_be_larger_than_memory_may_hold)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND(ANSWER_OK)};
    streamed answer = {0};
    fixture fx;

    CHECK(fixture_open(&fx, &(weft_client_options){.max_body_bytes = 1}));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    stream_from(&fx, &answer);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(answer.outcome.code, WEFT_OK);
    CHECK_EQ(answer.pieces.bytes, 2);
    CHECK(fixture_end(&fx));
}

enum { BIG = 24 * 1024 * 1024 };

/* A head and BIG bytes; static. */
static char *big_answer(size_t *ret_len)
{
    static char bytes[BIG + 128];
    int head = snprintf(bytes, 128, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", BIG);

    memset(bytes + head, 'b', BIG);
    *ret_len = (size_t)head + BIG;
    return bytes;
}

TEST(body_that_is_paused_holds_the_server_back)
{
    size_t len;
    char *bytes = big_answer(&len);
    const script_step steps[] = {EXPECT("GET /x"), SEND_DATA(bytes, len)};
    streamed answer = {.pieces.pauses = true};
    weft_call *call;
    weft_engine_stats stats;
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    call = stream_from(&fx, &answer);
    CHECK_UNTIL(&fx.rig.loop, answer.pieces.paused);
    test_loop_turns(&fx.rig.loop, 50);
    stats = rig_stats(&fx.rig);
    CHECK_EQ(answer.pieces.count, 1);
    CHECK(stats.bytes_received < 1024 * 1024);
    for (unsigned turns = 0; test_loop_wait(&fx.rig.loop, answer.done, &turns);) {
        if (answer.pieces.paused && !answer.done) {
            answer.pieces.paused = false;
            weft_call_resume(call);
        }
    }
    CHECK(answer.done);
    CHECK_EQ(answer.outcome.code, WEFT_OK);
    CHECK_EQ(answer.pieces.bytes, BIG);
    CHECK(fixture_end(&fx));
}

static bool nothing_more_comes(void *arg)
{
    streamed *answer = arg;
    const client_rig *rig = &answer->pieces.fx->rig;

    return fault_server_waiting_count(rig->server) > 0;
}

TEST(body_that_is_paused_before_its_answer_begins_is_not_handed_over)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND(ANSWER_OK), WAIT()};
    streamed answer = {0};
    weft_call *call;
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    call = stream_from(&fx, &answer);
    weft_call_pause(call);
    CHECK(test_loop_run_until(&fx.rig.loop, nothing_more_comes, &answer, "the answer was sent"));
    test_loop_turns(&fx.rig.loop, 20);
    CHECK_EQ(answer.pieces.count, 0);
    weft_call_resume(call);
    CHECK(rig_run(&fx.rig));
    CHECK_STR(answer.pieces.text, "ok");
    CHECK_EQ(answer.outcome.code, WEFT_OK);
    CHECK(fault_server_release(fx.rig.server));
    CHECK(fixture_end(&fx));
}

TEST(call_is_cancelled_while_its_body_is_handed_over)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND(ANSWER_OK), EXPECT_CLOSE()};
    streamed answer = {.pieces.cancels = true};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    stream_from(&fx, &answer);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(answer.outcome.count, 1);
    CHECK_EQ(answer.outcome.code, WEFT_E_CANCELLED);
    CHECK(fixture_end(&fx));
}

TEST(engine_is_closed_while_a_body_is_handed_over)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND(ANSWER_OK), EXPECT_CLOSE()};
    streamed answer = {.pieces.closes = true};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    stream_from(&fx, &answer);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(answer.outcome.count, 1);
    CHECK_EQ(answer.outcome.code, WEFT_E_CLOSED);
    CHECK(fixture_end(&fx));
}

TEST(body_that_breaks_off_after_it_was_handed_over_is_not_asked_for_again)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\none"),
                                        CLOSE(), EXPECT_NOTHING_MORE()};
    streamed answer = {0};
    fixture fx;

    CHECK(fixture_open(&fx, &(weft_client_options){.retries.first_backoff_ms = 1}));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    stream_from(&fx, &answer);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(answer.outcome.code, WEFT_E_CONNECTION_LOST);
    CHECK_EQ(answer.outcome.details.attempts, 1);
    CHECK_STR(answer.pieces.text, "one");
    CHECK(fixture_end(&fx));
}

TEST(body_that_was_to_be_handed_over_is_asked_for_again_after_an_error_answer)
{
    static const script_step steps[] = {EXPECT("GET /x"),
                                        SEND("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\nbusy"),
                                        EXPECT("GET /x"), SEND(ANSWER_OK)};
    streamed answer = {0};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    stream_from(&fx, &answer);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(answer.outcome.code, WEFT_OK);
    CHECK_STR(answer.pieces.text, "ok");
    CHECK(fixture_end(&fx));
}

/* ---- what is refused ------------------------------------------------------------------------------------------- */

TEST(request_without_method_or_target_is_refused)
{
    CHECK(fixture_refuses(NULL, NULL, "request is required"));
    CHECK(fixture_refuses(&(weft_http_request){.path = "/"}, NULL, "method: "));
    CHECK(fixture_refuses(&(weft_http_request){.method = "", .path = "/"}, NULL, "method: "));
    CHECK(fixture_refuses(&(weft_http_request){.method = "CONNECT", .path = "/"}, NULL,
                          "method: CONNECT asks a proxy for a tunnel"));
    CHECK(fixture_refuses(&(weft_http_request){.method = "TRACE", .path = "/"}, NULL,
                          "method: TRACE would have the credentials sent back"));
    CHECK(fixture_refuses(&(weft_http_request){.method = "GET"}, NULL, "exactly one of path and url"));
    CHECK(fixture_refuses(&(weft_http_request){.method = "GET", .path = "/", .url = "http://x/"}, NULL,
                          "exactly one of path and url"));
    CHECK(fixture_refuses(&(weft_http_request){.method = "GET", .path = "x"}, NULL, "path: must begin with '/'"));
    CHECK(fixture_refuses(&(weft_http_request){.method = "GET", .path = ""}, NULL, "path: must begin with '/'"));
    CHECK(fixture_refuses(&(weft_http_request){.method = "GET", .url = "ftp://x/"}, NULL, "url: "));
    CHECK(fixture_refuses(&(weft_http_request){.method = "GET", .url = "unix:/run/x.sock"}, NULL, "url: "));
    CHECK(fixture_refuses(&(weft_http_request){.method = "GET", .url = "http://user:pass@x/"}, NULL, "url: "));
    CHECK(fixture_refuses(GET(.body = {.json = "1", .bytes = "1", .bytes_len = 1}), NULL, "body: more than one"));
}

TEST(method_cannot_inject_a_header)
{
    CHECK(fixture_refuses(&(weft_http_request){.method = "GET / HTTP/1.1\r\nX: y\r\n\r\nGET", .path = "/"}, NULL,
                          "method: "));
    CHECK(fixture_refuses(&(weft_http_request){.method = "GET ", .path = "/"}, NULL, "method: "));
}

TEST(path_cannot_inject_a_header_nor_leave_its_base)
{
    static const char *const paths[] = {
        "/x HTTP/1.1\r\nX: y", "/x\r\nX: y", "/x\ny", "/x y",       "/x\ty", "/x\x7f",  "/%",   "/%zz",
        "//evil.example/x",    "/x?a=b",     "/x#f",  "/../secret", "/..",   "/a/../b", "/./x", "/a/.",
        "/%2e%2e/secret",      "/.%2E/x",    "/%2e",  "/a/%2E.",
    };

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        CHECK(fixture_refuses(&(weft_http_request){.method = "GET", .path = paths[i]}, NULL, "path: "));
}

TEST(url_cannot_inject_a_header)
{
    CHECK(fixture_refuses(&(weft_http_request){.method = "GET", .url = "http://h/x HTTP/1.1\r\nX: y"}, NULL, "url: "));
    CHECK(fixture_refuses(&(weft_http_request){.method = "GET", .url = "http://h\r\nX: y/"}, NULL, "url: "));
    CHECK(fixture_refuses(&(weft_http_request){.method = "GET", .url = "http://h/?a=b\r\n"}, NULL, "url: "));
}

TEST(query_cannot_inject_a_header_nor_a_parameter)
{
    static const script_step steps[] = {
        EXPECT("GET /x?a%26b%3Dc+HTTP%2F1.1%0D%0AX%3A+y=d%26e%3Df%23%0D%0A HTTP/1.1\r\nHost: "), SEND(ANSWER_OK)};
    const weft_pair query[] = {{"a&b=c HTTP/1.1\r\nX: y", "d&e=f#\r\n"}};
    fixture fx;

    CHECK(ASK(&fx, NULL, steps, GET(.query = query, .query_count = 1)));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fixture_end(&fx));
    CHECK(fixture_refuses(GET(.query = &(weft_pair){"a", NULL}, .query_count = 1), NULL, "query: "));
    CHECK(fixture_refuses(GET(.query = &(weft_pair){NULL, "a"}, .query_count = 1), NULL, "query: "));
}

TEST(header_of_a_call_cannot_inject_another)
{
    static const weft_pair headers[] = {
        {"X-A", "1\r\nX-B: 2"},
        {"X-A", "1\nX-B: 2"},
        {"X-A", "1\rX"},
        {"X-A: 1\r\nX-B", "2"},
        {"X A", "1"},
        {"", "1"},
        {NULL, "1"},
        {"X-A", NULL},
        {"X-A\x7f", "1"},
        {"Content-Length", "5"},
        {"transfer-encoding", "chunked"},
        {"Host", "evil.example"},
        {"Connection", "close"},
    };

    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
        CHECK(fixture_refuses(GET(), &(weft_call_options){.headers = &headers[i], .headers_count = 1}, "headers[0]"));
    CHECK(fixture_refuses(GET(.accept = "a\r\nX: y"), NULL, "accept: "));
    CHECK(fixture_refuses(&(weft_http_request){.method = "PUT",
                                               .path = "/x",
                                               .body = {.bytes = "1", .bytes_len = 1, .content_type = "a\r\nX: y"}},
                          NULL, "body.content_type: "));
}

TEST(texts_of_a_client_cannot_inject_a_header)
{
    const weft_pair header = {"X-A", "1\r\nX-B: 2"}, name = {"X-A: 1\r\nX-B", "2"};
    const weft_client_options bad[] = {
        {.token = "tok\r\nX: y"},
        {.token = "tok\ny"},
        {.user_agent = "me\r\nX: y"},
        {.base_url = "http://h/x HTTP/1.1\r\nX: y"},
        {.base_url = "http://h\r\nX: y"},
        {.headers = &header, .headers_count = 1},
        {.headers = &name, .headers_count = 1},
    };
    client_rig rig;
    weft_error_info error;

    CHECK(rig_open(&rig, NULL, NULL));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        weft_client_options options = bad[i];

        if (!options.base_url)
            options.base_url = "http://127.0.0.1:1";
        CHECK(!weft_stromboli_client(rig.engine, &options, &error));
        CHECK_EQ(error.code, WEFT_E_INVALID);
    }
    CHECK(!weft_client_set_token(rig.client, "tok\r\nX: y", NULL));
    CHECK(rig_end(&rig));
}

TEST(path_segment_is_escaped_or_refused)
{
    char text[64];

    CHECK_EQ(weft_path_escape("a/b c", text, sizeof(text)), 9);
    CHECK_STR(text, "a%2Fb%20c");
    CHECK_EQ(weft_path_escape("\r\nX: y", text, sizeof(text)), 12);
    CHECK_STR(text, "%0D%0AX:%20y");
    CHECK_EQ(weft_path_escape("?#%\\", text, sizeof(text)), 12);
    CHECK_STR(text, "%3F%23%25%5C");
    CHECK_EQ(weft_path_escape("...", text, sizeof(text)), 3);
    CHECK_EQ(weft_path_escape("", text, sizeof(text)), 0);
    CHECK_EQ(weft_path_escape(".", text, sizeof(text)), 0);
    CHECK_EQ(weft_path_escape("..", text, sizeof(text)), 0);
    CHECK_EQ(weft_path_escape("abc", text, 4), 3);
    CHECK_EQ(weft_path_escape("abc", text, 3), 0);
    CHECK_EQ(weft_path_escape("abc", text, 0), 0);
}

/* ---- when memory is short -------------------------------------------------------------------------------------- */

TEST(every_failing_allocation_of_a_request_ends_in_an_outcome)
{
    static const script_step steps[] = {
        EXPECT(" HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
        REPEAT(),
    };
    const weft_pair query[] = {{"q", "1&2"}}, headers[] = {{"X-Call", "1"}};
    const weft_http_request request = {
        .method = "POST", .path = "/x", .query = query, .query_count = 1, .body.json = "[1]"};
    bool succeeded = false;

    for (unsigned long n = 1; n < 200 && !succeeded; n++) {
        fixture fx;

        CHECK(fixture_open(&fx, NULL));
        fault_server_play(fx.rig.server, SCRIPT(steps), 0);
        fx.rig.memory.fail_at = atomic_load(&fx.rig.memory.count) + n;
        fx.call = weft_http_send(fx.rig.client, &request, &(weft_call_options){.headers = headers, .headers_count = 1},
                                 fixture_report, &fx);
        if (fx.call) {
            CHECK(rig_run(&fx.rig));
            CHECK_EQ(fx.outcome.count, 1);
            succeeded = fx.outcome.code == WEFT_OK && atomic_load(&fx.rig.memory.count) < fx.rig.memory.fail_at;
            if (!succeeded && fx.outcome.code != WEFT_OK)
                CHECK(fx.outcome.code == WEFT_E_NO_MEMORY || fx.outcome.code == WEFT_E_CONNECT);
        }
        fx.rig.memory.fail_at = 0;
        CHECK(fixture_end(&fx));
    }
    CHECK(succeeded);
}

TEST(a_header_that_is_refused_is_named_with_the_reason)
{
    static const struct {
        weft_pair header;
        const char *words;
    } cases[] = {
        {{"Expect", "100-continue"}, "headers[0] (Expect): weft sends a body at once and waits for no 100 Continue"},
        {{"content-length", "1"}, "headers[0] (content-length): weft frames the body by itself"},
        {{"Transfer-Encoding", "chunked"}, "headers[0] (Transfer-Encoding): weft frames the body by itself"},
        {{"Host", "h"}, "headers[0] (Host): it is the URL's to say"},
        {{"Connection", "close"}, "headers[0] (Connection): connections are weft's own to keep"},
        {{"Content-Type", "a/b"}, "headers[0] (Content-Type): it is set with the body"},
        {{"Upgrade", "h2c"}, "headers[0] (Upgrade): weft speaks HTTP/1.1 only"},
        {{"", "x"}, "headers[0] (): a header without a name"},
        {{"X Y", "x"}, "headers[0] (X Y): the name has characters that no header's name may have"},
        {{"X-Y", "a\r\nb"}, "headers[0] (X-Y): the value has characters that no header may have"},
        {{"X-Y", NULL}, "headers[0] (X-Y): the value is missing"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        weft_call_options options = {.headers = &cases[i].header, .headers_count = 1};
        weft_client_options client = {.base_url = "http://h", .headers = &cases[i].header, .headers_count = 1};
        weft_error_info info;
        client_rig rig;

        CHECK(fixture_refuses(&(weft_http_request){.method = "GET", .path = "/"}, &options, cases[i].words));
        CHECK(rig_open(&rig, NULL, NULL));
        CHECK(!weft_stromboli_client(rig.engine, &client, &info));
        CHECK_STR(info.message, cases[i].words);
        CHECK(rig_end(&rig));
    }
}
