/* Tables of the types in weft/agentserver_integrations_types.h. */
#include "service/agentserver_types.h"

#include "weft/agentserver_integrations_types.h"

#include "service/agentserver_fields.h"

/* ---- Credentials ---------------------------------------------------------------------------------- */

#define T weft_agentserver_create_credential_request
static const weft__field create_credential_request_fields[] = {
    NEEDED(display_name),
    NEEDED(config),
    EXTRA(),
};
const weft__type weft__agentserver_create_credential_request_type =
    WEFT__REQUEST_TYPE(T, "create credential request", create_credential_request_fields);
#undef T

#define T weft_agentserver_create_credential_response
static const weft__field create_credential_response_fields[] = {
    TEXT(id),         TEXT(display_name),
    TEXT(server_url), TEXT(auth_type),
    FLAG(is_default), JSON(public_meta),
    TEXT(status),     TEXT(verification_uri),
    TEXT(user_code),  INTEGER_AS(expires_in_s, expires_in),
};
const weft__type weft__agentserver_create_credential_response_type =
    WEFT__RESULT_TYPE(T, "create credential", create_credential_response_fields);
#undef T

#define T weft_agentserver_credential
static const weft__field credential_fields[] = {
    TEXT(id),          TEXT(display_name), TEXT(server_url), TEXT(auth_type),
    JSON(public_meta), FLAG(is_default),   TEXT(created_at),
};
const weft__type weft__agentserver_credential_type = WEFT__RESULT_TYPE(T, "credential", credential_fields);
#undef T

#define T weft_agentserver_rename_credential_request
static const weft__field rename_credential_request_fields[] = {
    GIVEN(display_name),
    EXTRA(),
};
const weft__type weft__agentserver_rename_credential_request_type =
    WEFT__REQUEST_TYPE(T, "rename credential request", rename_credential_request_fields);
#undef T

/* ---- Messengers ----------------------------------------------------------------------------------- */

#define T weft_agentserver_channel
static const weft__field channel_fields[] = {
    TEXT(id),      TEXT(workspace_id),    TEXT(provider),     TEXT(bot_id),
    TEXT(user_id), FLAG(require_mention), TEXT(routing_mode), TEXT(bound_at),
};
const weft__type weft__agentserver_channel_type = WEFT__RESULT_TYPE(T, "channel", channel_fields);
#undef T

#define T weft_agentserver_channel_list
static const weft__field channel_list_fields[] = {
    ITEMS(channels, channel),
};
const weft__type weft__agentserver_channel_list_type = WEFT__RESULT_TYPE(T, "channel list", channel_list_fields);
#undef T

#define T weft_agentserver_update_channel_request
static const weft__field update_channel_request_fields[] = {
    OPT_FLAG(require_mention),
    GIVEN(routing_mode),
    EXTRA(),
};
const weft__type weft__agentserver_update_channel_request_type =
    WEFT__REQUEST_TYPE(T, "update channel request", update_channel_request_fields);
#undef T

#define T weft_agentserver_update_channel_response
static const weft__field update_channel_response_fields[] = {
    TEXT(status),
};
const weft__type weft__agentserver_update_channel_response_type =
    WEFT__RESULT_TYPE(T, "update channel", update_channel_response_fields);
#undef T

#define T weft_agentserver_start_weixin_login_response
static const weft__field start_weixin_login_response_fields[] = {
    TEXT(qrcode_url),
    TEXT(message),
};
const weft__type weft__agentserver_start_weixin_login_response_type =
    WEFT__RESULT_TYPE(T, "start weixin login", start_weixin_login_response_fields);
#undef T

#define T weft_agentserver_weixin_login
static const weft__field weixin_login_fields[] = {
    FLAG(connected), TEXT(status),  TEXT(message),           TEXT(qrcode_url),
    TEXT(bot_id),    TEXT(user_id), FLAG(already_connected),
};
const weft__type weft__agentserver_weixin_login_type = WEFT__RESULT_TYPE(T, "weixin login", weixin_login_fields);
#undef T

#define T weft_agentserver_configure_telegram_request
static const weft__field configure_telegram_request_fields[] = {
    NEEDED(bot_token),
    EXTRA(),
};
const weft__type weft__agentserver_configure_telegram_request_type =
    WEFT__REQUEST_TYPE(T, "configure telegram request", configure_telegram_request_fields);
#undef T

#define T weft_agentserver_configure_telegram_response
static const weft__field configure_telegram_response_fields[] = {
    FLAG(connected),
    TEXT(bot_id),
};
const weft__type weft__agentserver_configure_telegram_response_type =
    WEFT__RESULT_TYPE(T, "configure telegram", configure_telegram_response_fields);
#undef T

#define T weft_agentserver_configure_matrix_request
static const weft__field configure_matrix_request_fields[] = {
    NEEDED(homeserver_url),
    NEEDED(access_token),
    GIVEN(recovery_key),
    EXTRA(),
};
const weft__type weft__agentserver_configure_matrix_request_type =
    WEFT__REQUEST_TYPE(T, "configure matrix request", configure_matrix_request_fields);
#undef T

#define T weft_agentserver_configure_matrix_response
static const weft__field configure_matrix_response_fields[] = {
    FLAG(connected),
    TEXT(bot_id),
};
const weft__type weft__agentserver_configure_matrix_response_type =
    WEFT__RESULT_TYPE(T, "configure matrix", configure_matrix_response_fields);
#undef T

#define T weft_agentserver_bind_sandbox_request
static const weft__field bind_sandbox_request_fields[] = {
    NEEDED(channel_id),
    EXTRA(),
};
const weft__type weft__agentserver_bind_sandbox_request_type =
    WEFT__REQUEST_TYPE(T, "bind sandbox request", bind_sandbox_request_fields);
#undef T

#define T weft_agentserver_bind_sandbox_response
static const weft__field bind_sandbox_response_fields[] = {
    TEXT(status),
};
const weft__type weft__agentserver_bind_sandbox_response_type =
    WEFT__RESULT_TYPE(T, "bind sandbox", bind_sandbox_response_fields);
#undef T

#define T weft_agentserver_unbind_sandbox_response
static const weft__field unbind_sandbox_response_fields[] = {
    TEXT(status),
};
const weft__type weft__agentserver_unbind_sandbox_response_type =
    WEFT__RESULT_TYPE(T, "unbind sandbox", unbind_sandbox_response_fields);
#undef T

/* ---- Language models ------------------------------------------------------------------------------ */

#define T weft_agentserver_llm_model
static const weft__field llm_model_fields[] = {
    TEXT(id),
    TEXT(name),
};
const weft__type weft__agentserver_llm_model_type = WEFT__RESULT_TYPE(T, "llm model", llm_model_fields);
#undef T

#define T weft_agentserver_llm_config
static const weft__field llm_config_fields[] = {
    FLAG(configured), TEXT(base_url), TEXT(api_key), LIST(models, llm_model), TEXT(updated_at),
};
const weft__type weft__agentserver_llm_config_type = WEFT__RESULT_TYPE(T, "llm config", llm_config_fields);
#undef T

#define T weft_agentserver_llm_model_request
static const weft__field llm_model_request_fields[] = {
    NEEDED(id),
    NEEDED(name),
    EXTRA(),
};
const weft__type weft__agentserver_llm_model_request_type =
    WEFT__REQUEST_TYPE(T, "llm model request", llm_model_request_fields);
#undef T

#define T weft_agentserver_set_llm_config_request
static const weft__field set_llm_config_request_fields[] = {
    NEEDED(base_url),
    GIVEN(api_key),
    NEEDED_LIST(models, llm_model_request),
    EXTRA(),
};
const weft__type weft__agentserver_set_llm_config_request_type =
    WEFT__REQUEST_TYPE(T, "set llm config request", set_llm_config_request_fields);
#undef T

#define T weft_agentserver_set_llm_config_response
static const weft__field set_llm_config_response_fields[] = {
    FLAG(ok),
};
const weft__type weft__agentserver_set_llm_config_response_type =
    WEFT__RESULT_TYPE(T, "set llm config", set_llm_config_response_fields);
#undef T

#define T weft_agentserver_llm_workspace_quota
static const weft__field llm_workspace_quota_fields[] = {
    TEXT(workspace_id),
    OPT_INTEGER_AS(max_requests_per_day, max_rpd),
    TEXT(updated_at),
};
const weft__type weft__agentserver_llm_workspace_quota_type =
    WEFT__RESULT_TYPE(T, "llm workspace quota", llm_workspace_quota_fields);
#undef T

#define T weft_agentserver_llm_quota
static const weft__field llm_quota_fields[] = {
    INTEGER_AS(default_max_requests_per_day, default_max_rpd),
    INTEGER(today_request_count),
    OBJECT(workspace_quota, llm_workspace_quota),
};
const weft__type weft__agentserver_llm_quota_type = WEFT__RESULT_TYPE(T, "llm quota", llm_quota_fields);
#undef T

#define T weft_agentserver_modelserver_status
static const weft__field modelserver_status_fields[] = {
    FLAG(connected), TEXT(project_id), TEXT(project_name), LIST(models, llm_model), TEXT(connected_at),
};
const weft__type weft__agentserver_modelserver_status_type =
    WEFT__RESULT_TYPE(T, "modelserver status", modelserver_status_fields);
#undef T

/* ---- Usage, traces, operations -------------------------------------------------------------------- */

#define T weft_agentserver_sandbox_usage
static const weft__field sandbox_usage_fields[] = {
    TEXT(provider),
    TEXT(model),
    INTEGER(input_tokens),
    INTEGER(output_tokens),
    INTEGER(cache_creation_input_tokens),
    INTEGER(cache_read_input_tokens),
    INTEGER(request_count),
};
const weft__type weft__agentserver_sandbox_usage_type = WEFT__RESULT_TYPE(T, "sandbox usage", sandbox_usage_fields);
#undef T

#define T weft_agentserver_sandbox_usage_list
static const weft__field sandbox_usage_list_fields[] = {
    ITEMS(usage, sandbox_usage),
    TEXT(since),
};
const weft__type weft__agentserver_sandbox_usage_list_type =
    WEFT__RESULT_TYPE(T, "sandbox usage list", sandbox_usage_list_fields);
#undef T

#define T weft_agentserver_trace
static const weft__field trace_fields[] = {
    TEXT(id),
    TEXT(sandbox_id),
    TEXT(workspace_id),
    TEXT(source),
    TEXT(created_at),
    TEXT(updated_at),
    INTEGER(request_count),
    INTEGER(total_input_tokens),
    INTEGER(total_output_tokens),
    INTEGER(total_cache_read_tokens),
    INTEGER(total_cache_creation_tokens),
    TEXT(models),
};
const weft__type weft__agentserver_trace_type = WEFT__RESULT_TYPE(T, "trace", trace_fields);
#undef T

#define T weft_agentserver_trace_list
static const weft__field trace_list_fields[] = {
    ITEMS(traces, trace),
    INTEGER(total),
};
const weft__type weft__agentserver_trace_list_type = WEFT__RESULT_TYPE(T, "trace list", trace_list_fields);
#undef T

#define T weft_agentserver_traced_request
static const weft__field traced_request_fields[] = {
    TEXT(id),
    TEXT(trace_id),
    TEXT(sandbox_id),
    TEXT(workspace_id),
    TEXT(provider),
    TEXT(model),
    TEXT(message_id),
    INTEGER(input_tokens),
    INTEGER(output_tokens),
    INTEGER(cache_creation_input_tokens),
    INTEGER(cache_read_input_tokens),
    FLAG(streaming),
    INTEGER_AS(duration_ms, duration),
    INTEGER_AS(time_to_first_token_ms, ttft),
    TEXT(created_at),
};
const weft__type weft__agentserver_traced_request_type = WEFT__RESULT_TYPE(T, "traced request", traced_request_fields);
#undef T

#define T weft_agentserver_trace_with_requests
static const weft__field trace_with_requests_fields[] = {
    OBJECT(trace, trace),
    LIST(requests, traced_request),
};
const weft__type weft__agentserver_trace_with_requests_type =
    WEFT__RESULT_TYPE(T, "trace with requests", trace_with_requests_fields);
#undef T

#define T weft_agentserver_operation
static const weft__field operation_fields[] = {
    TEXT(id),
    TEXT(workspace_id),
    TEXT(user_id),
    TEXT(source),
    TEXT(thread_id),
    TEXT(request_id),
    TEXT(env_id),
    TEXT(tool),
    JSON(arguments),
    JSON(arguments_meta),
    FLAG(is_error),
    TEXT(result_summary),
    JSON(result_meta),
    TEXT(started_at),
    TEXT(completed_at),
    INTEGER(duration_ms),
    TEXT(notebook_path),
    TEXT(cell_id),
};
const weft__type weft__agentserver_operation_type = WEFT__RESULT_TYPE(T, "operation", operation_fields);
#undef T

#define T weft_agentserver_operation_list
static const weft__field operation_list_fields[] = {
    ITEMS(operations, operation),
};
const weft__type weft__agentserver_operation_list_type = WEFT__RESULT_TYPE(T, "operation list", operation_list_fields);
#undef T
