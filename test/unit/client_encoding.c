/* Answers that come compressed: decoded within limits, or refused. */
#include "http_fixture.h"

#ifdef WEFT_HAVE_ZLIB

#include <zlib.h>

#define GET(...) (&(weft_http_request){.method = "GET", .path = "/x", __VA_ARGS__})

/* Appends `bytes` as a gzip member. */
static void append_member(char *to, size_t size, size_t *len, const void *bytes, size_t bytes_len)
{
    z_stream stream = {0};

    deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = (Bytef *)(uintptr_t)bytes;
    stream.avail_in = (unsigned)bytes_len;
    stream.next_out = (Bytef *)to + *len;
    stream.avail_out = (unsigned)(size - *len);
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
        test_fail(__FILE__, __LINE__, "no room for what was compressed");
    *len += stream.total_out;
    deflateEnd(&stream);
}

/* An answer of the test's own: a head, and a compressed body. */
typedef struct answer {
    char body[256 * 1024];
    size_t body_len;
    char bytes[300 * 1024];
    size_t len;
} answer;

static answer made; /* too large for a stack */

/* `made` becomes a 200 with `bytes`, compressed. */
static void make_answer(const char *encoding, const void *bytes, size_t len)
{
    made.body_len = 0;
    append_member(made.body, sizeof(made.body), &made.body_len, bytes, len);
    made.len = (size_t)snprintf(made.bytes, sizeof(made.bytes),
                                "HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %zu\r\n\r\n", encoding,
                                made.body_len);
    memcpy(made.bytes + made.len, made.body, made.body_len);
    made.len += made.body_len;
}

/* The same with a body that the test has put together. */
static void make_answer_of_body(void)
{
    made.len =
        (size_t)snprintf(made.bytes, sizeof(made.bytes),
                         "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", made.body_len);
    memcpy(made.bytes + made.len, made.body, made.body_len);
    made.len += made.body_len;
}

/* Asks for what was made. */
static bool get_made(fixture *fx, const weft_client_options *client, const weft_http_request *request)
{
    const script_step steps[] = {EXPECT("GET /x"), AND_CONTAINS("\r\nAccept-Encoding: gzip\r\n"),
                                 SEND_DATA(made.bytes, made.len), EXPECT_CLOSE()};
    bool ok = ASK(fx, client, steps, request);

    return fixture_end(fx) && ok;
}

TEST(gzip_answer_is_asked_for_and_decoded)
{
    fixture fx;

    make_answer("gzip", "hello, hello, hello", 19);
    CHECK(get_made(&fx, NULL, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_STR(fx.outcome.text, "hello, hello, hello");
    CHECK_EQ(fx.body_size, 19);
    make_answer("x-GZIP", "old", 3);
    CHECK(get_made(&fx, NULL, GET()));
    CHECK_STR(fx.outcome.text, "old");
}

TEST(gzip_answer_that_comes_byte_by_byte_is_decoded)
{
    script_step steps[] = {EXPECT("GET /x"), SEND_DATA(made.bytes, 0)};
    fixture fx;

    make_answer("gzip", "hello", 5);
    steps[1].op = SCRIPT_SEND_BYTEWISE;
    steps[1].len = made.len;
    CHECK(ASK(&fx, NULL, steps, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_STR(fx.outcome.text, "hello");
    CHECK(fixture_end(&fx));
}

TEST(gzip_members_that_follow_each_other_are_one_body)
{
    fixture fx;

    made.body_len = 0;
    append_member(made.body, sizeof(made.body), &made.body_len, "one, ", 5);
    append_member(made.body, sizeof(made.body), &made.body_len, "", 0);
    append_member(made.body, sizeof(made.body), &made.body_len, "two", 3);
    make_answer_of_body();
    CHECK(get_made(&fx, NULL, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_STR(fx.outcome.text, "one, two");
}

TEST(gzip_answer_without_a_body_is_empty)
{
    fixture fx;

    made.body_len = 0;
    make_answer_of_body();
    CHECK(get_made(&fx, NULL, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.body_size, 0);
}

TEST(gzip_answer_that_is_cut_off_or_damaged_is_an_error)
{
    fixture fx;

    make_answer("gzip", "hello, hello", 12);
    for (size_t cut = made.body_len - 1; cut > 0; cut -= 4) {
        made.body_len = cut;
        make_answer_of_body();
        CHECK(get_made(&fx, NULL, GET()));
        CHECK_EQ(fx.outcome.code, WEFT_E_ENCODING);
        CHECK_CONTAINS(fx.outcome.message, "cut off");
        if (cut < 5)
            break;
    }
    make_answer("gzip", "hello, hello", 12);
    made.body[made.body_len - 6] ^= 1; /* of its checksum */
    make_answer_of_body();
    CHECK(get_made(&fx, NULL, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_E_ENCODING);
    CHECK_CONTAINS(fx.outcome.message, "broken");
    strcpy(made.body, "\x01not gzip, and no text");
    made.body_len = 22;
    make_answer_of_body();
    CHECK(get_made(&fx, NULL, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_E_ENCODING);
    CHECK_CONTAINS(fx.outcome.message, "broken");
}

TEST(encoding_that_was_not_asked_for_is_refused)
{
    static const char *const encodings[] = {"br", "deflate", "gzip, gzip", "zstd", "compress"};
    fixture fx;

    for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
        make_answer(encodings[i], "hello", 5);
        CHECK(get_made(&fx, NULL, GET()));
        CHECK_EQ(fx.outcome.code, WEFT_E_ENCODING);
        CHECK_CONTAINS(fx.outcome.message, encodings[i]);
    }
}

/* `made` becomes a 200 that says `encoding` of bytes that are as they are. */
static void make_plain_answer(const char *encoding, const void *bytes, size_t len)
{
    made.len =
        (size_t)snprintf(made.bytes, sizeof(made.bytes),
                         "HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %zu\r\n\r\n", encoding, len);
    memcpy(made.bytes + made.len, bytes, len);
    made.len += len;
}

static const char *const words[] = {"Identity", "none",        "8bit",           "7bit",       "binary",     "utf-8",
                                    "UTF8",     "aws-chunked", "identity, none", "br",         "gzip, gzip", "gzip",
                                    "zstd",     "compress",    "x-gzip",         "\"quoted\"", "plain"};

TEST(plain_bytes_are_read_whatever_word_stands_over_them)
{
    static const char text[] =
        "{\"text\":\"caf\xc3\xa9 \xe2\x82\xac\",\t\"more\":\"0123456789012345678901234567890123456789\"}\r\n";
    fixture fx;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        make_plain_answer(words[i], text, sizeof(text) - 1);
        CHECK(get_made(&fx, NULL, GET()));
        CHECK_EQ(fx.outcome.code, WEFT_OK);
        CHECK_STR(fx.outcome.text, text);
    }
}

TEST(plain_bytes_under_a_word_may_come_one_by_one)
{
    static const char text[] = "\xef\xbb\xbf{\"text\":\"caf\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"}";
    script_step steps[] = {EXPECT("GET /x"), SEND_DATA(made.bytes, 0)};
    fixture fx;

    make_plain_answer("br", text, sizeof(text) - 1);
    steps[1].op = SCRIPT_SEND_BYTEWISE;
    steps[1].len = made.len;
    CHECK(ASK(&fx, NULL, steps, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_STR(fx.outcome.text, text);
    CHECK(fixture_end(&fx));
}

TEST(words_that_mean_no_encoding_leave_any_bytes_as_they_are)
{
    static const char *const none[] = {"identity", "None", "8BIT", "binary", "utf-8", "aws-chunked", "none, identity"};
    static const char bytes[] = "\x1f\x8b\x08\0\x89PNG\r\n\x1a\n\xff";
    fixture fx;

    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        make_plain_answer(none[i], bytes, sizeof(bytes) - 1);
        CHECK(get_made(&fx, NULL, GET()));
        CHECK_EQ(fx.outcome.code, WEFT_OK);
        CHECK_EQ(fx.body_size, sizeof(bytes) - 1);
    }
}

TEST(gzip_beside_a_word_that_means_no_encoding_is_decoded)
{
    fixture fx;

    make_answer("identity, gzip", "hello", 5);
    CHECK(get_made(&fx, NULL, GET()));
    CHECK_STR(fx.outcome.text, "hello");
    make_answer("aws-chunked,GZIP", "hello", 5);
    CHECK(get_made(&fx, NULL, GET()));
    CHECK_STR(fx.outcome.text, "hello");
}

TEST(bytes_that_stop_being_text_under_a_foreign_word_are_an_encoding_error)
{
    static const char bytes[] = "ok, so far: \x8b\x02\x80";
    script_step steps[] = {EXPECT("GET /x"), SEND_DATA(made.bytes, 0), EXPECT_CLOSE()};
    fixture fx;

    make_plain_answer("br", bytes, sizeof(bytes) - 1);
    steps[1].op = SCRIPT_SEND_BYTEWISE;
    steps[1].len = made.len;
    CHECK(ASK(&fx, NULL, steps, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_E_ENCODING);
    CHECK_CONTAINS(fx.outcome.message, "Content-Encoding br, which was not asked for");
    CHECK(fixture_end(&fx));
}

TEST(answer_without_a_body_has_no_encoding_whatever_it_says)
{
    static const char *const heads[] = {
        "HTTP/1.1 204 No Content\r\nContent-Encoding: br\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 205 Reset\r\nContent-Encoding: zstd\r\nContent-Length: 0\r\n\r\n",
    };
    static const char *const encodings[] = {"br", "gzip", "zstd"};
    script_step steps[] = {EXPECT("GET /x"), SEND_DATA(made.bytes, 0)};
    script_step head_steps[] = {EXPECT("HEAD /x"), SEND_DATA(made.bytes, 0)};
    fixture fx;

    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        steps[1] = (script_step)SEND_DATA(heads[i], strlen(heads[i]));
        CHECK(ASK(&fx, NULL, steps, GET()));
        CHECK_EQ(fx.outcome.code, WEFT_OK);
        CHECK_EQ(fx.body_size, 0);
        CHECK(fixture_end(&fx));
    }
    for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
        made.len =
            (size_t)snprintf(made.bytes, sizeof(made.bytes),
                             "HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: 99\r\n\r\n", encodings[i]);
        head_steps[1].len = made.len;
        CHECK(ASK(&fx, NULL, head_steps, (&(weft_http_request){.method = "HEAD", .path = "/x"})));
        CHECK_EQ(fx.outcome.code, WEFT_OK);
        CHECK(fixture_end(&fx));
    }
}

TEST(error_answer_that_is_plain_under_a_foreign_word_has_its_words)
{
    static const char text[] = "{\"error\":\"no such x\"}";
    fixture fx;

    make_plain_answer("br", text, sizeof(text) - 1);
    memcpy(made.bytes, "HTTP/1.1 404 No", 15);
    CHECK(get_made(&fx, NULL, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_E_NOT_FOUND);
    CHECK_CONTAINS(fx.outcome.message, ": 404 Not Found: no such x");
    CHECK_EQ(fx.outcome.body_len, sizeof(text) - 1);
}

TEST(gzip_answer_beyond_the_limit_of_its_size_is_too_large)
{
    char *text = malloc(100000);
    fixture fx;

    for (int i = 0; i < 100000; i++)
        text[i] = (char)('a' + (unsigned)i * 7919u % 23);
    make_answer("gzip", text, 100000);
    CHECK(made.body_len < 99999);
    CHECK(get_made(&fx, &(weft_client_options){.max_body_bytes = 99999}, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_E_TOO_LARGE);
    CHECK(get_made(&fx, &(weft_client_options){.max_body_bytes = 100000}, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.body_size, 100000);
    free(text);
}

enum { BOMB_BYTES = 16 * 1024 * 1024, SMALL_BOMB_BYTES = 512 * 1024 };

TEST(gzip_answer_that_expands_beyond_measure_is_an_error)
{
    char *zeros = calloc(1, BOMB_BYTES);
    fixture fx;

    make_answer("gzip", zeros, BOMB_BYTES);
    CHECK(get_made(&fx, NULL, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_E_ENCODING);
    CHECK_CONTAINS(fx.outcome.message, "beyond all measure");
    CHECK(get_made(&fx, NULL, GET(.save_to = "/tmp/weft-http-bomb")));
    CHECK_EQ(fx.outcome.code, WEFT_E_ENCODING);
    CHECK(access("/tmp/weft-http-bomb", F_OK) != 0);
    /* A short one is no bomb. */
    make_answer("gzip", zeros, SMALL_BOMB_BYTES);
    CHECK(get_made(&fx, NULL, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.body_size, SMALL_BOMB_BYTES);
    free(zeros);
}

TEST(gzip_bomb_in_many_members_is_an_error)
{
    char *zeros = calloc(1, SMALL_BOMB_BYTES);
    fixture fx;

    made.body_len = 0;
    for (int i = 0; i < 32; i++)
        append_member(made.body, sizeof(made.body), &made.body_len, zeros, SMALL_BOMB_BYTES);
    make_answer_of_body();
    CHECK(get_made(&fx, NULL, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_E_ENCODING);
    CHECK_CONTAINS(fx.outcome.message, "beyond all measure");
    free(zeros);
}

TEST(gzip_error_answer_has_its_words)
{
    script_step steps[] = {EXPECT("GET /x"), SEND_DATA(made.bytes, 0)};
    fixture fx;

    make_answer("gzip", "{\"error\":\"no such x\"}", 21);
    memcpy(made.bytes, "HTTP/1.1 404 No", 15);
    steps[1].len = made.len;
    CHECK(ASK(&fx, NULL, steps, GET(.save_to = "/tmp/weft-http-none")));
    CHECK_EQ(fx.outcome.code, WEFT_E_NOT_FOUND);
    CHECK_CONTAINS(fx.outcome.message, "no such x");
    CHECK(fixture_end(&fx));
}

/* The answer that was made, with another status line of the same length. */
static void make_status(const char *line)
{
    memcpy(made.bytes, line, strlen(line));
}

TEST(error_answer_in_an_encoding_that_was_not_asked_for_keeps_its_status)
{
    static const struct {
        const char *line;
        weft_code code;
        const char *message;
    } cases[] = {
        {"HTTP/1.1 500 No", WEFT_E_SERVER_ERROR,
         ": 500 Internal Server Error: its body could not be read (Content-Encoding: br)"},
        {"HTTP/1.1 404 No", WEFT_E_NOT_FOUND, ": 404 Not Found: its body could not be read (Content-Encoding: br)"},
    };
    fixture fx;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        make_answer("br", "\x0b\x02\x80", 3);
        make_status(cases[i].line);
        CHECK(get_made(&fx, NULL, GET()));
        CHECK_EQ(fx.outcome.code, cases[i].code);
        CHECK_CONTAINS(fx.outcome.message, cases[i].message);
        CHECK_EQ(fx.outcome.body_len, 0);
    }
}

TEST(error_answer_whose_gzip_is_broken_or_cut_off_keeps_its_status)
{
    fixture fx;

    made.body_len = 0;
    append_member(made.body, sizeof(made.body), &made.body_len, "{\"error\":\"no\"}", 14);
    made.body[made.body_len - 6] ^= 1; /* of its checksum */
    make_answer_of_body();
    make_status("HTTP/1.1 500 No");
    CHECK(get_made(&fx, NULL, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_E_SERVER_ERROR);
    CHECK_CONTAINS(fx.outcome.message,
                   "500 Internal Server Error: its body could not be read (Content-Encoding: gzip)");
    made.body_len -= 5;
    make_answer_of_body();
    make_status("HTTP/1.1 401 No");
    CHECK(get_made(&fx, NULL, GET(.save_to = "/tmp/weft-http-none")));
    CHECK_EQ(fx.outcome.code, WEFT_E_UNAUTHORIZED);
    CHECK_CONTAINS(fx.outcome.message, "its body could not be read");
}

TEST(error_answer_that_cannot_be_read_is_asked_for_again_like_any_other)
{
    static const script_step steps[] = {
        EXPECT("GET /metrics"),
        SEND("HTTP/1.1 503 No\r\nRetry-After: 0\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\n\x0b\x02\x80"),
        EXPECT("GET /metrics"), SEND(ANSWER_OK)};
    call_outcome outcome = {0};
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &outcome);
    CHECK(rig_run(&rig));
    CHECK_EQ(outcome.code, WEFT_OK);
    CHECK_STR(outcome.text, "ok");
    CHECK(rig_end(&rig));
}

TEST(error_answer_that_cannot_be_read_is_not_read_for_ever)
{
    static const script_step steps[] = {EXPECT("GET /metrics"),
                                        SEND("HTTP/1.1 400 No\r\nContent-Encoding: br\r\n\r\n\x0b\x02\x80"
                                             "3456789"),
                                        EXPECT_CLOSE()};
    call_outcome outcome = {0};
    client_rig rig;

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.max_body_bytes = 5}));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &outcome);
    CHECK(rig_run(&rig));
    CHECK_EQ(outcome.code, WEFT_E_BAD_REQUEST);
    CHECK(rig_end(&rig));
}

TEST(gzip_answer_that_is_lost_half_way_is_decoded_anew)
{
    script_step half[] = {EXPECT("GET /x"), SEND_DATA(made.bytes, 0), CLOSE()};
    script_step whole[] = {EXPECT("GET /x"), SEND_DATA(made.bytes, 0)};
    fixture fx;

    make_answer("gzip", "hello, hello", 12);
    half[1].len = made.len - 5;
    whole[1].len = made.len;
    CHECK(fixture_open(&fx, &(weft_client_options){.retries.first_backoff_ms = 1}));
    fault_server_play(fx.rig.server, SCRIPT(half), 1);
    fault_server_play(fx.rig.server, SCRIPT(whole), 1);
    CHECK(fixture_ask(&fx, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_STR(fx.outcome.text, "hello, hello");
    CHECK(fixture_end(&fx));
}

/* What on_data got, of bytes that go 0, 1, 2, ... modulo 251. */
typedef struct taken {
    size_t bytes;
    size_t wrong;
    bool paused;
    bool done;
    weft_code code;
} taken;

static void take_and_pause(weft_call *call, const void *bytes, size_t len, void *arg)
{
    taken *got = arg;

    for (size_t i = 0; i < len; i++)
        got->wrong += ((const unsigned char *)bytes)[i] != (got->bytes + i) % 251;
    got->bytes += len;
    got->paused = true;
    weft_call_pause(call);
}

static void report_taken(weft_call *call, const weft_error *error, const weft_http_response *result, void *arg)
{
    taken *got = arg;

    (void)call;
    (void)result;
    got->done = true;
    got->code = error ? error->code : WEFT_OK;
}

TEST(gzip_answer_paused_at_each_piece_loses_nothing)
{
    enum { BYTES = 700 * 1024 };
    unsigned char *text = malloc(BYTES);
    script_step steps[] = {EXPECT("GET /x"), SEND_DATA(made.bytes, 0)};
    taken got = {0};
    weft_call *call;
    fixture fx;

    for (int i = 0; i < BYTES; i++)
        text[i] = (unsigned char)(i % 251);
    make_answer("gzip", text, BYTES);
    steps[1].len = made.len;
    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    call = weft_http_send(fx.rig.client, GET(.on_data = take_and_pause), NULL, report_taken, &got);
    for (unsigned turns = 0; test_loop_wait(&fx.rig.loop, got.done, &turns);) {
        if (got.paused) {
            got.paused = false;
            weft_call_resume(call);
        }
    }
    CHECK(got.done);
    CHECK_EQ(got.code, WEFT_OK);
    CHECK_EQ(got.bytes, BYTES);
    CHECK_EQ(got.wrong, 0);
    CHECK(fixture_end(&fx));
    free(text);
}

TEST(stream_asks_for_no_encoding_and_refuses_one)
{
    static const script_step steps[] = {
        EXPECT("GET /run/stream"), AND_CONTAINS("\r\nAccept-Encoding: identity\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08"),
        EXPECT_CLOSE()};
    stream_log heard = {0};
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    rig_stream(&rig, &heard, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(heard.ends, 1);
    CHECK_EQ(heard.code, WEFT_E_ENCODING);
    CHECK_CONTAINS(heard.message, "Content-Encoding gzip, which was not asked for");
    CHECK(rig_end(&rig));
}

TEST(stream_whose_events_are_plain_is_read_whatever_word_stands_over_them)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        script_step steps[] = {EXPECT("GET /run/stream"), SEND_DATA(made.bytes, 0), CLOSE()};
        stream_log heard = {0};
        client_rig rig;

        made.len = (size_t)snprintf(made.bytes, sizeof(made.bytes),
                                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: %s\r\n\r\n"
                                    "data: \x1b[1mone\x1b[0m\n\nevent: done\ndata: {}\n\n",
                                    words[i]);
        steps[1].len = made.len;
        CHECK(rig_open(&rig, NULL, NULL));
        fault_server_play(rig.server, SCRIPT(steps), 1);
        rig_stream(&rig, &heard, NULL);
        CHECK(rig_run(&rig));
        CHECK_EQ(heard.code, WEFT_OK);
        CHECK_STR(heard.text, ":\x1b[1mone\x1b[0m|done:{}|");
        CHECK(rig_end(&rig));
    }
}

/* What is told apart is only how a stream begins: its output may hold anything later. */
TEST(stream_under_a_foreign_word_may_hold_any_bytes_once_it_is_known_to_be_plain)
{
    static const script_step steps[] = {
        EXPECT("GET /run/stream"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: br\r\n\r\n"),
        SEND("data: 0123456789012345678901234567890123456789012345678901234567890123456789\n\n"),
        SEND("data: \x01\xff\n\nevent: done\ndata: {}\n\n"), CLOSE()};
    stream_log heard = {0};
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    rig_stream(&rig, &heard, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(heard.code, WEFT_OK);
    CHECK_EQ(heard.events, 3);
    CHECK(rig_end(&rig));
}

TEST(stream_that_is_answered_with_an_encoded_error_keeps_its_status)
{
    static const script_step steps[] = {
        EXPECT("GET /run/stream"),
        SEND("HTTP/1.1 401 No\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08")};
    stream_log heard = {0};
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    rig_stream(&rig, &heard, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(heard.ends, 1);
    CHECK_EQ(heard.code, WEFT_E_UNAUTHORIZED);
    CHECK_CONTAINS(heard.message, ": its body could not be read (Content-Encoding: gzip)");
    CHECK(rig_end(&rig));
}

TEST(every_failing_allocation_of_a_gzip_answer_ends_in_an_outcome)
{
    script_step steps[] = {EXPECT("GET /x"), SEND_DATA(made.bytes, 0), REPEAT()};
    bool succeeded = false;

    make_answer("gzip", "hello, hello", 12);
    steps[1].len = made.len;
    for (unsigned long n = 1; n < 200 && !succeeded; n++) {
        fixture fx;

        CHECK(fixture_open(&fx, &(weft_client_options){.retries.max_retries = WEFT_NO_RETRIES}));
        fault_server_play(fx.rig.server, SCRIPT(steps), 0);
        fx.rig.memory.fail_at = atomic_load(&fx.rig.memory.count) + n;
        fixture_send(&fx, GET());
        CHECK(rig_run(&fx.rig));
        succeeded = fx.outcome.count == 1 && fx.outcome.code == WEFT_OK &&
                    atomic_load(&fx.rig.memory.count) < fx.rig.memory.fail_at;
        fx.rig.memory.fail_at = 0;
        CHECK(fixture_end(&fx));
    }
    CHECK(succeeded);
}

#else

TEST(nothing_compressed_is_asked_for_by_a_build_that_cannot_read_it)
{
    /* Without the header, any coding would be welcome. */
    static const script_step steps[] = {EXPECT("GET /x"), AND_CONTAINS("Accept-Encoding: identity\r\n"),
                                        SEND(ANSWER_OK)};
    fixture fx;

    CHECK(ASK(&fx, NULL, steps, (&(weft_http_request){.method = "GET", .path = "/x"})));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fixture_end(&fx));
}

TEST(answer_that_is_compressed_is_decoded)
{
    SKIP("built without zlib");
}

#endif
