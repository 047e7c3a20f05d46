/* The bodies of Stromboli's answers. */
#include "service/stromboli_types.h"

/* One line per member of T that is called the same here and on the wire. */
#define TEXT(m) WEFT__FIELD(T, m, #m, WEFT__STR, 0)
#define TEXT_OR_JSON(m) WEFT__FIELD(T, m, #m, WEFT__STR, WEFT__TEXT_OR_JSON)
#define FLAG(m) WEFT__FIELD(T, m, #m, WEFT__BOOL, 0)
#define INTEGER(m) WEFT__FIELD(T, m, #m, WEFT__INT64, 0)
#define JSON(m) WEFT__FIELD(T, m, #m, WEFT__JSON, 0)
#define OBJECT(m, the_type) WEFT__FIELD_OBJECT(T, m, #m, &the_type, 0)
#define LIST(m, the_type) WEFT__FIELD_OBJECTS(T, m, #m, &the_type, 0)
#define ITEMS(n, the_type) WEFT__FIELD_ITEMS(T, n, &the_type)

#define T weft_stromboli_component
static const weft__field component_fields[] = {
    TEXT(name),
    TEXT(status),
    TEXT(error),
};
static const weft__type component_type = WEFT__RESULT_TYPE(T, "component", component_fields);
#undef T

#define T weft_stromboli_health
static const weft__field health_fields[] = {
    TEXT(name),
    TEXT(status),
    TEXT(version),
    LIST(components, component_type),
};
const weft__type weft__stromboli_health_type = WEFT__RESULT_TYPE(T, "health", health_fields);
#undef T

#define T weft_stromboli_claude_status
static const weft__field claude_status_fields[] = {
    FLAG(configured),
    TEXT(message),
};
const weft__type weft__stromboli_claude_status_type = WEFT__RESULT_TYPE(T, "Claude status", claude_status_fields);
#undef T

#define T weft_stromboli_crash_info
static const weft__field crash_info_fields[] = {
    TEXT(reason), INTEGER(exit_code), TEXT(partial_output), TEXT(signal), FLAG(task_completed),
};
static const weft__type crash_info_type = WEFT__RESULT_TYPE(T, "crash info", crash_info_fields);
#undef T

#define T weft_stromboli_usage
static const weft__field usage_fields[] = {
    TEXT(model),
    INTEGER(input_tokens),
    INTEGER(output_tokens),
    INTEGER(cache_creation_input_tokens),
    INTEGER(cache_read_input_tokens),
    INTEGER(total_tokens),
    WEFT__FIELD(T, estimated_cost_usd, "estimated_cost_usd", WEFT__DOUBLE, 0),
};
static const weft__type usage_type = WEFT__RESULT_TYPE(T, "usage", usage_fields);
#undef T

#define T weft_stromboli_run_response
static const weft__field run_response_fields[] = {
    TEXT(id),
    TEXT(status),
    TEXT(output),
    TEXT(error),
    TEXT(session_id),
    OBJECT(crash_info, crash_info_type),
    JSON(structured_output),
    OBJECT(usage, usage_type),
};
const weft__type weft__stromboli_run_response_type = WEFT__RESULT_TYPE(T, "run", run_response_fields);
#undef T

#define T weft_stromboli_run_async_response
static const weft__field async_run_response_fields[] = {
    TEXT(job_id),
    TEXT(session_id),
};
const weft__type weft__stromboli_run_async_response_type =
    WEFT__RESULT_TYPE(T, "started job", async_run_response_fields);
#undef T

#define T weft_stromboli_job
static const weft__field job_fields[] = {
    TEXT(id),
    TEXT(status),
    TEXT(output),
    TEXT(error),
    TEXT(session_id),
    TEXT(created_at),
    TEXT(updated_at),
    OBJECT(crash_info, crash_info_type),
    JSON(structured_output),
    OBJECT(usage, usage_type),
};
const weft__type weft__stromboli_job_type = WEFT__RESULT_TYPE(T, "job", job_fields);
#undef T

#define T weft_stromboli_job_list
static const weft__field job_list_fields[] = {ITEMS("jobs", weft__stromboli_job_type)};
const weft__type weft__stromboli_job_list_type = WEFT__RESULT_TYPE(T, "job list", job_list_fields);
#undef T

#define T weft_stromboli_cancel_job_response
static const weft__field cancel_job_fields[] = {
    FLAG(cancelled),
    TEXT(job_id),
};
const weft__type weft__stromboli_cancel_job_response_type = WEFT__RESULT_TYPE(T, "cancelled job", cancel_job_fields);
#undef T

#define T weft_stromboli_session
static const weft__field session_fields[] = {
    TEXT(id),
    TEXT(title),
};
/* 0.4 lists ids, later servers objects. */
static const weft__type session_type = WEFT__RESULT_TYPE_OR_TEXT(T, "session", session_fields, 0);
#undef T

#define T weft_stromboli_session_list
static const weft__field session_list_fields[] = {
    ITEMS("sessions", session_type),
    TEXT(error),
};
const weft__type weft__stromboli_session_list_type = WEFT__RESULT_TYPE(T, "session list", session_list_fields);
#undef T

#define T weft_stromboli_delete_session_response
static const weft__field delete_session_fields[] = {
    FLAG(success),
    TEXT(session_id),
    TEXT(error),
};
const weft__type weft__stromboli_delete_session_response_type =
    WEFT__RESULT_TYPE(T, "destroyed session", delete_session_fields);
#undef T

#define T weft_stromboli_message
static const weft__field message_fields[] = {
    TEXT(uuid),    TEXT(type),       TEXT(parent_uuid),     TEXT(session_id),
    TEXT(cwd),     TEXT(git_branch), TEXT(permission_mode), TEXT(timestamp),
    TEXT(version), JSON(content),    JSON(tool_result),
};
static const weft__type message_type = WEFT__RESULT_TYPE(T, "message", message_fields);
#undef T

#define T weft_stromboli_message_list
static const weft__field message_list_fields[] = {
    ITEMS("messages", message_type), INTEGER(total), INTEGER(limit), INTEGER(offset), FLAG(has_more),
};
const weft__type weft__stromboli_message_list_type = WEFT__RESULT_TYPE(T, "message list", message_list_fields);
#undef T

#define T weft__stromboli_message_response
static const weft__field message_response_fields[] = {
    OBJECT(message, message_type),
    TEXT(error),
};
const weft__type weft__stromboli_message_response_type =
    WEFT__RESULT_TYPE(T, "message answer", message_response_fields);
#undef T

/* What is within a message was written by Claude Code, in whatever version, and only passed on by the server:
 * one member of another kind must not cost the page. */
#define T weft_stromboli_message_usage
static const weft__field message_usage_fields[] = {
    INTEGER(input_tokens),
    INTEGER(output_tokens),
    INTEGER(cache_creation_input_tokens),
    INTEGER(cache_read_input_tokens),
};
static const weft__type message_usage_type = WEFT__SPELLED_TYPE(T, "message usage", message_usage_fields);
#undef T

#define T weft_stromboli_message_content
static const weft__field message_content_fields[] = {
    TEXT(role), TEXT(model), TEXT(message_id), JSON(content), TEXT(stop_reason), OBJECT(usage, message_usage_type),
};
const weft__type weft__stromboli_message_content_type =
    WEFT__SPELLED_TYPE(T, "message content", message_content_fields);
#undef T

#define T weft_stromboli_content_block
static const weft__field content_block_fields[] = {
    TEXT(type), TEXT(text), TEXT(id), TEXT(name), JSON(input), TEXT(tool_use_id), TEXT_OR_JSON(content), FLAG(is_error),
};
const weft__type weft__stromboli_content_block_type = WEFT__SPELLED_TYPE(T, "content block", content_block_fields);
#undef T

/* The members `stdout` and `stderr` are not called so: those names are macros. */
#define T weft_stromboli_tool_result
static const weft__field tool_result_fields[] = {
    WEFT__FIELD(T, stdout_text, "stdout", WEFT__STR, 0),
    WEFT__FIELD(T, stderr_text, "stderr", WEFT__STR, 0),
    FLAG(interrupted),
    FLAG(is_image),
    TEXT(tool_use_id),
    TEXT_OR_JSON(content),
    FLAG(is_error),
};
const weft__type weft__stromboli_tool_result_type = WEFT__SPELLED_TYPE(T, "tool result", tool_result_fields);
#undef T

#define T weft_stromboli_token
static const weft__field token_response_fields[] = {
    TEXT(access_token),
    TEXT(refresh_token),
    WEFT__FIELD(T, expires_in_s, "expires_in", WEFT__INT64, 0),
    TEXT(token_type),
};
const weft__type weft__stromboli_token_type = WEFT__RESULT_TYPE(T, "tokens", token_response_fields);
#undef T

#define T weft_stromboli_token_validation
static const weft__field token_validation_fields[] = {
    FLAG(valid),
    TEXT(subject),
    WEFT__FIELD(T, expires_at_unix_s, "expires_at", WEFT__INT64, 0),
};
const weft__type weft__stromboli_token_validation_type =
    WEFT__RESULT_TYPE(T, "token validation", token_validation_fields);
#undef T

#define T weft_stromboli_log_out_response
static const weft__field log_out_fields[] = {
    FLAG(success),
    TEXT(message),
};
const weft__type weft__stromboli_log_out_response_type = WEFT__RESULT_TYPE(T, "logout", log_out_fields);
#undef T

#define T weft_stromboli_secret
static const weft__field secret_fields[] = {
    TEXT(id),
    TEXT(name),
    TEXT(created_at),
};
/* Old servers list names. */
const weft__type weft__stromboli_secret_type = WEFT__RESULT_TYPE_OR_TEXT(T, "secret", secret_fields, 1);
#undef T

#define T weft_stromboli_secret_list
static const weft__field secret_list_fields[] = {
    ITEMS("secrets", weft__stromboli_secret_type),
    TEXT(error),
};
const weft__type weft__stromboli_secret_list_type = WEFT__RESULT_TYPE(T, "secret list", secret_list_fields);
#undef T

#define T weft_stromboli_secret_change
static const weft__field secret_response_fields[] = {
    FLAG(success),
    TEXT(name),
    TEXT(error),
};
const weft__type weft__stromboli_secret_change_type = WEFT__RESULT_TYPE(T, "secret's answer", secret_response_fields);
#undef T

#define T weft_stromboli_image
static const weft__field image_fields[] = {
    TEXT(id),
    TEXT(repository),
    TEXT(tag),
    WEFT__FIELD(T, size_bytes, "size", WEFT__INT64, 0),
    WEFT__FIELD(T, created_at, "created", WEFT__STR, 0),
    TEXT(description),
    FLAG(compatible),
    INTEGER(compatibility_rank),
    FLAG(has_claude_cli),
    WEFT__FIELD_LIST(T, tools, "tools", WEFT__LIST_STR, 0),
    WEFT__FIELD_LIST(T, labels, "labels", WEFT__MAP_STR, WEFT__ANY_SCALAR),
    TEXT(rank_description),
};
const weft__type weft__stromboli_image_type = WEFT__RESULT_TYPE(T, "image", image_fields);
#undef T

#define T weft_stromboli_image_list
static const weft__field image_list_fields[] = {ITEMS("images", weft__stromboli_image_type)};
const weft__type weft__stromboli_image_list_type = WEFT__RESULT_TYPE(T, "image list", image_list_fields);
#undef T

#define T weft_stromboli_image_match
static const weft__field image_match_fields[] = {
    TEXT(name), TEXT(description), INTEGER(stars), FLAG(official), FLAG(automated), TEXT(index),
};
static const weft__type image_match_type = WEFT__RESULT_TYPE(T, "found image", image_match_fields);
#undef T

#define T weft_stromboli_image_match_list
static const weft__field image_match_list_fields[] = {ITEMS("results", image_match_type)};
const weft__type weft__stromboli_image_match_list_type = WEFT__RESULT_TYPE(T, "found images", image_match_list_fields);
#undef T

#define T weft_stromboli_pull_image_response
static const weft__field pull_image_fields[] = {
    FLAG(success),
    TEXT(image),
    TEXT(image_id),
    TEXT(error),
};
const weft__type weft__stromboli_pull_image_response_type = WEFT__RESULT_TYPE(T, "pulled image", pull_image_fields);
#undef T
