/* A process that forks keeps its engine, and the child does not disturb it. */
#include "stromboli_fixture.h"

#include <sys/wait.h>
#include <unistd.h>

#define HEALTH "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"status\":\"ok\"}"

static bool start_none(weft_fanout *fanout, uint64_t index, uint64_t due_ns, void *arg)
{
    (void)fanout;
    (void)index;
    (void)due_ns;
    (void)arg;
    return false;
}

static void note_end(weft_fanout *fanout, void *arg)
{
    (void)fanout;
    (void)arg;
}

/* Nothing can be made on it either. */
static bool every_constructor_says_so(weft_engine *engine)
{
    weft_fanout_options options = {.next = start_none, .end = note_end};
    weft_error_info errors[3] = {{.code = WEFT_OK}};

    if (weft_stromboli_client(engine, &(weft_client_options){.base_url = "http://127.0.0.1:1"}, &errors[0]) ||
        weft_group_new(engine, &errors[1]) || weft_fanout_start(engine, &options, &errors[2]))
        return false;
    for (size_t i = 0; i < 3; i++)
        if (errors[i].code != WEFT_E_FORKED || !strstr(errors[i].message, "make an engine of its own"))
            return false;
    return true;
}

/* What the child does with the engine that it inherited: asks, is refused, closes. */
static int child(fixture *fx)
{
    if (uv_loop_fork(&fx->loop.uv) != 0)
        return 2;
    fx->done = false;
    weft_stromboli_get_health(fx->client, NULL, on_stromboli_health, fx);
    UNTIL_OR(&fx->loop, fx->done, return 5);
    if (!fx->error || fx->error->code != WEFT_E_FORKED)
        return 3;
    if (!every_constructor_says_so(fx->engine))
        return 4;
    weft_call_unref(fx->call);
    weft_engine_close(fx->engine, on_closed, fx);
    UNTIL_OR(&fx->loop, fx->closed, return 6);
    return 0;
}

TEST(a_forked_child_is_told_so_and_leaves_the_parents_connection_alone)
{
    static const script_step two_on_one_connection[] = {
        EXPECT("GET /health "), SEND(HEALTH), EXPECT("GET /health "), SEND(HEALTH), HOLD(),
    };
    fixture fx;
    int status = -1;
    pid_t pid;

    CHECK(begin(&fx, SCRIPT(two_on_one_connection), 1));
    CHECK(finish(&fx, weft_stromboli_get_health(fx.client, NULL, on_stromboli_health, &fx)));
    CHECK(!fx.error);
    pid = fork();
    CHECK(pid >= 0);
    if (pid == 0)
        _exit(child(&fx));
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK(WIFEXITED(status));
    CHECK_EQ(WEXITSTATUS(status), 0);
    fx.done = false;
    fx.reports = 0;
    CHECK(finish(&fx, weft_stromboli_get_health(fx.client, NULL, on_stromboli_health, &fx)));
    CHECK(!fx.error);
    CHECK_EQ(fault_server_connection_count(fx.server), 1);
    CHECK(end(&fx));
}
