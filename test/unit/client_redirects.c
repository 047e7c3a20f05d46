/* Redirects: where a request goes on, what goes along, and where it stops. */
#include "closed_port.h"
#include "http_fixture.h"
#include "tls_server.h"

#define GET(...) (&(weft_http_request){.method = "GET", .path = "/a", __VA_ARGS__})
#define FOUND(where) "HTTP/1.1 302 Found\r\nLocation: " where "\r\nContent-Length: 3\r\n\r\nno!"

/* Two servers on one loop. The steps of the second, and where the first sends its clients, are made at run time. */
typedef struct two_servers {
    fixture fx; /* its server sends clients on */
    fault_server *other;
    char to_other[256]; /* the first server's answers */
    char back[256];     /* the second's */
} two_servers;

static bool two_servers_open(two_servers *two, const weft_client_options *client)
{
    if (!fixture_open(&two->fx, client))
        return false;
    two->other = fault_server_start(&two->fx.rig.loop, NULL);
    if (!two->other)
        return false;
    snprintf(two->to_other, sizeof(two->to_other), FOUND("%s/b?sig=1"), fault_server_url(two->other));
    snprintf(two->back, sizeof(two->back), FOUND("%s/c"), fault_server_url(two->fx.rig.server));
    return true;
}

static bool two_servers_end(two_servers *two)
{
    bool ok = fault_server_stop(two->other);

    return fixture_end(&two->fx) && ok;
}

TEST(redirect_is_followed_with_all_that_the_request_said)
{
    static const script_step steps[] = {
        EXPECT("GET /a?q=1 HTTP/1.1\r\n"),        SEND(FOUND("/b?r=2#part")),
        EXPECT("GET /b?r=2 HTTP/1.1\r\n"),        AND_CONTAINS("\r\nAuthorization: Bearer tok\r\n"),
        AND_CONTAINS("\r\nAccept: text/csv\r\n"), AND_CONTAINS("\r\nX-Client: one\r\n"),
        AND_CONTAINS("\r\nX-Call: two\r\n"),      SEND(ANSWER_OK),
    };
    const weft_pair headers[] = {{"X-Client", "one"}}, call_headers[] = {{"X-Call", "two"}}, query[] = {{"q", "1"}};
    fixture fx;

    CHECK(fixture_open(&fx, &(weft_client_options){.token = "tok", .headers = headers, .headers_count = 1}));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    weft_http_send(fx.rig.client, GET(.accept = "text/csv", .query = query, .query_count = 1),
                   &(weft_call_options){.headers = call_headers, .headers_count = 1}, fixture_report, &fx);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_STR(fx.outcome.text, "ok");
    CHECK_EQ(fx.body_size, 2);
    CHECK(fixture_end(&fx));
}

TEST(redirect_of_every_kind_is_followed_for_head_too)
{
    static const script_step steps[] = {
        EXPECT("HEAD /a "),   SEND("HTTP/1.1 301 Moved\r\nLocation: b\r\nContent-Length: 9\r\n\r\n"),
        EXPECT("HEAD /b "),   SEND("HTTP/1.1 303 See\r\nLocation: ./c\r\n\r\n"),
        EXPECT("HEAD /c "),   SEND("HTTP/1.1 307 T\r\nLocation: ?d\r\n\r\n"),
        EXPECT("HEAD /c?d "), SEND("HTTP/1.1 308 P\r\nLocation: /e\r\n\r\n"),
        EXPECT("HEAD /e "),   SEND("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"),
    };
    fixture fx;

    CHECK(ASK(&fx, NULL, steps, &((weft_http_request){.method = "HEAD", .path = "/a"})));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.outcome.details.attempts, 1);
    CHECK(fixture_end(&fx));
}

TEST(redirect_of_what_may_have_acted_is_an_error)
{
    static const script_step steps[] = {EXPECT("POST /a "), SEND(FOUND("/b")), EXPECT_NOTHING_MORE()};
    fixture fx;

    CHECK(ASK(&fx, NULL, steps, &((weft_http_request){.method = "POST", .path = "/a", .repeatable = true})));
    CHECK_EQ(fx.outcome.code, WEFT_E_REQUEST_FAILED);
    CHECK_EQ(fx.outcome.status, 302);
    CHECK(fixture_end(&fx));
}

TEST(redirect_of_a_get_with_a_body_takes_the_body_nowhere)
{
    static const script_step steps[] = {EXPECT("GET /a "), AND_BODY("abc"), SEND(FOUND("/b")), EXPECT_NOTHING_MORE()};
    fixture fx;

    CHECK(ASK(&fx, NULL, steps, GET(.body = {.bytes = "abc", .bytes_len = 3})));
    CHECK_EQ(fx.outcome.status, 302);
    CHECK_EQ(fx.outcome.code, WEFT_E_REQUEST_FAILED);
    CHECK(fixture_end(&fx));

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&fx, GET(.body.file_path = fixture_write(&fx, "f", "abc", 3))));
    CHECK_EQ(fx.outcome.status, 302);
    CHECK_EQ(fx.outcome.code, WEFT_E_REQUEST_FAILED);
    CHECK(fixture_end(&fx));
}

TEST(redirect_to_another_origin_gets_no_credentials_and_none_of_the_headers)
{
    two_servers two = {0};
    const script_step first[] = {EXPECT("GET /a "), AND_CONTAINS("Bearer tok"), AND_CONTAINS("X-Call: two"),
                                 SEND_DATA(two.to_other, strlen(two.to_other))};
    static const script_step second[] = {EXPECT("GET /b?sig=1 HTTP/1.1\r\n"),
                                         AND_LACKS("Authorization"),
                                         AND_LACKS("X-Client"),
                                         AND_LACKS("X-Call"),
                                         AND_LACKS("tok"),
                                         AND_CONTAINS("Accept: text/csv\r\n"),
                                         SEND(ANSWER_OK)};
    const weft_pair headers[] = {{"X-Client", "one"}}, call_headers[] = {{"X-Call", "two"}};
    script_step steps[4];

    CHECK(two_servers_open(&two, &(weft_client_options){.token = "tok", .headers = headers, .headers_count = 1}));
    memcpy(steps, first, sizeof(steps));
    steps[3].len = strlen(two.to_other);
    fault_server_play(two.fx.rig.server, SCRIPT(steps), 1);
    fault_server_play(two.other, SCRIPT(second), 1);
    weft_http_send(two.fx.rig.client, GET(.accept = "text/csv"),
                   &(weft_call_options){.headers = call_headers, .headers_count = 1}, fixture_report, &two.fx);
    CHECK(rig_run(&two.fx.rig));
    CHECK_EQ(two.fx.outcome.code, WEFT_OK);
    CHECK(two_servers_end(&two));
}

TEST(redirect_back_from_another_origin_gets_no_credentials_either)
{
    two_servers two = {0};
    script_step first[] = {EXPECT("GET /a "), SEND_DATA(two.to_other, 0)};
    script_step second[] = {EXPECT("GET /b"), AND_LACKS("tok"), SEND_DATA(two.back, 0)};
    static const script_step third[] = {EXPECT("GET /c "), AND_LACKS("Authorization"), AND_LACKS("tok"),
                                        SEND(ANSWER_OK)};
    script_step both[5];

    CHECK(two_servers_open(&two, &(weft_client_options){.token = "tok"}));
    first[1].len = strlen(two.to_other);
    second[2].len = strlen(two.back);
    memcpy(both, first, sizeof(first));
    memcpy(both + 2, third, 3 * sizeof(third[0]));
    both[4] = third[3];
    both[3] = third[2];
    fault_server_play(two.fx.rig.server, (fault_script){both, 5}, 0);
    fault_server_play(two.other, SCRIPT(second), 1);
    CHECK(fixture_ask(&two.fx, GET()));
    CHECK_EQ(two.fx.outcome.code, WEFT_OK);
    CHECK(two_servers_end(&two));
}

/* Nothing but the call knew of the other server; its address is told after the engine has forgotten it. */
TEST(peer_is_the_last_one_that_was_reached_after_redirects_to_where_nobody_listens)
{
    two_servers two = {0};
    script_step first[] = {EXPECT("GET /a "), SEND_DATA(two.to_other, 0)};
    script_step second[] = {EXPECT("GET /b"), SEND_DATA(two.back, 0)};
    weft_call_details details;
    weft_call *call;

    CHECK(two_servers_open(&two, &(weft_client_options){.retries.max_retries = WEFT_NO_RETRIES}));
    snprintf(two.back, sizeof(two.back), FOUND("http://127.0.0.1:%u/c"), (unsigned)closed_port());
    first[1].len = strlen(two.to_other);
    second[1].len = strlen(two.back);
    fault_server_play(two.fx.rig.server, SCRIPT(first), 1);
    fault_server_play(two.other, SCRIPT(second), 1);
    fixture_send(&two.fx, GET());
    call = weft_call_ref(two.fx.call);
    CHECK(rig_run(&two.fx.rig));
    CHECK_EQ(two.fx.outcome.code, WEFT_E_CONNECT);
    weft_call_get_details(call, &details);
    CHECK(details.peer[0] != '\0');
    CHECK(strstr(fault_server_url(two.other), details.peer));
    weft_call_unref(call);
    CHECK(two_servers_end(&two));
}

TEST(redirect_of_an_anonymous_request_stays_anonymous)
{
    static const script_step steps[] = {
        EXPECT("GET /a "), AND_LACKS("tok"), SEND(FOUND("/b")), EXPECT("GET /b "), AND_LACKS("tok"), SEND(ANSWER_OK),
    };
    fixture fx;

    CHECK(ASK(&fx, &((weft_client_options){.token = "tok"}), steps, GET(.anonymous = true)));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fixture_end(&fx));
}

/* Follows one answer, and finds what became of it. */
static bool ends_with(const char *answer, const char *words)
{
    const script_step steps[] = {EXPECT("GET /a "), SEND_DATA(answer, strlen(answer)), EXPECT_NOTHING_MORE()};
    fixture fx;
    bool ok;

    if (!ASK(&fx, &((weft_client_options){.token = "tok", .max_body_bytes = 100}), steps, GET()))
        return false;
    ok = fx.outcome.code == WEFT_E_REDIRECT && strstr(fx.outcome.message, words);
    if (!ok)
        test_fail(__FILE__, __LINE__, "code %d, \"%s\", expected it to contain \"%s\"", fx.outcome.code,
                  fx.outcome.message, words);
    return fixture_end(&fx) && ok;
}

TEST(redirect_that_leads_nowhere_is_an_error)
{
    CHECK(ends_with("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "302 without a Location header"));
    CHECK(ends_with(FOUND("ftp://x/"), "leads nowhere"));
    CHECK(ends_with(FOUND("file:///etc/passwd"), "leads nowhere"));
    CHECK(ends_with(FOUND("javascript:alert(1)"), "leads nowhere"));
    CHECK(ends_with(FOUND("http://user:pass@x/"), "leads nowhere"));
    CHECK(ends_with(FOUND("http:///x"), "leads nowhere"));
    CHECK(ends_with(FOUND("/b c"), "leads nowhere"));
    CHECK(ends_with(FOUND("/b%zz"), "leads nowhere"));
}

TEST(redirect_to_a_unix_socket_of_this_machine_is_an_error)
{
    CHECK(ends_with(FOUND("unix:/run/docker.sock"), "leads nowhere"));
    CHECK(ends_with(FOUND("http+unix://%2Frun%2Fdocker.sock/info"), "leads nowhere"));
}

/* "Not ready yet, look here again." */
TEST(redirect_to_itself_is_followed)
{
    static const script_step steps[] = {EXPECT("GET /a HTTP/1.1"), SEND(FOUND("/a")),         EXPECT("GET /a HTTP/1.1"),
                                        SEND(FOUND("#x")),         EXPECT("GET /a HTTP/1.1"), SEND(ANSWER_OK)};
    fixture fx;

    CHECK(ASK(&fx, NULL, steps, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_STR(fx.outcome.text, "ok");
    CHECK(fixture_end(&fx));
}

TEST(redirect_to_itself_without_end_is_refused_by_its_count)
{
    static const script_step steps[] = {EXPECT("GET /a"), SEND(FOUND("/a?k=1")), REPEAT()};
    fixture fx;

    CHECK(ASK(&fx, NULL, steps, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_E_REDIRECT);
    CHECK_CONTAINS(fx.outcome.message, "more than 10 redirects; the last one leads to http://127.0.0.1:");
    CHECK_CONTAINS(fx.outcome.message, "/a?...");
    CHECK_EQ(fault_server_request_count(fx.rig.server), 11);
    CHECK(fixture_end(&fx));
}

TEST(redirect_is_followed_when_it_says)
{
    static const script_step steps[] = {
        EXPECT("GET /a "),
        SEND("HTTP/1.1 303 See Other\r\nLocation: /a\r\nRetry-After-Ms: 30\r\nContent-Length: 0\r\n\r\n"),
        EXPECT("GET /a "), SEND(ANSWER_OK)};
    uint64_t started = rig_now_ms();
    fixture fx;

    CHECK(ASK(&fx, NULL, steps, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fx.outcome.at_ms - started >= 30);
    CHECK(fixture_end(&fx));
}

TEST(redirect_that_asks_for_too_long_a_wait_is_an_error)
{
    CHECK(ends_with("HTTP/1.1 303 See Other\r\nLocation: /b\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n",
                    "/b asks to wait for 3600000 ms, which is more than 60000"));
}

TEST(redirect_of_a_post_names_where_it_leads_but_neither_query_nor_user)
{
    static const script_step steps[] = {
        EXPECT("POST /a "),
        SEND("HTTP/1.1 307 Temporary Redirect\r\nLocation: /a/?sig=secret\r\nContent-Length: 2\r\n\r\nno"),
        EXPECT("POST /a "),
        SEND("HTTP/1.1 308 x\r\nLocation: https://user:secret@h.test/b\r\nContent-Length: 0\r\n\r\n")};
    weft_http_request post = {.method = "POST", .path = "/a"};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&fx, &post));
    CHECK_EQ(fx.outcome.status, 307);
    CHECK_CONTAINS(fx.outcome.message, "307 Temporary Redirect: it leads to http://127.0.0.1:");
    CHECK_CONTAINS(fx.outcome.message, "/a/?..., where no POST is sent by itself");
    CHECK(!strstr(fx.outcome.message, "secret"));
    CHECK(fixture_ask(&fx, &post));
    CHECK_EQ(fx.outcome.status, 308);
    CHECK_CONTAINS(fx.outcome.message, "it leads nowhere: ");
    CHECK(!strstr(fx.outcome.message, "secret"));
    CHECK(fixture_end(&fx));
}

#define ROUND EXPECT("GET /a "), SEND(FOUND("/b")), EXPECT("GET /b "), SEND(FOUND("/a"))

TEST(redirects_in_a_circle_are_too_many)
{
    static const script_step steps[] = {
        ROUND, ROUND, ROUND, ROUND, ROUND, EXPECT("GET /a "), SEND(FOUND("/b")), EXPECT_NOTHING_MORE()};
    fixture fx;

    CHECK(ASK(&fx, NULL, steps, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_E_REDIRECT);
    CHECK_CONTAINS(fx.outcome.message, "more than 10 redirects");
    CHECK_EQ(fx.outcome.details.attempts, 1);
    CHECK(fixture_end(&fx));
}

TEST(redirect_with_an_endless_body_is_too_large)
{
    static const script_step steps[] = {
        EXPECT("GET /a "),
        SEND("HTTP/1.1 302 Found\r\nLocation: /b\r\nTransfer-Encoding: chunked\r\n\r\n"
             "28\r\n0123456789012345678901234567890123456789\r\n"
             "28\r\n0123456789012345678901234567890123456789\r\n"
             "28\r\n0123456789012345678901234567890123456789\r\n"),
        EXPECT_CLOSE(),
    };
    fixture fx;

    CHECK(ASK(&fx, &((weft_client_options){.max_body_bytes = 100}), steps, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_E_TOO_LARGE);
    CHECK(fixture_end(&fx));
}

/* The limit is for what a body holds, not for all that has come so far. */
TEST(redirects_with_small_bodies_are_followed_within_a_small_limit)
{
    static const script_step steps[] = {EXPECT("GET /a "), SEND(FOUND("/b")), EXPECT("GET /b "),
                                        SEND(FOUND("/c")), EXPECT("GET /c "), SEND(ANSWER_OK)};
    fixture fx;

    CHECK(ASK(&fx, &((weft_client_options){.max_body_bytes = 4}), steps, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_STR(fx.outcome.text, "ok");
    CHECK(fixture_end(&fx));
}

TEST(redirect_from_https_to_http_is_an_error)
{
    static const tls_server_options options = {.manner = TLS_ANSWERS, .redirects_to = "http://127.0.0.1:1/x"};
    weft_tls_options trusting = {.ca_file = tls_file("ca.pem")};
    tls_server *server = tls_server_start(&options);
    fixture fx;

    CHECK(server);
    CHECK(fixture_open(&fx, NULL));
    fx.rig.client = rig_client(
        &fx.rig,
        &(weft_client_options){.base_url = tls_server_url(server, "localhost"), .token = "tok", .tls = &trusting});
    CHECK(fx.rig.client);
    CHECK(fixture_ask(&fx, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_E_REDIRECT);
    CHECK_CONTAINS(fx.outcome.message, "from https to http");
    CHECK(fixture_end(&fx));
    tls_server_stop(server);
}

TEST(redirect_is_retried_at_its_new_place)
{
    static const script_step steps[] = {
        EXPECT("GET /a "), SEND(FOUND("/b")),
        EXPECT("GET /b "), SEND("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"),
        EXPECT("GET /b "), SEND(ANSWER_OK)};
    fixture fx;

    CHECK(ASK(&fx, NULL, steps, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fixture_end(&fx));
}

TEST(redirected_answer_is_saved)
{
    static const script_step steps[] = {EXPECT("GET /a "), SEND(FOUND("/b")), EXPECT("GET /b "), SEND(ANSWER_OK)};
    size_t len;
    char *text;
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&fx, GET(.save_to = fixture_path(&fx, "x"))));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    text = test_read_file(fixture_path(&fx, "x"), &len);
    CHECK_STR(text, "ok");
    free(text);
    CHECK(fixture_end(&fx));
}

/* The request hook runs for each step of the way. */
typedef struct hook_log {
    unsigned count;
    unsigned cancel_at;
} hook_log;

static void note_request(weft_call *call, weft_request *request, void *arg)
{
    hook_log *log = arg;

    if (++log->count == log->cancel_at)
        weft_call_cancel(call);
    weft_request_set_header(request, "X-Signed", weft_request_get_target(request).ptr[1] == 'a' ? "a" : "b");
}

TEST(hook_sees_each_step_of_a_redirect_and_may_end_it)
{
    static const script_step steps[] = {EXPECT("GET /a "), AND_CONTAINS("X-Signed: a\r\n"), SEND(FOUND("/b")),
                                        EXPECT("GET /b "), AND_CONTAINS("X-Signed: b\r\n"), AND_LACKS("X-Signed: a"),
                                        SEND(ANSWER_OK)};
    static const script_step once[] = {EXPECT("GET /a "), SEND(FOUND("/b")), EXPECT_NOTHING_MORE()};
    hook_log log = {0}, cancelling = {.cancel_at = 2};
    fixture fx;

    CHECK(ASK(&fx, &((weft_client_options){.on_request = note_request, .hook_arg = &log}), steps, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(log.count, 2);
    CHECK(fixture_end(&fx));
    CHECK(ASK(&fx, &((weft_client_options){.on_request = note_request, .hook_arg = &cancelling}), once, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_E_CANCELLED);
    CHECK(fixture_end(&fx));
}

TEST(every_failing_allocation_of_a_redirect_ends_in_an_outcome)
{
    two_servers two = {0};
    script_step first[] = {EXPECT("GET /a "), SEND_DATA(two.to_other, 0), REPEAT()};
    static const script_step second[] = {EXPECT("GET /b"), SEND(ANSWER_OK), REPEAT()};
    bool succeeded = false;

    for (unsigned long n = 1; n < 200 && !succeeded; n++) {
        CHECK(two_servers_open(&two, &(weft_client_options){.token = "tok", .retries.max_retries = WEFT_NO_RETRIES}));
        first[1].len = strlen(two.to_other);
        fault_server_play(two.fx.rig.server, SCRIPT(first), 0);
        fault_server_play(two.other, SCRIPT(second), 0);
        two.fx.rig.memory.fail_at = atomic_load(&two.fx.rig.memory.count) + n;
        fixture_send(&two.fx, GET());
        CHECK(rig_run(&two.fx.rig));
        succeeded = two.fx.outcome.count == 1 && two.fx.outcome.code == WEFT_OK &&
                    atomic_load(&two.fx.rig.memory.count) < two.fx.rig.memory.fail_at;
        two.fx.rig.memory.fail_at = 0;
        CHECK(two_servers_end(&two));
    }
    CHECK(succeeded);
}

/* ---- pauses ------------------------------------------------------------------------------------------------------ */

#define PAUSE "HTTP/1.1 429 Slow Down\r\nRetry-After: 50\r\nContent-Length: 0\r\n\r\n"

/* Gets `url`, or the path /a, without another attempt, and without waiting long for a pause to end. */
static void get_once(two_servers *two, const char *url, call_outcome *outcome)
{
    weft_call_options once = {.max_retries = WEFT_NO_RETRIES, .timeouts.queue_ms = 20};
    weft_http_request request = {.method = "GET", .url = url, .path = url ? NULL : "/a"};

    weft_http_send(two->fx.rig.client, &request, &once, on_http_outcome, outcome);
}

TEST(a_pause_that_another_host_asks_for_holds_back_what_goes_there_only)
{
    static const script_step pauses[] = {EXPECT("GET /b"), SEND(PAUSE)};
    static const script_step answers[] = {EXPECT("GET /a"), SEND(ANSWER_OK)};
    two_servers two;
    call_outcome asked = {0}, own = {0}, again = {0};
    char url[256];

    CHECK(two_servers_open(&two, NULL));
    snprintf(url, sizeof(url), "%s/b", fault_server_url(two.other));
    fault_server_play(two.other, SCRIPT(pauses), 1);
    fault_server_play(two.fx.rig.server, SCRIPT(answers), 1);
    get_once(&two, url, &asked);
    CHECK(rig_run(&two.fx.rig));
    CHECK_EQ(asked.code, WEFT_E_RATE_LIMITED);
    get_once(&two, NULL, &own);
    get_once(&two, url, &again);
    CHECK(rig_run(&two.fx.rig));
    CHECK_EQ(own.code, WEFT_OK);
    CHECK_EQ(again.code, WEFT_E_TIMEOUT_QUEUE);
    CHECK_CONTAINS(again.message, "the pause that the server asked for did not end within 20 ms");
    CHECK(two_servers_end(&two));
}

TEST(a_pause_that_the_service_asks_for_does_not_hold_back_what_goes_elsewhere)
{
    static const script_step pauses[] = {EXPECT("GET /a"), SEND(PAUSE)};
    static const script_step answers[] = {EXPECT("GET /b"), SEND(ANSWER_OK)};
    two_servers two;
    call_outcome asked = {0}, other = {0}, again = {0};
    char url[256];

    CHECK(two_servers_open(&two, NULL));
    snprintf(url, sizeof(url), "%s/b", fault_server_url(two.other));
    fault_server_play(two.fx.rig.server, SCRIPT(pauses), 1);
    fault_server_play(two.other, SCRIPT(answers), 1);
    get_once(&two, NULL, &asked);
    CHECK(rig_run(&two.fx.rig));
    get_once(&two, url, &other);
    get_once(&two, NULL, &again);
    CHECK(rig_run(&two.fx.rig));
    CHECK_EQ(asked.code, WEFT_E_RATE_LIMITED);
    CHECK_EQ(other.code, WEFT_OK);
    CHECK_EQ(again.code, WEFT_E_TIMEOUT_QUEUE);
    CHECK(two_servers_end(&two));
}

TEST(a_pause_asked_for_behind_a_redirect_is_of_the_place_that_it_leads_to)
{
    static const script_step pauses[] = {EXPECT("GET /b?sig=1"), SEND(PAUSE)};
    two_servers two;
    call_outcome asked = {0}, own = {0};

    CHECK(two_servers_open(&two, NULL));
    {
        const script_step leads[] = {EXPECT("GET /a"), SEND_DATA(two.to_other, strlen(two.to_other)), EXPECT("GET /a"),
                                     SEND(ANSWER_OK)};

        fault_server_play(two.fx.rig.server, SCRIPT(leads), 1);
        fault_server_play(two.other, SCRIPT(pauses), 1);
        get_once(&two, NULL, &asked);
        CHECK(rig_run(&two.fx.rig));
        CHECK_EQ(asked.code, WEFT_E_RATE_LIMITED);
        get_once(&two, NULL, &own);
        CHECK(rig_run(&two.fx.rig));
        CHECK_EQ(own.code, WEFT_OK);
        CHECK(two_servers_end(&two));
    }
}

/* ---- whether and how often, by request ------------------------------------------------------------------------- */

static char location[128];

static void keep_location(call_outcome *outcome, weft_call *call)
{
    weft_str value = weft_call_get_header(call, "location");

    (void)outcome;
    snprintf(location, sizeof(location), "%s", value.ptr ? value.ptr : "none");
}

static bool ask_for_redirects(fixture *fx, const weft_http_request *request)
{
    memset(&fx->outcome, 0, sizeof(fx->outcome));
    fx->outcome.then = keep_location;
    strcpy(location, "not asked");
    weft_http_send(fx->rig.client, request, NULL, fixture_report, fx);
    return rig_run(&fx->rig) && fx->outcome.count == 1;
}

TEST(redirect_is_the_result_of_a_request_that_follows_none)
{
    static const char *const methods[] = {"GET", "HEAD", "POST"};
    static const script_step steps[] = {
        EXPECT(" /a HTTP/1.1\r\n"),
        SEND("HTTP/1.1 302 Found\r\nLocation: /b?sig=1\r\nContent-Length: 0\r\n\r\n"),
        EXPECT_NOTHING_MORE(),
    };

    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        fixture fx;

        CHECK(fixture_open(&fx, NULL));
        fault_server_play(fx.rig.server, SCRIPT(steps), 1);
        CHECK(ask_for_redirects(
            &fx, &(weft_http_request){.method = methods[i], .path = "/a", .max_redirects = WEFT_NO_REDIRECTS}));
        CHECK_EQ(fx.outcome.code, WEFT_OK);
        CHECK_EQ(fx.outcome.details.http_status, 302);
        CHECK_EQ(fx.body_size, 0);
        CHECK_STR(location, "/b?sig=1");
        CHECK(fixture_end(&fx));
    }
}

TEST(answer_not_modified_is_the_result_of_a_request_that_follows_no_redirect)
{
    static const script_step steps[] = {
        EXPECT("GET /a HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nIf-None-Match: \"v1\"\r\n"),
        SEND("HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n"),
        EXPECT("GET /a HTTP/1.1\r\n"),
        SEND("HTTP/1.1 304 Not Modified\r\n\r\n"),
    };
    const weft_pair headers[] = {{"If-None-Match", "\"v1\""}};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    weft_http_send(fx.rig.client, GET(.max_redirects = WEFT_NO_REDIRECTS),
                   &(weft_call_options){.headers = headers, .headers_count = 1}, fixture_report, &fx);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.outcome.details.http_status, 304);
    CHECK(fixture_ask(&fx, GET()));
    CHECK_EQ(fx.outcome.code, WEFT_E_REQUEST_FAILED);
    CHECK(fixture_end(&fx));
}

static void count_pieces(weft_call *call, const void *bytes, size_t len, void *arg)
{
    (void)call;
    (void)bytes;
    (void)len;
    ((fixture *)arg)->outcome.order++;
}

TEST(body_of_a_redirect_that_is_the_result_is_neither_saved_nor_handed_over)
{
    static const script_step steps[] = {EXPECT("GET /a HTTP/1.1\r\n"), SEND(FOUND("/b")), EXPECT("GET /a HTTP/1.1\r\n"),
                                        SEND(FOUND("/b"))};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(ask_for_redirects(&fx, GET(.max_redirects = WEFT_NO_REDIRECTS, .save_to = fixture_path(&fx, "saved"))));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_STR(fx.outcome.text, "no!");
    CHECK_EQ(fixture_files(&fx, false), 0);
    CHECK(ask_for_redirects(&fx, GET(.max_redirects = WEFT_NO_REDIRECTS, .on_data = count_pieces)));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_STR(fx.outcome.text, "no!");
    CHECK(!fx.body_is_null);
    CHECK(fixture_end(&fx));
}

TEST(redirects_are_followed_as_often_as_the_request_allows)
{
    static const script_step steps[] = {
        EXPECT("GET /a HTTP/1.1\r\n"), SEND(FOUND("/b")), EXPECT("GET /b HTTP/1.1\r\n"), SEND(FOUND("/c")),
        EXPECT("GET /a HTTP/1.1\r\n"), SEND(FOUND("/b")), EXPECT("GET /b HTTP/1.1\r\n"), SEND(ANSWER_OK),
    };
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(ask_for_redirects(&fx, GET(.max_redirects = 1)));
    CHECK_EQ(fx.outcome.code, WEFT_E_REDIRECT);
    CHECK_CONTAINS(fx.outcome.message, "more than 1 redirect; the last one leads to ");
    CHECK_STR(location, "/c");
    CHECK(ask_for_redirects(&fx, GET(.max_redirects = 1)));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fixture_end(&fx));
}

TEST(redirect_that_is_not_followed_tells_its_location)
{
    static const script_step steps[] = {EXPECT("POST /a HTTP/1.1\r\n"), SEND(FOUND("/b?sig=1"))};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(ask_for_redirects(&fx, &(weft_http_request){.method = "POST", .path = "/a"}));
    CHECK_EQ(fx.outcome.code, WEFT_E_REQUEST_FAILED);
    CHECK_EQ(fx.outcome.status, 302);
    CHECK_STR(location, "/b?sig=1");
    CHECK(fixture_end(&fx));
}
