/* Every function of agentserver: what it sends, for whom, and that a failure of the server is asked about
 * once. */
#include "agentserver_fixture.h"

#include <stdio.h>

#include "call/call.h"

/* ---- Requests ---------------------------------------------------------------------------------------- */

/* Each with the body that it makes. */
#define REQUEST(type, json, ...)                                                                                       \
    static const weft_agentserver_##type type = {__VA_ARGS__};                                                         \
    static const char body_of_##type[] = json

static const char *const scopes[] = {WEFT_AGENTSERVER_SCOPE_TURNS_SUBMIT};
static const weft_agentserver_llm_model_request models[] = {{"m", "M"}, {"n", "N"}};
static const char *const chain[] = {"a", "b"};

REQUEST(log_in_request, "{\"email\":\"e\",\"password\":\"p\"}", .email = "e", .password = "p");
REQUEST(create_workspace_request, "{\"name\":\"W\"}", .name = "W");
REQUEST(rename_workspace_request, "{\"name\":\"V\"}", .name = "V");
REQUEST(add_member_request, "{\"email\":\"e\"}", .email = "e");
REQUEST(set_member_role_request, "{\"role\":\"guest\"}", .role = WEFT_AGENTSERVER_MEMBER_GUEST);
REQUEST(create_api_key_request, "{\"name\":\"k\",\"scopes\":[\"turns:submit\"]}", .name = "k", .scopes = scopes,
        .scopes_count = 1);
REQUEST(create_sandbox_request, "{\"name\":\"s\",\"cpu\":0}", .name = "s", .cpu_millicores = {WEFT_PRESENCE_VALUE, 0});
REQUEST(rename_sandbox_request, "{\"name\":\"t\"}", .name = "t");
REQUEST(register_agent_request, "{}", .name = NULL);
REQUEST(register_agent_card_request, "{\"card\":null}", .card = "null");
REQUEST(create_task_request, "{\"target_id\":\"s-1\",\"prompt\":\"p\",\"delegation_chain\":[\"a\",\"b\"]}",
        .target_id = "s-1", .prompt = "p", .delegation_chain = chain, .delegation_chain_count = 2);
REQUEST(update_task_status_request, "{\"status\":\"failed\",\"failure_reason\":\"r\",\"total_cost_usd\":0}",
        .status = WEFT_AGENTSERVER_TASK_FAILED, .failure_reason = "r", .total_cost_usd = {WEFT_PRESENCE_VALUE, 0});
REQUEST(send_message_request, "{\"to\":\"s-2\",\"text\":\"x\"}", .to = "s-2", .text = "x");
REQUEST(register_executor_request, "{\"name\":\"box\"}", .name = "box");
REQUEST(create_codex_token_request, "{\"workspace_id\":\"w\",\"name\":\"n\"}", .workspace_id = "w", .name = "n");
REQUEST(create_credential_request, "{\"display_name\":\"d\",\"config\":\"a: b\\nc: d\"}", .display_name = "d",
        .config = "a: b\nc: d");
REQUEST(rename_credential_request, "{\"display_name\":\"e\"}", .display_name = "e");
REQUEST(update_channel_request, "{\"require_mention\":false}", .require_mention = {WEFT_PRESENCE_VALUE, false});
REQUEST(configure_telegram_request, "{\"bot_token\":\"b\"}", .bot_token = "b");
REQUEST(configure_matrix_request, "{\"homeserver_url\":\"h\",\"access_token\":\"a\"}", .homeserver_url = "h",
        .access_token = "a");
REQUEST(bind_sandbox_request, "{\"channel_id\":\"c\"}", .channel_id = "c");
REQUEST(set_llm_config_request,
        "{\"base_url\":\"u\",\"models\":[{\"id\":\"m\",\"name\":\"M\"},{\"id\":\"n\",\"name\":\"N\"}]}",
        .base_url = "u", .models = models, .models_count = 2);
REQUEST(admin_set_user_role_request, "{\"role\":\"admin\"}", .role = WEFT_AGENTSERVER_USER_ADMIN);
REQUEST(admin_set_quota_defaults_request, "{\"max_sandbox_cpu\":4000,\"ws_max_total_cpu\":0}",
        .max_sandbox_cpu_millicores = {WEFT_PRESENCE_VALUE, 4000},
        .ws_max_total_cpu_millicores = {WEFT_PRESENCE_VALUE, 0});
REQUEST(admin_set_user_quota_request, "{\"max_workspaces\":null}", .max_workspaces = {WEFT_PRESENCE_ABSENT, 0});
REQUEST(admin_set_workspace_quota_request, "{\"max_sandboxes\":0}", .max_sandboxes = {WEFT_PRESENCE_VALUE, 0});
REQUEST(admin_set_llm_quota_request, "{\"max_rpd\":7}", .max_requests_per_day = {WEFT_PRESENCE_VALUE, 7});
REQUEST(gateway_run_turn_request, "{\"workspaceId\":\"w\",\"params\":{\"input\":[]}}", .workspace_id = "w",
        .params = "{\"input\":[]}");
REQUEST(gateway_register_executor_request, "{}", .display_name = NULL);
REQUEST(gateway_bind_executor_request, "{\"exe_id\":\"e\",\"name\":\"n\",\"description\":\"\",\"is_default\":false}",
        .exe_id = "e", .name = "n");

static const weft_agentserver_get_task_options output = {.include_output = true};
static const weft_agentserver_poll_tasks_options polled = {.sandbox_id = "s-1"};
static const weft_agentserver_poll_messages_options inbox = {.limit = 5};
static const weft_agentserver_list_interactions_options interactions = {.limit = 2, .offset = 4};
static const weft_agentserver_list_codex_tokens_options revoked = {.include_revoked = true};
static const weft_agentserver_complete_device_code_options pending = {.expires_in_s = 60};
static const weft_agentserver_list_sandbox_traces_options sandbox_traces = {.limit = 2, .offset = 4};
static const weft_agentserver_list_workspace_traces_options workspace_traces = {.limit = 2, .offset = 4};
static const weft_agentserver_gateway_bind_executor_options binder = {.user_id = "u-1"};
static const weft_agentserver_gateway_list_executors_options lister = {.user_id = "u-1"};
static const weft_agentserver_gateway_unbind_executor_options unbinder = {.user_id = "u-1"};
static const weft_agentserver_gateway_unregister_executor_options unregisterer = {.user_id = "u-1"};
static const weft_agentserver_list_operations_options filter = {
    .env_id = "box",
    .tool = "shell",
    .source = "sdk",
    .is_error = {WEFT_PRESENCE_VALUE, false},
    .since = "2026-05-22T00:00:00Z",
    .limit = 50,
    .id = "op_1",
};

/* ---- Calls ------------------------------------------------------------------------------------------- */

#define CALL(name, result, ...)                                                                                        \
    static weft_call *do_##name(fixture *fx)                                                                           \
    {                                                                                                                  \
        return weft_agentserver_##name(__VA_ARGS__, NULL, on_##result, fx);                                            \
    }
CALL(register_user, agentserver_register_user, api, &log_in_request)
CALL(log_in, agentserver_session_status, api, &log_in_request)
CALL(log_out, agentserver_session_status, api)
CALL(check_session, agentserver_session_status, api)
CALL(get_me, agentserver_user, api)
CALL(list_workspaces, agentserver_workspace_list, api)
CALL(create_workspace, agentserver_workspace, api, &create_workspace_request)
CALL(get_workspace_quota, agentserver_workspace_quota, api)
CALL(get_workspace, agentserver_workspace, api, "w 1")
CALL(rename_workspace, agentserver_workspace, api, "w 1", &rename_workspace_request)
CALL(delete_workspace, done, api, "w 1")
CALL(get_workspace_defaults, agentserver_workspace_defaults, api, "w 1")
CALL(list_members, agentserver_member_list, api, "w 1")
CALL(add_member, agentserver_member, api, "w 1", &add_member_request)
CALL(set_member_role, done, api, "w 1", "u/2", &set_member_role_request)
CALL(remove_member, done, api, "w 1", "u/2")
CALL(list_api_key_scopes, agentserver_api_key_scope_list, api, "w 1")
CALL(list_api_keys, agentserver_api_key_list, api, "w 1")
CALL(create_api_key, agentserver_create_api_key, api, "w 1", &create_api_key_request)
CALL(revoke_api_key, done, api, "w 1", "k-3")
CALL(list_sandboxes, agentserver_sandbox_list, api, "w 1")
CALL(create_sandbox, agentserver_sandbox, api, "w 1", &create_sandbox_request)
CALL(get_sandbox, agentserver_sandbox, api, "s-1")
CALL(rename_sandbox, agentserver_sandbox, api, "s-1", &rename_sandbox_request)
CALL(delete_sandbox, done, api, "s-1")
CALL(pause_sandbox, agentserver_sandbox_status, api, "s-1")
CALL(resume_sandbox, agentserver_sandbox_status, api, "s-1")
CALL(register_agent, agentserver_register_agent, api, "oauth-1", &register_agent_request)
CALL(register_agent_card, agentserver_register_agent_card, api, &register_agent_card_request)
CALL(list_agent_cards_as_agent, agentserver_agent_card_list, api)
CALL(list_agent_cards, agentserver_agent_card_list, api, "w 1")
CALL(get_agent_card, agentserver_agent_card, api, "s-1")
CALL(create_task, agentserver_create_task, api, "w 1", &create_task_request)
CALL(create_task_as_agent, agentserver_create_task, api, &create_task_request)
CALL(list_tasks, agentserver_task_list, api, "w 1")
CALL(get_task, agentserver_task, api, "t-1", &output)
CALL(get_task_as_agent, agentserver_task, api, "t-1", &output)
CALL(poll_tasks, agentserver_assigned_task_list, api, &polled)
CALL(update_task_status, done, api, "t-1", &update_task_status_request)
CALL(cancel_task, agentserver_cancel_task, api, "t-1")
CALL(send_message, agentserver_send_message, api, &send_message_request)
CALL(poll_messages, agentserver_message_list, api, &inbox)
CALL(list_interactions, agentserver_interaction_list, api, "w 1", &interactions)
CALL(register_executor, agentserver_register_executor, api, "w 1", &register_executor_request)
CALL(list_executors, agentserver_executor_list, api, "w 1")
CALL(remove_executor, done, api, "w 1", "e?1")
CALL(list_browsers, agentserver_browser_list, api, "w 1")
CALL(create_codex_token, agentserver_create_codex_token, api, &create_codex_token_request)
CALL(list_codex_tokens, agentserver_codex_token_list, api, "w-1", &revoked)
CALL(revoke_codex_token, done, api, "tok1")
CALL(list_credentials, agentserver_credential_list, api, "w 1", "k8s")
CALL(create_credential, agentserver_create_credential, api, "w 1", "k8s", &create_credential_request)
CALL(rename_credential, done, api, "w 1", "k8s", "b-1", &rename_credential_request)
CALL(delete_credential, done, api, "w 1", "k8s", "b-1")
CALL(set_default_credential, done, api, "w 1", "k8s", "b-1")
CALL(complete_device_code, agentserver_create_credential, api, "w 1", "k8s", "b-1", &pending)
CALL(list_channels, agentserver_channel_list, api, "w 1")
CALL(update_channel, agentserver_update_channel, api, "w 1", "c-1", &update_channel_request)
CALL(delete_channel, done, api, "w 1", "c-1")
CALL(start_weixin_login, agentserver_start_weixin_login, api, "w 1")
CALL(poll_weixin_login, agentserver_weixin_login, api, "w 1")
CALL(configure_telegram, agentserver_configure_telegram, api, "w 1", &configure_telegram_request)
CALL(configure_matrix, agentserver_configure_matrix, api, "w 1", &configure_matrix_request)
CALL(bind_sandbox, agentserver_bind_sandbox, api, "s-1", &bind_sandbox_request)
CALL(unbind_sandbox, agentserver_unbind_sandbox, api, "s-1")
CALL(get_llm_config, agentserver_llm_config, api, "w 1")
CALL(set_llm_config, agentserver_set_llm_config, api, "w 1", &set_llm_config_request)
CALL(delete_llm_config, done, api, "w 1")
CALL(get_llm_quota, agentserver_llm_quota, api, "w 1")
CALL(connect_modelserver, agentserver_connect_modelserver, api, "w 1")
CALL(disconnect_modelserver, done, api, "w 1")
CALL(get_modelserver_status, agentserver_modelserver_status, api, "w 1")
CALL(list_sandbox_usage, agentserver_sandbox_usage_list, api, "s-1")
CALL(list_sandbox_traces, agentserver_trace_list, api, "s-1", &sandbox_traces)
CALL(get_sandbox_trace, agentserver_trace_with_requests, api, "s-1", "tr#1")
CALL(list_workspace_traces, agentserver_trace_list, api, "w 1", &workspace_traces)
CALL(get_workspace_trace, agentserver_trace_with_requests, api, "w 1", "tr#1")
CALL(list_operations, agentserver_operation_list, api, "w 1", &filter)
CALL(admin_list_users, agentserver_admin_user_list, api)
CALL(admin_set_user_role, done, api, "u/2", &admin_set_user_role_request)
CALL(admin_list_workspaces, agentserver_admin_workspace_list, api)
CALL(admin_list_sandboxes, agentserver_admin_sandbox_list, api)
CALL(admin_get_quota_defaults, agentserver_admin_quota_defaults, api)
CALL(admin_set_quota_defaults, agentserver_admin_quota_defaults, api, &admin_set_quota_defaults_request)
CALL(admin_get_user_quota, agentserver_admin_user_quota, api, "u/2")
CALL(admin_set_user_quota, done, api, "u/2", &admin_set_user_quota_request)
CALL(admin_delete_user_quota, done, api, "u/2")
CALL(admin_get_workspace_quota, agentserver_admin_workspace_quota, api, "w 1")
CALL(admin_set_workspace_quota, done, api, "w 1", &admin_set_workspace_quota_request)
CALL(admin_delete_workspace_quota, done, api, "w 1")
CALL(admin_get_llm_quota, agentserver_llm_quota, api, "w 1")
CALL(admin_set_llm_quota, done, api, "w 1", &admin_set_llm_quota_request)
CALL(admin_delete_llm_quota, done, api, "w 1")
CALL(gateway_run_turn, agentserver_gateway_run_turn, codex, &gateway_run_turn_request)
CALL(gateway_register_executor, agentserver_gateway_register_executor, gateway, "u-1",
     &gateway_register_executor_request)
CALL(gateway_bind_executor, done, gateway, "w 1", &gateway_bind_executor_request, &binder)
CALL(gateway_list_executors, agentserver_executor_list, gateway, "w 1", &lister)
CALL(gateway_unbind_executor, done, gateway, "w 1", "e?1", &unbinder)
CALL(gateway_unregister_executor, done, gateway, "e?1", &unregisterer)

/* ---- What they send ---------------------------------------------------------------------------------- */

typedef enum who { NOBODY, USER_ID, AGENT_ITSELF, OAUTH, GATEWAY, GATEWAY_USER } who;

static const char *const headers_of[] = {
    [NOBODY] = NULL,
    [USER_ID] = "\r\nCookie: agentserver-token=" SESSION "\r\n",
    [AGENT_ITSELF] = "\r\nAuthorization: Bearer " PROXY_TOKEN "\r\n",
    [OAUTH] = "\r\nAuthorization: Bearer oauth-1\r\n",
    [GATEWAY] = "\r\nX-Internal-Secret: s3cret\r\n",
    [GATEWAY_USER] = "\r\nX-User-Id: u-1\r\n",
};

typedef struct row {
    weft_call *(*submit)(fixture *fx);
    const char *line;
    who who;
    const char *body; /* NULL = none */
} row;

static const row rows[] = {
    {do_register_user, "POST /api/auth/register HTTP/1.1\r\n", NOBODY, body_of_log_in_request},
    {do_log_in, "POST /api/auth/login HTTP/1.1\r\n", NOBODY, body_of_log_in_request},
    {do_log_out, "POST /api/auth/logout HTTP/1.1\r\n", NOBODY, NULL},
    {do_check_session, "GET /api/auth/check HTTP/1.1\r\n", USER_ID, NULL},
    {do_get_me, "GET /api/auth/me HTTP/1.1\r\n", USER_ID, NULL},
    {do_list_workspaces, "GET /api/workspaces HTTP/1.1\r\n", USER_ID, NULL},
    {do_create_workspace, "POST /api/workspaces HTTP/1.1\r\n", USER_ID, body_of_create_workspace_request},
    {do_get_workspace_quota, "GET /api/workspaces/quota HTTP/1.1\r\n", USER_ID, NULL},
    {do_get_workspace, "GET /api/workspaces/w%201 HTTP/1.1\r\n", USER_ID, NULL},
    {do_rename_workspace, "PATCH /api/workspaces/w%201 HTTP/1.1\r\n", USER_ID, body_of_rename_workspace_request},
    {do_delete_workspace, "DELETE /api/workspaces/w%201 HTTP/1.1\r\n", USER_ID, NULL},
    {do_get_workspace_defaults, "GET /api/workspaces/w%201/defaults HTTP/1.1\r\n", USER_ID, NULL},
    {do_list_members, "GET /api/workspaces/w%201/members HTTP/1.1\r\n", USER_ID, NULL},
    {do_add_member, "POST /api/workspaces/w%201/members HTTP/1.1\r\n", USER_ID, body_of_add_member_request},
    {do_set_member_role, "PUT /api/workspaces/w%201/members/u%2F2 HTTP/1.1\r\n", USER_ID,
     body_of_set_member_role_request},
    {do_remove_member, "DELETE /api/workspaces/w%201/members/u%2F2 HTTP/1.1\r\n", USER_ID, NULL},
    {do_list_api_key_scopes, "GET /api/workspaces/w%201/api-keys/scopes HTTP/1.1\r\n", USER_ID, NULL},
    {do_list_api_keys, "GET /api/workspaces/w%201/api-keys HTTP/1.1\r\n", USER_ID, NULL},
    {do_create_api_key, "POST /api/workspaces/w%201/api-keys HTTP/1.1\r\n", USER_ID, body_of_create_api_key_request},
    {do_revoke_api_key, "DELETE /api/workspaces/w%201/api-keys/k-3 HTTP/1.1\r\n", USER_ID, NULL},
    {do_list_sandboxes, "GET /api/workspaces/w%201/sandboxes HTTP/1.1\r\n", USER_ID, NULL},
    {do_create_sandbox, "POST /api/workspaces/w%201/sandboxes HTTP/1.1\r\n", USER_ID, body_of_create_sandbox_request},
    {do_get_sandbox, "GET /api/sandboxes/s-1 HTTP/1.1\r\n", USER_ID, NULL},
    {do_rename_sandbox, "PATCH /api/sandboxes/s-1 HTTP/1.1\r\n", USER_ID, body_of_rename_sandbox_request},
    {do_delete_sandbox, "DELETE /api/sandboxes/s-1 HTTP/1.1\r\n", USER_ID, NULL},
    {do_pause_sandbox, "POST /api/sandboxes/s-1/pause HTTP/1.1\r\n", USER_ID, NULL},
    {do_resume_sandbox, "POST /api/sandboxes/s-1/resume HTTP/1.1\r\n", USER_ID, NULL},
    {do_register_agent, "POST /api/agent/register HTTP/1.1\r\n", OAUTH, body_of_register_agent_request},
    {do_register_agent_card, "POST /api/agent/discovery/cards HTTP/1.1\r\n", AGENT_ITSELF,
     body_of_register_agent_card_request},
    {do_list_agent_cards_as_agent, "GET /api/agent/discovery/agents HTTP/1.1\r\n", AGENT_ITSELF, NULL},
    {do_list_agent_cards, "GET /api/workspaces/w%201/agents HTTP/1.1\r\n", USER_ID, NULL},
    {do_get_agent_card, "GET /api/agents/s-1 HTTP/1.1\r\n", USER_ID, NULL},
    {do_create_task, "POST /api/workspaces/w%201/tasks HTTP/1.1\r\n", USER_ID, body_of_create_task_request},
    {do_create_task_as_agent, "POST /api/agent/tasks HTTP/1.1\r\n", AGENT_ITSELF, body_of_create_task_request},
    {do_list_tasks, "GET /api/workspaces/w%201/tasks HTTP/1.1\r\n", USER_ID, NULL},
    {do_get_task, "GET /api/tasks/t-1?include_output=true HTTP/1.1\r\n", USER_ID, NULL},
    {do_get_task_as_agent, "GET /api/agent/tasks/t-1?include_output=true HTTP/1.1\r\n", AGENT_ITSELF, NULL},
    {do_poll_tasks, "GET /api/agent/tasks/poll?sandbox_id=s-1 HTTP/1.1\r\n", AGENT_ITSELF, NULL},
    {do_update_task_status, "PUT /api/agent/tasks/t-1/status HTTP/1.1\r\n", AGENT_ITSELF,
     body_of_update_task_status_request},
    {do_cancel_task, "POST /api/tasks/t-1/cancel HTTP/1.1\r\n", USER_ID, NULL},
    {do_send_message, "POST /api/agent/mailbox/send HTTP/1.1\r\n", AGENT_ITSELF, body_of_send_message_request},
    {do_poll_messages, "GET /api/agent/mailbox/inbox?limit=5 HTTP/1.1\r\n", AGENT_ITSELF, NULL},
    {do_list_interactions, "GET /api/workspaces/w%201/agent-interactions?limit=2&offset=4 HTTP/1.1\r\n", USER_ID, NULL},
    {do_register_executor, "POST /api/workspaces/w%201/executors HTTP/1.1\r\n", USER_ID,
     body_of_register_executor_request},
    {do_list_executors, "GET /api/workspaces/w%201/executors HTTP/1.1\r\n", USER_ID, NULL},
    {do_remove_executor, "DELETE /api/workspaces/w%201/executors/e%3F1 HTTP/1.1\r\n", USER_ID, NULL},
    {do_list_browsers, "GET /api/workspaces/w%201/browsers HTTP/1.1\r\n", USER_ID, NULL},
    {do_create_codex_token, "POST /api/codex/tokens HTTP/1.1\r\n", USER_ID, body_of_create_codex_token_request},
    {do_list_codex_tokens, "GET /api/codex/tokens?workspace_id=w-1&include_revoked=true HTTP/1.1\r\n", USER_ID, NULL},
    {do_revoke_codex_token, "DELETE /api/codex/tokens/tok1 HTTP/1.1\r\n", USER_ID, NULL},
    {do_list_credentials, "GET /api/workspaces/w%201/credentials/k8s HTTP/1.1\r\n", USER_ID, NULL},
    {do_create_credential, "POST /api/workspaces/w%201/credentials/k8s HTTP/1.1\r\n", USER_ID,
     body_of_create_credential_request},
    {do_rename_credential, "PATCH /api/workspaces/w%201/credentials/k8s/b-1 HTTP/1.1\r\n", USER_ID,
     body_of_rename_credential_request},
    {do_delete_credential, "DELETE /api/workspaces/w%201/credentials/k8s/b-1 HTTP/1.1\r\n", USER_ID, NULL},
    {do_set_default_credential, "POST /api/workspaces/w%201/credentials/k8s/b-1/set-default HTTP/1.1\r\n", USER_ID,
     NULL},
    {do_complete_device_code, "POST /api/workspaces/w%201/credentials/k8s/b-1/device-complete HTTP/1.1\r\n", USER_ID,
     NULL},
    {do_list_channels, "GET /api/workspaces/w%201/im/channels HTTP/1.1\r\n", USER_ID, NULL},
    {do_update_channel, "PATCH /api/workspaces/w%201/im/channels/c-1 HTTP/1.1\r\n", USER_ID,
     body_of_update_channel_request},
    {do_delete_channel, "DELETE /api/workspaces/w%201/im/channels/c-1 HTTP/1.1\r\n", USER_ID, NULL},
    {do_start_weixin_login, "POST /api/workspaces/w%201/im/weixin/qr-start HTTP/1.1\r\n", USER_ID, NULL},
    {do_poll_weixin_login, "POST /api/workspaces/w%201/im/weixin/qr-wait HTTP/1.1\r\n", USER_ID, NULL},
    {do_configure_telegram, "POST /api/workspaces/w%201/im/telegram/configure HTTP/1.1\r\n", USER_ID,
     body_of_configure_telegram_request},
    {do_configure_matrix, "POST /api/workspaces/w%201/im/matrix/configure HTTP/1.1\r\n", USER_ID,
     body_of_configure_matrix_request},
    {do_bind_sandbox, "POST /api/sandboxes/s-1/im/bind HTTP/1.1\r\n", USER_ID, body_of_bind_sandbox_request},
    {do_unbind_sandbox, "DELETE /api/sandboxes/s-1/im/bind HTTP/1.1\r\n", USER_ID, NULL},
    {do_get_llm_config, "GET /api/workspaces/w%201/llm-config HTTP/1.1\r\n", USER_ID, NULL},
    {do_set_llm_config, "PUT /api/workspaces/w%201/llm-config HTTP/1.1\r\n", USER_ID, body_of_set_llm_config_request},
    {do_delete_llm_config, "DELETE /api/workspaces/w%201/llm-config HTTP/1.1\r\n", USER_ID, NULL},
    {do_get_llm_quota, "GET /api/workspaces/w%201/llm-quota HTTP/1.1\r\n", USER_ID, NULL},
    {do_connect_modelserver, "GET /api/workspaces/w%201/modelserver/connect HTTP/1.1\r\n", USER_ID, NULL},
    {do_disconnect_modelserver, "DELETE /api/workspaces/w%201/modelserver/disconnect HTTP/1.1\r\n", USER_ID, NULL},
    {do_get_modelserver_status, "GET /api/workspaces/w%201/modelserver/status HTTP/1.1\r\n", USER_ID, NULL},
    {do_list_sandbox_usage, "GET /api/sandboxes/s-1/usage HTTP/1.1\r\n", USER_ID, NULL},
    {do_list_sandbox_traces, "GET /api/sandboxes/s-1/traces?limit=2&offset=4 HTTP/1.1\r\n", USER_ID, NULL},
    {do_get_sandbox_trace, "GET /api/sandboxes/s-1/traces/tr%231 HTTP/1.1\r\n", USER_ID, NULL},
    {do_list_workspace_traces, "GET /api/workspaces/w%201/traces?limit=2&offset=4 HTTP/1.1\r\n", USER_ID, NULL},
    {do_get_workspace_trace, "GET /api/workspaces/w%201/traces/tr%231 HTTP/1.1\r\n", USER_ID, NULL},
    {do_list_operations,
     "GET "
     "/api/workspaces/w%201/"
     "operations?env_id=box&tool=shell&source=sdk&is_error=false&since=2026-05-22T00%3A00%3A00Z&limit=50&id="
     "op_1 HTTP/1.1\r\n",
     USER_ID, NULL},
    {do_admin_list_users, "GET /api/admin/users HTTP/1.1\r\n", USER_ID, NULL},
    {do_admin_set_user_role, "PUT /api/admin/users/u%2F2/role HTTP/1.1\r\n", USER_ID,
     body_of_admin_set_user_role_request},
    {do_admin_list_workspaces, "GET /api/admin/workspaces HTTP/1.1\r\n", USER_ID, NULL},
    {do_admin_list_sandboxes, "GET /api/admin/sandboxes HTTP/1.1\r\n", USER_ID, NULL},
    {do_admin_get_quota_defaults, "GET /api/admin/quotas/defaults HTTP/1.1\r\n", USER_ID, NULL},
    {do_admin_set_quota_defaults, "PUT /api/admin/quotas/defaults HTTP/1.1\r\n", USER_ID,
     body_of_admin_set_quota_defaults_request},
    {do_admin_get_user_quota, "GET /api/admin/users/u%2F2/quota HTTP/1.1\r\n", USER_ID, NULL},
    {do_admin_set_user_quota, "PUT /api/admin/users/u%2F2/quota HTTP/1.1\r\n", USER_ID,
     body_of_admin_set_user_quota_request},
    {do_admin_delete_user_quota, "DELETE /api/admin/users/u%2F2/quota HTTP/1.1\r\n", USER_ID, NULL},
    {do_admin_get_workspace_quota, "GET /api/admin/workspaces/w%201/quota HTTP/1.1\r\n", USER_ID, NULL},
    {do_admin_set_workspace_quota, "PUT /api/admin/workspaces/w%201/quota HTTP/1.1\r\n", USER_ID,
     body_of_admin_set_workspace_quota_request},
    {do_admin_delete_workspace_quota, "DELETE /api/admin/workspaces/w%201/quota HTTP/1.1\r\n", USER_ID, NULL},
    {do_admin_get_llm_quota, "GET /api/admin/workspaces/w%201/llm-quota HTTP/1.1\r\n", USER_ID, NULL},
    {do_admin_set_llm_quota, "PUT /api/admin/workspaces/w%201/llm-quota HTTP/1.1\r\n", USER_ID,
     body_of_admin_set_llm_quota_request},
    {do_admin_delete_llm_quota, "DELETE /api/admin/workspaces/w%201/llm-quota HTTP/1.1\r\n", USER_ID, NULL},
    {do_gateway_run_turn, "POST /api/turns HTTP/1.1\r\n", GATEWAY, body_of_gateway_run_turn_request},
    {do_gateway_register_executor, "POST /api/codex-exec/register HTTP/1.1\r\n", GATEWAY_USER,
     body_of_gateway_register_executor_request},
    {do_gateway_bind_executor, "POST /api/codex-exec/workspaces/w%201/executors HTTP/1.1\r\n", GATEWAY_USER,
     body_of_gateway_bind_executor_request},
    {do_gateway_list_executors, "GET /api/codex-exec/workspaces/w%201/executors HTTP/1.1\r\n", GATEWAY_USER, NULL},
    {do_gateway_unbind_executor, "DELETE /api/codex-exec/workspaces/w%201/executors/e%3F1 HTTP/1.1\r\n", GATEWAY_USER,
     NULL},
    {do_gateway_unregister_executor, "DELETE /api/codex-exec/executors/e%3F1 HTTP/1.1\r\n", GATEWAY_USER, NULL},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static unsigned credentials_in(const char *head)
{
    static const char *const names[] = {"\r\nCookie: ", "\r\nAuthorization: ", "\r\nX-Internal-Secret: "};
    unsigned count = 0;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        count += strstr(head, names[i]) != NULL;
    return count;
}

static bool is_as_it_should_be(const row *expected, const char *request)
{
    const char *body = strstr(request, "\r\n\r\n") + 4;
    const char *headers = headers_of[expected->who];

    if (strncmp(request, expected->line, strlen(expected->line)) != 0)
        return false;
    if (headers && !strstr(request, headers))
        return false;
    if (credentials_in(request) != (headers != NULL))
        return false;
    if ((strstr(request, "\r\nContent-Type: application/json\r\n") != NULL) != (expected->body != NULL))
        return false;
    return strcmp(body, expected->body ? expected->body : "") == 0;
}

TEST(every_operation_sends_what_the_contract_says)
{
    static const script_step steps[] = {
        EXPECT(" HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAccept: application/json\r\n"),
        SEND("HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain\r\nContent-Length: 15\r\n\r\n"
             "internal error\n"),
        REPEAT(),
    };
    fixture fx;

    CHECK_EQ(ROWS, 99);
    CHECK(begin(&fx, SCRIPT(steps), 0));
    fault_server_play(fx.server, SCRIPT(steps), 0);
    for (unsigned i = 0; i < ROWS; i++) {
        const char *request;

        CHECK(finish(&fx, rows[i].submit(&fx)));
        CHECK(fx.error && fx.error->code == WEFT_E_SERVER_ERROR);
        CHECK_EQ(fault_server_request_count(fx.server), i + 1);
        request = fault_server_request(fx.server, i, NULL);
        if (!is_as_it_should_be(&rows[i], request))
            CHECK_STR(request, rows[i].line);
    }
    CHECK(end(&fx));
}

TEST(routes_without_a_function_are_asked_as_the_user)
{
    static const script_step steps[] = {
        EXPECT("GET /api/auth/oidc/providers HTTP/1.1\r\n"),
        AS_USER,
        WITHOUT_BODY,
        ANSWER("200 OK", "{\"providers\":[],\"password_auth\":true}"),
    };
    weft_http_request request = {.method = "GET", .path = "/api/auth/oidc/providers"};
    const weft_http_response *answer;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_http_send(api, &request, NULL, on_http, &fx)));
    CHECK(!fx.error);
    answer = fx.result;
    CHECK_EQ(answer->status, 200);
    CHECK_CONTAINS(answer->body.ptr, "\"password_auth\":true");
    CHECK(end(&fx));
}

/* ---- What is refused before it is sent --------------------------------------------------------------- */

static bool refuses(fixture *fx, weft_call *call, const char *message)
{
    if (!finish(fx, call) || !fx->error || fx->error->code != WEFT_E_INVALID)
        return false;
    if (strstr(fx->error->message, message))
        return true;
    test_fail(__FILE__, __LINE__, "\"%s\" is not in \"%s\"", message, fx->error->message);
    return false;
}

TEST(what_is_missing_is_named)
{
    static const weft_agentserver_create_workspace_request no_name;
    static const weft_agentserver_create_api_key_request no_scopes = {.name = "k"};
    static const weft_agentserver_update_task_status_request no_reason = {.status = WEFT_AGENTSERVER_TASK_FAILED};
    fixture fx;

    CHECK(begin(&fx, (fault_script){NULL, 0}, 0));
    CHECK(refuses(&fx, weft_agentserver_get_workspace(api, NULL, NULL, on_agentserver_workspace, &fx),
                  "cannot get the workspace: workspace_id is required"));
    CHECK(refuses(&fx, weft_agentserver_remove_member(api, "w", "", NULL, on_done, &fx), "user_id is required"));
    CHECK(refuses(&fx,
                  weft_agentserver_get_sandbox_trace(api, "s", NULL, NULL, on_agentserver_trace_with_requests, &fx),
                  "trace_id is required"));
    CHECK(refuses(&fx, weft_agentserver_list_codex_tokens(api, "", NULL, NULL, on_agentserver_codex_token_list, &fx),
                  "workspace_id is required"));
    CHECK(refuses(&fx, weft_agentserver_log_in(api, NULL, NULL, on_agentserver_session_status, &fx),
                  "request is required"));
    CHECK(refuses(&fx, weft_agentserver_create_workspace(api, &no_name, NULL, on_agentserver_workspace, &fx),
                  "name: required"));
    CHECK(refuses(&fx, weft_agentserver_create_api_key(api, "w", &no_scopes, NULL, on_agentserver_create_api_key, &fx),
                  "scopes: required"));
    CHECK(refuses(&fx, weft_agentserver_update_task_status(api, "t", &no_reason, NULL, on_done, &fx),
                  "failure_reason is required where status is \"failed\""));
    CHECK(refuses(&fx, weft_agentserver_wait_task(api, "", NULL, NULL, NULL, on_agentserver_task, &fx),
                  "task_id is required"));
    CHECK(refuses(&fx, weft_agentserver_get_task(api, "..", NULL, NULL, on_agentserver_task, &fx),
                  "task_id: cannot be part of a path"));
    CHECK(refuses(
        &fx,
        weft_agentserver_register_agent(api, NULL, &register_agent_request, NULL, on_agentserver_register_agent, &fx),
        "oauth_token is required"));
    CHECK(refuses(&fx,
                  weft_agentserver_register_agent(api, "a\r\nb", &register_agent_request, NULL,
                                                  on_agentserver_register_agent, &fx),
                  "oauth_token contains control characters"));
    CHECK(refuses(&fx,
                  weft_agentserver_gateway_list_executors(gateway, "w",
                                                          &(weft_agentserver_gateway_list_executors_options){"u\n1"},
                                                          NULL, on_agentserver_executor_list, &fx),
                  "user_id contains control characters"));
    CHECK(refuses(&fx,
                  weft_agentserver_gateway_register_executor(gateway, NULL, &gateway_register_executor_request, NULL,
                                                             on_agentserver_gateway_register_executor, &fx),
                  "user_id is required"));
    CHECK_EQ(fault_server_request_count(fx.server), 0);
    CHECK(end(&fx));
}

TEST(params_of_a_turn_must_be_an_object_without_a_thread)
{
    static const struct {
        const char *params;
        const char *message;
    } wrong[] = {
        {NULL, "params is required"},
        {"", "params is required"},
        {"null", "params must be a JSON object"},
        {" [1]", "params must be a JSON object"},
        {"{\"threadId\":\"t\"}", "params must not have threadId"},
        {"{\"input\":", "params: "},
    };
    fixture fx;

    CHECK(begin(&fx, (fault_script){NULL, 0}, 0));
    for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        weft_agentserver_gateway_run_turn_request request = {.workspace_id = "w", .params = wrong[i].params};

        CHECK(refuses(&fx,
                      weft_agentserver_gateway_run_turn(codex, &request, NULL, on_agentserver_gateway_run_turn, &fx),
                      wrong[i].message));
    }
    CHECK(end(&fx));
}

TEST(a_client_of_another_service_is_refused)
{
    weft_error_info why;
    fixture fx;

    CHECK(begin(&fx, (fault_script){NULL, 0}, 0));
    CHECK(refuses(&fx, weft_agentserver_get_me(codex, NULL, on_agentserver_user, &fx),
                  "the client is not one of agentserver"));
    CHECK(!weft_agentserver_set_session(codex, "x", &why));
    CHECK_EQ(why.code, WEFT_E_INVALID);
    CHECK_STR(why.message, "the client is not one of agentserver");
    CHECK(!weft_agentserver_set_agent_token(gateway, "x", &why));
    CHECK_STR(why.message, "the client is not one of agentserver");
    CHECK(!weft_agentserver_get_session(gateway));
    CHECK(end(&fx));
}

TEST(token_is_refused_where_none_is_sent_and_what_to_use_instead_is_said)
{
    weft_client_options options = {.base_url = "http://127.0.0.1:1", .token = PROXY_TOKEN};
    weft_error_info why;
    fixture fx;

    CHECK(begin(&fx, (fault_script){NULL, 0}, 0));
    CHECK(!weft_agentserver_client(fx.engine, &options, NULL));
    CHECK(!weft_agentserver_client(fx.engine, &options, &why));
    CHECK_EQ(why.code, WEFT_E_INVALID);
    CHECK_CONTAINS(why.message, "agentserver: token is not sent by it: a user's session is set by "
                                "weft_agentserver_set_session, an agent's token by weft_agentserver_set_agent_token");
    CHECK(!weft_agentserver_executor_gateway_client(fx.engine, &options, &why));
    CHECK_EQ(why.code, WEFT_E_INVALID);
    CHECK_CONTAINS(why.message, "weft_agentserver_gateway_set_secret");
    CHECK(!weft_client_set_token(api, PROXY_TOKEN, &why));
    CHECK_EQ(why.code, WEFT_E_INVALID);
    CHECK_CONTAINS(why.message, "weft_agentserver_set_agent_token");
    CHECK(!weft_client_set_token(gateway, PROXY_TOKEN, &why));
    CHECK_CONTAINS(why.message, "weft_agentserver_gateway_set_secret");
    CHECK(weft_client_set_token(codex, PROXY_TOKEN, NULL));
    CHECK(weft_client_set_token(api, NULL, NULL)); /* there is none */
    CHECK(weft_client_set_token(gateway, "", NULL));
    options.token = "";
    CHECK(weft_agentserver_client(fx.engine, &options, NULL));
    CHECK(end(&fx));
}

/* The client's own Authorization stands in the place of the agent's, and its Cookie beside the session. */
TEST(own_header_replaces_the_credential_of_its_name)
{
    static const script_step as_agent[] = {
        EXPECT("GET /api/agent/discovery/agents"),
        AND_CONTAINS("\r\nauthorization: Bearer mine\r\n"),
        AND_LACKS(PROXY_TOKEN),
        ANSWER("200 OK", "[]"),
    };
    static const script_step as_user[] = {
        EXPECT("GET /api/auth/me"),
        AND_CONTAINS("\r\nCookie: front=1\r\n"),
        AND_CONTAINS("\r\nCookie: agentserver-token=" SESSION "\r\n"),
        ANSWER("200 OK", "{}"),
    };
    static const weft_pair headers[] = {{"authorization", "Bearer mine"}, {"Cookie", "front=1"}};
    weft_client_options options = {.headers = headers, .headers_count = 2};
    weft_client *client;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(as_agent), 1));
    fault_server_play(fx.server, SCRIPT(as_user), 1);
    options.base_url = fault_server_url(fx.server);
    client = weft_agentserver_client(fx.engine, &options, NULL);
    CHECK(weft_agentserver_set_session(client, SESSION, NULL));
    CHECK(weft_agentserver_set_agent_token(client, PROXY_TOKEN, NULL));
    CHECK(finish(&fx, weft_agentserver_list_agent_cards_as_agent(client, NULL, on_agentserver_agent_card_list, &fx)));
    CHECK(!fx.error);
    CHECK(finish(&fx, weft_agentserver_get_me(client, NULL, on_agentserver_user, &fx)));
    CHECK(!fx.error);
    CHECK(end(&fx));
}

TEST(a_gateways_secret_is_set_on_a_client_of_a_gateway_alone)
{
    weft_error_info why;
    fixture fx;

    CHECK(begin(&fx, (fault_script){NULL, 0}, 0));
    CHECK(!weft_agentserver_gateway_set_secret(NULL, "s3cret", &why));
    CHECK_STR(why.message, "the client is NULL");
    CHECK(!weft_agentserver_gateway_set_secret(api, "s3cret", &why));
    CHECK_EQ(why.code, WEFT_E_INVALID);
    CHECK_CONTAINS(why.message, "the client is not one of agentserver's");
    CHECK(weft_agentserver_gateway_set_secret(codex, NULL, NULL)); /* there is none any more */
    CHECK(end(&fx));
}

TEST(a_gateways_secret_must_fit_into_a_header)
{
    weft_error_info why;
    fixture fx;

    CHECK(begin(&fx, (fault_script){NULL, 0}, 0));
    CHECK(!weft_agentserver_gateway_set_secret(codex, "s\r\nX: y", &why));
    CHECK_EQ(why.code, WEFT_E_INVALID);
    CHECK(strstr(why.message, "internal_secret contains control characters"));
    CHECK(!weft_agentserver_executor_gateway_client(fx.engine, NULL, &why));
    CHECK(strstr(why.message, "base_url is required"));
    CHECK(end(&fx));
}

/* ---- Deadlines --------------------------------------------------------------------------------------- */

/* The whole time that a call is given; it is then cancelled. */
static uint32_t total_of(fixture *fx, weft_call *call)
{
    uint32_t total_ms = call ? call->timeouts.total_ms : 0;

    weft_call_cancel(call);
    return finish(fx, call) ? total_ms : 0;
}

TEST(calls_that_wait_at_the_server_are_given_the_time)
{
    weft_call_options hurry = {.timeouts.total_ms = 5}, patient = {.timeouts.total_ms = WEFT_NO_TIMEOUT};
    weft_agentserver_complete_device_code_options endless = {.expires_in_s = INT64_MAX};
    fixture fx;

    CHECK(begin(&fx, (fault_script){NULL, 0}, 0));
    CHECK_EQ(total_of(&fx, weft_agentserver_get_me(api, NULL, on_agentserver_user, &fx)), 30000);
    CHECK_EQ(total_of(&fx, weft_agentserver_poll_weixin_login(api, "w", NULL, on_agentserver_weixin_login, &fx)),
             60000);
    CHECK_EQ(total_of(&fx, weft_agentserver_poll_weixin_login(api, "w", &hurry, on_agentserver_weixin_login, &fx)), 5);
    CHECK_EQ(total_of(&fx, weft_agentserver_complete_device_code(api, "w", "k8s", "b", NULL, NULL,
                                                                 on_agentserver_create_credential, &fx)),
             930000);
    CHECK_EQ(total_of(&fx, weft_agentserver_complete_device_code(api, "w", "k8s", "b", &pending, NULL,
                                                                 on_agentserver_create_credential, &fx)),
             90000);
    CHECK_EQ(total_of(&fx, weft_agentserver_complete_device_code(api, "w", "k8s", "b", &endless, NULL,
                                                                 on_agentserver_create_credential, &fx)),
             0);
    CHECK_EQ(total_of(&fx, weft_agentserver_gateway_run_turn(codex, &gateway_run_turn_request, NULL,
                                                             on_agentserver_gateway_run_turn, &fx)),
             3660000);
    CHECK_EQ(total_of(&fx, weft_agentserver_gateway_run_turn(codex, &gateway_run_turn_request, &patient,
                                                             on_agentserver_gateway_run_turn, &fx)),
             0);
    CHECK_EQ(total_of(&fx, weft_agentserver_gateway_list_executors(gateway, "w", NULL, NULL,
                                                                   on_agentserver_executor_list, &fx)),
             10000);
    CHECK(end(&fx));
}
