/* The queries of agentserver's operations. */
#include "service/agentserver_types.h"
#include "weft/agentserver.h"

#define TEXT(m) WEFT__FIELD(T, m, #m, WEFT__CSTR, 0)
#define FLAG(m) WEFT__FIELD(T, m, #m, WEFT__BOOL, 0)
#define NUMBER(m) WEFT__FIELD(T, m, #m, WEFT__INT64, 0)

#define T weft_agentserver_list_operations_options
static const weft__field operations_fields[] = {
    TEXT(env_id), TEXT(tool),    TEXT(source), WEFT__FIELD(T, is_error, "is_error", WEFT__OPT_BOOL, 0),
    TEXT(since),  NUMBER(limit), TEXT(id),
};
const weft__type weft__agentserver_operations_query_type = WEFT__REQUEST_TYPE(T, "operations", operations_fields);
#undef T

#define T weft_agentserver_list_sandbox_traces_options
static const weft__field sandbox_traces_fields[] = {NUMBER(limit), NUMBER(offset)};
const weft__type weft__agentserver_sandbox_traces_query_type =
    WEFT__REQUEST_TYPE(T, "page of traces", sandbox_traces_fields);
#undef T

#define T weft_agentserver_list_workspace_traces_options
static const weft__field workspace_traces_fields[] = {NUMBER(limit), NUMBER(offset)};
const weft__type weft__agentserver_workspace_traces_query_type =
    WEFT__REQUEST_TYPE(T, "page of traces", workspace_traces_fields);
#undef T

#define T weft_agentserver_list_interactions_options
static const weft__field interactions_fields[] = {NUMBER(limit), NUMBER(offset)};
const weft__type weft__agentserver_interactions_query_type =
    WEFT__REQUEST_TYPE(T, "page of interactions", interactions_fields);
#undef T

#define T weft_agentserver_poll_messages_options
static const weft__field inbox_fields[] = {NUMBER(limit)};
const weft__type weft__agentserver_inbox_query_type = WEFT__REQUEST_TYPE(T, "inbox", inbox_fields);
#undef T

#define T weft_agentserver_get_task_options
static const weft__field task_fields[] = {FLAG(include_output)};
const weft__type weft__agentserver_task_query_type = WEFT__REQUEST_TYPE(T, "task", task_fields);
#undef T

#define T weft_agentserver_poll_tasks_options
static const weft__field poll_tasks_fields[] = {TEXT(sandbox_id)};
const weft__type weft__agentserver_poll_tasks_query_type = WEFT__REQUEST_TYPE(T, "tasks", poll_tasks_fields);
#undef T

#define T weft__agentserver_codex_tokens_query
static const weft__field codex_tokens_fields[] = {
    WEFT__FIELD(T, workspace_id, "workspace_id", WEFT__CSTR, WEFT__REQUIRED),
    FLAG(include_revoked),
};
const weft__type weft__agentserver_codex_tokens_query_type = WEFT__REQUEST_TYPE(T, "tokens", codex_tokens_fields);
#undef T
