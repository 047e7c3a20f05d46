/* What is due at one time, by the thousand, is done over many turns of the loop: none does more than its share, and the
 * host's own handles are served in between. Each look at the clock takes a thousandth of a share here, so that turns
 * are counted in steps. */
#include <stdlib.h>

#include "client_rig.h"
#include "clock.h"
#include "loop/loop.h"
#include "test.h"

enum { MANY = 10000, LOOK_NS = WEFT__SHARE_NS / 1000, MOST_PER_TURN = 1001 };

/* ---- the loop itself --------------------------------------------------------------------------------------------- */

typedef struct bare {
    test_loop loop;
    weft__loop weft;
    uv_timer_t host; /* runs in each turn in which there is time for it */
    unsigned host_turns;
    bool closed;
} bare;

static unsigned done_count;
static unsigned most_in_a_turn;
static bool in_order;

typedef struct step {
    weft__task task;
    weft__timer timer;
    unsigned number;
} step;

static step steps[MANY];

static void on_loop_closed(weft__loop *loop)
{
    WEFT__CONTAINER_OF(loop, bare, weft)->closed = true;
}

static bool bare_open(bare *fx)
{
    memset(fx, 0, sizeof(*fx));
    if (!test_loop_open(&fx->loop))
        return false;
    test_clock_stop(&fx->loop);
    if (!weft__loop_init(&fx->weft, &fx->loop.uv, NULL) || weft__loop_open(&fx->weft) != 0)
        return false;
    weft__loop_hold(&fx->weft);
    test_clock_charge(LOOK_NS);
    done_count = most_in_a_turn = 0;
    in_order = true;
    return true;
}

static bool bare_end(bare *fx)
{
    bool ok;

    test_clock_charge(0);
    weft__loop_release(&fx->weft);
    weft__loop_close(&fx->weft, on_loop_closed);
    ok = test_loop_run(&fx->loop) && fx->closed;
    weft__loop_deinit(&fx->weft);
    return test_loop_close(&fx->loop) && ok;
}

/* Turns until all is done; how many it took. */
static unsigned turns_until_done(test_loop *loop, unsigned all)
{
    unsigned turns = 0;

    while (done_count < all && turns++ < 10 * MANY) {
        unsigned before = done_count;

        test_loop_turn(loop);
        if (done_count - before > most_in_a_turn)
            most_in_a_turn = done_count - before;
    }
    return turns;
}

static void note(const step *done)
{
    in_order = in_order && done->number == done_count;
    done_count++;
}

static void on_task(weft__task *task)
{
    note(WEFT__CONTAINER_OF(task, step, task));
}

static void on_timer(weft__timer *timer)
{
    note(WEFT__CONTAINER_OF(timer, step, timer));
}

TEST(tasks_beyond_a_turns_share_wait_for_the_next_turn_in_order)
{
    bare fx;

    CHECK(bare_open(&fx));
    for (unsigned i = 0; i < MANY; i++) {
        steps[i] = (step){.number = i, .task.run = on_task};
        weft__loop_defer(&fx.weft, &steps[i].task);
    }
    CHECK(turns_until_done(&fx.loop, MANY) >= MANY / MOST_PER_TURN);
    CHECK(most_in_a_turn <= MOST_PER_TURN);
    CHECK(in_order);
    CHECK(bare_end(&fx));
}

TEST(tasks_that_were_taken_back_are_not_run_in_a_later_turn)
{
    bare fx;

    CHECK(bare_open(&fx));
    for (unsigned i = 0; i < MANY; i++) {
        steps[i] = (step){.number = i, .task.run = on_task};
        weft__loop_defer(&fx.weft, &steps[i].task);
    }
    test_loop_turn(&fx.loop);
    CHECK(done_count > 0 && done_count <= MOST_PER_TURN);
    for (unsigned i = 0; i < MANY; i++)
        weft__loop_undefer(&steps[i].task);
    done_count = 0;
    test_loop_turns(&fx.loop, 20);
    CHECK_EQ(done_count, 0);
    CHECK(bare_end(&fx));
}

TEST(deadlines_beyond_a_turns_share_wait_for_the_next_turn_in_order)
{
    bare fx;

    CHECK(bare_open(&fx));
    for (unsigned i = 0; i < MANY; i++) {
        steps[i] = (step){.number = i};
        weft__timer_init(&steps[i].timer, on_timer);
        weft__loop_schedule(&fx.weft, &steps[i].timer, weft__now_ms() + 5000);
    }
    test_clock_move(10000);
    CHECK(turns_until_done(&fx.loop, MANY) >= MANY / (8 * MOST_PER_TURN));
    CHECK(most_in_a_turn <= 8 * MOST_PER_TURN);
    CHECK(in_order);
    CHECK(bare_end(&fx));
}

/* All of them in one slot of the wheel's third level, which moves down when 4096 ms are over. */
TEST(timers_that_come_nearer_move_a_share_at_a_time)
{
    enum { MORE = 100000 };
    static weft__timer timers[MORE];
    bare fx;
    unsigned turns = 0;

    CHECK(bare_open(&fx));
    test_clock_charge(10 * LOOK_NS);
    for (unsigned i = 0; i < MORE; i++) {
        weft__timer_init(&timers[i], on_timer);
        weft__loop_schedule(&fx.weft, &timers[i], ((weft__now_ms() >> 12) + 3) << 12 | (i & 0xfff));
    }
    test_clock_charge(10 * LOOK_NS);
    test_clock_move(3 * 4096);
    test_loop_turn(&fx.loop);
    for (; weft__wheel_is_behind(&fx.weft.wheel) && turns < MORE; turns++)
        test_loop_turn(&fx.loop);
    CHECK(turns >= MORE / (8 * 101) / 2);
    for (unsigned i = 0; i < MORE; i++)
        weft__loop_cancel(&fx.weft, &timers[i]);
    CHECK(bare_end(&fx));
}

/* ---- what calls end with ----------------------------------------------------------------------------------------- */

static void on_told(weft_call *call, const weft_error *error, const weft_str *result, void *arg)
{
    (void)call;
    (void)result;
    *(weft_code *)arg = error ? error->code : WEFT_OK;
    done_count++;
}

static bool rig_open_slowly(client_rig *rig, const weft_engine_options *options, const weft_client_options *client)
{
    if (!rig_open(rig, options, client))
        return false;
    test_clock_stop(&rig->loop);
    test_clock_charge(LOOK_NS);
    done_count = most_in_a_turn = 0;
    return true;
}

static bool rig_end_slowly(client_rig *rig)
{
    test_clock_charge(0);
    return rig_end(rig);
}

static const script_step holds[] = {HOLD()};
static const weft_engine_options one_connection = {.max_connections_per_origin = 1};

TEST(many_calls_cancelled_at_once_are_told_over_many_turns)
{
    static weft_call *calls[MANY];
    client_rig rig;
    weft_code code = WEFT_OK;

    CHECK(rig_open_slowly(&rig, &one_connection, NULL));
    fault_server_play(rig.server, SCRIPT(holds), 0);
    for (unsigned i = 0; i < MANY; i++)
        calls[i] = weft_stromboli_get_metrics(rig.client, NULL, on_told, &code);
    for (unsigned i = 0; i < MANY; i++)
        weft_call_cancel(calls[i]);
    turns_until_done(&rig.loop, MANY);
    CHECK_EQ(done_count, MANY);
    CHECK_EQ(code, WEFT_E_CANCELLED);
    CHECK(most_in_a_turn <= MOST_PER_TURN);
    CHECK(rig_end_slowly(&rig));
}

TEST(many_calls_that_are_refused_are_told_over_many_turns)
{
    static const weft_pair line = {"no name", "x"};
    static const weft_call_options wrong = {.headers = &line, .headers_count = 1};
    client_rig rig;
    weft_code code = WEFT_OK;

    CHECK(rig_open_slowly(&rig, &one_connection, NULL));
    for (unsigned i = 0; i < MANY; i++)
        weft_stromboli_get_metrics(rig.client, &wrong, on_told, &code);
    turns_until_done(&rig.loop, MANY);
    CHECK_EQ(done_count, MANY);
    CHECK_EQ(code, WEFT_E_INVALID);
    CHECK(most_in_a_turn <= MOST_PER_TURN);
    CHECK(rig_end_slowly(&rig));
}

TEST(many_calls_that_the_queue_has_no_room_for_are_told_over_many_turns)
{
    client_rig rig;
    weft_code code = WEFT_OK;
    const weft_engine_options options = {.max_connections_per_origin = 1, .max_queued_per_origin = 1};
    weft_call *first[2];

    CHECK(rig_open_slowly(&rig, &options, NULL));
    fault_server_play(rig.server, SCRIPT(holds), 0);
    for (unsigned i = 0; i < MANY + 2; i++) {
        weft_call *call = weft_stromboli_get_metrics(rig.client, NULL, on_told, &code);

        if (i < 2)
            first[i] = call;
    }
    turns_until_done(&rig.loop, MANY);
    CHECK_EQ(done_count, MANY);
    CHECK_EQ(code, WEFT_E_QUEUE_FULL);
    CHECK(most_in_a_turn <= MOST_PER_TURN);
    for (unsigned i = 0; i < 2; i++)
        weft_call_cancel(first[i]);
    CHECK(rig_end_slowly(&rig));
}

TEST(many_deadlines_that_pass_at_once_are_told_over_many_turns)
{
    const weft_client_options options = {.timeouts.total_ms = 5000, .retries.max_retries = WEFT_NO_RETRIES};
    client_rig rig;
    weft_code code = WEFT_OK;

    CHECK(rig_open_slowly(&rig, &one_connection, &options));
    fault_server_play(rig.server, SCRIPT(holds), 0);
    test_clock_charge(0);
    for (unsigned i = 0; i < MANY; i++)
        weft_stromboli_get_metrics(rig.client, NULL, on_told, &code);
    test_loop_turn(&rig.loop);
    test_clock_charge(LOOK_NS);
    test_clock_move(6000);
    turns_until_done(&rig.loop, MANY);
    CHECK_EQ(done_count, MANY);
    CHECK_EQ(code, WEFT_E_TIMEOUT_TOTAL);
    CHECK(most_in_a_turn <= MOST_PER_TURN);
    CHECK(rig_end_slowly(&rig));
}

/* Turns that do not wait: where they would, the clock would move to the next deadline. */
#define TURN_UNTIL(rig, condition)                                                                                     \
    do {                                                                                                               \
        for (unsigned turn_count = 0; !(condition) && turn_count < 10 * MANY; turn_count++)                            \
            test_loop_turn(&(rig)->loop);                                                                              \
        CHECK(condition);                                                                                              \
    } while (0)

/* ---- closing, and cancelling a group ----------------------------------------------------------------------------- */

static const script_step answers_always[] = {EXPECT("GET "), SEND(ANSWER_OK), REPEAT()};

static void note_closed(void *arg)
{
    *(unsigned *)arg = done_count;
}

static bool submit_many(client_rig *rig, const weft_call_options *options, weft_code *code)
{
    test_clock_charge(0);
    for (unsigned i = 0; i < MANY; i++)
        if (!weft_stromboli_get_metrics(rig->client, options, on_told, code))
            return false;
    test_loop_turn(&rig->loop);
    test_clock_charge(LOOK_NS);
    return true;
}

TEST(closing_a_client_with_many_calls_tells_them_over_many_turns)
{
    client_rig rig;
    weft_code code = WEFT_OK;
    unsigned closed_after = 0;

    CHECK(rig_open_slowly(&rig, &one_connection, NULL));
    fault_server_play(rig.server, SCRIPT(holds), 0);
    CHECK(submit_many(&rig, NULL, &code));
    weft_client_close(rig.client, note_closed, &closed_after);
    CHECK_EQ(done_count, 0);
    turns_until_done(&rig.loop, MANY);
    CHECK(most_in_a_turn <= MOST_PER_TURN);
    CHECK_EQ(code, WEFT_E_CLOSED);
    TURN_UNTIL(&rig, closed_after > 0);
    CHECK_EQ(closed_after, MANY);
    CHECK(rig_end_slowly(&rig));
}

TEST(closing_an_engine_with_many_calls_and_clients_tells_them_over_many_turns)
{
    enum { CLIENTS = 2000 };
    client_rig rig;
    weft_code code = WEFT_OK;

    CHECK(rig_open_slowly(&rig, &one_connection, NULL));
    fault_server_play(rig.server, SCRIPT(holds), 0);
    test_clock_charge(0);
    for (unsigned i = 0; i < CLIENTS; i++)
        weft_stromboli_get_metrics(rig_client(&rig, NULL), NULL, on_told, &code);
    CHECK(submit_many(&rig, NULL, &code));
    weft_engine_close(rig.engine, rig_engine_closed, &rig);
    CHECK_EQ(done_count, 0);
    turns_until_done(&rig.loop, MANY + CLIENTS);
    CHECK_EQ(done_count, MANY + CLIENTS);
    CHECK_EQ(code, WEFT_E_CLOSED);
    CHECK(most_in_a_turn <= MOST_PER_TURN);
    CHECK(rig_end_slowly(&rig));
}

TEST(call_of_a_client_that_closes_is_neither_sent_nor_answered_while_it_waits_to_be_told)
{
    client_rig rig;
    weft_code code = WEFT_OK;
    unsigned closed_after = 0, asked;

    CHECK(rig_open_slowly(&rig, &one_connection, NULL));
    fault_server_play(rig.server, SCRIPT(answers_always), 0);
    CHECK(submit_many(&rig, NULL, &code));
    test_clock_charge(WEFT__SHARE_NS); /* no time for more than one at a time */
    weft_client_close(rig.client, note_closed, &closed_after);
    asked = done_count;
    code = WEFT_E_CLOSED;
    for (unsigned turns = 0; done_count < MANY && turns < 2 * MANY; turns++) {
        test_loop_turn(&rig.loop);
        CHECK_EQ(code, WEFT_E_CLOSED);
    }
    CHECK_EQ(done_count, MANY);
    CHECK(fault_server_request_count(rig.server) <= asked + 2);
    TURN_UNTIL(&rig, closed_after > 0);
    CHECK(rig_end_slowly(&rig));
}

TEST(group_of_many_is_cancelled_over_many_turns_and_whoever_joins_later_is_not)
{
    client_rig rig;
    weft_code code = WEFT_OK, late_code = WEFT_E_CANCELLED;
    weft_call_options options = {0};
    weft_group *group;

    CHECK(rig_open_slowly(&rig, &one_connection, NULL));
    fault_server_play(rig.server, SCRIPT(answers_always), 0);
    group = weft_group_new(rig.engine, NULL);
    options.group = group;
    CHECK(submit_many(&rig, &options, &code));
    weft_group_cancel(group);
    CHECK(weft_stromboli_get_metrics(rig.client, &options, on_told, &late_code));
    CHECK_EQ(done_count, 0);
    turns_until_done(&rig.loop, MANY + 1);
    CHECK_EQ(done_count, MANY + 1);
    CHECK_EQ(code, WEFT_E_CANCELLED);
    CHECK_EQ(late_code, WEFT_OK);
    CHECK(most_in_a_turn <= MOST_PER_TURN);
    weft_group_close(group, NULL, NULL);
    CHECK(rig_end_slowly(&rig));
}

/* The answers lie in the kernel when the client closes. */
TEST(stream_of_a_client_that_closes_hears_nothing_while_it_waits_to_be_told)
{
    enum { STREAMS = 40 };
    static const script_step sends_later[] = {EXPECT("GET "), SEND(ANSWER_EVENTS), WAIT(), SEND("data: late\n\n"),
                                              HOLD()};
    static stream_log heard[STREAMS];
    client_rig rig;
    unsigned ends = 0, closed_after = 1;

    memset(heard, 0, sizeof(heard));
    CHECK(rig_open_slowly(&rig, NULL, NULL));
    test_clock_charge(0);
    fault_server_play(rig.server, SCRIPT(sends_later), 0);
    for (unsigned i = 0; i < STREAMS; i++)
        rig_stream(&rig, &heard[i], NULL);
    TURN_UNTIL(&rig, fault_server_waiting_count(rig.server) == STREAMS);
    TURN_UNTIL(&rig, rig_stats(&rig).streams_open == STREAMS);
    test_clock_charge(WEFT__SHARE_NS);
    while (fault_server_waiting_count(rig.server) > 0)
        fault_server_release(rig.server);
    weft_client_close(rig.client, note_closed, &closed_after);
    TURN_UNTIL(&rig, closed_after == 0);
    for (unsigned i = 0; i < STREAMS; i++) {
        CHECK_EQ(heard[i].events, 0);
        CHECK_EQ(heard[i].code, WEFT_E_CLOSED);
        ends += heard[i].ends;
    }
    CHECK_EQ(ends, STREAMS);
    CHECK(rig_end_slowly(&rig));
}

/* ---- connections ------------------------------------------------------------------------------------------------- */

static uint32_t open_now(const client_rig *rig)
{
    return rig_stats(rig).connections_open;
}

enum { CONNECTIONS = 100 };

/* So many idle connections of the rig's client, of which each that is closed takes a tenth of a share. */
static bool open_idle(client_rig *rig)
{
    static const script_step answers_later[] = {EXPECT("GET "), WAIT(), SEND(ANSWER_OK), HOLD()};
    weft_code code = WEFT_OK;

    if (!rig_open_slowly(rig, NULL, NULL))
        return false;
    test_clock_charge(0);
    fault_server_play(rig->server, SCRIPT(answers_later), 0);
    for (unsigned i = 0; i < CONNECTIONS; i++)
        weft_stromboli_get_metrics(rig->client, NULL, on_told, &code);
    UNTIL_OR(&rig->loop, fault_server_waiting_count(rig->server) == CONNECTIONS, return false);
    while (fault_server_waiting_count(rig->server) > 0)
        fault_server_release(rig->server);
    UNTIL_OR(&rig->loop, done_count == CONNECTIONS, return false);
    test_clock_charge(WEFT__SHARE_NS / 10);
    return open_now(rig) == CONNECTIONS;
}

TEST(many_idle_connections_of_a_client_that_closes_are_closed_over_many_turns)
{
    client_rig rig;
    unsigned closed_after = 0, turns = 0;

    CHECK(open_idle(&rig));
    weft_client_close(rig.client, note_closed, &closed_after);
    for (; open_now(&rig) > 0 && turns < 1000; turns++) {
        uint32_t before = open_now(&rig);

        test_loop_turn(&rig.loop);
        CHECK(before - open_now(&rig) <= 11);
    }
    CHECK(turns >= CONNECTIONS / 11);
    CHECK(rig_end_slowly(&rig));
}

/* What they hold, a proxy's password say, would else stay in memory until something else turns the loop. */
TEST(loop_turns_until_what_a_client_left_is_gone)
{
    client_rig rig;

    CHECK(open_idle(&rig));
    weft_client_close(rig.client, NULL, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(open_now(&rig), 0);
    CHECK(rig_end_slowly(&rig));
}

TEST(connections_are_dialled_for_a_share_of_each_turn)
{
    client_rig rig;
    weft_code code = WEFT_OK;
    unsigned turns = 0;

    CHECK(rig_open_slowly(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(answers_always), 0);
    test_clock_charge(WEFT__SHARE_NS / 3);
    for (unsigned i = 0; i < CONNECTIONS; i++)
        weft_stromboli_get_metrics(rig.client, NULL, on_told, &code);
    for (; done_count < CONNECTIONS && turns < 10000; turns++) {
        uint64_t before = rig_stats(&rig).connections_opened;

        test_loop_turn(&rig.loop);
        CHECK(rig_stats(&rig).connections_opened - before <= 16); /* a batch of the poller's */
    }
    CHECK_EQ(done_count, CONNECTIONS);
    CHECK_EQ(code, WEFT_OK);
    CHECK(rig_end_slowly(&rig));
}
