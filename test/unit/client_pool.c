/* Who gets a connection, which one, and when: limits, order, fairness, reuse. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client_rig.h"
#include "test.h"

static const weft_client_options no_retries = {.retries.max_retries = WEFT_NO_RETRIES};

static const script_step answers_always[] = {EXPECT(" HTTP/1.1"), SEND(ANSWER_OK), REPEAT()};
static const script_step waits_then_answers[] = {EXPECT("GET "), WAIT(), SEND(ANSWER_OK), REPEAT()};

static void ask(client_rig *rig, call_outcome *call)
{
    weft_stromboli_get_metrics(rig->client, NULL, on_text_outcome, call);
}

static void turn_until_waiting(client_rig *rig, size_t count)
{
    CHECK_UNTIL(&rig->loop, fault_server_waiting_count(rig->server) >= count);
}

/* ---- limits and order -------------------------------------------------------------------------------------------- */

TEST(connections_to_an_origin_are_limited)
{
    client_rig rig;
    call_outcome calls[10] = {{0}};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 3}, NULL));
    fault_server_play(rig.server, SCRIPT(waits_then_answers), 3);
    for (int i = 0; i < 10; i++)
        ask(&rig, &calls[i]);
    turn_until_waiting(&rig, 3);
    test_loop_turns(&rig.loop, 20);
    CHECK_EQ(rig_stats(&rig).connections_open, 3);
    CHECK_EQ(rig_stats(&rig).calls_queued, 7);
    for (int i = 0; i < 10; i++) {
        turn_until_waiting(&rig, 1);
        fault_server_release(rig.server);
    }
    CHECK(rig_run(&rig));
    for (int i = 0; i < 10; i++)
        CHECK_EQ(calls[i].code, WEFT_OK);
    CHECK_EQ(fault_server_connection_count(rig.server), 3);
    CHECK(rig_end(&rig));
}

TEST(waiting_calls_are_served_in_order)
{
    enum { CALLS = 50 };
    client_rig rig;
    call_outcome calls[CALLS] = {{0}};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 1}, NULL));
    fault_server_play(rig.server, SCRIPT(answers_always), 1);
    for (int i = 0; i < CALLS; i++)
        ask(&rig, &calls[i]);
    CHECK(rig_run(&rig));
    for (unsigned i = 0; i < CALLS; i++)
        CHECK_EQ(calls[i].order, i + 1);
    CHECK(rig_end(&rig));
}

TEST(one_call_too_many_in_the_queue_fails)
{
    client_rig rig;
    call_outcome calls[4] = {{0}};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 1, .max_queued_per_origin = 2}, NULL));
    fault_server_play(rig.server, SCRIPT(answers_always), 1);
    for (int i = 0; i < 4; i++)
        ask(&rig, &calls[i]);
    CHECK(rig_run(&rig));
    for (int i = 0; i < 3; i++)
        CHECK_EQ(calls[i].code, WEFT_OK);
    CHECK_EQ(calls[3].code, WEFT_E_QUEUE_FULL);
    CHECK_CONTAINS(calls[3].message, "2 calls wait");
    CHECK(rig_end(&rig));
}

TEST(streams_do_not_starve_calls)
{
    static const script_step streams[] = {EXPECT("GET /run/stream"), SEND(ANSWER_EVENTS "data: 1\n\n"), EXPECT_CLOSE()};
    client_rig rig;
    stream_log heard[3] = {{0}};
    call_outcome call = {0};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 1}, NULL));
    fault_server_play(rig.server, SCRIPT(streams), 3);
    for (int i = 0; i < 3; i++)
        rig_stream(&rig, &heard[i], NULL);
    CHECK_UNTIL(&rig.loop, rig_stats(&rig).events_received >= 3);
    fault_server_play(rig.server, SCRIPT(answers_always), 1);
    ask(&rig, &call);
    CHECK_UNTIL(&rig.loop, call.count > 0);
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_EQ(rig_stats(&rig).streams_open, 3);
    CHECK(rig_end(&rig));
}

TEST(streams_to_an_origin_have_a_limit_of_their_own)
{
    static const script_step streams[] = {EXPECT("GET /run/stream"), WAIT(),
                                          SEND(ANSWER_EVENTS "event: done\ndata: x\n\n"), CLOSE()};
    client_rig rig;
    stream_log heard[2] = {{0}};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_streams_per_origin = 1}, NULL));
    fault_server_play(rig.server, SCRIPT(streams), 2);
    rig_stream(&rig, &heard[0], NULL);
    rig_stream(&rig, &heard[1], NULL);
    turn_until_waiting(&rig, 1);
    CHECK_EQ(rig_stats(&rig).calls_queued, 1);
    fault_server_release(rig.server);
    turn_until_waiting(&rig, 1);
    CHECK_EQ(heard[0].ends, 1);
    CHECK_EQ(heard[1].ends, 0);
    fault_server_release(rig.server);
    CHECK(rig_run(&rig));
    CHECK_EQ(heard[1].code, WEFT_OK);
    CHECK(rig_end(&rig));
}

TEST(long_queue_of_calls_does_not_hold_up_a_stream)
{
    static const script_step call_then_stream[] = {EXPECT("GET /metrics"), SEND(ANSWER_OK), EXPECT("GET /run/stream"),
                                                   SEND(ANSWER_EVENTS "event: done\ndata: x\n\n"), CLOSE()};
    client_rig rig;
    call_outcome calls[20] = {{0}};
    stream_log stream = {0};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections = 1}, NULL));
    fault_server_play(rig.server, SCRIPT(call_then_stream), 1);
    fault_server_play(rig.server, SCRIPT(answers_always), 1);
    for (int i = 0; i < 20; i++)
        ask(&rig, &calls[i]);
    rig_stream(&rig, &stream, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(stream.code, WEFT_OK);
    CHECK_EQ(calls[19].code, WEFT_OK);
    CHECK(rig_end(&rig));
}

TEST(cancelling_in_the_middle_of_100000_queued_calls_is_quick)
{
    enum { CALLS = 100000 };
    client_rig rig;
    call_outcome *all = calloc(1, sizeof(*all)); /* shared by those that are not looked at */
    weft_call **calls = calloc(CALLS, sizeof(*calls));
    uint64_t started;

    CHECK(all && calls);
    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 1}, NULL));
    for (int i = 0; i < CALLS; i++)
        calls[i] = weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, all);
    CHECK_EQ(rig_stats(&rig).calls_queued, CALLS - 1);
    started = rig_now_ms();
    for (int i = CALLS / 2; i < CALLS; i++)
        weft_call_cancel(calls[i]);
    for (int i = CALLS / 2; i-- > 0;)
        weft_call_cancel(calls[i]);
    CHECK(test_is_slow() || rig_now_ms() - started < 5000); /* a walk for each would take minutes */
    CHECK_EQ(rig_stats(&rig).calls_queued, 0);
    CHECK(rig_run(&rig));
    CHECK_EQ(all->count, CALLS);
    CHECK_EQ(all->code, WEFT_E_CANCELLED);
    CHECK(rig_end(&rig));
    free(all);
    free(calls);
}

/* ---- the engine's limit ------------------------------------------------------------------------------------------ */

/* A second origin: the same address by another server. */
typedef struct two_origins {
    client_rig rig;
    fault_server *server;
    weft_client *client;
} two_origins;

static bool two_open(two_origins *two, uint32_t max_connections)
{
    if (!rig_open(&two->rig, &(weft_engine_options){.max_connections = max_connections}, &no_retries))
        return false;
    two->server = fault_server_start(&two->rig.loop, NULL);
    if (!two->server)
        return false;
    two->client = rig_client(&two->rig, &(weft_client_options){.base_url = fault_server_url(two->server),
                                                               .retries.max_retries = WEFT_NO_RETRIES});
    fault_server_play(two->rig.server, SCRIPT(answers_always), 0);
    fault_server_play(two->server, SCRIPT(answers_always), 0);
    return two->client != NULL;
}

static bool two_end(two_origins *two)
{
    bool ok;

    weft_engine_close(two->rig.engine, rig_engine_closed, &two->rig);
    ok = rig_run(&two->rig) && fault_server_stop(two->server);
    return rig_end(&two->rig) && ok;
}

TEST(connections_of_the_engine_are_limited)
{
    two_origins two;
    call_outcome calls[20] = {{0}};
    uint32_t most = 0;

    CHECK(two_open(&two, 3));
    for (int i = 0; i < 20; i++)
        weft_stromboli_get_metrics(i % 2 ? two.client : two.rig.client, NULL, on_text_outcome, &calls[i]);
    for (unsigned turns = 0; test_loop_wait(&two.rig.loop, rig_stats(&two.rig).calls_in_flight == 0, &turns);) {
        if (rig_stats(&two.rig).connections_open > most)
            most = rig_stats(&two.rig).connections_open;
    }
    CHECK_EQ(most, 3);
    for (int i = 0; i < 20; i++)
        CHECK_EQ(calls[i].code, WEFT_OK);
    CHECK(two_end(&two));
}

TEST(idle_connection_makes_room_for_another_origin)
{
    two_origins two;
    call_outcome calls[2] = {{0}};

    CHECK(two_open(&two, 1));
    weft_stromboli_get_metrics(two.rig.client, NULL, on_text_outcome, &calls[0]);
    CHECK(rig_run(&two.rig));
    CHECK_EQ(rig_stats(&two.rig).connections_idle, 1);
    weft_stromboli_get_metrics(two.client, NULL, on_text_outcome, &calls[1]);
    CHECK(rig_run(&two.rig));
    CHECK_EQ(calls[1].code, WEFT_OK);
    CHECK_EQ(rig_stats(&two.rig).connections_open, 1);
    CHECK(two_end(&two));
}

TEST(origin_with_a_long_queue_does_not_keep_another_waiting)
{
    two_origins two;
    call_outcome many[100] = {{0}}, one = {0};

    for (uint32_t limit = 1; limit <= 4; limit++) {
        memset(many, 0, sizeof(many));
        one = (call_outcome){0};
        CHECK(two_open(&two, limit));
        for (int i = 0; i < 100; i++)
            weft_stromboli_get_metrics(two.rig.client, NULL, on_text_outcome, &many[i]);
        weft_stromboli_get_metrics(two.client, NULL, on_text_outcome, &one);
        CHECK(rig_run(&two.rig));
        CHECK_EQ(one.code, WEFT_OK);
        CHECK(one.order <= 4 * limit + 2);
        CHECK_EQ(rig_stats(&two.rig).calls_succeeded, 101);
        CHECK(two_end(&two));
    }
}

typedef struct call_chain {
    weft_client *client;
    unsigned left;
} call_chain;

static void submit_next(call_outcome *outcome, weft_call *call)
{
    call_chain *chain = outcome->arg;

    (void)call;
    if (chain->left-- > 1)
        weft_stromboli_get_metrics(chain->client, NULL, on_text_outcome, outcome);
}

TEST(origin_that_asks_again_in_each_callback_does_not_keep_another_waiting)
{
    two_origins two;
    call_chain chain = {.left = 100};
    call_outcome again = {.then = submit_next, .arg = &chain}, one = {0};

    CHECK(two_open(&two, 1));
    chain.client = two.rig.client;
    weft_stromboli_get_metrics(chain.client, NULL, on_text_outcome, &again);
    weft_stromboli_get_metrics(two.client, NULL, on_text_outcome, &one);
    CHECK(rig_run(&two.rig));
    CHECK_EQ(again.count, 100);
    CHECK_EQ(one.code, WEFT_OK);
    CHECK(one.order <= 3);
    CHECK(two_end(&two));
}

TEST(origin_that_gave_up_waiting_does_not_block_the_others)
{
    two_origins two;
    fault_server *third_server;
    weft_client *third;
    call_outcome first = {0}, second = {0}, last = {0};
    weft_call *call;

    CHECK(two_open(&two, 1));
    third_server = fault_server_start(&two.rig.loop, NULL);
    CHECK(third_server);
    fault_server_play(third_server, SCRIPT(waits_then_answers), 1);
    third = rig_client(&two.rig, &(weft_client_options){.base_url = fault_server_url(third_server)});
    weft_stromboli_get_metrics(third, NULL, on_text_outcome, &first);
    CHECK_UNTIL(&two.rig.loop, fault_server_waiting_count(third_server) > 0);
    call = weft_stromboli_get_metrics(two.rig.client, NULL, on_text_outcome, &second);
    weft_stromboli_get_metrics(two.client, NULL, on_text_outcome, &last);
    weft_call_cancel(call);
    fault_server_release(third_server);
    CHECK(rig_run(&two.rig));
    CHECK_EQ(first.code, WEFT_OK);
    CHECK_EQ(second.code, WEFT_E_CANCELLED);
    CHECK_EQ(last.code, WEFT_OK);
    weft_engine_close(two.rig.engine, rig_engine_closed, &two.rig);
    CHECK(rig_run(&two.rig));
    CHECK(fault_server_stop(third_server));
    CHECK(fault_server_stop(two.server));
    CHECK(rig_end(&two.rig));
}

/* ---- reuse ------------------------------------------------------------------------------------------------------- */

TEST(connection_used_last_is_used_next)
{
    static const script_step first[] = {EXPECT("GET "), WAIT(), SEND(ANSWER_OK), EXPECT_CLOSE()};
    static const script_step second[] = {EXPECT("GET "), WAIT(),          SEND(ANSWER_OK),
                                         EXPECT("GET "), SEND(ANSWER_OK), EXPECT_CLOSE()};
    client_rig rig;
    call_outcome calls[3] = {{0}};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(first), 1);
    fault_server_play(rig.server, SCRIPT(second), 1);
    ask(&rig, &calls[0]);
    turn_until_waiting(&rig, 1);
    ask(&rig, &calls[1]);
    turn_until_waiting(&rig, 2);
    fault_server_release(rig.server);
    CHECK_UNTIL(&rig.loop, calls[0].count > 0);
    fault_server_release(rig.server);
    CHECK(rig_run(&rig));
    ask(&rig, &calls[2]);
    CHECK(rig_run(&rig));
    CHECK(calls[2].details.reused_connection);
    CHECK(rig_end(&rig)); /* the scripts say which one it was */
}

static void nothing(void *arg)
{
    (void)arg;
}

TEST(idle_connection_is_closed_when_its_time_is_over)
{
    static const script_step once[] = {EXPECT("GET "), SEND(ANSWER_OK), EXPECT_CLOSE()};
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, &(weft_engine_options){.keep_alive_ms = 50}, NULL));
    fault_server_play(rig.server, SCRIPT(once), 1);
    ask(&rig, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(rig_stats(&rig).connections_idle, 1);
    rig_later(&rig, 120, nothing, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(rig_stats(&rig).connections_idle, 0);
    CHECK_EQ(rig_stats(&rig).connections_open, 0);
    CHECK(rig_end(&rig));
}

TEST(idle_connections_beyond_their_limit_are_closed)
{
    static const script_step once[] = {EXPECT("GET "), WAIT(), SEND(ANSWER_OK)};
    client_rig rig;
    call_outcome calls[5] = {{0}};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_idle_per_origin = 2}, NULL));
    fault_server_play(rig.server, SCRIPT(once), 5);
    for (int i = 0; i < 5; i++)
        ask(&rig, &calls[i]);
    turn_until_waiting(&rig, 5);
    for (int i = 0; i < 5; i++)
        fault_server_release(rig.server);
    CHECK(rig_run(&rig));
    CHECK_EQ(rig_stats(&rig).connections_idle, 2);
    CHECK_EQ(rig_stats(&rig).connections_open, 2);
    CHECK(rig_end(&rig));
}

TEST(connection_is_not_reused_when_the_server_says_close)
{
    static const script_step closes[] = {
        EXPECT("GET "), SEND("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"), EXPECT_CLOSE()};
    client_rig rig;
    call_outcome calls[2] = {{0}};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(closes), 2);
    ask(&rig, &calls[0]);
    CHECK(rig_run(&rig));
    ask(&rig, &calls[1]);
    CHECK(rig_run(&rig));
    CHECK_EQ(calls[1].code, WEFT_OK);
    CHECK_EQ(rig_stats(&rig).connections_idle, 0);
    CHECK(rig_end(&rig));
}

TEST(connection_that_grows_old_serves_no_more)
{
    static const script_step once[] = {EXPECT("GET "), SEND(ANSWER_OK), EXPECT_CLOSE()};
    client_rig rig;
    call_outcome calls[3] = {{0}};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connection_age_ms = 60}, NULL));
    fault_server_play(rig.server, SCRIPT(answers_always), 1);
    ask(&rig, &calls[0]);
    CHECK(rig_run(&rig));
    ask(&rig, &calls[1]);
    CHECK(rig_run(&rig));
    CHECK(calls[1].details.reused_connection);
    rig_later(&rig, 120, nothing, NULL);
    CHECK(rig_run(&rig));
    fault_server_play(rig.server, SCRIPT(once), 1);
    ask(&rig, &calls[2]);
    CHECK(rig_run(&rig));
    CHECK_EQ(calls[2].code, WEFT_OK);
    CHECK(!calls[2].details.reused_connection);
    CHECK(rig_end(&rig));
}

TEST(bytes_after_an_answer_end_the_connection_and_confuse_nobody)
{
    static const script_step too_much[] = {EXPECT("GET "), SEND(ANSWER_OK ANSWER_OK), EXPECT_CLOSE()};
    static const script_step next[] = {EXPECT("GET "), SEND("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmine")};
    client_rig rig;
    call_outcome calls[2] = {{0}};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(too_much), 1);
    fault_server_play(rig.server, SCRIPT(next), 1);
    ask(&rig, &calls[0]);
    CHECK(rig_run(&rig));
    ask(&rig, &calls[1]);
    CHECK(rig_run(&rig));
    CHECK_STR(calls[0].text, "ok");
    CHECK_STR(calls[1].text, "mine");
    CHECK(rig_end(&rig));
}

/* The head and body fill the engine's read buffer to the byte: what follows is still in the kernel when the answer is
 * whole. */
TEST(bytes_after_an_answer_that_fills_the_buffer_confuse_nobody)
{
    enum { BODY = 65536 - 42 };
    static char answer[65536 + 200];
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 65494\r\n\r\n";
    static const char extra[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong";
    script_step too_much[] = {EXPECT("GET "), SEND_DATA(answer, 0), EXPECT_CLOSE()};
    static const script_step next[] = {EXPECT("GET "), SEND("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmine")};
    client_rig rig;
    call_chain chain = {.left = 2};
    call_outcome call = {.then = submit_next, .arg = &chain};

    memcpy(answer, head, sizeof(head) - 1);
    memset(answer + sizeof(head) - 1, 'x', BODY);
    memcpy(answer + sizeof(head) - 1 + BODY, extra, sizeof(extra) - 1);
    too_much[1].len = sizeof(head) - 1 + BODY + sizeof(extra) - 1;
    CHECK(rig_open(&rig, NULL, &no_retries));
    chain.client = rig.client;
    fault_server_play(rig.server, SCRIPT(too_much), 1);
    fault_server_play(rig.server, SCRIPT(next), 1);
    ask(&rig, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.count, 2);
    CHECK_STR(call.text, "mine");
    CHECK(rig_end(&rig));
}

TEST(idle_connection_that_the_server_closes_is_dropped_at_once)
{
    static const script_step closes[] = {EXPECT("GET "), SEND(ANSWER_OK), WAIT(), CLOSE()};
    client_rig rig;
    call_outcome calls[2] = {{0}};

    CHECK(rig_open(&rig, NULL, &no_retries));
    fault_server_play(rig.server, SCRIPT(closes), 1);
    ask(&rig, &calls[0]);
    CHECK(rig_run(&rig));
    CHECK_EQ(rig_stats(&rig).connections_idle, 1);
    fault_server_release(rig.server);
    CHECK_UNTIL(&rig.loop, rig_stats(&rig).connections_idle == 0);
    CHECK_EQ(rig_stats(&rig).connections_open, 0);
    fault_server_play(rig.server, SCRIPT(answers_always), 1);
    ask(&rig, &calls[1]);
    CHECK(rig_run(&rig));
    CHECK_EQ(calls[1].code, WEFT_OK);
    CHECK(rig_end(&rig));
}

/* A server by hand, for what happens while the loop does not run. */
static int listen_by_hand(char *url, size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, 8) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        return -1;
    snprintf(url, size, "http://127.0.0.1:%d", ntohs(address.sin_port));
    return fd;
}

/* Takes the next connection and answers its first request. */
static int answer_by_hand(test_loop *loop, int listener)
{
    char request[4096];
    int fd;

    test_loop_turns(loop, 3);
    fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    test_loop_turns(loop, 3);
    if (recv(fd, request, sizeof(request), 0) <= 0 || send(fd, ANSWER_RUN, sizeof(ANSWER_RUN) - 1, MSG_NOSIGNAL) <= 0)
        return -1;
    return fd;
}

TEST(run_is_not_lost_on_a_connection_that_closed_while_the_loop_stood_still)
{
    client_rig rig;
    weft_client *client;
    call_outcome calls[2] = {{0}};
    char url[64];
    int listener = listen_by_hand(url, sizeof(url)), fds[2];

    CHECK(listener >= 0);
    CHECK(rig_open(&rig, NULL, NULL));
    client = rig_client(&rig, &(weft_client_options){.base_url = url});
    for (int i = 0; i < 2; i++) {
        weft_stromboli_run(client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL, on_stromboli_run_outcome,
                           &calls[i]);
        fds[i] = answer_by_hand(&rig.loop, listener);
        CHECK(fds[i] >= 0);
        CHECK(rig_run(&rig));
        CHECK_EQ(calls[i].code, WEFT_OK);
        close(fds[i]); /* and the loop does not learn of it */
        for (uint64_t until = rig_now_ms() + 5; rig_now_ms() < until;)
            ;
    }
    close(listener);
    CHECK(rig_end(&rig));
}

static void run_next(call_outcome *outcome, weft_call *call)
{
    call_chain *chain = outcome->arg;

    (void)call;
    if (chain->left-- > 1)
        weft_stromboli_run(chain->client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL, on_stromboli_run_outcome,
                           outcome);
}

TEST(run_is_not_lost_on_a_connection_that_the_server_has_just_closed)
{
    /* Closed without having said so, in the same turn as the answer. */
    static const script_step closes[] = {EXPECT("POST /run"), SEND(ANSWER_RUN), CLOSE()};
    client_rig rig;
    call_chain chain = {.left = 5};
    call_outcome call = {.then = run_next, .arg = &chain};

    CHECK(rig_open(&rig, NULL, NULL));
    chain.client = rig.client;
    fault_server_play(rig.server, SCRIPT(closes), 5);
    weft_stromboli_run(rig.client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL, on_stromboli_run_outcome,
                       &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.count, 5);
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_EQ(fault_server_request_count(rig.server), 5);
    CHECK(rig_end(&rig));
}

/* What the server does while the last callback runs, and the run that follows it. */
typedef struct interlude {
    int fd;            /* the server's end of the connection */
    const char *bytes; /* that it sends; NULL: it ends the connection */
    weft_client *client;
    call_outcome next;
} interlude;

static void interrupt_and_run(call_outcome *outcome, weft_call *call)
{
    interlude *between = outcome->arg;

    (void)call;
    if (between->bytes)
        send(between->fd, between->bytes, strlen(between->bytes), MSG_NOSIGNAL);
    else
        shutdown(between->fd, SHUT_WR);
    weft_stromboli_run(between->client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL, on_stromboli_run_outcome,
                       &between->next);
}

static void run_after(interlude *between)
{
    client_rig rig;
    call_outcome first = {.then = interrupt_and_run, .arg = between};
    char url[64];
    int listener = listen_by_hand(url, sizeof(url)), second;

    CHECK(listener >= 0);
    CHECK(rig_open(&rig, NULL, &no_retries));
    between->client = rig_client(&rig, &(weft_client_options){.base_url = url, .retries.max_retries = WEFT_NO_RETRIES});
    weft_stromboli_run(between->client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL, on_stromboli_run_outcome,
                       &first);
    between->fd = answer_by_hand(&rig.loop, listener);
    CHECK(between->fd >= 0);
    CHECK_UNTIL(&rig.loop, first.count > 0);
    second = answer_by_hand(&rig.loop, listener);
    CHECK(second >= 0);
    CHECK(rig_run(&rig));
    CHECK_EQ(between->next.code, WEFT_OK);
    CHECK_STR(between->next.text, "{\"status\":\"completed\"}");
    close(between->fd);
    close(second);
    close(listener);
    CHECK(rig_end(&rig));
}

TEST(run_is_not_lost_on_a_connection_that_ends_while_the_last_callback_runs)
{
    run_after(&(interlude){.bytes = NULL});
}

TEST(bytes_that_come_while_the_last_callback_runs_are_not_the_next_answer)
{
    run_after(&(interlude){.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong"});
    run_after(&(interlude){.bytes = "H"});
}

/* The answer comes before the request is written: the rest of that is still in the connection's way. */
TEST(connection_is_not_used_again_before_its_request_was_sent_whole)
{
    enum { SIZE = 16 * 1024 * 1024 };
    client_rig rig;
    weft_client *client;
    call_outcome upload = {0}, next = {0};
    char url[64], *bytes = calloc(1, SIZE);
    int listener = listen_by_hand(url, sizeof(url)), first, second;

    CHECK(listener >= 0 && bytes);
    CHECK(rig_open(&rig, NULL, NULL));
    client = rig_client(&rig, &(weft_client_options){.base_url = url, .retries.max_retries = WEFT_NO_RETRIES});
    weft_http_send(client,
                   &(weft_http_request){.method = "POST", .path = "/", .body = {.bytes = bytes, .bytes_len = SIZE}},
                   NULL, on_http_outcome, &upload);
    free(bytes);
    first = answer_by_hand(&rig.loop, listener);
    CHECK(first >= 0);
    CHECK(rig_run(&rig));
    CHECK_EQ(upload.code, WEFT_OK);
    CHECK_EQ(rig_stats(&rig).connections_open, 0);
    weft_http_send(client, &(weft_http_request){.method = "GET", .path = "/"}, NULL, on_http_outcome, &next);
    second = answer_by_hand(&rig.loop, listener);
    CHECK(second >= 0);
    CHECK(rig_run(&rig));
    CHECK_EQ(next.code, WEFT_OK);
    CHECK(!next.details.reused_connection);
    close(first);
    close(second);
    close(listener);
    CHECK(rig_end(&rig));
}

/* ---- what the server says of its patience ------------------------------------------------------------------------ */

#define KEPT(words) "HTTP/1.1 200 OK\r\nKeep-Alive: " words "\r\nContent-Length: 2\r\n\r\nok"

/* How many connections five calls need, one right after the other, when each answer is this one. */
static size_t connections_for_five(fault_script script)
{
    client_rig rig;
    call_outcome calls[5] = {{0}};
    size_t count;

    if (!rig_open(&rig, NULL, &no_retries))
        return 0;
    fault_server_play(rig.server, script, 0);
    for (int i = 0; i < 5; i++) {
        ask(&rig, &calls[i]);
        if (!rig_run(&rig) || calls[i].code != WEFT_OK)
            return 0;
    }
    count = fault_server_connection_count(rig.server);
    return rig_end(&rig) ? count : 0;
}

TEST(connection_that_the_server_may_be_about_to_close_is_not_used_again)
{
    static const script_step zero[] = {EXPECT("GET "), SEND(KEPT("timeout=0")), REPEAT()};
    static const script_step one[] = {EXPECT("GET "), SEND(KEPT("timeout=1, max=100")), REPEAT()};
    static const script_step five[] = {EXPECT("GET "), SEND(KEPT("timeout=5, max=100")), REPEAT()};
    static const script_step last[] = {EXPECT("GET "), SEND(KEPT("timeout=5, max=0")), REPEAT()};

    CHECK_EQ(connections_for_five(SCRIPT(zero)), 5);
    CHECK_EQ(connections_for_five(SCRIPT(one)), 5); /* a second for the ways there and back */
    CHECK_EQ(connections_for_five(SCRIPT(five)), 1);
    CHECK_EQ(connections_for_five(SCRIPT(last)), 5);
}

static bool has_lost_one(void *arg)
{
    return rig_stats(arg).connections_idle < 2;
}

TEST(idle_connection_is_closed_before_the_server_does)
{
    static const script_step short_lived[] = {EXPECT("GET "), WAIT(), SEND(KEPT("timeout=2")), EXPECT_CLOSE()};
    static const script_step long_lived[] = {EXPECT("GET "), WAIT(), SEND(ANSWER_OK)};
    client_rig rig;
    call_outcome calls[2] = {{0}};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(short_lived), 1);
    fault_server_play(rig.server, SCRIPT(long_lived), 1);
    ask(&rig, &calls[0]);
    turn_until_waiting(&rig, 1);
    ask(&rig, &calls[1]);
    turn_until_waiting(&rig, 2);
    fault_server_release(rig.server);
    CHECK_UNTIL(&rig.loop, calls[0].count > 0);
    fault_server_release(rig.server);
    CHECK(rig_run(&rig));
    CHECK_EQ(rig_stats(&rig).connections_idle, 2);
    CHECK(test_loop_run_until(&rig.loop, has_lost_one, &rig, "the first to be closed"));
    CHECK_EQ(rig_stats(&rig).connections_idle, 1); /* the other one's server said nothing */
    CHECK(rig_end(&rig));
}

/* ---- one that always has more, or takes more --------------------------------------------------------------------- */

TEST(server_that_always_has_more_to_read_gets_its_share_of_each_turn)
{
    enum { SIZE = 4 * 1024 * 1024, SHARE = 4 * 64 * 1024 };
    char head[64], *body = calloc(1, SIZE);
    int len = snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", SIZE);
    const script_step steps[] = {EXPECT("GET "), SEND_DATA(head, (size_t)len), SEND_DATA(body, SIZE)};
    client_rig rig;
    call_outcome call = {0};
    uint64_t before, most = 0;

    CHECK(body);
    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    ask(&rig, &call);
    while (call.count == 0) {
        before = rig_stats(&rig).bytes_received;
        test_loop_turn(&rig.loop);
        if (rig_stats(&rig).bytes_received - before > most)
            most = rig_stats(&rig).bytes_received - before;
    }
    CHECK_EQ(call.body_len, SIZE);
    CHECK(most <= SHARE);
    CHECK(rig_end(&rig));
    free(body);
}

TEST(server_that_always_takes_more_gets_its_share_of_each_turn)
{
    enum { SIZE = 8 * 1024 * 1024, SHARE = 512 * 1024 };
    static const script_step takes[] = {EXPECT("POST /"), SEND(ANSWER_OK)};
    char *bytes = calloc(1, SIZE);
    client_rig rig;
    call_outcome call = {0};
    uint64_t before, most = 0;

    CHECK(bytes);
    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(takes), 1);
    weft_http_send(rig.client,
                   &(weft_http_request){.method = "POST", .path = "/", .body = {.bytes = bytes, .bytes_len = SIZE}},
                   NULL, on_http_outcome, &call);
    free(bytes);
    while (call.count == 0) {
        before = rig_stats(&rig).bytes_sent;
        test_loop_turn(&rig.loop);
        if (rig_stats(&rig).bytes_sent - before > most)
            most = rig_stats(&rig).bytes_sent - before;
    }
    CHECK_EQ(call.code, WEFT_OK);
    CHECK(rig_stats(&rig).bytes_sent > SIZE);
    CHECK(most <= SHARE);
    CHECK(rig_end(&rig));
}

/* ---- many origins ------------------------------------------------------------------------------------------------ */

static void resolve_to_this_machine(weft_resolve *request, const char *host, void *arg);
static const weft_engine_options any_name = {.resolve = resolve_to_this_machine};

enum { HOSTS = 100 };

static weft_client *client_of_host(client_rig *rig, unsigned number)
{
    char url[64];

    snprintf(url, sizeof(url), "http://host-%u.test:%d", number, fault_server_port(rig->server));
    return rig_client(rig, &(weft_client_options){.base_url = url});
}

/* More than are opened in one turn: each waits for its turn, but for nobody else's connection. */
TEST(clients_of_many_hosts_use_their_connections_again)
{
    client_rig rig;
    weft_client *clients[HOSTS];
    static call_outcome calls[HOSTS];

    CHECK(rig_open(&rig, &any_name, NULL));
    fault_server_play(rig.server, SCRIPT(answers_always), 0);
    for (unsigned i = 0; i < HOSTS; i++)
        CHECK((clients[i] = client_of_host(&rig, i)) != NULL);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < HOSTS; i++)
            weft_stromboli_get_metrics(clients[i], NULL, on_text_outcome, &calls[i]);
        CHECK(rig_run(&rig));
    }
    CHECK_EQ(rig_stats(&rig).connections_opened, HOSTS);
    CHECK_EQ(rig_stats(&rig).connections_reused, 2 * HOSTS);
    CHECK(rig_end(&rig));
}

TEST(connection_that_makes_room_for_another_origin_is_the_longest_idle_of_all)
{
    weft_engine_options options = any_name;
    client_rig rig;
    weft_client *clients[4];
    call_outcome calls = {0};

    options.max_connections = 3;
    CHECK(rig_open(&rig, &options, NULL));
    fault_server_play(rig.server, SCRIPT(answers_always), 0);
    for (unsigned i = 0; i < 4; i++)
        CHECK((clients[i] = client_of_host(&rig, i)) != NULL);
    for (unsigned i = 0; i < 6; i++) { /* 0, 1, 2, 0, 3, 0: room for 3 is made by 1 */
        static const unsigned order[] = {0, 1, 2, 0, 3, 0};

        weft_stromboli_get_metrics(clients[order[i]], NULL, on_text_outcome, &calls);
        CHECK(rig_run(&rig));
    }
    CHECK_EQ(rig_stats(&rig).connections_opened, 4);
    weft_stromboli_get_metrics(clients[2], NULL, on_text_outcome, &calls);
    CHECK(rig_run(&rig));
    CHECK_EQ(rig_stats(&rig).connections_opened, 4);
    CHECK(rig_end(&rig));
}

/* ---- origins that are no client's -------------------------------------------------------------------------------- */

static void resolve_to_this_machine(weft_resolve *request, const char *host, void *arg)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct sockaddr *addresses[] = {(struct sockaddr *)&address};

    (void)host;
    (void)arg;
    weft_resolve_answer(request, 0, addresses, 1);
}

/* From a URL of its own: the rig's client has another origin, even where it leads to the same server. */
static void fetch(client_rig *rig, const char *host, call_outcome *call)
{
    char url[128];

    snprintf(url, sizeof(url), "http://%s:%d/file", host, fault_server_port(rig->server));
    weft_http_send(rig->client, &(weft_http_request){.method = "GET", .url = url}, NULL, on_http_outcome, call);
}

TEST(connection_to_an_origin_of_no_client_is_kept)
{
    client_rig rig;
    call_outcome calls = {0};

    CHECK(rig_open(&rig, &any_name, NULL));
    fault_server_play(rig.server, SCRIPT(answers_always), 0);
    for (int i = 0; i < 200; i++) {
        fetch(&rig, "files.test", &calls);
        CHECK(rig_run(&rig));
        CHECK_EQ(calls.code, WEFT_OK);
    }
    CHECK_EQ(calls.count, 200);
    CHECK_EQ(fault_server_connection_count(rig.server), 1);
    CHECK_EQ(rig_stats(&rig).connections_idle, 1);
    CHECK(rig_end(&rig));
}

TEST(budget_for_retries_of_an_origin_of_no_client_is_kept)
{
    static const script_step fails[] = {EXPECT("GET "), SEND("HTTP/1.1 502 x\r\nContent-Length: 0\r\n\r\n"), REPEAT()};
    client_rig rig;
    call_outcome calls = {0};

    CHECK(rig_open(&rig, &any_name, &(weft_client_options){.retries = {.first_backoff_ms = 1, .max_backoff_ms = 1}}));
    fault_server_play(rig.server, SCRIPT(fails), 0);
    for (int i = 0; i < 150; i++) {
        fetch(&rig, "files.test", &calls);
        CHECK(rig_run(&rig));
    }
    /* A hundred at once, and one for ten calls. */
    CHECK(fault_server_request_count(rig.server) >= 150 + 100);
    CHECK(fault_server_request_count(rig.server) <= 150 + 116);
    CHECK(rig_end(&rig));
}

TEST(origins_of_no_client_are_kept_in_bounds)
{
    client_rig rig;
    call_outcome calls = {0};
    char host[32];

    CHECK(rig_open(&rig, &any_name, NULL));
    fault_server_play(rig.server, SCRIPT(answers_always), 0);
    for (int i = 0; i < 100; i++) {
        snprintf(host, sizeof(host), "files-%d.test", i);
        fetch(&rig, host, &calls);
        CHECK(rig_run(&rig));
        CHECK_EQ(calls.code, WEFT_OK);
    }
    CHECK_EQ(rig_stats(&rig).connections_open, 64);
    fetch(&rig, "files-99.test", &calls); /* the one left last is still there, */
    CHECK(rig_run(&rig));
    CHECK_EQ(fault_server_connection_count(rig.server), 100);
    fetch(&rig, "files-0.test", &calls); /* and the one left first is not */
    CHECK(rig_run(&rig));
    CHECK_EQ(fault_server_connection_count(rig.server), 101);
    CHECK(rig_end(&rig));
}

static bool has_nothing_open(void *arg)
{
    return rig_stats(arg).connections_open == 0;
}

TEST(origin_of_no_client_goes_with_the_time_of_its_connections)
{
    weft_engine_options options = any_name;
    client_rig rig;
    call_outcome calls = {0};

    options.keep_alive_ms = 20;
    CHECK(rig_open(&rig, &options, NULL));
    fault_server_play(rig.server, SCRIPT(answers_always), 0);
    fetch(&rig, "files.test", &calls);
    CHECK(rig_run(&rig));
    CHECK(test_loop_run_until(&rig.loop, has_nothing_open, &rig, "the connection to be closed"));
    fetch(&rig, "files.test", &calls);
    CHECK(rig_run(&rig));
    CHECK_EQ(calls.code, WEFT_OK);
    CHECK_EQ(fault_server_connection_count(rig.server), 2);
    CHECK(rig_end(&rig));
}

static void note_closed(void *arg)
{
    *(bool *)arg = true;
}

TEST(what_is_kept_for_clients_goes_with_the_last_of_them)
{
    client_rig rig;
    call_outcome calls = {0};
    weft_client *other;
    bool closed = false, other_closed = false;

    CHECK(rig_open(&rig, &any_name, NULL));
    other = rig_client(&rig, &(weft_client_options){.base_url = "http://other.test"});
    fault_server_play(rig.server, SCRIPT(answers_always), 0);
    fetch(&rig, "files.test", &calls);
    CHECK(rig_run(&rig));
    weft_client_close(rig.client, note_closed, &closed);
    CHECK(test_loop_run_until_set(&rig.loop, &closed, "the client to be closed"));
    CHECK_EQ(rig_stats(&rig).connections_open, 1); /* the other one may come to want it */
    weft_client_close(other, note_closed, &other_closed);
    CHECK(test_loop_run_until_set(&rig.loop, &other_closed, "the other client to be closed"));
    CHECK_EQ(rig_stats(&rig).connections_open, 0);
    CHECK(rig_end(&rig));
}
