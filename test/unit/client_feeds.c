/* Bodies from a function of the caller's: whole or not at all, as fast as the server takes them, from the loop only. */
#include "file_fixture.h"
#include "tls_server.h"

#define BUSY "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"

/* What gives the pattern, and how. */
typedef struct feeder {
    fixture fx;
    size_t size;         /* bytes of it */
    size_t each;         /* at most so many at once; 0 = as there is room for */
    bool ends_alone;     /* END comes with no bytes */
    size_t later_at;     /* LATER once so many were given, again and again until it is moved; 0 = never */
    size_t fails_at;     /* likewise FAILED */
    const char *problem; /* of that */
    bool cannot_rewind;
    void (*inside)(struct feeder *it, weft_call *call); /* within `read` */
    size_t inside_at;                                   /* when so many bytes were given */
    size_t at;
    unsigned asks;
    unsigned rewinds;
    bool has_nothing;
    bool in_submit; /* it is an error to be asked now */
    weft_call *call;
} feeder;

static weft_body_next give(weft_call *call, weft_body_room *room, void *arg)
{
    feeder *it = arg;
    size_t left = it->size - it->at;

    it->asks++;
    if (it->in_submit || room->size == 0 || room->len != 0 || call != it->call)
        test_fail(__FILE__, __LINE__, "asked at the wrong time, or for nothing");
    if (it->has_nothing)
        return WEFT_BODY_NEXT_LATER;
    if (it->inside && it->at >= it->inside_at)
        it->inside(it, call);
    if (it->fails_at && it->at >= it->fails_at) {
        room->problem = it->problem;
        return WEFT_BODY_NEXT_FAILED;
    }
    if (it->later_at && it->at < it->later_at && left > it->later_at - it->at)
        left = it->later_at - it->at;
    room->len = left < room->size ? left : room->size;
    if (it->each && room->len > it->each)
        room->len = it->each;
    memcpy(room->bytes, pattern + it->at % sizeof(pattern), room->len);
    it->at += room->len;
    if (it->later_at && it->at == it->later_at)
        return WEFT_BODY_NEXT_LATER;
    if (it->at < it->size || (it->ends_alone && room->len > 0))
        return WEFT_BODY_NEXT_MORE;
    return WEFT_BODY_NEXT_END;
}

static bool go_back(weft_call *call, void *arg)
{
    feeder *it = arg;

    if (it->in_submit || call != it->call)
        test_fail(__FILE__, __LINE__, "rewound at the wrong time");
    it->rewinds++;
    it->at = 0;
    return !it->cannot_rewind;
}

static bool feeder_open(feeder *it, const weft_client_options *client)
{
    weft_client_options options = client ? *client : (weft_client_options){0};

    memset(it, 0, sizeof(*it));
    make_pattern(sizeof(pattern));
    options.retries.first_backoff_ms = 1;
    return fixture_open(&it->fx, &options);
}

#define FROM(...)                                                                                                      \
    {                                                                                                                  \
        .read = give, .read_arg = __VA_ARGS__                                                                          \
    }

/* Sends it with that body, on its way when this returns. */
static void feed(feeder *it, const weft_http_request *request, const weft_call_options *options)
{
    it->at = it->asks = it->rewinds = 0;
    memset(&it->fx.outcome, 0, sizeof(it->fx.outcome));
    it->in_submit = true;
    it->call = weft_http_send(it->fx.rig.client, request, options, fixture_report, &it->fx);
    it->in_submit = false;
}

static bool feed_whole(feeder *it, const weft_http_request *request)
{
    feed(it, request, NULL);
    return it->call && rig_run(&it->fx.rig) && it->fx.outcome.count == 1;
}

static void resume(feeder *it, size_t later_at)
{
    it->later_at = later_at;
    it->in_submit = true;
    weft_call_resume_body(it->call);
    it->in_submit = false;
}

/* Turns the loop until the caller is waited for there. */
static void turn_until_given(feeder *it, size_t at)
{
    for (unsigned turns = 0; turns < 100000 && (it->at < at || it->asks == 0) && it->fx.outcome.count == 0; turns++)
        turn(&it->fx, 1);
    turn(&it->fx, 5);
}

/* ---- what goes out --------------------------------------------------------------------------------------------- */

static bool is_sent(const feeder *it, size_t request, bool is_sized)
{
    size_t len;
    const char *body;

    if (is_sized)
        return has_pattern(&it->fx, request, it->size);
    body = chunked_body(&it->fx, request, &len);
    return body && len == it->size && memcmp(body, pattern, len) == 0;
}

TEST(body_of_any_size_is_sent_whole_in_pieces_of_any_size)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"),
                                        AND_CONTAINS("\r\nContent-Type: application/octet-stream\r\n"), SEND(ANSWER_OK),
                                        REPEAT()};
    static const size_t sizes[] = {1, 2, 65535, 65536, 65537, 131071, 131072, 131073, 700000};
    static const size_t eaches[] = {0, 1, 1000, 65535};
    feeder it;
    size_t asked = 0;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    for (size_t i = 0; i < 4 * sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (size_t e = 0; e < sizeof(eaches) / sizeof(eaches[0]); e++) {
            bool is_sized = i & 1;

            it.size = sizes[i / 4];
            it.each = eaches[e];
            it.ends_alone = i & 2;
            if (it.each == 1 && it.size > 70000)
                continue;
            CHECK(feed_whole(&it, PUT(.body = FROM(&it, .read_size = is_sized ? it.size : 0))));
            CHECK_EQ(it.fx.outcome.code, WEFT_OK);
            CHECK(is_sent(&it, asked, is_sized));
            CHECK_EQ(it.fx.outcome.details.reused_connection, asked > 0);
            asked++;
        }
    }
    CHECK(fixture_end(&it.fx));
}

TEST(body_of_nothing_is_sent_as_that)
{
    static const script_step steps[] = {EXPECT("POST /x HTTP/1.1\r\n"), AND_CONTAINS("\r\nContent-Type: text/csv\r\n"),
                                        AND_BODY("0\r\n\r\n"), SEND(ANSWER_OK)};
    feeder it;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    CHECK(feed_whole(
        &it, &(weft_http_request){.method = "POST", .path = "/x", .body = FROM(&it, .content_type = "text/csv")}));
    CHECK_EQ(it.fx.outcome.code, WEFT_OK);
    CHECK_EQ(it.asks, 1);
    CHECK(fixture_end(&it.fx));
}

TEST(what_is_there_goes_out_while_more_is_waited_for)
{
    static const script_step steps[] = {
        EXPECT_RAW("PUT /x HTTP/1.1\r\nHost: "),
        HOLD(),
    };
    feeder it;
    uint64_t sent;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    it.size = 30;
    it.later_at = 10;
    feed(&it, PUT(.body = FROM(&it)), NULL);
    turn_until_given(&it, 10);
    weft_call_details details;
    weft_call_get_details(it.call, &details);
    sent = details.bytes_sent;
    CHECK_EQ(it.asks, 1);
    turn(&it.fx, 20);
    CHECK_EQ(it.asks, 1); /* nobody said that there is more */
    resume(&it, 20);
    CHECK_EQ(it.asks, 1); /* not within that function */
    turn_until_given(&it, 20);
    CHECK_EQ(it.asks, 2);
    weft_call_get_details(it.call, &details);
    CHECK_EQ(details.bytes_sent, sent + strlen("a\r\n0123456789\r\n"));
    weft_call_cancel(it.call);
    CHECK(rig_run(&it.fx.rig));
    CHECK_EQ(it.fx.outcome.code, WEFT_E_CANCELLED);
    CHECK_EQ(it.fx.outcome.outcome, WEFT_OUTCOME_UNKNOWN);
    CHECK(fixture_end(&it.fx));
}

TEST(body_that_comes_bit_by_bit_is_sent_whole)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"), SEND(ANSWER_OK), REPEAT()};
    feeder it;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    for (size_t is_sized = 0; is_sized < 2; is_sized++) {
        it.size = 5000;
        it.later_at = 1;
        feed(&it, PUT(.body = FROM(&it, .read_size = is_sized ? it.size : 0)), NULL);
        for (size_t at = 1; at < it.size; at += 500) {
            turn_until_given(&it, at);
            CHECK_EQ(it.at, at);
            resume(&it, at + 500 < it.size ? at + 500 : 0);
        }
        CHECK(rig_run(&it.fx.rig));
        CHECK_EQ(it.fx.outcome.code, WEFT_OK);
        CHECK(is_sent(&it, is_sized, is_sized));
    }
    CHECK(fixture_end(&it.fx));
}

static void resume_inside(feeder *it, weft_call *call)
{
    if (it->later_at && it->at + 100 < it->size)
        it->later_at = it->at + 100;
    else
        it->later_at = 0;
    weft_call_resume_body(call);
}

TEST(reader_may_say_that_there_is_more_while_it_says_that_there_is_none)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"), SEND(ANSWER_OK)};
    feeder it;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    it.size = 5000;
    it.later_at = 1;
    it.inside = resume_inside;
    CHECK(feed_whole(&it, PUT(.body = FROM(&it))));
    CHECK_EQ(it.fx.outcome.code, WEFT_OK);
    CHECK(is_sent(&it, 0, false));
    CHECK(fixture_end(&it.fx));
}

static unsigned progress_calls;
static uint64_t progress_sent;

static void note_progress(weft_call *call, uint64_t sent, uint64_t sent_total, uint64_t received,
                          uint64_t received_total, void *arg)
{
    (void)call, (void)received, (void)received_total, (void)arg;
    if (sent < progress_sent || sent > 300000 || sent_total != 300000)
        test_fail(__FILE__, __LINE__, "progress of %llu of %llu", (unsigned long long)sent,
                  (unsigned long long)sent_total);
    progress_sent = sent;
    progress_calls++;
}

TEST(progress_counts_the_bytes_that_were_sent)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"), SEND(ANSWER_OK)};
    feeder it;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    it.size = 300000;
    progress_calls = 0;
    progress_sent = 0;
    CHECK(feed_whole(&it, PUT(.body = FROM(&it, .read_size = it.size), .on_progress = note_progress)));
    CHECK_EQ(it.fx.outcome.code, WEFT_OK);
    CHECK_EQ(progress_sent, 300000);
    CHECK(progress_calls > 4);
    CHECK(fixture_end(&it.fx));
}

/* ---- the length that was said ---------------------------------------------------------------------------------- */

TEST(body_of_another_length_than_was_said_is_never_taken_for_whole)
{
    static const struct wrong {
        size_t size, said;
        bool ends_alone;
        const char *words;
    } wrongs[] = {
        {5, 6, false, "the body ended after 5 of the 6 bytes that were said"},
        {5, 6, true, "the body ended after 5 of the 6 bytes that were said"},
        {0, 6, false, "the body ended after 0 of the 6 bytes that were said"},
        {6, 5, false, "the body is longer than the 5 bytes that were said"},
        {70000, 65536, true, "the body is longer than the 65536 bytes that were said"},
        {70000, 70001, false, "the body ended after 70000 of the 70001 bytes that were said"},
        {200000, 131072, false, "the body is longer than the 131072 bytes that were said"},
    };

    for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
        static const script_step steps[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), HOLD()};
        feeder it;

        CHECK(feeder_open(&it, NULL));
        fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
        it.size = wrongs[i].size;
        it.ends_alone = wrongs[i].ends_alone;
        CHECK(feed_whole(&it, PUT(.body = FROM(&it, .read_size = wrongs[i].said, .rewind = go_back))));
        CHECK_EQ(it.fx.outcome.code, WEFT_E_BODY);
        CHECK_CONTAINS(it.fx.outcome.message, wrongs[i].words);
        CHECK_EQ(it.fx.outcome.outcome, WEFT_OUTCOME_UNKNOWN);
        CHECK_EQ(it.fx.outcome.details.attempts, 1);
        CHECK_EQ(fault_server_request_count(it.fx.rig.server), 0);
        CHECK(fixture_end(&it.fx));
    }
}

TEST(last_bytes_wait_until_they_are_said_to_be_the_last)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"), SEND(ANSWER_OK)};
    feeder it;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    it.size = it.later_at = 10;
    feed(&it, PUT(.body = FROM(&it, .read_size = 10)), NULL);
    turn_until_given(&it, 10);
    turn(&it.fx, 20);
    CHECK_EQ(fault_server_request_count(it.fx.rig.server), 0);
    resume(&it, 0);
    CHECK(rig_run(&it.fx.rig));
    CHECK_EQ(it.fx.outcome.code, WEFT_OK);
    CHECK(is_sent(&it, 0, true));
    CHECK(fixture_end(&it.fx));
}

static weft_body_next lie(weft_call *call, weft_body_room *room, void *arg)
{
    (void)call, (void)arg;
    room->len = room->size + 1;
    return WEFT_BODY_NEXT_MORE;
}

TEST(more_bytes_than_there_was_room_for_end_the_call)
{
    static const script_step steps[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), HOLD()};
    feeder it;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    CHECK(feed_whole(&it, PUT(.body.read = lie)));
    CHECK_EQ(it.fx.outcome.code, WEFT_E_BODY);
    CHECK(fixture_end(&it.fx));
}

/* ---- a server that does not read ------------------------------------------------------------------------------- */

/* Turns until nobody asks any more. */
static void turn_until_quiet(feeder *it)
{
    for (unsigned quiet = 0, asks = 0; quiet < 200; quiet++) {
        turn(&it->fx, 1);
        if (it->asks != asks)
            quiet = 0;
        asks = it->asks;
    }
}

TEST(server_that_does_not_read_is_not_read_for)
{
    static const script_step steps[] = {READ_SLOW(1), HOLD()};
    feeder it;
    size_t given;

    for (size_t is_sized = 0; is_sized < 2; is_sized++) {
        CHECK(feeder_open(&it, NULL));
        fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
        it.size = SIZE_MAX / 2;
        it.each = 65536;
        feed(&it, PUT(.body = FROM(&it, .read_size = is_sized ? it.size : 0)), NULL);
        CHECK_UNTIL(&it.fx.rig.loop, it.asks > 0);
        turn_until_quiet(&it);
        given = it.at;
        turn_until_quiet(&it);
        CHECK_EQ(it.at, given);
        CHECK(given <= rig_stats(&it.fx.rig).bytes_sent + 65536);
        weft_call_cancel(it.call);
        CHECK(rig_run(&it.fx.rig));
        CHECK_EQ(it.fx.outcome.code, WEFT_E_CANCELLED);
        CHECK(fixture_end(&it.fx));
    }
}

/* ---- deadlines ------------------------------------------------------------------------------------------------- */

static void on_time(void *arg)
{
    resume(arg, 0);
}

TEST(server_is_not_silent_while_the_caller_has_nothing_to_give)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"), SEND(ANSWER_OK), REPEAT()};
    feeder it;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    for (size_t is_sized = 0; is_sized < 2; is_sized++) {
        it.size = 20;
        it.later_at = is_sized ? 20 : 10;
        feed(&it, PUT(.body = FROM(&it, .read_size = is_sized ? it.size : 0)),
             &(weft_call_options){.timeouts = {.idle_ms = 10, .first_byte_ms = 5000}});
        rig_later(&it.fx.rig, 100, on_time, &it);
        CHECK(rig_run(&it.fx.rig));
        CHECK_EQ(it.fx.outcome.code, WEFT_OK);
    }
    CHECK(fixture_end(&it.fx));
}

TEST(total_deadline_ends_a_call_whose_caller_has_nothing_to_give)
{
    static const script_step steps[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), HOLD()};
    feeder it;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    it.size = 20;
    it.later_at = 10;
    feed(&it, PUT(.body = FROM(&it)), &(weft_call_options){.timeouts = {.idle_ms = 10, .total_ms = 60}});
    CHECK(rig_run(&it.fx.rig));
    CHECK_EQ(it.fx.outcome.code, WEFT_E_TIMEOUT_TOTAL);
    CHECK(fixture_end(&it.fx));
}

TEST(server_that_takes_nothing_of_what_there_is_is_silent)
{
    static const script_step steps[] = {HOLD()};
    feeder it;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    it.size = sizeof(pattern);
    feed(&it, PUT(.body = FROM(&it)), &(weft_call_options){.timeouts = {.idle_ms = 50}});
    CHECK(rig_run(&it.fx.rig));
    CHECK_EQ(it.fx.outcome.code, WEFT_E_TIMEOUT_IDLE);
    CHECK(fixture_end(&it.fx));
}

/* ---- another attempt ------------------------------------------------------------------------------------------- */

TEST(body_is_rewound_for_another_attempt)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"), SEND(BUSY), EXPECT("PUT /x HTTP/1.1\r\n"),
                                        SEND(ANSWER_OK), REPEAT()};
    feeder it;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    for (size_t is_sized = 0; is_sized < 2; is_sized++) {
        it.size = 200000;
        CHECK(feed_whole(&it, PUT(.body = FROM(&it, .rewind = go_back, .read_size = is_sized ? it.size : 0))));
        CHECK_EQ(it.fx.outcome.code, WEFT_OK);
        CHECK_EQ(it.fx.outcome.details.attempts, 2);
        CHECK_EQ(it.rewinds, 1);
        CHECK(is_sent(&it, 2 * is_sized, is_sized));
        CHECK(is_sent(&it, 2 * is_sized + 1, is_sized));
    }
    CHECK(fixture_end(&it.fx));
}

TEST(body_is_rewound_where_it_stood_when_its_connection_was_lost)
{
    static const script_step lost[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), WAIT(), RESET()};
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"), SEND(ANSWER_OK)};
    feeder it;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(lost), 1);
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    it.size = 2000;
    it.later_at = 1000;
    feed(&it, PUT(.repeatable = true, .body = FROM(&it, .rewind = go_back)), NULL);
    turn_until_given(&it, 1000);
    CHECK_UNTIL(&it.fx.rig.loop, fault_server_waiting_count(it.fx.rig.server) > 0);
    it.later_at = 0;
    fault_server_release(it.fx.rig.server);
    CHECK(rig_run(&it.fx.rig));
    CHECK_EQ(it.fx.outcome.code, WEFT_OK);
    CHECK_EQ(it.rewinds, 1);
    CHECK(is_sent(&it, 0, false));
    CHECK(fixture_end(&it.fx));
}

TEST(body_without_a_rewind_is_sent_once)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"), SEND(BUSY), EXPECT_NOTHING_MORE()};
    feeder it;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    it.size = 2000;
    CHECK(feed_whole(&it, PUT(.repeatable = true, .body = FROM(&it))));
    CHECK_EQ(it.fx.outcome.code, WEFT_E_UNAVAILABLE);
    CHECK_EQ(it.fx.outcome.outcome, WEFT_OUTCOME_NOT_ACTED_ON);
    CHECK_EQ(it.fx.outcome.details.attempts, 1);
    CHECK(fixture_end(&it.fx));
}

TEST(body_that_cannot_be_rewound_ends_the_call_before_anything_is_sent_again)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"), SEND(BUSY), EXPECT_CLOSE()};
    feeder it;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    it.size = 2000;
    it.cannot_rewind = true;
    CHECK(feed_whole(&it, PUT(.body = FROM(&it, .rewind = go_back))));
    CHECK_EQ(it.fx.outcome.code, WEFT_E_BODY);
    CHECK_CONTAINS(it.fx.outcome.message, "the body could not be rewound for another attempt");
    CHECK_EQ(it.rewinds, 1);
    CHECK(fixture_end(&it.fx));
}

TEST(nothing_is_rewound_where_nothing_was_taken)
{
    static const script_step early[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), WAIT(), SEND(BUSY)};
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"), SEND(ANSWER_OK)};
    feeder it;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(early), 1);
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    it.size = 2000;
    it.has_nothing = true;
    feed(&it, PUT(.body = FROM(&it)), NULL);
    CHECK_UNTIL(&it.fx.rig.loop, fault_server_waiting_count(it.fx.rig.server) > 0 && it.asks > 0);
    it.has_nothing = false;
    fault_server_release(it.fx.rig.server);
    CHECK(rig_run(&it.fx.rig));
    CHECK_EQ(it.fx.outcome.code, WEFT_OK);
    CHECK_EQ(it.fx.outcome.details.attempts, 2);
    CHECK(is_sent(&it, 0, false));
    CHECK(fixture_end(&it.fx));
}

/* ---- other ends ------------------------------------------------------------------------------------------------ */

TEST(reader_that_fails_ends_the_call_with_its_reason)
{
    static const struct failure {
        size_t at, said;
        const char *problem, *words;
    } failures[] = {
        {1, 0, "the camera is gone", "the body could not be read: the camera is gone"},
        {100000, 200000, "the camera\nis gone", "the body could not be read: the camera is gone"},
        {1, 0, NULL, "the body could not be read: no reason was given"},
    };

    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        static const script_step steps[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), HOLD()};
        feeder it;

        CHECK(feeder_open(&it, NULL));
        fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
        it.size = 200000;
        it.each = 1000;
        it.fails_at = failures[i].at;
        it.problem = failures[i].problem;
        CHECK(feed_whole(&it,
                         PUT(.repeatable = true, .body = FROM(&it, .rewind = go_back, .read_size = failures[i].said))));
        CHECK_EQ(it.fx.outcome.code, WEFT_E_BODY);
        CHECK_CONTAINS(it.fx.outcome.message, failures[i].words);
        CHECK_EQ(it.fx.outcome.details.attempts, 1);
        CHECK_EQ(fault_server_request_count(it.fx.rig.server), 0);
        CHECK(fixture_end(&it.fx));
    }
}

static void cancel_inside(feeder *it, weft_call *call)
{
    (void)it;
    weft_call_cancel(call);
}

static void close_inside(feeder *it, weft_call *call)
{
    (void)call;
    weft_engine_close(it->fx.rig.engine, rig_engine_closed, &it->fx.rig);
}

TEST(call_ended_by_its_reader_asks_it_no_more)
{
    static const script_step steps[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), HOLD()};
    static const size_t places[] = {0, 1000, 65536, 199000};

    for (size_t i = 0; i < 2 * sizeof(places) / sizeof(places[0]); i++) {
        feeder it;

        CHECK(feeder_open(&it, NULL));
        fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
        it.size = 200000;
        it.each = 1000;
        it.inside = i & 1 ? close_inside : cancel_inside;
        it.inside_at = places[i / 2];
        feed(&it, PUT(.body = FROM(&it, .read_size = i & 2 ? it.size : 0)), NULL);
        CHECK(rig_run(&it.fx.rig));
        CHECK_EQ(it.fx.outcome.count, 1);
        CHECK_EQ(it.fx.outcome.code, i & 1 ? WEFT_E_CLOSED : WEFT_E_CANCELLED);
        CHECK_EQ(it.asks, places[i / 2] / 1000 + 1 + (places[i / 2] % 1000 > 0));
        CHECK(fixture_end(&it.fx));
    }
}

static bool cancel_in_rewind(weft_call *call, void *arg)
{
    (void)arg;
    weft_call_cancel(call);
    return true;
}

TEST(call_cancelled_by_its_rewind_sends_nothing_more)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"), SEND(BUSY), EXPECT_CLOSE()};
    feeder it;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    it.size = 2000;
    CHECK(feed_whole(&it, PUT(.body = FROM(&it, .rewind = cancel_in_rewind))));
    CHECK_EQ(it.fx.outcome.code, WEFT_E_CANCELLED);
    CHECK(fixture_end(&it.fx));
}

TEST(call_cancelled_at_any_turn_of_the_loop_ends_once)
{
    static const script_step steps[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), HOLD()};

    for (unsigned turns = 0; turns < 30; turns++) {
        feeder it;

        CHECK(feeder_open(&it, NULL));
        fault_server_play(it.fx.rig.server, SCRIPT(steps), 0);
        it.size = sizeof(pattern);
        it.later_at = turns & 1 ? 150000 : 0;
        feed(&it, PUT(.body = FROM(&it)), NULL);
        turn(&it.fx, turns);
        weft_call_cancel(it.call);
        CHECK(rig_run(&it.fx.rig));
        CHECK_EQ(it.fx.outcome.count, 1);
        CHECK_EQ(it.fx.outcome.code, WEFT_E_CANCELLED);
        CHECK(fixture_end(&it.fx));
    }
}

TEST(answer_ahead_of_the_bodys_end_ends_the_call_and_the_asking)
{
    static const script_step steps[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), WAIT(),
                                        SEND("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n")};
    feeder it;
    unsigned asks;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    it.size = 2000;
    it.later_at = 1000;
    feed(&it, PUT(.body = FROM(&it)), NULL);
    turn_until_given(&it, 1000);
    asks = it.asks;
    CHECK_UNTIL(&it.fx.rig.loop, fault_server_waiting_count(it.fx.rig.server) > 0);
    fault_server_release(it.fx.rig.server);
    CHECK(rig_run(&it.fx.rig));
    CHECK_EQ(it.fx.outcome.code, WEFT_E_REQUEST_FAILED);
    CHECK_EQ(it.fx.outcome.status, 413);
    CHECK_EQ(it.asks, asks);
    CHECK(fixture_end(&it.fx));
}

TEST(server_that_goes_while_the_caller_has_nothing_ends_the_call)
{
    static const script_step steps[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), WAIT(), CLOSE()};
    feeder it;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    it.size = 2000;
    it.later_at = 1000;
    feed(&it, PUT(.body = FROM(&it)), NULL);
    turn_until_given(&it, 1000);
    CHECK_UNTIL(&it.fx.rig.loop, fault_server_waiting_count(it.fx.rig.server) > 0);
    fault_server_release(it.fx.rig.server);
    CHECK(rig_run(&it.fx.rig));
    CHECK_EQ(it.fx.outcome.code, WEFT_E_CONNECTION_LOST);
    CHECK_CONTAINS(it.fx.outcome.message, "the server closed the connection while the request was sent");
    CHECK_EQ(it.fx.outcome.outcome, WEFT_OUTCOME_UNKNOWN);
    CHECK(fixture_end(&it.fx));
}

TEST(resuming_at_any_time_does_no_harm)
{
    static const script_step steps[] = {EXPECT("PUT /x HTTP/1.1\r\n"), SEND(ANSWER_OK)};
    feeder it;
    weft_call *kept;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    it.size = 200000;
    feed(&it, PUT(.body = FROM(&it)), NULL);
    kept = weft_call_ref(it.call);
    for (int i = 0; i < 50; i++) {
        weft_call_resume_body(kept);
        turn(&it.fx, 1);
    }
    CHECK(rig_run(&it.fx.rig));
    weft_call_resume_body(kept);
    weft_call_resume_body(NULL);
    weft_call_unref(kept);
    CHECK_EQ(it.fx.outcome.code, WEFT_OK);
    CHECK(is_sent(&it, 0, false));
    CHECK(fixture_end(&it.fx));
}

TEST(body_from_a_function_is_refused_beside_another_and_its_parts_without_it)
{
    static const weft_body wrongs[] = {
        {.read = give, .json = "{}"},
        {.read = give, .bytes = "", .bytes_len = 0},
        {.read = give, .file_path = "/x"},
        {.rewind = go_back},
        {.read_size = 5},
        {.read = give, .content_type = "a\r\nb"},
    };

    for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++)
        CHECK(fixture_refuses(PUT(.body = wrongs[i]), NULL, "body"));
}

/* ---- streams, and TLS ------------------------------------------------------------------------------------------ */

static void on_stream_end(weft_stream *stream, const weft_error *error, void *arg)
{
    feeder *it = arg;

    (void)stream;
    it->fx.outcome.count++;
    it->fx.outcome.code = error ? error->code : WEFT_OK;
}

TEST(stream_is_asked_for_with_a_body_from_a_function)
{
    static const script_step steps[] = {EXPECT("POST /x HTTP/1.1\r\n"), SEND(ANSWER_EVENTS "data: a\n\n"), CLOSE()};
    const weft_stream_callbacks callbacks = {.on_end = on_stream_end};
    feeder it;
    weft_stream *stream;

    CHECK(feeder_open(&it, NULL));
    fault_server_play(it.fx.rig.server, SCRIPT(steps), 1);
    it.size = 100000;
    it.later_at = 1000;
    it.in_submit = true;
    stream = weft_http_stream(it.fx.rig.client, &(weft_http_request){.method = "POST", .path = "/x", .body = FROM(&it)},
                              &(weft_http_stream_options){.close_is_done = true}, NULL, &callbacks, &it);
    it.in_submit = false;
    it.call = weft_stream_get_call(stream);
    turn_until_given(&it, 1000);
    resume(&it, 0);
    CHECK(rig_run(&it.fx.rig));
    CHECK_EQ(it.fx.outcome.count, 1);
    CHECK_EQ(it.fx.outcome.code, WEFT_OK);
    CHECK(is_sent(&it, 0, false));
    CHECK(fixture_end(&it.fx));
}

TEST(body_from_a_function_is_sealed_whole_when_the_server_reads_late)
{
    static const tls_server_options options = {.manner = TLS_READS_LATER};
    weft_tls_options trusting = {.ca_file = tls_file("ca.pem")};
    tls_server *server = tls_server_start(&options);
    uint64_t sum = 0;
    feeder it;

    CHECK(server);
    CHECK(feeder_open(&it, NULL));
    it.fx.rig.client = rig_client(
        &it.fx.rig, &(weft_client_options){.base_url = tls_server_url(server, "localhost"), .tls = &trusting});
    CHECK(it.fx.rig.client);
    it.size = sizeof(pattern);
    for (size_t i = 0; i < it.size; i++)
        sum += (uint64_t)(i + 1) * (unsigned char)pattern[i];
    feed(&it, PUT(.body = FROM(&it, .read_size = it.size)), NULL);
    CHECK_UNTIL(&it.fx.rig.loop, it.asks > 0);
    turn_until_quiet(&it);
    tls_server_read_on(server);
    CHECK(rig_run(&it.fx.rig));
    CHECK_EQ(it.fx.outcome.code, WEFT_OK);
    CHECK_EQ(tls_server_last_sum(server), sum);
    CHECK(fixture_end(&it.fx));
    tls_server_stop(server);
}

TEST(every_failing_allocation_of_a_body_from_a_function_ends_in_an_outcome)
{
    static const script_step steps[] = {EXPECT_RAW("PUT /x HTTP/1.1\r\n"), SEND(ANSWER_OK)};
    bool succeeded = false;

    for (unsigned long n = 1; n < 200 && !succeeded; n++) {
        feeder it;

        CHECK(feeder_open(&it, &(weft_client_options){.retries.max_retries = WEFT_NO_RETRIES}));
        fault_server_play(it.fx.rig.server, SCRIPT(steps), 0);
        it.size = 100000;
        it.fx.rig.memory.fail_at = atomic_load(&it.fx.rig.memory.count) + n;
        feed(&it, PUT(.body = FROM(&it)), NULL);
        CHECK(rig_run(&it.fx.rig));
        CHECK_EQ(it.fx.outcome.count, it.call ? 1 : 0);
        succeeded =
            it.fx.outcome.code == WEFT_OK && it.call && atomic_load(&it.fx.rig.memory.count) < it.fx.rig.memory.fail_at;
        it.fx.rig.memory.fail_at = 0;
        CHECK(fixture_end(&it.fx));
    }
    CHECK(succeeded);
}
