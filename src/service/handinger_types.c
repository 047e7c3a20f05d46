/* The bodies of Handinger's answers. */
#include "service/handinger_types.h"

/* One line per member of T; N is its name on the wire. */
#define TEXT(m, n) WEFT__FIELD(T, m, n, WEFT__STR, 0)
#define FLAG(m, n) WEFT__FIELD(T, m, n, WEFT__BOOL, 0)
#define INTEGER(m, n) WEFT__FIELD(T, m, n, WEFT__INT64, 0)
#define OPT_INTEGER(m, n) WEFT__FIELD(T, m, n, WEFT__OPT_INT64, 0)
#define JSON(m, n) WEFT__FIELD(T, m, n, WEFT__JSON, 0)
#define OBJECT(m, n, the_type) WEFT__FIELD_OBJECT(T, m, n, &the_type, 0)
#define LIST(m, n, the_type) WEFT__FIELD_OBJECTS(T, m, n, &the_type, 0)
#define ITEMS(n, the_type) WEFT__FIELD_ITEMS(T, n, &the_type)

#define T weft_handinger_worker_template
static const weft__field worker_template_fields[] = {
    TEXT(id, "id"),
    TEXT(created_at, "createdAt"),
    TEXT(instructions, "instructions"),
    TEXT(organization_id, "organizationId"),
    JSON(output_schema, "outputSchema"),
    TEXT(summary, "summary"),
    TEXT(title, "title"),
    TEXT(updated_at, "updatedAt"),
    TEXT(url, "url"),
    TEXT(user_id, "userId"),
    TEXT(visibility, "visibility"),
};
const weft__type weft__handinger_worker_template_type =
    WEFT__SPELLED_TYPE(T, "worker template", worker_template_fields);
#undef T

#define T weft_handinger_worker_file
static const weft__field worker_file_fields[] = {
    TEXT(filename, "filename"),
    TEXT(media_type, "mediaType"),
    TEXT(url, "url"),
    OPT_INTEGER(size_bytes, "size"),
};
static const weft__type worker_file_type = WEFT__SPELLED_TYPE(T, "worker's file", worker_file_fields);
#undef T

#define T weft_handinger_worker_output_content
static const weft__field output_content_fields[] = {
    TEXT(text, "text"),
    TEXT(type, "type"),
};
static const weft__type output_content_type = WEFT__SPELLED_TYPE(T, "output content", output_content_fields);
#undef T

#define T weft_handinger_worker_output
static const weft__field output_fields[] = {
    TEXT(id, "id"),
    LIST(content, "content", output_content_type),
    /* The same in all of them. */
    TEXT(role, "role"),
    TEXT(status, "status"),
    TEXT(type, "type"),
};
static const weft__type output_type = WEFT__SPELLED_TYPE(T, "output", output_fields);
#undef T

#define T weft_handinger_worker_source
static const weft__field source_fields[] = {
    TEXT(id, "id"),
    TEXT(title, "title"),
    TEXT(type, "type"),
    TEXT(url, "url"),
};
static const weft__type source_type = WEFT__SPELLED_TYPE(T, "source", source_fields);
#undef T

#define T weft_handinger_worker_usage
static const weft__field usage_fields[] = {
    OPT_INTEGER(credits, "credits"),
    OPT_INTEGER(duration_ms, "durationMs"),
};
static const weft__type usage_type = WEFT__SPELLED_TYPE(T, "usage", usage_fields);
#undef T

#define T weft_handinger_worker
static const weft__field worker_fields[] = {
    TEXT(id, "id"),
    OPT_INTEGER(created_at_unix_s, "created_at"),
    JSON(error, "error"),
    LIST(files, "files", worker_file_type),
    JSON(incomplete_details, "incomplete_details"),
    WEFT__FIELD_LIST(T, messages, "messages", WEFT__LIST_JSON, 0),
    JSON(metadata, "metadata"),
    TEXT(object_type, "object"),
    LIST(output, "output", output_type),
    TEXT(output_text, "output_text"),
    FLAG(running, "running"),
    LIST(sources, "sources", source_type),
    TEXT(status, "status"),
    JSON(structured_output, "structured_output"),
    TEXT(url, "url"),
    OBJECT(usage, "usage", usage_type),
};
const weft__type weft__handinger_worker_type = WEFT__SPELLED_TYPE(T, "worker", worker_fields);
#undef T

#define T weft_handinger_delete_worker_response
static const weft__field delete_worker_fields[] = {FLAG(deleted, "deleted")};
const weft__type weft__handinger_delete_worker_response_type =
    WEFT__SPELLED_TYPE(T, "deleted worker", delete_worker_fields);
#undef T

#define T weft_handinger_worker_email
static const weft__field worker_email_fields[] = {TEXT(email, "email")};
const weft__type weft__handinger_worker_email_type = WEFT__SPELLED_TYPE(T, "worker's address", worker_email_fields);
#undef T

#define T weft_handinger_task_totals
static const weft__field task_totals_fields[] = {
    INTEGER(credits, "credits"),
    INTEGER(duration_ms, "durationMs"),
    INTEGER(turn_count, "turnCount"),
};
static const weft__type task_totals_type = WEFT__SPELLED_TYPE(T, "task totals", task_totals_fields);
#undef T

#define T weft_handinger_task
static const weft__field task_fields[] = {
    TEXT(id, "id"),
    TEXT(completed_at, "completedAt"),
    TEXT(created_at, "createdAt"),
    TEXT(created_by_user_id, "createdByUserId"),
    TEXT(organization_id, "organizationId"),
    TEXT(status, "status"),
    TEXT(title, "title"),
    OBJECT(totals, "totals", task_totals_type),
    TEXT(triggered_by, "triggeredBy"),
    TEXT(url, "url"),
    TEXT(worker_id, "workerId"),
};
static const weft__type task_type = WEFT__SPELLED_TYPE(T, "task", task_fields);
#undef T

#define T weft_handinger_task_turn
static const weft__field task_turn_fields[] = {
    TEXT(id, "id"),
    TEXT(completed_at, "completedAt"),
    INTEGER(credits, "credits"),
    INTEGER(duration_ms, "durationMs"),
    TEXT(input, "input"),
    INTEGER(input_tokens, "inputTokens"),
    TEXT(output_text, "outputText"),
    INTEGER(output_tokens, "outputTokens"),
    TEXT(role, "role"),
    INTEGER(seq, "seq"),
    TEXT(started_at, "startedAt"),
    TEXT(status, "status"),
    JSON(structured_output, "structuredOutput"),
    TEXT(task_id, "taskId"),
};
static const weft__type task_turn_type = WEFT__SPELLED_TYPE(T, "turn", task_turn_fields);
#undef T

#define T weft_handinger_task_with_turns
static const weft__field task_with_turns_fields[] = {
    OBJECT(task, "task", task_type),
    LIST(turns, "turns", task_turn_type),
};
const weft__type weft__handinger_task_with_turns_type = WEFT__SPELLED_TYPE(T, "task and turns", task_with_turns_fields);
#undef T

#define T weft_handinger_delete_task_response
static const weft__field delete_task_fields[] = {FLAG(archived, "archived")};
const weft__type weft__handinger_delete_task_response_type = WEFT__SPELLED_TYPE(T, "archived task", delete_task_fields);
#undef T

#define T weft_handinger_schedule
static const weft__field schedule_fields[] = {
    TEXT(id, "id"),
    TEXT(budget, "budget"),
    TEXT(input, "input"),
    TEXT(next_run_at, "nextRunAt"),
    TEXT(type, "type"),
    /* One of them, by `type`, or none. */
    INTEGER(delay_s, "delayInSeconds"),
    TEXT(cron, "cron"),
    INTEGER(interval_s, "intervalSeconds"),
};
const weft__type weft__handinger_schedule_type = WEFT__SPELLED_TYPE(T, "schedule", schedule_fields);
#undef T

#define T weft_handinger_schedule_list
static const weft__field schedule_list_fields[] = {
    ITEMS("schedules", weft__handinger_schedule_type),
    TEXT(worker_id, "workerId"),
};
const weft__type weft__handinger_schedule_list_type = WEFT__SPELLED_TYPE(T, "schedule list", schedule_list_fields);
#undef T

#define T weft_handinger_cancel_schedule_response
static const weft__field cancel_schedule_fields[] = {FLAG(cancelled, "cancelled")};
const weft__type weft__handinger_cancel_schedule_response_type =
    WEFT__SPELLED_TYPE(T, "cancelled schedule", cancel_schedule_fields);
#undef T

#define T weft_handinger_webhook
static const weft__field webhook_fields[] = {
    TEXT(token, "token"),
    TEXT(url, "url"),
};
const weft__type weft__handinger_webhook_type = WEFT__SPELLED_TYPE(T, "webhook", webhook_fields);
#undef T

#define T weft_handinger_webhook_execution
static const weft__field webhook_execution_fields[] = {
    TEXT(id, "id"),
    TEXT(created_at, "createdAt"),
    INTEGER(duration_ms, "durationMs"),
    TEXT(error_message, "errorMessage"),
    TEXT(request_status, "requestStatus"),
    OPT_INTEGER(response_status, "responseStatus"),
    TEXT(task_id, "taskId"),
    TEXT(task_title, "taskTitle"),
    TEXT(url, "url"),
    TEXT(worker_id, "workerId"),
};
static const weft__type webhook_execution_type = WEFT__SPELLED_TYPE(T, "webhook execution", webhook_execution_fields);
#undef T

#define T weft_handinger_webhook_execution_list
static const weft__field webhook_execution_list_fields[] = {
    ITEMS("logs", webhook_execution_type),
    INTEGER(page, "page"),
    INTEGER(page_count, "pageCount"),
    INTEGER(total_count, "totalCount"),
};
const weft__type weft__handinger_webhook_execution_list_type =
    WEFT__SPELLED_TYPE(T, "webhook executions", webhook_execution_list_fields);
#undef T
