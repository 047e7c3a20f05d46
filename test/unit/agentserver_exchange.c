/* The exchanges of the contract: what is sent, to the byte where it matters, and what comes of the answer. */
#include "agentserver_fixture.h"

/* ---- Logging in and out ------------------------------------------------------------------------------ */

static const weft_agentserver_log_in_request alice = {.email = "alice@example.com", .password = "hunter2"};

TEST(login_keeps_the_cookie_and_sends_it)
{
    static const script_step steps[] = {
        EXPECT("POST /api/auth/login HTTP/1.1\r\n"),
        AS_NOBODY,
        WITH_BODY("{\"email\":\"alice@example.com\",\"password\":\"hunter2\"}"),
        SEND("HTTP/1.1 200 OK\r\nSet-Cookie: other=1; Path=/\r\nSet-Cookie: agentserver-token=" SESSION
             "; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax\r\nContent-Type: application/json\r\n"
             "Content-Length: 16\r\n\r\n{\"status\":\"ok\"}\n"),
        EXPECT("GET /api/auth/me HTTP/1.1\r\n"),
        AS_USER,
        WITHOUT_BODY,
        AND_LACKS("hunter2"),
        ANSWER("200 OK", "{\"id\":\"" USER "\",\"email\":\"alice@example.com\",\"name\":null,\"picture\":null,"
                         "\"role\":\"user\"}"),
    };
    const weft_agentserver_user *me;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(weft_agentserver_set_session(api, NULL, NULL) && !weft_agentserver_get_session(api));
    CHECK(finish(&fx, weft_agentserver_log_in(api, &alice, NULL, on_agentserver_session_status, &fx)));
    CHECK(!fx.error);
    CHECK(is(((const weft_agentserver_session_status *)fx.result)->status, "ok"));
    CHECK_STR(weft_agentserver_get_session(api), SESSION);
    CHECK(finish(&fx, weft_agentserver_get_me(api, NULL, on_agentserver_user, &fx)));
    CHECK(!fx.error);
    me = fx.result;
    CHECK(is(me->id, USER) && is(me->email, "alice@example.com") && is(me->role, "user"));
    CHECK(!me->name.ptr && weft_object_get_state(&me->object, "name") == WEFT_PRESENCE_NULL);
    CHECK(end(&fx));
}

TEST(logout_forgets_the_cookie)
{
    static const script_step steps[] = {
        EXPECT("POST /api/auth/logout HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nContent-Length: 0\r\n"),
        SEND("HTTP/1.1 200 OK\r\nSet-Cookie: agentserver-token=; Path=/; Max-Age=0; HttpOnly; Secure; "
             "SameSite=Lax\r\n"
             "Content-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"status\":\"ok\"}\n"),
        EXPECT("GET /api/auth/check HTTP/1.1\r\n"),
        AS_NOBODY,
        ANSWER_TEXT("401 Unauthorized", "unauthorized"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_agentserver_log_out(api, NULL, on_agentserver_session_status, &fx)));
    CHECK(!fx.error && !weft_agentserver_get_session(api));
    CHECK(finish(&fx, weft_agentserver_check_session(api, NULL, on_agentserver_session_status, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_UNAUTHORIZED);
    CHECK(end(&fx));
}

TEST(register_gives_the_user_but_no_session)
{
    static const script_step steps[] = {
        EXPECT("POST /api/auth/register HTTP/1.1\r\n"),
        AS_NOBODY,
        ANSWER("201 Created", "{\"id\":\"" USER "\",\"email\":\"alice@example.com\"}"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(weft_agentserver_set_session(api, NULL, NULL));
    CHECK(finish(&fx, weft_agentserver_register_user(api, &alice, NULL, on_agentserver_register_user, &fx)));
    CHECK(!fx.error && is(((const weft_agentserver_register_user_response *)fx.result)->id, USER));
    CHECK(!weft_agentserver_get_session(api));
    CHECK(end(&fx));
}

/* ---- Workspaces and keys ----------------------------------------------------------------------------- */

TEST(a_workspace_is_made)
{
    static const script_step steps[] = {
        EXPECT("POST /api/workspaces HTTP/1.1\r\n"),
        AS_USER,
        WITH_BODY("{\"name\":\"My Workspace\"}"),
        ANSWER("201 Created", "{\"id\":\"" WORKSPACE "\",\"name\":\"My Workspace\",\"created_at\":"
                              "\"2026-05-22T08:30:00Z\",\"updated_at\":\"2026-05-22T08:30:00Z\"}"),
    };
    const weft_agentserver_workspace *workspace;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_agentserver_create_workspace(
                          api, &(weft_agentserver_create_workspace_request){.name = "My Workspace"}, NULL,
                          on_agentserver_workspace, &fx)));
    CHECK(!fx.error);
    workspace = fx.result;
    CHECK(is(workspace->id, WORKSPACE) && is(workspace->name, "My Workspace"));
    CHECK_EQ(weft_time_parse(workspace->created_at), INT64_C(1779438600) * 1000000000);
    CHECK(end(&fx));
}

TEST(a_key_is_minted_and_listed)
{
    static const script_step steps[] = {
        EXPECT("POST /api/workspaces/" WORKSPACE "/api-keys HTTP/1.1\r\n"),
        AS_USER,
        WITH_BODY("{\"name\":\"my-bot\",\"scopes\":[\"turns:submit\"]}"),
        SEND("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 188\r\n\r\n"
             "{\"id\":\"wak_A1B2C3D4\",\"name\":\"my-bot\",\"prefix\":\"wak_A1B2C3D4\",\"secret\":\"wak_"
             "A1B2C3D4_"
             "0123456789ABCDEFGHJKMNPQRSTVWXYZ01234567\",\"scopes\":[\"turns:submit\"],\"created_at\":"
             "\"2026-05-22T08:42:00Z\"}"),
        EXPECT("GET /api/workspaces/" WORKSPACE "/api-keys HTTP/1.1\r\n"),
        ANSWER("200 OK", "[{\"id\":\"wak_A1B2C3D4\",\"name\":\"my-bot\",\"prefix\":\"wak_A1B2C3D4\",\"scopes\":"
                         "[\"turns:submit\"],\"created_at\":\"2026-05-22T08:42:00Z\",\"last_used_at\":null,"
                         "\"revoked_at\":null}]"),
    };
    static const char *const scopes[] = {WEFT_AGENTSERVER_SCOPE_TURNS_SUBMIT};
    weft_agentserver_create_api_key_request request = {"my-bot", scopes, 1};
    const weft_agentserver_create_api_key_response *minted;
    const weft_agentserver_api_key_list *keys;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx,
                 weft_agentserver_create_api_key(api, WORKSPACE, &request, NULL, on_agentserver_create_api_key, &fx)));
    CHECK(!fx.error);
    minted = fx.result;
    CHECK(is(minted->secret, "wak_A1B2C3D4_0123456789ABCDEFGHJKMNPQRSTVWXYZ01234567"));
    CHECK(minted->scopes_count == 1 && is(minted->scopes[0], "turns:submit"));
    CHECK(finish(&fx, weft_agentserver_list_api_keys(api, WORKSPACE, NULL, on_agentserver_api_key_list, &fx)));
    CHECK(!fx.error);
    keys = fx.result;
    CHECK_EQ(keys->count, 1);
    CHECK(is(keys->items[0].prefix, "wak_A1B2C3D4") && !keys->items[0].revoked_at.ptr);
    CHECK_EQ(weft_object_get_state(&keys->items[0].object, "revoked_at"), WEFT_PRESENCE_NULL);
    CHECK(end(&fx));
}

/* ---- Sandboxes --------------------------------------------------------------------------------------- */

TEST(a_sandbox_is_made_with_what_it_may_have)
{
    static const script_step steps[] = {
        EXPECT("POST /api/workspaces/" WORKSPACE "/sandboxes HTTP/1.1\r\n"),
        AS_USER,
        WITH_BODY("{\"name\":\"box\",\"type\":\"claudecode\",\"cpu\":500,\"memory\":536870912,\"idle_timeout\":600,"
                  "\"metadata\":{\"team\":\"a\"}}"),
        ANSWER("201 Created",
               "{\"id\":\"" SANDBOX "\",\"short_id\":\"k3v9x2m1\",\"workspace_id\":\"" WORKSPACE "\",\"name\":\"box\","
               "\"type\":\"claudecode\",\"status\":\"creating\",\"claudecode_url\":\"https://"
               "claude-k3v9x2m1.example."
               "dev/"
               "auth?token=9f0c\",\"created_at\":\"2026-05-22T08:31:00Z\",\"last_activity_at\":null,\"paused_"
               "at\":"
               "null,\"is_local\":false,\"cpu\":500,\"memory\":536870912,\"idle_timeout\":600,\"metadata\":"
               "{\"team\":\"a\"}}"),
    };
    weft_agentserver_create_sandbox_request request = {
        .name = "box",
        .type = WEFT_AGENTSERVER_SANDBOX_CLAUDECODE,
        .cpu_millicores = weft_some_int64(500),
        .memory_bytes = weft_some_int64(536870912),
        .idle_timeout_s = weft_some_int64(600),
        .metadata = "{\"team\":\"a\"}",
    };
    const weft_agentserver_sandbox *sandbox;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_agentserver_create_sandbox(api, WORKSPACE, &request, NULL, on_agentserver_sandbox, &fx)));
    CHECK(!fx.error);
    sandbox = fx.result;
    CHECK(is(sandbox->id, SANDBOX) && is(sandbox->status, WEFT_AGENTSERVER_SANDBOX_STATUS_CREATING));
    CHECK(weft_agentserver_sandbox_is_changing(sandbox));
    CHECK(is(weft_agentserver_sandbox_get_url(sandbox), "https://claude-k3v9x2m1.example.dev/auth?token=9f0c"));
    CHECK(sandbox->cpu_millicores.value == 500 && sandbox->memory_bytes.value == 536870912 &&
          sandbox->idle_timeout_s.value == 600);
    CHECK(json_is(sandbox->metadata, "{\"team\":\"a\"}") && !sandbox->is_local && !sandbox->agent_info);
    CHECK(end(&fx));
}

TEST(a_sandbox_is_paused_once)
{
    static const script_step steps[] = {
        EXPECT("POST /api/sandboxes/" SANDBOX "/pause HTTP/1.1\r\n"),
        AS_USER,
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"status\":\"pausing\"}"),
        EXPECT("POST /api/sandboxes/" SANDBOX "/pause HTTP/1.1\r\n"),
        ANSWER_TEXT("409 Conflict", "sandbox cannot be paused in current state: pausing"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_agentserver_pause_sandbox(api, SANDBOX, NULL, on_agentserver_sandbox_status, &fx)));
    CHECK(!fx.error);
    CHECK(is(((const weft_agentserver_sandbox_status *)fx.result)->status, "pausing"));
    CHECK(finish(&fx, weft_agentserver_pause_sandbox(api, SANDBOX, NULL, on_agentserver_sandbox_status, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_CONFLICT);
    CHECK(strstr(fx.error->message, ": 409 Conflict: sandbox cannot be paused in current state: pausing"));
    CHECK(is(fx.error->body, "sandbox cannot be paused in current state: pausing\n"));
    CHECK(end(&fx));
}

/* A change of state, as it was told. */
typedef struct changes {
    fixture fx; /* first: it is the argument of the call as well */
    char seen[128];
} changes;

static void on_sandbox_change(const weft_agentserver_sandbox *sandbox, void *arg)
{
    changes *told = arg;

    strncat(told->seen, sandbox->status.ptr, sizeof(told->seen) - strlen(told->seen) - 1);
    strncat(told->seen, " ", sizeof(told->seen) - strlen(told->seen) - 1);
}

TEST(a_sandbox_is_waited_for)
{
#define STATUS(word, length)                                                                                           \
    EXPECT("GET /api/sandboxes/" SANDBOX " HTTP/1.1\r\n"), AS_USER,                                                    \
        SEND("HTTP/1.1 200 OK\r\nContent-Length: " length "\r\n\r\n{\"status\":\"" word "\"}")
    static const script_step steps[] = {STATUS("creating", "21"), STATUS("creating", "21"), STATUS("warming up", "23"),
                                        STATUS("running", "20")};
    weft_wait_options wait = {.first_interval_ms = 1, .max_interval_ms = 1};
    changes told = {.seen = ""};

    CHECK(begin(&told.fx, SCRIPT(steps), 1));
    CHECK(finish(&told.fx, weft_agentserver_wait_sandbox(api, SANDBOX, &wait, on_sandbox_change, NULL,
                                                         on_agentserver_sandbox, &told)));
    CHECK(!told.fx.error);
    CHECK(is(((const weft_agentserver_sandbox *)told.fx.result)->status, "running"));
    CHECK_STR(told.seen, "creating warming up running "); /* what nobody knows is told, and is no end */
    CHECK_EQ(told.fx.reports, 1);
    CHECK(end(&told.fx));
}

/* ---- Agents ------------------------------------------------------------------------------------------ */

TEST(an_agent_registers_publishes_its_card_and_discovers)
{
    static const script_step steps[] = {
        EXPECT("POST /api/agent/register HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer oauth-access-token\r\n"),
        AND_LACKS("Cookie"),
        WITH_BODY("{\"name\":\"Laptop\",\"type\":\"custom\"}"),
        SEND("HTTP/1.1 201 Created\r\nContent-Length: 228\r\n\r\n"
             "{\"proxy_token\":\"2c1c67893d040f5d31b5d6cf7bbac999\",\"sandbox_id\":\"" AGENT "\",\"short_id\":"
             "\"q1w2e3r4\",\"tunnel_token\":\"7d1f67893d040f5d31b5d6cf7bbac300\",\"workspace_id\":\"" WORKSPACE "\"}"),
        EXPECT("POST /api/agent/discovery/cards HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer 2c1c67893d040f5d31b5d6cf7bbac999\r\n"),
        WITH_BODY("{\"display_name\":\"Laptop\",\"description\":\"builds "
                  "things\",\"agent_type\":\"custom\",\"card\":"
                  "{\"skills\":[{\"name\":\"build\"}]}}"),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"status\":\"ok\"}"),
        EXPECT("GET /api/agent/discovery/agents HTTP/1.1\r\n"),
        ANSWER("200 OK", "[{\"agent_id\":\"" AGENT "\",\"display_name\":\"Laptop\",\"description\":\"builds things\","
                         "\"agent_type\":\"custom\",\"status\":\"available\",\"card\":{\"skills\":[{\"name\":"
                         "\"build\"}]},\"version\":1}]"),
    };
    weft_agentserver_register_agent_card_request card = {"Laptop", "builds things", "custom",
                                                         "{\"skills\":[{\"name\":\"build\"}]}"};
    const weft_agentserver_register_agent_response *agent;
    const weft_agentserver_agent_card_list *found;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_agentserver_register_agent(
                          api, "oauth-access-token",
                          &(weft_agentserver_register_agent_request){.name = "Laptop", .type = "custom"}, NULL,
                          on_agentserver_register_agent, &fx)));
    CHECK(!fx.error);
    agent = fx.result;
    CHECK(is(agent->sandbox_id, AGENT) && is(agent->tunnel_token, "7d1f67893d040f5d31b5d6cf7bbac300"));
    CHECK(weft_agentserver_set_agent_token(api, agent->proxy_token.ptr, NULL));
    CHECK(finish(&fx, weft_agentserver_register_agent_card(api, &card, NULL, on_agentserver_register_agent_card, &fx)));
    CHECK(!fx.error);
    CHECK(finish(&fx, weft_agentserver_list_agent_cards_as_agent(api, NULL, on_agentserver_agent_card_list, &fx)));
    CHECK(!fx.error);
    found = fx.result;
    CHECK(found->count == 1 && is(found->items[0].agent_id, AGENT) && found->items[0].version == 1);
    CHECK(json_is(found->items[0].card, "{\"skills\":[{\"name\":\"build\"}]}"));
    CHECK(end(&fx));
}

#define TASK "task_0bc1c113-4f09-4e1f-83f0-a937bc944be6"

TEST(a_task_is_given_taken_done_and_read)
{
    static const script_step steps[] = {
        EXPECT("POST /api/workspaces/" WORKSPACE "/tasks HTTP/1.1\r\n"),
        AS_USER,
        WITH_BODY("{\"target_id\":\"" AGENT "\",\"prompt\":\"Run the test suite\",\"skill\":\"testing\","
                  "\"timeout_seconds\":600}"),
        SEND("HTTP/1.1 201 Created\r\nContent-Length: 90\r\n\r\n{\"session_id\":\"\",\"status\":\"pending\","
             "\"task_id\":\"" TASK "\"}"),
        EXPECT("GET /api/agent/tasks/poll HTTP/1.1\r\n"),
        AS_AGENT,
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 140\r\n\r\n[{\"task_id\":\"" TASK "\",\"prompt\":\"Run the test "
             "suite\",\"system_context\":\"\",\"max_turns\":0,\"max_budget_usd\":0}]"),
        EXPECT("PUT /api/agent/tasks/" TASK "/status HTTP/1.1\r\n"),
        AS_AGENT,
        WITH_BODY("{\"status\":\"running\"}"),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        EXPECT("PUT /api/agent/tasks/" TASK "/status HTTP/1.1\r\n"),
        WITH_BODY("{\"status\":\"completed\",\"result\":{\"passed\":12},\"total_cost_usd\":0.042,\"num_turns\":3}"),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        EXPECT("GET /api/tasks/" TASK " HTTP/1.1\r\n"),
        AS_USER,
        ANSWER("200 OK", "{\"completed_at\":\"2026-05-22T08:40:10Z\",\"created_at\":\"2026-05-22T08:39:00Z\","
                         "\"num_turns\":3,\"prompt\":\"Run the test suite\",\"requester_id\":\"\",\"result\":"
                         "{\"passed\":12},\"skill\":\"testing\",\"status\":\"completed\",\"target_id\":\"" AGENT
                         "\",\"task_id\":\"" TASK "\",\"total_cost_usd\":0.042,\"workspace_id\":\"" WORKSPACE "\"}"),
    };
    weft_agentserver_create_task_request request = {
        .target_id = AGENT, .prompt = "Run the test suite", .skill = "testing", .timeout_s = 600};
    weft_agentserver_update_task_status_request running = {.status = WEFT_AGENTSERVER_TASK_RUNNING};
    weft_agentserver_update_task_status_request completed = {.status = WEFT_AGENTSERVER_TASK_COMPLETED,
                                                             .result = "{\"passed\":12}",
                                                             .total_cost_usd = weft_some_double(0.042),
                                                             .num_turns = 3};
    const weft_agentserver_assigned_task_list *taken;
    const weft_agentserver_task *task;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_agentserver_create_task(api, WORKSPACE, &request, NULL, on_agentserver_create_task, &fx)));
    CHECK(!fx.error && is(((const weft_agentserver_create_task_response *)fx.result)->task_id, TASK));
    CHECK(finish(&fx, weft_agentserver_poll_tasks(api, NULL, NULL, on_agentserver_assigned_task_list, &fx)));
    CHECK(!fx.error);
    taken = fx.result;
    CHECK(taken->count == 1 && is(taken->items[0].task_id, TASK));
    CHECK(taken->items[0].system_context.ptr && taken->items[0].system_context.len == 0);
    CHECK(finish(&fx, weft_agentserver_update_task_status(api, TASK, &running, NULL, on_done, &fx)));
    CHECK(!fx.error && !fx.result);
    CHECK(finish(&fx, weft_agentserver_update_task_status(api, TASK, &completed, NULL, on_done, &fx)));
    CHECK(!fx.error);
    CHECK(finish(&fx, weft_agentserver_wait_task(api, TASK, NULL, NULL, NULL, on_agentserver_task, &fx)));
    CHECK(!fx.error);
    task = fx.result;
    CHECK(weft_agentserver_task_is_completed(task) && json_is(task->result, "{\"passed\":12}"));
    CHECK(task->total_cost_usd.state == WEFT_PRESENCE_VALUE && task->total_cost_usd.value == (double)0.042);
    CHECK(task->num_turns == 3 && task->requester_id.ptr && !task->failure_reason.ptr && !task->output.ptr);
    CHECK(end(&fx));
}

TEST(a_task_that_failed_cannot_be_cancelled)
{
    static const script_step steps[] = {
        EXPECT("PUT /api/agent/tasks/task_1/status HTTP/1.1\r\n"),
        AS_AGENT,
        WITH_BODY("{\"status\":\"failed\",\"failure_reason\":\"compiler not found\"}"),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        EXPECT("POST /api/tasks/task_1/cancel HTTP/1.1\r\n"),
        AS_USER,
        ANSWER_TEXT("409 Conflict", "task already finished"),
    };
    weft_agentserver_update_task_status_request failed = {.status = WEFT_AGENTSERVER_TASK_FAILED,
                                                          .failure_reason = "compiler not found"};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_agentserver_update_task_status(api, "task_1", &failed, NULL, on_done, &fx)));
    CHECK(!fx.error);
    CHECK(finish(&fx, weft_agentserver_cancel_task(api, "task_1", NULL, on_agentserver_cancel_task, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_CONFLICT);
    CHECK(strstr(fx.error->message, "cannot cancel the task: POST "));
    CHECK(strstr(fx.error->message, "/api/tasks/task_1/cancel: 409 Conflict: task already finished"));
    CHECK(end(&fx));
}

TEST(messages_are_read_once_and_what_was_done_is_told)
{
    static const script_step steps[] = {
        EXPECT("POST /api/agent/mailbox/send HTTP/1.1\r\n"),
        AS_AGENT,
        WITH_BODY("{\"to\":\"" AGENT "\",\"text\":\"Hello\"}"),
        SEND("HTTP/1.1 201 Created\r\nContent-Length: "
             "38\r\n\r\n{\"message_id\":\"msg_5\",\"status\":\"sent\"}"),
        EXPECT("GET /api/agent/mailbox/inbox?limit=5 HTTP/1.1\r\n"),
        AS_AGENT,
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 131\r\n\r\n[{\"id\":\"msg_5\",\"from\":\"" SANDBOX "\",\"text\":"
             "\"Hello\",\"msg_type\":\"text\",\"created_at\":\"2026-05-22T08:41:00Z\"}]"),
        EXPECT("GET /api/agent/mailbox/inbox HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"),
        EXPECT("GET /api/workspaces/" WORKSPACE "/agent-interactions?limit=2 HTTP/1.1\r\n"),
        AS_USER,
        ANSWER("200 OK", "[{\"id\":12,\"actor_id\":\"" SANDBOX "\",\"action\":\"message_sent\",\"target_id\":\"msg_5\","
                         "\"target_type\":\"message\",\"detail\":{\"msg_type\":\"text\"},\"created_at\":"
                         "\"2026-05-22T08:41:00Z\"},{\"id\":11,\"actor_id\":null,\"action\":\"task_cancelled\","
                         "\"target_id\":"
                         "\"task_2\",\"target_type\":\"task\",\"created_at\":\"2026-05-22T08:40:30Z\"}]"),
    };
    const weft_agentserver_message_list *inbox;
    const weft_agentserver_interaction_list *done;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(
        &fx, weft_agentserver_send_message(api, &(weft_agentserver_send_message_request){.to = AGENT, .text = "Hello"},
                                           NULL, on_agentserver_send_message, &fx)));
    CHECK(!fx.error && is(((const weft_agentserver_send_message_response *)fx.result)->status, "sent"));
    CHECK(finish(&fx, weft_agentserver_poll_messages(api, &(weft_agentserver_poll_messages_options){5}, NULL,
                                                     on_agentserver_message_list, &fx)));
    CHECK(!fx.error);
    inbox = fx.result;
    CHECK(inbox->count == 1 && is(inbox->items[0].from, SANDBOX) && is(inbox->items[0].text, "Hello"));
    CHECK(finish(&fx, weft_agentserver_poll_messages(api, NULL, NULL, on_agentserver_message_list, &fx)));
    CHECK(!fx.error && ((const weft_agentserver_message_list *)fx.result)->count == 0);
    CHECK(finish(&fx, weft_agentserver_list_interactions(api, WORKSPACE,
                                                         &(weft_agentserver_list_interactions_options){.limit = 2},
                                                         NULL, on_agentserver_interaction_list, &fx)));
    CHECK(!fx.error);
    done = fx.result;
    CHECK(done->count == 2 && done->items[0].id == 12 && json_is(done->items[0].detail, "{\"msg_type\":\"text\"}"));
    CHECK(!done->items[1].actor_id.ptr && !done->items[1].detail.ptr);
    CHECK(end(&fx));
}

TEST(a_codex_token_is_minted_and_listed)
{
    static const script_step steps[] = {
        EXPECT("POST /api/codex/tokens HTTP/1.1\r\n"),
        WITH_BODY("{\"workspace_id\":\"" WORKSPACE "\",\"name\":\"my mac\",\"ttl_days\":400}"),
        SEND("HTTP/1.1 422 Unprocessable Entity\r\nContent-Type: text/plain; "
             "charset=utf-8\r\nContent-Length: 31\r\n"
             "\r\nttl_days out of range [1, 365]\n"),
        EXPECT("POST /api/codex/tokens HTTP/1.1\r\n"),
        AS_USER,
        WITH_BODY("{\"workspace_id\":\"" WORKSPACE "\",\"name\":\"my mac\",\"ttl_days\":30}"),
        SEND("HTTP/1.1 201 Created\r\nContent-Length: "
             "88\r\n\r\n{\"id\":\"a1b2c3d4\",\"token\":\"ast_a1b2c3d4_0\","
             "\"expires_at\":\"2026-06-21T08:56:00.123456789Z\"}"),
        EXPECT("GET /api/codex/tokens?workspace_id=" WORKSPACE "&include_revoked=true HTTP/1.1\r\n"),
        ANSWER("200 OK", "[{\"id\":\"a1b2c3d4\",\"name\":\"my mac\",\"workspace_id\":\"" WORKSPACE "\",\"created_at\":"
                         "\"2026-05-22T08:56:00.123456Z\",\"expires_at\":\"2026-06-21T08:56:00.123456Z\","
                         "\"revoked\":false}]"),
    };
    weft_agentserver_create_codex_token_request request = {WORKSPACE, "my mac", 400};
    const weft_agentserver_codex_token_list *tokens;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(
        finish(&fx, weft_agentserver_create_codex_token(api, &request, NULL, on_agentserver_create_codex_token, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_UNPROCESSABLE);
    CHECK(strstr(fx.error->message, "ttl_days out of range [1, 365]"));
    request.ttl_days = 30;
    CHECK(
        finish(&fx, weft_agentserver_create_codex_token(api, &request, NULL, on_agentserver_create_codex_token, &fx)));
    CHECK(!fx.error);
    CHECK_EQ(weft_time_parse(((const weft_agentserver_create_codex_token_response *)fx.result)->expires_at) %
                 1000000000,
             123456789);
    CHECK(finish(&fx,
                 weft_agentserver_list_codex_tokens(api, WORKSPACE, &(weft_agentserver_list_codex_tokens_options){true},
                                                    NULL, on_agentserver_codex_token_list, &fx)));
    CHECK(!fx.error);
    tokens = fx.result;
    CHECK(tokens->count == 1 && !tokens->items[0].revoked && !tokens->items[0].last_used_at.ptr);
    CHECK(end(&fx));
}
