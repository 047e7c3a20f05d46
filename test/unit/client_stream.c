/* Event streams: how they open, what they say, how they end, and how they are held back. */
#include <stdlib.h>

#include "client_rig.h"
#include "test.h"

static const weft_client_options no_retries = {.retries.max_retries = WEFT_NO_RETRIES};

/* A stream from a server that plays `script` once. */
static bool listen_to(stream_log *stream, fault_script script, const weft_client_options *options)
{
    client_rig rig;
    bool ok;

    if (!rig_open(&rig, NULL, options ? options : &no_retries))
        return false;
    fault_server_play(rig.server, script, 1);
    rig_stream(&rig, stream, NULL);
    ok = rig_run(&rig) && stream->ends == 1 && rig_stats(&rig).streams_open == 0;
    return rig_end(&rig) && ok;
}

#define LISTEN(stream, ...)                                                                                            \
    do {                                                                                                               \
        static const script_step steps[] = {EXPECT("GET /run/stream?prompt=hi HTTP/1.1"), __VA_ARGS__};                \
        CHECK(listen_to(stream, SCRIPT(steps), NULL));                                                                 \
    } while (0)

/* ---- how it ends ------------------------------------------------------------------------------------------------- */

TEST(stream_with_its_final_event_ends_well)
{
    stream_log stream = {0};

    LISTEN(&stream, AND_CONTAINS("Accept: text/event-stream\r\n"),
           SEND_BYTEWISE(ANSWER_EVENTS ": hello\n"
                                       "data: one\n\ndata\n\ndata: a\ndata: b\nid: 7\n\nevent: done\ndata: {}\n\n"),
           CLOSE());
    CHECK_EQ(stream.code, WEFT_OK);
    CHECK_EQ(stream.opens, 1);
    CHECK_EQ(stream.status, 200);
    CHECK_STR(stream.text, ":one|:|:a\nb|done:{}|");
}

TEST(stream_without_anybody_who_listens_comes_to_its_end)
{
    static const script_step steps[] = {
        EXPECT("GET /run/stream"),
        SEND(ANSWER_EVENTS "data: one\n\nevent: done\ndata: {}\n\n"),
        CLOSE(),
    };
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 2);
    CHECK(weft_stromboli_stream(rig.client, &(weft_stromboli_stream_request){.prompt = "hi"}, NULL, NULL, NULL));
    CHECK(weft_stromboli_stream(rig.client, &(weft_stromboli_stream_request){.prompt = "hi"}, NULL,
                                &(weft_stream_callbacks){0}, NULL));
    CHECK(rig_run(&rig));
    CHECK_EQ(rig_stats(&rig).calls_succeeded, 2);
    CHECK(rig_end(&rig));
}

TEST(stream_in_chunks_ends_well)
{
    stream_log stream = {0};

    LISTEN(&stream,
           SEND("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
                "Transfer-Encoding: chunked\r\n\r\n6\r\ndata: \r\n"),
           SEND("3\r\n1\n\n\r\n16\r\nevent: done\ndata: {}\n\n\r\n0\r\n\r\n"));
    CHECK_EQ(stream.code, WEFT_OK);
    CHECK_STR(stream.text, ":1|done:{}|");
}

TEST(stream_that_opens_with_its_head_says_so_once)
{
    stream_log stream = {0};

    LISTEN(&stream, SEND(ANSWER_EVENTS), CLOSE());
    CHECK_EQ(stream.opens, 1);
    CHECK_EQ(stream.events, 0);
    CHECK_EQ(stream.code, WEFT_E_STREAM_UNFINISHED);
}

TEST(stream_with_an_error_event_fails_with_its_text)
{
    stream_log stream = {0};

    LISTEN(&stream, SEND(ANSWER_EVENTS "data: 1\n\nevent: error\ndata: no container\n\n"), CLOSE());
    CHECK_EQ(stream.code, WEFT_E_STREAM_ERROR);
    CHECK_CONTAINS(stream.message, "no container");
    CHECK_STR(stream.text, ":1|error:no container|");
}

TEST(stream_cut_before_its_final_event_is_unfinished)
{
    stream_log stream = {0};

    LISTEN(&stream, SEND(ANSWER_EVENTS "data: 1\n\n"), CLOSE());
    CHECK_EQ(stream.code, WEFT_E_STREAM_UNFINISHED);
    CHECK_EQ(stream.events, 1);
    CHECK_CONTAINS(stream.message, "/run/stream: the stream ended without its final event, after 1 event; "
                                   "it was acted on, and may go on");
    CHECK_EQ(stream.outcome, WEFT_OUTCOME_ACTED_ON);
}

TEST(event_without_its_blank_line_at_a_clean_end_is_delivered_as_unfinished)
{
    stream_log stream = {0};

    LISTEN(&stream, SEND(ANSWER_EVENTS "data: 1\n\nevent: done\ndata: {}\n"), CLOSE());
    CHECK_STR(stream.text, ":1|done:{}|");
    CHECK_EQ(stream.unfinished, 1);
    CHECK_EQ(stream.code, WEFT_OK);
}

TEST(stream_that_is_reset_is_lost)
{
    stream_log stream = {0};

    LISTEN(&stream, SEND(ANSWER_EVENTS "data: 1\n\ndata: tw"), RESET());
    CHECK_EQ(stream.code, WEFT_E_CONNECTION_LOST);
    CHECK_STR(stream.text, ":1|");
}

TEST(stream_of_a_run_that_is_cut_says_how_far_it_came_and_that_the_run_may_go_on)
{
    stream_log stream = {0};

    LISTEN(&stream, SEND(ANSWER_EVENTS "id: e-1\ndata: 1\n\ndata: 2\n\ndata: tw"), RESET());
    CHECK_EQ(stream.code, WEFT_E_CONNECTION_LOST);
    CHECK_EQ(stream.outcome, WEFT_OUTCOME_ACTED_ON);
    CHECK_CONTAINS(stream.message,
                   "; the stream was cut after 2 events (last id \"e-1\"); it was acted on, and may go on");
    CHECK(!strstr(stream.message, "may have been acted on"));
    stream = (stream_log){0};
    LISTEN(&stream, SEND(ANSWER_EVENTS ": hello\n\n"), RESET());
    CHECK_CONTAINS(stream.message, "; the stream was cut before its first event; it was acted on, and may go on");
}

TEST(stream_cut_in_the_middle_of_a_chunk_is_lost)
{
    stream_log stream = {0};

    LISTEN(&stream,
           SEND("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                "9\r\ndata: 1\n\n\r\n"),
           CLOSE());
    CHECK_EQ(stream.code, WEFT_E_CONNECTION_LOST);
    CHECK_STR(stream.text, ":1|");
}

TEST(stream_that_is_lost_after_its_final_event_ended_well)
{
    stream_log stream = {0};

    LISTEN(&stream, SEND(ANSWER_EVENTS "data: 1\n\nevent: done\ndata: {}\n\n"), RESET());
    CHECK_EQ(stream.code, WEFT_OK);
    CHECK_STR(stream.text, ":1|done:{}|");
}

TEST(stream_that_is_lost_after_its_error_event_failed_with_that)
{
    stream_log stream = {0};

    LISTEN(&stream, SEND(ANSWER_EVENTS "event: error\ndata: bad\n\n"), RESET());
    CHECK_EQ(stream.code, WEFT_E_STREAM_ERROR);
    CHECK_CONTAINS(stream.message, "bad");
}

TEST(stream_without_events_is_not_asked_for_again)
{
    static const script_step steps[] = {EXPECT("GET /run/stream"), SEND(ANSWER_EVENTS), RESET(), EXPECT_NOTHING_MORE()};
    stream_log stream = {0};

    CHECK(listen_to(&stream, SCRIPT(steps),
                    &(weft_client_options){.retries = {.max_retries = 5, .first_backoff_ms = 1}}));
    CHECK_EQ(stream.code, WEFT_E_CONNECTION_LOST);
    CHECK_EQ(stream.opens, 1);
}

/* ---- what is no stream ------------------------------------------------------------------------------------------- */

TEST(stream_of_another_content_type_is_refused_with_its_body)
{
    stream_log stream = {0};

    LISTEN(&stream, SEND("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"));
    CHECK_EQ(stream.code, WEFT_E_CONTENT_TYPE);
    CHECK_EQ(stream.opens, 0);
    CHECK_CONTAINS(stream.message, "text/html");
}

#define ANSWER_JSON(length, body)                                                                                      \
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " length "\r\n\r\n" body

/* What an ended stream's error holds, looked at in on_end. */
static char whole_body[200000];
static size_t whole_body_len;

static void keep_body(stream_log *heard, weft_stream *stream)
{
    weft_str body = weft_call_get_body(weft_stream_get_call(stream));

    (void)heard;
    whole_body_len = body.len < sizeof(whole_body) ? body.len : sizeof(whole_body);
    memcpy(whole_body, body.ptr, whole_body_len);
}

TEST(stream_that_is_answered_with_an_error_as_json_says_what_the_service_says)
{
    stream_log stream = {0};

    LISTEN(&stream, SEND(ANSWER_JSON("26", "{\"error\":\"no such agent\"}\r\n")));
    CHECK_EQ(stream.code, WEFT_E_STREAM_ERROR);
    CHECK_EQ(stream.status, 200);
    CHECK_EQ(stream.opens, 0);
    CHECK_CONTAINS(stream.message, "/run/stream: stream request failed: no such agent");
    CHECK(!strstr(stream.message, "content type"));
}

TEST(stream_that_is_answered_with_a_result_as_json_brings_it_as_its_final_event)
{
    stream_log stream = {.at_end = keep_body};

    LISTEN(&stream, SEND(ANSWER_JSON("47", "{\"status\":\"completed\",\"output\":\"42\",\"error\":\"\"}")));
    CHECK_EQ(stream.code, WEFT_OK);
    CHECK_EQ(stream.opens, 1);
    CHECK_EQ(stream.events, 1);
    CHECK_STR(stream.text, "done:{\"status\":\"completed\",\"output\":\"42\",\"error\":\"\"}|");
    CHECK_EQ(whole_body_len, 47);
}

TEST(stream_that_is_answered_with_a_long_result_as_json_keeps_all_of_it)
{
    enum { LENGTH = 150000 };
    static char answer[LENGTH + 200];
    script_step steps[] = {EXPECT("GET /run/stream"), SEND_DATA(answer, 0)};
    stream_log stream = {.at_end = keep_body};
    size_t head =
        (size_t)snprintf(answer, sizeof(answer),
                         "HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n", LENGTH);

    memset(answer + head, 'x', LENGTH);
    memcpy(answer + head, " \r\n[\"", 5);
    memcpy(answer + head + LENGTH - 2, "\"]", 2);
    steps[1].len = head + LENGTH;
    CHECK(listen_to(&stream, SCRIPT(steps), NULL));
    CHECK_EQ(stream.code, WEFT_OK);
    CHECK_EQ(stream.status, 201);
    CHECK_EQ(stream.events, 1);
    CHECK_EQ(whole_body_len, LENGTH);
}

TEST(stream_that_is_answered_with_half_a_result_as_json_has_no_final_event)
{
    stream_log stream = {.at_end = keep_body};

    LISTEN(&stream, SEND(ANSWER_JSON("21", "{\"status\":\"completed\"")));
    CHECK_EQ(stream.code, WEFT_E_DECODE);
    CHECK_EQ(stream.opens, 0);
    CHECK_EQ(stream.events, 0);
    CHECK_CONTAINS(stream.message, "neither a stream of events nor valid JSON");
    CHECK_EQ(whole_body_len, 21);
}

TEST(stream_may_open_with_any_status_of_success)
{
    stream_log stream = {0};

    LISTEN(&stream,
           SEND("HTTP/1.1 201 Created\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\nevent: done\ndata: {}\n\n"),
           CLOSE());
    CHECK_EQ(stream.code, WEFT_OK);
    CHECK_STR(stream.text, ":1|done:{}|");
}

TEST(stream_that_is_answered_with_a_client_error_fails_with_its_code)
{
    stream_log stream = {0};

    LISTEN(&stream, SEND("HTTP/1.1 401 Unauthorized\r\nContent-Length: 17\r\n\r\n{\"error\":\"token\"}"));
    CHECK_EQ(stream.code, WEFT_E_UNAUTHORIZED);
    CHECK_CONTAINS(stream.message, "stream request failed: token");
    CHECK_EQ(stream.opens, 0);
}

TEST(stream_that_is_answered_with_a_server_error_fails_with_its_code)
{
    stream_log stream = {0};

    LISTEN(&stream, SEND("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/event-stream\r\n\r\ndata: x\n\n"), CLOSE());
    CHECK_EQ(stream.code, WEFT_E_SERVER_ERROR);
    CHECK_EQ(stream.status, 502);
    CHECK_EQ(stream.events, 0);
}

TEST(stream_that_is_answered_with_204_fails)
{
    stream_log stream = {0};

    LISTEN(&stream, SEND("HTTP/1.1 204 No Content\r\nContent-Type: text/event-stream\r\n\r\n"));
    CHECK_EQ(stream.code, WEFT_E_REQUEST_FAILED);
    CHECK_EQ(stream.opens, 0);
}

TEST(stream_whose_error_answer_is_long_keeps_its_code)
{
    enum { SIZE = 200000 };
    static const char head[] = "HTTP/1.1 500 x\r\nContent-Length: 200000\r\n\r\n";
    static char answer[sizeof(head) - 1 + SIZE];
    static const script_step steps[] = {EXPECT("GET "), SEND_DATA(answer, sizeof(answer))};
    stream_log stream = {0};

    memset(answer, 'x', sizeof(answer));
    memcpy(answer, head, sizeof(head) - 1);
    CHECK(listen_to(&stream, SCRIPT(steps), NULL));
    CHECK_EQ(stream.code, WEFT_E_SERVER_ERROR);
    CHECK_EQ(stream.status, 500);
}

TEST(event_beyond_its_limit_ends_the_stream)
{
    static const script_step steps[] = {
        EXPECT("GET "), SEND(ANSWER_EVENTS "data: 1\n\ndata: 0123456789012345678901\n\n"), EXPECT_CLOSE()};
    stream_log stream = {0};

    CHECK(listen_to(&stream, SCRIPT(steps), &(weft_client_options){.max_event_bytes = 20}));
    CHECK_EQ(stream.code, WEFT_E_TOO_LARGE);
    CHECK_CONTAINS(stream.message, "larger than 20 bytes");
    CHECK_STR(stream.text, ":1|");
}

/* ---- pause and resume -------------------------------------------------------------------------------------------- */

static void pause_it(stream_log *heard, weft_stream *stream)
{
    (void)heard;
    weft_stream_pause(stream);
}

static void resume_later(void *arg)
{
    stream_log *stream = arg;

    weft_stream_resume(stream->stream);
}

TEST(stream_paused_in_on_open_says_nothing_until_it_is_resumed)
{
    static const script_step steps[] = {EXPECT("GET "), SEND(ANSWER_EVENTS "data: 1\n\nevent: done\ndata: {}\n\n"),
                                        CLOSE()};
    client_rig rig;
    stream_log stream = {.at_open = pause_it};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    rig_stream(&rig, &stream, NULL);
    CHECK_UNTIL(&rig.loop, stream.opens > 0);
    test_loop_turns(&rig.loop, 20);
    CHECK_EQ(stream.events, 0);
    CHECK_EQ(stream.ends, 0);
    weft_stream_resume(stream.stream);
    CHECK_EQ(stream.events, 0); /* from the loop, not from here */
    CHECK(rig_run(&rig));
    CHECK_STR(stream.text, ":1|done:{}|");
    CHECK_EQ(stream.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

static void pause_and_resume_later(stream_log *heard, weft_stream *stream)
{
    weft_stream_pause(stream);
    rig_later(heard->arg, 1, resume_later, heard);
}

TEST(stream_paused_at_each_event_loses_none_and_doubles_none)
{
    static const script_step steps[] = {EXPECT("GET "), SEND(ANSWER_EVENTS "data: 1\n\ndata: 2\n\nda"),
                                        SEND_BYTEWISE("ta: 3\n\ndata: 4\n\n"),
                                        SEND("data: 5\n\ndata: 6\n\nevent: done\ndata: {}\n\n"), CLOSE()};
    client_rig rig;
    stream_log stream = {.at_event = pause_and_resume_later, .arg = &rig};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    rig_stream(&rig, &stream, NULL);
    CHECK(rig_run(&rig));
    CHECK_STR(stream.text, ":1|:2|:3|:4|:5|:6|done:{}|");
    CHECK_EQ(stream.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

TEST(stream_of_known_length_paused_at_its_last_event_ends_when_resumed)
{
    static const script_step steps[] = {
        EXPECT("GET "), SEND("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 22\r\n\r\n"
                             "event: done\ndata: {}\n\n")};
    client_rig rig;
    stream_log stream = {.at_event = pause_it};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    rig_stream(&rig, &stream, NULL);
    CHECK_UNTIL(&rig.loop, stream.events > 0);
    test_loop_turns(&rig.loop, 10);
    CHECK_EQ(stream.ends, 0);
    weft_stream_resume(stream.stream);
    CHECK(rig_run(&rig));
    CHECK_EQ(stream.events, 1);
    CHECK_EQ(stream.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

TEST(stream_paused_from_without_says_nothing_more)
{
    static const script_step steps[] = {EXPECT("GET "), SEND(ANSWER_EVENTS "data: 1\n\n"), WAIT(),
                                        SEND("data: 2\n\ndata: 3\n"), CLOSE()};
    client_rig rig;
    stream_log stream = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    rig_stream(&rig, &stream, NULL);
    CHECK_UNTIL(&rig.loop, stream.events > 0);
    weft_stream_pause(stream.stream);
    fault_server_release(rig.server);
    test_loop_turns(&rig.loop, 20);
    CHECK_EQ(stream.events, 1);
    CHECK_EQ(stream.ends, 0);
    weft_stream_resume(stream.stream);
    CHECK(rig_run(&rig));
    CHECK_STR(stream.text, ":1|:2|:3|");
    CHECK_EQ(stream.unfinished, 1);
    CHECK(rig_end(&rig));
}

TEST(stream_resumed_and_paused_again_in_one_turn_stays_paused)
{
    static const script_step steps[] = {EXPECT("GET "), SEND(ANSWER_EVENTS "data: 1\n\ndata: 2\n\n"), EXPECT_CLOSE()};
    client_rig rig;
    stream_log stream = {.at_event = pause_it};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    rig_stream(&rig, &stream, NULL);
    CHECK_UNTIL(&rig.loop, stream.events > 0);
    weft_stream_resume(stream.stream);
    weft_stream_pause(stream.stream);
    test_loop_turns(&rig.loop, 10);
    CHECK_EQ(stream.events, 1);
    weft_stream_cancel(stream.stream);
    CHECK(rig_run(&rig));
    CHECK_EQ(stream.events, 1);
    CHECK_EQ(stream.code, WEFT_E_CANCELLED);
    CHECK(rig_end(&rig));
}

static void pause_and_resume(stream_log *heard, weft_stream *stream)
{
    (void)heard;
    weft_stream_pause(stream);
    weft_stream_resume(stream);
}

TEST(stream_paused_and_resumed_in_one_callback_goes_on)
{
    stream_log stream = {.at_open = pause_and_resume, .at_event = pause_and_resume};

    LISTEN(&stream, SEND(ANSWER_EVENTS "data: 1\n\ndata: 2\n\n"), SEND_BYTEWISE("event: done\ndata: {}\n\n"), CLOSE());
    CHECK_STR(stream.text, ":1|:2|done:{}|");
    CHECK_EQ(stream.code, WEFT_OK);
}

TEST(stream_paused_before_it_opens_waits_at_its_head)
{
    static const script_step steps[] = {EXPECT("GET "), SEND(ANSWER_EVENTS "event: done\ndata: {}\n\n"), CLOSE()};
    client_rig rig;
    stream_log stream = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_stream_pause(rig_stream(&rig, &stream, NULL));
    test_loop_turns(&rig.loop, 50);
    CHECK_EQ(stream.events, 0);
    CHECK_EQ(stream.ends, 0);
    weft_stream_resume(stream.stream);
    CHECK(rig_run(&rig));
    CHECK_EQ(stream.opens, 1);
    CHECK_EQ(stream.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

TEST(paused_stream_holds_the_server_back)
{
    enum { EVENT = 1000, EVENTS = 20000 };
    static char answer[sizeof(ANSWER_EVENTS) - 1 + EVENT * EVENTS];
    static const script_step steps[] = {EXPECT("GET "), SEND_DATA(answer, sizeof(answer)), WAIT(), CLOSE()};
    char *at = answer + sizeof(ANSWER_EVENTS) - 1;
    client_rig rig;
    stream_log stream = {.at_open = pause_it};

    memcpy(answer, ANSWER_EVENTS, sizeof(ANSWER_EVENTS) - 1);
    for (int i = 0; i < EVENTS; i++, at += EVENT) {
        memset(at, 'x', EVENT);
        memcpy(at, "data: ", 6);
        memcpy(at + EVENT - 2, "\n\n", 2);
    }
    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    rig_stream(&rig, &stream, NULL);
    CHECK_UNTIL(&rig.loop, stream.opens > 0);
    test_loop_turns(&rig.loop, 200);
    CHECK_EQ(fault_server_waiting_count(rig.server), 0); /* it could not send all */
    CHECK(rig_stats(&rig).bytes_received < 1 << 17);
    stream.at_open = NULL;
    weft_stream_resume(stream.stream);
    CHECK_UNTIL(&rig.loop, fault_server_waiting_count(rig.server) > 0);
    fault_server_release(rig.server);
    CHECK(rig_run(&rig));
    CHECK_EQ(stream.events, EVENTS);
    CHECK_EQ(stream.bytes, EVENTS * (EVENT - 8));
    CHECK(rig_end(&rig));
}

TEST(paused_stream_is_cancelled_at_once)
{
    static const script_step steps[] = {EXPECT("GET "), SEND(ANSWER_EVENTS "data: 1\n\ndata: 2\n\n"), EXPECT_CLOSE()};
    client_rig rig;
    stream_log stream = {.at_event = pause_it};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    rig_stream(&rig, &stream, NULL);
    CHECK_UNTIL(&rig.loop, stream.events > 0);
    weft_stream_cancel(stream.stream);
    CHECK(rig_run(&rig));
    CHECK_EQ(stream.events, 1);
    CHECK_EQ(stream.ends, 1);
    CHECK_EQ(stream.code, WEFT_E_CANCELLED);
    CHECK(rig_end(&rig));
}

TEST(paused_stream_is_not_taken_for_silent)
{
    static const script_step steps[] = {EXPECT("GET "), SEND(ANSWER_EVENTS "data: 1\n\n"),
                                        SEND("event: done\ndata: {}\n\n"), CLOSE()};
    client_rig rig;
    stream_log stream = {.at_open = pause_it};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.stream_timeouts.idle_ms = 40}));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    rig_stream(&rig, &stream, NULL);
    rig_later(&rig, 150, resume_later, &stream);
    CHECK(rig_run(&rig));
    CHECK_EQ(stream.code, WEFT_OK);
    CHECK_EQ(stream.events, 2);
    CHECK(rig_end(&rig));
}

TEST(resumed_stream_that_stays_silent_times_out)
{
    static const script_step steps[] = {EXPECT("GET "), SEND(ANSWER_EVENTS "data: 1\n\n"), EXPECT_CLOSE()};
    client_rig rig;
    stream_log stream = {.at_event = pause_it};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.stream_timeouts.idle_ms = 40}));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    rig_stream(&rig, &stream, NULL);
    rig_later(&rig, 100, resume_later, &stream);
    CHECK(rig_run(&rig));
    CHECK_EQ(stream.code, WEFT_E_TIMEOUT_IDLE);
    CHECK(rig_end(&rig));
}

/* ---- in numbers -------------------------------------------------------------------------------------------------- */

TEST(events_are_counted_and_open_streams_too)
{
    static const script_step steps[] = {EXPECT("GET "), SEND(ANSWER_EVENTS "data: 1\n\n"), WAIT(),
                                        SEND("event: done\ndata: {}\n\n"), CLOSE()};
    client_rig rig;
    stream_log streams[3] = {{0}};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 3);
    for (int i = 0; i < 3; i++)
        rig_stream(&rig, &streams[i], NULL);
    CHECK_UNTIL(&rig.loop, fault_server_waiting_count(rig.server) >= 3 && rig_stats(&rig).events_received >= 3);
    CHECK_EQ(rig_stats(&rig).streams_open, 3);
    for (int i = 0; i < 3; i++)
        fault_server_release(rig.server);
    CHECK(rig_run(&rig));
    CHECK_EQ(rig_stats(&rig).streams_open, 0);
    CHECK_EQ(rig_stats(&rig).events_received, 6);
    CHECK_EQ(rig_stats(&rig).calls_succeeded, 3);
    CHECK(rig_end(&rig));
}

/* ---- text -------------------------------------------------------------------------------------------------------- */

typedef struct text_check {
    unsigned events;
    unsigned wrong;
} text_check;

static bool ends_in_nul(weft_str text)
{
    return text.ptr && strlen(text.ptr) == text.len;
}

static void check_texts(weft_stream *stream, const weft_event *event, void *arg)
{
    text_check *check = arg;

    check->events++;
    check->wrong += !ends_in_nul(event->type) || !ends_in_nul(event->data) || !ends_in_nul(event->id);
    check->wrong += !ends_in_nul(weft_stream_get_last_event_id(stream));
}

TEST(every_text_of_an_event_ends_in_a_nul_in_one_piece_or_in_many)
{
#define TEXT_EVENTS "event: a\nid: 1\ndata: one\n\nevent: b\ndata: two\ndata: lines\nid: 22\n\n"
    static const script_step steps[] = {EXPECT("GET /run/stream"), SEND(ANSWER_EVENTS), SEND(TEXT_EVENTS TEXT_EVENTS),
                                        SEND_BYTEWISE(TEXT_EVENTS), CLOSE()};
    client_rig rig;
    text_check check = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_stromboli_stream(rig.client, &(weft_stromboli_stream_request){.prompt = "hi"}, NULL,
                          &(weft_stream_callbacks){.on_event = check_texts}, &check);
    CHECK(rig_run(&rig));
    CHECK_EQ(check.events, 6);
    CHECK_EQ(check.wrong, 0);
    CHECK(rig_end(&rig));
}
