/* Every allocation fails once: nothing crashes, leaks or hangs, and every call is reported exactly once. */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client_rig.h"
#include "test.h"

/* Sent as soon as somebody connects: a call that memory ended may never ask. */
static const script_step text_at_once[] = {
    SEND("HTTP/1.1 200 OK\r\nConnection: close\r\nX-Kind: text\r\nContent-Length: 2\r\n\r\nok"), HOLD()};
static const script_step error_at_once[] = {
    SEND("HTTP/1.1 404 x\r\nConnection: close\r\nContent-Length: 16\r\n\r\n{\"error\":\"gone\"}"), HOLD()};
static const script_step run_at_once[] = {
    SEND("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 57\r\n\r\n"
         "{\"id\":\"run-1\",\"status\":\"completed\",\"output\":\"a\\nb\\u00e9\"}"),
    HOLD()};
static const script_step stream_at_once[] = {SEND(ANSWER_EVENTS "data: 1\n\ndata: two"),
                                             SEND(" more\ndata: lines\n\nevent: done\ndata: {}\n\n"), CLOSE()};
static const script_step job_runs[] = {SEND("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                                            "37\r\n\r\n{\"id\":\"job-1\",\"status\":\"running\"    }"),
                                       HOLD()};
static const script_step job_is_done[] = {SEND("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                                               "37\r\n\r\n{\"id\":\"job-1\",\"status\":\"completed\"  }"),
                                          HOLD()};

enum { SERVERS = 4, TEXT = 0, ERROR = 1, RUN = 2, STREAM = 3 };

/* What a scenario starts, and what came of it. */
typedef struct memory_test {
    client_rig rig; /* its server has the jobs */
    fault_server *servers[SERVERS];
    call_outcome outcomes[8];
    const void *handles[8];
    unsigned started;
    stream_log stream;
    weft_stream *stream_handle;
} memory_test;

static void on_request(weft_call *call, weft_request *request, void *arg)
{
    (void)call;
    (void)arg;
    weft_request_set_header(request, "X-Hook", "yes");
}

static void pause_and_resume(stream_log *heard, weft_stream *stream)
{
    (void)heard;
    weft_stream_pause(stream);
    weft_stream_resume(stream);
}

static void keep(call_outcome *outcome, weft_call *call)
{
    outcome->arg = weft_call_ref(call);
}

static call_outcome *next_outcome(memory_test *test)
{
    return &test->outcomes[test->started];
}

static void note(memory_test *test, weft_call *call)
{
    test->handles[test->started++] = call;
}

static weft_client *client_of(memory_test *test, int server, weft_request_cb *hook)
{
    static const weft_pair headers[] = {{"X-A", "1"}, {"X-B", "2"}};

    return rig_client(&test->rig, &(weft_client_options){.base_url = fault_server_url(test->servers[server]),
                                                         .token = "secret",
                                                         .headers = headers,
                                                         .headers_count = 2,
                                                         .on_request = hook,
                                                         .retries.max_retries = WEFT_NO_RETRIES});
}

static void start_calls(memory_test *test)
{
    weft_client *client;

    client = client_of(test, TEXT, on_request);
    if (client) {
        call_outcome *outcome = next_outcome(test);

        outcome->then = keep;
        note(test, weft_stromboli_get_metrics(client, NULL, on_text_outcome, outcome));
        outcome = next_outcome(test);
        note(test, weft_stromboli_get_metrics(
                       client, &(weft_call_options){.headers = &(weft_pair){"X-C", "3"}, .headers_count = 1},
                       on_text_outcome, outcome));
        weft_client_set_token(client, "another", NULL);
    }
    client = client_of(test, ERROR, NULL);
    if (client)
        note(test, weft_stromboli_get_job(client, "a/b", NULL, on_stromboli_job_outcome, next_outcome(test)));
    client = client_of(test, RUN, NULL);
    if (client)
        note(test, weft_stromboli_run(client, &(weft_stromboli_run_request){.prompt = "line\nline"}, NULL,
                                      on_stromboli_run_outcome, next_outcome(test)));
    test->rig.client = client_of(test, STREAM, on_request);
    if (test->rig.client) {
        test->stream.at_event = pause_and_resume;
        test->stream_handle = rig_stream(&test->rig, &test->stream, NULL);
    }
    client = rig_client(&test->rig, NULL);
    if (client)
        note(test, weft_stromboli_wait_job(client, "job-1",
                                           &(weft_wait_options){.first_interval_ms = 1, .max_interval_ms = 1}, NULL,
                                           NULL, on_stromboli_job_outcome, next_outcome(test)));
}

static bool open_servers(memory_test *test)
{
    const fault_script scripts[SERVERS] = {SCRIPT(text_at_once), SCRIPT(error_at_once), SCRIPT(run_at_once),
                                           SCRIPT(stream_at_once)};

    if (!rig_open_bare(&test->rig, NULL))
        return false;
    fault_server_play(test->rig.server, SCRIPT(job_runs), 1);
    fault_server_play(test->rig.server, SCRIPT(job_is_done), 0);
    for (int i = 0; i < SERVERS; i++) {
        test->servers[i] = fault_server_start(&test->rig.loop, NULL);
        if (!test->servers[i])
            return false;
        fault_server_play(test->servers[i], scripts[i], 0);
    }
    return true;
}

/* Every handle was reported once, and what has none never. */
static bool all_reported(const memory_test *test)
{
    for (unsigned i = 0; i < test->started; i++) {
        if (test->outcomes[i].count != (test->handles[i] ? 1u : 0u)) {
            test_fail(__FILE__, __LINE__, "call %u was reported %u times", i, test->outcomes[i].count);
            return false;
        }
    }
    if (test->stream.ends != (test->stream_handle ? 1u : 0u)) {
        test_fail(__FILE__, __LINE__, "the stream ended %u times", test->stream.ends);
        return false;
    }
    return true;
}

/* Takes the first script of the job's server, when memory kept the call from coming for it. */
static void visit(fault_server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_port = htons((uint16_t)fault_server_port(server));
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
        test_fail(__FILE__, __LINE__, "cannot connect to the job's server");
    close(fd);
}

/* Plays the scenario with the nth allocation failing. `*ret_failed`: there was an nth. */
static bool play(unsigned long fail_at, bool from_then, bool *ret_failed)
{
    memory_test test = {0};
    bool ok;

    if (!open_servers(&test))
        return false;
    test.rig.memory.fail_at = fail_at;
    test.rig.memory.fail_from_then = from_then;
    if (rig_engine(&test.rig, NULL)) {
        start_calls(&test);
        ok = rig_run(&test.rig);
        weft_engine_close(test.rig.engine, rig_engine_closed, &test.rig);
        ok = rig_run(&test.rig) && ok;
    } else {
        ok = true;
        test.rig.engine_closes = 1;
    }
    *ret_failed = atomic_load(&test.rig.memory.count) >= fail_at;
    ok = all_reported(&test) && ok;
    if (test.outcomes[0].arg)
        weft_call_unref(test.outcomes[0].arg);
    if (fault_server_connection_count(test.rig.server) == 0)
        visit(test.rig.server);
    for (int i = 0; i < SERVERS; i++)
        ok = fault_server_stop(test.servers[i]) && ok;
    return rig_end(&test.rig) && ok;
}

static void fail_each(bool from_then)
{
    bool failed = true;
    unsigned long n = 0;

    while (failed) {
        n++;
        if (!play(n, from_then, &failed)) {
            test_fail(__FILE__, __LINE__, "with allocation %lu failing%s", n, from_then ? " and all after it" : "");
            return;
        }
    }
    CHECK(n > 50); /* there was something to fail */
}

TEST(each_allocation_may_fail)
{
    fail_each(false);
}

TEST(memory_may_run_out_for_good_at_each_allocation)
{
    fail_each(true);
}

TEST(scenario_succeeds_when_memory_is_there)
{
    memory_test test = {0};

    CHECK(open_servers(&test));
    CHECK(rig_engine(&test.rig, NULL));
    start_calls(&test);
    CHECK(rig_run(&test.rig));
    CHECK_EQ(test.started, 5);
    CHECK(all_reported(&test));
    CHECK_EQ(test.outcomes[0].code, WEFT_OK);
    CHECK_EQ(test.outcomes[1].code, WEFT_OK);
    CHECK_EQ(test.outcomes[2].code, WEFT_E_NOT_FOUND);
    CHECK_EQ(test.outcomes[3].code, WEFT_OK);
    CHECK_EQ(test.outcomes[4].code, WEFT_OK);
    CHECK_STR(test.stream.text, ":1|:two more\nlines|done:{}|");
    CHECK_EQ(test.stream.code, WEFT_OK);
    weft_call_unref(test.outcomes[0].arg);
    weft_engine_close(test.rig.engine, rig_engine_closed, &test.rig);
    CHECK(rig_run(&test.rig));
    for (int i = 0; i < SERVERS; i++)
        CHECK(fault_server_stop(test.servers[i]));
    CHECK(rig_end(&test.rig));
}

TEST(idle_calls_keep_no_memory)
{
    static const script_step answers[] = {EXPECT("GET "), SEND(ANSWER_OK), REPEAT()};
    client_rig rig;
    call_outcome call = {0};
    long after_first;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(answers), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
    CHECK(rig_run(&rig));
    after_first = atomic_load(&rig.memory.live);
    for (int i = 0; i < 50; i++) {
        weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
        CHECK(rig_run(&rig));
    }
    CHECK_EQ(call.count, 51);
    CHECK_EQ(atomic_load(&rig.memory.live), after_first);
    CHECK(rig_end(&rig));
}
