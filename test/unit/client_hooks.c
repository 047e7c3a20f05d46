/* What hooks see and may change, and what nothing that a caller passes can do to a request. */
#include <stdio.h>
#include <stdlib.h>

#include "client_rig.h"
#include "test.h"

static const script_step answers[] = {EXPECT(" HTTP/1.1"), SEND(ANSWER_OK)};
static const script_step answers_always[] = {EXPECT(" HTTP/1.1"), SEND(ANSWER_OK), REPEAT()};

/* The first request that one GET /metrics makes of a client with `options`; NULL with the test failed. */
static char request_text[65536];

static const char *request_of(const weft_client_options *options, const weft_call_options *call_options,
                              call_outcome *call)
{
    client_rig rig;
    const char *text;

    *request_text = '\0';
    if (!rig_open(&rig, NULL, options))
        return NULL;
    fault_server_play(rig.server, SCRIPT(answers_always), 0);
    weft_stromboli_get_metrics(rig.client, call_options, on_text_outcome, call);
    if (!rig_run(&rig))
        return NULL;
    text = fault_server_request(rig.server, 0, NULL);
    if (text)
        snprintf(request_text, sizeof(request_text), "%s", text);
    return rig_end(&rig) ? request_text : NULL;
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;

    while ((text = strstr(text, part)) != NULL) {
        count++;
        text++;
    }
    return count;
}

/* ---- the request hook -------------------------------------------------------------------------------------------- */

typedef struct hook_notes {
    unsigned count;
    bool ok;
    char method[8];
    char target[64];
    char authorization[64];
    char agent[64];
    weft_call *call;
    const char *set_name;
    const char *set_value;
    bool accepted;
} hook_notes;

static void note_request(weft_call *call, weft_request *request, void *arg)
{
    hook_notes *notes = arg;
    weft_str authorization = weft_request_get_header(request, "AUTHORIZATION");

    notes->count++;
    notes->call = call;
    snprintf(notes->method, sizeof(notes->method), "%s", weft_request_get_method(request));
    snprintf(notes->target, sizeof(notes->target), "%.*s", (int)weft_request_get_target(request).len,
             weft_request_get_target(request).ptr);
    snprintf(notes->authorization, sizeof(notes->authorization), "%s", authorization.ptr ? authorization.ptr : "");
    snprintf(notes->agent, sizeof(notes->agent), "%s", weft_request_get_header(request, "user-agent").ptr);
    if (notes->set_name || notes->set_value)
        notes->accepted = weft_request_set_header(request, notes->set_name, notes->set_value);
}

TEST(request_hook_sees_the_whole_head)
{
    hook_notes notes = {0};
    call_outcome call = {0};

    CHECK(request_of(
        &(weft_client_options){
            .token = "secret", .user_agent = "mine/1", .on_request = note_request, .hook_arg = &notes},
        NULL, &call));
    CHECK_EQ(notes.count, 1);
    CHECK_STR(notes.method, "GET");
    CHECK_STR(notes.target, "/metrics");
    CHECK_STR(notes.authorization, "Bearer secret");
    CHECK_STR(notes.agent, "mine/1");
}

/* Whether the text ends where it says, for all who print it as a string. */
static bool is_terminated(weft_str text)
{
    return text.ptr && strlen(text.ptr) == text.len;
}

static void note_texts(weft_call *call, weft_request *request, void *arg)
{
    static const char *const names[] = {"Host", "User-Agent", "Authorization", "Accept", "Accept-Encoding", "X-Last"};
    unsigned *wrong = arg;

    (void)call;
    *wrong += !is_terminated(weft_request_get_target(request));
    *wrong += strcmp(weft_request_get_target(request).ptr, "/metrics?key=1") != 0;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        *wrong += !is_terminated(weft_request_get_header(request, names[i]));
    weft_request_set_header(request, "X-Set", "value");
    *wrong += !is_terminated(weft_request_get_header(request, "x-set"));
}

TEST(every_text_that_a_request_hook_sees_ends_in_a_nul)
{
    unsigned wrong = 0;
    call_outcome call = {0};

    CHECK(request_of(&(weft_client_options){.token = "secret",
                                            .query = &(weft_pair){"key", "1"},
                                            .query_count = 1,
                                            .on_request = note_texts,
                                            .hook_arg = &wrong},
                     &(weft_call_options){.headers = &(weft_pair){"X-Last", "last"}, .headers_count = 1}, &call));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_EQ(wrong, 0);
}

static void note_answer_texts(call_outcome *outcome, weft_call *call)
{
    unsigned *wrong = outcome->arg;
    weft_str_pair header;
    size_t count = 0;

    for (; weft_call_get_header_at(call, count, &header); count++)
        *wrong += !is_terminated(header.name) || !is_terminated(header.value);
    *wrong += count < 2 || !is_terminated(weft_call_get_header(call, "x-request-id"));
    *wrong += !is_terminated(outcome->details.request_id) || !is_terminated(weft_call_get_body(call));
}

TEST(every_text_of_an_answer_ends_in_a_nul_however_the_body_came)
{
    static const char small[] = "HTTP/1.1 200 OK\r\nX-Request-Id:  r-1 \r\nContent-Length: 2\r\n\r\nok";
    static const char chunks[] = "HTTP/1.1 200 OK\r\nX-Request-Id: r-1\r\nTransfer-Encoding: chunked\r\n\r\n"
                                 "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n";
    static char large[300000];
    size_t head = (size_t)snprintf(large, sizeof(large),
                                   "HTTP/1.1 404 Not Found\r\nX-Request-Id: r-1\r\nContent-Length: %d\r\n\r\n", 200000);
    const script_step steps[] = {EXPECT("GET "), SEND_DATA(small, sizeof(small) - 1),
                                 EXPECT("GET "), SEND_DATA(chunks, sizeof(chunks) - 1),
                                 EXPECT("GET "), SEND_DATA(large, head + 200000)};
    unsigned wrong = 0;
    client_rig rig;

    memset(large + head, 'x', sizeof(large) - head);
    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    for (int i = 0; i < 3; i++) {
        call_outcome call = {.then = note_answer_texts, .arg = &wrong};

        weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
        CHECK(rig_run(&rig));
        CHECK_EQ(call.count, 1);
    }
    CHECK_EQ(wrong, 0);
    CHECK(rig_end(&rig));
}

TEST(request_with_a_hook_that_changes_nothing_is_the_same)
{
    static const weft_pair headers[] = {{"X-One", "1"}, {"X-Empty", ""}};
    hook_notes notes = {0};
    call_outcome call = {0};
    weft_client_options options = {.token = "secret", .headers = headers, .headers_count = 2};
    weft_call_options call_options = {.headers = &(weft_pair){"X-Two", "2"}, .headers_count = 1};
    char *without;
    const char *with, *tail, *tail_without;

    CHECK(request_of(&options, &call_options, &call));
    without = strdup(request_text);
    options.on_request = note_request;
    options.hook_arg = &notes;
    with = request_of(&options, &call_options, &call);
    CHECK(with);
    /* The ports in Host differ. */
    tail = strstr(with, "\r\nUser-Agent");
    tail_without = strstr(without, "\r\nUser-Agent");
    CHECK(tail && tail_without);
    CHECK_STR(tail, tail_without);
    CHECK_CONTAINS(with, "\r\nX-One: 1\r\nX-Empty: \r\n");
    CHECK_CONTAINS(with, "\r\nX-Two: 2\r\n");
    free(without);
}

TEST(request_hook_adds_a_header)
{
    hook_notes notes = {.set_name = "X-Trace", .set_value = "abc"};
    call_outcome call = {0};
    const char *text = request_of(&(weft_client_options){.on_request = note_request, .hook_arg = &notes}, NULL, &call);

    CHECK(notes.accepted);
    CHECK_CONTAINS(text, "\r\nX-Trace: abc\r\n");
    CHECK_EQ(call.code, WEFT_OK);
}

TEST(request_hook_replaces_a_header)
{
    hook_notes notes = {.set_name = "authorization", .set_value = "Signature x"};
    call_outcome call = {0};
    const char *text = request_of(
        &(weft_client_options){.token = "secret", .on_request = note_request, .hook_arg = &notes}, NULL, &call);

    CHECK(notes.accepted);
    CHECK_CONTAINS(text, "\r\nauthorization: Signature x\r\n");
    CHECK(!strstr(text, "secret"));
}

TEST(request_hook_takes_a_header_out)
{
    static hook_notes notes;
    static call_outcome call;
    static const char name[] = "User-Agent";
    const char *text;

    notes = (hook_notes){.set_name = name};
    text = request_of(&(weft_client_options){.on_request = note_request, .hook_arg = &notes}, NULL, &call);
    CHECK(notes.accepted);
    CHECK(!strstr(text, "User-Agent"));
    CHECK_CONTAINS(text, "\r\nHost: ");
}

TEST(request_hook_cannot_inject_or_reframe)
{
    static const weft_pair bad[] = {
        {"X-A", "1\r\nX-B: 2"},
        {"X-A", "1\nX-B: 2"},
        {"X-A", "1\r"},
        {"X-A", "\x7f"},
        {"X A", "1"},
        {"X-A:", "1"},
        {"X-A\r\nX-B", "1"},
        {"", "1"},
        {"Host", "evil"},
        {"content-length", "0"},
        {"Transfer-Encoding", "chunked"},
        {"Connection", "close"},
        {"Expect", "100-continue"},
        {"Upgrade", "h2c"},
        {"Trailer", "X"},
        {"TE", "trailers"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        hook_notes notes = {.set_name = bad[i].name, .set_value = bad[i].value, .accepted = true};
        call_outcome call = {0};
        const char *text =
            request_of(&(weft_client_options){.on_request = note_request, .hook_arg = &notes}, NULL, &call);

        CHECK(text);
        CHECK(!notes.accepted);
        CHECK(!strstr(text, "X-B"));
        CHECK(!strstr(text, "evil"));
        CHECK_EQ(count_of(text, "Host: "), 1);
        CHECK_EQ(call.code, WEFT_OK);
    }
}

static void add_many(weft_call *call, weft_request *request, void *arg)
{
    bool *all = arg;
    char name[32];

    (void)call;
    *all = true;
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof(name), "X-%d", i);
        *all = weft_request_set_header(request, name, "v") && *all;
    }
}

TEST(request_hook_may_add_many_headers)
{
    bool all = false;
    call_outcome call = {0};
    const char *text = request_of(&(weft_client_options){.on_request = add_many, .hook_arg = &all}, NULL, &call);

    CHECK(all);
    CHECK_EQ(count_of(text, "\r\nX-"), 300);
}

static void number_attempts(weft_call *call, weft_request *request, void *arg)
{
    char text[16];

    (void)call;
    snprintf(text, sizeof(text), "%u", ++*(unsigned *)arg);
    weft_request_set_header(request, "X-Attempt", text);
}

TEST(request_hook_runs_anew_for_each_attempt)
{
    static const script_step busy_once[] = {EXPECT("X-Attempt: 1\r\n"),
                                            SEND("HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n"),
                                            EXPECT("X-Attempt: 2\r\n"), AND_LACKS("X-Attempt: 1"), SEND(ANSWER_OK)};
    client_rig rig;
    unsigned attempts = 0;
    call_outcome call = {0};

    CHECK(rig_open(
        &rig, NULL,
        &(weft_client_options){.on_request = number_attempts, .hook_arg = &attempts, .retries.first_backoff_ms = 1}));
    fault_server_play(rig.server, SCRIPT(busy_once), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

TEST(request_hook_leaves_the_body_alone)
{
    static const script_step takes_a_run[] = {EXPECT("POST /run"), AND_BODY("{\"prompt\":\"hi\"}"),
                                              AND_CONTAINS("\r\nContent-Length: 15\r\n"), AND_CONTAINS("X-Trace: abc"),
                                              SEND(ANSWER_RUN)};
    client_rig rig;
    hook_notes notes = {.set_name = "X-Trace", .set_value = "abc"};
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.on_request = note_request, .hook_arg = &notes}));
    fault_server_play(rig.server, SCRIPT(takes_a_run), 1);
    weft_stromboli_run(rig.client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL, on_stromboli_run_outcome,
                       &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

TEST(request_hook_sees_the_target_with_its_query)
{
    static const script_step opens[] = {EXPECT("GET /run/stream?prompt=hi "),
                                        SEND(ANSWER_EVENTS "event: done\ndata: x\n\n"), CLOSE()};
    client_rig rig;
    hook_notes notes = {0};
    stream_log stream = {0};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.on_request = note_request, .hook_arg = &notes}));
    fault_server_play(rig.server, SCRIPT(opens), 1);
    rig_stream(&rig, &stream, NULL);
    CHECK(rig_run(&rig));
    CHECK_STR(notes.target, "/run/stream?prompt=hi");
    CHECK(rig_end(&rig));
}

/* ---- the response hook ------------------------------------------------------------------------------------------- */

typedef struct head_notes {
    unsigned count;
    int statuses[4];
    char headers[4][16];
    weft_str body;
} head_notes;

static void note_head(weft_call *call, void *arg)
{
    head_notes *notes = arg;
    weft_call_details details;
    weft_str header = weft_call_get_header(call, "x-kind");

    weft_call_get_details(call, &details);
    notes->statuses[notes->count] = details.http_status;
    snprintf(notes->headers[notes->count++], 16, "%s", header.ptr ? header.ptr : "");
    notes->body = weft_call_get_body(call);
}

TEST(response_hook_sees_the_head_of_each_attempt)
{
    static const script_step busy_once[] = {
        EXPECT("GET "), SEND("HTTP/1.1 503 x\r\nX-Kind: bad\r\nContent-Length: 0\r\n\r\n"), EXPECT("GET "),
        SEND("HTTP/1.1 200 OK\r\nX-Kind: good\r\nContent-Length: 2\r\n\r\nok")};
    client_rig rig;
    head_notes notes = {0};
    call_outcome call = {0};

    CHECK(
        rig_open(&rig, NULL,
                 &(weft_client_options){.on_response = note_head, .hook_arg = &notes, .retries.first_backoff_ms = 1}));
    fault_server_play(rig.server, SCRIPT(busy_once), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(notes.count, 2);
    CHECK_EQ(notes.statuses[0], 503);
    CHECK_STR(notes.headers[0], "bad");
    CHECK_EQ(notes.statuses[1], 200);
    CHECK_STR(notes.headers[1], "good");
    CHECK(!notes.body.ptr);
    CHECK(rig_end(&rig));
}

/* ---- what cannot be injected ------------------------------------------------------------------------------------- */

static bool refuses_client(const weft_client_options *options, const char *part)
{
    client_rig rig;
    weft_client_options ours = *options;
    weft_error_info error = {0};
    bool refused;

    if (!rig_open(&rig, NULL, NULL))
        return false;
    ours.base_url = ours.base_url ? ours.base_url : "http://127.0.0.1:1";
    refused = !weft_stromboli_client(rig.engine, &ours, &error) && error.code == WEFT_E_INVALID &&
              strstr(error.message, part);
    return rig_end(&rig) && refused;
}

TEST(token_with_a_line_break_is_refused)
{
    CHECK(refuses_client(&(weft_client_options){.token = "a\r\nX-Evil: 1"}, "token"));
    CHECK(refuses_client(&(weft_client_options){.token = "a\n"}, "token"));
}

TEST(user_agent_with_a_line_break_is_refused)
{
    CHECK(refuses_client(&(weft_client_options){.user_agent = "a\r\nX-Evil: 1"}, "user_agent"));
}

TEST(clients_header_that_could_inject_is_refused)
{
    CHECK(refuses_client(&(weft_client_options){.headers = &(weft_pair){"X-A", "1\r\nX-Evil: 1"}, .headers_count = 1},
                         "headers[0]"));
    CHECK(refuses_client(&(weft_client_options){.headers = &(weft_pair){"X-A\r\nX-Evil", "1"}, .headers_count = 1},
                         "headers[0]"));
    CHECK(refuses_client(&(weft_client_options){.headers = &(weft_pair){"Host", "evil"}, .headers_count = 1},
                         "headers[0]"));
    CHECK(refuses_client(&(weft_client_options){.headers = &(weft_pair){NULL, "1"}, .headers_count = 1}, "headers[0]"));
    CHECK(
        refuses_client(&(weft_client_options){.headers = &(weft_pair){"X-A", NULL}, .headers_count = 1}, "headers[0]"));
}

TEST(base_url_with_a_line_break_is_refused)
{
    CHECK(refuses_client(&(weft_client_options){.base_url = "http://127.0.0.1:1/a\r\nX-Evil: 1"}, ""));
}

TEST(calls_header_that_could_inject_is_refused)
{
    static const weft_pair bad[] = {
        {"X-A", "1\r\nX-Evil: 1"}, {"X-A\r\nX-Evil", "1"}, {"Content-Length", "0"}, {NULL, "1"}, {"X-A", NULL}};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        call_outcome call = {0};

        CHECK_STR(request_of(NULL, &(weft_call_options){.headers = &bad[i], .headers_count = 1}, &call), "");
        CHECK_EQ(call.code, WEFT_E_INVALID);
        CHECK_CONTAINS(call.message, "headers[0]");
    }
}

TEST(path_segment_stays_one_segment)
{
    static const struct {
        const char *id;
        const char *line;
    } cases[] = {
        {"a/b", "GET /jobs/a%2Fb HTTP/1.1\r\n"},
        {"a b\r\nX-Evil: 1", "GET /jobs/a%20b%0D%0AX-Evil:%201 HTTP/1.1\r\n"},
        {"a?b#c", "GET /jobs/a%3Fb%23c HTTP/1.1\r\n"},
        {"%2e%2e", "GET /jobs/%252e%252e HTTP/1.1\r\n"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        client_rig rig;
        call_outcome call = {0};

        CHECK(rig_open(&rig, NULL, NULL));
        fault_server_play(rig.server, SCRIPT(answers), 1);
        weft_stromboli_get_job(rig.client, cases[i].id, NULL, on_stromboli_job_outcome, &call);
        CHECK(rig_run(&rig));
        CHECK_CONTAINS(fault_server_request(rig.server, 0, NULL), cases[i].line);
        CHECK(rig_end(&rig));
    }
}

TEST(path_segment_that_climbs_is_refused)
{
    static const char *const ids[] = {"..", "."};

    for (size_t i = 0; i < 2; i++) {
        client_rig rig;
        call_outcome call = {0};

        CHECK(rig_open(&rig, NULL, NULL));
        weft_stromboli_get_job(rig.client, ids[i], NULL, on_stromboli_job_outcome, &call);
        CHECK(rig_run(&rig));
        CHECK_EQ(call.code, WEFT_E_INVALID);
        CHECK_EQ(fault_server_connection_count(rig.server), 0);
        CHECK(rig_end(&rig));
    }
}

static void ignore_end(weft_stream *stream, const weft_error *error, void *arg)
{
    (void)stream;
    (void)error;
    (void)arg;
}

TEST(query_value_is_escaped)
{
    static const script_step opens[] = {EXPECT("GET /run/stream?prompt=a%26b%3Dc+%0D%0AX-Evil%3A+1%23%2B HTTP/1.1\r\n"),
                                        CLOSE()};
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(opens), 1);
    weft_stromboli_stream(rig.client, &(weft_stromboli_stream_request){.prompt = "a&b=c \r\nX-Evil: 1#+"}, NULL,
                          &(weft_stream_callbacks){.on_end = ignore_end}, NULL);
    CHECK(rig_run(&rig));
    CHECK(rig_end(&rig));
}

/* ---- tokens ------------------------------------------------------------------------------------------------------ */

TEST(a_token_goes_with_what_is_sent_from_then_on)
{
    static const script_step steps[] = {EXPECT("Authorization: Bearer one\r\n"),
                                        WAIT(),
                                        SEND(ANSWER_OK),
                                        EXPECT("Authorization: Bearer two\r\n"),
                                        SEND(ANSWER_OK),
                                        EXPECT("authorization: Bearer mine\r\n"),
                                        AND_LACKS("Bearer two"),
                                        SEND(ANSWER_OK)};
    weft_call_options mine = {.headers = &(weft_pair){"authorization", "Bearer mine"}, .headers_count = 1};
    client_rig rig;
    call_outcome calls[3] = {{0}};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 1},
                   &(weft_client_options){.token = "one"}));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &calls[0]);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &calls[1]);
    weft_stromboli_get_metrics(rig.client, &mine, on_text_outcome, &calls[2]);
    CHECK_UNTIL(&rig.loop, fault_server_waiting_count(rig.server) > 0);
    CHECK(weft_client_set_token(rig.client, "two", NULL));
    CHECK(!weft_client_set_token(rig.client, "three\r\n", &rig.error));
    CHECK_EQ(rig.error.code, WEFT_E_INVALID);
    CHECK_STR(rig.error.message, "Stromboli: token ends in a line break");
    CHECK(fault_server_release(rig.server));
    CHECK(rig_run(&rig));
    for (int i = 0; i < 3; i++)
        CHECK_EQ(calls[i].code, WEFT_OK);
    CHECK(rig_end(&rig));
}

TEST(a_token_that_was_cleared_goes_with_nothing)
{
    static const script_step steps[] = {EXPECT("GET "), AND_LACKS("Authorization"), SEND(ANSWER_OK)};
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.token = "one"}));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
    CHECK(weft_client_set_token(rig.client, NULL, NULL));
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

static void replace_token(weft_call *call, const weft_error *error, uint32_t delay_ms, void *arg)
{
    client_rig *rig = arg;

    (void)call;
    (void)error;
    (void)delay_ms;
    weft_client_set_token(rig->client, "two", NULL);
}

TEST(a_retry_goes_out_with_the_token_of_then)
{
    static const script_step steps[] = {EXPECT("Authorization: Bearer one\r\n"),
                                        AND_CONTAINS("\r\nX-Own: 1\r\n"),
                                        SEND("HTTP/1.1 503 Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"),
                                        EXPECT("Authorization: Bearer two\r\n"),
                                        AND_CONTAINS("\r\nX-Own: 1\r\n"),
                                        SEND(ANSWER_OK)};
    weft_call_options own = {.headers = &(weft_pair){"X-Own", "1"}, .headers_count = 1};
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.token = "one", .on_retry = replace_token, .hook_arg = &rig}));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    weft_stromboli_get_metrics(rig.client, &own, on_text_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK(rig_end(&rig));
}
