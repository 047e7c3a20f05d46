/* More calls than the process may open files. */
#include "test.h"

#include <sys/resource.h>

#include "loop.h"
#include "sim_process.h"
#include "weft/weft.h"

enum { CALLS = 400, DESCRIPTORS = 40 };

static unsigned succeeded, failed;

static void on_run(weft_call *call, const weft_error *error, const void *result, void *arg)
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
    engine = weft_engine_new(&loop.uv, NULL);
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
