/* What a debugger, a profiler or a crash reporter sees from within a callback. */
#include <execinfo.h>

#include "client_rig.h"
#include "test.h"

/* Where the test that runs goes on: a backtrace that has it came the whole way, through weft, llhttp and libuv. */
static const void *way_home;
static bool from_call, from_stream;

static bool backtrace_comes_home(void)
{
    void *frames[128];
    int count = backtrace(frames, 128);

    for (int i = 0; i < count; i++)
        if (frames[i] == way_home)
            return true;
    return false;
}

static void look_in_call(call_outcome *outcome, weft_call *call)
{
    (void)outcome;
    (void)call;
    from_call = backtrace_comes_home();
}

static void look_in_stream(stream_log *heard, weft_stream *stream)
{
    (void)heard;
    (void)stream;
    from_stream = backtrace_comes_home();
}

TEST(backtrace_in_a_callback_reaches_whoever_runs_the_loop)
{
    static const script_step streams[] = {
        EXPECT("GET /run/stream"),
        SEND(ANSWER_EVENTS "data: one\n\nevent: done\ndata: {}\n\n"),
        CLOSE(),
    };
    static const script_step answers[] = {EXPECT("GET /metrics"), SEND(ANSWER_OK), CLOSE()};
    call_outcome call = {.then = look_in_call};
    stream_log stream = {.at_event = look_in_stream};
    client_rig rig;

    way_home = __builtin_return_address(0);
    from_call = from_stream = false;
    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(streams), 1);
    fault_server_play(rig.server, SCRIPT(answers), 1);
    rig_stream(&rig, &stream, NULL);
    CHECK(rig_run(&rig));
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK(rig_end(&rig));
    CHECK(from_stream);
    CHECK(from_call);
}
