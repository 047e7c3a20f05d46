/* More calls than the process may open files. */
#include "test.h"

#include <sys/resource.h>

#include <unistd.h>

#include "client_rig.h"
#include "sim_process.h"

enum { CALLS = 400, DESCRIPTORS = 40 };

static unsigned succeeded, failed;

static void on_run(weft_call *call, const weft_error *error, const weft_stromboli_run_response *result, void *arg)
{
    (void)call;
    (void)result;
    (void)arg;
    *(error ? &failed : &succeeded) += 1;
}

TEST(calls_wait_for_a_connection_when_the_process_is_out_of_descriptors)
{
    struct rlimit limit, low;
    sim_process sim;
    test_loop loop;
    weft_engine *engine;
    weft_client *client;

    CHECK(sim_process_start(&sim, NULL));
    CHECK(test_loop_open(&loop));
    engine = weft_engine_new(&loop.uv, NULL, NULL);
    client = weft_stromboli_client(engine, &(weft_client_options){.base_url = sim.base_url}, NULL);
    CHECK(client);
    CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
    low = limit;
    low.rlim_cur = DESCRIPTORS;
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
    for (int i = 0; i < CALLS; i++)
        weft_stromboli_run(client, &(weft_stromboli_run_request){.prompt = "sim:echo hello"}, NULL, on_run, NULL);
    CHECK(test_loop_run(&loop));
    setrlimit(RLIMIT_NOFILE, &limit);
    CHECK_EQ(succeeded, CALLS);
    CHECK_EQ(failed, 0);
    weft_engine_close(engine, NULL, NULL);
    CHECK(test_loop_run(&loop));
    CHECK(test_loop_close(&loop));
    CHECK(sim_process_stop(&sim));
}

/* No descriptor but those that are open; the limit before in `*ret_before`. */
static bool run_out_of_descriptors(struct rlimit *ret_before)
{
    struct rlimit low;
    int first_free = dup(STDERR_FILENO);

    close(first_free);
    if (getrlimit(RLIMIT_NOFILE, ret_before) != 0)
        return false;
    low = *ret_before;
    low.rlim_cur = (rlim_t)first_free;
    return setrlimit(RLIMIT_NOFILE, &low) == 0;
}

TEST(call_that_waits_for_a_descriptor_has_its_deadline_and_goes_on_when_there_is_one)
{
    static const script_step held[] = {EXPECT("GET "), WAIT(), SEND(ANSWER_OK)};
    static const script_step answers[] = {EXPECT("GET "), SEND(ANSWER_OK), REPEAT()};
    struct rlimit before;
    client_rig rig;
    call_outcome first = {0}, waits = {0}, gives_up = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(held), 1);
    fault_server_play(rig.server, SCRIPT(answers), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &first);
    CHECK_UNTIL(&rig.loop, fault_server_waiting_count(rig.server) > 0);
    CHECK(run_out_of_descriptors(&before));
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &waits);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts.queue_ms = 20}, on_text_outcome, &gives_up);
    CHECK_UNTIL(&rig.loop, gives_up.count > 0);
    setrlimit(RLIMIT_NOFILE, &before);
    CHECK_EQ(gives_up.code, WEFT_E_TIMEOUT_QUEUE);
    CHECK_EQ(waits.count, 0);
    CHECK_UNTIL(&rig.loop, waits.count > 0); /* nothing but time tells that there are descriptors again */
    CHECK_EQ(waits.code, WEFT_OK);
    CHECK_EQ(first.count, 0);
    fault_server_release(rig.server);
    CHECK(rig_run(&rig));
    CHECK_EQ(first.code, WEFT_OK);
    CHECK(rig_end(&rig));
}
