/* Answers to files: whole under their name or not there at all, in bounded memory, whatever the disk does. */
#include <signal.h>
#include <sys/resource.h>

#include "file_fixture.h"

TEST(answer_is_saved_whole_under_its_name_only)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\none"),
                                        WAIT(),           SEND("two"),
                                        EXPECT("GET /x"), SEND("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fixture_write(&fx, "x", "what was there before", 21);
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    fixture_send(&fx, GET(.save_to = fixture_path(&fx, "x")));
    CHECK_UNTIL(&fx.rig.loop, fault_server_waiting_count(fx.rig.server) > 0);
    turn(&fx, 20);
    CHECK(file_is(&fx, "x", "what was there before", 21));
    CHECK(fault_server_release(fx.rig.server));
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.body_size, 6);
    CHECK(fx.body_is_null);
    CHECK(file_is(&fx, "x", "onetwo", 6));
    CHECK_EQ(fixture_files(&fx, false), 1);
    CHECK(fixture_ask(&fx, GET(.save_to = fixture_path(&fx, "x"))));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(file_is(&fx, "x", "", 0));
    CHECK(fixture_end(&fx));
}

/* A head and the pattern, all of it; static. */
static const char *big_answer(size_t *ret_len)
{
    static char bytes[sizeof(pattern) + 128];
    int head = snprintf(bytes, 128, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", sizeof(pattern));

    for (size_t i = 0; i < sizeof(pattern); i++)
        pattern[i] = (char)(i % 251 + i / 65536);
    memcpy(bytes + head, pattern, sizeof(pattern));
    *ret_len = (size_t)head + sizeof(pattern);
    return bytes;
}

TEST(big_answer_is_saved_within_two_mebibytes)
{
    script_step steps[] = {EXPECT("GET /x"), SEND_DATA(NULL, 0)};
    long before;
    fixture fx;

    steps[1].bytes = big_answer(&steps[1].len);
    CHECK(fixture_open(&fx, &(weft_client_options){.max_body_bytes = 1}));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    before = atomic_load(&fx.rig.memory.bytes);
    atomic_store(&fx.rig.memory.peak, before);
    CHECK(fixture_ask(&fx, GET(.save_to = fixture_path(&fx, "x"))));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.body_size, sizeof(pattern));
    CHECK(file_is(&fx, "x", pattern, sizeof(pattern)));
    CHECK(atomic_load(&fx.rig.memory.peak) - before < 2 << 20);
    CHECK(fixture_end(&fx));
}

TEST(disk_that_is_slow_holds_the_server_back)
{
    script_step steps[] = {EXPECT("GET /x"), SEND_DATA(NULL, 0)};
    weft_engine_stats stats;
    fixture fx;

    steps[1].bytes = big_answer(&steps[1].len);
    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    hold_pool(&fx);
    fixture_send(&fx, GET(.save_to = fixture_path(&fx, "x")));
    do {
        turn(&fx, 10);
        stats = rig_stats(&fx.rig);
    } while (stats.bytes_received < 256 * 1024);
    turn(&fx, 100);
    stats = rig_stats(&fx.rig);
    CHECK(stats.bytes_received < 1024 * 1024);
    release_pool();
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(file_is(&fx, "x", pattern, sizeof(pattern)));
    CHECK(fixture_end(&fx));
}

TEST(answer_that_breaks_off_leaves_no_file)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\none"),
                                        CLOSE()};
    fixture fx;

    CHECK(fixture_open(&fx, &(weft_client_options){.retries.max_retries = WEFT_NO_RETRIES}));
    fixture_write(&fx, "x", "before", 6);
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&fx, GET(.save_to = fixture_path(&fx, "x"))));
    CHECK_EQ(fx.outcome.code, WEFT_E_CONNECTION_LOST);
    CHECK(file_is(&fx, "x", "before", 6));
    CHECK_EQ(fixture_files(&fx, false), 1);
    CHECK(fixture_end(&fx));
}

TEST(answer_that_breaks_off_is_saved_from_its_beginning)
{
    static const script_step cut[] = {EXPECT("GET /x"), SEND("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnothing"),
                                      CLOSE()};
    static const script_step whole[] = {EXPECT("GET /x"), SEND(ANSWER_OK)};

    for (int held = 0; held < 2; held++) {
        fixture fx;

        CHECK(fixture_open(&fx, &(weft_client_options){.retries.first_backoff_ms = 1}));
        fault_server_play(fx.rig.server, SCRIPT(cut), 1);
        fault_server_play(fx.rig.server, SCRIPT(whole), 1);
        if (held)
            hold_pool(&fx);
        fixture_send(&fx, GET(.save_to = fixture_path(&fx, "x")));
        CHECK_UNTIL(&fx.rig.loop, !held || fault_server_request_count(fx.rig.server) >= 2);
        release_pool();
        CHECK(rig_run(&fx.rig));
        CHECK_EQ(fx.outcome.code, WEFT_OK);
        CHECK_EQ(fx.outcome.details.attempts, 2);
        CHECK(file_is(&fx, "x", "ok", 2));
        CHECK_EQ(fixture_files(&fx, false), 1);
        CHECK(fixture_end(&fx));
    }
}

/* Fails to save "ok" as `name`; nothing new stays in the directory but what was there. */
static bool cannot_save(const char *name, unsigned files)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND(ANSWER_OK)};
    fixture fx;
    bool ok;

    if (!fixture_open(&fx, NULL) || mkdir(fixture_path(&fx, "directory"), 0700) != 0)
        return false;
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    if (!fixture_ask(&fx, GET(.save_to = fixture_path(&fx, name))))
        return false;
    ok = fx.outcome.code == WEFT_E_FILE && strstr(fx.outcome.message, fixture_path(&fx, name)) &&
         fixture_files(&fx, false) == files;
    if (!ok)
        test_fail(__FILE__, __LINE__, "%s: code %d, \"%s\", %u files", name, fx.outcome.code, fx.outcome.message,
                  fixture_files(&fx, false));
    return fixture_end(&fx) && ok;
}

TEST(file_that_cannot_be_written_is_named)
{
    CHECK(cannot_save("missing/x", 1));
    CHECK(cannot_save("directory", 1));
}

TEST(answer_does_not_take_the_place_of_what_is_no_file)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND(ANSWER_OK), HOLD()};
    struct stat status;
    fixture fx;
    const char *path;

    CHECK(fixture_open(&fx, NULL));
    path = fixture_path(&fx, "pipe");
    CHECK(mkfifo(path, 0600) == 0); /* as well as /dev/null, which nobody would try this on */
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    fixture_ask(&fx, GET(.save_to = path));
    CHECK_EQ(fx.outcome.code, WEFT_E_FILE);
    CHECK_CONTAINS(fx.outcome.message, "/pipe: it is there already, and no file");
    CHECK(lstat(path, &status) == 0 && S_ISFIFO(status.st_mode));
    CHECK(unlink(path) == 0);
    CHECK_EQ(fixture_files(&fx, false), 0);
    CHECK(fixture_end(&fx));
}

TEST(disk_that_is_full_ends_the_call_and_leaves_no_file)
{
    script_step steps[] = {EXPECT("GET /x"), SEND_DATA(NULL, 0), EXPECT_CLOSE()};
    struct rlimit before, small;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    fixture fx;

    steps[1].bytes = big_answer(&steps[1].len);
    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
    small = (struct rlimit){100000, before.rlim_max};
    CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
    fixture_ask(&fx, GET(.save_to = fixture_path(&fx, "x")));
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    CHECK_EQ(fx.outcome.code, WEFT_E_FILE);
    CHECK_CONTAINS(fx.outcome.message, "cannot write");
    CHECK_EQ(fixture_files(&fx, false), 0);
    CHECK(fixture_end(&fx));
}

TEST(answers_that_are_saved_under_one_name_at_once_are_whole)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND(ANSWER_OK)};
    call_outcome outcomes[4] = {0};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 4);
    for (int i = 0; i < 4; i++)
        weft_http_send(fx.rig.client, GET(.save_to = fixture_path(&fx, "x")), NULL, on_http_outcome, &outcomes[i]);
    CHECK(rig_run(&fx.rig));
    for (int i = 0; i < 4; i++)
        CHECK_EQ(outcomes[i].code, WEFT_OK);
    CHECK(file_is(&fx, "x", "ok", 2));
    CHECK_EQ(fixture_files(&fx, false), 1);
    CHECK(fixture_end(&fx));
}

TEST(answer_that_is_saved_may_be_paused)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND(ANSWER_OK), WAIT()};
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    fixture_send(&fx, GET(.save_to = fixture_path(&fx, "x")));
    weft_call_pause(fx.call);
    CHECK_UNTIL(&fx.rig.loop, fault_server_waiting_count(fx.rig.server) > 0);
    turn(&fx, 20);
    CHECK_EQ(fx.outcome.count, 0);
    CHECK_EQ(fixture_files(&fx, false), 0);
    weft_call_resume(fx.call);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(file_is(&fx, "x", "ok", 2));
    CHECK(fault_server_release(fx.rig.server));
    CHECK(fixture_end(&fx));
}

/* Who limits the rate by pausing must not lift what the disk holds back. */
TEST(answer_that_is_resumed_still_waits_for_the_disk)
{
    script_step steps[] = {EXPECT("GET /x"), SEND_DATA(NULL, 0)};
    fixture fx;

    steps[1].bytes = big_answer(&steps[1].len);
    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    hold_pool(&fx);
    fixture_send(&fx, GET(.save_to = fixture_path(&fx, "x")));
    do
        turn(&fx, 10);
    while (rig_stats(&fx.rig).bytes_received < 256 * 1024);
    for (int i = 0; i < 40; i++) {
        weft_call_pause(fx.call);
        weft_call_resume(fx.call);
        turn(&fx, 2);
    }
    CHECK(rig_stats(&fx.rig).bytes_received < 1024 * 1024);
    release_pool();
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(file_is(&fx, "x", pattern, sizeof(pattern)));
    CHECK(fixture_end(&fx));
}

/* ---- the callback says that nothing touches the disk any more -------------------------------------------------- */

typedef enum way_to_end { BY_CANCEL, BY_DEADLINE, BY_CLIENT, BY_ENGINE, WAYS_TO_END } way_to_end;

static unsigned files_at_report;

static void count_files(call_outcome *outcome, weft_call *call)
{
    (void)call;
    files_at_report = fixture_files(outcome->arg, false);
}

static void end_call(fixture *fx, way_to_end way)
{
    if (way == BY_CANCEL)
        weft_call_cancel(fx->call);
    else if (way == BY_CLIENT)
        weft_client_close(fx->rig.client, NULL, NULL);
    else if (way == BY_ENGINE)
        weft_engine_close(fx->rig.engine, rig_engine_closed, &fx->rig);
    /* Else a deadline is set, and passes. */
    CHECK_UNTIL(&fx->rig.loop, !fx->rig.engine || rig_stats(&fx->rig).connections_open == 0);
}

/* Ends a call that has written half an answer, while the pool has more to write, or nothing. */
static bool report_waits_for_the_disk(way_to_end way, bool is_writing)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\none"),
                                        WAIT(), SEND("two"), HOLD()};
    static const weft_code codes[] = {WEFT_E_CANCELLED, WEFT_E_TIMEOUT_IDLE, WEFT_E_CLOSED, WEFT_E_CLOSED};
    fixture fx;
    bool ok;

    if (!fixture_open(&fx, &(weft_client_options){.timeouts.idle_ms = way == BY_DEADLINE ? 100 : 0,
                                                  .retries.max_retries = WEFT_NO_RETRIES}))
        return false;
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    fixture_send(&fx, GET(.save_to = fixture_path(&fx, "x")));
    fx.outcome.then = count_files;
    fx.outcome.arg = &fx;
    UNTIL_OR(&fx.rig.loop, fixture_files(&fx, false) > 0, return false);
    hold_pool(&fx);
    if (is_writing)
        fault_server_release(fx.rig.server);
    UNTIL_OR(&fx.rig.loop, !is_writing || rig_stats(&fx.rig).bytes_received >= 44, return false);
    end_call(&fx, way);
    turn(&fx, 20);
    ok = fx.outcome.count == 0;
    release_pool();
    if (!is_writing)
        fault_server_release(fx.rig.server);
    ok = rig_run(&fx.rig) && fx.outcome.count == 1 && fx.outcome.code == codes[way] && files_at_report == 0 && ok;
    if (!ok)
        test_fail(__FILE__, __LINE__, "way %d, writing %d: %u reports, code %d, %u files", way, is_writing,
                  fx.outcome.count, fx.outcome.code, files_at_report);
    return fixture_end(&fx) && ok;
}

TEST(call_that_ends_while_it_saves_is_reported_when_nothing_touches_the_disk_any_more)
{
    for (int way = 0; way < WAYS_TO_END; way++)
        for (int is_writing = 0; is_writing < 2; is_writing++)
            CHECK(report_waits_for_the_disk((way_to_end)way, is_writing));
}

TEST(answer_is_saved_under_the_longest_name_that_there_is)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND(ANSWER_OK)};
    char name[256];
    fixture fx;

    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    CHECK(ASK(&fx, NULL, steps, GET(.save_to = fixture_path(&fx, name))));
    CHECK_STR(fx.outcome.message, "");
    CHECK(file_is(&fx, name, "ok", 2));
    CHECK_EQ(fixture_files(&fx, false), 1);
    CHECK(fixture_end(&fx));
}
