/* sim_agentserver_operations.c - what agentserver and its gateways can be asked, and the bodies that they take. */
#include "sim_agentserver.h"

#define SHAPE(called, title, ...)                                                                                      \
    static const sim_member called##_members[] = {__VA_ARGS__};                                                        \
    static const sim_shape called##_shape = SIM_SHAPE(title, called##_members)
#define TEXT(name)                                                                                                     \
    {                                                                                                                  \
        name, SIM_STRING, NULL, NULL                                                                                   \
    }
#define INTEGER(name)                                                                                                  \
    {                                                                                                                  \
        name, SIM_INTEGER, NULL, NULL                                                                                  \
    }
#define NUMBER(name)                                                                                                   \
    {                                                                                                                  \
        name, SIM_NUMBER, NULL, NULL                                                                                   \
    }
#define FLAG(name)                                                                                                     \
    {                                                                                                                  \
        name, SIM_BOOL, NULL, NULL                                                                                     \
    }
#define TEXTS(name)                                                                                                    \
    {                                                                                                                  \
        name, SIM_STRINGS, NULL, NULL                                                                                  \
    }
#define ANYTHING(name)                                                                                                 \
    {                                                                                                                  \
        name, SIM_ANY, NULL, NULL                                                                                      \
    }

SHAPE(credentials, "AuthCredentials", TEXT("email"), TEXT("password"));
SHAPE(name, "NameRequest", TEXT("name"));
SHAPE(member, "MemberAddRequest", TEXT("email"), TEXT("role"));
SHAPE(role, "RoleRequest", TEXT("role"));
SHAPE(key, "WorkspaceAPIKeyMintRequest", TEXT("name"), TEXTS("scopes"), INTEGER("ttl_days"), TEXT("expires_at"));
SHAPE(sandbox, "SandboxCreateRequest", TEXT("name"), TEXT("type"), INTEGER("cpu"), INTEGER("memory"),
      INTEGER("idle_timeout"), {"metadata", SIM_ANY_MAP, NULL, NULL});
SHAPE(agent, "AgentRegisterRequest", TEXT("name"), TEXT("type"));
SHAPE(card, "AgentCardRegisterRequest", TEXT("display_name"), TEXT("description"), TEXT("agent_type"),
      ANYTHING("card"));
SHAPE(task, "AgentTaskCreateRequest", TEXT("target_id"), TEXT("prompt"), TEXT("skill"), TEXT("system_context"),
      INTEGER("max_turns"), NUMBER("max_budget_usd"), INTEGER("timeout_seconds"), TEXTS("delegation_chain"),
      TEXT("requester_id"));
SHAPE(status, "AgentTaskStatusRequest", TEXT("status"), TEXT("failure_reason"), ANYTHING("result"),
      NUMBER("total_cost_usd"), INTEGER("num_turns"));
SHAPE(message, "AgentMailboxSendRequest", TEXT("to"), TEXT("text"), TEXT("msg_type"));
SHAPE(executor, "ExecutorRegisterRequest", TEXT("name"), TEXT("description"));
SHAPE(codex_token, "CodexTokenMintRequest", TEXT("workspace_id"), TEXT("name"), INTEGER("ttl_days"),
      TEXT("expires_at"));
SHAPE(binding, "CredentialBindingCreateRequest", TEXT("display_name"), TEXT("config"));
SHAPE(binding_patch, "CredentialBindingPatchRequest", TEXT("display_name"));
SHAPE(channel_patch, "IMChannelPatchRequest", FLAG("require_mention"), TEXT("routing_mode"));
SHAPE(telegram, "IMTelegramConfigureRequest", TEXT("bot_token"));
SHAPE(matrix, "IMMatrixConfigureRequest", TEXT("homeserver_url"), TEXT("access_token"), TEXT("recovery_key"));
SHAPE(channel, "IMSandboxBindRequest", TEXT("channel_id"));
SHAPE(llm_model, "LLMModel", TEXT("id"), TEXT("name"));
SHAPE(llm_config, "LLMConfigUpsertRequest", TEXT("base_url"), TEXT("api_key"),
      {"models", SIM_OBJECTS, &llm_model_shape, NULL});
SHAPE(defaults, "AdminQuotaDefaultsUpdateRequest", INTEGER("max_workspaces_per_user"),
      INTEGER("max_sandboxes_per_workspace"), INTEGER("max_workspace_drive_size"), INTEGER("max_sandbox_cpu"),
      INTEGER("max_sandbox_memory"), INTEGER("max_idle_timeout"), INTEGER("ws_max_total_cpu"),
      INTEGER("ws_max_total_memory"), INTEGER("ws_max_idle_timeout"));
SHAPE(user_quota, "AdminSetUserQuotaRequest", INTEGER("max_workspaces"));
SHAPE(workspace_quota, "AdminSetWorkspaceQuotaRequest", INTEGER("max_sandboxes"), INTEGER("max_sandbox_cpu"),
      INTEGER("max_sandbox_memory"), INTEGER("max_idle_timeout"), INTEGER("max_total_cpu"), INTEGER("max_total_memory"),
      INTEGER("max_drive_size"));
SHAPE(llm_quota, "LLMQuotaRequest", INTEGER("max_rpd"));
SHAPE(turn, "TurnAPIRequest", TEXT("workspaceId"), TEXT("threadId"), ANYTHING("params"), INTEGER("timeoutMs"));
SHAPE(gateway_register, "RegisterExecutorRequest", TEXT("display_name"));
SHAPE(gateway_bind, "BindRequest", TEXT("exe_id"), TEXT("name"), TEXT("description"), FLAG("is_default"));

const sim_operation agentserver_operations[] = {
    {"seed", "POST", "/api/auth/register", "auth register", agentserver_auth_register, 0,
     AGENTSERVER_ANYBODY | NEEDS_PASSWORD, NULL, &credentials_shape},
    {"seed", "POST", "/api/auth/login", "auth login", agentserver_auth_login, 0, AGENTSERVER_ANYBODY | NEEDS_PASSWORD,
     NULL, &credentials_shape},
    {"seed", "POST", "/api/auth/logout", "auth logout", agentserver_auth_logout, 0, AGENTSERVER_ANYBODY, NULL, NULL},
    {"seed", "GET", "/api/auth/check", "auth check", agentserver_auth_check, 0, AGENTSERVER_USER, NULL, NULL},
    {"seed", "GET", "/api/auth/me", "auth me", agentserver_auth_me, 0, AGENTSERVER_USER, NULL, NULL},
    {"seed", "GET", "/api/workspaces", "list workspaces", agentserver_list_workspaces, 0, AGENTSERVER_USER, NULL, NULL},
    {"seed", "POST", "/api/workspaces", "create workspace", agentserver_create_workspace, 0,
     AGENTSERVER_USER | SAYS_NOTHING, NULL, &name_shape},
    {"seed", "GET", "/api/workspaces/quota", "workspace quota of the caller", agentserver_workspace_quota, 0,
     AGENTSERVER_USER, NULL, NULL},
    {"seed", "GET", "/api/workspaces/{id}", "get workspace", agentserver_get_workspace, 0, AGENTSERVER_MEMBER, NULL,
     NULL},
    {"seed", "PATCH", "/api/workspaces/{id}", "rename workspace", agentserver_rename_workspace, 0,
     AGENTSERVER_MAINTAINER, NULL, &name_shape},
    {"seed", "DELETE", "/api/workspaces/{id}", "delete workspace", agentserver_delete_workspace, 0, AGENTSERVER_OWNER,
     NULL, NULL},
    {"seed", "GET", "/api/workspaces/{wid}/defaults", "workspace defaults", agentserver_workspace_defaults, 0,
     AGENTSERVER_DEVELOPER, NULL, NULL},
    {"seed", "GET", "/api/workspaces/{id}/members", "list members", agentserver_list_members, 0, AGENTSERVER_MEMBER,
     NULL, NULL},
    {"seed", "POST", "/api/workspaces/{id}/members", "add member", agentserver_post_member, 0, AGENTSERVER_MAINTAINER,
     NULL, &member_shape},
    {"seed", "PUT", "/api/workspaces/{id}/members/{userId}", "change member role", agentserver_change_member_role, 0,
     AGENTSERVER_OWNER, NULL, &role_shape},
    {"seed", "DELETE", "/api/workspaces/{id}/members/{userId}", "remove member", agentserver_remove_member, 0,
     AGENTSERVER_OWNER, NULL, NULL},
    {"seed", "GET", "/api/workspaces/{wid}/api-keys/scopes", "list key scopes", agentserver_list_key_scopes, 0,
     AGENTSERVER_MEMBER, NULL, NULL},
    {"seed", "GET", "/api/workspaces/{wid}/api-keys", "list keys", agentserver_list_keys, 0, AGENTSERVER_MEMBER, NULL,
     NULL},
    {"seed", "POST", "/api/workspaces/{wid}/api-keys", "mint key", agentserver_mint_key, 0,
     AGENTSERVER_MAINTAINER | SAYS_INVALID_JSON_SMALL, NULL, &key_shape},
    {"seed", "DELETE", "/api/workspaces/{wid}/api-keys/{id}", "revoke key", agentserver_revoke_key, 0,
     AGENTSERVER_MAINTAINER, NULL, NULL},
    {"seed", "GET", "/api/workspaces/{wid}/sandboxes", "list sandboxes", agentserver_list_sandboxes, 0,
     AGENTSERVER_MEMBER, NULL, NULL},
    {"seed", "POST", "/api/workspaces/{wid}/sandboxes", "create sandbox", agentserver_create_sandbox, 0,
     AGENTSERVER_DEVELOPER | SAYS_NOTHING, NULL, &sandbox_shape},
    {"seed", "GET", "/api/sandboxes/{id}", "get sandbox", agentserver_get_sandbox, 0, AGENTSERVER_IN_SANDBOX, NULL,
     NULL},
    {"seed", "PATCH", "/api/sandboxes/{id}", "rename sandbox", agentserver_rename_sandbox, 0, AGENTSERVER_IN_SANDBOX,
     NULL, &name_shape},
    {"seed", "DELETE", "/api/sandboxes/{id}", "delete sandbox", agentserver_delete_sandbox, 0, AGENTSERVER_IN_SANDBOX,
     NULL, NULL},
    {"seed", "POST", "/api/sandboxes/{id}/pause", "pause sandbox", agentserver_pause_sandbox, 0, AGENTSERVER_IN_SANDBOX,
     NULL, NULL},
    {"seed", "POST", "/api/sandboxes/{id}/resume", "resume sandbox", agentserver_resume_sandbox, 0,
     AGENTSERVER_IN_SANDBOX, NULL, NULL},
    {"seed", "POST", "/api/agent/register", "register agent", agentserver_register_agent, 0,
     AGENTSERVER_OAUTH | NEEDS_OAUTH, NULL, &agent_shape},
    {"seed", "POST", "/api/agent/discovery/cards", "register agent card", agentserver_register_card, 0,
     AGENTSERVER_AGENT, NULL, &card_shape},
    {"seed", "GET", "/api/agent/discovery/agents", "discover agents", agentserver_discover_agents, 0, AGENTSERVER_AGENT,
     NULL, NULL},
    {"seed", "GET", "/api/workspaces/{wid}/agents", "list agent cards", agentserver_list_cards, 0, AGENTSERVER_USER,
     NULL, NULL},
    {"seed", "GET", "/api/agents/{sandboxId}", "get agent card", agentserver_get_card, 0, AGENTSERVER_USER, NULL, NULL},
    {"seed", "POST", "/api/workspaces/{wid}/tasks", "create task", agentserver_create_task, 0, AGENTSERVER_USER, NULL,
     &task_shape},
    {"seed", "POST", "/api/agent/tasks", "create task as agent", agentserver_create_task, 0, AGENTSERVER_AGENT, NULL,
     &task_shape},
    {"seed", "GET", "/api/workspaces/{wid}/tasks", "list tasks", agentserver_list_tasks, 0, AGENTSERVER_USER, NULL,
     NULL},
    {"seed", "GET", "/api/tasks/{id}", "get task", agentserver_get_task, 0, AGENTSERVER_USER, "include_output", NULL},
    {"seed", "GET", "/api/agent/tasks/{id}", "get task as agent", agentserver_get_task, 0, AGENTSERVER_AGENT,
     "include_output", NULL},
    {"seed", "GET", "/api/agent/tasks/poll", "poll tasks", agentserver_poll_tasks, 0, AGENTSERVER_AGENT, "sandbox_id",
     NULL},
    {"seed", "PUT", "/api/agent/tasks/{id}/status", "update task status", agentserver_update_task, 0, AGENTSERVER_AGENT,
     NULL, &status_shape},
    {"seed", "POST", "/api/tasks/{id}/cancel", "cancel task", agentserver_cancel_task, 0, AGENTSERVER_USER, NULL, NULL},
    {"seed", "POST", "/api/agent/mailbox/send", "send message", agentserver_send_message, 0, AGENTSERVER_AGENT, NULL,
     &message_shape},
    {"seed", "GET", "/api/agent/mailbox/inbox", "read inbox", agentserver_read_inbox, 0, AGENTSERVER_AGENT, "limit",
     NULL},
    {"seed", "GET", "/api/workspaces/{wid}/agent-interactions", "list interactions", agentserver_list_interactions, 0,
     AGENTSERVER_MEMBER, "limit offset", NULL},
    {"seed", "POST", "/api/workspaces/{wid}/executors", "register executor", agentserver_register_executor, 0,
     AGENTSERVER_MAINTAINER | SAYS_INVALID_JSON | NEEDS_EXECUTORS, NULL, &executor_shape},
    {"seed", "GET", "/api/workspaces/{wid}/executors", "list executors", agentserver_list_executors, 0,
     AGENTSERVER_MEMBER, NULL, NULL},
    {"seed", "DELETE", "/api/workspaces/{wid}/executors/{exe_id}", "remove executor", agentserver_remove_executor, 0,
     AGENTSERVER_MAINTAINER | NEEDS_EXECUTORS, NULL, NULL},
    {"seed", "GET", "/api/workspaces/{wid}/browsers", "list browser sessions", agentserver_list_browsers, 0,
     AGENTSERVER_MEMBER, NULL, NULL},
    {"seed", "POST", "/api/codex/tokens", "mint codex token", agentserver_mint_codex_token, 0,
     AGENTSERVER_USER | SAYS_INVALID_JSON, NULL, &codex_token_shape},
    {"seed", "GET", "/api/codex/tokens", "list codex tokens", agentserver_list_codex_tokens, 0, AGENTSERVER_USER,
     "workspace_id include_revoked", NULL},
    {"seed", "DELETE", "/api/codex/tokens/{id}", "revoke codex token", agentserver_revoke_codex_token, 0,
     AGENTSERVER_USER, NULL, NULL},
    {"seed", "GET", "/api/workspaces/{id}/credentials/{kind}", "list bindings", agentserver_list_bindings, 0,
     AGENTSERVER_USER, NULL, NULL},
    {"seed", "POST", "/api/workspaces/{id}/credentials/{kind}", "create binding", agentserver_create_binding, 0,
     AGENTSERVER_USER | SAYS_INVALID_REQUEST_BODY | NEEDS_CREDENTIALS, NULL, &binding_shape},
    {"seed", "PATCH", "/api/workspaces/{id}/credentials/{kind}/{bindingId}", "patch binding", agentserver_patch_binding,
     0, AGENTSERVER_USER | SAYS_INVALID_REQUEST_BODY, NULL, &binding_patch_shape},
    {"seed", "DELETE", "/api/workspaces/{id}/credentials/{kind}/{bindingId}", "delete binding",
     agentserver_delete_binding, 0, AGENTSERVER_USER, NULL, NULL},
    {"seed", "POST", "/api/workspaces/{id}/credentials/{kind}/{bindingId}/set-default", "set default binding",
     agentserver_default_binding, 0, AGENTSERVER_USER, NULL, NULL},
    {"seed", "POST", "/api/workspaces/{id}/credentials/{kind}/{bindingId}/device-complete", "complete device code",
     agentserver_complete_device_code, 0, AGENTSERVER_USER, NULL, NULL},
    {"seed", "GET", "/api/workspaces/{id}/im/channels", "list channels", agentserver_list_channels, 0,
     AGENTSERVER_MEMBER | NEEDS_IM, NULL, NULL},
    {"seed", "PATCH", "/api/workspaces/{id}/im/channels/{channelId}", "patch channel", agentserver_patch_channel, 0,
     AGENTSERVER_MEMBER | SAYS_INVALID_REQUEST_BODY | NEEDS_IM, NULL, &channel_patch_shape},
    {"seed", "DELETE", "/api/workspaces/{id}/im/channels/{channelId}", "delete channel", agentserver_delete_channel, 0,
     AGENTSERVER_MEMBER | NEEDS_IM, NULL, NULL},
    {"seed", "POST", "/api/workspaces/{id}/im/weixin/qr-start", "WeChat QR start", agentserver_qr_start, 0,
     AGENTSERVER_MEMBER | NEEDS_IM, NULL, NULL},
    {"seed", "POST", "/api/workspaces/{id}/im/weixin/qr-wait", "WeChat QR wait", agentserver_qr_wait, 0,
     AGENTSERVER_MEMBER | NEEDS_IM, NULL, NULL},
    {"seed", "POST", "/api/workspaces/{id}/im/telegram/configure", "configure Telegram", agentserver_configure_telegram,
     0, AGENTSERVER_MEMBER | SAYS_INVALID_REQUEST_BODY | NEEDS_IM, NULL, &telegram_shape},
    {"seed", "POST", "/api/workspaces/{id}/im/matrix/configure", "configure Matrix", agentserver_configure_matrix, 0,
     AGENTSERVER_MEMBER | SAYS_INVALID_REQUEST_BODY | NEEDS_IM, NULL, &matrix_shape},
    {"seed", "POST", "/api/sandboxes/{id}/im/bind", "bind sandbox to channel", agentserver_bind_sandbox, 0,
     AGENTSERVER_IN_SANDBOX | SAYS_INVALID_REQUEST_BODY | NEEDS_IM, NULL, &channel_shape},
    {"seed", "DELETE", "/api/sandboxes/{id}/im/bind", "unbind sandbox", agentserver_unbind_sandbox, 0,
     AGENTSERVER_IN_SANDBOX | NEEDS_IM, NULL, NULL},
    {"seed", "GET", "/api/workspaces/{id}/llm-config", "get LLM config", agentserver_get_llm_config, 0,
     AGENTSERVER_MAINTAINER, NULL, NULL},
    {"seed", "PUT", "/api/workspaces/{id}/llm-config", "put LLM config", agentserver_put_llm_config, 0,
     AGENTSERVER_MAINTAINER | SAYS_INVALID_REQUEST_BODY, NULL, &llm_config_shape},
    {"seed", "DELETE", "/api/workspaces/{id}/llm-config", "delete LLM config", agentserver_delete_llm_config, 0,
     AGENTSERVER_MAINTAINER, NULL, NULL},
    {"seed", "GET", "/api/workspaces/{id}/llm-quota", "get LLM quota", agentserver_get_llm_quota, 0,
     AGENTSERVER_DEVELOPER | NEEDS_LLM, NULL, NULL},
    {"seed", "GET", "/api/workspaces/{id}/modelserver/connect", "connect ModelServer", agentserver_connect_modelserver,
     0, AGENTSERVER_MAINTAINER | NEEDS_MODELSERVER, NULL, NULL},
    {"seed", "DELETE", "/api/workspaces/{id}/modelserver/disconnect", "disconnect ModelServer",
     agentserver_disconnect_modelserver, 0, AGENTSERVER_MAINTAINER, NULL, NULL},
    {"seed", "GET", "/api/workspaces/{id}/modelserver/status", "ModelServer status", agentserver_modelserver_status, 0,
     AGENTSERVER_MEMBER, NULL, NULL},
    {"seed", "GET", "/api/sandboxes/{id}/usage", "sandbox usage", agentserver_sandbox_usage, 0,
     AGENTSERVER_IN_SANDBOX | NEEDS_LLM, NULL, NULL},
    {"seed", "GET", "/api/sandboxes/{id}/traces", "sandbox traces", agentserver_list_traces, 0,
     AGENTSERVER_IN_SANDBOX | NEEDS_LLM, "limit offset", NULL},
    {"seed", "GET", "/api/sandboxes/{id}/traces/{traceId}", "sandbox trace detail", agentserver_get_trace, 0,
     AGENTSERVER_IN_SANDBOX | NEEDS_LLM, NULL, NULL},
    {"seed", "GET", "/api/workspaces/{wid}/traces", "workspace traces", agentserver_list_traces, 0,
     AGENTSERVER_MEMBER | NEEDS_LLM, "limit offset", NULL},
    {"seed", "GET", "/api/workspaces/{wid}/traces/{traceId}", "workspace trace detail", agentserver_get_trace, 0,
     AGENTSERVER_MEMBER | NEEDS_LLM, NULL, NULL},
    {"seed", "GET", "/api/workspaces/{id}/operations", "list operations", agentserver_list_operations, 0,
     AGENTSERVER_MEMBER, "env_id tool source is_error since limit id", NULL},
    {"seed", "GET", "/api/admin/users", "list users", agentserver_list_users, 0, AGENTSERVER_ADMIN, NULL, NULL},
    {"seed", "PUT", "/api/admin/users/{id}/role", "set user role", agentserver_set_user_role, 0, AGENTSERVER_ADMIN,
     NULL, &role_shape},
    {"seed", "GET", "/api/admin/workspaces", "list workspaces", agentserver_list_all_workspaces, 0, AGENTSERVER_ADMIN,
     NULL, NULL},
    {"seed", "GET", "/api/admin/sandboxes", "list sandboxes", agentserver_list_all_sandboxes, 0, AGENTSERVER_ADMIN,
     NULL, NULL},
    {"seed", "GET", "/api/admin/quotas/defaults", "get quota defaults", agentserver_get_defaults, 0, AGENTSERVER_ADMIN,
     NULL, NULL},
    {"seed", "PUT", "/api/admin/quotas/defaults", "put quota defaults", agentserver_put_defaults, 0, AGENTSERVER_ADMIN,
     NULL, &defaults_shape},
    {"seed", "GET", "/api/admin/users/{id}/quota", "get user quota", agentserver_get_user_quota, 0, AGENTSERVER_ADMIN,
     NULL, NULL},
    {"seed", "PUT", "/api/admin/users/{id}/quota", "put user quota", agentserver_put_user_quota, 0, AGENTSERVER_ADMIN,
     NULL, &user_quota_shape},
    {"seed", "DELETE", "/api/admin/users/{id}/quota", "delete user quota", agentserver_delete_user_quota, 0,
     AGENTSERVER_ADMIN, NULL, NULL},
    {"seed", "GET", "/api/admin/workspaces/{id}/quota", "get workspace quota", agentserver_get_workspace_quota, 0,
     AGENTSERVER_ADMIN, NULL, NULL},
    {"seed", "PUT", "/api/admin/workspaces/{id}/quota", "put workspace quota", agentserver_put_workspace_quota, 0,
     AGENTSERVER_ADMIN, NULL, &workspace_quota_shape},
    {"seed", "DELETE", "/api/admin/workspaces/{id}/quota", "delete workspace quota", agentserver_delete_workspace_quota,
     0, AGENTSERVER_ADMIN, NULL, NULL},
    {"seed", "GET", "/api/admin/workspaces/{id}/llm-quota", "get workspace LLM quota", agentserver_get_llm_quota, 0,
     AGENTSERVER_ADMIN | NEEDS_LLM, NULL, NULL},
    {"seed", "PUT", "/api/admin/workspaces/{id}/llm-quota", "put workspace LLM quota", agentserver_put_llm_quota, 0,
     AGENTSERVER_ADMIN | NEEDS_LLM, NULL, &llm_quota_shape},
    {"seed", "DELETE", "/api/admin/workspaces/{id}/llm-quota", "delete workspace LLM quota",
     agentserver_delete_llm_quota, 0, AGENTSERVER_ADMIN | NEEDS_LLM, NULL, NULL},
};

const sim_operation agentserver_codex_operations[] = {
    {"seed", "POST", "/api/turns", "CodexClient.RunTurn", agentserver_codex_turn, 0,
     AGENTSERVER_SECRET_OR_KEY | SAYS_INVALID_JSON_SMALL, NULL, &turn_shape},
};

const sim_operation agentserver_executor_operations[] = {
    {"seed", "POST", "/api/codex-exec/register", "Register", agentserver_executor_register, 0,
     AGENTSERVER_SECRET | SAYS_IN_JSON, NULL, &gateway_register_shape},
    {"seed", "POST", "/api/codex-exec/workspaces/{wid}/executors", "Bind", agentserver_executor_bind, 0,
     AGENTSERVER_SECRET | SAYS_IN_JSON, NULL, &gateway_bind_shape},
    {"seed", "GET", "/api/codex-exec/workspaces/{wid}/executors", "List", agentserver_executor_list, 0,
     AGENTSERVER_SECRET, NULL, NULL},
    {"seed", "DELETE", "/api/codex-exec/workspaces/{wid}/executors/{exe_id}", "Unbind", agentserver_executor_unbind, 0,
     AGENTSERVER_SECRET, NULL, NULL},
    {"seed", "DELETE", "/api/codex-exec/executors/{exe_id}", "Unregister", agentserver_executor_unregister, 0,
     AGENTSERVER_SECRET, NULL, NULL},
};
