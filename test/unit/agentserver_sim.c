/* The library against the simulated agentserver: every operation finds what others made; roles, quotas, keys and
 * secrets are looked at; sandboxes and tasks go on with time; features are switched off. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sim_fixture.h"

static weft_client *api, *codex, *gateway;

/* What begin_at_home() made. */
static struct own {
    char workspace[64], sandbox[64];
    char seen[128]; /* states that were told */
} own;

/* Calls that succeed, and calls that fail with a code. */
static bool succeeds(fixture *fx, const weft_call *call)
{
    if (finish(fx, call) && fx->error)
        test_fail(__FILE__, __LINE__, "%s", fx->error->message);
    return !fx->error;
}

static bool fails(fixture *fx, const weft_call *call, weft_code code, const char *words)
{
    if (!finish(fx, call) || !fx->error)
        return false;
    if (fx->error->code == code && strstr(fx->error->message, words))
        return true;
    test_fail(__FILE__, __LINE__, "%s: %s", weft_code_name(fx->error->code), fx->error->message);
    return false;
}

#define OK(call) CHECK(succeeds(&fx, call))
#define FAILS(call, code, words) CHECK(fails(&fx, call, code, words))
#define END(name) NULL, on_##name, &fx
#define RESULT(type) ((const weft_agentserver_##type *)fx.result)

static weft_client_options options_at(const char *mount, char url[160])
{
    snprintf(url, 160, "%s/%s", sim.base_url, mount);
    return (weft_client_options){.base_url = url, .retries.first_backoff_ms = 1};
}

static const weft_agentserver_log_in_request alice = {"alice@example.com", "hunter2"};
static const weft_agentserver_log_in_request bob = {"bob@example.com", "swordfish"};

/* A simulator, and clients of it that nobody is logged in with. */
static bool begin(fixture *fx, const char *const *arguments)
{
    weft_client_options options;
    char url[160];

    memset(&own, 0, sizeof(own));
    if (!begin_sim(fx, arguments))
        return false;
    options = options_at("agentserver", url);
    api = weft_agentserver_client(fx->engine, &options, NULL);
    options = options_at("agentserver-codex", url);
    codex = weft_agentserver_codex_gateway_client(fx->engine, &options, NULL);
    options = options_at("agentserver-executors", url);
    gateway = weft_agentserver_executor_gateway_client(fx->engine, &options, NULL);
    return api && codex && gateway && weft_agentserver_gateway_set_secret(codex, "s3cret", NULL) &&
           weft_agentserver_gateway_set_secret(gateway, "s3cret", NULL);
}

/* The same with Alice, who is an administrator, a workspace of hers and a running sandbox. */
static bool begin_at_home(fixture *fx, const char *const *arguments)
{
    weft_agentserver_create_workspace_request home = {.name = "Home"};
    weft_agentserver_create_sandbox_request box = {.name = "box"};

    if (!begin(fx, arguments) ||
        !succeeds(fx, weft_agentserver_register_user(api, &alice, NULL, on_agentserver_register_user, fx)) ||
        !succeeds(fx, weft_agentserver_log_in(api, &alice, NULL, on_agentserver_session_status, fx)) ||
        !succeeds(fx, weft_agentserver_create_workspace(api, &home, NULL, on_agentserver_workspace, fx)))
        return false;
    snprintf(own.workspace, sizeof(own.workspace), "%s", ((const weft_agentserver_workspace *)fx->result)->id.ptr);
    if (!succeeds(fx, weft_agentserver_create_sandbox(api, own.workspace, &box, NULL, on_agentserver_sandbox, fx)))
        return false;
    snprintf(own.sandbox, sizeof(own.sandbox), "%s", ((const weft_agentserver_sandbox *)fx->result)->id.ptr);
    return succeeds(fx, weft_agentserver_wait_sandbox(api, own.sandbox, &(weft_wait_options){.first_interval_ms = 5},
                                                      NULL, NULL, on_agentserver_sandbox, fx));
}

/* Keeps a text of a result beyond the next call. */
static const char *keep(char *room, size_t size, weft_str text)
{
    snprintf(room, size, "%s", text.ptr ? text.ptr : "");
    return room;
}

/* ---- Users, workspaces, keys ------------------------------------------------------------------------- */

TEST(users_register_log_in_and_out)
{
    fixture fx;

    CHECK(begin(&fx, NULL));
    FAILS(weft_agentserver_get_me(api, END(agentserver_user)), WEFT_E_UNAUTHORIZED, "unauthorized");
    OK(weft_agentserver_register_user(api, &alice, END(agentserver_register_user)));
    FAILS(weft_agentserver_register_user(api, &alice, END(agentserver_register_user)), WEFT_E_CONFLICT,
          "email already taken");
    FAILS(weft_agentserver_log_in(api, &(weft_agentserver_log_in_request){"alice@example.com", "x"},
                                  END(agentserver_session_status)),
          WEFT_E_UNAUTHORIZED, "invalid credentials");
    OK(weft_agentserver_log_in(api, &alice, END(agentserver_session_status)));
    CHECK_EQ(strlen(weft_agentserver_get_session(api)), 64);
    OK(weft_agentserver_check_session(api, END(agentserver_session_status)));
    OK(weft_agentserver_get_me(api, END(agentserver_user)));
    CHECK(is(RESULT(user)->role, WEFT_AGENTSERVER_USER_ADMIN)); /* the first one */
    OK(weft_agentserver_list_workspaces(api, END(agentserver_workspace_list)));
    CHECK(RESULT(workspace_list)->count == 1 && is(RESULT(workspace_list)->items[0].name, "Default workspace"));
    OK(weft_agentserver_log_out(api, END(agentserver_session_status)));
    CHECK(!weft_agentserver_get_session(api));
    CHECK(weft_agentserver_set_session(api, "stale", NULL));
    FAILS(weft_agentserver_list_workspaces(api, END(agentserver_workspace_list)), WEFT_E_UNAUTHORIZED, "unauthorized");
    CHECK(!weft_agentserver_get_session(api));
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

TEST(workspaces_have_members_with_roles)
{
    weft_agentserver_rename_workspace_request rename = {.name = "Office"};
    weft_agentserver_add_member_request add = {.email = bob.email};
    weft_agentserver_set_member_role_request guest = {.role = WEFT_AGENTSERVER_MEMBER_GUEST};
    weft_agentserver_create_sandbox_request box = {.name = "b"};
    char session[80], bobs_id[64];
    fixture fx;

    CHECK(begin_at_home(&fx, NULL));
    OK(weft_agentserver_get_workspace_quota(api, END(agentserver_workspace_quota)));
    CHECK(RESULT(workspace_quota)->current == 2 && RESULT(workspace_quota)->max == 10);
    OK(weft_agentserver_rename_workspace(api, own.workspace, &rename, END(agentserver_workspace)));
    OK(weft_agentserver_get_workspace(api, own.workspace, END(agentserver_workspace)));
    CHECK(is(RESULT(workspace)->name, "Office"));
    FAILS(weft_agentserver_add_member(api, own.workspace, &add, END(agentserver_member)), WEFT_E_NOT_FOUND,
          "user not found");
    OK(weft_agentserver_register_user(api, &bob, END(agentserver_register_user)));
    keep(bobs_id, sizeof(bobs_id), RESULT(register_user_response)->id);
    OK(weft_agentserver_add_member(api, own.workspace, &add, END(agentserver_member)));
    CHECK(is(RESULT(member)->role, WEFT_AGENTSERVER_MEMBER_DEVELOPER));
    FAILS(weft_agentserver_add_member(api, own.workspace, &add, END(agentserver_member)), WEFT_E_SERVER_ERROR,
          "failed to add member");
    OK(weft_agentserver_set_member_role(api, own.workspace, bobs_id, &guest, END(done)));
    OK(weft_agentserver_list_members(api, own.workspace, END(agentserver_member_list)));
    CHECK(RESULT(member_list)->count == 2 && is(RESULT(member_list)->items[1].role, "guest"));
    snprintf(session, sizeof(session), "%s", weft_agentserver_get_session(api));
    OK(weft_agentserver_log_in(api, &bob, END(agentserver_session_status)));
    FAILS(weft_agentserver_create_sandbox(api, own.workspace, &box, END(agentserver_sandbox)), WEFT_E_FORBIDDEN,
          "insufficient permissions");
    FAILS(weft_agentserver_admin_list_users(api, END(agentserver_admin_user_list)), WEFT_E_FORBIDDEN, "forbidden");
    CHECK(weft_agentserver_set_session(api, session, NULL));
    OK(weft_agentserver_remove_member(api, own.workspace, bobs_id, END(done)));
    OK(weft_agentserver_log_in(api, &bob, END(agentserver_session_status)));
    FAILS(weft_agentserver_get_workspace(api, own.workspace, END(agentserver_workspace)), WEFT_E_FORBIDDEN,
          "not a workspace member");
    CHECK(weft_agentserver_set_session(api, session, NULL));
    OK(weft_agentserver_delete_workspace(api, own.workspace, END(done)));
    FAILS(weft_agentserver_get_workspace(api, own.workspace, END(agentserver_workspace)), WEFT_E_FORBIDDEN,
          "not a workspace member");
    FAILS(weft_agentserver_get_sandbox(api, own.sandbox, END(agentserver_sandbox)), WEFT_E_NOT_FOUND,
          "sandbox not found");
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

TEST(keys_are_good_for_turns_until_they_are_revoked)
{
    static const char *const submit[] = {WEFT_AGENTSERVER_SCOPE_TURNS_SUBMIT}, *const read[] = {"turns:read"};
    weft_agentserver_create_api_key_request request = {"my-bot", submit, 1};
    weft_agentserver_gateway_run_turn_request turn = {.params =
                                                          "{\"input\":[{\"type\":\"text\",\"text\":\"sim:echo hi\"}]}"};
    weft_client_options options;
    char url[160], id[32];
    weft_client *keyed;
    fixture fx;

    CHECK(begin_at_home(&fx, NULL));
    turn.workspace_id = own.workspace;
    OK(weft_agentserver_list_api_key_scopes(api, own.workspace, END(agentserver_api_key_scope_list)));
    CHECK(RESULT(api_key_scope_list)->count == 7 && RESULT(api_key_scope_list)->items[0].available);
    OK(weft_agentserver_create_api_key(api, own.workspace, &request, END(agentserver_create_api_key)));
    options = options_at("agentserver-codex", url);
    options.token = RESULT(create_api_key_response)->secret.ptr;
    keyed = weft_agentserver_codex_gateway_client(fx.engine, &options, NULL);
    CHECK(keyed);
    keep(id, sizeof(id), RESULT(create_api_key_response)->id);
    OK(weft_agentserver_gateway_run_turn(keyed, &turn, END(agentserver_gateway_run_turn)));
    CHECK(memmem(RESULT(gateway_run_turn_response)->turn.ptr, RESULT(gateway_run_turn_response)->turn.len,
                 "\"text\":\"hi\"", 11));
    turn.workspace_id = "another";
    FAILS(weft_agentserver_gateway_run_turn(keyed, &turn, END(agentserver_gateway_run_turn)), WEFT_E_FORBIDDEN,
          "api key not authorized for workspace another");
    turn.workspace_id = own.workspace;
    OK(weft_agentserver_revoke_api_key(api, own.workspace, id, END(done)));
    FAILS(weft_agentserver_gateway_run_turn(keyed, &turn, END(agentserver_gateway_run_turn)), WEFT_E_UNAUTHORIZED,
          "unauthorized");
    request.scopes = read;
    FAILS(weft_agentserver_create_api_key(api, own.workspace, &request, END(agentserver_create_api_key)),
          WEFT_E_BAD_REQUEST, "scope not available: turns:read");
    OK(weft_agentserver_list_api_keys(api, own.workspace, END(agentserver_api_key_list)));
    CHECK(RESULT(api_key_list)->count == 1 && RESULT(api_key_list)->items[0].revoked_at.ptr);
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

/* ---- Sandboxes --------------------------------------------------------------------------------------- */

static void on_change(const weft_agentserver_sandbox *sandbox, void *arg)
{
    size_t len = strlen(own.seen);

    (void)arg;
    snprintf(own.seen + len, sizeof(own.seen) - len, "%s ", sandbox->status.ptr);
}

TEST(sandboxes_rest_and_go_on)
{
    weft_wait_options wait = {.first_interval_ms = 5};
    weft_agentserver_rename_sandbox_request rename = {.name = "crate"};
    fixture fx;

    CHECK(begin_at_home(&fx, NULL));
    OK(weft_agentserver_rename_sandbox(api, own.sandbox, &rename, END(agentserver_sandbox)));
    FAILS(weft_agentserver_resume_sandbox(api, own.sandbox, END(agentserver_sandbox_status)), WEFT_E_CONFLICT,
          "in current state: running");
    OK(weft_agentserver_pause_sandbox(api, own.sandbox, END(agentserver_sandbox_status)));
    OK(weft_agentserver_wait_sandbox(api, own.sandbox, &wait, on_change, END(agentserver_sandbox)));
    CHECK(is(RESULT(sandbox)->status, "paused") && RESULT(sandbox)->paused_at.ptr);
    CHECK(strstr(own.seen, "paused "));
    OK(weft_agentserver_resume_sandbox(api, own.sandbox, END(agentserver_sandbox_status)));
    OK(weft_agentserver_wait_sandbox(api, own.sandbox, &wait, on_change, END(agentserver_sandbox)));
    CHECK(is(RESULT(sandbox)->status, "running"));
    OK(weft_agentserver_list_sandboxes(api, own.workspace, END(agentserver_sandbox_list)));
    CHECK(RESULT(sandbox_list)->count == 1 && is(RESULT(sandbox_list)->items[0].name, "crate"));
    OK(weft_agentserver_delete_sandbox(api, own.sandbox, END(done)));
    FAILS(weft_agentserver_get_sandbox(api, own.sandbox, END(agentserver_sandbox)), WEFT_E_NOT_FOUND,
          "sandbox not found");
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

TEST(sandboxes_have_limits_that_administrators_set)
{
    weft_agentserver_admin_set_workspace_quota_request quota = {.max_sandboxes = weft_some_int64(1)};
    weft_agentserver_create_sandbox_request box = {.name = "b", .cpu_millicores = weft_some_int64(999999)};
    int64_t current, max;
    fixture fx;

    CHECK(begin_at_home(&fx, NULL));
    OK(weft_agentserver_get_workspace_defaults(api, own.workspace, END(agentserver_workspace_defaults)));
    CHECK_EQ(RESULT(workspace_defaults)->current_sandboxes, 1);
    FAILS(weft_agentserver_create_sandbox(api, own.workspace, &box, END(agentserver_sandbox)), WEFT_E_BAD_REQUEST,
          "cpu must be between 1 and 2000 millicores");
    box.cpu_millicores = weft_some_int64(100);
    OK(weft_agentserver_admin_set_workspace_quota(api, own.workspace, &quota, END(done)));
    FAILS(weft_agentserver_create_sandbox(api, own.workspace, &box, END(agentserver_sandbox)), WEFT_E_QUOTA_EXCEEDED,
          "limit reached");
    CHECK(weft_agentserver_error_get_quota(fx.error, &current, &max) && current == 1 && max == 1);
    quota = (weft_agentserver_admin_set_workspace_quota_request){.max_sandboxes = weft_some_int64(0),
                                                                 .max_total_cpu_millicores = weft_some_int64(2050)};
    OK(weft_agentserver_admin_set_workspace_quota(api, own.workspace, &quota, END(done)));
    FAILS(weft_agentserver_create_sandbox(api, own.workspace, &box, END(agentserver_sandbox)), WEFT_E_BUDGET_EXCEEDED,
          "budget");
    OK(weft_agentserver_admin_get_workspace_quota(api, own.workspace, END(agentserver_admin_workspace_quota)));
    CHECK_EQ(RESULT(admin_workspace_quota)->overrides->max_total_cpu_millicores.value, 2050);
    CHECK_EQ(RESULT(admin_workspace_quota)->overrides->max_drive_size_bytes.state, WEFT_PRESENCE_NULL);
    OK(weft_agentserver_admin_delete_workspace_quota(api, own.workspace, END(done)));
    OK(weft_agentserver_create_sandbox(api, own.workspace, &box, END(agentserver_sandbox)));
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

TEST(a_sandbox_that_cannot_start_disappears)
{
    static const char *const arguments[] = {"--crash-rate", "1", NULL};
    weft_agentserver_create_sandbox_request box = {.name = "b"};
    weft_wait_options wait = {.first_interval_ms = 5};
    char id[64];
    fixture fx;

    CHECK(begin(&fx, arguments));
    OK(weft_agentserver_register_user(api, &alice, END(agentserver_register_user)));
    OK(weft_agentserver_log_in(api, &alice, END(agentserver_session_status)));
    OK(weft_agentserver_list_workspaces(api, END(agentserver_workspace_list)));
    keep(own.workspace, sizeof(own.workspace), RESULT(workspace_list)->items[0].id);
    OK(weft_agentserver_create_sandbox(api, own.workspace, &box, END(agentserver_sandbox)));
    keep(id, sizeof(id), RESULT(sandbox)->id);
    FAILS(weft_agentserver_wait_sandbox(api, id, &wait, NULL, END(agentserver_sandbox)), WEFT_E_NOT_FOUND,
          "sandbox not found");
    CHECK(end_sim(&fx));
}

/* ---- Agents and tasks -------------------------------------------------------------------------------- */

/* Registers an agent, whose token the client then has. */
static bool add_agent(fixture *fx, const char *name, char ret_id[64])
{
    weft_agentserver_register_agent_request request = {.name = name, .type = WEFT_AGENTSERVER_SANDBOX_CUSTOM};
    char token[80];

    snprintf(token, sizeof(token), "oauth:%s", own.workspace);
    if (!succeeds(fx, weft_agentserver_register_agent(api, token, &request, NULL, on_agentserver_register_agent, fx)))
        return false;
    keep(ret_id, 64, ((const weft_agentserver_register_agent_response *)fx->result)->sandbox_id);
    return weft_agentserver_set_agent_token(
        api, ((const weft_agentserver_register_agent_response *)fx->result)->proxy_token.ptr, NULL);
}

TEST(agents_register_and_find_each_other)
{
    weft_agentserver_register_agent_card_request card = {.display_name = "Laptop", .card = "{\"skills\":[]}"};
    weft_agentserver_send_message_request message = {.text = "Hello"};
    char first[64], second[64];
    fixture fx;

    CHECK(begin_at_home(&fx, NULL));
    FAILS(weft_agentserver_list_agent_cards_as_agent(api, END(agentserver_agent_card_list)), WEFT_E_UNAUTHORIZED,
          "missing authorization");
    FAILS(weft_agentserver_register_agent(api, "nonsense", &(weft_agentserver_register_agent_request){0},
                                          END(agentserver_register_agent)),
          WEFT_E_UNAUTHORIZED, "invalid or expired token");
    CHECK(add_agent(&fx, "Laptop", first));
    OK(weft_agentserver_register_agent_card(api, &card, END(agentserver_register_agent_card)));
    OK(weft_agentserver_register_agent_card(api, &card, END(agentserver_register_agent_card)));
    OK(weft_agentserver_list_agent_cards_as_agent(api, END(agentserver_agent_card_list)));
    CHECK(RESULT(agent_card_list)->count == 1 && RESULT(agent_card_list)->items[0].version == 2);
    OK(weft_agentserver_list_agent_cards(api, own.workspace, END(agentserver_agent_card_list)));
    OK(weft_agentserver_get_agent_card(api, first, END(agentserver_agent_card)));
    CHECK(is(RESULT(agent_card)->status, WEFT_AGENTSERVER_AGENT_AVAILABLE));
    CHECK(add_agent(&fx, "Desk", second));
    message.to = first;
    OK(weft_agentserver_send_message(api, &message, END(agentserver_send_message)));
    message.to = second;
    OK(weft_agentserver_send_message(api, &message, END(agentserver_send_message)));
    message.to = "nobody";
    FAILS(weft_agentserver_send_message(api, &message, END(agentserver_send_message)), WEFT_E_NOT_FOUND,
          "target agent not found");
    OK(weft_agentserver_poll_messages(api, &(weft_agentserver_poll_messages_options){1},
                                      END(agentserver_message_list)));
    CHECK(RESULT(message_list)->count == 1 && is(RESULT(message_list)->items[0].from, second));
    OK(weft_agentserver_poll_messages(api, NULL, END(agentserver_message_list)));
    CHECK_EQ(RESULT(message_list)->count, 0);
    OK(weft_agentserver_list_interactions(api, own.workspace,
                                          &(weft_agentserver_list_interactions_options){.limit = 1, .offset = 1},
                                          END(agentserver_interaction_list)));
    CHECK(RESULT(interaction_list)->count == 1 && RESULT(interaction_list)->items[0].id == 1);
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

TEST(an_agent_takes_tasks_and_reports)
{
    weft_agentserver_create_task_request request = {.prompt = "Run the test suite", .system_context = "be brief"};
    weft_agentserver_update_task_status_request done = {
        .status = WEFT_AGENTSERVER_TASK_COMPLETED, .result = "null", .num_turns = 4};
    char agent[64], task[64];
    fixture fx;

    CHECK(begin_at_home(&fx, NULL));
    CHECK(add_agent(&fx, "Laptop", agent));
    request.target_id = agent;
    OK(weft_agentserver_create_task(api, own.workspace, &request, END(agentserver_create_task)));
    keep(task, sizeof(task), RESULT(create_task_response)->task_id);
    OK(weft_agentserver_create_task_as_agent(api, &request, END(agentserver_create_task)));
    OK(weft_agentserver_poll_tasks(api, &(weft_agentserver_poll_tasks_options){agent},
                                   END(agentserver_assigned_task_list)));
    CHECK(RESULT(assigned_task_list)->count == 2 && is(RESULT(assigned_task_list)->items[0].task_id, task));
    CHECK(is(RESULT(assigned_task_list)->items[0].system_context, "be brief"));
    OK(weft_agentserver_poll_tasks(api, NULL, END(agentserver_assigned_task_list)));
    CHECK_EQ(RESULT(assigned_task_list)->count, 0);
    FAILS(weft_agentserver_poll_tasks(api, &(weft_agentserver_poll_tasks_options){own.sandbox},
                                      END(agentserver_assigned_task_list)),
          WEFT_E_FORBIDDEN, "forbidden");
    OK(weft_agentserver_get_task(api, task, &(weft_agentserver_get_task_options){true}, END(agentserver_task)));
    CHECK(is(RESULT(task)->status, WEFT_AGENTSERVER_TASK_ASSIGNED));
    OK(weft_agentserver_update_task_status(api, task, &done, END(done)));
    OK(weft_agentserver_get_task_as_agent(api, task, &(weft_agentserver_get_task_options){true},
                                          END(agentserver_task)));
    CHECK(weft_agentserver_task_is_completed(fx.result) && RESULT(task)->num_turns == 4);
    CHECK_EQ(weft_object_get_state(&RESULT(task)->object, "result"), WEFT_PRESENCE_NULL);
    CHECK(RESULT(task)->output.ptr);
    FAILS(weft_agentserver_cancel_task(api, task, END(agentserver_cancel_task)), WEFT_E_CONFLICT,
          "task already finished");
    OK(weft_agentserver_list_tasks(api, own.workspace, END(agentserver_task_list)));
    CHECK_EQ(RESULT(task_list)->count, 2);
    OK(weft_agentserver_cancel_task(api, RESULT(task_list)->items[0].task_id.ptr, END(agentserver_cancel_task)));
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

TEST(a_sandboxs_tasks_go_by_themselves_and_leave_traces)
{
    weft_agentserver_create_task_request request = {.prompt = "Run the test suite"};
    weft_wait_options wait = {.first_interval_ms = 5};
    weft_agentserver_list_operations_options filter = {.is_error = weft_some_bool(false), .tool = "shell", .limit = 5};
    char trace[64];
    fixture fx;

    CHECK(begin_at_home(&fx, NULL));
    request.target_id = own.sandbox;
    OK(weft_agentserver_list_sandbox_usage(api, own.sandbox, END(agentserver_sandbox_usage_list)));
    CHECK_EQ(weft_object_get_state(&RESULT(sandbox_usage_list)->object, "usage"), WEFT_PRESENCE_NULL);
    OK(weft_agentserver_create_task(api, own.workspace, &request, END(agentserver_create_task)));
    OK(weft_agentserver_wait_task(api, RESULT(create_task_response)->task_id.ptr, &wait, NULL, END(agentserver_task)));
    CHECK(weft_agentserver_task_is_completed(fx.result) && RESULT(task)->total_cost_usd.value == (double)0.042);
    request.prompt = "sim:fail";
    OK(weft_agentserver_create_task(api, own.workspace, &request, END(agentserver_create_task)));
    OK(weft_agentserver_wait_task(api, RESULT(create_task_response)->task_id.ptr, &wait, NULL, END(agentserver_task)));
    CHECK(is(RESULT(task)->status, "failed") && RESULT(task)->failure_reason.ptr);
    OK(weft_agentserver_list_sandbox_usage(api, own.sandbox, END(agentserver_sandbox_usage_list)));
    CHECK_EQ(RESULT(sandbox_usage_list)->items[0].request_count, 2);
    OK(weft_agentserver_list_sandbox_traces(api, own.sandbox,
                                            &(weft_agentserver_list_sandbox_traces_options){.limit = 1, .offset = 1},
                                            END(agentserver_trace_list)));
    CHECK(RESULT(trace_list)->total == 2 && RESULT(trace_list)->count == 1);
    keep(trace, sizeof(trace), RESULT(trace_list)->items[0].id);
    OK(weft_agentserver_get_sandbox_trace(api, own.sandbox, trace, END(agentserver_trace_with_requests)));
    CHECK(is(RESULT(trace_with_requests)->trace->id, trace) && RESULT(trace_with_requests)->requests_count == 1);
    CHECK_EQ(weft_object_get_state(&RESULT(trace_with_requests)->trace->object, "models"), WEFT_PRESENCE_ABSENT);
    OK(weft_agentserver_list_workspace_traces(api, own.workspace, NULL, END(agentserver_trace_list)));
    OK(weft_agentserver_get_workspace_trace(api, own.workspace, trace, END(agentserver_trace_with_requests)));
    FAILS(weft_agentserver_get_workspace_trace(api, own.workspace, "none", END(agentserver_trace_with_requests)),
          WEFT_E_NOT_FOUND, "trace not found");
    OK(weft_agentserver_list_operations(api, own.workspace, &filter, END(agentserver_operation_list)));
    CHECK_EQ(RESULT(operation_list)->count, 2);
    filter.since = "yesterday";
    FAILS(weft_agentserver_list_operations(api, own.workspace, &filter, END(agentserver_operation_list)),
          WEFT_E_BAD_REQUEST, "since: ");
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

static void in_days(int64_t days, char *text, size_t size)
{
    time_t then = time(NULL) + (time_t)(days * 86400);
    struct tm utc;

    strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&then, &utc));
}

TEST(tokens_and_keys_can_be_given_their_end)
{
    const char *scope = WEFT_AGENTSERVER_SCOPE_TURNS_SUBMIT;
    char expires_at[32];
    weft_agentserver_create_codex_token_request token = {.name = "my mac", .ttl_days = 30, .expires_at = expires_at};
    weft_agentserver_create_api_key_request key = {
        .name = "bot", .scopes = &scope, .scopes_count = 1, .expires_at = expires_at};
    fixture fx;

    CHECK(begin_at_home(&fx, NULL));
    token.workspace_id = own.workspace;
    in_days(60, expires_at, sizeof(expires_at));
    OK(weft_agentserver_create_codex_token(
        api, &token, END(agentserver_create_codex_token))); /* a newer server: the days do not count */
    CHECK_STR(RESULT(create_codex_token_response)->expires_at.ptr, expires_at);
    OK(weft_agentserver_create_api_key(api, own.workspace, &key, END(agentserver_create_api_key)));
    CHECK_STR(RESULT(create_api_key_response)->expires_at.ptr, expires_at);
    OK(weft_agentserver_list_api_keys(api, own.workspace, END(agentserver_api_key_list)));
    CHECK_STR(RESULT(api_key_list)->items[0].expires_at.ptr, expires_at);
    in_days(400, expires_at, sizeof(expires_at));
    FAILS(weft_agentserver_create_codex_token(api, &token, END(agentserver_create_codex_token)), WEFT_E_UNPROCESSABLE,
          "expires_at");
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

/* ---- Executors, codex tokens, turns ------------------------------------------------------------------ */

TEST(executors_are_the_same_at_the_service_and_its_gateway)
{
    weft_agentserver_register_executor_request box = {.name = "box"};
    weft_agentserver_gateway_register_executor_request machine = {.display_name = "m"};
    weft_agentserver_gateway_bind_executor_request bind = {.name = "box", .is_default = true};
    weft_agentserver_create_codex_token_request token = {.name = "my mac", .ttl_days = 400};
    char id[64], token_id[32];
    fixture fx;

    CHECK(begin_at_home(&fx, NULL));
    OK(weft_agentserver_register_executor(api, own.workspace, &box, END(agentserver_register_executor)));
    CHECK(RESULT(register_executor_response)->connect_commands->agent_identity.len > 0);
    FAILS(weft_agentserver_register_executor(api, own.workspace, &box, END(agentserver_register_executor)),
          WEFT_E_SERVER_ERROR, "status=409");
    OK(weft_agentserver_gateway_register_executor(gateway, "u-1", &machine,
                                                  END(agentserver_gateway_register_executor)));
    bind.exe_id = keep(id, sizeof(id), RESULT(gateway_register_executor_response)->exe_id);
    FAILS(weft_agentserver_gateway_bind_executor(gateway, own.workspace, &bind, NULL, END(done)), WEFT_E_CONFLICT,
          "bind failed");
    bind.name = "other";
    OK(weft_agentserver_gateway_bind_executor(gateway, own.workspace, &bind, NULL, END(done)));
    OK(weft_agentserver_gateway_list_executors(gateway, own.workspace, NULL, END(agentserver_executor_list)));
    CHECK(RESULT(executor_list)->count == 2 && RESULT(executor_list)->items[1].is_default);
    OK(weft_agentserver_gateway_unbind_executor(gateway, own.workspace, id, NULL, END(done)));
    OK(weft_agentserver_list_executors(api, own.workspace, END(agentserver_executor_list)));
    CHECK_EQ(RESULT(executor_list)->count, 1);
    OK(weft_agentserver_remove_executor(api, own.workspace, RESULT(executor_list)->items[0].exe_id.ptr, END(done)));
    OK(weft_agentserver_gateway_unregister_executor(gateway, id, NULL, END(done)));
    token.workspace_id = own.workspace;
    FAILS(weft_agentserver_create_codex_token(api, &token, END(agentserver_create_codex_token)), WEFT_E_UNPROCESSABLE,
          "ttl_days out of range");
    token.ttl_days = 30;
    OK(weft_agentserver_create_codex_token(api, &token, END(agentserver_create_codex_token)));
    keep(token_id, sizeof(token_id), RESULT(create_codex_token_response)->id);
    OK(weft_agentserver_list_browsers(api, own.workspace, END(agentserver_browser_list)));
    CHECK_EQ(RESULT(browser_list)->count, 1);
    OK(weft_agentserver_revoke_codex_token(api, token_id, END(done)));
    OK(weft_agentserver_list_codex_tokens(api, own.workspace, NULL, END(agentserver_codex_token_list)));
    CHECK_EQ(RESULT(codex_token_list)->count, 0);
    OK(weft_agentserver_list_codex_tokens(api, own.workspace, &(weft_agentserver_list_codex_tokens_options){true},
                                          END(agentserver_codex_token_list)));
    CHECK(RESULT(codex_token_list)->count == 1 && RESULT(codex_token_list)->items[0].revoked);
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

TEST(turns_fail_in_their_own_way)
{
    weft_agentserver_gateway_run_turn_request turn = {
        .workspace_id = "w", .params = "{\"input\":[{\"type\":\"text\",\"text\":\"sim:fail\"}]}"};
    weft_client_options options;
    weft_client *stranger;
    char url[160];
    fixture fx;

    CHECK(begin(&fx, NULL));
    FAILS(weft_agentserver_gateway_run_turn(codex, &turn, END(agentserver_gateway_run_turn)), WEFT_E_TURN_FAILED,
          "brokerTimeout: turn timed out");
    turn.params = "{\"input\":[{\"type\":\"text\",\"text\":\"sim:crash\"}]}";
    FAILS(weft_agentserver_gateway_run_turn(codex, &turn, END(agentserver_gateway_run_turn)), WEFT_E_TURN_FAILED,
          "subprocessCrash");
    CHECK_STR(fx.error->server_code, WEFT_AGENTSERVER_GATEWAY_TURN_SUBPROCESS_CRASH);
    turn.params = "{\"input\":[]}";
    turn.thread_id = "t-1";
    OK(weft_agentserver_gateway_run_turn(codex, &turn, END(agentserver_gateway_run_turn)));
    CHECK(is(RESULT(gateway_run_turn_response)->thread_id, "t-1"));
    options = options_at("agentserver-codex", url);
    stranger = weft_agentserver_codex_gateway_client(fx.engine, &options, NULL);
    CHECK(weft_agentserver_gateway_set_secret(stranger, "guess", NULL));
    FAILS(weft_agentserver_gateway_run_turn(stranger, &turn, END(agentserver_gateway_run_turn)), WEFT_E_UNAUTHORIZED,
          "unauthorized");
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

/* ---- Integrations ------------------------------------------------------------------------------------ */

TEST(credentials_are_stored_changed_and_deleted)
{
    weft_agentserver_create_credential_request request = {"prod", "kind: Config\n"};
    weft_agentserver_rename_credential_request rename = {.display_name = "production"};
    char first[32], second[32];
    fixture fx;

    CHECK(begin_at_home(&fx, NULL));
    OK(weft_agentserver_create_credential(api, own.workspace, "k8s", &request, END(agentserver_create_credential)));
    CHECK(RESULT(create_credential_response)->is_default);
    keep(first, sizeof(first), RESULT(create_credential_response)->id);
    FAILS(weft_agentserver_create_credential(api, own.workspace, "k8s", &request, END(agentserver_create_credential)),
          WEFT_E_CONFLICT, "already exists");
    FAILS(weft_agentserver_create_credential(api, own.workspace, "ssh", &request, END(agentserver_create_credential)),
          WEFT_E_BAD_REQUEST, "unknown credential kind \"ssh\"");
    request = (weft_agentserver_create_credential_request){"stage", "kind: Config, exec: oidc-login"};
    OK(weft_agentserver_create_credential(api, own.workspace, "k8s", &request, END(agentserver_create_credential)));
    CHECK_EQ(RESULT(create_credential_response)->outcome, WEFT_AGENTSERVER_CREDENTIAL_OUTCOME_PENDING);
    keep(second, sizeof(second), RESULT(create_credential_response)->id);
    OK(weft_agentserver_complete_device_code(api, own.workspace, "k8s", second, NULL,
                                             END(agentserver_create_credential)));
    CHECK_EQ(RESULT(create_credential_response)->outcome, WEFT_AGENTSERVER_CREDENTIAL_OUTCOME_STORED);
    FAILS(weft_agentserver_complete_device_code(api, own.workspace, "k8s", second, NULL,
                                                END(agentserver_create_credential)),
          WEFT_E_NOT_FOUND, "no pending device code flow");
    OK(weft_agentserver_rename_credential(api, own.workspace, "k8s", first, &rename, END(done)));
    FAILS(weft_agentserver_delete_credential(api, own.workspace, "k8s", first, END(done)), WEFT_E_CONFLICT,
          "set-default first");
    OK(weft_agentserver_set_default_credential(api, own.workspace, "k8s", second, END(done)));
    OK(weft_agentserver_delete_credential(api, own.workspace, "k8s", first, END(done)));
    OK(weft_agentserver_list_credentials(api, own.workspace, "k8s", END(agentserver_credential_list)));
    CHECK(RESULT(credential_list)->count == 1 && RESULT(credential_list)->items[0].is_default);
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

TEST(messengers_are_connected_and_served)
{
    weft_agentserver_configure_telegram_request telegram = {.bot_token = "42:secret"};
    weft_agentserver_configure_matrix_request matrix = {.homeserver_url = "https://m", .access_token = "t"};
    weft_agentserver_update_channel_request patch = {.require_mention = weft_some_bool(false), .routing_mode = "codex"};
    weft_agentserver_bind_sandbox_request bind = {.channel_id = NULL};
    char channel[64];
    fixture fx;

    CHECK(begin_at_home(&fx, NULL));
    OK(weft_agentserver_configure_telegram(api, own.workspace, &telegram, END(agentserver_configure_telegram)));
    CHECK(is(RESULT(configure_telegram_response)->bot_id, "42"));
    OK(weft_agentserver_configure_matrix(api, own.workspace, &matrix, END(agentserver_configure_matrix)));
    FAILS(weft_agentserver_poll_weixin_login(api, own.workspace, END(agentserver_weixin_login)), WEFT_E_BAD_REQUEST,
          "no active weixin login");
    OK(weft_agentserver_start_weixin_login(api, own.workspace, END(agentserver_start_weixin_login)));
    do
        OK(weft_agentserver_poll_weixin_login(api, own.workspace, END(agentserver_weixin_login)));
    while (!weft_agentserver_weixin_login_is_final(fx.result));
    CHECK_EQ(RESULT(weixin_login)->state, WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_CONFIRMED);
    OK(weft_agentserver_list_channels(api, own.workspace, END(agentserver_channel_list)));
    CHECK_EQ(RESULT(channel_list)->count, 3);
    bind.channel_id = keep(channel, sizeof(channel), RESULT(channel_list)->items[0].id);
    OK(weft_agentserver_update_channel(api, own.workspace, channel, &patch, END(agentserver_update_channel)));
    OK(weft_agentserver_bind_sandbox(api, own.sandbox, &bind, END(agentserver_bind_sandbox)));
    OK(weft_agentserver_get_sandbox(api, own.sandbox, END(agentserver_sandbox)));
    CHECK(RESULT(sandbox)->im_bindings_count == 1 && is(RESULT(sandbox)->im_bindings[0].provider, "telegram"));
    OK(weft_agentserver_unbind_sandbox(api, own.sandbox, END(agentserver_unbind_sandbox)));
    OK(weft_agentserver_delete_channel(api, own.workspace, channel, END(done)));
    FAILS(weft_agentserver_delete_channel(api, own.workspace, channel, END(done)), WEFT_E_NOT_FOUND,
          "channel not found");
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

TEST(models_are_configured_and_limited)
{
    static const weft_agentserver_llm_model_request model = {"claude-opus-4-7", "Claude Opus 4.7"};
    weft_agentserver_set_llm_config_request config = {"https://api.anthropic.com", NULL, &model, 1};
    weft_agentserver_admin_set_llm_quota_request quota = {.max_requests_per_day = weft_some_int64(0)};
    fixture fx;

    CHECK(begin_at_home(&fx, NULL));
    OK(weft_agentserver_get_llm_config(api, own.workspace, END(agentserver_llm_config)));
    CHECK(!RESULT(llm_config)->configured && !RESULT(llm_config)->updated_at.ptr);
    FAILS(weft_agentserver_set_llm_config(api, own.workspace, &config, END(agentserver_set_llm_config)),
          WEFT_E_BAD_REQUEST, "api_key is required");
    config.api_key = "sk-ant-abcdef1234";
    OK(weft_agentserver_set_llm_config(api, own.workspace, &config, END(agentserver_set_llm_config)));
    config.api_key = NULL;
    OK(weft_agentserver_set_llm_config(api, own.workspace, &config, END(agentserver_set_llm_config)));
    OK(weft_agentserver_get_llm_config(api, own.workspace, END(agentserver_llm_config)));
    CHECK(is(RESULT(llm_config)->api_key, "sk-...1234") && RESULT(llm_config)->models_count == 1);
    OK(weft_agentserver_delete_llm_config(api, own.workspace, END(done)));
    OK(weft_agentserver_admin_set_llm_quota(api, own.workspace, &quota, END(done)));
    OK(weft_agentserver_admin_get_llm_quota(api, own.workspace, END(agentserver_llm_quota)));
    OK(weft_agentserver_get_llm_quota(api, own.workspace, END(agentserver_llm_quota)));
    CHECK_EQ(RESULT(llm_quota)->workspace_quota->max_requests_per_day.state, WEFT_PRESENCE_VALUE);
    OK(weft_agentserver_admin_delete_llm_quota(api, own.workspace, END(done)));
    OK(weft_agentserver_get_modelserver_status(api, own.workspace, END(agentserver_modelserver_status)));
    CHECK(!RESULT(modelserver_status)->connected);
    OK(weft_agentserver_connect_modelserver(api, own.workspace, END(agentserver_connect_modelserver)));
    CHECK(strncmp(RESULT(connect_modelserver_response)->location.ptr, "https://modelserver.example/", 28) == 0);
    OK(weft_agentserver_get_modelserver_status(api, own.workspace, END(agentserver_modelserver_status)));
    CHECK(RESULT(modelserver_status)->connected);
    OK(weft_agentserver_disconnect_modelserver(api, own.workspace, END(done)));
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

/* ---- Administration ---------------------------------------------------------------------------------- */

TEST(administrators_see_and_set_everything)
{
    weft_agentserver_admin_set_quota_defaults_request defaults = {.max_workspaces_per_user = weft_some_int64(2)};
    weft_agentserver_admin_set_user_role_request admin = {.role = WEFT_AGENTSERVER_USER_ADMIN};
    weft_agentserver_admin_set_user_quota_request quota = {.max_workspaces = weft_some_int64(3)};
    weft_agentserver_create_workspace_request more = {.name = "More"};
    char id[64];
    fixture fx;

    CHECK(begin_at_home(&fx, NULL));
    OK(weft_agentserver_register_user(api, &bob, END(agentserver_register_user)));
    OK(weft_agentserver_admin_list_users(api, END(agentserver_admin_user_list)));
    CHECK_EQ(RESULT(admin_user_list)->count, 2);
    keep(id, sizeof(id), RESULT(admin_user_list)->items[0].id);
    OK(weft_agentserver_admin_set_user_role(api, RESULT(admin_user_list)->items[1].id.ptr, &admin, END(done)));
    OK(weft_agentserver_admin_list_workspaces(api, END(agentserver_admin_workspace_list)));
    CHECK(RESULT(admin_workspace_list)->count == 3 && is(RESULT(admin_workspace_list)->items[1].owner->id, id));
    OK(weft_agentserver_admin_list_sandboxes(api, END(agentserver_admin_sandbox_list)));
    CHECK_EQ(RESULT(admin_sandbox_list)->count, 1);
    OK(weft_agentserver_admin_set_quota_defaults(api, &defaults, END(agentserver_admin_quota_defaults)));
    OK(weft_agentserver_admin_get_quota_defaults(api, END(agentserver_admin_quota_defaults)));
    CHECK(RESULT(admin_quota_defaults)->max_workspaces_per_user == 2 &&
          RESULT(admin_quota_defaults)->max_sandbox_cpu_millicores == 2000);
    FAILS(weft_agentserver_create_workspace(api, &more, END(agentserver_workspace)), WEFT_E_QUOTA_EXCEEDED,
          "Workspace limit reached (2/2)");
    OK(weft_agentserver_admin_set_user_quota(api, id, &quota, END(done)));
    OK(weft_agentserver_create_workspace(api, &more, END(agentserver_workspace)));
    quota.max_workspaces = weft_null_int64();
    OK(weft_agentserver_admin_set_user_quota(api, id, &quota, END(done)));
    OK(weft_agentserver_admin_get_user_quota(api, id, END(agentserver_admin_user_quota)));
    CHECK_EQ(RESULT(admin_user_quota)->overrides->max_workspaces.state, WEFT_PRESENCE_NULL);
    OK(weft_agentserver_admin_delete_user_quota(api, id, END(done)));
    OK(weft_agentserver_admin_get_user_quota(api, id, END(agentserver_admin_user_quota)));
    CHECK(!RESULT(admin_user_quota)->overrides);
    FAILS(weft_agentserver_admin_set_user_quota(api, "nobody", &quota, END(done)), WEFT_E_SERVER_ERROR, "no such user");
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

/* ---- Features that are switched off ------------------------------------------------------------------ */

TEST(features_that_are_switched_off_say_so_in_their_own_ways)
{
    static const char *const arguments[] = {"--without", "im,oauth,executors,credentials,llm,modelserver", NULL};
    weft_agentserver_register_executor_request box = {.name = "box"};
    weft_agentserver_create_credential_request binding = {"prod", "kind: Config\n"};
    fixture fx;

    CHECK(begin_at_home(&fx, arguments));
    FAILS(weft_agentserver_list_channels(api, own.workspace, END(agentserver_channel_list)), WEFT_E_CONTENT_TYPE,
          "a web page");
    FAILS(weft_agentserver_start_weixin_login(api, own.workspace, END(agentserver_start_weixin_login)),
          WEFT_E_FEATURE_OFF, "has it switched off");
    FAILS(weft_agentserver_register_agent(api, "oauth:x", &(weft_agentserver_register_agent_request){0},
                                          END(agentserver_register_agent)),
          WEFT_E_UNAVAILABLE, "OAuth not configured");
    OK(weft_agentserver_list_executors(api, own.workspace, END(agentserver_executor_list)));
    CHECK_EQ(RESULT(executor_list)->count, 0);
    FAILS(weft_agentserver_register_executor(api, own.workspace, &box, END(agentserver_register_executor)),
          WEFT_E_UNAVAILABLE, "not configured");
    OK(weft_agentserver_gateway_unregister_executor(gateway, "exe_1", NULL, END(done))); /* answered 404 */
    FAILS(weft_agentserver_create_credential(api, own.workspace, "k8s", &binding, END(agentserver_create_credential)),
          WEFT_E_UNAVAILABLE, "credential proxy not configured");
    FAILS(weft_agentserver_get_llm_quota(api, own.workspace, END(agentserver_llm_quota)), WEFT_E_UNAVAILABLE,
          "llmproxy not configured");
    FAILS(weft_agentserver_connect_modelserver(api, own.workspace, END(agentserver_connect_modelserver)),
          WEFT_E_SERVER_ERROR, "501 Not Implemented: ModelServer OAuth not configured");
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

TEST(a_bridge_that_is_down_says_nothing_at_all)
{
    static const char *const arguments[] = {"--without", "bridge,llmproxy", NULL};
    weft_agentserver_configure_telegram_request telegram = {.bot_token = "42:secret"};
    fixture fx;

    CHECK(begin_at_home(&fx, arguments));
    FAILS(weft_agentserver_configure_telegram(api, own.workspace, &telegram, END(agentserver_configure_telegram)),
          WEFT_E_SERVER_ERROR, "502 Bad Gateway");
    FAILS(weft_agentserver_list_sandbox_usage(api, own.sandbox, END(agentserver_sandbox_usage_list)),
          WEFT_E_SERVER_ERROR, "llmproxy unavailable");
    CHECK(end_sim(&fx));
}

TEST(a_server_without_passwords_logs_nobody_in)
{
    static const char *const arguments[] = {"--without", "password", NULL};
    fixture fx;

    CHECK(begin(&fx, arguments));
    FAILS(weft_agentserver_log_in(api, &alice, END(agentserver_session_status)), WEFT_E_FEATURE_OFF,
          "405 Method Not Allowed");
    CHECK(end_sim(&fx));
}

/* ---- What no correct client sends -------------------------------------------------------------------- */

TEST(the_simulator_counts_what_is_wrong)
{
    static const struct {
        const char *method, *path, *json;
    } wrong[] = {
        {"POST", "/api/auth/login", "{\"email\":1}"},
        {"POST", "/api/auth/login", "{\"email\":\"e\",\"password\":\"p\",\"otp\":\"1\"}"},
        {"POST", "/api/auth/register", "{\"email\":\"e\"}"},
        {"GET", "/api/auth/logout", NULL},
        {"GET", "/api/nowhere", NULL},
        {"POST", "/api/auth/logout", "{}"},
    };
    fixture fx;

    CHECK(begin(&fx, NULL));
    for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        weft_http_request request = {.method = wrong[i].method, .path = wrong[i].path, .body.json = wrong[i].json};

        CHECK(finish(&fx, weft_http_send(api, &request, END(http))));
        CHECK_EQ(malformed(&fx), i + 1);
    }
    CHECK(end_sim(&fx));
}

TEST(credentials_that_do_not_belong_are_counted)
{
    weft_http_request request = {.method = "POST", .path = "/api/auth/logout"};
    weft_pair cookie = {"Cookie", "agentserver-token=x"};
    weft_call_options with_cookie = {.headers = &cookie, .headers_count = 1};
    fixture fx;

    CHECK(begin(&fx, NULL));
    OK(weft_http_send(api, &request, &with_cookie, on_http, &fx));
    CHECK_EQ(malformed(&fx), 1);
    CHECK(end_sim(&fx));
}
