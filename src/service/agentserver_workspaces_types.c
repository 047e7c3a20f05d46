/* Tables of the types in weft/agentserver_workspaces_types.h. */
#include "service/agentserver_types.h"

#include "weft/agentserver_workspaces_types.h"

#include "service/agentserver_fields.h"

/* ---- Accounts ------------------------------------------------------------------------------------- */

#define T weft_agentserver_auth_credentials
static const weft__field auth_credentials_fields[] = {
    NEEDED(email),
    NEEDED(password),
    EXTRA(),
};
const weft__type weft__agentserver_auth_credentials_type =
    WEFT__REQUEST_TYPE(T, "auth credentials request", auth_credentials_fields);
#undef T

#define T weft_agentserver_auth_status_response
static const weft__field auth_status_response_fields[] = {
    TEXT(status),
};
const weft__type weft__agentserver_auth_status_response_type =
    WEFT__RESULT_TYPE(T, "auth status", auth_status_response_fields);
#undef T

#define T weft_agentserver_auth_register_response
static const weft__field auth_register_response_fields[] = {
    TEXT(id),
    TEXT(email),
};
const weft__type weft__agentserver_auth_register_response_type =
    WEFT__RESULT_TYPE(T, "auth register", auth_register_response_fields);
#undef T

#define T weft_agentserver_auth_me_response
static const weft__field auth_me_response_fields[] = {
    TEXT(id), TEXT(email), TEXT(name), TEXT(picture), TEXT(role),
};
const weft__type weft__agentserver_auth_me_response_type = WEFT__RESULT_TYPE(T, "auth me", auth_me_response_fields);
#undef T

/* ---- Workspaces and members ----------------------------------------------------------------------- */

#define T weft_agentserver_workspace_create_request
static const weft__field workspace_create_request_fields[] = {
    NEEDED(name),
    EXTRA(),
};
const weft__type weft__agentserver_workspace_create_request_type =
    WEFT__REQUEST_TYPE(T, "workspace create request", workspace_create_request_fields);
#undef T

#define T weft_agentserver_workspace_rename_request
static const weft__field workspace_rename_request_fields[] = {
    NEEDED(name),
    EXTRA(),
};
const weft__type weft__agentserver_workspace_rename_request_type =
    WEFT__REQUEST_TYPE(T, "workspace rename request", workspace_rename_request_fields);
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

#define T weft_agentserver_workspace_quota_response
static const weft__field workspace_quota_response_fields[] = {
    INTEGER(current),
    INTEGER(max),
};
const weft__type weft__agentserver_workspace_quota_response_type =
    WEFT__RESULT_TYPE(T, "workspace quota", workspace_quota_response_fields);
#undef T

#define T weft_agentserver_workspace_defaults_response
static const weft__field workspace_defaults_response_fields[] = {
    INTEGER(max_sandbox_cpu), INTEGER(max_sandbox_memory), INTEGER(max_idle_timeout),
    INTEGER(max_sandboxes),   INTEGER(current_sandboxes),
};
const weft__type weft__agentserver_workspace_defaults_response_type =
    WEFT__RESULT_TYPE(T, "workspace defaults", workspace_defaults_response_fields);
#undef T

#define T weft_agentserver_member_add_request
static const weft__field member_add_request_fields[] = {
    NEEDED(email),
    GIVEN(role),
    EXTRA(),
};
const weft__type weft__agentserver_member_add_request_type =
    WEFT__REQUEST_TYPE(T, "member add request", member_add_request_fields);
#undef T

#define T weft_agentserver_member_role_update_request
static const weft__field member_role_update_request_fields[] = {
    NEEDED(role),
    EXTRA(),
};
const weft__type weft__agentserver_member_role_update_request_type =
    WEFT__REQUEST_TYPE(T, "member role update request", member_role_update_request_fields);
#undef T

#define T weft_agentserver_workspace_member
static const weft__field workspace_member_fields[] = {
    TEXT(user_id),
    TEXT(email),
    TEXT(role),
    TEXT(picture),
};
const weft__type weft__agentserver_workspace_member_type =
    WEFT__RESULT_TYPE(T, "workspace member", workspace_member_fields);
#undef T

/* ---- Workspace API keys --------------------------------------------------------------------------- */

#define T weft_agentserver_api_key_scope_descriptor
static const weft__field api_key_scope_descriptor_fields[] = {
    TEXT(name),
    TEXT(description),
    FLAG(available),
};
const weft__type weft__agentserver_api_key_scope_descriptor_type =
    WEFT__RESULT_TYPE(T, "api key scope", api_key_scope_descriptor_fields);
#undef T

#define T weft_agentserver_workspace_api_key_mint_request
static const weft__field workspace_api_key_mint_request_fields[] = {
    NEEDED(name), NEEDED_TEXTS(scopes), INTEGER(ttl_days), GIVEN(expires_at), EXTRA(),
};
const weft__type weft__agentserver_workspace_api_key_mint_request_type =
    WEFT__REQUEST_TYPE(T, "workspace api key mint request", workspace_api_key_mint_request_fields);
#undef T

#define T weft_agentserver_workspace_api_key_mint_response
static const weft__field workspace_api_key_mint_response_fields[] = {
    TEXT(id), TEXT(name), TEXT(prefix), TEXT(secret), TEXTS(scopes), TEXT(created_at), TEXT(expires_at),
};
const weft__type weft__agentserver_workspace_api_key_mint_response_type =
    WEFT__RESULT_TYPE(T, "workspace api key mint", workspace_api_key_mint_response_fields);
#undef T

#define T weft_agentserver_workspace_api_key
static const weft__field workspace_api_key_fields[] = {
    TEXT(id),         TEXT(name),         TEXT(prefix),     TEXTS(scopes),
    TEXT(created_at), TEXT(last_used_at), TEXT(revoked_at), TEXT(expires_at),
};
const weft__type weft__agentserver_workspace_api_key_type =
    WEFT__RESULT_TYPE(T, "workspace api key", workspace_api_key_fields);
#undef T

/* ---- Sandboxes ------------------------------------------------------------------------------------ */

#define T weft_agentserver_sandbox_create_request
static const weft__field sandbox_create_request_fields[] = {
    NEEDED(name),         GIVEN(type), OPT_INTEGER(cpu), OPT_INTEGER(memory), OPT_INTEGER(idle_timeout),
    GIVEN_JSON(metadata), EXTRA(),
};
const weft__type weft__agentserver_sandbox_create_request_type =
    WEFT__REQUEST_TYPE(T, "sandbox create request", sandbox_create_request_fields);
#undef T

#define T weft_agentserver_sandbox_rename_request
static const weft__field sandbox_rename_request_fields[] = {
    NEEDED(name),
    EXTRA(),
};
const weft__type weft__agentserver_sandbox_rename_request_type =
    WEFT__REQUEST_TYPE(T, "sandbox rename request", sandbox_rename_request_fields);
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
    INTEGER(memory_total),
    INTEGER(disk_total),
    INTEGER(disk_free),
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
    OPT_INTEGER(cpu),
    OPT_INTEGER(memory),
    OPT_INTEGER(idle_timeout),
    OBJECT(agent_info, agent_info),
    LIST(weixin_bindings, im_binding),
    LIST(im_bindings, im_binding),
    JSON(metadata),
};
const weft__type weft__agentserver_sandbox_type = WEFT__RESULT_TYPE(T, "sandbox", sandbox_fields);
#undef T

#define T weft_agentserver_sandbox_lifecycle_status_response
static const weft__field sandbox_lifecycle_status_response_fields[] = {
    TEXT(status),
};
const weft__type weft__agentserver_sandbox_lifecycle_status_response_type =
    WEFT__RESULT_TYPE(T, "sandbox lifecycle status", sandbox_lifecycle_status_response_fields);
#undef T
