/* Tables of the types in weft/agentserver_admin_types.h. */
#include "service/agentserver_types.h"

#include "weft/agentserver_admin_types.h"

#include "service/agentserver_fields.h"

/* ---- Administration ------------------------------------------------------------------------------- */

#define T weft_agentserver_admin_user
static const weft__field admin_user_fields[] = {
    TEXT(id), TEXT(email), TEXT(name), TEXT(role), TEXT(created_at),
};
const weft__type weft__agentserver_admin_user_type = WEFT__RESULT_TYPE(T, "admin user", admin_user_fields);
#undef T

#define T weft_agentserver_admin_set_user_role_request
static const weft__field admin_set_user_role_request_fields[] = {
    NEEDED(role),
    EXTRA(),
};
const weft__type weft__agentserver_admin_set_user_role_request_type =
    WEFT__REQUEST_TYPE(T, "admin set user role request", admin_set_user_role_request_fields);
#undef T

#define T weft_agentserver_admin_owner
static const weft__field admin_owner_fields[] = {
    TEXT(id),
    TEXT(email),
    TEXT(name),
    TEXT(picture),
};
const weft__type weft__agentserver_admin_owner_type = WEFT__RESULT_TYPE(T, "admin owner", admin_owner_fields);
#undef T

#define T weft_agentserver_admin_workspace
static const weft__field admin_workspace_fields[] = {
    TEXT(id),
    TEXT(name),
    TEXT(created_at),
    TEXT(updated_at),
    OBJECT(owner, admin_owner),
    INTEGER(sandbox_count),
    INTEGER(max_sandboxes),
};
const weft__type weft__agentserver_admin_workspace_type =
    WEFT__RESULT_TYPE(T, "admin workspace", admin_workspace_fields);
#undef T

#define T weft_agentserver_admin_sandbox
static const weft__field admin_sandbox_fields[] = {
    TEXT(id),     TEXT(name),       TEXT(workspace_id),     TEXT(type),
    TEXT(status), TEXT(created_at), TEXT(last_activity_at), FLAG(is_local),
};
const weft__type weft__agentserver_admin_sandbox_type = WEFT__RESULT_TYPE(T, "admin sandbox", admin_sandbox_fields);
#undef T

#define T weft_agentserver_admin_quota_defaults
static const weft__field admin_quota_defaults_fields[] = {
    INTEGER(max_workspaces_per_user),
    INTEGER(max_sandboxes_per_workspace),
    INTEGER_AS(max_workspace_drive_size_bytes, max_workspace_drive_size),
    INTEGER_AS(max_sandbox_cpu_millicores, max_sandbox_cpu),
    INTEGER_AS(max_sandbox_memory_bytes, max_sandbox_memory),
    INTEGER_AS(max_idle_timeout_s, max_idle_timeout),
    INTEGER_AS(ws_max_total_cpu_millicores, ws_max_total_cpu),
    INTEGER_AS(ws_max_total_memory_bytes, ws_max_total_memory),
    INTEGER_AS(ws_max_idle_timeout_s, ws_max_idle_timeout),
};
const weft__type weft__agentserver_admin_quota_defaults_type =
    WEFT__RESULT_TYPE(T, "admin quota defaults", admin_quota_defaults_fields);
#undef T

#define T weft_agentserver_admin_set_quota_defaults_request
static const weft__field admin_set_quota_defaults_request_fields[] = {
    OPT_INTEGER(max_workspaces_per_user),
    OPT_INTEGER(max_sandboxes_per_workspace),
    OPT_INTEGER_AS(max_workspace_drive_size_bytes, max_workspace_drive_size),
    OPT_INTEGER_AS(max_sandbox_cpu_millicores, max_sandbox_cpu),
    OPT_INTEGER_AS(max_sandbox_memory_bytes, max_sandbox_memory),
    OPT_INTEGER_AS(max_idle_timeout_s, max_idle_timeout),
    OPT_INTEGER_AS(ws_max_total_cpu_millicores, ws_max_total_cpu),
    OPT_INTEGER_AS(ws_max_total_memory_bytes, ws_max_total_memory),
    OPT_INTEGER_AS(ws_max_idle_timeout_s, ws_max_idle_timeout),
    EXTRA(),
};
const weft__type weft__agentserver_admin_set_quota_defaults_request_type =
    WEFT__REQUEST_TYPE(T, "admin set quota defaults request", admin_set_quota_defaults_request_fields);
#undef T

#define T weft_agentserver_admin_user_quota_defaults
static const weft__field admin_user_quota_defaults_fields[] = {
    INTEGER(max_workspaces_per_user),
};
const weft__type weft__agentserver_admin_user_quota_defaults_type =
    WEFT__RESULT_TYPE(T, "admin user quota defaults", admin_user_quota_defaults_fields);
#undef T

#define T weft_agentserver_admin_user_quota_overrides
static const weft__field admin_user_quota_overrides_fields[] = {
    OPT_INTEGER(max_workspaces),
    TEXT(updated_at),
};
const weft__type weft__agentserver_admin_user_quota_overrides_type =
    WEFT__RESULT_TYPE(T, "admin user quota overrides", admin_user_quota_overrides_fields);
#undef T

#define T weft_agentserver_admin_user_quota
static const weft__field admin_user_quota_fields[] = {
    OBJECT(defaults, admin_user_quota_defaults),
    OBJECT(overrides, admin_user_quota_overrides),
};
const weft__type weft__agentserver_admin_user_quota_type =
    WEFT__RESULT_TYPE(T, "admin user quota", admin_user_quota_fields);
#undef T

#define T weft_agentserver_admin_set_user_quota_request
static const weft__field admin_set_user_quota_request_fields[] = {
    WEFT__FIELD(T, max_workspaces, "max_workspaces", WEFT__OPT_INT64, WEFT__ALWAYS),
    EXTRA(),
};
const weft__type weft__agentserver_admin_set_user_quota_request_type =
    WEFT__REQUEST_TYPE(T, "admin set user quota request", admin_set_user_quota_request_fields);
#undef T

#define T weft_agentserver_admin_workspace_quota_defaults
static const weft__field admin_workspace_quota_defaults_fields[] = {
    INTEGER(max_sandboxes),
    INTEGER_AS(max_sandbox_cpu_millicores, max_sandbox_cpu),
    INTEGER_AS(max_sandbox_memory_bytes, max_sandbox_memory),
    INTEGER_AS(max_idle_timeout_s, max_idle_timeout),
    INTEGER_AS(max_total_cpu_millicores, max_total_cpu),
    INTEGER_AS(max_total_memory_bytes, max_total_memory),
    INTEGER_AS(max_drive_size_bytes, max_drive_size),
};
const weft__type weft__agentserver_admin_workspace_quota_defaults_type =
    WEFT__RESULT_TYPE(T, "admin workspace quota defaults", admin_workspace_quota_defaults_fields);
#undef T

#define T weft_agentserver_admin_workspace_quota_overrides
static const weft__field admin_workspace_quota_overrides_fields[] = {
    OPT_INTEGER(max_sandboxes),
    OPT_INTEGER_AS(max_sandbox_cpu_millicores, max_sandbox_cpu),
    OPT_INTEGER_AS(max_sandbox_memory_bytes, max_sandbox_memory),
    OPT_INTEGER_AS(max_idle_timeout_s, max_idle_timeout),
    OPT_INTEGER_AS(max_total_cpu_millicores, max_total_cpu),
    OPT_INTEGER_AS(max_total_memory_bytes, max_total_memory),
    OPT_INTEGER_AS(max_drive_size_bytes, max_drive_size),
    TEXT(updated_at),
};
const weft__type weft__agentserver_admin_workspace_quota_overrides_type =
    WEFT__RESULT_TYPE(T, "admin workspace quota overrides", admin_workspace_quota_overrides_fields);
#undef T

#define T weft_agentserver_admin_workspace_quota
static const weft__field admin_workspace_quota_fields[] = {
    OBJECT(defaults, admin_workspace_quota_defaults),
    OBJECT(overrides, admin_workspace_quota_overrides),
};
const weft__type weft__agentserver_admin_workspace_quota_type =
    WEFT__RESULT_TYPE(T, "admin workspace quota", admin_workspace_quota_fields);
#undef T

#define T weft_agentserver_admin_set_workspace_quota_request
static const weft__field admin_set_workspace_quota_request_fields[] = {
    OPT_INTEGER(max_sandboxes),
    OPT_INTEGER_AS(max_sandbox_cpu_millicores, max_sandbox_cpu),
    OPT_INTEGER_AS(max_sandbox_memory_bytes, max_sandbox_memory),
    OPT_INTEGER_AS(max_idle_timeout_s, max_idle_timeout),
    OPT_INTEGER_AS(max_total_cpu_millicores, max_total_cpu),
    OPT_INTEGER_AS(max_total_memory_bytes, max_total_memory),
    OPT_INTEGER_AS(max_drive_size_bytes, max_drive_size),
    EXTRA(),
};
const weft__type weft__agentserver_admin_set_workspace_quota_request_type =
    WEFT__REQUEST_TYPE(T, "admin set workspace quota request", admin_set_workspace_quota_request_fields);
#undef T

#define T weft_agentserver_admin_set_llm_quota_request
static const weft__field admin_set_llm_quota_request_fields[] = {
    WEFT__FIELD(T, max_requests_per_day, "max_rpd", WEFT__OPT_INT64, WEFT__ALWAYS),
    EXTRA(),
};
const weft__type weft__agentserver_admin_set_llm_quota_request_type =
    WEFT__REQUEST_TYPE(T, "admin set llm quota request", admin_set_llm_quota_request_fields);
#undef T
