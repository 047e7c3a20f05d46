/* Registers and logs in, makes a workspace and a sandbox, gives the sandbox a task and waits for its outcome, and has
 * codex answer one turn. Usage: agentserver URL [URL of the codex gateway], which weft-sim has below the first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weft/weft.h>

static const weft_agentserver_log_in_request alice = {.email = "alice@example.com", .password = "hunter2"};

typedef struct visit {
    weft_client *api;
    weft_client *codex;
    char workspace[64];
    char sandbox[64];
    int status;
} visit;

static bool failed(visit *at, const weft_error *error)
{
    if (!error)
        return false;
    fprintf(stderr, "%s\n", error->message);
    at->status = 1;
    return true;
}

static void on_turn(weft_call *call, const weft_error *error, const weft_agentserver_gateway_run_turn_response *answer,
                    void *arg)
{
    const weft_agentserver_gateway_turn *turn;
    visit *at = arg;

    if (failed(at, error))
        return;
    turn = weft_agentserver_gateway_read_turn(call, answer);
    if (!turn)
        return;
    printf("turn in thread %s: %s: %s\n", answer->thread_id.ptr, turn->status.ptr,
           turn->text.ptr ? turn->text.ptr
           : turn->error  ? turn->error->message.ptr
                          : "nothing was said");
    at->status = 0;
}

static void on_task_change(const weft_agentserver_task *task, void *arg)
{
    (void)arg;
    printf("task: %s\n", task->status.ptr);
}

static void on_task(weft_call *call, const weft_error *error, const weft_agentserver_task *task, void *arg)
{
    visit *at = arg;
    int64_t passed;

    (void)call;
    if (failed(at, error))
        return;
    /* A result is whatever JSON the agent has made of it. */
    if (weft_json_get_int64(weft_json_get_member(task->result, "passed"), &passed))
        printf("result: %lld tests passed\n", (long long)passed);
    else
        printf("no result: %s\n", task->failure_reason.ptr ? task->failure_reason.ptr : "(nobody said why)");
    weft_agentserver_gateway_run_turn(at->codex,
                                      &(weft_agentserver_gateway_run_turn_request){
                                          .workspace_id = at->workspace,
                                          .params = "{\"input\":[{\"type\":\"text\",\"text\":\"Say hi\"}]}",
                                      },
                                      NULL, on_turn, at);
}

static void on_task_created(weft_call *call, const weft_error *error,
                            const weft_agentserver_create_task_response *created, void *arg)
{
    visit *at = arg;

    (void)call;
    if (failed(at, error))
        return;
    weft_agentserver_wait_task(at->api, created->task_id.ptr, &(weft_wait_options){.first_interval_ms = 20},
                               on_task_change, NULL, on_task, at);
}

static void on_sandbox_runs(weft_call *call, const weft_error *error, const weft_agentserver_sandbox *sandbox,
                            void *arg)
{
    visit *at = arg;

    (void)call;
    if (failed(at, error))
        return;
    printf("sandbox %s is %s\n", sandbox->name.ptr, sandbox->status.ptr);
    weft_agentserver_create_task(
        at->api, at->workspace,
        &(weft_agentserver_create_task_request){.target_id = at->sandbox, .prompt = "Run the test suite"}, NULL,
        on_task_created, at);
}

static void on_sandbox(weft_call *call, const weft_error *error, const weft_agentserver_sandbox *sandbox, void *arg)
{
    visit *at = arg;

    (void)call;
    if (failed(at, error))
        return;
    snprintf(at->sandbox, sizeof(at->sandbox), "%s", sandbox->id.ptr);
    weft_agentserver_wait_sandbox(at->api, at->sandbox, NULL, NULL, NULL, on_sandbox_runs, at);
}

static void on_workspace(weft_call *call, const weft_error *error, const weft_agentserver_workspace *workspace,
                         void *arg)
{
    visit *at = arg;

    (void)call;
    if (failed(at, error))
        return;
    snprintf(at->workspace, sizeof(at->workspace), "%s", workspace->id.ptr);
    weft_agentserver_create_sandbox(at->api, at->workspace,
                                    &(weft_agentserver_create_sandbox_request){
                                        .name = "box",
                                        .type = WEFT_AGENTSERVER_SANDBOX_CLAUDECODE,
                                        .cpu_millicores = weft_some_int64(500),
                                    },
                                    NULL, on_sandbox, at);
}

static void on_login(weft_call *call, const weft_error *error, const weft_agentserver_session_status *result, void *arg)
{
    visit *at = arg;

    (void)call;
    (void)result;
    if (failed(at, error))
        return;
    weft_agentserver_create_workspace(at->api, &(weft_agentserver_create_workspace_request){.name = "My Workspace"},
                                      NULL, on_workspace, at);
}

static void on_registered(weft_call *call, const weft_error *error,
                          const weft_agentserver_register_user_response *result, void *arg)
{
    visit *at = arg;

    (void)call;
    (void)result;
    /* Whoever was here before has an account already. */
    if (error && error->code != WEFT_E_CONFLICT)
        failed(at, error);
    else
        weft_agentserver_log_in(at->api, &alice, NULL, on_login, at);
}

static bool make_clients(visit *at, weft_engine *engine, const char *url, const char *codex_url,
                         weft_error_info *ret_error)
{
    const char *secret = getenv("AGENTSERVER_SECRET");
    char below[256];

    snprintf(below, sizeof(below), "%s/agentserver-codex", url);
    at->api = weft_agentserver_client(engine, &(weft_client_options){.base_url = url}, ret_error);
    if (at->api)
        at->codex = weft_agentserver_codex_gateway_client(
            engine, &(weft_client_options){.base_url = codex_url ? codex_url : below}, ret_error);
    return at->codex && weft_agentserver_gateway_set_secret(at->codex, secret ? secret : "s3cret", ret_error);
}

int main(int argc, char **argv)
{
    uv_loop_t *loop = uv_default_loop();
    visit at = {.status = 1};
    weft_error_info problem;
    weft_engine *engine;

    if (argc < 2) {
        fprintf(stderr, "usage: %s URL [URL of the codex gateway]\n", argv[0]);
        return 2;
    }
    engine = weft_engine_new(loop, NULL, &problem);
    if (!engine || !make_clients(&at, engine, argv[1], argc > 2 ? argv[2] : NULL, &problem)) {
        fprintf(stderr, "%s\n", problem.message);
        return 2;
    }
    weft_agentserver_register_user(at.api, &alice, NULL, on_registered, &at);
    uv_run(loop, UV_RUN_DEFAULT);
    weft_engine_close(engine, NULL, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    return uv_loop_close(loop) == 0 ? at.status : 1;
}
