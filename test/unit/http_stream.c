/* Event streams of any request: what goes out, how they end, and what is told beside events. */
#include "client_rig.h"
#include "test.h"

#include <stdio.h>

#define CHAT(...)                                                                                                      \
    (&(weft_http_request){.method = "POST", .path = "/v1/chat", .body.json = "{\"stream\":true}", __VA_ARGS__})
#define ENDS(...) (&(weft_http_stream_options){__VA_ARGS__})

typedef struct listener {
    client_rig rig;
    stream_log log;
    char told[512]; /* "(comment)", "<retry>" and "data|", in their order */
    char server_code[64];
    weft_http_stream_options end;
    unsigned pause_at; /* the how manyth thing told pauses, from 1; 0 = none */
    unsigned cancel_at;
    unsigned things;
} listener;

static void tell(listener *it, weft_stream *stream, const char *before, const char *text, const char *behind)
{
    size_t len = strlen(it->told);

    snprintf(it->told + len, sizeof(it->told) - len, "%s%s%s", before, text, behind);
    it->things++;
    if (it->things == it->pause_at)
        weft_stream_pause(stream);
    if (it->things == it->cancel_at)
        weft_stream_cancel(stream);
}

static void on_open(weft_stream *stream, void *arg)
{
    listener *it = arg;

    (void)stream;
    it->log.opens++;
}

static void on_event(weft_stream *stream, const weft_event *event, void *arg)
{
    listener *it = arg;
    char text[256];

    it->log.events++;
    it->log.unfinished += event->unfinished;
    snprintf(text, sizeof(text), "%s%s%s", event->type.ptr ? event->type.ptr : "", event->type.ptr ? ":" : "",
             event->data.ptr);
    tell(it, stream, "", text, "|");
}

static void on_comment(weft_stream *stream, weft_str text, void *arg)
{
    tell(arg, stream, "(", text.ptr, ")");
}

static void on_retry(weft_stream *stream, uint32_t retry_ms, void *arg)
{
    char text[16];

    snprintf(text, sizeof(text), "%u", retry_ms);
    tell(arg, stream, "<", text, ">");
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    listener *it = arg;

    it->log.ends++;
    it->log.code = error ? error->code : WEFT_OK;
    it->log.status = error ? error->http_status : 0;
    weft_call_get_details(weft_stream_get_call(stream), &it->log.details);
    snprintf(it->log.message, sizeof(it->log.message), "%s", error ? error->message : "");
    snprintf(it->server_code, sizeof(it->server_code), "%s", error && error->server_code ? error->server_code : "");
}

static const weft_stream_callbacks plain = {.on_open = on_open, .on_event = on_event, .on_end = on_end};
static const weft_stream_callbacks curious = {
    .on_open = on_open, .on_event = on_event, .on_end = on_end, .on_comment = on_comment, .on_retry = on_retry};

/* An engine and a client of any service, without a stream yet. */
static bool open_any(listener *it, const weft_client_options *options)
{
    weft_client_options mine = options ? *options : (weft_client_options){0};

    memset(it, 0, sizeof(*it));
    if (!rig_open(&it->rig, NULL, NULL))
        return false;
    if (!mine.base_url)
        mine.base_url = fault_server_url(it->rig.server);
    mine.retries.first_backoff_ms = 1;
    weft_client_close(it->rig.client, NULL, NULL);
    it->rig.client = weft_http_client(it->rig.engine, &mine, &it->rig.error);
    return it->rig.client != NULL;
}

/* One stream after that script, to its end. */
static bool follow(listener *it, fault_script script, unsigned times, const weft_http_request *request,
                   const weft_http_stream_options *end, const weft_stream_callbacks *callbacks)
{
    if (!open_any(it, NULL))
        return false;
    fault_server_play(it->rig.server, script, times);
    return weft_http_stream(it->rig.client, request, end, NULL, callbacks, it) && rig_run(&it->rig) &&
           it->log.ends == 1 && rig_stats(&it->rig).streams_open == 0;
}

#define FOLLOW(it, steps, request, end) follow((it), SCRIPT(steps), 1, (request), (end), &plain)

/* ---- what goes out --------------------------------------------------------------------------------------------- */

TEST(stream_of_any_method_path_and_body_is_followed_to_its_final_data)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/chat?x=1&y=2 HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAccept: text/event-stream\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer tok\r\n"),
        AND_CONTAINS("\r\nContent-Type: application/json\r\n"),
        AND_CONTAINS("\r\nX-Call: one\r\n"),
        AND_BODY("{\"stream\":true}"),
        SEND(ANSWER_EVENTS "data: a\n\ndata: b\n\ndata: [DONE]\n\n"),
        CLOSE(),
    };
    const weft_pair query[] = {{"x", "1"}, {"y", "2"}}, headers[] = {{"X-Call", "one"}};
    listener it;

    CHECK(open_any(&it, &(weft_client_options){.token = "tok"}));
    fault_server_play(it.rig.server, SCRIPT(steps), 1);
    CHECK(weft_http_stream(it.rig.client, CHAT(.query = query, .query_count = 2), ENDS(.done_data = "[DONE]"),
                           &(weft_call_options){.headers = headers, .headers_count = 1}, &plain, &it));
    CHECK(rig_run(&it.rig));
    CHECK_EQ(it.log.code, WEFT_OK);
    CHECK_EQ(it.log.opens, 1);
    CHECK_STR(it.told, "a|b|[DONE]|");
    CHECK(rig_end(&it.rig));
}

TEST(stream_of_a_url_elsewhere_has_no_credentials_and_may_be_accepted_by_another_type)
{
    static const script_step steps[] = {
        EXPECT("GET /feed?s=1 HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAccept: text/event-stream, */*;q=0.1\r\n"),
        AND_LACKS("Authorization"),
        SEND(ANSWER_EVENTS "data: a\n\n"),
        CLOSE(),
    };
    fault_server *other;
    listener it;
    char url[96];

    CHECK(open_any(&it, &(weft_client_options){.token = "tok"}));
    other = fault_server_start(&it.rig.loop, NULL);
    CHECK(other);
    fault_server_play(other, SCRIPT(steps), 1);
    snprintf(url, sizeof(url), "%s/feed?s=1", fault_server_url(other));
    CHECK(weft_http_stream(it.rig.client,
                           &(weft_http_request){.method = "GET", .url = url, .accept = "text/event-stream, */*;q=0.1"},
                           NULL, NULL, &plain, &it));
    CHECK(rig_run(&it.rig));
    CHECK_EQ(it.log.code, WEFT_OK);
    CHECK(fault_server_stop(other));
    CHECK(rig_end(&it.rig));
}

TEST(stream_follows_redirects_as_its_request_allows)
{
    static const script_step follows[] = {
        EXPECT("GET /a HTTP/1.1\r\n"),
        SEND("HTTP/1.1 307 Temporary Redirect\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"),
        EXPECT("GET /b HTTP/1.1\r\n"),
        SEND(ANSWER_EVENTS "data: a\n\n"),
        CLOSE(),
    };
    static const script_step stays[] = {
        EXPECT("GET /a HTTP/1.1\r\n"),
        SEND("HTTP/1.1 307 Temporary Redirect\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"),
    };
    listener it;

    CHECK(FOLLOW(&it, follows, (&(weft_http_request){.method = "GET", .path = "/a"}), NULL));
    CHECK_EQ(it.log.code, WEFT_OK);
    CHECK_STR(it.told, "a|");
    CHECK(rig_end(&it.rig));
    CHECK(FOLLOW(&it, stays, (&(weft_http_request){.method = "GET", .path = "/a", .max_redirects = WEFT_NO_REDIRECTS}),
                 NULL));
    CHECK_EQ(it.log.code, WEFT_E_REQUEST_FAILED);
    CHECK_EQ(it.log.status, 307);
    CHECK(rig_end(&it.rig));
}

static void on_data(weft_call *call, const void *bytes, size_t len, void *arg)
{
    (void)call, (void)bytes, (void)len, (void)arg;
}

static void on_progress(weft_call *call, uint64_t sent, uint64_t sent_total, uint64_t received, uint64_t received_total,
                        void *arg)
{
    (void)call, (void)sent, (void)sent_total, (void)received, (void)received_total, (void)arg;
}

TEST(stream_refuses_what_makes_no_sense_for_it)
{
    static const struct wrong {
        weft_http_request request;
        const char *words;
    } wrongs[] = {
        {{.method = "GET", .path = "/a", .on_data = on_data}, "on_data: "},
        {{.method = "GET", .path = "/a", .save_to = "/tmp/x"}, "save_to: "},
        {{.method = "GET", .path = "/a", .on_progress = on_progress}, "on_progress: "},
        {{.path = "/a"}, "method: is required"},
        {{.method = "GET"}, "exactly one of path and url is required"},
        {{.method = "GET", .url = "ftp://x"}, "url: "},
        {{.method = "POST", .path = "/a", .body.json = "{"}, "body.json: "},
    };
    listener it;

    CHECK(open_any(&it, NULL));
    for (size_t i = 0; i <= sizeof(wrongs) / sizeof(wrongs[0]); i++) {
        bool none = i == sizeof(wrongs) / sizeof(wrongs[0]);

        CHECK(weft_http_stream(it.rig.client, none ? NULL : &wrongs[i].request, NULL, NULL, &plain, &it));
        CHECK(rig_run(&it.rig));
        CHECK_EQ(it.log.ends, i + 1);
        CHECK_EQ(it.log.code, WEFT_E_INVALID);
        CHECK_CONTAINS(it.log.message, "cannot follow the stream: ");
        CHECK_CONTAINS(it.log.message, none ? "request is required" : wrongs[i].words);
    }
    CHECK_EQ(fault_server_connection_count(it.rig.server), 0);
    CHECK(rig_end(&it.rig));
}

/* ---- how it ends ----------------------------------------------------------------------------------------------- */

#define CHUNKED "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

TEST(stream_ends_by_the_rule_that_was_given)
{
    static const struct rule {
        weft_http_stream_options end;
        const char *events;
        weft_code code;
        unsigned count;
    } rules[] = {
        {{0}, "data: a\n\n", WEFT_OK, 1},
        {{0}, "", WEFT_OK, 0},
        {{.done_data = "[DONE]"}, "data: a\n\n", WEFT_E_STREAM_UNFINISHED, 1},
        {{.done_data = "[DONE]"}, "data: a\n\ndata: [DONE]\n\n", WEFT_OK, 2},
        {{.done_data = "[DONE]"}, "data: a\n\ndata: [DONE]\n\ndata: b\n\n", WEFT_OK, 2},
        {{.done_data = "[DONE]"}, "data: a\n\nevent: [DONE]\ndata: b\n\n", WEFT_E_STREAM_UNFINISHED, 2},
        {{.done_data = "[DONE]", .close_is_done = true}, "data: a\n\n", WEFT_OK, 1},
        {{.done_event = "message_stop"}, "event: message_stop\ndata: {}\n\n", WEFT_OK, 1},
        {{.done_event = "message_stop"}, "data: message_stop\n\n", WEFT_E_STREAM_UNFINISHED, 1},
        {{.done_event = "end", .done_data = "[DONE]"}, "data: [DONE]\n\n", WEFT_OK, 1},
        {{.done_event = "end", .done_data = "[DONE]"}, "event: end\ndata: x\n\n", WEFT_OK, 1},
        {{.error_event = "error"}, "data: a\n\nevent: error\ndata: b\n\n", WEFT_E_STREAM_ERROR, 2},
        {{.error_event = "error"}, "data: a\n\n", WEFT_OK, 1},
        {{.error_in_data = true}, "data: {\"error\":{\"message\":\"no\"}}\n\ndata: a\n\n", WEFT_E_STREAM_ERROR, 1},
        {{.error_in_data = true}, "data: {\"error\":null}\n\ndata: {\"a\":{\"error\":\"x\"}}\n\n", WEFT_OK, 2},
        {{.error_in_data = true, .done_data = "[DONE]"},
         "data: {\"error\":\"x\"}\n\ndata: [DONE]\n\n",
         WEFT_E_STREAM_ERROR,
         1},
        {{.done_data = "[DONE]"}, "data: {\"error\":\"x\"}\n\ndata: [DONE]\n\n", WEFT_OK, 2},
        {{0}, "event: error\ndata: b\n\n", WEFT_OK, 1},
        {{.lf_only = true}, "data: a\rdata: b\n\n", WEFT_OK, 1},
        {{0}, "data: a\r\rdata: b\n\n", WEFT_OK, 2},
        {{.keep_unfinished = true}, "data: a\n", WEFT_OK, 1},
        {{0}, "data: a\n", WEFT_OK, 0},
        {{.keep_unfinished = true, .done_data = "[DONE]"}, "data: [DONE]\n", WEFT_OK, 1},
    };

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        const script_step steps[] = {
            EXPECT("POST /v1/chat HTTP/1.1\r\n"),
            SEND(ANSWER_EVENTS),
            SEND_DATA(rules[i].events, strlen(rules[i].events)),
            CLOSE(),
        };
        listener it;

        CHECK(FOLLOW(&it, steps, CHAT(), &rules[i].end));
        CHECK_EQ(it.log.code, rules[i].code);
        CHECK_EQ(it.log.events, rules[i].count);
        CHECK(rig_end(&it.rig));
    }
}

TEST(stream_that_is_cut_in_its_body_is_lost_whatever_its_rule)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/chat HTTP/1.1\r\n"),
        SEND(CHUNKED "9\r\ndata: a\n\n\r\n5\r\nda"),
        CLOSE(),
    };
    listener it;
    char where[96];

    CHECK(FOLLOW(&it, steps, CHAT(), ENDS(.close_is_done = true)));
    CHECK_EQ(it.log.code, WEFT_E_CONNECTION_LOST);
    snprintf(where, sizeof(where), "cannot follow the stream: POST %s/v1/chat: ", fault_server_url(it.rig.server));
    CHECK_CONTAINS(it.log.message, where);
    CHECK_CONTAINS(it.log.message, "the stream was cut after 1 event; it was acted on, and may go on");
    CHECK(rig_end(&it.rig));
}

TEST(error_event_is_told_in_the_words_of_its_json)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/chat HTTP/1.1\r\n"),
        SEND(ANSWER_EVENTS "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
                           "\"message\":\"Overloaded\"}}\n\n"),
        CLOSE(),
    };
    listener it;

    CHECK(FOLLOW(&it, steps, CHAT(), ENDS(.error_event = "error")));
    CHECK_EQ(it.log.code, WEFT_E_STREAM_ERROR);
    CHECK_CONTAINS(it.log.message, ": Overloaded");
    CHECK(!strstr(it.log.message, "{"));
    CHECK_STR(it.server_code, "overloaded_error");
    CHECK(rig_end(&it.rig));
}

TEST(stream_that_is_answered_with_json_is_heard_as_the_services_are)
{
    static const script_step whole[] = {
        EXPECT("POST /v1/chat HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"a\": 1}"),
    };
    static const script_step error[] = {
        EXPECT("POST /v1/chat HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 32\r\n\r\n"
             "{\"error\":{\"message\":\"no\",\"a\":1}}"),
    };
    static const script_step refused[] = {
        EXPECT("POST /v1/chat HTTP/1.1\r\n"),
        SEND("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 28\r\n\r\n{\"error\":{\"message\":\"slow\"}}"),
    };
    listener it;

    CHECK(FOLLOW(&it, whole, CHAT(), ENDS(.done_event = "done")));
    CHECK_EQ(it.log.code, WEFT_OK);
    CHECK_STR(it.told, "done:{\"a\": 1}|");
    CHECK(rig_end(&it.rig));
    CHECK(FOLLOW(&it, error, CHAT(), ENDS(.done_event = "done")));
    CHECK_EQ(it.log.code, WEFT_E_STREAM_ERROR);
    CHECK_CONTAINS(it.log.message, ": no");
    CHECK(rig_end(&it.rig));
    CHECK(open_any(&it, &(weft_client_options){.retries.max_retries = WEFT_NO_RETRIES}));
    fault_server_play(it.rig.server, SCRIPT(refused), 1);
    CHECK(weft_http_stream(it.rig.client, CHAT(), NULL, NULL, &plain, &it));
    CHECK(rig_run(&it.rig));
    CHECK_EQ(it.log.code, WEFT_E_RATE_LIMITED);
    CHECK_CONTAINS(it.log.message, "429 Too Many Requests: slow");
    CHECK(rig_end(&it.rig));
}

TEST(stream_of_a_services_client_ends_as_its_own_do_unless_told_otherwise)
{
    static const script_step steps[] = {
        EXPECT("GET /other/stream HTTP/1.1\r\n"),
        SEND(ANSWER_EVENTS "event: done\ndata: {}\n\n"),
        CLOSE(),
    };
    const weft_http_request request = {.method = "GET", .path = "/other/stream"};

    for (int i = 0; i < 2; i++) {
        listener it = {.things = 0};

        CHECK(rig_open(&it.rig, NULL, NULL));
        fault_server_play(it.rig.server, SCRIPT(steps), 1);
        CHECK(weft_http_stream(it.rig.client, &request, i ? ENDS(.done_data = "[DONE]") : NULL, NULL, &plain, &it));
        CHECK(rig_run(&it.rig));
        CHECK_EQ(it.log.code, i ? WEFT_E_STREAM_UNFINISHED : WEFT_OK);
        CHECK(rig_end(&it.rig));
    }
}

/* ---- whether it is asked for again ----------------------------------------------------------------------------- */

TEST(stream_that_may_have_started_something_is_not_asked_for_again_unless_it_is_repeatable)
{
    static const script_step lost[] = {EXPECT(" /v1/chat HTTP/1.1\r\n"), RESET()};
    static const script_step heard[] = {EXPECT("/v1/chat HTTP/1.1\r\n"), SEND(ANSWER_EVENTS "data: a\n\n"), CLOSE()};
    static const script_step refused[] = {
        EXPECT("POST /v1/chat HTTP/1.1\r\n"),
        SEND("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"),
        EXPECT("POST /v1/chat HTTP/1.1\r\n"),
        SEND(ANSWER_EVENTS "data: a\n\n"),
        CLOSE(),
    };
    listener it;

    CHECK(FOLLOW(&it, lost, CHAT(), NULL));
    CHECK_EQ(it.log.code, WEFT_E_CONNECTION_LOST);
    CHECK_EQ(it.log.details.attempts, 1);
    CHECK_EQ(it.log.details.outcome, WEFT_OUTCOME_UNKNOWN);
    CHECK(rig_end(&it.rig));
    for (int i = 0; i < 2; i++) {
        CHECK(open_any(&it, NULL));
        fault_server_play(it.rig.server, SCRIPT(lost), 1);
        fault_server_play(it.rig.server, SCRIPT(heard), 1);
        CHECK(weft_http_stream(it.rig.client,
                               i ? CHAT(.repeatable = true) : &(weft_http_request){.method = "GET", .path = "/v1/chat"},
                               NULL, NULL, &plain, &it));
        CHECK(rig_run(&it.rig));
        CHECK_EQ(it.log.code, WEFT_OK);
        CHECK_EQ(it.log.details.attempts, 2);
        CHECK(rig_end(&it.rig));
    }
    CHECK(FOLLOW(&it, refused, CHAT(), NULL));
    CHECK_EQ(it.log.code, WEFT_OK);
    CHECK_EQ(it.log.details.attempts, 2);
    CHECK(rig_end(&it.rig));
}

/* ---- what is told beside events -------------------------------------------------------------------------------- */

#define CHATTY                                                                                                         \
    EXPECT("POST /v1/chat HTTP/1.1\r\n"),                                                                              \
        SEND(ANSWER_EVENTS ": hello\nretry: 3000\n\ndata: a\n\n:\n\n: p\xff\n\ndata: b\n: within\nevent: e\n\n"        \
                           "retry: x\nretry: 99999999999\n\n"),                                                        \
        CLOSE()

#define ALL_THAT_IS_TOLD "(hello)<3000>a|()(p\xef\xbf\xbd)(within)e:b|<2147483647>"

TEST(comments_and_retries_are_told_to_who_asks_in_their_order)
{
    static const script_step steps[] = {CHATTY};
    listener it;

    CHECK(follow(&it, SCRIPT(steps), 1, CHAT(), NULL, &curious));
    CHECK_EQ(it.log.code, WEFT_OK);
    CHECK_STR(it.told, ALL_THAT_IS_TOLD);
    CHECK_EQ(it.log.events, 2);
    CHECK(rig_end(&it.rig));
    CHECK(follow(&it, SCRIPT(steps), 1, CHAT(), NULL, &plain));
    CHECK_STR(it.told, "a|e:b|");
    CHECK(rig_end(&it.rig));
}

TEST(comments_of_a_services_own_stream_are_told_too)
{
    static const script_step steps[] = {
        EXPECT("GET /run/stream"),
        SEND(ANSWER_EVENTS ": ping\n\nretry: 5\ndata: a\n\nevent: done\ndata: {}\n\n"),
        CLOSE(),
    };
    const weft_stream_callbacks one = {.on_comment = on_comment, .on_end = on_end};
    listener it = {.things = 0};

    CHECK(rig_open(&it.rig, NULL, NULL));
    fault_server_play(it.rig.server, SCRIPT(steps), 1);
    CHECK(weft_stromboli_stream(it.rig.client, &(weft_stromboli_stream_request){.prompt = "hi"}, NULL, &one, &it));
    CHECK(rig_run(&it.rig));
    CHECK_EQ(it.log.code, WEFT_OK);
    CHECK_STR(it.told, "(ping)");
    CHECK(rig_end(&it.rig));
}

static void go_on(void *arg)
{
    weft_stream_resume(arg);
}

TEST(stream_paused_at_each_thing_told_loses_none_and_doubles_none)
{
    static const script_step steps[] = {CHATTY};
    static const char *const before[] = {"", "(hello)", "(hello)<3000>", "(hello)<3000>a|", "(hello)<3000>a|()"};

    for (unsigned at = 1; at <= 8; at++) {
        weft_stream *stream;
        listener it;

        CHECK(open_any(&it, NULL));
        it.pause_at = at;
        fault_server_play(it.rig.server, SCRIPT(steps), 1);
        stream = weft_http_stream(it.rig.client, CHAT(), NULL, NULL, &curious, &it);
        CHECK(stream);
        CHECK_UNTIL(&it.rig.loop, it.things >= at);
        test_loop_turn(&it.rig.loop);
        CHECK_EQ(it.things, at);
        if (at < sizeof(before) / sizeof(before[0]))
            CHECK_STR(it.told, before[at]);
        if (it.log.ends == 0)
            rig_later(&it.rig, 1, go_on, stream);
        CHECK(rig_run(&it.rig));
        CHECK_EQ(it.log.code, WEFT_OK);
        CHECK_STR(it.told, ALL_THAT_IS_TOLD);
        CHECK(rig_end(&it.rig));
    }
}

TEST(stream_cancelled_at_each_thing_told_tells_nothing_more)
{
    static const script_step steps[] = {CHATTY};

    for (unsigned at = 1; at <= 8; at++) {
        listener it;

        CHECK(open_any(&it, NULL));
        it.cancel_at = at;
        fault_server_play(it.rig.server, SCRIPT(steps), 1);
        CHECK(weft_http_stream(it.rig.client, CHAT(), NULL, NULL, &curious, &it));
        CHECK(rig_run(&it.rig));
        CHECK_EQ(it.log.code, WEFT_E_CANCELLED);
        CHECK_EQ(it.things, at);
        CHECK(rig_end(&it.rig));
    }
}

TEST(every_failing_allocation_of_a_stream_of_any_request_ends_in_an_outcome)
{
    static const script_step steps[] = {CHATTY};
    bool succeeded = false;

    for (unsigned long n = 1; n < 200 && !succeeded; n++) {
        weft_stream *stream;
        listener it;

        CHECK(open_any(&it, &(weft_client_options){.retries.max_retries = WEFT_NO_RETRIES}));
        fault_server_play(it.rig.server, SCRIPT(steps), 0);
        it.rig.memory.fail_at = atomic_load(&it.rig.memory.count) + n;
        stream = weft_http_stream(it.rig.client, CHAT(), ENDS(.done_event = "none", .close_is_done = true), NULL,
                                  &curious, &it);
        CHECK(rig_run(&it.rig));
        CHECK_EQ(it.log.ends, stream ? 1 : 0);
        succeeded = atomic_load(&it.rig.memory.count) < it.rig.memory.fail_at;
        if (succeeded)
            CHECK_STR(it.told, ALL_THAT_IS_TOLD);
        it.rig.memory.fail_at = 0;
        CHECK(rig_end(&it.rig));
    }
    CHECK(succeeded);
}
