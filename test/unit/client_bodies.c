/* Calls with files, ended at every stage and with every allocation failing: one outcome, and nothing half done. */
#include "file_fixture.h"

/* ---- ends at every stage --------------------------------------------------------------------------------------- */

typedef enum way_to_end { BY_CANCEL, BY_CLIENT, BY_ENGINE, WAYS_TO_END } way_to_end;

static void end_call(fixture *fx, way_to_end way)
{
    if (way == BY_CANCEL)
        weft_call_cancel(fx->call);
    else if (way == BY_CLIENT)
        weft_client_close(fx->rig.client, NULL, NULL);
    else
        weft_engine_close(fx->rig.engine, rig_engine_closed, &fx->rig);
}

/* Ends an upload and a download at one stage of theirs; `turns` of the loop before, with the pool held or not. */
static bool ends_cleanly(way_to_end way, bool saves, unsigned turns, bool held)
{
    static const script_step steps[] = {SEND(ANSWER_OK), CLOSE()}; /* the request may end anywhere */
    fixture fx;
    weft_code code;

    if (!fixture_open(&fx, NULL))
        return false;
    fault_server_play(fx.rig.server, SCRIPT(steps), 0);
    if (held)
        hold_pool(&fx);
    fixture_send(&fx, saves ? GET(.save_to = fixture_path(&fx, "x"))
                            : PUT(.body.file_path = pattern_file(&fx, PIECES_BYTES)));
    turn(&fx, turns);
    if (fx.call)
        end_call(&fx, way);
    turn(&fx, 3);
    release_pool();
    if (!rig_run(&fx.rig) || fx.outcome.count != 1)
        return false;
    code = fx.outcome.code;
    if (saves && code == WEFT_OK && !file_is(&fx, "x", "ok", 2))
        return false;
    /* Whole, or not there; and nothing beside it. */
    if (saves && fixture_files(&fx, false) > 0 && (!file_is(&fx, "x", "ok", 2) || fixture_files(&fx, false) != 1))
        return false;
    if (code != WEFT_OK && code != (way == BY_CANCEL ? WEFT_E_CANCELLED : WEFT_E_CLOSED))
        return false;
    return fixture_end(&fx);
}

TEST(call_with_a_file_ends_cleanly_at_every_stage)
{
    for (int way = 0; way < WAYS_TO_END; way++)
        for (unsigned turns = 0; turns < 24; turns++)
            for (int kind = 0; kind < 4; kind++)
                if (!ends_cleanly((way_to_end)way, kind & 1, turns, kind & 2)) {
                    test_fail(__FILE__, __LINE__, "way %d, %u turns, kind %d", way, turns, kind);
                    return;
                }
}

/* ---- when memory is short -------------------------------------------------------------------------------------- */

/* Sends parts with a file, or saves the answer, with the nth allocation failing; true when it did not need n. */
static bool survives_failure(unsigned long n, bool saves, bool *ret_done)
{
    static const script_step steps[] = {
        EXPECT("/x HTTP/1.1"), SEND("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
        REPEAT()};
    weft_part parts[] = {{.name = "a", .value = "1"}, {.name = "f"}};
    fixture fx;
    bool ok;

    if (!fixture_open(&fx, &(weft_client_options){.retries.max_retries = WEFT_NO_RETRIES}))
        return false;
    parts[1].file_path = fixture_write(&fx, "f", "file", 4);
    fault_server_play(fx.rig.server, SCRIPT(steps), 0);
    /* On a connection that has served before: one that is given up without a request is no fault then. */
    if (!fixture_ask(&fx, GET()))
        return false;
    fx.rig.memory.fail_at = atomic_load(&fx.rig.memory.count) + n;
    fixture_send(
        &fx, saves ? GET(.save_to = fixture_path(&fx, "x"))
                   : &(weft_http_request){.method = "POST", .path = "/x", .body = {.parts = parts, .parts_count = 2}});
    ok = rig_run(&fx.rig) && fx.outcome.count <= 1;
    *ret_done = fx.outcome.code == WEFT_OK && fx.outcome.count == 1 &&
                atomic_load(&fx.rig.memory.count) < fx.rig.memory.fail_at;
    fx.rig.memory.fail_at = 0;
    if (fixture_files(&fx, false) != (saves && fx.outcome.count && fx.outcome.code == WEFT_OK ? 2 : 1)) {
        test_fail(__FILE__, __LINE__, "%u files", fixture_files(&fx, false));
        ok = false;
    }
    return fixture_end(&fx) && ok;
}

TEST(every_failing_allocation_of_a_call_with_files_ends_in_an_outcome)
{
    for (int saves = 0; saves < 2; saves++) {
        bool done = false;

        for (unsigned long n = 1; n < 200 && !done; n++)
            CHECK(survives_failure(n, saves, &done));
        CHECK(done);
    }
}
