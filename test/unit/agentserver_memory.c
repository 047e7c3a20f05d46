/* Each allocation of each way to ask agentserver fails once: an error, no crash, nothing left behind. */
#include "client_rig.h"
#include "test.h"

enum { ALLOCATIONS_MAX = 200 };

/* Sent as soon as somebody connects: a call that memory ended may never ask. */
#define ANSWERS(status, headers, body)                                                                                 \
    {                                                                                                                  \
        SEND("HTTP/1.1 " status "\r\n" headers "Connection: close\r\n\r\n" body), CLOSE()                              \
    }
#define JSON "Content-Type: application/json\r\n"

static const script_step login_steps[] =
    ANSWERS("200 OK", JSON "Set-Cookie: agentserver-token=0123; Path=/\r\n", "{\"status\":\"ok\"}");
static const script_step lost_steps[] = ANSWERS("401 Unauthorized", "Content-Type: text/plain\r\n", "unauthorized\n");
static const script_step quota_steps[] =
    ANSWERS("403 Forbidden", JSON, "{\"error\":\"quota_exceeded\",\"message\":\"m\",\"quota\":{}}");
static const script_step list_steps[] =
    ANSWERS("200 OK", JSON, "[{\"id\":\"i\",\"im_bindings\":[{\"bot_id\":\"b\"}]}]");
static const script_step task_steps[] = ANSWERS("200 OK", JSON, "{\"task_id\":\"t\",\"status\":\"completed\"}");
static const script_step redirect_steps[] = ANSWERS("302 Found", "Location: https://ms.example/\r\n", "");
static const script_step turn_steps[] =
    ANSWERS("200 OK", JSON, "{\"threadId\":\"t\",\"transport\":{\"code\":\"c\",\"message\":\"m\"}}");
static const script_step executor_steps[] = ANSWERS("201 Created", JSON, "{\"exe_id\":\"e\"}");

typedef struct attempt {
    client_rig rig;
    weft_client_options options;
    call_outcome outcome;
    bool submitted;
} attempt;

typedef void submit_fn(attempt *it);

/* One go with the `number`th allocation failing; whether it came to that. */
static bool fails_well(attempt *it, fault_script script, submit_fn *submit, unsigned long number)
{
    unsigned long before;
    bool reached;

    memset(it, 0, sizeof(*it));
    if (!rig_open(&it->rig, NULL, NULL))
        return false;
    fault_server_play(it->rig.server, script, 0);
    it->options.base_url = fault_server_url(it->rig.server);
    it->options.retries.max_retries = WEFT_NO_RETRIES;
    before = it->rig.memory.count;
    it->rig.memory.fail_at = before + number;
    submit(it);
    if (!rig_run(&it->rig))
        return false;
    reached = it->rig.memory.count >= before + number;
    it->rig.memory.fail_at = 0;
    if (it->submitted && it->outcome.count != 1)
        test_fail(__FILE__, __LINE__, "allocation %lu failed: reported %u times", number, it->outcome.count);
    if (!reached && it->outcome.code == WEFT_E_NO_MEMORY)
        test_fail(__FILE__, __LINE__, "out of memory without cause");
    if (!rig_end(&it->rig))
        test_fail(__FILE__, __LINE__, "allocation %lu failed: something was left behind", number);
    return reached;
}

static void fail_each(fault_script script, submit_fn *submit)
{
    unsigned long number = 1;
    attempt it;

    while (number < ALLOCATIONS_MAX && fails_well(&it, script, submit, number))
        number++;
    if (number < 5 || number == ALLOCATIONS_MAX)
        test_fail(__FILE__, __LINE__, "ended after %lu allocations", number);
}

/* A client with a session and a token, as far as memory goes. */
static weft_client *api(attempt *it)
{
    weft_client *client = weft_agentserver_client(it->rig.engine, &it->options, NULL);

    if (client) {
        weft_agentserver_set_session(client, "4567", NULL);
        weft_agentserver_set_agent_token(client, "89ab", NULL);
    }
    return client;
}

static void log_in(attempt *it)
{
    static const weft_agentserver_log_in_request alice = {"e", "p"};
    weft_client *client = api(it);

    it->submitted =
        client && weft_agentserver_log_in(client, &alice, NULL, on_agentserver_session_status_outcome, &it->outcome);
}

static void create_workspace(attempt *it)
{
    static const weft_agentserver_create_workspace_request request = {.name = "W"};
    weft_client *client = api(it);

    it->submitted = client && weft_agentserver_create_workspace(client, &request, NULL,
                                                                on_agentserver_workspace_outcome, &it->outcome);
}

static void list_sandboxes(attempt *it)
{
    weft_client *client = api(it);

    it->submitted =
        client && weft_agentserver_list_sandboxes(client, "w", NULL, on_agentserver_sandbox_list_outcome, &it->outcome);
}

static void register_agent(attempt *it)
{
    static const weft_agentserver_register_agent_request request = {.name = "n"};
    weft_client *client = api(it);

    it->submitted = client && weft_agentserver_register_agent(client, "o", &request, NULL,
                                                              on_agentserver_register_agent_outcome, &it->outcome);
}

static void wait_for_task(attempt *it)
{
    weft_client *client = api(it);

    it->submitted =
        client && weft_agentserver_wait_task(client, "t", NULL, NULL, NULL, on_agentserver_task_outcome, &it->outcome);
}

static void connect_modelserver(attempt *it)
{
    weft_client *client = api(it);

    it->submitted = client && weft_agentserver_connect_modelserver(
                                  client, "w", NULL, on_agentserver_connect_modelserver_outcome, &it->outcome);
}

/* Says what is missing, in words that memory is needed for. */
static void forget_the_workspace(attempt *it)
{
    weft_client *client = api(it);

    it->submitted =
        client && weft_agentserver_get_workspace(client, NULL, NULL, on_agentserver_workspace_outcome, &it->outcome);
}

static void run_turn(attempt *it)
{
    static const weft_agentserver_gateway_run_turn_request request = {.workspace_id = "w", .params = "{}"};
    weft_client *client = weft_agentserver_codex_gateway_client(it->rig.engine, &it->options, &it->rig.error);

    it->submitted = client && weft_agentserver_gateway_set_secret(client, "s", &it->rig.error) &&
                    weft_agentserver_gateway_run_turn(client, &request, NULL, on_agentserver_gateway_run_turn_outcome,
                                                      &it->outcome);
}

static void register_executor(attempt *it)
{
    static const weft_agentserver_gateway_register_executor_request request = {.display_name = "n"};
    weft_client *client = weft_agentserver_executor_gateway_client(it->rig.engine, &it->options, &it->rig.error);

    it->submitted = client && weft_agentserver_gateway_set_secret(client, "s", &it->rig.error) &&
                    weft_agentserver_gateway_register_executor(
                        client, "u", &request, NULL, on_agentserver_gateway_register_executor_outcome, &it->outcome);
}

TEST(logging_in_survives_every_failing_allocation)
{
    fail_each(SCRIPT(login_steps), log_in);
    fail_each(SCRIPT(lost_steps), list_sandboxes);
}

TEST(answers_of_every_shape_survive_every_failing_allocation)
{
    fail_each(SCRIPT(quota_steps), create_workspace);
    fail_each(SCRIPT(list_steps), list_sandboxes);
    fail_each(SCRIPT(task_steps), register_agent);
    fail_each(SCRIPT(task_steps), wait_for_task);
    fail_each(SCRIPT(redirect_steps), connect_modelserver);
}

TEST(a_refusal_of_ones_own_survives_every_failing_allocation)
{
    fail_each(SCRIPT(list_steps), forget_the_workspace);
}

TEST(the_gateways_survive_every_failing_allocation)
{
    fail_each(SCRIPT(turn_steps), run_turn);
    fail_each(SCRIPT(executor_steps), register_executor);
}
