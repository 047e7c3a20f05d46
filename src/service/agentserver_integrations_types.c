/* Tables of the types in weft/agentserver_integrations_types.h. */
#include "service/agentserver_types.h"

#include "weft/agentserver_integrations_types.h"

#include "service/agentserver_fields.h"

/* ---- Credentials ---------------------------------------------------------------------------------- */

#define T weft_agentserver_credential_binding_create_request
static const weft__field credential_binding_create_request_fields[] = {
    NEEDED(display_name),
    NEEDED(config),
    EXTRA(),
};
const weft__type weft__agentserver_credential_binding_create_request_type =
    WEFT__REQUEST_TYPE(T, "credential binding create request", credential_binding_create_request_fields);
#undef T

#define T weft_agentserver_credential_binding_create_response
static const weft__field credential_binding_create_response_fields[] = {
    TEXT(id),          TEXT(display_name), TEXT(server_url),       TEXT(auth_type), FLAG(is_default),
    JSON(public_meta), TEXT(status),       TEXT(verification_uri), TEXT(user_code), INTEGER(expires_in),
};
const weft__type weft__agentserver_credential_binding_create_response_type =
    WEFT__RESULT_TYPE(T, "credential binding create", credential_binding_create_response_fields);
#undef T

#define T weft_agentserver_credential_binding_item
static const weft__field credential_binding_item_fields[] = {
    TEXT(id),          TEXT(display_name), TEXT(server_url), TEXT(auth_type),
    JSON(public_meta), FLAG(is_default),   TEXT(created_at),
};
const weft__type weft__agentserver_credential_binding_item_type =
    WEFT__RESULT_TYPE(T, "credential binding", credential_binding_item_fields);
#undef T

#define T weft_agentserver_credential_binding_patch_request
static const weft__field credential_binding_patch_request_fields[] = {
    GIVEN(display_name),
    EXTRA(),
};
const weft__type weft__agentserver_credential_binding_patch_request_type =
    WEFT__REQUEST_TYPE(T, "credential binding patch request", credential_binding_patch_request_fields);
#undef T

/* ---- Messengers ----------------------------------------------------------------------------------- */

#define T weft_agentserver_im_channel_response
static const weft__field im_channel_response_fields[] = {
    TEXT(id),      TEXT(workspace_id),    TEXT(provider),     TEXT(bot_id),
    TEXT(user_id), FLAG(require_mention), TEXT(routing_mode), TEXT(bound_at),
};
const weft__type weft__agentserver_im_channel_response_type =
    WEFT__RESULT_TYPE(T, "im channel", im_channel_response_fields);
#undef T

#define T weft_agentserver_im_channel_list_response
static const weft__field im_channel_list_response_fields[] = {
    LIST(channels, im_channel_response),
};
const weft__type weft__agentserver_im_channel_list_response_type =
    WEFT__RESULT_TYPE(T, "im channel list", im_channel_list_response_fields);
#undef T

#define T weft_agentserver_im_channel_patch_request
static const weft__field im_channel_patch_request_fields[] = {
    OPT_FLAG(require_mention),
    GIVEN(routing_mode),
    EXTRA(),
};
const weft__type weft__agentserver_im_channel_patch_request_type =
    WEFT__REQUEST_TYPE(T, "im channel patch request", im_channel_patch_request_fields);
#undef T

#define T weft_agentserver_im_channel_patch_response
static const weft__field im_channel_patch_response_fields[] = {
    TEXT(status),
};
const weft__type weft__agentserver_im_channel_patch_response_type =
    WEFT__RESULT_TYPE(T, "im channel patch", im_channel_patch_response_fields);
#undef T

#define T weft_agentserver_im_weixin_qr_start_response
static const weft__field im_weixin_qr_start_response_fields[] = {
    TEXT(qrcode_url),
    TEXT(message),
};
const weft__type weft__agentserver_im_weixin_qr_start_response_type =
    WEFT__RESULT_TYPE(T, "im weixin qr start", im_weixin_qr_start_response_fields);
#undef T

#define T weft_agentserver_im_weixin_qr_wait_response
static const weft__field im_weixin_qr_wait_response_fields[] = {
    FLAG(connected), TEXT(status),  TEXT(message),           TEXT(qrcode_url),
    TEXT(bot_id),    TEXT(user_id), FLAG(already_connected),
};
const weft__type weft__agentserver_im_weixin_qr_wait_response_type =
    WEFT__RESULT_TYPE(T, "im weixin qr wait", im_weixin_qr_wait_response_fields);
#undef T

#define T weft_agentserver_im_telegram_configure_request
static const weft__field im_telegram_configure_request_fields[] = {
    NEEDED(bot_token),
    EXTRA(),
};
const weft__type weft__agentserver_im_telegram_configure_request_type =
    WEFT__REQUEST_TYPE(T, "im telegram configure request", im_telegram_configure_request_fields);
#undef T

#define T weft_agentserver_im_telegram_configure_response
static const weft__field im_telegram_configure_response_fields[] = {
    FLAG(connected),
    TEXT(bot_id),
};
const weft__type weft__agentserver_im_telegram_configure_response_type =
    WEFT__RESULT_TYPE(T, "im telegram configure", im_telegram_configure_response_fields);
#undef T

#define T weft_agentserver_im_matrix_configure_request
static const weft__field im_matrix_configure_request_fields[] = {
    NEEDED(homeserver_url),
    NEEDED(access_token),
    GIVEN(recovery_key),
    EXTRA(),
};
const weft__type weft__agentserver_im_matrix_configure_request_type =
    WEFT__REQUEST_TYPE(T, "im matrix configure request", im_matrix_configure_request_fields);
#undef T

#define T weft_agentserver_im_matrix_configure_response
static const weft__field im_matrix_configure_response_fields[] = {
    FLAG(connected),
    TEXT(bot_id),
};
const weft__type weft__agentserver_im_matrix_configure_response_type =
    WEFT__RESULT_TYPE(T, "im matrix configure", im_matrix_configure_response_fields);
#undef T

#define T weft_agentserver_im_sandbox_bind_request
static const weft__field im_sandbox_bind_request_fields[] = {
    NEEDED(channel_id),
    EXTRA(),
};
const weft__type weft__agentserver_im_sandbox_bind_request_type =
    WEFT__REQUEST_TYPE(T, "im sandbox bind request", im_sandbox_bind_request_fields);
#undef T

#define T weft_agentserver_im_sandbox_bind_response
static const weft__field im_sandbox_bind_response_fields[] = {
    TEXT(status),
};
const weft__type weft__agentserver_im_sandbox_bind_response_type =
    WEFT__RESULT_TYPE(T, "im sandbox bind", im_sandbox_bind_response_fields);
#undef T

#define T weft_agentserver_im_sandbox_unbind_response
static const weft__field im_sandbox_unbind_response_fields[] = {
    TEXT(status),
};
const weft__type weft__agentserver_im_sandbox_unbind_response_type =
    WEFT__RESULT_TYPE(T, "im sandbox unbind", im_sandbox_unbind_response_fields);
#undef T

/* ---- Language models ------------------------------------------------------------------------------ */

#define T weft_agentserver_llm_model
static const weft__field llm_model_fields[] = {
    TEXT(id),
    TEXT(name),
};
const weft__type weft__agentserver_llm_model_type = WEFT__RESULT_TYPE(T, "llm model", llm_model_fields);
#undef T

#define T weft_agentserver_llm_config_response
static const weft__field llm_config_response_fields[] = {
    FLAG(configured), TEXT(base_url), TEXT(api_key), LIST(models, llm_model), TEXT(updated_at),
};
const weft__type weft__agentserver_llm_config_response_type =
    WEFT__RESULT_TYPE(T, "llm config", llm_config_response_fields);
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

#define T weft_agentserver_llm_config_upsert_request
static const weft__field llm_config_upsert_request_fields[] = {
    NEEDED(base_url),
    GIVEN(api_key),
    NEEDED_LIST(models, llm_model_request),
    EXTRA(),
};
const weft__type weft__agentserver_llm_config_upsert_request_type =
    WEFT__REQUEST_TYPE(T, "llm config upsert request", llm_config_upsert_request_fields);
#undef T

#define T weft_agentserver_llm_config_upsert_response
static const weft__field llm_config_upsert_response_fields[] = {
    FLAG(ok),
};
const weft__type weft__agentserver_llm_config_upsert_response_type =
    WEFT__RESULT_TYPE(T, "llm config upsert", llm_config_upsert_response_fields);
#undef T

#define T weft_agentserver_llm_workspace_quota_part
static const weft__field llm_workspace_quota_part_fields[] = {
    TEXT(workspace_id),
    OPT_INTEGER(max_rpd),
    TEXT(updated_at),
};
const weft__type weft__agentserver_llm_workspace_quota_part_type =
    WEFT__RESULT_TYPE(T, "llm workspace quota part", llm_workspace_quota_part_fields);
#undef T

#define T weft_agentserver_llm_quota_response
static const weft__field llm_quota_response_fields[] = {
    INTEGER(default_max_rpd),
    INTEGER(today_request_count),
    OBJECT(workspace_quota, llm_workspace_quota_part),
};
const weft__type weft__agentserver_llm_quota_response_type =
    WEFT__RESULT_TYPE(T, "llm quota", llm_quota_response_fields);
#undef T

#define T weft_agentserver_model_server_status_response
static const weft__field model_server_status_response_fields[] = {
    FLAG(connected), TEXT(project_id), TEXT(project_name), LIST(models, llm_model), TEXT(connected_at),
};
const weft__type weft__agentserver_model_server_status_response_type =
    WEFT__RESULT_TYPE(T, "model server status", model_server_status_response_fields);
#undef T

/* ---- Usage, traces, operations -------------------------------------------------------------------- */

#define T weft_agentserver_sandbox_usage_summary
static const weft__field sandbox_usage_summary_fields[] = {
    TEXT(provider),
    TEXT(model),
    INTEGER(input_tokens),
    INTEGER(output_tokens),
    INTEGER(cache_creation_input_tokens),
    INTEGER(cache_read_input_tokens),
    INTEGER(request_count),
};
const weft__type weft__agentserver_sandbox_usage_summary_type =
    WEFT__RESULT_TYPE(T, "sandbox usage summary", sandbox_usage_summary_fields);
#undef T

#define T weft_agentserver_sandbox_usage_response
static const weft__field sandbox_usage_response_fields[] = {
    LIST(usage, sandbox_usage_summary),
    TEXT(since),
};
const weft__type weft__agentserver_sandbox_usage_response_type =
    WEFT__RESULT_TYPE(T, "sandbox usage", sandbox_usage_response_fields);
#undef T

#define T weft_agentserver_trace_record
static const weft__field trace_record_fields[] = {
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
const weft__type weft__agentserver_trace_record_type = WEFT__RESULT_TYPE(T, "trace record", trace_record_fields);
#undef T

#define T weft_agentserver_trace_list_response
static const weft__field trace_list_response_fields[] = {
    LIST(traces, trace_record),
    INTEGER(total),
};
const weft__type weft__agentserver_trace_list_response_type =
    WEFT__RESULT_TYPE(T, "trace list", trace_list_response_fields);
#undef T

#define T weft_agentserver_trace_request
static const weft__field trace_request_fields[] = {
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
    INTEGER(duration),
    INTEGER(ttft),
    TEXT(created_at),
};
const weft__type weft__agentserver_trace_request_type = WEFT__RESULT_TYPE(T, "trace", trace_request_fields);
#undef T

#define T weft_agentserver_trace_detail_response
static const weft__field trace_detail_response_fields[] = {
    OBJECT(trace, trace_record),
    LIST(requests, trace_request),
};
const weft__type weft__agentserver_trace_detail_response_type =
    WEFT__RESULT_TYPE(T, "trace detail", trace_detail_response_fields);
#undef T

#define T weft_agentserver_operation_record
static const weft__field operation_record_fields[] = {
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
const weft__type weft__agentserver_operation_record_type =
    WEFT__RESULT_TYPE(T, "operation record", operation_record_fields);
#undef T

#define T weft_agentserver_workspace_operations_response
static const weft__field workspace_operations_response_fields[] = {
    LIST(operations, operation_record),
};
const weft__type weft__agentserver_workspace_operations_response_type =
    WEFT__RESULT_TYPE(T, "workspace operations", workspace_operations_response_fields);
#undef T
