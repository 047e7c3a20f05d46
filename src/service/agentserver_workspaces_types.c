/* Tables of the types in weft/agentserver_workspaces_types.h. */
#include "service/agentserver_types.h"

#include "weft/agentserver_workspaces_types.h"

#include "service/agentserver_fields.h"

/* ---- Accounts ------------------------------------------------------------------------------------- */

#define T weft_agentserver_log_in_request
static const weft__field log_in_request_fields[] = {
    NEEDED(email),
    NEEDED(password),
    EXTRA(),
};
const weft__type weft__agentserver_log_in_request_type = WEFT__REQUEST_TYPE(T, "log in request", log_in_request_fields);
#undef T

#define T weft_agentserver_session_status
static const weft__field session_status_fields[] = {
    TEXT(status),
};
const weft__type weft__agentserver_session_status_type = WEFT__RESULT_TYPE(T, "session status", session_status_fields);
#undef T

#define T weft_agentserver_register_user_response
static const weft__field register_user_response_fields[] = {
    TEXT(id),
    TEXT(email),
};
const weft__type weft__agentserver_register_user_response_type =
    WEFT__RESULT_TYPE(T, "register user", register_user_response_fields);
#undef T

#define T weft_agentserver_user
static const weft__field user_fields[] = {
    TEXT(id), TEXT(email), TEXT(name), TEXT(picture), TEXT(role),
};
const weft__type weft__agentserver_user_type = WEFT__RESULT_TYPE(T, "user", user_fields);
#undef T

/* ---- Workspaces and members ----------------------------------------------------------------------- */

#define T weft_agentserver_create_workspace_request
static const weft__field create_workspace_request_fields[] = {
    NEEDED(name),
    EXTRA(),
};
const weft__type weft__agentserver_create_workspace_request_type =
    WEFT__REQUEST_TYPE(T, "create workspace request", create_workspace_request_fields);
#undef T

#define T weft_agentserver_rename_workspace_request
static const weft__field rename_workspace_request_fields[] = {
    NEEDED(name),
    EXTRA(),
};
const weft__type weft__agentserver_rename_workspace_request_type =
    WEFT__REQUEST_TYPE(T, "rename workspace request", rename_workspace_request_fields);
#undef T

#define T weft_agentserver_workspace
static const weft__field workspace_fields[] = {
    TEXT(id),
    TEXT(name),
    TEXT(created_at),
    TEXT(updated_at),
};
const weft__type weft__agentserver_workspace_type = WEFT__RESULT_TYPE(T, "workspace", workspace_fields);
#undef T

#define T weft_agentserver_workspace_quota
static const weft__field workspace_quota_fields[] = {
    INTEGER(current),
    INTEGER(max),
};
const weft__type weft__agentserver_workspace_quota_type =
    WEFT__RESULT_TYPE(T, "workspace quota", workspace_quota_fields);
#undef T

#define T weft_agentserver_workspace_defaults
static const weft__field workspace_defaults_fields[] = {
    INTEGER_AS(max_sandbox_cpu_millicores, max_sandbox_cpu),
    INTEGER_AS(max_sandbox_memory_bytes, max_sandbox_memory),
    INTEGER_AS(max_idle_timeout_s, max_idle_timeout),
    INTEGER(max_sandboxes),
    INTEGER(current_sandboxes),
};
const weft__type weft__agentserver_workspace_defaults_type =
    WEFT__RESULT_TYPE(T, "workspace defaults", workspace_defaults_fields);
#undef T

#define T weft_agentserver_add_member_request
static const weft__field add_member_request_fields[] = {
    NEEDED(email),
    GIVEN(role),
    EXTRA(),
};
const weft__type weft__agentserver_add_member_request_type =
    WEFT__REQUEST_TYPE(T, "add member request", add_member_request_fields);
#undef T

#define T weft_agentserver_set_member_role_request
static const weft__field set_member_role_request_fields[] = {
    NEEDED(role),
    EXTRA(),
};
const weft__type weft__agentserver_set_member_role_request_type =
    WEFT__REQUEST_TYPE(T, "set member role request", set_member_role_request_fields);
#undef T

#define T weft_agentserver_member
static const weft__field member_fields[] = {
    TEXT(user_id),
    TEXT(email),
    TEXT(role),
    TEXT(picture),
};
const weft__type weft__agentserver_member_type = WEFT__RESULT_TYPE(T, "member", member_fields);
#undef T

/* ---- Workspace API keys --------------------------------------------------------------------------- */

#define T weft_agentserver_api_key_scope
static const weft__field api_key_scope_fields[] = {
    TEXT(name),
    TEXT(description),
    FLAG(available),
};
const weft__type weft__agentserver_api_key_scope_type = WEFT__RESULT_TYPE(T, "api key scope", api_key_scope_fields);
#undef T

#define T weft_agentserver_create_api_key_request
static const weft__field create_api_key_request_fields[] = {
    NEEDED(name), NEEDED_TEXTS(scopes), INTEGER(ttl_days), GIVEN(expires_at), EXTRA(),
};
const weft__type weft__agentserver_create_api_key_request_type =
    WEFT__REQUEST_TYPE(T, "create api key request", create_api_key_request_fields);
#undef T

#define T weft_agentserver_create_api_key_response
static const weft__field create_api_key_response_fields[] = {
    TEXT(id), TEXT(name), TEXT(prefix), TEXT(secret), TEXTS(scopes), TEXT(created_at), TEXT(expires_at),
};
const weft__type weft__agentserver_create_api_key_response_type =
    WEFT__RESULT_TYPE(T, "create api key", create_api_key_response_fields);
#undef T

#define T weft_agentserver_api_key
static const weft__field api_key_fields[] = {
    TEXT(id),         TEXT(name),         TEXT(prefix),     TEXTS(scopes),
    TEXT(created_at), TEXT(last_used_at), TEXT(revoked_at), TEXT(expires_at),
};
const weft__type weft__agentserver_api_key_type = WEFT__RESULT_TYPE(T, "api key", api_key_fields);
#undef T

/* ---- Sandboxes ------------------------------------------------------------------------------------ */

#define T weft_agentserver_create_sandbox_request
static const weft__field create_sandbox_request_fields[] = {
    NEEDED(name),
    GIVEN(type),
    OPT_INTEGER_AS(cpu_millicores, cpu),
    OPT_INTEGER_AS(memory_bytes, memory),
    OPT_INTEGER_AS(idle_timeout_s, idle_timeout),
    GIVEN_JSON(metadata),
    EXTRA(),
};
const weft__type weft__agentserver_create_sandbox_request_type =
    WEFT__REQUEST_TYPE(T, "create sandbox request", create_sandbox_request_fields);
#undef T

#define T weft_agentserver_rename_sandbox_request
static const weft__field rename_sandbox_request_fields[] = {
    NEEDED(name),
    EXTRA(),
};
const weft__type weft__agentserver_rename_sandbox_request_type =
    WEFT__REQUEST_TYPE(T, "rename sandbox request", rename_sandbox_request_fields);
#undef T

#define T weft_agentserver_agent_info
static const weft__field agent_info_fields[] = {
    TEXT(hostname),
    TEXT(os),
    TEXT(platform),
    TEXT(platform_version),
    TEXT(kernel_arch),
    TEXT(cpu_model_name),
    INTEGER(cpu_count_logical),
    INTEGER_AS(memory_total_bytes, memory_total),
    INTEGER_AS(disk_total_bytes, disk_total),
    INTEGER_AS(disk_free_bytes, disk_free),
    TEXT(agent_version),
    TEXT(opencode_version),
    TEXT(workdir),
    TEXT(updated_at),
};
const weft__type weft__agentserver_agent_info_type = WEFT__RESULT_TYPE(T, "agent info", agent_info_fields);
#undef T

#define T weft_agentserver_im_binding
static const weft__field im_binding_fields[] = {
    TEXT(provider),
    TEXT(bot_id),
    TEXT(user_id),
    TEXT(bound_at),
};
const weft__type weft__agentserver_im_binding_type = WEFT__RESULT_TYPE(T, "im binding", im_binding_fields);
#undef T

#define T weft_agentserver_sandbox
static const weft__field sandbox_fields[] = {
    TEXT(id),
    TEXT(short_id),
    TEXT(workspace_id),
    TEXT(name),
    TEXT(type),
    TEXT(status),
    TEXT(opencode_url),
    TEXT(openclaw_url),
    TEXT(claudecode_url),
    TEXT(jupyter_url),
    TEXT(custom_url),
    TEXT(created_at),
    TEXT(last_activity_at),
    TEXT(paused_at),
    FLAG(is_local),
    TEXT(last_heartbeat_at),
    OPT_INTEGER_AS(cpu_millicores, cpu),
    OPT_INTEGER_AS(memory_bytes, memory),
    OPT_INTEGER_AS(idle_timeout_s, idle_timeout),
    OBJECT(agent_info, agent_info),
    LIST(weixin_bindings, im_binding),
    LIST(im_bindings, im_binding),
    JSON(metadata),
};
const weft__type weft__agentserver_sandbox_type = WEFT__RESULT_TYPE(T, "sandbox", sandbox_fields);
#undef T

#define T weft_agentserver_sandbox_status
static const weft__field sandbox_status_fields[] = {
    TEXT(status),
};
const weft__type weft__agentserver_sandbox_status_type = WEFT__RESULT_TYPE(T, "sandbox status", sandbox_status_fields);
#undef T
